"""What is to be known of a file before it is imported, and how far the import is."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from laixi_transport.domain.map_data import Frame
from laixi_transport.ui import format as text
from laixi_transport.ui.pages.map_data import wording
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Panel, dim


class ImportForm(Panel):
    """``begun`` says that the file is to be imported as the fields say, ``left`` that it is not, or no longer."""

    begun = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("Import a file"))
        self._theme = theme
        self.path: Path | None = None
        self.file = QLabel()
        self.file.setTextFormat(Qt.TextFormat.PlainText)
        self.file.setWordWrap(True)
        self.name = QLineEdit()
        self.frame_choice = QComboBox()
        for frame in Frame:
            self.frame_choice.addItem(wording.frame(frame), frame.value)
        self.crs = QLineEdit()
        self.crs.setPlaceholderText(self.tr("as the file says; else e.g. EPSG:4549"))
        self.attribution = QLineEdit()
        self.attribution.setPlaceholderText(self.tr("shown on the map, with the licence"))
        self._fields = QWidget()
        self._fields.setObjectName("content")
        grid = QGridLayout(self._fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        for row, (caption, widget) in enumerate(
            (
                (self.tr("File"), self.file),
                (self.tr("Name"), self.name),
                (self.tr("Datum"), self.frame_choice),
                (self.tr("System"), self.crs),
                (self.tr("Source"), self.attribution),
            )
        ):
            label = dim(caption)
            label.setBuddy(widget)
            widget.setAccessibleName(caption)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        self.progress = QProgressBar()
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.begin_button = QPushButton(self.tr("Import"))
        self.begin_button.setObjectName("primary")
        self.begin_button.clicked.connect(self.begun)
        self.leave_button = QPushButton(self.tr("Cancel"))
        self.leave_button.clicked.connect(self.left)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave_button)
        foot.addWidget(self.begin_button)
        self.body.addWidget(self._fields)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.said)
        self.body.addLayout(foot)

    def ask(self, path: Path, attribution: str) -> None:
        """Show the fields for a file."""
        self.path = path
        self.file.setText(path.name)
        self.file.setToolTip(str(path))
        self.name.setText(path.name.partition(".")[0])
        self.frame_choice.setCurrentIndex(0)
        self.crs.clear()
        self.attribution.setText(attribution)
        osm = path.name.lower().endswith((".pbf", ".osm", ".bz2"))
        self.frame_choice.setEnabled(not osm)
        self.crs.setEnabled(not osm)
        self.complain("")
        self.show_busy(on=False)
        self.begin_button.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def frame_value(self) -> Frame:
        """The datum that is chosen."""
        return Frame(self.frame_choice.currentData())

    def show_busy(self, *, on: bool) -> None:
        """Show that the import is under way, or that the fields can be changed."""
        self._fields.setEnabled(not on)
        self.begin_button.setEnabled(not on)
        self.progress.setVisible(on)
        self.progress.setRange(0, 0)
        self.leave_button.setEnabled(True)
        if on:
            self._say(self.tr("Reading…"), "dim")

    def show_progress(self, done: int, total: int) -> None:
        """Show how much was read."""
        if total:
            self.progress.setRange(0, total)
            self.progress.setValue(done)
        elif done:
            self._say(self.tr("{count} objects read…").format(count=text.number(done)), "dim")

    def show_stopping(self) -> None:
        """Show that the import is being stopped."""
        self.leave_button.setEnabled(False)
        self._say(self.tr("Stopping; nothing will be stored…"), "dim")

    def complain(self, sentence: str) -> None:
        """Say why it was not imported."""
        self._say(sentence, "high_text")

    def _say(self, sentence: str, colour: str) -> None:
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};")
        self.said.setVisible(bool(sentence))

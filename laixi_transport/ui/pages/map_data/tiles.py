"""Which tiles lie below the map."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from laixi_transport.ui.map.tiles.settings import Kind, TileChoice
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Panel, dim

KINDS: tuple[Kind, ...] = ("none", "file", "address")


class TilesPanel(Panel):
    """``chosen`` has the TileChoice that is to be shown from now on."""

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("Tiles below the map"))
        self._theme = theme
        self.buttons = QButtonGroup(self)
        titles = (self.tr("None"), self.tr("File"), self.tr("Address"))
        row = QHBoxLayout()
        row.setSpacing(12)
        for number, title in enumerate(titles):
            button = QRadioButton(title)
            self.buttons.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        self.file = QLineEdit()
        self.file.setPlaceholderText(self.tr("MBTiles or PMTiles"))
        self.choose_button = QPushButton(self.tr("Choose…"))
        self.choose_button.clicked.connect(self._choose_file)
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://…/{z}/{x}/{y}.png")
        self.address.setToolTip(
            self.tr(
                "{z}, {x} and {y} name the tile, {s} is a number from 0 to 7, {key} the key. Two addresses with a "
                "blank between them lie over each other. Tiles are fetched only when an address stands here."
            )
        )
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("where the service wants one (Tianditu)"))
        self.attribution = QLineEdit()
        self.attribution.setPlaceholderText(self.tr("owner of the map and its approval number"))
        self.aerial = QCheckBox(self.tr("Aerial pictures: roads and names go over them"))
        self._file_row = self._rows((self.tr("File"), self.file), self.choose_button)
        self._address_rows = self._rows((self.tr("Address"), self.address), None, (self.tr("Key"), self.key))
        self._source_rows = self._rows((self.tr("Source"), self.attribution))
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.use_button = QPushButton(self.tr("Use"))
        self.use_button.clicked.connect(self._use)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addWidget(self.use_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        for widget in (self._file_row, self._address_rows, self._source_rows, self.aerial):
            self.body.addWidget(widget)
        self.body.addLayout(foot)
        self.buttons.idClicked.connect(self._turn)
        self.complain("")

    def show_choice(self, choice: TileChoice) -> None:
        """Show what is chosen now."""
        self.file.setText(choice.file)
        self.address.setText(choice.address)
        self.key.setText(choice.key)
        self.attribution.setText(choice.attribution)
        self.aerial.setChecked(choice.aerial)
        self.buttons.button(KINDS.index(choice.kind)).setChecked(True)
        self._fold()

    def complain(self, sentence: str) -> None:
        """Say why these tiles cannot be shown."""
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {self._theme.palette.high_text};")

    @property
    def choice(self) -> TileChoice:
        """What the fields say."""
        return TileChoice(
            kind=KINDS[self.buttons.checkedId()],
            file=self.file.text().strip(),
            address=self.address.text().strip(),
            key=self.key.text().strip(),
            aerial=self.aerial.isChecked(),
            attribution=self.attribution.text().strip(),
        )

    def _rows(self, first: tuple[str, QWidget], beside: QWidget | None = None, *others: tuple[str, QWidget]) -> QWidget:
        rows = QWidget()
        rows.setObjectName("content")
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        width = round(64 * self._theme.scale)
        grid.setColumnMinimumWidth(0, width)
        for number, (caption, widget) in enumerate((first, *others)):
            label = dim(caption)
            label.setBuddy(widget)
            widget.setAccessibleName(caption)
            grid.addWidget(label, number, 0)
            grid.addWidget(widget, number, 1)
        if beside is not None:
            grid.addWidget(beside, 0, 2)
        return rows

    def _turn(self, number: int) -> None:
        self.complain("")
        self._fold()
        if KINDS[number] == "none":
            self._use()

    def _fold(self) -> None:
        kind = KINDS[self.buttons.checkedId()]
        self._file_row.setVisible(kind == "file")
        self._address_rows.setVisible(kind == "address")
        self._source_rows.setVisible(kind != "none")
        self.aerial.setVisible(kind != "none")
        self.use_button.setVisible(kind != "none")

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Choose map tiles"),
            str(Path(self.file.text()).parent) if self.file.text() else "",
            self.tr("Map tiles (*.mbtiles *.pmtiles);;All files (*)"),
        )
        if path:
            self.file.setText(path)
            self._use()

    def _use(self) -> None:
        self.complain("")
        self.chosen.emit(replace(self.choice))

    def sizeHint(self) -> QSize:
        return super().sizeHint().expandedTo(QSize(round(360 * self._theme.scale), 0))

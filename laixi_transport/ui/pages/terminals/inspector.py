"""One frame under the glass: its fields beside its bytes."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QToolButton, QVBoxLayout, QWidget

from laixi_transport.services.terminals.model import FrameView
from laixi_transport.services.terminals.reading import FrameReading, read_view
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.field_tree import FieldTree
from laixi_transport.ui.pages.terminals.hex_view import HexView
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import ElidedLabel

TREE_PX = (540, 380, 0)
"""Room that the fields want, for each of the ways in which the bytes can stand beside them."""


class Inspector(QWidget):
    """Selecting a field lights its bytes; a click on a byte selects its field."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: FrameView | None = None
        self._reading: FrameReading | None = None
        self._empty = ""
        self.title = ElidedLabel()
        self.title.setObjectName("strong")
        self.fault = ElidedLabel()
        self._theme = theme
        self.copy_hex_button = QToolButton()
        self.copy_hex_button.setText(self.tr("Copy hex"))
        self.copy_json_button = QToolButton()
        self.copy_json_button.setText(self.tr("Copy JSON"))
        for button, act in ((self.copy_hex_button, self.copy_hex), (self.copy_json_button, self.copy_json)):
            button.setObjectName("framed")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(act)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.title, 1)
        row.addWidget(self.fault, 1)
        row.addWidget(self.copy_hex_button)
        row.addWidget(self.copy_json_button)
        self.tree = FieldTree(theme)
        self.hex = HexView(theme)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self.tree)
        self._splitter.addWidget(self.hex)
        self._splitter.splitterMoved.connect(self._moved)
        self._own = False  # the user has given fields and bytes their room
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._splitter, 1)
        self.tree.field_chosen.connect(self.hex.light)
        self.hex.byte_clicked.connect(self.tree.select_byte)
        theme.changed.connect(self._show_fault)
        self.show_view(None)

    @property
    def view(self) -> FrameView | None:
        """The frame that is shown."""
        return self._view

    def show_view(self, view: FrameView | None) -> None:
        """Show a frame, or that none is chosen."""
        self._view = view
        for button in (self.copy_hex_button, self.copy_json_button):
            button.setEnabled(view is not None)
        self._show_fault()
        if view is None:
            self._reading = None
            self.title.setText("")
            self.tree.show_fields(())
            self.hex.show_bytes(b"")
            return
        reading = self._reading = read_view(view)
        self.title.setText(wording.message(view))
        self.hex.show_bytes(reading.content, (reading.body_at, reading.body_end))
        self.tree.show_fields(
            (
                (self.tr("Header"), reading.header),
                (self.tr("Body") if reading.header else "", reading.body),
                ("", reading.check),
            )
        )
        if reading.header:
            self.tree.open_group(1 if reading.body else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._own:
            needed = [round(px * self._theme.scale) for px in TREE_PX]
            right = self.hex.width_for(self.width(), needed)
            self._splitter.setSizes([max(1, self.width() - right), right])

    def _moved(self) -> None:
        self._own = True

    def copy_hex(self) -> None:
        """Put the frame on the clipboard as it was on the wire."""
        if self._view is not None:
            QGuiApplication.clipboard().setText(self._view.wire.hex(" "))

    def copy_json(self) -> None:
        """Put the values on the clipboard as JSON."""
        if self._reading is not None:
            QGuiApplication.clipboard().setText(self._reading.json)

    def _show_fault(self) -> None:
        said = wording.fault(self._view) if self._view is not None else ""
        self.fault.setText(said)
        self.fault.setVisible(bool(said))
        self.fault.setStyleSheet(f"color: {self._theme.palette.high_text};")

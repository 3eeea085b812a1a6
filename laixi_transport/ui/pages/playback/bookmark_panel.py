"""Bookmarks below a button: the moment is marked by typing a word, the list leads to what was marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from laixi_transport.domain.bookmark import MOST_LETTERS, Bookmark
from laixi_transport.ui import format as text
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, RowsModel, Table, dim, show_below

WIDTH_PX = 440
HEIGHT_PX = 360


@dataclass(frozen=True, slots=True)
class Row:
    """One bookmark of the list."""

    mark: Bookmark
    vehicle: str  # plate as painted, empty for none

    @property
    def at_s(self) -> float:
        """Its moment, Unix seconds."""
        return self.mark.at.timestamp()


class BookmarkPanel(QFrame):
    """Enter in the field marks the moment; Enter in the list goes to a bookmark, Del removes it."""

    added = Signal(str)
    """The text for a bookmark at the moment."""
    removed = Signal(int)
    """The id of a bookmark."""
    chosen = Signal(object)
    """Bookmark to go to."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setFixedSize(round(WIDTH_PX * theme.scale), round(HEIGHT_PX * theme.scale))
        self.what = dim()
        self.text = QLineEdit()
        self.text.setMaxLength(MOST_LETTERS)
        self.text.setPlaceholderText(self.tr("What is to be seen here? Enter marks it"))
        self.add = QPushButton(self.tr("Mark"))
        self.add.setObjectName("primary")
        columns = [
            Column[Row]("time", self.tr("Time"), lambda row: text.date_time(row.at_s), lambda row: row.at_s, width=146),
            Column[Row]("vehicle", self.tr("Vehicle"), lambda row: row.vehicle, width=100),
            Column[Row]("text", self.tr("Text"), lambda row: row.mark.text, hint=lambda row: row.mark.text, width=150),
        ]
        self.rows: RowsModel[Row] = RowsModel(columns, lambda row: row.mark.id, theme, self)
        self.table = Table(self.rows, theme, empty=self.tr("Nothing is marked yet."))
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.table.sort_by("time")
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setToolTip(self.tr("Remove the bookmark chosen in the list (Del)"))
        go = QPushButton(self.tr("Go there"))
        go.setToolTip(self.tr("Go to the bookmark chosen in the list (Enter, double click)"))
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        row.addWidget(self.add)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.remove)
        foot.addWidget(go)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.what)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.add.clicked.connect(self._add)
        self.text.returnPressed.connect(self._add)
        self.remove.clicked.connect(self._remove)
        go.clicked.connect(self._go)
        self.table.doubleClicked.connect(self._go)
        for widget in (self.table, self.text):
            widget.installEventFilter(self)

    def open_below(self, widget: QWidget, at_s: float, vehicle: str) -> None:
        """Show it for a moment of a vehicle."""
        self.what.setText("  ".join(part for part in (text.date_time(at_s), vehicle) if part))
        self.text.clear()
        show_below(self, widget)
        self.text.setFocus()

    def show_marks(self, marks: Sequence[Bookmark], names: Mapping[int, str]) -> None:
        """List these bookmarks; ``names`` are the plates of vehicles by id."""
        self.rows.reset(
            [Row(mark, "" if mark.vehicle_id is None else names.get(mark.vehicle_id, "")) for mark in marks]
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # the keys of the playback rest while it is open
                return True
            if event.type() == QEvent.Type.KeyPress and self._key(watched, event):
                return True
        return super().eventFilter(watched, event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if watched is self.table and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go()
        elif watched is self.table and key == Qt.Key.Key_Delete:
            self._remove()
        elif watched is self.text and key == Qt.Key.Key_Down and self.rows.rowCount():
            self.table.setFocus()
            self.table.choose(self.rows.row_at(0).mark.id)
        else:
            return False
        return True

    def _add(self) -> None:
        self.added.emit(self.text.text().strip())
        self.hide()

    def _remove(self) -> None:
        row = self.table.current()
        if row is not None:
            self.removed.emit(row.mark.id)

    def _go(self) -> None:
        row = self.table.current()
        if row is not None:
            self.hide()
            self.chosen.emit(row.mark)

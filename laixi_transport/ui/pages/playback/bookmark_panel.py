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
    """Enter in the field marks the moment; in the list Enter goes there, F2 changes the text, Del removes it."""

    added = Signal(str)
    """The text for a bookmark at the moment."""
    reworded = Signal(int, str)
    """The id of a bookmark and its new text."""
    removed = Signal(int)
    """The id of a bookmark."""
    chosen = Signal(object)
    """Bookmark to go to."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setFixedSize(round(WIDTH_PX * theme.scale), round(HEIGHT_PX * theme.scale))
        self.what = dim()
        self._moment = ""
        self.text = QLineEdit()
        self.text.setMaxLength(MOST_LETTERS)
        self.text.setPlaceholderText(self.tr("What is to be seen here? Enter marks it"))
        self.add = QPushButton()
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
        self._changed: Bookmark | None = None  # whose text is in the field
        self.reword = QPushButton(self.tr("Change text"))
        self.reword.setToolTip(self.tr("Change the text of the bookmark chosen in the list (F2)"))
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setToolTip(self.tr("Remove the bookmark chosen in the list (Del)"))
        go = QPushButton(self.tr("Go there"))
        go.setToolTip(self.tr("Go to the bookmark chosen in the list (Enter, double click)"))
        row = QHBoxLayout()
        row.addWidget(self.text, 1)
        row.addWidget(self.add)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.reword)
        foot.addWidget(self.remove)
        foot.addWidget(go)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.what)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.add.clicked.connect(self._enter)
        self.text.returnPressed.connect(self._enter)
        self.reword.clicked.connect(self._begin_reword)
        self.remove.clicked.connect(self._remove)
        go.clicked.connect(self._go)
        self.table.doubleClicked.connect(self._go)
        for widget in (self.table, self.text):
            widget.installEventFilter(self)

    def open_below(self, widget: QWidget, at_s: float, vehicle: str) -> None:
        """Show it for a moment of a vehicle."""
        self._moment = _said(at_s, vehicle)
        self._begin_mark()
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
        elif watched is self.table and key == Qt.Key.Key_F2:
            self._begin_reword()
        elif watched is self.text and key == Qt.Key.Key_Escape and self._changed is not None:
            self._begin_mark()
        elif watched is self.text and key == Qt.Key.Key_Down and self.rows.rowCount():
            self.table.setFocus()
            self.table.choose(self.rows.row_at(0).mark.id)
        else:
            return False
        return True

    def _begin_mark(self) -> None:
        """Let the field mark the moment."""
        self._changed = None
        self.what.setText(self._moment)
        self.text.clear()
        self.add.setText(self.tr("Mark"))

    def _begin_reword(self) -> None:
        """Let the field change the text of the bookmark chosen; Escape goes back to marking."""
        row = self.table.current()
        if row is None:
            return
        self._changed = row.mark
        self.what.setText(_said(row.at_s, row.vehicle))
        self.text.setText(row.mark.text)
        self.text.selectAll()
        self.text.setFocus()
        self.add.setText(self.tr("Save"))

    def _enter(self) -> None:
        words = self.text.text().strip()
        if self._changed is not None:
            self.reworded.emit(self._changed.id, words)
            self._begin_mark()
            self.table.setFocus()
            return
        self.added.emit(words)
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


def _said(at_s: float, vehicle: str) -> str:
    return "  ".join(part for part in (text.date_time(at_s), vehicle) if part)

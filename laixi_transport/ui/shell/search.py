"""The one search: vehicles, pages and commands (Ctrl+K)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.tokens import ROW_PX
from laixi_transport.ui.widgets.rows import Column, RowsModel
from laixi_transport.ui.widgets.table import Table

MOST = 12
FIELD_PX = 380
LEAST_FIELD_PX = 140
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)

OWN_KEYS = (*MOVES, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that the search found."""

    key: str
    title: str
    detail: str  # key of a command, line of a vehicle
    icon: str
    run: Callable[[], object]
    words: str = ""  # more to search in, such as the English identifier
    group: int = 0  # lower groups stand first among equals


Source = Callable[[], Iterable[Hit]]


def find(hits: Iterable[Hit], wanted: str, most: int = MOST) -> list[Hit]:
    """Return the hits that contain every word, those that begin with the text first."""
    words = wanted.casefold().replace("·", "").split()
    ranked = []
    for place, hit in enumerate(hits):
        title = hit.title.casefold().replace("·", "")
        line = f"{title} {hit.detail.casefold()} {hit.words.casefold()}"
        if all(word in line for word in words):
            rank = 0 if words and title.startswith(words[0]) else 1 if words and words[0] in title else 2
            ranked.append((rank, hit.group, place, hit))
    return [entry[-1] for entry in sorted(ranked, key=lambda entry: entry[:3])[:most]]


class SearchBox(QLineEdit):
    """A field in the top row; what it finds hangs below it until something is chosen or the focus leaves."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self._sources: list[Source] = []
        self._back: QWidget | None = None
        self._was_hidden = False  # where nobody sits, it comes only when it is called
        self.setObjectName("search")
        self.setPlaceholderText(self.tr("Plate, line, company, command (Ctrl+K)"))
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(round(LEAST_FIELD_PX * theme.scale))
        self.setMaximumWidth(round(FIELD_PX * theme.scale))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._icon = self.addAction(theme.icon("search", "dim"), QLineEdit.ActionPosition.LeadingPosition)
        theme.changed.connect(self._recolour)
        columns = [
            Column[Hit]("title", "", lambda hit: hit.title, icon=lambda hit: (hit.icon, "dim"), width=250),
            Column[Hit]("detail", "", lambda hit: hit.detail, colour=lambda _: "dim", width=100),
        ]
        self._popup = QFrame(window)
        self._popup.setObjectName("popup")
        self._popup.hide()
        self.hits: RowsModel[Hit] = RowsModel(columns, lambda hit: hit.key, theme, self)
        self._table = Table(self.hits, theme, empty=self.tr("Nothing found"), parent=self._popup)
        self._table.setAccessibleName(self.tr("Found"))
        self._table.horizontalHeader().hide()
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.clicked.connect(lambda index: self._run(self.hits.row_at(index.row())))
        column = QVBoxLayout(self._popup)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self._table)
        self.textEdited.connect(self.search)
        window.installEventFilter(self)

    def add_source(self, source: Source) -> None:
        """Search in what a function returns; it is called at each key press."""
        self._sources.append(source)

    def begin(self) -> None:
        """Take the keyboard and offer everything, from whatever window."""
        self._back = QApplication.focusWidget() or self.window().focusWidget()
        self._was_hidden = self.isHidden()
        self.show()
        self.activateWindow()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()
        self.search(self.text())

    def search(self, wanted: str) -> None:
        """Show what is found."""
        hits = find((hit for source in self._sources for hit in source()), wanted)
        self.hits.reset(hits)
        if hits:
            self._table.choose(hits[0].key)
        # What a table says when it is empty has margins of its own and needs the room of two rows.
        height = max(2, len(hits)) * self._table.verticalHeader().defaultSectionSize() + 10
        self._popup.resize(max(self.width(), round(460 * self.height() / ROW_PX)), height)
        self._popup.move(self.mapTo(self.window(), QPoint(0, self.height() + 4)))
        self._popup.show()
        self._popup.raise_()

    @property
    def open(self) -> bool:
        """Whether hits are shown."""
        return self._popup.isVisible()

    def close_hits(self) -> None:
        """Hide the hits."""
        self._popup.hide()

    def event(self, event: QEvent) -> bool:
        own = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in OWN_KEYS
        if own:  # here they mean the hits, whatever a page does with them
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()  # what stays there looks like a filter of the page
            self._leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            hit = self._table.current() if self.open else None
            if hit is not None:
                self._run(hit)
        elif event.key() in MOVES:
            if self.open:
                self._table.keyPressEvent(event)
            else:
                self.search(self.text())
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close_hits()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.close_hits()
        return super().eventFilter(watched, event)

    def _recolour(self) -> None:
        self._icon.setIcon(self._theme.icon("search", "dim"))

    def _run(self, hit: Hit) -> None:
        self.clear()
        self._leave()
        hit.run()

    def _leave(self) -> None:
        self.close_hits()
        back, self._back = self._back, None
        if back is not None and back is not self and isValid(back):
            back.activateWindow()
            back.setFocus()
        else:
            self.clearFocus()
        if self._was_hidden:
            self.hide()

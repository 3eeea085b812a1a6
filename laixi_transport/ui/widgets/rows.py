"""Rows of a table without a widget: merged by key, sorted and filtered in one pass each.

Sorting by a proxy calls Python for every comparison, 100 ms for five thousand rows; sorting a list of keys takes five.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from laixi_transport.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")

RowRole = Qt.ItemDataRole.UserRole + 1
KeyRole = Qt.ItemDataRole.UserRole + 2

_NUMBERS = re.compile(r"(\d+)")
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_NO_INDEX = QModelIndex()


def natural_key(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key by which "线路 9" stands before "线路 10"."""
    return tuple((0, int(part)) if part.isdecimal() else (1, part.casefold()) for part in _NUMBERS.split(text) if part)


@dataclass(frozen=True)  # no slots: Column[Row](...) sets an attribute of typing
class Column(Generic[R]):
    """What one column shows of a row."""

    id: str
    title: str  # translated
    text: Callable[[R], str]
    sort: Callable[[R], Any] | None = None  # default: natural order of the text
    numeric: bool = False  # right-aligned
    colour: Callable[[R], str] | None = None  # word colour of the palette, "" for normal text
    icon: Callable[[R], tuple[str, str] | None] | None = None  # name and colour
    hint: Callable[[R], str] | None = None  # tooltip
    width: int = 100
    hidden: bool = False  # at first; the header's menu shows it


class RowsModel(QAbstractTableModel, Generic[R]):
    """Holds rows by key. New rows come to the end and take their place at the next ``resort``.

    While ``holding``, new rows wait: a list must not move under the eyes of a reader.
    """

    waiting_changed = Signal(int)

    def __init__(
        self,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._key = key
        self._theme = theme
        self._all: dict[Hashable, R] = {}
        self._shown: list[R] = []
        self._place: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, R] = {}
        self._wanted: Callable[[R], bool] | None = None
        self._sorting: tuple[int, bool] | None = None
        self._sort_keys: dict[Hashable, Any] = {}  # of the sorted column, until a row changes
        self._order: list[Hashable] = []  # as it was sorted last: what is nearly in order is put in order fast
        self.holding = False
        theme.changed.connect(self._recolour)

    def merge(self, rows: Iterable[R]) -> None:
        """Take one batch: known keys are replaced in place, new ones are appended."""
        changed: list[int] = []
        fresh: list[R] = []
        for row in rows:
            key = self._key(row)
            if key in self._all:
                self._all[key] = row
                self._sort_keys.pop(key, None)
                at = self._place.get(key)
                if at is not None:
                    self._shown[at] = row
                    changed.append(at)
                elif self._wanted is None or self._wanted(row):
                    fresh.append(row)
            elif self.holding:
                self._waiting[key] = row
            else:
                self._all[key] = row
                if self._wanted is None or self._wanted(row):
                    fresh.append(row)
        if changed:
            self.dataChanged.emit(self.index(min(changed), 0), self.index(max(changed), len(self.columns) - 1))
        if fresh:
            self._append({self._key(row): row for row in fresh})
        if self.holding:
            self.waiting_changed.emit(len(self._waiting))

    def release(self) -> None:
        """Let in the rows that waited."""
        self.holding = False
        waiting, self._waiting = self._waiting, {}
        if waiting:
            self.merge(waiting.values())
            self.resort()
            self.waiting_changed.emit(0)

    @property
    def waiting(self) -> int:
        """How many rows wait."""
        return len(self._waiting)

    def reset(self, rows: Iterable[R]) -> None:
        """Hold these rows and no others."""
        self.beginResetModel()
        self._all = {self._key(row): row for row in rows}
        self._waiting.clear()
        self._forget_order()
        self._arrange()
        self.endResetModel()
        self.waiting_changed.emit(0)

    def remove(self, keys: Iterable[Hashable]) -> None:
        """Take rows out; unknown keys are no error."""
        gone = set(keys)
        for key in gone:
            self._waiting.pop(key, None)
            self._all.pop(key, None)
            self._sort_keys.pop(key, None)
        for at in sorted((self._place[key] for key in gone if key in self._place), reverse=True):
            self.beginRemoveRows(_NO_INDEX, at, at)
            del self._shown[at]
            self._number()
            self.endRemoveRows()

    def filter(self, wanted: Callable[[R], bool] | None) -> None:
        """Show only the rows that ``wanted`` says yes to; None shows all."""
        self._wanted = wanted
        self.beginResetModel()
        self._arrange()
        self.endResetModel()

    def filter_text(self, text: str) -> None:
        """Show only rows in which every word of the text occurs in some column."""
        words = text.casefold().replace("·", "").split()
        if not words:
            self.filter(None)
            return

        def wanted(row: R) -> bool:
            line = "\n".join(column.text(row) for column in self.columns).casefold().replace("·", "")
            return all(word in line for word in words)

        self.filter(wanted)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column and keep to it; -1 returns to the order of arrival."""
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._forget_order()
        self.resort()

    def resort(self) -> None:
        """Put every row where it belongs; selection and scroll position stay with their rows."""
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        keys = [self._key(self._shown[index.row()]) for index in old]
        self._arrange()
        places = (self._place.get(key) for key in keys)
        new = [
            self.index(at, index.column()) if at is not None else QModelIndex()
            for at, index in zip(places, old, strict=True)
        ]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    def rows(self) -> list[R]:
        """Return the rows shown, from top to bottom."""
        return list(self._shown)

    def row(self, key: Hashable) -> R | None:
        """Return a row by its key, shown or not."""
        return self._all.get(key)

    def row_at(self, place: int) -> R:
        """Return the row in a line."""
        return self._shown[place]

    def place(self, key: Hashable) -> int | None:
        """Return the line that a key stands in, None while it is not shown."""
        return self._place.get(key)

    def key(self, row: R) -> Hashable:
        """Return the key of a row."""
        return self._key(row)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column.numeric else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        row = self._shown[index.row()]
        column = self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column.numeric else _LEFT
            case Qt.ItemDataRole.ForegroundRole if column.colour is not None:
                name = column.colour(row)
                return self._theme.colour(name) if name else None
            case Qt.ItemDataRole.DecorationRole if column.icon is not None:
                named = column.icon(row)
                return self._theme.icon(*named) if named else None
            case Qt.ItemDataRole.ToolTipRole if column.hint is not None:
                return column.hint(row) or None
            case _ if role == RowRole:
                return row
            case _ if role == KeyRole:
                return self._key(row)
        return None

    def _append(self, fresh: dict[Hashable, R]) -> None:
        first = len(self._shown)
        self.beginInsertRows(_NO_INDEX, first, first + len(fresh) - 1)
        for key, row in fresh.items():
            self._place[key] = len(self._shown)
            self._shown.append(row)
        self.endInsertRows()

    def _forget_order(self) -> None:
        self._sort_keys.clear()
        self._order.clear()

    def _arrange(self) -> None:
        if self._sorting is not None:
            self._put_in_order(*self._sorting)
            rows = [self._all[key] for key in self._order]
        else:
            rows = list(self._all.values())
        wanted = self._wanted
        self._shown = rows if wanted is None else [row for row in rows if wanted(row)]
        self._number()

    def _put_in_order(self, at: int, descending: bool) -> None:
        column, every, keys = self.columns[at], self._all, self._sort_keys
        by = column.sort or (lambda row: natural_key(column.text(row)))
        for key, row in every.items():
            if key not in keys:
                keys[key] = by(row)
        known = [key for key in self._order if key in every]
        if len(known) < len(every):
            there = set(known)
            known += [key for key in every if key not in there]
        known.sort(key=keys.__getitem__, reverse=descending)
        self._order = known

    def _number(self) -> None:
        self._place = {self._key(row): at for at, row in enumerate(self._shown)}

    def _recolour(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(self.columns) - 1))

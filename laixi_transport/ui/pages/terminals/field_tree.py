"""The fields of a frame as a tree: the standard's name, the value with its unit, identifier, type and clause."""

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFont, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from laixi_transport.services.terminals.model import FrameField
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.theme import Theme

NAME, VALUE, PATH, CLAUSE, NOTATION = range(5)
SpanRole = Qt.ItemDataRole.UserRole + 1
TREE_ROW_PX = 22
MANY = 400
"""A tree with more fields than this is shown closed below its first level."""


class FieldTree(QTreeWidget):
    """``field_chosen`` tells which bytes the current row means: from, up to and without."""

    field_chosen = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setColumnCount(5)
        self.setHeaderLabels(
            [self.tr("Field"), self.tr("Value"), self.tr("Identifier"), self.tr("Clause"), self.tr("Type")]
        )
        self.setAccessibleName(self.tr("Fields of the frame"))
        self.setUniformRowHeights(True)
        self.setStyleSheet(f"QTreeView::item {{ height: {round(TREE_ROW_PX * theme.scale)}px; }}")
        self.setAlternatingRowColors(True)
        self.setIndentation(14)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.header()
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in ((NAME, 150), (VALUE, 138), (PATH, 108), (CLAUSE, 148), (NOTATION, 90)):
            header.resizeSection(column, round(width * theme.scale))
        self._groups: tuple[tuple[str, Sequence[FrameField]], ...] = ()
        self.currentItemChanged.connect(self._tell)
        theme.changed.connect(self._recolour)

    def show_fields(self, groups: Sequence[tuple[str, Sequence[FrameField]]]) -> None:
        """Show groups of fields, each below its translated title; fields without a title stand at the top."""
        self._groups = tuple(groups)
        self.clear()
        total = sum(len(fields) for _, fields in groups)
        for title, fields in groups:
            if not fields:
                continue
            top = self._group(title, fields) if title else self.invisibleRootItem()
            self._add(top, fields, opened=total <= MANY)
            if title:
                top.setExpanded(not title or fields is groups[-1][1] or len(groups) == 1)

    def open_group(self, at: int) -> None:
        """Open a top row and everything below it."""
        item = self.topLevelItem(at)
        if item is not None:
            item.setExpanded(True)

    def _recolour(self) -> None:
        current = self.currentItem()
        path = current.data(PATH, SpanRole) if current is not None else None
        rows = [self.topLevelItem(at) for at in range(self.topLevelItemCount())]
        opened = [at for at, row in enumerate(rows) if row is not None and row.isExpanded()]
        self.show_fields(self._groups)
        for at in opened:
            self.open_group(at)
        again = self.row_of(path) if path else None
        if again is not None:
            self.setCurrentItem(again)

    def select_byte(self, offset: int) -> None:
        """Make the innermost field that has a byte the current one."""
        found = _holding(self.invisibleRootItem(), offset)
        if found is not None:
            self.setCurrentItem(found)
            self.scrollToItem(found)

    def texts(self, column: int = NAME) -> list[str]:
        """Return a column of all rows from top to bottom."""
        return [item.text(column) for item in _items(self.invisibleRootItem())]

    def row_of(self, path: str) -> QTreeWidgetItem | None:
        """Return the row of a field by its identifier."""
        return next((i for i in _items(self.invisibleRootItem()) if i.data(PATH, SpanRole) == path), None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.currentItem()
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        clipboard = QGuiApplication.clipboard()
        for words, said in (
            (self.tr("Copy the value"), item.text(VALUE)),
            (self.tr("Copy the identifier"), item.data(PATH, SpanRole)),
        ):
            menu.addAction(words).triggered.connect(partial(clipboard.setText, said or ""))
        menu.addSeparator()
        menu.addAction(self.tr("Open all")).triggered.connect(self.expandAll)
        menu.addAction(self.tr("Close all")).triggered.connect(self.collapseAll)
        menu.popup(event.globalPos())

    def _group(self, title: str, fields: Sequence[FrameField]) -> QTreeWidgetItem:
        item = QTreeWidgetItem([title])
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(NAME, font)
        begin = min(field.offset for field in fields)
        end = max(field.offset + len(field.data) for field in fields)
        item.setData(NAME, SpanRole, (begin, end))
        self.addTopLevelItem(item)
        item.setFirstColumnSpanned(True)
        return item

    def _add(self, top: QTreeWidgetItem, fields: Sequence[FrameField], *, opened: bool) -> None:
        """Enter fields below a row, in the tree that the dots and indexes of their names make."""
        branches: dict[str, QTreeWidgetItem] = {"": top}
        for field in fields:
            parts = _parts(field.path)
            above = self._branch(branches, parts[:-1], opened=opened)
            item = branches.get("".join(parts)) if parts else None
            if item is not None and item.text(PATH) and item.data(NAME, SpanRole) is not None:
                item = None  # an item of a list without a name of its own: shown as another row below
                above = branches["".join(parts)]
            if item is None:
                item = QTreeWidgetItem()
                above.addChild(item)
                above.setExpanded(opened)
                branches.setdefault("".join(parts), item)
            self._fill(item, field)
        _join_single(top)

    def _branch(self, branches: dict[str, QTreeWidgetItem], parts: list[str], *, opened: bool) -> QTreeWidgetItem:
        item = branches[""]
        for depth in range(len(parts)):
            path = "".join(parts[: depth + 1])
            if path not in branches:
                made = QTreeWidgetItem([_named(parts[depth])])
                made.setForeground(NAME, self._theme.colour("dim"))
                item.addChild(made)
                made.setExpanded(opened)
                branches[path] = made
            item = branches[path]
        return item

    def _fill(self, item: QTreeWidgetItem, field: FrameField) -> None:
        clause, marked = wording.clause(field.clause)
        if marked:
            said = self.tr("not verified")
            clause = f"{clause} · {said}" if clause else said
            item.setIcon(CLAUSE, self._theme.icon("help-circle", "dim"))
            item.setToolTip(CLAUSE, self.tr("Written from memory, not yet compared with the text of the standard."))
        value = wording.value(field.path, field.value)
        tail = field.path.rpartition(".")[2]
        texts = (field.label or tail or self.tr("not understood"), value, tail, clause, field.notation)
        for column, said in enumerate(texts):
            item.setText(column, said)
        item.setToolTip(VALUE, value if len(value) > 24 else "")
        item.setToolTip(NAME, item.text(NAME) if len(item.text(NAME)) > 12 else "")
        item.setToolTip(PATH, field.path if field.path != tail else "")
        item.setForeground(NAME, self._theme.colour("text"))
        for column in (PATH, NOTATION, CLAUSE):
            item.setForeground(column, self._theme.colour("dim"))
        item.setData(NAME, SpanRole, (field.offset, field.offset + len(field.data)))
        item.setData(PATH, SpanRole, field.path)

    def _tell(self, current: QTreeWidgetItem | None) -> None:
        begin, end = self._span(current) if current is not None else (0, 0)
        self.field_chosen.emit(begin, end)

    def _span(self, item: QTreeWidgetItem) -> tuple[int, int]:
        """Return the bytes of a row; of one that is only a branch those of everything below it."""
        spans = [span for i in (item, *_items(item)) if (span := i.data(NAME, SpanRole)) is not None]
        if not spans:
            return 0, 0
        return min(begin for begin, _ in spans), max(end for _, end in spans)


def _children(above: QTreeWidgetItem) -> Iterator[QTreeWidgetItem]:
    for at in range(above.childCount()):
        child = above.child(at)
        if child is not None:
            yield child


def _items(above: QTreeWidgetItem) -> Iterator[QTreeWidgetItem]:
    """Yield all rows below one, from top to bottom."""
    for child in _children(above):
        yield child
        yield from _items(child)


def _join_single(above: QTreeWidgetItem) -> None:
    """Have an item that has one field show its value itself: one row for the bytes of both."""
    for item in _children(above):
        _join_single(item)
        inner = item.child(0)
        span = item.data(NAME, SpanRole)
        if item.childCount() != 1 or inner is None or inner.childCount() or span is None or not item.text(VALUE):
            continue
        inner_span = inner.data(NAME, SpanRole)
        if inner_span is None or inner_span[0] != span[1]:
            continue
        item.setData(NAME, SpanRole, (span[0], inner_span[1]))
        for column in (VALUE, PATH, CLAUSE, NOTATION):
            item.setText(column, inner.text(column))
            item.setToolTip(column, inner.toolTip(column))
            item.setIcon(column, inner.icon(column))
        item.setToolTip(NAME, inner.text(NAME))
        item.setData(PATH, SpanRole, inner.data(PATH, SpanRole))
        item.removeChild(inner)


def _holding(above: QTreeWidgetItem, offset: int) -> QTreeWidgetItem | None:
    """Return the innermost row below one that has a byte."""
    for child in _children(above):
        inner = _holding(child, offset)
        if inner is not None:
            return inner
        span = child.data(NAME, SpanRole)
        if span is not None and span[0] <= offset < span[1]:
            return child
    return None


def _parts(path: str) -> list[str]:
    """Return "items[0].items.01" as ["items", "[0]", ".items", ".01"]: joined again they are the path."""
    parts: list[str] = []
    for name in path.split("."):
        head, *indexes = name.split("[")
        parts.append(f".{head}" if parts else head)
        parts += [f"[{index}" for index in indexes]
    return parts


def _named(part: str) -> str:
    """Return the name of a branch: "#1" for the first of a list."""
    index = part.strip("[]")
    if part.lstrip(".") == "items":
        return QCoreApplication.translate("Terminals", "Items")
    return f"#{int(index) + 1}" if part.startswith("[") and index.isdecimal() else part.lstrip(".")

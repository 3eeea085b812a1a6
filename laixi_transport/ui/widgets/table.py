"""The one table: dense rows, columns that are remembered, keys for everything, no reordering under the pointer."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QPushButton, QTableView, QWidget

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.theme.tokens import ROW_PX
from laixi_transport.ui.widgets.rows import RowsModel

FIT_PX = 80
"""A table that is too wide by no more than this gives up some of its widest column instead of a scroll bar."""
SETTLE_MS = 1500
"""New values take their sorted place at most this often, and never while the pointer is on the table."""


class Table(QTableView):
    """Shows a RowsModel.

    name      under which the columns are remembered in the settings
    empty     translated sentence shown while there are no rows
    hold      let new rows wait behind a "3 new" line while the pointer is on the table
    """

    chosen = Signal(object)
    """The current row was changed, by key or pointer: the row, or None."""
    opened = Signal(object)
    """Enter or double click on a row."""

    offers: ClassVar[Sequence[tuple[str, Callable[["Table"], object]]]] = ()
    """Title and what to do with a table: the header's menu offers it for every table; the window fills it."""

    def __init__(
        self,
        model: RowsModel[Any],
        theme: Theme,
        *,
        name: str = "",
        settings: QSettings | None = None,
        empty: str = "",
        hold: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows = model
        self.empty = empty
        self._theme = theme
        self._settings = settings if name else None
        self._setting = f"tables/{name}"
        self._hold = hold
        self._over = False
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(round(ROW_PX * theme.scale))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(40)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        for at, column in enumerate(model.columns):
            self.setColumnWidth(at, round(column.width * theme.scale))
            self.setColumnHidden(at, column.hidden)
        self._given: dict[int, int] = {}  # columns that gave up some of their width, with what they had
        self._fitting = False
        self._restore_columns()
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._save_later)
        header.sortIndicatorChanged.connect(self._save_later)
        self._saving = QTimer(self, singleShot=True, interval=500)
        self._saving.timeout.connect(self._save_columns)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._settle)
        self._new = QPushButton(self)
        self._new.setObjectName("primary")
        self._new.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._new.hide()
        self._new.clicked.connect(self.show_new)
        model.waiting_changed.connect(self._show_waiting)
        model.dataChanged.connect(self._unsettle)
        model.rowsInserted.connect(self._unsettle)
        self.selectionModel().currentRowChanged.connect(self._tell_chosen)
        self.activated.connect(lambda index: self.opened.emit(self.rows.row_at(index.row())))

    def sort_by(self, column_id: str, *, descending: bool = False) -> None:
        """Sort by a column unless the user's own order is remembered."""
        if self._settings is None or self._settings.value(self._setting) is None:
            at = next(i for i, column in enumerate(self.rows.columns) if column.id == column_id)
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            self.horizontalHeader().setSortIndicator(at, order)
            self.sortByColumn(at, order)
        self.setSortingEnabled(True)

    def current(self) -> Any | None:
        """Return the current row."""
        index = self.currentIndex()
        return self.rows.row_at(index.row()) if index.isValid() else None

    def selected(self) -> list[Any]:
        """Return the selected rows from top to bottom."""
        return [self.rows.row_at(at) for at in sorted({index.row() for index in self.selectionModel().selectedRows()})]

    def choose(self, key: Hashable | None, *, scroll: bool = True) -> bool:
        """Make a row the current one; False where it is not shown."""
        at = self.rows.place(key) if key is not None else None
        if at is None:
            self.selectionModel().clear()
            return False
        index = self.rows.index(at, self._first_column())
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, flags)
        if scroll:
            self.scrollTo(index)
        return True

    def copy(self) -> None:
        """Put the selected rows on the clipboard, cells parted by tabs, with the titles above them."""
        header = self.horizontalHeader()
        order = [header.logicalIndex(at) for at in range(header.count())]
        columns = [self.rows.columns[at] for at in order if not self.isColumnHidden(at)]
        lines = ["\t".join(column.title for column in columns)]
        lines += ["\t".join(column.text(row) for column in columns) for row in self.selected()]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def show_new(self) -> None:
        """Let in the rows that waited."""
        self.rows.release()
        self.rows.holding = self._hold and self._over

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self.opened.emit(self.current())
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._over = True
        self.rows.holding = self._hold
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._over = False
        self.rows.release()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._place_new()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.empty and self.rows.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self._theme.colour("dim"))
            room = self.viewport().rect().adjusted(16, 12, -16, -12)
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), self.empty)
            painter.end()

    def _fit(self) -> None:
        """Take from the widest columns what there is no room for; they get it back as soon as there is."""
        header = self.horizontalHeader()
        self._fitting = True
        self._give_back()
        over = header.length() - self.viewport().width()
        if 0 < over <= FIT_PX:
            widest = max(range(header.count()), key=header.sectionSize)
            self._given[widest] = header.sectionSize(widest)
            header.resizeSection(widest, max(header.minimumSectionSize(), header.sectionSize(widest) - over))
        self._fitting = False

    def _give_back(self) -> None:
        for at, width in self._given.items():
            self.horizontalHeader().resizeSection(at, width)
        self._given.clear()

    def _resized(self, at: int) -> None:
        """Keep the width that somebody has given to a column."""
        if not self._fitting:
            self._given.pop(at, None)
            self._save_later()

    def _first_column(self) -> int:
        return next((at for at in range(len(self.rows.columns)) if not self.isColumnHidden(at)), 0)

    def _tell_chosen(self) -> None:
        self.chosen.emit(self.current())

    def _unsettle(self) -> None:
        if self.isSortingEnabled() and not self._settling.isActive():
            self._settling.start()

    def _settle(self) -> None:
        if self._over:
            self._settling.start()
        else:
            self.rows.resort()

    def _show_waiting(self, count: int) -> None:
        self._new.setVisible(count > 0)
        if count:
            self._new.setText(self.tr("{n} new").format(n=count))
            self._place_new()

    def _place_new(self) -> None:
        self._new.adjustSize()
        top = self.horizontalHeader().height() + 4
        self._new.move(QPoint((self.width() - self._new.width()) // 2, top))

    def _choose_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        for place, column in enumerate(self.rows.columns):
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(place))
            action.setEnabled(place != self._first_column() or self.isColumnHidden(place))
            action.toggled.connect(lambda shown, place=place: self._show_column(place, shown))
        if self.offers:
            menu.addSeparator()
        for title, run in self.offers:
            menu.addAction(title).triggered.connect(lambda _=False, run=run: run(self))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(at))

    def _show_column(self, place: int, shown: bool) -> None:
        self.setColumnHidden(place, not shown)
        self._save_later()

    def _save_later(self) -> None:
        if self._settings is not None:
            self._saving.start()

    def _save_columns(self) -> None:
        if self._settings is None:
            return
        self._fitting = True
        self._give_back()  # widths of a narrow window are none to be remembered
        state = bytes(self.horizontalHeader().saveState().data())
        self._fit()
        self._settings.setValue(self._setting, self._identity() + state)

    def _restore_columns(self) -> None:
        state = self._settings.value(self._setting) if self._settings is not None else None
        identity = self._identity()
        data = bytes(state) if isinstance(state, bytes | bytearray) else getattr(state, "data", bytes)()
        if data.startswith(identity):
            self.horizontalHeader().restoreState(data[len(identity) :])
        elif self._settings is not None:
            self._settings.remove(self._setting)

    def _identity(self) -> bytes:
        """Return the columns by name: a state of other columns must not be laid over these."""
        names = ",".join(column.id for column in self.rows.columns)
        return f"{names} at {self._theme.scale:g}\n".encode()  # nor one of larger text

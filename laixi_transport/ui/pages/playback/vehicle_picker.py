"""Choosing vehicles: a button, and below it a list with search."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.ui import format as text
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, RowsModel, Table, dim, natural_key, show_below

WIDTH_PX = 420
HEIGHT_PX = 420
_TOGGLES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Choice:
    """One vehicle of the list."""

    vehicle: Vehicle
    chosen: bool
    reports: int | None  # on the day; None while it is not known


class VehiclePicker(QFrame):
    """Opens below a widget. Space, Enter or a click chooses; closing it takes the choice, Escape does not."""

    picked = Signal(list)
    """Ids of the chosen vehicles, when they are others than before."""

    def __init__(self, theme: Theme, most: int, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._most = most
        self._before: list[int] = []
        self._taken = True
        self.setObjectName("popup")
        self.setFixedSize(round(WIDTH_PX * theme.scale), round(HEIGHT_PX * theme.scale))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Plate, line, company"))
        self.search.setClearButtonEnabled(True)
        columns = [
            Column[Choice]("chosen", "", lambda _: "", icon=_tick, width=36),
            Column[Choice]("plate", self.tr("Vehicle"), lambda row: text.plate(row.vehicle.name), width=116),
            Column[Choice]("line", self.tr("Line, company"), _line, colour=lambda _: "dim", width=150),
            Column[Choice]("reports", self.tr("Reports"), _reports, numeric=True, width=80),
        ]
        self.rows: RowsModel[Choice] = RowsModel(columns, lambda row: row.vehicle.id, theme, self)
        self.table = Table(self.rows, theme, empty=self.tr("No vehicle is like that."))
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.count = dim()
        self.all = QPushButton(self.tr("All"))
        self.all.setToolTip(self.tr("Choose all in the list"))
        clear = QPushButton(self.tr("Clear"))
        clear.setToolTip(self.tr("Choose none"))
        done = QPushButton(self.tr("Show"))
        done.setObjectName("primary")
        foot = QHBoxLayout()
        foot.addWidget(self.count)
        foot.addStretch(1)
        foot.addWidget(self.all)
        foot.addWidget(clear)
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.search.textChanged.connect(self._find)
        self.table.clicked.connect(lambda index: self.toggle(self.rows.row_at(index.row()).vehicle.id))
        self.all.clicked.connect(self.choose_found)
        clear.clicked.connect(self.clear)
        done.clicked.connect(self.hide)
        self.table.installEventFilter(self)
        self.search.installEventFilter(self)

    def open_below(self, widget: QWidget, vehicles: Iterable[Vehicle], chosen: Iterable[int]) -> None:
        """Show the list: the chosen ones first, then by name."""
        self._before = list(chosen)
        self._taken = False
        rows = [Choice(vehicle, vehicle.id in self._before, None) for vehicle in vehicles]
        rows.sort(key=lambda row: (not row.chosen, natural_key(row.vehicle.name)))
        self.search.clear()
        self.rows.reset(rows)
        self._count()
        show_below(self, widget)
        self.search.setFocus()

    def show_reports(self, counts: Mapping[int, int]) -> None:
        """Say how many reports each vehicle has on the day."""
        self.rows.merge(replace(row, reports=counts.get(row.vehicle.id, 0)) for row in self.everything())

    def everything(self) -> list[Choice]:
        """Return all rows, found or not."""
        self.rows.filter(None)
        rows = self.rows.rows()
        self._find(self.search.text())
        return rows

    @property
    def chosen(self) -> list[int]:
        """Ids of the chosen vehicles, in the order in which they were before, new ones last."""
        now = [row.vehicle.id for row in self.everything() if row.chosen]
        return [i for i in self._before if i in now] + [i for i in now if i not in self._before]

    def toggle(self, vehicle_id: int) -> None:
        """Choose a vehicle or not; beyond the most that can be shown nothing more is taken."""
        row = self.rows.row(vehicle_id)
        if row is None:
            return
        full = not row.chosen and len(self.chosen) >= self._most
        if not full:
            self.rows.merge([replace(row, chosen=not row.chosen)])
        self._count(full=full)

    def choose_found(self) -> None:
        """Choose every vehicle that the search has left in the list, as many as can be shown."""
        room = self._most - len(self.chosen)
        self._find(self.search.text())
        found = [row for row in self.rows.rows() if not row.chosen]
        self.rows.merge([replace(row, chosen=True) for row in found[:room]])
        self._count(full=len(found) > room)

    def clear(self) -> None:
        """Choose none."""
        self.rows.merge([replace(row, chosen=False) for row in self.everything() if row.chosen])
        self._count()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not self._taken:
            self._taken = True
            chosen = self.chosen
            if chosen != self._before:
                self.picked.emit(chosen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # the keys of the playback rest while the list is open
                return True
            if event.type() == QEvent.Type.KeyPress and self._key(watched, event):
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._key(self, event):
            super().keyPressEvent(event)

    def _key(self, watched: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self._taken = True
            self.hide()
        elif watched is self.search and key == Qt.Key.Key_Down and self.rows.rowCount():
            self.table.setFocus()
            self.table.choose(self.rows.row_at(0).vehicle.id)
        elif watched is self.search and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.search.text() and self.rows.rowCount():
                self.toggle(self.rows.row_at(0).vehicle.id)
                self.search.selectAll()
            else:
                self.hide()
        elif watched is self.table and key in _TOGGLES and (row := self.table.current()) is not None:
            self.toggle(row.vehicle.id)
        else:
            return False
        return True

    def _find(self, wanted: str) -> None:
        self.rows.filter_text(wanted)

    def _count(self, *, full: bool = False) -> None:
        said = self.tr("{n} of at most {most} chosen")
        if full:
            said = self.tr("{most} vehicles are the most that can be shown at once")
        self.count.setText(said.format(n=len(self.chosen), most=self._most))


def _tick(row: Choice) -> tuple[str, str] | None:
    return ("check", "accent_text") if row.chosen else None


def _line(row: Choice) -> str:
    return " · ".join(part for part in (row.vehicle.line, row.vehicle.organisation) if part)


def _reports(row: Choice) -> str:
    return "" if row.reports is None else text.number(row.reports) if row.reports else text.NONE

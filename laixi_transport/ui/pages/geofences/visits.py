"""Who is in an area now, and who was there on a day."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QDate, QSettings, Signal
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.time import beijing_date, beijing_day
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.geofences.passages import Passage
from laixi_transport.ui import format as text
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Column, RowsModel, Table, dim, natural_key
from laixi_transport.ui.widgets.passages import PassageRow, passage_columns, passage_rows


class InsideRow(NamedTuple):
    """A vehicle that is inside by its newest place."""

    vehicle: Vehicle
    state: VehicleState

    @property
    def id(self) -> int:
        return self.vehicle.id


class InsideNow(QWidget):
    """Vehicles whose newest place is inside."""

    opened = Signal(object)
    """Vehicle id: Enter or double click."""
    chosen = Signal(object)
    """Vehicle id, by key or pointer."""

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float]) -> None:
        super().__init__()
        translate = QCoreApplication.translate
        columns: list[Column[InsideRow]] = [
            Column(
                "plate",
                translate("Geofence", "Plate"),
                lambda r: text.plate(r.vehicle.name),
                sort=lambda r: natural_key(r.vehicle.name),
                width=104,
            ),
            Column(
                "speed",
                translate("Geofence", "km/h"),
                lambda r: text.speed(r.state.speed_kmh, r.vehicle.speed_limit_kmh, unit=False),
                sort=lambda r: -r.state.speed_kmh,
                numeric=True,
                width=56,
            ),
            Column(
                "age",
                translate("Geofence", "Place of"),
                lambda r: text.ago(r.state.located_time_s, now()),
                sort=lambda r: -r.state.located_time_s,
                numeric=True,
                width=100,
            ),
            Column("line", translate("Geofence", "Line"), lambda r: r.vehicle.line or text.NONE, width=64),
            Column(
                "organisation",
                translate("Geofence", "Organisation"),
                lambda r: r.vehicle.organisation or text.NONE,
                width=140,
                hidden=True,
            ),
        ]
        self.rows: RowsModel[InsideRow] = RowsModel(columns, lambda r: r.id, theme, self)
        self.table = Table(self.rows, theme, name="geofences.inside", settings=settings)
        self.table.setAccessibleName(translate("Geofence", "Vehicles inside now"))
        self.table.empty = self.tr("No vehicle is inside now.")
        self.table.sort_by("plate")
        self.table.opened.connect(lambda r: self.opened.emit(r.id))
        self.table.chosen.connect(lambda r: self.chosen.emit(r.id) if r is not None else None)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)

    def show_vehicles(self, rows: Sequence[InsideRow]) -> None:
        """Show these vehicles and no others, without a jump where they are the same."""
        known = {row.id for row in self.rows.rows()}
        wanted = {row.id for row in rows}
        if known - wanted:
            self.rows.remove(known - wanted)
        self.rows.merge(rows)


class Passages(QWidget):
    """Stays of a day in a table."""

    day_chosen = Signal()
    opened = Signal(object, float)
    """Vehicle id and Unix seconds: Enter or double click."""

    def __init__(self, theme: Theme, settings: QSettings, now: Callable[[], float]) -> None:
        super().__init__()
        self._theme = theme
        translate = QCoreApplication.translate
        self.day_field = QDateEdit()
        self.day_field.setCalendarPopup(True)
        self.day_field.setDisplayFormat("yyyy-MM-dd")
        self.day_field.setAccessibleName(self.tr("Day"))
        self.set_day(beijing_date(now()))
        self.day_field.dateChanged.connect(self.day_chosen)
        self.before = self._step("chevron-left", self.tr("The day before"), -1)
        self.after = self._step("chevron-right", self.tr("The day after"), 1)
        self.told = dim()
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.before)
        row.addWidget(self.day_field)
        row.addWidget(self.after)
        row.addSpacing(6)
        row.addWidget(self.told, 1)
        columns: list[Column[PassageRow]] = [
            *passage_columns(),
            Column(
                "fastest",
                translate("Geofence", "Max km/h"),
                lambda r: text.speed(r.passage.fastest_kmh, unit=False),
                sort=lambda r: -(r.passage.fastest_kmh or 0.0),
                numeric=True,
                width=70,
            ),
            Column(
                "held",
                translate("Geofence", "Area then"),
                lambda r: translate("Geofence", "held") if r.passage.held else translate("Geofence", "rested"),
                colour=lambda r: "" if r.passage.held else "dim",
                width=70,
                hidden=True,
            ),
        ]
        self.rows: RowsModel[PassageRow] = RowsModel(columns, lambda r: r.number, theme, self)
        self.table = Table(self.rows, theme, name="geofences.passages", settings=settings)
        self.table.setAccessibleName(translate("Geofence", "Passages of the day"))
        self.table.sort_by("entered")
        self.table.opened.connect(self._open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        theme.changed.connect(self._recolour)
        self._recolour()

    @property
    def day(self) -> dt.date:
        """The day that is shown, GMT+8."""
        date = self.day_field.date()
        return dt.date(date.year(), date.month(), date.day())

    def set_day(self, day: dt.date) -> None:
        """Show another day."""
        self.day_field.setDate(QDate(day.year, day.month, day.day))

    def wait(self) -> None:
        """Show that the passages are being looked for."""
        self.rows.reset(())
        self.table.empty = self.tr("Looking through the tracks of the day…")
        self.told.setText("")
        self.table.viewport().update()

    def show_passages(self, passages: tuple[Passage, ...], vehicle: Callable[[int], Vehicle | None]) -> None:
        """Show these stays and no others."""
        begin_s, _ = beijing_day(self.day)
        self.rows.reset(passage_rows(passages, vehicle, begin_s))
        self.rows.resort()
        self.table.empty = self.tr("No vehicle was inside on this day.")
        vehicles = len({p.vehicle_id for p in passages})
        said = self.tr("{count} passages of {vehicles} vehicles").format(count=len(passages), vehicles=vehicles)
        self.told.setText(said if passages else "")
        self.table.viewport().update()

    def _step(self, icon: str, hint: str, days: int) -> QToolButton:
        button = QToolButton()
        button.setToolTip(hint)
        button.setAccessibleName(hint)
        button.setProperty("picture", icon)
        button.clicked.connect(lambda *_: self.day_field.setDate(self.day_field.date().addDays(days)))
        return button

    def _open(self, row: PassageRow) -> None:
        self.opened.emit(row.passage.vehicle_id, row.from_s)

    def _recolour(self) -> None:
        for button in (self.before, self.after):
            button.setIcon(self._theme.icon(str(button.property("picture")), "dim"))

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


class InsideRow(NamedTuple):
    """A vehicle that is inside by its newest place."""

    vehicle: Vehicle
    state: VehicleState

    @property
    def id(self) -> int:
        return self.vehicle.id


class PassageRow(NamedTuple):
    """A stay of a vehicle of the register on the day that is shown."""

    number: int
    passage: Passage
    vehicle: Vehicle | None
    begin_s: int

    @property
    def name(self) -> str:
        return text.plate(self.vehicle.name) if self.vehicle is not None else f"#{self.passage.vehicle_id}"


def entered(row: PassageRow) -> str:
    """Return when it came in; "before" where it was there already, "≤" where it came in a gap before."""
    passage = row.passage
    if passage.entered_s is None:
        return QCoreApplication.translate("Geofence", "before")
    return text.clock(passage.entered_s) if passage.entered_seen else f"≤ {text.clock(passage.entered_s)}"


def left(row: PassageRow) -> str:
    """Return when it left; "inside" where it had not, "≤" where it left in a gap before."""
    passage = row.passage
    if passage.left_s is None:
        return QCoreApplication.translate("Geofence", "inside")
    return text.clock(passage.left_s) if passage.left_seen else f"≤ {text.clock(passage.left_s)}"


def stayed(row: PassageRow) -> str:
    """Return how long it stayed; "≥" where an end of it is not known."""
    passage = row.passage
    known = passage.entered_s is not None and passage.entered_seen and passage.left_s is not None and passage.left_seen
    said = text.duration(passage.duration_s(row.begin_s))
    return said if known else f"≥ {said}"


def _gap_hint(row: PassageRow) -> str:
    if row.passage.entered_seen and row.passage.left_seen:
        return ""
    return QCoreApplication.translate("Geofence", "The border was crossed in a gap of the reports before this time")


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
            Column(
                "plate",
                translate("Geofence", "Plate"),
                lambda r: r.name,
                sort=lambda r: natural_key(r.name),
                width=90,
            ),
            Column(
                "entered",
                translate("Geofence", "Came in"),
                entered,
                sort=lambda r: r.passage.entered_s or 0.0,
                numeric=True,
                hint=_gap_hint,
                width=92,
            ),
            Column(
                "left",
                translate("Geofence", "Left"),
                left,
                sort=lambda r: r.passage.left_s or float("inf"),
                numeric=True,
                hint=_gap_hint,
                width=92,
            ),
            Column(
                "stayed",
                translate("Geofence", "Stayed"),
                stayed,
                sort=lambda r: -r.passage.duration_s(r.begin_s),
                numeric=True,
                width=92,
            ),
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

    def show_passages(self, passages: Sequence[Passage], vehicle: Callable[[int], Vehicle | None]) -> None:
        """Show these stays and no others."""
        begin_s, _ = beijing_day(self.day)
        self.rows.reset(PassageRow(n, p, vehicle(p.vehicle_id), begin_s) for n, p in enumerate(passages))
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
        passage = row.passage
        self.opened.emit(passage.vehicle_id, row.begin_s if passage.entered_s is None else passage.entered_s)

    def _recolour(self) -> None:
        for button in (self.before, self.after):
            button.setIcon(self._theme.icon(str(button.property("picture")), "dim"))

"""What is played back: chosen vehicles, days, and what was loaded of them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from laixi_transport.domain.time import DAY_S, beijing_date, beijing_day
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.playback.places import FleetFixes
from laixi_transport.services.playback.reel import OvertakenError
from laixi_transport.services.playback.shifted import shifted
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback.around import Around, Fleet, open_fleet
from laixi_transport.ui.pages.playback.loaded import LoadedDay, fixes_of, prepare
from laixi_transport.ui.timeline.lane import Lane

MOST_VEHICLES = 1000
MOST_DAYS = 62
MOST_WHOLE = 20
"""So many vehicle-days are analysed as a whole; of more only the selected vehicle, the others are read by the hour."""
FIRST_VEHICLES = 3
"""So many are shown when nobody has chosen any yet."""
LATE_S = 3600.0
"""Reports come in so long after a day has ended."""
DETAIL_REST_MS = 450
"""The selected vehicle's day is analysed once the moment has stayed in a day so long: it would hold up a scrub."""

_DAY_SLOT = "playback.day"
_DETAIL_SLOT = "playback.detail"


class Comparison(NamedTuple):
    """A vehicle's other day that runs under the same clock."""

    vehicle_id: int
    day: dt.date


class _Whole(NamedTuple):
    days: tuple[LoadedDay, ...]
    fixes: FleetFixes


def day_note(day: dt.date, beside: dt.date) -> str:
    """Return how a day is named beside another one: with its year where that is not the same."""
    return day.strftime("%m-%d") if day.year == beside.year else day.isoformat()


class Session(QObject):
    """Loads what is asked for and drops answers that came too late."""

    asked = Signal()
    """Other vehicles or other days are being loaded."""
    loaded = Signal()
    """What was asked for is there."""
    failed = Signal(object)
    """The exception that loading ended with; nothing is there."""
    selected_changed = Signal()
    """Another vehicle is selected, or what is to be known of it has come."""
    came = Signal()
    """Positions that were waited for are there."""
    refined = Signal()
    """More is known of the lanes and of the period of the data."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._selected: int | None = None
        self._fixes: FleetFixes | None = None
        self._around: Around | None = None
        self._asked_at_s = 0.0
        self._read_day: dt.date | None = None
        self._rest = QTimer(self, singleShot=True, interval=DETAIL_REST_MS)
        self._rest.timeout.connect(self._read_selected)
        self.vehicle_ids: tuple[int, ...] = ()
        self.day: dt.date = beijing_date(context.now())
        self.last_day = self.day
        self.compared: Comparison | None = None
        self._before: tuple[tuple[int, ...], dt.date, dt.date] | None = None  # what was shown before comparing
        self.days: tuple[LoadedDay, ...] = ()
        """What is analysed: all vehicles, or of many the selected one on the day of the moment."""
        self.vehicles: tuple[Vehicle, ...] = ()
        """All that are shown, in the order of the positions; a compared day has a vehicle of its own."""
        self.names: list[str] = []
        self.ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self.loading = False
        self.go_to_s: float | None = None
        """A moment to go to once loading is done."""

    @property
    def selected(self) -> LoadedDay | None:
        """The vehicle that panel, curve and steps are about; None also while it is being read."""
        return next((day for day in self.days if day.vehicle.id == self._selected), None)

    @property
    def selected_id(self) -> int | None:
        """Its id, also while it is being loaded."""
        return self._selected

    @property
    def other(self) -> LoadedDay | None:
        """The compared day."""
        return next((day for day in self.days if day.vehicle.id < 0), None) if self.compared is not None else None

    @property
    def period(self) -> tuple[float, float]:
        """The days in Unix seconds."""
        return float(beijing_day(self.day)[0]), float(beijing_day(self.last_day)[1])

    @property
    def by_the_hour(self) -> bool:
        """Whether there is too much to load it as a whole."""
        return self._around is not None

    @property
    def around(self) -> Around | None:
        """What reads the hours of many vehicles."""
        return self._around

    @property
    def data_period(self) -> tuple[float, float]:
        """First and last report of the loaded vehicles, as far as it is known; all days while there is none."""
        begin_s, end_s = self.period
        if self._around is not None:
            fleet = self._around.fleet
            if fleet.first_s is None or fleet.last_s is None:
                return begin_s, end_s
            # Reports of a terminal whose clock runs ahead come last.
            return max(begin_s, fleet.first_s), min(end_s, fleet.last_s) if self._around.all_listed else end_s
        known = [day.period for day in self.days if day.period is not None]
        return (min(p[0] for p in known), max(p[1] for p in known)) if known else (begin_s, end_s)

    @property
    def moments(self) -> tuple[float, float]:
        """First and last moment to go to: the last second of the last day at most, midnight is another day's."""
        begin_s, end_s = self.data_period
        return begin_s, max(begin_s, min(end_s, self.period[1] - 1))

    @property
    def has_data(self) -> bool:
        """Whether any loaded vehicle has a report, or may have one."""
        if self._around is not None:
            return self._around.fleet.first_s is not None or not self._around.all_listed
        return any(day.period is not None for day in self.days)

    @property
    def lanes(self) -> list[Lane]:
        """A lane for each vehicle."""
        return [day.lane for day in self.days] if self._around is None else self._around.fleet.lanes

    @property
    def outdated(self) -> bool:
        """Whether reports may have come since it was loaded: the period was not over then, or only just."""
        return self._asked_at_s < self.period[1] + LATE_S

    def fixes_at(self, at_s: float, direction: int = 1, speed: float = 1.0) -> FleetFixes | None:
        """Return what knows where all vehicles are at a moment; None while it is being read (``came`` follows)."""
        if self._around is not None:
            found = self._around.fixes(at_s, direction, speed)  # first: the reading begins at once
            if found is None and self._rest.isActive():
                self._rest.start()
            if beijing_date(at_s) != self._read_day:
                self._read_day = beijing_date(at_s)
                self._rest.start()
                if self.days:
                    self.days = ()
                    self.selected_changed.emit()
            return found
        return self._fixes

    def select(self, vehicle_id: int) -> None:
        """Make one of the shown vehicles the one that panel, curve and steps are about."""
        if vehicle_id != self._selected and vehicle_id in self.ids:
            self._selected = vehicle_id
            if self._around is not None:
                self.days = ()
                self._read_selected()
            self.selected_changed.emit()

    def ask(
        self,
        *,
        vehicle_ids: Sequence[int] | None = None,
        day: dt.date | None = None,
        last_day: dt.date | None = None,
        selected: int | None = None,
        go_to_s: float | None = None,
    ) -> None:
        """Load vehicles and days; what is not given stays as it was, but another ``day`` alone is one day."""
        if vehicle_ids is not None:
            self.vehicle_ids = tuple(dict.fromkeys(vehicle_ids))[:MOST_VEHICLES]
        if day is not None:
            self.day = day
            self.last_day = last_day or day
        elif last_day is not None:
            self.last_day = last_day
        self.last_day = min(max(self.day, self.last_day), self.day + dt.timedelta(days=MOST_DAYS - 1))
        if selected is not None:
            self._selected = selected
        if self._selected not in self.vehicle_ids:
            self._selected = self.vehicle_ids[0] if self.vehicle_ids else None
        if self.compared is not None and (vehicle_ids is not None or self.last_day != self.day):
            self.compared = self._before = None
        self.go_to_s = go_to_s
        self._load()

    def compare(self, other: Comparison | None, go_to_s: float | None = None) -> None:
        """Let another day run beside the selected vehicle's day, aligned by the time of day; None ends it.

        Of several days that are shown it is the day of ``go_to_s``. Ending it shows again what was shown before; if
        other days were gone to meanwhile, those vehicles on the day that is shown now.
        """
        if other is not None and self._selected is not None:
            if self._before is None:
                self._before = (self.vehicle_ids, self.day, self.last_day)
            if go_to_s is not None:
                self.day = min(max(self.day, beijing_date(go_to_s)), self.last_day)
            self.vehicle_ids, self.last_day = (abs(self._selected),), self.day
            self._selected = self.vehicle_ids[0]
        elif other is None and self._before is not None:
            self._selected = self.vehicle_ids[0] if self.vehicle_ids else None
            self.vehicle_ids, day, last_day = self._before
            if day <= self.day <= last_day:
                self.day, self.last_day = day, last_day
            self._before = None
        self.compared = other
        self.go_to_s = go_to_s
        self._load()

    def true_moment(self, at_s: float) -> float:
        """Return when the selected vehicle was where it is shown at a moment: another time for a compared day."""
        if self.compared is None or self._selected is None or self._selected > 0:
            return at_s
        return at_s + beijing_day(self.compared.day)[0] - beijing_day(self.day)[0]

    def ask_newest(self) -> None:
        """Load the newest day there is, with vehicles that reported much on it, first those with open alerts."""
        playback, alerts = self._context.services.playback, self._context.services.alerts

        def find() -> tuple[dt.date, list[int]] | None:
            day = playback.newest_day()
            if day is None:
                return None
            counts = playback.vehicles_with_data(*beijing_day(day))
            much = max(counts.values(), default=0) / 2
            alarmed = {alert.vehicle_id for alert in alerts.open_alerts() if counts.get(alert.vehicle_id, 0) >= much}
            order = sorted(counts, key=lambda v: (v not in alarmed, -counts[v], v))
            return day, order[:FIRST_VEHICLES]

        def take(found: tuple[dt.date, list[int]] | None) -> None:
            if found is not None:
                self.ask(day=found[0], vehicle_ids=found[1])

        self._context.tasks.run(find, slot=_DAY_SLOT, owner=self).then(take).otherwise(self._fail)

    def save_state(self) -> dict[str, Any]:
        """Return what is chosen."""
        return {
            "vehicles": list(self.vehicle_ids),
            "day": self.day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "selected": self._selected,
        }

    def _load(self) -> None:
        context, vehicle_ids, at_s = self._context, self.vehicle_ids, self.go_to_s
        begin_s, end_s = (int(edge) for edge in self.period)
        self.loading = True
        self._asked_at_s = context.now()
        self.asked.emit()
        if len(vehicle_ids) * ((end_s - begin_s) // DAY_S) <= MOST_WHOLE:
            playback, compared = context.services.playback, self.compared

            def work() -> _Whole | Fleet:
                days = prepare(playback.day(vehicle_ids, begin_s, end_s)) if vehicle_ids else ()
                if compared is not None:
                    other_s = beijing_day(compared.day)
                    found = playback.day([compared.vehicle_id], *other_s)
                    moved = [shifted(day, begin_s - other_s[0], -day.vehicle.id) for day in found]
                    days += prepare(moved, day_note(compared.day, beijing_date(begin_s)))
                return _Whole(days, fixes_of(days, (float(begin_s), float(end_s))))
        else:

            def work() -> _Whole | Fleet:
                return open_fleet(context, vehicle_ids, begin_s, end_s, at_s)

        context.tasks.run(work, slot=_DAY_SLOT, owner=self).then(self._take).otherwise(self._fail)

    def _take(self, found: _Whole | Fleet) -> None:
        self._clear()
        if isinstance(found, Fleet):
            self.vehicles = found.vehicles
            self._around = Around(self._context, found, self)
            self._around.came.connect(lambda _hour: self.came.emit())
            self._around.refined.connect(self.refined)
        else:
            self.days, self._fixes = found
            self.vehicles = tuple(day.vehicle for day in self.days)
        self.vehicle_ids = tuple(vehicle.id for vehicle in self.vehicles if vehicle.id > 0)
        self.ids = np.array([vehicle.id for vehicle in self.vehicles], np.int64)
        noted = {day.vehicle.id: day.name for day in self.days}
        self.names = [noted.get(vehicle.id) or text.plate(vehicle.name) for vehicle in self.vehicles]
        if self._selected not in self.vehicle_ids:
            self._selected = self.vehicle_ids[0] if self.vehicle_ids else None
        self.loading = False
        self.loaded.emit()

    def _read_selected(self) -> None:
        """Analyse the selected vehicle on the day of the moment."""
        vehicle_id, day, playback = self._selected, self._read_day, self._context.services.playback
        if vehicle_id is None or day is None:
            return
        if self._around is not None and self._around.waited_for:
            self._rest.start()  # where all vehicles are comes first
            return
        begin_s, end_s = beijing_day(day)

        def stop_if_left() -> None:
            if self._read_day != day:
                raise OvertakenError

        def work() -> tuple[LoadedDay, ...]:
            stop_if_left()
            found = playback.day([vehicle_id], begin_s, end_s)
            stop_if_left()
            return prepare(found)

        def take(days: tuple[LoadedDay, ...]) -> None:
            if self._read_day == day:  # else the moment has gone on to another day, which is read next
                self.days = days
                self.selected_changed.emit()

        def tell(error: Exception) -> None:
            if not isinstance(error, OvertakenError):
                self._context.notify(error)

        self._context.tasks.run(work, slot=_DETAIL_SLOT, owner=self).then(take).otherwise(tell)

    def _clear(self) -> None:
        if self._around is not None:
            self._around.end()
        self._rest.stop()
        self._around = self._fixes = self._read_day = None
        self.days, self.vehicles, self.names = (), (), []
        self.ids = np.zeros(0, np.int64)

    def _fail(self, error: Exception) -> None:
        self.loading = False
        self._clear()
        self.failed.emit(error)

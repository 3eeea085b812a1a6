"""What is played back: chosen vehicles, a day, and what was loaded of them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from laixi_transport.domain.time import beijing_date, beijing_day
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback.loaded import LoadedDay, prepare

MOST_VEHICLES = 20
FIRST_VEHICLES = 3
"""So many are shown when nobody has chosen any yet."""

_DAY_SLOT = "playback.day"


class Session(QObject):
    """Loads what is asked for and drops answers that came too late."""

    asked = Signal()
    """Other vehicles or another day are being loaded."""
    loaded = Signal()
    """``days`` is what was asked for."""
    failed = Signal(object)
    """The exception that loading ended with; ``days`` is empty."""
    selected_changed = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._selected: int | None = None
        self.vehicle_ids: tuple[int, ...] = ()
        self.day: dt.date = beijing_date(context.now())
        self.days: tuple[LoadedDay, ...] = ()
        self.loading = False
        self.go_to_s: float | None = None
        """A moment to go to once loading is done."""

    @property
    def selected(self) -> LoadedDay | None:
        """The vehicle that panel, curve and steps are about."""
        return next((day for day in self.days if day.vehicle.id == self._selected), None)

    @property
    def selected_id(self) -> int | None:
        """Its id, also while it is being loaded."""
        return self._selected

    @property
    def period(self) -> tuple[float, float]:
        """The day in Unix seconds."""
        begin_s, end_s = beijing_day(self.day)
        return float(begin_s), float(end_s)

    @property
    def data_period(self) -> tuple[float, float]:
        """First and last report of the loaded vehicles; the whole day while there is none."""
        known = [day.period for day in self.days if day.period is not None]
        return (min(p[0] for p in known), max(p[1] for p in known)) if known else self.period

    @property
    def has_data(self) -> bool:
        """Whether any loaded vehicle has a report."""
        return any(day.period is not None for day in self.days)

    def select(self, vehicle_id: int) -> None:
        """Make one of the chosen vehicles the one that panel, curve and steps are about."""
        if vehicle_id != self._selected and vehicle_id in self.vehicle_ids:
            self._selected = vehicle_id
            self.selected_changed.emit()

    def ask(
        self,
        *,
        vehicle_ids: Sequence[int] | None = None,
        day: dt.date | None = None,
        selected: int | None = None,
        go_to_s: float | None = None,
    ) -> None:
        """Load vehicles and a day; what is not given stays as it was."""
        if vehicle_ids is not None:
            self.vehicle_ids = tuple(dict.fromkeys(vehicle_ids))[:MOST_VEHICLES]
        if day is not None:
            self.day = day
        if selected is not None:
            self._selected = selected
        if self._selected not in self.vehicle_ids:
            self._selected = self.vehicle_ids[0] if self.vehicle_ids else None
        self.go_to_s = go_to_s
        self._load()

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
        return {"vehicles": list(self.vehicle_ids), "day": self.day.isoformat(), "selected": self._selected}

    def _load(self) -> None:
        vehicle_ids, (begin_s, end_s) = self.vehicle_ids, beijing_day(self.day)
        playback = self._context.services.playback
        self.loading = True
        self.asked.emit()
        self._context.tasks.run(
            lambda: prepare(playback.day(vehicle_ids, begin_s, end_s)) if vehicle_ids else (),
            slot=_DAY_SLOT,
            owner=self,
        ).then(self._take).otherwise(self._fail)

    def _take(self, days: tuple[LoadedDay, ...]) -> None:
        self.loading = False
        self.days = days
        self.vehicle_ids = tuple(day.vehicle.id for day in days)
        if self._selected not in self.vehicle_ids:
            self._selected = self.vehicle_ids[0] if self.vehicle_ids else None
        self.loaded.emit()

    def _fail(self, error: Exception) -> None:
        self.loading = False
        self.days = ()
        self.failed.emit(error)

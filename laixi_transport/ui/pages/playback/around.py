"""Reads the hours around the clock's moment, ahead in the direction of play, away from the window."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from laixi_transport.domain.alert import Alert
from laixi_transport.domain.time import DAY_S, HOUR_S
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.playback.places import FleetFixes
from laixi_transport.services.playback.reel import OvertakenError, Reel
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback.lanes import LaneBook
from laixi_transport.ui.pages.playback.loaded import PRIORITY_COLOURS
from laixi_transport.ui.timeline.lane import Lane, LaneMark

AHEAD_S = 60.0
"""What is played within so many seconds is read before."""
LIST_DAYS = 3
"""Days whose hours are listed in one go: some 100 ms for 500 vehicles."""
REST_MS = 350
"""Somebody who scrubs through the hours is given the machine: the rest is read once the moment stays in an hour."""
LANES_MS = 1500
"""Lanes are made anew so often at most."""


@dataclass(slots=True)
class Fleet:
    """Many vehicles over some days, as the first reading brought them."""

    vehicles: tuple[Vehicle, ...]
    reel: Reel
    book: LaneBook
    begin_s: int
    end_s: int
    listed_to_s: int
    first_s: float | None  # first report known so far
    last_s: float | None
    lanes: list[Lane]
    marks: dict[int, tuple[LaneMark, ...]] = field(default_factory=dict)


def open_fleet(context: Context, vehicle_ids: Sequence[int], begin_s: int, end_s: int, at_s: float | None) -> Fleet:
    """Read the register, list the first day's hours and read the hour of the moment; runs on a reading thread."""
    playback = context.services.playback
    vehicles = playback.vehicles(vehicle_ids)
    ids = [vehicle.id for vehicle in vehicles]
    book = LaneBook(ids, [text.plate(vehicle.name) for vehicle in vehicles])
    fleet = Fleet(vehicles, playback.reel(ids), book, begin_s, end_s, begin_s, None, None, [])
    inside = at_s is not None and begin_s <= at_s < end_s
    if inside and at_s is not None:
        fleet.reel.load(int(at_s) // HOUR_S)
    _list_next(context, fleet, 1)
    if not inside:
        first_s = fleet.first_s if fleet.first_s is not None else float(begin_s)
        fleet.reel.load(int(first_s) // HOUR_S)
    fleet.lanes = book.lanes({})
    return fleet


def _list_next(context: Context, fleet: Fleet, days: int) -> None:
    begin_s = fleet.listed_to_s
    end_s = min(fleet.end_s, begin_s + days * DAY_S)
    hours = context.services.playback.hours(fleet.reel.vehicle_ids.tolist(), begin_s, end_s)
    fleet.book.add_hours(hours)
    if len(hours):
        first_s, last_s = float(hours.begin_s.min()), float(hours.end_s.max())
        fleet.first_s = first_s if fleet.first_s is None else min(fleet.first_s, first_s)
        fleet.last_s = last_s if fleet.last_s is None else max(fleet.last_s, last_s)
    fleet.listed_to_s = end_s


class Around(QObject):
    """One reading at a time beside the urgent one: finish the hour shown, read ahead, list hours, make lanes."""

    came = Signal(int)
    """An hour (Unix time // 3600) that was waited for is there, or came to know its neighbours."""
    refined = Signal()
    """More of the lanes is known."""

    def __init__(self, context: Context, fleet: Fleet, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.fleet = fleet
        self._hour = -1
        self._way = 1
        self._ahead = 1
        self._urgent = 0  # readings that somebody waits for
        self._busy = False
        self._ended = False
        self._stale = True  # the lanes know less than the book
        self._made_s = time.monotonic()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._go_on)
        self._later = QTimer(self, singleShot=True, interval=LANES_MS)
        self._later.timeout.connect(self._go_on)

    def end(self) -> None:
        """Read nothing more."""
        self._ended = True
        self._later.stop()
        self._rest.stop()
        self.deleteLater()

    @property
    def all_listed(self) -> bool:
        """Whether the hours of the whole period are listed."""
        return self.fleet.listed_to_s >= self.fleet.end_s

    @property
    def waited_for(self) -> bool:
        """Whether somebody waits for the hour of the moment."""
        return self._urgent > 0

    @property
    def idle(self) -> bool:
        """Whether nothing is being read and nothing remains to be."""
        return not (self._busy or self._urgent or self._stale or self._rest.isActive()) and self.all_listed

    def fixes(self, at_s: float, direction: int, speed: float) -> FleetFixes | None:
        """Return the hour of a moment if it is there; read it, and what will be needed soon, if it is not."""
        hour = int(at_s) // HOUR_S
        ahead = 1 + int(speed * AHEAD_S / HOUR_S)
        found = self.fleet.reel.fixes(hour)
        if (hour, direction, ahead) != (self._hour, self._way, self._ahead):
            self._hour, self._way, self._ahead = hour, direction, ahead
            self._rest.start()
            if found is None:
                self._urgent += 1
                self._context.tasks.run(
                    partial(self.fleet.reel.load, hour, lambda: self._hour != hour), owner=self
                ).then(lambda _: self._loaded(hour)).otherwise(self._not_loaded)
        return found

    def _loaded(self, hour: int) -> None:
        self._urgent -= 1
        self._rest.start()
        if hour == self._hour:
            self.came.emit(hour)

    def _not_loaded(self, error: Exception) -> None:
        self._urgent -= 1
        self._rest.start()
        self._tell(error)

    def _go_on(self) -> None:
        if self._busy or self._urgent or self._ended or self._rest.isActive():
            return
        for work, then in self._jobs():
            self._busy = True
            self._run(work, then)
            return

    def _jobs(self) -> Iterator[tuple[Callable[[], object], Callable[[], None]]]:
        """Yield what is still to do, the most urgent first."""
        fleet = self.fleet
        wanted = [self._hour + self._way * step for step in range(self._ahead + 1)] + [self._hour - self._way]
        for hour in wanted if self._hour >= 0 else ():
            if not fleet.reel.is_whole(hour) and fleet.begin_s <= hour * HOUR_S < fleet.end_s:
                yield partial(self._complete, hour), partial(self._completed, hour)
        if not self.all_listed:
            yield partial(self._list, first=not fleet.marks), self._listed
        if self._stale:
            wait_s = self._made_s + LANES_MS / 1000 - time.monotonic()
            if wait_s <= 0:
                yield self._make_lanes, self._took_lanes
            elif not self._later.isActive():
                self._later.start(round(wait_s * 1000) + 1)

    # On a reading thread, one at a time

    def _complete(self, hour: int) -> None:
        self.fleet.book.add_read(
            hour, self.fleet.reel.complete(hour, lambda: abs(self._hour - hour) > self._ahead + 1 or self._urgent > 0)
        )

    def _list(self, *, first: bool) -> None:
        fleet = self.fleet
        _list_next(self._context, fleet, LIST_DAYS)
        if first:
            ids = fleet.reel.vehicle_ids.tolist()
            fleet.marks = marks_of(self._context.services.playback.alerts(ids, fleet.begin_s, fleet.end_s))

    def _make_lanes(self) -> None:
        self.fleet.lanes = self.fleet.book.lanes(self.fleet.marks)

    # In the window

    def _completed(self, hour: int) -> None:
        self._busy, self._stale = False, True
        if hour == self._hour:
            self.came.emit(hour)
        self._go_on()

    def _listed(self) -> None:
        self._busy, self._stale = False, True
        self._go_on()

    def _took_lanes(self) -> None:
        self._busy = self._stale = False
        self._made_s = time.monotonic()
        self.refined.emit()
        self._go_on()

    def _run(self, work: Callable[[], object], then: Callable[[], None]) -> None:
        self._context.tasks.run(work, owner=self).then(lambda _: then()).otherwise(self._failed)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._tell(error)
        if isinstance(error, OvertakenError):
            self._go_on()

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, OvertakenError) and not self._ended:
            self._context.notify(error)


def marks_of(alerts: Sequence[Alert]) -> dict[int, tuple[LaneMark, ...]]:
    """Return the marks of alerts by vehicle, in order of time."""
    found: dict[int, list[LaneMark]] = {}
    for alert in sorted(alerts, key=lambda alert: alert.begin):
        mark = LaneMark(alert.begin.timestamp(), text.alert(alert), PRIORITY_COLOURS[alert.priority])
        found.setdefault(alert.vehicle_id, []).append(mark)
    return {vehicle_id: tuple(marks) for vehicle_id, marks in found.items()}

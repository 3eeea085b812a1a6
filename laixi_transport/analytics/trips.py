"""Trips and the rests between them, from samples that say whether the vehicle moves."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.analytics.stops import Movement
from laixi_transport.domain.position import StatusBit
from laixi_transport.domain.track import Track


@dataclass(frozen=True, slots=True)
class TripRules:
    """What makes a trip and what ends it; the defaults are this program's choice, near those of tracking servers."""

    least_m: float = 500.0  # it moves once it came so far ...
    least_s: float = 300.0  # ... or moved for so long
    parking_s: float = 300.0  # it has stopped once it stood for so long
    gap_s: float = 300.0  # silence of so long ends a trip at the last sample before; 0: no silence does
    use_ignition: bool = False  # it has stopped as well once it stands with the ignition off

    def settled(self, moving: bool, lasted_s: float, way_m: float, ignition: bool | None) -> bool:
        """Whether a change has lasted long enough to be one."""
        if moving:
            return lasted_s >= self.least_s or way_m >= self.least_m
        return lasted_s >= self.parking_s or (self.use_ignition and ignition is False)


@dataclass(frozen=True, slots=True)
class MotionChange:
    """A vehicle that set off or stopped; known only some samples later."""

    moving: bool
    sample: int  # where it happened
    time_s: float  # Unix seconds of it


@dataclass(frozen=True, slots=True)
class Trip:
    """From setting off to having stopped; sample indices are inclusive."""

    first: int
    last: int
    begin_s: float
    end_s: float
    distance_m: float
    peak_kmh: float  # NaN where no speed is known

    @property
    def duration_s(self) -> float:
        """Time from setting off to the stop, red lights and short stops included."""
        return self.end_s - self.begin_s

    @property
    def mean_kmh(self) -> float:
        """Distance by duration; NaN for a trip of no time."""
        return self.distance_m / self.duration_s * 3.6 if self.duration_s > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Rest:
    """Between two trips, or before the first and after the last; it may hold a silence."""

    first: int
    last: int
    begin_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Time from the stop to the next departure."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class _Pending:
    sample: int
    time_s: float
    way_m: float


class MotionWatch:
    """Tells, sample by sample, when a vehicle set off and when it stopped.

    A change of the motion flag is pending until it has lasted long enough (``TripRules.settled``); it counts from the
    sample at which the flag changed, and is forgotten when the flag changes back before. Silence ends a trip, and what
    was pending over it is forgotten, so that nothing is concluded from time that nobody saw.
    """

    def __init__(
        self, rules: TripRules | None = None, *, moving: bool | None = None, under_way: bool | None = None
    ) -> None:
        """Begin with a known state, or (None) with that of the first sample.

        moving      flag of the newest sample
        under_way   whether a trip goes on
        """
        self.rules = rules or TripRules()
        self.count = 0
        """How many samples have been seen."""
        self.moving = moving
        self.under_way = moving if under_way is None else under_way
        self._newest_s: float | None = None
        self._pending: _Pending | None = None

    @property
    def pending_way_m(self) -> float | None:
        """Way, as given, at the sample from which a change counts; None where none is pending."""
        return None if self._pending is None else self._pending.way_m

    def step(self, time_s: float, moving: bool, way_m: float, ignition: bool | None = None) -> MotionChange | None:
        """Take the next sample; return the change that it settles.

        moving      whether the vehicle moves, by whatever measure
        way_m       way made good since any beginning
        ignition    None where it is not known

        Raises ValueError if time decreases.
        """
        if self._newest_s is not None and time_s < self._newest_s:
            raise ValueError("time must not decrease")
        sample, before_s = self.count, self._newest_s
        self.count, self._newest_s = sample + 1, time_s
        if self.moving is None or self.under_way is None:
            self.moving = self.under_way = moving
            return None
        change = None
        if before_s is not None and self.rules.gap_s > 0 and time_s - before_s >= self.rules.gap_s:
            if self.under_way:
                at = self._pending or _Pending(sample - 1, before_s, way_m)
                change = MotionChange(False, at.sample, at.time_s)
            self.under_way, self.moving, self._pending = False, False, None
        if moving != self.moving:
            self.moving = moving
            self._pending = None if moving == self.under_way else _Pending(sample, time_s, way_m)
            return change
        pending = self._pending
        if pending is not None and self.rules.settled(moving, time_s - pending.time_s, way_m - pending.way_m, ignition):
            change = MotionChange(moving, pending.sample, pending.time_s)
            self.under_way, self._pending = moving, None
        return change


def motion_changes(
    time_s: ArrayLike,
    moving: ArrayLike,
    way_m: ArrayLike,
    ignition: ArrayLike | None = None,
    rules: TripRules | None = None,
) -> tuple[bool, list[MotionChange]]:
    """Return whether a vehicle is under way at its first sample and all changes after it, oldest first.

    time_s      (n,)  Unix seconds, not decreasing
    moving      (n,)  whether it moves
    way_m       (n,)  way made good, not decreasing
    ignition    (n,)  1 on, 0 off, -1 unknown

    The same definition as MotionWatch, run by run of equal flags instead of sample by sample.
    """
    rules = rules or TripRules()
    time, flag, way = np.asarray(time_s, np.float64), np.asarray(moving, np.bool_), np.asarray(way_m, np.float64)
    off = np.zeros(len(time), np.bool_) if ignition is None else np.asarray(ignition) == 0
    if len(time) == 0:
        return False, []
    step = np.diff(time)
    if (step < 0).any():
        raise ValueError("time must not decrease")
    silent = (step >= rules.gap_s) if rules.gap_s > 0 else np.zeros(len(step), np.bool_)
    begins = np.flatnonzero(np.append(True, silent | (flag[1:] != flag[:-1])))
    ends = np.append(begins[1:], len(time))
    begun = under_way = bool(flag[0])
    changes: list[MotionChange] = []
    pending: int | None = None
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        if begin > 0 and silent[begin - 1]:
            if under_way:
                at = begin - 1 if pending is None else pending
                changes.append(MotionChange(False, at, float(time[at])))
            under_way, pending = False, None
        if flag[begin] == under_way:
            pending = None
            continue
        pending = begin
        lasted, gone = time[begin + 1 : end] - time[begin], way[begin + 1 : end] - way[begin]
        settled = (
            (lasted >= rules.least_s) | (gone >= rules.least_m)
            if flag[begin]
            else (lasted >= rules.parking_s) | (rules.use_ignition & off[begin + 1 : end])
        )
        if settled.any():
            under_way, pending = bool(flag[begin]), None
            changes.append(MotionChange(under_way, begin, float(time[begin])))
    return begun, changes


def trips_and_rests(
    time_s: ArrayLike,
    moving: ArrayLike,
    way_m: ArrayLike,
    ignition: ArrayLike | None = None,
    speed_kmh: ArrayLike = np.nan,
    rules: TripRules | None = None,
) -> tuple[tuple[Trip, ...], tuple[Rest, ...]]:
    """Return the trips and the rests between them, each in order of time; see ``motion_changes`` for the arguments.

    What goes on at the last sample ends there.
    """
    time, way = np.asarray(time_s, np.float64), np.asarray(way_m, np.float64)
    speed = np.broadcast_to(np.asarray(speed_kmh, np.float64), time.shape)
    begun, changes = motion_changes(time, moving, way, ignition, rules)
    if len(time) == 0:
        return (), ()
    trips: list[Trip] = []
    rests: list[Rest] = []
    kinds = [begun, *(change.moving for change in changes)]
    bounds = [0, *(change.sample for change in changes), len(time) - 1]
    for kind, first, last in zip(kinds, bounds[:-1], bounds[1:], strict=True):
        if not kind:
            rests.append(Rest(first, last, float(time[first]), float(time[last])))
            continue
        seen = speed[first : last + 1]
        peak = float(np.nanmax(seen)) if not np.isnan(seen).all() else float("nan")
        trips.append(Trip(first, last, float(time[first]), float(time[last]), float(way[last] - way[first]), peak))
    return tuple(trips), tuple(rests)


def trips(
    track: Track, parts: Movement, way_m: NDArray[np.float64], rules: TripRules | None = None
) -> tuple[Trip, ...]:
    """Return the trips of a track, oldest first.

    parts   the movement of the same track
    way_m   (n,) its way along the driving stretches (analytics.distance.way_m)

    A sample moves if the step to the next one belongs to a driving stretch: a trip begins at the last sample of the
    stop before it, which is where the vehicle really set off, and ends at the first sample of the stop after it. No
    trip reaches over a gap.
    """
    moving = np.zeros(len(track), np.bool_)
    for stretch in parts.stretches:
        moving[stretch.first : stretch.last] = True
    acc_on = ((track.status_bits & np.uint32(StatusBit.ACC_ON)) != 0).astype(np.int8)
    begins = [0, *(gap.last for gap in parts.gaps)]
    ends = [*(gap.first for gap in parts.gaps), len(track) - 1]
    found: list[Trip] = []
    for begin, end in zip(begins, ends, strict=True):
        if end <= begin:
            continue
        inside = slice(begin, end + 1)
        own, _ = trips_and_rests(
            track.time_s[inside], moving[inside], way_m[inside], acc_on[inside], track.speed_kmh[inside], rules
        )
        found += [replace(trip, first=trip.first + begin, last=trip.last + begin) for trip in own]
    return tuple(found)

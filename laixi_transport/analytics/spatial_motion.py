"""When a vehicle set off and stopped, by its places alone: for terminals whose speeds are missing or wrong."""

from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.geodesy import distance_m
from laixi_transport.analytics.trips import MotionChange

_BLOCK = 256
"""Samples looked at together: an event is seldom farther."""


@dataclass(frozen=True, slots=True)
class SpatialRules:
    """How far is away and how long is a stay. The defaults are those of Traccar's newer trip logic."""

    away_m: float = 200.0  # farther than this it has left
    stay_s: float = 180.0  # all fixes of so long within ``away_m`` of the newest: it has stopped
    gap_s: float = 3600.0  # silence longer than this with real displacement is a trip that nobody saw

    @property
    def slowest_ms(self) -> float:
        """Mean speed that a displacement over a silence must exceed to be a trip."""
        return self.away_m / self.stay_s if self.stay_s > 0 else 0.0


class Place(NamedTuple):
    """A fix."""

    sample: int
    time_s: float
    lat_deg: float
    lon_deg: float


def _apart_m(a: Place, b: Place) -> float:
    return float(distance_m(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg))


class SpatialMotionWatch:
    """Takes fix after fix and returns what each one settles.

    At rest, the vehicle has set off once it is ``away_m`` from where the rest began; it did so at the newest fix that
    was still ``away_m`` from here, which is where the way here began, but after the change before. Under way, it has
    stopped once all fixes of the last ``stay_s`` lie within ``away_m`` of the newest.
    """

    def __init__(
        self, rules: SpatialRules | None = None, *, under_way: bool = False, anchor: Place | None = None
    ) -> None:
        self.rules = rules or SpatialRules()
        self.under_way = under_way
        self.count = 0
        self._anchor = anchor
        self._window: deque[Place] = deque()

    def remember(self, time_s: float, lat_deg: float, lon_deg: float) -> Place:
        """Take a fix of which nothing is asked."""
        place = Place(self.count, time_s, lat_deg, lon_deg)
        self.count += 1
        if self._anchor is None:
            self._anchor = place
        window = self._window
        window.append(place)
        while len(window) > 1 and time_s - window[1].time_s >= self.rules.stay_s:
            window.popleft()
        return place

    def step(
        self, time_s: float, lat_deg: float, lon_deg: float, step_m: float | None = None
    ) -> tuple[MotionChange, ...]:
        """Take the next fix; return the changes that it settles, oldest first.

        step_m  way from the fix before, where it is known better than by the straight line

        Raises ValueError if time decreases.
        """
        here = Place(self.count, time_s, lat_deg, lon_deg)
        changes = self._changes(here, step_m) if self._window else ()
        self.remember(time_s, lat_deg, lon_deg)
        return changes

    def _changes(self, here: Place, step_m: float | None) -> tuple[MotionChange, ...]:
        rules, last = self.rules, self._window[-1]
        silence_s = here.time_s - last.time_s
        if silence_s < 0:
            raise ValueError("time must not decrease")
        if silence_s > rules.gap_s:
            gone_m = _apart_m(last, here) if step_m is None else step_m
            if gone_m >= rules.away_m and gone_m > rules.slowest_ms * silence_s:
                kinds = ((False, last), (True, last), (False, here))
                changes = tuple(self._change(*kind) for kind in kinds[0 if self.under_way else 1 :])
                self.under_way = False
                return changes
        if self.under_way:
            if here.time_s - self._window[0].time_s < rules.stay_s:
                return ()
            if any(_apart_m(place, here) >= rules.away_m for place in self._window):
                return ()
            self.under_way = False
            return (self._change(False, here),)
        anchor = self._anchor or self._window[0]
        if _apart_m(anchor, here) < rules.away_m:
            return ()
        self.under_way = True
        left = next((place for place in reversed(self._window) if _apart_m(place, here) >= rules.away_m), here)
        return (self._change(True, left if left.time_s > anchor.time_s else here),)

    def _change(self, moving: bool, place: Place) -> MotionChange:
        self._anchor = place
        return MotionChange(moving, place.sample, place.time_s)


def spatial_changes(
    time_s: NDArray[np.float64] | NDArray[np.int64],
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    rules: SpatialRules | None = None,
    *,
    under_way: bool = False,
) -> list[MotionChange]:
    """Return all changes of a track of believed fixes, oldest first; times in Unix seconds, not decreasing.

    The same definition as SpatialMotionWatch; whether a window has been left is found for all samples at once.
    """
    rules = rules or SpatialRules()
    time = np.asarray(time_s, np.float64)
    n = len(time)
    if n < 2:
        return []
    silence = np.append(0.0, np.diff(time))
    if (silence < 0).any():
        raise ValueError("time must not decrease")
    gone = np.append(0.0, distance_m(lat_deg[:-1], lon_deg[:-1], lat_deg[1:], lon_deg[1:]))
    unseen = (silence > rules.gap_s) & (gone >= rules.away_m) & (gone > rules.slowest_ms * silence)
    oldest, left = _windows(time, lat_deg, lon_deg, rules)
    stays = (time - time[oldest] >= rules.stay_s) & (left < 0)
    stays[0] = False

    changes: list[MotionChange] = []
    anchor = 0

    def change(moving: bool, sample: int) -> None:
        nonlocal anchor
        changes.append(MotionChange(moving, sample, float(time[sample])))
        anchor = sample

    at, size = 1, _BLOCK
    while at < n:
        block = slice(at, at + size)
        settled = unseen[block] | (stays[block] if under_way else _away(lat_deg, lon_deg, anchor, block, rules))
        if not settled.any():
            at, size = at + size, 2 * size
            continue
        size = _BLOCK
        here = at + int(np.argmax(settled))
        at = here + 1
        if unseen[here]:
            if under_way:
                change(False, here - 1)
            change(True, here - 1)
            change(False, here)
            under_way = False
        elif under_way:
            change(False, here)
            under_way = False
        else:
            begun = int(left[here]) if left[here] >= 0 else here
            change(True, begun if time[begun] > time[anchor] else here)
            under_way = True
    return changes


def _away(
    lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], anchor: int, block: slice, rules: SpatialRules
) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        distance_m(lat_deg[anchor], lon_deg[anchor], lat_deg[block], lon_deg[block]) >= rules.away_m
    )
    return found


def _windows(
    time_s: NDArray[np.float64], lat_deg: NDArray[np.float64], lon_deg: NDArray[np.float64], rules: SpatialRules
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each sample the oldest one in its window, and the newest that is away from it (-1: none is)."""
    n = len(time_s)
    index = np.arange(n)
    before_s = time_s[np.maximum(index - 1, 0)]
    after = np.searchsorted(time_s, before_s - rules.stay_s, "right")  # first one younger than the stay
    oldest = np.clip(after - 1, 0, np.maximum(index - 1, 0))
    left = np.full(n, -1, np.intp)
    for back in range(1, int((index - oldest).max(initial=0)) + 1):
        here = index[back:][(index[back:] - back >= oldest[back:]) & (left[back:] < 0)]
        there = here - back
        away = distance_m(lat_deg[there], lon_deg[there], lat_deg[here], lon_deg[here]) >= rules.away_m
        left[here[away]] = there[away]
    return oldest, left

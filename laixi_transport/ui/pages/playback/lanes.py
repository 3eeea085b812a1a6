"""The lanes of many vehicles: by the hour from what the database knows without reading, finer where hours were read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.stops import GAP_S, STOP_S
from laixi_transport.domain.fleet_track import HourList
from laixi_transport.domain.time import HOUR_S
from laixi_transport.services.playback.places import STANDING, FleetFixes
from laixi_transport.ui.timeline.lane import Activity, Lane, LaneMark

Floats = NDArray[np.float64]

STAYED_M = 150.0
"""A vehicle whose fixes of an hour lie within this stood: parked receivers wander some 15 to 30 m."""
_METRES_A_STEP = 0.1113  # of 1e-6 degrees


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Spans of many vehicles, shape (n,)."""

    owner: NDArray[np.int64]
    begin_s: Floats
    end_s: Floats
    activity: NDArray[np.uint8]

    @classmethod
    def joined(cls, parts: Sequence["Spans"]) -> "Spans":
        """Return several as one."""
        if not parts:
            return cls(np.zeros(0, np.int64), np.empty(0), np.empty(0), np.zeros(0, np.uint8))
        owner, begin, end, activity = (
            np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__
        )
        return cls(owner, begin, end, activity)

    def take(self, chosen: NDArray[np.bool_]) -> "Spans":
        """Return the chosen ones."""
        return Spans(self.owner[chosen], self.begin_s[chosen], self.end_s[chosen], self.activity[chosen])

    def merged(self) -> "Spans":
        """Return them in order of vehicle, activity and time; those of one activity that touch or overlap as one."""
        if not len(self.owner):
            return self
        order = np.lexsort((self.begin_s, self.activity, self.owner))
        owner, begin, end, activity = (getattr(self, name)[order] for name in self.__slots__)
        group = np.cumsum(np.append(False, (np.diff(owner) != 0) | (np.diff(activity.astype(np.int8)) != 0)))
        shift = group * (end.max() - begin.min() + 1.0)  # each group after the one before
        reach = np.maximum.accumulate(end + shift)
        first = np.flatnonzero(np.append(True, (begin + shift)[1:] > reach[:-1]))
        return Spans(owner[first], begin[first], np.maximum.reduceat(end, first), activity[first])


def by_the_hour(hours: HourList) -> Spans:
    """Return what the list of hours says: where a vehicle stayed within STAYED_M it stood, else it moved.

    Between the last report of an hour and the first of the next lies a gap if it is longer than GAP_S.
    """
    owner = np.repeat(np.arange(len(hours.vehicle_ids)), np.diff(hours.begin))
    begin, end = hours.begin_s.astype(np.float64), hours.end_s.astype(np.float64)
    with np.errstate(invalid="ignore"):
        wide_m = np.maximum(hours.north_e6 - hours.south_e6, hours.east_e6 - hours.west_e6) * _METRES_A_STEP
        activity = np.where(wide_m <= STAYED_M, Activity.STOP, Activity.ROUGH).astype(np.uint8)
    activity[np.isnan(wide_m)] = Activity.GAP  # reports without a fix
    same = owner[1:] == owner[:-1]
    silent = same & (begin[1:] - end[:-1] > GAP_S)
    until = end.copy()
    until[:-1][same & ~silent] = begin[1:][same & ~silent]
    gaps = np.flatnonzero(silent)
    silence = Spans(owner[gaps], end[gaps], begin[gaps + 1], np.full(len(gaps), Activity.GAP, np.uint8))
    return Spans.joined([Spans(owner, begin, until, activity), silence])


def of_fixes(fixes: FleetFixes) -> Spans:
    """Return what an hour's fixes say: gaps, stops by reported speed however short, driving between them."""
    if len(fixes) < 2:
        return Spans.joined([])
    owner, time_s = fixes.owner, fixes.time_s
    same = owner[1:] == owner[:-1]
    activity = np.where((fixes.flags[:-1] & STANDING) != 0, np.uint8(Activity.STOP), np.uint8(Activity.DRIVING))
    activity[np.diff(time_s) > fixes.gap_s] = Activity.GAP
    # One span for each run of equal steps: they touch, and a tenth of the rows or less is left to be sorted.
    changes = ~same
    changes[1:] |= ~same[:-1] | (activity[1:] != activity[:-1])
    changes[:1] = True
    first = np.flatnonzero(changes)
    last = np.append(first[1:], len(same))  # the run ends at the fix that the next one begins with
    first, last = first[same[first]], last[same[first]]
    begin = np.clip(time_s[first].astype(np.float64), fixes.begin_s, fixes.end_s)
    end = np.clip(time_s[last].astype(np.float64), fixes.begin_s, fixes.end_s)
    inside = end > begin
    return Spans(owner[first], begin, end, activity[first]).take(inside).merged()


class LaneBook:
    """Collects what is known of the lanes; ``lanes`` makes them. Used on one thread at a time."""

    MOST_READ = 96
    """Hours that are kept in detail."""

    def __init__(self, vehicle_ids: Sequence[int], names: Sequence[str]) -> None:
        self._ids, self._names = list(vehicle_ids), list(names)
        self._rough: list[Spans] = []
        self._read: dict[int, Spans] = {}

    def add_hours(self, hours: HourList) -> None:
        """Take another part of the list of hours."""
        self._rough.append(by_the_hour(hours).merged())

    def add_read(self, hour: int, fixes: FleetFixes) -> None:
        """Take an hour that was read."""
        self._read.pop(hour, None)
        self._read[hour] = of_fixes(fixes)
        while len(self._read) > self.MOST_READ:
            del self._read[next(iter(self._read))]

    def lanes(self, marks: Mapping[int, tuple[LaneMark, ...]]) -> list[Lane]:
        """Return a lane for each vehicle; ``marks`` by vehicle id."""
        spans = Spans.joined([_without(part, self._read) for part in self._rough] + list(self._read.values())).merged()
        spans = _without_short_stops(spans, self._read).merged()
        begin, end, activity = spans.begin_s, spans.end_s, spans.activity
        edges = np.searchsorted(spans.owner, np.arange(len(self._ids) + 1)).tolist()
        return [
            Lane(key, name, begin[a:b], end[a:b], activity[a:b], marks.get(key, ()))
            for key, name, a, b in zip(self._ids, self._names, edges[:-1], edges[1:], strict=True)
        ]


def _without_short_stops(spans: Spans, read: Collection[int]) -> Spans:
    """Return the spans with what is too short for a stop as driving; known only where hours were read and joined."""
    fine = np.isin(spans.begin_s // HOUR_S, np.array(sorted(read), np.int64))
    short = (spans.activity == Activity.STOP) & (spans.end_s - spans.begin_s < STOP_S) & fine
    return Spans(spans.owner, spans.begin_s, spans.end_s, np.where(short, Activity.DRIVING, spans.activity))


def _without(rough: Spans, read: Collection[int]) -> Spans:
    """Return rough spans without the hours that were read; gaps stay whole."""
    hours = np.array(sorted(read), np.int64)
    breaks = np.flatnonzero(np.diff(hours) > 1)
    for first, last in zip(np.append(0, breaks + 1).tolist(), np.append(breaks, len(hours) - 1).tolist(), strict=True):
        if len(hours):
            rough = _cut(rough, float(hours[first] * HOUR_S), float((hours[last] + 1) * HOUR_S))
    return rough


def _cut(spans: Spans, begin_s: float, end_s: float) -> Spans:
    """Return spans without what lies in [begin_s, end_s]; gaps stay whole."""
    touched = (spans.begin_s < end_s) & (spans.end_s > begin_s) & (spans.activity != Activity.GAP)
    if not touched.any():
        return spans
    inner = spans.take(touched)
    before = Spans(inner.owner, inner.begin_s, np.minimum(inner.end_s, begin_s), inner.activity)
    after = Spans(inner.owner, np.maximum(inner.begin_s, end_s), inner.end_s, inner.activity)
    parts = [part.take(part.end_s > part.begin_s) for part in (before, after)]
    return Spans.joined([spans.take(~touched), *parts])

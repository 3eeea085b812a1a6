"""Where a vehicle is at a moment of its day, and what is known of it. No Qt."""

from bisect import bisect_right
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics import cleaning
from laixi_transport.analytics.cleaning import Doubt
from laixi_transport.analytics.motion import EMERGENCY_BIT
from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.track import Track
from laixi_transport.services.playback.day import VehicleDay

UNKNOWN = float("nan")


class Part(Protocol):
    """A stop, gap, stretch or episode."""

    @property
    def begin_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


class Moment(NamedTuple):
    """A vehicle at a moment. Before its first fix it has no place: coordinates are NaN."""

    lon_deg: float
    lat_deg: float
    direction_deg: float
    motion: MotionState  # OFFLINE: nothing is known of this moment
    sample: int | None  # the last believed fix at or before the moment, as an index of the track
    report: int | None  # the last report, with a fix or without
    stop: int | None  # index in the day's stops
    gap: int | None  # index in the day's gaps
    episode: int | None  # index in the day's overspeed episodes

    @property
    def known(self) -> bool:
        """Whether the moment lies between two fixes that belong together."""
        return self.motion != MotionState.OFFLINE


NOWHERE = Moment(UNKNOWN, UNKNOWN, 0.0, MotionState.OFFLINE, None, None, None, None, None)


class Whereabouts:
    """Answers for any moment of one VehicleDay within microseconds.

    Between two fixes that belong together the vehicle is on the straight line between them. Over a gap nothing is
    guessed: it is shown at its last fix, as unknown. The same holds after the last fix of the day.
    """

    def __init__(self, day: VehicleDay) -> None:
        track = day.track
        self.day = day
        self.doubts = cleaning.with_drift(cleaning.clean(track), track, day.stops)
        """What speaks against each report (analytics.cleaning.Doubt)."""
        self.fixes = np.flatnonzero(track.located & cleaning.believed(self.doubts))
        self.reports_s = track.time_s.astype(np.float64)  # searching integers for a float converts them all, every time
        self.fixes_s = self.reports_s[self.fixes]
        self.lon_deg, self.lat_deg = track.lon_deg[self.fixes], track.lat_deg[self.fixes]
        self._direction = track.direction_deg[self.fixes].astype(np.float64)
        self.break_after = np.isin(self.fixes, [gap.first for gap in day.gaps])
        """Where the way ends because a gap follows, one for each fix; the last fix has nothing after it."""
        if len(self.fixes):
            self.break_after[-1] = True
        shown = (self.doubts > Doubt.DUPLICATE) & (self.doubts < Doubt.NO_PLACE)
        self.doubted = np.flatnonzero(track.located & shown)
        """Reports whose place is doubted, believed or not."""
        self._stops = _Parts(day.stops)
        self._gaps = _Parts(day.gaps)
        self._episodes = _Parts(day.overspeed)

    def at(self, at_s: float) -> Moment:
        """Return where the vehicle is."""
        heard = int(np.searchsorted(self.reports_s, at_s, "right")) - 1
        report = heard if heard >= 0 else None
        here = int(np.searchsorted(self.fixes_s, at_s, "right")) - 1
        if here < 0:
            return NOWHERE._replace(report=report, gap=self._gaps.at(at_s))
        lon, lat, direction = float(self.lon_deg[here]), float(self.lat_deg[here]), float(self._direction[here])
        sample = int(self.fixes[here])
        if self.break_after[here] and at_s > self.fixes_s[here]:
            gap = self._gaps.at(at_s)
            return Moment(lon, lat, direction, MotionState.OFFLINE, sample, report, None, gap, None)
        if at_s > self.fixes_s[here]:
            begin_s, end_s = self.fixes_s[here], self.fixes_s[here + 1]
            share = float((at_s - begin_s) / (end_s - begin_s))
            lon += (float(self.lon_deg[here + 1]) - lon) * share
            lat += (float(self.lat_deg[here + 1]) - lat) * share
            turn = (float(self._direction[here + 1]) - direction + 180) % 360 - 180
            direction = (direction + turn * share) % 360
        stop, episode = self._stops.at(at_s), self._episodes.at(at_s)
        emergency = bool(int(self.day.track.alarm_bits[sample]) & EMERGENCY_BIT)
        if episode is not None or emergency:
            motion = MotionState.ALARM
        else:
            motion = MotionState.STOPPED if stop is not None else MotionState.MOVING
        return Moment(lon, lat, direction, motion, sample, report, stop, None, episode)


def believed(track: Track) -> NDArray[np.intp]:
    """Return the samples whose position may be shown: with a fix, and not a jump."""
    return np.flatnonzero(track.located & ~cleaning.doubtful(track))


class _Parts:
    """Parts in order of time that do not overlap."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._begins = [part.begin_s for part in parts]
        self._ends = [part.end_s for part in parts]

    def at(self, at_s: float) -> int | None:
        """Return the part that a moment lies in, ends included."""
        place = bisect_right(self._begins, at_s) - 1
        return place if place >= 0 and at_s <= self._ends[place] else None

"""What is known of each report beside its content: whether to believe it, and what part of the day it belongs to."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.chinese_coordinates import wgs84_to_bd09, wgs84_to_gcj02
from laixi_transport.analytics.cleaning import LEAST_DISBELIEVED, Doubt, believed, clean, with_drift
from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.day_trips import DayTrips, day_trips

Floats = NDArray[np.float64]


DOUBT_WORDS = {
    Doubt.NONE: "",
    Doubt.DUPLICATE: QT_TRANSLATE_NOOP("Export", "doubtful: second report of a second"),
    Doubt.DRIFT: QT_TRANSLATE_NOOP("Export", "doubtful: drift while standing"),
    Doubt.UNSURE: QT_TRANSLATE_NOOP("Export", "doubtful: farther than its speed explains"),
    Doubt.TOO_FAST: QT_TRANSLATE_NOOP("Export", "doubtful: faster than anything drives"),
    Doubt.JUMP: QT_TRANSLATE_NOOP("Export", "not believed: jump"),
    Doubt.BACKWARDS: QT_TRANSLATE_NOOP("Export", "not believed: time goes backwards"),
    Doubt.FUTURE: QT_TRANSLATE_NOOP("Export", "not believed: time in the future"),
    Doubt.NO_PLACE: QT_TRANSLATE_NOOP("Export", "not believed: no place on the Earth"),
    Doubt.NOT_LOCATED: QT_TRANSLATE_NOOP("Export", "no fix"),
}
"""The reason for each doubt, empty where there is none."""


class State(IntEnum):
    """What the vehicle did at a report."""

    UNKNOWN = 0  # inside a gap, or alone between two
    DRIVING = 1
    STOPPED = 2


STATE_WORDS = {
    State.UNKNOWN: "",
    State.DRIVING: QT_TRANSLATE_NOOP("Export", "driving"),
    State.STOPPED: QT_TRANSLATE_NOOP("Export", "stopped"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """One value for each report of a vehicle's track; the arrays have shape (n,)."""

    day: VehicleDay
    lon_deg: Floats  # in the system asked for; NaN where there is no fix, or none that lies on the Earth
    lat_deg: Floats
    doubt: NDArray[np.uint8]  # Doubt; from JUMP on a fix is not believed and belongs to no line
    state: NDArray[np.uint8]  # State
    piece: NDArray[np.int64]  # 1 for the reports before the first gap, 2 after it; 0 inside a gap
    silent_s: Floats  # length of the gap that ended with this report, NaN where none did
    trips: DayTrips  # the day's trips and stops, named as far as names are known

    @classmethod
    def of(cls, day: VehicleDay, system: Frame = Frame.WGS84, trips: DayTrips | None = None) -> "Samples":
        """Return what is known of a vehicle's reports, with its places in a coordinate system.

        trips   of the day, with the names of roads and places; None: without names
        """
        track, n = day.track, len(day.track)
        doubt = with_drift(clean(track), track, day.stops)
        good, placed = believed(doubt), doubt < Doubt.NO_PLACE
        state = np.full(n, State.UNKNOWN, np.uint8)
        for stretch in day.stretches:
            state[stretch.first : stretch.last + 1] = State.DRIVING
        for stop in day.stops:
            state[stop.first : stop.last + 1] = State.STOPPED
        piece = np.ones(n, np.int64)
        silent_s = np.full(n, np.nan)
        for gap in day.gaps:
            piece[gap.last :] += int(good[gap.first])  # none before the first fix
        for gap in day.gaps:
            inside = slice(gap.first + int(good[gap.first]), gap.last)
            piece[inside] = 0
            state[inside] = State.UNKNOWN
            if good[gap.last]:
                silent_s[gap.last] = gap.duration_s
            else:
                piece[gap.last] = 0
        lon, lat = converted(np.where(placed, track.lon_deg, np.nan), np.where(placed, track.lat_deg, np.nan), system)
        return cls(day, lon, lat, doubt, state, piece, silent_s, trips or day_trips(day))

    @property
    def believed(self) -> NDArray[np.intp]:
        """Indices of the positions that can be believed."""
        return np.flatnonzero(believed(self.doubt))

    @property
    def disbelieved(self) -> NDArray[np.intp]:
        """Indices of the positions that have a place which is not believed."""
        return np.flatnonzero((self.doubt >= LEAST_DISBELIEVED) & (self.doubt < Doubt.NO_PLACE))

    @property
    def doubts(self) -> int:
        """How many positions are doubtful, believed or not."""
        return int(((self.doubt > Doubt.NONE) & (self.doubt < Doubt.NOT_LOCATED)).sum())

    def reason(self, at: int) -> str:
        """Return why a position is doubtful, in English; empty where it is not."""
        return DOUBT_WORDS[Doubt(int(self.doubt[at]))]

    def pieces(self) -> list[NDArray[np.intp]]:
        """Return the believed positions, cut where there is a gap."""
        index = self.believed
        cuts = np.flatnonzero(np.diff(self.piece[index])) + 1
        return [part for part in np.split(index, cuts) if len(part)]


def converted(lon_deg: Floats, lat_deg: Floats, system: Frame) -> tuple[Floats, Floats]:
    """Return WGS-84 places in another system, rounded to 1e-7 degrees (1 cm)."""
    if system is Frame.GCJ02:
        lon_deg, lat_deg = wgs84_to_gcj02(lon_deg, lat_deg)
    elif system is Frame.BD09:
        lon_deg, lat_deg = wgs84_to_bd09(lon_deg, lat_deg)
    return np.round(lon_deg, 7), np.round(lat_deg, 7)

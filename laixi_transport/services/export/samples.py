"""What is known of each report beside its content: whether to believe it, and what part of the day it belongs to."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.chinese_coordinates import wgs84_to_bd09, wgs84_to_gcj02
from laixi_transport.analytics.cleaning import doubtful
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.export.choice import CoordinateSystem
from laixi_transport.services.playback.day import VehicleDay

Floats = NDArray[np.float64]


class Quality(IntEnum):
    """Whether a position can be believed; from JUMP on it is doubtful."""

    GOOD = 0
    NO_FIX = 1
    JUMP = 2


QUALITY_WORDS = {
    Quality.GOOD: "",
    Quality.NO_FIX: QT_TRANSLATE_NOOP("Export", "no fix"),
    Quality.JUMP: QT_TRANSLATE_NOOP("Export", "doubtful: jump"),
}


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
    lon_deg: Floats  # in the system asked for; NaN without a fix
    lat_deg: Floats
    quality: NDArray[np.uint8]  # Quality
    state: NDArray[np.uint8]  # State
    piece: NDArray[np.int64]  # 1 for the reports before the first gap, 2 after it; 0 inside a gap
    silent_s: Floats  # length of the gap that ended with this report, NaN where none did

    @classmethod
    def of(cls, day: VehicleDay, system: CoordinateSystem = CoordinateSystem.WGS84) -> "Samples":
        """Return what is known of a vehicle's reports, with its places in a coordinate system."""
        track, n = day.track, len(day.track)
        located = track.located
        quality = np.full(n, Quality.GOOD, np.uint8)
        quality[doubtful(track)] = Quality.JUMP
        quality[~located] = Quality.NO_FIX
        state = np.full(n, State.UNKNOWN, np.uint8)
        for stretch in day.stretches:
            state[stretch.first : stretch.last + 1] = State.DRIVING
        for stop in day.stops:
            state[stop.first : stop.last + 1] = State.STOPPED
        piece = np.ones(n, np.int64)
        silent_s = np.full(n, np.nan)
        for gap in day.gaps:
            piece[gap.last :] += int(quality[gap.first] == Quality.GOOD)  # none before the first fix
        for gap in day.gaps:
            inside = slice(gap.first if quality[gap.first] else gap.first + 1, gap.last)
            piece[inside] = 0
            state[inside] = State.UNKNOWN
            if quality[gap.last] == Quality.GOOD:
                silent_s[gap.last] = gap.duration_s
            else:
                piece[gap.last] = 0
        lon, lat = converted(np.where(located, track.lon_deg, np.nan), np.where(located, track.lat_deg, np.nan), system)
        return cls(day, lon, lat, quality, state, piece, silent_s)

    @property
    def believed(self) -> NDArray[np.intp]:
        """Indices of the positions that can be believed."""
        return np.flatnonzero(self.quality == Quality.GOOD)

    @property
    def doubtful(self) -> NDArray[np.intp]:
        """Indices of the positions that are doubtful."""
        return np.flatnonzero(self.quality >= Quality.JUMP)

    def pieces(self) -> list[NDArray[np.intp]]:
        """Return the believed positions, cut where there is a gap."""
        index = self.believed
        cuts = np.flatnonzero(np.diff(self.piece[index])) + 1
        return [part for part in np.split(index, cuts) if len(part)]


def converted(lon_deg: Floats, lat_deg: Floats, system: CoordinateSystem) -> tuple[Floats, Floats]:
    """Return WGS-84 places in another system, rounded to 1e-7 degrees (1 cm)."""
    if system is CoordinateSystem.GCJ02:
        lon_deg, lat_deg = wgs84_to_gcj02(lon_deg, lat_deg)
    elif system is CoordinateSystem.BD09:
        lon_deg, lat_deg = wgs84_to_bd09(lon_deg, lat_deg)
    return np.round(lon_deg, 7), np.round(lat_deg, 7)

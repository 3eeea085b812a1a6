"""Where all vehicles of a playback were at a moment: many vehicles' believed fixes as flat arrays, answered at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.motion import EMERGENCY_BIT, MOVING_KMH
from laixi_transport.analytics.stops import GAP_S
from laixi_transport.domain.fleet import MotionState

_BEFORE_S = 1 << 31
"""Keys count time from so long before the beginning, so that a last fix of years ago has its place."""

STANDING, ALARM = 1, 2
"""Bits of ``FleetFixes.flags``: what the vehicle does from this fix on."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """All m vehicles at a moment."""

    lon_deg: NDArray[np.float64]  # (m,) NaN where a vehicle has no fix yet
    lat_deg: NDArray[np.float64]
    direction_deg: NDArray[np.float64]
    motion: NDArray[np.uint8]  # MotionState; OFFLINE: nothing is known of this moment
    speed_kmh: NDArray[np.float64]  # of the last fix; NaN where nothing is known
    fix_s: NDArray[np.float64]  # Unix seconds of the last fix; NaN where there is none
    row: NDArray[np.int64]  # that fix as a row of the fixes, -1 where there is none

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether the moment lies between two fixes that belong together."""
        known: NDArray[np.bool_] = self.motion != MotionState.OFFLINE.value
        return known


@dataclass(frozen=True, slots=True, eq=False)
class FleetFixes:
    """Believed fixes of m vehicles, n in all, good for the moments from ``begin_s`` to ``end_s``.

    A vehicle that was not heard within has its last fix before as its first row, so that it can be shown there, with
    its age. Fixes further apart than ``gap_s`` have a gap between them.
    """

    vehicle_ids: NDArray[np.int64]  # (m,)
    begin_s: float
    end_s: float
    begin: NDArray[np.int64]  # (m + 1,) vehicle i has the rows begin[i] to begin[i + 1]
    key: NDArray[np.int64]  # (n,) vehicle and time in one number, increasing: what a moment is looked up by
    lon_e6: NDArray[np.int32]  # (n,) 1e-6 degrees, WGS-84
    lat_e6: NDArray[np.int32]
    speed_dkmh: NDArray[np.uint16]  # 0.1 km/h
    direction_deg: NDArray[np.uint16]
    flags: NDArray[np.uint8]  # STANDING, ALARM
    gap_s: float = GAP_S

    @classmethod
    def of(
        cls,
        vehicle_ids: NDArray[np.int64],
        period: tuple[float, float],
        owner: NDArray[np.int64],
        time_s: NDArray[np.int64],
        *,
        lon_e6: NDArray[np.int32],
        lat_e6: NDArray[np.int32],
        speed_dkmh: NDArray[np.uint16],
        direction_deg: NDArray[np.uint16],
        flags: NDArray[np.uint8],
        gap_s: float = GAP_S,
    ) -> "FleetFixes":
        """Return the fixes of m vehicles, given in order of vehicle and time.

        owner   (n,)  indices of ``vehicle_ids``, not decreasing
        time_s  (n,)  Unix seconds, within one owner not decreasing

        Raises ValueError where the order is broken.
        """
        key = (owner << 32) + (time_s - (int(period[0]) - _BEFORE_S))
        if len(key) > 1 and (np.diff(key) < 0).any():
            raise ValueError("fixes are not in order of vehicle and time")
        begin = np.searchsorted(owner, np.arange(len(vehicle_ids) + 1))
        return cls(vehicle_ids, *period, begin, key, lon_e6, lat_e6, speed_dkmh, direction_deg, flags, gap_s=gap_s)

    def __len__(self) -> int:
        return len(self.key)

    @property
    def bytes(self) -> int:
        """Memory that the arrays take."""
        arrays = (self.key, self.lon_e6, self.lat_e6, self.speed_dkmh, self.direction_deg, self.flags, self.begin)
        return sum(array.nbytes for array in arrays)

    @property
    def owner(self) -> NDArray[np.int64]:
        """Which vehicle each row belongs to, as an index of ``vehicle_ids``."""
        return self.key >> 32

    @property
    def time_s(self) -> NDArray[np.int64]:
        """Unix seconds of each row."""
        return (self.key & 0xFFFFFFFF) + (int(self.begin_s) - _BEFORE_S)

    def rows_at(self, at_s: float) -> NDArray[np.int64]:
        """Return the last row at or before a moment for each vehicle, begin - 1 where there is none."""
        offset = int(np.floor(at_s)) - (int(self.begin_s) - _BEFORE_S)
        offset = min(max(offset, 0), 0xFFFFFFFF)
        sought = (np.arange(len(self.vehicle_ids), dtype=np.int64) << 32) + offset
        found: NDArray[np.int64] = np.searchsorted(self.key, sought, "right") - 1
        return np.maximum(found, self.begin[:-1] - 1)

    def at(self, at_s: float) -> Places:
        """Return where all vehicles are; some tenths of a millisecond for 500 of them.

        Between two fixes that belong together a vehicle is on the straight line between them; over a gap nothing is
        guessed: it is at its last fix, and OFFLINE.
        """
        m, n = len(self.vehicle_ids), len(self)
        row = self.rows_at(at_s)
        none = row < self.begin[:-1]
        if n == 0:
            nothing = np.full(m, np.nan)
            offline = np.full(m, MotionState.OFFLINE.value, np.uint8)
            return Places(nothing, nothing, np.zeros(m), offline, nothing, nothing, np.full(m, -1, np.int64))
        here = np.where(none, 0, row)
        after = np.minimum(here + 1, n - 1)
        time_s, next_s = self._times(here), self._times(after)
        joined = (row + 1 < self.begin[1:]) & (next_s - time_s <= self.gap_s) & (next_s > time_s)
        share = np.where(joined, (at_s - time_s) / np.maximum(next_s - time_s, 1.0), 0.0)
        known = ~none & (joined | (at_s == time_s))
        lon, lat = self.lon_e6[here].astype(np.float64), self.lat_e6[here].astype(np.float64)
        lon = (lon + (self.lon_e6[after] - lon) * share) * 1e-6
        lat = (lat + (self.lat_e6[after] - lat) * share) * 1e-6
        direction = self.direction_deg[here].astype(np.float64)
        turn = (self.direction_deg[after] - direction + 180.0) % 360.0 - 180.0
        direction = (direction + turn * share) % 360.0
        lon[none] = lat[none] = np.nan
        flags = self.flags[here]
        motion = np.select(
            [~known, (flags & ALARM) != 0, (flags & STANDING) != 0],
            [MotionState.OFFLINE.value, MotionState.ALARM.value, MotionState.STOPPED.value],
            default=MotionState.MOVING.value,
        )
        speed = np.where(known, self.speed_dkmh[here] * 0.1, np.nan)
        return Places(
            lon,
            lat,
            np.where(none, 0.0, direction),
            motion.astype(np.uint8),
            speed,
            np.where(none, np.nan, time_s),
            np.where(none, -1, row),
        )

    def _times(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        return ((self.key[rows] & 0xFFFFFFFF) + (int(self.begin_s) - _BEFORE_S)).astype(np.float64)


def flags_of(speed_dkmh: NDArray[np.uint16], alarm_bits: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the flags of fixes judged one by one: slow is standing, the driver's emergency button is an alarm."""
    standing = (speed_dkmh <= MOVING_KMH * 10).view(np.uint8) * np.uint8(STANDING)
    alarm = ((alarm_bits & np.uint32(EMERGENCY_BIT)) != 0).view(np.uint8) * np.uint8(ALARM)
    flags: NDArray[np.uint8] = standing | alarm
    return flags

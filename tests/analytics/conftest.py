"""Tracks small enough to check by head."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.domain.position import StatusBit
from laixi_transport.domain.track import Track

LAT, LON = 36.86, 120.53


def make_track(
    time_s: Any,
    east_m: Any = 0.0,
    speed_kmh: Any = 0.0,
    *,
    north_m: Any = 0.0,
    located: Any = True,
    mileage_km: Any = np.nan,
) -> Track:
    time = np.asarray(time_s, np.int64)
    n = len(time)
    scale = metres_per_degree(LAT)

    def full(value: Any, kind: Any) -> Any:
        return np.broadcast_to(np.asarray(value), (n,)).astype(kind)

    return Track(
        vehicle_id=1,
        time_s=time,
        lat_deg=full(LAT + np.asarray(north_m) / scale.north_m, np.float64),
        lon_deg=full(LON + np.asarray(east_m) / scale.east_m, np.float64),
        altitude_m=full(50, np.int16),
        speed_kmh=full(speed_kmh, np.float64),
        direction_deg=full(90, np.uint16),
        alarm_bits=full(0, np.uint32),
        status_bits=full(np.where(located, int(StatusBit.LOCATED), 0), np.uint32),
        mileage_km=full(mileage_km, np.float64),
        recorder_speed_kmh=full(np.nan, np.float64),
    )


@pytest.fixture(name="make_track")
def make_track_fixture() -> Callable[..., Track]:
    return make_track

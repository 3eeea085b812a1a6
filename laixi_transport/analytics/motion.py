"""What a vehicle is doing now, judged by its newest report."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.domain.fleet import MotionState

OFFLINE_AFTER_S = 300.0
"""A vehicle not heard for longer than this is offline; terminals of buses report every 10 to 30 s."""

MOVING_KMH = 3.0
"""Slower than this is standing: receivers show up to 2 or 3 km/h while a vehicle is parked."""

EMERGENCY_BIT = 1 << 0
"""Emergency alarm: the driver pressed the button. Source: JT/T 808-2019 table 24, bit 0."""


def motion_states(
    received_s: ArrayLike,
    speed_kmh: ArrayLike,
    alarm_bits: ArrayLike,
    overspeeding: ArrayLike,
    now_s: float,
    *,
    offline_after_s: float = OFFLINE_AFTER_S,
    moving_kmh: float = MOVING_KMH,
) -> NDArray[np.uint8]:
    """Return the MotionState of n vehicles.

    received_s     (n,)  Unix seconds at which the newest report came in, 0 for none
    speed_kmh      (n,)  of the newest report
    alarm_bits     (n,)  of the newest report
    overspeeding   (n,)  whether an overspeed alert is ongoing

    Silence wins over all: of a vehicle that is not heard nobody knows whether it still speeds. Its alert stays open in
    the alarm bar. The time of reception counts, not the terminal's clock, which may be wrong or replayed.
    """
    offline = now_s - np.asarray(received_s, np.float64) > offline_after_s
    alarm = np.asarray(overspeeding, np.bool_) | ((np.asarray(alarm_bits, np.int64) & EMERGENCY_BIT) != 0)
    moving = np.asarray(speed_kmh, np.float64) > moving_kmh
    states = np.select(
        [offline, alarm, moving],
        [MotionState.OFFLINE.value, MotionState.ALARM.value, MotionState.MOVING.value],
        default=MotionState.STOPPED.value,
    )
    return states.astype(np.uint8)

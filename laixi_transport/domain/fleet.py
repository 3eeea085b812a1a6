"""The newest that is known of each vehicle."""

from enum import IntEnum
from typing import NamedTuple


class MotionState(IntEnum):
    """What the map colours an arrow by; the order is that of attention."""

    OFFLINE = 0
    STOPPED = 1
    MOVING = 2
    ALARM = 3


class VehicleState(NamedTuple):
    """Last report of a vehicle; ``located_*`` hold the last report that had a fix."""

    vehicle_id: int
    time_s: int  # Unix seconds of the newest report
    received_s: float  # Unix seconds at which the gateway had it
    located_time_s: int  # 0: never had a fix
    lat_deg: float
    lon_deg: float
    speed_kmh: float
    direction_deg: int
    alarm_bits: int
    status_bits: int
    mileage_km: float | None
    satellites: int | None

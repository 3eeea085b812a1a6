"""What the change feed tells its readers."""

from enum import StrEnum
from typing import NamedTuple


class Topic(StrEnum):
    VEHICLE_STATE = "vehicle_state"  # key: vehicle ids may have newer states; read those changed since
    ALERT = "alert"  # key: alert id
    REGISTER = "register"  # key: vehicle id; vehicles, terminals or organisations were changed
    TERMINAL = "terminal"  # key: terminal id; its session began or ended. "*": many of them
    GATEWAY = "gateway"  # key: empty; the gateway has written what it counts
    COMMAND = "command"  # key: command id
    MEDIA = "media"  # key: media id
    GEOFENCE = "geofence"  # key: geofence id
    CASCADE = "cascade"  # key: "link", "status" or "request", a colon and its id; of platforms above us
    MAP_DATA = "map_data"  # key: import id; map data came or went


class Change(NamedTuple):
    """One entry of the outbox: committed together with the fact that it announces."""

    id: int
    topic: Topic
    key: str

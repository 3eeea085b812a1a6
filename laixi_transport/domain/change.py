"""What the change feed tells its readers."""

from enum import StrEnum
from typing import NamedTuple


class Topic(StrEnum):
    VEHICLE_STATE = "vehicle_state"  # key: vehicle ids may have newer states; read those changed since
    ALERT = "alert"  # key: alert id
    REGISTER = "register"  # key: vehicle id; vehicles, terminals or organisations were changed


class Change(NamedTuple):
    """One entry of the outbox: committed together with the fact that it announces."""

    id: int
    topic: Topic
    key: str

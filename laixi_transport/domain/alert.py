"""Alerts: a rule's episode made known to people."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Priority(StrEnum):
    """Priorities of the alarm bar, highest first."""

    URGENT = "urgent"
    HIGH = "high"
    LOW = "low"


class AlertState(StrEnum):
    """Life of an alert: new -> acknowledged -> cleared; cleared means that the condition has ended and was seen.

    An alert is withdrawn when later reports (from a blind area) showed that the condition did not hold, or that two
    alerts were one. It is kept, because somebody may have acted on it.
    """

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Alert:
    """One episode of a rule, with what is needed to say why and to compute it again."""

    id: int
    rule: str  # "overspeed"
    rule_version: str
    parameters: str  # JSON object of what the rule was run with
    vehicle_id: int
    priority: Priority
    state: AlertState
    begin: datetime
    end: datetime
    ongoing: bool  # the condition still held at the newest report
    peak: float  # overspeed: km/h
    limit: float | None  # overspeed: km/h
    lat_deg: float | None
    lon_deg: float | None
    program_version: str
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it belongs into the alarm bar."""
        return self.state in {AlertState.NEW, AlertState.ACKNOWLEDGED}

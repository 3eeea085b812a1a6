"""Health of links, database and disk, for the status strip."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from laixi_transport.services.live.service import LiveService
from laixi_transport.storage import Store


@dataclass(frozen=True, slots=True)
class Status:
    """One look at the station."""

    terminals_online: int  # vehicles heard within the last 300 s
    terminals_known: int
    reports_per_s: float  # committed, over the last ten seconds
    database: Literal["ok", "waiting", "lost"]
    database_message: str  # a sentence for the user, empty while ok
    disk_free_bytes: int | None  # at the database's place; None for a database server
    disk_free_share: float | None  # 0 to 1
    gateway: str | None  # "host:port" that terminals connect to; None where another process listens
    level: Literal["ok", "warning", "alarm"]  # the worst of database and disk


class HealthService:
    """Gathers what others know already; a call costs less than a millisecond but may touch the disk: use tasks."""

    def __init__(self, store: Store, live: LiveService, *, gateway: str | None, now: Callable[[], float]) -> None:
        self._store = store

    def status(self) -> Status:
        """Return the health of the station."""
        ...

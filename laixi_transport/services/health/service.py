"""Health of links, database and disk, for the status strip."""

import shutil
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from laixi_transport.analytics.motion import OFFLINE_AFTER_S
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.live.service import LiveService
from laixi_transport.storage import Store

Level = Literal["ok", "warning", "alarm"]

WINDOW_S = 10.0
"""Reports per second are a mean over this."""

LITTLE_SHARE, LITTLE_BYTES = 0.1, 5 * 2**30
"""Less than a tenth of the disk and less than 5 GiB: about two weeks of five hundred vehicles are left. A warning."""

LEAST_BYTES = 2**30
"""Less than 1 GiB: an alarm."""


@dataclass(frozen=True, slots=True)
class Status:
    """One look at the station."""

    terminals_online: int  # vehicles heard within the last 300 s
    terminals_known: int
    reports_per_s: float  # committed, over the last ten seconds
    database: Literal["ok", "waiting", "lost"]  # waiting: it takes no writes; lost: it cannot be read either
    database_problem: Problem | None  # what to do about it, None while ok
    disk_free_bytes: int | None  # at the database's place; None for a database server
    disk_free_share: float | None  # 0 to 1
    gateway: str | None  # "host:port" that terminals connect to; None where another process listens
    level: Level  # the worst of database and disk

    @property
    def database_message(self) -> str:
        """What is wrong with the database and what to do, in English; empty while ok."""
        return str(self.database_problem) if self.database_problem else ""


class HealthService:
    """Gathers what others know already; a call asks the database and the disk one short question each: use tasks.

    gateway   "host:port" where terminals connect to this process, None where there is no gateway in it
    now       Unix seconds
    """

    def __init__(
        self,
        store: Store,
        live: LiveService,
        *,
        gateway: str | None,
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._live = live
        self._gateway = gateway
        self._now = now
        self._lock = threading.Lock()
        self._counts: deque[tuple[float, int]] = deque()

    def status(self) -> Status:
        """Return the health of the station."""
        now_s = self._now()
        vehicles, states = self._live.fleet()
        database, problem = self._database()
        free_bytes, free_share = self._disk()
        return Status(
            terminals_online=sum(now_s - state.received_s <= OFFLINE_AFTER_S for state in states),
            terminals_known=sum(bool(vehicle.phone) for vehicle in vehicles),
            reports_per_s=self._rate(now_s) if database != "lost" else 0.0,
            database=database,
            database_problem=problem,
            disk_free_bytes=free_bytes,
            disk_free_share=free_share,
            gateway=self._gateway,
            level=_level(database, free_bytes, free_share),
        )

    def _database(self) -> tuple[Literal["ok", "waiting", "lost"], Problem | None]:
        health = self._store.writer.health
        if health.state == "waiting":
            return "waiting", health.problem
        try:
            self._store.feed.newest()
        except Exception as error:  # noqa: BLE001 - whatever the driver says, it cannot be read
            problem = Problem(
                QT_TRANSLATE_NOOP("Problem", "The database {path} cannot be read: {detail}"),
                path=self._store.name,
                detail=str(error).splitlines()[0] if str(error) else type(error).__name__,
            )
            return "lost", problem
        return "ok", None

    def _rate(self, now_s: float) -> float:
        """Return how fast the number of stored reports grew over the window."""
        count = self._store.tracks.newest_id()
        with self._lock:
            counts = self._counts
            if counts and (now_s < counts[-1][0] or count < counts[-1][1]):
                counts.clear()  # the clock was set back, or another database stands there now
            counts.append((now_s, count))
            while len(counts) > 2 and counts[1][0] <= now_s - WINDOW_S:
                counts.popleft()
            (begin_s, before), (end_s, after) = counts[0], counts[-1]
        return (after - before) / (end_s - begin_s) if end_s > begin_s else 0.0

    def _disk(self) -> tuple[int | None, float | None]:
        if self._store.path is None:
            return None, None
        try:
            usage = shutil.disk_usage(self._store.path.parent)
        except OSError:
            return None, None
        return usage.free, usage.free / usage.total if usage.total else None


def _level(database: str, free_bytes: int | None, free_share: float | None) -> Level:
    if database != "ok" or (free_bytes is not None and free_bytes < LEAST_BYTES):
        return "alarm"
    if free_bytes is not None and free_share is not None and free_share < LITTLE_SHARE and free_bytes < LITTLE_BYTES:
        return "warning"
    return "ok"

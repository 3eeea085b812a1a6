"""Alerts as people see them: open ones, their history, acknowledging and taking it back."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime

from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.change import Topic
from laixi_transport.domain.time import utc_now
from laixi_transport.services.alerts.evaluation import Evaluator
from laixi_transport.services.alerts.rule import OverspeedRule
from laixi_transport.storage import Store
from laixi_transport.storage.feed import EVERYTHING

logger = logging.getLogger(__name__)

OnAlerts = Callable[[list[Alert]], None]

MANY = 5000
"""How many open alerts are held, and how many of a history are given: the newest."""

_OPEN = (AlertState.NEW, AlertState.ACKNOWLEDGED)
_VALID = (*_OPEN, AlertState.CLEARED)
_RANK = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.LOW: 2}


class AlertService:
    """Open alerts in memory, kept up to date by the change feed; evaluates the rules where it is told to.

    evaluates   whether this process runs the rules; exactly one does, the one whose gateway writes
    now         aware UTC, for the time of acknowledgements
    """

    def __init__(
        self,
        store: Store,
        *,
        evaluates: bool,
        rule: OverspeedRule | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._open: dict[int, Alert] = {}
        self._subscribers: list[OnAlerts] = []
        self._evaluates = evaluates
        self._rule = rule or OverspeedRule()
        self.loaded = asyncio.Event()
        """Set once the open alerts were read; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Evaluate and follow the feed until cancelled; runs in the io loop. May be called again after a failure."""
        evaluator = Evaluator(self._store, self._rule) if self._evaluates else None
        committed = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(evaluator, committed))
            if evaluator is not None:
                tasks.create_task(_evaluate(evaluator, committed))

    def open_alerts(self) -> list[Alert]:
        """Return alerts not yet cleared, most urgent first, oldest first among equals; any thread, does not block."""
        with self._lock:
            alerts = list(self._open.values())
        return sorted(alerts, key=lambda alert: (_RANK[alert.priority], alert.begin, alert.id))

    def subscribe(self, on_alerts: OnAlerts) -> Callable[[], None]:
        """Have new and changed alerts handed over in the io thread; return what ends it. Any thread.

        Also those that were cleared or withdrawn come: ``alert.open`` is false for them.
        """
        with self._lock:
            self._subscribers.append(on_alerts)

        def end() -> None:
            with self._lock:
                if on_alerts in self._subscribers:
                    self._subscribers.remove(on_alerts)

        return end

    def acknowledge(self, alert_id: int, by: str) -> "Future[Alert]":
        """Note that a person has seen an alert; it is cleared as soon as its condition has ended. Any thread.

        The first acknowledgement counts: another person's later one changes nothing. The future raises LookupError for
        an unknown alert.
        """
        at = self._now()
        return self._store.writer.run(lambda session: self._store.alerts.acknowledge(session, alert_id, by, at))

    def unacknowledge(self, alert_id: int) -> "Future[Alert]":
        """Take an acknowledgement back; the alert is new again. Any thread."""
        return self._store.writer.run(lambda session: self._store.alerts.unacknowledge(session, alert_id))

    def history(self, begin_s: int, end_s: int, vehicle_ids: Sequence[int] | None = None) -> list[Alert]:
        """Return alerts that touch the Unix seconds [begin_s, end_s), oldest first; blocks on the database.

        Withdrawn ones are left out. ``vehicle_ids`` None means every vehicle. At most MANY come, the newest.
        """
        found = self._store.alerts.list(
            states=_VALID, vehicle_ids=vehicle_ids, begin_s=begin_s, end_s=end_s, limit=MANY
        )
        return list(reversed(found))

    async def _listen(self, evaluator: Evaluator | None, committed: asyncio.Event) -> None:
        newest = await asyncio.to_thread(self._store.feed.newest)
        await self._read_open()
        self.loaded.set()
        committed.set()
        async for changes in self._store.feed.changes(newest):
            keys = {change.key for change in changes if change.topic is Topic.ALERT}
            topics = {change.topic for change in changes}
            if evaluator is not None and Topic.REGISTER in topics:
                evaluator.forget_limits()
            if Topic.VEHICLE_STATE in topics:
                committed.set()
            if EVERYTHING in keys:
                await self._read_open()
            elif keys:
                self._take(await asyncio.to_thread(self._store.alerts.some, [int(key) for key in keys]))

    async def _read_open(self) -> None:
        """Read all open alerts, and what became of those that were held as open."""
        stored = await asyncio.to_thread(self._store.alerts.list, states=_OPEN, limit=MANY)
        gone = self._open.keys() - {alert.id for alert in stored}
        known = await asyncio.to_thread(self._store.alerts.some, sorted(gone)) if gone else ()
        self._take((*known, *stored))

    def _take(self, alerts: Sequence[Alert]) -> None:
        news = [alert for alert in alerts if self._open.get(alert.id) != alert]
        with self._lock:
            for alert in news:
                if alert.open:
                    self._open[alert.id] = alert
                else:
                    self._open.pop(alert.id, None)
        self._tell(news)

    def _tell(self, alerts: list[Alert]) -> None:
        if not alerts:
            return
        with self._lock:
            subscribers = tuple(self._subscribers)
        for on_alerts in subscribers:
            try:
                on_alerts(alerts)
            except Exception:
                logger.exception("a subscriber of the alerts failed")


async def _evaluate(evaluator: Evaluator, committed: asyncio.Event) -> None:
    while True:
        await committed.wait()
        committed.clear()
        try:
            await asyncio.to_thread(evaluator.catch_up)
        except asyncio.CancelledError:
            # The thread ends with its step. It is not waited for: it may wait for room on a full disk, and then only
            # the closing of the store makes the writer give up.
            evaluator.stop()
            raise

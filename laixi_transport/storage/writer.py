"""The one thread that writes: it commits everything that is queued together."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session, sessionmaker

from laixi_transport.domain.frame import Batch
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import utc_now
from laixi_transport.storage.changes import ANNOUNCED, prune
from laixi_transport.storage.database import Database, explained, passes
from laixi_transport.storage.ingest import COUNT_EVERY, SETTLE_S, AnotherGatewayError, Ingest

logger = logging.getLogger(__name__)

T = TypeVar("T")
Done = Callable[[Exception | None], None]

ROWS_A_COMMIT = 8000
UNITS_A_COMMIT = 256
RETRY_S = (0.2, 0.5, 1.0, 2.0)
SETTLES_A_PRUNE = 1000


@dataclass(frozen=True, slots=True)
class WriterHealth:
    """Whether commits go through; while waiting, nothing is lost and nothing is acknowledged."""

    state: Literal["ok", "waiting"]
    since: datetime
    problem: Problem | None = None

    @property
    def message(self) -> str:
        """The reason for waiting, empty when all is well."""
        return str(self.problem) if self.problem else ""


@dataclass(slots=True)
class _Submission:
    batch: Batch
    done: Done
    rows: int


@dataclass(slots=True)
class _Unit:
    work: Callable[[Session], Any]
    future: "Future[Any]"
    rows: int = 1
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Queue:
    items: deque[_Submission | _Unit] = field(default_factory=deque)
    rows: int = 0


class Writer:
    """Takes batches and other writes from any thread; ``committed`` is called in the writer thread after each commit.

    A commit holds all that was queued while the one before it was under way, up to a bound. When the disk is full or
    the database is lost, the group is kept and tried again until it goes through.
    """

    def __init__(self, database: Database, committed: Callable[[], None]) -> None:
        self._database = database
        self._committed = committed
        self._sessions = sessionmaker(database.writer, expire_on_commit=False)
        self._ingest = Ingest()
        self._changed = threading.Condition()
        self._queue = _Queue()
        self._closing = False
        self._give_up = threading.Event()
        self._health = WriterHealth("ok", utc_now())
        self._settled_at = time.monotonic()
        self._settles = 0
        self._announced = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        if database.is_sqlite:
            self.run(self.settle)  # what a crash left unsettled; on PostgreSQL the gateway's first batch does it
        self._thread.start()

    @property
    def backlog(self) -> int:
        """Reports and frames that are not committed yet."""
        return self._queue.rows

    @property
    def health(self) -> WriterHealth:
        """Whether commits go through."""
        return self._health

    @property
    def ingest(self) -> Ingest:
        """The writer thread's memory, for units that run in it."""
        return self._ingest

    def submit(self, batch: Batch, done: Done) -> None:
        """Queue a batch; ``done(None)`` is called in the writer thread after its commit.

        ``done`` gets an exception only when the batch can never be stored or the writer was closed before it was.
        """
        self._put(_Submission(batch, done, len(batch)))

    def run(self, unit: Callable[[Session], T]) -> "Future[T]":
        """Queue another write, in order with the batches; the future has its result after the commit.

        The unit may be called again when its commit did not go through, so it must do nothing but use its session.
        What it raises undoes its own writes only.
        """
        future: Future[T] = Future()
        self._put(_Unit(unit, future))
        return future

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what is queued, giving up on a database that does not come back within the time."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout_s if self._health.state == "ok" else 0.5)
        self._give_up.set()
        self._thread.join()

    def _put(self, item: _Submission | _Unit) -> None:
        with self._changed:
            if self._closing:
                raise RuntimeError("the writer is closed")
            self._queue.items.append(item)
            self._queue.rows += item.rows
            self._changed.notify()

    def _work(self) -> None:
        while True:
            group = self._next_group()
            if group:
                self._commit(group)
                with self._changed:
                    self._queue.rows -= sum(item.rows for item in group)
            elif self._ingest.unsettled:
                self._commit([])
            if not group and self._closing:
                return

    def _next_group(self) -> list[_Submission | _Unit]:
        with self._changed:
            if not self._queue.items and not self._closing:
                due = self._settled_at + SETTLE_S - time.monotonic()
                if self._ingest.unsettled:
                    if due > 0:
                        self._changed.wait(due)
                else:
                    self._changed.wait()
            group: list[_Submission | _Unit] = []
            rows = 0
            items = self._queue.items
            while items and (not group or (rows + items[0].rows <= ROWS_A_COMMIT and len(group) < UNITS_A_COMMIT * 16)):
                item = items.popleft()
                if isinstance(item, _Unit) and not item.future.set_running_or_notify_cancel():
                    self._queue.rows -= item.rows
                    continue
                group.append(item)
                rows += item.rows
            return group

    def _commit(self, group: list[_Submission | _Unit]) -> None:
        """Bring a group into the database, however long it takes, and tell those who wait for it."""
        attempt = 0
        while True:
            try:
                self._transact(group)
                break
            except Exception as error:  # noqa: BLE001 - sorted just below
                self._ingest.forget()
                if not passes(error):
                    self._part(group, error)
                    return
                self._wait(error, attempt)
                attempt += 1
                if self._give_up.is_set():
                    for item in group:
                        _fail(item, self._closed_problem(error))
                    return
        if self._health.state != "ok":
            logger.info("the database takes writes again after %s", utc_now() - self._health.since)
            self._health = WriterHealth("ok", utc_now())
        if self._announced:
            self._committed()
        for item in group:
            _succeed(item)

    def _part(self, group: list[_Submission | _Unit], error: Exception) -> None:
        """Give one item that cannot be stored back to its owner without taking its neighbours along."""
        if len(group) > 1:
            for item in group:
                self._commit([item])
        elif group:
            logger.error("cannot be stored: %s", error)
            _fail(group[0], error)
        else:
            logger.error("cannot settle: %s", error)
            self._give_up.wait(RETRY_S[-1])

    def _wait(self, error: Exception, attempt: int) -> None:
        if self._health.state == "ok":
            problem = (
                Problem(
                    QT_TRANSLATE_NOOP(
                        "Problem",
                        "Another gateway already stores reports into {path}. Stop it; this one then goes on.",
                    ),
                    path=self._database.name,
                )
                if isinstance(error, AnotherGatewayError)
                else explained(error, self._database)
            )
            self._health = WriterHealth("waiting", utc_now(), problem)
            logger.info("writing waits: %s (%s)", problem, error)
        self._give_up.wait(RETRY_S[min(attempt, len(RETRY_S) - 1)])

    def _closed_problem(self, error: Exception) -> Exception:
        return self._health.problem or error

    def _transact(self, group: list[_Submission | _Unit]) -> None:
        settling = not group or time.monotonic() - self._settled_at >= SETTLE_S or self._closing
        with self._sessions.begin() as session:
            connection = session.connection()
            waiting = Batch()
            for item in group:
                if isinstance(item, _Submission):
                    waiting.extend(item.batch)
                    continue
                if len(waiting):
                    self._store(connection, waiting)
                    waiting = Batch()
                self._run(session, item)
            if len(waiting):
                self._store(connection, waiting)
            if settling and self._ingest.unsettled:
                resting = not group or self._closing
                self._settle(connection, counts=resting or self._settles % COUNT_EVERY == 0)
            self._announced = connection.info.pop(ANNOUNCED, False)

    def _store(self, connection: Connection, batch: Batch) -> None:
        cursor = self._database.cursor(connection)
        self._ingest.load(cursor, connection.connection.driver_connection)
        self._ingest.store(cursor, batch)

    def settle(self, session: Session) -> None:
        """Write counts and states now; for units, which run in the writer thread."""
        connection = session.connection()
        self._ingest.load(self._database.cursor(connection), connection.connection.driver_connection)
        if self._ingest.unsettled:
            self._settle(connection)

    def _settle(self, connection: Connection, *, counts: bool = True) -> None:
        cursor = self._database.cursor(connection)
        self._ingest.load(cursor, connection.connection.driver_connection)
        self._ingest.settle(cursor, counts=counts)
        self._settled_at = time.monotonic()
        self._settles += 1
        if self._settles % SETTLES_A_PRUNE == 0:
            prune(cursor)

    def _run(self, session: Session, unit: _Unit) -> None:
        unit.result = unit.error = None
        try:
            with session.begin_nested():
                unit.result = unit.work(session)
        except Exception as error:
            if passes(error):
                raise
            session.expunge_all()
            unit.error = error


def _succeed(item: _Submission | _Unit) -> None:
    if isinstance(item, _Unit):
        if item.error is not None:
            item.future.set_exception(item.error)
        else:
            item.future.set_result(item.result)
        return
    _call(item.done, None)


def _fail(item: _Submission | _Unit, error: Exception) -> None:
    if isinstance(item, _Unit):
        item.future.set_exception(error)
    else:
        _call(item.done, error)


def _call(done: Done, error: Exception | None) -> None:
    try:
        done(error)
    except Exception:
        logger.exception("a listener of the writer failed")

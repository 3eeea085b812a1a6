"""Live changes without polling: every commit that announced something wakes the readers, who then read what is new."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import psycopg

from laixi_transport.domain.change import Change, Topic
from laixi_transport.storage.changes import CHANNEL
from laixi_transport.storage.database import Database

logger = logging.getLogger(__name__)

EVERYTHING = "*"
"""Key of a change that says: more was changed than the log still holds, read all of this topic."""

CHANGES_AT_ONCE = 2000
MISSING_S = 60.0
QUIET_S = 30.0
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class Feed:
    """Tells what was committed. A lost wake-up costs nothing: readers ask for everything after the last change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._listeners: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def newest(self) -> int:
        """Return the id of the last change, from which a reader that has just read everything begins."""
        return int(self._database.fetch("SELECT coalesce(max(id), 0) FROM change_log")[0][0])

    def committed(self) -> None:
        """Wake the readers of this process; called in the writer thread after a commit."""
        with self._lock:
            listeners = list(self._listeners.items())
        for wake, loop in listeners:
            try:
                loop.call_soon_threadsafe(wake.set)
            except RuntimeError:  # the loop was closed with a reader still waiting in it
                with self._lock:
                    self._listeners.pop(wake, None)

    async def changes(self, after: int) -> AsyncIterator[list[Change]]:
        """Yield what was committed after a change, oldest first, and go on for ever.

        On SQLite this works in the writing process only; a file tells nobody else of a commit.
        """
        if self._database.is_sqlite and self._database.read_only:
            raise ValueError("a SQLite database that was opened for reading has no feed")
        reader = _Reader(self._database, after)
        wakes = self._local_wakes() if self._database.is_sqlite else self._server_wakes()
        async with aclosing(wakes):
            async for _ in wakes:
                while True:
                    try:
                        found = await asyncio.to_thread(reader.read)
                    except Exception as error:
                        if self._database.is_sqlite:
                            raise
                        logger.info("reading changes failed, waiting for the server: %s", error)
                        await asyncio.sleep(RETRY_S[0])
                        continue
                    if found:
                        yield found
                    if len(found) < CHANGES_AT_ONCE:
                        break

    async def _local_wakes(self) -> AsyncGenerator[None]:
        wake = asyncio.Event()
        wake.set()
        with self._lock:
            self._listeners[wake] = asyncio.get_running_loop()
        try:
            while True:
                await wake.wait()
                wake.clear()
                yield
        finally:
            with self._lock:
                self._listeners.pop(wake, None)

    async def _server_wakes(self) -> AsyncGenerator[None]:
        """Yield at each notification, after each connect, and every half minute, which also finds a dead link."""
        attempt = 0
        address = self._database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    address, autocommit=True, connect_timeout=10
                ) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    attempt = 0
                    yield
                    while True:
                        async for _ in connection.notifies(timeout=QUIET_S, stop_after=1):
                            pass
                        await connection.execute("SELECT 1")
                        yield
            except psycopg.Error as error:
                delay_s = RETRY_S[min(attempt, len(RETRY_S) - 1)]
                logger.info("the change feed lost the server, next try in %s s: %s", delay_s, error)
                attempt += 1
                await asyncio.sleep(delay_s)


class _Reader:
    """Reads on from the last change.

    Ids that are skipped are asked for again for a while: with several processes writing, a smaller id may be committed
    after a larger one.
    """

    def __init__(self, database: Database, after: int) -> None:
        self._database = database
        self._last = after
        self._missing: dict[int, float] = {}

    def read(self) -> list[Change]:
        now = time.monotonic()
        self._missing = {i: since for i, since in self._missing.items() if now - since < MISSING_S}
        with self._database.reading() as cursor:
            lost = (cursor.value("SELECT min(id) FROM change_log") or 0) > self._last + 1 and self._last > 0
            rows = cursor.fetch(
                f"SELECT id, topic, key FROM change_log WHERE id > ? ORDER BY id LIMIT {CHANGES_AT_ONCE}",  # noqa: S608
                (self._last,),
            )
            late = []
            if self._missing:
                marks = ", ".join("?" * len(self._missing))
                late = cursor.fetch(
                    f"SELECT id, topic, key FROM change_log WHERE id IN ({marks}) ORDER BY id",  # noqa: S608
                    list(self._missing),
                )
        for row in late:
            del self._missing[row[0]]
        found = [Change(row[0], Topic(row[1]), row[2]) for row in (*late, *rows)]
        if not rows:
            return found
        if lost:
            found[:0] = [Change(rows[0][0] - 1, topic, EVERYTHING) for topic in Topic]
        elif not self._database.is_sqlite:
            expected = range(self._last + 1, rows[-1][0])
            if len(expected) > len(rows) - 1:
                seen = {row[0] for row in rows}
                self._missing |= {i: now for i in expected[-1000:] if i not in seen}
        self._last = rows[-1][0]
        return found

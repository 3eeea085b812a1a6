"""What the gateway writes about itself: sessions of terminals, frames that went down, its counters.

Everything is gathered and written once a second at most, in one transaction; the next waits until the one before is
committed, and what comes meanwhile is bounded.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from sqlalchemy.orm import Session as DatabaseSession

from laixi_transport.domain.session import SessionEnd
from laixi_transport.services.ingest.counters import Counters
from laixi_transport.services.ingest.session import Session
from laixi_transport.storage import Store
from laixi_transport.storage.sessions import Ended, GatewayNumbers, Heard, Opened, SentFrame, moment

_log = logging.getLogger(__name__)

NUMBERS_EVERY_US = 2_000_000
ALIVE_EVERY_US = 10_000_000
"""The counters are written this often at least, so that readers see that the gateway lives."""
HEARD_ROUND = 60
"""Each session's last frame is written every so many flushes, if there was a newer one."""
PRUNE_EVERY = 1000
EVENTS_HELD = 100_000
FRAMES_HELD = 5_000


class Clock(Protocol):
    """What the ledger needs of the gateway."""

    now_us: Callable[[], int]
    clock: Callable[[], float]


class Ledger:
    """Lives in the gateway's loop."""

    def __init__(self, store: Store, gateway: Clock) -> None:
        self._store = store
        self._gateway = gateway
        self._opened: deque[Opened] = deque(maxlen=EVENTS_HELD)
        self._ended: deque[Ended] = deque(maxlen=EVENTS_HELD)
        self._sent: deque[SentFrame] = deque(maxlen=FRAMES_HELD)
        self._writing: Future[None] | None = None
        self._address = ""
        self._started_us = 0
        self._since_us = 0
        self._numbers: dict[str, Any] = {}
        self._numbers_us = 0
        self._flushes = 0

    async def begin(self, address: str) -> None:
        """End the sessions that an earlier gateway left open; ``address`` is where terminals connect."""
        self._address = address
        self._started_us = self._gateway.now_us()
        await asyncio.wrap_future(
            self._store.writer.run(
                lambda database: self._store.sessions.end_all(database, SessionEnd.GATEWAY_LOST),
            )
        )

    def opened(self, session: Session) -> None:
        """Note that a terminal has signed on."""
        self._since_us = max(self._since_us + 1, self._gateway.now_us())
        session.since_us = session.told_us = self._since_us
        link = session.link
        self._opened.append(Opened(session.terminal_id, self._since_us, link.host, link.port, str(session.version)))

    def ended(self, session: Session, end: SessionEnd) -> None:
        """Note that a session has ended."""
        if session.since_us:
            until_us = max(session.since_us, self._gateway.now_us())
            self._ended.append(Ended(session.terminal_id, session.since_us, until_us, end))
            session.since_us = 0

    def sent(self, terminal_id: int, frames: bytes) -> None:
        """Note frames that went down to a terminal."""
        if terminal_id:
            now_us = self._gateway.now_us()
            self._sent += (SentFrame(terminal_id, now_us, b"\x7e" + f + b"\x7e") for f in frames.split(b"\x7e") if f)

    def flush(self, counters: Counters, sessions: dict[str, Session]) -> None:
        """Have written what there is, unless the last writing is still under way."""
        if self._writing is not None and not self._writing.done():
            return
        self._flushes += 1
        self._write(counters.numbers(), self._heard(sessions), stopped=False)

    async def end(self, counters: Counters, patience_s: float) -> None:
        """Write the last of it, waiting for the database no longer than it is worth."""
        try:
            async with asyncio.timeout(patience_s):
                if self._writing is not None:
                    await asyncio.wrap_future(self._writing)
                self._write(counters.numbers(), [], stopped=True)
                if self._writing is not None:
                    await asyncio.wrap_future(self._writing)
        except TimeoutError:
            _log.info("the database does not take the last of the gateway's counters")

    def _heard(self, sessions: dict[str, Session]) -> list[Heard]:
        """Return who was heard since it was last written, of a part of the sessions."""
        now_s, now_us = self._gateway.clock(), self._gateway.now_us()
        heard = []
        for session in list(sessions.values())[self._flushes % HEARD_ROUND :: HEARD_ROUND]:
            heard_us = now_us - int((now_s - session.link.heard_s) * 1e6)
            if heard_us > session.told_us and session.since_us:
                session.told_us = heard_us
                heard.append(Heard(session.terminal_id, session.since_us, heard_us))
        return heard

    def _write(self, numbers: dict[str, Any], heard: list[Heard], *, stopped: bool) -> None:
        now_us = self._gateway.now_us()
        quiet_us = abs(now_us - self._numbers_us)
        status = None
        if stopped or quiet_us >= (NUMBERS_EVERY_US if numbers != self._numbers else ALIVE_EVERY_US):
            self._numbers, self._numbers_us = numbers, now_us
            status = GatewayNumbers(self._address, moment(self._started_us), moment(now_us), stopped, numbers)
        opened, ended, sent = tuple(self._opened), tuple(self._ended), tuple(self._sent)
        if not (opened or ended or sent or heard or status):
            return
        self._opened.clear()
        self._ended.clear()
        self._sent.clear()
        prune = self._flushes % PRUNE_EVERY == 0
        sessions = self._store.sessions

        def unit(database: DatabaseSession) -> None:
            sessions.write(database, opened, ended, heard)
            sessions.sent(database, sent)
            if status is not None:
                sessions.write_gateway(database, status)
            if prune:
                sessions.prune(database)

        try:
            self._writing = self._store.writer.run(unit)
        except RuntimeError:  # closed
            _log.info("the database is closed: the last of the gateway's counters is not written")
        else:
            self._writing.add_done_callback(_look)


def _look(future: "Future[None]") -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("what the gateway tells of itself was not stored", exc_info=error)

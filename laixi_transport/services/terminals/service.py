"""Terminals, their links, frames and refusals, read from the database: the gateway may be in another process."""

import asyncio
import threading
from collections.abc import Callable, Collection
from datetime import datetime

from laixi_transport.domain.time import utc_now
from laixi_transport.services.terminals.model import (
    FrameView,
    GatewayStatus,
    RefusedView,
    TerminalNews,
    TerminalStatus,
)
from laixi_transport.storage import Store

OnNews = Callable[[TerminalNews], None]


class TerminalService:
    """Everything but ``subscribe`` blocks on the database: use tasks. Any thread.

    now   aware UTC
    """

    def __init__(self, store: Store, *, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._subscribers: list[OnNews] = []
        self.loaded = asyncio.Event()
        """Set once changes are followed; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Follow the feed until cancelled; runs in the io loop. May be called again after a failure."""
        raise NotImplementedError

    def subscribe(self, on_news: OnNews) -> Callable[[], None]:
        """Be told in the io thread of what changed, at most a few times a second; return what ends it."""
        with self._lock:
            self._subscribers.append(on_news)

        def end() -> None:
            with self._lock:
                if on_news in self._subscribers:
                    self._subscribers.remove(on_news)

        return end

    def terminals(self, terminal_ids: Collection[int] | None = None) -> list[TerminalStatus]:
        """Return every terminal of the register, or those asked for, by phone."""
        raise NotImplementedError

    def gateway(self) -> GatewayStatus | None:
        """Return what the gateway counts, None if there never was one."""
        raise NotImplementedError

    def last_frames(self, terminal_id: int, n: int = 50) -> list[FrameView]:
        """Return the last frames of a terminal, up and down, the newest first.

        Of what goes down the general answers (8001) are not kept: one follows each message that came up. Of media
        (0801) only the first sub-package is kept as a frame.
        """
        raise NotImplementedError

    def refused(self, n: int = 100, *, terminal_id: int | None = None) -> list[RefusedView]:
        """Return the last refusals, of all sources or of one terminal, the newest first."""
        raise NotImplementedError

    def refusals(self) -> dict[str, int]:
        """Return how many were refused for each reason, of all sources, ever."""
        raise NotImplementedError

"""What the process that writes does beside: sealing full hours, deleting what has outlived its retention."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from laixi_transport.domain.time import utc_now
from laixi_transport.storage import Store
from laixi_transport.storage.media import MediaFiles

_log = logging.getLogger(__name__)

SEAL_EVERY_S = 60.0
HOURS_AT_ONCE = 500
"""Vehicle-hours sealed in one run: a fleet's day that came in at once is sealed over some runs."""
RETAIN_EVERY_S = 6 * 3600.0


class Upkeep:
    """Runs in the io loop of the one process that writes; the work itself is done in threads.

    media   files of media, if this process keeps them
    """

    def __init__(self, store: Store, media: MediaFiles | None = None, *, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._media = media
        self._now = now

    async def follow(self) -> None:
        """Keep the database in order until cancelled. A failed run is logged and tried again at the next turn."""
        loop = asyncio.get_running_loop()
        retained_s = loop.time() - RETAIN_EVERY_S
        while True:
            await asyncio.sleep(SEAL_EVERY_S)
            await self._run(self.seal)
            if loop.time() - retained_s >= RETAIN_EVERY_S:
                retained_s = loop.time()
                await self._run(self.retain)

    def seal(self) -> None:
        """Seal a bounded number of full hours; blocks."""
        report = self._store.seal(self._now().timestamp(), limit=HOURS_AT_ONCE)
        if report.hours or report.raw_hours:
            _log.info("sealed %d vehicle-hours with %d positions", report.hours, report.positions)

    def retain(self) -> None:
        """Delete what is older than its retention; blocks."""
        now = self._now()
        self._store.retain(now)
        if self._media is not None:
            self._media.tidy(self._store.media.unknown, now.timestamp())

    async def _run(self, work: Callable[[], None]) -> None:
        try:
            await asyncio.to_thread(work)
        except Exception:  # noqa: BLE001 - whatever it is, it must not end the process that receives
            _log.exception("upkeep failed; it is tried again")

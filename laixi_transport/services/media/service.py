"""Media for the desktop: listed and read."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from laixi_transport.domain.change import Topic
from laixi_transport.domain.media import Media
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.storage import Store
from laixi_transport.storage.feed import EVERYTHING
from laixi_transport.storage.media import MediaFiles

logger = logging.getLogger(__name__)

OnMedia = Callable[[list[Media]], None]

MANY = 200


class MediaService:
    """Everything but ``subscribe`` blocks: use tasks. Any thread.

    folder   where the gateway keeps the files; None if this process cannot see it
    """

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store = store
        self._files = MediaFiles(folder) if folder is not None else None
        self._lock = threading.Lock()
        self._subscribers: list[OnMedia] = []
        self.loaded = asyncio.Event()
        """Set once changes are followed; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Follow the feed until cancelled; runs in the io loop. May be called again after a failure."""
        newest = await asyncio.to_thread(self._store.feed.newest)
        self.loaded.set()
        async for changes in self._store.feed.changes(newest):
            keys = {change.key for change in changes if change.topic is Topic.MEDIA}
            if EVERYTHING in keys:
                self._tell(await asyncio.to_thread(self.list))
            elif keys:
                self._tell(await asyncio.to_thread(self._store.media.some, [int(key) for key in keys]))

    def read(self, media: Media) -> bytes:
        """Return the bytes, compared with their digest; Problem if they cannot be had or were changed."""
        if self._files is None:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "Media lie with the gateway, in a folder that this window does not know. "
                    "Name a shared folder in the setting “media”, here and at the gateway.",
                )
            )
        return self._files.read(media.digest)

    def path(self, media: Media) -> Path | None:
        """Return where the file lies, None if this process cannot see it."""
        if self._files is None:
            return None
        path = self._files.path(media.digest)
        return path if path.is_file() else None

    def subscribe(self, on_media: OnMedia) -> Callable[[], None]:
        """Have new media handed over in the io thread; return what ends it."""
        with self._lock:
            self._subscribers.append(on_media)

        def end() -> None:
            with self._lock:
                if on_media in self._subscribers:
                    self._subscribers.remove(on_media)

        return end

    def list(self, *, terminal_id: int | None = None, vehicle_id: int | None = None, n: int = MANY) -> list[Media]:
        """Return what was sent last, the newest first."""
        return self._store.media.last(n, terminal_id=terminal_id, vehicle_id=vehicle_id)

    def _tell(self, media: Sequence[Media]) -> None:
        with self._lock:
            subscribers = tuple(self._subscribers)
        for on_media in subscribers:
            try:
                on_media([*media])
            except Exception:
                logger.exception("a subscriber of the media failed")

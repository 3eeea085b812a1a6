"""Media for the desktop: listed and read."""

from collections.abc import Callable
from pathlib import Path

from laixi_transport.domain.media import Media
from laixi_transport.storage import Store


class MediaService:
    """Everything but ``subscribe`` blocks: use tasks. Any thread.

    folder   where the gateway keeps the files; None if this process cannot see it
    """

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store = store
        self._folder = folder

    def read(self, media: Media) -> bytes:
        """Return the bytes, compared with their digest; Problem if they cannot be had or were changed."""
        raise NotImplementedError

    def subscribe(self, on_media: Callable[[list[Media]], None]) -> Callable[[], None]:
        """Have new media handed over in the io thread; return what ends it."""
        raise NotImplementedError

    def list(self, *, terminal_id: int | None = None, vehicle_id: int | None = None, n: int = 200) -> list[Media]:
        """Return what was sent last, the newest first."""
        raise NotImplementedError

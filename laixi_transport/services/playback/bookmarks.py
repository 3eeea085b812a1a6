"""Moments of playbacks that an operator wants to find again."""

from concurrent.futures import Future

from laixi_transport.domain.bookmark import MOST_LETTERS, Bookmark
from laixi_transport.domain.time import from_unix
from laixi_transport.storage import Store


class BookmarkService:
    """Reading blocks on the database; writing is handed to the writer, its future says when it is done."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self, owner: str) -> tuple[Bookmark, ...]:
        """Return an owner's bookmarks in order of the moments that they mark."""
        return self._store.bookmarks.list(owner)

    def add(self, owner: str, at_s: float, vehicle_id: int | None, text: str, now_s: float) -> "Future[Bookmark]":
        """Enter a bookmark at a moment (Unix seconds) of a vehicle, or of none; a long text is cut."""
        at, made_at, text = from_unix(at_s), from_unix(now_s), text.strip()[:MOST_LETTERS]
        return self._store.writer.run(
            lambda session: self._store.bookmarks.add(session, owner, at, vehicle_id, text, made_at)
        )

    def reword(self, bookmark_id: int, owner: str, text: str) -> "Future[Bookmark]":
        """Give a bookmark another text; the future raises LookupError if the owner has no such bookmark."""
        text = text.strip()[:MOST_LETTERS]
        return self._store.writer.run(lambda session: self._store.bookmarks.reword(session, bookmark_id, owner, text))

    def remove(self, bookmark_id: int, owner: str) -> "Future[None]":
        """Take a bookmark away."""
        return self._store.writer.run(lambda session: self._store.bookmarks.remove(session, bookmark_id, owner))

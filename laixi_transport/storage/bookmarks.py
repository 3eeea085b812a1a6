"""Bookmarks: moments that operators want to find again."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from laixi_transport.domain.bookmark import Bookmark
from laixi_transport.storage.database import Database
from laixi_transport.storage.tables import BookmarkRow

_MOST = 2000


class Bookmarks:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, owner: str) -> tuple[Bookmark, ...]:
        """Return an owner's bookmarks in order of the moments that they mark; of very many the newest ones."""
        newest = select(BookmarkRow.id).where(BookmarkRow.owner == owner).order_by(BookmarkRow.at.desc()).limit(_MOST)
        query = select(BookmarkRow).where(BookmarkRow.id.in_(newest)).order_by(BookmarkRow.at, BookmarkRow.id)
        with Session(self._database.readers) as session:
            return tuple(bookmark_of(row) for row in session.scalars(query))

    def add(
        self, session: Session, owner: str, at: datetime, vehicle_id: int | None, text: str, made_at: datetime
    ) -> Bookmark:
        """Enter a bookmark."""
        row = BookmarkRow(owner=owner, at=at, vehicle_id=vehicle_id, text=text, made_at=made_at)
        session.add(row)
        session.flush()
        return bookmark_of(row)

    def reword(self, session: Session, bookmark_id: int, owner: str, text: str) -> Bookmark:
        """Give an owner's bookmark another text; raises LookupError if the owner has no such bookmark."""
        row = session.get(BookmarkRow, bookmark_id)
        if row is None or row.owner != owner:
            raise LookupError(f"{owner!r} has no bookmark {bookmark_id}")
        row.text = text
        session.flush()
        return bookmark_of(row)

    def remove(self, session: Session, bookmark_id: int, owner: str) -> None:
        """Take an owner's bookmark away; one that is gone already is no error."""
        session.execute(delete(BookmarkRow).where(BookmarkRow.id == bookmark_id, BookmarkRow.owner == owner))


def bookmark_of(row: BookmarkRow) -> Bookmark:
    return Bookmark(
        id=row.id, owner=row.owner, at=row.at, vehicle_id=row.vehicle_id, text=row.text, made_at=row.made_at
    )

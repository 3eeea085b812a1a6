"""The database as the rest of the program sees it."""

from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.storage import schema, statistics
from laixi_transport.storage.alerts import Alerts
from laixi_transport.storage.bookmarks import Bookmarks
from laixi_transport.storage.cascade import Cascade
from laixi_transport.storage.commands import Commands
from laixi_transport.storage.database import Database, explained
from laixi_transport.storage.feed import Feed
from laixi_transport.storage.fleet import Fleet
from laixi_transport.storage.frames import Frames
from laixi_transport.storage.geofences import Geofences
from laixi_transport.storage.hours import Hours
from laixi_transport.storage.ingest import AnotherGatewayError
from laixi_transport.storage.lock import WriterLock
from laixi_transport.storage.map_data import MapData
from laixi_transport.storage.media import MediaRows
from laixi_transport.storage.register import Register
from laixi_transport.storage.retention import Retained, RetentionPolicy, retain
from laixi_transport.storage.rules import Rules
from laixi_transport.storage.sealing import Sealer, SealReport
from laixi_transport.storage.sessions import Sessions
from laixi_transport.storage.statistics import Stats
from laixi_transport.storage.tracks import Tracks
from laixi_transport.storage.writer import Writer


class Store:
    """One open database. Reading works in any thread; everything that writes goes through ``writer``."""

    def __init__(self, database: Database, lock: WriterLock | None) -> None:
        self._database = database
        self._lock = lock
        self.feed = Feed(database)
        self._writer = None if database.read_only else Writer(database, self.feed.committed)
        self.register = Register(database, self._writer)
        self.tracks = Tracks(database)
        self.hours = Hours(database)
        self.bookmarks = Bookmarks(database)
        self.fleet = Fleet(database)
        self.frames = Frames(database)
        self.alerts = Alerts(database)
        self.rules = Rules(database)
        self.sessions = Sessions(database)
        self.commands = Commands(database)
        self.media = MediaRows(database)
        self.cascade = Cascade(database)
        self.map_data = MapData(database)
        self.geofences = Geofences(database)

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Open as ``storage.open_store`` says."""
        database = Database.at(url, read_only=read_only)
        lock = None
        try:
            if read_only:
                schema.check(database)
            else:
                if database.path:
                    lock = WriterLock(database.path)
                schema.upgrade(database)
            return cls(database, lock)
        except BaseException as error:
            database.dispose()
            if lock is not None:
                lock.release()
            if isinstance(error, DBAPIError):
                raise explained(error, database) from error
            raise

    @property
    def writer(self) -> Writer:
        """The writer; raises Problem if the database was opened for reading."""
        if self._writer is None:
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "The database {path} was opened for reading only."),
                path=self._database.name,
            )
        return self._writer

    @property
    def name(self) -> str:
        """The address as it may be shown: without the password."""
        return self._database.name

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database, None for a server."""
        return self._database.path

    def snapshot(self) -> AbstractContextManager[None]:
        """Have all that this thread asks of tracks, frames and counts within see one state: also quicker for many."""
        return self._database.snapshot()

    def stats(self) -> Stats:
        """Return what came in and what became of it, exact at the last commit."""
        return statistics.read(self._database)

    def refusals(self) -> dict[str, dict[str, int]]:
        """Return how many were refused, by source and reason."""
        return statistics.refusals(self._database)

    def claiming(self) -> "Future[bool]":
        """Have this process be the one that stores reports, until it ends; the future says whether it is.

        Another process is it on a server whose gateway runs elsewhere. On SQLite the lock of the file has settled it.
        """

        def unit(session: Session) -> bool:
            try:
                self.writer.settle(session)
            except AnotherGatewayError:
                return False
            return True

        return self.writer.run(unit)

    def claim(self) -> None:
        """Raise Problem if another process stores reports into this database, instead of waiting for its end."""
        if not self.claiming().result():
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "A gateway already stores reports into {path} and compresses them by itself. "
                    "Stop it to do that here.",
                ),
                path=self.name,
            )

    def seal(self, now_s: float, quiet_s: float = 600, limit: int | None = None) -> SealReport:
        """Move full, quiet vehicle-hours into blocks; see Sealer.seal."""
        return Sealer(self._database, self.writer).seal(now_s, quiet_s, limit)

    def retain(self, now: datetime, policy: RetentionPolicy | None = None) -> Retained:
        """Delete what is older than the policy says."""
        return retain(self._database, self.writer, now, policy or RetentionPolicy())

    def close(self) -> None:
        """Write what is queued and close every connection."""
        if self._writer is not None:
            self._writer.close()
        self._database.dispose()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""Connections to SQLite or PostgreSQL, and what can go wrong on the way to them."""

import json
import logging
import os
import re
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

logger = logging.getLogger(__name__)

PAGE_BYTES = 16384
"""Five to six sealed hours fit one page; with 4096 bytes a third of each page would stay empty."""

_SECRETS = ("password", "sslpassword")
"""What libpq takes as a part of the query too."""

READERS = 4
BUSY_MS = 10_000


class Database:
    """The address of a database with a pool of reading connections and one connection for the writer.

    SQL below the ORM is written with ``?`` and runs on both databases through ``fetch`` and ``Cursor``.
    """

    def __init__(self, url: URL, *, read_only: bool) -> None:
        self.url = url
        self.read_only = read_only
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.path = Path(url.database or "") if self.is_sqlite else None
        self._disposed = False
        self._held = threading.local()
        self.readers = self._engine(writing=False)
        self.writer = self._engine(writing=True)
        for engine in (self.readers, self.writer):
            event.listen(engine, "checkin", self._given_back)

    @classmethod
    def at(cls, address: str, *, read_only: bool) -> "Database":
        """Return the database at an address; raises Problem if it is not one that we understand."""
        wrong = Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "The database address {address} is not understood. Write sqlite:///FOLDER/FILE.db or "
                "postgresql://USER:PASSWORD@HOST:5432/DATABASE.",
            ),
            address=_without_password(address),
        )
        try:
            url = make_url(address)
            backend = url.get_backend_name()
        except (ArgumentError, ValueError) as error:
            raise wrong from error
        if backend == "postgres":
            backend = "postgresql"
        if backend == "postgresql":
            if not url.database:
                raise wrong
            return cls(url.set(drivername="postgresql+psycopg"), read_only=read_only)
        if backend != "sqlite" or not url.database or url.database == ":memory:" or url.host:
            raise wrong
        return cls(url.set(drivername="sqlite+pysqlite", query={}), read_only=read_only)

    @property
    def name(self) -> str:
        """The address as it may be shown: without the password."""
        if self.path:
            return str(self.path)
        shown = self.url.set(drivername="postgresql").difference_update_query(_SECRETS)
        return shown.render_as_string(hide_password=True)

    def cursor(self, connection: Connection) -> "Cursor":
        """Return a cursor of the driver inside the transaction of an SQLAlchemy connection."""
        return Cursor(connection.connection.cursor(), connection.info, is_sqlite=self.is_sqlite)

    @contextmanager
    def reading(self) -> Iterator["Cursor"]:
        """Give a cursor that sees one state of the database."""
        held: Cursor | None = getattr(self._held, "cursor", None)
        if held is not None:
            yield held
            return
        with self.readers.begin() as connection:
            yield self.cursor(connection)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Have all that this thread reads within see one state of the database, over one connection."""
        with self.reading() as cursor:
            before = getattr(self._held, "cursor", None)
            self._held.cursor = cursor
            try:
                yield
            finally:
                self._held.cursor = before

    def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of one query."""
        with self.reading() as cursor:
            return cursor.fetch(sql, parameters)

    def dispose(self) -> None:
        """Close every connection; one that is in use is closed when it is given back."""
        self._disposed = True
        self.readers.dispose()
        self.writer.dispose()

    def _given_back(self, driver: Any, _record: object) -> None:
        if self._disposed and driver is not None:
            driver.close()

    def _engine(self, *, writing: bool) -> Engine:
        size = 1 if writing else READERS
        if not self.is_sqlite:
            connect = {"connect_timeout": 10, "application_name": "laixi_transport"} | dict(self.url.query)
            if self.read_only:
                connect["options"] = "-c default_transaction_read_only=on"
            engine = create_engine(
                self.url,
                poolclass=QueuePool,
                pool_size=size,
                max_overflow=0 if writing else READERS,
                pool_pre_ping=True,
                # A query of several statements must not see a vehicle-hour both before and after it was sealed.
                isolation_level="READ COMMITTED" if writing else "REPEATABLE READ",
                connect_args=connect,
            )
            event.listen(engine, "connect", lambda driver, _: _prepare_postgresql(driver))
            return engine
        assert self.path is not None  # noqa: S101 - for mypy
        address, read_only = str(self.path), self.read_only or not writing
        if self.read_only:
            address = self.path.absolute().as_uri() + "?mode=ro"
            if not os.access(self.path.parent, os.W_OK) and not _has_log(self.path):
                address += "&immutable=1"  # SQLite would need to make its shared memory file there
        engine = create_engine(
            "sqlite+pysqlite://",
            creator=lambda: _connect_sqlite(address, query_only=read_only),
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=0 if writing else READERS,
        )
        begin = "BEGIN IMMEDIATE" if writing and not self.read_only else "BEGIN"
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine


class Cursor:
    """A driver's cursor with the place-holder ``?`` on both databases."""

    def __init__(self, cursor: Any, info: dict[Any, Any], *, is_sqlite: bool) -> None:
        self.driver = cursor
        self.info = info
        self.is_sqlite = is_sqlite

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run one statement and return how many rows it changed."""
        self.driver.execute(self._native(sql), parameters)
        return int(self.driver.rowcount)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> int:
        """Run one statement for every row and return how many rows were changed together."""
        if not rows:
            return 0
        self.driver.executemany(self._native(sql), rows)
        return int(self.driver.rowcount)

    def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        self.driver.execute(self._native(sql), parameters)
        rows: list[tuple[Any, ...]] = self.driver.fetchall()
        return rows

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, None where there is no row."""
        rows = self.fetch(sql, parameters)
        return rows[0][0] if rows else None

    def among(self, column: str, numbers: Collection[int]) -> tuple[str, Any]:
        """Return a condition that a column holds one of any number of numbers, and its one parameter."""
        if self.is_sqlite:
            return f"{column} IN (SELECT value FROM json_each(?))", json.dumps(list(numbers))  # noqa: S608
        return f"{column} = ANY(?)", list(numbers)

    def _native(self, sql: str) -> str:
        return sql if self.is_sqlite else sql.replace("?", "%s")


def _connect_sqlite(address: str, *, query_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address,
        uri=address.startswith("file:"),
        timeout=BUSY_MS / 1000,
        isolation_level=None,  # we begin transactions ourselves: the module would begin them too late for savepoints
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "foreign_keys = ON",
            "synchronous = FULL",
            "cache_size = -32768",
            # The writer keeps little aside, and often; what a query puts aside to sort may be large.
            f"temp_store = {'FILE' if query_only else 'MEMORY'}",
            # More would not read faster, and what is mapped counts as the program's memory in the eyes of its owner.
            "mmap_size = 134217728",
            "wal_autocheckpoint = 4000",
            "journal_size_limit = 67108864",
            f"query_only = {'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()  # it is no database, or cannot be read
        raise
    return connection


def _prepare_postgresql(driver: Any) -> None:
    driver.prepare_threshold = 3


def _without_password(address: str) -> str:
    """Return an address that could not be understood as it may be shown."""
    hidden = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", address, flags=re.DOTALL)
    return re.sub(r"(password=)[^&]*", r"\1***", hidden)


def _has_log(path: Path) -> bool:
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def explained(error: BaseException, database: Database) -> Problem:
    """Return the sentence for what a driver reported; the driver's own words are its cause."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    logger.info("database error at %s: %s", database.name, cause)
    problem = _sqlite_problem(cause, database) if database.is_sqlite else _postgresql_problem(cause, database)
    problem.__cause__ = cause
    return problem


def _sqlite_problem(cause: BaseException, database: Database) -> Problem:
    code = getattr(cause, "sqlite_errorname", "") or ""
    if code.startswith("SQLITE_FULL") or (isinstance(cause, OSError) and cause.errno == 28):
        text = QT_TRANSLATE_NOOP(
            "Problem", "The disk with {path} is full. Nothing is lost: free some space and storing goes on."
        )
    elif code.startswith("SQLITE_NOTADB"):
        text = QT_TRANSLATE_NOOP("Problem", "{path} is not a database file. Choose another file or remove this one.")
    elif code.startswith("SQLITE_CORRUPT"):
        text = QT_TRANSLATE_NOOP("Problem", "The database {path} is damaged. Restore it from a backup.")
    elif code.startswith("SQLITE_BUSY"):
        text = QT_TRANSLATE_NOOP("Problem", "Another program keeps the database {path} locked. Close it and try again.")
    elif code.startswith("SQLITE_READONLY") or isinstance(cause, PermissionError):
        text = QT_TRANSLATE_NOOP(
            "Problem", "The database {path} may not be written. Check the rights of the file and its folder."
        )
    elif code.startswith("SQLITE_CANTOPEN"):
        text = QT_TRANSLATE_NOOP(
            "Problem", "The database {path} cannot be opened. Check that the folder exists and may be read and written."
        )
    else:
        text = QT_TRANSLATE_NOOP("Problem", "The database {path} reports a fault: {detail}")
    return Problem(text, path=database.name, detail=str(cause))


def _postgresql_problem(cause: BaseException, database: Database) -> Problem:
    state = getattr(cause, "sqlstate", None) or ""
    said = str(cause)
    if state == "53100":
        text = QT_TRANSLATE_NOOP(
            "Problem", "The disk of the database {path} is full. Nothing is lost: free some space and storing goes on."
        )
    elif state in {"28P01", "28000"} or "password" in said:
        text = QT_TRANSLATE_NOOP("Problem", "The database {path} refuses the user or the password. Check both.")
    elif state == "3D000" or ("database" in said and "does not exist" in said):
        text = QT_TRANSLATE_NOOP("Problem", "The server has no database {path}. Create it first.")
    elif state == "42501":
        text = QT_TRANSLATE_NOOP("Problem", "The user may not create or change tables in {path}. Grant the rights.")
    elif state == "25006":
        text = QT_TRANSLATE_NOOP("Problem", "The database {path} may only be read at the moment.")
    elif isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        text = QT_TRANSLATE_NOOP(
            "Problem", "The database {path} cannot be reached. Check that the server runs and the address is right."
        )
    else:
        text = QT_TRANSLATE_NOOP("Problem", "The database {path} reports a fault: {detail}")
    return Problem(text, path=database.name, detail=said)


def passes(error: BaseException) -> bool:
    """Return whether the same work may succeed later without a change: full disk, lost or busy database."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(cause, sqlite3.Error):
        passing = ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_LOCKED")
        return str(getattr(cause, "sqlite_errorname", "")).startswith(passing)
    if isinstance(cause, psycopg.Error):
        state = cause.sqlstate or ""
        # No state: the connection broke. Classes: connection, resources, operator, rollback, read-only after failover.
        lost = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and not state
        return lost or state.startswith(("08", "53", "57", "40", "58", "25006", "55P03"))
    return isinstance(cause, OSError)

"""Brings a database to the schema of this program, or says why not."""

import logging
import sqlite3
from importlib.resources import files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.storage import private
from laixi_transport.storage.database import PAGE_BYTES, Database, explained

if TYPE_CHECKING:
    from alembic.config import Config

logger = logging.getLogger(__name__)

HEAD = "0008"
"""Newest migration. Held here so that opening a current database does not import alembic; a test compares."""


def upgrade(database: Database) -> None:
    """Create or upgrade the tables unless they are already current; raises Problem."""
    try:
        if _version(database) == HEAD:
            return
        if database.is_sqlite:
            _prepare_file(database)
        with database.writer.begin() as connection:
            if not database.is_sqlite:
                # Two seats started at the same moment must not both create the tables.
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('laixi_transport.schema'))"))
            version = _read_version(connection)
            if version == HEAD:
                return
            _refuse_unknown(version, database)
            migrate(connection, HEAD)
            logger.info("database %s: schema %s -> %s", database.name, version or "none", HEAD)
    except (DBAPIError, sqlite3.Error) as error:
        raise explained(error, database) from error


def check(database: Database) -> None:
    """Raise Problem unless the tables are those of this program; changes nothing."""
    if database.path and not database.path.exists():
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "There is no database {path}. Check the address."), path=database.name
        )
    try:
        version = _version(database)
    except DBAPIError as error:
        raise explained(error, database) from error
    _refuse_unknown(version, database)
    if version != HEAD:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "{path} has no tables of this version yet. Start the gateway or the desktop on it once, "
                "then read again.",
            ),
            path=database.name,
        )


def migrate(connection: Connection, revision: str) -> None:
    """Run the shipped migrations up or down to a revision inside the connection's transaction."""
    from alembic import command

    config = configuration(connection)
    current = _read_version(connection)
    if revision == "base" or (current is not None and revision < current):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def configuration(connection: Connection) -> "Config":
    """Return what alembic's commands work with."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("laixi_transport.storage") / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _version(database: Database) -> str | None:
    if database.path and not (database.path.exists() and database.path.stat().st_size):
        return None
    with database.readers.connect() as connection:
        return _read_version(connection)


def _read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_unknown(version: str | None, database: Database) -> None:
    if version is not None and version > HEAD:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "The database {path} was written by a newer version of this program. Update the program.",
            ),
            path=database.name,
        )


def _prepare_file(database: Database) -> None:
    """Settings that a SQLite file keeps; they cannot be made inside a transaction."""
    if database.path is not None:
        private.create(database.path)
    driver = database.writer.raw_connection()
    try:
        cursor = driver.cursor()
        if cursor.execute("PRAGMA page_count").fetchone()[0] == 0:
            cursor.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        cursor.execute("PRAGMA journal_mode = WAL")
    finally:
        driver.close()

"""The outbox: a row for every change, in the transaction of the fact that it announces."""

from collections.abc import Sequence

from laixi_transport.domain.change import Topic
from laixi_transport.domain.time import utc_now
from laixi_transport.storage.database import Cursor

CHANGES_KEPT = 100_000
"""Readers that were away for longer are told to read everything anew."""

CHANNEL = "laixi_transport"

ANNOUNCED = "announced"
"""Key in the connection's info: the transaction has something to tell."""


def announce(cursor: Cursor, topic: Topic, key: str) -> None:
    """Add a change and, on PostgreSQL, wake the other processes at the commit."""
    announce_all(cursor, topic, (key,))


def announce_all(cursor: Cursor, topic: Topic, keys: Sequence[str]) -> None:
    """Add a change for each key, in their order."""
    if not keys:
        return
    now = utc_now()
    # The driver's own text for a time differs from that of the type UtcTime on SQLite.
    at = now.replace(tzinfo=None).isoformat(" ", "microseconds") if cursor.is_sqlite else now
    cursor.executemany(
        "INSERT INTO change_log (at, topic, key) VALUES (?, ?, ?)", [(at, topic.value, key) for key in keys]
    )
    if not cursor.is_sqlite:
        cursor.execute(f"NOTIFY {CHANNEL}")
    cursor.info[ANNOUNCED] = True


def prune(cursor: Cursor, kept: int = CHANGES_KEPT) -> int:
    """Drop all but the newest changes and return how many went."""
    newest = cursor.value("SELECT max(id) FROM change_log") or 0
    return cursor.execute("DELETE FROM change_log WHERE id <= ?", (newest - kept,))

"""Sessions of terminals, what the gateway counts, and what went down to terminals."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from laixi_transport.domain.change import Topic
from laixi_transport.domain.session import SessionEnd, TerminalSession
from laixi_transport.domain.time import from_unix
from laixi_transport.storage.changes import announce, announce_all
from laixi_transport.storage.database import Cursor, Database
from laixi_transport.storage.feed import EVERYTHING

SENT_FRAMES = 100_000
"""Frames that went down and are kept; commands keep theirs for longer."""
SESSIONS = 500_000
"""Sessions that are kept: a terminal that signs on without end must not fill the disk."""
TOLD_ONE_BY_ONE = 100
_FIELDS = "terminal_id, since_us, until_us, heard_us, host, port, version, ended"


class Opened(NamedTuple):
    """A terminal has signed on."""

    terminal_id: int
    since_us: int
    host: str
    port: int
    version: str


class Ended(NamedTuple):
    """A session has ended."""

    terminal_id: int
    since_us: int
    until_us: int
    end: SessionEnd


class Heard(NamedTuple):
    """A terminal was heard."""

    terminal_id: int
    since_us: int
    heard_us: int


class SentFrame(NamedTuple):
    """A frame that went down to a terminal."""

    terminal_id: int
    sent_us: int
    data: bytes


@dataclass(frozen=True, slots=True)
class GatewayNumbers:
    """What a gateway has written about itself."""

    address: str
    started: datetime
    updated: datetime
    stopped: bool
    numbers: Mapping[str, Any]


class Sessions:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, terminal_ids: Collection[int] | None = None) -> dict[int, TerminalSession]:
        """Return the newest session of each terminal of the register, or of those asked for."""
        with self._database.reading() as cursor:
            where, given = "", []
            if terminal_ids is not None:
                condition, parameter = cursor.among("t.id", terminal_ids)
                where, given = f"WHERE {condition}", [parameter]
            # By the terminals: each costs one look into the index, however many sessions it had.
            rows = cursor.fetch(
                f"SELECT {_FIELDS} FROM terminal t JOIN terminal_session s ON s.terminal_id = t.id AND s.since_us = "  # noqa: S608
                f"(SELECT max(since_us) FROM terminal_session WHERE terminal_id = t.id) {where}",
                given,
            )
        return {row[0]: _session(*row) for row in rows}

    def history(self, terminal_id: int, n: int = 100) -> list[TerminalSession]:
        """Return the last sessions of a terminal, the newest first."""
        rows = self._database.fetch(
            f"SELECT {_FIELDS} FROM terminal_session WHERE terminal_id = ? ORDER BY since_us DESC LIMIT ?",  # noqa: S608
            (terminal_id, n),
        )
        return [_session(*row) for row in rows]

    def open(self) -> list[TerminalSession]:
        """Return all open sessions."""
        rows = self._database.fetch(f"SELECT {_FIELDS} FROM terminal_session WHERE until_us IS NULL")  # noqa: S608
        return [_session(*row) for row in rows]

    def write(
        self, session: Session, opened: Sequence[Opened], ended: Sequence[Ended], heard: Sequence[Heard] = ()
    ) -> None:
        """Store what happened to sessions, and tell the readers of beginnings and ends."""
        cursor = self._database.cursor(session.connection())
        cursor.executemany(
            f"INSERT INTO terminal_session ({_FIELDS}) VALUES (?, ?, NULL, ?, ?, ?, ?, NULL) "  # noqa: S608
            "ON CONFLICT (terminal_id, since_us) DO NOTHING",
            [(o.terminal_id, o.since_us, o.since_us, o.host[:64], o.port, o.version) for o in opened],
        )
        cursor.executemany(
            "UPDATE terminal_session SET until_us = ?, heard_us = CASE WHEN heard_us > ? THEN heard_us ELSE ? END, "
            "ended = ? WHERE terminal_id = ? AND since_us = ?",
            [(e.until_us, e.until_us, e.until_us, e.end.value, e.terminal_id, e.since_us) for e in ended],
        )
        cursor.executemany(
            "UPDATE terminal_session SET heard_us = ? WHERE terminal_id = ? AND since_us = ?",
            [(h.heard_us, h.terminal_id, h.since_us) for h in heard],
        )
        _announce(cursor, {o.terminal_id for o in opened} | {e.terminal_id for e in ended})

    def end_all(self, session: Session, end: SessionEnd) -> int:
        """End every open session at the time it was last heard; return how many there were."""
        cursor = self._database.cursor(session.connection())
        n = cursor.execute(
            "UPDATE terminal_session SET until_us = heard_us, ended = ? WHERE until_us IS NULL", (end.value,)
        )
        if n:
            announce(cursor, Topic.TERMINAL, EVERYTHING)
        return n

    def sent(self, session: Session, frames: Sequence[SentFrame]) -> None:
        """Keep frames that went down, and tell the readers: who looks at a terminal's frames may have read before."""
        cursor = self._database.cursor(session.connection())
        cursor.executemany("INSERT INTO sent_frame (terminal_id, sent_us, data) VALUES (?, ?, ?)", frames)
        _announce(cursor, {frame.terminal_id for frame in frames})

    def last_sent(self, terminal_id: int, n: int) -> list[SentFrame]:
        """Return the last frames that went down to a terminal, the newest first."""
        rows = self._database.fetch(
            "SELECT terminal_id, sent_us, data FROM sent_frame WHERE terminal_id = ? ORDER BY id DESC LIMIT ?",
            (terminal_id, n),
        )
        return [SentFrame(*row) for row in rows]

    def write_gateway(self, session: Session, status: GatewayNumbers) -> None:
        """Write what the gateway counts, and tell the readers."""
        cursor = self._database.cursor(session.connection())
        cursor.execute(
            "INSERT INTO gateway_status (id, address, started_us, updated_us, stopped, numbers) "
            "VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET address = excluded.address, "
            "started_us = excluded.started_us, updated_us = excluded.updated_us, stopped = excluded.stopped, "
            "numbers = excluded.numbers",
            (
                status.address[:128],
                microseconds(status.started),
                microseconds(status.updated),
                status.stopped,
                json.dumps(dict(status.numbers)),
            ),
        )
        announce(cursor, Topic.GATEWAY, "")

    def gateway(self) -> GatewayNumbers | None:
        """Return what the gateway has last written about itself."""
        rows = self._database.fetch("SELECT address, started_us, updated_us, stopped, numbers FROM gateway_status")
        if not rows:
            return None
        address, started_us, updated_us, stopped, numbers = rows[0]
        return GatewayNumbers(address, moment(started_us), moment(updated_us), bool(stopped), json.loads(numbers))

    def prune(self, session: Session) -> int:
        """Drop all but the newest sessions and frames that went down; return how many rows went."""
        cursor = self._database.cursor(session.connection())
        newest = cursor.value("SELECT max(id) FROM sent_frame") or 0
        gone = cursor.execute("DELETE FROM sent_frame WHERE id <= ?", (newest - SENT_FRAMES,))
        limit = cursor.value(f"SELECT since_us FROM terminal_session ORDER BY since_us DESC LIMIT 1 OFFSET {SESSIONS}")  # noqa: S608
        if limit is not None:
            gone += cursor.execute(
                "DELETE FROM terminal_session WHERE since_us <= ? AND until_us IS NOT NULL", (limit,)
            )
        return gone


def microseconds(at: datetime) -> int:
    """Return Unix microseconds, exact."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def moment(unix_us: int) -> datetime:
    """Return aware UTC for Unix microseconds."""
    return from_unix(unix_us // 1_000_000).replace(microsecond=unix_us % 1_000_000)


def _announce(cursor: Cursor, terminal_ids: Collection[int]) -> None:
    keys = [str(i) for i in sorted(terminal_ids)] if len(terminal_ids) <= TOLD_ONE_BY_ONE else [EVERYTHING]
    announce_all(cursor, Topic.TERMINAL, keys)


def _session(
    terminal_id: int,
    since_us: int,
    until_us: int | None,
    heard_us: int,
    host: str,
    port: int,
    version: str,
    ended: str | None,
) -> TerminalSession:
    return TerminalSession(
        terminal_id,
        moment(since_us),
        None if until_us is None else moment(until_us),
        host,
        port,
        version,
        moment(heard_us),
        None if ended is None else SessionEnd(ended),
    )

"""Commands to terminals: a queue that outlives every process, and the record of who had what sent when."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from laixi_transport.domain.change import Topic
from laixi_transport.domain.command import CommandEntry, CommandResult, CommandState
from laixi_transport.storage.changes import announce, announce_all
from laixi_transport.storage.database import Cursor, Database
from laixi_transport.storage.sessions import microseconds, moment

_FIELDS = (
    "id, terminal_id, kind, parameters, made_by, made_us, expires_us, state, result, detail, attempts, sequence, "
    "frames, answer, sent_us, settled_us"
)
_UNSETTLED = "('queued', 'sent')"
_TOLD_MOST = 1000


class Commands:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, command_id: int) -> CommandEntry | None:
        """Return one command."""
        return next(iter(self.some((command_id,))), None)

    def some(self, command_ids: Collection[int]) -> list[CommandEntry]:
        """Return commands by their ids, in order of the ids; unknown ones are left out."""
        with self._database.reading() as cursor:
            condition, parameter = cursor.among("id", command_ids)
            rows = cursor.fetch(f"SELECT {_FIELDS} FROM command WHERE {condition} ORDER BY id", (parameter,))  # noqa: S608
        return [_entry(*row) for row in rows]

    def unsettled(self) -> list[CommandEntry]:
        """Return all commands that are queued or sent, oldest first."""
        rows = self._database.fetch(f"SELECT {_FIELDS} FROM command WHERE state IN {_UNSETTLED} ORDER BY id")  # noqa: S608
        return [_entry(*row) for row in rows]

    def of_kind(self, kind: str, since: datetime) -> list[CommandEntry]:
        """Return the commands of a kind that were made since then, oldest first."""
        rows = self._database.fetch(
            f"SELECT {_FIELDS} FROM command WHERE kind = ? AND made_us >= ? ORDER BY id",  # noqa: S608
            (kind, microseconds(since)),
        )
        return [_entry(*row) for row in rows]

    def told(self, cursor: Cursor, terminal_id: int, kind: str, name: str, value: Any) -> list[CommandEntry]:
        """Return the commands of a kind to a terminal, one of whose parameters has a value, of the newest ones."""
        rows = cursor.fetch(
            f"SELECT {_FIELDS} FROM command WHERE terminal_id = ? AND kind = ? ORDER BY id DESC LIMIT {_TOLD_MOST}",  # noqa: S608
            (terminal_id, kind),
        )
        return [entry for entry in (_entry(*row) for row in rows) if entry.parameters.get(name) == value]

    def note(self, session: Session, command_id: int, detail: str) -> None:
        """Write further words to a command that may be settled."""
        cursor = self._database.cursor(session.connection())
        if cursor.execute("UPDATE command SET detail = ? WHERE id = ?", (detail, command_id)):
            announce(cursor, Topic.COMMAND, str(command_id))

    def last(self, terminal_id: int | None, n: int) -> list[CommandEntry]:
        """Return the last commands of a terminal, or of all, the newest first."""
        where, given = ("WHERE terminal_id = ? ", [terminal_id]) if terminal_id is not None else ("", [])
        rows = self._database.fetch(f"SELECT {_FIELDS} FROM command {where}ORDER BY id DESC LIMIT ?", (*given, n))  # noqa: S608
        return [_entry(*row) for row in rows]

    def cursor(self, session: Session) -> Cursor:
        """Return a cursor in the transaction of a unit, for ``told``."""
        return self._database.cursor(session.connection())

    def add(
        self,
        session: Session,
        terminal_id: int,
        kind: str,
        parameters: dict[str, Any],
        *,
        by: str,
        at: datetime,
        expires: datetime,
    ) -> CommandEntry:
        """Queue a command; LookupError if there is no such terminal."""
        cursor = self.cursor(session)
        if not cursor.fetch("SELECT 1 FROM terminal WHERE id = ?", (terminal_id,)):
            raise LookupError(f"no terminal {terminal_id}")
        [(command_id,)] = cursor.fetch(
            "INSERT INTO command (terminal_id, kind, parameters, made_by, made_us, expires_us, state, result, detail, "
            "attempts, frames, answer) VALUES (?, ?, ?, ?, ?, ?, 'queued', '', '', 0, ?, ?) RETURNING id",
            (
                terminal_id,
                kind,
                json.dumps(parameters, ensure_ascii=False),
                by[:64],
                microseconds(at),
                microseconds(expires),
                b"",
                b"",
            ),
        )
        announce(cursor, Topic.COMMAND, str(command_id))
        return _read(cursor, command_id)

    def cancel(self, session: Session, command_id: int, at: datetime, detail: str) -> CommandEntry:
        """Take a command back if it has not left; LookupError if there is no such command."""
        cursor = self._database.cursor(session.connection())
        self._settle(cursor, command_id, "queued", CommandState.CANCELLED, CommandResult.CANCELLED, at, detail)
        return _read(cursor, command_id)

    def leave(
        self, session: Session, command_id: int, at: datetime, *, sequence: int, frames: bytes
    ) -> CommandEntry | None:
        """Note that a command is about to leave; None if it is no longer queued, and then it must not leave."""
        cursor = self._database.cursor(session.connection())
        taken = cursor.execute(
            "UPDATE command SET state = 'sent', sequence = ?, frames = ?, attempts = 1, sent_us = ? "
            "WHERE id = ? AND state = 'queued'",
            (sequence, frames, microseconds(at), command_id),
        )
        if not taken:
            return None
        announce(cursor, Topic.COMMAND, str(command_id))
        return _read(cursor, command_id)

    def stay(self, session: Session, command_id: int) -> None:
        """Queue a command again that was about to leave and did not."""
        cursor = self._database.cursor(session.connection())
        cursor.execute(
            "UPDATE command SET state = 'queued', sequence = NULL, frames = ?, attempts = 0, sent_us = NULL "
            "WHERE id = ? AND state = 'sent'",
            (b"", command_id),
        )
        announce(cursor, Topic.COMMAND, str(command_id))

    def repeated(self, session: Session, command_id: int) -> None:
        """Count one more time that a command leaves."""
        cursor = self._database.cursor(session.connection())
        cursor.execute("UPDATE command SET attempts = attempts + 1 WHERE id = ? AND state = 'sent'", (command_id,))
        announce(cursor, Topic.COMMAND, str(command_id))

    def settle(
        self,
        session: Session,
        command_id: int,
        state: CommandState,
        result: CommandResult,
        at: datetime,
        *,
        detail: str = "",
        answer: bytes = b"",
        forget: Collection[str] = (),
    ) -> bool:
        """Store what became of a command; return False if that was known already.

        forget  parameters that must not stay, nor the frames with them
        """
        cursor = self._database.cursor(session.connection())
        done = self._settle(cursor, command_id, "queued', 'sent", state, result, at, detail, answer)
        if done and forget:
            entry = _read(cursor, command_id)
            kept = {name: "" if name in forget else value for name, value in entry.parameters.items()}
            cursor.execute(
                "UPDATE command SET parameters = ?, frames = ? WHERE id = ?",
                (json.dumps(kept, ensure_ascii=False), b"", command_id),
            )
        return done

    def lose_sent(self, session: Session, at: datetime) -> int:
        """Settle what an earlier gateway had sent and got no answer to; return how many that were."""
        cursor = self._database.cursor(session.connection())
        lost = [str(i) for (i,) in cursor.fetch("SELECT id FROM command WHERE state = 'sent' ORDER BY id")]
        cursor.execute(
            "UPDATE command SET state = ?, result = ?, settled_us = ? WHERE state = 'sent'",
            (CommandState.UNKNOWN.value, CommandResult.GATEWAY_LOST.value, microseconds(at)),
        )
        announce_all(cursor, Topic.COMMAND, lost)
        return len(lost)

    def _settle(
        self,
        cursor: Cursor,
        command_id: int,
        before: str,
        state: CommandState,
        result: CommandResult,
        at: datetime,
        detail: str,
        answer: bytes = b"",
    ) -> bool:
        done = cursor.execute(
            "UPDATE command SET state = ?, result = ?, detail = ?, answer = ?, settled_us = ? "  # noqa: S608
            f"WHERE id = ? AND state IN ('{before}')",
            (state.value, result.value, detail, answer, microseconds(at), command_id),
        )
        if done:
            announce(cursor, Topic.COMMAND, str(command_id))
        return bool(done)


def _read(cursor: Cursor, command_id: int) -> CommandEntry:
    rows = cursor.fetch(f"SELECT {_FIELDS} FROM command WHERE id = ?", (command_id,))  # noqa: S608
    if not rows:
        raise LookupError(f"no command {command_id}")
    return _entry(*rows[0])


def _entry(
    command_id: int,
    terminal_id: int,
    kind: str,
    parameters: str,
    made_by: str,
    made_us: int,
    expires_us: int,
    state: str,
    result: str,
    detail: str,
    attempts: int,
    sequence: int | None,
    frames: bytes,
    answer: bytes,
    sent_us: int | None,
    settled_us: int | None,
) -> CommandEntry:
    return CommandEntry(
        id=command_id,
        terminal_id=terminal_id,
        kind=kind,
        parameters=json.loads(parameters),
        made_by=made_by,
        made_at=moment(made_us),
        expires_at=moment(expires_us),
        state=CommandState(state),
        result=CommandResult(result),
        detail=detail,
        attempts=attempts,
        sequence=sequence,
        frames=bytes(frames),
        answer=bytes(answer),
        sent_at=None if sent_us is None else moment(sent_us),
        settled_at=None if settled_us is None else moment(settled_us),
    )

"""What a person has a terminal do, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class CommandState(StrEnum):
    """Life of a command: queued -> sent -> answered or failed; or it never left."""

    QUEUED = "queued"  # waits for the terminal to be on line
    SENT = "sent"  # left, the answer is awaited
    ANSWERED = "answered"  # the terminal did it
    FAILED = "failed"  # the terminal refused it, or did not answer however often it was repeated
    EXPIRED = "expired"  # the terminal did not come on line in time; it was never sent
    CANCELLED = "cancelled"  # taken back before it was sent
    UNKNOWN = "unknown"  # sent, but link or gateway were lost before an answer: it may have been done

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen to it."""
        return self not in {CommandState.QUEUED, CommandState.SENT}


class CommandResult(StrEnum):
    """What the terminal said, or why it said nothing."""

    NONE = ""  # not settled yet
    OK = "ok"
    ACCEPTED = "accepted"  # taken, but what it leads to has not been told within the time for it
    FAILED = "failed"
    BAD_MESSAGE = "bad_message"
    UNSUPPORTED = "unsupported"
    NO_ANSWER = "no_answer"
    LINK_LOST = "link_lost"
    GATEWAY_LOST = "gateway_lost"
    NOT_ONLINE = "not_online"
    CANCELLED = "cancelled"
    NOT_POSSIBLE = "not_possible"  # it cannot be said in the terminal's version of the protocol; see detail


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """One command as the database keeps it: who had what sent when, and the answer."""

    id: int
    terminal_id: int
    kind: str  # services.commands.catalogue says what it means
    parameters: Mapping[str, Any]  # JSON values by the names of the kind's fields
    made_by: str
    made_at: datetime
    expires_at: datetime
    state: CommandState = CommandState.QUEUED
    result: CommandResult = CommandResult.NONE
    detail: str = ""  # further words, English, where the result alone does not say it
    attempts: int = 0  # times that it left
    sequence: int | None = None  # of the frame that left
    frames: bytes = b""  # what left, as on the wire; several frames if it was long
    answer: bytes = b""  # what settled it, as on the wire; several frames if it was long
    sent_at: datetime | None = None  # first time
    settled_at: datetime | None = None

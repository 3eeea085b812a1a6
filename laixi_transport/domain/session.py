"""When a terminal was signed on, from where, and how that ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SessionEnd(StrEnum):
    """How a session of a terminal ended."""

    LOGGED_OUT = "logged_out"  # 0003
    CONNECTION_LOST = "connection_lost"  # the terminal closed it, or the network did
    IDLE = "idle"  # silent for too long
    TAKEN_OVER = "taken_over"  # the same terminal signed on over another connection
    STALLED = "stalled"  # a frame was begun and not brought to its end
    REGISTER_CHANGED = "register_changed"  # the register no longer lets it in as it was
    GATEWAY_STOPPED = "gateway_stopped"
    GATEWAY_LOST = "gateway_lost"  # the gateway ended without saying so; the end is the last that was heard


@dataclass(frozen=True, slots=True)
class TerminalSession:
    """One sign-on of a terminal. A terminal has one open session at most."""

    terminal_id: int
    since: datetime
    until: datetime | None  # None: signed on now
    host: str  # the peer's address
    port: int
    version: str  # of the header: "2013" (2011 too) or "2019"
    heard: datetime  # a whole frame was received, exact to a minute
    end: SessionEnd | None = None

    @property
    def open(self) -> bool:
        """Whether the terminal is signed on."""
        return self.until is None

"""Commands for the desktop: sent, listed, taken back. Another process may be the gateway that carries them out."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from laixi_transport.domain.command import CommandEntry
from laixi_transport.domain.time import utc_now
from laixi_transport.services.commands.form import Command
from laixi_transport.services.terminals.model import FrameView
from laixi_transport.storage import Store

OnCommands = Callable[[list[CommandEntry]], None]

EXPIRES_S = 600.0
"""How long a command waits for its terminal unless told otherwise."""


class CommandService:
    """Writes and reads the table of commands; any thread.

    operator   who sends where ``send`` is not told
    now        aware UTC
    """

    def __init__(self, store: Store, *, operator: str = "", now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._operator = operator
        self._now = now
        self._lock = threading.Lock()
        self._subscribers: list[OnCommands] = []
        self.loaded = asyncio.Event()
        """Set once changes are followed; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Follow the feed until cancelled; runs in the io loop. May be called again after a failure."""
        raise NotImplementedError

    def send(
        self, terminal_id: int, command: Command, *, by: str | None = None, expires_s: float = EXPIRES_S
    ) -> "Future[CommandEntry]":
        """Queue a command; the gateway sends it as soon as the terminal is signed on. Does not block.

        The future has the entry once it is committed; it raises LookupError for an unknown terminal.
        """
        raise NotImplementedError

    def cancel(self, command_id: int, *, by: str | None = None) -> "Future[CommandEntry]":
        """Take a command back unless it has left already: look at the state of the entry. Does not block.

        The future raises LookupError for an unknown command.
        """
        raise NotImplementedError

    def get(self, command_id: int) -> CommandEntry | None:
        """Return one command; blocks."""
        raise NotImplementedError

    def frames(self, entry: CommandEntry) -> list[FrameView]:
        """Return what was sent and what was answered, decoded; does not block."""
        raise NotImplementedError

    def subscribe(self, on_commands: OnCommands) -> Callable[[], None]:
        """Have new and changed commands handed over in the io thread; return what ends it."""
        with self._lock:
            self._subscribers.append(on_commands)

        def end() -> None:
            with self._lock:
                if on_commands in self._subscribers:
                    self._subscribers.remove(on_commands)

        return end

    def list(self, terminal_id: int | None = None, n: int = 200) -> list[CommandEntry]:
        """Return the last commands of one terminal or of all, the newest first; blocks."""
        raise NotImplementedError

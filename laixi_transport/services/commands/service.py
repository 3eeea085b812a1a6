"""Commands for the desktop: sent, listed, taken back. Another process may be the gateway that carries them out."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta

from laixi_transport.devices.wire.record import LATEST
from laixi_transport.domain.change import Topic
from laixi_transport.domain.command import CommandEntry
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import utc_now
from laixi_transport.services.commands.form import Command
from laixi_transport.services.terminals.frames import view_frames
from laixi_transport.services.terminals.model import FrameView
from laixi_transport.storage import Store
from laixi_transport.storage.feed import EVERYTHING

logger = logging.getLogger(__name__)

OnCommands = Callable[[list[CommandEntry]], None]

EXPIRES_S = 600.0
"""How long a command waits for its terminal unless told otherwise."""
MANY = 200
"""Commands that are told when more were changed than the change log holds: the newest."""


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
        newest = await asyncio.to_thread(self._store.feed.newest)
        self.loaded.set()
        async for changes in self._store.feed.changes(newest):
            keys = {change.key for change in changes if change.topic is Topic.COMMAND}
            if EVERYTHING in keys:
                self._tell(await asyncio.to_thread(self.list))
            elif keys:
                self._tell(await asyncio.to_thread(self._store.commands.some, [int(key) for key in keys]))

    def send(
        self, terminal_id: int, command: Command, *, by: str | None = None, expires_s: float = EXPIRES_S
    ) -> "Future[CommandEntry]":
        """Queue a command; the gateway sends it as soon as the terminal is signed on. Does not block.

        Raises Problem for what no terminal could be told. The future has the entry once it is committed; it raises
        LookupError for an unknown terminal.
        """
        _check(command)
        at = self._now()
        parameters = command.parameters()
        return self._store.writer.run(
            lambda session: self._store.commands.add(
                session,
                terminal_id,
                command.KIND,
                parameters,
                by=self._operator if by is None else by,
                at=at,
                expires=at + timedelta(seconds=expires_s),
            )
        )

    def cancel(self, command_id: int, *, by: str | None = None) -> "Future[CommandEntry]":
        """Take a command back unless it has left already: look at the state of the entry. Does not block.

        The future raises LookupError for an unknown command.
        """
        at = self._now()
        who = self._operator if by is None else by
        return self._store.writer.run(lambda session: self._store.commands.cancel(session, command_id, at, who))

    def get(self, command_id: int) -> CommandEntry | None:
        """Return one command; blocks."""
        return self._store.commands.get(command_id)

    def frames(self, entry: CommandEntry) -> list[FrameView]:
        """Return what was sent and what was answered, decoded, sub-packages put together; does not block."""
        sent = view_frames(entry.frames, entry.sent_at or entry.made_at, "down")
        return sent + view_frames(entry.answer, entry.settled_at or entry.made_at, "up")

    def subscribe(self, on_commands: OnCommands) -> Callable[[], None]:
        """Have new and changed commands handed over in the io thread; return what ends it."""
        with self._lock:
            self._subscribers.append(on_commands)

        def end() -> None:
            with self._lock:
                if on_commands in self._subscribers:
                    self._subscribers.remove(on_commands)

        return end

    def list(self, terminal_id: int | None = None, n: int = MANY) -> list[CommandEntry]:
        """Return the last commands of one terminal or of all, the newest first; blocks."""
        return self._store.commands.last(terminal_id, n)

    def _tell(self, entries: Sequence[CommandEntry]) -> None:
        with self._lock:
            subscribers = tuple(self._subscribers)
        for on_commands in subscribers:
            try:
                on_commands([*entries])
            except Exception:
                logger.exception("a subscriber of the commands failed")


def _check(command: Command) -> None:
    try:
        command.message(LATEST).encode(version=LATEST)
    except ValueError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "The command cannot be sent: {reason}."), reason=str(error)
        ) from error

"""Files of alarms (T/JSATL 12): asked for by themselves, once an alarm, and again within reason while some are missing.

An alarm with files is asked for by a command like those of operators, so the table of commands remembers it. The
command is given to the writer before the report with the alarm is: a report that was stored, and so acknowledged, has
its command too. The number of an alarm is made of it, so whoever reports it again is not asked again. What has come and
what is missing stands in the words of the command, where every seat reads it.
"""

import asyncio
import dataclasses
import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from laixi_transport.devices.jsatl.evidence import alarm_number, evidence_in, read_ident
from laixi_transport.devices.jsatl.messages import AttachmentList
from laixi_transport.domain.command import CommandEntry, CommandState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import utc_now
from laixi_transport.services.commands.executor import Line
from laixi_transport.services.commands.form import Command
from laixi_transport.services.commands.media_commands import FetchFiles
from laixi_transport.storage import Store

_log = logging.getLogger(__name__)

BY = "gateway"
TRIES = 3
EXPIRES = timedelta(hours=1)
"""A terminal that is not on line any more may come back for its files so long."""
PATIENCE_S = 120.0
"""After a terminal has taken the command the files must have come; twice, thrice as long after it was told again."""
TICK_S = 5.0
REMEMBERED = timedelta(days=1)
SEEN_MOST = 50_000
"""Numbers of alarms that are known without a look into the database."""


@dataclass(slots=True)
class _Alarm:
    """An alarm whose files have not all come."""

    terminal_id: int
    command: FetchFiles
    expected: int
    command_id: int = 0  # the newest; 0: not yet in the database
    tries: int = 1
    due: datetime | None = None  # when it is asked for again; None: not before the terminal has answered
    settled: bool = False  # the newest command, which clears its words
    listed: tuple[str, ...] = ()  # names, as 1210 tells them
    arrived: set[str] = field(default_factory=set)

    @property
    def whole(self) -> bool:
        wanted = set(self.listed)
        return self.arrived >= wanted if wanted else len(self.arrived) >= self.expected

    @property
    def words(self) -> str:
        """What has come and what is missing; English."""
        wanted = len(self.listed) or self.expected
        missing = [name for name in self.listed if name not in self.arrived]
        tail = f"; missing: {', '.join(missing)}" if missing else ""
        return f"{len(self.arrived)} of {wanted} files have come{tail}"


class EvidenceService:
    """Lives in the gateway's loop.

    port            returns the port for files of alarms, 0 if there is none
    by_itself       whether the gateway asks without being told by an operator
    public_address  that terminals are told; empty: the one of this machine that the terminal itself has reached
    """

    def __init__(
        self,
        store: Store,
        port: Callable[[], int],
        *,
        by_itself: bool = True,
        public_address: str = "",
        patience_s: float = PATIENCE_S,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.by_itself = by_itself
        self._store = store
        self._port = port
        self._public_address = public_address
        self._patience_s = patience_s
        self._now = now
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._open: dict[str, _Alarm] = {}  # by the alarm's number
        self._task: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop

    async def start(self) -> None:
        """Take up what an earlier run has asked for."""
        self._loop = asyncio.get_running_loop()
        for alarm in await asyncio.to_thread(self._earlier):
            self._open[alarm.command.alarm_no] = alarm
        self._task = asyncio.create_task(self._follow(), name="files of alarms")

    async def stop(self) -> None:
        """Ask for nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # What links call

    def look(self, terminal_id: int, phone: str, items: bytes) -> None:
        """Ask for the files of alarms among a report's items; before the report is given to the writer."""
        for alarm in evidence_in(items):
            number = alarm_number(phone, alarm.ident)
            if number in self._seen:
                continue
            self._seen[number] = None
            if len(self._seen) > SEEN_MOST:
                self._seen.popitem(last=False)
            command = FetchFiles(ident=alarm.ident.hex(), alarm_no=number)
            self._ask(_Alarm(terminal_id, command, alarm.files), once=True)

    # What the port for files calls

    def listed(self, told: AttachmentList) -> None:
        """Hear which files a terminal has."""
        if (alarm := self._open.get(told.alarm_no)) is not None:
            alarm.listed = tuple(item.name for item in told.items)
            self._note(alarm)

    def arrived(self, alarm_no: str, name: str) -> None:
        """Hear that a file is safe."""
        if (alarm := self._open.get(alarm_no)) is not None:
            alarm.arrived.add(name)
            self._note(alarm)
            self._close(alarm)

    # What the executor of commands calls

    def completed(self, command: Command, line: Line) -> Command:
        """Return a command with the port for files, where the operator has given none."""
        if not isinstance(command, FetchFiles):
            return command
        server, port = command.server, command.tcp_port
        if not server or not port:
            if not self._port():
                raise Problem(
                    QT_TRANSLATE_NOOP(
                        "Problem",
                        "The gateway takes no files of alarms. Start it with --attachments, or give address and port "
                        "of another server.",
                    )
                )
            server, port = server or self._public_address or line.own_host, port or self._port()
        number = command.alarm_no or alarm_number(line.phone, bytes.fromhex(command.ident))
        return dataclasses.replace(command, server=server, tcp_port=port, alarm_no=number)

    def leaves(self, command: Command, line: Line, by: str) -> None:
        """Nothing has to be made ready."""

    def settled(self, command: Command, line: Line, state: CommandState) -> None:
        """Give the terminal time, then look whether all has come."""
        if isinstance(command, FetchFiles) and (alarm := self._open.get(command.alarm_no)) is not None:
            del line
            alarm.due = self._now() + timedelta(seconds=self._patience_s * alarm.tries)
            alarm.settled = True
            if state is CommandState.ANSWERED:
                self._note(alarm)
            self._close(alarm)

    # Asking

    def _ask(self, alarm: _Alarm, *, once: bool) -> None:
        at = self._now()
        alarm.due = at + EXPIRES + timedelta(seconds=self._patience_s)
        kind, number = FetchFiles.KIND, alarm.command.alarm_no

        def unit(session: Session) -> CommandEntry | None:
            commands = self._store.commands
            if once and commands.told(commands.cursor(session), alarm.terminal_id, kind, "alarm_no", number):
                return None
            return commands.add(
                session, alarm.terminal_id, kind, alarm.command.parameters(), by=BY, at=at, expires=at + EXPIRES
            )

        try:
            future = self._store.writer.run(unit)
        except RuntimeError:  # closed: so is the report
            return
        future.add_done_callback(lambda done: self._loop.call_soon_threadsafe(self._asked, alarm, done))

    def _asked(self, alarm: _Alarm, done: "Future[CommandEntry | None]") -> None:
        if done.cancelled() or done.exception() is not None:
            _log.error("the files of alarm %s were not asked for", alarm.command.alarm_no, exc_info=done.exception())
        elif (entry := done.result()) is not None:
            alarm.command_id = entry.id
            self._open.setdefault(alarm.command.alarm_no, alarm)

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(min(TICK_S, self._patience_s))
            now = self._now()
            for number, alarm in list(self._open.items()):
                if alarm.due is None or alarm.due > now:
                    continue
                if alarm.whole:
                    del self._open[number]
                elif alarm.tries >= TRIES:
                    del self._open[number]
                    _log.info("the files of alarm %s have not all come: %s", number, alarm.words)
                else:
                    alarm.tries += 1
                    alarm.settled = False
                    self._ask(alarm, once=False)

    def _close(self, alarm: _Alarm) -> None:
        """Forget an alarm of which all has come and all is told."""
        if alarm.whole and alarm.settled:
            self._open.pop(alarm.command.alarm_no, None)

    def _note(self, alarm: _Alarm) -> None:
        """Write what has come and what is missing."""
        if alarm.command_id:
            command_id, words = alarm.command_id, alarm.words
            try:
                self._store.writer.run(lambda session: self._store.commands.note(session, command_id, words))
            except RuntimeError:  # closed
                _log.debug("the database is closed")

    def _earlier(self) -> list[_Alarm]:
        found: dict[str, _Alarm] = {}
        at = self._now()
        for entry in self._store.commands.of_kind(FetchFiles.KIND, at - REMEMBERED):
            if entry.made_by != BY:
                continue
            command = FetchFiles.made(entry.parameters)
            earlier = found.get(command.alarm_no)
            alarm = _Alarm(entry.terminal_id, command, read_ident(bytes.fromhex(command.ident)).attach_count, entry.id)
            alarm.tries = earlier.tries + 1 if earlier is not None else 1
            alarm.due = at + timedelta(seconds=self._patience_s)
            alarm.settled = entry.state.settled
            if not entry.state.settled:
                alarm.due = max(alarm.due, entry.expires_at)
            found[command.alarm_no] = alarm
        for number, alarm in found.items():
            alarm.arrived = {media.name for media in self._store.media.of_alarm(alarm.terminal_id, number)}
        return [alarm for alarm in found.values() if not alarm.whole]

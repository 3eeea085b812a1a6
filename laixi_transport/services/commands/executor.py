"""The gateway's side of commands: sends what is queued to terminals that are on line, and awaits their answers.

A command is noted as sent, and that is committed, before its first byte leaves. So whatever happens to this process, a
command leaves once; only repetitions on the same link for want of an answer are counted and sent again. The waiting
times grow as JT/T 808-2019 5.4 has it: T(n+1) = T(n) * (n + 1).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from struct import Struct
from typing import Any, Protocol

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.domain.change import Topic
from laixi_transport.domain.command import CommandEntry, CommandResult, CommandState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import utc_now
from laixi_transport.services.commands.catalogue import ANSWERS, BY_KIND
from laixi_transport.services.commands.form import Command
from laixi_transport.storage import Store
from laixi_transport.storage.feed import EVERYTHING

_log = logging.getLogger(__name__)

FIRST_WAIT_S = 10.0
TRIES = 3
UNDER_WAY = 8
"""Commands of one terminal that may be without an answer before the next one leaves."""
TICK_S = 1.0
GENERAL_ANSWER = 0x0001
PARTS_WANTED = 0x0005
_GENERAL = Struct(">HHB")
_RESULTS = {
    1: CommandResult.FAILED,
    2: CommandResult.BAD_MESSAGE,
    3: CommandResult.UNSUPPORTED,
}


class Line(Protocol):
    """A terminal that is signed on."""

    @property
    def terminal_id(self) -> int: ...

    @property
    def phone(self) -> str: ...

    @property
    def own_host(self) -> str:
        """Address of this machine that it has reached."""

    @property
    def layout(self) -> int:
        """Version of the standard whose layouts it understands: 2011, 2013 or 2019."""

    def framed(self, msg_id: int, body: bytes) -> tuple[int, list[bytes]]:
        """Return a message as frames with sequence numbers of their own, and the first of those."""

    def transmit(self, data: bytes, *, keep: bool = True) -> None:
        """Send frames; ``keep`` them among what the terminals page shows."""


class Companion(Protocol):
    """Who takes part in some commands: video must be expected before a terminal is told to send it."""

    def completed(self, command: Command, line: Line) -> Command:
        """Return a command with what was left to the gateway; Problem if that cannot be had."""

    def leaves(self, command: Command, line: Line, by: str) -> None:
        """Hear that a command is about to leave."""

    def settled(self, command: Command, line: Line, state: CommandState) -> None:
        """Hear what became of a command that has left."""


@dataclass(slots=True, eq=False)
class _Pending:
    """A command that has left."""

    entry: CommandEntry
    command: Command
    kind: type[Command]
    msg_id: int
    line: Line
    sequence: int  # of the first frame
    frames: list[bytes]
    wait_s: float
    attempts: int = 1
    accepted: bytes = b""  # the general answer that said so
    timer: asyncio.TimerHandle | None = None

    def has(self, sequence: int) -> bool:
        """Return whether one of its frames has a sequence number."""
        return (sequence - self.sequence) & 0xFFFF < len(self.frames)

    @property
    def secrets(self) -> frozenset[str]:
        return frozenset(field.name for field in self.kind.FORM if field.secret)


class Executor:
    """Lives in the gateway's loop.

    first_wait_s   for an answer, before a command is sent again
    tries          times that it leaves at most
    companions     take part in commands
    now            aware UTC
    """

    def __init__(
        self,
        store: Store,
        *,
        first_wait_s: float = FIRST_WAIT_S,
        tries: int = TRIES,
        companions: Sequence[Companion] = (),
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.sent = 0  # commands that left, repetitions not counted
        self._store = store
        self._first_wait_s = first_wait_s
        self._tries = tries
        self._companions = tuple(companions)
        self._now = now
        self._queues: dict[int, deque[CommandEntry]] = {}
        self._queued: set[int] = set()  # ids in the queues and of what is about to leave
        self._lines: dict[int, Line] = {}
        self._pending: dict[int, list[_Pending]] = {}
        self._senders: dict[int, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop

    async def start(self) -> None:
        """Settle what an earlier run left unanswered and take up what is queued."""
        self._loop = asyncio.get_running_loop()
        at = self._now()
        lost = await asyncio.wrap_future(
            self._store.writer.run(lambda session: self._store.commands.lose_sent(session, at))
        )
        if lost:
            _log.info("%d commands were sent by an earlier gateway that ended before their answers came", lost)
        newest = await asyncio.to_thread(self._store.feed.newest)
        await self._read_all()
        self._tasks = [
            asyncio.create_task(self._follow(newest), name="commands"),
            asyncio.create_task(self._expire(), name="commands' expiry"),
        ]

    async def stop(self) -> None:
        """Send nothing more, and settle what has left."""
        tasks = [*self._tasks, *self._senders.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for pending in [p for many in self._pending.values() for p in many]:
            self._lost(pending, CommandResult.GATEWAY_LOST)

    # What the gateway calls

    def online(self, line: Line) -> None:
        """Hear that a terminal has signed on."""
        self._lines[line.terminal_id] = line
        self._pump(line.terminal_id)

    def offline(self, line: Line) -> None:
        """Hear that a terminal's link has ended; another one of the same terminal may be there already."""
        if self._lines.get(line.terminal_id) is line:
            del self._lines[line.terminal_id]
        for pending in list(self._pending.get(line.terminal_id, ())):
            if pending.line is line and not pending.accepted:
                self._lost(pending, CommandResult.LINK_LOST)

    def answered(self, line: Line, frame: Frame, frames: Sequence[Frame]) -> None:
        """Take a message that may answer a command.

        frame   the message; of a sub-packaged one its first frame with the whole body
        frames  as they came
        """
        pending = self._pending.get(line.terminal_id)
        if not pending:
            return
        wire = b"".join(one.wire for one in frames)
        if frame.msg_id == GENERAL_ANSWER:
            self._general(pending, frame.body, wire)
        elif frame.msg_id == PARTS_WANTED:
            _resend(pending, frame)
        elif (answer := ANSWERS.get(frame.msg_id)) is not None:
            sequence = int.from_bytes(frame.body[:2])
            for one in pending:
                if any(a.msg_id == frame.msg_id for a in one.kind.ANSWERS) and (
                    not answer.by_sequence or one.has(sequence)
                ):
                    self._concluded(one, frame, line, wire)
                    break

    # Queue

    async def _follow(self, newest: int) -> None:
        while True:
            try:
                async for changes in self._store.feed.changes(newest):
                    newest = changes[-1].id
                    keys = {change.key for change in changes if change.topic is Topic.COMMAND}
                    if EVERYTHING in keys:
                        await self._read_all()
                    elif keys:
                        self._take(await asyncio.to_thread(self._store.commands.some, [int(key) for key in keys]))
            except Exception:  # noqa: BLE001 - whatever it is, later commands must leave
                _log.exception("the commands cannot be followed; trying again")
                await asyncio.sleep(TICK_S)

    async def _read_all(self) -> None:
        self._take(await asyncio.to_thread(self._store.commands.unsettled))

    def _take(self, entries: Sequence[CommandEntry]) -> None:
        for entry in entries:
            if entry.state is CommandState.QUEUED:
                if entry.id not in self._queued:
                    self._queued.add(entry.id)
                    self._queues.setdefault(entry.terminal_id, deque()).append(entry)
                    self._pump(entry.terminal_id)
            elif entry.id in self._queued and entry.state.settled:
                queue = self._queues.get(entry.terminal_id, deque())
                for queued in list(queue):
                    if queued.id == entry.id:
                        queue.remove(queued)
                        self._queued.discard(entry.id)

    async def _expire(self) -> None:
        while True:
            now = self._now()
            for queue in self._queues.values():
                for entry in [entry for entry in queue if entry.expires_at <= now]:
                    queue.remove(entry)
                    self._queued.discard(entry.id)
                    self._settle(entry.id, CommandState.EXPIRED, CommandResult.NOT_ONLINE)
            self._queues = {terminal_id: queue for terminal_id, queue in self._queues.items() if queue}
            await asyncio.sleep(TICK_S)

    # Sending

    def _pump(self, terminal_id: int) -> None:
        """Have what is queued for a terminal leave, one after the other."""
        if (
            terminal_id in self._lines
            and self._queues.get(terminal_id)
            and terminal_id not in self._senders
            and len(self._pending.get(terminal_id, ())) < UNDER_WAY
        ):
            task = self._loop.create_task(self._send_queued(terminal_id))
            self._senders[terminal_id] = task
            task.add_done_callback(lambda _: self._sender_ended(terminal_id))

    def _sender_ended(self, terminal_id: int) -> None:
        task = self._senders.pop(terminal_id)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a command to terminal %d could not be sent", terminal_id, exc_info=error)
        elif not task.cancelled():
            self._pump(terminal_id)  # a link that came while the last one was found gone

    async def _send_queued(self, terminal_id: int) -> None:
        while (queue := self._queues.get(terminal_id)) and (line := self._lines.get(terminal_id)) is not None:
            if len(self._pending.get(terminal_id, ())) >= UNDER_WAY:
                return  # goes on when one of them is settled
            entry = queue.popleft()
            if await self._send(entry, line):
                self._queued.discard(entry.id)
            else:
                queue.appendleft(entry)
                self._queues[terminal_id] = queue

    async def _send(self, entry: CommandEntry, line: Line) -> bool:
        """Send a command; return False if it stays queued."""
        kind = BY_KIND.get(entry.kind)
        try:
            if kind is None:
                raise ValueError(f"this version of the program knows no command {entry.kind}")
            command = kind.made(entry.parameters)
            for companion in self._companions:
                command = companion.completed(command, line)
            message = command.message(line.layout)
            sequence, frames = line.framed(message.ID, message.encode(version=line.layout))
        except (ValueError, Problem) as error:
            self._settle(entry.id, CommandState.FAILED, CommandResult.NOT_POSSIBLE, detail=str(error))
            return True
        at = self._now()
        pending = _Pending(entry, command, kind, message.ID, line, sequence, frames, self._first_wait_s)
        kept = b"" if pending.secrets else b"".join(frames)
        leaving = await asyncio.wrap_future(
            self._store.writer.run(
                lambda session: self._store.commands.leave(session, entry.id, at, sequence=sequence, frames=kept)
            )
        )
        if leaving is None:  # it was taken back a moment ago
            return True
        if self._lines.get(entry.terminal_id) is not line:  # nothing has left yet
            await asyncio.wrap_future(
                self._store.writer.run(lambda session: self._store.commands.stay(session, entry.id))
            )
            return False
        self._pending.setdefault(entry.terminal_id, []).append(pending)
        self.sent += 1
        for companion in self._companions:
            companion.leaves(command, line, entry.made_by)
        self._transmit(pending)
        return True

    def _transmit(self, pending: _Pending) -> None:
        pending.line.transmit(b"".join(pending.frames), keep=not pending.secrets)
        pending.timer = self._loop.call_later(pending.wait_s, self._waited, pending)

    # Answers

    def _general(self, pending: list[_Pending], body: bytes, wire: bytes) -> None:
        if len(body) < _GENERAL.size:
            return
        sequence, msg_id, result = _GENERAL.unpack_from(body)
        one = next((p for p in pending if p.msg_id == msg_id and p.has(sequence)), None)
        if one is None:
            return
        if result in _RESULTS:
            self._done(one, CommandState.FAILED, _RESULTS[result], wire)
        elif not one.kind.ANSWERS:
            self._done(one, CommandState.ANSWERED, CommandResult.OK, wire)
        elif not one.accepted:
            one.accepted = wire
            self._await(one, one.kind.PATIENCE_S)

    def _concluded(self, one: _Pending, frame: Frame, line: Line, wire: bytes) -> None:
        """Settle a command by the message that is its answer."""
        result = _result_told(frame, line.layout)
        if result:
            self._done(one, CommandState.FAILED, CommandResult.FAILED, wire, f"result {result}")
        else:
            self._done(one, CommandState.ANSWERED, CommandResult.OK, wire)

    def _waited(self, one: _Pending) -> None:
        """Hear that no answer came in time."""
        if one.accepted:
            self._done(one, CommandState.ANSWERED, CommandResult.ACCEPTED, one.accepted)
        elif one.attempts >= self._tries:
            self._done(one, CommandState.FAILED, CommandResult.NO_ANSWER, b"")
        else:
            one.attempts += 1
            one.wait_s *= one.attempts
            self._write(lambda session: self._store.commands.repeated(session, one.entry.id))
            self._transmit(one)

    def _await(self, one: _Pending, wait_s: float) -> None:
        if one.timer is not None:
            one.timer.cancel()
        one.timer = self._loop.call_later(wait_s, self._waited, one)

    def _lost(self, one: _Pending, why: CommandResult) -> None:
        if one.accepted:
            self._done(one, CommandState.ANSWERED, CommandResult.ACCEPTED, one.accepted)
        else:
            self._done(one, CommandState.UNKNOWN, why, b"")

    def _done(self, one: _Pending, state: CommandState, result: CommandResult, answer: bytes, detail: str = "") -> None:
        if one.timer is not None:
            one.timer.cancel()
        terminal_id = one.entry.terminal_id
        self._pending[terminal_id].remove(one)
        if not self._pending[terminal_id]:
            del self._pending[terminal_id]
        self._settle(one.entry.id, state, result, detail=detail, answer=answer, forget=one.secrets)
        for companion in self._companions:
            companion.settled(one.command, one.line, state)
        self._pump(terminal_id)

    def _settle(self, command_id: int, state: CommandState, result: CommandResult, **more: Any) -> None:
        at = self._now()
        self._write(lambda session: self._store.commands.settle(session, command_id, state, result, at, **more))

    def _write(self, unit: Callable[[Any], Any]) -> None:
        """Have something written; what cannot be is logged."""
        try:
            self._store.writer.run(unit).add_done_callback(_look)
        except RuntimeError:  # closed: the next start settles what was sent
            _log.info("the database is closed: what became of a command is settled at the next start")


def _look(future: "Future[Any]") -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("what became of a command was not stored", exc_info=error)


def _resend(pending: list[_Pending], frame: Frame) -> None:
    """Send frames again that a terminal has missed (0005, since 2019)."""
    sequence, numbers = int.from_bytes(frame.body[:2]), frame.body[2:]
    head = 2 if len(numbers) == 2 + 2 * int.from_bytes(numbers[:2]) else 1
    wanted = [int.from_bytes(numbers[at : at + 2]) for at in range(head, len(numbers) - 1, 2)]
    for one in pending:
        if one.sequence == sequence:
            frames = [one.frames[number - 1] for number in wanted if 1 <= number <= len(one.frames)]
            one.line.transmit(b"".join(frames), keep=False)


def _result_told(frame: Frame, version: int) -> int:
    """Return the result that an answer carries in its body, 0 if it carries none."""
    from laixi_transport.devices.jt808.catalogue import MESSAGES

    kind = MESSAGES.get(frame.msg_id)
    record = kind.decode(frame.body, version=version) if kind is not None else None
    result = getattr(record, "result", 0)
    return result if isinstance(result, int) else 0

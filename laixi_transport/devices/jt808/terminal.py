"""The terminal's side of a JT/T 808 link: signs on, reports positions, keeps them until the platform has answered.

A report counts as acknowledged when an 8001 with its sequence number, its message id and result 0 has come, and never
otherwise. What was under way when a link is lost, and what is reported while there is none, goes out as a blind-area
re-upload (0704, type 1) on the next link. Sources: JT/T 808-2019 5.3 (signing on), 5.4 (answers and repetition), 8.49.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from laixi_transport.devices.jt808.answers import PlatformAnswer, TerminalAnswer
from laixi_transport.devices.jt808.frame import MAX_BODY, Frame, encode_frame, encode_frames
from laixi_transport.devices.jt808.ids import BatchKind, MessageId, Result
from laixi_transport.devices.jt808.position import encode_position
from laixi_transport.devices.jt808.position_report import PositionBatch
from laixi_transport.devices.jt808.terminal_link import LinkLostError, SignOn, TerminalIdentity, TerminalLink
from laixi_transport.devices.wire.record import Message
from laixi_transport.devices.wire.refusal import Fault
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

log = logging.getLogger(__name__)

TRIES = 3  # of a message without an answer, before the link counts as dead
FIRST_RETRY_S = 0.1
_BATCH_HEAD = 3
_WAITED_FOR = frozenset({MessageId.HEARTBEAT, MessageId.POSITION, MessageId.POSITION_BATCH})
"""Messages whose answers are awaited; those to what a terminal does when it is told to are not."""

Wire = Callable[[bytes], bytes]
Conduct = Callable[[Frame], Awaitable[Sequence[Message]]]
"""Does what a frame from the platform tells, and returns what the terminal sends back."""


@dataclass(slots=True)
class SessionCounters:
    """What a session has done so far; reports, where nothing else is said."""

    frames_sent: int = 0  # frames with positions, repetitions included
    frames_acknowledged: int = 0  # frames with positions
    sent: int = 0  # that have left at least once
    acknowledged: int = 0
    refused: int = 0  # answered, with a result other than 0
    resent: int = 0  # repetitions
    links_lost: int = 0  # links


@dataclass(slots=True, eq=False)
class _Message:
    """A message that has no answer yet."""

    msg_id: int
    bodies: tuple[bytes, ...]  # 0200 bodies, none for a heartbeat
    kind: BatchKind = BatchKind.NORMAL
    wire: Wire | None = None  # what a bad line makes of the first transmission
    frame: bytes = b""
    tries: int = 0
    sent_at: float = 0.0


class TerminalSession:
    """A terminal that stays connected; all methods belong to one event loop.

    window              most reports that may be without an answer before ``send`` waits
    answer_timeout_s    after which a message is repeated
    heartbeat_s         of silence, after which 0002 is sent
    first_patience_s    for the first link; None: as long as it takes
    patience_s          for a new link, after which the session gives up; None: never
    longest_retry_s     between two attempts to connect
    conduct             what it does when it is told something; None: it says that it supports nothing
    """

    def __init__(
        self,
        identity: TerminalIdentity,
        host: str,
        port: int,
        *,
        window: int = 256,
        answer_timeout_s: float = 20.0,
        heartbeat_s: float = 60.0,
        first_patience_s: float | None = None,
        patience_s: float | None = None,
        longest_retry_s: float = 5.0,
        conduct: Conduct | None = None,
    ) -> None:
        self.identity = identity
        self.counters = SessionCounters()
        self.auth_code = ""
        self._address = (host, port)
        self._window = window
        self._answer_timeout_s = answer_timeout_s
        self._heartbeat_s = heartbeat_s
        self._first_patience_s = first_patience_s
        self._patience_s = patience_s
        self._longest_retry_s = longest_retry_s
        self._conduct = conduct
        self._doing: set[asyncio.Task[None]] = set()  # what it was told and has not answered yet
        self._sequence = 0
        self._unanswered: dict[int, _Message] = {}  # by sequence number, oldest first
        self._stored: list[tuple[bytes, bool]] = []  # bodies without a link; whether they had been sent
        self._held = 0  # reports in both
        self._link: TerminalLink | None = None  # signed on
        self._reachable = asyncio.Event()
        self._reachable.set()
        self._sign_on: SignOn | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._keeper: asyncio.Task[None] | None = None
        self._failure: Exception | None = None
        self._spoke_at = 0.0

    @property
    def online(self) -> bool:
        """Whether there is a link that is signed on."""
        return self._link is not None

    @property
    def unacknowledged(self) -> int:
        """Reports given to the session that have no answer yet."""
        return self._held

    async def open(self) -> None:
        """Connect and sign on; return when reports can be sent.

        Raises Problem when the platform refuses the terminal or, after ``first_patience_s``, when nobody is there.
        """
        self._keeper = asyncio.create_task(self._keep(), name=f"terminal {self.identity.phone}")
        await self._until(lambda: self._link is not None)

    async def send(self, report: PositionReport, *, wire: Wire | None = None) -> None:
        """Report a position (0200), waiting while the window is full; it is stored while there is no link.

        wire    what a bad line makes of the frame the first time; a repetition is sound

        Raises what ended the session.
        """
        body = encode_position(report)
        await self._until(lambda: self._held < self._window)
        self._held += 1
        if self._link is None:
            self._stored.append((body, False))
            return
        self._transmit(_Message(MessageId.POSITION, (body,), wire=wire))
        await self._link.writable.wait()

    async def send_batch(self, reports: Iterable[PositionReport], *, blind_area: bool) -> None:
        """Report positions together (0704), as many a frame as fit."""
        kind = BatchKind.BLIND_AREA if blind_area else BatchKind.NORMAL
        for bodies in _filled(map(encode_position, reports)):
            await self._until(lambda: self._held < self._window)
            self._held += len(bodies)
            if self._link is None:
                self._stored += ((body, False) for body in bodies)
                continue
            self._transmit(_Message(MessageId.POSITION_BATCH, bodies, kind))
            await self._link.writable.wait()

    async def drain(self) -> None:
        """Wait until every report has an answer; raises what ended the session."""
        await self._until(lambda: self._held == 0)

    async def close(self) -> None:
        """End the session; what is unanswered stays so."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        for doing in tuple(self._doing):
            doing.cancel()
        await asyncio.gather(*self._doing, return_exceptions=True)
        if self._link is not None:
            self._link.close()
            self._link = None

    def lose_link(self) -> None:
        """Drive out of reach: the link breaks and no new one is tried before ``find_link``."""
        self._reachable.clear()
        if self._link is not None:
            self._link.abort()

    def find_link(self) -> None:
        """Come back into reach."""
        self._reachable.set()

    async def _keep(self) -> None:
        try:
            await self._stay_connected()
        except asyncio.CancelledError:
            raise
        except Problem as problem:
            self._failure = problem
        except Exception as error:
            log.exception("terminal %s stops", self.identity.phone)
            self._failure = error
        finally:
            self._wake()

    async def _stay_connected(self) -> None:
        loop = asyncio.get_running_loop()
        retry_s = FIRST_RETRY_S
        alone_since = loop.time()
        patience_s = self._first_patience_s
        while True:
            if not self._reachable.is_set():
                await self._reachable.wait()
                alone_since = loop.time()
            try:
                link = await self._connect()
            except (OSError, LinkLostError, TimeoutError) as error:
                if patience_s is not None and loop.time() - alone_since >= patience_s:
                    self._give_up(error)
                await asyncio.sleep(retry_s)
                retry_s = min(2 * retry_s, self._longest_retry_s)
                continue
            self._sign_on = None
            if not self._reachable.is_set():
                link.abort()
                continue
            self._link = link
            self._send_stored()
            self._wake()
            try:
                await self._watch(link)
            finally:
                self._link = None
                link.abort()
                self._store_unanswered()
            self.counters.links_lost += 1
            retry_s = FIRST_RETRY_S
            alone_since = loop.time()
            patience_s = self._patience_s

    async def _connect(self) -> TerminalLink:
        loop = asyncio.get_running_loop()
        link = TerminalLink(self._on_frame)
        sign_on = self._sign_on = SignOn(self.identity, link, self._next_sequence)
        await loop.create_connection(lambda: link, *self._address)
        try:
            async with asyncio.timeout(self._answer_timeout_s):
                self.auth_code = await sign_on.run(self.auth_code, "{}:{}".format(*self._address))
        except BaseException:
            link.abort()
            raise
        return link

    async def _watch(self, link: TerminalLink) -> None:
        """Repeat what is not answered and keep the link alive, until it is lost."""
        loop = asyncio.get_running_loop()
        tick_s = min(1.0, self._answer_timeout_s / 4, self._heartbeat_s / 4)
        while not link.lost.is_set():
            try:
                async with asyncio.timeout(tick_s):
                    await link.lost.wait()
            except TimeoutError:
                pass
            now = loop.time()
            for sequence, message in list(self._unanswered.items()):
                if now - message.sent_at < self._answer_timeout_s:
                    continue
                if message.tries >= TRIES:
                    log.warning("terminal %s: no answer to message %d, reconnecting", self.identity.phone, sequence)
                    return
                self._write(link, message)
            if now - self._spoke_at >= self._heartbeat_s:
                self._transmit(_Message(MessageId.HEARTBEAT, ()))

    def _on_frame(self, frame: Frame) -> None:
        if frame.msg_id == MessageId.PLATFORM_ANSWER and self._link is not None:
            answer = PlatformAnswer.decode(frame.body)
            message = self._unanswered.get(answer.resp_seq) if not isinstance(answer, Fault) else None
            if isinstance(answer, Fault) or message is None or message.msg_id != answer.resp_id:
                level = logging.INFO if isinstance(answer, Fault) or answer.resp_id in _WAITED_FOR else logging.DEBUG
                log.log(level, "terminal %s: answer %s fits no message", self.identity.phone, answer)
                return
            del self._unanswered[answer.resp_seq]
            count = len(message.bodies)
            self._held -= count
            if answer.result == Result.OK:
                self.counters.acknowledged += count
                self.counters.frames_acknowledged += bool(count)
            else:
                self.counters.refused += count
            self._wake()
        elif frame.msg_id in {MessageId.PLATFORM_ANSWER, MessageId.REGISTER_ANSWER}:
            if self._sign_on is not None:
                self._sign_on.frames.put_nowait(frame)
        elif self._link is not None:
            doing = asyncio.get_running_loop().create_task(self._do(self._link, frame))
            self._doing.add(doing)
            doing.add_done_callback(self._doing.discard)

    async def _do(self, link: TerminalLink, frame: Frame) -> None:
        """Do what the platform tells, and answer on the same link."""
        cannot = TerminalAnswer(resp_seq=frame.sequence, resp_id=frame.msg_id, result=Result.UNSUPPORTED)
        try:
            for reply in await self._conduct(frame) if self._conduct is not None else [cannot]:
                body = reply.encode(version=self.identity.version)
                sequence = self._next_sequence(-(-len(body) // MAX_BODY) or 1)
                for wire in encode_frames(reply.ID, self.identity.phone, sequence, body, version=self.identity.version):
                    await link.writable.wait()
                    link.write(wire)
        except Exception:
            log.exception("terminal %s cannot do what message %04X tells it", self.identity.phone, frame.msg_id)

    def _transmit(self, message: _Message) -> None:
        """Give a message its sequence number and send it for the first time."""
        link = self._link
        assert link is not None  # noqa: S101 - the callers look
        sequence = self._next_sequence()
        if message.msg_id == MessageId.POSITION_BATCH:
            body = PositionBatch(batch_type=message.kind, items=message.bodies).encode()
        else:
            body = b"".join(message.bodies)
        message.frame = self._framed(message.msg_id, sequence, body)
        self._unanswered[sequence] = message
        self.counters.sent += len(message.bodies)
        self._write(link, message)

    def _write(self, link: TerminalLink, message: _Message) -> None:
        data = message.frame
        if message.tries == 0 and message.wire is not None:
            data = message.wire(data)
        elif message.tries > 0:
            self.counters.resent += len(message.bodies)
        self.counters.frames_sent += bool(message.bodies)
        message.tries += 1
        self._spoke_at = message.sent_at = asyncio.get_running_loop().time()
        link.write(data)

    def _framed(self, msg_id: int, sequence: int, body: bytes) -> bytes:
        return encode_frame(msg_id, self.identity.phone, sequence, body, version=self.identity.version)

    def _send_stored(self) -> None:
        stored, self._stored = self._stored, []
        repeated = sum(sent for _, sent in stored)
        for bodies in _filled(body for body, _ in stored):
            self._transmit(_Message(MessageId.POSITION_BATCH, bodies, BatchKind.BLIND_AREA))
        self.counters.sent -= repeated
        self.counters.resent += repeated

    def _store_unanswered(self) -> None:
        under_way = [(body, True) for message in self._unanswered.values() for body in message.bodies]
        self._stored = under_way + self._stored
        self._unanswered.clear()

    def _next_sequence(self, count: int = 1) -> int:
        """Return the first of so many numbers, one after the other, that no message under way has."""
        first = (self._sequence + 1) & 0xFFFF
        while any((first + at) & 0xFFFF in self._unanswered for at in range(count)):
            first = (first + 1) & 0xFFFF
        self._sequence = (first + count - 1) & 0xFFFF
        return first

    def _give_up(self, error: Exception) -> NoReturn:
        number = getattr(error, "errno", None)
        reason = os.strerror(number) if number and number > 0 else str(error) or "no answer"
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "No gateway answers at {host}:{port} ({reason}). Start it or correct the address."
            ),
            host=self._address[0],
            port=self._address[1],
            reason=reason,
        ) from error

    async def _until(self, reached: Callable[[], bool]) -> None:
        while True:
            if self._failure is not None:
                raise self._failure
            if reached():
                return
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


def _filled(bodies: Iterable[bytes]) -> Iterable[tuple[bytes, ...]]:
    """Yield groups of 0200 bodies, each as large as fits one 0704 frame."""
    group: list[bytes] = []
    size = _BATCH_HEAD
    for body in bodies:
        if group and size + 2 + len(body) > MAX_BODY:
            yield tuple(group)
            group, size = [], _BATCH_HEAD
        group.append(body)
        size += 2 + len(body)
    if group:
        yield tuple(group)

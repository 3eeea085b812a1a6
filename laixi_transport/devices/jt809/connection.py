"""One TCP connection between two platforms: messages in both directions, and whether the other side still lives."""

import asyncio
import itertools
import logging
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator

from laixi_transport.devices.jt809 import links
from laixi_transport.devices.jt809.frame import FrameParser, Header
from laixi_transport.devices.jt809.message import Envelope, Message, decode_message, encode_message, envelope
from laixi_transport.devices.jt809.terms import MISSING, LinkLostError, Terms, Via
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.time import from_unix

_log = logging.getLogger(__name__)

READ_BYTES = 1 << 14
"""At a time: what one link sends must not hold up the others."""
CLOSE_S = 2.0

_PROBES = {Via.MAIN: links.MainKeepAlive, Via.SUB: links.SubKeepAlive}
_ANSWERS = {links.MainKeepAlive: links.MainKeepAliveAnswer, links.SubKeepAlive: links.SubKeepAliveAnswer}


def sequence() -> Iterator[int]:
    """Return the sequence numbers of a platform, for all its links."""
    return (number & 0xFFFFFFFF for number in itertools.count(1))


class Connection:
    """Sends and receives messages; keep-alives are answered here and never seen outside.

    refusals  counts of what came and was no message, by reason
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        terms: Terms,
        numbers: Iterator[int],
        now: Callable[[], float],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._terms = terms
        self._numbers = numbers
        self._now = now
        self._parser = FrameParser(terms.version)
        self._probes: deque[asyncio.Future[bool]] = deque()
        self._silent = 0
        self._open = True
        self.heard_s = now()
        """Unix time of the last message from the other side, at first that of the connection."""
        self.refusals: Counter[Refusal] = Counter()
        peer = writer.get_extra_info("peername")
        self.host: str = peer[0] if peer else ""
        self._tap = terms.tap
        self._tapped = self._tap.opened(f"{peer[0]}:{peer[1]}" if peer else "?") if self._tap is not None else 0

    @property
    def open(self) -> bool:
        """Whether messages can still be sent."""
        return self._open and not self._writer.is_closing()

    def send(self, body: Record | Envelope) -> int:
        """Hand a message to the system and return its sequence number; raises LinkLostError, or ValueError."""
        if not self.open:
            raise LinkLostError("the connection has ended")
        terms = self._terms
        sent = body if isinstance(body, Envelope) else envelope(body, version=terms.version)
        seq = next(self._numbers)
        header = Header(
            seq=seq,
            msg_id=sent.msg_id,
            center_id=terms.center_id,
            version=terms.version_head,
            encrypt_key=terms.key if terms.keys is not None else 0,
            utc=from_unix(int(self._now())),
        )
        data = encode_message(sent, header, keys=terms.keys)
        if self._tap is not None:
            self._tap.sent(self._tapped, data)
        self._writer.write(data)
        return seq

    async def drain(self) -> None:
        """Wait until the system takes more; raises LinkLostError."""
        try:
            await self._writer.drain()
        except OSError as error:
            raise LinkLostError(str(error)) from error

    def probe(self, via: Via) -> "asyncio.Future[bool]":
        """Send a keep-alive; the future is True once it is answered, False if the link ended before.

        The other side reads in order: with the answer, all that was sent before has been read.
        """
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.send(_PROBES[via]())
        self._probes.append(answered)
        return answered

    async def messages(self) -> AsyncIterator[Message]:
        """Yield what comes, until the connection ends."""
        try:
            while data := await self._reader.read(READ_BYTES):
                if self._tap is not None:
                    self._tap.received(self._tapped, data)
                for frame in self._parser.feed(data):
                    message = decode_message(frame, self._terms.keys)
                    if isinstance(message, Refusal):
                        self._refuse(message, len(frame.wire))
                        continue
                    self._silent = 0
                    self.heard_s = self._now()
                    if not self._kept_alive(message):
                        yield message
                for refused in self._parser.take_refused():
                    self._refuse(refused.reason, len(refused.data))
                # Who asks and does not read the answers is not read from either.
                await self._writer.drain()
                await asyncio.sleep(0)
        except OSError as error:
            _log.info("the connection with %s broke: %s", self.host, error)
        self._end()

    async def keep_alive(self, via: Via | None) -> None:
        """Send keep-alives until the connection ends; close it when the other side gives no sign of life.

        via  None: the other side sends them, we only watch
        """
        while self.open:
            await asyncio.sleep(self._terms.keep_alive_s)
            if self._silent >= MISSING:
                _log.info("no sign of life from %s, closing the link", self.host)
                self.abort()
                return
            self._silent += 1
            if via is not None and self.open:
                self.probe(via)

    async def close(self) -> None:
        """Send what is waiting and close."""
        self._end()
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self.abort()

    def abort(self) -> None:
        """Close at once; what is waiting is lost."""
        self._end()
        self._writer.transport.abort()

    def _kept_alive(self, message: Message) -> bool:
        data = message.envelope.data
        answer = _ANSWERS.get(type(data))  # type: ignore[arg-type]
        if answer is not None:
            if self.open:
                self.send(answer())
            return True
        if isinstance(data, links.MainKeepAliveAnswer | links.SubKeepAliveAnswer):
            if self._probes:
                self._probes.popleft().set_result(True)
            return True
        return False

    def _refuse(self, reason: Refusal, size: int) -> None:
        """Count what is no message; only the first of its kind stands in the log, for there may be very many."""
        self.refusals[reason] += 1
        if self.refusals[reason] == 1:
            _log.info("from %s refused: %s, %d bytes; more of them are counted", self.host, reason, size)

    def _end(self) -> None:
        if self._open and self._tap is not None:
            self._tap.closed(self._tapped)
        if self._open and self.refusals:
            counts = ", ".join(f"{reason} {count}" for reason, count in self.refusals.items())
            _log.info("from %s was refused in all: %s", self.host, counts)
        self._open = False
        while self._probes:
            self._probes.popleft().set_result(False)

"""One connection of a terminal: what comes over it becomes frames, and how much may come."""

import asyncio
import logging
from typing import NamedTuple, Protocol

from laixi_transport.devices.jt808.frame import Frame, FrameParser
from laixi_transport.devices.tap import Tap
from laixi_transport.devices.wire.refusal import Refused

_log = logging.getLogger(__name__)

WRITE_BYTES = 1 << 18
"""A terminal that leaves more answers than this unread is not read from until it has taken them."""
IDLE, STALLED = "idle", "stalled"
"""Why the server ends connections."""
_UNREAD = "unread answers"
_RATE = "rate"
_DELIMITER = 0x7E


class Rate(NamedTuple):
    """How much may come over a connection: as much at once as the burst, and in the long run per second."""

    frames_per_s: float
    frames_burst: float
    bytes_per_s: float
    bytes_burst: float


TERMINAL_RATE = Rate(5_000, 100_000, 4 << 20, 64 << 20)
"""Far beyond any terminal: a proxy for a fleet, or a replay, stays below it."""
STRANGER_RATE = Rate(100, 5_000, 64 << 10, 1 << 20)
"""Before anyone has signed on over the connection."""


class Receiver(Protocol):
    """What a connection hands its frames to; called in the loop's thread."""

    def received(self, frames: list[Frame]) -> None:
        """Take frames in their order."""

    def refused(self, refused: list[Refused]) -> None:
        """Take what the parser refused."""

    def lost(self) -> None:
        """Hear that the connection has ended; nothing can be sent any more."""


class Port(Protocol):
    """What a connection needs of its server; ``server.Server`` says what each member means."""

    loop: asyncio.AbstractEventLoop
    buffer: memoryview
    tap: Tap | None
    terminal_rate: Rate
    stranger_rate: Rate

    def make_receiver(self, connection: "Connection", /) -> Receiver: ...

    def admit(self, connection: "Connection") -> bool: ...

    def forget(self, connection: "Connection") -> None: ...

    def arrived(self, connection: "Connection", data: bytes) -> None: ...

    def take(self) -> None: ...


class Connection(asyncio.BufferedProtocol):
    """One TCP connection of a terminal."""

    __slots__ = (
        "_buffer",
        "_parser",
        "_partial_at",
        "_pauses",
        "_receiver",
        "_server",
        "_spare_bytes",
        "_spare_frames",
        "_swept",
        "_tap",
        "_tapped",
        "_transport",
        "bytes",
        "frames",
        "heard_s",
        "host",
        "partial",
        "port",
        "rate",
        "why_ended",
    )

    def __init__(self, server: Port) -> None:
        self._server = server
        self._buffer = server.buffer
        self._parser = FrameParser()
        self._transport: asyncio.Transport | None = None
        self._receiver: Receiver | None = None
        self._pauses: set[str] = set()
        self._tap = server.tap
        self._tapped = 0
        self.host = ""
        self.port = 0
        self.heard_s = 0.0  # a whole frame, by the loop's clock
        self.frames = 0  # whole ones received
        self.bytes = 0  # received
        self.partial = False  # a frame has begun and is not whole
        self.why_ended = ""  # the server's reason, empty if it did not end the connection
        self.rate = server.stranger_rate
        self._spare_frames = self.rate.frames_burst
        self._spare_bytes = self.rate.bytes_burst
        self._swept = (0, 0, 0.0)  # frames and bytes up to the last look, and its time
        self._partial_at: tuple[int, float] | None = None  # frames and time at which a frame was first seen begun

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - tells the type checker; TCP gives no other
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self.host, self.port = (str(peer[0]), int(peer[1])) if peer else ("?", 0)
        self.heard_s = self._server.loop.time()
        self._swept = (0, 0, self.heard_s)
        transport.set_write_buffer_limits(high=WRITE_BYTES)
        if not self._server.admit(self):
            self._tap = None
            transport.abort()
            return
        if self._tap is not None:
            self._tapped = self._tap.opened(f"{self.host}:{peer[1]}" if peer else "?")
        self._receiver = self._server.make_receiver(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            _log.debug("connection of %s ended: %s", self.host, exc)
        self._server.take()
        self._server.forget(self)
        if self._tap is not None:
            self._tap.closed(self._tapped)
        if self._receiver is not None:
            self._parser.close()
            if self._parser.refused:
                self._receiver.refused(self._parser.take_refused())
            self._receiver.lost()
            self._receiver = None

    def get_buffer(self, sizehint: int) -> memoryview:
        del sizehint
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        if self._receiver is None:
            return
        data = bytes(self._buffer[:nbytes])
        if self._tap is not None:
            self._tap.received(self._tapped, data)
        self._server.arrived(self, data)

    def take(self, data: bytes, now_s: float) -> None:
        """Parse what has come and hand the frames on."""
        receiver = self._receiver
        if receiver is None:
            return
        self.bytes += len(data)
        self.partial = data[-1] != _DELIMITER
        frames = self._parser.feed(data)
        if self._parser.refused:
            receiver.refused(self._parser.take_refused())
        if frames:  # what never makes a frame is silence: another protocol, or one byte now and then
            self.heard_s = now_s
            self.frames += len(frames)
            receiver.received(frames)

    def pause_writing(self) -> None:
        self.pause(_UNREAD)

    def resume_writing(self) -> None:
        self.resume(_UNREAD)

    def pause(self, why: str) -> None:
        """Read nothing more until every reason to pause has gone."""
        self._pauses.add(why)
        if self._transport is not None and len(self._pauses) == 1:
            self._transport.pause_reading()

    def resume(self, why: str) -> None:
        """Take back a reason to pause."""
        if why in self._pauses:
            self._pauses.discard(why)
            if self._transport is not None and not self._pauses:
                self.heard_s = self._server.loop.time()
                self._transport.resume_reading()

    @property
    def own_host(self) -> str:
        """Address of this machine that the terminal has reached, empty once the connection is gone."""
        name = self._transport.get_extra_info("sockname") if self._transport is not None else None
        return str(name[0]).removeprefix("::ffff:") if name else ""

    @property
    def held_back(self) -> bool:
        """Whether it is the platform that keeps the terminal from being heard."""
        return bool(self._pauses - {_UNREAD})

    def trust(self) -> None:
        """Let as much come over the connection as a terminal may send: somebody has signed on."""
        if self.rate is not self._server.terminal_rate:
            self.rate = self._server.terminal_rate
            self._spare_frames, self._spare_bytes = self.rate.frames_burst, self.rate.bytes_burst
            self._swept = (self.frames, self.bytes, self._server.loop.time())
            self.resume(_RATE)

    def too_fast(self, now_s: float) -> bool:
        """Return whether more has come than the rate allows, and if so have nothing more read until it is made up."""
        rate, (frames, size, before_s) = self.rate, self._swept
        self._swept = (self.frames, self.bytes, now_s)
        elapsed_s = now_s - before_s
        spare_frames = self._spare_frames + elapsed_s * rate.frames_per_s + frames - self.frames
        spare_bytes = self._spare_bytes + elapsed_s * rate.bytes_per_s + size - self.bytes
        self._spare_frames = min(rate.frames_burst, spare_frames)
        self._spare_bytes = min(rate.bytes_burst, spare_bytes)
        if spare_frames >= 0 and spare_bytes >= 0:
            if _RATE in self._pauses:
                self.resume(_RATE)
            return False
        fresh = _RATE not in self._pauses
        self.pause(_RATE)
        return fresh

    def ended_by(self, now_s: float, silent_since_s: float, mute_since_s: float, stall_s: float) -> str:
        """Return why the connection is to be given up, empty if it is not."""
        if self._pauses and self.held_back:
            return ""
        if self.heard_s < (silent_since_s if self.frames else mute_since_s):
            return IDLE
        if (self.partial or self._partial_at is not None) and self._stalled(now_s, stall_s):
            return STALLED
        return ""

    def _stalled(self, now_s: float, patience_s: float) -> bool:
        """Return whether one and the same frame has been coming for too long."""
        if not self.partial:
            self._partial_at = None
        elif self._partial_at is None or self._partial_at[0] != self.frames:
            self._partial_at = (self.frames, now_s)
        else:
            return now_s - self._partial_at[1] > patience_s
        return False

    def send(self, data: bytes) -> None:
        """Send bytes; they are dropped if the connection is closing."""
        if self._transport is not None and not self._transport.is_closing():
            if self._tap is not None:
                self._tap.sent(self._tapped, data)
            self._transport.write(data)

    def close(self, why: str = "") -> None:
        """End the connection after what was sent has left."""
        self.why_ended = self.why_ended or why
        if self._transport is not None:
            self._transport.close()

    def abort(self, why: str = "") -> None:
        """End the connection at once."""
        self.why_ended = self.why_ended or why
        if self._transport is not None:
            self._transport.abort()

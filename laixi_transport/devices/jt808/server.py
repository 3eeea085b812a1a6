"""The platform's side of the port: connections, their limits and their pauses. Knows bytes and frames, no database."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import NamedTuple, Protocol

from laixi_transport.devices.jt808.frame import Frame, FrameParser
from laixi_transport.devices.listening import cannot_listen
from laixi_transport.devices.tap import Tap
from laixi_transport.devices.wire.refusal import Refused

_log = logging.getLogger(__name__)

PORT_NAME = "jt808"
"""Of the terminals' port in captures."""
RECEIVE_BYTES = 1 << 16
"""Read at once; all connections of a server share the buffer, as the bytes are copied before the next read."""
TURN_READS, TURN_BYTES = 256, 1 << 20
"""Reads, and bytes of them, that are parsed before more is read in a turn of the loop: who stores must not rest."""
LONGEST_QUEUE = 1024
"""Connections that may wait to be accepted: a whole fleet comes back at once after a break."""
WRITE_BYTES = 1 << 18
"""A terminal that leaves more answers than this unread is not read from until it has taken them."""
_ACCEPT_TURNS = 8
"""Turns of the loop within which a socket that was accepted already becomes a connection."""
_UNREAD = "unread answers"
_DELIMITER = 0x7E
IDLE, STALLED = "idle", "stalled"
"""Why the server ends connections."""
_RATE = "rate"
SWEEP_S = 5.0
"""How often each connection is looked at, at least."""
SLICES = 10
"""Parts in which that is done: ten thousand connections at once would hold everybody up."""
STALL_S = 60.0
"""A frame that was begun must be whole by then: terminals send it at once, however slow their network is."""
MUTE_S = 120.0
"""A connection must have made a whole frame by then."""


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

    def __init__(self, server: "Server") -> None:
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


class Server:
    """Listens on a port and keeps the connections.

    idle_s    silence after which a connection is given up
    stall_s   time within which a frame that was begun must be whole
    mute_s    time within which a connection must have made a frame
    tap       hears all bytes, if there is one
    """

    def __init__(
        self,
        make_receiver: Callable[[Connection], Receiver],
        *,
        max_connections: int,
        idle_s: float,
        stall_s: float = STALL_S,
        mute_s: float = MUTE_S,
        terminal_rate: Rate = TERMINAL_RATE,
        stranger_rate: Rate = STRANGER_RATE,
        tap: Tap | None = None,
    ) -> None:
        self.make_receiver = make_receiver
        self.tap = tap
        self.buffer = memoryview(bytearray(RECEIVE_BYTES))
        self.connections: set[Connection] = set()
        self.turned_away = 0
        self.idle_closed = 0
        self.stalled_closed = 0
        self.throttled = 0
        self.terminal_rate = terminal_rate
        self.stranger_rate = stranger_rate
        self._stall_s = stall_s
        self._mute_s = mute_s
        self._to_sweep: list[Connection] = []
        self._slice = 1
        self._max_connections = max_connections
        self._idle_s = idle_s
        self._pauses: set[str] = set()
        self._arrived: list[tuple[Connection, bytes]] = []
        self._arrived_bytes = 0
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._one_gone = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop

    async def start(self, host: str, port: int) -> None:
        """Begin to listen; Problem if the address cannot be had."""
        self.loop = asyncio.get_running_loop()
        try:
            queue = min(LONGEST_QUEUE, self._max_connections)
            self._server = await self.loop.create_server(lambda: Connection(self), host, port, backlog=queue)
        except (OSError, OverflowError, UnicodeError) as error:
            raise cannot_listen(error, host, port) from error
        self._sweep()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None or not self._server.sockets:
            message = "the server is not listening"
            raise RuntimeError(message)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop_listening(self) -> None:
        """Take no more connections; those that are there go on."""
        if self._server is not None:
            # Sockets that are accepted already become connections first: asyncio would leave them open otherwise.
            with contextlib.suppress(NotImplementedError):  # the loop of Windows accepts in another way
                for listening in self._server.sockets:
                    self.loop.remove_reader(listening.fileno())
            for _ in range(_ACCEPT_TURNS):
                await asyncio.sleep(0)
            self._server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()

    async def stop(self) -> None:
        """Close all connections after what was sent to them has left, at most a second later."""
        await self.stop_listening()
        for connection in list(self.connections):
            connection.close()
        try:
            async with asyncio.timeout(1.0):
                await self._gone()
        except TimeoutError:
            for connection in list(self.connections):
                connection.abort()
            await self._gone()

    def pause(self, why: str) -> None:
        """Read from no connection, those to come included."""
        self._pauses.add(why)
        for connection in self.connections:
            connection.pause(why)

    def resume(self, why: str) -> None:
        """Take back a reason to pause."""
        self._pauses.discard(why)
        for connection in list(self.connections):
            connection.resume(why)

    def arrived(self, connection: Connection, data: bytes) -> None:
        """Take note of bytes; all of one turn of the loop are parsed together when its sockets have been read.

        Between two reads a processor has everything to do with the network in its caches and nothing of the parser:
        turn and turn about, parsing takes three times as long.
        """
        if not self._arrived:
            self.loop.call_soon(self.take)
        self._arrived.append((connection, data))
        self._arrived_bytes += len(data)
        if len(self._arrived) >= TURN_READS or self._arrived_bytes >= TURN_BYTES:
            self.take()

    def take(self) -> None:
        """Parse what has come and not been parsed yet, in its order."""
        arrived, self._arrived = self._arrived, []
        self._arrived_bytes = 0
        now_s = self.loop.time()
        for connection, data in arrived:
            connection.take(data, now_s)

    def admit(self, connection: Connection) -> bool:
        """Enter a new connection; False if there are too many."""
        if len(self.connections) >= self._max_connections:
            self.turned_away += 1
            return False
        self.connections.add(connection)
        for why in self._pauses:
            connection.pause(why)
        return True

    def forget(self, connection: Connection) -> None:
        """Strike out a connection that has ended."""
        self.connections.discard(connection)
        self._one_gone.set()

    async def _gone(self) -> None:
        while self.connections:
            self._one_gone.clear()
            await self._one_gone.wait()

    def _sweep(self) -> None:
        """Close connections without a whole frame for too long: terminals vanish without a word in tunnels.

        Who sends more than its rate is read more slowly: its own buffers fill, and nobody else waits for it. Each call
        looks at a part of the connections.
        """
        now_s = self.loop.time()
        silent_since_s = now_s - self._idle_s
        mute_since_s = now_s - min(self._idle_s, self._mute_s)
        if not self._to_sweep:
            self._to_sweep = list(self.connections)
            self._slice = len(self._to_sweep) // SLICES + 1
        part, self._to_sweep = self._to_sweep[-self._slice :], self._to_sweep[: -self._slice]
        for connection in part:
            if connection.too_fast(now_s):
                self.throttled += 1
                _log.info("%s sends more than a terminal does and is read more slowly", connection.host)
            why = connection.ended_by(now_s, silent_since_s, mute_since_s, self._stall_s)
            if why and connection in self.connections:
                if why == IDLE:
                    self.idle_closed += 1
                else:
                    self.stalled_closed += 1
                connection.abort(why)
        round_s = min(SWEEP_S, min(self._idle_s, self._stall_s, self._mute_s) / 10)
        self._sweeper = self.loop.call_later(max(round_s / SLICES, 0.005), self._sweep)

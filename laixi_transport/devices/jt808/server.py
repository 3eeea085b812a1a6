"""The platform's side of the port: connections, their limits and their pauses. Knows bytes and frames, no database."""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from typing import Protocol

from laixi_transport.devices.jt808.frame import Frame, FrameParser
from laixi_transport.devices.wire.refusal import Refused
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

_log = logging.getLogger(__name__)

RECEIVE_BYTES = 1 << 16
"""Read at once; all connections of a server share the buffer, as the bytes are parsed before the next read."""
LONGEST_QUEUE = 1024
"""Connections that may wait to be accepted: a whole fleet comes back at once after a break."""
WRITE_BYTES = 1 << 18
"""A terminal that leaves more answers than this unread is not read from until it has taken them."""
_UNREAD = "unread answers"


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

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._buffer = server.buffer
        self._parser = FrameParser()
        self._transport: asyncio.Transport | None = None
        self._receiver: Receiver | None = None
        self._pauses: set[str] = set()
        self.host = ""
        self.heard_s = 0.0  # by the loop's clock

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - tells the type checker; TCP gives no other
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self.host = str(peer[0]) if peer else "?"
        self.heard_s = self._server.loop.time()
        transport.set_write_buffer_limits(high=WRITE_BYTES)
        if not self._server.admit(self):
            transport.abort()
            return
        self._receiver = self._server.make_receiver(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            _log.debug("connection of %s ended: %s", self.host, exc)
        self._server.forget(self)
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
        receiver = self._receiver
        if receiver is None:
            return
        frames = self._parser.feed(bytes(self._buffer[:nbytes]))
        if self._parser.refused:
            receiver.refused(self._parser.take_refused())
        if frames:  # what never makes a frame is silence: another protocol, or one byte now and then
            self.heard_s = self._server.loop.time()
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
    def held_back(self) -> bool:
        """Whether it is the platform that keeps the terminal from being heard."""
        return bool(self._pauses - {_UNREAD})

    def send(self, data: bytes) -> None:
        """Send bytes; they are dropped if the connection is closing."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """End the connection after what was sent has left."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()


class Server:
    """Listens on a port and keeps the connections."""

    def __init__(self, make_receiver: Callable[[Connection], Receiver], *, max_connections: int, idle_s: float) -> None:
        self.make_receiver = make_receiver
        self.buffer = memoryview(bytearray(RECEIVE_BYTES))
        self.connections: set[Connection] = set()
        self.turned_away = 0
        self.idle_closed = 0
        self._max_connections = max_connections
        self._idle_s = idle_s
        self._pauses: set[str] = set()
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
            raise _cannot_listen(error, host, port) from error
        self._sweep()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None or not self._server.sockets:
            message = "the server is not listening"
            raise RuntimeError(message)
        return int(self._server.sockets[0].getsockname()[1])

    def stop_listening(self) -> None:
        """Take no more connections; those that are there go on."""
        if self._server is not None:
            self._server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()

    async def stop(self) -> None:
        """Close all connections after what was sent to them has left, at most a second later."""
        self.stop_listening()
        for connection in list(self.connections):
            connection.close()
        try:
            await asyncio.wait_for(self._gone(), 1.0)
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
        """Close connections without a whole frame for too long: terminals vanish without a word in tunnels."""
        silent_since_s = self.loop.time() - self._idle_s
        for connection in list(self.connections):
            if connection.heard_s < silent_since_s and not connection.held_back:
                self.idle_closed += 1
                connection.abort()
        self._sweeper = self.loop.call_later(max(self._idle_s / 10, 0.02), self._sweep)


def _cannot_listen(error: Exception, host: str, port: int) -> Problem:
    address = f"{host}:{port}"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "Another program is listening on {address} already. Stop it, or choose another port with --listen.",
            ),
            address=address,
        )
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM}:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "This account may not listen on {address}. Choose a port above 1023 with --listen."
            ),
            address=address,
        )
    if isinstance(error, socket.gaierror | OverflowError | UnicodeError) or (
        isinstance(error, OSError)
        # From Python 3.12 on asyncio tries every address and says only at the end that none would do.
        and (error.errno == errno.EADDRNOTAVAIL or "could not bind on any address" in str(error))
    ):
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "This machine has no address {address}. "
                "Give one of its own with --listen, or 0.0.0.0 for all, and a port from 1 to 65535.",
            ),
            address=address,
        )
    return Problem(
        QT_TRANSLATE_NOOP("Problem", "Cannot listen on {address}: {reason}."), address=address, reason=str(error)
    )

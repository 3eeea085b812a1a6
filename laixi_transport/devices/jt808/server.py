"""The platform's side of the port: its connections, their limits and their pauses. Knows bytes, no database."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from laixi_transport.devices.jt808.connection import (
    IDLE,
    STRANGER_RATE,
    TERMINAL_RATE,
    Connection,
    Rate,
    Receiver,
)
from laixi_transport.devices.listening import cannot_listen
from laixi_transport.devices.tap import Tap

_log = logging.getLogger(__name__)

PORT_NAME = "jt808"
"""Of the terminals' port in captures."""
RECEIVE_BYTES = 1 << 16
"""Read at once; all connections of a server share the buffer, as the bytes are copied before the next read."""
TURN_READS, TURN_BYTES = 256, 1 << 20
"""Reads, and bytes of them, that are parsed before more is read in a turn of the loop: who stores must not rest."""
LONGEST_QUEUE = 1024
"""Connections that may wait to be accepted: a whole fleet comes back at once after a break."""
_ACCEPT_TURNS = 8
"""Turns of the loop within which a socket that was accepted already becomes a connection."""
SWEEP_S = 5.0
"""How often each connection is looked at, at least."""
SLICES = 10
"""Parts in which that is done: ten thousand connections at once would hold everybody up."""
STALL_S = 60.0
"""A frame that was begun must be whole by then: terminals send it at once, however slow their network is."""
MUTE_S = 120.0
"""A connection must have made a whole frame by then."""


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

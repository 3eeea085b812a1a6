"""The port that terminals bring their video to, TCP and UDP under one number (JT/T 1078-2016 5.5.1 to 5.5.3).

A link says which stream it carries in every packet; it needs no other greeting and no answer. Live video and recordings
of one channel look alike: who wants both at once has a server for each, as 9101 and 9201 name the port.
"""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from laixi_transport.devices.jt1078.hub import Hub, Stream
from laixi_transport.devices.jt1078.packet import Packet, StreamParser, parse_packet
from laixi_transport.devices.jt1078.subscription import StreamKey
from laixi_transport.devices.listening import cannot_listen
from laixi_transport.devices.tap import Tap
from laixi_transport.devices.wire.refusal import Refusal, Refused

_log = logging.getLogger(__name__)

PORT_NAME, DATAGRAM_PORT_NAME = "jt1078", "jt1078-udp"
"""Of the port in captures."""
RECEIVE_BYTES = 1 << 17
DATAGRAM_BUFFER_BYTES = 4 << 20
"""Asked of the system: a key frame of eight cameras comes at once."""
JUNK_BYTES = 1 << 20
"""A link that brings so much without a packet in it is ended: looking for one costs time."""
STREAMS_A_LINK = 16
FIRST_S = 10.0
"""A terminal begins to send as soon as it has its link."""
PATIENCE_S = 0.2
"""How long a datagram may be waited for."""
_PORT_TRIES = 8


class StreamServer:
    """Takes streams in and hands their pictures to the subscribers of ``hub``.

    max_connections  TCP links at the same time; more are turned away
    idle_s           a link or a stream without a whole packet for so long is ended
    first_s          a link that has brought no stream by then is ended: links are few, and strangers would hold them
    on_refused       told of bytes that are no packets and of streams that are not wanted, with the peer's address
    tap, datagram_tap  hear what comes, for a capture
    """

    def __init__(
        self,
        hub: Hub,
        *,
        max_connections: int = 256,
        idle_s: float = 30.0,
        first_s: float = FIRST_S,
        on_refused: Callable[[str, Refused], None] | None = None,
        tap: Tap | None = None,
        datagram_tap: Tap | None = None,
    ) -> None:
        self.hub = hub
        self.tap = tap
        self.datagram_tap = datagram_tap
        self.links: set[Link] = set()
        self.turned_away = 0
        self.idle_closed = 0
        self.refused: Counter[Refusal] = Counter()
        self.buffer = memoryview(bytearray(RECEIVE_BYTES))
        self._max_connections = max_connections
        self._idle_s = idle_s
        self._first_s = first_s
        self._on_refused = on_refused
        self._server: asyncio.Server | None = None
        self._datagrams: Datagrams | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._open = 0  # transports, of links that were turned away too
        self._gone = asyncio.Event()
        self.loop: asyncio.AbstractEventLoop

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None or not self._server.sockets:
            raise RuntimeError("the server is not listening")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, host: str, port: int, *, datagrams: bool = True) -> None:
        """Begin to listen; Problem if the address cannot be had.

        port  0: any that is free in TCP and UDP
        """
        self.loop = asyncio.get_running_loop()
        for attempt in range(_PORT_TRIES):
            try:
                self._server = await self.loop.create_server(lambda: Link(self), host, port)
                if datagrams:
                    await self._receive_datagrams(host)
            except (OSError, OverflowError, UnicodeError) as error:
                if self._server is not None:
                    self._server.close()
                    self._server = None
                if port or attempt == _PORT_TRIES - 1:
                    raise cannot_listen(error, host, port) from error
            else:
                break
        self._sweep()

    async def _receive_datagrams(self, host: str) -> None:
        transport, protocol = await self.loop.create_datagram_endpoint(
            lambda: Datagrams(self), local_addr=(host, self.port)
        )
        sock = transport.get_extra_info("socket")
        with suppress(OSError):  # the system gives what it will
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, DATAGRAM_BUFFER_BYTES)
        self._datagrams = protocol

    async def stop(self) -> None:
        """End all links and let subscribers with queues go."""
        if self._server is not None:
            self._server.close()
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._datagrams is not None:
            self._datagrams.close()
        for link in list(self.links):
            link.abort()
        while self._open:
            self._gone.clear()
            await self._gone.wait()
        self.hub.close()

    def opened(self) -> None:
        """Note that a transport is there."""
        self._open += 1

    def closed(self) -> None:
        """Note that a transport is gone."""
        self._open -= 1
        self._gone.set()

    def admit(self, link: "Link") -> bool:
        """Enter a new link; False if there are too many."""
        if len(self.links) >= self._max_connections:
            self.turned_away += 1
            return False
        self.links.add(link)
        return True

    def forget(self, link: "Link") -> None:
        """Strike out a link that has ended."""
        self.links.discard(link)

    def refuse(self, peer: str, refused: Refused) -> None:
        """Count bytes that were not accepted, and tell."""
        self.refused[refused.reason] += 1
        if self._on_refused is not None:
            self._on_refused(peer, refused)

    def _sweep(self) -> None:
        now_s = self.loop.time()
        for link in list(self.links):
            if link.heard_s < now_s - (self._idle_s if link.streaming else min(self._idle_s, self._first_s)):
                self.idle_closed += 1
                link.abort()
        if self._datagrams is not None:
            self._datagrams.sweep(now_s, self._idle_s)
        pause_s = min(max(min(self._idle_s, self._first_s) / 10, 0.02), PATIENCE_S / 2)
        self._sweeper = self.loop.call_later(pause_s, self._sweep)


class Link(asyncio.BufferedProtocol):
    """One TCP connection."""

    def __init__(self, server: StreamServer) -> None:
        self._server = server
        self._parser = StreamParser()
        self._transport: asyncio.Transport | None = None
        self._streams: dict[tuple[bytes, int], Stream] = {}
        self._tap = server.tap
        self._tapped = 0
        self._strange = 0  # bytes since the last packet
        self.peer = "?"
        self.heard_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - tells the type checker; TCP gives no other
        self._transport = transport
        self._server.opened()
        name = transport.get_extra_info("peername")
        self.peer = f"{name[0]}:{name[1]}" if name else "?"
        self.heard_s = self._server.loop.time()
        if not self._server.admit(self):
            self._tap = None
            transport.abort()
        elif self._tap is not None:
            self._tapped = self._tap.opened(self.peer)

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None:
            _log.debug("link of %s ended: %s", self.peer, exc)
        if self._tap is not None:
            self._tap.closed(self._tapped)
        if self in self._server.links:
            self._put(self._parser.close())
            self._tell_refused()
            for stream in self._streams.values():
                self._server.hub.end(stream)
            self._server.forget(self)
        self._streams.clear()
        self._server.closed()

    def get_buffer(self, sizehint: int) -> memoryview:
        del sizehint
        return self._server.buffer

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(self._server.buffer[:nbytes])
        if self._tap is not None:
            self._tap.received(self._tapped, data)
        packets = self._parser.feed(data)
        if self._parser.refused:
            self._tell_refused()
        self._strange += nbytes
        if packets:
            self._strange = 0
            self.heard_s = self._server.loop.time()
            self._put(packets)
        elif self._strange > JUNK_BYTES:
            _log.info("the link of %s ends: %d bytes without a packet", self.peer, self._strange)
            self.abort()

    @property
    def streaming(self) -> bool:
        """Whether a stream that is wanted has come over it."""
        return bool(self._streams)

    def replaced(self, key: StreamKey) -> None:
        """End the link: its stream comes over another now, so this one is a leftover of a lost radio link."""
        _log.info("stream of %s channel %s comes over another link, that of %s ends", *key, self.peer)
        self.abort()

    def dropped(self, key: StreamKey) -> None:
        """End the link: nobody wants its stream any more, and the terminal goes on sending it."""
        _log.info("stream of %s channel %s is not wanted any more, the link of %s ends", *key, self.peer)
        self.abort()

    def abort(self) -> None:
        """End the link at once."""
        if self._transport is not None:
            self._transport.abort()

    def _put(self, packets: list[Packet]) -> None:
        hub, now_s = self._server.hub, self._server.loop.time()
        for packet in packets:
            which = (packet.address, packet.channel)
            stream = self._streams.get(which)
            if stream is None:
                if self._transport is not None and self._transport.is_closing():
                    return
                begun = self._begin(packet, now_s)
                if isinstance(begun, Refusal):
                    self._server.refuse(self.peer, Refused(begun, packet.sim.encode()))
                    self.abort()
                    return
                stream = self._streams[which] = begun
            elif hub.streams.get(stream.key) is not stream:
                return  # another link has it
            hub.put(stream, packet, now_s)

    def _begin(self, packet: Packet, now_s: float) -> Stream | Refusal:
        if len(self._streams) >= STREAMS_A_LINK:
            return Refusal.OVERLOAD
        return self._server.hub.begin(StreamKey(packet.phone, packet.channel), self, now_s, datagrams=False)

    def _tell_refused(self) -> None:
        for refused in self._parser.take_refused():
            self._server.refuse(self.peer, refused)


class Datagrams(asyncio.DatagramProtocol):
    """The UDP side of the port; every stream has an origin of its own in it."""

    def __init__(self, server: StreamServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None
        self._streams: dict[tuple[bytes, int], Stream] = {}
        self._tap = server.datagram_tap
        self._tapped: dict[str, int] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)  # which asyncio's own does not derive from
        self._server.opened()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._server.closed()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        server, peer = self._server, f"{addr[0]}:{addr[1]}"
        if self._tap is not None:
            self._hear(peer, data)
        packet = parse_packet(data)
        if isinstance(packet, Refusal):
            server.refuse(peer, Refused(packet, data[:64]))
            return
        now_s = server.loop.time()
        which = (packet.address, packet.channel)
        stream = self._streams.get(which)
        if stream is None:
            key = StreamKey(packet.phone, packet.channel)
            begun = server.hub.begin(key, _Source(self, which, peer), now_s, datagrams=True)
            if isinstance(begun, Refusal):
                server.refuse(peer, Refused(begun, packet.sim.encode()))
                return
            stream = self._streams[which] = begun
        server.hub.put(stream, packet, now_s)

    def error_received(self, exc: Exception) -> None:
        _log.debug("datagrams: %s", exc)

    def sweep(self, now_s: float, idle_s: float) -> None:
        """Wait no longer for what is late, and end streams that have fallen silent."""
        for which, stream in list(self._streams.items()):
            if stream.heard_s < now_s - PATIENCE_S:
                self._server.hub.flush(stream)
            if stream.heard_s < now_s - idle_s:
                self._server.idle_closed += 1
                self._server.hub.end(stream)
                del self._streams[which]

    def drop(self, which: tuple[bytes, int]) -> None:
        """Forget a stream that comes over another link."""
        self._streams.pop(which, None)

    def close(self) -> None:
        """Listen no longer."""
        for stream in self._streams.values():
            self._server.hub.end(stream)
        self._streams.clear()
        for tapped in self._tapped.values():
            if self._tap is not None:
                self._tap.closed(tapped)
        if self._transport is not None:
            self._transport.close()

    def _hear(self, peer: str, data: bytes) -> None:
        assert self._tap is not None  # noqa: S101 - the caller has looked
        if peer not in self._tapped:
            if len(self._tapped) >= self._server.hub.max_streams:
                oldest = next(iter(self._tapped))
                self._tap.closed(self._tapped.pop(oldest))
            self._tapped[peer] = self._tap.opened(peer)
        self._tap.received(self._tapped[peer], data)


class _Source:
    """Where a stream of datagrams comes from."""

    def __init__(self, datagrams: Datagrams, which: tuple[bytes, int], peer: str) -> None:
        self.peer = peer
        self._datagrams = datagrams
        self._which = which

    def replaced(self, key: StreamKey) -> None:
        del key
        self._datagrams.drop(self._which)

    def dropped(self, key: StreamKey) -> None:
        self.replaced(key)

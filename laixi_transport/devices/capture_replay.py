"""Sends what terminals sent in a capture once more, to any server, connection by connection.

Nothing is waited for but the time: what the server answers is read and counted. So a fault of the field is run again
exactly as often as is needed.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from laixi_transport.devices.capture import Captured, Event
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

_log = logging.getLogger(__name__)

LINGER_S = 5.0
"""How long a connection is read from after its last byte was sent, unless the server ends it before."""
STUCK_S = 30.0
"""A connection whose server takes nothing for so long is given up."""
_AHEAD = 64  # pieces of a connection that wait to be sent
_READ_BYTES = 1 << 16


@dataclass(slots=True)
class ReplayCounts:
    """What a replay did."""

    connections: int = 0
    failed: int = 0  # connections that the server did not take, or gave up before everything was sent
    bytes_sent: int = 0
    bytes_unsent: int = 0
    bytes_answered: int = 0


@dataclass(slots=True)
class _Line:
    """One connection being replayed."""

    peer: str
    queue: "asyncio.Queue[bytes | None]" = field(default_factory=lambda: asyncio.Queue(_AHEAD))
    task: "asyncio.Task[None] | None" = None
    ended: bool = False

    def has_ended(self) -> bool:
        """Whether it takes nothing any more; asked anew after every wait."""
        return self.ended


@dataclass(slots=True)
class _Server:
    """Whom the bytes go to, and what became of the first connection to it."""

    host: str
    port: int
    tried: asyncio.Event = field(default_factory=asyncio.Event)
    failure: OSError | None = None

    def note(self, failure: OSError | None) -> None:
        """Keep what became of a connection, if it was the first."""
        if not self.tried.is_set():
            self.failure = failure
            self.tried.set()

    async def check(self) -> None:
        """Wait for the first connection; Problem if it was not taken."""
        await self.tried.wait()
        if self.failure is not None:
            number = self.failure.errno
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "No gateway answers at {host}:{port} ({reason}). Start it or correct the address."
                ),
                host=self.host,
                port=self.port,
                reason=os.strerror(number) if number and number > 0 else str(self.failure) or "no answer",
            ) from self.failure


async def replay(
    records: Iterable[Captured],
    host: str,
    port: int,
    *,
    speed: float | None = None,
    ports: frozenset[str] = frozenset(),
    linger_s: float = LINGER_S,
    stuck_s: float = STUCK_S,
    clock: Callable[[], float] = time.monotonic,
) -> ReplayCounts:
    """Send the received bytes of every connection over a connection of its own.

    speed     times as fast as it was, None: as fast as the server takes it; order within a connection is kept
    ports     names of the ports to replay, none: all
    linger_s  how long the server's last answers are read

    Raises Problem if the server does not take the first connection: a replay in the pace of the capture would else
    go on for hours without anybody to hear it. Those that fail later are counted.
    """
    counts = ReplayCounts()
    server = _Server(host, port)
    lines: dict[int, _Line] = {}
    tasks: set[asyncio.Task[None]] = set()
    first_us: int | None = None
    begin_s = clock()
    for record in records:
        if ports and record.port not in ports:
            continue
        if first_us is None:
            first_us = record.time_us
        if speed is not None:
            await _until(begin_s + (record.time_us - first_us) / 1e6 / speed, clock)
        line = lines.get(record.connection)
        if line is not None and line.peer != record.peer:  # another capture, which counts from 1 again
            await _hand(lines.pop(record.connection), None, counts, stuck_s)
            line = None
        if line is None and record.event in {Event.OPENED, Event.RECEIVED}:
            line = lines[record.connection] = _Line(record.peer)
            counts.connections += 1
            speak = _speak_datagrams if record.datagrams else _speak
            line.task = asyncio.create_task(speak(line, server, counts, linger_s))
            tasks.add(line.task)
            line.task.add_done_callback(tasks.discard)
            await server.check()
        if line is None:
            continue
        if record.event == Event.RECEIVED:
            await _hand(line, record.data, counts, stuck_s)
        elif record.event == Event.CLOSED:
            await _hand(line, None, counts, stuck_s)
            del lines[record.connection]
    for line in lines.values():  # those that were open when the capture ended
        await _hand(line, None, counts, stuck_s)
    if tasks:
        await asyncio.wait(tasks, timeout=stuck_s + linger_s)
    for task in tuple(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return counts


async def _hand(line: _Line, data: bytes | None, counts: ReplayCounts, stuck_s: float) -> None:
    """Give a connection its next piece; None is its end. One that has ended, or ends meanwhile, takes nothing."""
    if not line.has_ended():
        try:
            if line.queue.full():
                await asyncio.wait_for(line.queue.put(data), stuck_s)
            else:
                line.queue.put_nowait(data)
        except TimeoutError:
            _log.info("a connection took nothing for %.0f s and is given up", stuck_s)
            counts.failed += 1
            if line.task is not None:
                line.task.cancel()
        else:
            if line.has_ended():  # while this waited
                counts.bytes_unsent += _drop(line)
            return
    counts.bytes_unsent += len(data or b"")


async def _speak(line: _Line, server: _Server, counts: ReplayCounts, linger_s: float) -> None:
    """Send the pieces of one connection."""
    unsent = 0
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(server.host, server.port), STUCK_S)
    except OSError as error:
        _log.info("a connection to %s:%d was not taken: %s", server.host, server.port, error)
        server.note(error)
        counts.failed += 1
        counts.bytes_unsent += _drop(line)
        return
    server.note(None)
    listening = asyncio.create_task(_listen(reader, counts))
    try:
        while (data := await line.queue.get()) is not None:
            unsent = len(data)
            writer.write(data)
            await writer.drain()
            counts.bytes_sent += unsent
            unsent = 0
        # The other side must have read everything before the connection goes: one that is closed with answers unread
        # takes with it what was sent last.
        if writer.can_write_eof():
            writer.write_eof()
        await asyncio.wait((listening,), timeout=linger_s)
    except OSError as error:
        _log.info("a connection ended before everything was sent: %s", error)
        counts.failed += 1
    finally:
        counts.bytes_unsent += unsent + _drop(line)
        listening.cancel()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _listen(reader: asyncio.StreamReader, counts: ReplayCounts) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_READ_BYTES):
            counts.bytes_answered += len(data)


class _Ears(asyncio.DatagramProtocol):
    def __init__(self, counts: ReplayCounts) -> None:
        self._counts = counts

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        self._counts.bytes_answered += len(data)

    def error_received(self, exc: Exception) -> None:
        _log.debug("a datagram was not taken: %s", exc)


async def _speak_datagrams(line: _Line, server: _Server, counts: ReplayCounts, linger_s: float) -> None:
    """Send the datagrams of one peer."""
    del linger_s  # nobody tells the end
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ears(counts), remote_addr=(server.host, server.port)
        )
    except OSError as error:
        _log.info("datagrams to %s:%d cannot be sent: %s", server.host, server.port, error)
        server.note(error)
        counts.failed += 1
        counts.bytes_unsent += _drop(line)
        return
    server.note(None)
    try:
        while (data := await line.queue.get()) is not None:
            transport.sendto(data)
            counts.bytes_sent += len(data)
    finally:
        counts.bytes_unsent += _drop(line)
        transport.close()


def _drop(line: _Line) -> int:
    """Take no more and return the bytes that wait in vain."""
    line.ended = True
    unsent = 0
    while not line.queue.empty():
        unsent += len(line.queue.get_nowait() or b"")
    return unsent


async def _until(due_s: float, clock: Callable[[], float]) -> None:
    wait_s = due_s - clock()
    if wait_s > 0:
        await asyncio.sleep(wait_s)

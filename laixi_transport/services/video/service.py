"""The port for video of terminals: takes in what was asked for and hands whole pictures to whoever watches.

A terminal brings a stream because it was told to by a command (9101, 9201), so streams are expected from when such a
command leaves until the one that ends it (9102, 9202). Whoever else comes is turned away and counted. When the last who
watched has left, the terminal is told to end the stream; so it is after a while with one that nobody ever watched.
"""

import asyncio
import dataclasses
import logging
import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Any, NamedTuple

from laixi_transport.devices.jt1078.access_unit import AccessUnit
from laixi_transport.devices.jt1078.hub import Hub, Stream
from laixi_transport.devices.jt1078.packet import Packet
from laixi_transport.devices.jt1078.server import DATAGRAM_PORT_NAME, PORT_NAME, StreamServer
from laixi_transport.devices.jt1078.subscription import StreamKey, Subscription, UnitQueue
from laixi_transport.devices.tap import TapMaker
from laixi_transport.devices.wire.refusal import Refusal, Refused
from laixi_transport.domain.command import CommandEntry, CommandState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import utc_now
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.domain.video import VideoStream
from laixi_transport.services.commands.executor import Line
from laixi_transport.services.commands.form import Command
from laixi_transport.services.commands.service import EXPIRES_S, CommandService
from laixi_transport.services.commands.video_commands import ControlVideo, PlayRecording, StartVideo, StopPlaying
from laixi_transport.services.video.wanted import Wanted, WantedStreams

_log = logging.getLogger(__name__)

USUAL_PORT = 1078
PATIENCE_S = 60.0
"""A stream must have begun so long after the terminal has said that it will, and be back so long after a lost link."""
LINGER_S = 3.0
"""Between the last who leaves and the command that ends the stream: who turns a page comes back."""
UNWATCHED_S = 300.0
"""A stream that nobody watches costs a vehicle's radio contract as much as any other."""
GRACE_S = 10.0
"""A terminal that was told to end a stream may go on so long before its link is cut."""
SWEEP_S = 1.0
ENDED_KEPT = 32


class _Begun(NamedTuple):
    """What is remembered of a stream that is coming in."""

    phone: str
    recorded: bool
    since: datetime


class Watch:
    """One who watches a stream; any thread."""

    def __init__(self, video: "VideoService") -> None:
        self._video = video
        self._ended = False
        self.subscription: Subscription | None = None  # once it was entered in the loop; it counts what was lost

    def begin(self, make: Callable[[], Subscription]) -> None:
        """Enter the subscription; in the loop's thread."""
        if not self._ended:
            self.subscription = make()

    def end(self) -> None:
        """Watch no longer. A picture that is being handed over may still come."""
        self._video.call(self._end)

    def _end(self) -> None:
        self._ended = True
        if self.subscription is not None:
            self.subscription.cancel()


class VideoService:
    """Lives in the gateway's loop; ``subscribe``, ``stop`` and ``streams`` may be called from any thread.

    commands        the seat that ends streams
    find            returns the terminal of the register with a phone
    listen          host and port; None: there is no port for video, and nothing is expected
    required        whether a port that cannot be had is a Problem; otherwise there is no video, and the log says so
    public_address  that terminals are told; empty: the one of this machine that the terminal itself has reached
    tap             makes what hears all bytes, for a capture
    tell            told why a stream or its bytes were refused, with the peer's address and the SIM
    """

    def __init__(
        self,
        commands: CommandService,
        find: Callable[[str], Terminal | None],
        listen: tuple[str, int] | None,
        *,
        required: bool = True,
        public_address: str = "",
        tell: Callable[[Refused, str, str], None] | None = None,
        tap: TapMaker | None = None,
        patience_s: float = PATIENCE_S,
        linger_s: float = LINGER_S,
        unwatched_s: float = UNWATCHED_S,
        grace_s: float = GRACE_S,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.hub = Hub(admit=self._admit, on_begin=self._begun, on_end=self._over, on_unwatched=self._unwatched_for_now)
        self.server = StreamServer(
            self.hub,
            on_refused=self._refused,
            tap=tap(PORT_NAME) if tap is not None else None,
            datagram_tap=tap(DATAGRAM_PORT_NAME, datagrams=True) if tap is not None else None,
        )
        self._commands = commands
        self._find = find
        self._listen = listen
        self._required = required
        self._public_address = public_address
        self._tell = tell
        self._patience_s = patience_s
        self._linger_s = linger_s
        self._unwatched_s = unwatched_s
        self._grace_s = grace_s
        self._now = now
        self._wanted = WantedStreams()
        self._coming: dict[StreamKey, _Begun] = {}
        self._alone: dict[StreamKey, float] = {}  # streams that nobody watches, and since when
        self._ended: deque[VideoStream] = deque(maxlen=ENDED_KEPT)
        self._running = False
        self._thread = 0
        self._sweeper: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop

    async def start(self) -> None:
        """Begin to listen; Problem if the address cannot be had and is required."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        if self._listen is None:
            return
        try:
            await self.server.start(*self._listen)
        except Problem as problem:
            if self._required:
                raise
            _log.warning("there is no video: %s", problem)
            return
        self._running = True
        self._sweep()

    async def stop(self) -> None:
        """End all links and let who waits in a queue go."""
        if not self._running:
            return
        self._running = False
        if self._sweeper is not None:
            self._sweeper.cancel()
        await self.server.stop()

    @property
    def port(self) -> int:
        """The port that is listened on, TCP and UDP; 0 if there is none."""
        return self.server.port if self._running else 0

    # Who watches

    def subscribe(
        self,
        phone: str,
        channel: int,
        take: Callable[[AccessUnit], bool],
        *,
        hear: Callable[[Packet], None] | None = None,
    ) -> Watch:
        """Watch a stream, there already or not; it is a command that makes a terminal send it.

        take  called in the loop's thread with each picture, from a key frame on; returns whether it was taken, must not
              wait. What it does not take is lost to this watcher up to the next key frame.
        hear  the same with packets of sound and transparent data
        """
        watch = Watch(self)
        self.call(lambda: watch.begin(lambda: self.hub.subscribe(phone, channel, take, hear=hear)))
        return watch

    def watch(self, phone: str, channel: int, *, max_units: int = 50) -> tuple[Subscription, UnitQueue]:
        """Watch a stream through a bounded queue; in the loop's thread. Cancelling the subscription closes it."""
        return self.hub.watch(phone, channel, max_units=max_units)

    def stop_stream(self, phone: str, channel: int) -> None:
        """Have a terminal told to end a stream that it was told to send."""
        key = StreamKey(phone.lstrip("0"), channel)
        self.call(lambda: self._stop(key))

    def streams(self) -> tuple[VideoStream, ...]:
        """Return the streams that are coming in, and the last ones that are over."""
        coming = [self._described(stream, None) for stream in list(self.hub.streams.values())]
        return (*coming, *reversed(list(self._ended)))

    def numbers(self) -> list[dict[str, Any]]:
        """Return the streams as JSON values."""
        return [stream.numbers() for stream in self.streams()]

    @property
    def refused(self) -> Counter[Refusal]:
        """Streams and bytes that were not taken, by reason."""
        return self.server.refused

    def call(self, work: Callable[[], None]) -> None:
        """Have something done in the loop: at once in its thread, soon from another."""
        if threading.get_ident() == self._thread:
            work()
            return
        try:
            self._loop.call_soon_threadsafe(work)
        except RuntimeError:  # the loop has ended, and all streams with it
            _log.debug("the gateway has ended: there is no video any more")

    # What the executor of commands calls

    def completed(self, command: Command, line: Line) -> Command:
        """Return a command with the address of this port, where the operator has given none."""
        if not isinstance(command, StartVideo | PlayRecording):
            return command
        server, port = command.server, USUAL_PORT
        if not server:
            if not self.port:
                raise Problem(
                    QT_TRANSLATE_NOOP(
                        "Problem",
                        "The gateway takes no video. Start it with --video, or give the address of another server.",
                    )
                )
            server, port = self._public_address or line.own_host, self.port
        tcp_port = command.tcp_port if command.tcp_port or command.udp_port else port
        return dataclasses.replace(command, server=server, tcp_port=tcp_port)

    def leaves(self, command: Command, line: Line, by: str) -> None:
        """Expect a stream before the terminal is told to send it, and no longer once it is told to end it."""
        if isinstance(command, StartVideo | PlayRecording):
            if self.port not in {command.tcp_port, command.udp_port} or not self.port:
                return  # to another server; by its port, as this one may be reached by many names
            key = StreamKey(line.phone.lstrip("0"), command.channel)
            until_s = self._loop.time() + self._patience_s
            recorded = isinstance(command, PlayRecording)
            coming = key in self.hub.streams
            self._wanted.add(Wanted(key, line.phone, line.terminal_id, recorded, by, until_s, coming))
            self._alone.pop(key, None)
        elif isinstance(command, StopPlaying) or (
            isinstance(command, ControlVideo) and command.control == 0 and command.closes == 0
        ):
            key = StreamKey(line.phone.lstrip("0"), command.channel)
            if self._wanted.remove(key) is not None:
                self._loop.call_later(self._grace_s, self._cut, key)

    def settled(self, command: Command, line: Line, state: CommandState) -> None:
        """Expect nothing of a terminal that will not send, and give time from now on to one that will."""
        if isinstance(command, StartVideo | PlayRecording):
            key = StreamKey(line.phone.lstrip("0"), command.channel)
            wanted = self._wanted.get(key)
            if wanted is None or wanted.coming:
                return
            if state is CommandState.FAILED:
                self._wanted.remove(key)
            else:
                wanted.until_s = self._loop.time() + self._patience_s

    # What the hub and the server call

    def _admit(self, told: StreamKey) -> StreamKey | Refusal:
        wanted = self._wanted.find(told, self._loop.time())
        if wanted is None:
            return Refusal.UNKNOWN_TERMINAL if self._find(told.phone) is None else Refusal.NOT_ASKED
        return wanted.key if self._find(wanted.phone) is not None else Refusal.UNKNOWN_TERMINAL

    def _begun(self, stream: Stream) -> None:
        key = stream.key
        wanted = self._wanted.get(key)
        if wanted is not None:
            wanted.coming = True
            self._coming[key] = _Begun(wanted.phone, wanted.recorded, self._now())
        if not self.hub.watchers(key):
            self._alone[key] = self._loop.time()
        _log.info("stream of %s channel %d begins, from %s", *key, stream.origin.peer)

    def _over(self, stream: Stream) -> None:
        key = stream.key
        self._ended.append(self._described(stream, self._now()))
        self._coming.pop(key, None)
        self._alone.pop(key, None)
        wanted = self._wanted.get(key)
        if wanted is not None:
            wanted.coming = False
            wanted.until_s = self._loop.time() + self._patience_s
        _log.info("stream of %s channel %d is over: %s", *key, stream.counters)

    def _unwatched_for_now(self, key: StreamKey) -> None:
        if self._running and self._wanted.get(key) is not None:
            self._alone[key] = self._loop.time()
            self._loop.call_later(self._linger_s, self._left, key)

    def _left(self, key: StreamKey) -> None:
        if self._running and not self.hub.watchers(key):
            self._stop(key)

    def _refused(self, peer: str, refused: Refused) -> None:
        if self._tell is not None:
            told = refused.reason in {Refusal.UNKNOWN_TERMINAL, Refusal.NOT_ASKED}
            self._tell(refused, peer.rpartition(":")[0], refused.data.decode(errors="replace") if told else "")

    # Ending streams

    def _stop(self, key: StreamKey) -> None:
        wanted = self._wanted.get(key)
        if wanted is None or self._loop.time() < wanted.ending_s + EXPIRES_S:
            return
        wanted.ending_s = self._loop.time()
        command = StopPlaying(channel=key.channel) if wanted.recorded else ControlVideo(channel=key.channel)
        try:
            self._commands.send(wanted.terminal_id, command, by=wanted.by).add_done_callback(_look)
        except RuntimeError:  # closed
            _log.info("the database is closed: nobody is told to end a stream")

    def _cut(self, key: StreamKey) -> None:
        if self._running and self._wanted.get(key) is None:
            self.hub.drop(key)

    def _sweep(self) -> None:
        now_s = self._loop.time()
        for late in self._wanted.expire(now_s):
            _log.info("no stream came of %s channel %d", *late.key)
        for key, since_s in list(self._alone.items()):
            if self.hub.watchers(key) or key not in self.hub.streams:
                del self._alone[key]
            elif now_s - since_s > self._unwatched_s:
                self._stop(key)
        self._sweeper = self._loop.call_later(min(SWEEP_S, self._patience_s, self._unwatched_s), self._sweep)

    def _described(self, stream: Stream, until: datetime | None) -> VideoStream:
        key, counters = stream.key, stream.counters
        begun = self._coming.get(key) or _Begun(key.phone, False, self._now())
        return VideoStream(
            phone=begun.phone,
            channel=key.channel,
            recorded=begun.recorded,
            peer=stream.origin.peer,
            datagrams=stream.window is not None,
            since=begun.since,
            until=until,
            watchers=self.hub.watchers(key),
            packets=counters.packets,
            units=counters.units,
            key_units=counters.key_units,
            damaged=counters.damaged,
            skipped=counters.skipped,
            lost_packets=counters.lost_packets,
            late_packets=counters.late_packets,
            other_packets=counters.other_packets,
        )


def _look(future: "Future[CommandEntry]") -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("a terminal could not be told to end a stream", exc_info=error)

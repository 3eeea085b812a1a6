"""Where streams and those who watch them meet; knows nothing of links."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from laixi_transport.devices.jt1078.access_unit import AccessUnit, Assembler, StreamCounters
from laixi_transport.devices.jt1078.numbering import ReorderWindow
from laixi_transport.devices.jt1078.packet import Packet
from laixi_transport.devices.jt1078.subscription import StreamKey, Subscription, UnitQueue
from laixi_transport.devices.wire.refusal import Refusal


class Origin(Protocol):
    """The link that a stream comes over."""

    peer: str

    def replaced(self, key: StreamKey) -> None:
        """Hear that the stream comes over another link now."""

    def dropped(self, key: StreamKey) -> None:
        """Hear that the stream is not wanted any more."""


@dataclass(slots=True)
class Stream:
    """A stream that is coming in."""

    key: StreamKey
    origin: Origin
    since_s: float  # by the loop's clock
    heard_s: float
    assembler: Assembler
    window: ReorderWindow | None  # where packets may overtake each other

    @property
    def counters(self) -> StreamCounters:
        """What came of it so far."""
        counters = self.assembler.counters
        if self.window is not None:
            counters.late_packets = self.window.late
        return counters


@dataclass(slots=True)
class Hub:
    """The streams of a server by terminal and channel.

    admit      asked for each stream that begins: returns the key under which it is wanted, which may have more digits
               than the packets had room for, or why it is not; all are wanted if it is None
    on_begin, on_end  told of streams
    on_unwatched      told when the last subscription of a stream has ended
    max_streams       at the same time; others are refused
    """

    admit: Callable[[StreamKey], StreamKey | Refusal] | None = None
    on_begin: Callable[[Stream], None] | None = None
    on_end: Callable[[Stream], None] | None = None
    on_unwatched: Callable[[StreamKey], None] | None = None
    max_streams: int = 256
    max_unit_bytes: int = 2 << 20
    taken_over: int = 0  # streams that went on over another link while the one before was open
    streams: dict[StreamKey, Stream] = field(default_factory=dict)
    _subscriptions: dict[StreamKey, list[Subscription]] = field(default_factory=dict)
    _queues: dict[Subscription, UnitQueue] = field(default_factory=dict)

    def subscribe(
        self,
        phone: str,
        channel: int,
        take: Callable[[AccessUnit], bool],
        *,
        hear: Callable[[Packet], None] | None = None,
    ) -> Subscription:
        """Watch a stream, there already or not.

        take  called in the loop's thread with each picture; returns whether it was taken, must not wait
        hear  the same with packets of sound and transparent data
        """
        key = StreamKey(phone.lstrip("0"), channel)
        subscription = Subscription(key, take, hear, self._cancelled)
        self._subscriptions.setdefault(key, []).append(subscription)
        return subscription

    def watch(self, phone: str, channel: int, *, max_units: int = 50) -> tuple[Subscription, UnitQueue]:
        """Watch a stream through a queue; cancelling the subscription closes it."""
        queue = UnitQueue(max_units=max_units)
        subscription = self.subscribe(phone, channel, queue.take)
        self._queues[subscription] = queue
        return subscription, queue

    def begin(self, key: StreamKey, origin: Origin, now_s: float, *, datagrams: bool) -> Stream | Refusal:
        """Enter a stream that comes over a link, or return why it is not wanted. The newest link has it."""
        if self.admit is not None:
            admitted = self.admit(key)
            if isinstance(admitted, Refusal):
                return admitted
            key = admitted
        before = self.streams.get(key)
        if before is None and len(self.streams) >= self.max_streams:
            return Refusal.OVERLOAD
        if before is not None:
            self.taken_over += 1
            self._over(before)
            before.origin.replaced(key)
        window = ReorderWindow() if datagrams else None
        stream = Stream(key, origin, now_s, now_s, Assembler(max_unit_bytes=self.max_unit_bytes), window)
        self.streams[key] = stream
        if self.on_begin is not None:
            self.on_begin(stream)
        return stream

    def end(self, stream: Stream) -> None:
        """Strike a stream out, if it is still the one under its key."""
        if self.streams.get(stream.key) is stream:
            self.flush(stream)
            self._over(stream)

    def put(self, stream: Stream, packet: Packet, now_s: float) -> None:
        """Take a packet of a stream."""
        stream.heard_s = now_s
        if stream.window is None:
            self._assemble(stream, packet)
        else:
            for due in stream.window.add(packet):
                self._assemble(stream, due)

    def flush(self, stream: Stream) -> None:
        """Take those packets for lost that others have been waiting for."""
        if stream.window is not None:
            for due in stream.window.flush():
                self._assemble(stream, due)

    def drop(self, key: StreamKey) -> None:
        """End a stream that is not wanted any more."""
        stream = self.streams.get(key)
        if stream is not None:
            self.end(stream)
            stream.origin.dropped(key)

    def watchers(self, key: StreamKey) -> int:
        """Return how many watch a stream."""
        return len(self._subscriptions.get(key, ()))

    def close(self) -> None:
        """Let all who wait in queues go."""
        for subscription in list(self._queues):
            subscription.cancel()

    def _assemble(self, stream: Stream, packet: Packet) -> None:
        unit = stream.assembler.add(packet)
        subscriptions = self._subscriptions.get(stream.key, ())
        if unit is not None:
            for subscription in tuple(subscriptions):
                subscription.offer(unit)
        elif not packet.video:
            for subscription in tuple(subscriptions):
                subscription.hear(packet)

    def _over(self, stream: Stream) -> None:
        del self.streams[stream.key]
        if self.on_end is not None:
            self.on_end(stream)

    def _cancelled(self, subscription: Subscription) -> None:
        left = self._subscriptions.get(subscription.key, [])
        if subscription in left:
            left.remove(subscription)
            if not left:
                del self._subscriptions[subscription.key]
                if self.on_unwatched is not None:
                    self.on_unwatched(subscription.key)
        queue = self._queues.pop(subscription, None)
        if queue is not None:
            queue.close()

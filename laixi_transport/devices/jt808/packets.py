"""Putting sub-packaged messages together (JT/T 808-2019 4.4.3 and the packet item of the header).

The bodies of parts 1 to n, joined, are the message's body. The parts carry sequence numbers that run on, so sequence
minus part is the same for all parts of one message. Parts that do not come are asked for (8003) some time after the
last one that did, at growing intervals and a bounded number of times.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.wire.refusal import Refusal

Key = tuple[bytes, int, int]

ASK_AFTER_S = 5.0
"""Without a further part, before the missing ones are asked for; twice as long each time that nothing comes."""
ASK_MOST = 5
"""Times that parts are asked for without any coming."""
OPEN_MOST = 64
"""Messages that one connection may have begun and not ended."""
MESSAGE_BYTES = 1 << 20
LARGE_BYTES = 16 << 20
LARGE = frozenset({0x0801})
"""Messages that carry files: they may be larger, and of their parts only the bodies are held, but for the first."""


@dataclass(slots=True)
class Whole:
    """A message whose parts have all come."""

    frame: Frame  # part 1 with the joined body
    frames: tuple[Frame, ...]  # all parts in order; of large messages only part 1 has its wire


class Missing(NamedTuple):
    """Parts of a message that have not come."""

    frame: Frame  # one that has: part 1 if it is there
    first_sequence: int  # of part 1
    parts: tuple[int, ...]  # numbers from 1
    asked: int  # times that they were asked for before, without any part coming since


@dataclass(slots=True)
class _Open:
    parts: int
    last_s: float
    frames: dict[int, Frame] = field(default_factory=dict)
    bytes: int = 0
    asked: int = 0
    ask_s: float = 0.0


class PacketMemory:
    """What all assemblers hold together, within one bound; the message that waited longest is given up first."""

    def __init__(self, max_bytes: int = 64 << 20) -> None:
        self.held_bytes = 0
        self._max_bytes = max_bytes
        self._open: OrderedDict[tuple[int, Key], Callable[[Key], None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._open)

    def touch(self, owner: int, key: Key, give_up: Callable[[Key], None]) -> None:
        """Note that a message has got a part."""
        self._open[owner, key] = give_up
        self._open.move_to_end((owner, key))

    def forget(self, owner: int, key: Key) -> None:
        """Note that a message is held no more."""
        del self._open[owner, key]

    def make_room(self) -> None:
        """Give up messages until the bound is kept."""
        while self.held_bytes > self._max_bytes:
            (_, key), give_up = next(iter(self._open.items()))
            give_up(key)


class Assembler:
    """Collects the parts that come over one connection.

    When a bound of memory is passed, its own or that of all together, or a message has waited too long for its next
    part, the messages that waited longest are given up; their frames are in ``given_up`` until they are taken.
    """

    __slots__ = ("_max_bytes", "_memory", "_open", "_patience_s", "given_up", "held_bytes")

    def __init__(
        self, memory: PacketMemory | None = None, *, max_bytes: int = 2 * LARGE_BYTES, patience_s: float = 120.0
    ) -> None:
        self.given_up: list[Frame] = []
        self.held_bytes = 0
        self._memory = memory if memory is not None else PacketMemory()
        self._max_bytes = max_bytes
        self._patience_s = patience_s
        self._open: dict[Key, _Open] = {}  # the one whose last part is oldest stands first

    def __len__(self) -> int:
        return len(self._open)

    def add(self, frame: Frame, now_s: float) -> Whole | Refusal | None:
        """Take one part; return the message if it is complete now, None if parts are missing still.

        now_s  a clock that does not go back, s

        A part that came before is taken again without harm. A part number outside of 1 to n, a total other than that
        of the parts before, and what makes a message larger than any is, are refused.
        """
        if not 1 <= frame.part <= frame.parts:
            return Refusal.PACKET
        self.expire(now_s)
        key = (frame.address, frame.msg_id, (frame.sequence - frame.part) & 0xFFFF)
        message = self._open.pop(key, None)
        if message is None:
            message = _Open(frame.parts, now_s)
        self._open[key] = message  # moves it to the end
        self._memory.touch(id(self), key, self._give_up)
        if frame.parts != message.parts:
            return Refusal.PACKET
        large = frame.msg_id in LARGE
        if large and frame.part > 1:
            frame = frame._replace(wire=b"")
        message.last_s = now_s
        message.asked = 0
        message.ask_s = now_s + ASK_AFTER_S
        before = message.frames.get(frame.part)
        grown = _cost(frame) - (_cost(before) if before is not None else 0)
        message.frames[frame.part] = frame
        message.bytes += grown
        self.held_bytes += grown
        self._memory.held_bytes += grown
        if len(message.frames) == message.parts:
            self._drop(key)
            frames = tuple(message.frames[part] for part in range(1, message.parts + 1))
            body = b"".join(part.body for part in frames)
            return Whole(frames[0]._replace(body=body, parts=0, part=0), frames)
        if message.bytes > (LARGE_BYTES if large else MESSAGE_BYTES):
            self._give_up(key)
            return None
        while self.held_bytes > self._max_bytes or len(self._open) > OPEN_MOST:
            self._give_up(next(iter(self._open)))
        self._memory.make_room()
        return None

    def missing(self, frame: Frame) -> tuple[int, tuple[int, ...]]:
        """Return the sequence number of part 1 of the frame's message and the part numbers that have not come."""
        base = (frame.sequence - frame.part) & 0xFFFF
        message = self._open.get((frame.address, frame.msg_id, base))
        had = message.frames if message is not None else {}
        return (base + 1) & 0xFFFF, tuple(part for part in range(1, frame.parts + 1) if part not in had)

    def hurry(self, frame: Frame, now_s: float) -> None:
        """Have the missing parts of the frame's message asked for now: its last part has come."""
        message = self._open.get((frame.address, frame.msg_id, (frame.sequence - frame.part) & 0xFFFF))
        if message is not None:
            message.ask_s = now_s

    def to_ask(self, now_s: float) -> list[Missing]:
        """Return what is to be asked for now; it counts as asked for."""
        due = []
        for (_, _, base), message in self._open.items():
            if now_s >= message.ask_s and message.asked < ASK_MOST:
                frame = message.frames.get(1) or next(iter(message.frames.values()), None)
                if frame is None:
                    continue
                absent = tuple(part for part in range(1, message.parts + 1) if part not in message.frames)
                due.append(Missing(frame, (base + 1) & 0xFFFF, absent, message.asked))
                message.asked += 1
                message.ask_s = now_s + ASK_AFTER_S * 2**message.asked
        return due

    def expire(self, now_s: float) -> None:
        """Give up messages that have waited too long."""
        while self._open:
            key, message = next(iter(self._open.items()))
            if now_s - message.last_s <= self._patience_s:
                break
            self._give_up(key)

    def close(self) -> None:
        """Give up everything: the connection has ended."""
        for key in list(self._open):
            self._give_up(key)

    def take_given_up(self) -> list[Frame]:
        """Return the frames of messages given up since the last call."""
        frames, self.given_up = self.given_up, []
        return frames

    def _drop(self, key: Key) -> _Open:
        message = self._open.pop(key)
        self.held_bytes -= message.bytes
        self._memory.held_bytes -= message.bytes
        self._memory.forget(id(self), key)
        return message

    def _give_up(self, key: Key) -> None:
        self.given_up += self._drop(key).frames.values()


def _cost(frame: Frame) -> int:
    """Return about how much memory a part takes."""
    return len(frame.wire) + len(frame.body) + 400

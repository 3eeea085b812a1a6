"""Putting sub-packaged messages together (JT/T 808-2019 4.4.3 and the packet item of the header).

The bodies of parts 1 to n, joined, are the message's body. The parts carry sequence numbers that run on, so sequence
minus part is the same for all parts of one message.
"""

from dataclasses import dataclass, field

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.wire.refusal import Refusal

Key = tuple[bytes, int, int]


@dataclass(slots=True)
class Whole:
    """A message whose parts have all come."""

    frame: Frame  # part 1 with the joined body
    frames: tuple[Frame, ...]  # all parts in order


@dataclass(slots=True)
class _Open:
    parts: int
    last_s: float
    frames: dict[int, Frame] = field(default_factory=dict)
    bytes: int = 0


class Assembler:
    """Collects the parts that come over one connection, within a bound of memory.

    When the bound is passed, or a message has waited too long for its next part, the messages that waited longest are
    given up; their frames are in ``given_up`` until they are taken.
    """

    def __init__(self, *, max_bytes: int = 1 << 20, patience_s: float = 120.0) -> None:
        self.given_up: list[Frame] = []
        self.held_bytes = 0
        self._max_bytes = max_bytes
        self._patience_s = patience_s
        self._open: dict[Key, _Open] = {}  # the one whose last part is oldest stands first

    def __len__(self) -> int:
        return len(self._open)

    def add(self, frame: Frame, now_s: float) -> Whole | Refusal | None:
        """Take one part; return the message if it is complete now, None if parts are missing still.

        now_s  a clock that does not go back, s

        A part that came before is taken again without harm. A part number outside of 1 to n, or a total other than
        that of the parts before, is refused.
        """
        if not 1 <= frame.part <= frame.parts:
            return Refusal.PACKET
        self.expire(now_s)
        key = (frame.address, frame.msg_id, (frame.sequence - frame.part) & 0xFFFF)
        message = self._open.pop(key, None)
        if message is None:
            message = _Open(frame.parts, now_s)
        self._open[key] = message  # moves it to the end
        if frame.parts != message.parts:
            return Refusal.PACKET
        message.last_s = now_s
        before = message.frames.get(frame.part)
        grown = _cost(frame) - (_cost(before) if before is not None else 0)
        message.frames[frame.part] = frame
        message.bytes += grown
        self.held_bytes += grown
        if len(message.frames) == message.parts:
            self._drop(key)
            frames = tuple(message.frames[part] for part in range(1, message.parts + 1))
            body = b"".join(part.body for part in frames)
            return Whole(frames[0]._replace(body=body, parts=0, part=0), frames)
        while self.held_bytes > self._max_bytes:
            self._give_up(next(iter(self._open)))
        return None

    def missing(self, frame: Frame) -> tuple[int, tuple[int, ...]]:
        """Return the sequence number of part 1 of the frame's message and the part numbers that have not come."""
        base = (frame.sequence - frame.part) & 0xFFFF
        message = self._open.get((frame.address, frame.msg_id, base))
        had = message.frames if message is not None else {}
        return (base + 1) & 0xFFFF, tuple(part for part in range(1, frame.parts + 1) if part not in had)

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
        return message

    def _give_up(self, key: Key) -> None:
        self.given_up += self._drop(key).frames.values()


def _cost(frame: Frame) -> int:
    """Return about how much memory a part takes."""
    return len(frame.wire) + len(frame.body) + 400

"""The numbers of packets: which of them belong to pictures, and bringing those of UDP back into order.

The standard counts all packets of a link, so that numbers missing between two packets with pictures may have gone to
sound. Some terminals count pictures and sound apart: the same number then comes with both.
"""

from collections import deque

from laixi_transport.devices.jt1078.packet import Packet

_RECENT = 256
_CERTAIN = 8
_HALF = 0x8000


def steps(begin: int, end: int) -> int:
    """Return how far a number is ahead of another, from -32768 to 32767; they have 16 bits and begin anew."""
    ahead = (end - begin) & 0xFFFF
    return ahead - 0x10000 if ahead >= _HALF else ahead


class Numbering:
    """Remembers what the last numbers were used for."""

    __slots__ = ("_apart", "_others", "_videos")

    def __init__(self) -> None:
        self._videos = _Recent()
        self._others = _Recent()
        self._apart = 0  # how much speaks for pictures and sound being counted apart

    @property
    def apart(self) -> bool:
        """Whether pictures and sound are counted apart."""
        return self._apart > 0

    def note(self, packet: Packet) -> None:
        """Remember the number of a packet that has come."""
        mine, theirs = (self._videos, self._others) if packet.video else (self._others, self._videos)
        mine.add(packet.sequence)
        if packet.sequence in theirs:
            self._apart = min(self._apart + 2, _CERTAIN)

    def missing(self, begin: int, end: int) -> int:
        """Return how many numbers between two packets with pictures belong to none that has come."""
        between = steps(begin, end) - 1
        if not 0 < between <= _RECENT:
            return max(between, 1)
        gone = sum((begin + step) & 0xFFFF in self._others for step in range(1, between + 1))
        if self._apart:
            if gone == between:  # which it would always be if they were not counted apart
                self._apart -= 1
            return between
        return between - gone

    def is_other(self, number: int) -> bool:
        """Return whether a number has gone to a packet without a picture."""
        return not self._apart and number in self._others


class _Recent:
    """The last numbers that were added."""

    __slots__ = ("_counts", "_order")

    def __init__(self) -> None:
        self._order: deque[int] = deque()
        self._counts: dict[int, int] = {}

    def add(self, number: int) -> None:
        self._order.append(number)
        self._counts[number] = self._counts.get(number, 0) + 1
        if len(self._order) > _RECENT:
            oldest = self._order.popleft()
            if self._counts[oldest] == 1:
                del self._counts[oldest]
            else:
                self._counts[oldest] -= 1

    def __contains__(self, number: int) -> bool:
        return number in self._counts


class ReorderWindow:
    """Holds packets with pictures that came by UDP before those that belong in front of them.

    depth  packets held at most; when there are more, those missing are taken for lost

    Sound is handed on as it comes.
    """

    LATE_IN_A_ROW = 32
    """So many packets from before what has been handed on are a count that has begun anew."""

    def __init__(self, *, depth: int = 32) -> None:
        self.late = 0
        self._depth = depth
        self._next: int | None = None
        self._held: dict[int, Packet] = {}
        self._late_in_a_row = 0
        self._numbering = Numbering()

    def __len__(self) -> int:
        return len(self._held)

    def add(self, packet: Packet) -> list[Packet]:
        """Take a packet and return those whose turn has come, in order.

        Doubles and latecomers are dropped and counted.
        """
        self._numbering.note(packet)
        if not packet.video:
            return [packet, *self._due()]
        number = packet.sequence
        ahead = steps(self._next, number) if self._next is not None else 0
        if -_RECENT <= ahead < 0 or number in self._held:
            self._late_in_a_row += 1
            if self._late_in_a_row < self.LATE_IN_A_ROW:
                self.late += 1
                return []
        self._late_in_a_row = 0
        if not 0 <= ahead < _RECENT:  # the count has begun anew
            before = self.flush()
            self._next = (number + 1) & 0xFFFF
            return [*before, packet, *self._due()]
        self._held[number] = packet
        if self._next is None:
            self._next = number
        due = self._due()
        if len(self._held) > self._depth:
            self._next = self._first()
            due += self._due()
        return due

    def flush(self) -> list[Packet]:
        """Return all that is held, in order: nothing more has come for too long."""
        due: list[Packet] = []
        while self._held:
            self._next = self._first()
            due += self._due()
        return due

    def _first(self) -> int:
        begin = self._next or 0
        return min(self._held, key=lambda number: (number - begin) & 0xFFFF)

    def _due(self) -> list[Packet]:
        due: list[Packet] = []
        while self._next is not None:
            packet = self._held.pop(self._next, None)
            if packet is not None:
                due.append(packet)
            elif not self._held or not self._numbering.is_other(self._next):
                break
            self._next = (self._next + 1) & 0xFFFF
        return due

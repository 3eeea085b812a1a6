"""Pictures put together from packets: whole H.264 or H.265 access units, and nothing that is damaged.

A picture of which a packet is missing is dropped, and so is every one after it up to the next key frame, as they are
drawn upon it. Both are counted.
"""

from dataclasses import dataclass
from typing import NamedTuple

from laixi_transport.devices.jt1078.messages import Coding
from laixi_transport.devices.jt1078.numbering import Numbering
from laixi_transport.devices.jt1078.packet import Kind, Packet, Part

MAX_UNIT_BYTES = 2 << 20
"""A key frame of 1080p has a quarter of that."""
_SMALLEST_BODY = 128  # on the average over the packets of a large picture
_MAX_PREFIX_BYTES = 1 << 16
_START = b"\x00\x00\x01"
_MOST_HEADS = 64  # looked through for the first picture


class AccessUnit(NamedTuple):
    """One picture as the terminal coded it."""

    phone: str  # of the terminal, without leading zeros
    channel: int
    load_type: int  # messages.Coding
    key: bool  # whether decoding can begin here
    timestamp_ms: int  # by the terminal's clock, from a begin that nobody knows
    data: bytes  # NAL units behind start codes (Annex B)
    packets: int


@dataclass(slots=True)
class StreamCounters:
    """What came of one stream."""

    packets: int = 0
    units: int = 0  # whole pictures handed on
    key_units: int = 0  # of these, key frames
    damaged: int = 0  # pictures of which something was missing, or that were too large
    skipped: int = 0  # whole pictures dropped because they need one that was not there
    lost_packets: int = 0  # numbers that never came
    late_packets: int = 0  # doubles, and those that came after their turn
    other_packets: int = 0  # sound and transparent data


class Assembler:
    """Puts the pictures of one channel of one terminal together; takes packets in their order.

    max_unit_bytes  larger pictures are dropped: that is all the memory a stream can take, twice
    """

    def __init__(self, *, max_unit_bytes: int = MAX_UNIT_BYTES) -> None:
        self.counters = StreamCounters()
        self._max_unit_bytes = max_unit_bytes
        self._max_packets = max_unit_bytes // _SMALLEST_BODY
        self._numbering = Numbering()
        self._last: int | None = None  # number of the last packet with a picture
        self._head: Packet | None = None  # the first packet of the picture that is coming in
        self._bodies: list[bytes] = []
        self._bytes = 0
        self._passing = False  # through the rest of a picture that has been counted as damaged
        self._awaits_key = True
        self._prefix: Packet | None = None  # parameter sets that came by themselves
        self._prefix_data = b""

    def add(self, packet: Packet) -> AccessUnit | None:
        """Take the next packet and return the picture that it completes."""
        counters = self.counters
        counters.packets += 1
        numbering = self._numbering
        if not packet.video:
            numbering.note(packet)
            counters.other_packets += 1
            return None
        if self._last is not None and packet.sequence != (self._last + 1) & 0xFFFF:
            if packet.sequence == self._last:
                counters.late_packets += 1
                return None
            missing = numbering.missing(self._last, packet.sequence)
            if missing:
                counters.lost_packets += missing
                self._break()
        numbering.note(packet)
        self._last = packet.sequence
        return self._put(packet)

    def _put(self, packet: Packet) -> AccessUnit | None:
        part = packet.part
        if part in {Part.ATOMIC, Part.FIRST}:
            if self._head is not None:  # the one before has no end
                self._damaged()
            self._passing = False
            self._head = packet
        elif self._head is None:
            if not self._passing:  # it has no begin
                self._damaged()
                self._passing = True
            return None
        elif packet.load_type != self._head.load_type:
            self._damaged()
            self._passing = True
            return None
        self._bodies.append(packet.body)
        self._bytes += len(packet.body)
        if self._bytes > self._max_unit_bytes or len(self._bodies) > self._max_packets:
            self._damaged()
            self._passing = True
            return None
        return self._whole() if part in {Part.ATOMIC, Part.LAST} else None

    def _whole(self) -> AccessUnit | None:
        head, data, packets = self._head, b"".join(self._bodies), len(self._bodies)
        assert head is not None  # noqa: S101 - nothing is whole before it has begun
        self._clear()
        key = head.kind == Kind.I_FRAME
        found = first_picture(data, head.load_type)
        if found is not None:
            if not found.picture:
                self._keep(head, self._prefix_data + data)
                return None
            key = key or found.key
        if self._prefix is not None and self._prefix.load_type == head.load_type:
            data = self._prefix_data + data
        self._prefix, self._prefix_data = None, b""
        if self._awaits_key and not key:
            self.counters.skipped += 1
            return None
        self._awaits_key = False
        self.counters.units += 1
        self.counters.key_units += key
        return AccessUnit(head.phone, head.channel, head.load_type, key, head.timestamp_ms, data, packets)

    def _keep(self, head: Packet, data: bytes) -> None:
        """Keep parameter sets for the picture behind them."""
        kept = len(data) <= _MAX_PREFIX_BYTES
        self._prefix, self._prefix_data = (head, data) if kept else (None, b"")

    def _break(self) -> None:
        """Note that packets are missing: of the picture that is coming in, or whole ones."""
        if self._head is not None:
            self._damaged()
            self._passing = True
        self._awaits_key = True
        self._prefix, self._prefix_data = None, b""

    def _damaged(self) -> None:
        self.counters.damaged += 1
        self._awaits_key = True
        self._prefix, self._prefix_data = None, b""
        self._clear()

    def _clear(self) -> None:
        self._head = None
        self._bodies = []
        self._bytes = 0


class FirstPicture(NamedTuple):
    """What the first NAL units of some data are."""

    picture: bool  # whether one of them is (a part of) a picture
    key: bool  # whether that one is drawn upon no other


def first_picture(data: bytes, load_type: int) -> FirstPicture | None:
    """Return what the data begins with; None if it is neither H.264 nor H.265 behind start codes.

    H.264 (ITU-T H.264 table 7-1): 1 to 5 are slices, 5 those of a key frame. H.265 (ITU-T H.265 table 7-1): 0 to 31
    are slices, 16 to 21 those of a key frame.
    """
    if load_type not in {Coding.H264, Coding.H265}:
        return None
    at = data.find(_START)
    if at < 0:
        return None
    for _ in range(_MOST_HEADS):
        at += 3
        if at >= len(data):
            break
        if load_type == Coding.H264:
            kind = data[at] & 0x1F
            picture, key = 1 <= kind <= 5, kind == 5
        else:
            kind = data[at] >> 1 & 0x3F
            picture, key = kind <= 31, 16 <= kind <= 21
        if picture:
            return FirstPicture(picture=True, key=key)
        at = data.find(_START, at)
        if at < 0:
            break
    return FirstPicture(picture=False, key=False)

"""Packets of a video stream: bytes of a link <-> head and body (JT/T 1078-2016 5.5.3, table 19).

    0 30 31 63 64 | 4 V P X CC | 5 M PT | 6 sequence W | 8 SIM BCD[6] | 14 channel | 15 kind and part, a nibble each
    16 time BYTE[8] ms, not in transparent data | 24 ms since the last I frame W, 26 since the last frame W, video only
    length of the body W | body, 950 bytes at most

so that heads have 30 bytes in video, 26 in audio and 18 in transparent data. Terminals of JT/T 808-2019 put their
BCD[10] there, four bytes more; nothing in the head says so. How the two are told apart stands at ``_measure``.
"""

from collections.abc import Container
from enum import IntEnum
from functools import lru_cache
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

from laixi_transport.devices.wire.refusal import Refusal, Refused

MAGIC = b"01cd"
FLAGS = 0x81
"""V 2, P 0, X 0, CC 1."""
MAX_BODY = 950
"""The standard's limit. Terminals that exceed it are understood where the next packet begins where this one ends."""
SHORT_SIM, LONG_SIM = 6, 10
SAMPLE_BYTES = 64
"""Kept of what is refused."""

_TO_KIND = 9  # from the begin of the packet to its kind, without the SIM
_SHORTEST_HEAD, _LONGEST_HEAD = 18, 34
_MORE = (0, 0)
_REMEMBERED = 64


class Kind(IntEnum):
    """数据类型."""

    I_FRAME = 0
    P_FRAME = 1
    B_FRAME = 2
    AUDIO = 3
    TRANSPARENT = 4


class Part(IntEnum):
    """分包处理标记."""

    ATOMIC = 0
    FIRST = 1
    LAST = 2
    MIDDLE = 3


# Head from byte 4 on by length of the SIM, for video, audio and transparent data.
_HEADS = {
    sim: (
        *(Struct(f">BBH{sim}sBBQHHH"),) * 3,
        Struct(f">BBH{sim}sBBQH"),
        Struct(f">BBH{sim}sBBH"),
    )
    for sim in (SHORT_SIM, LONG_SIM)
}


class Packet(NamedTuple):
    """One packet.

    Times are 0 where the head has none: the interval of audio, the time of transparent data.
    """

    flags: int  # V, P, X, CC
    marker: bool  # the last of a whole frame
    load_type: int  # messages.Coding
    sequence: int
    address: bytes  # the SIM as in the head, 6 or 10 bytes of BCD
    channel: int
    kind: int
    part: int
    timestamp_ms: int
    key_interval_ms: int  # since the last I frame
    interval_ms: int  # since the last frame
    body: bytes

    @property
    def sim(self) -> str:
        """All digits of the SIM as in the head, 12 or 20."""
        return sim_digits(self.address)

    @property
    def phone(self) -> str:
        """The SIM without leading zeros, as terminals are known by."""
        return phone_of(self.address)

    @property
    def video(self) -> bool:
        """Whether it carries a part of a picture."""
        return self.kind <= Kind.B_FRAME


@lru_cache(maxsize=4096)
def sim_digits(address: bytes) -> str:
    """Return the digits of a SIM in a head."""
    return address.hex().upper()


@lru_cache(maxsize=4096)
def phone_of(address: bytes) -> str:
    """Return the digits of a SIM in a head without leading zeros."""
    return address.hex().upper().lstrip("0")


def encode_packet(packet: Packet) -> bytes:
    """Return a packet as on the wire; ValueError if its numbers do not fit."""
    if len(packet.address) not in _HEADS:
        raise ValueError(f"a SIM of {len(packet.address)} bytes")
    head = _HEADS[len(packet.address)][packet.kind]
    first = (
        packet.flags,
        packet.marker << 7 | packet.load_type,
        packet.sequence & 0xFFFF,
        packet.address,
        packet.channel,
        packet.kind << 4 | packet.part,
    )
    times: tuple[int, ...] = ()
    if packet.kind != Kind.TRANSPARENT:
        times = (packet.timestamp_ms,)
    if packet.video:
        times = (packet.timestamp_ms, packet.key_interval_ms, packet.interval_ms)
    if len(packet.body) > 0xFFFF:
        raise ValueError(f"a body of {len(packet.body)} bytes does not fit a packet")
    return MAGIC + head.pack(*first, *times, len(packet.body)) + packet.body


def parse_packet(datagram: bytes) -> Packet | Refusal:
    """Return the packet that a datagram is, or why it is none."""
    if not datagram.startswith(MAGIC):
        return Refusal.MAGIC
    if len(datagram) < _SHORTEST_HEAD:
        return Refusal.HEADER_SHORT
    found = _measure(datagram, 0, (), closed=True)
    if isinstance(found, Refusal):
        return found
    sim, size = found
    if not size:
        return Refusal.HEADER_SHORT
    return _packet(datagram, 0, sim, size) if size == len(datagram) else Refusal.BODY_LENGTH


def sim_bytes(data: bytes) -> int:
    """Return how long the SIM of the packet is that some bytes begin with; what stands behind it helps to tell."""
    found = _measure(data, 0, (), closed=True)
    return SHORT_SIM if isinstance(found, Refusal) else found[0] or SHORT_SIM


class StreamParser:
    """Cuts a TCP stream into packets; keeps what was refused in ``refused`` until it is taken.

    It holds at most one packet's bytes. Where the stream is cut into calls makes no difference to the packets. What is
    no packet is passed over, and refused as one, up to the next that is.
    """

    __slots__ = ("_buffer", "_junk", "_large", "_long_sims", "_need", "refused")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._need = 4  # bytes with which it makes sense to look again
        self._junk = False  # what is being passed over has been refused already
        self._large = False  # bodies longer than the standard's have proved to be meant
        self._long_sims: set[bytes] = set()  # of packets before, so that theirs need not wait for the one behind them
        self.refused: list[Refused] = []

    def feed(self, data: bytes) -> list[Packet]:
        """Take the next bytes of the stream and return the packets that they complete; never raises."""
        self._buffer += data
        return self._cut(closed=False) if len(self._buffer) >= self._need else []

    def close(self) -> list[Packet]:
        """Return what the end of the stream completes, and refuse what is left."""
        packets = self._cut(closed=True)
        if self._buffer and not self._junk:
            self.refused.append(Refused(Refusal.TRUNCATED, bytes(self._buffer[:SAMPLE_BYTES])))
        self._buffer.clear()
        return packets

    def take_refused(self) -> list[Refused]:
        """Return what was refused since the last call."""
        refused, self.refused = self.refused, []
        return refused

    def _cut(self, *, closed: bool) -> list[Packet]:
        data = bytes(self._buffer)
        packets: list[Packet] = []
        at, end = 0, len(data)
        need = 4
        while end - at >= 4:
            if not data.startswith(MAGIC, at):
                at = self._skip(data, at, Refusal.MAGIC)
                continue
            found = _measure(data, at, self._long_sims, closed=closed)
            if isinstance(found, Refusal):
                at = self._skip(data, at, found)
                continue
            sim, size = found
            behind = at + size
            large = size > _LONGEST_HEAD + MAX_BODY and not self._large
            if not size:  # the head is not complete, or does not tell yet
                missing = end - at + 1
            elif end < behind + (4 if large else 0) and not (closed and end == behind):
                missing = behind - at + (4 if large else 0)
            else:
                missing = 0
            if missing:
                if closed and MAGIC in data[at + 1 :]:  # a wrong length has swallowed what stands behind it
                    at = self._skip(data, at, Refusal.TRUNCATED)
                    continue
                need = missing
                break
            if large:
                if end > behind and not data.startswith(MAGIC, behind):
                    at = self._skip(data, at, Refusal.BODY_LENGTH)
                    continue
                self._large = True
            packet = _packet(data, at, sim, size)
            packets.append(packet)
            if sim == LONG_SIM and len(self._long_sims) < _REMEMBERED:
                self._long_sims.add(packet.address)
            self._junk = False
            at = behind
        del self._buffer[:at]
        self._need = need
        return packets

    def _skip(self, data: bytes, at: int, reason: Refusal) -> int:
        """Refuse what begins here, once, and return where to go on."""
        found = data.find(MAGIC, at + 1)
        behind = found if found >= 0 else max(at + 1, len(data) - 3)
        if not self._junk:
            self.refused.append(Refused(reason, data[at : min(behind, at + SAMPLE_BYTES)]))
            self._junk = True
        return behind


def _measure(data: bytes, at: int, long_sims: Container[bytes], *, closed: bool) -> tuple[int, int] | Refusal:
    """Return the bytes of the SIM and of the packet that begins here; zeros if more bytes are needed to tell.

    The length of the SIM. Read with the wrong one, a packet ends somewhere else. A SIM of ten bytes holds a number of
    at most 16 digits, often the IMEI, so its first two bytes are zero; a SIM of six bytes that begins so would be a
    number of eight digits, which no card has. Other packets can have six bytes only. What does begin so must besides be
    digits in its other eight bytes, with a kind and a part that exist behind them. Should a head still make sense in
    both ways, the ends decide: the right one is where the next magic stands, or the data end. That the wrong end has
    them too takes a body made for it.

    long_sims  of ten bytes, already told apart
    """
    end = len(data)
    if data[at + 4 : at + 5] and data[at + 4] >> 6 != 2:
        return Refusal.PACKET
    if end - at < _SHORTEST_HEAD and not closed:
        return _MORE
    short = _size(data, at, SHORT_SIM)
    if data[at + 8 : at + 10] != b"\x00\x00":
        return Refusal.PACKET if short is None else (SHORT_SIM, short)
    if end - at < _TO_KIND + LONG_SIM + 1 and not closed:
        return _MORE
    long = _size(data, at, LONG_SIM) if data[at + 10 : at + 18].hex().isdecimal() else None
    if short is None:
        return Refusal.PACKET if long is None else (LONG_SIM, long)
    if long is None:
        return SHORT_SIM, short
    if data[at + 8 : at + 18] in long_sims:
        return LONG_SIM, long
    # The head of audio with the long SIM is as long as that of video with the short one: then it is no card of six.
    nearer, farther = sorted(((long, LONG_SIM), (short, SHORT_SIM)), key=itemgetter(0))
    if not closed and (not nearer[0] or end < at + nearer[0] + 4):
        return _MORE
    for size, sim in (nearer, farther):
        if size and ((closed and at + size == end) or data.startswith(MAGIC, at + size)):
            return sim, size
    return farther[1], farther[0]


def _size(data: bytes, at: int, sim: int) -> int | None:
    """Return the bytes of the packet if its SIM has this length; 0: the head is cut off; None: it makes no sense."""
    kind_at = at + _TO_KIND + sim
    if kind_at >= len(data):
        return 0
    kind = data[kind_at]
    if kind >> 4 > Kind.TRANSPARENT or kind & 15 > Part.MIDDLE:
        return None
    head = 4 + _HEADS[sim][kind >> 4].size
    if at + head > len(data):
        return 0
    return head + (data[at + head - 2] << 8 | data[at + head - 1])


def _packet(data: bytes, at: int, sim: int, size: int) -> Packet:
    kind = data[at + _TO_KIND + sim] >> 4
    struct = _HEADS[sim][kind]
    flags, marking, sequence, address, channel, kind_and_part, *times = struct.unpack_from(data, at + 4)
    body = data[at + 4 + struct.size : at + size]
    return Packet(
        flags,
        marking > 127,
        marking & 0x7F,
        sequence,
        address,
        channel,
        kind,
        kind_and_part & 15,
        times[0] if kind != Kind.TRANSPARENT else 0,
        times[1] if kind <= Kind.B_FRAME else 0,
        times[2] if kind <= Kind.B_FRAME else 0,
        body,
    )

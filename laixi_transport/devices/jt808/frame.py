"""Frames of JT/T 808: bytes of a stream <-> header and body.

A frame is ``7E | header | body | check | 7E`` (JT/T 808-2019 4.4). Between the delimiters 7E is sent as 7D 02 and 7D as
7D 01; check is the XOR of header and body before that escaping.

    2011, 2013: id W, properties W, phone BCD[6],  sequence W [, total W, index W]
    2019:       id W, properties W, version B, phone BCD[10], sequence W [, total W, index W]

Properties: bits 0-9 length of the body in this frame, 10-12 encryption, 13 sub-packaged, 14 header of 2019.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from struct import Struct
from typing import Generic, NamedTuple, TypeVar

from laixi_transport.devices.wire.refusal import Refusal, Refused

MAX_BODY = 1023
MAX_WIRE = 2 * (21 + MAX_BODY + 1)
"""Most bytes between two delimiters: the longest header, the longest body, the check, each byte escaped."""

PACKAGED = 1 << 13
VERSION_2019 = 1 << 14
ENCRYPTION = 0b111 << 10

SHORT_SEQUENCE = frozenset({0x5501, 0x5502})
"""Ids of a vendor's positions, whose header may have a sequence number of one byte; the length tells."""

_HEADER = Struct(">HH6sH")
_HEADER_2019 = Struct(">HHB10sH")
_PACKET = Struct(">HH")
_ESCAPED = re.compile(rb"\x7d[\x01\x02]")
F = TypeVar("F")
_new = tuple.__new__  # what a named tuple's own constructors do, without their two calls


class Frame(NamedTuple):
    """One frame whose checksum and length are right."""

    msg_id: int
    properties: int
    address: bytes  # the phone as in the header: 6 bytes of BCD, 10 in 2019
    sequence: int
    parts: int  # sub-packages of the message, 0 if it is not sub-packaged
    part: int  # from 1
    body: bytes
    wire: bytes  # as received, with delimiters

    @property
    def phone(self) -> str:
        """Digits without leading zeros; some devices put A to F there too. Empty if all are zero."""
        return phone_text(self.address)

    @property
    def version(self) -> int:
        """2019, or 2013 for the header that 2011 and 2013 share."""
        return 2019 if self.properties & VERSION_2019 else 2013


@lru_cache(maxsize=65536)
def phone_text(address: bytes) -> str:
    """Return the phone of a header as digits without leading zeros."""
    return address.hex().upper().lstrip("0")


def address_bytes(phone: str, version: int) -> bytes:
    """Return a phone as BCD, left-padded with zeros; ValueError if it does not fit."""
    width = 20 if version >= 2019 else 12
    if len(phone) > width:
        message = f"phone {phone!r} has more than {width} digits"
        raise ValueError(message)
    return bytes.fromhex(phone.rjust(width, "0"))


def xor_of(data: bytes) -> int:
    """Return the XOR of all bytes, by folding one large integer: three times as fast as a loop over the bytes."""
    folded = int.from_bytes(data)
    if len(data) > 64:
        if len(data) > 128:
            for shift in (8192, 4096, 2048, 1024):
                folded ^= folded >> shift
        folded ^= folded >> 512
    folded ^= folded >> 256
    folded ^= folded >> 128
    folded ^= folded >> 64
    folded ^= folded >> 32
    folded ^= folded >> 16
    return (folded ^ folded >> 8) & 0xFF


def escape(payload: bytes) -> bytes:
    """Return header, body and check as they go between the delimiters."""
    return payload.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def unescape(escaped: bytes) -> bytes | None:
    """Return what stood between two delimiters without escapes; None if a 7D is followed by neither 01 nor 02.

    Some devices send a check byte of 7D as it is, right before the closing delimiter: that is understood.
    """
    pairs = escaped.count(b"\x7d\x01") + escaped.count(b"\x7d\x02")
    bare = escaped.count(b"\x7d") - pairs
    if bare:
        if bare > 1 or escaped[-1] != 0x7D:
            return None
        escaped += b"\x01"
    return escaped.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")


def encode_frame(
    msg_id: int,
    phone: str,
    sequence: int,
    body: bytes,
    *,
    version: int = 2013,
    packet: tuple[int, int] | None = None,
) -> bytes:
    """Return one frame as on the wire.

    version  2011, 2013 or 2019
    packet   (total, index from 1) of a sub-packaged message, whose part ``body`` is

    Raises ValueError for a phone or a body that does not fit; ``encode_frames`` sends longer bodies.
    """
    if len(body) > MAX_BODY:
        message = f"a body of {len(body)} bytes does not fit one frame"
        raise ValueError(message)
    properties = len(body) | (PACKAGED if packet else 0)
    address = address_bytes(phone, version)
    if version >= 2019:
        header = _HEADER_2019.pack(msg_id, properties | VERSION_2019, 1, address, sequence & 0xFFFF)
    else:
        header = _HEADER.pack(msg_id, properties, address, sequence & 0xFFFF)
    if packet:
        header += _PACKET.pack(*packet)
    payload = header + body
    return b"\x7e" + escape(payload + bytes((xor_of(payload),))) + b"\x7e"


def encode_frames(
    msg_id: int, phone: str, sequence: int, body: bytes, *, version: int = 2013, part_bytes: int = MAX_BODY
) -> list[bytes]:
    """Return a message as one frame, or sub-packaged in frames with sequence numbers that run on from ``sequence``."""
    if len(body) <= part_bytes:
        return [encode_frame(msg_id, phone, sequence, body, version=version)]
    parts = [body[at : at + part_bytes] for at in range(0, len(body), part_bytes)]
    return [
        encode_frame(msg_id, phone, sequence + index, part, version=version, packet=(len(parts), index + 1))
        for index, part in enumerate(parts)
    ]


class PieceParser(Generic[F]):
    """Cuts a stream into what stands between 7E and 7E; keeps what was refused in ``refused`` until it is taken.

    parse  returns the frame of one piece, or why it is none; never raises
    most   bytes that a piece can have

    It holds at most one frame's bytes. Where the stream is cut into calls makes no difference to what comes out, one
    delimiter may end one frame and begin the next, and whatever stands between two delimiters is judged by itself: a
    bad frame costs no good one beside it.
    """

    __slots__ = ("_begun", "_most", "_overlong", "_parse", "_rest", "refused")

    def __init__(self, parse: Callable[[bytes], F | Refusal], most: int) -> None:
        self._parse = parse
        self._most = most
        self._rest = b""
        self._begun = False  # a delimiter has been seen
        self._overlong = False  # what is coming in has been refused already, up to the next delimiter
        self.refused: list[Refused] = []

    def feed(self, data: bytes) -> list[F]:
        """Take the next bytes of the stream and return the frames that they complete; never raises."""
        if self._rest:
            data = self._rest + data
        pieces = data.split(b"\x7e")
        rest = pieces.pop()
        frames: list[F] = []
        parse, most = self._parse, self._most
        if pieces:
            if self._overlong:
                pieces[0] = b""
                self._overlong = False
            elif not self._begun:
                if pieces[0]:
                    self.refused.append(Refused(Refusal.JUNK, pieces[0][:most]))
                    pieces[0] = b""
                self._begun = True
            for piece in pieces:
                if piece:
                    frame = parse(piece)
                    if isinstance(frame, Refusal):
                        self.refused.append(Refused(frame, b"\x7e" + piece[:most] + b"\x7e"))
                    else:
                        frames.append(frame)
        if self._overlong:
            rest = b""
        elif len(rest) > most:
            if self._begun:
                self.refused.append(Refused(Refusal.TOO_LONG, b"\x7e" + rest[:most] + b"\x7e"))
            else:
                self.refused.append(Refused(Refusal.JUNK, rest[:most]))
            self._overlong = True
            rest = b""
        self._rest = rest
        return frames

    def close(self) -> None:
        """Refuse what is left of the stream at its end."""
        if self._rest:
            rest = b"\x7e" + self._rest if self._begun else self._rest
            self.refused.append(Refused(Refusal.TRUNCATED if self._begun else Refusal.JUNK, rest))
            self._rest = b""

    def take_refused(self) -> list[Refused]:
        """Return what was refused since the last call."""
        refused, self.refused = self.refused, []
        return refused


class FrameParser(PieceParser[Frame]):
    """Cuts a stream into frames."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(parse_frame, MAX_WIRE)


def parse_frame(piece: bytes) -> Frame | Refusal:
    """Return the frame of what stood between two delimiters, or why it is none."""
    if len(piece) > MAX_WIRE:
        return Refusal.TOO_LONG
    payload = piece
    if b"\x7d" in piece:
        unescaped = unescape(piece)
        if unescaped is None:
            unescaped = _never_escaped(piece)
            if unescaped is None:
                return Refusal.ESCAPE
        payload = unescaped
    size = len(payload)
    if size < 13:
        return Refusal.HEADER_SHORT
    # xor_of written out: this is the gateway's innermost path.
    folded = int.from_bytes(payload)
    if size > 64:
        if size > 128:
            for shift in (8192, 4096, 2048, 1024):
                folded ^= folded >> shift
        folded ^= folded >> 512
    folded ^= folded >> 256
    folded ^= folded >> 128
    folded ^= folded >> 64
    folded ^= folded >> 32
    folded ^= folded >> 16
    if (folded ^ folded >> 8) & 0xFF:
        if payload is piece or not fits(piece):
            return Refusal.CHECKSUM
        payload = piece
        size = len(piece)
    msg_id, properties, address, sequence = _HEADER.unpack_from(payload)
    head = 12
    parts = part = 0
    if properties & (VERSION_2019 | PACKAGED):
        if properties & VERSION_2019:
            head = 17
            if size < 18:
                return Refusal.HEADER_SHORT
            msg_id, properties, _, address, sequence = _HEADER_2019.unpack_from(payload)
        if properties & PACKAGED:
            if size < head + 5:
                return Refusal.HEADER_SHORT
            parts, part = _PACKET.unpack_from(payload, head)
            head += 4
    if size - head - 1 != properties & MAX_BODY:
        if msg_id not in SHORT_SEQUENCE or head != 12 or size - 12 != properties & MAX_BODY:
            return Refusal.BODY_LENGTH
        head = 11
        sequence = payload[10]
    return _new(
        Frame, (msg_id, properties, address, sequence, parts, part, payload[head:-1], b"\x7e" + piece + b"\x7e")
    )


def _never_escaped(piece: bytes) -> bytes | None:
    """Return the payload of a device that does not escape, or not everywhere; None if the piece is not of that kind."""
    return next((payload for payload in (unescape_leniently(piece), piece) if fits(payload)), None)


def fits(payload: bytes) -> bool:
    """Return whether check and length are right: then what looks like an escape, or a broken one, was not meant so."""
    if len(payload) < 13 or xor_of(payload):
        return False
    properties = int.from_bytes(payload[2:4])
    head = (17 if properties & VERSION_2019 else 12) + (4 if properties & PACKAGED else 0)
    if int.from_bytes(payload[:2]) in SHORT_SEQUENCE and head == 12 and len(payload) - head == properties & MAX_BODY:
        return True
    return len(payload) - head - 1 == properties & MAX_BODY


def unescape_leniently(escaped: bytes) -> bytes:
    """Return what stood between two delimiters; an escape byte without its pair stands for itself."""
    plain = unescape(escaped)
    if plain is not None:
        return plain
    return _ESCAPED.sub(lambda pair: b"\x7e" if pair[0] == b"\x7d\x02" else b"\x7d", escaped)

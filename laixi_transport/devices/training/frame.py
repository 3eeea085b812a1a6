"""Frames of timing terminals: those of JT/T 808 with another header.

    version B 80 | id W | properties W | phone BCD[8] | sequence W | reserved B [| total W, index W]

Properties, escapes and check are as in JT/T 808. Source: public terminals and gateways that agree with each other; the
platform's specification of 2016 itself was not seen.
"""

from struct import Struct

from laixi_transport.devices.jt808.frame import (
    MAX_BODY,
    PACKAGED,
    Frame,
    PieceParser,
    escape,
    unescape,
    unescape_leniently,
    xor_of,
)
from laixi_transport.devices.wire.refusal import Refusal

VERSION = 0x80
"""The first byte of every header, and what stands for the version in tables of messages."""
MAX_WIRE = 2 * (20 + MAX_BODY + 1)
"""Most bytes between two delimiters: the longest header, the longest body, the check, each byte escaped."""

_HEADER = Struct(">BHH8sHB")
_RESERVED_AT = _HEADER.size - 1
_PACKET = Struct(">HH")


class TrainingFrame(Frame):
    """One frame of a timing terminal; ``address`` has 8 bytes."""

    __slots__ = ()

    @property
    def version(self) -> int:
        return VERSION

    @property
    def reserved(self) -> int:
        """The header's spare byte; some terminals put something there."""
        return unescape_leniently(self.wire[1:-1])[_RESERVED_AT]


class FrameParser(PieceParser[TrainingFrame]):
    """Cuts a stream into frames."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(parse_frame, MAX_WIRE)


def encode_frame(
    msg_id: int, phone: str, sequence: int, body: bytes, *, packet: tuple[int, int] | None = None, reserved: int = 0
) -> bytes:
    """Return one frame as on the wire.

    packet    (total, index from 1) of a sub-packaged message, whose part ``body`` is
    reserved  the header's spare byte

    Raises ValueError for a phone or a body that does not fit; ``encode_frames`` sends longer bodies.
    """
    if len(body) > MAX_BODY:
        raise ValueError(f"a body of {len(body)} bytes does not fit one frame")
    if len(phone) > 16:
        raise ValueError(f"phone {phone!r} has more than 16 digits")
    properties = len(body) | (PACKAGED if packet else 0)
    address = bytes.fromhex(phone.rjust(16, "0"))
    payload = _HEADER.pack(VERSION, msg_id, properties, address, sequence & 0xFFFF, reserved)
    if packet:
        payload += _PACKET.pack(*packet)
    payload += body
    return b"\x7e" + escape(payload + bytes((xor_of(payload),))) + b"\x7e"


def encode_frames(msg_id: int, phone: str, sequence: int, body: bytes, *, part_bytes: int = MAX_BODY) -> list[bytes]:
    """Return a message as one frame, or sub-packaged in frames with sequence numbers that run on from ``sequence``."""
    if len(body) <= part_bytes:
        return [encode_frame(msg_id, phone, sequence, body)]
    parts = [body[at : at + part_bytes] for at in range(0, len(body), part_bytes)]
    return [
        encode_frame(msg_id, phone, sequence + index, part, packet=(len(parts), index + 1))
        for index, part in enumerate(parts)
    ]


def parse_frame(piece: bytes) -> TrainingFrame | Refusal:
    """Return the frame of what stood between two delimiters, or why it is none."""
    if len(piece) > MAX_WIRE:
        return Refusal.TOO_LONG
    payload = unescape(piece)
    if payload is None:
        return Refusal.ESCAPE
    head = _HEADER.size
    if len(payload) <= head:
        return Refusal.HEADER_SHORT
    version, msg_id, properties, address, sequence, _ = _HEADER.unpack_from(payload)
    if version != VERSION:
        return Refusal.MAGIC
    parts = part = 0
    if properties & PACKAGED:
        if len(payload) <= head + _PACKET.size:
            return Refusal.HEADER_SHORT
        parts, part = _PACKET.unpack_from(payload, head)
        head += _PACKET.size
    body = payload[head:-1]
    if xor_of(payload):
        return Refusal.CHECKSUM
    if len(body) != properties & MAX_BODY:
        return Refusal.BODY_LENGTH
    return TrainingFrame(msg_id, properties, address, sequence, parts, part, body, b"\x7e" + piece + b"\x7e")

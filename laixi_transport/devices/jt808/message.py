"""A message: the header of its frame and its body as a record."""

from typing import NamedTuple

from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.frame import (
    ENCRYPTION,
    MAX_BODY,
    PACKAGED,
    SHORT_SEQUENCE,
    VERSION_2019,
    Frame,
    encode_frames,
    escape,
    unescape,
    unescape_leniently,
    xor_of,
)
from laixi_transport.devices.wire.record import Message as Body
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault


class Message(NamedTuple):
    """What a frame says.

    version  year of the standard whose layout the body has: 2011, 2013 or 2019
    body     a record of ``catalogue.MESSAGES``; bytes for an unknown id, an encrypted body and a part of a message;
             a fault if it cannot be read
    """

    frame: Frame
    version: int
    body: Record | Fault | bytes


def decode_message(frame: Frame) -> Message:
    """Return what a frame says; never raises."""
    kind = MESSAGES.get(frame.msg_id)
    if kind is None or frame.parts or frame.properties & ENCRYPTION:
        return Message(frame, frame.version, frame.body)
    version = kind.layout_version(frame.body, frame.version)
    return Message(frame, version, kind.decode(frame.body, version=version))


def encode_message(message: Message) -> bytes:
    """Return a message as on the wire, under the header of its frame.

    A message that ``decode_message`` made comes back as it came, if an encoder could have written it; one that was put
    together of parts comes back in parts. Raises ValueError for what does not fit.
    """
    frame, body = message.frame, message.body
    if isinstance(body, Record):
        body = body.encode(version=message.version)
    elif isinstance(body, Fault):
        body = frame.body
    if len(body) > MAX_BODY:
        return b"".join(encode_frames(frame.msg_id, frame.phone, frame.sequence, body, version=frame.version))
    properties = frame.properties & ~(MAX_BODY | PACKAGED) | len(body) | (PACKAGED if frame.parts else 0)
    payload = frame.msg_id.to_bytes(2) + properties.to_bytes(2)
    if frame.properties & VERSION_2019:
        payload += bytes((_revision(frame.wire),))
    payload += frame.address + frame.sequence.to_bytes(1 if _short_sequence(frame) else 2)
    if frame.parts:
        payload += frame.parts.to_bytes(2) + frame.part.to_bytes(2)
    payload += body
    return b"\x7e" + escape(payload + bytes((xor_of(payload),))) + b"\x7e"


def encode(record: Body, phone: str, sequence: int, *, version: int = 2019) -> list[bytes]:
    """Return the frames that carry a record; more than one where it does not fit one.

    phone     digits; 12 at most before 2019, 20 since
    sequence  number of the first frame
    version   2011, 2013 or 2019

    Raises ValueError, with the field's name, for what does not fit.
    """
    return encode_frames(record.ID, phone, sequence, record.encode(version=version), version=version)


def _short_sequence(frame: Frame) -> bool:
    """Return whether a frame came with a sequence number of one byte."""
    if frame.msg_id not in SHORT_SEQUENCE or not frame.wire:
        return False
    return len(unescape_leniently(frame.wire[1:-1])) == 11 + len(frame.body) + 1


def _revision(wire: bytes) -> int:
    """Return the protocol revision (协议版本号) of a frame of 2019; 1 if there are no bytes to tell it."""
    payload = unescape(wire[1:-1]) or b""
    return payload[4] if len(payload) > 4 else 1

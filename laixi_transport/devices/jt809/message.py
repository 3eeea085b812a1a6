"""Whole messages: frame <-> header, plate, sub id and typed data.

A business message has the plate and its colour before the sub id, or not: never between platforms, in alarms since
2019 and with some senders of video. No plate begins with the bytes of a sub id, so the body itself tells.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from laixi_transport.devices.jt809.catalogue import MESSAGES, SUBS
from laixi_transport.devices.jt809.cipher import Keys, crypt
from laixi_transport.devices.jt809.frame import Frame, Header, edition_of, encode_frame
from laixi_transport.devices.jt809.ids import BUSINESS
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.wire.kinds import Text
from laixi_transport.devices.wire.record import Message as LinkMessage
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.devices.wire.stream import Sink

PLATE_BYTES = 21
_PLATE = Text(PLATE_BYTES)
_OF_PLATFORMS = frozenset({0x1102, 0x1103, 0x9102, 0x9103})
"""Never of a vehicle; their sub id is their own id, and some write anything there."""
_SUB_ID_LOW = 0x40
"""Above every low byte of a sub id, below every second byte of a Chinese character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The body of a message.

    data      typed, or bytes where the layout is not known or does not fit; then ``fault`` says why
    edition   whose layout the data have
    lengthed  whether the length stands before the data; answers of 2019 come without
    trailing  bytes behind the data
    """

    msg_id: int
    data: Record | bytes
    edition: int
    sub_id: int | None = None
    plate_no: str | None = None
    plate_color: int | None = None
    fault: Fault | None = None
    lengthed: bool = True
    trailing: bytes = b""

    def encode(self) -> bytes:
        """Return the body as on the wire, not encrypted; ValueError for what does not fit."""
        data = self.data if isinstance(self.data, bytes) else self.data.encode(version=self.edition)
        if self.sub_id is None:
            return data + self.trailing
        sink = Sink(self.edition)
        if self.plate_no is not None:
            _PLATE.write(sink, self.plate_no)
            sink.data.append(self.plate_color or 0)
        sink.data += self.sub_id.to_bytes(2)
        if self.lengthed:
            sink.data += len(data).to_bytes(4)
        return bytes(sink.data) + data + self.trailing

    def flat(self) -> dict[str, Any]:
        """Return the body as JSON values by name."""
        into: dict[str, Any] = {}
        if self.plate_no is not None:
            into |= {"plate_no": self.plate_no, "plate_color": self.plate_color}
        if self.sub_id is not None:
            into["sub_id"] = self.sub_id
            if self.lengthed:
                size = len(self.data) if isinstance(self.data, bytes) else len(self.data.encode(version=self.edition))
                into["sub_len"] = size
        if isinstance(self.data, bytes):
            into["data"] = self.data.hex()
        else:
            into |= self.data.flat()
        if self.trailing:
            into["rest"] = self.trailing.hex()
        return into


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message with its header."""

    header: Header
    envelope: Envelope

    def flat(self) -> dict[str, Any]:
        """Return header and body as JSON values by name; the header's names come first."""
        return {**self.envelope.flat(), **self.header.flat()}


def envelope(
    data: Record | bytes,
    *,
    version: int,
    plate_no: str | None = None,
    plate_color: int | None = None,
    msg_id: int | None = None,
    sub_id: int | None = None,
) -> Envelope:
    """Return the body of a message that is to be sent; typed data know their ids."""
    if isinstance(data, Sub):
        msg_id, sub_id = data.message_id(), data.SUB
    elif isinstance(data, LinkMessage):
        msg_id = data.ID
    if msg_id is None:
        raise ValueError("bytes have no message id of their own")
    edition = edition_of(version)
    if msg_id in {0x1400, 0x9400} and edition == 2019:  # the data say which vehicle
        plate_no = None
    return Envelope(
        msg_id=msg_id, data=data, edition=edition, sub_id=sub_id, plate_no=plate_no, plate_color=plate_color
    )


def encode_message(body: Envelope, header: Header, *, keys: Keys | None = None) -> bytes:
    """Return a message as on the wire; with keys it is encrypted with the header's key.

    Raises ValueError for what does not fit.
    """
    plain = body.encode()
    header = replace(header, msg_id=body.msg_id, encrypt=0 if keys is None else 1)
    if keys is not None:
        plain = crypt(plain, header.encrypt_key, keys)
    return encode_frame(header, plain, version=body.edition)


def decode_message(frame: Frame, keys: Keys | None = None) -> Message | Refusal:
    """Return the message of a frame, or ENCRYPTED if its keys are not known; never raises."""
    body = frame.body
    if frame.header.encrypt:
        if keys is None:
            return Refusal.ENCRYPTED
        body = crypt(body, frame.header.encrypt_key, keys)
    return Message(header=frame.header, envelope=decode_body(frame.header.msg_id, body, frame.edition))


def decode_body(msg_id: int, body: bytes, version: int) -> Envelope:
    """Return the body of a message; what cannot be read stays as bytes, with the reason."""
    edition = edition_of(version)
    if msg_id in BUSINESS:
        return _decode_business(msg_id, body, edition)
    known = MESSAGES.get(msg_id)
    if known is None:
        return Envelope(msg_id=msg_id, data=body, edition=edition)
    second: Record | None = None
    fault: Fault | None = None
    for layout in _editions(edition):
        data = known.decode(body, version=layout)
        if isinstance(data, Fault):
            fault = fault or data
        elif not data.rest:
            return Envelope(msg_id=msg_id, data=data, edition=layout)
        elif layout == edition:
            second = data
    if second is not None:
        return Envelope(msg_id=msg_id, data=second, edition=edition)
    return Envelope(msg_id=msg_id, data=body, edition=edition, fault=fault)


def decode_data(sub_id: int, data: bytes, version: int) -> tuple[Record | bytes, int, Fault | None]:
    """Return the data of a sub id, the edition whose layout they have, and why they stay as bytes if they do."""
    edition = edition_of(version)
    second: tuple[Record, int] | None = None
    fault: Fault | None = None
    for known, layout in _layouts(sub_id, edition):
        found = known.decode(data, version=layout)
        if isinstance(found, Fault):
            fault = fault or found
        elif not found.rest:
            return found, layout, None
        elif second is None and layout == edition:  # the other edition's must fit, or any bytes would be one
            second = found, layout
    if second is not None:
        return *second, None
    return data, edition, fault


def _layouts(sub_id: int, edition: int) -> Iterator[tuple[type[Sub], int]]:
    """Yield the layouts of a sub id, those of the edition first."""
    for layout in _editions(edition):
        for known in SUBS.get(sub_id, ()):
            if known.SINCE <= layout <= known.UNTIL:
                yield known, layout


def _editions(first: int) -> tuple[int, int]:
    return (2019, 2011) if first == 2019 else (2011, 2019)


def _decode_business(msg_id: int, body: bytes, edition: int) -> Envelope:
    plated = not _is_sub_id(msg_id, body) and _is_sub_id(msg_id, body[PLATE_BYTES + 1 :])
    plain = not plated and (msg_id in _OF_PLATFORMS or _is_sub_id(msg_id, body))
    head = 0 if plain else PLATE_BYTES + 1
    if len(body) < head + 2 or not (plain or plated):
        none = Fault(Refusal.BODY_SHORT, "sub_id", min(head, len(body)))
        return Envelope(msg_id=msg_id, data=body, edition=edition, fault=none)
    sub_id = int.from_bytes(body[head : head + 2])
    at = head + 6
    length = int.from_bytes(body[head + 2 : at]) if len(body) >= at else -1
    lengthed = 0 <= length <= len(body) - at
    if not lengthed:
        at, length = head + 2, len(body) - head - 2
    known = msg_id if msg_id in _OF_PLATFORMS and sub_id not in SUBS else sub_id
    data, layout, fault = decode_data(known, body[at : at + length], edition)
    return Envelope(
        msg_id=msg_id,
        data=data,
        edition=layout,
        sub_id=sub_id,
        plate_no=None if plain else _PLATE.value(body[:PLATE_BYTES]),
        plate_color=None if plain else body[PLATE_BYTES],
        fault=fault,
        lengthed=lengthed,
        trailing=body[at + length :],
    )


def _is_sub_id(msg_id: int, body: bytes) -> bool:
    return len(body) >= 2 and body[0] == msg_id >> 8 and body[1] < _SUB_ID_LOW

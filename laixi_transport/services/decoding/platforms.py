"""Reading frames, streams and bodies of JT/T 809."""

from dataclasses import replace
from typing import Any

from laixi_transport.devices.jt809.catalogue import MESSAGES
from laixi_transport.devices.jt809.cipher import crypt
from laixi_transport.devices.jt809.frame import (
    BEGIN,
    END,
    HEADER_BYTES,
    Header,
    crc_of,
    edition_of,
    unescape,
)  # fmt: skip
from laixi_transport.devices.jt809.message import PLATE_BYTES, Envelope, decode_body, decode_data
from laixi_transport.devices.wire.consistency import inconsistencies
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.services.decoding.cutting import Protocol, cut
from laixi_transport.services.decoding.reading import INCONSISTENT, Reading, Terms

FRAMING = "JT/T 809-2011 4.5"
_CENTURY_S = range(946_684_800, 4_102_444_800)


def read_frame(wire: bytes, terms: Terms) -> Reading:
    """Return what a frame holds; what is wrong with it hides nothing that can be read.

    Where the edition is not known beforehand, the bytes behind the header of 2011 tell: in 2019 they are a time.
    """
    reading = Reading()
    payload = _unwrap(wire, reading)
    edition = edition_of(terms.version) if terms.version else _edition(payload)
    head = HEADER_BYTES[edition]
    if len(payload) < head + 2:
        reading.faults.append(Refusal.HEADER_SHORT)
        reading.mark(1, payload, "", "", str(Refusal.HEADER_SHORT))
        return reading
    terms = replace(terms, version=edition)
    header = reading.take(Header, payload[:head], terms, begin=1)
    if not isinstance(header, Header):  # it cannot be: the bytes are there
        return reading
    right = crc_of(payload[:-2])
    if right != int.from_bytes(payload[-2:]):
        reading.faults.append(Refusal.CHECKSUM)
    if header.msg_len != len(payload) + 2:
        reading.faults.append(Refusal.BODY_LENGTH)
    body = payload[head:-2]
    if header.encrypt and terms.keys is None:
        reading.faults.append(Refusal.ENCRYPTED)
        reading.add({"body": body.hex()})
        reading.mark(1 + head, body, "body", "数据体", str(Refusal.ENCRYPTED))
    else:
        if header.encrypt and terms.keys is not None:
            body = crypt(body, header.encrypt_key, terms.keys)
        _read(reading, decode_body(header.msg_id, body, edition), body, terms, 1 + head)
    text = f"0x{right:04X}" if Refusal.CHECKSUM not in reading.faults else f"≠ 0x{right:04X}"
    reading.mark(len(payload) - 1, payload[-2:], "check", "CRC校验码", text, FRAMING)
    reading.mark(len(payload) + 1, END if wire.endswith(END) else b"", "", "尾标识", "", FRAMING)
    return reading


def read_body(msg_id: int | None, sub_id: int | None, body: bytes, terms: Terms) -> Reading:
    """Return what the body of a message holds, or the data of a sub id; one of the two ids is enough."""
    reading = Reading()
    version = terms.version or 2019
    if sub_id is None:
        _read(reading, decode_body(msg_id or 0, body, version), body, terms, 0)
        return reading
    data, edition, fault = decode_data(sub_id, body, version)
    whole = decode_body(msg_id, body, version) if msg_id is not None else None
    if whole is not None and whole.sub_id == sub_id and (isinstance(data, bytes) or data.rest):
        _read(reading, whole, body, terms, 0)
        return reading
    reading.add({"sub_id": sub_id})
    _read_data(reading, data, fault, body, replace(terms, version=edition), 0)
    return reading


def read_stream(data: bytes, terms: Terms) -> Reading:
    """Return how many frames a piece of a stream has and what stands between and behind them; bytes are counted.

    Whatever stands between two delimiters is a frame here; ``refused`` counts those that no platform would take. The
    fields of the frames themselves are in ``items[k]``, their ids once more in ``msg_ids`` and ``sub_ids``.
    """
    pieces = list(cut(data, Protocol.JT809))
    places = [place for place, piece in enumerate(pieces) if piece.refusal is None]
    behind = places[-1] + 1 if places else 0
    trailing = b"".join(piece.data for piece in pieces[behind:])
    between = [piece for piece in pieces[:behind] if piece.refusal is not None]
    readings = [read_frame(pieces[place].data, terms) for place in places]
    fields: dict[str, Any] = {
        "frames": len(readings),
        "refused": sum(bool(reading.faults) for reading in readings),
        "junk_between": sum(len(piece.data) for piece in between),
        "junk_runs": len(between),
        "trailing_bytes": len(trailing),
        "remain": trailing.hex(),
    }
    for name in ("msg_id", "sub_id"):
        fields[f"{name}s"] = [reading.fields[name] for reading in readings if name in reading.fields]
    for index, reading in enumerate(readings):
        fields |= {f"items[{index}].{name}": value for name, value in reading.json.items()}
    return Reading(fields)


def is_link_message(msg_id: int) -> bool:
    """Return whether a message has a body of its own, without sub id."""
    return msg_id in MESSAGES


def _unwrap(wire: bytes, reading: Reading) -> bytes:
    whole = len(wire) >= 2 and wire.startswith(BEGIN) and wire.endswith(END)
    between = wire[1:-1] if whole else wire.removeprefix(BEGIN).removesuffix(END)
    if wire.startswith(BEGIN):
        reading.mark(0, BEGIN, "", "头标识", "", FRAMING)
    if not whole:
        reading.faults.append(Refusal.JUNK)
    if _checked(between):  # written down, or sent, without escapes
        return between
    if not whole or BEGIN in between or END in between:
        reading.faults = [Refusal.JUNK]
    plain = unescape(between)
    if plain is None:
        reading.faults.append(Refusal.ESCAPE)
        return between
    return plain


def _checked(payload: bytes) -> bool:
    return len(payload) > 2 and crc_of(payload[:-2]) == int.from_bytes(payload[-2:])


def _edition(payload: bytes) -> int:
    return 2019 if int.from_bytes(payload[22:30]) in _CENTURY_S and len(payload) >= 32 else 2011


def _read(reading: Reading, envelope: Envelope, body: bytes, terms: Terms, begin: int) -> None:
    """Enter the body of a message: plate, sub id, length and data."""
    at = 0
    if envelope.plate_no is not None:
        reading.add({"plate_no": envelope.plate_no, "plate_color": envelope.plate_color})
        reading.mark(begin, body[:PLATE_BYTES], "plate_no", "车牌号", envelope.plate_no)
        reading.mark(begin + PLATE_BYTES, body[PLATE_BYTES : PLATE_BYTES + 1], "plate_color", "车辆颜色",
                     str(envelope.plate_color))  # fmt: skip
        at = PLATE_BYTES + 1
    if envelope.sub_id is not None:
        reading.add({"sub_id": envelope.sub_id})
        reading.mark(begin + at, body[at : at + 2], "sub_id", "子业务类型标识", f"0x{envelope.sub_id:04X}")
        at += 2
        if envelope.lengthed:
            length = int.from_bytes(body[at : at + 4])
            reading.add({"sub_len": length})
            reading.mark(begin + at, body[at : at + 4], "sub_len", "后续数据长度", str(length))
            at += 4
    data = body[at : len(body) - len(envelope.trailing)]
    terms = replace(terms, version=envelope.edition)
    _read_data(reading, envelope.data, envelope.fault, data, terms, begin + at)
    if envelope.trailing:
        reading.flags.append(INCONSISTENT)
        reading.add({"rest": envelope.trailing.hex()})
        reading.mark(begin + at + len(data), envelope.trailing, "rest", "")


def _read_data(
    reading: Reading, data: Record | bytes, fault: Fault | None, body: bytes, terms: Terms, begin: int
) -> None:
    if isinstance(data, Record):
        if data.TITLE:
            reading.add({"title": data.TITLE})
        reading.add(data.flat())
        if any(inconsistencies(data)):
            reading.flags.append(INCONSISTENT)
        if terms.explain:
            spans, _ = type(data).explain(body, version=terms.version or 2019)
            reading.spans += [span._replace(offset=span.offset + begin) for span in spans]
        return
    if fault is not None:
        reading.refuse(fault, body)
    else:
        reading.add({"data": body.hex()})
    reading.mark(begin, body, "data", "数据体", str(fault.reason) if fault is not None else "")

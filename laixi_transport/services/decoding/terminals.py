"""Reading frames and bodies of JT/T 808 and of the timing terminals, whose frames differ by their header only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.frame import fits, unescape, unescape_leniently, xor_of
from laixi_transport.devices.jt808.header import Header
from laixi_transport.devices.training.frame import VERSION as TRAINING_VERSION
from laixi_transport.devices.training.header import Header as TrainingHeader
from laixi_transport.devices.training.messages import MESSAGES as TRAINING_MESSAGES
from laixi_transport.devices.wire.record import Message
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.services.decoding.reading import Reading, Terms

DELIMITER = b"\x7e"
FRAMING = "JT/T 808-2019 4.4.1"


@dataclass(frozen=True, slots=True)
class Dialect:
    """What makes a protocol of those that are framed as JT/T 808 is.

    version  of the bodies of a frame, given its header and what is known beforehand
    checked  bytes between the delimiters from which on the check is looked at before the header
    """

    header: type[Header | TrainingHeader]
    messages: Mapping[int, type[Message]]
    version: Callable[[Header | TrainingHeader, Terms], int]
    checked: int


def _version_808(header: Header | TrainingHeader, terms: Terms) -> int:
    if isinstance(header, Header) and header.protocol_version is not None:
        return 2019
    return terms.version if terms.version in {2011, 2013} else 2013  # which share their header


JT808 = Dialect(Header, MESSAGES, _version_808, 13)
TRAINING = Dialect(TrainingHeader, {**MESSAGES, **TRAINING_MESSAGES}, lambda _header, _terms: TRAINING_VERSION, 21)


def read_frame(dialect: Dialect, wire: bytes, terms: Terms) -> Reading:
    """Return what a frame holds, from delimiter to delimiter; what is wrong with it hides nothing that can be read."""
    reading = Reading()
    payload = _unwrap(wire, reading)
    header = dialect.header.decode(payload[:-1])
    if isinstance(header, Fault):
        if len(payload) >= dialect.checked and xor_of(payload):
            reading.faults.append(Refusal.CHECKSUM)
        reading.faults.append(Refusal.HEADER_SHORT)
        reading.add(dialect.header.readable(payload[:-1]))
        reading.mark(1, payload, "", "", str(Refusal.HEADER_SHORT))
        return reading
    body = header.rest
    head = len(payload) - 1 - len(body)
    if isinstance(header, TrainingHeader) and header.version_byte != TRAINING_VERSION:
        reading.faults.append(Refusal.MAGIC)
    reading.take(dialect.header, payload[:head], terms, begin=1)
    if xor_of(payload):
        reading.faults.append(Refusal.CHECKSUM)
    if len(body) != header.body_len:
        reading.faults.append(Refusal.BODY_LENGTH)
    begin = 1 + head
    if header.encrypt:
        _unread(reading, body, begin, "encrypted")
    elif header.sub_index is not None and header.sub_index != 1:
        _unread(reading, body, begin, f"{header.sub_index}/{header.sub_total}")
    else:
        terms = replace(terms, version=dialect.version(header, terms))
        _read(dialect, reading, header.msg_id, body, terms, begin)
        if header.sub_total is not None and Refusal.BODY_SHORT in reading.faults:
            reading.faults.remove(Refusal.BODY_SHORT)  # the rest of the body is in other frames
    check = f"0x{xor_of(payload[:-1]):02X}"
    text = check if Refusal.CHECKSUM not in reading.faults else f"≠ {check}"
    reading.mark(begin + len(body), payload[-1:], "check", "校验码", text, FRAMING)
    reading.mark(begin + len(body) + 1, wire[-1:] if wire.endswith(DELIMITER) else b"", "", "标识位", "", FRAMING)
    return reading


def read_body(dialect: Dialect, msg_id: int, body: bytes, terms: Terms) -> Reading:
    """Return what the body of a message holds."""
    reading = Reading()
    _read(dialect, reading, msg_id, body, terms, 0)
    return reading


def _unwrap(wire: bytes, reading: Reading) -> bytes:
    """Return what stands between the delimiters without escapes, as far as there are any."""
    whole = len(wire) >= 2 and wire.startswith(DELIMITER) and wire.endswith(DELIMITER)
    between = wire[1:-1] if whole else wire.strip(DELIMITER)
    if wire.startswith(DELIMITER):
        reading.mark(0, DELIMITER, "", "标识位", "", FRAMING)
    plain = unescape(between)
    if whole and (plain is None or DELIMITER in between or xor_of(plain)):
        for payload in (unescape_leniently(between), between):
            if fits(payload):  # the device, or whoever wrote the bytes down, did not escape everything
                return payload
    if not whole or DELIMITER in between:
        reading.faults.append(Refusal.JUNK)
    if plain is None:
        reading.faults.append(Refusal.ESCAPE)
    return unescape_leniently(between)


def _read(dialect: Dialect, reading: Reading, msg_id: int, body: bytes, terms: Terms, begin: int) -> None:
    kind = dialect.messages.get(msg_id)
    if kind is None:
        _unread(reading, body, begin, "")
        return
    reading.add({"title": kind.TITLE})
    reading.take(kind, body, terms, begin=begin)


def _unread(reading: Reading, body: bytes, begin: int, why: str) -> None:
    reading.add({"body": body.hex()})
    reading.mark(begin, body, "body", "消息体", why)

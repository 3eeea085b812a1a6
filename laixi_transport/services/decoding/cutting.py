"""Cutting bytes into the frames, packets and blocks that stand in them, whichever protocol they are of."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from laixi_transport.devices.jsatl.file_block import FileBlock
from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.frame import Frame, parse_frame, unescape_leniently
from laixi_transport.devices.jt809.frame import Frame as PlatformFrame
from laixi_transport.devices.jt809.frame import parse_frame as parse_platform_frame
from laixi_transport.devices.jt1078.packet import FLAGS, MAGIC, StreamParser, encode_packet
from laixi_transport.devices.training.frame import VERSION as TRAINING
from laixi_transport.devices.training.frame import TrainingFrame
from laixi_transport.devices.training.frame import parse_frame as parse_training_frame
from laixi_transport.devices.training.messages import MESSAGES as TRAINING_MESSAGES
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal


class Protocol(StrEnum):
    """What the command can read."""

    AUTO = "auto"
    JT808 = "808"
    JT809 = "809"
    TRAINING = "training"
    JT1078 = "1078"
    JSATL = "jsatl"
    RECORDER = "recorder"


class Piece(NamedTuple):
    """Bytes that are read as one thing, or refused as a whole."""

    protocol: Protocol
    data: bytes
    refusal: Refusal | None = None


def cut(data: bytes, protocol: Protocol = Protocol.AUTO) -> Iterator[Piece]:
    """Yield what stands in some bytes, in order and without leaving anything out."""
    if protocol is Protocol.AUTO:
        protocol = guess(data)
        automatic = True
    else:
        automatic = False
    if protocol in {Protocol.JT808, Protocol.TRAINING}:
        for piece in _between(data, b"\x7e", b"\x7e", protocol):
            kind = _terminal_kind(piece.data) if automatic and piece.refusal is None else protocol
            yield piece._replace(protocol=kind)
    elif protocol is Protocol.JT809:
        whole = _is_platform_frame(data)  # such as one written down without its escapes
        yield from [Piece(protocol, data)] if whole else _between(data, b"\x5b", b"\x5d", protocol)
    elif protocol is Protocol.JT1078:
        yield from _packets(data)
    elif protocol is Protocol.JSATL:
        yield from _file_blocks(data)
    else:
        yield Piece(protocol, data)


def guess(data: bytes) -> Protocol:
    """Return the protocol that bytes are of by what they begin with."""
    if data.startswith(MAGIC):
        return Protocol.JT1078 if data[4:5] == bytes((FLAGS,)) else Protocol.JSATL
    if data.startswith((b"\x55\x7a", b"\xaa\x75")):
        return Protocol.RECORDER
    terminals, platforms = data.find(b"\x7e"), data.find(b"\x5b")
    if platforms >= 0 and (terminals < 0 or platforms < terminals):
        return Protocol.JT809
    return Protocol.JT808


def _terminal_kind(wire: bytes) -> Protocol:
    """Return whether a frame is of a timing terminal. Those begin with 80, but so do a platform's answers, 80xx."""
    piece = wire[1:-1]
    payload = unescape_leniently(piece)
    if payload[:1] != bytes((TRAINING,)) or isinstance(parse_frame(piece), Frame):
        return Protocol.JT808
    if isinstance(parse_training_frame(piece), TrainingFrame):
        return Protocol.TRAINING
    known = int.from_bytes(payload[1:3]) in TRAINING_MESSAGES and int.from_bytes(payload[:2]) not in MESSAGES
    return Protocol.TRAINING if known else Protocol.JT808


def _between(data: bytes, begin: bytes, end: bytes, protocol: Protocol) -> Iterator[Piece]:
    at = data.find(begin)
    if at != 0:
        junk = data if at < 0 else data[:at]
        if junk:
            yield Piece(protocol, junk, Refusal.JUNK)
    while at >= 0:
        close = data.find(end, at + 1)
        if close < 0:
            if at + 1 < len(data) or begin != end:
                yield Piece(protocol, data[at:], Refusal.TRUNCATED)
            return
        again = data.rfind(begin, at + 1, close) if begin != end else -1
        if again >= 0:  # a frame that was cut off before the next one
            yield Piece(protocol, data[at:again], Refusal.TRUNCATED)
            at = again
        if close > at + 1:
            yield Piece(protocol, data[at : close + 1])
        # One delimiter may end a frame and begin the next.
        following = data.find(begin, close if begin == end else close + 1)
        behind = data[close + 1 : following if following >= 0 else len(data)]
        if begin != end and behind:
            yield Piece(protocol, behind, Refusal.JUNK)
        at = following


def _is_platform_frame(data: bytes) -> bool:
    return any(isinstance(parse_platform_frame(data, version), PlatformFrame) for version in (2011, 2019))


def _packets(data: bytes) -> Iterator[Piece]:
    parser = StreamParser()
    found = [*parser.feed(data), *parser.close()]
    wires = [encode_packet(packet) for packet in found]
    at = 0
    for wire in wires:
        begin = data.find(wire, at)
        if begin > at:
            yield Piece(Protocol.JT1078, data[at:begin], Refusal.MAGIC)
        yield Piece(Protocol.JT1078, wire)
        at = begin + len(wire)
    if at < len(data):
        yield Piece(Protocol.JT1078, data[at:])


def _file_blocks(data: bytes) -> Iterator[Piece]:
    while data:
        block = FileBlock.decode(data)
        size = len(data) - len(block.rest) if isinstance(block, Record) else len(data)
        yield Piece(Protocol.JSATL, data[:size])
        data = data[size:]

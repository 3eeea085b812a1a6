"""Cutting bytes into the frames, packets and blocks that stand in them, whichever protocol they are of."""

from collections.abc import Generator, Iterator
from enum import StrEnum
from typing import NamedTuple

from laixi_transport.devices.jsatl.file_block import HEAD_BYTES, FileBlock
from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.frame import Frame, parse_frame, unescape_leniently
from laixi_transport.devices.jt809.frame import BEGIN, END, MAX_BYTES
from laixi_transport.devices.jt809.frame import Frame as PlatformFrame
from laixi_transport.devices.jt809.frame import parse_frame as parse_platform_frame
from laixi_transport.devices.jt1078.packet import FLAGS, MAGIC, Packet, StreamParser, encode_packet, parse_packet
from laixi_transport.devices.training.frame import VERSION as TRAINING
from laixi_transport.devices.training.frame import TrainingFrame
from laixi_transport.devices.training.frame import parse_frame as parse_training_frame
from laixi_transport.devices.training.messages import MESSAGES as TRAINING_MESSAGES
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal

TERMINAL = b"\x7e"
HELD_MOST = 1 << 21
"""Bytes without an end that are waited for; the longest frame of any of the protocols is shorter."""


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
    """Yield what stands in some bytes, in order and without leaving anything out.

    With AUTO, whatever begins next tells which protocol it is of: links of alarm files carry frames and blocks.
    """
    automatic = protocol is Protocol.AUTO
    at = 0
    while at < len(data):
        kind = guess(data, at) if automatic else protocol
        if kind in {Protocol.JT808, Protocol.TRAINING}:
            at = yield from _terminal_frame(data, at, kind, automatic=automatic)
        elif kind is Protocol.JT809:
            at = yield from _platform_frame(data, at)
        elif kind is Protocol.JT1078:
            at = yield from _packets(data, at)
        elif kind is Protocol.JSATL:
            at = yield from _file_block(data, at)
        else:
            yield Piece(kind, data[at:])
            return


def guess(data: bytes, at: int = 0) -> Protocol:
    """Return the protocol of what begins at a place in some bytes."""
    if data.startswith(MAGIC, at):
        return Protocol.JT1078 if data[at + 4 : at + 5] == bytes((FLAGS,)) else Protocol.JSATL
    if data.startswith((b"\x55\x7a", b"\xaa\x75"), at):
        return Protocol.RECORDER
    terminals, platforms = data.find(TERMINAL, at), data.find(BEGIN, at)
    if platforms >= 0 and (terminals < 0 or platforms < terminals):
        return Protocol.JT809
    return Protocol.JT808


class Cutter:
    """Cuts a stream that comes in several calls; what has no end yet waits for the next one."""

    def __init__(self, protocol: Protocol = Protocol.AUTO) -> None:
        self._protocol = protocol
        self._held = b""

    def feed(self, data: bytes) -> Iterator[Piece]:
        """Yield what the next bytes complete."""
        data = self._held + data
        pieces = list(cut(data, self._protocol))
        self._held = b""
        if pieces and len(pieces[-1].data) <= HELD_MOST and not _ended(pieces[-1]):
            self._held = pieces.pop().data
        elif data.endswith(TERMINAL):
            self._held = TERMINAL  # it may begin the next frame, too
        yield from pieces

    def close(self) -> Iterator[Piece]:
        """Yield what was waiting for more."""
        held, self._held = self._held, b""
        if held != TERMINAL:
            yield from cut(held, self._protocol)


def _ended(piece: Piece) -> bool:
    if piece.refusal is not None:
        return piece.refusal is not Refusal.TRUNCATED
    if piece.protocol is Protocol.JT1078:
        return isinstance(parse_packet(piece.data), Packet)
    if piece.protocol is Protocol.JSATL:
        return isinstance(FileBlock.decode(piece.data), Record)
    return True


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


def _terminal_frame(data: bytes, at: int, protocol: Protocol, *, automatic: bool) -> Generator[Piece, None, int]:
    begin = data.find(TERMINAL, at)
    if begin != at:
        junk = data[at:begin] if begin >= 0 else data[at:]
        yield Piece(protocol, junk, Refusal.JUNK)
        return at + len(junk)
    end = data.find(TERMINAL, at + 1)
    if end < 0:
        if at + 1 < len(data):
            yield Piece(protocol, data[at:], Refusal.TRUNCATED)
        return len(data)
    if end > at + 1:
        wire = data[at : end + 1]
        yield Piece(_terminal_kind(wire) if automatic else protocol, wire)
    behind = end + 1
    # One delimiter may end a frame and begin the next.
    if behind == len(data) or data.startswith((TERMINAL, BEGIN, MAGIC) if automatic else TERMINAL, behind):
        return behind
    return end


def _platform_frame(data: bytes, at: int) -> Generator[Piece, None, int]:
    begin = data.find(BEGIN, at)
    if begin != at:
        junk = data[at:begin] if begin >= 0 else data[at:]
        yield Piece(Protocol.JT809, junk, Refusal.JUNK)
        return at + len(junk)
    if not at and _is_platform_frame(data):  # also one that was written down without its escapes
        yield Piece(Protocol.JT809, data[at:])
        return len(data)
    end = data.find(END, at + 1)
    again = data.find(BEGIN, at + 1, end if end >= 0 else len(data))
    if again >= 0:  # a frame that was cut off before the next one
        yield Piece(Protocol.JT809, data[at:again], Refusal.TRUNCATED)
        return again
    if end < 0:
        yield Piece(Protocol.JT809, data[at:], Refusal.TRUNCATED)
        return len(data)
    yield Piece(Protocol.JT809, data[at : end + 1])
    return end + 1


def _is_platform_frame(data: bytes) -> bool:
    return len(data) <= MAX_BYTES and any(
        isinstance(parse_platform_frame(data, version), PlatformFrame) for version in (2011, 2019)
    )


def _packets(data: bytes, at: int) -> Generator[Piece, None, int]:
    parser = StreamParser()
    for packet in [*parser.feed(data[at:]), *parser.close()]:
        wire = encode_packet(packet)
        begin = data.find(wire, at)
        if begin > at:
            yield Piece(Protocol.JT1078, data[at:begin], Refusal.MAGIC)
        yield Piece(Protocol.JT1078, wire)
        at = begin + len(wire)
    if at < len(data):
        yield Piece(Protocol.JT1078, data[at:])
    return len(data)


def _file_block(data: bytes, at: int) -> Generator[Piece, None, int]:
    end = at + HEAD_BYTES + int.from_bytes(data[at + HEAD_BYTES - 4 : at + HEAD_BYTES])
    yield Piece(Protocol.JSATL, data[at:end])
    return min(end, len(data))

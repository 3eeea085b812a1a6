"""Where bytes to be read come from: lines of text, captures of this program, files of raw bytes."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from laixi_transport.devices.capture import MAGIC as CAPTURE
from laixi_transport.devices.capture import Capture, Captured, Event
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import BEIJING, from_unix
from laixi_transport.services.decoding.cutting import Cutter, Piece, Protocol, cut
from laixi_transport.services.decoding.lines import bytes_of

SNIFFED_BYTES = 4096
CHUNK_BYTES = 1 << 16
LINE_BYTES = 1 << 24
SHOWN_CHARACTERS = 80


class Found(NamedTuple):
    """One piece, or a line without any.

    piece   None: the line holds no bytes
    origin  where it was found, as JSON values
    """

    piece: Piece | None
    origin: dict[str, Any]


def pieces_of(name: str, stream: IO[bytes], protocol: Protocol, *, bodies: bool) -> Iterator[Found]:
    """Yield what stands in a file or what is piped in, whichever of the three it is.

    name    of the file, "-" for what is piped in
    bodies  it has bodies, a line each

    Raises Problem for a capture that is piped in, or cannot be read.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    begin = buffered.peek(SNIFFED_BYTES)[:SNIFFED_BYTES]
    if begin.startswith(CAPTURE):
        if name == "-":
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "A capture cannot be piped in: give the name of its file instead.")
            )
        yield from _of_capture(Path(name), protocol)
    elif _is_text(begin):
        yield from _of_lines(buffered, begin, protocol, bodies=bodies)
    elif bodies:
        yield Found(Piece(protocol, buffered.read()), {})
    else:
        yield from _of_bytes(buffered, protocol)


def _of_lines(stream: IO[bytes], begin: bytes, protocol: Protocol, *, bodies: bool) -> Iterator[Found]:
    wide = begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    lines = io.TextIOWrapper(stream, "utf-16" if wide else "utf-8-sig", errors="replace")
    number = 0
    while line := lines.readline(LINE_BYTES):
        number += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        data = bytes_of(line, bare=bodies)
        if data is None:
            yield Found(None, {"line": number, "text": line.strip()[:SHOWN_CHARACTERS]})
        elif bodies:
            yield Found(Piece(protocol, data), {})
        else:
            yield from (Found(piece, {}) for piece in cut(data, protocol))
    lines.detach()


def _of_bytes(stream: IO[bytes], protocol: Protocol) -> Iterator[Found]:
    cutter = Cutter(protocol)
    while data := stream.read(CHUNK_BYTES):
        yield from (Found(piece, {}) for piece in cutter.feed(data))
    yield from (Found(piece, {}) for piece in cutter.close())


def _of_capture(path: Path, protocol: Protocol) -> Iterator[Found]:
    cutters: dict[tuple[int, Event], Cutter] = {}
    for record in Capture(path):
        if record.event in {Event.OPENED, Event.CLOSED}:
            for direction in (Event.RECEIVED, Event.SENT):
                cutter = cutters.pop((record.connection, direction), None)
                if cutter is not None:
                    origin = _origin(record, direction)
                    yield from (Found(piece, origin) for piece in cutter.close())
            continue
        if record.datagrams:
            yield from (Found(piece, _origin(record, record.event)) for piece in cut(record.data, protocol))
            continue
        cutter = cutters.setdefault((record.connection, record.event), Cutter(protocol))
        yield from (Found(piece, _origin(record, record.event)) for piece in cutter.feed(record.data))
    for (connection, _), cutter in cutters.items():
        yield from (Found(piece, {"connection": connection}) for piece in cutter.close())


def _origin(record: Captured, direction: Event) -> dict[str, Any]:
    at = from_unix(record.time_us // 1_000_000).astimezone(BEIJING)
    return {
        "captured_at": f"{at:%Y-%m-%dT%H:%M:%S}.{record.time_us % 1_000_000:06d}",
        "port": record.port,
        "peer": record.peer,
        "connection": record.connection,
        "received": direction == Event.RECEIVED,
    }


def _is_text(begin: bytes) -> bool:
    """Return whether a file is one of lines, judged by how it begins; an empty one is."""
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return not any(byte < 0x20 and byte not in b"\t\r\n\x1b\x0c" for byte in begin) and _most_are_letters(begin)


def _most_are_letters(begin: bytes) -> bool:
    return sum(0x20 <= byte < 0x7F or byte in b"\t\r\n" for byte in begin) * 2 >= len(begin)

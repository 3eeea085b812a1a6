"""Whether a PBF file is whole, as far as its blobs tell: read before anything else, a few bytes for each.

A file is a row of blobs, each after its length (OpenStreetMap Wiki, "PBF Format"). libosmium takes a file that ends
within the four bytes of such a length for a whole one, and a file that ends between two blobs shows it by nothing but
what is missing: files are sorted nodes, ways, relations, so the last blob tells how far it goes.
"""

import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import IO

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

MOST_HEADER_BYTES = 64 << 10
MOST_BLOB_BYTES = 32 << 20
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Ending(IntEnum):
    """What stands last in a file that is sorted as usual."""

    UNKNOWN = 0  # packed in another way than by zlib
    PLACES = 1  # nodes that all have tags: a file of places
    NODES = 2  # some without a tag, which serve for nothing but ways
    WAYS = 3
    RELATIONS = 4


def read_ending(path: Path) -> Ending:
    """Walk over the blobs and return what the last one holds; raises Problem if the file ends within a blob."""
    size = path.stat().st_size
    with path.open("rb") as file:
        last = (0, 0)
        while file.tell() < size:
            head = file.read(4)
            if len(head) < 4 or not 0 < (length := struct.unpack(">I", head)[0]) <= MOST_HEADER_BYTES:
                raise _cut(path, file.tell() - len(head), size)
            fields = dict(_fields(file.read(length)))
            data = fields.get(3)
            if not isinstance(data, int) or data > MOST_BLOB_BYTES or file.tell() + data > size:
                raise _cut(path, file.tell(), size)
            last = (file.tell(), data)
            file.seek(data, 1)
        file.seek(last[0])
        return _ending_of(file, last[1])


def _ending_of(file: IO[bytes], length: int) -> Ending:
    try:
        blob = dict(_fields(file.read(length)))
        raw = blob.get(1) if 3 not in blob else zlib.decompress(bytes(blob[3]))
        found = Ending.UNKNOWN
        for number, group in _fields(bytes(raw) if isinstance(raw, bytes | memoryview) else b""):
            if number == 2 and isinstance(group, memoryview):
                found = max(found, *(_of_group(*field) for field in _fields(group)), Ending.UNKNOWN)
    except (zlib.error, ValueError):  # damaged within: reading will say so
        return Ending.UNKNOWN
    return found


def _of_group(number: int, value: "int | memoryview") -> Ending:
    if number == 2 and isinstance(value, memoryview):
        tags = bytes(dict(_fields(value)).get(10, b""))
        # Keys and values of node after node, each ended by 0: two in a row are a node without.
        return Ending.NODES if not tags or tags[0] == 0 or b"\0\0" in tags else Ending.PLACES
    return {1: Ending.NODES, 3: Ending.WAYS, 4: Ending.RELATIONS}.get(number, Ending.UNKNOWN)


def _fields(data: "bytes | memoryview") -> Iterator[tuple[int, "int | memoryview"]]:
    """Yield number and value of each field of a protobuf message; ends where it is damaged."""
    view, at = memoryview(data), 0
    while at < len(view):
        tag, at = _varint(view, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _varint(view, at)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, at = _varint(view, at)
        else:
            length = {_FIXED64: 8, _FIXED32: 4}.get(kind, -1)
        if length < 0 or at + length > len(view):
            return
        yield tag >> 3, view[at : at + length]
        at += length


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(view):
            break
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    return value, len(view)


def _cut(path: Path, at: int, size: int) -> Problem:
    return Problem(
        QT_TRANSLATE_NOOP(
            "Problem",
            "{path} is damaged or cut short at byte {at} of {size}; nothing of it was taken. Fetch the file once more.",
        ),
        path=path,
        at=at,
        size=size,
    )

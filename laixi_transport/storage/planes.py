"""Columns of whole numbers as compressed byte planes.

Layout: version (1 byte), number of rows n (4), length of the first frame (4), all little endian, then two zstd frames.
A stepped column is written as the difference to the row before it (in the first row to zero), a plain one as it is,
both modulo 2^(8 width). The numbers are folded so that small negative ones become small (zigzag) and written plane by
plane: all lowest bytes, then the next ones. The first frame holds the lowest bytes of columns that are mostly noise;
in one frame with the others they would spoil its table of codes. The second frame holds the other planes and then
bytes without structure, the tail.
"""

import struct
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import zstandard
from numpy.typing import NDArray

VERSION = 1
LEVEL = 9
_HEADER = struct.Struct("<BII")

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class DamagedBlockError(ValueError):
    """Stored bytes are not what was written."""


class Group(NamedTuple):
    """Columns that are written in the same way."""

    width: int  # bytes of a number
    names: tuple[str, ...]
    stepped: bool = True


@dataclass(frozen=True)
class Layout:
    """Which columns there are; the order of the groups is part of the format."""

    groups: tuple[Group, ...]
    signed: frozenset[str]
    noisy: tuple[str, ...]
    _noisy_rows: list[int] = field(init=False)
    _other_rows: list[int] = field(init=False)

    def __post_init__(self) -> None:
        lowest = {}
        row = 0
        for group in self.groups:
            for name in group.names:
                lowest[name] = row
                row += group.width
        object.__setattr__(self, "_noisy_rows", [lowest[name] for name in self.noisy])
        object.__setattr__(self, "_other_rows", [r for r in range(row) if r not in set(self._noisy_rows)])

    def pack(self, values: Mapping[str, Ints], tail: bytes = b"") -> bytes:
        """Return columns of equal length and a tail as bytes; raises ValueError for a number that does not fit."""
        planes = np.concatenate([self._planes(values, group) for group in self.groups])
        first = _compressor().compress(planes[self._noisy_rows].tobytes())
        second = _compressor().compress(planes[self._other_rows].tobytes() + tail)
        return _HEADER.pack(VERSION, planes.shape[1], len(first)) + first + second

    def unpack(
        self, parts: Sequence[bytes], names: Collection[str] | None = None
    ) -> tuple[dict[str, NDArray[Any]], bytes]:
        """Return the columns of parts that follow each other, joined, and the tail of the last part.

        names  columns that are wanted; None: all. Others cost next to nothing.

        Raises DamagedBlockError if the bytes are not what ``pack`` returned.
        """
        sizes = [_HEADER.unpack_from(part) for part in parts]
        counts = np.array([n for _, n, _ in sizes])
        ends = np.cumsum(counts)
        groups, rows = self._chosen(names)
        noisy, others = len(self._noisy_rows), len(self._other_rows)
        from_first = [self._noisy_rows.index(row) for row in rows if row in self._noisy_rows]
        from_second = [self._other_rows.index(row) for row in rows if row not in self._noisy_rows]
        firsts: list[Bytes] = []
        seconds: list[Bytes] = []
        tail = b""
        frames: list[memoryview] = []
        for part, (version, _, length) in zip(parts, sizes, strict=True):
            if version != VERSION:
                raise DamagedBlockError(f"packed by version {version}")
            view = memoryview(part)
            frames += (view[_HEADER.size : _HEADER.size + length], view[_HEADER.size + length :])
        plain = _decompress(frames)
        for at, (_, n, _) in enumerate(sizes):
            second = plain[2 * at + 1]
            try:
                first = np.frombuffer(plain[2 * at], np.uint8).reshape(noisy, n)
                firsts.append(first if len(from_first) == noisy else first[from_first])
                rest = np.frombuffer(second, np.uint8, others * n).reshape(others, n)
                seconds.append(rest if len(from_second) == others else rest[from_second])
            except ValueError as error:
                raise DamagedBlockError(str(error)) from error
        if sizes:
            tail = bytes(second[others * n :])
        planes = np.empty((len(rows), int(ends[-1])), np.uint8)
        is_noisy = np.isin(rows, self._noisy_rows)
        planes[is_noisy] = np.concatenate(firsts, axis=1)
        planes[~is_noisy] = np.concatenate(seconds, axis=1)
        values: dict[str, NDArray[Any]] = {}
        row = 0
        starts = ends - counts
        for group in groups:
            many = group.width * len(group.names)
            table = _numbers(planes[row : row + many], group, starts)
            for name, column in zip(group.names, table, strict=True):
                values[name] = column.view(f"<i{group.width}") if name in self.signed else column
            row += many
        return values, tail

    def _chosen(self, names: Collection[str] | None) -> tuple[list[Group], list[int]]:
        """Return the groups with only the wanted columns, and the rows of their planes in that order."""
        groups: list[Group] = []
        rows: list[int] = []
        row = 0
        for group in self.groups:
            wanted = [name for name in group.names if names is None or name in names]
            for name in group.names:
                if name in wanted:
                    rows += range(row, row + group.width)
                row += group.width
            if wanted:
                groups.append(group._replace(names=tuple(wanted)))
        return groups, rows

    def _planes(self, values: Mapping[str, Ints], group: Group) -> Bytes:
        unsigned, signed = np.dtype(f"<u{group.width}"), np.dtype(f"<i{group.width}")
        for name in group.names:
            limits = np.iinfo(signed if name in self.signed else unsigned)
            low, high = int(values[name].min()), int(values[name].max())
            if not (limits.min <= low and high <= limits.max):
                raise ValueError(f"{name} from {low} to {high} does not fit into {group.width} bytes")
        table = np.stack([values[name] for name in group.names]).astype(unsigned)
        if group.stepped:
            table = np.diff(table, axis=1, prepend=unsigned.type(0))
        step = table.view(signed)
        folded = (step << 1) ^ (step >> (8 * group.width - 1))
        planes = folded.view(np.uint8).reshape(len(group.names), -1, group.width).transpose(0, 2, 1)
        return planes.reshape(len(group.names) * group.width, -1)


def rows(parts: Sequence[bytes]) -> NDArray[np.intp]:
    """Return how many rows each part has."""
    return np.array([_HEADER.unpack_from(part)[1] for part in parts], np.intp)


def _numbers(planes: Bytes, group: Group, starts: NDArray[np.intp]) -> NDArray[Any]:
    """Undo the planes of one group; starts are the first columns of each part."""
    unsigned = np.dtype(f"<u{group.width}")
    folded = planes[:: group.width].astype(unsigned)
    for byte in range(1, group.width):
        higher = planes[byte :: group.width].astype(unsigned)
        higher <<= unsigned.type(8 * byte)
        folded |= higher
    step: NDArray[Any] = folded >> 1
    folded &= 1
    np.negative(folded, out=folded)
    step ^= folded
    if not group.stepped:
        return step
    if len(starts) > 1:
        # Each part begins with a difference to zero: take off what the part before it ended with.
        totals = np.add.reduceat(step, starts, axis=1, dtype=unsigned)
        step[:, starts[1:]] -= totals[:, :-1]
    return np.cumsum(step, axis=1, dtype=unsigned, out=step)


_local = threading.local()


def _compressor() -> zstandard.ZstdCompressor:
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=LEVEL)
    found: zstandard.ZstdCompressor = _local.compressor
    return found


def _decompress(frames: Sequence[memoryview]) -> list[memoryview]:
    """Return what frames hold, all in one call: each call of its own would wait for the interpreter's lock.

    Frames of nothing are kept from the library (0.25 releases their memory twice).
    """
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    try:
        sizes = [zstandard.frame_content_size(frame) for frame in frames]
        filled = [frame for frame, size in zip(frames, sizes, strict=True) if size]
        found = iter(_local.decompressor.multi_decompress_to_buffer(filled) if filled else ())
    except (zstandard.ZstdError, ValueError, MemoryError) as error:
        raise DamagedBlockError(str(error)) from error
    return [memoryview(next(found) if size else b"") for size in sizes]

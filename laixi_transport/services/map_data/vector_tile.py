"""Reads vector tiles: layers of features with tags and lines in the tile's own units. No geometry is repaired.

Source: Mapbox Vector Tile specification 2.1; Protocol Buffers encoding (varints, packed fields).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Part = NDArray[np.int32]
"""(n, 2): x to the right and y down, in units of the layer's extent."""


class Shape(IntEnum):
    UNKNOWN = 0
    POINT = 1
    LINE = 2
    POLYGON = 3


_SHAPES = frozenset(int(shape) for shape in Shape)


@dataclass(frozen=True, slots=True)
class TileFeature:
    """parts: points, lines, or closed rings (the first point is not repeated)."""

    shape: Shape
    tags: dict[str, Any]
    parts: tuple[Part, ...]


@dataclass(slots=True)
class TileLayer:
    name: str = ""
    extent: int = 4096
    features: list[TileFeature] = field(default_factory=list)


def read_tile(data: bytes) -> list[TileLayer]:
    """Return the layers of a tile; raises ValueError if it is damaged."""
    try:
        return [_layer(value) for number, value in _fields(data) if number == 3]
    except (IndexError, struct.error, TypeError, AttributeError) as error:
        raise ValueError(f"no vector tile: {error}") from error


def _layer(data: Any) -> TileLayer:
    layer = TileLayer()
    keys: list[str] = []
    values: list[Any] = []
    features: list[bytes] = []
    for number, value in _fields(data):
        match number:
            case 1:
                layer.name = bytes(value).decode(errors="replace")
            case 2:
                features.append(value)
            case 3:
                keys.append(bytes(value).decode(errors="replace"))
            case 4:
                values.append(_value(value))
            case 5:
                layer.extent = int(value)
    if not 0 < layer.extent < 2**20:
        raise ValueError(f"extent {layer.extent}")
    layer.features = [_feature(one, keys, values) for one in features]
    return layer


def _feature(data: Any, keys: list[str], values: list[Any]) -> TileFeature:
    shape, tags, geometry = 0, np.empty(0, np.uint64), np.empty(0, np.uint64)
    for number, value in _fields(data):
        match number:
            case 2:
                tags = _varints(value)
            case 3:
                shape = int(value)
            case 4:
                geometry = _varints(value)
    pairs = tags[: len(tags) // 2 * 2].reshape(-1, 2).tolist()
    kind = Shape(shape) if shape in _SHAPES else Shape.UNKNOWN
    return TileFeature(kind, {keys[key]: values[value] for key, value in pairs}, tuple(_parts(geometry)))


def _parts(geometry: NDArray[np.uint64]) -> Iterator[Part]:
    """Return the lines that the commands MoveTo (1), LineTo (2) and ClosePath (7) draw."""
    steps = (geometry >> np.uint64(1)).astype(np.int64) ^ -(geometry & np.uint64(1)).astype(np.int64)
    at, place = 0, np.zeros(2, np.int64)
    open_part: list[NDArray[np.int64]] = []
    while at < len(geometry):
        command, count = int(geometry[at]) & 7, int(geometry[at]) >> 3
        at += 1
        if command == 7:
            continue
        if command not in {1, 2} or at + 2 * count > len(geometry):
            raise ValueError(f"command {command} for {count} points at {at}")
        points = place + np.cumsum(steps[at : at + 2 * count].reshape(-1, 2), axis=0)
        at += 2 * count
        if not count:
            continue
        place = points[-1]
        if command == 1:
            if open_part:
                yield np.concatenate(open_part).astype(np.int32)
            open_part = [points]
        else:
            open_part.append(points)
    if open_part:
        yield np.concatenate(open_part).astype(np.int32)


def _value(data: Any) -> Any:
    for number, value in _fields(data):
        match number:
            case 1:
                return bytes(value).decode(errors="replace")
            case 2:
                return struct.unpack("<f", value)[0]
            case 3:
                return struct.unpack("<d", value)[0]
            case 4 | 5:
                return int(value)
            case 6:
                return (int(value) >> 1) ^ -(int(value) & 1)
            case 7:
                return bool(value)
    return None


def _fields(data: Any) -> Iterator[tuple[int, Any]]:
    """Return the fields of a message: number, and a whole number or the bytes."""
    view = memoryview(data)
    at, end = 0, len(view)
    while at < end:
        tag, at = _varint(view, at)
        kind = tag & 7
        if kind == 0:
            value, at = _varint(view, at)
            yield tag >> 3, value
            continue
        if kind == 2:
            length, at = _varint(view, at)
        elif kind in {1, 5}:
            length = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + length > end:
            raise ValueError("cut short")
        yield tag >> 3, view[at : at + length]
        at += length


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = view[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than 64 bits")


def _varints(view: memoryview) -> NDArray[np.uint64]:
    """Return packed whole numbers; each ends with a byte below 128."""
    data = np.frombuffer(view, np.uint8)
    ends = np.flatnonzero(data < 0x80)
    if not len(data):
        return np.empty(0, np.uint64)
    if not len(ends) or ends[-1] != len(data) - 1:
        raise ValueError("cut short")
    starts = np.concatenate(([0], ends[:-1] + 1))
    place = np.arange(len(data)) - np.repeat(starts, ends - starts + 1)
    if place.max() > 9:
        raise ValueError("a number of more than 64 bits")
    bits = (data & 0x7F).astype(np.uint64) << (7 * place).astype(np.uint64)
    return np.bitwise_or.reduceat(bits, starts)

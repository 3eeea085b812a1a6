"""Roads, areas and places that lie near each other as compressed blocks.

Coordinates are kept as whole numbers of 1e-7 degrees (a centimetre), as OpenStreetMap has them, so that roads that
share a vertex share it again after reading. storage.planes says how columns are written; names stand in the tail.

A block is the lengths of its parts (4 bytes each, little endian) and the parts: the columns of the things, those of
their rings (areas alone), those of their vertices.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.map_data import AreaTable, MapPlace
from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.storage.planes import DamagedBlockError, Group, Layout

E7 = 1e7
_LENGTH = struct.Struct("<I")
_LIMIT_PARTS = 10  # of a km/h

RANKS = (RoadClass.LOCAL, RoadClass.TERTIARY, RoadClass.PRIMARY)
"""The least class of each rank: a map of a province reads main roads without unpacking the streets of its towns."""


class Kind(IntEnum):
    ROADS = 0
    AREAS = 1
    PLACES = 2


@dataclass(frozen=True, slots=True)
class MapBlock:
    """A row of the table map_block without its import."""

    kind: Kind
    rank: int
    n: int
    bounds_e7: tuple[int, int, int, int]  # west, south, east, north
    data: bytes


_ROADS = Layout(
    (
        Group(8, ("way_id",)),
        Group(4, ("vertices",), stepped=False),
        Group(2, ("limit",), stepped=False),
        Group(1, ("road_class", "oneway", "lanes"), stepped=False),
    ),
    frozenset({"way_id", "oneway"}),
    noisy=(),
)
_AREAS = Layout(
    (Group(4, ("rings",), stepped=False), Group(1, ("kind", "level"), stepped=False)), frozenset(), noisy=()
)
_RINGS = Layout((Group(4, ("vertices",), stepped=False),), frozenset(), noisy=())
_VERTICES = Layout((Group(4, ("lon_e7", "lat_e7")),), frozenset({"lon_e7", "lat_e7"}), noisy=("lon_e7", "lat_e7"))
_PLACES = Layout((Group(1, ("rank",), stepped=False),), frozenset(), noisy=())


def rank_of(road_class: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the rank of each road."""
    return np.searchsorted([int(least) for least in RANKS], road_class, side="right").astype(np.int64) - 1


def pack_roads(roads: RoadTable) -> MapBlock:
    """Pack roads of one rank; each has vertices."""
    limit = np.nan_to_num(np.round(roads.limit_kmh * _LIMIT_PARTS), nan=0.0)
    things = _ROADS.pack(
        {
            "way_id": roads.way_id,
            "vertices": np.diff(roads.begin),
            "limit": np.clip(limit, 0, 65535).astype(np.int64),
            "road_class": roads.road_class.astype(np.int64),
            "oneway": roads.oneway.astype(np.int64),
            "lanes": roads.lanes.astype(np.int64),
        },
        _texts(roads.name, roads.code),
    )
    vertices, bounds = _vertices(roads.lon_deg, roads.lat_deg)
    rank = int(rank_of(roads.road_class[:1])[0])
    return MapBlock(Kind.ROADS, rank, len(roads), bounds, _joined(things, vertices))


def unpack_roads(data: bytes, import_id: int) -> RoadTable:
    """Return the roads of a block; raises DamagedBlockError."""
    things, vertices = _parts(data, 2)
    values, tail = _ROADS.unpack([things])
    n = len(values["way_id"])
    name, code = _texts_of(tail, 2, n)
    lon_deg, lat_deg = _vertices_of(vertices)
    limit = values["limit"].astype(np.float32) / np.float32(_LIMIT_PARTS)
    return RoadTable(
        way_id=values["way_id"].astype(np.int64),
        road_class=values["road_class"].astype(np.uint8),
        name=name,
        code=code,
        oneway=values["oneway"].astype(np.int8),
        lanes=values["lanes"].astype(np.uint8),
        limit_kmh=np.where(limit > 0, limit, np.float32(np.nan)),
        begin=_begins(values["vertices"]),
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        import_id=np.full(n, import_id, np.int32),
    )


def pack_areas(areas: AreaTable) -> MapBlock:
    """Pack areas; each has vertices."""
    things = _AREAS.pack(
        {
            "rings": np.diff(areas.ring_begin),
            "kind": areas.kind.astype(np.int64),
            "level": areas.level.astype(np.int64),
        },
        _texts(areas.name, areas.name_en),
    )
    rings = _RINGS.pack({"vertices": np.diff(areas.begin)})
    vertices, bounds = _vertices(areas.lon_deg, areas.lat_deg)
    return MapBlock(Kind.AREAS, 0, len(areas), bounds, _joined(things, rings, vertices))


def unpack_areas(data: bytes) -> AreaTable:
    """Return the areas of a block; raises DamagedBlockError."""
    things, rings, vertices = _parts(data, 3)
    values, tail = _AREAS.unpack([things])
    name, name_en = _texts_of(tail, 2, len(values["kind"]))
    lon_deg, lat_deg = _vertices_of(vertices)
    return AreaTable(
        kind=values["kind"].astype(np.uint8),
        level=values["level"].astype(np.uint8),
        name=name,
        name_en=name_en,
        ring_begin=_begins(values["rings"]),
        begin=_begins(_RINGS.unpack([rings])[0]["vertices"]),
        lon_deg=lon_deg,
        lat_deg=lat_deg,
    )


def pack_places(places: Sequence[MapPlace]) -> MapBlock:
    """Pack places."""
    things = _PLACES.pack(
        {"rank": np.array([place.rank for place in places], dtype=np.int64)},
        _texts([place.name for place in places], [place.name_en for place in places]),
    )
    lon_deg = np.array([place.lon_deg for place in places])
    lat_deg = np.array([place.lat_deg for place in places])
    vertices, bounds = _vertices(lon_deg, lat_deg)
    return MapBlock(Kind.PLACES, 0, len(places), bounds, _joined(things, vertices))


def unpack_places(data: bytes) -> list[MapPlace]:
    """Return the places of a block; raises DamagedBlockError."""
    things, vertices = _parts(data, 2)
    values, tail = _PLACES.unpack([things])
    names = _texts_of(tail, 2, len(values["rank"]))
    columns = (*_vertices_of(vertices), values["rank"])
    return [
        MapPlace(float(lon), float(lat), int(rank), name, name_en)
        for lon, lat, rank, name, name_en in zip(*columns, *names, strict=True)
    ]


def _vertices(lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> tuple[bytes, tuple[int, int, int, int]]:
    lon, lat = (np.round(values * E7).astype(np.int64) for values in (lon_deg, lat_deg))
    bounds = (int(lon.min()), int(lat.min()), int(lon.max()), int(lat.max()))
    return _VERTICES.pack({"lon_e7": lon, "lat_e7": lat}), bounds


def _vertices_of(data: bytes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values, _ = _VERTICES.unpack([data])
    return values["lon_e7"] / E7, values["lat_e7"] / E7


def _begins(counts: NDArray[np.uint32]) -> NDArray[np.int64]:
    begin = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=begin[1:])
    return begin


def _texts(*columns: Sequence[str]) -> bytes:
    return json.dumps([list(column) for column in columns], ensure_ascii=False, separators=(",", ":")).encode()


def _texts_of(tail: bytes, columns: int, n: int) -> list[tuple[str, ...]]:
    try:
        found = [tuple(column) for column in json.loads(tail)]
    except (ValueError, TypeError) as error:
        raise DamagedBlockError(str(error)) from error
    if len(found) != columns or any(len(column) != n for column in found):
        raise DamagedBlockError("names and things do not match")
    return found


def _joined(*parts: bytes) -> bytes:
    return b"".join(_LENGTH.pack(len(part)) for part in parts) + b"".join(parts)


def _parts(data: bytes, count: int) -> list[bytes]:
    head = _LENGTH.size * count
    if len(data) < head:
        raise DamagedBlockError("too short")
    lengths = [_LENGTH.unpack_from(data, _LENGTH.size * at)[0] for at in range(count)]
    if head + sum(lengths) != len(data):
        raise DamagedBlockError("cut short")
    parts, at = [], head
    for length in lengths:
        parts.append(data[at : at + length])
        at += length
    return parts

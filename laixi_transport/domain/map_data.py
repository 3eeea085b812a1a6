"""Map data that was brought in: what an import is, its areas and places. Roads stand in domain.road."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bounds = tuple[float, float, float, float]
"""west, south, east, north in degrees of WGS-84."""


class Frame(StrEnum):
    """In which datum the coordinates of a file are; see analytics.chinese_coordinates."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class AreaKind(IntEnum):
    """What an area is; the order is that of painting, the last on top."""

    GREEN = 0
    BUILT_UP = 1
    WATER = 2
    RIVER = 3  # a line, not closed
    BOUNDARY = 4  # of an administrative area; ``level`` says which


@dataclass(frozen=True, slots=True, eq=False)
class AreaTable:
    """Areas in columns: area i has the rings ``ring_begin[i]`` to ``ring_begin[i + 1]``, each with its vertices.

    The rings of one area are filled by the odd-even rule, so that holes and separate parts need no mark.
    """

    kind: NDArray[np.uint8]  # (n,) AreaKind
    level: NDArray[np.uint8]  # (n,) of a boundary: 4 province, 5 prefecture, 6 county, 8 town; 0 none
    name: tuple[str, ...]
    name_en: tuple[str, ...]
    ring_begin: NDArray[np.int64]  # (n + 1,) into the rings
    begin: NDArray[np.int64]  # (rings + 1,) into the vertices
    lon_deg: NDArray[np.float64]  # WGS-84
    lat_deg: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kind)

    @classmethod
    def of(
        cls,
        areas: Sequence[Sequence[ArrayLike]],
        *,
        kind: Sequence[int],
        level: Sequence[int] | None = None,
        name: Sequence[str] | None = None,
        name_en: Sequence[str] | None = None,
    ) -> Self:
        """Return a table of areas, each a sequence of rings, each (m, 2) longitude and latitude."""
        n = len(areas)
        rings = [np.asarray(ring, dtype=np.float64).reshape(-1, 2) for area in areas for ring in area]
        vertices = np.concatenate(rings) if rings else np.empty((0, 2))
        return cls(
            kind=np.array(kind, dtype=np.uint8),
            level=np.zeros(n, np.uint8) if level is None else np.array(level, dtype=np.uint8),
            name=("",) * n if name is None else tuple(name),
            name_en=("",) * n if name_en is None else tuple(name_en),
            ring_begin=_begins([len(area) for area in areas]),
            begin=_begins([len(ring) for ring in rings]),
            lon_deg=np.ascontiguousarray(vertices[:, 0]),
            lat_deg=np.ascontiguousarray(vertices[:, 1]),
        )

    @classmethod
    def joined(cls, tables: Sequence[Self]) -> Self:
        """Return the areas of several tables in their order."""
        if not tables:
            return cls.of([], kind=[])
        return cls(
            kind=np.concatenate([table.kind for table in tables]),
            level=np.concatenate([table.level for table in tables]),
            name=tuple(name for table in tables for name in table.name),
            name_en=tuple(name for table in tables for name in table.name_en),
            ring_begin=_joined_begins([table.ring_begin for table in tables]),
            begin=_joined_begins([table.begin for table in tables]),
            lon_deg=np.concatenate([table.lon_deg for table in tables]),
            lat_deg=np.concatenate([table.lat_deg for table in tables]),
        )

    def rings(self, i: int) -> list[NDArray[np.float64]]:
        """Return the rings of area i, each (m, 2) longitude and latitude."""
        found = []
        for ring in range(int(self.ring_begin[i]), int(self.ring_begin[i + 1])):
            piece = slice(int(self.begin[ring]), int(self.begin[ring + 1]))
            found.append(np.stack((self.lon_deg[piece], self.lat_deg[piece]), axis=1))
        return found

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Self:
        """Return the chosen areas as a table of their own."""
        index = [int(i) for i in (np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen)]
        return type(self).of(
            [self.rings(i) for i in index],
            kind=self.kind[index].tolist(),
            level=self.level[index].tolist(),
            name=[self.name[i] for i in index],
            name_en=[self.name_en[i] for i in index],
        )

    def bounds(self, i: int) -> Bounds | None:
        """Return the bounds of area i, None if it has no vertex."""
        piece = slice(int(self.begin[self.ring_begin[i]]), int(self.begin[self.ring_begin[i + 1]]))
        return bounds_of(self.lon_deg[piece], self.lat_deg[piece])


@dataclass(frozen=True, slots=True)
class MapPlace:
    """A named point; rank 1 is a city or the seat of a county, 2 a town, 3 a village, 4 a hamlet or quarter."""

    lon_deg: float
    lat_deg: float
    rank: int
    name: str
    name_en: str = ""


class Reason(StrEnum):
    """Why something of a file was not taken."""

    NO_GEOMETRY = "no_geometry"
    BROKEN_GEOMETRY = "broken_geometry"
    OUT_OF_RANGE = "out_of_range"  # no place on the earth
    OTHER_GEOMETRY = "other_geometry"  # neither line, nor area, nor named point
    NO_NODES = "no_nodes"  # a way whose nodes the extract lacks
    UNNAMED_POINT = "unnamed_point"
    OPEN_AREA = "open_area"  # an area whose outline does not close, as at the edge of an extract
    ROAD_AREA = "road_area"  # a road drawn as an area, which has no line to drive on
    SWAPPED_AXES = "swapped_axes"  # no place on the earth, but one if longitude and latitude changed places
    SOME_NODES = "some_nodes"  # pieces of a way whose nodes the extract lacks; the others were taken
    UNREAD_LIMIT = "unread_limit"  # a posted limit that is no speed; the road was taken without it


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How much was not taken for one reason, with the first few: "layer 道路, feature 17", "way 4711"."""

    reason: Reason
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MapImport:
    """One file that was brought in; its id is the data version of what came with it."""

    id: int
    name: str
    file_name: str
    format: str  # "OpenStreetMap PBF", "GeoPackage" ...
    attribution: str  # source and licence, shown on the map
    crs: str  # as the file or the operator gave it
    frame: Frame
    sha256: str  # of the file, hex
    file_bytes: int
    imported: datetime
    roads: int
    areas: int
    places: int
    vertices: int
    limits: int  # roads with a posted limit
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]  # NoteCode values: what the operator should know
    bounds: Bounds | None

    @property
    def left_out_count(self) -> int:
        """How much was not taken, all reasons together."""
        return sum(one.count for one in self.left_out)


class Note(StrEnum):
    """What one should know of an import although nothing is missing."""

    CUT_AT_EDGE = "cut_at_edge"  # ways end where the extract ends
    OLD_DATUM = "old_datum"  # Beijing 1954 or Xian 1980: places may be off by a hundred metres
    NO_LIMITS = "no_limits"
    NO_CLASSES = "no_classes"  # every road became a local one
    GUESSED_ENCODING = "guessed_encoding"
    NO_RELATIONS = "no_relations"  # the file ends after its ways: made so, or cut short between two blobs
    SAME_FILE = "same_file"  # is there already, in the same datum: the new one covers the old one


def bounds_of(lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64]) -> Bounds | None:
    """Return the bounds of places, None of none."""
    if not len(lon_deg):
        return None
    return float(lon_deg.min()), float(lat_deg.min()), float(lon_deg.max()), float(lat_deg.max())


def united(bounds: Sequence[Bounds | None]) -> Bounds | None:
    """Return the bounds of all."""
    found = [one for one in bounds if one is not None]
    if not found:
        return None
    west, south, east, north = zip(*found, strict=True)
    return min(west), min(south), max(east), max(north)


def _begins(counts: Sequence[int]) -> NDArray[np.int64]:
    begin = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=begin[1:])
    return begin


def _joined_begins(begins: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    ends = np.cumsum([0] + [int(begin[-1]) for begin in begins])
    moved = [begin[:-1] + end for begin, end in zip(begins, ends[:-1], strict=True)]
    return np.concatenate([*moved, ends[-1:]]).astype(np.int64)

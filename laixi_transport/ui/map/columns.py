"""The base map in flat arrays, made once: what kernels and painter take it from. No Qt.

Places are steps of 1 / WORLD of the unit square, as in ``TrackBundle``: 9 mm, in half the room.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.map_data import AreaKind, AreaTable
from laixi_transport.domain.road import RoadTable
from laixi_transport.ui.map.base_map import Area, BaseMap, Road
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.viewport import WorldBounds

WORLD = 2.0**32
"""Steps across the unit square."""

Steps = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """m lines of n points in all; line i is the points ``begin[i]`` to ``begin[i + 1]``."""

    x: Steps  # (n,)
    y: Steps
    begin: NDArray[np.int64]  # (m + 1,)
    kind: NDArray[np.uint8]  # (m,) RoadClass
    bounds: Steps  # (m, 4) left, top, right, bottom

    @classmethod
    def of(cls, x: Steps, y: Steps, begin: NDArray[np.int64], kind: NDArray[np.uint8]) -> Self:
        """Return lines with their bounds; lines without a point are left out."""
        filled = np.flatnonzero(np.diff(begin) > 0)
        kept = np.append(begin[filled], begin[-1])
        return cls(x, y, kept, np.ascontiguousarray(kind[filled]), bounds_of_parts(x, y, kept))

    def seen(self, bounds: WorldBounds) -> NDArray[np.bool_]:
        """Return (m,) which lines may touch the bounds of the unit square."""
        return _touching(self.bounds, bounds)


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """m areas of r rings; area i has the rings ``ring_begin[i]`` to ``ring_begin[i + 1]``."""

    x: Steps
    y: Steps
    begin: NDArray[np.int64]  # (r + 1,) into the points
    ring_begin: NDArray[np.int64]  # (m + 1,)
    kind: NDArray[np.uint8]  # (m,) AreaKind
    bounds: Steps  # (m, 4)

    @classmethod
    def of(cls, rings: Sequence[Sequence[NDArray[np.float64]]], kind: Sequence[int]) -> Self:
        """Return areas of rings of points (n, 2) of the unit square."""
        flat = [ring for area in rings for ring in area]
        points = np.concatenate(flat) if flat else np.zeros((0, 2))
        begin = _begins([len(ring) for ring in flat])
        ring_begin = _begins([len(area) for area in rings])
        x, y = steps(points[:, 0]), steps(points[:, 1])
        return cls(x, y, begin, ring_begin, np.array(kind, np.uint8), _area_bounds(x, y, begin, ring_begin))

    @classmethod
    def of_table(cls, table: AreaTable) -> Self:
        """Return the areas of a table."""
        x, y = (steps(axis) for axis in to_world(table.lon_deg, table.lat_deg))
        begin, ring_begin = table.begin.astype(np.int64), table.ring_begin.astype(np.int64)
        return cls(x, y, begin, ring_begin, table.kind, _area_bounds(x, y, begin, ring_begin))

    def seen(self, bounds: WorldBounds) -> NDArray[np.bool_]:
        """Return (m,) which areas may touch the bounds of the unit square."""
        return _touching(self.bounds, bounds)

    def rings(self, area: int) -> NDArray[np.int64]:
        """Return where the rings of an area begin in the points, and where the last ends."""
        return self.begin[int(self.ring_begin[area]) : int(self.ring_begin[area + 1]) + 1]


@dataclass(frozen=True, slots=True, eq=False)
class MapColumns:
    """A base map in arrays; land and county as in ``BaseMap``, imported areas by their kind."""

    land: Areas
    neighbours: Areas
    county: Areas
    imported: Areas  # by AreaKind
    roads: Lines

    @classmethod
    def of(cls, base_map: BaseMap) -> Self:
        """Return the arrays of a base map; any thread."""
        table = base_map.area_table
        return cls(
            land=_areas(base_map.land),
            neighbours=_areas(base_map.neighbours),
            county=_areas(base_map.county),
            imported=Areas.of((), ()) if table is None else Areas.of_table(table),
            roads=_roads(base_map.roads, base_map.road_table),
        )


def steps(axis: NDArray[np.float64]) -> Steps:
    """Return places of the unit square in steps of 1 / WORLD; what lies outside is held at the edge."""
    return np.asarray(np.clip(np.rint(np.nan_to_num(axis) * WORLD), 0, WORLD - 1), dtype=np.uint32)


def bounds_of_parts(x: Steps, y: Steps, begin: NDArray[np.int64]) -> Steps:
    """Return (m, 4) left, top, right, bottom of m parts, none of them empty."""
    if len(begin) < 2:
        return np.zeros((0, 4), dtype=np.uint32)
    at = begin[:-1]
    least, most = np.minimum.reduceat, np.maximum.reduceat
    return np.stack((least(x, at), least(y, at), most(x, at), most(y, at)), axis=1)


def _touching(boxes: Steps, bounds: WorldBounds) -> NDArray[np.bool_]:
    left, top, right, bottom = (edge * WORLD for edge in bounds)
    return np.asarray(
        (boxes[:, 0] <= right) & (boxes[:, 2] >= left) & (boxes[:, 1] <= bottom) & (boxes[:, 3] >= top), dtype=np.bool_
    )


def _areas(areas: Sequence[Area]) -> Areas:
    return Areas.of([area.rings for area in areas], [AreaKind.BOUNDARY] * len(areas))


def _area_bounds(x: Steps, y: Steps, begin: NDArray[np.int64], ring_begin: NDArray[np.int64]) -> Steps:
    """Return (m, 4); an area without a point has bounds that touch nothing."""
    begins = begin[ring_begin]
    found = np.zeros((len(ring_begin) - 1, 4), dtype=np.uint32)
    found[:, 0] = found[:, 1] = np.uint32(WORLD - 1)
    filled = np.flatnonzero(np.diff(begins) > 0)
    if len(filled):
        found[filled] = bounds_of_parts(x, y, np.append(begins[filled], begins[-1]))
    return found


def _roads(roads: Sequence[Road], table: RoadTable | None) -> Lines:
    points = np.concatenate([road.points for road in roads]) if roads else np.zeros((0, 2))
    x, y = steps(points[:, 0]), steps(points[:, 1])
    begin = _begins([len(road.points) for road in roads])
    kind = np.array([road.road_class for road in roads], dtype=np.uint8)
    if table is not None and len(table):
        more_x, more_y = (steps(axis) for axis in to_world(table.lon_deg, table.lat_deg))
        begin = np.concatenate((begin, table.begin[1:] + len(x)))
        x, y = np.concatenate((x, more_x)), np.concatenate((y, more_y))
        kind = np.concatenate((kind, table.road_class))
    return Lines.of(x, y, begin, kind)


def _begins(counts: Sequence[Any]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.asarray(counts, dtype=np.int64), dtype=np.int64))).astype(np.int64)

"""A network of directed edges between junctions, made of a table of roads, with a grid to find what is near."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.geodesy import metres_per_degree, steps_m
from laixi_transport.domain.road import BACKWARD, FORWARD, RoadTable

CELL_M = 100.0
MAX_CELLS = 4_000_000
"""A grid of a province would have more; its cells are made larger instead."""


class Grid(NamedTuple):
    """Squares of a map; cell (row, column) lists the segments that touch it."""

    west_deg: float
    south_deg: float
    cell_lon_deg: float
    cell_lat_deg: float
    columns: int
    rows: int
    begin: NDArray[np.int64]  # (rows * columns + 1,) into segments
    segments: NDArray[np.int32]  # vertex at which each segment begins


@dataclass(frozen=True, slots=True, eq=False)
class RoadNetwork:
    """Pieces of road between junctions; piece g is driven by the directed edges 2 g (along it) and 2 g + 1 (back).

    Vertices of all pieces lie one after the other, a junction once for each piece that it ends.
    """

    roads: RoadTable
    road: NDArray[np.int32]  # (pieces,) index into ``roads``
    begin: NDArray[np.int64]  # (pieces + 1,) into the vertices
    lon_deg: NDArray[np.float64]  # (vertices,)
    lat_deg: NDArray[np.float64]
    along_m: NDArray[np.float64]  # (vertices,) from the first vertex of the piece
    piece: NDArray[np.int32]  # (vertices,) that the vertex belongs to
    length_m: NDArray[np.float64]  # (pieces,)
    open: NDArray[np.bool_]  # (2 * pieces,) whether the directed edge may be driven
    after: NDArray[np.int64]  # (2 * pieces + 1,) into ``successors``
    successors: NDArray[np.int32]  # directed edges that begin where a directed edge ends; the way back is among them
    dead_end: NDArray[np.bool_]  # (2 * pieces,) whether there is nothing but the way back after a directed edge
    grid: Grid

    @property
    def edges(self) -> int:
        """How many directed edges may be driven."""
        return int(self.open.sum())

    def way_id(self, edge: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the way ids of directed edges, -1 for -1."""
        return np.where(edge < 0, -1, self.roads.way_id[self.road[np.maximum(edge, 0) // 2]])


def road_network(roads: RoadTable, *, cell_m: float = CELL_M) -> RoadNetwork:
    """Cut roads at their junctions and join them.

    Roads meet where they share an equal vertex; a road is cut there and where it comes back to itself. Roads of less
    than two different vertices are left out.
    """
    begin, lon, lat, road = _without_repeats(roads)
    nodes, node = np.unique(np.stack((lon, lat), axis=1), axis=0, return_inverse=True)
    node = node.reshape(-1)
    ends = np.zeros(len(lon), np.bool_)
    ends[begin[:-1]] = ends[begin[1:] - 1] = True
    junction = np.zeros(len(nodes), np.bool_)
    junction[np.bincount(node, minlength=len(nodes)) > 1] = True
    cut = junction[node] & ~ends

    # A vertex in which a piece ends and the next begins stands twice.
    index = np.repeat(np.arange(len(lon)), 1 + cut)
    first = np.zeros(len(index), np.bool_)
    first[1:] = np.diff(index) == 0
    first[np.searchsorted(index, begin[:-1])] = True
    piece_begin = np.append(np.flatnonzero(first), len(index)).astype(np.int64)
    count = np.diff(piece_begin)
    piece = np.repeat(np.arange(len(count)), count).astype(np.int32)
    lon, lat, node, vertex_road = lon[index], lat[index], node[index], road[index]

    total = np.cumsum(np.append(0.0, steps_m(lat, lon)))[: len(lon)]
    along = total - np.repeat(total[piece_begin[:-1]], count)
    piece_road = vertex_road[piece_begin[:-1]].astype(np.int32)
    length = along[piece_begin[1:] - 1]
    oneway = roads.oneway[piece_road]
    opened = np.stack((oneway != BACKWARD, oneway != FORWARD), axis=1).reshape(-1)
    start, end = node[piece_begin[:-1]], node[piece_begin[1:] - 1]
    after, successors, dead_end = _successors(
        np.stack((start, end), axis=1).reshape(-1), np.stack((end, start), axis=1).reshape(-1), opened, len(nodes)
    )
    return RoadNetwork(
        roads=roads,
        road=piece_road,
        begin=piece_begin,
        lon_deg=np.ascontiguousarray(lon),
        lat_deg=np.ascontiguousarray(lat),
        along_m=along,
        piece=piece,
        length_m=length,
        open=opened,
        after=after,
        successors=successors,
        dead_end=dead_end,
        grid=_grid(lon, lat, piece, cell_m),
    )


def _without_repeats(
    roads: RoadTable,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the vertices of all roads without those equal to the one before, and the roads that are left."""
    road = np.repeat(np.arange(len(roads)), np.diff(roads.begin))
    lon, lat = roads.lon_deg, roads.lat_deg
    kept = np.isfinite(lon) & np.isfinite(lat)
    road, lon, lat = road[kept], lon[kept], lat[kept]
    if len(lon):
        new = np.append(True, (np.diff(road) != 0) | (np.diff(lon) != 0) | (np.diff(lat) != 0))
        road, lon, lat = road[new], lon[new], lat[new]
    long = np.bincount(road, minlength=len(roads))[road] > 1
    road, lon, lat = road[long], lon[long], lat[long]
    starts = np.flatnonzero(np.append(True, np.diff(road) != 0)) if len(road) else np.empty(0, np.int64)
    return np.append(starts, len(road)).astype(np.int64), lon, lat, road


def _successors(
    start: NDArray[np.int64], end: NDArray[np.int64], opened: NDArray[np.bool_], nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
    edges = np.flatnonzero(opened)
    order = edges[np.argsort(start[edges], kind="stable")]
    first = np.searchsorted(start[order], np.arange(nodes + 1))
    many = np.where(opened, first[end + 1] - first[end], 0)
    after = np.append(0, np.cumsum(many)).astype(np.int64)
    place = np.repeat(first[end] - after[:-1], many) + np.arange(after[-1])
    successors = order[place].astype(np.int32)
    source = np.repeat(np.arange(len(start)), many)
    others = np.bincount(source[successors != (source ^ 1)], minlength=len(start))
    return after, successors, others == 0


def _grid(lon: NDArray[np.float64], lat: NDArray[np.float64], piece: NDArray[np.int32], cell_m: float) -> Grid:
    if len(lon) == 0:
        return Grid(0.0, 0.0, 1.0, 1.0, 1, 1, np.zeros(2, np.int64), np.empty(0, np.int32))
    west, south = float(lon.min()), float(lat.min())
    scale = metres_per_degree((south + float(lat.max())) / 2)
    wide_m, high_m = (float(lon.max()) - west) * float(scale.east_m), (float(lat.max()) - south) * float(scale.north_m)
    cell_m = max(cell_m, (wide_m * high_m / MAX_CELLS) ** 0.5, wide_m / MAX_CELLS, high_m / MAX_CELLS)
    cell_lon, cell_lat = cell_m / float(scale.east_m), cell_m / float(scale.north_m)
    columns, rows = int(wide_m / cell_m) + 1, int(high_m / cell_m) + 1

    segment = np.flatnonzero(piece[:-1] == piece[1:])
    step_lon, step_lat = lon[segment + 1] - lon[segment], lat[segment + 1] - lat[segment]
    parts = np.maximum(np.ceil(np.maximum(np.abs(step_lon) / cell_lon, np.abs(step_lat) / cell_lat)), 1).astype(int)
    whose = np.repeat(np.arange(len(segment)), parts)
    part = np.arange(len(whose)) - np.repeat(np.cumsum(parts) - parts, parts)
    found = []
    # A part is no longer than a cell: the cells of its ends and of the corners between them are all that it touches.
    for u, v in ((part, part), (part + 1, part + 1), (part, part + 1), (part + 1, part)):
        column = ((lon[segment][whose] + step_lon[whose] * u / parts[whose] - west) / cell_lon).astype(np.int64)
        row = ((lat[segment][whose] + step_lat[whose] * v / parts[whose] - south) / cell_lat).astype(np.int64)
        found.append(np.clip(row, 0, rows - 1) * columns + np.clip(column, 0, columns - 1))
    cell = np.concatenate(found)
    pairs = np.unique(cell * len(lon) + np.tile(segment[whose], 4))
    cells, segments = np.divmod(pairs, len(lon))
    begin = np.searchsorted(cells, np.arange(rows * columns + 1)).astype(np.int64)
    return Grid(west, south, cell_lon, cell_lat, columns, rows, begin, segments.astype(np.int32))

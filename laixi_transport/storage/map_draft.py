"""What an import gathers before it is stored: blocks in a file that nobody else sees.

The writer has one thread and terminals wait for it, so a file is read, sorted by place and packed before, in bounded
memory; then all of it is stored in one short transaction. A road goes into a cell of its rank and place, by the middle
of its bounds; what is longer than a cell goes into cells ten times as wide.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Generic, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.map_data import AreaTable, Bounds, MapPlace
from laixi_transport.domain.road import RoadTable
from laixi_transport.storage.map_blocks import E7, Kind, MapBlock, pack_areas, pack_places, pack_roads, rank_of

CELLS_DEG = (0.1, 1.0, 10.0, 1000.0)
ROADS_A_BLOCK = 2000
AREAS_A_BLOCK = 1000
PLACES_A_BLOCK = 2000
SPARSE = 64
"""A cell with fewer things is no block of its own: unpacking one takes as long as reading that many."""
WIDEST = 2
"""Size of the widest cells that are joined, 10 degrees."""
VERTICES_HELD = 1_500_000
"""More wait than this, and the fullest cells are packed although more may come."""
SPOOL_BYTES = 8 << 20
"""Up to here no file is needed."""

T = TypeVar("T")
Key = tuple[int, ...]


class _Held(NamedTuple):
    kind: Kind
    rank: int
    n: int
    bounds_e7: tuple[int, int, int, int]
    offset: int
    length: int


class _Cells(Generic[T]):
    """Parts of tables by cell, packed when a cell is full or memory runs short."""

    def __init__(self, full: int, pack: Callable[[list[T]], None]) -> None:
        self._full = full
        self._pack = pack
        self._parts: dict[Key, list[T]] = defaultdict(list)
        self._things: dict[Key, int] = defaultdict(int)
        self._weight: dict[Key, int] = defaultdict(int)
        self.held = 0

    def add(self, key: Key, part: T, things: int, weight: int) -> None:
        self._parts[key].append(part)
        self._things[key] += things
        self._weight[key] += weight
        self.held += weight
        if self._things[key] >= self._full:
            self._take(key)

    def lighten(self, most: int) -> None:
        """Pack the fullest cells until no more than so many vertices are held."""
        for key in sorted(self._weight, key=lambda key: -self._weight[key]):
            if self.held <= most:
                return
            self._take(key)

    def finish(self) -> None:
        """Pack everything; cells with little in them go together into one ten times as wide."""
        while self._things:
            smallest = min(key[-3] for key in self._things)
            for key in sorted(key for key in self._things if key[-3] == smallest):
                if self._things[key] >= SPARSE or smallest >= WIDEST:
                    self._take(key)
                    continue
                *rank, size, column, row = key
                wider = (*rank, size + 1, column // 10, row // 10)
                things, weight = self._things.pop(key), self._weight.pop(key)
                self.held -= weight
                parts = self._parts.pop(key)
                for part in parts[:-1]:
                    self.add(wider, part, 0, 0)
                self.add(wider, parts[-1], things, weight)

    def _take(self, key: Key) -> None:
        self.held -= self._weight.pop(key)
        self._things.pop(key)
        self._pack(self._parts.pop(key))


class MapDraft:
    """Add what a file holds, in pieces of any size; ``finish`` once at the end. Not for several threads."""

    def __init__(self) -> None:
        self._file: Any = tempfile.SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - closed with the draft
        self._blocks: list[_Held] = []
        self._road_cells: _Cells[RoadTable] = _Cells(
            ROADS_A_BLOCK, lambda parts: self._keep(pack_roads(RoadTable.joined(parts)))
        )
        self._area_cells: _Cells[AreaTable] = _Cells(
            AREAS_A_BLOCK, lambda parts: self._keep(pack_areas(AreaTable.joined(parts)))
        )
        self._place_cells: _Cells[list[MapPlace]] = _Cells(
            PLACES_A_BLOCK, lambda parts: self._keep(pack_places([place for part in parts for place in part]))
        )
        self.roads = self.areas = self.places = self.vertices = self.limits = 0

    def add_roads(self, roads: RoadTable) -> None:
        """Add roads in WGS-84, each with vertices."""
        bounds = roads.bounds()
        keys = np.column_stack((rank_of(roads.road_class), _cells(bounds)))
        for key, chosen in _grouped(keys):
            part = roads.take(chosen)
            self._road_cells.add(key, part, len(part), int(part.begin[-1]))
        self.roads += len(roads)
        self.vertices += int(roads.begin[-1])
        self.limits += int(np.isfinite(roads.limit_kmh).sum())
        self._lighten()

    def add_areas(self, areas: AreaTable) -> None:
        """Add areas in WGS-84, each with vertices."""
        bounds = np.array([areas.bounds(i) for i in range(len(areas))]).reshape(-1, 4)
        for key, chosen in _grouped(_cells(bounds)):
            part = areas.take(chosen)
            self._area_cells.add(key, part, len(part), int(part.begin[-1]))
        self.areas += len(areas)
        self.vertices += int(areas.begin[-1])
        self._lighten()

    def add_places(self, places: Sequence[MapPlace]) -> None:
        """Add places in WGS-84."""
        if not places:
            return
        lon_lat = np.array([(place.lon_deg, place.lat_deg) for place in places])
        cells = np.insert(np.floor(lon_lat / CELLS_DEG[1]).astype(np.int64), 0, 1, axis=1)
        for key, chosen in _grouped(cells):
            part = [places[i] for i in chosen]
            self._place_cells.add(key, part, len(part), len(part))
        self.places += len(places)
        self.vertices += len(places)
        self._lighten()

    def finish(self) -> None:
        """Pack what is left."""
        for cells in (self._road_cells, self._area_cells, self._place_cells):
            cells.finish()

    @property
    def bounds(self) -> Bounds | None:
        """Bounds of all that is packed, degrees."""
        if not self._blocks:
            return None
        west, south, east, north = zip(*(held.bounds_e7 for held in self._blocks), strict=True)
        return min(west) / E7, min(south) / E7, max(east) / E7, max(north) / E7

    def blocks(self) -> Iterator[MapBlock]:
        """Return all blocks, as often as it is asked."""
        for held in self._blocks:
            self._file.seek(held.offset)
            yield MapBlock(held.kind, held.rank, held.n, held.bounds_e7, self._file.read(held.length))

    @property
    def packed_bytes(self) -> int:
        """Bytes of all that is packed."""
        return sum(held.length for held in self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _lighten(self) -> None:
        cells = (self._road_cells, self._area_cells, self._place_cells)
        if sum(one.held for one in cells) > VERTICES_HELD:
            for one in cells:
                one.lighten(one.held // 2)

    def _keep(self, block: MapBlock) -> None:
        self._file.seek(0, 2)
        offset = self._file.tell()
        self._file.write(block.data)
        self._blocks.append(_Held(block.kind, block.rank, block.n, block.bounds_e7, offset, len(block.data)))


def _cells(bounds: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return (n, 3): size, column and row of the cell of each bounds."""
    extent = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    size = np.minimum(np.searchsorted(CELLS_DEG, extent), len(CELLS_DEG) - 1)
    wide = np.asarray(CELLS_DEG)[size]
    column = np.floor((bounds[:, 0] + bounds[:, 2]) / 2 / wide)
    row = np.floor((bounds[:, 1] + bounds[:, 3]) / 2 / wide)
    return np.column_stack((size, column, row)).astype(np.int64)


def _grouped(keys: NDArray[np.int64]) -> Iterator[tuple[Key, NDArray[np.intp]]]:
    """Return every distinct row of keys with the indices that have it, in their order."""
    if not len(keys):
        return
    distinct, which = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(which.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(which.reshape(-1), minlength=len(distinct)))
    for key, chosen in zip(distinct, np.split(order, ends[:-1]), strict=True):
        yield tuple(int(part) for part in key), chosen

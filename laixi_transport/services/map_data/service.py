"""Map data for windows and commands: brought in, listed, removed, read for a part of the map."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.change import Topic
from laixi_transport.domain.map_data import AreaTable, Bounds, Frame, MapImport, MapPlace, united
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import utc_now
from laixi_transport.services.map_data.importing import Progress, import_file
from laixi_transport.storage import DamagedBlockError, Store
from laixi_transport.storage.feed import EVERYTHING
from laixi_transport.storage.map_blocks import Kind

T = TypeVar("T")
OnChange = Callable[[], None]

DETAIL_DEG = 0.75
"""So far around the place that is asked for all roads are read; beyond it the main ones."""
ALL_ROADS = 60_000
"""No more roads than this, and all are read wherever they lie."""


@dataclass(frozen=True, slots=True, eq=False)
class MapLayers:
    """What the imports give a map."""

    roads: RoadTable
    areas: AreaTable
    places: tuple[MapPlace, ...]
    attributions: tuple[str, ...]
    road_bounds: tuple[Bounds, ...]  # where imports with roads lie: other roads are not to be shown there
    detail: Bounds | None  # where all roads are in it; None: everywhere
    bounds: Bounds | None  # of all imports
    version: tuple[int, int]


class MapDataService:
    """Everything but ``subscribe`` blocks: use tasks. Any thread."""

    def __init__(self, store: Store, *, now: Callable[[], datetime] = utc_now) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._subscribers: list[OnChange] = []
        self.loaded = asyncio.Event()
        """Set once changes are followed; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Follow the feed until cancelled; runs in the io loop. May be called again after a failure."""
        newest = await asyncio.to_thread(self._store.feed.newest)
        self.loaded.set()
        async for changes in self._store.feed.changes(newest):
            if any(change.topic is Topic.MAP_DATA or change.key == EVERYTHING for change in changes):
                with self._lock:
                    subscribers = tuple(self._subscribers)
                for tell in subscribers:
                    tell()

    def subscribe(self, on_change: OnChange) -> Callable[[], None]:
        """Have it said in the io thread that map data came or went; return what ends it."""
        with self._lock:
            self._subscribers.append(on_change)

        def end() -> None:
            with self._lock:
                if on_change in self._subscribers:
                    self._subscribers.remove(on_change)

        return end

    def imports(self) -> tuple[MapImport, ...]:
        """Return all imports, the newest first."""
        return self._store.map_data.imports()

    def import_map(
        self,
        path: Path,
        *,
        name: str = "",
        crs: str = "",
        frame: Frame = Frame.WGS84,
        attribution: str = "",
        progress: Progress = lambda _done, _total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> MapImport:
        """Bring a file in as ``importing.import_file`` says."""
        return import_file(
            self._store,
            path,
            now=self._now(),
            name=name,
            crs=crs,
            frame=frame,
            attribution=attribution,
            progress=progress,
            cancelled=cancelled,
        )

    def remove(self, import_id: int) -> None:
        """Remove an import with all that came with it; raises Problem for an unknown one."""
        removed = self._store.writer.run(lambda session: self._store.map_data.remove(session, import_id)).result()
        if not removed:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "There is no import {number} of map data. The list tells which there are."
                ),
                number=import_id,
            )

    def road_table(self, bounds: Bounds | None = None, *, least: RoadClass = RoadClass.LOCAL) -> RoadTable:
        """Return the roads whose bounds touch the given ones (degrees), of a class from ``least`` upwards.

        Where several imports lie over each other, the newest one with roads counts alone. Raises Problem if stored data
        are damaged.
        """
        with self._store.snapshot():
            return self._roads(bounds, least)

    def version(self) -> tuple[int, int]:
        """Return two numbers that differ after every import and removal."""
        return self._store.map_data.version()

    def places(self) -> tuple[MapPlace, ...]:
        """Return the imported places, the most important first. Raises Problem as above."""
        with self._store.snapshot():
            return tuple(sorted(self._places(), key=lambda place: place.rank))

    def layers(self, around: Bounds | None = None) -> MapLayers:
        """Return what a map shows; of many roads those near the bounds and the main ones. Raises Problem as above."""
        with self._store.snapshot():
            imports = self.imports()
            extent = united([one.bounds for one in imports])
            near = _wider(around or extent) if sum(one.roads for one in imports) > ALL_ROADS else None
            roads = self._roads(None, RoadClass.LOCAL if near is None else RoadClass.PRIMARY)
            if near is not None:
                detail = self._roads(near, RoadClass.LOCAL)
                roads = RoadTable.joined([detail.take(detail.road_class < RoadClass.PRIMARY), roads])
            return MapLayers(
                roads=roads,
                areas=AreaTable.joined(list(self._areas())),
                places=tuple(sorted(self._places(), key=lambda place: place.rank)),
                attributions=tuple(dict.fromkeys(one.attribution for one in imports if one.attribution)),
                road_bounds=tuple(self._store.map_data.extents(Kind.ROADS).values()),
                detail=near,
                bounds=extent,
                version=self._store.map_data.version(),
            )

    def _roads(self, bounds: Bounds | None, least: RoadClass) -> RoadTable:
        found: list[RoadTable] = []
        for import_id, newer in self._newest_first(Kind.ROADS):
            roads = self._read(partial(self._store.map_data.roads, bounds, least=least, import_ids=[import_id]))
            own = roads.bounds()
            lon, lat = (own[:, 0] + own[:, 2]) / 2, (own[:, 1] + own[:, 3]) / 2
            found.append(roads.take(_uncovered(lon, lat, newer)))
        return RoadTable.joined(found)

    def _areas(self) -> Iterator[AreaTable]:
        for import_id, newer in self._newest_first(Kind.AREAS):
            areas = self._read(partial(self._store.map_data.areas, import_ids=[import_id]))
            own = np.array([areas.bounds(i) for i in range(len(areas))])
            shown = _uncovered((own[:, 0] + own[:, 2]) / 2, (own[:, 1] + own[:, 3]) / 2, newer)
            yield areas if shown.all() else areas.take(shown)

    def _places(self) -> Iterator[MapPlace]:
        for import_id, newer in self._newest_first(Kind.PLACES):
            places = self._read(partial(self._store.map_data.places, import_ids=[import_id]))
            lon, lat = (np.array([getattr(place, name) for place in places]) for name in ("lon_deg", "lat_deg"))
            shown = _uncovered(lon, lat, newer)
            yield from (place for place, is_shown in zip(places, shown, strict=True) if is_shown)

    def _newest_first(self, kind: Kind) -> Iterator[tuple[int, list[Bounds]]]:
        """Return each import that has a kind, with where the newer ones lie that have it too."""
        newer: list[Bounds] = []
        for import_id, bounds in sorted(self._store.map_data.extents(kind).items(), reverse=True):
            yield import_id, list(newer)
            newer.append(bounds)

    def _read(self, read: Callable[[], T]) -> T:
        try:
            return read()
        except DamagedBlockError as error:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "Map data in {path} are damaged. Remove the import and bring its file in once more. ({reason})",
                ),
                path=self._store.name,
                reason=error,
            ) from error


def _uncovered(lon: NDArray[np.float64], lat: NDArray[np.float64], newer: Sequence[Bounds]) -> NDArray[np.bool_]:
    """Return which places lie in none of the bounds."""
    covered = np.zeros(len(lon), np.bool_)
    for west, south, east, north in newer:
        covered |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return ~covered


def _wider(bounds: Bounds | None) -> Bounds | None:
    if bounds is None:
        return None
    west, south, east, north = bounds
    return west - DETAIL_DEG, south - DETAIL_DEG, east + DETAIL_DEG, north + DETAIL_DEG

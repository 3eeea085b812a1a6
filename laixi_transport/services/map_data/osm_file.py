"""Reads OpenStreetMap files (PBF, and the same as XML) as a stream: nothing is held but places of nodes and a batch.

Nodes of a file too large for memory are kept in a file beside the database's temporary files, which the system pages.
"""

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from laixi_transport.domain.map_data import AreaKind, AreaTable, MapPlace, Note, Reason
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.road import RoadTable
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.map_data import osm_tags
from laixi_transport.services.map_data.gathering import Gathering
from laixi_transport.services.map_data.pbf_blobs import Ending, read_ending

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
KEYS = ("highway", "natural", "waterway", "boundary", "place", "landuse", "leisure")
AREA_KEYS = ("natural", "waterway", "boundary", "landuse", "leisure")
BATCH = 5000
IN_MEMORY_BYTES = 64 << 20
"""A file of this size has nodes for some 300 MB; those of a larger one go into a file."""
NODES_PREFIX = "laixi-nodes-"
LEFT_S = 86_400.0
"""No import takes so long: nodes that are older belong to one that was killed."""


@dataclass(slots=True)
class _Ways:
    """A batch of roads; a line is its WKB in hex, or its places."""

    lines: list[Any] = field(default_factory=list)
    way_id: list[int] = field(default_factory=list)
    road_class: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    oneway: list[int] = field(default_factory=list)
    lanes: list[int] = field(default_factory=list)
    limit_kmh: list[float] = field(default_factory=list)

    def table(self) -> RoadTable:
        return RoadTable.of(
            _places(self.lines),
            way_id=np.array(self.way_id, np.int64),
            road_class=self.road_class,
            name=self.name,
            code=self.code,
            oneway=self.oneway,
            lanes=self.lanes,
            limit_kmh=self.limit_kmh,
        )


@dataclass(slots=True)
class _Areas:
    """A batch of areas."""

    rings: list[list[Any]] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    level: list[int] = field(default_factory=list)
    name: list[str] = field(default_factory=list)
    name_en: list[str] = field(default_factory=list)

    def add(self, rings: list[Any], kind: AreaKind, tags: Any) -> None:
        self.rings.append(rings)
        self.kind.append(kind)
        self.level.append(osm_tags.level(tags) if kind is AreaKind.BOUNDARY else 0)
        self.name.append(osm_tags.name(tags))
        self.name_en.append(osm_tags.name_en(tags))

    def table(self) -> AreaTable:
        return AreaTable.of(self.rings, kind=self.kind, level=self.level, name=self.name, name_en=self.name_en)


def read_osm(path: Path, gathering: Gathering) -> None:
    """Read roads, areas and places of a file.

    Raises Problem if the file is damaged, cut short or not what it says, and Cancelled.
    """
    _clear_away()
    with tempfile.TemporaryDirectory(prefix=NODES_PREFIX) as folder:
        ending = read_ending(path) if path.suffix.lower() == ".pbf" else Ending.UNKNOWN
        if ending is Ending.NODES:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "{path} ends among its nodes, before any road: it is cut short. Nothing of it was taken; fetch the "
                    "file once more.",
                ),
                path=path,
            )
        if ending is Ending.WAYS:
            gathering.notes.add(Note.NO_RELATIONS)
        large = path.stat().st_size > IN_MEMORY_BYTES
        storage = f"sparse_file_array,{Path(folder) / 'nodes'}" if large else "flex_mem"
        _Reader(gathering).read(_objects(path, storage))


def _clear_away() -> None:
    """Remove the nodes, gigabytes of a province, that an import left which was killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{NODES_PREFIX}*"):
        with suppress(OSError):  # gone meanwhile, or another account's
            if time.time() - folder.stat().st_mtime > LEFT_S:
                shutil.rmtree(folder, ignore_errors=True)


def _objects(path: Path, storage: str) -> Iterator[Any]:
    import osmium

    keys = osmium.filter.KeyFilter
    try:
        yield from (
            osmium.FileProcessor(str(path))
            .with_locations(storage)
            .with_areas(keys(*AREA_KEYS))
            .with_filter(keys(*KEYS))
        )
    except (RuntimeError, ValueError, OSError) as error:
        if "No space left" in str(error) or "File too large" in str(error):
            raise OSError(errno.ENOSPC, str(error)) from error
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "{path} is damaged, cut short or no OpenStreetMap file; nothing of it was taken. "
                "Fetch the file once more. ({reason})",
            ),
            path=path,
            reason=error,
        ) from error


class _Reader:
    def __init__(self, gathering: Gathering) -> None:
        import osmium

        self._gathering = gathering
        self._wkb = osmium.geom.WKBFactory()
        self._missing: type[Exception] = osmium.InvalidLocationError
        self._ways, self._areas = _Ways(), _Areas()
        self._places: list[MapPlace] = []

    def read(self, objects: Iterator[Any]) -> None:
        for count, one in enumerate(objects):
            if count % BATCH == 0:
                self._flush()
                self._gathering.tell(count)
            if one.is_node():
                self._take_place(one)
            elif one.is_way():
                self._take_way(one)
            elif one.is_area():
                self._take_area(one)
        self._flush()

    def _take_place(self, node: Any) -> None:
        tags = node.tags
        rank = osm_tags.place_rank(tags) if "place" in tags else None
        if rank is None:
            return
        name, name_en = osm_tags.name(tags), osm_tags.name_en(tags)
        if not (name or name_en):
            self._gathering.leave_out(Reason.UNNAMED_POINT, f"node {node.id}")
        elif not node.location.valid():
            self._gathering.leave_out(Reason.OUT_OF_RANGE, f"node {node.id}")
        else:
            place = MapPlace(node.location.lon, node.location.lat, rank, name or name_en, name_en)
            self._places.append(place)

    def _take_way(self, way: Any) -> None:
        tags = {tag.k: tag.v for tag in way.tags}
        road_class = osm_tags.road_class(tags)
        is_river = road_class is None and tags.get("waterway") in {"river", "canal"} and not way.is_closed()
        if road_class is None and not is_river:
            return
        lines = self._lines(way)
        if not lines:
            self._gathering.leave_out(Reason.NO_NODES, f"way {way.id}")
        elif road_class is not None and osm_tags.has_unread_limit(tags):
            self._gathering.leave_out(Reason.UNREAD_LIMIT, f"way {way.id}: {tags['maxspeed'][:20]}")
        for line in lines:
            if road_class is None:
                self._areas.add(_places([line]), AreaKind.RIVER, tags)
                continue
            ways = self._ways
            ways.lines.append(line)
            ways.way_id.append(way.id)
            ways.road_class.append(road_class)
            ways.name.append(osm_tags.name(tags))
            ways.code.append(osm_tags.code(tags))
            ways.oneway.append(osm_tags.oneway(tags))
            ways.lanes.append(osm_tags.lanes(tags))
            ways.limit_kmh.append(osm_tags.limit_kmh(tags))

    def _lines(self, way: Any) -> list[Any]:
        """Return the lines of a way: one, or where nodes are missing the pieces between the gaps."""
        try:
            return [self._wkb.create_linestring(way)]
        except (self._missing, RuntimeError):  # a node that the extract lacks, or all nodes at one place
            return self._pieces(way)

    def _pieces(self, way: Any) -> list[list[tuple[float, float]]]:
        pieces: list[list[tuple[float, float]]] = [[]]
        complete = True
        for node in way.nodes:
            location = node.location
            if not location.valid():
                complete = False
                if pieces[-1]:
                    pieces.append([])
                continue
            place = (location.lon, location.lat)
            if not pieces[-1] or pieces[-1][-1] != place:
                pieces[-1].append(place)
        lines = [piece for piece in pieces if len(piece) > 1]
        if lines and not complete:
            self._gathering.notes.add(Note.CUT_AT_EDGE)
            self._gathering.leave_out(Reason.SOME_NODES, f"way {way.id}")
        return lines

    def _take_area(self, area: Any) -> None:
        tags = area.tags
        kind = osm_tags.area_kind(tags)
        if kind is None:
            return
        try:
            shape = shapely.from_wkb(self._wkb.create_multipolygon(area))
        except (self._missing, RuntimeError):  # a ring that does not close, or a node that the extract lacks
            what = "way" if area.from_way() else "relation"
            self._gathering.leave_out(Reason.OPEN_AREA, f"{what} {area.orig_id()}")
            return
        rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))]
        self._areas.add(rings, kind, tags)

    def _flush(self) -> None:
        self._gathering.add_roads(self._ways.table())
        self._gathering.add_areas(self._areas.table())
        self._gathering.add_places(self._places)
        self._ways, self._areas, self._places = _Ways(), _Areas(), []


def _places(lines: list[Any]) -> list[Any]:
    """Return the places of lines, (m, 2) each; WKB is read all at once, which takes a tenth of the time."""
    packed = [i for i, line in enumerate(lines) if isinstance(line, str)]
    shapes = shapely.from_wkb([lines[i] for i in packed])
    points = shapely.get_coordinates(shapes)
    ends = np.cumsum(shapely.get_num_coordinates(shapes))
    found = list(lines)
    for i, places in zip(packed, np.split(points, ends[:-1]), strict=bool(packed)):
        found[i] = places
    return found

"""The base map as arrays: areas, roads and places in the unit square of the projection. No Qt.

Read from GeoJSON in WGS-84; resources/base_map/README.md says what each layer is and where it comes from.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.map_data import AreaTable
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.road import RoadClass as RoadClass  # noqa: PLC0414 - its old home, still imported from
from laixi_transport.domain.road import RoadTable
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.viewport import WorldBounds

Points = NDArray[np.float64]
"""(n, 2): x and y in the unit square."""


_ROAD_CLASSES = {member.name.lower(): member for member in RoadClass} | {
    "street": RoadClass.LOCAL,
    "township": RoadClass.TERTIARY,
    "county": RoadClass.SECONDARY,
    "provincial": RoadClass.PRIMARY,
    "national": RoadClass.TRUNK,
}


@dataclass(frozen=True, slots=True)
class Area:
    """A polygon; the first ring is the outline, the others are holes."""

    rings: tuple[Points, ...]
    bounds: WorldBounds
    name_zh: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Road:
    points: Points
    bounds: WorldBounds
    road_class: RoadClass
    name: str
    ref: str  # "G15"; empty where the road has no number
    synthetic: bool = False  # invented for the demo


@dataclass(frozen=True, slots=True)
class Place:
    """A town; rank 1 is the seat of a county, 2 a town of Laixi, 3 a town of a neighbour."""

    x: float
    y: float
    rank: int
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Everything that is painted under the vehicles, in the order of painting."""

    land: tuple[Area, ...] = ()
    neighbours: tuple[Area, ...] = ()
    county: tuple[Area, ...] = ()
    roads: tuple[Road, ...] = ()
    places: tuple[Place, ...] = ()
    attribution: str = ""
    schematic: bool = False  # boundaries carry no map approval number and prove nothing
    synthetic_roads: bool = False
    bounds: WorldBounds | None = field(default=None)  # of all areas and roads
    road_table: RoadTable | None = None  # imported roads, as many as there are: drawn like ``roads``
    area_table: AreaTable | None = None  # imported areas, over the land and under the roads

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a base map from GeoJSON; raises Problem if the file cannot be read or is not one."""
        document = _document(path)
        areas: dict[str, list[Area]] = {"land": [], "neighbour": [], "county": []}
        roads: list[Road] = []
        places: list[Place] = []
        for told, geometry in _features(document, path):
            layer = told.get("layer")
            if layer in areas:
                areas[layer] += _areas(told, geometry)
            elif layer == "road":
                roads += _roads(told, geometry)
            elif layer == "place":
                x, y = to_world(*geometry["coordinates"][:2])
                zh, en = told.get("name_zh", ""), told.get("name_en", "")
                places.append(Place(float(x), float(y), int(told.get("rank", 3)), zh or en, en or zh))
        land, neighbours, county = areas["land"], areas["neighbour"], areas["county"]
        shapes: list[Area | Road] = [*land, *neighbours, *county, *roads]
        return cls(
            land=tuple(land),
            neighbours=tuple(neighbours),
            county=tuple(county),
            roads=tuple(sorted(roads, key=lambda road: road.road_class)),
            places=tuple(sorted(places, key=lambda place: place.rank)),
            attribution=document.get("attribution", ""),
            schematic=document.get("boundary") == "schematic",
            bounds=_union([shape.bounds for shape in shapes]),
        )

    def with_roads(self, path: Path) -> "BaseMap":
        """Return this map with the roads of a GeoJSON file of lines (``class``, ``name``, ``synthetic``) added.

        Raises Problem if the file cannot be read.
        """
        added = [
            road
            for told, geometry in _features(_document(path), path)
            if geometry["type"] in {"LineString", "MultiLineString"}
            for road in _roads(told, geometry)
        ]
        roads = sorted((*self.roads, *added), key=lambda road: road.road_class)
        bounds = _union([road.bounds for road in added] + ([self.bounds] if self.bounds else []))
        return replace(
            self,
            roads=tuple(roads),
            synthetic_roads=self.synthetic_roads or any(road.synthetic for road in added),
            bounds=bounds,
        )

    @property
    def county_bounds(self) -> WorldBounds | None:
        """Bounds of the county that is supervised, of all areas and roads where the map names none."""
        return _union([area.bounds for area in self.county]) or self.bounds


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "The base map {path} cannot be read. Install the program again."), path=path
        ) from error
    except ValueError as error:
        raise _not_a_map(path) from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise _not_a_map(path)
    return document


def _not_a_map(path: Path) -> Problem:
    return Problem(
        QT_TRANSLATE_NOOP("Problem", "{path} is not a base map in GeoJSON. Make it anew with tools.make_base_map."),
        path=path,
    )


def _features(document: dict[str, Any], path: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for feature in document["features"]:
        try:
            yield feature["properties"] or {}, feature["geometry"]
        except (KeyError, TypeError) as error:
            raise _not_a_map(path) from error


def _line(coordinates: list[list[float]]) -> Points:
    lon_lat = np.asarray([point[:2] for point in coordinates], dtype=np.float64)
    return np.stack(to_world(lon_lat[:, 0], lon_lat[:, 1]), axis=1)


def _bounds(points: Points) -> WorldBounds:
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _union(bounds: list[WorldBounds]) -> WorldBounds | None:
    if not bounds:
        return None
    left, top, right, bottom = zip(*bounds, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _areas(told: dict[str, Any], geometry: dict[str, Any]) -> Iterator[Area]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        rings = tuple(_line(ring) for ring in polygon)
        yield Area(rings, _bounds(rings[0]), told.get("name_zh", ""), told.get("name_en", ""))


def _roads(told: dict[str, Any], geometry: dict[str, Any]) -> Iterator[Road]:
    lines = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
    for line in lines:
        points = _line(line)
        yield Road(
            points,
            _bounds(points),
            _ROAD_CLASSES.get(told.get("class", ""), RoadClass.LOCAL),
            told.get("name_zh") or told.get("name") or "",
            told.get("ref") or "",
            bool(told.get("synthetic")),
        )

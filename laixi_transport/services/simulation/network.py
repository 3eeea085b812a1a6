"""The roads that simulated vehicles drive on, and the shortest way between two places."""

import heapq
import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

LonLat = tuple[float, float]

M_PER_DEG_LAT = 110_970.0
M_PER_DEG_LON = 89_080.0  # at 36.86 degrees north; the county is small enough for one value

CRUISE_KMH = {"motorway": 92.0, "provincial": 66.0, "county": 56.0, "link": 45.0, "street": 38.0}
"""What traffic drives where, by class of road."""


class Place(NamedTuple):
    """Where something is on a way, and how it heads."""

    lon_deg: float
    lat_deg: float
    direction_deg: float


@dataclass(frozen=True, slots=True)
class Way:
    """A line over the network with its length measured along it."""

    points: tuple[LonLat, ...]
    along_m: tuple[float, ...]  # of every point, from 0
    cruise_kmh: tuple[float, ...]  # of every stretch between two points

    @property
    def length_m(self) -> float:
        """From end to end."""
        return self.along_m[-1]

    def place(self, along_m: float) -> Place:
        """Return the place so many metres from the start; clamped to the ends."""
        k = min(max(bisect_right(self.along_m, along_m) - 1, 0), len(self.points) - 2)
        (lon_a, lat_a), (lon_b, lat_b) = self.points[k], self.points[k + 1]
        share = min(max((along_m - self.along_m[k]) / (self.along_m[k + 1] - self.along_m[k]), 0.0), 1.0)
        east, north = (lon_b - lon_a) * M_PER_DEG_LON, (lat_b - lat_a) * M_PER_DEG_LAT
        return Place(
            lon_a + share * (lon_b - lon_a),
            lat_a + share * (lat_b - lat_a),
            math.degrees(math.atan2(east, north)) % 360,
        )

    def cruise_at(self, along_m: float) -> float:
        """Return the usual speed at a place, km/h."""
        return self.cruise_kmh[min(max(bisect_right(self.along_m, along_m) - 1, 0), len(self.cruise_kmh) - 1)]

    def reversed(self) -> "Way":
        """Return the way back."""
        return Way(
            self.points[::-1],
            tuple(self.length_m - m for m in reversed(self.along_m)),
            tuple(reversed(self.cruise_kmh)),
        )


def way_along(points: list[LonLat], cruise_kmh: list[float]) -> Way:
    """Return a way over at least two points, leaving out stretches without length."""
    kept, along, speeds = [points[0]], [0.0], []
    for point, speed in zip(points[1:], cruise_kmh, strict=True):
        if point != kept[-1]:
            along.append(along[-1] + distance_m(kept[-1], point))
            kept.append(point)
            speeds.append(speed)
    return Way(tuple(kept), tuple(along), tuple(speeds))


def distance_m(a: LonLat, b: LonLat) -> float:
    """Return the distance of two near points."""
    return math.hypot((b[0] - a[0]) * M_PER_DEG_LON, (b[1] - a[1]) * M_PER_DEG_LAT)


class Network:
    """Roads as a graph; every vertex of a line is a junction for the lines that pass through it."""

    def __init__(self, lines: list[tuple[str, list[LonLat]]], towns: dict[str, LonLat]) -> None:
        self.towns = towns
        self._edges: dict[LonLat, list[tuple[LonLat, float, float]]] = {}
        self._class_of: dict[LonLat, str] = {}
        for road_class, line in lines:
            cruise = CRUISE_KMH[road_class]
            for a, b in pairwise(line):
                length = distance_m(a, b)
                self._edges.setdefault(a, []).append((b, length, cruise))
                self._edges.setdefault(b, []).append((a, length, cruise))
                self._class_of[a] = self._class_of[b] = road_class

    def nearest(self, point: LonLat, road_class: str | None = None) -> LonLat:
        """Return the vertex nearest to a point, of one class of road where one is named."""
        vertices = (v for v in self._edges if road_class is None or self._class_of[v] == road_class)
        return min(vertices, key=lambda vertex: distance_m(point, vertex))

    def around(self, point: LonLat, within_m: float, road_class: str) -> list[LonLat]:
        """Return the vertices of a class of road near a point, in the order of the file."""
        return [v for v in self._edges if self._class_of[v] == road_class and distance_m(v, point) <= within_m]

    def way(self, *stations: LonLat) -> Way:
        """Return the fastest way over vertices in the given order; ValueError where there is none."""
        points, speeds = [stations[0]], list[float]()
        for start, end in pairwise(stations):
            for point, speed in self._fastest(start, end):
                points.append(point)
                speeds.append(speed)
        return way_along(points, speeds)

    def _fastest(self, start: LonLat, end: LonLat) -> list[tuple[LonLat, float]]:
        best = {start: 0.0}
        before: dict[LonLat, tuple[LonLat, float]] = {}
        queue = [(0.0, start)]
        while queue:
            cost, here = heapq.heappop(queue)
            if here == end:
                steps = []
                while here != start:
                    previous, speed = before[here]
                    steps.append((here, speed))
                    here = previous
                return steps[::-1]
            if cost > best[here]:
                continue
            for there, length, speed in self._edges[here]:
                arrival = cost + length / speed
                if arrival < best.get(there, math.inf):
                    best[there] = arrival
                    before[there] = (here, speed)
                    heapq.heappush(queue, (arrival, there))
        raise ValueError(f"no road leads from {start} to {end}")


def sample_data() -> Path:
    """Return the folder of the sample data: in the package when installed, beside it in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "resources" / "sample_data"
    return installed if installed.exists() else package.parent / "resources" / "sample_data"


def load_network(folder: Path | None = None) -> Network:
    """Read towns and roads; Problem where the files are missing."""
    folder = folder or sample_data()

    def features(name: str) -> list[dict[str, dict[str, object]]]:
        try:
            content = json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "The sample data {path} cannot be read. Install the program again or restore the file."
                ),
                path=folder / name,
            ) from error
        return list(content["features"])

    def points(coordinates: object) -> list[LonLat]:
        assert isinstance(coordinates, list)  # noqa: S101 - GeoJSON of our own
        return [(round(c[0], 6), round(c[1], 6)) for c in coordinates]

    lines = [
        (str(f["properties"]["class"]), points(f["geometry"]["coordinates"]))
        for name in ("open_roads.geojson", "synthetic_roads.geojson")
        for f in features(name)
    ]
    towns = {
        str(f["properties"]["name_en"]): points([f["geometry"]["coordinates"]])[0] for f in features("towns.geojson")
    }
    return Network(lines, towns)

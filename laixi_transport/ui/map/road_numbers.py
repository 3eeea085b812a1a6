"""Where the numbers of roads may stand: along each road again and again, and never twice side by side."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.map.base_map import BaseMap, Points
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.style import road_width_px
from laixi_transport.ui.map.viewport import Viewport, WorldBounds

STEP_PX = 360.0
"""Distance along a road between two of its numbers."""

APART_PX = 240.0
"""Distance between two equal numbers: imported roads come in short pieces, and both lanes of a motorway have one."""

SHORTEST_PX = 24.0


class RoadNumbers:
    """The numbered roads of a base map, found once; the more important first."""

    def __init__(self, base_map: BaseMap) -> None:
        self._roads = [road for road in reversed(base_map.roads) if road.ref]
        self._table = base_map.road_table
        self._coded = np.zeros(0, dtype=np.intp)
        self._bounds_deg = np.zeros((0, 4))
        if self._table is not None:
            coded = np.array([at for at, code in enumerate(self._table.code) if code], dtype=np.intp)
            self._coded = coded[np.argsort(-self._table.road_class[coded].astype(np.int16), kind="stable")]
            self._bounds_deg = self._table.bounds()[self._coded]

    def places(self, view: Viewport) -> Iterator[tuple[str, RoadClass, float, float]]:
        """Yield number, class and place in pixels of the view; some come to nothing for want of room."""
        found: dict[str, list[tuple[float, float]]] = {}
        for number, road_class, points in self._lines(view):
            if not road_width_px(road_class, view.zoom):
                continue
            others = found.setdefault(number, [])
            for x, y in _along((points - (view.x, view.y)) * view.scale + (view.width / 2, view.height / 2)):
                inside = 0 <= x <= view.width and 0 <= y <= view.height
                if inside and all(abs(x - a) + abs(y - b) >= APART_PX for a, b in others):
                    others.append((x, y))
                    yield number, road_class, x, y

    def _lines(self, view: Viewport) -> Iterator[tuple[str, RoadClass, Points]]:
        for road in self._roads:
            if _touch(road.bounds, view.bounds):
                yield road.ref, road.road_class, road.points
        if self._table is None:
            return
        west, north = view.to_lon_lat(0, 0)
        east, south = view.to_lon_lat(view.width, view.height)
        box = self._bounds_deg
        seen = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
        for at in self._coded[seen].tolist():
            line = self._table.line(at)
            points = np.stack(to_world(line[:, 0], line[:, 1]), axis=1)
            yield self._table.code[at], RoadClass(int(self._table.road_class[at])), points


def _along(points: NDArray[np.float64]) -> Iterator[tuple[float, float]]:
    """Yield places along a line in pixels: the first half a step from its begin, or in its middle if it is short."""
    if len(points) < 2:
        return
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    length = float(along[-1])
    if length < SHORTEST_PX:
        return
    due = np.arange(min(STEP_PX / 2, length / 2), length, STEP_PX)
    yield from zip(
        np.interp(due, along, points[:, 0]).tolist(), np.interp(due, along, points[:, 1]).tolist(), strict=True
    )


def _touch(one: WorldBounds, other: WorldBounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]

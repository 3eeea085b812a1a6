"""Where the numbers of roads may stand: along each road again and again, and never twice side by side."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.style import road_width_px
from laixi_transport.ui.map.viewport import Viewport

STEP_PX = 360.0
"""Distance along a road between two of its numbers."""

APART_PX = 240.0
"""Distance between two equal numbers: imported roads come in short pieces, and both lanes of a motorway have one."""

SHORTEST_PX = 24.0


class RoadNumbers:
    """The numbered roads of a base map as columns, made once; the more important first."""

    def __init__(self, base_map: BaseMap) -> None:
        roads = [road for road in reversed(base_map.roads) if road.ref and len(road.points)]
        self._number = [road.ref for road in roads]
        classes = [int(road.road_class) for road in roads]
        lines = [road.points for road in roads]
        table = base_map.road_table
        if table is not None:
            coded = [at for at, code in enumerate(table.code) if code and table.begin[at + 1] > table.begin[at]]
            coded.sort(key=lambda at: -int(table.road_class[at]))
            self._number += [table.code[at] for at in coded]
            classes += [int(table.road_class[at]) for at in coded]
            lines += [np.stack(to_world(*table.line(at).T), axis=1) for at in coded]
        self._class = np.array(classes, dtype=np.intp)
        points = np.concatenate([np.zeros((0, 2)), *lines])
        self._x, self._y = points[:, 0].copy(), points[:, 1].copy()
        begin = np.cumsum([0, *(len(line) for line in lines)])[:-1]
        # All roads one behind the other, so that one interpolation serves them all; the way between two is none.
        steps = np.hypot(np.diff(self._x, prepend=0.0), np.diff(self._y, prepend=0.0))
        steps[begin] = 0.0
        self._along = np.cumsum(np.nan_to_num(steps))
        self._start = self._along[begin]
        self._length = np.append(self._start[1:], self._along[-1:]) - self._start if lines else np.zeros(0)
        self._bounds = np.zeros((4, 0))
        if lines:
            self._bounds = np.stack(
                [edge.reduceat(column, begin) for edge in (np.fmin, np.fmax) for column in (self._x, self._y)]
            )

    def places(self, view: Viewport) -> Iterator[tuple[str, RoadClass, float, float]]:
        """Yield number, class and place in pixels of the view: half a step from a road's begin, then every step.

        Some come to nothing for want of room. A short road has its number in the middle.
        """
        left, top, right, bottom = view.bounds
        x0, y0, x1, y1 = self._bounds
        drawn = np.array([road_width_px(road_class, view.zoom) > 0.0 for road_class in RoadClass])
        length_px = self._length * view.scale
        seen = (x0 <= right) & (x1 >= left) & (y0 <= bottom) & (y1 >= top)
        chosen = np.flatnonzero(seen & drawn[self._class] & (length_px >= SHORTEST_PX))
        if len(chosen) == 0:
            return
        road, x, y = self._places_along(chosen, view)
        inside = (x >= 0) & (x <= view.width) & (y >= 0) & (y <= view.height)
        found: dict[str, list[tuple[float, float]]] = {}
        for at, px, py in zip(road[inside].tolist(), x[inside].tolist(), y[inside].tolist(), strict=True):
            number = self._number[at]
            others = found.setdefault(number, [])
            if all(abs(px - a) + abs(py - b) >= APART_PX for a, b in others):
                others.append((px, py))
                yield number, RoadClass(int(self._class[at])), px, py

    def _places_along(
        self, chosen: NDArray[np.intp], view: Viewport
    ) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
        """Return (n,) road, x and y in pixels of the view of all places along the chosen roads, inside it or not."""
        length_px = self._length[chosen] * view.scale
        first_px = np.minimum(STEP_PX, length_px) / 2
        count = np.ceil((length_px - first_px) / STEP_PX).astype(np.intp)
        road = np.repeat(chosen, count)
        number = np.arange(len(road)) - np.repeat(np.cumsum(count) - count, count)
        due = self._start[road] + (np.repeat(first_px, count) + STEP_PX * number) / view.scale
        x, y = view.to_screen(np.interp(due, self._along, self._x), np.interp(due, self._along, self._y))
        return road, x, y

"""Some roads of a base map as columns: what is seen of them, and places so many pixels along them."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.style import road_width_px
from laixi_transport.ui.map.viewport import Viewport

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


class RoadLines:
    """Lines of at least one vertex in the unit square, one behind the other, so that one interpolation serves all."""

    def __init__(self, x: Floats, y: Floats, begin: Indices, road_class: Indices) -> None:
        """Take n lines with m vertices in all.

        x, y        (m,)  places in the unit square
        begin       (n,)  first vertex of each line
        road_class  (n,)  RoadClass
        """
        self._x, self._y = x, y
        self.road_class = road_class
        steps = np.hypot(np.diff(x, prepend=0.0), np.diff(y, prepend=0.0))
        steps[begin] = 0.0  # the way from one line to the next is none
        self._along = np.cumsum(np.nan_to_num(steps))
        self._start = self._along[begin]
        self._length = np.append(self._start[1:], self._along[-1:]) - self._start if len(begin) else np.zeros(0)
        self._bounds = np.zeros((4, 0))
        if len(begin):
            self._bounds = np.stack([edge.reduceat(of, begin) for edge in (np.fmin, np.fmax) for of in (x, y)])

    @classmethod
    def of(cls, lines: Sequence[Floats], road_class: Sequence[int]) -> Self:
        """Take lines, each (k, 2) in the unit square."""
        points = np.concatenate([np.zeros((0, 2)), *lines])
        begin = np.cumsum([0, *(len(line) for line in lines)])[:-1]
        return cls(points[:, 0].copy(), points[:, 1].copy(), begin, np.array(road_class, np.intp))

    @classmethod
    def of_table(cls, table: RoadTable, chosen: Indices) -> Self:
        """Take the chosen roads of a table in their order; each has a vertex."""
        taken = table.take(chosen)
        x, y = to_world(taken.lon_deg, taken.lat_deg)
        return cls(x, y, taken.begin[:-1].astype(np.intp), taken.road_class.astype(np.intp))

    def seen(self, view: Viewport, shortest_px: float | Floats) -> Indices:
        """Return the lines that the view may show, that are drawn at its zoom and at least so long."""
        left, top, right, bottom = view.bounds
        x0, y0, x1, y1 = self._bounds
        drawn = np.array([road_width_px(road_class, view.zoom) > 0.0 for road_class in RoadClass])
        shown = (x0 <= right) & (x1 >= left) & (y0 <= bottom) & (y1 >= top) & drawn[self.road_class]
        return np.flatnonzero(shown & (self.length_px(view) >= shortest_px))

    def length_px(self, view: Viewport) -> Floats:
        """Return (n,) lengths of all lines in pixels of the view."""
        return self._length * view.scale

    def steps(self, chosen: Indices, view: Viewport, step_px: float) -> tuple[Indices, Floats]:
        """Return (k,) line and pixels from its begin: half a step from it, then every step; a short line's middle."""
        length_px = self.length_px(view)[chosen]
        first_px = np.minimum(step_px, length_px) / 2
        count = np.ceil((length_px - first_px) / step_px).astype(np.intp)
        number = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(chosen, count), np.repeat(first_px, count) + step_px * number

    def places(self, line: Indices, along_px: Floats, view: Viewport) -> tuple[Floats, Floats]:
        """Return pixels of the view so many pixels along a line; beyond its ends those."""
        first, last = self._start[line], self._start[line] + self._length[line]
        due = np.clip(first + along_px / view.scale, first, last)
        if len(due) == 0:
            return np.zeros(0), np.zeros(0)
        return view.to_screen(np.interp(due, self._along, self._x), np.interp(due, self._along, self._y))


def inside(x: Floats, y: Floats, view: Viewport) -> NDArray[np.bool_]:
    """Return which places in pixels the view shows."""
    return (x >= 0) & (x <= view.width) & (y >= 0) & (y <= view.height)

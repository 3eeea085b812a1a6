"""The last part of ways behind moving vehicles, drawn in every frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from laixi_transport.ui.map.columns import WORLD
from laixi_transport.ui.map.drawing import draw_line, runs
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.track_line import BREAK_AFTER, TrackBundle
from laixi_transport.ui.map.viewport import Viewport

TRAIL_PX = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Trails:
    """For each of m lines of a bundle the points from ``first`` to ``last``, and then to ``head``.

    Cheap to make anew for every frame: ``Trails(bundle, *np.searchsorted(...))``. Gaps stay gaps.
    """

    bundle: TrackBundle
    first: NDArray[np.int64]  # (m,) places in the arrays of the bundle
    last: NDArray[np.int64]  # (m,) the last point that is drawn; smaller than first: nothing is
    head_lon_deg: NDArray[np.float64]  # (m,) where the vehicle is now; NaN in a gap, where nothing leads to it
    head_lat_deg: NDArray[np.float64]

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle) -> None:
        """Paint what the view shows."""
        bundle = self.bundle
        head_x, head_y = view.to_screen(*to_world(self.head_lon_deg, self.head_lat_deg))
        for line in range(len(self.first)):
            first, last = int(self.first[line]), int(self.last[line])
            if last < first:
                continue
            part = slice(first, last + 1)
            x, y = view.to_screen(bundle.x[part] / WORLD, bundle.y[part] / WORLD)
            points = np.stack((x, y), axis=1)
            joined = (bundle.flags[first:last] & BREAK_AFTER) == 0
            if np.isfinite(head_x[line]):
                points = np.vstack((points, (head_x[line], head_y[line])))
                joined = np.append(joined, True)
            pen = QPen(QColor(bundle.colour(line) or style.accent), TRAIL_PX)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for begin, end in runs(joined):
                for _ in draw_line(painter, points[begin : end + 1]):
                    pass

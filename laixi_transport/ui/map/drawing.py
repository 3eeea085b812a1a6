"""Lines and polygons from arrays to QPainter, quickly and in short steps."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF
from shiboken6 import VoidPtr

CHUNK = 64
"""Points drawn in one call. The time for one wide line grows with the square of its crossings: a bus that drives a loop
all day would stop the window for seconds."""

_void_pointer: Any = VoidPtr  # its stub knows neither the size nor the buffer

Points = NDArray[np.float64]
"""(n, 2), logical pixels."""


def polygon(points: Points) -> QPolygonF:
    """Return the points as Qt wants them, copied in one go."""
    made = QPolygonF()
    made.resize(len(points))
    if len(points):
        memory = _void_pointer(made.data(), points.size * 8, True)
        np.frombuffer(memory, dtype=np.float64).reshape(-1, 2)[:] = points
    return made


def draw_line(painter: QPainter, points: Points) -> Iterator[None]:
    """Stroke one line in short pieces, pausing after each.

    Give the pen round caps and an opaque colour, so that the joints do not show.
    """
    for start in range(0, max(0, len(points) - 1), CHUNK):
        painter.drawPolyline(polygon(points[start : start + CHUNK + 1]))
        yield


def thinned(points: Points, keep: NDArray[np.bool_], step_px: float = 0.7) -> NDArray[np.intp]:
    """Return the indices of points worth drawing: those that leave the raster cell of the one before.

    keep  (n,)  points that stay in any case: ends of a gap, changes of colour

    The first and the last point always stay.
    """
    cells = np.floor(points / step_px).astype(np.int64)
    stays = keep.copy()
    stays[0] = stays[-1] = True
    stays[1:] |= (cells[1:] != cells[:-1]).any(axis=1)
    return np.flatnonzero(stays)


def runs(mask: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield [first, last) of every stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(last)


def snapped(value: float, ratio: float) -> float:
    """Return the nearest logical position that is a whole pixel of the screen."""
    return round(value * ratio) / ratio


def point(x: float, y: float) -> QPointF:
    """Return a point of plain floats; numpy's own are not taken."""
    return QPointF(float(x), float(y))

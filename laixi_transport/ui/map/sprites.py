"""Vehicles as small pictures, painted once for every direction, state and screen.

Shape tells the state as well as colour does: an arrow moves, a disc with a nose stands, a hollow disc is offline, and
an alarm has a ring around its arrow.
"""

import math
from enum import IntEnum
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF
from shiboken6 import wrapInstance

from laixi_transport.domain.fleet import MotionState
from laixi_transport.ui.map.style import MapStyle

DIRECTIONS = 48
"""Pictures for a full turn; 7.5 degrees cannot be told apart at this size."""

RING_PX = 7
"""Room around the arrow for the ring of an alarm."""


class Look(IntEnum):
    """What a vehicle looks like; the values up to ALARM are those of MotionState, the highest is painted last."""

    OFFLINE = MotionState.OFFLINE
    STOPPED = MotionState.STOPPED
    MOVING = MotionState.MOVING
    ALARM = MotionState.ALARM
    URGENT = 4  # an alarm of the highest priority: the driver's emergency button


_FIELDS = 10  # of QPainter.PixmapFragment: x, y, source left, top, width, height, scale x, y, rotation, opacity


class Sprites:
    """All pictures of one size side by side: directions from left to right, looks from top to bottom."""

    def __init__(self, style: MapStyle, size_px: float, ratio: float) -> None:
        self._ratio = ratio
        self._cell = math.ceil((size_px + 2 * RING_PX) * ratio)
        self._fragments = np.zeros((0, _FIELDS), dtype=np.float64)
        self.pixmap = QPixmap(self._cell * DIRECTIONS, self._cell * len(Look))
        self.pixmap.fill(Qt.GlobalColor.transparent)
        self._style, self._size_px = style, size_px
        self._painted: set[int] = set()

    def ensure(self, look: int) -> None:
        """Paint the pictures of a look, some milliseconds, unless they are there."""
        if look in self._painted:
            return
        self._painted.add(look)
        painter = QPainter(self.pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step in range(1 if look == Look.OFFLINE else DIRECTIONS):
            painter.save()
            painter.translate((step + 0.5) * self._cell, (look + 0.5) * self._cell)
            painter.scale(self._ratio, self._ratio)
            _paint(painter, Look(look), step * 360.0 / DIRECTIONS, self._size_px, self._style)
            painter.restore()
        painter.end()

    def draw(
        self,
        painter: QPainter,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        direction_deg: NDArray[np.float64],
        look: NDArray[np.uint8],
    ) -> None:
        """Draw n vehicles in one call at logical pixels, the first at the bottom."""
        n = len(x)
        if n == 0:
            return
        for kind in np.unique(look).tolist():
            self.ensure(kind)
        if len(self._fragments) < n:
            self._fragments = np.zeros((max(256, 2 * n), _FIELDS), dtype=np.float64)
        made = self._fragments
        half = self._cell / 2
        # Whole pixels of the screen, so that a picture is copied and not resampled.
        made[:n, 0] = (np.round(x * self._ratio - half) + half) / self._ratio
        made[:n, 1] = (np.round(y * self._ratio - half) + half) / self._ratio
        step = np.round(direction_deg * (DIRECTIONS / 360.0)).astype(np.int64) % DIRECTIONS
        made[:n, 2] = np.where(look == Look.OFFLINE, 0, step) * self._cell
        made[:n, 3] = look.astype(np.float64) * self._cell
        made[:n, 4:6] = self._cell
        made[:n, 6:8] = 1.0 / self._ratio
        made[:n, 9] = 1.0
        first = cast("QPainter.PixmapFragment", wrapInstance(made.ctypes.data, QPainter.PixmapFragment))
        painter.drawPixmapFragments(first, n, self.pixmap)


def arrow(size_px: float) -> QPolygonF:
    """Return an arrow head that points north, around (0, 0)."""
    h, w = size_px * 0.56, size_px * 0.40
    return QPolygonF([QPointF(0, -h), QPointF(w, h * 0.86), QPointF(0, h * 0.48), QPointF(-w, h * 0.86)])


def _paint(painter: QPainter, look: Look, direction_deg: float, size_px: float, style: MapStyle) -> None:
    edge = QPen(QColor(style.ground), 1.0, j=Qt.PenJoinStyle.RoundJoin) if style.dark else _light_edge(style)
    middle = QPointF(0, 0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if look in {Look.ALARM, Look.URGENT}:
        colour = QColor(style.urgent if look == Look.URGENT else style.high)
        painter.setPen(QPen(QColor(style.ground), 3.4))
        radius = size_px / 2 + RING_PX - 2.4
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(QPen(colour, 1.8))
        painter.drawEllipse(middle, radius, radius)
        _arrow(painter, direction_deg, size_px, colour, edge)
    elif look == Look.MOVING:
        _arrow(painter, direction_deg, size_px, QColor(style.moving), edge)
    elif look == Look.STOPPED:
        painter.setPen(edge)
        painter.setBrush(QColor(style.stopped))
        radius = size_px * 0.27
        painter.rotate(direction_deg)
        side, back = radius * 0.8, -radius * 0.5
        nose = QPolygonF([QPointF(-side, back), QPointF(0, -radius * 1.7), QPointF(side, back)])
        painter.drawPolygon(nose)
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(nose)
    else:
        radius = size_px * 0.25
        painter.setPen(QPen(QColor(style.ground), 3.2))
        painter.drawEllipse(middle, radius, radius)
        colour = QColor(style.offline)
        painter.setBrush(QColor(style.county))
        painter.setPen(QPen(colour, 1.3))
        painter.drawEllipse(middle, radius, radius)


def _arrow(painter: QPainter, direction_deg: float, size_px: float, colour: QColor, edge: QPen) -> None:
    painter.setPen(edge)
    painter.setBrush(colour)
    painter.rotate(direction_deg)
    painter.drawPolygon(arrow(size_px))


def _light_edge(style: MapStyle) -> QPen:
    return QPen(QColor(style.county), 1.2, j=Qt.PenJoinStyle.RoundJoin)

"""Vehicles as small pictures, painted once for every direction, state and screen.

Shape tells the state as well as colour does: an arrow moves, a disc with a nose stands, a hollow disc is offline, and
an alarm has a ring around its arrow.
"""

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

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


class Sprites:
    """All pictures of one size: of every look in every direction."""

    def __init__(self, style: MapStyle, size_px: float, ratio: float) -> None:
        self._ratio = ratio
        self.cell = math.ceil((size_px + 2 * RING_PX) * ratio)
        shape = (len(Look), DIRECTIONS, self.cell, self.cell)
        self.pixels = np.zeros(shape, np.uint32)
        """(looks, DIRECTIONS, cell, cell) colours multiplied with their alpha."""
        self.spans = np.zeros((*shape[:3], 2), np.int16)
        """First and last column + 1 of each row of a picture that is not clear."""
        self._style, self._size_px = style, size_px
        self._painted: set[int] = set()

    def ensure(self, look: int) -> None:
        """Paint the pictures of a look, some milliseconds, unless they are there."""
        if look in self._painted:
            return
        self._painted.add(look)
        strip = np.zeros((self.cell, DIRECTIONS * self.cell), np.uint32)
        image = _image_on(strip)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step in range(DIRECTIONS):
            painter.save()
            painter.translate((step + 0.5) * self.cell, 0.5 * self.cell)
            painter.scale(self._ratio, self._ratio)
            _paint(painter, Look(look), step * 360.0 / DIRECTIONS, self._size_px, self._style)
            painter.restore()
        painter.end()
        self.pixels[look] = strip.reshape(self.cell, DIRECTIONS, self.cell).transpose(1, 0, 2)
        inked = self.pixels[look] != 0
        filled = inked.any(axis=2)
        self.spans[look, :, :, 0] = np.where(filled, inked.argmax(axis=2), 0)
        self.spans[look, :, :, 1] = np.where(filled, self.cell - inked[:, :, ::-1].argmax(axis=2), 0)

    def draw(
        self,
        painter: QPainter,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        direction_deg: NDArray[np.float64],
        look: NDArray[np.uint8],
    ) -> None:
        """Draw n vehicles at logical pixels, the first at the bottom, slowly: until the kernels are there."""
        half = self.cell / 2
        # Whole pixels of the screen, so that a picture is copied and not resampled.
        left = np.round(x * self._ratio - half) / self._ratio
        top = np.round(y * self._ratio - half) / self._ratio
        step = np.round(np.nan_to_num(direction_deg) * (DIRECTIONS / 360.0)).astype(np.int64) % DIRECTIONS
        side = self.cell / self._ratio
        for at in range(len(x)):
            self.ensure(int(look[at]))
            image = _image_on(self.pixels[int(look[at]), int(step[at])])
            painter.drawImage(QRectF(float(left[at]), float(top[at]), side, side), image)


def _image_on(pixels: NDArray[np.uint32]) -> QImage:
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)


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

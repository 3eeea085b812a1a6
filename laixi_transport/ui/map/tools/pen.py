"""How tools draw: lines that are seen on every ground, handles, short words in a box."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from laixi_transport.ui.map.style import MapStyle

HANDLE_PX = 5.0
SMALL_HANDLE_PX = 3.5
LINE_PX = 2.0
CASING_PX = 4.5


def stroke(
    painter: QPainter, path: QPainterPath | QPolygonF, style: MapStyle, colour: str, *, dashed: bool = False
) -> None:
    """Draw a line in a colour with the ground of the map beside it."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    casing = QColor(style.county)
    casing.setAlpha(170)
    for pen in (QPen(casing, CASING_PX), QPen(QColor(colour), LINE_PX)):
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if dashed and pen.widthF() < CASING_PX:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        if isinstance(path, QPainterPath):
            painter.drawPath(path)
        else:
            painter.drawPolyline(path)


def fill(painter: QPainter, path: QPainterPath, colour: str, alpha: int = 34) -> None:
    """Tint the inside of a path."""
    tint = QColor(colour)
    tint.setAlpha(alpha)
    painter.fillPath(path, tint)


def handle(
    painter: QPainter, at: QPointF, style: MapStyle, colour: str, *, small: bool = False, held: bool = False
) -> None:
    """Draw a place that can be held; one under the pointer is full."""
    size = SMALL_HANDLE_PX if small else HANDLE_PX
    ground = QColor(style.panel)
    if small:
        ground.setAlpha(200)
    painter.setPen(QPen(QColor(colour), 1.6))
    painter.setBrush(QColor(colour) if held else ground)
    painter.drawEllipse(at, size + (1.5 if held else 0), size + (1.5 if held else 0))


def cross(painter: QPainter, at: QPointF, style: MapStyle, colour: str, *, held: bool = False) -> None:
    """Draw the handle by which a whole shape is moved: a square with a cross."""
    half = 8.0
    box = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
    painter.setPen(QPen(QColor(colour), 1.4))
    painter.setBrush(QColor(colour) if held else QColor(style.panel))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QPen(QColor(style.panel if held else colour), 1.6))
    painter.drawLine(at - QPointF(4.5, 0), at + QPointF(4.5, 0))
    painter.drawLine(at - QPointF(0, 4.5), at + QPointF(0, 4.5))


def words(
    painter: QPainter, at: QPointF, lines: Iterable[str], style: MapStyle, *, colour: str = "", middle: bool = False
) -> QRectF:
    """Write short lines in a box right below a place, or around it; return the box.

    colour   of the first line, default that of text
    """
    texts = [line for line in lines if line]
    font = style.font(12)
    metrics = QFontMetricsF(font)
    width = max((metrics.horizontalAdvance(text) for text in texts), default=0.0) + 12
    height = len(texts) * metrics.height() + 6
    left, top = (at.x() - width / 2, at.y() - height / 2) if middle else (at.x() + 12, at.y() + 10)
    box = QRectF(round(left) + 0.5, round(top) + 0.5, width, height)
    ground = QColor(style.panel)
    ground.setAlpha(235)
    painter.setPen(QPen(QColor(style.line), 1.0))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(font)
    for place, text in enumerate(texts):
        painter.setPen(QColor(colour if place == 0 and colour else style.text if place == 0 else style.dim))
        painter.drawText(QPointF(box.left() + 6, box.top() + 3 + metrics.ascent() + place * metrics.height()), text)
    return box

"""A pin at a place that somebody asked for."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from laixi_transport.ui.map.placing import Placer
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tools import pen
from laixi_transport.ui.map.tools.outlines import pixel
from laixi_transport.ui.map.viewport import Viewport


class PlacePin:
    """Stands at one place, with its words."""

    def __init__(self, lon_deg: float, lat_deg: float, words: str) -> None:
        self.place = (lon_deg, lat_deg)
        self.words = words

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float, placer: Placer) -> None:
        """See ui.map.overlay.Layer."""
        del ratio
        at = pixel(view, *self.place)
        painter.setPen(QPen(QColor(style.accent), 2.0))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(dx * 5, dy * 5), at + QPointF(dx * 14, dy * 14))
        painter.setBrush(QColor(style.panel))
        painter.drawEllipse(at, 5.0, 5.0)
        box = pen.words(painter, at + QPointF(4, 4), (self.words,), style)
        placer.take((at.x() - 14, at.y() - 14, at.x() + 14, at.y() + 14))
        placer.take((box.left(), box.top(), box.right(), box.bottom()))

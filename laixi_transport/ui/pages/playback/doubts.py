"""Fixes of the selected vehicle that are doubted: hollow on the map, with their reason where there is room."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from laixi_transport.analytics.cleaning import Doubt
from laixi_transport.services.export.samples import DOUBT_WORDS
from laixi_transport.ui.map.placing import Placer, beside
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.viewport import Viewport
from laixi_transport.ui.pages.playback.loaded import LoadedDay

DOT_PX = 3.0
MOST_WORDS = 12
"""With more doubts in view their reasons would cover the map; the pointer on the timeline tells each."""
MOST_DOTS = 2000


def reason(doubt: int) -> str:
    """Return in words what speaks against a sample."""
    return QCoreApplication.translate("Export", DOUBT_WORDS[Doubt(doubt)])


class DoubtLayer:
    """Lies on the map; ``show`` says whose doubts."""

    def __init__(self) -> None:
        self._x = self._y = np.empty(0)
        self._kind: NDArray[np.uint8] = np.zeros(0, np.uint8)

    def __len__(self) -> int:
        return len(self._kind)

    def show(self, loaded: LoadedDay | None) -> None:
        """Show the doubted fixes of a day that have a place."""
        rows = np.zeros(0, np.intp) if loaded is None else loaded.where.doubted
        if loaded is None or not len(rows):
            self._x = self._y = np.empty(0)
            self._kind = np.zeros(0, np.uint8)
            return
        track = loaded.day.track
        self._x, self._y = to_world(track.lon_deg[rows], track.lat_deg[rows])
        self._kind = loaded.where.doubts[rows]

    def paint(self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float, placer: Placer) -> None:
        """Paint those in view."""
        del ratio
        if not len(self._kind):
            return
        x, y = view.to_screen(self._x, self._y)
        seen = np.flatnonzero((x > 0) & (x < view.width) & (y > 0) & (y < view.height))[:MOST_DOTS]
        painter.setPen(QPen(QColor(style.dim), 1.4))
        painter.setBrush(QColor(style.county))
        for at in seen.tolist():
            painter.drawEllipse(QPointF(float(x[at]), float(y[at])), DOT_PX, DOT_PX)
        if 0 < len(seen) <= MOST_WORDS:
            font = style.font(11)
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(style.dim))
            for at in seen.tolist():
                said = reason(int(self._kind[at]))
                room = beside(float(x[at]), float(y[at]), metrics.horizontalAdvance(said), metrics.height(), DOT_PX + 4)
                box = placer.first_free(room)
                if box is not None:
                    painter.drawText(QPointF(box[0], box[1] + metrics.ascent()), said)

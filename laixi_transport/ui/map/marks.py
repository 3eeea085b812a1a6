"""Marks on a track: begin, end, stops with their duration, gaps, alarms."""

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from laixi_transport.ui.map.placing import Box, Placer, beside
from laixi_transport.ui.map.projection import Floats, to_world
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages, text_size
from laixi_transport.ui.map.track_line import Mark, MarkKind
from laixi_transport.ui.map.viewport import Viewport

RADIUS_PX = 7.0
_ORDER = (MarkKind.GAP, MarkKind.STOP, MarkKind.ALARM, MarkKind.END, MarkKind.START)


class MarkLayer:
    """Marks with their texts; those given first keep their text where there is not room for all."""

    def __init__(self) -> None:
        self._marks: tuple[Mark, ...] = ()
        self._x = self._y = np.zeros(0)
        self._texts = TextImages()
        self._placed: tuple[object, ...] = ()  # what the texts were placed for
        self._boxes: list[Box] = []
        self._drawn: list[tuple[QPointF, QImage]] = []

    def set(self, marks: Sequence[Mark]) -> None:
        """Take all marks anew."""
        self._marks = tuple(marks)
        self._x, self._y = to_world([mark.lon_deg for mark in marks], [mark.lat_deg for mark in marks])
        self._placed = ()

    def take(self, other: "MarkLayer") -> None:
        """Take the marks of another layer."""
        self.set(other._marks)  # noqa: SLF001 - its own kind

    def __len__(self) -> int:
        return len(self._marks)

    def hit(self, view: Viewport, px: float, py: float) -> Mark | None:
        """Return the mark under a pixel."""
        if not self._marks:
            return None
        x, y = view.to_screen(self._x, self._y)
        squared = (x - px) ** 2 + (y - py) ** 2
        at = int(np.argmin(squared))
        return self._marks[at] if squared[at] <= (RADIUS_PX + 2) ** 2 else None

    def paint(
        self, painter: QPainter, view: Viewport, style: MapStyle, ratio: float, placer: Placer, names: object
    ) -> None:
        """Paint the marks that the view shows and the texts that find room, and take that room.

        names   whose room ``placer`` holds: as long as it is the same object and the view is the same, so are the texts
        """
        if not self._marks:
            return
        x, y = view.to_screen(self._x, self._y)
        inside = np.flatnonzero((x > -20) & (x < view.width + 20) & (y > -20) & (y < view.height + 20)).tolist()
        for at in sorted(inside, key=lambda at: _ORDER.index(self._marks[at].kind)):
            _paint_shape(painter, QPointF(float(x[at]), float(y[at])), self._marks[at].kind, style)
        wanted = (view, style, ratio, names)
        if self._placed == wanted:
            for box in self._boxes:
                placer.take(box)
        else:
            self._placed = wanted
            before = len(placer.boxes)
            self._drawn = list(self._place(inside, x, y, style, ratio, placer))
            self._boxes = placer.boxes[before:]
        for corner, image in self._drawn:
            painter.drawImage(corner, image)

    def _place(
        self, inside: list[int], x: Floats, y: Floats, style: MapStyle, ratio: float, placer: Placer
    ) -> Iterator[tuple[QPointF, QImage]]:
        """Find room for the texts beside their marks."""
        for at in inside:
            placer.take(
                (float(x[at]) - RADIUS_PX, float(y[at]) - RADIUS_PX, float(x[at]) + RADIUS_PX, float(y[at]) + RADIUS_PX)
            )
        font = style.font(12)
        metrics = QFontMetricsF(font)
        for at in inside:
            text = self._marks[at].text
            if not text:
                continue
            room = text_size(text, metrics)  # most of a day's texts find no room, and to paint one takes 0.2 ms
            box = placer.first_free(beside(float(x[at]), float(y[at]), room.width(), room.height(), RADIUS_PX + 1))
            if box is not None:
                image = self._texts.get(text, font, style.text, style.county, ratio)
                yield QPointF(round(box[0] * ratio) / ratio, round(box[1] * ratio) / ratio), image


def _paint_shape(painter: QPainter, at: QPointF, kind: MarkKind, style: MapStyle) -> None:
    ground = QColor(style.panel)
    ink = QColor(style.high if kind == MarkKind.ALARM else style.text)
    painter.setPen(QPen(ink, 1.5))
    painter.setBrush(ground)
    match kind:
        case MarkKind.START:
            painter.drawEllipse(at, RADIUS_PX, RADIUS_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            painter.drawPolygon(QPolygonF([at + QPointF(-2.2, -3.6), at + QPointF(4, 0), at + QPointF(-2.2, 3.6)]))
        case MarkKind.END:
            painter.drawEllipse(at, RADIUS_PX, RADIUS_PX)
            painter.fillRect(QRectF(at.x() - 2.6, at.y() - 2.6, 5.2, 5.2), ink)
        case MarkKind.STOP:
            painter.setPen(QPen(QColor(style.dim), 1.5))
            painter.drawEllipse(at, RADIUS_PX - 1, RADIUS_PX - 1)
            ink = QColor(style.text)
            painter.fillRect(QRectF(at.x() - 2.6, at.y() - 3, 1.8, 6), ink)
            painter.fillRect(QRectF(at.x() + 0.8, at.y() - 3, 1.8, 6), ink)
        case MarkKind.GAP:
            pen = QPen(QColor(style.dim), 1.4, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawEllipse(at, RADIUS_PX - 2, RADIUS_PX - 2)
        case MarkKind.ALARM:
            painter.drawPolygon(QPolygonF([at + QPointF(0, -7), at + QPointF(7, 5.5), at + QPointF(-7, 5.5)]))
            painter.fillRect(QRectF(at.x() - 0.8, at.y() - 3, 1.6, 4.2), ink)
            painter.fillRect(QRectF(at.x() - 0.8, at.y() + 2.2, 1.6, 1.6), ink)

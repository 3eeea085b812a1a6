"""Names on the base map: towns, neighbouring counties, road numbers; none overlaps another."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from laixi_transport.ui.map.base_map import Area, BaseMap, Place, Road, RoadClass
from laixi_transport.ui.map.placing import Box, Placer, beside
from laixi_transport.ui.map.style import MapStyle, road_width_px
from laixi_transport.ui.map.text_image import TextImages, logical_size
from laixi_transport.ui.map.viewport import Viewport

PLACE_FROM_ZOOM = {1: 0.0, 2: 8.6, 3: 10.2}
COUNTY_ZOOMS = (7.5, 10.6)
"""Zooms between which neighbouring counties carry their names."""
SHIELD_STEP_PX = 360.0
"""Distance along a road between two of its numbers."""


def paint_labels(
    painter: QPainter,
    base_map: BaseMap,
    view: Viewport,
    style: MapStyle,
    placer: Placer,
    texts: TextImages,
    ratio: float,
    *,
    chinese: bool,
) -> Iterator[None]:
    """Paint all names step by step, the more important first; those that find no room are left out."""
    shown = [place for place in base_map.places if view.zoom >= PLACE_FROM_ZOOM.get(place.rank, 11.0)]
    for place in shown:
        _paint_place(painter, place, view, style, placer, texts, ratio, chinese=chinese)
        yield
    for road in reversed(base_map.roads):
        if road.ref and road_width_px(road.road_class, view.zoom):
            _paint_shields(painter, road, view, style, placer)
            yield
    if COUNTY_ZOOMS[0] <= view.zoom <= COUNTY_ZOOMS[1]:
        for area in base_map.neighbours:
            _paint_county_name(painter, area, view, style, placer, texts, ratio, chinese=chinese)
            yield


def _paint_place(
    painter: QPainter,
    place: Place,
    view: Viewport,
    style: MapStyle,
    placer: Placer,
    texts: TextImages,
    ratio: float,
    *,
    chinese: bool,
) -> None:
    px, py = view.to_screen(place.x, place.y)
    x, y = float(px), float(py)
    if not (-100 <= x <= view.width + 100 and -40 <= y <= view.height + 40):
        return
    size = {1: 14, 2: 13}.get(place.rank, 12)
    colour = style.label if place.rank <= 2 else style.faint_label
    image = texts.get(
        place.name_zh if chinese else place.name_en, style.font(size, bold=place.rank == 1), colour, style.county, ratio
    )
    room = logical_size(image)
    radius = 2.6 if place.rank == 1 else 2.0
    box = placer.first_free(beside(x, y, room.width(), room.height(), radius + 1.5))
    if box is None:
        return
    placer.take((x - radius, y - radius, x + radius, y + radius))
    painter.setPen(QPen(QColor(style.county), 1.2))
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QPointF(x, y), radius + 0.6, radius + 0.6)
    painter.drawImage(_whole(box, ratio), image)


def _paint_county_name(
    painter: QPainter,
    area: Area,
    view: Viewport,
    style: MapStyle,
    placer: Placer,
    texts: TextImages,
    ratio: float,
    *,
    chinese: bool,
) -> None:
    left, top, right, bottom = area.bounds
    if (right - left) * view.scale < 120:
        return
    px, py = view.to_screen((left + right) / 2, (top + bottom) / 2)
    name = "\u2009".join(area.name_zh) if chinese else area.name_en
    image = texts.get(name, style.font(14), style.faint_label, "", ratio)
    room = logical_size(image)
    x, y = float(px) - room.width() / 2, float(py) - room.height() / 2
    steps = (0.0, -28.0, 28.0, -56.0, 56.0)
    box = placer.first_free((x, y + step, x + room.width(), y + step + room.height()) for step in steps)
    if box is not None:
        painter.setOpacity(0.75)
        painter.drawImage(_whole(box, ratio), image)
        painter.setOpacity(1.0)


def _paint_shields(painter: QPainter, road: Road, view: Viewport, style: MapStyle, placer: Placer) -> None:
    """Paint the number of a road in a small box, again and again along it."""
    font = style.font(10, bold=True)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(road.ref) + 8, metrics.height() + 1
    points = (road.points - (view.x, view.y)) * view.scale + (view.width / 2, view.height / 2)
    due = SHIELD_STEP_PX / 2
    for (x0, y0), (x1, y1) in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        while due <= length:
            share = due / length
            due += SHIELD_STEP_PX
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            if not (0 <= x <= view.width and 0 <= y <= view.height):
                continue
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if placer.is_free((box[0] - 6, box[1] - 4, box[2] + 6, box[3] + 4)):
                placer.take(box)
                _paint_shield(painter, box, road, style)
        due -= length


def _paint_shield(painter: QPainter, box: Box, road: Road, style: MapStyle) -> None:
    rect = QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1])
    main = road.road_class >= RoadClass.PRIMARY
    painter.setPen(QPen(QColor(style.main_road if main else style.road), 1.0))
    painter.setBrush(QColor(style.county))
    painter.drawRoundedRect(rect, 2.5, 2.5)
    painter.setPen(QColor(style.label))
    painter.setFont(style.font(10, bold=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, road.ref)


def _whole(box: Box, ratio: float) -> QPointF:
    """Return the left top corner on a whole pixel, so that text stays sharp."""
    return QPointF(round(box[0] * ratio) / ratio, round(box[1] * ratio) / ratio)

"""Names on the base map: towns, neighbouring counties, numbers and names of roads; none overlaps another.

They are found step by step together with the picture and painted over it in every frame: a picture of another zoom is
scaled until its successor is there, but nobody wants to read scaled letters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.map.base_map import Area, BaseMap, Place
from laixi_transport.ui.map.placing import Box, Placer, beside
from laixi_transport.ui.map.road_names import NamePlace, RoadNames
from laixi_transport.ui.map.road_numbers import RoadNumbers
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages, drawn_image, logical_size, stacked_image, turned_image
from laixi_transport.ui.map.viewport import Viewport

PLACE_FROM_ZOOM = {1: 0.0, 2: 8.6, 3: 10.2}
COUNTY_ZOOMS = (7.5, 10.6)
"""Zooms between which neighbouring counties carry their names."""


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A name with its place in the unit square; sizes are in logical pixels."""

    x: float
    y: float
    image: QImage
    width: float  # of the image
    height: float
    dx: float  # of its left top corner from the place
    dy: float
    dot: str = ""  # colour of a dot at the place itself
    dot_px: float = 0.0  # its radius
    opacity: float = 1.0


def find_labels(
    base_map: BaseMap,
    numbers: RoadNumbers,
    names: RoadNames,
    view: Viewport,
    style: MapStyle,
    placer: Placer,
    texts: TextImages,
    ratio: float,
    labels: list[Label],
    *,
    chinese: bool,
    plain: bool = True,
) -> Iterator[None]:
    """Add all names to ``labels`` step by step, the more important first; those that find no room are left out.

    plain  False: tiles below carry names already
    """
    if not plain:
        return
    shown = [place for place in base_map.places if view.zoom >= PLACE_FROM_ZOOM.get(place.rank, 11.0)]
    for place in shown:
        labels += _place(place, view, style, placer, texts, ratio, chinese=chinese)
        yield
    for number, road_class, x, y in numbers.places(view):
        labels += _number(number, road_class, (x, y), view, style, placer, texts, ratio)
        yield
    font = style.font(11)
    advance = QFontMetricsF(font).horizontalAdvance
    for place_on_road in names.places(view, advance):
        labels += _road_name(place_on_road, font, view, style, placer, texts, ratio)
        yield
    if COUNTY_ZOOMS[0] <= view.zoom <= COUNTY_ZOOMS[1]:
        for area in base_map.neighbours:
            labels += _county_name(area, view, style, placer, texts, ratio, chinese=chinese)
            yield


def paint_labels(
    painter: QPainter, labels: Sequence[Label], view: Viewport, style: MapStyle, ratio: float, *, found_for: Viewport
) -> Placer:
    """Paint the labels that the view shows, each in its own size; return what room they take.

    found_for   the view that they were found for; at another zoom they may come to overlap, and the less important ones
                are left out
    """
    placer = Placer()
    if not labels:
        return placer
    xs, ys = view.to_screen([label.x for label in labels], [label.y for label in labels])
    shown = (xs > -200) & (xs < view.width + 200) & (ys > -60) & (ys < view.height + 60)
    exact = view.zoom == found_for.zoom
    for at in np.flatnonzero(shown).tolist():
        label, x, y = labels[at], float(xs[at]), float(ys[at])
        left, top = x + label.dx, y + label.dy
        box = (left, top, left + label.width, top + label.height)
        if not exact and not placer.is_free(box):
            continue
        placer.take(box)
        if label.dot:
            r = label.dot_px
            placer.take((x - r, y - r, x + r, y + r))
            painter.setPen(QPen(QColor(style.county), 1.2))
            painter.setBrush(QColor(label.dot))
            painter.drawEllipse(QPointF(x, y), r + 0.6, r + 0.6)
        if label.opacity == 1.0:
            painter.drawImage(_whole(box, ratio), label.image)
        else:
            painter.setOpacity(label.opacity)
            painter.drawImage(_whole(box, ratio), label.image)
            painter.setOpacity(1.0)
    return placer


def _place(
    place: Place, view: Viewport, style: MapStyle, placer: Placer, texts: TextImages, ratio: float, *, chinese: bool
) -> Iterator[Label]:
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
    if box is not None:
        placer.take((x - radius, y - radius, x + radius, y + radius))
        yield Label(place.x, place.y, image, room.width(), room.height(), box[0] - x, box[1] - y, colour, radius)


def _county_name(
    area: Area, view: Viewport, style: MapStyle, placer: Placer, texts: TextImages, ratio: float, *, chinese: bool
) -> Iterator[Label]:
    left, top, right, bottom = area.bounds
    if (right - left) * view.scale < 120:
        return
    middle = (left + right) / 2, (top + bottom) / 2
    px, py = view.to_screen(*middle)
    name = "\u2009".join(area.name_zh) if chinese else area.name_en
    image = texts.get(name, style.font(14), style.faint_label, "", ratio)
    room = logical_size(image)
    x, y = float(px) - room.width() / 2, float(py) - room.height() / 2
    steps = (0.0, -28.0, 28.0, -56.0, 56.0)
    box = placer.first_free((x, y + step, x + room.width(), y + step + room.height()) for step in steps)
    if box is not None:
        yield Label(*middle, image, room.width(), room.height(), box[0] - float(px), box[1] - float(py), opacity=0.75)


def _number(
    number: str,
    road_class: RoadClass,
    at: tuple[float, float],
    view: Viewport,
    style: MapStyle,
    placer: Placer,
    texts: TextImages,
    ratio: float,
) -> Iterator[Label]:
    """Yield the number of a road at a place if there is room for it."""
    image = _shield(number, road_class, style, texts, ratio)
    size, (x, y) = logical_size(image), at
    width, height = size.width(), size.height()
    box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    if placer.is_free((box[0] - 6, box[1] - 4, box[2] + 6, box[3] + 4)):
        placer.take(box)
        yield Label(*view.to_world(x, y), image, width, height, -width / 2, -height / 2)


def _road_name(
    place: NamePlace, font: QFont, view: Viewport, style: MapStyle, placer: Placer, texts: TextImages, ratio: float
) -> Iterator[Label]:
    """Yield the name of a road on it if there is room for it."""
    draw = stacked_image if place.stacked else turned_image
    key = (f"{place.name}{draw.__name__}{place.turn_deg:g}", font.key(), style.label, style.county, ratio)
    image = texts.kept(key, lambda: draw(place.name, font, style.label, style.county, ratio, place.turn_deg))
    size = logical_size(image)
    width, height = size.width(), size.height()
    box = (place.x - width / 2, place.y - height / 2, place.x + width / 2, place.y + height / 2)
    if placer.is_free(box):
        placer.take(box)
        yield Label(*view.to_world(place.x, place.y), image, width, height, -width / 2, -height / 2)


def _shield(number: str, road_class: RoadClass, style: MapStyle, texts: TextImages, ratio: float) -> QImage:
    """Return the number of a road in a small box."""
    font = style.font(10, bold=True)
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(number) + 9, metrics.height() + 2
    line = style.main_road if road_class >= RoadClass.PRIMARY else style.road_colour(road_class)

    def draw(painter: QPainter) -> None:
        rect = QRectF(0.5, 0.5, width - 1, height - 1)
        painter.setPen(QPen(QColor(line), 1.0))
        painter.setBrush(QColor(style.county))
        painter.drawRoundedRect(rect, 2.5, 2.5)
        painter.setPen(QColor(style.label))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, number)

    return texts.kept((number, font.key(), line, style.county, ratio), lambda: drawn_image(width, height, ratio, draw))


def _whole(box: Box, ratio: float) -> QPointF:
    """Return the left top corner on a whole pixel, so that text stays sharp."""
    return QPointF(round(box[0] * ratio) / ratio, round(box[1] * ratio) / ratio)

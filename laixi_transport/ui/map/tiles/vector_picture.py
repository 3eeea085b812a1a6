"""A vector tile as a picture: areas, water, roads, borders and names in the style of the map (OpenMapTiles schema)."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from laixi_transport.domain.road import RoadClass
from laixi_transport.services.map_data.vector_tile import Part, Shape, TileFeature, TileLayer, read_tile
from laixi_transport.ui.map.style import MapStyle, road_casing, road_width_px
from laixi_transport.ui.theme.tokens import mix

TILE_PX = 512

_GREEN = frozenset({"wood", "grass", "farmland", "forest", "park", "cemetery", "meadow"})
_BUILT_UP = frozenset({"residential", "commercial", "industrial", "retail", "suburb", "neighbourhood"})
_CLASSES = {
    "motorway": RoadClass.MOTORWAY, "trunk": RoadClass.TRUNK, "primary": RoadClass.PRIMARY,
    "secondary": RoadClass.SECONDARY, "tertiary": RoadClass.TERTIARY, "minor": RoadClass.LOCAL,
    "service": RoadClass.LOCAL, "track": RoadClass.LOCAL, "busway": RoadClass.LOCAL,
}  # fmt: skip
_PLACES = {"city": 13.0, "town": 12.0, "village": 11.0, "suburb": 11.0}
"""Sizes of names, px."""
_FROM_ZOOM = {"city": 4, "town": 8, "village": 11, "suburb": 12}
MOST_NAMES = 24


def paint(data: bytes, z: int, style: MapStyle, *, chinese: bool) -> QImage:
    """Return a tile of zoom z painted; raises ValueError if it is damaged."""
    layers = {layer.name: layer for layer in read_tile(data)}
    image = QImage(TILE_PX, TILE_PX, QImage.Format.Format_RGB32)
    image.fill(QColor(style.county))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        _areas(painter, layers.get("landcover"), style.green, _GREEN)
        _areas(painter, layers.get("park"), style.green, None)
        _areas(painter, layers.get("landuse"), style.built_up, _BUILT_UP)
        _areas(painter, layers.get("water"), style.water, None)
        _lines(painter, layers.get("waterway"), QPen(QColor(style.water), 1.6))
        if z >= 14:
            _areas(painter, layers.get("building"), mix(style.county, style.road, 0.6), None)
        _borders(painter, layers.get("boundary"), style)
        _roads(painter, layers.get("transportation"), z, style)
        _names(painter, layers.get("place"), z, style, chinese=chinese)
    finally:
        painter.end()
    return image


def _points(part: Part, layer: TileLayer) -> QPolygonF:
    scaled = part.astype(np.float64) * (TILE_PX / layer.extent)
    return QPolygonF([QPointF(x, y) for x, y in scaled.tolist()])


def _areas(painter: QPainter, layer: TileLayer | None, colour: str, classes: frozenset[str] | None) -> None:
    if layer is None:
        return
    for feature in layer.features:
        if feature.shape is Shape.POLYGON and (classes is None or feature.tags.get("class") in classes):
            one = QPainterPath()
            one.setFillRule(Qt.FillRule.OddEvenFill)
            for part in feature.parts:
                one.addPolygon(_points(part, layer))
                one.closeSubpath()
            painter.fillPath(one, QColor(colour))


def _lines(painter: QPainter, layer: TileLayer | None, pen: QPen) -> None:
    if layer is None:
        return
    painter.setPen(pen)
    for feature in layer.features:
        if feature.shape is Shape.LINE:
            for part in feature.parts:
                painter.drawPolyline(_points(part, layer))


def _borders(painter: QPainter, layer: TileLayer | None, style: MapStyle) -> None:
    if layer is None:
        return
    for feature in layer.features:
        level = feature.tags.get("admin_level")
        if feature.shape is not Shape.LINE or not isinstance(level, int) or level > 6 or feature.tags.get("maritime"):
            continue
        pen = QPen(QColor(style.county_line), 2.0 if level <= 4 else 1.2)
        pen.setDashPattern([6.0, 4.0])
        painter.setPen(pen)
        for part in feature.parts:
            painter.drawPolyline(_points(part, layer))


def _roads(painter: QPainter, layer: TileLayer | None, z: int, style: MapStyle) -> None:
    if layer is None:
        return
    by_class: dict[RoadClass, list[TileFeature]] = {}
    for feature in layer.features:
        word = str(feature.tags.get("class", ""))
        road_class = _CLASSES.get(word)
        if feature.shape is Shape.LINE and road_class is not None:
            linked = feature.tags.get("ramp") and road_class >= RoadClass.PRIMARY
            by_class.setdefault(RoadClass.MOTORWAY_LINK if linked else road_class, []).append(feature)
    zoom = z + 1.0  # a tile of 512 pixels shows what one of 256 does a zoom later
    for road_class in sorted(by_class):
        width = max(1.0, road_width_px(road_class, zoom))
        casing, edge = road_casing(road_class, zoom, style)
        for wider, colour in ((casing, edge), (0.0, style.road_colour(road_class))):
            if wider == 0.0 and colour == edge:
                continue
            pen = QPen(QColor(colour), width + wider)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for feature in by_class[road_class]:
                for part in feature.parts:
                    painter.drawPolyline(_points(part, layer))


def _names(painter: QPainter, layer: TileLayer | None, z: int, style: MapStyle, *, chinese: bool) -> None:
    """Write the names of places; one that would be cut at the tile's edge is moved inside."""
    if layer is None:
        return
    taken: list[QRectF] = []
    known = [one for one in layer.features if one.tags.get("class") in _PLACES and one.shape is Shape.POINT]
    known.sort(key=lambda one: (list(_PLACES).index(str(one.tags["class"])), _rank(one)))
    for feature in known:
        kind = str(feature.tags["class"])
        name = _name(feature, chinese=chinese)
        if not name or z + 1 < _FROM_ZOOM[kind] or not feature.parts or len(taken) >= MOST_NAMES:
            continue
        x, y = (feature.parts[0][0] * (TILE_PX / layer.extent)).tolist()
        if not (0 <= x < TILE_PX and 0 <= y < TILE_PX):
            continue  # the neighbour has it
        font = style.font(_PLACES[kind], bold=kind == "city")
        metrics = QFontMetricsF(font)
        width, height = metrics.horizontalAdvance(name) + 6, metrics.height()
        left = min(max(0.0, x - width / 2), TILE_PX - width)
        top = min(max(0.0, y - height / 2), TILE_PX - height)
        box = QRectF(left, top, width, height)
        if any(box.intersects(other) for other in taken):
            continue
        taken.append(box)
        outline = QPainterPath()
        outline.addText(QPointF(left + 3, top + metrics.ascent()), font, name)
        painter.strokePath(outline, QPen(QColor(style.county), 2.6))
        painter.fillPath(outline, QColor(style.label))


def _name(feature: TileFeature, *, chinese: bool) -> str:
    order = ("name:zh", "name", "name:latin") if chinese else ("name:en", "name:latin", "name")
    return next((str(feature.tags[one]) for one in order if feature.tags.get(one)), "")


def _rank(feature: TileFeature) -> int:
    rank = feature.tags.get("rank")
    return rank if isinstance(rank, int) else 99

"""The still part of the map, painted into an image larger than the view step by step; its names are found likewise."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from laixi_transport.ui.map.base_map import Area, BaseMap, Points, Road, RoadClass
from laixi_transport.ui.map.drawing import draw_line, polygon, runs, thinned
from laixi_transport.ui.map.ground import pieces
from laixi_transport.ui.map.lettering import Label, find_labels
from laixi_transport.ui.map.overlay import TileSource
from laixi_transport.ui.map.placing import Box, Placer
from laixi_transport.ui.map.style import MapStyle, road_width_px
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.track_line import BREAK_AFTER, OVER_LIMIT, WORLD, TrackBundle
from laixi_transport.ui.map.viewport import Viewport, WorldBounds

TRACK_PX = 3.6
OVER_LIMIT_PX = 5.4
CASING_PX = 2.4


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What a picture is painted from. ``version`` grows with every change of it."""

    base_map: BaseMap
    tracks: TrackBundle
    style: MapStyle
    chinese: bool
    version: int
    ground: TileSource | None = None  # tiles below everything


@dataclass(slots=True, eq=False)
class Picture:
    """A painted view and what it was painted from."""

    image: QImage
    view: Viewport
    version: int
    ratio: float
    labels: list[Label] = field(default_factory=list)  # names, to be painted over the image
    taken: list[Box] = field(default_factory=list)  # room that they take, in logical pixels of the image


def paint_picture(scene: Scene, picture: Picture, texts: TextImages) -> Iterator[None]:
    """Paint the base map and the tracks, a few milliseconds at a time: it pauses after every step."""
    image, view, style, ratio = picture.image, picture.view, scene.style, picture.ratio
    image.fill(QColor(style.ground))
    yield
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield from _paint_areas(painter, scene.base_map, view, style)
        ground = scene.ground
        if ground is None or ground.complete:
            yield from _paint_roads(painter, scene.base_map.roads, view, style)
        if ground is not None:
            yield from _paint_ground(painter, ground, view, ratio)
            if not ground.complete:
                yield from _paint_roads(painter, scene.base_map.roads, view, style)
        for line in range(len(scene.tracks.begin) - 1):
            yield from _paint_track(painter, scene.tracks, line, view, style)
    finally:
        painter.end()
    placer = Placer()
    yield from find_labels(scene.base_map, view, style, placer, texts, ratio, picture.labels, chinese=scene.chinese)
    picture.taken = placer.boxes


def visible(bounds: WorldBounds, view: WorldBounds) -> bool:
    """Whether two bounds touch."""
    return bounds[0] <= view[2] and view[0] <= bounds[2] and bounds[1] <= view[3] and view[1] <= bounds[3]


def on_screen(points: Points, view: Viewport) -> Points:
    """Return points of the unit square in logical pixels."""
    return (points - (view.x, view.y)) * view.scale + (view.width / 2, view.height / 2)


def _paint_areas(painter: QPainter, base_map: BaseMap, view: Viewport, style: MapStyle) -> Iterator[None]:
    world = view.bounds

    def fill(areas: tuple[Area, ...], colour: str) -> Iterator[None]:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for area in areas:
            if visible(area.bounds, world):
                painter.drawPolygon(polygon(_drawn(on_screen(area.rings[0], view))))
                yield

    def outline(areas: tuple[Area, ...], colour: str, width: float) -> Iterator[None]:
        painter.setPen(_pen(colour, width))
        for area in areas:
            if visible(area.bounds, world):
                yield from draw_line(painter, _drawn(on_screen(area.rings[0], view)))

    yield from fill(base_map.land, style.land)
    yield from fill(base_map.neighbours, style.land)
    yield from outline(base_map.neighbours, style.neighbour_line, 1.0)
    yield from fill(base_map.county, style.county)
    yield from outline(base_map.county, style.county_line, 1.5)


def _paint_ground(painter: QPainter, ground: TileSource, view: Viewport, ratio: float) -> Iterator[None]:
    """Paint tiles; their edges lie on whole pixels of the screen so that no seam shows."""

    def edge(value: float) -> float:
        return round(value * ratio) / ratio

    for piece in pieces(ground, view, ratio):
        (x0, x1), (y0, y1) = view.to_screen(piece.bounds[::2], piece.bounds[1::2])
        left, top, right, bottom = (edge(float(value)) for value in (x0, y0, x1, y1))
        u0, v0, u1, v1 = (share * piece.image.width() for share in piece.source)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(left, top, right - left, bottom - top), piece.image, QRectF(u0, v0, u1 - u0, v1 - v0))
        yield


def _paint_roads(painter: QPainter, roads: tuple[Road, ...], view: Viewport, style: MapStyle) -> Iterator[None]:
    """Paint the least roads first, each main road on a casing of its ground so that crossings are read."""
    world = view.bounds
    shown = [
        (road, width)
        for road in roads
        if (width := road_width_px(road.road_class, view.zoom)) and visible(road.bounds, world)
    ]
    for road_class in RoadClass:
        lines = [
            (_drawn(on_screen(road.points, view)), width) for road, width in shown if road.road_class == road_class
        ]
        if road_class >= RoadClass.PRIMARY:
            for points, width in lines:
                painter.setPen(_pen(style.county, width + 2.0))
                yield from draw_line(painter, points)
        for points, width in lines:
            painter.setPen(_pen(style.road_colour(road_class), width))
            yield from draw_line(painter, points)


def _paint_track(painter: QPainter, tracks: TrackBundle, line: int, view: Viewport, style: MapStyle) -> Iterator[None]:
    """Paint a casing, the way, and over it the pieces above the limit; nothing joins the ends of a gap."""
    part = slice(int(tracks.begin[line]), int(tracks.begin[line + 1]))
    if part.stop == part.start:
        return
    points = on_screen(np.stack((tracks.x[part], tracks.y[part]), axis=1) / WORLD, view)
    break_after = (tracks.flags[part] & BREAK_AFTER) != 0
    over_limit = (tracks.flags[part] & OVER_LIMIT) != 0
    over = over_limit[:-1] & over_limit[1:] & ~break_after[:-1]
    keep = break_after.copy()
    keep[1:] |= break_after[:-1]
    keep[1:-1] |= over[1:] != over[:-1]
    chosen = thinned(points, keep)
    points = points[chosen]
    joined = np.logical_not(break_after[chosen][:-1])
    over_limit = over_limit[chosen]
    over = over_limit[:-1] & over_limit[1:] & joined
    alone = ~(np.concatenate(([False], joined)) | np.concatenate((joined, [False])))
    joined = np.logical_and(joined, _near(points, view))
    over = np.logical_and(over, joined)
    colour = tracks.colour(line) or style.accent
    for mask, width, ink in (
        (joined, TRACK_PX + CASING_PX, style.county),
        (joined, TRACK_PX, colour),
        (over, OVER_LIMIT_PX + CASING_PX, style.county),
        (over, OVER_LIMIT_PX, style.high),
    ):
        for first, last in runs(mask):
            painter.setPen(_pen(ink, width))
            yield from draw_line(painter, points[first : last + 1])
    _paint_lone_samples(painter, points[alone], colour)


def _paint_lone_samples(painter: QPainter, points: Points, colour: str) -> None:
    """Paint as dots the samples with a gap on both sides."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for x, y in points:
        painter.drawEllipse(QPointF(float(x), float(y)), TRACK_PX / 2, TRACK_PX / 2)


def _near(points: Points, view: Viewport, margin_px: float = 40.0) -> NDArray[np.bool_]:
    """Return which of the n - 1 pieces may touch the picture."""
    lower = np.minimum(points[:-1], points[1:])
    upper = np.maximum(points[:-1], points[1:])
    size = (view.width + margin_px, view.height + margin_px)
    return np.asarray(((upper >= -margin_px) & (lower <= size)).all(axis=1))


def _drawn(points: Points) -> Points:
    """Return the points that make a difference on the screen."""
    return points[thinned(points, np.zeros(len(points), dtype=np.bool_))]


def _pen(colour: str, width: float) -> QPen:
    return QPen(QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)

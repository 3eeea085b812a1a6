"""The still part of the map, painted into an image larger than the view step by step; its names are found likewise."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from laixi_transport.ui.map.base_map import Area, BaseMap, Points, Road, RoadClass
from laixi_transport.ui.map.drawing import draw_line, polygon, runs, thinned
from laixi_transport.ui.map.lettering import Label, find_labels
from laixi_transport.ui.map.placing import Box, Placer
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.style import MapStyle, road_width_px
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.track_line import TrackLine
from laixi_transport.ui.map.viewport import Viewport, WorldBounds

TRACK_PX = 3.6
OVER_LIMIT_PX = 5.4
CASING_PX = 2.4


@dataclass(frozen=True, slots=True, eq=False)
class WorldTrack:
    """A track in the unit square of the projection."""

    points: Points
    break_after: NDArray[np.bool_]
    over_limit: NDArray[np.bool_]
    colour: str

    @classmethod
    def of(cls, line: TrackLine) -> "WorldTrack":
        """Return the projected track; samples without a place are left out and leave a break."""
        good = np.isfinite(line.lon_deg) & np.isfinite(line.lat_deg)
        break_after = line.break_after.copy()
        break_after[:-1] |= ~good[1:]
        x, y = to_world(line.lon_deg[good], line.lat_deg[good])
        return cls(np.stack((x, y), axis=1), break_after[good], line.over_limit[good], line.colour)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What a picture is painted from. ``version`` grows with every change of it."""

    base_map: BaseMap
    tracks: tuple[WorldTrack, ...]
    style: MapStyle
    chinese: bool
    version: int


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
        yield from _paint_roads(painter, scene.base_map.roads, view, style)
        for track in scene.tracks:
            yield from _paint_track(painter, track, view, style)
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


def _paint_track(painter: QPainter, track: WorldTrack, view: Viewport, style: MapStyle) -> Iterator[None]:
    """Paint a casing, the way, and over it the pieces above the limit; nothing joins the ends of a gap."""
    if len(track.points) == 0:
        return
    points = on_screen(track.points, view)
    over = track.over_limit[:-1] & track.over_limit[1:] & ~track.break_after[:-1]
    keep = track.break_after.copy()
    keep[1:] |= track.break_after[:-1]
    keep[1:-1] |= over[1:] != over[:-1]
    chosen = thinned(points, keep)
    points = points[chosen]
    joined = np.logical_not(track.break_after[chosen][:-1])
    over_limit = track.over_limit[chosen]
    over = over_limit[:-1] & over_limit[1:] & joined
    joined = np.logical_and(joined, _near(points, view))
    over = np.logical_and(over, joined)
    colour = track.colour or style.accent
    for mask, width, ink in (
        (joined, TRACK_PX + CASING_PX, style.county),
        (joined, TRACK_PX, colour),
        (over, OVER_LIMIT_PX + CASING_PX, style.county),
        (over, OVER_LIMIT_PX, style.high),
    ):
        for first, last in runs(mask):
            painter.setPen(_pen(ink, width))
            yield from draw_line(painter, points[first : last + 1])
    _paint_lone_samples(painter, points, joined, colour)


def _paint_lone_samples(painter: QPainter, points: Points, joined: NDArray[np.bool_], colour: str) -> None:
    """Paint as dots the samples with a gap on both sides."""
    alone = ~(np.concatenate(([False], joined)) | np.concatenate((joined, [False])))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for x, y in points[alone]:
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

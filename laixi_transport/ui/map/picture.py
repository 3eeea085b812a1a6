"""The still part of the map, painted into an image larger than the view step by step; its names are found likewise."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from laixi_transport.domain.map_data import AreaKind
from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.map.base_map import BaseMap, Points
from laixi_transport.ui.map.columns import WORLD, Areas, Lines, MapColumns
from laixi_transport.ui.map.drawing import draw_line, polygon, runs, thinned
from laixi_transport.ui.map.ground import pieces
from laixi_transport.ui.map.lettering import Label
from laixi_transport.ui.map.overlay import TileSource
from laixi_transport.ui.map.placing import Box
from laixi_transport.ui.map.style import MapStyle, density_ramp, road_casing, road_width_px
from laixi_transport.ui.map.track_line import BREAK_AFTER, OVER_LIMIT, TrackBundle
from laixi_transport.ui.map.viewport import Viewport, WorldBounds

TRACK_PX = 3.6
OVER_LIMIT_PX = 5.4
CASING_PX = 2.4
CROWDED_PX = 2.2
COUNTED_AT_ONCE = 200_000
LEAST_CROWD = 150_000
"""More points than this in a picture are drawn as thinner lines without casings, which would cover each other."""
MOST_POINTS = 1_000_000
"""More points than this in a picture are shown as a density: lines would be one blot."""


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

    pixels: NDArray[np.uint32]  # (height, width) 0xffRRGGBB
    image: QImage  # on the pixels
    view: Viewport
    version: int
    ratio: float
    density_top: int = 0  # passes that the last colour of the density stands for; 0 where tracks are lines
    labels: list[Label] = field(default_factory=list)  # names, to be painted over the image
    taken: list[Box] = field(default_factory=list)  # room that they take, in logical pixels of the image


def image_on(pixels: NDArray[np.uint32], ratio: float) -> QImage:
    """Return an image on an array of pixels (height, width), not copied: keep the array as long as the image."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    return image


def paint_picture(scene: Scene, columns: MapColumns, picture: Picture) -> Iterator[None]:
    """Paint the base map and the tracks, a few milliseconds at a time: it pauses after every step."""
    image, view, style, ratio = picture.image, picture.view, scene.style, picture.ratio
    image.fill(QColor(style.ground))
    yield
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    try:
        yield from _paint_areas(painter, columns, view, style)
        ground = scene.ground
        if ground is None or ground.complete:
            yield from _paint_roads(painter, columns.roads, view, style)
        if ground is not None:
            yield from _paint_ground(painter, ground, view, ratio)
            if not ground.complete:
                yield from _paint_roads(painter, columns.roads, view, style)
            yield from _paint_outlines(painter, columns.county, view, style.county_line, 1.5)
        if len(scene.tracks) <= MOST_POINTS:
            for line in range(len(scene.tracks.begin) - 1):
                yield from _paint_track(painter, scene.tracks, line, view, style)
    finally:
        painter.end()
    if len(scene.tracks) > MOST_POINTS:
        yield from _paint_counts(scene.tracks, picture, style)


def visible(bounds: WorldBounds, view: WorldBounds) -> bool:
    """Whether two bounds touch."""
    return bounds[0] <= view[2] and view[0] <= bounds[2] and bounds[1] <= view[3] and view[1] <= bounds[3]


def on_screen(points: Points, view: Viewport) -> Points:
    """Return points of the unit square in logical pixels."""
    return (points - (view.x, view.y)) * view.scale + (view.width / 2, view.height / 2)


def _points(shapes: Lines | Areas, begin: int, end: int, view: Viewport) -> Points:
    """Return points of the base map in logical pixels, those that make a difference."""
    points = np.stack((shapes.x[begin:end], shapes.y[begin:end]), axis=1) / WORLD
    return _drawn(on_screen(points, view)) if len(points) else points


def _paint_areas(painter: QPainter, columns: MapColumns, view: Viewport, style: MapStyle) -> Iterator[None]:
    yield from _fill_areas(painter, columns.land, view, style.land)
    yield from _fill_areas(painter, columns.neighbours, view, style.land)
    yield from _fill_areas(painter, columns.county, view, style.county)
    imported = columns.imported
    for kind, colour in (
        (AreaKind.GREEN, style.green),
        (AreaKind.BUILT_UP, style.built_up),
        (AreaKind.WATER, style.water),
    ):
        yield from _fill_areas(painter, imported, view, colour, kind)
    yield from _paint_outlines(painter, imported, view, style.water, river_px(view.zoom), AreaKind.RIVER)
    yield from _paint_outlines(painter, columns.neighbours, view, style.neighbour_line, 1.0)
    yield from _paint_outlines(painter, imported, view, style.neighbour_line, 1.0, AreaKind.BOUNDARY)
    yield from _paint_outlines(painter, columns.county, view, style.county_line, 1.5)


def river_px(zoom: float) -> float:
    """Return the width of a river that is given as a line."""
    return 1.4 * max(1.0, float(2.0 ** (zoom - 13.0)))


def _fill_areas(
    painter: QPainter, areas: Areas, view: Viewport, colour: str, kind: AreaKind = AreaKind.BOUNDARY
) -> Iterator[None]:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for area in np.flatnonzero(areas.seen(view.bounds) & (areas.kind == kind)).tolist():
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.OddEvenFill)
        for begin, end in pairwise(areas.rings(area).tolist()):
            path.addPolygon(polygon(_points(areas, begin, end, view)))
            path.closeSubpath()
        painter.drawPath(path)
        yield


def _paint_outlines(
    painter: QPainter,
    areas: Areas,
    view: Viewport,
    colour: str,
    width: float,
    kind: AreaKind = AreaKind.BOUNDARY,
) -> Iterator[None]:
    painter.setPen(_pen(colour, width))
    for area in np.flatnonzero(areas.seen(view.bounds) & (areas.kind == kind)).tolist():
        for begin, end in pairwise(areas.rings(area).tolist()):
            yield from draw_line(painter, _points(areas, begin, end, view))


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


def _paint_roads(painter: QPainter, roads: Lines, view: Viewport, style: MapStyle) -> Iterator[None]:
    """Paint the least roads first, each main road on a casing of its ground so that crossings are read."""
    seen = roads.seen(view.bounds)
    for road_class in RoadClass:
        width = road_width_px(road_class, view.zoom)
        if width == 0.0:
            continue
        chosen = np.flatnonzero(seen & (roads.kind == road_class)).tolist()
        lines = [_points(roads, int(roads.begin[road]), int(roads.begin[road + 1]), view) for road in chosen]
        casing_px, casing = road_casing(road_class, view.zoom, style)
        for ink, wide in ((casing, width + casing_px), (style.road_colour(road_class, view.zoom), width)):
            if wide == width and ink == casing:
                continue
            painter.setPen(_pen(ink, wide))
            for points in lines:
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


def _paint_counts(tracks: TrackBundle, picture: Picture, style: MapStyle) -> Iterator[None]:
    """Colour each pixel by the logarithm of how many points lie in it."""
    view, ratio = picture.view, picture.ratio
    pixels = picture.pixels
    height, width = pixels.shape
    counts = np.zeros(height * width + 1, np.int64)
    for begin in range(0, len(tracks), COUNTED_AT_ONCE):
        part = slice(begin, begin + COUNTED_AT_ONCE)
        x, y = (axis * ratio for axis in view.to_screen(tracks.x[part] / WORLD, tracks.y[part] / WORLD))
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        at = y[inside].astype(np.int64) * width + x[inside].astype(np.int64)
        counts += np.bincount(at, minlength=height * width + 1)
        yield
    at = np.flatnonzero(counts)
    colours, _ = density_ramp(style)
    picture.density_top = max(10, int(counts.max(initial=0)))
    step = np.log(counts[at]) / np.log(picture.density_top) * (len(colours) - 1)
    pixels.reshape(-1)[at] = colours[np.rint(step).astype(np.intp)]


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

"""The still part of the map by the kernels: any thread, no Qt calls but reading the pixels of tiles.

What it draws is what ``picture.paint_picture`` paints until the kernels are there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.map_data import AreaKind
from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.map.columns import WORLD, Areas, Lines, MapColumns
from laixi_transport.ui.map.ground import Piece
from laixi_transport.ui.map.picture import (
    CASING_PX,
    CROWDED_PX,
    LEAST_CROWD,
    MOST_POINTS,
    OVER_LIMIT_PX,
    TRACK_PX,
    Scene,
    river_px,
)
from laixi_transport.ui.map.raster.density import visible_points
from laixi_transport.ui.map.raster.passes import Passes
from laixi_transport.ui.map.raster.sheet import Scratch, Sheet
from laixi_transport.ui.map.style import MapStyle, density_ramp, road_casing, road_width_px
from laixi_transport.ui.map.track_line import TrackBundle
from laixi_transport.ui.map.viewport import Viewport

Pixels = NDArray[np.uint32]


def place_of(view: Viewport, ratio: float) -> NDArray[np.float64]:
    """Return how steps become pixels of the screen: x * place[0] + place[1], y * place[2] + place[3]."""
    scale = view.scale * ratio
    return np.array(
        [
            scale / WORLD,
            view.width * ratio / 2 - view.x * scale,
            scale / WORLD,
            view.height * ratio / 2 - view.y * scale,
        ]
    )


def draw_still(
    scene: Scene,
    columns: MapColumns,
    pieces: Sequence[Piece],
    view: Viewport,
    ratio: float,
    pixels: Pixels,
    scratch: Scratch,
) -> int:
    """Draw base map, tiles and tracks; return what a density's last colour stands for, 0 where lines are drawn."""
    style, bounds = scene.style, view.bounds
    sheet = Sheet(pixels, place_of(view, ratio), scratch)
    sheet.clear(argb(style.ground))
    _draw_areas(sheet, columns, scene, view, ratio)
    ground = scene.ground
    seen = columns.roads.seen(bounds)
    if ground is None or ground.complete:
        _draw_roads(sheet, columns.roads, seen, view, style, ratio)
    if pieces:
        _draw_tiles(sheet, pieces)
    if ground is not None:
        if not ground.complete:
            _draw_roads(sheet, columns.roads, seen, view, style, ratio)
        _outline(sheet, columns.county, bounds, style.county_line, 1.5 * ratio)
    return _draw_tracks(sheet, scratch, scene.tracks, view, style, ratio)


def argb(colour: str) -> int:
    """Return "#RRGGBB" as 0xffRRGGBB."""
    return 0xFF000000 | int(colour[1:], 16)


def _draw_areas(sheet: Sheet, columns: MapColumns, scene: Scene, view: Viewport, ratio: float) -> None:
    style, bounds = scene.style, view.bounds
    _fill(sheet, columns.land, bounds, style.land)
    _fill(sheet, columns.neighbours, bounds, style.land)
    _fill(sheet, columns.county, bounds, style.county)
    imported = columns.imported
    for kind, colour in (
        (AreaKind.GREEN, style.green),
        (AreaKind.BUILT_UP, style.built_up),
        (AreaKind.WATER, style.water),
    ):
        _fill(sheet, imported, bounds, colour, kind)
    _outline(sheet, imported, bounds, style.water, river_px(view.zoom) * ratio, AreaKind.RIVER)
    _outline(sheet, columns.neighbours, bounds, style.neighbour_line, ratio)
    _outline(sheet, imported, bounds, style.neighbour_line, ratio, AreaKind.BOUNDARY)
    _outline(sheet, columns.county, bounds, style.county_line, 1.5 * ratio)


def _chosen(areas: Areas, bounds: tuple[float, float, float, float], kind: AreaKind) -> NDArray[np.int64]:
    return np.flatnonzero(areas.seen(bounds) & (areas.kind == kind)).astype(np.int64)


def _fill(
    sheet: Sheet,
    areas: Areas,
    bounds: tuple[float, float, float, float],
    colour: str,
    kind: AreaKind = AreaKind.BOUNDARY,
) -> None:
    sheet.fill(areas.x, areas.y, areas.begin, areas.ring_begin, _chosen(areas, bounds, kind), argb(colour))


def _outline(
    sheet: Sheet,
    areas: Areas,
    bounds: tuple[float, float, float, float],
    colour: str,
    width: float,
    kind: AreaKind = AreaKind.BOUNDARY,
) -> None:
    chosen = _chosen(areas, bounds, kind)
    if len(chosen):
        rings = [areas.rings(area) for area in chosen.tolist()]
        first = np.concatenate([begin[:-1] for begin in rings])
        last = np.concatenate([begin[1:] for begin in rings]) - 1
        filled = last >= first
        flags = np.zeros(len(areas.x), np.uint8)
        sheet.lines(areas.x, areas.y, flags, first[filled], last[filled], width=width, colour=argb(colour))


def _draw_roads(
    sheet: Sheet, roads: Lines, seen: NDArray[np.bool_], view: Viewport, style: MapStyle, ratio: float
) -> None:
    """Draw the least roads first, each main road on a casing so that crossings are read."""
    flags = np.zeros(len(roads.x), np.uint8)
    for road_class in RoadClass:
        width = road_width_px(road_class, view.zoom)
        if width == 0.0:
            continue
        chosen = np.flatnonzero(seen & (roads.kind == road_class))
        casing_px, casing = road_casing(road_class, view.zoom, style)
        sheet.lines(
            roads.x,
            roads.y,
            flags,
            roads.begin[chosen],
            roads.begin[chosen + 1] - 1,
            width=width * ratio,
            colour=argb(style.road_colour(road_class, view.zoom)),
            casing_width=(width + casing_px) * ratio if casing_px else 0.0,
            casing_colour=argb(casing),
        )


def _draw_tiles(sheet: Sheet, pieces: Sequence[Piece]) -> None:
    place = sheet.place
    for piece in pieces:
        image = piece.image
        # Not constBits: the kernels are compiled for memory that may be written.
        pixels = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
        left, top, right, bottom = piece.bounds
        target = (
            round(left * WORLD * place[0] + place[1]),
            round(top * WORLD * place[2] + place[3]),
            round(right * WORLD * place[0] + place[1]),
            round(bottom * WORLD * place[2] + place[3]),
        )
        u0, v0, u1, v1 = piece.source
        source = (u0 * image.width(), v0 * image.height(), u1 * image.width(), v1 * image.height())
        sheet.tile(pixels[:, : image.width()], source, target)


def _draw_tracks(
    sheet: Sheet, scratch: Scratch, tracks: TrackBundle, view: Viewport, style: MapStyle, ratio: float
) -> int:
    """Draw ways over casings, then the pieces above the limit; more than can be told apart as a density."""
    if len(tracks) == 0:
        scratch.passes = None
        return 0
    left, top, right, bottom = (edge * WORLD for edge in view.bounds)
    shown = visible_points(tracks.x, tracks.y, tracks.chunk_bounds, left, top, right, bottom, MOST_POINTS + 1)
    filled = np.flatnonzero(np.diff(tracks.begin) > 0)
    first, last = tracks.begin[filled], tracks.begin[filled + 1] - 1
    if shown > MOST_POINTS:
        key, lines = (tracks, style), (tracks.x, tracks.y, tracks.flags, first, last, tracks.chunk_bounds)
        passes = scratch.passes
        if passes is None or not passes.serves(key, sheet.pixels.shape, sheet.place):
            passes = Passes.count(key, sheet.pixels.shape, sheet.place, lines, density_ramp(style))
        scratch.passes = passes
        passes.draw(sheet.pixels, sheet.place)
        return passes.top
    scratch.passes = None
    crowded = shown > LEAST_CROWD
    width = CROWDED_PX if crowded else TRACK_PX
    casing = 0.0 if crowded else width + CASING_PX
    colours = np.array([argb(tracks.colour(int(line)) or style.accent) for line in filled], dtype=np.uint32)
    for colour in in_order_of_last(colours):
        chosen = colours == colour
        sheet.lines(
            tracks.x,
            tracks.y,
            tracks.flags,
            first[chosen],
            last[chosen],
            width=width * ratio,
            colour=colour,
            casing_width=casing * ratio,
            casing_colour=argb(style.county),
            chunk_bounds=tracks.chunk_bounds,
        )
    if tracks.any_over:
        sheet.lines(
            tracks.x,
            tracks.y,
            tracks.flags,
            first,
            last,
            width=(width + OVER_LIMIT_PX - TRACK_PX) * ratio,
            colour=argb(style.high),
            casing_width=(casing + OVER_LIMIT_PX - TRACK_PX) * ratio if casing else 0.0,
            casing_colour=argb(style.county),
            chunk_bounds=tracks.chunk_bounds,
            over=True,
        )
    return 0


def in_order_of_last(colours: NDArray[np.uint32]) -> list[int]:
    """Return the different colours so that the one of the last line comes last, on top."""
    different, at = np.unique(colours[::-1], return_index=True)
    return [int(colour) for colour in different[np.argsort(-at)]]

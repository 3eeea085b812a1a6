"""Which tiles lie under a view, and what stands in for those that are not there."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QImage

from laixi_transport.ui.map.overlay import TileSource
from laixi_transport.ui.map.viewport import TILE_PX, Viewport, WorldBounds

MOST_TILES = 600
HIGHEST_STAND_IN = 6
"""A tile so many zooms above may be shown enlarged until the wanted one is there."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A part of a tile and where it lies."""

    image: QImage
    source: tuple[float, float, float, float]  # left, top, right, bottom as shares of the image
    bounds: WorldBounds


def tile_zoom(view: Viewport, ratio: float, source: TileSource) -> int:
    """Return the zoom of the tiles whose pixels are nearest to those of the screen."""
    wanted = view.zoom + math.log2(ratio * TILE_PX / source.tile_px)
    return max(source.min_zoom, min(source.max_zoom, round(wanted)))


def tiles_under(view: Viewport, z: int) -> list[tuple[int, int, int]]:
    """Return the tiles (z, x, y) that the view touches, the middle first; none if they are too many to be meant."""
    count = 2**z
    left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in view.bounds)
    columns = range(int(left * count), min(count - 1, int(right * count)) + 1)
    rows = range(int(top * count), min(count - 1, int(bottom * count)) + 1)
    if len(columns) * len(rows) > MOST_TILES:
        return []
    middle_x, middle_y = view.x * count - 0.5, view.y * count - 0.5
    found = [(z, x, y) for y in rows for x in columns]
    return sorted(found, key=lambda tile: (tile[1] - middle_x) ** 2 + (tile[2] - middle_y) ** 2)


def pieces(source: TileSource, view: Viewport, ratio: float) -> Iterator[Piece]:
    """Yield what is there of the tiles under a view and tell the source which it wants; on the window's thread."""
    wanted = tiles_under(view, tile_zoom(view, ratio, source))
    source.wanted(wanted)
    for z, x, y in wanted:
        piece = _piece(source, z, x, y)
        if piece is not None:
            yield piece


def _piece(source: TileSource, z: int, x: int, y: int) -> Piece | None:
    """Return a tile, or the part of one above it that lies here."""
    size = 2.0**-z
    for up in range(min(HIGHEST_STAND_IN, z - source.min_zoom) + 1):
        image = source.tile(z - up, x >> up, y >> up)
        if image is not None and not image.isNull():
            if image.format() != QImage.Format.Format_RGB32:
                image = image.convertToFormat(QImage.Format.Format_RGB32)
            parts = 1 << up
            u, v = (x % parts) / parts, (y % parts) / parts
            bounds = (x * size, y * size, (x + 1) * size, (y + 1) * size)
            return Piece(image, (u, v, u + 1 / parts, v + 1 / parts), bounds)
    return None

"""What part of the world a picture shows: centre, zoom and size. No Qt."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from laixi_transport.ui.map.projection import Floats, metres_per_unit, to_lon_lat, to_world

TILE_PX = 256
MIN_ZOOM = 3.0
MAX_ZOOM = 19.0
WorldBounds = tuple[float, float, float, float]
"""left, top, right, bottom in the unit square."""


@dataclass(frozen=True, slots=True)
class Viewport:
    """A view of the unit square of the projection; sizes are in logical pixels.

    zoom is that of web maps: the whole world is ``256 * 2**zoom`` pixels wide.
    """

    x: float  # of the middle, in the unit square
    y: float
    zoom: float
    width: int
    height: int

    @property
    def scale(self) -> float:
        """Logical pixels a unit."""
        return float(TILE_PX * 2.0**self.zoom)

    @property
    def metres_per_px(self) -> float:
        """Metres on the ground a logical pixel, at the middle."""
        return metres_per_unit(self.y) / self.scale

    @property
    def bounds(self) -> WorldBounds:
        """The visible part of the unit square."""
        half_width, half_height = self.width / 2 / self.scale, self.height / 2 / self.scale
        return self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height

    def to_screen(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Return logical pixels from the left top corner for points of the unit square."""
        scale = self.scale
        return (
            (np.asarray(x, dtype=np.float64) - self.x) * scale + self.width / 2,
            (np.asarray(y, dtype=np.float64) - self.y) * scale + self.height / 2,
        )

    def to_world(self, px: float, py: float) -> tuple[float, float]:
        """Return the point of the unit square under a pixel."""
        scale = self.scale
        return self.x + (px - self.width / 2) / scale, self.y + (py - self.height / 2) / scale

    def to_lon_lat(self, px: float, py: float) -> tuple[float, float]:
        """Return longitude and latitude in degrees under a pixel."""
        lon, lat = to_lon_lat(*self.to_world(px, py))
        return float(lon), float(lat)

    def panned(self, dx: float, dy: float) -> Self:
        """Return the view after its content was dragged by pixels."""
        return self._at(self.x - dx / self.scale, self.y - dy / self.scale, self.zoom)

    def zoomed_at(self, px: float, py: float, steps: float) -> Self:
        """Return the view zoomed by steps (1 doubles) so that the point under the pixel stays under it."""
        x, y = self.to_world(px, py)
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, self.zoom + steps))
        scale = TILE_PX * 2.0**zoom
        return self._at(x - (px - self.width / 2) / scale, y - (py - self.height / 2) / scale, zoom)

    def resized(self, width: int, height: int) -> Self:
        """Return the view with another size and the same middle."""
        return replace(self, width=max(1, width), height=max(1, height))

    def centred(self, lon_deg: float, lat_deg: float, zoom: float | None = None) -> Self:
        """Return the view with a place in its middle."""
        x, y = to_world(lon_deg, lat_deg)
        return self._at(float(x), float(y), self.zoom if zoom is None else zoom)

    def fitted(self, bounds: WorldBounds, margin_px: int = 40, max_zoom: float = 16.0) -> Self:
        """Return the view that shows the bounds of the unit square whole; a point is shown at max_zoom."""
        left, top, right, bottom = bounds
        room_x = max(1, self.width - 2 * margin_px)
        room_y = max(1, self.height - 2 * margin_px)
        extent = max((right - left) / room_x, (bottom - top) / room_y)
        zoom = max_zoom if extent <= 0 else min(max_zoom, -math.log2(extent * TILE_PX))
        return self._at((left + right) / 2, (top + bottom) / 2, zoom)

    def _at(self, x: float, y: float, zoom: float) -> Self:
        return replace(
            self,
            x=min(1.0, max(0.0, x)),
            y=min(1.0, max(0.0, y)),
            zoom=min(MAX_ZOOM, max(MIN_ZOOM, zoom)),
        )

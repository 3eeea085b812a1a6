"""One frame of the map as pixels, for the kernels: the picture shifted and scaled, trails and vehicles laid on it."""

import math
import time

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from laixi_transport.ui.map.columns import WORLD
from laixi_transport.ui.map.picture import Picture, image_on
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.raster.blit import compose, sprites
from laixi_transport.ui.map.raster.sheet import Scratch, Sheet
from laixi_transport.ui.map.sprites import Sprites
from laixi_transport.ui.map.still import argb, in_order_of_last, place_of
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.track_line import TrackBundle
from laixi_transport.ui.map.trails import TRAIL_PX, Trails
from laixi_transport.ui.map.viewport import Viewport

SMOOTH_S = 0.005
"""A frame whose picture takes longer to be scaled smoothly is followed by some that are not scaled smoothly."""

COARSE_FRAMES = 30


class Frame:
    """Pixels of the screen that the kernels and QPainter both draw on; kept from frame to frame."""

    def __init__(self) -> None:
        self.image = QImage()
        self._pixels = np.zeros((0, 0), np.uint32)
        self._scratch = Scratch()
        self._coarse_frames = 0  # so many frames are not scaled smoothly, as that took too long

    def begin(self, picture: Picture | None, view: Viewport, style: MapStyle, ratio: float) -> None:
        """Start with the picture where it lies in the view."""
        width, height = math.ceil(view.width * ratio), math.ceil(view.height * ratio)
        if self._pixels.shape != (height, width):
            self._pixels = np.empty((height, width), np.uint32)
        self.image = image_on(self._pixels, ratio)  # anew for each frame: whoever keeps one may not make a copy of ours
        ground = argb(style.ground)
        if picture is None:
            self._pixels[:] = ground
            return
        scale = 2.0 ** (view.zoom - picture.view.zoom)
        x, y = view.to_screen(picture.view.x, picture.view.y)
        left = (float(x) - picture.view.width * scale / 2) * ratio
        top = (float(y) - picture.view.height * scale / 2) * ratio
        enlarged = scale * ratio / picture.ratio
        if enlarged == 1.0:
            left, top = round(left), round(top)  # a picture of this zoom is copied, not resampled
        began_s = time.thread_time()
        smooth = self._coarse_frames == 0
        compose(self._pixels, picture.pixels, float(left), float(top), enlarged, ground, smooth)
        if not smooth:
            self._coarse_frames -= 1
        elif time.thread_time() - began_s > SMOOTH_S:
            self._coarse_frames = COARSE_FRAMES

    def trails(self, trails: Trails, view: Viewport, style: MapStyle, ratio: float) -> None:
        """Draw the ways behind the vehicles, and from their last fix to where they are now."""
        bundle = trails.bundle
        chosen = np.flatnonzero(trails.last >= trails.first)
        if len(chosen) == 0:
            return
        sheet = Sheet(self._pixels, place_of(view, ratio), self._scratch)
        colours = np.array([argb(bundle.colour(int(line)) or style.accent) for line in chosen], np.uint32)
        heads, led = _heads(trails, bundle, chosen, view, ratio)
        for colour in in_order_of_last(colours):
            same = colours == colour
            lines = chosen[same]
            first, last = trails.first[lines].astype(np.int64), trails.last[lines].astype(np.int64)
            sheet.trail(
                bundle.x,
                bundle.y,
                bundle.flags,
                first,
                last,
                heads[same][led[same]],
                width=TRAIL_PX * ratio,
                colour=colour,
            )

    def vehicles(
        self,
        pictures: Sprites,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        direction_deg: NDArray[np.float64],
        look: NDArray[np.uint8],
        view: Viewport,
        ratio: float,
    ) -> None:
        """Draw vehicles at places of the unit square, the first at the bottom."""
        scale = view.scale * ratio
        place = np.array(
            [scale, view.width * ratio / 2 - view.x * scale, scale, view.height * ratio / 2 - view.y * scale]
        )
        sprites(self._pixels, pictures.pixels, pictures.spans, x, y, direction_deg, look, place)


def _heads(
    trails: Trails, bundle: TrackBundle, chosen: NDArray[np.intp], view: Viewport, ratio: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return (m, 4) the pieces from last fixes to where vehicles are, pixels, and which of them there are."""
    last = trails.last[chosen]
    x0, y0 = view.to_screen(bundle.x[last] / WORLD, bundle.y[last] / WORLD)
    x1, y1 = view.to_screen(*to_world(trails.head_lon_deg[chosen], trails.head_lat_deg[chosen]))
    return np.stack((x0, y0, x1, y1), axis=1) * ratio, np.isfinite(x1) & np.isfinite(y1)

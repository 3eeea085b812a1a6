"""A picture under work: what the kernels need besides it, and their calls in words of the map."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from laixi_transport.ui.map.raster import blend, fill, stroke
from laixi_transport.ui.map.raster.passes import Passes

Pixels = NDArray[np.uint32]
Steps = NDArray[np.uint32]
Indices = NDArray[np.int64]

STEP_PX = 0.7
"""Points nearer than this to the one drawn before make no difference."""

BAND = 256
"""Rows of a polygon that are filled at a time; the cells of a whole picture would take as much room as the picture."""

_NO_CHUNKS = np.zeros((0, 4), dtype=np.uint32)
WHOLE = 256


class Scratch:
    """Arrays that are all 0 between two uses, kept from one picture to the next of the same size."""

    def __init__(self) -> None:
        self.cover = self.casing = np.zeros((0, 0), dtype=np.uint8)
        self.cells = np.zeros((0, 0), dtype=np.float32)
        self.passes: Passes | None = None

    def fit(self, height: int, width: int) -> None:
        """Be of this size."""
        if self.cover.shape != (height, width):
            self.cover, self.casing = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
            self.cells = np.zeros((min(BAND, height), width), np.float32)


class Sheet:
    """Draws on an array of pixels; widths are pixels of it, colours 0xffRRGGBB.

    place  pixels of a step: x * place[0] + place[1], y * place[2] + place[3]
    """

    def __init__(self, pixels: Pixels, place: NDArray[np.float64], scratch: Scratch) -> None:
        self.pixels, self.place, self._scratch = pixels, place, scratch
        scratch.fit(*pixels.shape)

    def clear(self, colour: int) -> None:
        """Fill everything."""
        self.pixels[:] = colour

    def fill(self, x: Steps, y: Steps, begin: Indices, ring_begin: Indices, chosen: Indices, colour: int) -> None:
        """Fill polygons of rings of points, as ``fill.fill`` says."""
        if len(chosen):
            cover = self._scratch.cover
            fill.fill(cover, self._scratch.cells, x, y, begin, ring_begin, chosen, self.place)
            blend.ink(self.pixels, cover, colour, WHOLE)

    def lines(
        self,
        x: Steps,
        y: Steps,
        flags: NDArray[np.uint8],
        first: Indices,
        last: Indices,
        *,
        width: float,
        colour: int,
        casing_width: float = 0.0,
        casing_colour: int = 0,
        chunk_bounds: Steps = _NO_CHUNKS,
        over: bool = False,
    ) -> None:
        """Draw lines, of points first[i] to last[i], above their casings; ``over``: only the pieces over the limit."""
        if len(first) == 0:
            return
        cover, casing = self._scratch.cover, self._scratch.casing
        what = stroke.OVER if over else stroke.ALL
        stroke.stroke(
            cover,
            casing,
            x,
            y,
            flags,
            first,
            last,
            chunk_bounds,
            self.place,
            width / 2,
            casing_width / 2,
            STEP_PX,
            what,
        )
        if casing_width > 0.0:
            blend.ink(self.pixels, casing, casing_colour, WHOLE)
        blend.ink(self.pixels, cover, colour, WHOLE)

    def trail(
        self,
        x: Steps,
        y: Steps,
        flags: NDArray[np.uint8],
        first: Indices,
        last: Indices,
        heads: NDArray[np.float64],
        *,
        width: float,
        colour: int,
    ) -> None:
        """Draw lines, of points first[i] to last[i], and single pieces (k, 4) from x, y to x, y in pixels."""
        cover, casing = self._scratch.cover, self._scratch.casing
        stroke.stroke(
            cover, casing, x, y, flags, first, last, _NO_CHUNKS, self.place, width / 2, 0.0, STEP_PX, stroke.ALL
        )
        begin = np.arange(len(heads) + 1, dtype=np.int64) * 2
        stroke.stroke_pixels(cover, casing, np.ascontiguousarray(heads).reshape(-1, 2), begin, width / 2, 0.0)
        blend.ink(self.pixels, cover, colour, WHOLE)

    def tile(self, image: Pixels, source: Iterable[float], target: Iterable[int]) -> None:
        """Draw a part of an image into a rectangle."""
        blend.tile(self.pixels, image, np.array(source, np.float64), np.array(target, np.int64))

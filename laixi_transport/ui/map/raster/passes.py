"""Millions of points as an image of how often each pixel is passed, counted once for all pictures of a neighbourhood.

Counting takes 30 ms a million points, laying the counted image on a picture a few: so it is counted for more than the
picture, at a whole zoom, and the next pictures scale it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from laixi_transport.ui.map.raster import density

Pixels = NDArray[np.uint32]
Steps = NDArray[np.uint32]
Indices = NDArray[np.int64]

LARGER = 1.6
"""So many times larger than the picture is what is counted, each way, as far as MOST_PIXELS allow."""

MOST_PIXELS = 14_000_000


class Passes:
    """An image of passes over a part of the unit square.

    begin  left top corner in steps; scale: pixels a step
    """

    def __init__(self, key: object, begin: tuple[float, float], scale: float, image: Pixels, top: int) -> None:
        self._key, self._begin, self._scale, self._image = key, begin, scale, image
        self.top = top

    @classmethod
    def count(
        cls,
        key: object,
        picture: tuple[int, int],
        place: NDArray[np.float64],
        lines: tuple[Steps, Steps, NDArray[np.uint8], Indices, Indices, Steps],
        ramp: tuple[Pixels, Pixels],
    ) -> "Passes":
        """Count around a picture (height, width) of a place (pixels = steps * place[0] + place[1], ...).

        lines  x, y, flags, first, last and chunk_bounds as for ``stroke``
        ramp   colours and strengths as for ``tint``
        """
        height, width = picture
        scale = 2.0 ** round(math.log2(place[0]))
        wide, tall = width * scale / place[0], height * scale / place[2]
        larger = min(LARGER, max(1.0, math.sqrt(MOST_PIXELS / (wide * tall))))
        columns, rows = math.ceil(wide * larger) + 2, math.ceil(tall * larger) + 2
        middle_x, middle_y = (width / 2 - place[1]) / place[0], (height / 2 - place[3]) / place[2]
        begin = middle_x - columns / 2 / scale, middle_y - rows / 2 / scale
        counts = np.zeros((rows, columns), np.uint32)
        density.count_passes(counts, *lines, np.array([scale, -begin[0] * scale, scale, -begin[1] * scale]))
        top = round_up(int(density.greatest(counts)))
        density.tint(counts, counts, *ramp, float(top))
        return cls(key, begin, scale, counts, top)

    def serves(self, key: object, picture: tuple[int, int], place: NDArray[np.float64]) -> bool:
        """Whether it shows the same (``key``) at this zoom and reaches over the whole picture."""
        height, width = picture
        rows, columns = self._image.shape
        left, top = (self._begin[0] * place[0] + place[1]), (self._begin[1] * place[2] + place[3])
        enlarged = place[0] / self._scale
        return (
            self._key == key
            and self._scale == 2.0 ** round(math.log2(place[0]))
            and left <= 0
            and top <= 0
            and left + columns * enlarged >= width
            and top + rows * enlarged >= height
        )

    def draw(self, pixels: Pixels, place: NDArray[np.float64]) -> None:
        """Lay it on a picture."""
        left, top = self._begin[0] * place[0] + place[1], self._begin[1] * place[2] + place[3]
        density.lay(pixels, self._image, left, top, place[0] / self._scale)


def round_up(count: int) -> int:
    """Return the next of 10, 20, 50, 100, ...: colours then stay the same while the map moves a little."""
    power = 10
    while True:
        for step in (1, 2, 5):
            if step * power >= count:
                return step * power
        power *= 10

"""How often ways pass through each pixel: what is shown of millions of points."""

import math
from typing import Any

import numpy as np

from laixi_transport.ui.map.raster.blend import over
from laixi_transport.ui.map.raster.kernel import Cover, Floats, Indices, Pixels, Steps, kernel, part
from laixi_transport.ui.map.raster.stroke import BREAK_AFTER, CHUNK

FIELDS = np.uint32(0x00FF00FF)


@kernel("int64(uint32[::1], uint32[::1], uint32[:,::1], float64, float64, float64, float64, int64)")
def visible_points(
    x: Steps, y: Steps, chunk_bounds: Steps, left: float, top: float, right: float, bottom: float, enough: int
) -> int:
    """Return how many points lie within bounds of the unit square's steps; stops counting at ``enough``."""
    found = 0
    for chunk in range(len(chunk_bounds)):
        box = chunk_bounds[chunk]
        if box[0] > right or box[2] < left or box[1] > bottom or box[3] < top:
            continue
        first, last = chunk * CHUNK, min(len(x), (chunk + 1) * CHUNK)
        if box[0] >= left and box[2] <= right and box[1] >= top and box[3] <= bottom:
            found += last - first
        else:
            for at in range(first, last):
                if left <= x[at] <= right and top <= y[at] <= bottom:
                    found += 1
        if found >= enough:
            return found
    return found


@part
def _count_piece(counts: Pixels, x0: float, y0: float, x1: float, y1: float) -> None:
    """Count every pixel that a piece enters after its first."""
    height, width = counts.shape
    dx, dy = x1 - x0, y1 - y0
    steps = math.ceil(max(abs(dx), abs(dy)))
    if not steps < 1e9:
        return
    first, final = 1, int(steps)
    if steps > 64.0:
        # Only what crosses the picture is walked through.
        begin, end = 0.0, 1.0
        for side in range(4):
            if side == 0:
                slope, room = -dx, x0 + 1.0
            elif side == 1:
                slope, room = dx, width + 1.0 - x0
            elif side == 2:
                slope, room = -dy, y0 + 1.0
            else:
                slope, room = dy, height + 1.0 - y0
            if slope == 0.0:
                if room < 0.0:
                    return
            elif slope < 0.0:
                begin = max(begin, room / slope)
            else:
                end = min(end, room / slope)
        if begin > end:
            return
        first, final = max(1, int(begin * steps)), min(final, int(end * steps) + 1)
    if final < first:
        return
    step_x, step_y = dx / steps, dy / steps
    last_column, last_row = math.floor(x0 + (first - 1) * step_x), math.floor(y0 + (first - 1) * step_y)
    for step in range(first, final + 1):
        column, row = math.floor(x0 + step * step_x), math.floor(y0 + step * step_y)
        if (column != last_column or row != last_row) and 0 <= column < width and 0 <= row < height:
            counts[row, column] += np.uint32(1)
        last_column, last_row = column, row


@kernel(
    "void(uint32[:,::1], uint32[::1], uint32[::1], uint8[::1], int64[::1], int64[::1], uint32[:,::1], float64[::1])"
)
def count_passes(
    counts: Pixels, x: Steps, y: Steps, flags: Cover, first: Indices, last: Indices, chunk_bounds: Steps, place: Floats
) -> None:
    """Add to each pixel how often a way enters it; a standing vehicle counts once, a gap is not passed through.

    counts  (height, width)
    the others as for ``stroke``
    """
    height, width = counts.shape
    ax, bx, ay, by = place[0], place[1], place[2], place[3]
    for line in range(len(first)):
        at, end = max(0, first[line]), min(len(x) - 1, last[line])
        led = False  # the piece before leads to this point
        while at <= end:
            if at % CHUNK == 0 and at + CHUNK - 1 <= end and at // CHUNK < len(chunk_bounds):
                box = chunk_bounds[at // CHUNK]
                if (
                    box[0] * ax + bx > width
                    or box[2] * ax + bx < 0.0
                    or box[1] * ay + by > height
                    or box[3] * ay + by < 0.0
                ):
                    at += CHUNK - 1
                    led = flags[at - 1] & BREAK_AFTER == 0
            here_x, here_y = x[at] * ax + bx, y[at] * ay + by
            if not led and 0.0 <= here_x < width and 0.0 <= here_y < height:
                counts[int(here_y), int(here_x)] += np.uint32(1)
            led = at < end and flags[at] & BREAK_AFTER == 0
            if led:
                to_x, to_y = x[at + 1] * ax + bx, y[at + 1] * ay + by
                if (
                    max(here_x, to_x) >= 0.0
                    and min(here_x, to_x) < width
                    and max(here_y, to_y) >= 0.0
                    and min(here_y, to_y) < height
                ):
                    _count_piece(counts, here_x, here_y, to_x, to_y)
            at += 1


@kernel("int64(uint32[:,::1])")
def greatest(counts: Pixels) -> int:
    """Return the greatest count."""
    most = 0
    for row in range(len(counts)):
        for column in range(counts.shape[1]):
            most = max(most, int(counts[row, column]))
    return most


@kernel("void(uint32[:,::1], uint32[:,::1], uint32[::1], uint32[::1], float64)")
def tint(image: Pixels, counts: Pixels, colours: Pixels, strengths: Pixels, top: float) -> None:
    """Colour counts by their logarithm; ARGB32 multiplied with alpha, clear where nothing was counted.

    image, counts       of one shape
    colours, strengths  (k,)  0xffRRGGBB and of 256, from one pass to ``top`` passes and more
    """
    steps = len(colours)
    most = math.log(max(2.0, top))
    inks = np.empty(steps, dtype=np.uint32)
    for step in range(steps):
        share = min(np.uint32(255), strengths[step])
        colour = colours[step]
        red = ((colour >> np.uint32(16)) & np.uint32(255)) * share // np.uint32(255)
        green = ((colour >> np.uint32(8)) & np.uint32(255)) * share // np.uint32(255)
        blue = (colour & np.uint32(255)) * share // np.uint32(255)
        inks[step] = np.uint32((share << np.uint32(24)) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue)
    small = np.zeros(256, dtype=np.int64)
    for count in range(1, 256):
        small[count] = min(steps - 1, int(math.log(count) / most * (steps - 1) + 0.5))
    for row in range(counts.shape[0]):
        line, written = counts[row], image[row]
        for column in range(counts.shape[1]):
            count = line[column]
            if count == 0:
                written[column] = 0
            else:
                step = small[count] if count < 256 else min(steps - 1, int(math.log(count) / most * (steps - 1) + 0.5))
                written[column] = inks[step]


@part
def _between(one: Any, other: Any, share: Any) -> Any:
    """Return the mixture of two pixels of four channels; share of 256 of the other."""
    rest = np.uint32(np.uint32(256) - share)
    even = np.uint32(np.uint32(np.uint32(one & FIELDS) * rest) + np.uint32(np.uint32(other & FIELDS) * share))
    odd = np.uint32(
        np.uint32(np.uint32(np.uint32(one >> np.uint32(8)) & FIELDS) * rest)
        + np.uint32(np.uint32(np.uint32(other >> np.uint32(8)) & FIELDS) * share)
    )
    return np.uint32(np.uint32(np.uint32(even >> np.uint32(8)) & FIELDS) | np.uint32(odd & np.uint32(0xFF00FF00)))


@kernel("void(uint32[:,::1], uint32[:,::1], float64, float64, float64)")
def lay(picture: Pixels, image: Pixels, left: float, top: float, scale: float) -> None:
    """Lay an image of ARGB32 multiplied with alpha on a picture, so many times larger, smoothly scaled.

    left, top   where the image's corner lies in the picture, pixels
    """
    height, width = picture.shape
    rows, columns = image.shape
    if not (scale > 1e-6 and scale < 1e6 and abs(left) < 1e9 and abs(top) < 1e9) or rows < 2 or columns < 2:
        return
    x0, x1 = max(0, math.ceil(left)), min(width, math.floor(left + columns * scale))
    y0, y1 = max(0, math.ceil(top)), min(height, math.floor(top + rows * scale))
    for row in range(y0, y1):
        v = min(rows - 1.001, max(0.0, (row + 0.5 - top) / scale - 0.5))
        above = int(v)
        share_y = np.uint32((v - above) * 256.0)
        upper, lower, ground = image[above], image[above + 1], picture[row]
        for column in range(x0, x1):
            u = min(columns - 1.001, max(0.0, (column + 0.5 - left) / scale - 0.5))
            at = int(u)
            if upper[at] | upper[at + 1] | lower[at] | lower[at + 1]:
                share_x = np.uint32((u - at) * 256.0)
                one = _between(upper[at], upper[at + 1], share_x)
                other = _between(lower[at], lower[at + 1], share_x)
                ground[column] = over(ground[column], _between(one, other, share_y))

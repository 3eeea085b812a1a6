"""How often ways pass through each pixel: what is shown of millions of points."""

import math

import numpy as np

from laixi_transport.ui.map.raster.blend import mixed
from laixi_transport.ui.map.raster.kernel import Cover, Floats, Indices, Pixels, Steps, kernel, part
from laixi_transport.ui.map.raster.stroke import BREAK_AFTER, CHUNK


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
def ink_counts(picture: Pixels, counts: Pixels, colours: Pixels, strengths: Pixels, top: float) -> None:
    """Lay a colour on every pixel that was counted, by the logarithm of its count, and set the counts to 0 again.

    colours, strengths  (k,)  0xffRRGGBB and of 256, from one pass to ``top`` passes and more
    """
    steps = len(colours)
    most = math.log(max(2.0, top))
    small = np.zeros(256, dtype=np.int64)
    for count in range(1, 256):
        small[count] = min(steps - 1, int(math.log(count) / most * (steps - 1) + 0.5))
    for row in range(picture.shape[0]):
        ground, line = picture[row], counts[row]
        for column in range(picture.shape[1]):
            count = line[column]
            if count != 0:
                step = small[count] if count < 256 else min(steps - 1, int(math.log(count) / most * (steps - 1) + 0.5))
                ground[column] = mixed(ground[column], colours[step], strengths[step])
                line[column] = 0

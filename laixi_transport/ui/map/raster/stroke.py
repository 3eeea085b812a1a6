"""Wide lines with round ends and joints, as coverage: how much of each pixel lies under them.

Coverage is an array (height, width) of uint8, 255 for the whole pixel. Where pieces overlap the greater coverage holds,
so that joints do not show and edges stay smooth however close the points are. A casing, a wider line below the other,
is drawn into a second array in the same pass.
"""

import math

import numpy as np

from laixi_transport.ui.map.raster.kernel import Cover, Floats, Indices, Steps, kernel, part

CHUNK = 2048
"""Points whose bounds are kept together, as in ``TrackBundle``."""

BREAK_AFTER, OVER_LIMIT = 1, 2
ALL, OVER = 0, 1
"""What ``stroke`` draws: every piece and lone points, or the pieces whose both ends are over the limit."""


NONE, HALF, ONE, WHOLE = np.float32(0.0), np.float32(0.5), np.float32(1.0), np.float32(255.0)

SHORT_PX = 8.0
"""Pieces shorter than this are drawn by the box around them: finding the ends of each row would take longer."""


@part
def capsule(
    core: Cover, casing: Cover, x0: float, y0: float, x1: float, y1: float, core_px: float, casing_px: float
) -> None:
    """Draw one piece from (x0, y0) to (x1, y1); half widths ``core_px`` and ``casing_px`` (0: no casing).

    Lines narrower than a pixel are drawn a pixel wide and fainter.
    """
    if not (math.isfinite(x0) and math.isfinite(y0) and math.isfinite(x1) and math.isfinite(y1)):
        return
    height, width = core.shape
    reach = max(core_px, casing_px, 0.5) + 0.5
    if max(x0, x1) < -reach or min(x0, x1) > width + reach or max(y0, y1) < -reach or min(y0, y1) > height + reach:
        return
    # What lies far outside is cut off before the arithmetic of pixels, well beyond where a round end would show.
    pad = reach + 2.0
    begin, end, dx, dy = 0.0, 1.0, x1 - x0, y1 - y0
    for side in range(4):
        if side == 0:
            slope, room = -dx, x0 + pad
        elif side == 1:
            slope, room = dx, width + pad - x0
        elif side == 2:
            slope, room = -dy, y0 + pad
        else:
            slope, room = dy, height + pad - y0
        if slope == 0.0:
            if room < 0.0:
                return
        elif slope < 0.0:
            begin = max(begin, room / slope)
        else:
            end = min(end, room / slope)
    if begin > end:
        return
    if end < 1.0:
        x1, y1 = x0 + end * dx, y0 + end * dy
    if begin > 0.0:
        x0, y0 = x0 + begin * dx, y0 + begin * dy
    dx, dy = x1 - x0, y1 - y0
    squared = dx * dx + dy * dy
    inverse = 0.0
    across_x, across_y = 0.0, 0.0
    if squared > 1e-9:
        inverse = 1.0 / squared
        length = math.sqrt(squared)
        across_x, across_y = -dy / length * reach, dx / length * reach
    else:
        dx = dy = 0.0

    strength, cased = WHOLE, casing_px > 0.0
    if core_px < 0.5:
        strength = np.float32(255.0 * 2.0 * core_px)
        core_px = 0.5
    core_edge, casing_edge = np.float32(core_px + 0.5), np.float32(casing_px + 0.5)
    fx, fy, inv = np.float32(dx), np.float32(dy), np.float32(inverse)
    top = max(0, math.floor(min(y0, y1) - reach))
    bottom = min(height - 1, math.floor(max(y0, y1) + reach))
    left = max(0, math.floor(min(x0, x1) - reach))
    right = min(width - 1, math.floor(max(x0, x1) + reach))
    narrow = abs(dx) > SHORT_PX and abs(dy) > SHORT_PX  # the box around it is mostly empty
    steep = 1.0 / dy if narrow else 0.0
    for row in range(top, bottom + 1):
        middle = row + 0.5
        if narrow:
            low, high = math.inf, -math.inf
            room = reach * reach - (middle - y0) * (middle - y0)
            if room > 0.0:
                half = math.sqrt(room)
                low, high = x0 - half, x0 + half
            room = reach * reach - (middle - y1) * (middle - y1)
            if room > 0.0:
                half = math.sqrt(room)
                low, high = min(low, x1 - half), max(high, x1 + half)
            share = (middle - y0 - across_y) * steep
            if 0.0 <= share <= 1.0:
                at = x0 + across_x + share * dx
                low, high = min(low, at), max(high, at)
            share = (middle - y0 + across_y) * steep
            if 0.0 <= share <= 1.0:
                at = x0 - across_x + share * dx
                low, high = min(low, at), max(high, at)
            if low > high:
                continue
            left, right = max(0, math.floor(low)), min(width - 1, math.floor(high))
        # Written for the vector units: no branch, every step cut to 32 bits (numba's own rule would make 64 of them).
        count = right - left + 1
        if count <= 0:
            continue
        down, start = np.float32(middle - y0), np.float32(left + 0.5 - x0)
        along = np.float32(down * fy)
        core_row, casing_row = core[row, left : left + count], casing[row, left : left + count]
        for place in range(count):
            across = np.float32(start + np.float32(np.int32(place)))
            on = min(ONE, max(NONE, np.float32(np.float32(np.float32(across * fx) + along) * inv)))
            aside_x, aside_y = np.float32(across - np.float32(on * fx)), np.float32(down - np.float32(on * fy))
            away = np.float32(np.sqrt(np.float32(np.float32(aside_x * aside_x) + np.float32(aside_y * aside_y))))
            cover = np.float32(min(ONE, max(NONE, np.float32(core_edge - away))) * strength)
            core_row[place] = max(core_row[place], np.uint8(np.int32(np.float32(cover + HALF))))
            if cased:
                cover = np.float32(min(ONE, max(NONE, np.float32(casing_edge - away))) * WHOLE)
                casing_row[place] = max(casing_row[place], np.uint8(np.int32(np.float32(cover + HALF))))


@kernel(
    "void(uint8[:,::1], uint8[:,::1], uint32[::1], uint32[::1], uint8[::1], int64[::1], int64[::1], uint32[:,::1],"
    " float64[::1], float64, float64, float64, int64)"
)
def stroke(
    core: Cover,
    casing: Cover,
    x: Steps,
    y: Steps,
    flags: Cover,
    first: Indices,
    last: Indices,
    chunk_bounds: Steps,
    place: Floats,
    core_px: float,
    casing_px: float,
    step_px: float,
    what: int,
) -> None:
    """Draw lines of points of the unit square, none over a gap.

    core, casing  coverage of the line and of its casing; of one shape
    x, y, flags   (n,)    points and BREAK_AFTER | OVER_LIMIT of each
    first, last   (m,)    lines: from which point to which, both drawn
    chunk_bounds  (k, 4)  left, top, right, bottom of each CHUNK points; (0, 4) where there are none
    place         pixels = x * place[0] + place[1], y * place[2] + place[3]
    core_px, casing_px    half widths, pixels; casing_px 0 draws no casing
    step_px       points nearer to the one drawn before are passed over
    what          ALL or OVER
    """
    height, width = core.shape
    ax, bx, ay, by = place[0], place[1], place[2], place[3]
    reach = max(core_px, casing_px, 0.5) + 1.0
    for line in range(len(first)):
        at, end = max(0, first[line]), min(len(x) - 1, last[line])
        before = False  # a piece leads to this point
        open_, waiting = False, False  # a chain of pieces is under way; its last point is not drawn yet
        kept_x, kept_y = 0.0, 0.0
        while at <= end:
            here_x, here_y = x[at] * ax + bx, y[at] * ay + by
            if at % CHUNK == 0 and at + CHUNK - 1 <= end and at // CHUNK < len(chunk_bounds):
                box = chunk_bounds[at // CHUNK]
                if (
                    box[0] * ax + bx > width + reach
                    or box[2] * ax + bx < -reach
                    or box[1] * ay + by > height + reach
                    or box[3] * ay + by < -reach
                ):
                    if waiting:
                        capsule(core, casing, kept_x, kept_y, here_x, here_y, core_px, casing_px)
                    open_ = waiting = False
                    at += CHUNK - 1
                    before = flags[at - 1] & BREAK_AFTER == 0
                    here_x, here_y = x[at] * ax + bx, y[at] * ay + by
            joined = at < end and flags[at] & BREAK_AFTER == 0
            drawn = joined
            if what == OVER:
                drawn = joined and flags[at] & OVER_LIMIT != 0 and flags[at + 1] & OVER_LIMIT != 0
            if drawn:
                next_x, next_y = x[at + 1] * ax + bx, y[at + 1] * ay + by
                if not open_:
                    kept_x, kept_y = here_x, here_y
                    open_ = True
                    waiting = True
                if abs(next_x - kept_x) + abs(next_y - kept_y) >= step_px:
                    capsule(core, casing, kept_x, kept_y, next_x, next_y, core_px, casing_px)
                    kept_x, kept_y = next_x, next_y
                    waiting = False
                else:
                    waiting = True
            else:
                if waiting:
                    capsule(core, casing, kept_x, kept_y, here_x, here_y, core_px, casing_px)
                open_ = waiting = False
                if what == ALL and not joined and not before:
                    capsule(core, casing, here_x, here_y, here_x, here_y, core_px, casing_px)
            before = joined
            at += 1


@kernel("void(uint8[:,::1], uint8[:,::1], float64[:,::1], int64[::1], float64, float64)")
def stroke_pixels(core: Cover, casing: Cover, points: Floats, begin: Indices, core_px: float, casing_px: float) -> None:
    """Draw lines of points that are given in pixels already.

    points  (n, 2)    x and y, pixels
    begin   (m + 1,)  line i is the points begin[i] to begin[i + 1]; one point is a dot
    """
    for line in range(len(begin) - 1):
        first, last = begin[line], begin[line + 1] - 1
        if first == last:
            x, y = points[first, 0], points[first, 1]
            capsule(core, casing, x, y, x, y, core_px, casing_px)
        for at in range(first, last):
            capsule(
                core,
                casing,
                points[at, 0],
                points[at, 1],
                points[at + 1, 0],
                points[at + 1, 1],
                core_px,
                casing_px,
            )

"""Filled polygons with holes, as exact coverage: how much of each pixel lies inside.

Each edge adds to the cells it crosses the signed area between itself and the right end of the cell; sums along a row
then give the winding, and its fold the even-odd rule, so that holes may run either way round. The method is that of
font rasterisers (R. Levien, "font-rs", 2016).
"""

import math

import numpy as np
from numpy.typing import NDArray

from laixi_transport.ui.map.raster.kernel import Cover, Floats, Indices, Steps, kernel, part


@part
def _edge(cells: NDArray[np.float32], x0: float, y0: float, x1: float, y1: float) -> None:
    """Add an edge that lies within 0 <= x <= width and 0 <= y <= height of the cells."""
    sign = 1.0
    if y0 > y1:
        x0, y0, x1, y1 = x1, y1, x0, y0
        sign = -1.0
    if not y1 > y0:
        return
    height, width = cells.shape
    slope = (x1 - x0) / (y1 - y0)
    x = x0
    for row in range(max(0, int(y0)), min(height, math.ceil(y1))):
        tall = min(y1, row + 1.0) - max(y0, float(row))
        beyond = x1 if row + 1.0 >= y1 else x + slope * tall
        left, right = max(0.0, min(x, beyond)), min(float(width), max(x, beyond))
        first = min(width - 1, int(left))
        final = min(width - 1, max(first, math.ceil(right) - 1))
        amount = sign * tall
        before = 0.0  # covered of the cell to the left
        passed = 0.0  # share of the edge that lies to the left
        rise = 1.0 / (right - left) if final > first else 1.0
        for column in range(first, final + 1):
            begin, end = max(left, float(column)), min(right, column + 1.0)
            share = (end - begin) * rise if final > first else 1.0
            covered = passed + share * (1.0 - (0.5 * (begin + end) - column))
            cells[row, column] += np.float32(amount * (covered - before))
            before = covered
            passed += share
        if final + 1 < width:
            cells[row, final + 1] += np.float32(amount * (1.0 - before))
        x = beyond


@part
def _clipped(cells: NDArray[np.float32], x0: float, y0: float, x1: float, y1: float) -> None:
    """Add an edge that may lie anywhere: what is above, below or to the right counts nothing, to the left as x = 0."""
    if not (math.isfinite(x0) and math.isfinite(y0) and math.isfinite(x1) and math.isfinite(y1)):
        return
    height, width = cells.shape
    bottom, right = float(height), float(width)
    if max(y0, y1) <= 0.0 or min(y0, y1) >= bottom or min(x0, x1) >= right:
        return
    slope = (x1 - x0) / (y1 - y0) if y1 != y0 else 0.0
    if y0 < 0.0:
        x0, y0 = x0 - y0 * slope, 0.0
    elif y0 > bottom:
        x0, y0 = x0 + (bottom - y0) * slope, bottom
    if y1 < 0.0:
        x1, y1 = x1 - y1 * slope, 0.0
    elif y1 > bottom:
        x1, y1 = x1 + (bottom - y1) * slope, bottom
    if max(x0, x1) <= 0.0:
        _edge(cells, 0.0, y0, 0.0, y1)
        return
    steep = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
    if x0 < 0.0:
        y = y0 - x0 * steep
        _edge(cells, 0.0, y0, 0.0, y)
        x0, y0 = 0.0, y
    elif x0 > right:
        x0, y0 = right, y0 + (right - x0) * steep
    if x1 < 0.0:
        y = y1 - x1 * steep
        _edge(cells, 0.0, y, 0.0, y1)
        x1, y1 = 0.0, y
    elif x1 > right:
        x1, y1 = right, y1 + (right - x1) * steep
    _edge(
        cells, min(right, max(0.0, x0)), min(bottom, max(0.0, y0)), min(right, max(0.0, x1)), min(bottom, max(0.0, y1))
    )


@part
def _span(x: Steps, y: Steps, first: int, end: int, place: Floats) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of points in pixels."""
    low_x, low_y, high_x, high_y = math.inf, math.inf, -math.inf, -math.inf
    for at in range(first, end):
        px, py = x[at] * place[0] + place[1], y[at] * place[2] + place[3]
        low_x, high_x = min(low_x, px), max(high_x, px)
        low_y, high_y = min(low_y, py), max(high_y, py)
    return low_x, low_y, high_x, high_y


@part
def _cover_cells(written: Cover, cells: NDArray[np.float32], left: int, right: int) -> None:
    """Sum the cells up into coverage and leave them 0."""
    for row in range(len(written)):
        winding = np.float32(0.0)
        line, target = cells[row], written[row]
        for column in range(left, right):
            winding += line[column]
            line[column] = np.float32(0.0)
            # even-odd: 0 outside, 1 inside, back to 0 where two rings overlap
            folded = abs(
                winding - np.float32(2.0) * np.float32(math.floor(winding * np.float32(0.5) + np.float32(0.5)))
            )
            value = np.uint8(min(np.float32(1.0), folded) * np.float32(255.0) + np.float32(0.5))
            target[column] = max(target[column], value)


@kernel(
    "void(uint8[:,::1], float32[:,::1], uint32[::1], uint32[::1], int64[::1], int64[::1], int64[::1], float64[::1])"
)
def fill(
    cover: Cover,
    cells: NDArray[np.float32],
    x: Steps,
    y: Steps,
    begin: Indices,
    ring_begin: Indices,
    chosen: Indices,
    place: Floats,
) -> None:
    """Write the coverage of polygons; outside them ``cover`` stays as it is.

    A polygon costs its points and the pixels of its bounds, so that thousands of small ones are soon filled.

    cover  (height, width)  uint8, 255 for the whole pixel; the greater of what was there and of the polygon
    cells  (band, width)    all 0, and left so; so many rows are filled at a time
    x, y   (n,)      points of the rings in the unit square
    begin  (r + 1,)  ring i is the points begin[i] to begin[i + 1]; they close by themselves
    ring_begin  (m + 1,)  polygon i is the rings ring_begin[i] to ring_begin[i + 1]
    chosen (k,)      polygons to be filled
    place  pixels = x * place[0] + place[1], y * place[2] + place[3]; what is no number fills nothing
    """
    height, width = cover.shape
    band = len(cells)
    ax, bx, ay, by = place[0], place[1], place[2], place[3]
    if not (math.isfinite(ax) and math.isfinite(bx) and math.isfinite(ay) and math.isfinite(by)) or band == 0:
        return
    for area in chosen:
        ring0, ring1 = ring_begin[area], ring_begin[area + 1]
        low_x, low_y, high_x, high_y = _span(x, y, begin[ring0], begin[ring1], place)
        if not (low_x < width and high_x > 0.0 and low_y < height and high_y > 0.0):
            continue
        left, right = int(max(0.0, low_x)), min(width, int(min(float(width), high_x)) + 2)
        first, final = int(max(0.0, low_y)), min(height, int(min(float(height), high_y)) + 1)
        for top in range(first, final, band):
            rows = min(band, final - top)
            part_of = cells[:rows]
            down = by - top
            for ring in range(ring0, ring1):
                start, last = begin[ring], begin[ring + 1] - 1
                if last - start < 2:
                    continue
                from_x, from_y = x[last] * ax + bx, y[last] * ay + down
                for at in range(start, last + 1):
                    to_x, to_y = x[at] * ax + bx, y[at] * ay + down
                    _clipped(part_of, from_x, from_y, to_x, to_y)
                    from_x, from_y = to_x, to_y
            _cover_cells(cover[top : top + rows], part_of, left, right)

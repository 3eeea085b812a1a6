"""What is done for every frame: the picture shifted and scaled into the frame, vehicles laid on it."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.ui.map.raster.blend import over
from laixi_transport.ui.map.raster.kernel import Cover, Floats, Pixels, kernel, part


@part
def _clear(frame: Pixels, top: int, bottom: int, left: int, right: int, colour: int) -> None:
    for row in range(top, bottom):
        line = frame[row]
        for column in range(left, right):
            line[column] = colour


@part
def _mix_rows(mixed_row: Cover, upper: Cover, lower: Cover, share: Any, rest: Any) -> None:
    for byte in range(len(mixed_row)):
        mixed_row[byte] = np.uint8(
            np.uint16(np.uint16(np.uint16(upper[byte]) * rest) + np.uint16(np.uint16(lower[byte]) * share))
            >> np.uint16(8)
        )


@part
def _take_pairs(ones: Pixels, others: Pixels, between: Pixels, lefts: Pixels) -> None:
    for column in range(len(lefts)):
        at = lefts[column]
        ones[column], others[column] = between[at], between[at + np.uint32(1)]


@part
def _mix_pixels(
    mixed_row: Cover, ones: Cover, others: Cover, shares: NDArray[np.uint16], rests: NDArray[np.uint16]
) -> None:
    for byte in range(len(mixed_row)):
        mixed_row[byte] = np.uint8(
            np.uint16(
                np.uint16(np.uint16(ones[byte]) * rests[byte]) + np.uint16(np.uint16(others[byte]) * shares[byte])
            )
            >> np.uint16(8)
        )


@kernel("void(uint32[:,::1], uint32[:,::1], float64, float64, float64, uint32, boolean)")
def compose(frame: Pixels, picture: Pixels, left: float, top: float, scale: float, ground: int, smooth: bool) -> None:
    """Show the picture in the frame with its left top corner at (left, top) pixels and so many times larger.

    Whole pixels at scale 1 are copied as they are; else the picture is scaled, smoothly or, three times as fast, by
    taking the nearest pixel. ``ground`` fills the rest.
    """
    height, width = frame.shape
    rows, columns = picture.shape
    if not (scale > 1e-6 and scale < 1e6 and abs(left) < 1e9 and abs(top) < 1e9):
        _clear(frame, 0, height, 0, width, ground)
        return
    x0, x1 = max(0, math.ceil(left)), min(width, math.floor(left + columns * scale))
    y0, y1 = max(0, math.ceil(top)), min(height, math.floor(top + rows * scale))
    if x0 >= x1 or y0 >= y1:
        _clear(frame, 0, height, 0, width, ground)
        return
    _clear(frame, 0, y0, 0, width, ground)
    _clear(frame, y1, height, 0, width, ground)
    _clear(frame, y0, y1, 0, x0, ground)
    _clear(frame, y0, y1, x1, width, ground)
    if scale == 1.0:
        from_x, from_y = x0 - math.floor(left + 0.5), y0 - math.floor(top + 0.5)
        from_x, from_y = max(0, min(columns - (x1 - x0), from_x)), max(0, min(rows - (y1 - y0), from_y))
        for row in range(y0, y1):
            line, source = frame[row], picture[from_y + row - y0]
            for column in range(x1 - x0):
                line[x0 + column] = source[from_x + column]
        return
    count = x1 - x0
    lefts = np.empty(count, dtype=np.uint32)
    if not smooth:
        for column in range(count):
            lefts[column] = np.uint32(min(columns - 1.0, max(0.0, (x0 + column + 0.5 - left) / scale)))
        for row in range(y0, y1):
            line, source = frame[row, x0:x1], picture[int(min(rows - 1.0, max(0.0, (row + 0.5 - top) / scale)))]
            for column in range(count):
                line[column] = source[lefts[column]]
        return
    # Each row of the frame is mixed from two rows of the picture, then its pixels from two of those, in loops of bytes
    # that the vector units take 32 or 64 at a time.
    shares, rests = np.empty(4 * count, dtype=np.uint16), np.empty(4 * count, dtype=np.uint16)
    for column in range(count):
        u = min(columns - 1.0, max(0.0, (x0 + column + 0.5 - left) / scale - 0.5))
        lefts[column] = np.uint32(u)
        share = int((u - int(u)) * 256.0)
        for channel in range(4 * column, 4 * column + 4):
            shares[channel], rests[channel] = share, 256 - share
    first, final = int(lefts[0]), min(columns - 1, int(lefts[count - 1]) + 1)
    between = np.empty(columns + 1, dtype=np.uint32)
    ones, others = np.empty(count, dtype=np.uint32), np.empty(count, dtype=np.uint32)
    for row in range(y0, y1):
        v = min(rows - 1.0, max(0.0, (row + 0.5 - top) / scale - 0.5))
        above = int(v)
        share = int((v - above) * 256.0)
        _mix_rows(
            between[first : final + 1].view(np.uint8),
            picture[above, first : final + 1].view(np.uint8),
            picture[min(rows - 1, above + 1), first : final + 1].view(np.uint8),
            np.uint16(share),
            np.uint16(256 - share),
        )
        between[final + 1] = between[final]
        _take_pairs(ones, others, between, lefts)
        _mix_pixels(frame[row, x0:x1].view(np.uint8), ones.view(np.uint8), others.view(np.uint8), shares, rests)


@kernel(
    "void(uint32[:,::1], uint32[:,:,:,::1], int16[:,:,:,::1], float64[::1], float64[::1], float64[::1], uint8[::1],"
    " float64[::1])"
)
def sprites(
    frame: Pixels,
    pictures: Pixels,
    spans: NDArray[np.int16],
    x: Floats,
    y: Floats,
    direction_deg: Floats,
    look: Cover,
    place: Floats,
) -> None:
    """Lay small pictures on the frame, the first at the bottom.

    pictures  (looks, directions, cell, cell)  ARGB32 multiplied with alpha
    spans     (looks, directions, cell, 2)     first and last column + 1 of each row that are not clear
    x, y    (n,)   places in the unit square; neighbours in the array that are neighbours on the screen draw faster
    direction_deg  (n,)  clockwise from north; what is no number counts as north
    look    (n,)   which of the looks
    place   pixels = x * place[0] + place[1], y * place[2] + place[3]
    """
    height, width = frame.shape
    looks, directions, cell, _ = pictures.shape
    half = cell / 2.0
    # In one dimension and without signs: numba would ask of every index whether it is negative.
    ground, source = frame.reshape(-1), pictures.reshape(-1)
    for one in range(len(x)):
        px, py = x[one] * place[0] + place[1] - half, y[one] * place[2] + place[3] - half
        if not (px > -cell and px < width and py > -cell and py < height and look[one] < looks):
            continue
        left, top = math.floor(px + 0.5), math.floor(py + 0.5)
        turn = direction_deg[one] * (directions / 360.0)
        step = math.floor(turn + 0.5) % directions if abs(turn) < 1e9 else 0
        begins = (look[one] * directions + step) * cell
        for row in range(max(0, -top), min(cell, height - top)):
            first = max(int(spans[look[one], step, row, 0]), -left)
            count = min(int(spans[look[one], step, row, 1]), width - left) - first
            if count > 0:
                start = np.uint64((begins + row) * cell + first)
                target = np.uint64((top + row) * width + left + first)
                # Clear pixels too: without a question the vector units take eight at a time.
                for at in range(np.uint64(count)):
                    ground[target + at] = over(ground[target + at], source[start + at])

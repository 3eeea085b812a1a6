"""The bars of the lanes as pixels: all visible lanes at once, whatever number of spans they have."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from laixi_transport.ui.theme import Theme
from laixi_transport.ui.timeline.geometry import Geometry
from laixi_transport.ui.timeline.lane import Activity, Lane

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint32]

BESIDE_PX = 8
"""So far beside the shown time bars are known, so that one that goes on there shows no end."""
ROUNDED_FROM_PX = 5
HATCH_PX = 6


def bars(geometry: Geometry, lanes: Sequence[Lane], height_px: int, theme: Theme, ratio: float) -> list[QImage]:
    """Return for each lane its bars over the shown time, so many logical pixels high, clear where nothing is known.

    ratio   pixels of the screen in a logical one
    """
    height, beside, corner = (max(1, round(length * ratio)) for length in (height_px, BESIDE_PX, 1))
    width = round(geometry.time_px * ratio)
    columns = width + 2 * beside
    owner = np.repeat(np.arange(len(lanes)), [len(lane.begin_s) for lane in lanes])
    begin_s, end_s, activity = (
        np.concatenate([getattr(lane, name) for lane in lanes]) if lanes else np.empty(0)
        for name in ("begin_s", "end_s", "activity")
    )
    begin, end = ((geometry.xs(at_s) - geometry.left) * ratio + beside for at_s in (begin_s, end_s))
    seen = (begin < columns) & (end >= 0)
    owner, begin, end, activity = owner[seen], np.rint(begin[seen]), np.rint(end[seen]), activity[seen]
    middle, edge = (np.zeros((len(lanes), columns), np.uint32) for _ in range(2))
    hatched = np.zeros((len(lanes), columns), np.bool_)
    for one, (colour, least_px) in _looks(theme).items():
        chosen = activity == one
        if not chosen.any():
            continue
        left = np.clip(begin[chosen], 0, columns - 1).astype(np.int64)
        right = np.clip(end[chosen], left + round(least_px * ratio), columns).astype(np.int64)
        covered = _covered(owner[chosen], left, right, hatched.shape)
        if one is Activity.GAP:
            hatched = covered
        else:
            middle[covered] = colour
            edge[_without_corners(covered, corner, round(ROUNDED_FROM_PX * ratio))] = colour
    shown = slice(beside, beside + width)
    pixels = np.repeat(middle[:, np.newaxis, shown], height, axis=1)
    pixels[:, :corner] = pixels[:, -corner:] = edge[:, np.newaxis, shown]
    if hatched.any():
        hatch = (np.arange(columns) + np.arange(height)[:, np.newaxis]) % round(HATCH_PX * ratio) < corner
        silent = (hatched & (middle == 0))[:, np.newaxis, shown] & hatch[:, shown]
        pixels[silent] = _looks(theme)[Activity.GAP][0]
    return [_image(lane, ratio) for lane in pixels]


def _looks(theme: Theme) -> dict[Activity, tuple[int, float]]:
    """Return colours, multiplied with their alpha, and the least widths in pixels, in order of drawing."""
    return {
        Activity.GAP: (_argb(theme.colour("dim"), 150), 1.0),
        Activity.STOP: (_argb(theme.colour("line")), 1.0),
        Activity.ROUGH: (_argb(theme.colour("good"), 120), 1.0),
        Activity.DRIVING: (_argb(theme.colour("good")), 1.0),
        Activity.OVERSPEED: (_argb(theme.colour("high")), 2.0),
    }


def _covered(
    owner: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], shape: tuple[int, int]
) -> Mask:
    """Return (lanes, columns) what lies in one of the spans [left, right)."""
    lanes, columns = shape
    ends = np.bincount(owner * (columns + 1) + left, minlength=lanes * (columns + 1))
    ends -= np.bincount(owner * (columns + 1) + right, minlength=lanes * (columns + 1))
    return np.asarray(np.cumsum(ends.reshape(lanes, columns + 1), axis=1)[:, :-1] > 0)


def _without_corners(covered: Mask, corner: int, least: int) -> Mask:
    """Return the covered columns without the ends of bars that are long enough to be rounded."""
    lanes, columns = covered.shape
    apart = np.zeros((lanes, columns + 1), np.int8)  # a clear column keeps the lanes apart
    apart[:, :-1] = covered
    steps = np.diff(apart.reshape(-1), prepend=np.int8(0))
    begin, end = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    long = end - begin >= least
    rounded = apart.reshape(-1)
    for step in range(corner):
        rounded[begin[long] + step] = 0
        rounded[end[long] - 1 - step] = 0
    return np.asarray(apart[:, :-1] != 0)


def _argb(colour: QColor, alpha: int = 255) -> int:
    red, green, blue = (round(part * alpha / 255) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue


def _image(pixels: Pixels, ratio: float) -> QImage:
    """Return an image on these pixels, which it keeps alive."""
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    return image

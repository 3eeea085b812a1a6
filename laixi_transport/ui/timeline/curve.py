"""A value over time, thinned to what the screen can show. No Qt."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_TOP_KMH = 40.0
MOST_TOP_KMH = 220.0
"""Recorders measure so far (GB/T 19056-2021, 0 to 220 km/h). Some terminals say 6553.5 for an unknown speed: such a
report leaves the chart at the top, for with it inside the rest of the day would be a flat line."""
MOST_NUMBERS = 6


@dataclass(frozen=True, slots=True, eq=False)
class SpeedCurve:
    """Speed of one vehicle; the arrays have shape (n,). A NaN ends the line: nothing is drawn over a gap."""

    time_s: Floats  # not decreasing
    speed_kmh: Floats
    over_kmh: Floats  # the speed inside overspeed episodes, NaN elsewhere
    limit_kmh: float | None
    doubted_s: Floats = field(default_factory=lambda: np.empty(0))  # (k,) times of doubted samples
    doubted_kmh: Floats = field(default_factory=lambda: np.empty(0))  # (k,) and their speeds


@dataclass(frozen=True, slots=True, eq=False)
class WayCurve:
    """Speed along a way; shape (n,). A NaN of the speed ends the line: nothing is drawn over a gap."""

    way_km: Floats  # not decreasing; a gap adds nothing
    speed_kmh: Floats
    time_s: Floats  # when the vehicle was there

    def at(self, at_s: float) -> float | None:
        """Return how far the vehicle was at a moment, None before it set out."""
        place = int(np.searchsorted(self.time_s, at_s, "right")) - 1
        return None if place < 0 else float(np.interp(at_s, self.time_s, self.way_km))


def top_kmh(speed_kmh: Floats, limit_kmh: float | None = None) -> float:
    """Return how far an axis must reach for these speeds, NaN among them, and for a limit."""
    known = speed_kmh[~np.isnan(speed_kmh)]
    return max(min(float(known.max(initial=0.0)), MOST_TOP_KMH), limit_kmh or 0.0, LEAST_TOP_KMH)


def number_step(top: float) -> int:
    """Return after how many km/h an axis that reaches so far has its numbers."""
    return next((step for step in (20, 40) if top / step < MOST_NUMBERS), 100)


def broken(time_s: Floats, values: Floats, after: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return time and values with a NaN put in after each of the given samples."""
    at = np.asarray(after, np.intp) + 1
    at = at[(at > 0) & (at < len(time_s))]
    between = (time_s[at - 1] + time_s[at]) / 2
    return np.insert(time_s, at, between), np.insert(values, at, np.nan)


def envelope(time_s: Floats, values: Floats, begin_s: float, end_s: float, columns: int) -> tuple[Floats, Floats]:
    """Return the part of a curve within a span, thinned so that it looks the same on so many columns of pixels.

    Of all samples in one column first, least, greatest and last stay, and a NaN among them keeps its place. One sample
    beyond each end stays, so that the line leaves the picture.
    """
    first = max(0, int(np.searchsorted(time_s, begin_s, "left")) - 1)
    last = min(len(time_s), int(np.searchsorted(time_s, end_s, "right")) + 1)
    time_s, values = time_s[first:last], values[first:last]
    if len(time_s) <= 4 * max(1, columns) or end_s <= begin_s:
        return time_s, values
    column = np.floor((time_s - begin_s) / (end_s - begin_s) * columns)
    unknown = np.isnan(values)
    starts = np.flatnonzero(np.concatenate(([True], (np.diff(column) != 0) | (np.diff(unknown.astype(np.int8)) != 0))))
    ends = np.append(starts[1:], len(values)) - 1
    middle = (time_s[starts] + time_s[ends]) / 2
    xs = np.column_stack((time_s[starts], middle, middle, time_s[ends]))
    ys = np.column_stack(
        (values[starts], np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts), values[ends])
    )
    keep = np.ones(xs.shape, np.bool_)
    keep[unknown[starts], 1:] = False  # one NaN says as much as four
    keep[starts == ends, 1:] = False
    return xs[keep], ys[keep]

"""Outlines of shapes: where they cross themselves, and how long a degree is where they lie."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BLOCK = 256
"""Edges that are compared with all others at once: bounds the memory that a long outline takes."""


def metres(lat_deg: float) -> tuple[float, float]:
    """Return the lengths of a degree of longitude and of latitude, m, on the WGS-84 ellipsoid.

    Source: Defense Mapping Agency TM 8358.2 series expansion; within 0.1 m of the radii of curvature.
    """
    lat = math.radians(lat_deg)
    east = 111412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat) + 0.118 * math.cos(5 * lat)
    north = 111132.92 - 559.82 * math.cos(2 * lat) + 1.175 * math.cos(4 * lat) - 0.0023 * math.cos(6 * lat)
    return east, north


def crossing(
    x: Sequence[float] | NDArray[np.float64], y: Sequence[float] | NDArray[np.float64]
) -> tuple[int, int] | None:
    """Return two edges of a closed ring that meet where they should not, None where none do.

    x, y   (n,)  corners in order, n >= 3; edge i runs from corner i to the next, the last one to the first

    Edges meet that cross, that touch, that lie on each other, or that go back on the one before; a corner that is given
    twice in a row touches itself.
    """
    n = len(x)
    if n < 3:
        raise ValueError(f"a ring has three or more corners, not {n}")
    begin = np.column_stack((x, y)).astype(np.float64)
    begin -= begin.mean(axis=0)  # differences of large numbers lose digits
    end = np.roll(begin, -1, axis=0)
    step = end - begin
    if (folded := _folded(step)) is not None:
        return folded
    edge = np.arange(n)
    for first in range(0, n, BLOCK):
        rows = slice(first, min(n, first + BLOCK))
        i, j = edge[rows, None], edge[None, :]
        wanted = (j > i + 1) & ~((i == 0) & (j == n - 1))
        meet = _meet(begin[rows], end[rows], begin, end) & wanted
        if meet.any():
            at = int(np.argmax(meet))
            return first + at // n, at % n
    return None


def _folded(step: NDArray[np.float64]) -> tuple[int, int] | None:
    """Return an edge and the next one that goes back on it, or that has no length."""
    n = len(step)
    following = np.roll(step, -1, axis=0)
    turn = step[:, 0] * following[:, 1] - step[:, 1] * following[:, 0]
    along = (step * following).sum(axis=1)
    back = ((turn == 0) & (along <= 0)) | ~step.any(axis=1)
    if not back.any():
        return None
    at = int(np.argmax(back))
    return at, (at + 1) % n


def _meet(
    p: NDArray[np.float64], p_end: NDArray[np.float64], q: NDArray[np.float64], q_end: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return (k, n) which of k segments meet which of n others."""
    p, p_end, q, q_end = p[:, None], p_end[:, None], q[None, :], q_end[None, :]
    q_from_p = _side(p, p_end, q)
    q_end_from_p = _side(p, p_end, q_end)
    p_from_q = _side(q, q_end, p)
    p_end_from_q = _side(q, q_end, p_end)
    cross: NDArray[np.bool_] = (q_from_p * q_end_from_p < 0) & (p_from_q * p_end_from_q < 0)
    touch: NDArray[np.bool_] = (
        ((q_from_p == 0) & _between(p, p_end, q))
        | ((q_end_from_p == 0) & _between(p, p_end, q_end))
        | ((p_from_q == 0) & _between(q, q_end, p))
        | ((p_end_from_q == 0) & _between(q, q_end, p_end))
    )
    return cross | touch


def _side(a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return on which side of the line from a to b the points lie, by sign."""
    turned: NDArray[np.float64] = np.sign(
        (b[..., 0] - a[..., 0]) * (point[..., 1] - a[..., 1]) - (b[..., 1] - a[..., 1]) * (point[..., 0] - a[..., 0])
    )
    return turned


def _between(a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points, known to lie on the line through a and b, lie within its ends."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    x, y = point[..., 0], point[..., 1]
    inside: NDArray[np.bool_] = (low[..., 0] <= x) & (x <= high[..., 0]) & (low[..., 1] <= y) & (y <= high[..., 1])
    return inside

"""Points, segments and where they meet, on a plane in metres and for places less than 50 km apart on the Earth."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.analytics.geodesy import offset_m

Floats = NDArray[np.float64]


def fraction_along(p_x: ArrayLike, p_y: ArrayLike, q_x: ArrayLike, q_y: ArrayLike) -> Floats:
    """Return where on the segment from the origin to q the point nearest to p lies, 0 at the origin and 1 at q.

    Shapes broadcast; a segment without length is its origin.
    """
    p_x, p_y, q_x, q_y = (np.asarray(values, np.float64) for values in (p_x, p_y, q_x, q_y))
    square = q_x * q_x + q_y * q_y
    along = p_x * q_x + p_y * q_y
    return np.clip(np.divide(along, square, out=np.zeros(np.broadcast(along, square).shape), where=square > 0), 0, 1)


def plane_point_to_segment(
    p_x: ArrayLike, p_y: ArrayLike, a_x: ArrayLike, a_y: ArrayLike, b_x: ArrayLike, b_y: ArrayLike
) -> Floats:
    """Return the distances of points p from segments a-b on a plane; shapes broadcast."""
    p_x, p_y = np.subtract(p_x, a_x), np.subtract(p_y, a_y)
    q_x, q_y = np.subtract(b_x, a_x), np.subtract(b_y, a_y)
    u = fraction_along(p_x, p_y, q_x, q_y)
    return np.hypot(p_x - u * q_x, p_y - u * q_y)


def point_to_segment_m(
    p_lat_deg: ArrayLike,
    p_lon_deg: ArrayLike,
    a_lat_deg: ArrayLike,
    a_lon_deg: ArrayLike,
    b_lat_deg: ArrayLike,
    b_lon_deg: ArrayLike,
) -> Floats:
    """Return the distances of places p from the segments a-b, m; beyond its ends a segment is its end.

    Shapes broadcast. Segments are straight on the plane that touches the Earth at p, which is within 0.1 % for places
    less than some 50 km apart. The shorter way round is taken at 180 degrees.
    """
    a = offset_m(p_lat_deg, p_lon_deg, a_lat_deg, a_lon_deg)
    b = offset_m(p_lat_deg, p_lon_deg, b_lat_deg, b_lon_deg)
    return plane_point_to_segment(0.0, 0.0, a.east_m, a.north_m, b.east_m, b.north_m)


def _side(a_x: Floats, a_y: Floats, b_x: Floats, b_y: Floats, p_x: Floats, p_y: Floats) -> Floats:
    """Return the sign of the side of the line a-b on which p lies, 0 on it."""
    return np.sign((b_x - a_x) * (p_y - a_y) - (b_y - a_y) * (p_x - a_x))


def _within(a_x: Floats, a_y: Floats, b_x: Floats, b_y: Floats, p_x: Floats, p_y: Floats) -> NDArray[np.bool_]:
    """Return whether a p that lies on the line a-b lies between them."""
    inside: NDArray[np.bool_] = (
        (np.minimum(a_x, b_x) <= p_x)
        & (p_x <= np.maximum(a_x, b_x))
        & (np.minimum(a_y, b_y) <= p_y)
        & (p_y <= np.maximum(a_y, b_y))
    )
    return inside


def segments_intersect(
    a_x: ArrayLike,
    a_y: ArrayLike,
    b_x: ArrayLike,
    b_y: ArrayLike,
    c_x: ArrayLike,
    c_y: ArrayLike,
    d_x: ArrayLike,
    d_y: ArrayLike,
) -> NDArray[np.bool_]:
    """Return whether segments a-b and c-d have a point in common on a plane; shapes broadcast.

    Touching counts, and so do segments of one line that overlap. Source: T. H. Cormen et al., Introduction to
    Algorithms, "Determining whether any pair of segments intersects".
    """
    a, b, c, d = (
        (np.asarray(x, np.float64), np.asarray(y, np.float64))
        for x, y in ((a_x, a_y), (b_x, b_y), (c_x, c_y), (d_x, d_y))
    )
    c_side, d_side = _side(*a, *b, *c), _side(*a, *b, *d)
    a_side, b_side = _side(*c, *d, *a), _side(*c, *d, *b)
    meet: NDArray[np.bool_] = (
        ((c_side * d_side < 0) & (a_side * b_side < 0))
        | ((c_side == 0) & _within(*a, *b, *c))
        | ((d_side == 0) & _within(*a, *b, *d))
        | ((a_side == 0) & _within(*c, *d, *a))
        | ((b_side == 0) & _within(*c, *d, *b))
    )
    return meet

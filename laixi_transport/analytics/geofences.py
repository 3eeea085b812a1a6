"""Whether places lie in a geofence, and when a vehicle crossed its border, also on the way between two fixes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.geometry import plane_point_to_segment, segments_intersect
from laixi_transport.domain.geofence import Geofence, GeofenceKind

Floats = NDArray[np.float64]

MARGIN_M = 15.0
"""So far over the border a fix must lie before the crossing counts: the error allowed to terminals (JT/T 794-2019)."""

GAP_S = 300.0
"""Silence longer than this is a gap: where in it a border was crossed nobody knows."""

_CHUNK = 1 << 20
"""Distances computed at once: bounds the memory that a long outline takes."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A vehicle that came into an area or left it."""

    entered: bool
    after: int  # first fix after the crossing
    time_s: float  # Unix seconds, interpolated between the fixes on both sides
    lat_deg: float
    lon_deg: float
    seen: bool  # False: it lies somewhere in the gap before ``after``, whose time and place are given


class _Shape:
    """A geofence on a plane in metres around its middle; longitudes go round at 180 degrees."""

    def __init__(self, fence: Geofence) -> None:
        lon = np.unwrap(np.asarray(fence.lon_deg, np.float64), period=360)
        lat = np.asarray(fence.lat_deg, np.float64)
        if fence.kind is GeofenceKind.RECTANGLE:
            (west, east), (south, north) = lon, lat
            lon, lat = np.array([west, east, east, west]), np.array([south, south, north, north])
        self.kind = fence.kind
        self.radius_m = fence.radius_m
        self.lon0 = float(lon.min() + lon.max()) / 2
        self.lat0 = float(lat.min() + lat.max()) / 2
        scale = metres_per_degree(self.lat0)
        self.east_m, self.north_m = float(scale.east_m), float(scale.north_m)
        self.x, self.y = (lon - self.lon0) * self.east_m, (lat - self.lat0) * self.north_m
        closed = self.kind in {GeofenceKind.POLYGON, GeofenceKind.RECTANGLE}
        self.area = closed
        end = slice(None) if closed else slice(-1)
        self.a_x, self.a_y = (self.x, self.y) if self.kind is GeofenceKind.CIRCLE else (self.x[end], self.y[end])
        after_x, after_y = np.roll(self.x, -1), np.roll(self.y, -1)
        self.b_x, self.b_y = (
            (self.x, self.y)
            if self.kind is GeofenceKind.CIRCLE
            else (after_x[: len(self.a_x)], after_y[: len(self.a_x)])
        )

    def plane(self, lat_deg: ArrayLike, lon_deg: ArrayLike) -> tuple[Floats, Floats]:
        """Return the coordinates of places; each goes the shorter way round to the middle."""
        aside = (np.asarray(lon_deg, np.float64) - self.lon0 + 180) % 360 - 180
        return np.asarray(aside * self.east_m), np.asarray((np.asarray(lat_deg, np.float64) - self.lat0) * self.north_m)

    def depth_m(self, x: Floats, y: Floats) -> Floats:
        """Return how far points (n,) lie inside of the border, negative outside."""
        found = np.empty(len(x))
        size = max(1, _CHUNK // len(self.a_x))
        for begin in range(0, len(x), size):
            p_x, p_y = x[begin : begin + size, None], y[begin : begin + size, None]
            apart = plane_point_to_segment(p_x, p_y, self.a_x, self.a_y, self.b_x, self.b_y).min(axis=1)
            if self.area:
                found[begin : begin + size] = np.where(self._inside(p_x, p_y), apart, -apart)
            else:
                found[begin : begin + size] = self.radius_m - apart
        return found

    def _inside(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Even-odd rule for points (n, 1)."""
        above_a, above_b = self.a_y > y, self.b_y > y
        rise = np.where(self.a_y == self.b_y, 1.0, self.b_y - self.a_y)
        at_x = self.a_x + (y - self.a_y) / rise * (self.b_x - self.a_x)
        odd: NDArray[np.bool_] = ((above_a != above_b) & (x < at_x)).sum(axis=1) % 2 == 1
        return odd

    @property
    def slim_m(self) -> float:
        """A measure of how deep one can be inside: half of the radius, or area by circumference."""
        if not self.area:
            return self.radius_m / 2
        turned = self.a_x * self.b_y - self.b_x * self.a_y
        around = np.hypot(self.b_x - self.a_x, self.b_y - self.a_y).sum()
        return abs(float(turned.sum())) / 2 / float(around) if around > 0 else 0.0

    def borders(self, x0: float, y0: float, x1: float, y1: float) -> list[float]:
        """Return where a segment may cross the border, as fractions of its length, sorted; more than true ones."""
        d_x, d_y = x1 - x0, y1 - y0
        if d_x == 0 and d_y == 0:
            return []
        found = (
            [_fractions_on_lines(self, x0, y0, d_x, d_y)]
            if self.area
            else _fractions_on_capsules(self, x0, y0, d_x, d_y)
        )
        fractions = np.concatenate(found)
        return sorted({float(u) for u in fractions[(fractions > 0) & (fractions < 1)]})

    def reach(self, x: Floats, y: Floats, margin_m: float) -> NDArray[np.bool_]:
        """Return which of the steps between points (n,) come near the shape, shape (n - 1,)."""
        wide = (0.0 if self.area else self.radius_m) + margin_m
        low_x, high_x = self.x.min() - wide, self.x.max() + wide
        low_y, high_y = self.y.min() - wide, self.y.max() + wide
        near: NDArray[np.bool_] = (
            (np.maximum(x[:-1], x[1:]) >= low_x)
            & (np.minimum(x[:-1], x[1:]) <= high_x)
            & (np.maximum(y[:-1], y[1:]) >= low_y)
            & (np.minimum(y[:-1], y[1:]) <= high_y)
        )
        return near


def _fractions_on_lines(shape: _Shape, x0: float, y0: float, d_x: float, d_y: float) -> Floats:
    e_x, e_y = shape.b_x - shape.a_x, shape.b_y - shape.a_y
    turn = d_x * e_y - d_y * e_x
    parallel = turn == 0
    safe = np.where(parallel, 1.0, turn)
    from_x, from_y = shape.a_x - x0, shape.a_y - y0
    u = (from_x * e_y - from_y * e_x) / safe
    v = (from_x * d_y - from_y * d_x) / safe
    found: Floats = u[~parallel & (v >= 0) & (v <= 1)]
    return found


def _fractions_on_capsules(shape: _Shape, x0: float, y0: float, d_x: float, d_y: float) -> list[Floats]:
    """Circles around all vertices, and lines beside all edges."""
    r = shape.radius_m
    from_x, from_y = x0 - shape.x, y0 - shape.y
    a, b, c = d_x * d_x + d_y * d_y, from_x * d_x + from_y * d_y, from_x**2 + from_y**2 - r * r
    root = b * b - a * c
    real = root >= 0
    roots = np.sqrt(root[real])
    found = [(-b[real] - roots) / a, (-b[real] + roots) / a]
    e_x, e_y = shape.b_x - shape.a_x, shape.b_y - shape.a_y
    length = np.hypot(e_x, e_y)
    long = length > 0
    n_x, n_y = -e_y[long] / length[long], e_x[long] / length[long]
    away = (x0 - shape.a_x[long]) * n_x + (y0 - shape.a_y[long]) * n_y
    closing = d_x * n_x + d_y * n_y
    crossing = closing != 0
    found += [(side * r - away[crossing]) / closing[crossing] for side in (-1.0, 1.0)]
    return found


def contains(fence: Geofence, lat_deg: ArrayLike, lon_deg: ArrayLike) -> NDArray[np.bool_]:
    """Return which places lie in the fence's shape, its border included; shapes are kept.

    Edges are straight on the map, as they were drawn. When the fence holds is not asked (``Geofence.valid``). A place
    without coordinates (NaN) lies nowhere.
    """
    shape = _Shape(fence)
    lat, lon = np.broadcast_arrays(np.asarray(lat_deg, np.float64), np.asarray(lon_deg, np.float64))
    x, y = shape.plane(lat.ravel(), lon.ravel())
    with np.errstate(invalid="ignore"):
        found: NDArray[np.bool_] = (shape.depth_m(x, y) >= 0).reshape(lat.shape)
    return found


def meets_segment(fence: Geofence, a_lat_deg: float, a_lon_deg: float, b_lat_deg: float, b_lon_deg: float) -> bool:
    """Return whether the straight way from a to b has any place in the fence's shape; touching counts."""
    shape = _Shape(fence)
    (a_x, b_x), (a_y, b_y) = shape.plane([a_lat_deg, b_lat_deg], [a_lon_deg, b_lon_deg])
    if (shape.depth_m(np.array([a_x, b_x]), np.array([a_y, b_y])) >= 0).any():
        return True
    edges = shape.a_x, shape.a_y, shape.b_x, shape.b_y
    if segments_intersect(a_x, a_y, b_x, b_y, *edges).any():
        return True
    nearest = plane_point_to_segment(shape.x, shape.y, a_x, a_y, b_x, b_y).min()
    return bool(not shape.area and nearest <= shape.radius_m)


class _Piece(NamedTuple):
    """A part of a step that lies inside or outside as a whole."""

    inside: bool
    depth_m: float  # how far from the border it comes, at its ends and in its middle
    time_s: float  # of its beginning
    lat_deg: float
    lon_deg: float


def _pieces(
    shape: _Shape, time_s: tuple[float, float], lat: tuple[float, float], lon: tuple[float, float]
) -> Iterator[_Piece]:
    """Yield the parts of a step, up to and including its end."""
    (x0, x1), (y0, y1) = shape.plane(lat, lon)
    if abs(x1 - x0) > shape.east_m * 180:  # the step goes round the other side of the Earth
        x0 = x1
    bounds = [0.0, *shape.borders(float(x0), float(y0), float(x1), float(y1)), 1.0]
    u = np.array(bounds)
    probe = np.append((u[:-1] + u[1:]) / 2, 1.0)  # the middle of each part, and the end
    depths = shape.depth_m(x0 + probe * (x1 - x0), y0 + probe * (y1 - y0))
    turn = (lon[1] - lon[0] + 180) % 360 - 180
    for k in range(len(bounds) - 1):
        depth = float(depths[k])
        if k == len(bounds) - 2 and (depths[-1] >= 0) == (depth >= 0):
            depth = max(depth, float(depths[-1]), key=abs)
        at = bounds[k]
        yield _Piece(
            depth >= 0,
            abs(depth),
            time_s[0] + at * (time_s[1] - time_s[0]),
            lat[0] + at * (lat[1] - lat[0]),
            (lon[0] + at * turn + 180) % 360 - 180,
        )


class GeofenceWatch:
    """Takes fix after fix of one vehicle and returns the crossings of a fence's border that each one settles.

    A crossing counts once the vehicle has been ``margin_m`` from the border on the other side, or a quarter of the
    fence's width where it is slim, so that a receiver's noise at a border is no coming and going; its time and place
    are those of the border. A stretch of road that only grazes the border counts as what it was before.
    """

    def __init__(self, fence: Geofence, *, margin_m: float = MARGIN_M, gap_s: float = GAP_S) -> None:
        self.fence = fence
        self.gap_s = gap_s
        self.inside: bool | None = None
        """Whether the vehicle is inside as far as is settled; None before the first fix."""
        self.count = 0
        self._shape = _Shape(fence)
        self._margin_m = min(margin_m, self._shape.slim_m)
        self._fix: tuple[float, float, float] | None = None
        self._pending: Crossing | None = None

    def step(self, time_s: float, lat_deg: float, lon_deg: float) -> tuple[Crossing, ...]:
        """Take the next believed fix. Raises ValueError if time decreases."""
        sample, before = self.count, self._fix
        self.count, self._fix = sample + 1, (time_s, lat_deg, lon_deg)
        if before is None:
            self.inside = bool(contains(self.fence, lat_deg, lon_deg))
            return ()
        if time_s < before[0]:
            raise ValueError("time must not decrease")
        if time_s - before[0] > self.gap_s:
            return self._after_gap(sample, time_s, lat_deg, lon_deg)
        pieces = _pieces(self._shape, (before[0], time_s), (before[1], lat_deg), (before[2], lon_deg))
        found = [self._take(piece, sample) for piece in pieces]
        return tuple(crossing for crossing in found if crossing is not None)

    def _skip(self, count: int, time_s: float, lat_deg: float, lon_deg: float) -> None:
        """Take fixes that are known to change nothing; the newest is given."""
        self.count += count
        self._fix = (time_s, lat_deg, lon_deg)

    def _after_gap(self, sample: int, time_s: float, lat_deg: float, lon_deg: float) -> tuple[Crossing, ...]:
        self._pending = None
        x, y = self._shape.plane([lat_deg], [lon_deg])
        depth = float(self._shape.depth_m(x, y)[0])
        piece = _Piece(depth >= 0, abs(depth), time_s, lat_deg, lon_deg)
        crossing = self._take(piece, sample, seen=False)
        return () if crossing is None else (crossing,)

    def _take(self, piece: _Piece, sample: int, *, seen: bool = True) -> Crossing | None:
        if piece.inside == self.inside:
            self._pending = None
            return None
        if self._pending is None:
            self._pending = Crossing(piece.inside, sample, piece.time_s, piece.lat_deg, piece.lon_deg, seen)
        if piece.depth_m < self._margin_m:
            return None
        crossing, self._pending = self._pending, None
        self.inside = piece.inside
        return crossing if self.fence.valid(crossing.time_s) else None


def crossings(
    fence: Geofence,
    time_s: NDArray[np.float64] | NDArray[np.int64],
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    *,
    margin_m: float = MARGIN_M,
    gap_s: float = GAP_S,
) -> list[Crossing]:
    """Return when a vehicle came into a fence and left it, oldest first.

    time_s              (n,)  Unix seconds of believed fixes, not decreasing
    lat_deg, lon_deg    (n,)
    margin_m            how far over the border counts, see GeofenceWatch
    gap_s               fixes further apart than this have a gap between them, over which nothing is interpolated

    Only crossings at times at which the fence holds are returned; that a fence begins to hold while a vehicle is in it
    is no crossing. Equal to stepping a GeofenceWatch, but only steps that come near the border are looked at.
    """
    if (np.diff(time_s) < 0).any():
        raise ValueError("time must not decrease")
    n = len(time_s)
    if n == 0:
        return []
    watch = GeofenceWatch(fence, margin_m=margin_m, gap_s=gap_s)
    x, y = watch._shape.plane(lat_deg, lon_deg)  # noqa: SLF001 - two forms of one definition
    wanted = np.append(True, _eventful(watch, np.asarray(time_s, np.float64), x, y))
    found: list[Crossing] = []
    newest = -1
    for i in np.flatnonzero(wanted).tolist():
        if i - 1 > newest:
            j = i - 1
            watch._skip(j - newest, float(time_s[j]), float(lat_deg[j]), float(lon_deg[j]))  # noqa: SLF001
        found += watch.step(float(time_s[i]), float(lat_deg[i]), float(lon_deg[i]))
        newest = i
    return found


def _eventful(watch: GeofenceWatch, time_s: Floats, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Return which steps (n - 1,) may change anything: those near the border and those over a gap.

    A step whose ends both lie farther inside or outside than it is long cannot touch the border. Neither can it clear
    what is pending unless it is the first on its side, so the step after an eventful one is taken as well.
    """
    shape, margin_m = watch._shape, watch._margin_m  # noqa: SLF001
    near = shape.reach(x, y, margin_m)
    ends = np.append(near, False) | np.append(False, near)
    depth = np.full(len(x), -np.inf)
    if ends.any():
        depth[ends] = shape.depth_m(x[ends], y[ends])
    length = np.hypot(np.diff(x), np.diff(y))
    deep = np.minimum(np.abs(depth[:-1]), np.abs(depth[1:])) > length + margin_m
    eventful = (near & ~(deep & ((depth[:-1] >= 0) == (depth[1:] >= 0)))) | (np.diff(time_s) > watch.gap_s)
    after = np.append(False, eventful[:-1])
    found: NDArray[np.bool_] = eventful | after
    return found

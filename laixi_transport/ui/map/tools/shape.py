"""The shape of an area while somebody draws or changes it, with the way back. No Qt."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.measuring import area_m2, geodesic_m
from laixi_transport.domain.geofence import Geofence, GeofenceKind, ShapeFault, shape_fault

STEPS_KEPT = 200


class Grip(Enum):
    """What a handle does when it is dragged."""

    VERTEX = "vertex"
    BETWEEN = "between"  # becomes a new vertex
    RIM = "rim"  # of a circle, or the side of a corridor: sets the radius
    WHOLE = "whole"  # moves everything


@dataclass(frozen=True, slots=True)
class Handle:
    """A place of a shape that can be held."""

    grip: Grip
    index: int
    lon_deg: float
    lat_deg: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Kind, points and radius as domain.geofence.Geofence has them; may be unfinished or broken."""

    kind: GeofenceKind
    lon_deg: tuple[float, ...] = ()
    lat_deg: tuple[float, ...] = ()
    radius_m: float = 0.0

    @classmethod
    def of(cls, fence: Geofence) -> Self:
        """Return the shape of a fence."""
        return cls(fence.kind, fence.lon_deg, fence.lat_deg, fence.radius_m)

    def on(self, fence: Geofence) -> Geofence:
        """Return the fence with this shape."""
        return replace(fence, kind=self.kind, lon_deg=self.lon_deg, lat_deg=self.lat_deg, radius_m=self.radius_m)

    def __len__(self) -> int:
        return len(self.lon_deg)

    @property
    def fault(self) -> ShapeFault | None:
        """Why it is no area yet, None if it is one."""
        return shape_fault(self.kind, self.lon_deg, self.lat_deg, self.radius_m)

    @property
    def ring(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Corners of a rectangle or polygon, the points of a line, the centre of a circle."""
        if self.kind is GeofenceKind.RECTANGLE and len(self) == 2:
            (west, east), (south, north) = self.lon_deg, self.lat_deg
            return (west, east, east, west), (south, south, north, north)
        return self.lon_deg, self.lat_deg

    @property
    def area_m2(self) -> float:
        """Its size; that of a corridor without what its bends overlap."""
        if self.kind is GeofenceKind.CIRCLE:
            return math.pi * self.radius_m**2
        if self.kind is GeofenceKind.CORRIDOR:
            return self.length_m * 2 * self.radius_m + math.pi * self.radius_m**2
        return area_m2(*self.ring)

    @property
    def length_m(self) -> float:
        """Of a corridor along its line, of an outline all around."""
        lon, lat = self.ring
        closed = self.kind in {GeofenceKind.POLYGON, GeofenceKind.RECTANGLE}
        if self.kind is GeofenceKind.CIRCLE or len(lon) < 2:
            return 2 * math.pi * self.radius_m if self.kind is GeofenceKind.CIRCLE else 0.0
        pairs = range(0 if closed else 1, len(lon))
        return sum(geodesic_m(lat[i - 1], lon[i - 1], lat[i], lon[i]) for i in pairs)

    @property
    def middle(self) -> tuple[float, float]:
        """A place to hold the whole by: the centre of what it spans."""
        lon, lat = self.lon_deg, self.lat_deg
        if self.kind is GeofenceKind.CORRIDOR:
            at = (len(lon) - 1) // 2
            if len(lon) > 1:  # a third along its middle edge: the midpoint is taken by a handle of its own
                return lon[at] + (lon[at + 1] - lon[at]) / 3, lat[at] + (lat[at + 1] - lat[at]) / 3
            return lon[at], lat[at]
        return (min(lon) + max(lon)) / 2, (min(lat) + max(lat)) / 2

    def handles(self) -> Iterator[Handle]:
        """Yield what can be held, the more important first."""
        lon, lat = self.lon_deg, self.lat_deg
        if self.kind is GeofenceKind.CIRCLE:
            yield Handle(Grip.WHOLE, 0, lon[0], lat[0])
            yield Handle(Grip.RIM, 0, lon[0] + self.radius_m / float(metres_per_degree(lat[0]).east_m), lat[0])
            return
        ring_lon, ring_lat = self.ring
        for i, (x, y) in enumerate(zip(ring_lon, ring_lat, strict=True)):
            yield Handle(Grip.VERTEX, i, x, y)
        if len(self) > 1:
            yield Handle(Grip.WHOLE, 0, *self.middle)
        if self.kind is GeofenceKind.CORRIDOR and len(self) > 1:
            yield Handle(Grip.RIM, 0, *self._side())
        if self.kind is not GeofenceKind.RECTANGLE:
            n = len(lon)
            for i in range(n if self.kind is GeofenceKind.POLYGON else n - 1):
                after = (i + 1) % n
                yield Handle(Grip.BETWEEN, i, (lon[i] + lon[after]) / 2, (lat[i] + lat[after]) / 2)

    def dragged(self, handle: Handle, lon_deg: float, lat_deg: float) -> Self:
        """Return the shape after a handle was dragged to a place; ``BETWEEN`` makes a vertex of it."""
        match handle.grip:
            case Grip.WHOLE:
                return self.moved(lon_deg - handle.lon_deg, lat_deg - handle.lat_deg)
            case Grip.RIM:
                return replace(self, radius_m=round_radius(self._away_m(lon_deg, lat_deg)))
            case Grip.BETWEEN:
                return self.inserted(handle.index + 1, lon_deg, lat_deg)
        if self.kind is GeofenceKind.RECTANGLE:
            return self._cornered(handle.index, lon_deg, lat_deg)
        i = handle.index
        return replace(
            self,
            lon_deg=(*self.lon_deg[:i], lon_deg, *self.lon_deg[i + 1 :]),
            lat_deg=(*self.lat_deg[:i], lat_deg, *self.lat_deg[i + 1 :]),
        )

    def moved(self, east_deg: float, north_deg: float) -> Self:
        """Return the shape elsewhere."""
        return replace(
            self,
            lon_deg=tuple(lon + east_deg for lon in self.lon_deg),
            lat_deg=tuple(lat + north_deg for lat in self.lat_deg),
        )

    def inserted(self, index: int, lon_deg: float, lat_deg: float) -> Self:
        """Return the shape with one more vertex before the index-th."""
        return replace(
            self,
            lon_deg=(*self.lon_deg[:index], lon_deg, *self.lon_deg[index:]),
            lat_deg=(*self.lat_deg[:index], lat_deg, *self.lat_deg[index:]),
        )

    def added(self, lon_deg: float, lat_deg: float) -> Self:
        """Return the shape with one more vertex at its end."""
        return self.inserted(len(self), lon_deg, lat_deg)

    def removed(self, index: int) -> Self:
        """Return the shape without a vertex."""
        return replace(
            self,
            lon_deg=self.lon_deg[:index] + self.lon_deg[index + 1 :],
            lat_deg=self.lat_deg[:index] + self.lat_deg[index + 1 :],
        )

    @property
    def can_lose_a_vertex(self) -> bool:
        """Whether enough points are left then."""
        least = {GeofenceKind.POLYGON: 3, GeofenceKind.CORRIDOR: 2}.get(self.kind)
        return least is not None and len(self) > least

    def _cornered(self, corner: int, lon_deg: float, lat_deg: float) -> Self:
        """Return a rectangle between a place and the corner opposite to the one that was held."""
        lon, lat = self.ring
        other = (corner + 2) % 4
        return self.between(self.kind, (lon[other], lat[other]), (lon_deg, lat_deg))

    @classmethod
    def between(cls, kind: GeofenceKind, one: tuple[float, float], other: tuple[float, float]) -> Self:
        """Return the rectangle of two opposite corners."""
        return cls(
            kind,
            (min(one[0], other[0]), max(one[0], other[0])),
            (min(one[1], other[1]), max(one[1], other[1])),
        )

    def _side(self) -> tuple[float, float]:
        """Return a place at the side of a corridor, beside its middle edge."""
        lon, lat = self.lon_deg, self.lat_deg
        at = (len(lon) - 1) // 2
        east_m, north_m = (float(value) for value in metres_per_degree(lat[at]))
        dx, dy = (lon[at + 1] - lon[at]) * east_m, (lat[at + 1] - lat[at]) * north_m
        length = (dx * dx + dy * dy) ** 0.5 or 1.0
        x, y = lon[at] + (lon[at + 1] - lon[at]) * 2 / 3, lat[at] + (lat[at + 1] - lat[at]) * 2 / 3
        return x - dy / length * self.radius_m / east_m, y + dx / length * self.radius_m / north_m

    def _away_m(self, lon_deg: float, lat_deg: float) -> float:
        """Return how far a place is from the centre of a circle, or from the line of a corridor."""
        lon, lat = self.lon_deg, self.lat_deg
        east_m, north_m = (float(value) for value in metres_per_degree(lat[0]))
        points = [((x - lon_deg) * east_m, (y - lat_deg) * north_m) for x, y in zip(lon, lat, strict=True)]
        if len(points) == 1:
            return float((points[0][0] ** 2 + points[0][1] ** 2) ** 0.5)
        return min(_to_segment(*points[i - 1], *points[i]) for i in range(1, len(points)))


def round_radius(radius_m: float) -> float:
    """Return a radius as people say it: a hand is no more exact."""
    step = 1.0 if radius_m < 1000 else 10.0 if radius_m < 10_000 else 100.0
    return max(step, round(radius_m / step) * step)


def _to_segment(ax: float, ay: float, bx: float, by: float) -> float:
    """Return how far the origin is from a stretch of line."""
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    share = min(1.0, max(0.0, -(ax * dx + ay * dy) / square)) if square else 0.0
    return float(((ax + share * dx) ** 2 + (ay + share * dy) ** 2) ** 0.5)


class History:
    """The states of a shape, with the way back and forth."""

    def __init__(self, shape: Shape) -> None:
        self._states = [shape]
        self._at = 0
        self._typing = False  # the newest state came from what is being typed

    @property
    def shape(self) -> Shape:
        """The present state."""
        return self._states[self._at]

    @property
    def changed(self) -> bool:
        """Whether it is another than at first."""
        return self.shape != self._states[0]

    def push(self, shape: Shape) -> None:
        """Take a new state; what was undone is forgotten."""
        self._typing = False
        if shape == self.shape:
            return
        first, *rest = (*self._states[: self._at + 1], shape)
        self._states = [first, *rest[-STEPS_KEPT:]]
        self._at = len(self._states) - 1

    def amend(self, shape: Shape) -> None:
        """Take a state of something that is being typed: key after key is one change."""
        if self._typing and self._at == len(self._states) - 1 and self._at:
            self._states[self._at] = shape
        else:
            self.push(shape)
            self._typing = True

    def undo(self) -> bool:
        """Go one state back; False at the first."""
        if self._at == 0:
            return False
        self._at -= 1
        return True

    def redo(self) -> bool:
        """Go one state forth; False at the last."""
        if self._at == len(self._states) - 1:
            return False
        self._at += 1
        return True

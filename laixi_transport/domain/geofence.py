"""Geofences (区域、电子围栏): a shape on the map, when it holds and what it is for."""

import math
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.domain.outline import crossing, metres
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import BEIJING_OFFSET_S, DAY_S

DAY_MINUTES = DAY_S // 60
WEEK_MINUTES = 7 * DAY_MINUTES
EVERY_DAY = frozenset(range(7))

MIN_SIZE_M = 1.0
"""Smaller is a slip of the hand: a fix is no better than some metres."""
MAX_RADIUS_M = 200_000.0
MAX_HALF_WIDTH_M = 10_000.0
MAX_SPAN_DEG = 20.0
"""A province spans ten."""
MAX_POINTS = 5000
NAME_LENGTH = 64
NOTE_LENGTH = 500
MAX_LIMIT_KMH = 200.0

_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday


class GeofenceKind(StrEnum):
    """What the points mean."""

    CIRCLE = "circle"  # one point, the centre; radius_m
    RECTANGLE = "rectangle"  # two points, (west, south) and (east, north); sides along parallels and meridians
    POLYGON = "polygon"  # three or more corners in order, the ring closes itself
    CORRIDOR = "corridor"  # two or more points along a line; radius_m is half of its width, ends and bends are round


class GeofencePurpose(StrEnum):
    """What the area is for; rules and colours go by it."""

    GENERAL = "general"  # 一般区域
    STAY_IN = "stay_in"  # 限定区域: not to be left
    KEEP_OUT = "keep_out"  # 禁入区域: not to be entered
    SPEED = "speed"  # 限速区域
    SITE = "site"  # 场站: depots, source sites, training grounds, stops


class ShapeFault(StrEnum):
    """Why a shape is none."""

    TOO_FEW_POINTS = "too_few_points"
    TOO_MANY_POINTS = "too_many_points"
    NOT_ON_EARTH = "not_on_earth"
    CROSSES_ITSELF = "crosses_itself"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, order=True)
class WeeklyHours:
    """A time of day on some days of the week, GMT+8.

    days    0 for Monday to 6 for Sunday
    begin   minutes after midnight, 0 to 1439
    end     minutes after midnight, 1 to 1440, not included; at or before ``begin`` it lies on the next day
    """

    begin: int = 0
    end: int = DAY_MINUTES
    days: frozenset[int] = EVERY_DAY

    def __post_init__(self) -> None:
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError(f"days of a week are 0 to 6, not {sorted(self.days)}")
        if not (0 <= self.begin < DAY_MINUTES and 0 < self.end <= DAY_MINUTES):
            raise ValueError(f"not minutes of a day: {self.begin} to {self.end}")

    @property
    def minutes(self) -> int:
        """How long it lasts each day."""
        return (self.end - self.begin) if self.end > self.begin else self.end - self.begin + DAY_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Geofence:
    """One area as it is valid until it is changed; ``check`` says whether it can be."""

    id: int = 0  # 0: not stored yet
    version: int = 0  # each change makes a new one; the older stay (GeofenceVersion)
    name: str
    kind: GeofenceKind
    lon_deg: tuple[float, ...]  # WGS-84; GeofenceKind says what the points mean
    lat_deg: tuple[float, ...]
    radius_m: float = 0.0  # circle: radius; corridor: half of the width; else 0
    purpose: GeofencePurpose = GeofencePurpose.GENERAL
    limit_kmh: float | None = None  # speed limit inside, None: none of its own
    valid_from: datetime | None = None  # aware UTC; None: since ever
    valid_to: datetime | None = None  # not included; None: for good
    hours: tuple[WeeklyHours, ...] = ()  # within these; empty: at any time
    enabled: bool = True
    note: str = ""

    def valid(self, time_s: ArrayLike) -> NDArray[np.bool_]:
        """Return at which Unix times the fence holds; shapes are kept."""
        time = np.asarray(time_s, np.float64)
        if not self.enabled:
            return np.zeros(time.shape, np.bool_)
        holds = np.ones(time.shape, np.bool_)
        if self.valid_from is not None:
            holds &= time >= self.valid_from.timestamp()
        if self.valid_to is not None:
            holds &= time < self.valid_to.timestamp()
        if self.hours:
            minute = ((time + BEIJING_OFFSET_S) / 60 + _EPOCH_WEEKDAY * DAY_MINUTES) % WEEK_MINUTES
            within = np.zeros(time.shape, np.bool_)
            for hours in self.hours:
                for day in hours.days:
                    within |= (minute - day * DAY_MINUTES - hours.begin) % WEEK_MINUTES < hours.minutes
            holds &= within
        return holds

    def valid_at(self, moment: datetime) -> bool:
        """Whether the fence holds at a time."""
        return bool(self.valid(moment.timestamp()))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all that is inside, degrees."""
        west, east = min(self.lon_deg), max(self.lon_deg)
        south, north = min(self.lat_deg), max(self.lat_deg)
        if self.radius_m:
            up = self.radius_m / metres(0.0)[1]
            east_m, _ = metres(min(89.0, max(abs(south), abs(north)) + up))
            aside = self.radius_m / east_m
            west, south, east, north = west - aside, south - up, east + aside, north + up
        return west, south, east, north

    def same_as(self, other: Self) -> bool:
        """Whether two say the same, stored or not."""
        return replace(self, id=0, version=0) == replace(other, id=0, version=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeofenceVersion:
    """A fence as it was from one change to the next; never edited."""

    fence: Geofence
    since: datetime  # of the change that made it
    until: datetime | None  # of the next change, not included; None: it still is so
    changed_by: str
    removed: bool = False  # the change took the fence away; ``fence`` is what it was before


def shape_fault(
    kind: GeofenceKind, lon_deg: tuple[float, ...], lat_deg: tuple[float, ...], radius_m: float
) -> ShapeFault | None:
    """Return why points and radius make no shape of the kind, None if they do.

    Raises ValueError if there are not as many latitudes as longitudes.
    """
    if len(lon_deg) != len(lat_deg):
        raise ValueError(f"{len(lon_deg)} longitudes and {len(lat_deg)} latitudes")
    least, most = _POINTS[kind]
    if len(lon_deg) < least:
        return ShapeFault.TOO_FEW_POINTS
    if len(lon_deg) > most:
        return ShapeFault.TOO_MANY_POINTS
    if not all(-180 <= lon <= 180 and -85 <= lat <= 85 for lon, lat in zip(lon_deg, lat_deg, strict=True)):
        return ShapeFault.NOT_ON_EARTH  # NaN as well
    if max(max(lon_deg) - min(lon_deg), max(lat_deg) - min(lat_deg)) > MAX_SPAN_DEG:
        return ShapeFault.TOO_LARGE
    fault = _size_fault(kind, lon_deg, lat_deg, radius_m)
    if fault is None and kind is GeofenceKind.POLYGON and crossing(lon_deg, lat_deg) is not None:
        return ShapeFault.CROSSES_ITSELF
    return fault


def check(fence: Geofence) -> None:
    """Raise Problem for a fence that cannot be."""
    name = fence.name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "An area needs a name of 1 to {most} characters."),
            most=NAME_LENGTH,
        )
    fault = shape_fault(fence.kind, fence.lon_deg, fence.lat_deg, fence.radius_m)
    if fault is not None:
        raise Problem(_FAULTS[fault], name=name)
    if len(fence.note) > NOTE_LENGTH:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "The note on {name} is too long. Keep it to {most} characters."),
            name=name,
            most=NOTE_LENGTH,
        )
    if fence.limit_kmh is not None and not 1 <= fence.limit_kmh <= MAX_LIMIT_KMH:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "The speed limit of {name} must lie between 1 and {most} km/h."),
            name=name,
            most=round(MAX_LIMIT_KMH),
        )
    if fence.valid_from is not None and fence.valid_to is not None and fence.valid_from >= fence.valid_to:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{name} would end before it begins to hold. Correct its dates."), name=name
        )


_POINTS = {
    GeofenceKind.CIRCLE: (1, 1),
    GeofenceKind.RECTANGLE: (2, 2),
    GeofenceKind.POLYGON: (3, MAX_POINTS),
    GeofenceKind.CORRIDOR: (2, MAX_POINTS),
}

_FAULTS = {
    ShapeFault.TOO_FEW_POINTS: QT_TRANSLATE_NOOP(
        "Problem", "The shape of {name} is not finished. A polygon has three corners or more, a corridor two points."
    ),
    ShapeFault.TOO_MANY_POINTS: QT_TRANSLATE_NOOP(
        "Problem", "The shape of {name} has too many points. Simplify it, 5000 are the most."
    ),
    ShapeFault.NOT_ON_EARTH: QT_TRANSLATE_NOOP(
        "Problem", "A point of {name} does not lie on the map. Check longitude and latitude, in this order."
    ),
    ShapeFault.CROSSES_ITSELF: QT_TRANSLATE_NOOP(
        "Problem", "The outline of {name} crosses itself. Move the corners until it does not."
    ),
    ShapeFault.TOO_SMALL: QT_TRANSLATE_NOOP("Problem", "The shape of {name} is smaller than a metre. Draw it larger."),
    ShapeFault.TOO_LARGE: QT_TRANSLATE_NOOP(
        "Problem",
        "The shape of {name} is too large. A circle may have a radius of 200 km, a corridor a width of 20 km, "
        "everything else a span of 20 degrees.",
    ),
}


def _size_fault(
    kind: GeofenceKind, lon_deg: tuple[float, ...], lat_deg: tuple[float, ...], radius_m: float
) -> ShapeFault | None:
    if kind in {GeofenceKind.CIRCLE, GeofenceKind.CORRIDOR}:
        largest = MAX_RADIUS_M if kind is GeofenceKind.CIRCLE else MAX_HALF_WIDTH_M
        if not radius_m >= MIN_SIZE_M:  # NaN as well
            return ShapeFault.TOO_SMALL
        if radius_m > largest:
            return ShapeFault.TOO_LARGE
        if kind is GeofenceKind.CIRCLE:
            return None
    east_m, north_m = metres(sum(lat_deg) / len(lat_deg))
    x = [lon * east_m for lon in lon_deg]
    y = [lat * north_m for lat in lat_deg]
    if kind is GeofenceKind.RECTANGLE:
        small = min(x[1] - x[0], y[1] - y[0]) < MIN_SIZE_M
    elif kind is GeofenceKind.CORRIDOR:
        small = sum(math.dist(p, q) for p, q in pairwise(zip(x, y, strict=True))) < MIN_SIZE_M
    else:
        small = _thickness_m(x, y) < MIN_SIZE_M
    return ShapeFault.TOO_SMALL if small else None


def _thickness_m(x: list[float], y: list[float]) -> float:
    """Return how far points reach aside of the line from the first to the one farthest from it."""
    far = max(range(len(x)), key=lambda i: math.hypot(x[i] - x[0], y[i] - y[0]))
    along_x, along_y = x[far] - x[0], y[far] - y[0]
    length = math.hypot(along_x, along_y)
    if length == 0:
        return 0.0
    return max(abs(along_x * (y[i] - y[0]) - along_y * (x[i] - x[0])) for i in range(len(x))) / length

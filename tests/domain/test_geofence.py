"""What can be a geofence, and when it holds."""

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LinearRing, Polygon

from laixi_transport.domain.geofence import (
    DAY_MINUTES,
    Geofence,
    GeofenceKind,
    ShapeFault,
    WeeklyHours,
    check,
    shape_fault,
)
from laixi_transport.domain.outline import crossing, metres
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import BEIJING

SQUARE = Geofence(
    name="货运站", kind=GeofenceKind.POLYGON, lon_deg=(120.0, 120.1, 120.1, 120.0), lat_deg=(36.0, 36.0, 36.1, 36.1)
)
CIRCLE = Geofence(name="学校", kind=GeofenceKind.CIRCLE, lon_deg=(120.5,), lat_deg=(36.9,), radius_m=300)
NAN = math.nan


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("kind", "points", "radius", "fault"),
    [
        (GeofenceKind.CIRCLE, [(120, 36)], 300.0, None),
        (GeofenceKind.CIRCLE, [], 300.0, ShapeFault.TOO_FEW_POINTS),
        (GeofenceKind.CIRCLE, [(120, 36), (121, 36)], 300.0, ShapeFault.TOO_MANY_POINTS),
        (GeofenceKind.CIRCLE, [(120, 36)], 0.5, ShapeFault.TOO_SMALL),
        (GeofenceKind.CIRCLE, [(120, 36)], NAN, ShapeFault.TOO_SMALL),
        (GeofenceKind.CIRCLE, [(120, 36)], 200_001.0, ShapeFault.TOO_LARGE),
        (GeofenceKind.CIRCLE, [(120, 91)], 300.0, ShapeFault.NOT_ON_EARTH),
        (GeofenceKind.CIRCLE, [(NAN, 36)], 300.0, ShapeFault.NOT_ON_EARTH),
        (GeofenceKind.RECTANGLE, [(120, 36), (120.1, 36.1)], 0.0, None),
        (GeofenceKind.RECTANGLE, [(120.1, 36), (120, 36.1)], 0.0, ShapeFault.TOO_SMALL),  # east is west of west
        (GeofenceKind.RECTANGLE, [(120, 36), (120.1, 36)], 0.0, ShapeFault.TOO_SMALL),
        (GeofenceKind.POLYGON, [(0, 0), (1, 0), (1, 1), (0, 1)], 0.0, None),
        (GeofenceKind.POLYGON, [(0, 0), (1, 0)], 0.0, ShapeFault.TOO_FEW_POINTS),
        (GeofenceKind.POLYGON, [(0, 0), (1, 1), (1, 0), (0, 1)], 0.0, ShapeFault.CROSSES_ITSELF),
        (GeofenceKind.POLYGON, [(0, 0), (1, 0), (1, 1), (1, 1), (0, 1)], 0.0, ShapeFault.CROSSES_ITSELF),
        (GeofenceKind.POLYGON, [(0, 0), (2, 0), (2, 2), (1, 0), (0, 2)], 0.0, ShapeFault.CROSSES_ITSELF),  # touches
        (GeofenceKind.POLYGON, [(0, 0), (1, 0), (2, 0)], 0.0, ShapeFault.TOO_SMALL),
        (GeofenceKind.POLYGON, [(0, 0), (21, 0), (0, 21)], 0.0, ShapeFault.TOO_LARGE),
        (GeofenceKind.CORRIDOR, [(120, 36), (120.1, 36.1)], 50.0, None),
        (GeofenceKind.CORRIDOR, [(0, 0), (1, 1), (1, 0), (0, 1)], 50.0, None),  # a road may cross itself
        (GeofenceKind.CORRIDOR, [(120, 36)], 50.0, ShapeFault.TOO_FEW_POINTS),
        (GeofenceKind.CORRIDOR, [(120, 36), (120, 36)], 50.0, ShapeFault.TOO_SMALL),
        (GeofenceKind.CORRIDOR, [(120, 36), (120.1, 36)], 10_001.0, ShapeFault.TOO_LARGE),
    ],
)
def test_a_shape_is_one_or_says_why_not(kind, points, radius, fault):
    lon, lat = tuple(p[0] for p in points), tuple(p[1] for p in points)
    assert shape_fault(kind, lon, lat, radius) is fault


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "  "}, "needs a name"),
        ({"name": "x" * 65}, "needs a name"),
        ({"note": "x" * 501}, "note on 货运站 is too long"),
        ({"limit_kmh": 0.0}, "speed limit of 货运站"),
        ({"limit_kmh": math.nan}, "speed limit of 货运站"),
        ({"valid_from": at("2026-06-10"), "valid_to": at("2026-06-10")}, "would end before"),
        ({"lon_deg": (120.0, 120.1, 120.0, 120.1)}, "crosses itself"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(change, said):
    check(SQUARE)
    with pytest.raises(Problem, match=said):
        check(replace(SQUARE, **change))


def test_hours_hold_on_their_days_in_the_time_of_the_county():
    school = replace(CIRCLE, hours=(WeeklyHours(7 * 60, 8 * 60 + 30, frozenset(range(5))),))
    assert school.valid_at(at("2026-06-10 07:00"))  # a Wednesday
    assert not school.valid_at(at("2026-06-10 06:59:59"))
    assert not school.valid_at(at("2026-06-10 08:30"))
    assert not school.valid_at(at("2026-06-13 07:30"))


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin():
    night = replace(CIRCLE, hours=(WeeklyHours(22 * 60, 6 * 60, frozenset({6})),))  # Sunday night
    assert night.valid_at(at("2026-06-14 23:00"))
    assert night.valid_at(at("2026-06-15 05:59"))
    assert not night.valid_at(at("2026-06-15 06:00"))
    assert not night.valid_at(at("2026-06-14 05:00"))


def test_a_fence_holds_from_its_first_moment_up_to_its_last_and_not_while_it_rests():
    fair = replace(CIRCLE, valid_from=at("2026-06-10"), valid_to=at("2026-06-12"))
    times = [
        at(text).timestamp() for text in ("2026-06-09 23:59:59", "2026-06-10", "2026-06-11 23:59:59", "2026-06-12")
    ]
    assert fair.valid(times).tolist() == [False, True, True, False]
    assert not replace(fair, enabled=False).valid(times).any()


@given(st.integers(0, DAY_MINUTES - 1), st.integers(1, DAY_MINUTES), st.sets(st.integers(0, 6), min_size=1))
def test_hours_hold_for_as_long_as_they_say_each_week(begin, end, days):
    fence = replace(CIRCLE, hours=(WeeklyHours(begin, end, frozenset(days)),))
    week = at("2026-06-08").timestamp() + 60.0 * np.arange(7 * DAY_MINUTES)
    assert fence.valid(week).sum() == len(days) * fence.hours[0].minutes


def test_hours_that_cannot_be_are_a_fault_of_the_program():
    for begin, end, days in ((0, 0, {1}), (1440, 5, {1}), (-1, 5, {1}), (0, 1441, {1}), (0, 5, set()), (0, 5, {7})):
        with pytest.raises(ValueError, match=r"days|minutes"):
            WeeklyHours(begin, end, frozenset(days))


def test_bounds_hold_the_whole_circle():
    west, south, east, north = CIRCLE.bounds
    east_m, north_m = metres(36.9)
    assert (east - west) * east_m >= 600 > (east - west) * east_m * 0.98
    assert (north - south) * north_m >= 600 > (north - south) * north_m * 0.98


coordinates = st.integers(-6, 6)  # few values, so that corners meet edges


@given(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9))
def test_a_ring_crosses_itself_where_shapely_says_that_it_is_not_simple(points):
    xy = np.array(points, float)
    simple = len(set(points)) > 2 and Polygon(points).is_valid and LinearRing(points).is_simple
    repeated = any(points[i - 1] == points[i] for i in range(len(points)))
    assert (crossing(xy[:, 0], xy[:, 1]) is None) == (simple and not repeated)

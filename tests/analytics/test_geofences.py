import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.geofences import GeofenceWatch, contains, crossings, meets_segment
from laixi_transport.domain.geofence import Geofence, GeofenceKind, WeeklyHours

LAT, LON = 36.86, 120.53
SCALE = metres_per_degree(LAT)


def lat(north_m):
    return LAT + np.asarray(north_m, np.float64) / SCALE.north_m


def lon(east_m):
    return LON + np.asarray(east_m, np.float64) / SCALE.east_m


def fence(kind, points, radius_m=0.0, **more):
    east, north = zip(*points, strict=True)
    return Geofence(
        name="yard",
        kind=GeofenceKind(kind),
        lon_deg=tuple(map(float, lon(east))),
        lat_deg=tuple(map(float, lat(north))),
        radius_m=radius_m,
        **more,
    )


CIRCLE = fence("circle", [(0, 0)], 100)
SQUARE = fence("rectangle", [(-100, -100), (100, 100)])
ROAD = fence("corridor", [(-1000, 0), (0, 0), (0, 1000)], 20)
HOOK = fence("polygon", [(0, 0), (300, 0), (300, 300), (200, 300), (200, 100), (100, 100), (100, 300), (0, 300)])


@pytest.mark.parametrize(
    ("zone", "inside", "outside"),
    [
        (CIRCLE, [(0, 0), (99, 0), (70, 70)], [(101, 0), (72, 72)]),
        (SQUARE, [(99, 99), (-99, 0)], [(101, 0), (0, -101)]),
        (ROAD, [(-500, 19), (14, -14), (-1019, 0), (19, 900)], [(-500, 21), (15, -15), (-1021, 0)]),
        (HOOK, [(50, 250), (150, 50), (250, 290)], [(150, 200), (301, 50), (150, 101)]),
    ],
)
def test_places_lie_in_a_shape_or_not(zone, inside, outside):
    for points, expected in ((inside, True), (outside, False)):
        east, north = np.array(points).T
        assert contains(zone, lat(north), lon(east)).tolist() == [expected] * len(points)


def test_the_shape_of_the_answer_is_that_of_the_question():
    assert contains(CIRCLE, np.full((2, 3), LAT), LON).shape == (2, 3)
    assert contains(CIRCLE, np.nan, LON).item() is False


def test_shapes_go_over_180_degrees():
    across = Geofence(name="a", kind=GeofenceKind.POLYGON, lon_deg=(179.9, -179.9, -179.9, 179.9), lat_deg=(1, 1, 2, 2))
    assert contains(across, [1.5, 1.5, 1.5], [179.95, -179.95, 0.0]).tolist() == [True, True, False]
    assert meets_segment(across, 1.5, 179.8, 1.5, -179.8)
    found = crossings(across, np.array([0, 300]), np.array([1.5, 1.5]), np.array([179.8, -179.8]))
    assert [(c.entered, c.time_s) for c in found] == [(True, pytest.approx(75)), (False, pytest.approx(225))]
    assert found[1].lon_deg == pytest.approx(-179.9)


@pytest.mark.parametrize("zone", [CIRCLE, SQUARE])
def test_a_zone_passed_between_two_fixes_is_found_with_the_time(zone):
    found = crossings(zone, np.array([0, 10]), lat([10, 10]), lon([-500, 500]))
    east = 100 if zone is SQUARE else np.sqrt(100**2 - 10**2)
    assert [c.entered for c in found] == [True, False]
    assert [c.time_s for c in found] == pytest.approx([(500 - east) / 100, (500 + east) / 100], abs=1e-3)
    assert found[0].lon_deg == pytest.approx(float(lon(-east)), abs=1e-7)
    assert {c.after for c in found} == {1}


def test_a_corridor_is_left_where_it_bends_and_the_vehicle_does_not():
    [leaving] = crossings(ROAD, np.array([0, 10]), lat([10, 10]), lon([-500, 500]))
    assert (leaving.entered, leaving.time_s) == (False, pytest.approx(5.2, abs=1e-3))


def test_a_bay_in_the_outline_is_left_and_entered_again():
    found = crossings(HOOK, np.array([0, 500]), lat([200, 200]), lon([-100, 400]), gap_s=1000)
    assert [(c.entered, round(c.time_s)) for c in found] == [(True, 100), (False, 200), (True, 300), (False, 400)]


def test_noise_at_the_border_is_no_coming_and_going():
    rng = np.random.default_rng(2)
    east = 100 + rng.normal(0, 4, 500)
    assert crossings(SQUARE, np.arange(500) * 10, lat(np.zeros(500)), lon(east)) == []
    flapping = crossings(SQUARE, np.arange(500) * 10, lat(np.zeros(500)), lon(east), margin_m=0)
    assert len(flapping) > 100


def test_a_crossing_has_the_time_at_the_border_however_late_it_is_settled():
    east = np.array([-150, -105, -95, -90, -50, 0])
    [entry] = crossings(SQUARE, np.arange(6) * 10, lat(np.zeros(6)), lon(east))
    assert (entry.entered, entry.after, entry.time_s) == (True, 2, pytest.approx(15, abs=0.01))


def test_a_gap_is_not_bridged():
    assert crossings(SQUARE, np.array([0, 301]), lat([0, 0]), lon([-500, 500])) == []
    [entry] = crossings(SQUARE, np.array([0, 301]), lat([0, 0]), lon([-500, 0]))
    assert (entry.entered, entry.seen, entry.time_s) == (True, False, 301)


def test_crossings_count_only_while_the_fence_holds():
    morning = dt.datetime(2026, 6, 8, 7, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))  # a Monday
    begin = morning.timestamp()
    east = np.tile([-500, 0], 4)
    time_s = begin + np.arange(8) * 200  # 07:00 to 07:23
    zone = fence("circle", [(0, 0)], 100, hours=(WeeklyHours(7 * 60 + 5, 7 * 60 + 10),))
    found = crossings(zone, time_s, lat(np.zeros(8)), lon(east))
    assert [(c.entered, 300 <= c.time_s - begin < 600) for c in found] == [
        (True, True)
    ]  # of the entries at 160, 560 and 960 s one


def test_a_corridor_without_width_is_met_where_its_line_is():
    line = fence("corridor", [(-100, 0), (100, 0)], 0)
    assert meets_segment(line, *map(float, (lat(-50), lon(0), lat(50), lon(0))))
    assert not meets_segment(line, *map(float, (lat(5), lon(0), lat(50), lon(0))))


zones = st.sampled_from([CIRCLE, SQUARE, ROAD, HOOK])
fixes = st.lists(
    st.tuples(st.sampled_from([0, 1, 10, 300, 301]), st.floats(-60, 60), st.floats(-60, 60), st.booleans()),
    min_size=1,
    max_size=40,
)


@given(zone=zones, drawn=fixes, margin_m=st.sampled_from([0.0, 5.0, 15.0]), scale=st.sampled_from([0.3, 3.0, 20.0]))
@settings(max_examples=150)
def test_stepping_through_a_track_finds_what_the_array_function_finds(zone, drawn, margin_m, scale):
    step_s, east, north, home = (np.array(column) for column in zip(*drawn, strict=True))
    time_s = np.cumsum(step_s).astype(np.float64)
    x = np.where(home, 90.0, np.cumsum(east) * scale)
    y = np.where(home, 20.0, np.cumsum(north) * scale)
    watch = GeofenceWatch(zone, margin_m=margin_m)
    track = time_s, lat(y), lon(x)
    stepped = [crossing for fix in zip(*track, strict=True) for crossing in watch.step(*map(float, fix))]
    found = crossings(zone, *track, margin_m=margin_m)
    assert found == stepped
    assert all(a.entered is not b.entered for a, b in pairwise(found))


@given(zone=zones, x=st.floats(-400, 400), y=st.floats(-400, 400))
def test_a_segment_meets_a_shape_that_holds_its_end(zone, x, y):
    end = float(lat(y)), float(lon(x))
    if contains(zone, *end):
        assert meets_segment(zone, *end, *map(float, (lat(5000), lon(5000))))

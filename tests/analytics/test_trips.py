from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.stops import movement
from laixi_transport.analytics.trips import MotionWatch, TripRules, motion_changes, trips, trips_and_rests

RULES = TripRules(least_m=500, least_s=300, parking_s=180, gap_s=900)


def test_a_trip_lasts_from_the_first_moving_sample_to_the_first_standing_one():
    time_s = np.arange(12) * 60
    moving = [False, False, True, True, True, False, False, False, False, False, False, False]
    way_m = [0, 0, 0, 1000, 2000, 3000, 3000, 3000, 3000, 3000, 3000, 3000]
    [trip], rests = trips_and_rests(time_s, moving, way_m, speed_kmh=36.0, rules=RULES)
    assert (trip.first, trip.last, trip.distance_m, trip.peak_kmh) == (2, 5, 3000, 36)
    assert trip.mean_kmh == pytest.approx(60)
    assert [(rest.first, rest.last) for rest in rests] == [(0, 2), (5, 11)]


def test_standing_for_a_red_light_ends_no_trip():
    moving = [True] * 5 + [False] * 2 + [True] * 5
    found, rests = trips_and_rests(np.arange(12) * 60, moving, np.arange(12) * 500.0, rules=RULES)
    assert [(trip.first, trip.last) for trip in found] == [(0, 11)]
    assert rests == ()


def test_moving_a_little_in_the_yard_is_no_trip():
    moving = [False] * 5 + [True] + [False] * 5
    found, rests = trips_and_rests(np.arange(11) * 60, moving, np.repeat([0.0, 80.0], [6, 5]), rules=RULES)
    assert found == ()
    assert [(rest.first, rest.last) for rest in rests] == [(0, 10)]


def test_a_trip_ends_where_the_silence_begins():
    time_s = [0, 60, 120, 180, 2000, 2060, 2120, 2180, 2240, 2300]
    found, rests = trips_and_rests(time_s, [True] * 10, np.arange(10) * 400.0, rules=RULES)
    assert [(trip.first, trip.last) for trip in found] == [(0, 3), (4, 9)]
    assert [(rest.begin_s, rest.end_s) for rest in rests] == [(180, 2000)]


def test_with_the_ignition_off_a_stop_is_one_at_once():
    moving = [True, True, False, False, True, True]
    off = [1, 1, 0, 0, 1, 1]
    rules = TripRules(least_m=10, least_s=300, parking_s=180, gap_s=900, use_ignition=True)
    assert len(trips_and_rests(np.arange(6) * 30, moving, np.arange(6) * 100.0, off, rules=rules)[0]) == 2
    assert len(trips_and_rests(np.arange(6) * 30, moving, np.arange(6) * 100.0, off, rules=RULES)[0]) == 1


def test_time_that_goes_back_is_refused():
    with pytest.raises(ValueError, match="decrease"):
        motion_changes([10, 0], [True, True], [0, 0])
    watch = MotionWatch()
    watch.step(10, True, 0)
    with pytest.raises(ValueError, match="decrease"):
        watch.step(0, True, 0)


def test_a_track_has_trips_from_where_it_set_off_to_where_it_stood(make_track):
    time_s = np.arange(0, 3000, 10)
    driving = ((time_s >= 600) & (time_s < 1200)) | ((time_s >= 1320) & (time_s < 1800))
    east_m = np.append(0.0, np.cumsum(driving[:-1] * 100.0))
    track = make_track(time_s, east_m, np.where(driving, 36, 0))
    [trip] = trips(track, movement(track), east_m)
    assert (trip.begin_s, trip.end_s) == (590, 1800)  # the last standing sample, the first standing one
    assert trip.distance_m == pytest.approx(10_800, rel=0.02)


def test_no_trip_of_a_track_reaches_over_a_gap(make_track):
    time_s = np.append(np.arange(0, 600, 10), np.arange(1200, 1800, 10))
    track = make_track(time_s, time_s * 10.0, 36)
    found = trips(track, movement(track), time_s * 10.0)
    assert [(trip.begin_s, trip.end_s) for trip in found] == [(0, 590), (1200, 1790)]


samples = st.lists(
    st.tuples(
        st.sampled_from([0, 10, 60, 120, 299, 300, 900, 4000]),
        st.booleans(),
        st.sampled_from([0.0, 30.0, 250.0, 600.0]),
        st.sampled_from([-1, 0, 1]),
    ),
    max_size=60,
)
rules = st.builds(
    TripRules,
    least_m=st.sampled_from([0.0, 100.0, 500.0]),
    least_s=st.sampled_from([0.0, 60.0, 300.0]),
    parking_s=st.sampled_from([0.0, 60.0, 300.0]),
    gap_s=st.sampled_from([0.0, 300.0, 900.0]),
    use_ignition=st.booleans(),
)


@given(drawn=samples, rules=rules)
def test_stepping_through_a_track_finds_what_the_array_function_finds(drawn, rules):
    step_s, moving, grown_m, ignition = zip(*drawn, strict=True) if drawn else ((),) * 4
    time_s, way_m = np.cumsum(step_s), np.cumsum(grown_m)
    watch = MotionWatch(rules)
    changes = []
    known = {-1: None, 0: False, 1: True}
    for i in range(len(drawn)):
        change = watch.step(float(time_s[i]), moving[i], float(way_m[i]), known[ignition[i]])
        changes += [change] if change else []
    begun, found = motion_changes(time_s, moving, way_m, ignition, rules)
    assert found == changes
    assert not drawn or begun is moving[0]


@given(drawn=samples)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_trips_and_rests_follow_each_other_without_a_hole(drawn):
    if not drawn:
        return
    step_s, moving, grown_m, _ = zip(*drawn, strict=True)
    found, rests = trips_and_rests(np.cumsum(step_s), moving, np.cumsum(grown_m), rules=RULES)
    parts = sorted((part.first, part.last) for part in (*found, *rests))
    assert parts[0][0] == 0
    assert parts[-1][1] == len(drawn) - 1
    assert all(before[1] == after[0] for before, after in pairwise(parts))

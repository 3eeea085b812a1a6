import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.spatial_motion import SpatialMotionWatch, SpatialRules, spatial_changes

LAT = 36.86


def places(time_s, east_m):
    east = np.asarray(east_m, np.float64) / metres_per_degree(LAT).east_m
    return np.asarray(time_s, np.float64), np.full(len(time_s), LAT), 120.5 + east


def test_it_set_off_at_the_last_fix_before_the_way_and_stopped_when_all_fixes_are_near():
    time_s = np.arange(0, 1200, 30)
    east_m = np.clip((time_s - 300) * 10.0, 0, 3000)
    found = spatial_changes(*places(time_s, east_m))
    assert [(change.moving, change.time_s) for change in found] == [(True, 300), (False, 810)]


def test_wandering_while_parked_is_no_departure():
    rng = np.random.default_rng(4)
    assert spatial_changes(*places(np.arange(0, 7200, 10), rng.normal(0, 15, 720))) == []


def test_a_displacement_over_a_long_silence_is_a_trip_that_nobody_saw():
    found = spatial_changes(*places([0, 60, 9000, 9060], [0, 0, 20_000, 20_000]))
    assert [(change.moving, change.time_s) for change in found] == [(True, 60), (False, 9000)]


def test_creeping_over_a_long_silence_is_no_trip_of_its_own():
    found = spatial_changes(*places([0, 9000, 9200], [0, 300, 300]))
    assert [(change.moving, change.time_s) for change in found] == [(True, 9000)]


def test_time_that_goes_back_is_refused():
    with pytest.raises(ValueError, match="decrease"):
        spatial_changes(*places([10, 0], [0, 0]))


@given(
    drawn=st.lists(
        st.tuples(st.sampled_from([0, 10, 60, 179, 180, 181, 4000]), st.sampled_from([0, 5, 90, 199, 250, -300, 9000])),
        max_size=50,
    ),
    under_way=st.booleans(),
    stay_s=st.sampled_from([60.0, 180.0]),
)
def test_stepping_through_a_track_finds_what_the_array_function_finds(drawn, under_way, stay_s):
    step_s, step_m = zip(*drawn, strict=True) if drawn else ((), ())
    track = places(np.cumsum(step_s), np.cumsum(step_m))
    rules = SpatialRules(stay_s=stay_s)
    watch = SpatialMotionWatch(rules, under_way=under_way)
    changes = [change for fix in zip(*track, strict=True) for change in watch.step(*map(float, fix))]
    assert spatial_changes(*track, rules, under_way=under_way) == changes

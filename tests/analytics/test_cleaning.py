import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.cleaning import CleaningRules, CleaningWatch, Doubt, believed, clean, with_drift
from laixi_transport.analytics.stops import movement

time_s = np.arange(0, 600, 10)


def found(doubts, doubt):
    return np.flatnonzero(doubts == doubt).tolist()


def test_a_jump_away_and_back_is_found_and_its_neighbours_are_believed(make_track):
    east = time_s * 10.0
    east[20] += 400
    doubts = clean(make_track(time_s, east, 36))
    assert found(doubts, Doubt.JUMP) == [20]
    assert believed(doubts).sum() == 59


def test_a_small_jump_aside_is_found_at_speed(make_track):
    north = np.zeros(60)
    north[30] = 100
    assert found(clean(make_track(time_s, time_s * 20.0, 72, north_m=north)), Doubt.JUMP) == []
    north[30] = 150
    assert found(clean(make_track(time_s, time_s * 20.0, 72, north_m=north)), Doubt.JUMP) == [30]


def test_several_fixes_in_a_row_that_lie_away_have_jumped_together(make_track):
    east = time_s * 10.0
    east[20:24] += 3000
    assert found(clean(make_track(time_s, east, 36)), Doubt.JUMP) == [20, 21, 22, 23]


def test_a_vehicle_that_was_carried_off_is_believed_and_the_step_is_shown(make_track):
    east = np.where(time_s < 300, 0.0, 5000.0)
    doubts = clean(make_track(time_s, east, 0))
    assert believed(doubts).all()
    assert found(doubts, Doubt.TOO_FAST) == [30]


@pytest.mark.parametrize("away", [slice(0, 5), slice(20, 40)])
def test_fixes_after_a_false_place_are_believed_though_it_lies_ahead(make_track, away):
    """A terminal that wakes up tells its old place for a while; each fix on the way there is a detour over it."""
    east = time_s * 10.0
    east[away] += 40_000
    doubts = clean(make_track(time_s, east, 36))
    assert believed(doubts)[away.stop :].all()
    assert found(doubts, Doubt.TOO_FAST)[-1] == away.stop


def test_a_step_that_the_reported_speeds_do_not_explain_is_unsure(make_track):
    east = np.where(time_s < 300, 0.0, 200.0)
    doubts = clean(make_track(time_s, east, 0))
    assert found(doubts, Doubt.UNSURE) == [30]
    assert believed(doubts).all()


def test_a_real_turn_back_is_believed(make_track):
    east = np.where(time_s < 300, time_s, 600 - time_s) * 20.0
    assert not clean(make_track(time_s, east, 72)).any()


def test_a_turn_back_is_believed_though_all_speeds_are_wrong(make_track):
    east = np.where(time_s < 300, time_s, 600 - time_s) * 20.0
    assert found(clean(make_track(time_s, east, 0)), Doubt.JUMP) == []
    assert not clean(make_track(time_s, east, np.nan)).any()


def test_noise_of_the_receiver_is_believed(make_track):
    east = np.random.default_rng(5).normal(0, 8, len(time_s))
    assert not clean(make_track(time_s, east, 0)).any()


def test_reports_without_a_fix_are_no_witnesses(make_track):
    located = time_s != 200
    east = np.where(located, time_s * 10.0, 1e6)
    doubts = clean(make_track(time_s, east, 36, located=located))
    assert found(doubts, Doubt.NOT_LOCATED) == [20]
    assert doubts.sum() == Doubt.NOT_LOCATED


def test_an_unknown_speed_does_not_hide_a_jump(make_track):
    east = np.zeros(len(time_s))
    east[20] = 500
    assert found(clean(make_track(time_s, east, np.nan)), Doubt.JUMP) == [20]


def test_the_first_and_the_last_fix_have_one_witness_and_are_believed(make_track):
    east = np.zeros(60)
    east[[0, 59]] = 900
    assert believed(clean(make_track(time_s, east, 0))).all()


def test_wrong_clocks_wrong_order_and_places_that_are_none_have_their_reasons(make_track):
    track = make_track([0, 10, 10, 5, 20, 30, 40], 0, 0)
    track.lat_deg[4] = track.lon_deg[4] = 0.0
    track.lat_deg[5] = 120.0
    doubts = clean(track, newest_s=30, rules=CleaningRules(future_s=5))
    assert [Doubt(doubt).name for doubt in doubts] == [
        "NONE", "NONE", "DUPLICATE", "BACKWARDS", "NO_PLACE", "NO_PLACE", "FUTURE",
    ]  # fmt: skip
    assert believed(doubts).tolist() == [True, True, True, False, False, False, False]


def test_fixes_that_wander_about_a_stop_are_drift(make_track):
    rng = np.random.default_rng(1)
    east = rng.normal(0, 3, 60)
    east[[10, 40]] = 25
    track = make_track(time_s, east, 0)
    doubts = with_drift(clean(track), track, movement(track).stops)
    assert found(doubts, Doubt.DRIFT) == [10, 40]
    assert believed(doubts).all()


samples = st.lists(
    st.tuples(
        st.sampled_from([-5, 0, 1, 10, 10, 10, 30, 300]),
        st.sampled_from([0.0, 0.0, 10.0, 100.0, 100.0, 400.0, 3000.0]),
        st.sampled_from([0.0, 0.0, 90.0, 2000.0]),
        st.sampled_from([0.0, 36.0, 36.0, 90.0, np.nan]),
        st.sampled_from([True, True, True, True, False]),
    ),
    max_size=50,
)


@given(drawn=samples, away=st.sampled_from([1, 2, 5]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_stepping_through_a_track_finds_what_the_array_function_finds(make_track, drawn, away):
    step_s, step_m, north, speed, located = zip(*drawn, strict=True) if drawn else ((),) * 5
    rules = CleaningRules(away=away, future_s=100)
    track = make_track(
        1000 + np.cumsum(step_s), np.cumsum(step_m), speed, north_m=np.array(north), located=np.array(located, bool)
    )
    watch = CleaningWatch(rules=rules)
    doubts = []
    for i in range(len(track)):
        doubts += watch.step(
            float(track.time_s[i]),
            float(track.lat_deg[i]),
            float(track.lon_deg[i]),
            float(track.speed_kmh[i]),
            located=bool(track.located[i]),
            newest_s=1500,
        )
    doubts += watch.flush()
    assert clean(track, newest_s=1500, rules=rules).tolist() == doubts


@pytest.mark.parametrize("n", [0, 1, 2])
def test_short_tracks_are_believed(make_track, n):
    assert believed(clean(make_track(np.arange(n) * 10, 0, 0))).all()

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.overspeed import OverspeedWatch, overspeed

speeds = st.one_of(st.floats(0, 200), st.just(float("nan")), st.sampled_from([60.0, 60.1, 59.9]))
limits = st.one_of(st.sampled_from([40.0, 60.0, 80.0]), st.just(float("nan")))
samples = st.lists(st.tuples(st.integers(0, 120), speeds, limits), max_size=60)


def as_arrays(drawn):
    step, speed, limit = zip(*drawn, strict=True) if drawn else ((), (), ())
    return np.cumsum(np.array(step, np.int64)), np.array(speed, float), np.array(limit, float)


def test_stretch_above_limit_is_one_episode():
    [found] = overspeed(np.arange(0, 60, 10), np.array([50, 70, 80, 75, 50, 50.0]), 60, hold_s=10, gap_s=30)
    assert (found.first, found.worst, found.last) == (1, 2, 3)
    assert (found.begin_s, found.end_s, found.duration_s) == (10, 30, 20)
    assert found.peak_kmh == 80
    assert found.worst_excess == pytest.approx(1 / 3)


@pytest.mark.parametrize("speed", [[60, 60.0], [np.nan, np.nan]], ids=["at the limit", "unknown speed"])
def test_no_episode(speed):
    assert overspeed(np.array([0, 10]), np.array(speed), 60, hold_s=0, gap_s=30) == []


def test_unknown_limit_is_never_exceeded():
    assert overspeed(np.array([0, 10]), np.array([200.0, 200.0]), np.nan, hold_s=0, gap_s=30) == []


def test_shorter_than_the_hold_is_no_episode_and_exactly_the_hold_is_one():
    time_s = np.array([0, 10, 20])
    speed = np.array([70.0, 70, 50])
    assert overspeed(time_s, speed, 60, hold_s=10.5, gap_s=30) == []
    assert len(overspeed(time_s, speed, 60, hold_s=10, gap_s=30)) == 1


def test_silence_splits_an_episode():
    found = overspeed(np.array([0, 10, 400, 410]), np.full(4, 90.0), 60, hold_s=10, gap_s=30)
    assert [(e.first, e.last) for e in found] == [(0, 1), (2, 3)]


def test_step_of_exactly_the_gap_does_not_split():
    assert len(overspeed(np.array([0, 30, 60]), np.full(3, 90.0), 60, hold_s=10, gap_s=30)) == 1


def test_worst_is_judged_against_the_limit_of_its_place():
    [found] = overspeed(np.array([0, 10, 20]), np.array([100.0, 70, 90]), [80, 40, 60.0], hold_s=0, gap_s=30)
    assert (found.worst, found.limit_kmh, found.peak_kmh) == (1, 40, 100)
    assert found.worst_excess == pytest.approx(0.75)


def test_reports_of_one_second_are_taken_in_their_order():
    found = overspeed(np.array([0, 10, 10, 20]), np.array([70, 70, 50, 70.0]), 60, hold_s=5, gap_s=30)
    assert [(e.first, e.last) for e in found] == [(0, 1)]


@pytest.mark.parametrize(
    ("speed", "limit", "fault"),
    [([1.0, 2.0, 3.0], 60, "shape"), ([1.0, 2.0], 0, "positive"), ([1.0, 2.0], [60, -1], "positive")],
)
def test_wrong_arguments_are_named(speed, limit, fault):
    with pytest.raises(ValueError, match=fault):
        overspeed(np.array([0, 10]), np.array(speed), limit)


def test_time_must_not_decrease():
    with pytest.raises(ValueError, match="decrease"):
        overspeed(np.array([10, 0]), np.zeros(2), 60)
    watch = OverspeedWatch()
    watch.step(10, 0, 60)
    with pytest.raises(ValueError, match="decrease"):
        watch.step(9, 0, 60)


def test_empty_track():
    assert overspeed(np.empty(0, np.int64), np.empty(0), 60) == []


@given(samples)
def test_episodes_hold_every_sample_above_the_limit_once(drawn):
    time_s, speed, limit = as_arrays(drawn)
    covered = np.zeros(len(time_s), int)
    for e in overspeed(time_s, speed, limit, hold_s=0, gap_s=30):
        covered[e.first : e.last + 1] += 1
    assert (covered == (speed > limit)).all()


@given(samples, st.integers(0, 60), st.integers(1, 90))
def test_watching_sample_by_sample_equals_the_array_function_at_every_moment(drawn, hold_s, gap_s):
    time_s, speed, limit = as_arrays(drawn)
    watch = OverspeedWatch(hold_s=hold_s, gap_s=gap_s)
    ended = []
    for i in range(len(time_s)):
        if (episode := watch.step(float(time_s[i]), float(speed[i]), float(limit[i]))) is not None:
            ended.append(episode)
        so_far = ended + ([watch.ongoing] if watch.ongoing else [])
        assert so_far == overspeed(time_s[: i + 1], speed[: i + 1], limit[: i + 1], hold_s=hold_s, gap_s=gap_s)


@given(samples, st.integers(0, 60))
def test_no_episode_is_shorter_than_the_hold_nor_bridges_a_silence(drawn, hold_s):
    time_s, speed, limit = as_arrays(drawn)
    for e in overspeed(time_s, speed, limit, hold_s=hold_s, gap_s=40):
        assert e.duration_s >= hold_s
        assert (np.diff(time_s[e.first : e.last + 1]) <= 40).all()
        assert e.worst_excess > 0


def test_who_reports_more_seldom_than_the_gap_has_fast_samples_but_no_episode():
    """Nobody saw the minutes between; decision 0009."""
    speed = np.full(20, 90.0)
    assert overspeed(np.arange(20.0) * 61, speed, 60.0) == []
    assert len(overspeed(np.arange(20.0) * 60, speed, 60.0)) == 1
    assert len(overspeed(np.arange(20.0) * 61, speed, 60.0, gap_s=61)) == 1

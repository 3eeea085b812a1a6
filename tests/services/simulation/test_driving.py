"""Driving along a way: limits kept, stops made, nothing jumps."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.services.simulation.motion import KMH_PER_MPS, TURN_KMH, Run, drive
from laixi_transport.services.simulation.network import M_PER_DEG_LAT, M_PER_DEG_LON, Way, way_along

UP, DOWN = 0.9, 1.1


def straight(length_m: float) -> Way:
    """Return a way to the north."""
    return way_along([(120.5, 36.8), (120.5, 36.8 + length_m / M_PER_DEG_LAT)], [50.0])


def run_over(way: Way, limits: list[tuple[float, float]], waits: dict[float, float]) -> Run:
    return drive(way, 1000.0, limits_mps=limits, waits=waits, speeding_up=UP, slowing_down=DOWN)


def test_a_short_run_is_the_one_of_the_textbook() -> None:
    # 1000 m at 10 m/s with 1 m/s² both ways: 10 s and 50 m up, 90 s level, 10 s and 50 m down.
    run = drive(straight(1000), 0.0, limits_mps=[(0.0, 10.0)], waits={}, speeding_up=1.0, slowing_down=1.0)
    assert run.end_s == pytest.approx(110.0, abs=0.01)
    assert run.moment(10).along_m == pytest.approx(50, abs=0.01)
    assert run.moment(55).along_m == pytest.approx(500, abs=0.01)
    assert run.moment(105).speed_mps == pytest.approx(5, abs=0.01)
    assert run.moment(200).along_m == pytest.approx(1000)


@settings(max_examples=60, deadline=None)
@given(
    st.floats(200, 6000),
    st.lists(st.floats(3, 30), min_size=1, max_size=8),
    st.dictionaries(st.floats(10, 5900), st.floats(1, 60), max_size=6),
)
def test_limits_and_accelerations_hold_and_nothing_jumps(
    length_m: float, tops: list[float], waits: dict[float, float]
) -> None:
    way = straight(length_m)
    limits = [(k * length_m / len(tops), top) for k, top in enumerate(tops)]
    run = run_over(way, limits, waits)
    before = run.moment(run.begin_s)
    assert before.along_m == before.speed_mps == 0
    step_s = 0.5
    for k in range(1, int((run.end_s - run.begin_s) / step_s)):
        moment = run.moment(run.begin_s + k * step_s)
        gone = moment.along_m - before.along_m
        assert -1e-6 <= gone <= max(tops) * step_s + 1e-3
        change = (moment.speed_mps - before.speed_mps) / step_s
        assert -DOWN - 1e-6 <= change <= UP + 1e-6
        assert moment.speed_mps <= max(tops) + 1e-6
        before = moment
    assert run.moment(run.end_s).along_m == pytest.approx(way.length_m)


def test_a_stop_is_stood_at_for_its_time() -> None:
    run = run_over(straight(2000), [(0.0, 15.0)], {800.0: 25.0})
    standing = [t for t in range(1000, int(run.end_s)) if run.moment(t).speed_mps == 0]
    assert 25 <= len(standing) <= 27, "and the first second of the run"
    assert all(math.isclose(run.moment(t).along_m, 800, abs_tol=0.01) for t in standing[1:])


def test_a_sharp_bend_is_taken_slowly() -> None:
    corner = (120.5 + 1000 / M_PER_DEG_LON, 36.8)
    way = way_along([(120.5, 36.8), corner, (corner[0], 36.8 + 1000 / M_PER_DEG_LAT)], [60.0, 60.0])
    run = run_over(way, [(0.0, 16.0)], {})
    speeds = [(run.moment(1000 + k / 10)) for k in range(int((run.end_s - 1000) * 10))]
    at_bend = min(speeds, key=lambda moment: abs(moment.along_m - 1000))
    assert at_bend.speed_mps <= TURN_KMH / KMH_PER_MPS + 0.2
    assert max(moment.speed_mps for moment in speeds) == pytest.approx(16.0)

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.distance import distance
from laixi_transport.analytics.stops import movement


def drive(begin_s, seconds, from_m, kmh, step_s=10):
    """Return times, eastings and speeds of a drive at constant speed, without its last moment."""
    time_s = np.arange(0, seconds, step_s)
    return begin_s + time_s, from_m + time_s * kmh / 3.6, np.full(len(time_s), float(kmh))


def join(*parts):
    return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))


def test_a_stay_between_two_drives(make_track):
    there = drive(0, 600, 0, 36)
    stay = drive(600, 300, 6000, 0)
    on = drive(900, 600, 6000, 36)
    found = movement(make_track(*join(there, stay, on)))
    [stop] = found.stops
    assert stop.begin_s == pytest.approx(600, abs=10)
    assert stop.end_s == pytest.approx(900, abs=10)
    assert [round(s.distance_m, -2) for s in found.stretches] == [6000, 5900]
    assert found.gaps == ()


def test_a_red_light_is_no_stop(make_track):
    found = movement(make_track(*join(drive(0, 600, 0, 36), drive(600, 60, 6000, 0), drive(660, 600, 6000, 36))))
    assert found.stops == ()
    assert len(found.stretches) == 1


def test_silence_is_a_gap_and_nothing_reaches_over_it(make_track):
    before = drive(0, 300, 0, 0)
    after = drive(4000, 300, 0, 0)
    found = movement(make_track(*join(before, after)))
    assert [(g.begin_s, g.end_s) for g in found.gaps] == [(290, 4000)]
    assert [(s.begin_s, s.end_s) for s in found.stops] == [(0, 290), (4000, 4290)]


def test_a_step_of_exactly_the_gap_is_bridged(make_track):
    found = movement(make_track([0, 300, 600], 0, 0), gap_s=300)
    assert found.gaps == ()
    assert [(s.begin_s, s.end_s) for s in found.stops] == [(0, 600)]


def test_silence_while_it_drove_on_shows_how_far_it_came(make_track):
    found = movement(make_track([0, 10, 1000, 1010], [0, 100, 9000, 9100], 36))
    [gap] = found.gaps
    assert (gap.first, gap.last) == (1, 2)
    assert gap.straight_m == pytest.approx(8900, rel=1e-3)
    assert sum(s.distance_m for s in found.stretches) == pytest.approx(200, rel=1e-3)


def test_a_parked_receiver_that_wanders_and_shows_speed_is_one_stop(make_track):
    rng = np.random.default_rng(7)
    n = 720
    time_s = np.arange(n) * 10
    drift = np.zeros((2, n))
    for i in range(1, n):
        drift[:, i] = 0.95 * drift[:, i - 1] + rng.normal(0, 3, 2)
    speed = np.where(rng.random(n) < 0.3, rng.uniform(3, 12, n), 0)
    found = movement(make_track(time_s, drift[0], speed, north_m=drift[1]))
    assert len(found.stops) == 1
    assert found.stops[0].first <= 3
    assert found.stops[0].duration_s >= 7100


def test_speed_that_is_always_wrong_does_not_hide_a_stop(make_track):
    found = movement(make_track(np.arange(0, 600, 10), np.tile([0.0, 8.0], 30), 9.0))
    assert [(s.begin_s, s.end_s) for s in found.stops] == [(0, 590)]


def test_creeping_in_a_jam_is_not_standing(make_track):
    time_s = np.arange(0, 3600, 10)
    found = movement(make_track(time_s, time_s * 2.5 / 3.6, 2.5))  # 2.5 km in an hour
    assert found.stops == ()
    assert found.stretches[0].distance_m == pytest.approx(2493, rel=0.01)


def test_a_single_jump_does_not_break_a_stop(make_track):
    east = np.zeros(60)
    east[30] = 2000
    found = movement(make_track(np.arange(60) * 10, east, 0))
    assert [(s.first, s.last) for s in found.stops] == [(0, 59)]
    assert found.stops[0].lon_deg == pytest.approx(120.53)


def test_reports_without_a_fix_are_a_gap_when_they_last(make_track):
    time_s = np.arange(0, 2000, 10)
    located = (time_s < 500) | (time_s >= 1500)
    found = movement(make_track(time_s, np.where(located, 0, 5e6), 0, located=located))
    assert [(g.begin_s, g.end_s) for g in found.gaps] == [(490, 1500)]
    assert len(found.stops) == 2


@pytest.mark.parametrize("bad", [0, -1])
def test_no_line_is_measured_to_a_place_that_is_none(make_track, bad):
    track = make_track(np.arange(0, 600, 10), np.arange(0, 600, 10) * 10.0, 36.0)
    track.lat_deg[bad] = track.lon_deg[bad] = 0.0
    parts = movement(track)
    [gap] = parts.gaps
    assert np.isnan(gap.straight_m)
    assert gap.after_fix == (bad == -1)
    assert distance(track, parts).unseen_km == 0.0


def test_a_short_loss_of_the_fix_is_bridged(make_track):
    time_s = np.arange(0, 600, 10)
    found = movement(make_track(time_s, 0, 0, located=(time_s < 200) | (time_s >= 260)))
    assert found.gaps == ()
    assert [(s.begin_s, s.end_s) for s in found.stops] == [(0, 590)]


def test_a_track_without_any_fix_is_one_gap(make_track):
    found = movement(make_track([0, 10, 20], 0, 0, located=False))
    assert (found.stops, found.stretches) == ((), ())
    assert [(g.first, g.last) for g in found.gaps] == [(0, 2)]
    assert np.isnan(found.gaps[0].straight_m)


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_is_said_of_less_than_two_reports(make_track, n):
    found = movement(make_track(np.arange(n), 0, 0))
    assert (found.stops, found.gaps, found.stretches) == ((), (), ())


def test_two_stays_near_each_other_are_two_when_it_left_the_place_between(make_track):
    stay = drive(0, 300, 0, 0)
    out = drive(300, 60, 0, 36)
    back = drive(360, 60, 600, -36)
    again = drive(420, 300, 0, 0)
    time_s, east, speed = join(stay, out, back, again)
    found = movement(make_track(time_s, east, np.abs(speed)))
    assert len(found.stops) == 2


steps = st.lists(
    st.tuples(
        st.sampled_from([1, 10, 30, 299, 300, 301, 5000]),
        st.floats(-300, 300),
        st.sampled_from([0.0, 2.0, 5.0, 40.0, float("nan")]),
        st.booleans(),
    ),
    min_size=2,
    max_size=60,
)


@given(drawn=steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # the fixture is a plain function
def test_every_step_belongs_to_exactly_one_part(make_track, drawn):
    step_s, east, speed, located = zip(*drawn, strict=True)
    time_s = np.cumsum(step_s)
    track = make_track(time_s, np.cumsum(east), speed, located=np.array(located))
    found = movement(track)
    parts = sorted((p.first, p.last) for p in (*found.stops, *found.gaps, *found.stretches))
    assert parts[0][0] == 0
    assert parts[-1][1] == len(track) - 1
    assert all(a[1] == b[0] for a, b in pairwise(parts))
    for part in (*found.stops, *found.gaps, *found.stretches):
        assert part.begin_s == time_s[part.first]
        assert part.end_s == time_s[part.last]
    for kind in (found.stops, found.gaps, found.stretches):
        assert list(kind) == sorted(kind, key=lambda part: part.first)
    for stop in found.stops:
        assert stop.duration_s >= 120

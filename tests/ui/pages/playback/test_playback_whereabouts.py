"""Where a vehicle is at a moment: on the line between two fixes, and never anywhere in a gap."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.stops import GAP_S, movement
from laixi_transport.domain.fleet import MotionState
from laixi_transport.ui.map.track_line import BREAK_AFTER, OVER_LIMIT
from laixi_transport.ui.pages.playback.loaded import prepare
from laixi_transport.ui.pages.playback.whereabouts import Whereabouts, believed
from laixi_transport.ui.timeline.lane import Activity


@pytest.fixture
def day(make_vehicle_day):
    return make_vehicle_day(1)


@pytest.fixture
def where(day):
    return Whereabouts(day)


def test_between_two_fixes_it_is_on_the_line_between_them(day, where):
    track = day.track
    at_s = float(track.time_s[10])
    here, there = where.at(at_s), where.at(at_s + 10)
    half = where.at(at_s + 5)
    assert (here.lon_deg, here.lat_deg) == (track.lon_deg[10], track.lat_deg[10])
    assert half.lon_deg == pytest.approx((here.lon_deg + there.lon_deg) / 2)
    assert half.lat_deg == pytest.approx((here.lat_deg + there.lat_deg) / 2)
    assert half.motion == MotionState.MOVING


@given(st.floats(0.001, 0.999))
def test_in_a_gap_it_stands_at_the_last_fix_as_unknown(make_vehicle_day, share):
    day = make_vehicle_day(1)
    where = Whereabouts(day)
    gap = day.gaps[0]
    moment = where.at(gap.begin_s + share * gap.duration_s)
    assert (moment.lon_deg, moment.lat_deg) == (day.track.lon_deg[gap.first], day.track.lat_deg[gap.first])
    assert moment.motion == MotionState.OFFLINE
    assert moment.gap == 0
    assert moment.sample == gap.first


def test_at_both_ends_of_a_gap_it_is_known(day, where):
    gap = day.gaps[0]
    assert where.at(gap.begin_s).known
    assert where.at(gap.end_s).known
    assert where.at(gap.end_s).lon_deg == day.track.lon_deg[gap.last]


def test_before_the_first_fix_it_is_nowhere_and_after_the_last_unknown(day, where):
    first_s, last_s = float(day.track.time_s[0]), float(day.track.time_s[-1])
    before, after = where.at(first_s - 1), where.at(last_s + 1)
    assert np.isnan(before.lon_deg)
    assert before.sample is None
    assert not before.known
    assert after.lon_deg == day.track.lon_deg[-1]
    assert not after.known
    assert where.at(last_s).known


def test_stops_and_episodes_are_told(day, where):
    stop, episode = day.stops[0], day.overspeed[0]
    assert where.at((stop.begin_s + stop.end_s) / 2).motion == MotionState.STOPPED
    assert where.at((stop.begin_s + stop.end_s) / 2).stop == 0
    fast = where.at((episode.begin_s + episode.end_s) / 2)
    assert (fast.motion, fast.episode) == (MotionState.ALARM, 0)
    assert where.at(episode.end_s + 1).episode is None


def test_the_emergency_button_is_an_alarm(make_vehicle_day):
    day = make_vehicle_day(1)
    day.track.alarm_bits[5] = 1
    where = Whereabouts(day)
    assert where.at(float(day.track.time_s[5])).motion == MotionState.ALARM
    assert where.at(float(day.track.time_s[6])).motion == MotionState.MOVING


def test_reports_without_a_fix_are_heard_but_place_nothing(make_vehicle_day):
    day = make_vehicle_day(1, ((300, 40.0), (600, float("nan")), (300, 40.0)))
    where = Whereabouts(day)
    gap = day.gaps[0]
    moment = where.at(gap.begin_s + 300)
    assert moment.sample == gap.first
    assert moment.report > gap.first
    assert not moment.known


def test_the_direction_turns_the_short_way(make_vehicle_day):
    day = make_vehicle_day(1)
    day.track.direction_deg[10:12] = (350, 10)
    at_s = float(day.track.time_s[10])
    assert Whereabouts(day).at(at_s + 5).direction_deg == pytest.approx(0.0)
    assert Whereabouts(day).at(at_s + 7.5).direction_deg == pytest.approx(5.0)


def test_an_empty_day_is_answered(make_vehicle_day):
    day = make_vehicle_day(1, ())
    assert np.isnan(Whereabouts(day).at(0.0).lon_deg)
    [loaded] = prepare([day])
    assert loaded.period is None
    assert len(loaded.lane.begin_s) == len(loaded.line) == len(loaded.marks) == len(loaded.events) == 0


@pytest.mark.parametrize(
    ("speed", "kind"), [(30.0, Activity.DRIVING), (0.0, Activity.STOP), (float("nan"), Activity.GAP)]
)
def test_a_day_of_one_report_has_something_in_its_lane(make_vehicle_day, speed, kind):
    day = make_vehicle_day(1, [(10, speed)])
    assert len(day.track) == 1
    [loaded] = prepare([day])
    assert loaded.lane.activity.tolist() == [kind]
    assert loaded.lane.begin_s.tolist() == loaded.lane.end_s.tolist() == day.track.time_s.tolist()


@given(st.floats(0, 86_400))
def test_no_place_lies_off_the_fixes_between_which_it_is(make_vehicle_day, after_s):
    day = make_vehicle_day(1)
    at_s = day.begin_s + after_s
    moment = Whereabouts(day).at(at_s)
    if moment.known:
        fixes = believed(day.track)
        place = int(np.searchsorted(day.track.time_s[fixes], at_s, "right")) - 1
        pair = fixes[place : place + 2]
        assert np.diff(day.track.time_s[pair]).max(initial=0) <= GAP_S
        for value, known in ((moment.lon_deg, day.track.lon_deg[pair]), (moment.lat_deg, day.track.lat_deg[pair])):
            assert known.min() - 1e-9 <= value <= known.max() + 1e-9


def test_lines_curves_and_lanes_have_a_break_where_the_gap_is(day):
    [loaded] = prepare([day])
    gap = day.gaps[0]
    middle_s = (gap.begin_s + gap.end_s) / 2
    between = (loaded.curve.time_s > gap.begin_s) & (loaded.curve.time_s < gap.end_s)
    assert np.isnan(loaded.curve.speed_kmh[between]).all()
    assert between.any()
    fixes = loaded.where.fixes
    breaks = np.flatnonzero(loaded.line.flags & BREAK_AFTER)
    assert breaks.tolist() == [np.flatnonzero(fixes == gap.first)[0], len(fixes) - 1]
    assert loaded.lane.activity[loaded.lane.at(middle_s)] == 0


def test_a_thinned_line_stays_near_the_way_and_keeps_breaks_and_overspeed(make_vehicle_day):
    [loaded] = prepare([make_vehicle_day(2)])
    line, thin = loaded.line, loaded.thin_line
    assert len(thin) < len(line) / 2
    assert ((thin.flags & BREAK_AFTER) != 0).sum() == ((line.flags & BREAK_AFTER) != 0).sum()
    assert (thin.flags & OVER_LIMIT).any()
    assert (thin.x[[0, -1]] == line.x[[0, -1]]).all()
    x, y, way_x, way_y = (axis * 0.0075 for axis in (line.x, line.y, thin.x, thin.y))  # metres here, about
    assert distance_to_way(x, y, way_x, way_y).max() < 15


def distance_to_way(x, y, way_x, way_y):
    """Return the distance of points to the nearest part of a way."""
    ax, ay, bx, by = way_x[:-1], way_y[:-1], way_x[1:], way_y[1:]
    dx, dy = bx - ax, by - ay
    along = ((x[:, None] - ax) * dx + (y[:, None] - ay) * dy) / np.maximum(dx**2 + dy**2, 1e-9)
    along = np.clip(along, 0, 1)
    return np.hypot(x[:, None] - ax - along * dx, y[:, None] - ay - along * dy).min(axis=1)


def test_nothing_of_a_day_leads_to_a_place_that_is_none(make_vehicle_day):
    day = make_vehicle_day(1)
    episode = day.overspeed[0]
    day.track.lat_deg[[0, episode.first, episode.worst, -1]] = 0.0
    day.track.lon_deg[[0, episode.first, episode.worst, -1]] = 0.0
    parts = movement(day.track)
    [loaded] = prepare([replace(day, stops=parts.stops, gaps=parts.gaps, stretches=parts.stretches)])
    places = [(mark.lon_deg, mark.lat_deg) for mark in loaded.marks]
    places += [(event.lon_deg, event.lat_deg) for event in loaded.events if event.lon_deg is not None]
    assert len(places) == 7 + 5  # both ends, two stops, two gaps, the overspeed; the gap at the begin has no place
    for lon_deg, lat_deg in places:
        assert (lon_deg, lat_deg) == (pytest.approx(120.5, abs=0.3), pytest.approx(36.9, abs=0.3))


def test_events_are_in_order_and_a_stored_alert_of_an_episode_is_not_doubled(make_vehicle_day, alert_at):
    plain = make_vehicle_day(1)
    episode = plain.overspeed[0]
    same = alert_at(episode.begin_s, "overspeed", 1)
    other = alert_at(episode.begin_s + 4000, "emergency", 2)
    [loaded] = prepare([make_vehicle_day(1, alerts=(same, other))])
    kinds = [event.kind.value for event in loaded.events]
    assert kinds == ["stop", "overspeed", "gap", "stop", "alert"]
    begins = [event.begin_s for event in loaded.events]
    assert begins == sorted(begins)
    assert len(loaded.lane.marks) == 2

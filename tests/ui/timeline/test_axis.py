"""Zooming, panning and ticks as arithmetic."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.time import BEIJING, DAY_S, beijing_day
from laixi_transport.ui.timeline.axis import SHORTEST_S, STEPS_S, Span, step_s, ticks
from laixi_transport.ui.timeline.geometry import Geometry
from laixi_transport.ui.timeline.shared_span import SharedSpan

BEGIN_S, END_S = (float(s) for s in beijing_day(dt.date(2026, 6, 10)))
DAY = Span(BEGIN_S, END_S)
share = st.floats(0.0, 1.0)


@given(share, st.floats(0.0, 1.0), st.floats(0.05, 0.95), st.floats(0.1, 10.0))
def test_zooming_keeps_the_moment_under_the_cursor(where, length, cursor, factor):
    span = Span(BEGIN_S, BEGIN_S + 60 + length * 40_000).panned(where * 40_000, DAY)
    at_s = span.begin_s + cursor * span.length_s
    zoomed = span.zoomed(at_s, factor, DAY)
    free = zoomed.begin_s > DAY.begin_s and zoomed.end_s < DAY.end_s
    if free:
        assert (at_s - zoomed.begin_s) / zoomed.length_s == pytest.approx(cursor, abs=1e-6)
    assert zoomed.contains(at_s)


@given(st.lists(st.tuples(share, st.floats(0.01, 100.0), st.floats(-1e6, 1e6)), max_size=20))
def test_no_zoom_or_pan_leaves_the_limits(moves):
    span = DAY
    for where, factor, seconds in moves:
        span = span.zoomed(span.begin_s + where * span.length_s, factor, DAY).panned(seconds, DAY)
        assert DAY.begin_s - 1e-3 <= span.begin_s < span.end_s <= DAY.end_s + 1e-3
        assert span.length_s >= SHORTEST_S - 1e-3


def test_it_zooms_from_a_day_to_a_second():
    span = DAY
    for _ in range(100):
        span = span.zoomed(BEGIN_S + 40_000, 0.8, DAY)
    assert span.length_s == pytest.approx(SHORTEST_S)
    assert step_s(span, 1200) == 1


@given(st.floats(SHORTEST_S, 40 * DAY_S), st.integers(200, 4000))
def test_labels_keep_apart_and_stand_on_readable_steps(length_s, width_px):
    step = step_s(Span(BEGIN_S, BEGIN_S + length_s), width_px, 76)
    assert step * width_px / length_s >= 76 - 1e-6
    assert step in STEPS_S or step % DAY_S == 0


def test_ticks_stand_on_whole_hours_of_the_county_and_midnight_carries_the_date():
    made = ticks(Span(BEGIN_S - 7200, END_S), 1300)
    labelled = [tick for tick in made if tick.label]
    assert [tick.label for tick in labelled if tick.midnight] == ["06-10", "06-11"]
    for tick in labelled:
        if not tick.midnight:
            time = dt.datetime.fromtimestamp(tick.at_s, BEIJING)
            assert tick.label == time.strftime("%H:%M")
            assert time.minute == 0


def test_seconds_are_labelled_when_zoomed_in():
    made = ticks(Span(BEGIN_S + 38_535, BEGIN_S + 38_545), 1200)
    assert [tick.label for tick in made if tick.label][:2] == ["10:42:15", "10:42:16"]


@given(share, st.floats(SHORTEST_S, DAY_S))
def test_ticks_lie_within_the_span_in_order(where, length_s):
    span = Span(BEGIN_S, BEGIN_S + length_s).panned(where * DAY_S, DAY)
    times = [tick.at_s for tick in ticks(span, 1000)]
    assert times == sorted(set(times))
    assert all(span.contains(at_s) for at_s in times)
    assert len(times) < 400


@given(share)
def test_pixels_and_moments_are_inverses(where):
    geometry = Geometry(width=1400, height=300, span=Span(BEGIN_S, BEGIN_S + 3600), lanes=3, inset_px=96)
    at_s = BEGIN_S + where * 3600
    assert geometry.at(geometry.x(at_s)) == pytest.approx(at_s, abs=1e-6)
    assert geometry.x(BEGIN_S) == geometry.left
    assert geometry.x(BEGIN_S + 3600) == pytest.approx(geometry.right)


def test_lanes_shrink_before_they_hide():
    def at(lanes):
        return Geometry(width=1000, height=324, span=DAY, lanes=lanes, inset_px=96)

    assert at(3).lane_px == 24
    assert at(10).hidden_px == 0
    assert at(10).lane_px == 20
    assert at(20).hidden_px > 0
    assert at(3).lane(at(3).lane_top(2) + 1) == 2
    assert at(3).lane(at(3).lane_top(3) + 1) is None


def test_revealing_a_visible_moment_moves_nothing(qtbot):
    span = SharedSpan()
    span.set_limits(DAY)
    span.show(BEGIN_S + 1000, BEGIN_S + 2000)
    with qtbot.assertNotEmitted(span.changed):
        span.reveal(BEGIN_S + 1500)
    with qtbot.waitSignal(span.changed):
        span.reveal(BEGIN_S + 5000)
    assert span.shown.begin_s == pytest.approx(BEGIN_S + 5000 - 100)
    assert span.shown.length_s == pytest.approx(1000)

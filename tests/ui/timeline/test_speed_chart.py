"""The speed curve: thinning without loss, gaps, and its pixels those of the timeline."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF

from laixi_transport.domain.time import beijing_day
from laixi_transport.ui.timeline.axis import Span
from laixi_transport.ui.timeline.chart_style import axis_font
from laixi_transport.ui.timeline.clock import PlaybackClock
from laixi_transport.ui.timeline.curve import MOST_TOP_KMH, SpeedCurve, broken, envelope
from laixi_transport.ui.timeline.shared_span import SharedSpan
from laixi_transport.ui.timeline.speed_chart import ROOM, SpeedChart
from laixi_transport.ui.timeline.view import TimelineView

BEGIN_S, END_S = (float(s) for s in beijing_day(dt.date(2026, 6, 10)))


@given(st.integers(1, 5000), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_thinning_keeps_extremes_and_breaks_of_every_column(n, columns, seed):
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.integers(1, 5, n)).astype(float)
    values = rng.uniform(0, 90, n)
    values[rng.random(n) < 0.1] = np.nan
    xs, ys = envelope(time_s, values, float(time_s[0]), float(time_s[-1]) + 1, columns)
    assert (np.diff(xs) >= 0).all()
    assert np.isnan(ys).any() == np.isnan(values).any()
    if not np.isnan(values).all():
        assert np.nanmax(ys) == np.nanmax(values)
        assert np.nanmin(ys) == np.nanmin(values)
    known = np.flatnonzero(~np.isnan(values))
    runs = 1 + np.count_nonzero(np.diff(known) > 1) if len(known) else 0
    shown = np.flatnonzero(~np.isnan(ys))
    assert (1 + np.count_nonzero(np.diff(shown) > 1) if len(shown) else 0) == runs


def test_a_day_of_seconds_becomes_a_few_points_a_pixel():
    time_s = np.arange(86_400.0)
    xs, _ = envelope(time_s, np.sin(time_s), 0.0, 86_400.0, 1000)
    assert len(xs) <= 4000


def test_a_part_of_a_curve_leaves_the_picture_on_both_sides():
    time_s = np.arange(0.0, 1000.0, 10.0)
    xs, _ = envelope(time_s, time_s, 205.0, 295.0, 500)
    assert (xs[0], xs[-1]) == (200.0, 300.0)


def test_a_gap_breaks_the_curve():
    time_s = np.array([0.0, 10.0, 900.0, 910.0])
    xs, ys = broken(time_s, np.array([30.0, 31.0, 32.0, 33.0]), np.array([1]))
    assert xs.tolist() == [0.0, 10.0, 455.0, 900.0, 910.0]
    assert np.flatnonzero(np.isnan(ys)).tolist() == [2]


@pytest.fixture
def chart(qtbot, theme):
    span = SharedSpan()
    view = TimelineView(theme, PlaybackClock(), span)
    qtbot.addWidget(view)
    made = SpeedChart(theme, span)
    view.set_inset(made, 96)
    span.set_limits(Span(BEGIN_S, END_S))
    view.resize(1200, 240)
    view.show()
    qtbot.waitExposed(view)
    made.view, made.span = view, span
    return made


def curve_with_gap():
    time_s = BEGIN_S + np.arange(0, 86_400, 10.0)
    speed = np.full(len(time_s), 45.0)
    speed[3000:3060] = 63.0
    over = np.where(speed > 50, speed, np.nan)
    first = 4000
    keep = np.ones(len(time_s), np.bool_)
    keep[first + 1 : 5000] = False
    time_s, speed, over = time_s[keep], speed[keep], over[keep]
    with_break, speeds = broken(time_s, speed, np.array([first]))
    return SpeedCurve(with_break, speeds, broken(time_s, over, np.array([first]))[1], 50.0)


def settle(chart):
    chart._draw()
    chart.plot.getPlotItem().layout.activate()


@pytest.mark.parametrize("width", [700, 1200, 1801])
def test_a_moment_has_the_same_pixel_in_curve_and_lanes(chart, qtbot, width):
    chart.view.resize(width, 240)
    chart.span.show(BEGIN_S + 30_000, BEGIN_S + 36_000)
    box = chart.plot.getViewBox()

    def apart(at_s):
        on_chart = chart.plot.mapFromScene(box.mapViewToScene(QPointF(at_s, 0))).x() + chart.x()
        return abs(on_chart - chart.view.geometry_now.x(at_s))

    qtbot.waitUntil(lambda: max(map(apart, (BEGIN_S + 30_000, BEGIN_S + 33_333, BEGIN_S + 36_000))) <= 1.0)


def colours(chart, at_s):
    """Return the colours in the column of a moment of the chart."""
    picture = chart.view.grab().toImage()
    x = round(chart.view.geometry_now.x(at_s))
    top, height = chart.y(), chart.height()
    return [picture.pixelColor(x, y) for y in range(top + 1, top + height - 1)]


def bluish(colour):
    return colour.blue() > colour.red() + 60


def test_the_curve_is_not_drawn_over_a_gap(chart, theme):
    chart.set_curve(curve_with_gap())
    settle(chart)
    assert any(bluish(colour) for colour in colours(chart, BEGIN_S + 20_123))
    assert not any(bluish(colour) for colour in colours(chart, BEGIN_S + 45_123))
    assert any(bluish(colour) for colour in colours(chart, BEGIN_S + 60_123))


def test_the_part_over_the_limit_has_the_colour_of_an_alarm(chart, theme):
    chart.set_curve(curve_with_gap())
    chart.span.show(BEGIN_S + 29_000, BEGIN_S + 32_000)
    settle(chart)
    high = theme.colour("high")

    def alarmed(at_s):
        near = [c for c in colours(chart, at_s) if abs(c.red() - high.red()) < 40 and abs(c.blue() - high.blue()) < 60]
        return len(near)

    assert alarmed(BEGIN_S + 30_303) > alarmed(BEGIN_S + 29_503)


@pytest.mark.parametrize("top_kmh", range(40, 140, 4))
def test_no_number_of_the_axis_is_cut(chart, theme, top_kmh):
    chart.set_curve(SpeedCurve(np.array([BEGIN_S, END_S]), np.array([0.0, top_kmh]), np.full(2, np.nan), None))
    settle(chart)
    axis = chart.plot.getAxis("left")
    numbers = [number for number, _ in axis._tickLevels[0]]
    half_px = QFontMetricsF(axis_font(theme)).height() / 2
    assert len(numbers) >= 2
    assert chart.height() * (1 - max(numbers) / (top_kmh * ROOM)) >= half_px


def test_one_report_of_an_impossible_speed_does_not_flatten_the_day(chart):
    speeds = np.array([40.0, 6553.5, 50.0])
    chart.set_curve(SpeedCurve(np.linspace(BEGIN_S, END_S, 3), speeds, np.full(3, np.nan), None))
    settle(chart)
    assert chart.plot.viewRange()[1][1] == pytest.approx(MOST_TOP_KMH * ROOM)
    assert [number for number, _ in chart.plot.getAxis("left")._tickLevels[0]] == [40, 80, 120, 160, 200]


def test_the_limit_and_the_speed_at_the_cursor_are_written(chart, theme):
    chart.set_curve(curve_with_gap())
    settle(chart)
    assert chart._limit_label.text() == "Limit 50"
    assert chart._limit.isVisible()
    chart.show_speed(60.0, 60.0)
    assert theme.palette.high_text not in chart.figure.styleSheet()
    chart.show_speed(60.4, 60.0)
    assert chart.figure.text() == "60.4"
    assert theme.palette.high_text in chart.figure.styleSheet()
    theme.choose("light")
    assert theme.palette.high_text in chart.figure.styleSheet()
    chart.show_speed(None)
    assert chart.figure.text() == "–"
    chart.set_curve(None)
    settle(chart)
    assert not chart._limit.isVisible()
    assert chart._limit_label.text() == ""

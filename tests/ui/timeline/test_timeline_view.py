"""The timeline under hands: wheel, mouse and keys on the real widget."""

import datetime as dt

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from laixi_transport.domain.time import beijing_day
from laixi_transport.ui.timeline.axis import Span
from laixi_transport.ui.timeline.clock import PlaybackClock
from laixi_transport.ui.timeline.lane import Activity, Lane, LaneMark
from laixi_transport.ui.timeline.shared_span import SharedSpan
from laixi_transport.ui.timeline.view import TimelineView

BEGIN_S, END_S = (float(s) for s in beijing_day(dt.date(2026, 6, 10)))
NOON_S = BEGIN_S + 12 * 3600


def make_lane(key):
    begin = np.array([BEGIN_S + 20_000, BEGIN_S + 32_000, BEGIN_S + 24_000, BEGIN_S + 34_000, BEGIN_S + 25_000])
    length = np.array([4_000, 2_000, 8_000, 30_000, 120])
    kinds = [Activity.GAP, Activity.STOP, Activity.DRIVING, Activity.DRIVING, Activity.OVERSPEED]
    mark = LaneMark(BEGIN_S + 25_000, "Overspeed 63/50 (26 %)")
    return Lane(key, f"鲁B·0000{key}D", begin, begin + length, np.array(kinds, np.uint8), (mark,))


@pytest.fixture
def timeline(qtbot, theme):
    clock, span = PlaybackClock(), SharedSpan()
    view = TimelineView(theme, clock, span)
    qtbot.addWidget(view)
    span.set_limits(Span(BEGIN_S, END_S))
    clock.set_period(BEGIN_S, END_S, NOON_S)
    clock.set_samples(np.arange(BEGIN_S, END_S, 10.0))
    view.set_lanes([make_lane(1), make_lane(2)])
    view.clock, view.span = clock, span
    view.resize(1200, 200)
    view.show()
    qtbot.waitExposed(view)
    yield view
    clock.pause()


def wheel(view, x, y, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    place = QPointF(x, y)
    QApplication.sendEvent(
        view,
        QWheelEvent(
            place, view.mapToGlobal(place), QPoint(), QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton,
            modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def mouse(view, kind, x, y, button=Qt.MouseButton.LeftButton):
    place = QPointF(x, y)
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    QApplication.sendEvent(
        view, QMouseEvent(kind, place, view.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    )


def drag(view, from_x, to_x, y):
    mouse(view, QEvent.Type.MouseButtonPress, from_x, y)
    for x in np.linspace(from_x, to_x, 5):
        mouse(view, QEvent.Type.MouseMove, float(x), y)
    mouse(view, QEvent.Type.MouseButtonRelease, to_x, y)


@pytest.mark.parametrize("x", [300, 700, 1000])
def test_the_wheel_keeps_the_time_under_the_pointer(timeline, x):
    before_s = timeline.geometry_now.at(x)
    for _ in range(6):
        wheel(timeline, x, 80, 1)
    assert timeline.span.shown.length_s == pytest.approx(86_400 * 0.8**6)
    assert timeline.geometry_now.at(x) == pytest.approx(before_s, abs=1e-3)
    assert timeline.clock.at == NOON_S


def test_the_wheel_goes_down_to_seconds_and_back_to_the_day(timeline):
    for _ in range(60):
        wheel(timeline, 600, 80, 1)
    assert timeline.span.shown.length_s == pytest.approx(10)
    for _ in range(60):
        wheel(timeline, 600, 80, -1)
    assert timeline.span.shown == timeline.span.limits


def test_a_click_seeks_to_the_time_under_it(timeline, qtbot):
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(400, 90))
    assert timeline.clock.at == pytest.approx(timeline.geometry_now.at(400))


def test_a_drag_moves_the_axis_and_not_the_clock(timeline):
    timeline.span.show(BEGIN_S + 30_000, BEGIN_S + 50_000)
    before = timeline.span.shown
    drag(timeline, 800, 700, 90)
    moved_s = timeline.span.shown.begin_s - before.begin_s
    assert moved_s == pytest.approx(100 * timeline.geometry_now.s_per_px, rel=1e-6)
    assert timeline.clock.at == NOON_S


def test_dragging_the_cursor_scrubs(timeline):
    x = timeline.geometry_now.x(timeline.clock.at)
    went = []
    timeline.clock.moved.connect(went.append)
    drag(timeline, x, x + 100, 90)
    assert len(went) >= 4
    assert timeline.clock.at == pytest.approx(timeline.geometry_now.at(x + 100))
    assert timeline.span.shown == timeline.span.limits


def test_dragging_on_the_axis_scrubs(timeline):
    drag(timeline, 300, 420, 8)
    assert timeline.clock.at == pytest.approx(timeline.geometry_now.at(420))


def test_a_click_on_a_name_chooses_the_lane(timeline, qtbot):
    y = timeline.geometry_now.lane_top(1) + 8
    with qtbot.waitSignal(timeline.lane_chosen) as chosen:
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(30, round(y)))
    assert chosen.args == [2]
    assert timeline.clock.at == NOON_S


def test_a_double_click_shows_a_span_whole_and_beside_it_the_day(timeline):
    y = timeline.geometry_now.lane_top(0) + 8
    mouse(timeline, QEvent.Type.MouseButtonDblClick, timeline.geometry_now.x(BEGIN_S + 33_000), y)
    shown = timeline.span.shown
    assert (shown.begin_s, shown.end_s) == pytest.approx((BEGIN_S + 31_800, BEGIN_S + 34_200))
    mouse(timeline, QEvent.Type.MouseButtonDblClick, 600, 8)
    assert timeline.span.shown == timeline.span.limits


def test_keys_move_the_clock(timeline, qtbot):
    clock = timeline.clock
    for key, wanted_s in (
        (Qt.Key.Key_Home, BEGIN_S),
        (Qt.Key.Key_End, END_S),
        (Qt.Key.Key_Comma, END_S - 10),
        (Qt.Key.Key_Comma, END_S - 20),
        (Qt.Key.Key_Period, END_S - 10),
    ):
        qtbot.keyClick(timeline, key)
        assert clock.at == wanted_s
    qtbot.keyClick(timeline, Qt.Key.Key_Left)
    assert BEGIN_S < clock.at < END_S - 10
    qtbot.keyClick(timeline, Qt.Key.Key_Right)
    assert clock.at == pytest.approx(END_S - 10)


def test_keys_zoom_at_the_cursor_and_walk_the_lanes(timeline, qtbot):
    x = timeline.geometry_now.x(NOON_S)
    qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.span.shown.length_s == pytest.approx(43_200)
    assert timeline.geometry_now.x(NOON_S) == pytest.approx(x)
    timeline.select(1)
    with qtbot.waitSignal(timeline.lane_chosen) as chosen:
        qtbot.keyClick(timeline, Qt.Key.Key_Down)
    assert chosen.args == [2]


def test_playing_over_the_edge_pages_on_but_does_not_fetch_one_who_looks_elsewhere(timeline):
    timeline.span.show(NOON_S - 600, NOON_S + 60)
    timeline.clock.seek(NOON_S + 61)
    assert timeline.span.shown.contains(NOON_S + 61)
    assert timeline.span.shown.length_s == pytest.approx(660)
    timeline.span.pan(-20_000)
    before = timeline.span.shown
    timeline.clock.seek(NOON_S + 70)
    assert timeline.span.shown == before


def test_pressing_play_shows_the_cursor_to_one_who_looked_elsewhere(timeline):
    timeline.span.show(NOON_S - 20_000, NOON_S - 19_000)
    assert not timeline.span.shown.contains(timeline.clock.at)
    timeline.clock.play()
    assert timeline.span.shown.contains(timeline.clock.at)
    timeline.span.pan(-5_000)
    timeline.clock.set_speed(10)
    assert not timeline.span.shown.contains(timeline.clock.at)


def test_the_pointer_reads_out_time_vehicle_and_what_it_did(timeline):
    y = timeline.geometry_now.lane_top(0) + 8
    mouse(timeline, QEvent.Type.MouseMove, timeline.geometry_now.x(BEGIN_S + 33_000), y, Qt.MouseButton.NoButton)
    said = timeline.overlay.readout
    assert "鲁B·00001D" in said
    assert "Standing" in said
    assert "08:53:20–09:26:40" in said
    mouse(timeline, QEvent.Type.MouseMove, timeline.geometry_now.x(BEGIN_S + 25_000), y, Qt.MouseButton.NoButton)
    assert "Overspeed 63/50 (26 %)" in timeline.overlay.readout


def pixel(view, at_s, y):
    picture = view.grab().toImage()
    ratio = picture.devicePixelRatio()
    return picture.pixelColor(round(view.geometry_now.x(at_s) * ratio), round(y * ratio)).name()


def test_driving_is_filled_and_a_gap_is_not(timeline, theme):
    y = timeline.geometry_now.lane_top(0) + 13
    assert pixel(timeline, BEGIN_S + 60_000, y) == theme.colour("good").name()
    assert pixel(timeline, BEGIN_S + 33_000, y) == theme.colour("line").name()
    assert pixel(timeline, BEGIN_S + 25_060, y) == theme.colour("high").name()
    across = {pixel(timeline, BEGIN_S + 20_200 + step, y) for step in range(0, 3600, 300)}
    assert theme.colour("good").name() not in across
    assert pixel(timeline, BEGIN_S + 10_000, y) == theme.colour("panel").name()


def test_playing_repaints_only_the_cursor(timeline, qtbot):
    timeline.grab()
    picture = timeline._picture
    for step in range(20):
        timeline.clock.seek(NOON_S + step * 60)
        QApplication.processEvents()
    assert timeline._picture is picture
    timeline.span.zoom(NOON_S, 0.5)
    timeline.grab()
    assert timeline._picture is not picture


def test_a_lane_without_data_says_so_and_the_theme_repaints(timeline, theme):
    empty = Lane(3, "鲁B·00003D", np.empty(0), np.empty(0), np.empty(0, np.uint8))
    timeline.set_lanes([empty])
    dark = timeline.grab().toImage()
    assert empty.at(NOON_S) is None
    theme.choose("light")
    assert timeline.grab().toImage() != dark


def test_more_lanes_than_fit_scroll(timeline):
    timeline.set_lanes([make_lane(key) for key in range(20)])
    assert timeline._bar.isVisible()
    before = timeline.geometry_now.lane(190)
    wheel(timeline, 20, 100, -3)
    assert timeline.geometry_now.lane(190) > before

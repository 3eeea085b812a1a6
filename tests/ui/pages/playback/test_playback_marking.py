"""Loops, bookmarks, trails and two days under one clock, as a user drives them."""

import datetime as dt
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt

from laixi_transport.domain.time import beijing_day
from laixi_transport.ui.pages.playback.session import Comparison
from laixi_transport.ui.pages.playback.stage import TRAIL_ALL, TRAIL_NONE

DAY = dt.date(2026, 6, 10)
BEGIN_S, END_S = beijing_day(DAY)


# Loops


def test_i_and_o_loop_a_part_and_u_takes_it_away(page, qtbot):
    page.clock.seek(BEGIN_S + 7 * 3600)
    qtbot.keyClick(page, Qt.Key.Key_I)
    assert page.clock.loop == (BEGIN_S + 7 * 3600, page.clock.end)
    page.clock.seek(BEGIN_S + 7 * 3600 + 60)
    qtbot.keyClick(page, Qt.Key.Key_O)
    assert page.clock.loop == (BEGIN_S + 7 * 3600, BEGIN_S + 7 * 3600 + 60)
    page.clock.set_speed(120)
    page.clock.play()
    seen = []
    page.clock.moved.connect(seen.append)
    qtbot.waitUntil(lambda: any(b < a for a, b in pairwise(seen)))
    page.clock.pause()
    assert min(seen) >= BEGIN_S + 7 * 3600
    assert max(seen) <= BEGIN_S + 7 * 3600 + 60
    qtbot.keyClick(page, Qt.Key.Key_U)
    assert page.clock.loop is None


def test_dragging_with_shift_loops_what_was_dragged_over_and_a_click_ends_it(page, qtbot):
    timeline, shift = page.timeline, Qt.KeyboardModifier.ShiftModifier
    geometry = timeline.geometry_now
    y = round(geometry.lane_top(0) + 5)
    first, last = QPoint(round(geometry.left) + 200, y), QPoint(round(geometry.left) + 300, y)
    at_s = page.clock.at
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, shift, first)
    qtbot.mouseMove(timeline, last)
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, shift, last)
    begin_s, end_s = page.clock.loop
    assert begin_s == pytest.approx(geometry.at(first.x()))
    assert end_s == pytest.approx(geometry.at(last.x()))
    assert page.clock.at == at_s
    assert timeline.grab().toImage() != page.stage.map.grab().toImage()
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, shift, first)
    assert page.clock.loop is None


# Bookmarks


def mark(page, qtbot, words):
    qtbot.keyClick(page, Qt.Key.Key_B)
    panel = page.bookmarks.panel
    before = len(page.bookmarks.marks)
    qtbot.keyClicks(panel.text, words)
    qtbot.keyClick(panel.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(page.bookmarks.marks) == before + 1)
    assert not panel.isVisible()


def test_b_marks_the_moment_of_the_selected_vehicle_and_n_leads_back(page, qtbot, services):
    page.clock.seek(BEGIN_S + 7 * 3600 + 0.5)
    mark(page, qtbot, "braked hard")
    [kept] = services.playback.bookmarks.kept
    assert (kept.owner, kept.vehicle_id, kept.text) == ("li", 1, "braked hard")
    flags = [one for one in page.timeline._lanes[0].marks if one.flag]
    assert [(one.at_s, one.text) for one in flags] == [(BEGIN_S + 7 * 3600 + 0.5, "braked hard")]
    page.session.select(2)
    page.clock.seek(BEGIN_S + 7 * 3600 + 900)
    mark(page, qtbot, "late")
    page.clock.seek(page.clock.begin)
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert (page.clock.at, page.session.selected_id) == (BEGIN_S + 7 * 3600 + 0.5, 1)
    qtbot.keyClick(page, Qt.Key.Key_N)
    assert (page.clock.at, page.session.selected_id) == (BEGIN_S + 7 * 3600 + 900, 2)
    qtbot.keyClick(page, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert page.clock.at == BEGIN_S + 7 * 3600 + 0.5


def test_bookmarks_are_listed_gone_to_and_removed_by_key(page, qtbot, services):
    page.clock.seek(BEGIN_S + 7 * 3600)
    mark(page, qtbot, "one")
    page.clock.seek(BEGIN_S + 8 * 3600)
    mark(page, qtbot, "two")
    page.open_bookmarks()
    panel = page.bookmarks.panel
    assert [row.mark.text for row in panel.rows.rows()] == ["one", "two"]
    qtbot.keyClick(panel.text, Qt.Key.Key_Down)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert page.clock.at == BEGIN_S + 7 * 3600
    page.open_bookmarks()
    qtbot.keyClick(panel.text, Qt.Key.Key_Down)
    qtbot.keyClick(panel.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(page.bookmarks.marks) == 1)
    assert [kept.text for kept in services.playback.bookmarks.kept] == ["two"]
    panel.hide()


def test_f2_changes_the_text_of_a_bookmark_and_escape_leaves_it(page, qtbot, services):
    page.clock.seek(BEGIN_S + 7 * 3600)
    mark(page, qtbot, "one")
    page.clock.seek(BEGIN_S + 8 * 3600)
    page.open_bookmarks()
    panel = page.bookmarks.panel
    qtbot.keyClick(panel.text, Qt.Key.Key_Down)
    qtbot.keyClick(panel.table, Qt.Key.Key_F2)
    assert (panel.text.text(), panel.what.text()[11:19]) == ("one", "07:00:00")
    qtbot.keyClicks(panel.text, "no")
    qtbot.keyClick(panel.text, Qt.Key.Key_Escape)
    assert (panel.text.text(), panel.what.text()[11:19]) == ("", "08:00:00")
    assert panel.isVisible()
    qtbot.mouseClick(panel.reword, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(panel.text, "at the school")
    qtbot.keyClick(panel.text, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [kept.text for kept in page.bookmarks.marks] == ["at the school"])
    assert [(kept.text, kept.at.timestamp()) for kept in services.playback.bookmarks.kept] == [
        ("at the school", BEGIN_S + 7 * 3600)
    ]
    assert panel.isVisible()
    panel.hide()


# Trails


def test_w_changes_how_much_of_the_ways_is_drawn(page, qtbot):
    assert page.stage.trail_min == TRAIL_ALL
    drawn = []
    for wanted in (TRAIL_NONE, 1, 5, 15, 60, TRAIL_ALL):
        qtbot.keyClick(page, Qt.Key.Key_W)
        assert page.stage.trail_min == wanted
        page.clock.seek(BEGIN_S + 7 * 3600 + 1700 + len(drawn))
        trails = page.stage.map._trails
        drawn.append(None if trails is None else int((trails.last - trails.first + 1)[0]))
    assert drawn == [None, 6, 30, 75, 270, None]  # a quarter of an hour is silence


# Two days


@pytest.fixture
def compared(page, qtbot, services, track_of):
    """Return the page with vehicle 1 on DAY beside its day before, which began 90 s later."""
    before = DAY - dt.timedelta(days=1)
    services.playback.put(1, track_of(1, begin_s=BEGIN_S - 86_400 + 6 * 3600 + 690), before)
    page.session.compare(Comparison(1, before), page.clock.at)
    qtbot.waitUntil(lambda: page.session.other is not None)
    return page


def test_two_days_run_under_one_clock_by_the_time_of_day(compared):
    page = compared
    first, other = page.session.days
    assert page.session.ids.tolist() == [1, -1]
    assert [lane.name for lane in page.timeline._lanes] == ["鲁B·00001D", "06-09  鲁B·00001D"]
    assert other.day.track.time_s[0] - first.day.track.time_s[0] == 90
    at_s = BEGIN_S + 7 * 3600
    page.clock.seek(at_s)
    one, two = first.where.at(at_s), other.where.at(at_s)
    assert page.stage.places.lon_deg.tolist() == pytest.approx([one.lon_deg, two.lon_deg], abs=1e-6)
    assert page.chart._other_curve is other.curve
    assert page.chart._other_figure.text().startswith("06-09: ")


def test_over_the_way_the_same_place_has_the_same_speed(compared, qtbot):
    page = compared
    page.clock.seek(BEGIN_S + 6 * 3600 + 1500)
    qtbot.keyClick(page, Qt.Key.Key_X)
    way = page.comparing.chart
    assert page.timeline._inset is way
    assert not page.chart.isVisible()
    early, late = way.places_km
    assert early > late
    page.clock.seek(BEGIN_S + 6 * 3600 + 1590)
    assert way.places_km[1] == pytest.approx(early, rel=1e-3)  # on another course
    assert way._curves[0].speed_kmh == pytest.approx(way._curves[1].speed_kmh, nan_ok=True)
    qtbot.keyClick(page, Qt.Key.Key_X)
    assert page.timeline._inset is page.chart


def test_c_opens_the_choice_and_ends_the_comparison(page, qtbot, services, track_of):
    before = DAY - dt.timedelta(days=1)
    services.playback.put(2, track_of(2, begin_s=BEGIN_S - 86_400 + 6 * 3600), before)
    qtbot.keyClick(page, Qt.Key.Key_C)
    panel = page.comparing.panel
    assert panel.isVisible()
    assert panel.vehicles.itemText(0) == "鲁B·00001D  201"
    panel.vehicles.setCurrentIndex(panel.vehicles.findData(2))
    qtbot.waitUntil(lambda: panel.calendar.marked == {before, DAY})
    panel.calendar.clicked.emit(panel.calendar.selectedDate())
    qtbot.waitUntil(lambda: page.session.other is not None)
    assert page.session.compared == Comparison(2, before)
    assert page.context.actions["playback.compare"].isChecked()
    qtbot.keyClick(page, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: page.session.other is None and not page.session.loading)
    assert page.session.ids.tolist() == [1, 2, 3]
    assert not page.context.actions["playback.compare"].isChecked()


def loaded(page, qtbot):
    qtbot.waitUntil(lambda: not page.session.loading, timeout=20_000)


def test_of_several_days_that_of_the_moment_is_compared_and_all_come_back(page, qtbot):
    after = DAY + dt.timedelta(days=1)
    page.go.to_days(DAY, after)
    loaded(page, qtbot)
    page.clock.set_period(BEGIN_S, END_S + 86_399, END_S + 7 * 3600)
    qtbot.keyClick(page, Qt.Key.Key_C)
    assert page.comparing.panel.calendar.selectedDate().toPython() == DAY
    page.comparing.panel.chosen.emit(1, DAY)
    loaded(page, qtbot)
    assert (page.session.day, page.session.last_day, page.session.ids.tolist()) == (after, after, [1, -1])
    qtbot.keyClick(page, Qt.Key.Key_C)
    loaded(page, qtbot)
    assert (page.session.day, page.session.last_day, page.session.ids.tolist()) == (DAY, after, [1, 2, 3])


def test_after_a_comparison_on_other_days_the_vehicles_come_back_on_that_day(compared, qtbot):
    page, other = compared, DAY + dt.timedelta(days=2)
    page.go.to_days(other, other)
    loaded(page, qtbot)
    qtbot.keyClick(page, Qt.Key.Key_C)
    loaded(page, qtbot)
    assert (page.session.day, page.session.last_day, page.session.vehicle_ids) == (other, other, (1, 2, 3))


def test_a_bookmark_of_the_compared_day_marks_its_true_moment(compared, qtbot, services):
    page = compared
    page.clock.seek(BEGIN_S + 7 * 3600)
    page.session.select(-1)
    mark(page, qtbot, "there")
    [kept] = services.playback.bookmarks.kept
    assert (kept.vehicle_id, kept.at.timestamp()) == (1, BEGIN_S - 86_400 + 7 * 3600)


def test_a_compared_day_of_another_year_says_which(page, qtbot):
    page.session.compare(Comparison(1, dt.date(2025, 6, 10)), page.clock.at)
    loaded(page, qtbot)
    assert page.session.names == ["鲁B·00001D", "2025-06-10  鲁B·00001D"]


# A page that is open over midnight


def test_a_day_that_was_not_over_when_it_was_loaded_is_fetched_again_the_next_day(page, qtbot, services, context):
    asked = len(services.playback.asked)
    object.__setattr__(context, "now", lambda: float(END_S + 7200))
    page.activated()
    qtbot.waitUntil(lambda: not page.session.loading)
    assert len(services.playback.asked) == asked + 1
    page.activated()
    assert len(services.playback.asked) == asked + 1

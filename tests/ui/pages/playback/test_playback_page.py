"""The playback page as a user drives it, over a service that answers from invented days."""

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QToolButton, QToolTip, QWidget

from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import beijing_day
from laixi_transport.ui.pages.playback.commands import COMMANDS

DAY = dt.date(2026, 6, 10)
BEGIN_S, END_S = beijing_day(DAY)


def press(qtbot, page, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key as the user does, through the page's actions."""
    qtbot.keyClick(page, key, modifiers)


def selected_day(page):
    return page.session.selected.day


# What is shown first


def test_it_opens_on_the_newest_day_with_the_vehicles_that_reported(page):
    assert page.session.day == DAY
    assert page.session.vehicle_ids == (1, 2, 3)
    assert page.vehicle.title.text() == "鲁B·00001D"
    assert [lane.name for lane in page.timeline._lanes] == ["鲁B·00001D", "鲁B·00002D", "鲁B·00003D"]
    assert page.clock.begin == selected_day(page).track.time_s[0]
    assert not page.stage.banner.isVisible()


def test_it_opens_with_vehicles_that_have_an_open_alert_first(make_page, services, qtbot, alert_at, track_of):
    services.playback.put(9, track_of(9, begin_s=BEGIN_S + 30_000))
    services.alerts.open = [replace(alert_at(BEGIN_S + 31_000, "overspeed", 1), vehicle_id=9)]
    page = make_page()
    qtbot.waitUntil(lambda: page.session.has_data)
    assert page.session.vehicle_ids == (9, 1, 2)


def test_without_any_data_a_sentence_says_what_to_do(make_page, services):
    services.playback.tracks.clear()
    page = make_page()
    assert page.stage.banner.isVisible()
    assert "Choose vehicles" in page.stage.banner.label.text()


def test_a_day_without_reports_says_so_and_keeps_the_vehicles(page, qtbot):
    page.day.step(1)
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.session.day == DAY + dt.timedelta(days=1)
    assert "No reports on 2026-06-11" in page.stage.banner.label.text()
    assert page.session.vehicle_ids == (1, 2, 3)
    assert page.vehicle.now.value("state") == "No data yet"
    page.day.step(-1)
    qtbot.waitUntil(lambda: not page.session.loading)
    assert not page.stage.banner.isVisible()


def test_on_a_day_without_reports_home_and_end_stay_and_nothing_is_claimed(page, qtbot):
    day = DAY + dt.timedelta(days=2)
    page.go.to_days(day, day)
    qtbot.waitUntil(lambda: not page.session.loading)
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(page, key)
        assert not page.session.loading
    assert page.session.day == day
    assert page.transport.time.text().startswith(day.isoformat())
    shown = {name: page.vehicle.summary.value(name) for name in ("distance", "driving", "stops", "overspeed", "gaps")}
    assert shown == dict.fromkeys(("distance", "driving", "stops", "overspeed"), "–") | {"gaps": "the whole time"}


def test_loading_that_takes_long_is_announced_and_a_fault_is_told(page, qtbot, services, gate, told):
    page.session.ask(vehicle_ids=[2])
    qtbot.waitUntil(page.stage.banner.isVisible)
    assert "Loading 2026-06-10" in page.stage.banner.label.text()
    services.playback.failing = Problem("The database is away.")
    gate.set()
    qtbot.waitUntil(lambda: bool(told))
    assert str(told[0]) == "The database is away."
    assert "could not be loaded" in page.stage.banner.label.text()
    services.playback.failing = None
    page.session.ask()
    qtbot.waitUntil(lambda: page.session.has_data)
    assert not page.stage.banner.isVisible()


def test_an_answer_that_was_overtaken_is_dropped(page, qtbot, services, gate):
    page.session.ask(vehicle_ids=[1])
    qtbot.waitUntil(lambda: services.playback.asked[-1] == (1,))
    page.session.ask(vehicle_ids=[2])
    qtbot.waitUntil(lambda: services.playback.asked[-1] == (2,))
    shown = []
    page.session.loaded.connect(lambda: shown.append(page.session.vehicle_ids))
    gate.set()
    qtbot.waitUntil(lambda: not page.session.loading)
    assert shown == [(2,)]


# Keys


def test_space_plays_and_pauses_and_the_button_shows_it(page, qtbot):
    press(qtbot, page, Qt.Key.Key_Space)
    assert page.clock.playing
    qtbot.waitUntil(lambda: page.clock.at > page.clock.begin)
    press(qtbot, page, Qt.Key.Key_Space)
    assert not page.clock.playing


def test_j_k_l(page, qtbot):
    page.clock.seek(page.clock.begin + 1000)
    press(qtbot, page, Qt.Key.Key_L)
    assert (page.clock.playing, page.clock.direction, page.clock.speed) == (True, 1, 1.0)
    press(qtbot, page, Qt.Key.Key_L)
    assert page.clock.speed == 2.0
    press(qtbot, page, Qt.Key.Key_J)
    assert (page.clock.playing, page.clock.direction) == (True, -1)
    press(qtbot, page, Qt.Key.Key_K)
    assert not page.clock.playing


def test_comma_and_period_go_from_report_to_report_of_the_selected_vehicle(page, qtbot):
    page.session.select(2)
    times = selected_day(page).track.time_s
    page.clock.seek(float(times[50]) + 3)
    press(qtbot, page, Qt.Key.Key_Period)
    assert page.clock.at == times[51]
    press(qtbot, page, Qt.Key.Key_Comma)
    press(qtbot, page, Qt.Key.Key_Comma)
    assert page.clock.at == times[49]


def test_home_and_end_go_to_the_first_and_last_report(page, qtbot):
    press(qtbot, page, Qt.Key.Key_End)
    assert page.clock.at == max(day.day.track.time_s[-1] for day in page.session.days)
    press(qtbot, page, Qt.Key.Key_Home)
    assert page.clock.at == min(day.day.track.time_s[0] for day in page.session.days)


def test_letters_typed_into_the_time_field_are_no_commands(page, qtbot):
    field = page.transport.time
    press(qtbot, page, Qt.Key.Key_T)
    qtbot.waitUntil(field.hasFocus)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, "l")
    event.ignore()
    QApplication.sendEvent(field, event)
    assert event.isAccepted()  # the field takes the key before any shortcut


def test_every_button_names_its_key(page):
    for name in ("home", "back", "toggle", "forward", "end", "follow", "whole_day"):
        keys = next(command.keys for command in COMMANDS if command.name == name)
        hint = page.transport.button(f"playback.{name}").toolTip()
        assert f"({keys[0]})" in hint


def test_no_two_commands_share_a_key_and_all_belong_to_the_page(page, context):
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    entries = context.actions.entries("playback")
    assert {entry.id for entry in entries} >= {f"playback.{c.name}" for c in COMMANDS}
    keys = [key.toString() for entry in entries for key in entry.action.shortcuts()]
    assert len(keys) == len(set(keys)), "exports among them"
    context.actions.activate("live")
    assert not any(entry.action.isEnabled() for entry in context.actions.entries("playback"))


# Going to moments


def test_a_typed_time_is_gone_to_and_shown(page, qtbot):
    wanted_s = BEGIN_S + 7 * 3600 + 5.0
    page.span.show(BEGIN_S + 6 * 3600, BEGIN_S + 6 * 3600 + 900)
    press(qtbot, page, Qt.Key.Key_T)
    qtbot.keyClicks(page.transport.time, "07:00:05")
    qtbot.keyClick(page.transport.time, Qt.Key.Key_Return)
    assert page.clock.at == wanted_s
    assert page.span.shown.contains(wanted_s)
    assert page.transport.time.text() == "2026-06-10 07:00:05"


def test_a_typed_time_without_reports_goes_to_the_nearest_and_says_so(page, qtbot):
    qtbot.keyClick(page, Qt.Key.Key_T)
    qtbot.keyClicks(page.transport.time, "23:00")
    qtbot.keyClick(page.transport.time, Qt.Key.Key_Return)
    assert page.clock.at == page.clock.end < BEGIN_S + 23 * 3600
    assert QToolTip.text() == "There are reports only from 2026-06-10 06:10:00 to 2026-06-10 08:32:30."
    QToolTip.hideText()


def test_a_typed_time_of_another_day_loads_that_day(page, qtbot, services, track_of):
    other = DAY - dt.timedelta(days=2)
    services.playback.put(1, track_of(1, begin_s=BEGIN_S - 2 * 86_400 + 30_000), other)
    page.transport.time.asked.emit(BEGIN_S - 2 * 86_400 + 31_000.0)
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.session.day == other
    assert page.clock.at == BEGIN_S - 2 * 86_400 + 31_000.0


def test_another_day_shows_the_same_time_of_day(page, qtbot, services, track_of):
    services.playback.put(1, track_of(1, begin_s=BEGIN_S + 86_400 + 6 * 3600), DAY + dt.timedelta(days=1))
    page.clock.seek(BEGIN_S + 7 * 3600)
    page.day.step(1)
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.clock.at == BEGIN_S + 86_400 + 7 * 3600


def click_row(qtbot, table, place):
    at = table.visualRect(table.model().index(place, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_click_on_an_overspeed_goes_to_it_and_tells_it(page, qtbot):
    page.events.filter_place = 2
    click_row(qtbot, page.events.table, 0)
    episode = selected_day(page).overspeed[0]
    assert page.clock.at == episode.begin_s
    assert page.vehicle.now.value("speed") == "63 km/h (limit 50)"
    page.clock.seek(episode.begin_s + 20)
    assert page.vehicle.now.value("state") == "Overspeed for 20 s"
    assert page.chart.figure.text() == "63"


def test_a_second_click_on_the_same_stop_goes_there_again(page, qtbot):
    page.events.filter_place = 1
    click_row(qtbot, page.events.table, 1)
    stop = selected_day(page).stops[1]
    assert page.clock.at == stop.begin_s
    page.clock.seek(page.clock.begin)
    click_row(qtbot, page.events.table, 1)
    assert page.clock.at == stop.begin_s
    page.clock.seek(stop.begin_s + 120)
    assert page.vehicle.now.value("state") == "Standing for 2 min"


def test_the_filters_count_what_they_show(page):
    texts = [page.events._buttons[place].text() for place in range(3)]
    assert texts == ["All 4", "Stops 2", "Alarms 1"]
    for place, count in enumerate((4, 2, 1)):
        page.events.filter_place = place
        assert page.events.rows.rowCount() == count


def test_a_mark_on_the_map_goes_to_its_moment(page):
    mark = next(mark for mark in page.session.selected.marks if mark.kind == "stop")
    page.stage.map.mark_clicked.emit(mark)
    assert page.clock.at == mark.key


def test_a_click_on_a_way_goes_to_when_it_was_passed(page):
    loaded = page.session.days[1]
    fix = loaded.where.fixes[200]
    lon, lat = float(loaded.day.track.lon_deg[fix]), float(loaded.day.track.lat_deg[fix])
    page.stage.map.centre_on(lon, lat, 15)
    page.stage.map.background_clicked.emit(lon + 1e-5, lat)
    assert page.session.selected_id == 2
    assert page.clock.at == loaded.day.track.time_s[fix]
    page.stage.map.background_clicked.emit(lon + 0.5, lat)
    assert page.clock.at == loaded.day.track.time_s[fix]


def test_of_several_passes_the_one_nearest_in_time_is_meant(page, qtbot, services, track_of):
    there = track_of(1, begin_s=BEGIN_S + 6 * 3600)
    again = track_of(1, begin_s=BEGIN_S + 15 * 3600)
    both = {
        name: np.concatenate((getattr(there, name), getattr(again, name)))
        for name in there.__dataclass_fields__
        if name != "vehicle_id"
    }
    services.playback.put(1, replace(there, **both))
    page.session.ask(vehicle_ids=[1])
    qtbot.waitUntil(lambda: not page.session.loading)
    page.stage.map.centre_on(float(there.lon_deg[60]), float(there.lat_deg[60]), 15)
    for track, hour in ((again, 14), (there, 7)):
        page.clock.seek(BEGIN_S + hour * 3600)
        page.stage.map.background_clicked.emit(float(there.lon_deg[60]), float(there.lat_deg[60]))
        assert page.clock.at == track.time_s[60]


def test_a_doubted_fix_is_hollow_on_map_and_curve_and_says_why(page, qtbot, services, track_of):
    track = track_of(1, begin_s=BEGIN_S + 6 * 3600)
    lat = track.lat_deg.copy()
    lat[60] += 0.05
    services.playback.put(1, replace(track, lat_deg=lat))
    page.session.ask(vehicle_ids=[1])
    qtbot.waitUntil(lambda: not page.session.loading)
    loaded = page.session.selected
    assert loaded.where.doubted.tolist() == [60]
    assert 60 not in loaded.where.fixes
    assert len(page.stage.doubts) == 1
    qtbot.waitUntil(lambda: page.chart._doubts.getData()[0].tolist() == [track.time_s[60]])
    assert "not believed: jump" in page._read_out(float(track.time_s[60]), None)
    assert "not believed: jump" not in page._read_out(float(track.time_s[20]), None)
    before = page.stage.map.grab().toImage()
    page.stage.doubts.show(None)
    assert page.stage.map.grab().toImage() != before


# Vehicles on the map


def drawn(page, monkeypatch, at_s):
    """Return what the map is given at a moment."""
    calls = []
    monkeypatch.setattr(page.stage.map, "set_vehicles", lambda *values: calls.append(values))
    page.clock.seek(at_s + 1)
    page.clock.seek(at_s)
    return calls[-1]


def test_all_vehicles_stand_where_they_were_at_the_moment(page, monkeypatch):
    at_s = BEGIN_S + 6 * 3600 + 3605.0
    ids, lon, lat, _direction, _state, _names = drawn(page, monkeypatch, at_s)
    assert list(ids) == [1, 2, 3]
    for loaded, x, y in zip(page.session.days, lon, lat, strict=True):
        moment = loaded.where.at(at_s)
        assert (x, y) == pytest.approx((moment.lon_deg, moment.lat_deg), abs=1e-6)


def test_in_a_gap_the_vehicle_is_hollow_at_its_last_fix_and_says_since_when(page, monkeypatch):
    gap = selected_day(page).gaps[0]
    _ids, lon, _lat, _direction, state, names = drawn(page, monkeypatch, gap.begin_s + 400)
    assert state[0] == MotionState.OFFLINE
    assert lon[0] == pytest.approx(selected_day(page).track.lon_deg[gap.first], abs=1e-6)
    assert names[0] == "鲁B·00001D  no data since 07:00:50"
    assert page.vehicle.now.value("state") == "No data since 07:00:50"
    assert page.vehicle.now.value("speed") == "–"
    assert page.vehicle.now.value("fix") == "07:00:50, 6 min 40 s before"
    assert page.chart.figure.text() == "–"


def test_before_its_first_fix_a_vehicle_is_not_drawn(page, monkeypatch):
    _ids, lon, *_ = drawn(page, monkeypatch, page.clock.begin)
    assert not np.isnan(lon[0])
    assert np.isnan(lon[2])


def test_a_click_on_map_or_lane_selects_the_vehicle_everywhere(page, qtbot):
    page.stage.map.vehicle_clicked.emit(3)
    assert page.vehicle.title.text() == "鲁B·00003D"
    assert page.stage.map.selected == 3
    assert page.timeline._selected == 3
    y = page.timeline.geometry_now.lane_top(1) + 8
    qtbot.mouseClick(page.timeline, Qt.MouseButton.LeftButton, pos=QPoint(30, round(y)))
    assert page.session.selected_id == 2
    assert page.chart.curve is page.session.selected.curve


def test_f_follows_until_the_map_is_moved(page, qtbot):
    press(qtbot, page, Qt.Key.Key_F)
    assert page.stage.map.following == 1
    assert page.transport.button("playback.follow").isChecked()
    page.session.select(2)
    assert page.stage.map.following == 2
    page.stage.map.centre_on(120.4, 36.9)
    assert page.stage.map.following is None
    assert not page.transport.button("playback.follow").isChecked()


def test_the_day_in_figures(page):
    summary, day = page.vehicle.summary, selected_day(page)
    assert summary.value("stops") == "2, together 11 min"
    assert summary.value("overspeed") == "1, together 50 s"
    assert summary.value("gaps") == "1, together 15 min"
    assert f"{day.distance.gnss_km:.1f} km by GNSS" in summary.value("distance")
    assert summary.value("distance").startswith(f"{day.distance.odometer_km:.1f} km")


# Choosing


def test_the_picker_finds_toggles_and_loads_what_was_chosen(page, qtbot):
    page.open_picker()
    picker = page.picker
    assert picker.chosen == [1, 2, 3]
    qtbot.waitUntil(lambda: picker.rows.row(1).reports not in (None, 0))
    assert picker.rows.row(5).reports == 0
    qtbot.keyClicks(picker.search, "00005")
    assert picker.rows.rowCount() == 1
    qtbot.keyClick(picker.search, Qt.Key.Key_Return)
    assert picker.chosen == [1, 2, 3, 5]
    picker.search.clear()
    click_row(qtbot, picker.table, 0)
    assert picker.chosen == [2, 3, 5]
    picker.hide()
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.session.vehicle_ids == (2, 3, 5)
    assert page.session.selected_id == 2
    assert page.choose.text() == "3"


def test_space_in_the_list_toggles_and_does_not_play(page, qtbot):
    page.open_picker()
    table = page.picker.table
    qtbot.keyClick(page.picker.search, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert page.picker.chosen == [2, 3]
    assert not page.clock.playing
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert not page.picker.isVisible()
    assert page.session.vehicle_ids == (1, 2, 3)


def test_no_more_than_the_most_can_be_chosen(page, monkeypatch):
    page.open_picker()
    monkeypatch.setattr(page.picker, "_most", 20)
    for number in range(4, 21):
        page.picker.toggle(number)
    assert len(page.picker.chosen) == 20
    assert "the most" not in page.picker.count.text()
    page.picker.toggle(21)
    assert len(page.picker.chosen) == 20
    assert page.picker.count.text() == "20 vehicles are the most that can be shown at once"
    page.picker._taken = True
    page.picker.hide()


def test_the_calendar_marks_days_with_data_and_a_click_loads_one(page, qtbot, services, track_of):
    other = DAY - dt.timedelta(days=4)
    services.playback.put(2, track_of(2, begin_s=BEGIN_S - 4 * 86_400 + 30_000), other)
    page.day.open()
    qtbot.waitUntil(lambda: page.day.calendar.marked == {DAY, other})
    page.day.calendar.clicked.emit(page.day.calendar.selectedDate().addDays(-4))
    assert not page.day.popup.isVisible()
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.session.day == other
    assert page.day.day == other


def test_playback_of_a_vehicle_from_elsewhere_goes_to_the_moment(page, qtbot):
    page.show_target(vehicle_id=2, time_s=BEGIN_S + 7 * 3600)
    assert page.session.vehicle_ids == (1, 2, 3)
    assert page.session.selected_id == 2
    assert page.clock.at == BEGIN_S + 7 * 3600
    page.go.to_vehicle(4, DAY)
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.session.vehicle_ids == (4,)
    assert "No reports" in page.stage.banner.label.text()


def test_a_vehicle_without_a_day_is_shown_on_its_newest(make_page, qtbot):
    page = make_page(target={"vehicle_id": 3})
    qtbot.waitUntil(lambda: page.session.has_data)
    assert page.session.vehicle_ids == (3,)
    assert page.session.day == DAY


# Speed


def test_choosing_and_typing_a_speed_keeps_the_moment(page, qtbot):
    box = page.transport.speed
    page.clock.seek(BEGIN_S + 7 * 3600)
    line = box.lineEdit()
    line.setFocus()
    box.activated.emit(box.findText("10×"))
    assert (page.clock.speed, page.clock.at) == (10.0, BEGIN_S + 7 * 3600)
    assert not line.hasFocus()  # the keys of the playback work again
    line.selectAll()
    qtbot.keyClicks(line, "7.5")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert (page.clock.speed, page.clock.at) == (7.5, BEGIN_S + 7 * 3600)
    assert box.currentText() == "7.5×"
    line.selectAll()
    qtbot.keyClicks(line, "fast")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert page.clock.speed == 7.5
    assert box.currentText() == "7.5×"


# State


def test_the_state_comes_back(page, make_page, qtbot):
    page.session.ask(vehicle_ids=[3, 1], selected=1)
    qtbot.waitUntil(lambda: not page.session.loading)
    page.clock.seek(BEGIN_S + 7 * 3600 + 5)
    page.clock.set_speed(20)
    page.events.filter_place = 2
    state = page.save_state()
    again = make_page(state=state)
    qtbot.waitUntil(lambda: again.session.has_data)
    assert again.session.vehicle_ids == (3, 1)
    assert again.session.selected_id == 1
    assert again.clock.at == BEGIN_S + 7 * 3600 + 5
    assert again.clock.speed == 20
    assert again.events.filter_place == 2
    assert again.save_state() == state


def test_coming_back_on_the_same_day_fetches_what_came_in_since_and_keeps_the_moment(page, qtbot, services):
    asked = len(services.playback.asked)
    page.clock.seek(BEGIN_S + 7 * 3600)
    page.activated()
    qtbot.waitUntil(lambda: not page.session.loading)
    assert len(services.playback.asked) == asked + 1
    assert page.clock.at == BEGIN_S + 7 * 3600


def test_a_target_while_that_day_is_loading_keeps_the_other_vehicles(page, qtbot, gate):
    page.activated()
    assert page.session.loading
    page.show_target(vehicle_id=3, time_s=BEGIN_S + 7 * 3600)
    gate.set()
    qtbot.waitUntil(lambda: not page.session.loading)
    assert (page.session.vehicle_ids, page.session.selected_id) == ((1, 2, 3), 3)
    assert page.clock.at == BEGIN_S + 7 * 3600


def test_the_timeline_takes_the_height_of_its_lanes_until_the_user_decides(page, make_page, qtbot):
    assert page.timeline.geometry_now.lane_px == 24
    assert page.timeline.geometry_now.hidden_px == 0
    few = page.frame.sizes()[1]
    page.session.ask(vehicle_ids=[1, 2, 3, 4, 5, 6])
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.frame.sizes()[1] > few
    page.frame.moveSplitter(400, 1)
    decided = page.frame.sizes()
    again = make_page(state=page.save_state())
    assert again.frame.sizes() == decided


def test_on_a_low_screen_the_side_takes_the_whole_height_and_nothing_is_squeezed(page):
    assert not page.frame.low
    page.resize(1180, 520)
    assert page.frame.low
    assert page.minimumSizeHint().height() <= 480
    assert page.vehicle.height() >= page.vehicle.minimumSizeHint().height()
    assert page.timeline.geometry_now.lane_px >= 17
    page.resize(1500, 900)
    assert not page.frame.low


@pytest.mark.parametrize(("width", "height"), [(860, 250), (860, 400), (1190, 360), (1260, 560)])
def test_on_a_small_screen_nothing_overlaps_and_the_events_are_readable(page, width, height):
    """860 x 250 is left of a screen of 960 x 540 with the table of alerts open."""
    page.resize(width, height)
    QApplication.processEvents()
    assert page.size() == QSize(width, height)
    shown = [w for w in page.transport.children() if isinstance(w, QWidget) and w.isVisible()]
    shown.sort(key=lambda w: w.x())
    assert all(left.geometry().right() < right.x() for left, right in itertools.pairwise(shown))
    assert shown[-1].geometry().right() < page.transport.width()
    assert page.transport.time.width() >= page.transport.time.sizeHint().width()
    for widget in (page.choose, page.day.button):
        assert widget.width() >= widget.sizeHint().width()
    if page.frame.column.folded:
        assert page.events.isVisible()
        assert not page.vehicle.isVisible()
    assert page.events.table.viewport().height() >= 28  # a row
    page.frame.column.bring(page.vehicle)
    assert page.vehicle.isVisible()
    assert page.timeline.geometry_now.time_px > 200
    assert page.timeline.height() >= page.timeline.minimumSizeHint().height()


def test_with_the_table_of_alerts_open_at_720_several_events_are_seen(page):
    page.resize(1190, 360)
    QApplication.processEvents()
    assert page.frame.column.folded
    assert page.events.table.viewport().height() >= 4 * 28


def test_a_page_too_low_for_it_gives_the_room_of_the_curve_to_the_map(page, qtbot):
    qtbot.waitUntil(lambda: page.chart is not None)
    assert page.chart.isVisible()
    page.resize(1180, 260)
    assert not page.chart.isVisible()
    page.resize(1500, 900)
    assert page.chart.isVisible()


def test_the_side_column_is_as_wide_as_before_when_the_page_is_wide_again(page):
    before = page.frame.column.width()
    page.resize(860, 400)
    assert page.frame.column.width() < before
    page.resize(1500, 900)
    assert page.frame.column.width() == before


def test_the_list_of_vehicles_stays_on_the_screen(page):
    screen = page.screen().availableGeometry().adjusted(0, 0, 4, 4)  # the offscreen platform puts 2 px around popups
    page.window().move(screen.right() - page.width() // 2, screen.bottom() - 200)
    page.open_picker()
    page.day.open()
    assert screen.contains(page.picker.geometry())
    assert screen.contains(page.day.popup.geometry())


def test_leaving_the_page_pauses(page):
    page.clock.play()
    page.deactivated()
    assert not page.clock.playing


def test_the_whole_page_paints_in_both_themes(page, theme):
    page.clock.seek(selected_day(page).overspeed[0].begin_s)
    dark = page.grab().toImage()
    theme.choose("light")
    light = page.grab().toImage()
    assert dark.size() == light.size() == page.size()
    corner = QPoint(page.width() - 30, page.height() - 12)
    assert dark.pixelColor(corner) != light.pixelColor(corner)


def test_the_map_names_the_keys_that_work_on_this_page(page, qtbot):
    hints = [button.toolTip() for button in page.stage.map.controls.findChildren(QToolButton)]
    assert "Show the county (Ctrl+Home)" in hints
    assert "Show all vehicles and tracks (Ctrl+End)" in hints
    page.stage.map.centre_on(0.0, 0.0)
    page.context.actions["playback.county"].trigger()
    assert page.stage.map.following is None


def test_the_timeline_shows_all_of_another_vehicle_and_stays_where_one_is_added(page, qtbot):
    page.span.show(BEGIN_S + 7 * 3600, BEGIN_S + 7 * 3600 + 60)
    page.clock.seek(BEGIN_S + 7 * 3600 + 30)
    shown = page.span.shown
    page.go.to_vehicles([*page.session.vehicle_ids, 3])
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.span.shown == shown
    page.go.to_vehicles([3])
    qtbot.waitUntil(lambda: not page.session.loading)
    assert page.span.shown == shown
    page.go.to_vehicles([1])
    qtbot.waitUntil(lambda: not page.session.loading)
    begin_s, end_s = page.session.data_period
    assert page.span.shown.begin_s < begin_s < end_s < page.span.shown.end_s

"""Layouts under names: kept, switched, carried to another seat, and never in the way of a start."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSettings, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QSplitter

from laixi_transport.domain.problem import Problem
from laixi_transport.ui.shell import arrangement as module
from laixi_transport.ui.shell.layout_sheet import LayoutSheet
from laixi_transport.ui.shell.layouts import Layout, Layouts, from_file, to_file
from laixi_transport.ui.shell.places import SMALLEST_PAGE, Place, clamp, on_screen

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
places = st.builds(
    Place,
    st.integers(-9000, 9000),
    st.integers(-9000, 9000),
    st.integers(1, 9000),
    st.integers(1, 9000),
    st.booleans(),
    st.booleans(),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
layouts = st.builds(
    Layout,
    place=places,
    docks=st.binary(max_size=20),
    stacked=words,
    front=words,
    floating=st.dictionaries(words, places, max_size=3),
    states=st.dictionaries(words, json_values, max_size=3),
    theme=st.sampled_from(["", "dark"]),
)
names = words.filter(lambda word: bool(word.split()))


@given(names, layouts)
def test_a_layout_comes_back_whole_from_its_file(name, layout):
    assert from_file(to_file(name, layout)) == (" ".join(name.split()), layout)


@given(json_values | st.dictionaries(st.sampled_from(["place", "docks", "floating", "states", "front"]), json_values))
def test_garbage_is_a_layout_or_a_value_error(garbage):
    try:
        Layout.from_json(garbage)
    except ValueError:
        return
    raise AssertionError("a layout without a place of the window")


@given(st.binary(max_size=60) | json_values.map(lambda value: json.dumps(value).encode()))
def test_a_file_that_is_none_of_ours_is_a_sentence(data):
    with pytest.raises(Problem):
        from_file(data)


def test_entries_that_are_broken_are_left_out_and_the_others_stay(settings):
    kept = Layouts(settings)
    kept.keep("day", Layout(Place(0, 0, 900, 600)))
    stored = json.loads(settings.value("layouts/named"))
    settings.setValue("layouts/named", json.dumps([["bad", {"place": "x"}], 7, *stored, ["worse"], [3, {}]]))
    assert Layouts(settings).names() == ["day"]


@pytest.mark.parametrize("stored", ["[[[[", '{"a": 1}', "", "null", "[" * 5000, 17])
def test_settings_that_are_broken_do_not_block_the_start(make_window, services, settings, stored):
    for key in ("layouts/named", "layouts/last", "layouts/current", "layouts/locked", "pages/live/place"):
        settings.setValue(key, stored)
    window = make_window()
    window.attach(services)
    assert on_screen(window)
    assert window.pages.stacked() == "live"
    assert window.arrangement.layouts.names() == []


def test_place_and_docks_come_back(window, make_window, parts):
    window.toggle_alerts()
    window.ground.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.alerts_dock)
    window.setGeometry(0, 0, 790, 600)
    before = window.geometry()
    window.close()
    parts.actions.clear()
    again = make_window()
    assert again.ground.dockWidgetArea(again.alerts_dock) == Qt.DockWidgetArea.LeftDockWidgetArea
    assert not again.alerts_dock.isHidden()
    assert again.geometry().intersects(before)


def test_a_kept_layout_brings_back_windows_docks_and_what_the_pages_show(window):
    pages = window.pages
    pages.float_out("live", Place(30, 20, 820, 400))
    place = pages.page("live").window().geometry()
    pages.page("live").field.setText("night")
    window.toggle_alerts()
    assert window.arrangement.keep("  night \n shift ") == "night shift"
    pages.take_all_back()
    window.toggle_alerts()
    window.open_page("playback")
    pages.page("live").field.setText("day")
    window.arrangement.switch("night shift")
    assert pages.floats("live")
    assert pages.page("live").window().geometry() == place
    assert pages.page("live").field.text() == "night"
    assert not window.alerts_dock.isHidden()
    assert window.arrangement.layouts.current == "night shift"


def test_switching_takes_pages_back_that_do_not_float_there(window):
    window.arrangement.keep("day")
    window.pages.float_out("live")
    window.pages.float_out("playback")
    window.arrangement.switch("day")
    assert not window.pages.windows
    assert window.pages.stacked() == "live"


def test_layouts_are_switched_by_key_and_menu_and_found_in_the_palette(window, qtbot):
    window.arrangement.keep("day")
    window.pages.float_out("live")
    window.arrangement.keep("night")
    titles = [a.text() for m in window.menus.menu("view").actions() if m.menu() for a in m.menu().actions()]
    assert {"Layout: day", "Layout: night"} <= set(titles)
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert not window.pages.windows
    assert window.parts.actions["layout.1"].isChecked()
    window.parts.actions["search"].trigger()
    qtbot.keyClicks(window.search, "night")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.pages.floats("live")


def test_layouts_are_there_again_next_time(window, make_window, parts):
    window.arrangement.keep("day")
    window.arrangement.keep("night")
    window.close()
    parts.actions.clear()
    again = make_window()
    assert again.arrangement.layouts.names() == ["day", "night"]
    assert again.parts.actions["layout.2"].text() == "Layout: night"


def test_a_theme_comes_with_a_layout_only_if_that_was_wanted(window):
    window.arrangement.keep("dark", with_theme=True)
    window.arrangement.keep("any")
    window.parts.actions["theme.light"].trigger()
    window.arrangement.switch("any")
    assert window.parts.theme.name == "light"
    window.arrangement.switch("dark")
    assert window.parts.theme.name == "dark"
    assert window.parts.actions["theme.dark"].isChecked()


def test_docks_of_another_version_stand_where_they_stand_at_first_and_the_user_is_told(window, monkeypatch):
    monkeypatch.setattr(module, "VERSION", 99)
    window.toggle_alerts()
    window.arrangement.keep("old")
    monkeypatch.undo()
    window.ground.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.alerts_dock)
    window.arrangement.switch("old")
    assert "“old” comes from another version" in window.notice.text
    assert window.ground.dockWidgetArea(window.alerts_dock) == Qt.DockWidgetArea.BottomDockWidgetArea
    assert window.alerts_dock.isHidden()


def test_a_layout_for_screens_that_are_not_here_opens_on_those_that_are(window):
    layout = window.arrangement.taken_down()
    far = Place(7000, 5000, 1000, 700, full_screen=True)
    window.arrangement.layouts.keep("wall", Layout(far, layout.docks, "playback", "live", {"live": far, "gone": far}))
    window.arrangement.switch("wall")
    screen = window.screen().availableGeometry()
    own = window.pages.page("live").window()
    assert own.isFullScreen()
    own.showNormal()
    assert screen.contains(own.geometry())
    assert own.geometry() == clamp(far.rect, [screen], SMALLEST_PAGE)
    assert window.pages.stacked() == "playback"


def test_a_locked_layout_is_not_dragged(window, make_window, parts, services):
    splitter = QSplitter()
    splitter.addWidget(window.pages.page("live").field)
    splitter.addWidget(QSplitter())
    window.pages.page("live").layout().addWidget(splitter)
    window.toggle_alerts()
    window.parts.actions["layouts.lock"].trigger()
    assert window.alerts_dock.features() == window.alerts_dock.DockWidgetFeature.NoDockWidgetFeatures
    assert not splitter.handle(1).isEnabled()
    window.parts.actions["layouts.lock"].trigger()
    assert splitter.handle(1).isEnabled()
    window.parts.actions["layouts.lock"].trigger()
    window.close()
    parts.actions.clear()
    again = make_window()
    assert again.parts.actions["layouts.lock"].isChecked()


def test_the_line_between_page_and_docks_is_locked_as_well(window, qtbot):
    window.toggle_alerts()
    window.alerts_dock.setFloating(False)
    line = QRect(window.pages.geometry())

    def drag():
        at = line.center()
        at.setY(line.bottom() + 4)
        qtbot.mousePress(window.ground, Qt.MouseButton.LeftButton, pos=at)
        at.setY(at.y() - 60)
        qtbot.mouseMove(window.ground, at)
        QApplication.processEvents()  # Qt moves the line when the loop comes round
        qtbot.mouseRelease(window.ground, Qt.MouseButton.LeftButton, pos=at)

    window.arrangement.lock(True)
    QApplication.processEvents()
    before = window.pages.height()
    drag()
    QApplication.processEvents()
    assert window.pages.height() == before
    window.arrangement.lock(False)
    drag()
    qtbot.waitUntil(lambda: window.pages.height() != before)


# The sheet


@pytest.fixture
def sheet(window):
    window.parts.actions["layouts.manage"].trigger()
    return window.findChild(LayoutSheet)


def test_a_name_and_enter_keep_what_stands_here(window, sheet, qtbot):
    assert sheet.name.hasFocus()
    qtbot.keyClicks(sheet.name, "day")
    qtbot.keyClick(sheet.name, Qt.Key.Key_Return)
    assert window.arrangement.layouts.names() == ["day"]
    assert [row.name for row in sheet.rows.rows()] == ["day"]


def test_a_layout_is_renamed_and_keeps_its_key(window, sheet, qtbot):
    for name in ("day", "night"):
        sheet.name.setText(name)
        sheet.keep_button.click()
    sheet.table.choose("day")
    sheet.name.setText("early")
    sheet.rename_button.click()
    assert window.arrangement.layouts.names() == ["early", "night"]
    sheet.name.setText("night")
    sheet.rename_button.click()
    assert sheet.said.text() == "There is a layout “night” already. Choose another name."
    assert window.arrangement.layouts.names() == ["early", "night"]


def test_a_layout_is_deleted_after_asking_once_more(window, sheet):
    sheet.name.setText("day")
    sheet.keep()
    sheet.delete_button.click()
    assert sheet.delete_button.text() == "Delete “day” now"
    assert window.arrangement.layouts.names() == ["day"]
    sheet.delete_button.click()
    assert window.arrangement.layouts.names() == []
    assert "layout.1" not in window.parts.actions


def test_enter_in_the_table_switches_and_puts_the_sheet_away(window, sheet, qtbot):
    window.pages.float_out("live")
    sheet.name.setText("two")
    sheet.keep()
    window.pages.take_all_back()
    qtbot.keyClick(sheet.table, Qt.Key.Key_Return)
    assert window.pages.floats("live")
    qtbot.waitUntil(lambda: window.findChild(LayoutSheet) is None)


def test_a_layout_goes_to_another_seat_as_a_file(window, sheet, tmp_path, monkeypatch):
    path = str(tmp_path / "night.json")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    sheet.name.setText("night")
    sheet.keep()
    sheet.save_file()
    sheet.open_file()
    assert window.arrangement.layouts.names() == ["night", "night+"]
    (tmp_path / "night.json").write_bytes(b"\x00\xff")
    sheet.open_file()
    assert "holds no layout" in sheet.said.text()
    path = str(tmp_path / "nowhere" / "night.json")
    sheet.save_file()
    assert "does not exist" in sheet.said.text()


def test_a_name_that_is_none_is_told(settings):
    kept = Layouts(QSettings(settings.fileName(), QSettings.Format.IniFormat))
    with pytest.raises(Problem):
        kept.keep(" \t", Layout(Place(0, 0, 900, 600)))
    with pytest.raises(Problem):
        kept.keep("x" * 41, Layout(Place(0, 0, 900, 600)))

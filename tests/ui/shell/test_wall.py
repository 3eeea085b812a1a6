"""Wall mode: large, nothing to click, the pointer gone, pages by turns."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from laixi_transport.ui.shell.alarm_bar import AlarmBar
from laixi_transport.ui.shell.wall import is_wall, wall_scale
from laixi_transport.ui.theme import Theme


@pytest.fixture
def on_wall(make_window, parts, services, settings, request):
    theme = Theme(settings, scale=wall_scale(settings))
    theme.apply()
    window = make_window(given=replace(parts, theme=theme, wall=True))
    window.attach(services)
    yield window
    window.wall.stop()


def test_wall_mode_leaves_what_is_read_from_afar(on_wall):
    assert on_wall.isFullScreen()
    assert on_wall.alarm_bar.isVisible()
    assert on_wall.pages.page("live").isVisible()
    for widget in (on_wall.rail, on_wall.menus, on_wall.search, on_wall._top.float_button):
        assert not widget.isVisible()
    assert on_wall._top._name.text() == "Live"
    assert on_wall._top._name.isVisible()


def test_the_alarms_are_larger_than_any_other_text(on_wall):
    label = next(iter(on_wall.alarm_bar.counts.values()))
    label.ensurePolished()
    assert label.font().pixelSize() == 30
    assert on_wall.alarm_bar.oldest.font().pixelSize() == 30
    assert QApplication.font().pixelSize() == 20


def test_a_request_from_above_is_as_large_as_the_alarms(on_wall):
    on_wall.request_chip.ensurePolished()
    assert on_wall.request_chip.font().pixelSize() == 30


def test_on_a_narrow_screen_words_and_buttons_give_way_and_no_count_is_cut(on_wall, services, alert):
    for number in range(120):
        services.alerts.alerts[number] = alert(number)
    bar = AlarmBar(on_wall.parts.theme, on_wall.desk.open, str, on_wall.parts.now, on_wall)
    on_wall.desk.open.merge(list(services.alerts.alerts.values()))
    bar.enlarge()
    button = bar.add_button(on_wall.parts.actions["alarms.expand"])
    bar.show_known()
    bar.resize(1900, 60)
    bar.show()
    QApplication.processEvents()
    assert button.isVisible()
    bar.resize(bar.layout().minimumSize().width() - 20, 60)
    QApplication.processEvents()
    assert not button.isVisible()
    for label in bar.counts.values():
        assert label.width() >= label.sizeHint().width()
    bar.close()
    bar.deleteLater()


def test_escape_leaves_the_wall_and_the_desk_is_as_it_was(on_wall, settings, qtbot):
    settings.setValue("layouts/last", "as it was")
    settings.setValue("wall/on", True)
    with qtbot.waitSignal(on_wall.rebuild_asked):
        qtbot.keyClick(on_wall, Qt.Key.Key_Escape)
    assert not is_wall(settings)
    on_wall.close()
    assert settings.value("layouts/last") == "as it was"


def test_the_search_comes_when_it_is_called_and_goes(on_wall, qtbot):
    on_wall.parts.actions["search"].trigger()
    assert on_wall.search.isVisible()
    qtbot.keyClick(on_wall.search, Qt.Key.Key_Escape)
    assert not on_wall.search.isVisible()


def test_the_pointer_hides_when_it_stands_still_and_comes_when_it_moves(on_wall):
    QCursor.setPos(100, 100)
    on_wall.wall.look(250)
    on_wall.wall.look(2_900)
    assert not on_wall.wall.pointer_hidden
    on_wall.wall.look(250)
    assert QApplication.overrideCursor().shape() == Qt.CursorShape.BlankCursor
    QCursor.setPos(140, 100)
    on_wall.wall.look(250)
    assert QApplication.overrideCursor() is None


def test_pages_take_turns_only_if_that_was_chosen(on_wall):
    wall = on_wall.wall
    wall.look(3_600_000)
    assert on_wall.pages.stacked() == "live"
    for action in ("wall.page.live", "wall.page.playback", "wall.every.30"):
        on_wall.parts.actions[action].trigger()
    wall.look(29_999)
    assert on_wall.pages.stacked() == "live"
    wall.look(1)
    assert on_wall.pages.stacked() == "playback"
    wall.look(30_000)
    assert on_wall.pages.stacked() == "live"


def test_no_page_is_turned_under_somebodys_hands(on_wall):
    wall = on_wall.wall
    wall.pages, wall.interval_s = ["live", "playback"], 15
    QCursor.setPos(300, 100)
    wall.look(250)
    wall.look(60_000)
    assert on_wall.pages.stacked() == "live"
    wall.look(15_000)
    assert on_wall.pages.stacked() == "playback"


def test_a_page_with_a_window_of_its_own_stays_there(on_wall):
    on_wall.wall.pages, on_wall.wall.interval_s = ["live", "playback"], 15
    on_wall.pages.float_out("playback")
    on_wall.wall.turn()
    assert on_wall.pages.stacked() == "live"


def test_broken_settings_of_the_wall_mean_the_usual(settings, make_window):
    for key in ("wall/scale", "wall/every_s", "wall/pages", "view/scale"):
        settings.setValue(key, "[nonsense")
    assert wall_scale(settings) == 1.5
    assert Theme(settings).scale == 1.0
    window = make_window()
    assert window.wall.interval_s == 0
    assert window.wall.pages == []


def test_what_is_chosen_for_the_wall_is_remembered(window, settings, qtbot):
    window.parts.actions["wall.scale.2.0"].trigger()
    window.parts.actions["wall.every.60"].trigger()
    window.parts.actions["wall.page.playback"].trigger()
    assert wall_scale(settings) == 2.0
    assert window.wall.interval_s == 60
    assert window.wall.pages == ["playback"]
    with qtbot.waitSignal(window.rebuild_asked):
        window.parts.actions["wall.toggle"].trigger()
    assert is_wall(settings)

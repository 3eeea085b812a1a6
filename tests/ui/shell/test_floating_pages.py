"""Pages in windows of their own: several at once, alive, never lost."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication

from laixi_transport.domain.alert import Priority
from laixi_transport.ui.shell import places
from laixi_transport.ui.shell.alarm_bar import AlarmBar
from laixi_transport.ui.shell.sheet import Sheet


@pytest.fixture
def floated(window):
    """Return the window of the live page."""
    window.parts.actions["view.move_out"].trigger()
    return window.pages.page("live").window()


def strip(window) -> AlarmBar:
    return window.findChild(AlarmBar)


def test_a_page_in_a_window_of_its_own_keeps_off_the_edge(window, floated):
    page = window.pages.page("live")
    left_top = page.mapTo(floated, page.rect().topLeft())
    assert left_top.x() >= 8
    assert left_top.y() >= 8
    assert floated.width() - left_top.x() - page.width() >= 8


def test_a_page_moves_to_a_window_of_its_own_and_back(window, floated):
    page = window.pages.page("live")
    assert floated is not window
    assert page.isVisible()
    assert floated.windowTitle() == "Live"
    floated.close()
    assert page.window() is window
    assert window.pages.currentWidget() is page


def test_meanwhile_the_main_window_shows_another_page(window, floated):
    assert window.pages.stacked() == "playback"
    assert window.windowTitle() == "Playback – Laixi Transport"
    assert window.pages.front == "live"


def test_with_all_pages_outside_the_main_window_says_where_they_are(window, floated):
    window.pages.float_out("playback")
    assert window.pages.currentWidget() is window.pages.waiting
    assert "window of its own" in window.pages.waiting.label.text()
    window.pages.take_all_back()
    assert window.pages.stacked()
    assert not window.pages.windows


def test_a_page_keeps_what_it_held_and_is_not_made_again(window, floated):
    page = window.pages.page("live")
    page.field.setText("鲁B00042D")
    floated.close()
    assert window.pages.page("live") is page
    assert page.field.text() == "鲁B00042D"


def test_pages_that_are_seen_are_awake_wherever_they_stand(window):
    live = window.pages.page("live")
    window.pages.float_out("live")
    window.open_page("playback")
    playback = window.pages.page("playback")
    assert live.log == ["activated"]
    assert playback.log == ["activated"]
    window.pages.float_out("playback")
    window.pages.toggle_float("live")  # back into the main window, which shows nothing else
    assert live.log == ["activated"]
    window.pages.toggle_float("playback")  # not in front, so it does not push the other one away
    assert live.log == ["activated"]
    assert playback.log == ["activated", "deactivated"]


def test_the_keys_follow_the_active_window(window, floated, qtbot):
    live = window.pages.page("live")
    qtbot.waitUntil(lambda: QApplication.activeWindow() is floated)
    qtbot.keyClick(floated, Qt.Key.Key_F)
    assert live.log[-1] == "follow"
    window.activateWindow()
    qtbot.waitUntil(lambda: window.pages.front == "playback")
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert window.pages.page("playback").log[-1] == "follow"


def test_the_alarms_are_counted_in_every_window(window, floated, services, alert, qtbot):
    services.alerts.tell([alert(1, priority=Priority.URGENT)])
    qtbot.waitUntil(lambda: strip(floated).counts[Priority.URGENT].text() == "Urgent 1")
    assert strip(floated).isVisible()
    assert strip(floated).height() <= 40
    services.alerts.alerts = {1: alert(1, priority=Priority.URGENT)}
    qtbot.keyClick(floated, Qt.Key.Key_A)
    assert services.alerts.acknowledged == [(1, "li")]


def test_the_navigation_brings_a_floating_page_to_the_front_where_it_is(window, floated, qtbot):
    window.activateWindow()
    qtbot.waitUntil(lambda: window.pages.front == "playback")
    window.rail._buttons["live"].click()
    assert window.pages.front == "live"
    assert window.pages.page("live").window() is floated
    assert window.pages.stacked() == "playback"
    assert window.rail._buttons["playback"].isChecked()
    assert "window of its own" in window.rail._buttons["live"].toolTip()


def test_button_key_and_palette_give_a_page_a_window(window, qtbot):
    window._top.float_button.click()
    assert window.pages.floats("live")
    window.pages.take_all_back()
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.pages.floats("live")
    window.pages.take_all_back()
    window.parts.actions["search"].trigger()
    qtbot.keyClicks(window.search, "window of its own")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.pages.floats("live")


def test_f11_fills_the_screen_with_the_window_that_is_active_and_escape_returns(window, floated, qtbot):
    used = []
    window.parts.actions.add("live.none", "Select nothing", lambda: used.append(1), keys="Esc", scope="live")
    qtbot.waitUntil(lambda: QApplication.activeWindow() is floated)
    qtbot.keyClick(floated, Qt.Key.Key_F11)
    assert floated.isFullScreen()
    assert not window.isFullScreen()
    qtbot.keyClick(window.pages.page("live").field, Qt.Key.Key_Escape)
    assert not floated.isFullScreen()
    assert used == []
    qtbot.keyClick(floated, Qt.Key.Key_Escape)
    assert used == [1]


def test_a_page_called_from_a_floating_window_comes_with_the_main_window(window, floated, qtbot):
    qtbot.waitUntil(lambda: QApplication.activeWindow() is floated)
    qtbot.keyClick(floated, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    assert window.pages.front == "playback"


def test_the_sheet_of_keys_lies_over_the_window_that_asked(window, floated, qtbot):
    qtbot.waitUntil(lambda: QApplication.activeWindow() is floated)
    qtbot.keyClick(floated, Qt.Key.Key_F1)
    sheet = floated.findChild(Sheet)
    assert sheet is not None
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: floated.findChild(Sheet) is None)


def test_the_search_is_called_from_a_floating_page_and_gives_the_keyboard_back(window, floated, qtbot):
    field = window.pages.page("live").field
    qtbot.waitUntil(lambda: QApplication.activeWindow() is floated)
    field.setFocus()
    window.parts.actions["search"].trigger()
    qtbot.waitUntil(window.search.hasFocus)
    qtbot.keyClick(window.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(field.hasFocus)


def test_where_pages_floated_they_float_next_time(window, floated, make_window, parts, services):
    floated.setGeometry(40, 30, 830, 420)
    window.close()
    parts.actions.clear()
    again = make_window()
    again.attach(services)
    assert again.pages.floats("live")
    assert again.pages.page("live").window().geometry() == QRect(
        *places.clamp(QRect(40, 30, 830, 420), [again.screen().availableGeometry()], places.SMALLEST_PAGE).getRect()
    )
    assert again.pages.stacked() == "playback"
    assert again.pages.front == "live"


def test_a_window_whose_screen_went_between_two_runs_opens_on_one_that_is_there(
    window, floated, make_window, parts, services
):
    floated.setGeometry(5000, 3000, 900, 500)
    window.close()
    parts.actions.clear()
    again = make_window()
    again.attach(services)
    own = again.pages.page("live").window()
    assert again.screen().availableGeometry().contains(own.geometry())
    assert again.pages.page("live").isVisible()


def test_a_window_whose_screen_goes_while_it_stands_there_comes_back(window, floated, qtbot):
    floated.setGeometry(5000, 3000, 900, 500)
    window.setGeometry(-7000, 0, 1000, 600)
    QApplication.instance().screenRemoved.emit(window.screen())
    qtbot.waitUntil(lambda: places.on_screen(floated) and places.on_screen(window))


def test_tab_and_space_press_a_button_although_the_page_uses_space(window, qtbot):
    used = []
    window.parts.actions.add("live.play", "Play", lambda: used.append(1), keys="Space", scope="live")
    button = window._top.float_button
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.pages.floats("live")
    assert used == []
    own = window.pages.page("live").window()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is own)
    window.pages.page("live").setFocus()
    qtbot.keyClick(own, Qt.Key.Key_Space)
    assert used == [1]

"""Tests that need two screens of different size and pixel ratio; ``test_two_screens`` runs them where there are."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from laixi_transport.ui.shell import places
from laixi_transport.ui.shell.places import Place

DESK, SECOND = QRect(0, 0, 1366, 768), QRect(1366, -200, 1920, 1080)


@pytest.fixture
def second(application):
    screens = QGuiApplication.screens()
    assert [screen.geometry() for screen in screens] == [DESK, SECOND]
    assert [screen.devicePixelRatio() for screen in screens] == [1.0, 2.0]
    return screens[1]


def test_a_page_goes_to_the_screen_on_which_nothing_stands(second, window):
    window.parts.actions["view.move_out"].trigger()
    own = window.pages.page("live").window()
    assert own.screen() is second
    assert SECOND.contains(own.geometry())
    assert window.screen() is not second


def test_a_window_fills_the_screen_that_it_stands_on(second, window, make_window, parts, services, qtbot):
    window.pages.float_out("live", Place(1500, 0, 900, 500))
    own = window.pages.page("live").window()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is own)
    window.parts.actions["view.full_screen"].trigger()
    qtbot.waitUntil(lambda: own.geometry() == SECOND)
    window.close()
    parts.actions.clear()
    again = make_window()
    again.attach(services)
    own = again.pages.page("live").window()
    assert own.isFullScreen()
    assert own.screen() is second
    qtbot.waitUntil(lambda: own.geometry() == SECOND)
    own.leave_full_screen()
    assert SECOND.contains(own.geometry().center())


def test_a_key_moves_the_window_to_the_next_screen_and_back(second, window, qtbot):
    window.pages.float_out("live", Place(100, 100, 900, 500))
    own = window.pages.page("live").window()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is own)
    for screen in (SECOND, DESK):
        window.parts.actions["view.next_screen"].trigger()
        assert screen.contains(own.geometry().center())


def test_two_windows_on_two_screens_come_back_where_they_stood(second, window):
    window.pages.float_out("live", Place(1400, 0, 900, 500))
    window.pages.float_out("playback", Place(40, 40, 900, 500))
    stood = {page_id: place.rect.topLeft() for page_id, place in window.pages.floating().items()}
    window.arrangement.keep("both")
    window.pages.take_all_back()
    window.arrangement.switch("both")
    now = window.pages.floating()
    assert SECOND.contains(now["live"].rect)
    assert DESK.contains(now["playback"].rect)
    for page_id, place in now.items():
        assert (place.rect.topLeft() - stood[page_id]).manhattanLength() <= 8  # the frame


def test_a_window_between_screens_goes_whole_to_the_one_that_shows_more_of_it(second):
    screens = [screen.availableGeometry() for screen in places.ordered_screens()]
    assert SECOND.contains(places.clamp(QRect(QPoint(1300, 100), QPoint(2300, 700)), screens))
    assert DESK.contains(places.clamp(QRect(QPoint(300, 100), QPoint(1500, 700)), screens))

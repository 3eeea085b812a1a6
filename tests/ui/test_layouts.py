"""Where the window stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from laixi_transport.ui.shell import layouts

MAIN = QRect(0, 0, 1920, 1040)
RIGHT = QRect(1920, -200, 2560, 1400)

rectangles = st.builds(
    QRect, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 6000), st.integers(1, 6000)
)


def test_a_window_that_fits_stays_where_it_was():
    place = QRect(2000, 0, 1600, 1000)
    assert layouts.clamp(place, [MAIN, RIGHT]) == place


def test_a_window_of_a_screen_that_is_gone_comes_to_the_main_screen():
    assert MAIN.contains(layouts.clamp(QRect(2500, 0, 1600, 1000), [MAIN]))


def test_a_window_is_shrunk_to_a_smaller_screen():
    assert layouts.clamp(QRect(0, 0, 3840, 2160), [MAIN]) == MAIN


@given(rectangles, st.lists(st.sampled_from([MAIN, RIGHT, QRect(-1280, 0, 1280, 720)]), min_size=1, unique_by=id))
def test_a_window_always_lies_whole_on_one_screen(place, screens):
    clamped = layouts.clamp(place, screens)
    assert any(screen.contains(clamped) for screen in screens)
    assert clamped.width() >= min(layouts.SMALLEST.width(), *(screen.width() for screen in screens))


@pytest.fixture
def window(qtbot, application):
    made = QMainWindow()
    made.setCentralWidget(QMainWindow())
    qtbot.addWidget(made)
    return made


def dock(ground):
    made = QDockWidget("Alerts", ground)
    made.setObjectName("alerts")
    ground.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, made)
    return made


def test_place_and_docks_come_back(window, settings, qtbot):
    ground = window.centralWidget()
    dock(ground).hide()
    ground.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, ground.findChild(QDockWidget))
    window.setGeometry(0, 0, 790, 600)
    layouts.save(window, ground, settings)
    again = QMainWindow()
    qtbot.addWidget(again)
    again.setCentralWidget(QMainWindow())
    other = dock(again.centralWidget())
    layouts.restore(again, again.centralWidget(), settings)
    assert again.centralWidget().dockWidgetArea(other) == Qt.DockWidgetArea.LeftDockWidgetArea
    assert again.screen().availableGeometry().contains(again.geometry())


def test_a_layout_of_another_version_is_not_taken(window, settings, monkeypatch):
    ground = window.centralWidget()
    dock(ground)
    monkeypatch.setattr(layouts, "VERSION", 99)
    layouts.save(window, ground, settings)
    monkeypatch.undo()
    ground.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, ground.findChild(QDockWidget))
    layouts.restore(window, ground, settings)
    assert ground.dockWidgetArea(ground.findChild(QDockWidget)) == Qt.DockWidgetArea.RightDockWidgetArea


def test_broken_settings_give_the_first_place(window, settings):
    settings.setValue("window/place", "nonsense")
    settings.setValue("window/state", "nonsense")
    layouts.restore(window, window.centralWidget(), settings)
    assert window.screen().availableGeometry().contains(window.geometry())


def test_a_dock_that_floats_where_no_screen_is_comes_back(window, monkeypatch):
    ground = window.centralWidget()
    floating = dock(ground)
    window.show()
    floating.setFloating(True)
    floating.setGeometry(9000, 9000, 300, 200)
    layouts.clamp_floating(ground)
    assert window.screen().availableGeometry().intersects(floating.geometry())

"""Where windows stand, whatever screens there are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from laixi_transport.ui.shell import places
from laixi_transport.ui.shell.places import Place

MAIN = QRect(0, 0, 1920, 1040)
RIGHT = QRect(1920, -200, 2560, 1400)

rectangles = st.builds(
    QRect, st.integers(-5000, 5000), st.integers(-5000, 5000), st.integers(1, 6000), st.integers(1, 6000)
)


def test_a_window_that_fits_stays_where_it_was():
    place = QRect(2000, 0, 1600, 1000)
    assert places.clamp(place, [MAIN, RIGHT]) == place


def test_a_window_of_a_screen_that_is_gone_comes_to_the_main_screen():
    assert MAIN.contains(places.clamp(QRect(2500, 0, 1600, 1000), [MAIN]))


def test_a_window_is_shrunk_to_a_smaller_screen():
    assert places.clamp(QRect(0, 0, 3840, 2160), [MAIN]) == MAIN


@given(rectangles, st.lists(st.sampled_from([MAIN, RIGHT, QRect(-1280, 0, 1280, 720)]), min_size=1, unique_by=id))
def test_a_window_always_lies_whole_on_one_screen(place, screens):
    clamped = places.clamp(place, screens)
    assert any(screen.contains(clamped) for screen in screens)
    assert clamped.width() >= min(places.SMALLEST.width(), *(screen.width() for screen in screens))


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


def test_a_dock_that_floats_where_no_screen_is_comes_back(window, monkeypatch):
    ground = window.centralWidget()
    floating = dock(ground)
    window.show()
    floating.setFloating(True)
    floating.setGeometry(9000, 9000, 300, 200)
    places.clamp_floating(ground)
    assert window.screen().availableGeometry().intersects(floating.geometry())


@given(rectangles, st.booleans(), st.booleans())
def test_a_place_comes_back_from_what_is_stored(rect, maximized, full_screen):
    place = Place(rect.left(), rect.top(), rect.width(), rect.height(), maximized, full_screen)
    assert Place.from_json(json.loads(json.dumps(place.to_json()))) == place


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3) | st.floats(), lambda inner: st.lists(inner, max_size=7)
    )
)
def test_garbage_is_a_place_or_a_value_error(garbage):
    try:
        place = Place.from_json(garbage)
    except ValueError:
        return
    assert place.width > 0
    assert place.height > 0


def test_a_maximized_window_remembers_where_it_stood_before(qtbot, application):
    window = QWidget()
    qtbot.addWidget(window)
    Place(20, 30, 600, 400, maximized=True).put(window, QSize(100, 100))
    window.show()
    place = Place.of(window)
    assert place.maximized
    assert (place.left, place.top, place.width, place.height) == (20, 30, 600, 400)


def test_a_window_that_nobody_can_reach_is_brought_back_and_another_is_left(qtbot, application):
    lost, near = QWidget(), QWidget()
    for widget in (lost, near):
        qtbot.addWidget(widget)
        widget.show()
    lost.setGeometry(9000, 9000, 300, 200)
    near.setGeometry(200, 200, 300, 200)
    ground = QMainWindow()
    qtbot.addWidget(ground)
    places.bring_back((lost, near), ground)
    assert places.on_screen(lost)
    assert near.geometry() == QRect(200, 200, 300, 200)

"""Where popups stand."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize

from laixi_transport.ui.widgets.popup import place_below

SCREEN = QRect(100, 0, 1366, 728)


def test_it_hangs_below_its_button():
    assert place_below(QRect(300, 100, 80, 28), QSize(400, 300), SCREEN).toTuple() == (300, 130)


def test_without_room_below_it_stands_above():
    assert place_below(QRect(300, 600, 80, 28), QSize(400, 300), SCREEN).toTuple() == (300, 298)


@given(st.integers(-500, 2000), st.integers(-500, 1500), st.integers(1, 1366), st.integers(1, 728))
def test_what_fits_the_screen_is_on_it(left, top, width, height):
    size = QSize(width, height)
    assert SCREEN.contains(QRect(place_below(QRect(left, top, 90, 28), size, SCREEN), size))

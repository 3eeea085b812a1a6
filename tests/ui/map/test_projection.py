"""Web Mercator on the unit square, and views of it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.ui.map.projection import (
    EQUATOR_M,
    MAX_LATITUDE_DEG,
    bounds_of,
    metres_per_unit,
    to_lon_lat,
    to_world,
)
from laixi_transport.ui.map.viewport import MAX_ZOOM, MIN_ZOOM, Viewport

longitudes = st.floats(-180, 180)
latitudes = st.floats(-85, 85)
zooms = st.floats(MIN_ZOOM, MAX_ZOOM)
# Views of the county: at the edge of the world the middle is held back.
views = st.builds(
    Viewport,
    st.floats(0.82, 0.85),
    st.floats(0.38, 0.42),
    st.floats(8, 18),
    st.integers(50, 3000),
    st.integers(50, 2000),
)
shares = st.floats(0, 1)


@given(longitudes, latitudes)
def test_projecting_there_and_back_gives_the_same_place(lon, lat):
    back_lon, back_lat = to_lon_lat(*to_world(lon, lat))
    assert back_lon == pytest.approx(lon, abs=1e-9)
    assert back_lat == pytest.approx(lat, abs=1e-9)


def test_the_square_has_the_meridian_and_the_equator_in_its_middle():
    assert [float(value) for value in to_world(0, 0)] == [0.5, 0.5]
    x, y = to_world([-180, 180], [MAX_LATITUDE_DEG, -MAX_LATITUDE_DEG])
    assert x.tolist() == [0, 1]
    assert y.tolist() == pytest.approx([0, 1], abs=1e-12)


def test_a_place_lies_where_the_standard_says():
    """EPSG guidance note 7-2, 1.3.3.1: 100°20'00" W, 24°22'54.433" N is E -11169055.58, N 2800000.00."""
    x, y = to_world(-(100 + 20 / 60), 24 + 22 / 60 + 54.433 / 3600)
    assert (float(x) - 0.5) * EQUATOR_M == pytest.approx(-11169055.58, abs=0.01)
    assert (0.5 - float(y)) * EQUATOR_M == pytest.approx(2800000.00, abs=0.01)


@given(latitudes)
def test_a_metre_shrinks_with_the_latitude(lat):
    _, y = to_world(0, lat)
    assert metres_per_unit(float(y)) == pytest.approx(EQUATOR_M * math.cos(math.radians(lat)), rel=1e-9)


def test_bounds_leave_out_places_that_are_not_known():
    assert bounds_of(np.array([1.0, np.nan, 3.0]), np.array([4.0, 9.0, 2.0])) == (1, 2, 3, 4)
    assert bounds_of(np.array([np.nan]), np.array([1.0])) is None


@given(views, shares, shares)
def test_a_pixel_of_a_view_and_its_place_belong_together(view, across, down):
    px, py = across * view.width, down * view.height
    back_x, back_y = view.to_screen(*view.to_world(px, py))
    assert float(back_x) == pytest.approx(px, abs=1e-4)
    assert float(back_y) == pytest.approx(py, abs=1e-4)


@given(views, shares, shares, st.floats(-3, 3))
def test_zooming_keeps_the_place_under_the_pointer(view, across, down, steps):
    px, py = across * view.width, down * view.height
    before = view.to_world(px, py)
    after = view.zoomed_at(px, py, steps).to_world(px, py)
    assert after == pytest.approx(before, abs=1e-12)


@given(views, st.floats(-500, 500), st.floats(-500, 500))
def test_dragging_moves_the_content_with_the_hand(view, dx, dy):
    x, y = view.to_world(100, 100)
    px, py = view.panned(dx, dy).to_screen(x, y)
    assert (float(px), float(py)) == pytest.approx((100 + dx, 100 + dy), abs=1e-4)


@given(views, longitudes, latitudes, st.floats(0.001, 0.5))
def test_fitting_shows_all_of_the_bounds(view, lon, lat, size):
    lon, lat = min(lon, 179), min(lat, 84)
    x, y = to_world([lon, lon + size], [lat, lat + size])
    fitted = view.fitted((float(x[0]), float(y[1]), float(x[1]), float(y[0])), margin_px=10)
    px, py = fitted.to_screen(x, y)
    assert px.min() >= -1
    assert px.max() <= view.width + 1
    assert py.min() >= -1
    assert py.max() <= view.height + 1


def test_fitting_a_point_does_not_zoom_in_for_ever():
    assert Viewport(0.5, 0.5, 9, 800, 600).fitted((0.8, 0.4, 0.8, 0.4), max_zoom=16).zoom == 16

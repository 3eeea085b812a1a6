"""Lengths and areas against known ones."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import distance_m, haversine_m
from laixi_transport.analytics.measuring import area_m2, geodesic_m

lats, lons = st.floats(-85, 85), st.floats(-180, 180)


def test_the_line_of_the_method_s_own_example_comes_out():
    flinders = -(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600
    buninyong = -(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600
    assert geodesic_m(*flinders, *buninyong) == pytest.approx(54972.271, abs=0.001)


def test_a_quarter_of_the_equator_and_of_a_meridian():
    assert geodesic_m(0, 0, 0, 90) == pytest.approx(math.pi / 2 * 6378137.0, abs=0.001)
    assert geodesic_m(0, 0, 90, 0) == pytest.approx(10_001_965.729, abs=0.001)


def test_the_shorter_way_goes_over_the_date_line():
    assert geodesic_m(10, 179.9, 10, -179.9) == pytest.approx(geodesic_m(10, 0, 10, 0.2), abs=1e-6)


@given(lats, lons, lats, lons)
def test_any_distance_is_near_that_on_the_sphere_and_the_same_both_ways(lat1, lon1, lat2, lon2):
    there = geodesic_m(lat1, lon1, lat2, lon2)
    assert there == pytest.approx(float(haversine_m(lat1, lon1, lat2, lon2)), rel=0.007, abs=0.01)
    assert there == pytest.approx(geodesic_m(lat2, lon2, lat1, lon1), rel=1e-9, abs=1e-6)


@given(st.floats(36, 38), st.floats(120, 121), st.floats(-0.1, 0.1), st.floats(-0.1, 0.1))
def test_near_places_agree_with_what_tracks_are_measured_by(lat, lon, up, aside):
    expected = float(distance_m(lat, lon, lat + up, lon + aside))
    assert geodesic_m(lat, lon, lat + up, lon + aside) == pytest.approx(expected, rel=3e-4, abs=0.01)


def test_half_of_the_earth_has_half_of_its_area():
    ring = np.arange(0, 360, 30.0)
    assert area_m2(ring, np.zeros_like(ring)) == pytest.approx(0, abs=1)
    pole = area_m2(ring, np.full_like(ring, 90.0))
    assert pole == pytest.approx(255_032_810_861_000, rel=1e-6)


def test_a_small_square_is_its_sides_multiplied():
    east = geodesic_m(36.87, 120.5, 36.87, 120.51)
    north = geodesic_m(36.865, 120.5, 36.875, 120.5)
    found = area_m2([120.5, 120.51, 120.51, 120.5], [36.865, 36.865, 36.875, 36.875])
    assert found == pytest.approx(east * north, rel=1e-5)


def test_the_way_round_and_the_first_corner_do_not_matter_and_lines_have_no_area():
    lon, lat = [120.5, 120.6, 120.55], [36.8, 36.8, 36.9]
    assert area_m2(lon, lat) == pytest.approx(area_m2(lon[::-1], lat[::-1]))
    assert area_m2(lon, lat) == pytest.approx(area_m2(lon[1:] + lon[:1], lat[1:] + lat[:1]))
    assert area_m2([1, 2], [3, 4]) == 0

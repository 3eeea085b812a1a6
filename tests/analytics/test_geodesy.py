import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import bearing_deg, distance_m, haversine_m, metres_per_degree, offset_m, steps_m

latitudes = st.floats(-80, 80)
longitudes = st.floats(-180, 180)
small = st.floats(-0.2, 0.2)


def test_lengths_of_a_degree_are_those_of_the_ellipsoid():
    at_equator = metres_per_degree(0.0)
    assert at_equator.east_m == pytest.approx(111_319.491, abs=0.001)
    assert at_equator.north_m == pytest.approx(110_574.276, abs=0.01)
    assert metres_per_degree(45.0).north_m == pytest.approx(111_131.75, abs=0.05)


def test_known_geodesic_on_the_sphere():
    quarter = np.pi / 2 * 6371008.8
    assert haversine_m(0, 0, 0, 90) == pytest.approx(quarter)
    assert haversine_m(0, 10, 90, 55) == pytest.approx(quarter)
    assert haversine_m(0, 0, 0, 180) == pytest.approx(2 * quarter)


def test_directions():
    found = bearing_deg([36.0] * 4, [120.0] * 4, [36.1, 36.0, 35.9, 36.0], [120.0, 120.1, 120.0, 119.9])
    assert found == pytest.approx([0, 90, 180, 270], abs=0.05)


def test_the_shorter_way_across_180_degrees_is_taken():
    assert offset_m(0, 179.999, 0, -179.999).east_m == pytest.approx(222.639, abs=0.001)


def test_steps_join_neighbours():
    lat = np.array([36.0, 36.0, 36.001])
    lon = np.array([120.0, 120.001, 120.001])
    assert steps_m(lat, lon) == pytest.approx([distance_m(36, 120, 36, 120.001), distance_m(36, 120, 36.001, 120)])
    assert len(steps_m(lat[:1], lon[:1])) == 0


@given(latitudes, longitudes, small, small)
def test_plane_and_sphere_agree_within_the_flattening(lat, lon, dlat, dlon):
    near = distance_m(lat, lon, lat + dlat, lon + dlon)
    assert near == pytest.approx(haversine_m(lat, lon, lat + dlat, lon + dlon), rel=0.007, abs=0.01)


@given(latitudes, longitudes, latitudes, longitudes)
def test_bearings_stay_in_the_circle_and_distances_are_symmetric(lat1, lon1, lat2, lon2):
    assert 0 <= bearing_deg(lat1, lon1, lat2, lon2) < 360
    assert haversine_m(lat1, lon1, lat2, lon2) == pytest.approx(haversine_m(lat2, lon2, lat1, lon1), abs=1e-6)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics import chinese_coordinates as cc

lons = st.floats(73.0, 137.0)
lats = st.floats(2.0, 55.0)
PAIRS = (
    (cc.wgs84_to_gcj02, cc.gcj02_to_wgs84),
    (cc.gcj02_to_bd09, cc.bd09_to_gcj02),
    (cc.wgs84_to_bd09, cc.bd09_to_wgs84),
)


def test_published_pairs_come_out():
    # The example of wandergis/coordtransform (MIT), test/app.js.
    assert np.allclose(cc.wgs84_to_gcj02(116.404, 39.915), (116.41024449916938, 39.91640428150164), rtol=0, atol=1e-12)
    assert np.allclose(cc.gcj02_to_bd09(116.404, 39.915), (116.41036949371029, 39.92133699351021), rtol=0, atol=1e-12)


def test_the_inverse_agrees_with_the_published_approximation_to_its_few_metres():
    lon, lat = cc.gcj02_to_wgs84(116.404, 39.915)
    assert float(lon) == pytest.approx(116.39775550083061, abs=3e-5)
    assert float(lat) == pytest.approx(39.91359571849836, abs=3e-5)
    lon, lat = cc.bd09_to_gcj02(116.404, 39.915)
    assert float(lon) == pytest.approx(116.39762729119315, abs=3e-6)
    assert float(lat) == pytest.approx(39.90865673957631, abs=3e-6)


def test_at_laixi_gcj02_lies_over_400_m_to_the_east():
    lon, lat = cc.wgs84_to_gcj02(120.43, 36.86)
    assert 400 < (float(lon) - 120.43) * 111_320 * np.cos(np.radians(36.86)) < 500
    assert abs(float(lat) - 36.86) * 111_000 < 150


@given(lons, lats, st.sampled_from(PAIRS))
def test_there_and_back_is_the_same_place_to_a_millimetre(lon, lat, pair):
    there, back = pair
    x, y = back(*there(lon, lat))
    assert abs(float(x) - lon) < 1e-8
    assert abs(float(y) - lat) < 1e-8


@given(st.floats(-180, 71), st.floats(-90, 90), st.sampled_from([f for pair in PAIRS for f in pair]))
def test_outside_china_nothing_moves(lon, lat, convert):
    assert tuple(map(float, convert(lon, lat))) == (lon, lat)


@given(st.floats(), st.floats(), st.sampled_from([f for pair in PAIRS for f in pair]))
def test_no_number_raises(lon, lat, convert):
    x, y = convert(lon, lat)
    assert x.shape == y.shape == ()


def test_arrays_keep_their_shape_and_nan_stays():
    lon, lat = cc.bd09_to_wgs84([[120.5, np.nan], [2.0, 120.6]], [[36.9, np.nan], [48.0, 36.8]])
    assert lon.shape == (2, 2)
    assert np.isnan([lon[0, 1], lat[0, 1]]).all()
    assert lon[1, 0] == 2.0

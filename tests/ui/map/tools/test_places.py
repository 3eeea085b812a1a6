"""Typed places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.ui import format as text
from laixi_transport.ui.map.tools.coordinates import parse_place


@pytest.mark.parametrize(
    "typed",
    [
        "36.86, 120.52",
        "120.52 36.86",
        "36.86,120.52;",
        "36.86° N, 120.52° E",
        "N36.86 E120.52",
        "E120.52N36.86",
        "36°51′36″ N, 120°31′12″ E",
        "36°51'36\"N 120°31'12\"E",
        "120°31.2'E, 36°51.6'N",
        "东经120.52度 北纬36.86度",
        "北纬36度51分36秒，东经120度31分12秒",
        "lat: 36.86 lon: 120.52",
        "(36.86, 120.52)",
    ],
)
def test_a_place_is_read_however_it_is_written(typed):
    lon, lat = parse_place(typed)
    assert (lon, lat) == (pytest.approx(120.52), pytest.approx(36.86))


def test_south_and_west_are_below_nothing():
    assert parse_place("33.9 S 18.4 W") == (-18.4, -33.9)
    assert parse_place("-33.9, -18.4") == (-18.4, -33.9)


@pytest.mark.parametrize(
    "typed", ["", "203", "1 2 3", "鲁B·D0123", "36.8 abc", "N1 N2", "200 100", "36°61′ N 120 E", "86 5"]
)
def test_what_is_no_place_is_none(typed):
    assert parse_place(typed) is None


@given(st.floats(-84, 84), st.floats(-179, 179))
def test_what_the_map_writes_can_be_typed(lat, lon):
    for said in (text.coordinate(lat, lon), text.coordinate_dms(lat, lon)):
        assert parse_place(said) == (pytest.approx(lon, abs=2e-5), pytest.approx(lat, abs=2e-5))


@given(st.text(max_size=30))
def test_garbage_is_never_a_fault(typed):
    parse_place(typed)

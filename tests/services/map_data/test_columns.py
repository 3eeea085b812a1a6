import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.map_data import AreaKind
from laixi_transport.domain.road import BACKWARD, BOTH_WAYS, FORWARD, RoadClass
from laixi_transport.services.map_data import columns


def test_the_columns_of_a_road_bureau_are_found():
    found = columns.find(["FID", "路线编码", "路线名称", "技术等级", "行政等级", "限速", "车道", "长度"])
    assert found == {
        "code": "路线编码", "name": "路线名称", "technical": "技术等级", "administrative": "行政等级",
        "limit": "限速", "lanes": "车道",
    }  # fmt: skip
    assert columns.find(["LXBM", " LXMC "]) == {"code": "LXBM", "name": " LXMC "}


@pytest.mark.parametrize(
    ("row", "road_class"),
    [
        ({"administrative": "国道"}, RoadClass.TRUNK),
        ({"administrative": "县道", "technical": "二级公路"}, RoadClass.SECONDARY),
        ({"administrative": "国道", "technical": "高速公路"}, RoadClass.MOTORWAY),
        ({"technical": "四级"}, RoadClass.TERTIARY),
        ({"code": "G15"}, RoadClass.MOTORWAY),
        ({"code": "G204370285"}, RoadClass.TRUNK),
        ({"code": "S1601", "administrative": "省道"}, RoadClass.MOTORWAY),
        ({"code": "S214"}, RoadClass.PRIMARY),
        ({"code": "Y012370285"}, RoadClass.TERTIARY),
        ({"code": "CA01370285"}, RoadClass.LOCAL),
        ({"class": "trunk_link"}, RoadClass.MOTORWAY_LINK),
        ({"class": "provincial"}, RoadClass.PRIMARY),
        ({"class": "MOTORWAY"}, RoadClass.MOTORWAY),
        ({"name": "无名路"}, None),
    ],
)
def test_classes(row, road_class):
    assert columns.road_class(row) is road_class


def test_a_code_loses_its_county():
    assert columns.code({"code": "G204370285"}) == "G204"
    assert columns.code({"code": "X001"}) == "X001"
    assert columns.code({"code": None}) == ""


@pytest.mark.parametrize(("value", "kmh"), [(60, 60.0), (60.0, 60.0), ("60", 60.0), ("80公里/小时", 80.0)])
def test_limits(value, kmh):
    assert columns.limit_kmh({"limit": value}) == kmh


@pytest.mark.parametrize("value", [0, None, float("nan"), "", "无", 999])
def test_missing_limits_are_unknown(value):
    assert math.isnan(columns.limit_kmh({"limit": value}))


@pytest.mark.parametrize(
    ("value", "direction"),
    [
        ("F", FORWARD), ("T", BACKWARD), ("B", BOTH_WAYS), ("是", FORWARD), ("双向", BOTH_WAYS), (1, FORWARD),
        (None, BOTH_WAYS),
    ],
)  # fmt: skip
def test_directions(value, direction):
    assert columns.oneway({"oneway": value}) == direction


def test_lanes_and_kinds():
    assert [columns.lanes({"lanes": value}) for value in (4, "4", 4.0, "双向六车道", None)] == [4, 4, 4, 6, 0]
    assert columns.area_kind({}, "水库") is AreaKind.WATER
    assert columns.area_kind({"kind": "forest"}, "landuse") is AreaKind.GREEN
    assert columns.area_kind({}, "layer1") is None


values = st.none() | st.text(max_size=8) | st.floats() | st.integers() | st.booleans()


@given(st.dictionaries(st.sampled_from(sorted(columns.MEANINGS)), values))
def test_no_row_raises(row):
    assert columns.oneway(row) in {-1, 0, 1}
    assert 0 <= columns.lanes(row) <= 255
    assert 1 <= columns.place_rank(row) <= 4
    limit = columns.limit_kmh(row)
    assert math.isnan(limit) or limit > 0
    columns.road_class(row)
    columns.area_kind(row, "x")

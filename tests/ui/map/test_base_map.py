"""The shipped base map, and files that are none."""

import json

import pytest

from laixi_transport.domain.problem import Problem
from laixi_transport.ui.map.base_map import BaseMap, RoadClass
from laixi_transport.ui.map.projection import to_lon_lat
from laixi_transport.ui.map.shipped import shipped_base_map


@pytest.fixture(scope="module")
def shipped():
    return shipped_base_map(demo=False)


def test_it_holds_the_county_its_neighbours_and_its_towns(shipped):
    assert [area.name_zh for area in shipped.county] == ["莱西市"]
    assert len({area.name_zh for area in shipped.neighbours}) == 15
    towns = {place.name_zh for place in shipped.places if place.rank == 2}
    assert towns == {"姜山镇", "夏格庄镇", "院上镇", "日庄镇", "南墅镇", "河头店镇", "店埠镇", "马连庄镇"}
    assert {"G15", "S214"} <= {road.ref for road in shipped.roads}


def test_the_county_lies_where_wgs84_has_it_and_not_420_m_to_the_east(shipped):
    west, north, east, south = shipped.county_bounds
    lon, lat = to_lon_lat([west, east], [north, south])
    assert lon.tolist() == pytest.approx([120.20118, 120.65513], abs=1e-5)
    assert lat.tolist() == pytest.approx([37.14699, 36.57199], abs=1e-5)


def test_it_names_its_sources_and_calls_its_boundaries_schematic(shipped):
    for source in ("OpenStreetMap contributors (ODbL)", "GeoNames (CC BY 4.0)", "Natural Earth"):
        assert source in shipped.attribution
    assert shipped.schematic
    assert not shipped.synthetic_roads


def test_the_demonstration_adds_its_roads_and_says_so(shipped):
    demo = shipped_base_map(demo=True)
    assert demo.synthetic_roads
    assert len(demo.roads) > len(shipped.roads)
    assert demo.attribution == shipped.attribution


def test_more_important_roads_are_painted_later(shipped):
    classes = [road.road_class for road in shipped.roads]
    assert classes == sorted(classes)
    assert classes[-1] == RoadClass.MOTORWAY


def test_every_place_has_a_name_in_both_languages(shipped):
    assert all(place.name_zh and place.name_en for place in shipped.places)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"features": [1]}', '{"features": [{"properties": {}}]}'])
def test_a_file_that_is_no_base_map_is_refused_in_words(tmp_path, content):
    path = tmp_path / "map.geojson"
    path.write_text(content)
    with pytest.raises(Problem, match=r"map\.geojson is not a base map"):
        BaseMap.load(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(Problem, match="cannot be read"):
        BaseMap.load(tmp_path / "none.geojson")


def test_roads_of_an_unknown_class_are_shown_as_the_least(tmp_path):
    path = tmp_path / "map.geojson"
    line = {"type": "LineString", "coordinates": [[120, 36], [121, 37]]}
    road = {"type": "Feature", "properties": {"layer": "road", "class": "cart track"}, "geometry": line}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [road]}))
    [loaded] = BaseMap.load(path).roads
    assert loaded.road_class == RoadClass.LOCAL

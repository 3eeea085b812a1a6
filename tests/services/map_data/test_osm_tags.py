import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.map_data import AreaKind
from laixi_transport.domain.road import BACKWARD, BOTH_WAYS, FORWARD, RoadClass
from laixi_transport.services.map_data import osm_tags


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("50", 50), ("50 km/h", 50), ("30 mph", 48.28032), ("walk", 6), ("CN:urban", 50), ("60;40", 40)],
)  # fmt: skip
def test_limits_in_every_spelling(text, kmh):
    assert osm_tags.limit_kmh({"maxspeed": text}) == pytest.approx(kmh)


@pytest.mark.parametrize("text", ["none", "signals", "", "fast", "0", "900", "FI:urban", "-5"])
def test_what_is_no_limit_is_unknown(text):
    assert math.isnan(osm_tags.limit_kmh({"maxspeed": text}))


def test_without_a_centre_line_the_law_is_slower():
    assert osm_tags.limit_kmh({"maxspeed": "CN:rural", "lanes": "1"}) == 40
    assert osm_tags.limit_kmh({"maxspeed": "CN:rural", "lanes": "2"}) == 70


def test_the_lower_limit_of_two_directions_counts():
    assert osm_tags.limit_kmh({"maxspeed:forward": "60", "maxspeed:backward": "40"}) == 40


@pytest.mark.parametrize(
    ("tags", "direction"),
    [
        ({"oneway": "yes"}, FORWARD),
        ({"oneway": "-1"}, BACKWARD),
        ({"junction": "roundabout"}, FORWARD),
        ({"highway": "motorway"}, FORWARD),
        ({"highway": "motorway", "oneway": "no"}, BOTH_WAYS),
        ({"highway": "motorway_link"}, BOTH_WAYS),
        ({"oneway": "reversible"}, BOTH_WAYS),
        ({}, BOTH_WAYS),
    ],
)
def test_directions(tags, direction):
    assert osm_tags.oneway(tags) == direction


def test_only_what_is_driven_on_is_a_road():
    assert osm_tags.road_class({"highway": "trunk_link"}) is RoadClass.MOTORWAY_LINK
    assert osm_tags.road_class({"highway": "footway"}) is None
    assert osm_tags.road_class({"highway": "service", "area": "yes"}) is None
    assert osm_tags.road_class({}) is None


def test_chinese_comes_before_the_local_name():
    assert osm_tags.name({"name": "Yantai Road", "name:zh": "烟台路"}) == "烟台路"
    assert osm_tags.name({"name": "a\nb\t c"}) == "a b c"
    assert osm_tags.code({"ref": "G15;G18"}) == "G15/G18"


def test_areas():
    assert osm_tags.area_kind({"landuse": "reservoir"}) is AreaKind.WATER
    assert osm_tags.area_kind({"boundary": "administrative", "natural": "water"}) is AreaKind.BOUNDARY
    assert osm_tags.area_kind({"boundary": "maritime"}) is None
    assert (osm_tags.level({"admin_level": "6"}), osm_tags.level({"admin_level": "x"})) == (6, 0)


words = st.text(max_size=12)


@given(st.dictionaries(st.sampled_from(("highway", "oneway", "maxspeed", "lanes", "name", "ref", "place")), words))
def test_no_tags_raise(tags):
    assert osm_tags.oneway(tags) in {-1, 0, 1}
    assert 0 <= osm_tags.lanes(tags) <= 255
    limit = osm_tags.limit_kmh(tags)
    assert math.isnan(limit) or 0 < limit <= 200 * osm_tags.KNOT_KM
    assert osm_tags.name(tags).isprintable()
    osm_tags.road_class(tags)
    osm_tags.place_rank(tags)
    osm_tags.code(tags)

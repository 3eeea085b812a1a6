"""Roads of a day by a network small enough to see."""

import numpy as np
import pytest

from laixi_transport.analytics.day_roads import DayRoads, day_roads, nearest_named
from laixi_transport.analytics.road_network import road_network
from laixi_transport.domain.road import RoadTable

LAT, LON = 36.86, 120.53
KM_EAST_DEG, KM_NORTH_DEG = 1 / 89.16, 1 / 110.97


@pytest.fixture
def roads():
    """Two kilometres to the east, then one to the north; a nameless lane leaves the corner to the east."""
    corner = (LON + 2 * KM_EAST_DEG, LAT)
    return RoadTable.of(
        [[(LON, LAT), corner], [corner, (corner[0], LAT + KM_NORTH_DEG)], [corner, (LON + 3 * KM_EAST_DEG, LAT)]],
        name=["文化路", "烟台路", ""],
        code=["G204", "", ""],
        limit_kmh=[60, np.nan, np.nan],
    )


def test_each_fix_has_the_name_and_limit_of_its_road(make_track, roads):
    east_m = np.concatenate((np.arange(100, 2000, 100), np.full(9, 2000)))
    north_m = np.concatenate((np.full(19, 4.0), np.arange(100, 1000, 100)))
    track = make_track(np.arange(28) * 10, east_m, 36, north_m=north_m)
    found = day_roads(road_network(roads), track)
    assert found.title(3) == "G204 文化路"
    assert found.limit_kmh(3) == 60
    assert found.title(25) == "烟台路"
    assert found.limit_kmh(25) is None
    assert 0.5 < found.confidence[3] <= 1


def test_fixes_that_are_not_believed_or_far_from_any_road_have_none(make_track, roads):
    located = np.ones(10, np.bool_)
    located[4] = False
    far = np.where(np.arange(10) > 7, 900.0, 0.0)
    track = make_track(np.arange(10) * 60, np.arange(10) * 100, 6, north_m=far, located=located)
    found = day_roads(road_network(roads), track)
    assert (found.title(4), found.title(9), found.limit_kmh(4)) == ("", "", None)
    assert found.title(2) == "G204 文化路"


def test_without_roads_nothing_is_known_of_any_sample(make_track):
    track = make_track([0, 10], [0, 100], 36)
    for found in (day_roads(road_network(RoadTable.empty()), track), DayRoads.none(2)):
        assert [found.title(i) for i in range(2)] == ["", ""]
        assert [found.limit_kmh(i) for i in range(2)] == [None, None]


def test_the_nearest_road_with_a_name_is_named_within_reach_only(roads):
    in_the_lane = LON + 2.05 * KM_EAST_DEG
    found = nearest_named(roads, [LAT, LAT, LAT - KM_NORTH_DEG], [in_the_lane, LON + 2.9 * KM_EAST_DEG, LON])
    assert found.tolist()[0] in (0, 1)
    assert found.tolist()[1:] == [-1, -1]


def test_no_place_lies_on_a_road_between_two_roads():
    apart = RoadTable.of(
        [[(LON, LAT), (LON, LAT + 0.001)], [(LON + 0.01, LAT), (LON + 0.01, LAT + 0.001)]], name=["一", "二"]
    )
    assert nearest_named(apart, [LAT], [LON + 0.005]).tolist() == [-1]

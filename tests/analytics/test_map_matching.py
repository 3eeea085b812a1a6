import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.map_matching import Match, MatchRules, MatchStream, estimate_sigma_m, match, nearest
from laixi_transport.analytics.road_network import road_network
from laixi_transport.domain.road import BOTH_WAYS, FORWARD, RoadTable

LAT, LON = 36.86, 120.53
SCALE = metres_per_degree(LAT)


def lon(east_m):
    return LON + np.asarray(east_m, np.float64) / SCALE.east_m


def lat(north_m):
    return LAT + np.asarray(north_m, np.float64) / SCALE.north_m


def roads(*lines, oneway=BOTH_WAYS):
    return road_network(RoadTable.of([[(lon(x), lat(y)) for x, y in line] for line in lines], oneway=oneway))


# A main road with a side road 25 m off that joins it at its ends, and a road across.
TOWN = roads(
    [(-1000, 0), (0, 0), (500, 0), (1000, 0), (2000, 0)],
    [(0, 0), (30, 25), (970, 25), (1000, 0)],
    [(500, 0), (500, 1000)],
)
MAIN, SIDE, ACROSS = 0, 1, 2


def road_of(network, found):
    return np.where(found.edge < 0, -1, network.road[np.maximum(found.edge, 0) // 2])


def test_noise_does_not_throw_a_vehicle_from_the_main_road_to_the_side_road():
    east = np.arange(-800, 1800, 100)
    north = np.where(east % 300 == 0, 16, -2)  # every third fix is nearer to the side road
    found = match(TOWN, np.arange(len(east)) * 10, lat(north), lon(east))
    assert set(road_of(TOWN, found)) == {MAIN}
    assert SIDE in road_of(TOWN, nearest(TOWN, lat(north), lon(east)))


def test_the_way_along_the_roads_is_measured_not_the_straight_line():
    east = np.array([300, 400, 500, 500, 500])
    north = np.array([0, 0, 100, 200, 300])
    found = match(TOWN, np.arange(5) * 10, lat(north), lon(east))
    assert road_of(TOWN, found).tolist() == [MAIN, MAIN, ACROSS, ACROSS, ACROSS]
    assert np.isnan(found.step_m[0])
    assert found.step_m[1:] == pytest.approx([100, 200, 100, 100], abs=0.5)
    assert found.offset_m[3] == pytest.approx(200, abs=0.5)
    assert found.aside_m == pytest.approx(np.zeros(5), abs=0.1)


def test_a_one_way_road_is_not_driven_against():
    pair = roads([(0, 0), (1000, 0)], [(1000, 20), (0, 20)], [(0, 0), (0, 20)], [(1000, 0), (1000, 20)],
                 oneway=[FORWARD, FORWARD, BOTH_WAYS, BOTH_WAYS])  # fmt: skip
    east = np.arange(900, 100, -100)
    found = match(pair, np.arange(len(east)) * 10, lat(np.full(len(east), 8.0)), lon(east))
    assert set(road_of(pair, found)) == {1}  # nearer is the one that leads the other way


def test_the_reported_direction_tells_the_carriageways_apart():
    pair = roads([(0, 0), (1000, 0)], [(1000, 12), (0, 12)], oneway=FORWARD)
    found = match(pair, [0], lat([4.0]), lon([500]), 60, 270)
    assert road_of(pair, found).tolist() == [1]
    assert road_of(pair, match(pair, [0], lat([4.0]), lon([500]), 5, 270)).tolist() == [0]  # too slow for a direction


def test_a_gap_and_a_place_without_a_road_split_the_match():
    found = match(TOWN, [0, 10, 20, 30, 400, 410], lat([0, 0, 300, 0, 0, 0]), lon([-900, -800, -700, -600, 0, -100]))
    assert found.matched.tolist() == [True, True, False, True, True, True]
    assert np.isnan(found.step_m).tolist() == [True, False, True, False, True, False]
    assert found.step_m[3] == pytest.approx(200, abs=0.5)
    assert np.isnan(found.offset_m[2])
    assert np.isnan(found.confidence[2])


def test_no_route_no_bridge():
    islands = roads([(0, 0), (500, 0)], [(600, 0), (1000, 0)])
    found = match(islands, [0, 10, 20], lat(np.zeros(3)), lon([300, 400, 700]))
    assert np.isnan(found.step_m).tolist() == [True, False, True]
    assert road_of(islands, found).tolist() == [0, 0, 1]


def test_confidence_is_high_where_there_is_one_road_and_low_between_two():
    alone = match(TOWN, np.arange(3) * 10, lat(np.zeros(3)), lon([-700, -600, -500]))
    assert (alone.confidence > 0.99).all()
    between = match(TOWN, [0], lat([12.5]), lon([400]))
    assert between.confidence[0] == pytest.approx(0.5, abs=0.02)


def test_a_receiver_that_wanders_while_parked_drives_nowhere():
    rng = np.random.default_rng(3)
    found = match(TOWN, np.arange(60) * 10, lat(rng.normal(0, 4, 60)), lon(200 + rng.normal(0, 4, 60)), 0.0)
    assert set(road_of(TOWN, found)) == {MAIN}
    assert np.nansum(found.step_m) < 400


def test_nothing_is_matched_without_fixes_or_without_roads():
    assert len(match(TOWN, [], [], [])) == 0
    assert match(road_network(RoadTable.empty()), [0], [LAT], [LON]).edge.tolist() == [-1]


def test_time_that_goes_back_is_refused():
    with pytest.raises(ValueError, match="decrease"):
        match(TOWN, [10, 0], [LAT, LAT], [LON, LON])
    stream = MatchStream(TOWN)
    stream.step(10, LAT, LON)
    with pytest.raises(ValueError, match="decrease"):
        stream.step(0, LAT, LON)


def test_the_noise_of_a_receiver_is_found_from_its_fixes():
    rng = np.random.default_rng(1)
    east, north = rng.uniform(-900, -100, 4000), rng.normal(0, 6, 4000)
    assert estimate_sigma_m(TOWN, lat(north), lon(east)) == pytest.approx(6, rel=0.1)


def joined(parts):
    return Match(*(np.concatenate([getattr(part, name) for part in parts]) for name in Match.__slots__))


drives = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 10, 30, 121]),
        st.floats(-60, 120),
        st.sampled_from([0.0, 5.0, -8.0, 20.0, 200.0]),
        st.sampled_from([np.nan, 0.0, 40.0]),
    ),
    max_size=40,
)


@given(drawn=drives, lag=st.sampled_from([None, 1000]))
@settings(max_examples=60)
def test_a_stream_without_an_end_to_its_lag_says_what_the_array_function_says(drawn, lag):
    step_s, step_m, north, speed = (np.array(v, np.float64) for v in zip(*drawn, strict=True)) if drawn else ([],) * 4
    fixes = np.cumsum(step_s), lat(north), lon(np.cumsum(step_m)), np.asarray(speed), np.full(len(drawn), 90.0)
    stream = MatchStream(TOWN, lag=lag)
    found = joined([*(stream.step(*map(float, fix)) for fix in zip(*fixes, strict=True)), stream.flush()])
    expected = match(TOWN, *fixes)
    for name in Match.__slots__:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)


@pytest.mark.parametrize("lag", [0, 1, 10])
def test_a_stream_with_a_lag_settles_each_fix_once_and_so_much_later(lag):
    rng = np.random.default_rng(5)
    n = 300
    east = np.cumsum(rng.uniform(-20, 40, n)) - 900
    stream = MatchStream(TOWN, lag=lag, rules=MatchRules(sigma_m=5))
    parts = [stream.step(i * 5.0, float(lat(rng.normal(0, 5))), float(lon(east[i]))) for i in range(n)]
    assert [len(part) for part in parts] == [0] * lag + [1] * (n - lag)
    found = joined([*parts, stream.flush()])
    assert len(found) == n
    near = (east < 1950) & (east > -1000)
    assert found.matched[near].mean() > 0.98

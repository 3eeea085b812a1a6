import heapq

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.map_matching import RouteMemory, match
from laixi_transport.analytics.road_network import road_network
from laixi_transport.analytics.route_kernels import FAR, Goal, Graph, find_ways, new_routes
from laixi_transport.domain.road import BOTH_WAYS, FORWARD, RoadTable

LAT, LON = 36.86, 120.53
SCALE = metres_per_degree(LAT)
ANYWHERE = Goal(LAT, LON, 0.0, 0.0, 1e9)


def town(rng, side=6, apart_m=100.0):
    """A crooked grid of streets, some of them missing and some one way."""
    at = rng.uniform(-30, 30, (side, side, 2)) + apart_m * np.stack(np.meshgrid(*[np.arange(side)] * 2), axis=2)
    place = np.stack((LON + at[..., 0] / SCALE.east_m, LAT + at[..., 1] / SCALE.north_m), axis=2)
    pairs = [
        ((i, j), to) for i in range(side) for j in range(side) for to in ((i + 1, j), (i, j + 1)) if max(to) < side
    ]
    pairs = [pair for pair in pairs if rng.random() < 0.9]
    lines = [[tuple(place[a]), tuple(place[b])] for a, b in pairs]
    return road_network(RoadTable.of(lines, oneway=[FORWARD if rng.random() < 0.3 else BOTH_WAYS for _ in lines]))


def graph_of(network):
    return Graph(
        network.begin, network.lon_deg, network.lat_deg, network.length_m, network.after, network.successors,
        network.dead_end,
    )  # fmt: skip


def plain(network, source, turn_back_m):
    """Cost of reaching the beginning of each edge from the end of one."""
    cost = np.full(len(network.open), FAR)
    heap = [(-network.length_m[source // 2], source)]
    first = True
    while heap:
        reached, edge = heapq.heappop(heap)
        if not first and reached > cost[edge]:
            continue
        for follower in network.successors[network.after[edge] : network.after[edge + 1]].tolist():
            back = follower == edge ^ 1 and not network.dead_end[edge]
            there = (0.0 if first else reached + network.length_m[edge // 2]) + turn_back_m * back
            if there < cost[follower]:
                cost[follower] = there
                heapq.heappush(heap, (there, follower))
        first = False
    return cost


def found(network, routes, source, bound_m, goal, edges, turn_back_m=80.0):
    cost_m, way_m = np.empty(len(edges)), np.empty(len(edges))
    find_ways(graph_of(network), routes, turn_back_m, source, bound_m, goal, edges, len(edges), cost_m, way_m)
    return cost_m, way_m


@given(seed=st.integers(0, 1 << 30), bound_m=st.floats(0, 900))
@settings(max_examples=40)
def test_ways_are_the_shortest_and_a_table_says_what_a_search_says(seed, bound_m):
    rng = np.random.default_rng(seed)
    network = town(rng)
    opened = np.flatnonzero(network.open).astype(np.int32)
    source, edges = int(rng.choice(opened)), rng.choice(opened, 16, replace=False)
    routes = new_routes(len(network.open))
    expected = plain(network, source, 80.0)[edges]
    answers = [found(network, routes, source, bound_m, ANYWHERE, edges) for _ in range(12)]
    assert routes.table_m[source] >= bound_m
    for cost_m, way_m in answers:
        assert cost_m == pytest.approx(np.where(expected <= bound_m, expected, FAR), rel=1e-12)
        np.testing.assert_array_equal(cost_m, answers[0][0])
        np.testing.assert_array_equal(way_m, answers[0][1])
    short = answers[0][0] < FAR
    backs = (answers[0][0] - answers[0][1])[short] / 80.0
    assert backs == pytest.approx(np.round(backs), abs=1e-9)


@given(seed=st.integers(0, 1 << 30), bound_m=st.floats(50, 900), around_m=st.floats(5, 80))
@settings(max_examples=40)
def test_a_search_towards_a_goal_misses_no_way_that_reaches_it(seed, bound_m, around_m):
    rng = np.random.default_rng(seed)
    network = town(rng)
    opened = np.flatnonzero(network.open).astype(np.int32)
    source = int(rng.choice(opened))
    edges = rng.choice(opened, 16, replace=False)
    begins = np.where(edges & 1, network.begin[edges // 2 + 1] - 1, network.begin[edges // 2])
    goal_at = begins[0]
    scale = float(SCALE.east_m), float(SCALE.north_m)
    goal = Goal(float(network.lat_deg[goal_at]), float(network.lon_deg[goal_at]), *scale, around_m)
    apart = np.hypot(
        (network.lon_deg[begins] - goal.lon_deg) * SCALE.east_m,
        (network.lat_deg[begins] - goal.lat_deg) * SCALE.north_m,
    )
    cost_m = found(network, new_routes(len(network.open)), source, bound_m, goal, edges)[0]
    expected = plain(network, source, 80.0)[edges]
    near = (apart <= around_m) & (expected <= bound_m)
    assert cost_m[near] == pytest.approx(expected[near], rel=1e-12)
    assert ((cost_m >= expected - 1e-6) & ((cost_m <= bound_m) | (cost_m == FAR))).all()


def test_full_tables_are_forgotten_and_the_answers_stay():
    rng = np.random.default_rng(4)
    network = town(rng)
    opened = np.flatnonzero(network.open).astype(np.int32)
    small, large = new_routes(len(network.open), 300), new_routes(len(network.open))
    for source in np.tile(opened, 10).tolist():
        one, other = (found(network, routes, source, 400.0, ANYWHERE, opened[:16]) for routes in (small, large))
        np.testing.assert_array_equal(one, other)
    assert (small.table_m > 0).sum() < (large.table_m > 0).sum()


def test_a_match_is_the_same_whatever_was_matched_before():
    rng = np.random.default_rng(2)
    network = town(rng)
    memory = RouteMemory(network)
    for _ in range(20):
        east, north = np.cumsum(rng.uniform(-30, 60, (2, 30)), axis=1)
        fixes = np.arange(30) * 10.0, LAT + north / SCALE.north_m, LON + east / SCALE.east_m
        warm, cold = match(network, *fixes, routes=memory), match(network, *fixes)
        for name in ("edge", "offset_m", "step_m", "confidence"):
            np.testing.assert_array_equal(getattr(warm, name), getattr(cold, name), name)
    with pytest.raises(ValueError, match="another network"):
        match(town(rng), *fixes, routes=memory)


def test_no_room_to_go_and_bounds_that_are_no_number_find_nothing():
    network = town(np.random.default_rng(1))
    opened = np.flatnonzero(network.open).astype(np.int32)
    for bound_m in (-1.0, 0.0, float("nan")):
        cost_m = found(network, new_routes(len(network.open)), int(opened[0]), bound_m, ANYWHERE, opened[-3:])[0]
        assert (cost_m == FAR).all()

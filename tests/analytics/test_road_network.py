import numpy as np
import pytest

from laixi_transport.analytics.road_network import road_network
from laixi_transport.domain.road import BACKWARD, BOTH_WAYS, FORWARD, RoadTable

A, B, C, D = (120.50, 36.80), (120.51, 36.80), (120.52, 36.80), (120.51, 36.81)


def test_roads_are_cut_where_another_one_meets_them():
    network = road_network(RoadTable.of([[A, B, C], [B, D]]))
    assert network.road.tolist() == [0, 0, 1]
    assert network.length_m[0] == pytest.approx(892.5, rel=1e-3)
    assert network.edges == 6
    at_b = network.successors[network.after[0] : network.after[1]]
    assert sorted(at_b.tolist()) == [1, 2, 4]  # back, on, and up


def test_one_way_roads_are_left_and_entered_only_along_them():
    network = road_network(RoadTable.of([[A, B], [B, C], [D, B]], oneway=[FORWARD, BACKWARD, BOTH_WAYS]))
    assert network.open.tolist() == [True, False, False, True, True, True]
    assert network.successors[network.after[0] : network.after[1]].tolist() == [5]
    assert network.dead_end.tolist()[5] is True  # at D one can only turn


def test_a_road_that_comes_back_to_itself_is_cut_there():
    network = road_network(RoadTable.of([[A, B, C, D, B]]))
    assert len(network.length_m) == 2
    assert network.along_m[network.begin[1]] == 0


def test_roads_of_one_point_repeated_vertices_and_no_roads_at_all():
    network = road_network(RoadTable.of([[A, A], [A, A, B, B], [C]], way_id=[7, 8, 9]))
    assert network.way_id(np.array([0, 1, -1], np.int32)).tolist() == [8, 8, -1]
    assert road_network(RoadTable.empty()).edges == 0


def test_each_segment_is_listed_in_every_cell_that_it_passes():
    rng = np.random.default_rng(1)
    lines = [[(120.5 + x, 36.8 + y) for x, y in rng.uniform(0, 0.02, (2, 2))] for _ in range(50)]
    network = road_network(RoadTable.of(lines))
    grid = network.grid
    for i in np.flatnonzero(network.piece[:-1] == network.piece[1:]):
        for u in np.linspace(0, 1, 97):
            lon = network.lon_deg[i] * (1 - u) + network.lon_deg[i + 1] * u
            lat = network.lat_deg[i] * (1 - u) + network.lat_deg[i + 1] * u
            column = min(int((lon - grid.west_deg) / grid.cell_lon_deg), grid.columns - 1)
            row = min(int((lat - grid.south_deg) / grid.cell_lat_deg), grid.rows - 1)
            cell = row * grid.columns + column
            assert i in grid.segments[grid.begin[cell] : grid.begin[cell + 1]]

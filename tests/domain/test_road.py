import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.road import BOTH_WAYS, FORWARD, RoadClass, RoadTable

LINES = [[(120.5, 36.8), (120.6, 36.9)], [(120.6, 36.9), (120.7, 36.8), (120.8, 36.7)], []]


def test_a_road_has_the_vertices_from_its_begin_to_the_next():
    table = RoadTable.of(LINES, name=("a", "b", "c"), road_class=RoadClass.TRUNK, oneway=[FORWARD, BOTH_WAYS, 0])
    assert table.begin.tolist() == [0, 2, 5, 5]
    assert table.line(1).tolist() == [[120.6, 36.9], [120.7, 36.8], [120.8, 36.7]]
    assert table.way_id.tolist() == [1, 2, 3]
    assert table.oneway.tolist() == [1, 0, 0]
    assert np.isnan(table.limit_kmh).all()


def test_bounds_hold_the_road_and_are_nan_without_one():
    bounds = RoadTable.of(LINES).bounds()
    assert bounds[:2].tolist() == [[120.5, 36.8, 120.6, 36.9], [120.6, 36.7, 120.8, 36.9]]
    assert np.isnan(bounds[2]).all()


def test_columns_of_another_length_are_refused():
    with pytest.raises(ValueError, match="broadcast"):
        RoadTable.of(LINES, lanes=[1, 2])


lines = st.lists(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=4), max_size=6)


@given(st.lists(lines, max_size=3))
def test_joined_tables_are_the_table_of_all_lines(parts):
    joined = RoadTable.joined([RoadTable.of(part) for part in parts])
    whole = RoadTable.of([line for part in parts for line in part])
    assert joined.begin.tolist() == whole.begin.tolist()
    assert joined.lon_deg.tolist() == whole.lon_deg.tolist()


@given(lines, st.data())
def test_taken_roads_keep_their_vertices(given_lines, data):
    table = RoadTable.of(given_lines)
    chosen = np.array(data.draw(st.lists(st.sampled_from(range(len(table))), max_size=5)) if len(table) else [], int)
    taken = table.take(chosen)
    assert [taken.line(i).tolist() for i in range(len(taken))] == [table.line(i).tolist() for i in chosen]

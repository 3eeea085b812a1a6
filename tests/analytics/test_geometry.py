import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.geometry import plane_point_to_segment, point_to_segment_m, segments_intersect

coordinate = st.floats(-100, 100)
point = st.tuples(coordinate, coordinate)


def test_a_point_beside_a_segment_is_as_far_as_its_foot_and_beyond_its_ends_as_far_as_these():
    assert plane_point_to_segment([5, -3, 14], [2, 4, 3], 0, 0, 10, 0).tolist() == [2, 5, 5]


def test_a_segment_without_length_is_its_point():
    assert plane_point_to_segment(3, 4, 0, 0, 0, 0) == 5


def test_places_are_measured_in_metres_also_across_180_degrees():
    east_m, north_m = metres_per_degree(0.0)
    assert point_to_segment_m(0.001, 0.0, 0.0, -1e-2, 0.0, 1e-2) == pytest.approx(north_m / 1000, rel=1e-6)
    assert point_to_segment_m(0.0, -179.999, 0.0, 179.99, 0.0, 179.999) == pytest.approx(east_m * 0.002, rel=1e-6)


@pytest.mark.parametrize(
    ("c", "d", "meet"),
    [
        ((0, 2), (2, 0), True),  # across
        ((2, 2), (3, 0), True),  # touching an end
        ((1, 1), (1, 5), True),  # touching the middle
        ((1, 1), (5, 5), True),  # on the same line, overlapping
        ((3, 3), (5, 5), False),  # on the same line, apart
        ((0, 1), (2, 3), False),  # parallel
        ((3, 0), (3, 9), False),
    ],
)
def test_segments_meet_where_they_have_a_point_in_common(c, d, meet):
    assert bool(segments_intersect(0, 0, 2, 2, *c, *d)) is meet
    assert bool(segments_intersect(*c, *d, 2, 2, 0, 0)) is meet


@given(a=point, b=point, c=point, d=point)
def test_segments_that_meet_have_no_distance_between_them(a, b, c, d):
    u = np.linspace(0, 1, 41)
    x, y = a[0] + u * (b[0] - a[0]), a[1] + u * (b[1] - a[1])
    least = plane_point_to_segment(x, y, *c, *d).min()
    step = np.hypot(b[0] - a[0], b[1] - a[1]) / 40
    if segments_intersect(*a, *b, *c, *d):
        assert least <= step + 1e-9
    else:
        assert least > 0 or np.isclose(least, 0, atol=1e-9)

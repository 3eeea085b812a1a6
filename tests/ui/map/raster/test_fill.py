"""Filled polygons as coverage: exact area, holes, and garbage that stays inside the array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.ui.map.raster.fill import fill
from laixi_transport.ui.map.raster.sheet import Scratch, Sheet

HEIGHT, WIDTH = 50, 70
BAND = 16  # rows filled at a time
FINE = 1000  # steps a pixel
ANYWHERE = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([1e12, -1e12, 0.0])


def covered(*rings, place=(1 / FINE, 0.0, 1 / FINE, 0.0)):
    """Return the coverage of rings of points in pixels."""
    points = np.rint(np.concatenate([np.array(ring, np.float64) for ring in rings]) * FINE).astype(np.uint32)
    begin = np.cumsum([0, *(len(ring) for ring in rings)], dtype=np.int64)
    cover, cells = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((BAND, WIDTH), np.float32)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    fill(cover, cells, x, y, begin, np.array([0, len(rings)]), np.array([0]), np.array(place))
    assert np.abs(cells).max() < 1e-4, "the cells are left as they were found"
    return cover


def area(ring):
    x, y = np.array(ring, np.float64).T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def test_a_square_on_whole_pixels_is_filled_exactly():
    cover = covered([(10, 5), (20, 5), (20, 15), (10, 15)])
    assert (cover[5:15, 10:20] == 255).all()
    assert cover.sum() == 255 * 100


def test_half_a_pixel_is_half_covered():
    cover = covered([(10.5, 5.25), (20.5, 5.25), (20.5, 15), (10.5, 15)])
    assert cover[10, 10] == cover[10, 20] == 128
    assert cover[5, 15] == 191


@given(st.lists(st.tuples(st.floats(1, WIDTH - 1), st.floats(1, HEIGHT - 1)), min_size=3, max_size=3))
def test_the_coverage_of_a_triangle_is_its_area(corners):
    cover = covered(corners)
    rounding = np.count_nonzero((cover > 0) & (cover < 255)) / 255 / 2
    # Slivers thinner than half a step of 255 in every pixel may vanish altogether.
    reach = sum(
        max(abs(a[0] - b[0]), abs(a[1] - b[1])) + 2 for a, b in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    assert cover.sum() / 255 == pytest.approx(area(corners), abs=rounding + reach / 255 + 0.02)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_hole_is_left_out_whichever_way_it_runs(turn):
    outer, hole = [(5, 5), (45, 5), (45, 45), (5, 45)], [(15, 15), (35, 15), (35, 35), (15, 35)][::turn]
    cover = covered(outer, hole)
    assert cover.sum() / 255 == 1600 - 400
    assert cover[25, 25] == 0
    assert cover[10, 25] == 255


def test_what_lies_outside_is_cut_off_and_what_is_inside_stays():
    big = [(0, 0), (4000, 0), (4000, 4000), (0, 4000)]
    assert (covered(big) == 255).all()
    shifted = covered(big, place=(1 / FINE, -3900.0, 1 / FINE, -3960.0))
    assert shifted.sum() == 255 * HEIGHT * WIDTH - 255 * (HEIGHT - 40) * WIDTH


def test_to_the_left_of_the_picture_the_edge_still_counts():
    cover = covered([(0, 0), (100, 0), (100, 40), (0, 40)], place=(1 / FINE, -30.0, 1 / FINE, 5.0))
    assert (cover[5:45] == 255).all()
    assert cover[:5].max() == cover[45:].max() == 0


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), min_size=1, max_size=8),
    st.tuples(ANYWHERE, ANYWHERE, ANYWHERE, ANYWHERE) | st.tuples(*[st.floats(-1e-6, 1e-6), st.floats(-300, 300)] * 2),
    st.integers(0, 8),
)
def test_garbage_neither_raises_nor_writes_outside(points, place, cut):
    whole = np.full((HEIGHT + 16, WIDTH), 77, np.uint8)
    cells = np.zeros((HEIGHT + 16, WIDTH), np.float32)
    whole[8:-8] = 0
    x, y = (np.array(column, np.uint32) for column in zip(*points, strict=True))
    begin = np.array([0, min(cut, len(x)), len(x)], np.int64)
    areas = np.array([0, 1, 2])
    fill(whole[8:-8], cells[8:-8], x, y, begin, areas, np.array([1, 0]), np.array(place))
    assert (whole[:8] == 77).all()
    assert (whole[-8:] == 77).all()
    assert not cells[:8].any()
    assert not cells[-8:].any()
    assert np.abs(cells).max() < 1e-3


def test_a_polygon_over_several_bands_has_no_seam():
    pixels = np.full((700, 40), 0xFF000000, np.uint32)
    sheet = Sheet(pixels, np.array([1 / FINE, 0.0, 1 / FINE, 0.0]), Scratch())
    corners = np.array([(5, 20), (35, 20), (35, 680), (5, 680)], np.uint32) * np.uint32(FINE)
    one = np.array([0])
    sheet.fill(corners[:, 0].copy(), corners[:, 1].copy(), np.array([0, 4]), np.array([0, 1]), one, 0xFF123456)
    assert (pixels[20:680, 5:35] == 0xFF123456).all()
    assert np.count_nonzero(pixels == 0xFF123456) == 660 * 30


def test_many_polygons_at_once_are_those_one_by_one_and_who_is_not_chosen_is_not_there():
    rng = np.random.default_rng(5)
    squares = [rng.uniform((0, 0), (WIDTH - 9, HEIGHT - 9)) + np.array([(0, 0), (8, 1), (7, 9)]) for _ in range(6)]
    points = np.rint(np.concatenate(squares) * FINE).astype(np.uint32)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    cover, cells = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((BAND, WIDTH), np.float32)
    place = np.array([1 / FINE, 0.0, 1 / FINE, 0.0])
    fill(cover, cells, x, y, np.arange(0, 19, 3), np.arange(7), np.array([0, 2, 5]), place)
    alone = [covered(squares[at]) for at in (0, 2, 5)]
    assert np.array_equal(cover, np.maximum.reduce(alone))

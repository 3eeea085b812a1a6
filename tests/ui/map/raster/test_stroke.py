"""Wide lines as coverage: their area, their symmetry, gaps, and garbage that stays inside the array."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.ui.map.columns import bounds_of_parts
from laixi_transport.ui.map.raster.stroke import ALL, BREAK_AFTER, CHUNK, OVER, OVER_LIMIT, stroke, stroke_pixels

HEIGHT, WIDTH = 60, 90
EDGE = 8  # rows and columns around what is drawn on, to see that nothing is written there
ANYWHERE = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-200, 200) | st.sampled_from([1e12, -1e12])


def guarded(kind=np.uint8):
    """Return an array amid a larger one, and the larger one."""
    whole = np.full((HEIGHT + 2 * EDGE, WIDTH), 77, kind)
    inner = whole[EDGE : EDGE + HEIGHT]
    inner[:] = 0
    return inner, whole


def drawn(points, begin=None, *, width=4.0, casing=0.0):
    cover, edge = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    points = np.array(points, np.float64)
    begin = np.array([0, len(points)] if begin is None else begin, np.int64)
    stroke_pixels(cover, edge, points, begin, width / 2, casing / 2)
    return (cover, edge) if casing else cover


def tracked(columns, flags, *, what=ALL, step=0.7, rows=None, width=2.0, chunks=True):
    """Return the coverage of a line at these columns of row 30, drawn as tracks are."""
    x = np.array(columns, np.uint32) * np.uint32(1000)
    y = np.array([30] * len(x) if rows is None else rows, np.uint32) * np.uint32(1000)
    place = np.array([0.001, 0.5, 0.001, 0.5])
    boxes = bounds_of_parts(x, y, np.append(np.arange(0, len(x), CHUNK), len(x)))
    if not chunks:
        boxes = boxes[:0]
    cover = np.zeros((HEIGHT, WIDTH), np.uint8)
    stroke(
        cover, np.zeros_like(cover), x, y, np.array(flags, np.uint8), np.array([0]), np.array([len(x) - 1]), boxes,
        place, width / 2, 0.0, step, what,
    )  # fmt: skip
    return cover


@pytest.mark.parametrize("end", [(70, 30), (60, 50), (20, 10), (21, 52)])
@pytest.mark.parametrize("width", [0.6, 1.0, 2.5, 7.0])
def test_the_coverage_is_the_area_of_the_line(end, width):
    covered = drawn([(30.0, 30.0), end], width=width).sum() / 255
    length = np.hypot(end[0] - 30, end[1] - 30)
    ends = np.pi * max(width, 1.0) ** 2 / 4 * min(1.0, width)
    assert covered == pytest.approx(length * width + ends, rel=0.06)


def test_a_line_looks_the_same_from_both_ends_and_in_the_mirror():
    one = drawn([(20.3, 12.7), (70.1, 44.4)])
    assert np.array_equal(one, drawn([(70.1, 44.4), (20.3, 12.7)]))
    mirrored = drawn([(WIDTH - 20.3, 12.7), (WIDTH - 70.1, 44.4)])[:, ::-1]
    assert np.abs(one.astype(int) - mirrored).max() <= 1
    upside_down = drawn([(20.3, HEIGHT - 12.7), (70.1, HEIGHT - 44.4)])[::-1]
    assert np.abs(one.astype(int) - upside_down).max() <= 1


def test_a_line_upright_is_that_lying_down():
    lying = drawn([(10.5, 20.5), (40.5, 20.5)])
    upright = drawn([(20.5, 10.5), (20.5, 40.5)])
    assert np.array_equal(lying[:45, :45], upright[:45, :45].T)


def test_joints_do_not_show():
    """However many points a straight line has, its edges keep their smoothness."""
    whole = drawn([(10.2, 10.6), (80.2, 45.6)])
    shares = np.linspace(0, 1, 141)
    cut = drawn(np.stack((10.2 + 70 * shares, 10.6 + 35 * shares), axis=1))
    assert np.abs(whole.astype(int) - cut).max() <= 2


def test_a_casing_lies_around_its_line():
    line, casing = drawn([(20, 20), (60, 40)], width=3, casing=7)
    assert (casing >= line).all()
    assert casing.sum() > 1.8 * line.sum()


def test_one_point_is_a_round_dot():
    dot = drawn([(40.5, 30.5)], width=9)
    assert dot.sum() / 255 == pytest.approx(np.pi * 4.5**2, rel=0.03)
    middle = dot[25:36, 35:46]
    assert middle.sum() == dot.sum()
    for turned in (middle.T, middle[::-1], middle[:, ::-1]):
        assert np.array_equal(turned, middle)


@given(st.lists(st.tuples(ANYWHERE, ANYWHERE), min_size=1, max_size=6), st.floats(0, 400), st.floats(0, 400))
def test_garbage_neither_raises_nor_writes_outside(points, width, casing):
    cover, whole = guarded()
    edge, whole_edge = guarded()
    stroke_pixels(
        cover, edge, np.array(points, np.float64), np.array([0, len(points)], np.int64), width / 2, casing / 2
    )
    for array in (whole, whole_edge):
        assert (array[:EDGE] == 77).all()
        assert (array[EDGE + HEIGHT :] == 77).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 3)), min_size=1, max_size=9
    ),
    st.tuples(ANYWHERE, ANYWHERE, ANYWHERE, ANYWHERE),
    st.integers(-5, 20),
    st.integers(-5, 20),
    st.sampled_from([ALL, OVER]),
)
def test_tracks_at_any_place_of_any_size_stay_inside(points, place, first, last, what):
    cover, whole = guarded()
    x, y, flags = (np.array(column) for column in zip(*points, strict=True))
    x, y = x.astype(np.uint32), y.astype(np.uint32)
    boxes = bounds_of_parts(x, y, np.array([0, len(x)]))
    stroke(
        cover, np.zeros_like(cover), x, y, flags.astype(np.uint8), np.array([first]), np.array([last]), boxes,
        np.array(place), 2.0, 0.0, 0.7, what,
    )  # fmt: skip
    assert (whole[:EDGE] == 77).all()
    assert (whole[EDGE + HEIGHT :] == 77).all()


def test_from_a_million_kilometres_away_a_line_lies_where_it_belongs():
    near, far = drawn([(-50, 20), (200, 45)]), drawn([(-1e9 - 50, -1e8 + 20), (1e9 + 200, 1e8 + 45)])
    assert np.abs(near.astype(int) - far).max() <= 2


def test_a_gap_stays_empty():
    cover = tracked([10, 30, 50, 70], [0, BREAK_AFTER, 0, 0])
    assert cover[30, 10:31].min() == 255
    assert cover[30, 50:71].min() == 255
    assert cover[:, 33:48].max() == 0


def test_a_point_between_two_gaps_is_a_dot():
    cover = tracked([10, 30, 50, 70], [BREAK_AFTER] * 4)
    assert [cover[30, column] for column in (10, 20, 30, 40, 50, 60, 70)] == [255, 0, 255, 0, 255, 0, 255]


def test_over_the_limit_are_the_pieces_whose_both_ends_are():
    flags = [OVER_LIMIT, 0, OVER_LIMIT, OVER_LIMIT | BREAK_AFTER, OVER_LIMIT, OVER_LIMIT]
    cover = tracked([10, 20, 30, 40, 60, 70], flags, what=OVER)
    inked = np.flatnonzero(cover[30] == 255)
    assert set(inked.tolist()) == {*range(30, 41), *range(60, 71)}


def test_points_within_a_pixel_are_passed_over_but_the_last_is_reached():
    x = np.linspace(10, 70, 4000).astype(np.uint32)
    thin, full = tracked(x, np.zeros(4000)), tracked([10, 70], [0, 0])
    assert np.array_equal(thin, full)


def test_what_is_passed_over_by_its_bounds_changes_nothing():
    """Three blocks of points: outside, across the picture, outside again."""
    columns = np.concatenate((np.full(CHUNK, 2000), np.linspace(2000, 5, CHUNK), np.full(CHUNK, 3000)))
    flags = np.zeros(3 * CHUNK, np.uint8)
    flags[2 * CHUNK - 1] = BREAK_AFTER
    with_bounds = tracked(columns, flags, rows=[30] * len(columns))
    assert np.array_equal(with_bounds, tracked(columns, flags, rows=[30] * len(columns), chunks=False))
    assert with_bounds[30, 6:].min() == 255


@pytest.mark.parametrize("cut", [CHUNK - 1, CHUNK, CHUNK + 1])
def test_a_piece_between_two_blocks_is_drawn(cut):
    columns = np.concatenate((np.full(cut, 2000), np.full(3 * CHUNK - cut, 10)))
    cover = tracked(columns, np.zeros(len(columns)))
    assert cover[30, 10:].min() == 255

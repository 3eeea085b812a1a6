"""Colours on pixels: blending, the frame, vehicles, tiles and densities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.ui.map.raster.blend import ink, tile
from laixi_transport.ui.map.raster.blit import compose, sprites
from laixi_transport.ui.map.raster.density import count_passes, lay, tint, visible_points
from laixi_transport.ui.map.raster.passes import Passes, round_up
from laixi_transport.ui.map.raster.stroke import BREAK_AFTER
from laixi_transport.ui.map.track_line import TrackBundle

RED, GREEN, GROUND = 0xFFFF0000, 0xFF00FF00, 0xFF202020
ANY = st.floats(allow_nan=True, allow_infinity=True) | st.sampled_from([1e12, -1e12])
NO_CHUNKS = np.zeros((0, 4), np.uint32)


def picture(height=40, width=60, colour=GROUND):
    return np.full((height, width), colour, np.uint32)


def test_ink_covers_as_far_as_it_is_told_and_leaves_nothing_behind():
    pixels, cover = picture(1, 20, 0xFF000000), np.zeros((1, 20), np.uint8)
    cover[0, 3], cover[0, 19] = 255, 128
    ink(pixels, cover, 0xFFFF8040, 256)
    assert pixels[0, 3] == 0xFFFF8040
    assert pixels[0, 19] == pytest.approx(0xFF804020, abs=0x020202)
    assert (np.delete(pixels[0], [3, 19]) == 0xFF000000).all()
    assert not cover.any()


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF), st.integers(0, 255))
def test_a_mixed_colour_lies_between_the_two(below, above, share):
    pixels = np.full((1, 8), 0xFF000000 | below, np.uint32)
    ink(pixels, np.full((1, 8), share, np.uint8), 0xFF000000 | above, 256)
    for shift in (0, 8, 16):
        low, high = sorted(((below >> shift) & 255, (above >> shift) & 255))
        assert low <= (int(pixels[0, 0]) >> shift) & 255 <= high
    assert pixels[0, 0] >> 24 == 255


def test_a_picture_of_the_same_zoom_is_copied_pixel_by_pixel():
    source = np.random.default_rng(1).integers(0, 2**24, (50, 80), dtype=np.uint32)
    frame = picture()
    compose(frame, source, -7.0, -3.0, 1.0, RED, True)
    assert np.array_equal(frame, source[3:43, 7:67])


def test_beside_the_picture_is_the_ground():
    frame = picture()
    compose(frame, picture(10, 10, GREEN), 20.0, 15.0, 1.0, RED, True)
    assert (frame[15:25, 20:30] == GREEN).all()
    assert np.count_nonzero(frame == RED) == frame.size - 100


@pytest.mark.parametrize("smooth", [True, False])
def test_an_enlarged_picture_keeps_its_place(smooth):
    source = picture(20, 20, RED)
    source[:, 10:] = GREEN
    frame = picture()
    compose(frame, source, 0.0, 0.0, 2.0, GROUND, smooth)
    assert (frame[5, :18] == RED).all()
    assert (frame[5, 22:40] == GREEN).all()
    assert (frame[5, 40:] == GROUND).all()


@given(ANY | st.floats(-200, 200), ANY | st.floats(-200, 200), ANY | st.floats(0.01, 60), st.booleans())
def test_a_frame_of_garbage_is_filled_and_nothing_else(left, top, scale, smooth):
    whole = picture(56, 60, 77)
    compose(whole[8:48], picture(30, 30, GREEN), left, top, scale, RED, smooth)
    assert (whole[:8] == 77).all()
    assert (whole[48:] == 77).all()
    assert set(np.unique(whole[8:48])) <= {GREEN, RED}


def vehicles(frame, x, y, direction, look, place=(60.0, 0.0, 40.0, 0.0)):
    """Draw squares of 5 pixels: of look 0 red, half clear of look 1, with a green corner that turns with direction."""
    pictures = np.zeros((2, 4, 5, 5), np.uint32)
    pictures[0], pictures[1] = RED, 0x80800000
    pictures[0, 1, 0, 0] = GREEN
    spans = np.zeros((2, 4, 5, 2), np.int16)
    spans[..., 1] = 5
    arrays = (np.atleast_1d(np.asarray(values, np.float64)) for values in (x, y, direction))
    sprites(frame, pictures, spans, *arrays, np.atleast_1d(np.asarray(look, np.uint8)), np.array(place))


def test_a_vehicle_lies_on_whole_pixels_around_its_place():
    frame = picture()
    vehicles(frame, 0.5, 0.5, 0, 0)
    assert (frame[18:23, 28:33] == RED).all()
    assert np.count_nonzero(frame == RED) == 25


def test_a_vehicle_has_the_picture_of_its_direction():
    frame = picture()
    vehicles(frame, 0.5, 0.5, 90.0, 0)
    assert frame[18, 28] == GREEN
    other = picture()
    vehicles(other, 0.5, 0.5, 90.0 - 720.0, 0)
    assert np.array_equal(frame, other)


def test_what_is_half_clear_is_mixed():
    frame = picture(colour=0xFF0000FF)
    vehicles(frame, 0.5, 0.5, 0, 1)
    assert frame[20, 30] == 0xFF80007F


def test_the_last_vehicle_lies_on_top():
    frame = picture()
    vehicles(frame, [0.5, 0.5], [0.5, 0.5], [0, 90], [0, 0])
    assert frame[18, 28] == GREEN


@given(st.lists(st.tuples(ANY | st.floats(-1, 2), ANY | st.floats(-1, 2), ANY, st.integers(0, 255)), max_size=6))
def test_vehicles_at_garbage_places_stay_inside(many):
    whole = picture(56, 60, 77)
    x, y, direction, look = (list(column) for column in zip(*many, strict=True)) if many else ([], [], [], [])
    vehicles(whole[8:48], x, y, direction, look)
    assert (whole[:8] == 77).all()
    assert (whole[48:] == 77).all()


def test_a_tile_fills_its_place_and_its_part_that_of_a_part():
    image = np.full((4, 4), RED, np.uint32)
    image[:, 2:] = GREEN
    pixels = picture()
    tile(pixels, image, np.array([2.0, 0.0, 4.0, 4.0]), np.array([10, 10, 30, 30]))
    assert (pixels[10:30, 16:30] == GREEN).all()
    assert np.count_nonzero(pixels != GROUND) == 400


@given(st.tuples(*[ANY | st.floats(-10, 10)] * 4), st.tuples(*[st.integers(-(10**6), 10**6)] * 4))
def test_a_tile_of_garbage_stays_inside(source, target):
    whole = picture(56, 60, 77)
    left, top, right, bottom = target
    small = np.array([left, top, min(right, left + 10_000), min(bottom, top + 10_000)])
    tile(whole[8:48], np.full((4, 4), RED, np.uint32), np.array(source), small)
    assert (whole[:8] == 77).all()
    assert (whole[48:] == 77).all()


def passes(points, flags, height=40, width=60):
    counts = np.zeros((height, width), np.uint32)
    x, y = (np.array(column, np.uint32) for column in zip(*points, strict=True))
    ends = np.array([0]), np.array([len(x) - 1])
    place = np.array([1.0, 0.5, 1.0, 0.5])
    count_passes(counts, x, y, np.array(flags, np.uint8), *ends, NO_CHUNKS, place)
    return counts


def test_each_pixel_on_the_way_is_passed_once():
    counts = passes([(5, 10), (15, 10), (15, 20)], [0, 0, 0])
    assert (counts[10, 5:16] == 1).all()
    assert (counts[10:21, 15] == 1).all()
    assert counts.sum() == 21


def test_there_and_back_is_two_passes_and_standing_is_one():
    counts = passes([(5, 10), (9, 10), (9, 10), (9, 10), (5, 10)], [0] * 5)
    assert counts[10, 5:9].tolist() == [2, 2, 2, 2]
    assert counts[10, 9] == 1


def test_a_gap_is_not_passed():
    counts = passes([(5, 10), (15, 10), (40, 10)], [0, BREAK_AFTER, 0])
    assert counts[10, 16:40].max() == 0
    assert counts[10, 40] == 1


@given(
    st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), min_size=1, max_size=6),
    st.tuples(ANY, ANY, ANY, ANY) | st.tuples(*[st.floats(-1e-3, 1e-3), st.floats(-1e6, 1e6)] * 2),
)
def test_counting_garbage_stays_inside(points, place):
    whole = picture(56, 60, 77)
    x, y = (np.array(column, np.uint32) for column in zip(*points, strict=True))
    ends = np.array([0]), np.array([len(x) - 1])
    count_passes(whole[8:48], x, y, np.zeros(len(x), np.uint8), *ends, NO_CHUNKS, np.array(place))
    assert (whole[:8] == 77).all()
    assert (whole[48:] == 77).all()


def test_more_passes_have_a_later_colour_and_no_pass_has_none():
    counts = np.array([[0, 1, 10, 1000]], np.uint32)
    colours = np.arange(10, dtype=np.uint32) | np.uint32(0xFF000000)
    image = np.zeros_like(counts)
    tint(image, counts, colours, np.full(10, 256, np.uint32), 1000.0)
    assert image[0].tolist() == [0, 0xFF000000, 0xFF000003, 0xFF000009]
    tint(image, counts, np.array([0xFFFF8000], np.uint32), np.array([128], np.uint32), 1000.0)
    assert image[0].tolist() == [0, *[0x80804000] * 3]


def test_what_was_counted_lies_where_it_was_counted():
    image, pixels = np.zeros((10, 12), np.uint32), picture()
    image[2:6, 3:8] = RED
    lay(pixels, image, 20.0, 10.0, 1.0)
    assert (pixels[12:16, 23:28] == RED).all()
    assert np.count_nonzero(pixels == RED) == 20
    larger = picture()
    lay(larger, image, 0.0, 0.0, 2.0)
    assert (larger[5:11, 7:15] == RED).all()
    assert (larger[:, 18:] == GROUND).all()


@given(ANY | st.floats(-200, 200), ANY | st.floats(-200, 200), ANY | st.floats(0.01, 60))
def test_counts_laid_at_garbage_stay_inside(left, top, scale):
    whole = picture(56, 60, 77)
    lay(whole[8:48], picture(9, 9, GREEN), left, top, scale)
    assert (whole[:8] == 77).all()
    assert (whole[48:] == 77).all()


def test_counts_serve_the_neighbourhood_and_no_other_zoom():
    x = np.array([2**31, 2**31 + 2000], np.uint32)
    lines = x, x, np.zeros(2, np.uint8), np.array([0]), np.array([1]), NO_CHUNKS
    ramp = np.array([RED], np.uint32), np.array([256], np.uint32)

    def place(dx, scale=0.01):
        return np.array([scale, 30.0 - 2**31 * scale + dx, scale, 20.0 - 2**31 * scale])

    passes = Passes.count("one", (40, 60), place(0), lines, ramp)
    assert passes.serves("one", (40, 60), place(8))
    assert passes.serves("one", (40, 60), place(0, 0.0105))
    assert not passes.serves("one", (40, 60), place(60))
    assert not passes.serves("one", (40, 60), place(0, 0.02))
    assert not passes.serves("other", (40, 60), place(0))
    for dx in (0, 8):
        pixels = picture()
        passes.draw(pixels, place(dx))
        assert pixels[20, 30 + dx] != GROUND
        assert pixels[30, 40 + dx] != GROUND
        assert pixels[20, 45 + dx] == GROUND


def test_visible_points_are_counted_to_what_is_enough():
    lon, lat = np.linspace(120, 121, 9000), np.full(9000, 36.8)
    bundle = TrackBundle.of(lon, lat, np.array([0, 9000]), break_after=np.zeros(9000, bool))
    left, top, right, bottom = (edge * 2**32 for edge in bundle.bounds)
    middle = (left + right) / 2
    box = (top - 1, middle, bottom + 1)
    assert visible_points(bundle.x, bundle.y, bundle.chunk_bounds, left, *box, 10**6) == pytest.approx(4500, abs=1)
    assert 100 <= visible_points(bundle.x, bundle.y, bundle.chunk_bounds, left, *box, 100) <= 4501


@pytest.mark.parametrize(("count", "top"), [(0, 10), (10, 10), (11, 20), (51, 100), (4000, 5000)])
def test_the_last_colour_stands_for_a_round_number(count, top):
    assert round_up(count) == top

"""Bars of lanes as pixels."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laixi_transport.ui.timeline.axis import Span
from laixi_transport.ui.timeline.bars import bars
from laixi_transport.ui.timeline.geometry import RIGHT_PX, Geometry
from laixi_transport.ui.timeline.lane import Activity, Lane

BEGIN_S, COLUMNS, HEIGHT = 1_000.0, 40, 8
MIDDLE = HEIGHT // 2


def geometry(scale=1.0):
    left = Geometry(0, 200, Span(0, 1), 1).left
    return Geometry(left + COLUMNS + RIGHT_PX, 200, Span(BEGIN_S, BEGIN_S + COLUMNS), lanes=1, scale=scale)


def lane(*spans):
    """Return a lane of (activity, first column, column after the last)."""
    ordered = sorted(spans)
    begin, end = ([BEGIN_S + span[at] for span in ordered] for at in (1, 2))
    return Lane(1, "", np.array(begin, float), np.array(end, float), np.array([s[0] for s in ordered], np.uint8))


def drawn(theme, *lanes, ratio=1.0):
    """Return (lanes, height, columns) as 0xaarrggbb."""
    images = bars(geometry(), lanes, HEIGHT, theme, ratio)
    shape = (round(HEIGHT * ratio), round(COLUMNS * ratio))
    return [np.frombuffer(bytes(image.constBits()), np.uint32).reshape(shape) for image in images]


def rgb(theme, name):
    return theme.colour(name).rgb()


spans = st.lists(
    st.tuples(st.sampled_from([Activity.STOP, Activity.DRIVING, Activity.OVERSPEED]), st.integers(-30, 60)),
    max_size=8,
).flatmap(lambda some: st.tuples(*(st.tuples(st.just(a), st.just(b), st.integers(b + 2, b + 30)) for a, b in some)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans, spans)
def test_each_column_shows_the_topmost_activity_of_its_own_lane(theme, one, other):
    colours = {Activity.STOP: "line", Activity.DRIVING: "good", Activity.OVERSPEED: "high"}
    for pixels, of_lane in zip(drawn(theme, lane(*one), lane(*other)), (one, other), strict=True):
        for column in range(COLUMNS):
            there = [a for a, first, after in of_lane if first <= column < after]
            wanted = rgb(theme, colours[max(there)]) if there else 0
            assert pixels[MIDDLE, column] == wanted


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_ends_of_long_bars_are_rounded_and_those_that_go_on_are_not(theme, ratio):
    [pixels] = drawn(theme, lane((Activity.DRIVING, -5, 10), (Activity.DRIVING, 20, 22)), ratio=ratio)
    good, end = rgb(theme, "good"), round(10 * ratio) - 1
    assert (pixels[MIDDLE, end], pixels[0, end], pixels[-1, end]) == (good, 0, 0)
    assert pixels[0, 0] == pixels[0, end - 3] == pixels[0, round(20 * ratio)] == good


def test_what_is_shorter_than_a_pixel_is_seen(theme):
    [pixels] = drawn(theme, lane((Activity.DRIVING, 5.1, 5.2), (Activity.OVERSPEED, 20.1, 20.2)))
    assert np.count_nonzero(pixels[MIDDLE]) == 1 + 2


def test_a_gap_is_hatched_and_lets_the_ground_be_seen(theme):
    [pixels] = drawn(theme, lane((Activity.GAP, 0, COLUMNS)))
    share = np.count_nonzero(pixels) / pixels.size
    assert 0.1 < share < 0.4
    assert len({tuple(row) for row in pixels}) > 1  # not upright


def test_no_lanes_and_a_lane_of_nothing_draw_nothing(theme):
    assert bars(geometry(), (), HEIGHT, theme, 1.0) == []
    [pixels] = drawn(theme, lane())
    assert not pixels.any()

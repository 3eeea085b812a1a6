"""Where the names of roads stand on them, and how they are written."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.road_names import APART_PX, STEEP_DEG, NamePlace, RoadNames
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import logical_size, stacked_image, turned_image
from laixi_transport.ui.map.viewport import Viewport

VIEW = Viewport(0.5, 0.5, 16.0, 1600, 900).centred(120.5, 36.9)


def line(*places: tuple[float, float]) -> np.ndarray:
    """Return longitudes and latitudes of places on the screen."""
    return np.array([VIEW.to_lon_lat(x, y) for x, y in places])


def found(lines: list[np.ndarray], names: list[str], *, road_class=RoadClass.SECONDARY, view=VIEW, width=60.0):
    table = RoadTable.of(lines, road_class=road_class, name=names)
    return list(RoadNames(BaseMap(road_table=table)).places(view, lambda _: width))


def test_a_name_stands_in_the_middle_of_its_road_and_turns_with_it():
    (place,) = found([line((100, 400), (500, 600))], ["文化路"])
    assert (place.x, place.y) == pytest.approx((300, 500), abs=0.1)
    assert place.turn_deg == pytest.approx(math.degrees(math.atan2(200, 400)), abs=1.01)
    assert not place.stacked


def test_a_name_is_never_upside_down():
    (there,) = found([line((100, 400), (500, 500))], ["文化路"])
    (back,) = found([line((500, 500), (100, 400))], ["文化路"])
    assert back.turn_deg == there.turn_deg


def test_chinese_signs_stand_upright_on_a_steep_road_and_latin_letters_turn():
    steep = line((300, 100), (340, 700))
    (chinese,) = found([steep], ["文化路"])
    assert chinese.stacked
    assert chinese.turn_deg > STEEP_DEG
    (latin,) = found([steep], ["Culture Road"])
    assert not latin.stacked
    assert found([steep[::-1]], ["文化路"]) == [chinese]


def test_a_bend_a_short_piece_and_a_class_too_fine_for_the_zoom_carry_no_name():
    assert found([line((100, 400), (130, 400), (130, 430))], ["文化路"]) == []
    assert found([line((100, 400), (150, 400))], ["文化路"]) == []
    far = VIEW.zoomed_at(800, 450, -3.0)
    assert found([line((100, 400), (1500, 400))], ["文化路"], road_class=RoadClass.LOCAL, view=far) == []


def test_pieces_of_one_road_side_by_side_carry_its_name_once():
    pieces = [line((100, 400), (300, 400)), line((300, 400), (500, 400))]
    assert len(found(pieces, ["文化路", "文化路"])) == 1
    apart = [line((100, 100), (300, 100)), line((100, 100 + APART_PX), (300, 100 + APART_PX))]
    assert len(found(apart, ["文化路", "文化路"])) == 2


def test_the_more_important_road_is_named_first():
    roads = RoadTable.of(
        [line((100, 100), (500, 100)), line((100, 600), (500, 600))],
        road_class=[RoadClass.TERTIARY, RoadClass.TRUNK],
        name=["小路", "大路"],
    )
    names = RoadNames(BaseMap(road_table=roads))
    assert [place.name for place in names.places(VIEW, lambda _: 40.0)] == ["大路", "小路"]


def test_a_map_without_roads_has_no_names():
    assert list(RoadNames(BaseMap()).places(VIEW, lambda _: 40.0)) == []


@given(st.lists(st.tuples(st.floats(0, 1600), st.floats(0, 900)), min_size=2, max_size=6))
def test_any_line_gives_names_inside_the_view_that_can_be_read(points):
    for place in found([line(*points)], ["文化路"]):
        assert isinstance(place, NamePlace)
        assert 0 <= place.x <= VIEW.width
        assert 0 <= place.y <= VIEW.height
        assert (0 <= place.turn_deg <= 180) if place.stacked else (-90 <= place.turn_deg <= 90)


def test_turned_and_stacked_names_keep_all_their_ink(theme):
    style = MapStyle.of(theme)
    font = style.font(12)
    for turn in (0.0, 30.0, -60.0, 90.0):
        assert_framed(turned_image("文化路", font, "#000000", "#FFFFFF", 2.0, turn))
    for turn in (60.0, 90.0, 120.0):
        image = stacked_image("文化路", font, "#000000", "#FFFFFF", 2.0, turn)
        assert_framed(image)
        assert logical_size(image).height() > 3 * 12 * 0.8


def assert_framed(image) -> None:
    """Assert that there is ink and that none touches the edge."""
    pixels = np.frombuffer(image.bits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    alpha = pixels[:, : image.width()] >> 24
    assert alpha.max() == 255
    assert alpha[0].max() == alpha[-1].max() == alpha[:, 0].max() == alpha[:, -1].max() == 0

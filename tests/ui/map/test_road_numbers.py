"""Where the numbers of roads stand along them."""

import numpy as np
import pytest

from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.road_numbers import APART_PX, SHORTEST_PX, STEP_PX, RoadNumbers
from laixi_transport.ui.map.viewport import Viewport

VIEW = Viewport(0.5, 0.5, 12.0, 1600, 900).centred(120.5, 36.9)


def at_pixels(*places: tuple[float, float]) -> np.ndarray:
    """Return longitudes and latitudes of places on the screen."""
    return np.array([VIEW.to_lon_lat(x, y) for x, y in places])


def numbers(lines: list[np.ndarray], codes: list[str], classes: list[RoadClass] | None = None) -> RoadNumbers:
    table = RoadTable.of(lines, road_class=classes or [RoadClass.PRIMARY] * len(lines), code=codes)
    return RoadNumbers(BaseMap(road_table=table))


def test_a_long_road_carries_its_number_again_and_again() -> None:
    found = list(numbers([at_pixels((0, 450), (1500, 450))], ["S209"]).places(VIEW))
    assert [x for _, _, x, _ in found] == pytest.approx([STEP_PX / 2 + step * STEP_PX for step in range(4)], abs=0.1)
    assert [y for _, _, _, y in found] == pytest.approx([450.0] * 4, abs=0.1)
    assert {number for number, *_ in found} == {"S209"}


def test_a_short_road_carries_its_number_in_its_middle_and_a_very_short_one_none() -> None:
    short = at_pixels((100, 100), (100, 160))
    tiny = at_pixels((800, 800), (800, 800 + SHORTEST_PX - 1))
    found = list(numbers([short, tiny], ["X1", "X2"]).places(VIEW))
    assert [number for number, *_ in found] == ["X1"]
    assert found[0][2:] == pytest.approx((100, 130), abs=0.1)


def test_both_lanes_of_a_motorway_carry_one_number() -> None:
    lanes = [at_pixels((0, 400), (300, 400)), at_pixels((300, 408), (0, 408))]
    found = list(numbers(lanes, ["G18", "G18"]).places(VIEW))
    assert len(found) == 1
    apart = [at_pixels((0, 100), (300, 100)), at_pixels((0, 100 + APART_PX), (300, 100 + APART_PX))]
    assert len(list(numbers(apart, ["G18", "G18"]).places(VIEW))) == 2


def test_the_more_important_road_comes_first_and_a_class_that_is_not_drawn_has_no_number() -> None:
    lines = [at_pixels((0, 100 * at), (300, 100 * at)) for at in range(1, 4)]
    classes = [RoadClass.LOCAL, RoadClass.SECONDARY, RoadClass.MOTORWAY]
    of = numbers(lines, ["C1", "S1", "G1"], classes)
    assert [number for number, *_ in of.places(VIEW)][:2] == ["G1", "S1"]
    far = Viewport(0.5, 0.5, 6.0, 1600, 900).centred(120.5, 36.9)
    assert "C1" not in {number for number, *_ in of.places(far)}


def test_no_roads_at_all_or_none_in_view_give_no_numbers() -> None:
    assert list(RoadNumbers(BaseMap()).places(VIEW)) == []
    elsewhere = VIEW.centred(100.0, 20.0)
    assert list(numbers([at_pixels((0, 450), (1500, 450))], ["S209"]).places(elsewhere)) == []


def test_a_corner_of_a_road_turns_its_numbers_too() -> None:
    bent = at_pixels((100, 100), (100 + STEP_PX, 100), (100 + STEP_PX, 100 + STEP_PX))
    found = list(numbers([bent], ["X7"]).places(VIEW))
    assert found[0][2:] == pytest.approx((100 + STEP_PX / 2, 100), abs=0.1)
    assert found[1][2:] == pytest.approx((100 + STEP_PX, 100 + STEP_PX / 2), abs=0.1)

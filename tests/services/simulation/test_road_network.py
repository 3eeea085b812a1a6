"""The roads of the sample data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from laixi_transport.domain.problem import Problem
from laixi_transport.services.simulation.network import (
    Network,
    distance_m,
    load_network,
    sample_data,
    way_along,
)


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network()


def test_every_town_can_be_reached_from_the_city(network: Network) -> None:
    city = network.nearest(network.towns["Laixi"])
    for name, point in network.towns.items():
        if name != "Laixi":
            way = network.way(city, network.nearest(point))
            beeline = distance_m(network.towns["Laixi"], point)
            assert beeline * 0.98 <= way.length_m <= beeline * 1.8, name


def test_a_way_back_is_the_way_reversed(network: Network) -> None:
    way = network.way(network.nearest(network.towns["Jiangshan"]), network.nearest(network.towns["Nanshu"]))
    back = way.reversed()
    for share in (0.0, 0.1, 0.37, 0.8, 1.0):
        there, here = way.place(share * way.length_m), back.place((1 - share) * way.length_m)
        assert there[:2] == pytest.approx(here[:2], abs=1e-9)
    assert back.length_m == way.length_m


def test_places_lie_as_far_along_as_asked() -> None:
    way = way_along([(120.5, 36.8), (120.5, 36.81), (120.52, 36.81)], [50.0, 30.0])
    assert distance_m(way.points[0], way.place(500)[:2]) == pytest.approx(500)
    assert way.place(500).direction_deg == 0
    assert way.place(way.length_m - 1).direction_deg == pytest.approx(90)
    assert way.place(-5)[:2] == way.points[0]
    assert way.place(1e9)[:2] == way.points[-1]
    assert (way.cruise_at(0), way.cruise_at(way.length_m)) == (50.0, 30.0)


def test_places_without_a_road_between_them_are_an_error() -> None:
    network = Network([("street", [(0.0, 0.0), (0.0, 0.01)]), ("street", [(1.0, 0.0), (1.0, 0.01)])], {})
    with pytest.raises(ValueError, match="no road"):
        network.way((0.0, 0.0), (1.0, 0.01))


def test_invented_roads_say_that_they_are() -> None:
    roads = json.loads((sample_data() / "synthetic_roads.geojson").read_text(encoding="utf-8"))["features"]
    assert len(roads) > 100
    assert all(road["properties"]["synthetic"] is True and "示范" in road["properties"]["name"] for road in roads)
    open_roads = json.loads((sample_data() / "open_roads.geojson").read_text(encoding="utf-8"))
    assert "ODbL" in open_roads["attribution"]
    assert not any(road["properties"]["synthetic"] for road in open_roads["features"])


def test_the_tool_makes_the_same_file_again(tmp_path: Path) -> None:
    made = tmp_path / "resources" / "sample_data"
    made.mkdir(parents=True)
    for name in ("towns.geojson", "open_roads.geojson"):
        (made / name).write_bytes((sample_data() / name).read_bytes())
    tool = sample_data().parents[1] / "tools" / "make_sample_data.py"
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "make_sample_data.py").write_bytes(tool.read_bytes())
    subprocess.run([sys.executable, str(tmp_path / "tools" / "make_sample_data.py")], check=True, capture_output=True)
    name = "synthetic_roads.geojson"
    assert (made / name).read_bytes() == (sample_data() / name).read_bytes()


def test_missing_sample_data_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"open_roads\.geojson cannot be read"):
        load_network(tmp_path)

"""The tool that makes the base map refuses sources that contradict each other."""

import json
import sys

import pytest

from tools import make_base_map


def collection(*features):
    return json.dumps(
        {
            "features": [
                {"properties": told, "geometry": {"type": kind, "coordinates": where}} for told, kind, where in features
            ]
        }
    )


def square(west, east):
    return [[[[west, 36.6], [east, 36.6], [east, 37.1], [west, 37.1], [west, 36.6]]]]


@pytest.fixture
def sources(tmp_path):
    def write(*, west=120.201177, town="姜山镇"):
        code = make_base_map.LAIXI_CODE
        county = ({"name": "莱西市", "gb": code}, "MultiPolygon", square(west, west + 0.453954))
        place = {"geonameid": "1", "name_zh": "姜山", "name_en": "Jiangshan", "fcode": "PPLA4", "in_laixi": True}
        road = {"highway": "motorway", "ref": "G15", "name": "沈海高速"}
        (tmp_path / "coast_land_ne10m.geojson").write_text(collection(({}, "MultiPolygon", square(119, 122))))
        (tmp_path / "neighbour_counties.geojson").write_text(collection())
        (tmp_path / "qingdao_districts.geojson").write_text(collection(county))
        (tmp_path / "laixi_boundary.geojson").write_text(collection(county))
        (tmp_path / "roads_osm_partial.geojson").write_text(collection((road, "LineString", [[120, 36], [121, 37]])))
        (tmp_path / "places_geonames.geojson").write_text(collection((place, "Point", [120.52917, 36.67806])))
        (tmp_path / "laixi_towns_codes.csv").write_text(f"code,name,geonameid\n1,{town},1\n2,水集街道,\n")
        return tmp_path

    return write


def make(monkeypatch, folder):
    out = folder / "made.geojson"
    monkeypatch.setattr(sys, "argv", ["make_base_map", str(folder), "--out", str(out)])
    make_base_map.main()
    return json.loads(out.read_text(encoding="utf-8"))


def test_layers_come_in_the_order_of_painting_and_towns_take_their_full_name(monkeypatch, sources):
    made = make(monkeypatch, sources())
    told = [feature["properties"] for feature in made["features"]]
    assert [properties["layer"] for properties in told] == ["land", "county", "road", "place"]
    assert told[-1]["name_zh"] == "姜山镇"
    assert made["attribution"] == make_base_map.ATTRIBUTION


def test_a_boundary_in_gcj02_is_refused(monkeypatch, sources):
    with pytest.raises(SystemExit, match="shifted"):
        make(monkeypatch, sources(west=120.201177 + 0.0047))


def test_a_town_that_the_two_lists_call_differently_is_refused(monkeypatch, sources):
    with pytest.raises(SystemExit, match="one of them is wrong"):
        make(monkeypatch, sources(town="院上镇"))

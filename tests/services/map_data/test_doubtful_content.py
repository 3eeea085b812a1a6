"""What a file says that is not quite map data: swapped axes, roads as areas, texts in GBK, limits that are no speed."""

import json

import pytest

from laixi_transport.domain.map_data import Frame, Note, Reason
from laixi_transport.domain.problem import Problem
from laixi_transport.services.map_data import osm_tags
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.storage import open_store

LINE = [(120.5, 36.8), (120.6, 36.9)]
SQUARE = [[(120.0, 36.0), (120.1, 36.0), (120.1, 36.1), (120.0, 36.0)]]


@pytest.fixture
def service(sqlite_url):
    with open_store(sqlite_url) as store:
        yield MapDataService(store)


def write(path, *features, encoding="utf-8"):
    told = [
        {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
        for kind, coordinates, properties in features
    ]
    text = json.dumps({"type": "FeatureCollection", "features": told}, ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    return path


def test_swapped_axes_are_called_by_their_name(service, tmp_path):
    swapped = [(lat, lon) for lon, lat in LINE]
    with pytest.raises(Problem, match="Longitude and latitude have probably changed places"):
        service.import_map(write(tmp_path / "a.geojson", ("LineString", swapped, {})))
    mixed = write(tmp_path / "b.geojson", ("LineString", swapped, {}), ("LineString", LINE, {}))
    stored = service.import_map(mixed)
    assert (stored.roads, [(one.reason, one.examples) for one in stored.left_out]) == (
        1,
        [(Reason.SWAPPED_AXES, ("feature 1",))],
    )


def test_metres_without_a_system_are_not_called_swapped(service, tmp_path):
    path = write(tmp_path / "a.geojson", ("LineString", [(500_000, 4_070_000), (500_050, 4_070_100)], {}))
    with pytest.raises(Problem, match="Check the coordinate system"):
        service.import_map(path)


def test_a_road_drawn_as_an_area_is_no_border(service, tmp_path):
    road = ("Polygon", SQUARE, {"highway": "primary", "name": "路面"})
    border = ("Polygon", SQUARE, {"name": "莱西市", "行政等级": "县级"})
    stored = service.import_map(write(tmp_path / "a.geojson", road, border))
    assert (stored.areas, [(one.reason, one.examples) for one in stored.left_out]) == (
        1,
        [(Reason.ROAD_AREA, ("feature 1",))],
    )
    with pytest.raises(Problem, match="roads are drawn as areas"):
        service.import_map(write(tmp_path / "b.geojson", road))


def test_texts_in_gbk_are_read_and_told(service, tmp_path):
    path = write(tmp_path / "a.geojson", ("LineString", LINE, {"name": "烟台路"}), encoding="gbk")
    stored = service.import_map(path)
    assert service.road_table().name == ("烟台路",)
    assert Note.GUESSED_ENCODING in stored.notes


def test_a_limit_that_is_no_speed_is_counted_with_what_it_says(service, tmp_path):
    said = ["60", "", "none", "限速60", "fast", "60;40", "６０", "50 mph", "CN:urban"]
    path = write(tmp_path / "a.geojson", *(("LineString", LINE, {"maxspeed": one}) for one in said))
    stored = service.import_map(path)
    assert (stored.roads, stored.limits) == (9, 6)
    assert [(one.reason, one.examples) for one in stored.left_out] == [(Reason.UNREAD_LIMIT, ("feature 5: fast",))]


@pytest.mark.parametrize(("said", "kmh"), [("60;40", 40), ("60/40", 40), ("60、40", 40), ("60km", 60), ("60 km/h", 60)])
def test_of_several_limits_the_lowest_counts(said, kmh):
    assert osm_tags.limit_kmh({"maxspeed": said}) == kmh


def test_a_named_multipoint_is_a_place_at_each_of_its_points(service, tmp_path):
    path = write(tmp_path / "a.geojson", ("MultiPoint", LINE, {"name": "马连庄"}))
    assert service.import_map(path).places == 2


def test_the_same_file_once_more_is_taken_and_told(service, tmp_path):
    path = write(tmp_path / "a.geojson", ("LineString", LINE, {}))
    first, second = service.import_map(path), service.import_map(path)
    in_gcj = service.import_map(path, frame=Frame.GCJ02)
    assert [Note.SAME_FILE in one.notes for one in (first, second, in_gcj)] == [False, True, False]

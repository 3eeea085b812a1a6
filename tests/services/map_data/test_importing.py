import json
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.analytics.chinese_coordinates import wgs84_to_gcj02
from laixi_transport.domain.map_data import AreaKind, Frame, Note, Reason
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.road import BACKWARD, FORWARD, RoadClass
from laixi_transport.services.map_data.encodings import shapefile_encoding
from laixi_transport.services.map_data.gathering import Cancelled
from laixi_transport.services.map_data.osm_file import LEFT_S, NODES_PREFIX
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.storage import open_store

DATA = Path(__file__).parents[2] / "data" / "map"
LINES = [[(120.5, 36.8), (120.6, 36.9)], [(120.6, 36.9), (120.7, 36.8)]]


@pytest.fixture
def service(sqlite_url):
    with open_store(sqlite_url) as store:
        yield MapDataService(store)


def write(path, geometries, fields=None, *, crs="EPSG:4490", kind="LineString", **options):
    """Write a vector file with text columns."""
    import pyogrio.raw

    fields = fields or {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no system on purpose; names of columns longer than a Shapefile takes
        pyogrio.raw.write(
            path,
            geometry=np.array([shapely.to_wkb(one) for one in geometries], dtype=object),
            field_data=[np.array(column, dtype=object) for column in fields.values()],
            fields=np.array(list(fields), dtype=object),
            geometry_type=kind,
            crs=crs,
            **options,
        )
    return path


def geojson(path, features, **more):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | more), encoding="utf-8")
    return path


def feature(kind, coordinates, **properties):
    geometry = None if kind is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


BUREAU = {
    "路线编码": ["G204370285", "Y012370285"],
    "路线名称": ["烟台路", "沽河乡道"],
    "技术等级": ["二级公路", "四级公路"],
    "行政等级": ["国道", "乡道"],
    "限速": ["80", ""],
    "车道": ["4", "2"],
}


def assert_is_the_bureau_s(roads):
    assert sorted(roads.name) == ["沽河乡道", "烟台路"]
    trunk = roads.take(roads.road_class == RoadClass.TRUNK)
    assert (trunk.code, trunk.lanes.tolist(), trunk.limit_kmh.tolist()) == (("G204",), [4], [80.0])
    assert np.allclose(trunk.line(0), LINES[0], atol=2e-7)


def test_a_geopackage_of_a_road_bureau(service, tmp_path):
    path = write(tmp_path / "公路.gpkg", map(shapely.LineString, LINES), BUREAU)
    stored = service.import_map(path, attribution="莱西公路事业发展中心")
    assert (stored.name, stored.roads, stored.limits, stored.crs) == ("公路", 2, 1, "EPSG:4490")
    assert stored.left_out == ()
    assert_is_the_bureau_s(service.road_table())


@pytest.mark.parametrize("said", ["GBK", "", "UTF-8"])
def test_a_shapefile_in_gbk_is_read_whatever_it_says_of_its_encoding(service, tmp_path, said):
    path = write(tmp_path / "gonglu.shp", map(shapely.LineString, LINES), BUREAU, encoding="GBK")
    (tmp_path / "gonglu.cpg").unlink()
    if said:
        (tmp_path / "gonglu.cpg").write_text(said)
    stored = service.import_map(path)
    assert_is_the_bureau_s(service.road_table())
    assert (Note.GUESSED_ENCODING in stored.notes) == (said != "GBK")


def test_a_shapefile_in_utf_8_is_read_as_such_and_its_shortened_columns_are_understood(service, tmp_path):
    path = write(tmp_path / "a.shp", map(shapely.LineString, LINES), BUREAU, encoding="UTF-8")
    assert shapefile_encoding(path) == ("UTF-8", True)
    (tmp_path / "a.cpg").unlink()
    assert shapefile_encoding(path) == ("UTF-8", False)
    service.import_map(path)
    assert_is_the_bureau_s(service.road_table())


@given(st.binary(max_size=300))
def test_no_bytes_of_a_table_raise(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("dbf") / "a.shp"
    path.with_suffix(".dbf").write_bytes(data)
    shapefile_encoding(path)


def test_projected_coordinates_are_transformed(service, tmp_path):
    # On the central meridian of EPSG:4549 (120 E) northing is the length of the meridian: 4,070,000 m is 36.76110946 N
    # by the series of Snyder (USGS 1395, 3-26) on the ellipsoid of CGCS2000.
    path = write(
        tmp_path / "gk.gpkg", [shapely.LineString([(500_000, 4_070_000), (500_100, 4_070_000)])], crs="EPSG:4549"
    )
    service.import_map(path)
    line = service.road_table().line(0)
    assert line[0] == pytest.approx((120.0, 36.7611095), abs=2e-7)
    assert line[1, 0] == pytest.approx(120.0 + 100 / 89_285, abs=2e-6)


def test_without_a_coordinate_system_a_file_is_refused_until_it_is_given(service, tmp_path):
    path = write(tmp_path / "a.gpkg", map(shapely.LineString, LINES), crs=None)
    with pytest.raises(Problem, match=r"does not say in which coordinate system.*EPSG:4490"):
        service.import_map(path)
    assert service.import_map(path, crs="4326").roads == 2


def test_a_wrong_coordinate_system_gives_nothing_and_says_so(service, tmp_path):
    path = write(
        tmp_path / "a.gpkg", [shapely.LineString([(500_000, 4_070_000), (500_050, 4_070_100)])], crs="EPSG:4326"
    )
    with pytest.raises(Problem, match=r"Nothing of .* 1 things have no place on the map, the first is feature 1"):
        service.import_map(path)
    assert service.imports() == ()


def test_a_name_that_is_no_coordinate_system_is_a_problem(service, tmp_path):
    path = write(tmp_path / "a.gpkg", map(shapely.LineString, LINES))
    with pytest.raises(Problem, match=r"a\.gpkg"):
        service.import_map(path, crs="EPSG:99999999")


def test_gcj_02_is_converted_only_when_asked(service, tmp_path):
    lon, lat = wgs84_to_gcj02(*np.array(LINES[0]).T)
    path = geojson(tmp_path / "a.json", [feature("LineString", np.stack((lon, lat), axis=1).tolist())])
    service.import_map(path, frame=Frame.GCJ02)
    assert np.allclose(service.road_table().line(0), LINES[0], atol=2e-7)
    service.import_map(path)
    assert service.road_table().line(0)[0, 0] - 120.5 > 0.004


def test_what_is_broken_is_left_out_and_counted_with_its_feature(service, tmp_path):
    good = LINES[0]
    path = geojson(
        tmp_path / "a.geojson",
        [
            feature("LineString", good, name="good"),
            feature("LineString", [good[0]]),
            feature(None, None),
            feature("LineString", [(120.0, 1e99), (1, 2)]),
            feature("LineString", [good[0], good[0]]),
            feature("Point", good[0]),
            feature("GeometryCollection", None) | {"geometry": {"type": "GeometryCollection", "geometries": [
                {"type": "Point", "coordinates": good[0]}]}},
        ],
    )  # fmt: skip
    stored = service.import_map(path)
    assert stored.roads == 1
    told = {one.reason: (one.count, one.examples) for one in stored.left_out}
    assert told == {
        Reason.BROKEN_GEOMETRY: (2, ("feature 2", "feature 5")),
        Reason.NO_GEOMETRY: (1, ("feature 3",)),
        Reason.OUT_OF_RANGE: (1, ("feature 4",)),
        Reason.UNNAMED_POINT: (1, ("feature 6",)),
        Reason.OTHER_GEOMETRY: (1, ("feature 7",)),
    }
    assert set(stored.notes) == {Note.NO_LIMITS, Note.NO_CLASSES}


def test_areas_rivers_and_places(service, tmp_path):
    square = [[(120.0, 36.0), (120.1, 36.0), (120.1, 36.1), (120.0, 36.0)]]
    path = geojson(
        tmp_path / "a.geojson",
        [
            feature("Polygon", square, natural="water", name="产芝水库"),
            feature("Polygon", square, name="莱西市", admin_level=6),
            feature("LineString", LINES[0], waterway="river", name="大沽河"),
            feature("Point", LINES[0][0], name="水集", place="town", name_en="Shuiji"),
        ],
    )
    service.import_map(path)
    layers = service.layers()
    kinds = dict(zip(layers.areas.name, layers.areas.kind.tolist(), strict=True))
    assert kinds == {"产芝水库": AreaKind.WATER, "莱西市": AreaKind.BOUNDARY, "大沽河": AreaKind.RIVER}
    assert [(place.name, place.name_en, place.rank) for place in layers.places] == [("水集", "Shuiji", 2)]
    assert len(layers.roads) == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.gpkg", b"<html>404</html>", "not what its ending says"),
        ("a.osm.pbf", b"hello", "not what its ending says"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[{', "cannot be read as map data"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}', "holds no roads"),
        ("a.gpkg", b"SQLite format 3\0" + bytes(100), "cannot be read as map data"),
        ("a.shp", (9994).to_bytes(4, "big") + bytes(96), "lacks .shx, .dbf"),
        ("a.txt", b"hello", "no map data that can be read"),
        ("a.osm", b"<osm><way id='1'></osm>", "damaged"),
    ],
)
def test_files_that_are_no_map_are_told(service, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Problem, match=said):
        service.import_map(path)
    assert service.imports() == ()


def test_a_missing_file_is_told(service, tmp_path):
    with pytest.raises(Problem, match="cannot be read"):
        service.import_map(tmp_path / "none.gpkg")


def test_an_extract_of_openstreetmap(service):
    stored = service.import_map(DATA / "pyrosm_test.osm.pbf")
    assert (stored.roads, stored.limits, stored.format) == (209, 1, "OpenStreetMap PBF")
    assert "ODbL" in stored.attribution
    assert stored.left_out_count == sum(one.count for one in stored.left_out) == 19
    assert {one.reason: one.count for one in stored.left_out}[Reason.SOME_NODES] == 10
    assert Note.CUT_AT_EDGE in stored.notes
    roads = service.road_table()
    vertices = [line.tobytes() for i in range(len(roads)) for line in roads.line(i)]
    assert len(set(vertices)) < len(vertices) - 200  # crossings: they share their vertices bit for bit


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_pbf_cut_short_gives_nothing(service, tmp_path, share):
    whole = (DATA / "pyrosm_test.osm.pbf").read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(Problem, match="cut short"):
        service.import_map(path)
    assert service.imports() == ()


OSM = """<osm version="0.6">
<node id="1" lon="120.5" lat="36.8"/><node id="2" lon="120.6" lat="36.8"/><node id="3" lon="120.6" lat="36.9"/>
<node id="5" lon="120.7" lat="36.9"/>
<node id="9" lon="120.5" lat="36.86"><tag k="place" v="city"/><tag k="name" v="莱西市"/></node>
<way id="11"><nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="3"/><nd ref="5"/><tag k="highway" v="trunk"/>
 <tag k="ref" v="G204"/><tag k="oneway" v="-1"/><tag k="maxspeed" v="80"/><tag k="lanes" v="4"/></way>
<way id="12"><nd ref="7"/><nd ref="8"/><tag k="highway" v="residential"/></way>
<way id="13"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="natural" v="water"/></way>
<way id="14"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/></way>
</osm>"""


def test_ways_end_where_nodes_are_missing_and_go_on_after_them(service, tmp_path):
    path = tmp_path / "a.osm"
    path.write_text(OSM, encoding="utf-8")
    stored = service.import_map(path)
    roads = service.road_table()
    assert roads.way_id.tolist() == [11, 11]
    assert sorted(roads.line(i).tolist() for i in range(2)) == [
        [[120.5, 36.8], [120.6, 36.8]], [[120.6, 36.9], [120.7, 36.9]],
    ]  # fmt: skip
    assert (roads.oneway.tolist(), roads.limit_kmh.tolist(), roads.code) == ([BACKWARD] * 2, [80, 80], ("G204",) * 2)
    assert [(one.reason, one.examples) for one in stored.left_out] == [
        (Reason.NO_NODES, ("way 12",)),
        (Reason.SOME_NODES, ("way 11",)),
    ]
    assert (stored.areas, stored.places) == (1, 1)


def test_nodes_of_a_large_file_are_kept_in_a_file(service, tmp_path, monkeypatch):
    monkeypatch.setattr("laixi_transport.services.map_data.osm_file.IN_MEMORY_BYTES", 1000)
    assert service.import_map(DATA / "pyrosm_test.osm.pbf").roads == 209


def test_nodes_that_a_killed_import_left_are_removed_and_those_of_another_import_stay(service, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    left, busy = temporary / f"{NODES_PREFIX}left", temporary / f"{NODES_PREFIX}busy"
    for folder in (left, busy):
        folder.mkdir(parents=True)
        (folder / "nodes").write_bytes(bytes(100))
    long_ago_s = left.stat().st_mtime - LEFT_S - 1
    os.utime(left, (long_ago_s, long_ago_s))
    service.import_map(DATA / "pyrosm_test.osm.pbf")
    assert list(temporary.iterdir()) == [busy]


def test_a_cancelled_import_stores_nothing(service):
    asked = iter(range(2))
    with pytest.raises(Cancelled):
        service.import_map(DATA / "pyrosm_test.osm.pbf", cancelled=lambda: next(asked, 9) == 9)
    assert service.imports() == ()


def test_progress_goes_on_and_ends(service, tmp_path):
    told = []
    path = write(tmp_path / "a.gpkg", map(shapely.LineString, LINES))
    service.import_map(path, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 1)]


def test_the_newest_import_wins_where_it_lies(service, tmp_path):
    far = [(121.5, 37.5), (121.6, 37.6)]
    old = write(tmp_path / "old.gpkg", map(shapely.LineString, [*LINES, far]), {"name": ["a", "b", "far"]})
    new = write(tmp_path / "new.gpkg", map(shapely.LineString, LINES), {"name": ["A", "B"]})
    first, second = service.import_map(old), service.import_map(new)
    roads = service.road_table()
    assert sorted(zip(roads.name, roads.import_id.tolist(), strict=True)) == [
        ("A", second.id), ("B", second.id), ("far", first.id),
    ]  # fmt: skip
    service.remove(second.id)
    assert sorted(service.road_table().name) == ["a", "b", "far"]
    with pytest.raises(Problem, match="There is no import"):
        service.remove(second.id)


def test_geofabrik_shapefiles_are_understood(service, tmp_path):
    fields = {"osm_id": ["42", "43"], "fclass": ["trunk", "residential"], "ref": ["G204", ""], "oneway": ["F", "T"],
              "maxspeed": ["60", "0"], "name": ["烟台路", ""]}  # fmt: skip
    service.import_map(write(tmp_path / "roads.shp", map(shapely.LineString, LINES), fields))
    roads = service.road_table()
    assert dict(zip(roads.way_id.tolist(), roads.oneway.tolist(), strict=True)) == {42: FORWARD, 43: BACKWARD}
    assert np.nansum(roads.limit_kmh) == 60

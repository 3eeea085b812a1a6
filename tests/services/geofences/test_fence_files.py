"""Fences to files and back."""

import datetime as dt
import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laixi_transport.analytics.geodesy import distance_m
from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofencePurpose, WeeklyHours
from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.problem import Problem
from laixi_transport.services.geofences.geojson import read_fences, write_geojson

NOON = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)
FENCES = (
    Geofence(name="学校", kind=GeofenceKind.CIRCLE, lon_deg=(120.5,), lat_deg=(36.9,), radius_m=300.0, limit_kmh=30.0),
    Geofence(
        name="货场",
        kind=GeofenceKind.RECTANGLE,
        lon_deg=(120.53, 120.54),
        lat_deg=(36.85, 36.87),
        purpose=GeofencePurpose.SITE,
        valid_from=NOON,
        valid_to=NOON + dt.timedelta(days=30),
        hours=(WeeklyHours(22 * 60, 6 * 60, frozenset({4, 5})),),
        enabled=False,
        note="夜间",
    ),
    Geofence(name="危货禁行", kind=GeofenceKind.POLYGON, lon_deg=(120.1, 120.2, 120.2), lat_deg=(36.1, 36.1, 36.2)),
    Geofence(name="G204", kind=GeofenceKind.CORRIDOR, lon_deg=(120.3, 120.4), lat_deg=(36.3, 36.4), radius_m=40.0),
)


def write(path, **members):
    path.write_text(json.dumps(members), encoding="utf-8")
    return path


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def test_what_was_written_is_read_again(tmp_path):
    write_geojson(FENCES, tmp_path / "a.geojson")
    found = read_fences(tmp_path / "a.geojson")
    assert found.fences == FENCES
    assert found.faults == ()


@pytest.mark.parametrize("frame", [Frame.GCJ02, Frame.BD09])
def test_another_frame_moves_the_file_and_not_the_fence(tmp_path, frame):
    path = tmp_path / "a.geojson"
    write_geojson(FENCES, path, frame)
    lon, lat = json.loads(path.read_text())["features"][0]["geometry"]["coordinates"]
    assert 300 < distance_m(36.9, 120.5, lat, lon) < 1500
    for before, after in zip(FENCES, read_fences(path, frame).fences, strict=True):
        assert after.kind is before.kind
        assert distance_m(before.lat_deg, before.lon_deg, after.lat_deg, after.lon_deg).max() < 2.0
    with pytest.raises(Problem, match="says that its coordinates are"):
        read_fences(path)


def test_shapes_of_other_programs_are_taken(tmp_path):
    ring = [[120.2, 36.1, 50], [120.1, 36.1, 50], [120.1, 36.2, 50], [120.2, 36.1, 50]]
    path = write(
        tmp_path / "区域.json",
        type="FeatureCollection",
        features=[
            feature({"type": "Polygon", "coordinates": [ring]}, name="一"),
            feature({"type": "MultiPolygon", "coordinates": [[ring], [ring]]}, name="二"),
            feature({"type": "LineString", "coordinates": [[120, 36], [120, 36], [120, 37]]}, width_m=60),
            feature({"type": "Point", "coordinates": [120, 36]}, radius_m=100, purpose="nonsense"),
        ],
    )
    found = read_fences(path)
    assert [fence.name for fence in found.fences] == ["一", "二 1", "二 2", "区域 3", "区域 4"]
    assert found.fences[0].lon_deg == (120.2, 120.1, 120.1)
    assert found.fences[3].radius_m == 30
    assert found.fences[3].lat_deg == (36, 37)
    assert found.fences[4].purpose is GeofencePurpose.GENERAL


def test_what_cannot_be_taken_is_named_and_the_rest_is_there(tmp_path):
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    path = write(
        tmp_path / "a.json",
        type="FeatureCollection",
        features=[
            feature({"type": "Polygon", "coordinates": [ring]}, name="good"),
            feature({"type": "Polygon", "coordinates": [ring, ring]}, name="hole"),
            feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, name="bow"),
            feature({"type": "LineString", "coordinates": ring}, name="line"),
            feature({"type": "Point", "coordinates": [0, 0]}, name="spot"),
            feature({"type": "Point", "coordinates": [0]}, name="short", radius_m=5),
            feature({"type": "Point", "coordinates": [500, 0]}, name="far", radius_m=5),
            feature({"type": "Circle", "coordinates": [0, 0]}, name="circle"),
            feature(None, name="nothing"),
            feature({"type": "Point", "coordinates": [0, 0]}, name="naive", radius_m=5, valid_from="2026-06-10"),
            7,
        ],
    )
    found = read_fences(path)
    assert [fence.name for fence in found.fences] == ["good"]
    names = ["hole", "bow", "line", "spot", "short", "far", "circle", "nothing", "naive"]
    assert [fault.values["name"] for fault in found.faults] == names


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"type": "FeatureCollection", "features": 3}', "{" * 5])
def test_a_file_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(Problem):
        read_fences(path)


def test_a_missing_file_and_a_folder_that_is_none_are_told(tmp_path):
    with pytest.raises(Problem, match="no file"):
        read_fences(tmp_path / "none.json")
    with pytest.raises(Problem, match="does not exist"):
        write_geojson(FENCES, tmp_path / "none" / "a.json")


def test_what_cannot_be_written_whole_leaves_the_file_that_was_there(tmp_path, monkeypatch):
    path = tmp_path / "区域 1.geojson"
    write_geojson(FENCES[:1], path)
    before = path.read_bytes()
    written = Path.write_text

    def full(self, text, **options):
        written(self, text[:99], **options)
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(Problem, match="disk is full"):
        write_geojson(FENCES, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("limit", "taken"), [(250, False), (-3, False), (0, True), (None, True), (40, True)])
def test_a_speed_limit_that_cannot_be_is_told_not_dropped(tmp_path, limit, taken):
    point = {"type": "Point", "coordinates": [120.5, 36.8]}
    path = write(tmp_path / "a.json", **feature(point, name="yard", radius_m=50, limit_kmh=limit))
    found = read_fences(path)
    assert (len(found.fences), len(found.faults)) == (int(taken), int(not taken))
    assert [fence.limit_kmh for fence in found.fences] == ([limit or None] if taken else [])


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.sampled_from(["Polygon", "Point", "Multi"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "radius_m", "hours"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(json_values)
def test_garbage_makes_a_problem_and_nothing_else(tmp_path, value):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    try:
        found = read_fences(path)
    except Problem:
        return
    assert all(isinstance(fault, Problem) for fault in found.faults)


def test_a_name_that_is_too_long_is_cut_and_numbers_stay(tmp_path):
    part = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    shape = feature({"type": "MultiPolygon", "coordinates": [part, part]}, name="长" * 80)
    found = read_fences(write(tmp_path / "a.json", **shape))
    assert [len(fence.name) for fence in found.fences] == [60, 60]
    assert [fence.name[-1] for fence in found.fences] == ["1", "2"]
    assert replace(found.fences[0], name="") == replace(found.fences[1], name="")

"""Every format is read back by somebody else's reader and compared with the track."""

import csv
import dataclasses
import json
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import gpxpy
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from laixi_transport.analytics.chinese_coordinates import gcj02_to_wgs84
from laixi_transport.analytics.cleaning import doubtful
from laixi_transport.domain.map_data import Frame, MapPlace
from laixi_transport.domain.time import BEIJING
from laixi_transport.services.export import Content, Options, export_tracks
from laixi_transport.services.export.choice import format_of
from laixi_transport.services.export.digest import DataDigest
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.trips.day_trips import day_trips
from laixi_transport.services.trips.spot import Spot
from tests.services.export.workbooks import sheets_of

JUMP, NO_FIX, GAP_END = 30, (70, 71), 120
KML = {"k": "http://www.opengis.net/kml/2.2", "gx": "http://www.google.com/kml/ext/2.2"}


def write(tmp_path, day, name, **options):
    chosen = format_of(name)
    path = tmp_path / f"way{chosen.suffix}"
    days = day if isinstance(day, list) else [day]
    done = export_tracks(days, path, chosen, options=Options(written_s=1_781_059_338, **options))
    assert done.path == path
    assert done.size_bytes == path.stat().st_size
    assert [p.name for p in tmp_path.iterdir()] == [path.name], "nothing else is left"
    return path, done


def read_csv(path):
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(text.decode("utf-8-sig").splitlines()))


def doubted(day):
    """Return the reports that analytics doubts, the jump among them."""
    found = np.flatnonzero(doubtful(day.track)).tolist()
    assert JUMP in found
    return found


def numbers(rows, key):
    return np.array([float(row[key]) if row[key] else np.nan for row in rows])


def test_csv_holds_every_report_with_its_values_and_units(tmp_path, day):
    path, done = write(tmp_path, day, "csv", keys_only=True)
    rows, track = read_csv(path), day.track
    assert len(rows) == done.rows == len(track)
    assert numbers(rows, "time_unix_s").tolist() == track.time_s.tolist()
    assert rows[0]["time_gmt8"] == "2026-06-10 06:00:00"
    good = track.located
    np.testing.assert_array_equal(numbers(rows, "lon_wgs84_deg")[good], track.lon_deg[good])
    np.testing.assert_array_equal(numbers(rows, "lat_wgs84_deg")[good], track.lat_deg[good])
    np.testing.assert_array_equal(numbers(rows, "speed_kmh"), track.speed_kmh)
    np.testing.assert_array_equal(numbers(rows, "mileage_km"), track.mileage_km)
    assert np.isnan(numbers(rows, "recorder_speed_kmh")).all()
    assert rows[0]["altitude_m"] == "-3"
    assert rows[0]["alarm_bits"] == "0x80000001"


def test_csv_says_which_fixes_are_missing_or_doubtful_and_where_gaps_are(tmp_path, day):
    rows = read_csv(write(tmp_path, day, "csv", keys_only=True)[0])
    assert [at for at, row in enumerate(rows) if row["doubt"] == "no fix"] == list(NO_FIX)
    assert all(rows[at]["lon_wgs84_deg"] == "" for at in NO_FIX)
    assert [at for at, row in enumerate(rows) if row["doubt"].startswith("not believed")] == doubted(day)
    assert rows[JUMP]["lat_wgs84_deg"] == "36.88"  # kept as it came
    assert [at for at, row in enumerate(rows) if row["gap_before_s"]] == [GAP_END]
    assert rows[GAP_END]["gap_before_s"] == "1210"
    assert {row["piece"] for row in rows[:GAP_END]} == {"1"}
    assert {row["piece"] for row in rows[GAP_END:]} == {"2"}


def test_csv_heads_carry_title_and_key_and_words_are_translated(tmp_path, day):
    path, _ = write(tmp_path, day, "csv", say=lambda text: f"«{text}»")
    head, first = path.read_text(encoding="utf-8-sig").splitlines()[:2]
    assert "«Speed by GNSS, km/h» [speed_kmh]" in next(csv.reader([head]))
    assert "«driving»" in first


@pytest.mark.parametrize("content", [Content.STOPS, Content.GAPS, Content.ALERTS])
def test_csv_of_the_other_tables(tmp_path, day, content):
    rows = read_csv(write(tmp_path, day, "csv", keys_only=True, content=content)[0])
    many = {Content.STOPS: day.stops, Content.GAPS: day.gaps, Content.ALERTS: day.alerts}[content]
    assert len(rows) == len(many) == 1
    assert {row["plate"] for row in rows} == {"鲁BD0123"}
    if content is Content.ALERTS:
        assert (rows[0]["peak_kmh"], rows[0]["limit_kmh"], rows[0]["rule"]) == ("63", "50", "overspeed")
        assert rows[0]["acknowledged_by"] == "'=li", "a formula does not run"
    else:
        assert float(rows[0]["duration_s"]) == many[0].duration_s


@pytest.mark.parametrize("system", [Frame.GCJ02, Frame.BD09])
def test_shifted_coordinates_say_so_in_the_name_of_their_columns(tmp_path, day, system):
    rows = read_csv(write(tmp_path, day, "csv", keys_only=True, system=system)[0])
    lon = numbers(rows, f"lon_{system.value}_deg")
    shift_m = (lon[0] - day.track.lon_deg[0]) * 89_000
    assert 300 < shift_m < 1500
    if system is Frame.GCJ02:
        back, _ = gcj02_to_wgs84(lon, numbers(rows, "lat_gcj02_deg"))
        np.testing.assert_allclose(back[day.track.located], day.track.lon_deg[day.track.located], atol=2e-7)


@pytest.mark.parametrize("format_id", ["csv", "xlsx", "geojson"])
def test_trips_come_from_the_function_that_names_them_where_a_table_has_them(tmp_path, day, format_id):
    asked = []

    def find(one):
        asked.append(one)
        found = day_trips(one)
        origin = Spot(120.4, 36.86, "S214", MapPlace(120.4, 36.8, 2, "姜山"), 7.2)
        named = dataclasses.replace(found.trips[0], origin=origin)
        return dataclasses.replace(found, trips=(named, *found.trips[1:]))

    path = tmp_path / "tracks"
    options = Options(content=Content.TRIPS, keys_only=True)
    export_tracks([day], path, format_of(format_id), options=options, trips=find)
    assert len(asked) == (format_id != "geojson")
    if format_id == "csv":
        first, *_ = rows = read_csv(path)
        log = day_trips(day).trips[0].log
        assert len(rows) == len(day_trips(day).trips)
        assert (first["from_road"], first["from_near"], first["from_near_m"]) == ("S214", "姜山", "7")
        assert (first["to_road"], first["to_near_m"]) == ("", "")
        assert float(first["gnss_km"]) == pytest.approx(log.gnss_km, abs=1e-3)
        assert float(first["difference_km"]) == pytest.approx(log.difference_km, abs=1e-3)
        assert (first["begin_seen"], first["end_seen"]) == ("yes", "no" if log.into_gap else "yes")
    if format_id == "xlsx":
        rows, _ = sheets_of(path)["Trips"]
        assert "S214" in rows[1].values()


def test_a_workbook_has_typed_cells_real_dates_and_a_frozen_header(tmp_path, day):
    path, done = write(tmp_path, day, "xlsx", keys_only=True)
    sheets = sheets_of(path)
    assert list(sheets) == ["Positions", "Trips", "Stops", "Gaps", "Alerts", "About"]
    rows, root = sheets["Positions"]
    heads = {name: column for column, name in rows[0].items()}
    body = rows[1:]
    assert len(body) == done.rows == len(day.track)
    when = datetime(1899, 12, 30, tzinfo=BEIJING) + timedelta(days=body[0][heads["time_gmt8"]])
    assert abs(when - datetime(2026, 6, 10, 6, tzinfo=BEIJING)) < timedelta(milliseconds=1)
    assert [row[heads["speed_kmh"]] for row in body] == day.track.speed_kmh.tolist()
    assert heads["lon_wgs84_deg"] not in body[NO_FIX[0]]
    pane = root.find(".//{http://schemas.openxmlformats.org/spreadsheetml/2006/main}pane")
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    [_, alert] = sheets["Alerts"][0]
    assert "=li" in alert.values(), "in a typed cell text is text"
    about = {row["A"]: row["B"] for row in sheets["About"][0]}
    digest = DataDigest()
    digest.add(day)
    assert about["data_sha256"] == done.data_sha256 == digest.sha256
    assert (about["reports"], about["doubtful"], about["without_fix"]) == (200.0, Samples.of(day).doubts, 2.0)
    assert about["coordinate_system"].startswith("WGS-84")


def test_gpx_breaks_its_segments_at_gaps(tmp_path, day):
    path, done = write(tmp_path, day, "gpx")
    with path.open(encoding="utf-8") as file:
        gpx = gpxpy.parse(file)
    [track] = gpx.tracks
    assert (track.name, track.description) == ("鲁BD0123", "莱西公交 & Co 203")
    first, second = track.segments
    points = first.points + second.points
    believed = Samples.of(day).believed
    assert len(points) == done.rows == len(believed)
    assert [p.time.timestamp() for p in points] == day.track.time_s[believed].tolist()
    np.testing.assert_allclose([p.longitude for p in points], day.track.lon_deg[believed], atol=1e-9)
    assert second.points[0].time.timestamp() == day.track.time_s[GAP_END]
    speeds = [float(p.extensions[0][0].text) * 3.6 for p in points]
    np.testing.assert_allclose(speeds, day.track.speed_kmh[believed], atol=0.002)
    assert [w.type for w in gpx.waypoints] == ["stop"] + ["doubtful"] * len(doubted(day))
    assert max(w.latitude for w in gpx.waypoints) == pytest.approx(36.88)
    assert done.data_sha256 in gpx.description


def test_kml_draws_nothing_between_stretches_and_escapes_texts(tmp_path, make):
    day = make(plate='<a href="x">&')
    path, _ = write(tmp_path, day, "kml")
    root = ET.parse(path).getroot()  # noqa: S314
    assert root.find(".//k:Folder/k:name", KML).text == '<a href="x">&'
    tracks = root.findall(".//gx:Track", KML)
    assert len(tracks) == len(day.stretches) == 3
    good = ~np.isin(np.arange(len(day.track)), [*NO_FIX, *doubted(day)])
    for track, stretch in zip(tracks, day.stretches, strict=True):
        index = np.arange(stretch.first, stretch.last + 1)
        index = index[good[index]]
        coordinates = [list(map(float, c.text.split())) for c in track.findall("gx:coord", KML)]
        assert len(track.findall("k:when", KML)) == len(coordinates) == len(index)
        np.testing.assert_allclose([c[0] for c in coordinates], day.track.lon_deg[index], atol=1e-9)
        speeds = [float(v.text) for v in track.findall(".//gx:SimpleArrayData[@name='speed_kmh']/gx:value", KML)]
        assert speeds == day.track.speed_kmh[index].tolist()
    styles = [p.find("k:styleUrl", KML).text for p in root.findall(".//k:Placemark", KML)]
    assert styles == ["#way"] * 3 + ["#stop"] + ["#doubtful"] * len(doubted(day))


def test_geojson_has_a_feature_for_each_part_and_none_has_a_place_for_a_gap(tmp_path, day):
    path, done = write(tmp_path, day, "geojson")
    whole = json.loads(path.read_text(encoding="utf-8"))
    assert whole["type"] == "FeatureCollection"
    assert whole["coordinate_system"] == "WGS-84"
    assert whole["about"]["data_sha256"] == done.data_sha256
    kinds = [feature["properties"]["kind"] for feature in whole["features"]]
    assert kinds == ["driving"] * 3 + ["stop", "gap"] + ["doubtful"] * len(doubted(day))
    for feature in whole["features"]:
        assert (feature["geometry"] is None) == (feature["properties"]["kind"] == "gap")
        if feature["geometry"]:
            assert shapely.from_geojson(json.dumps(feature["geometry"])).is_valid
    way = whole["features"][0]
    assert len(way["geometry"]["coordinates"]) == len(way["properties"]["coordTimes"])
    assert len(way["properties"]["speed_kmh"]) == len(way["properties"]["coordTimes"])
    assert way["properties"]["coordTimes"][0] == "2026-06-09T22:00:00Z"
    assert way["geometry"]["coordinates"][0] == [day.track.lon_deg[0], day.track.lat_deg[0]]
    shifted = json.loads(write(tmp_path, day, "geojson", system=Frame.GCJ02)[0].read_text(encoding="utf-8"))
    assert shifted["coordinate_system"] == "GCJ-02"
    assert "SHIFTED" in shifted["about"]["coordinate_system"]


def test_geoparquet_says_its_crs_and_holds_every_report(tmp_path, day):
    path, done = write(tmp_path, [day], "geoparquet")
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    column = geo["columns"]["geometry"]
    assert (geo["version"], geo["primary_column"], column["encoding"]) == ("1.1.0", "geometry", "WKB")
    assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert json.loads(table.schema.metadata[b"laixi"])["data_sha256"] == done.data_sha256
    track = day.track
    assert [t.timestamp() for t in table["time"].to_pylist()] == track.time_s.tolist()
    points = table["geometry"].to_pylist()
    assert [at for at, point in enumerate(points) if point is None] == list(NO_FIX)
    places = shapely.from_wkb([point for point in points if point])
    np.testing.assert_array_equal(shapely.get_x(places), track.lon_deg[track.located])
    np.testing.assert_array_equal(shapely.get_y(places), track.lat_deg[track.located])
    assert column["bbox"] == pytest.approx([track.lon_deg.min(), 36.86, track.lon_deg.max(), 36.88])
    assert table["speed_kmh"].to_pylist() == track.speed_kmh.tolist()
    assert table["mileage_km"].to_pylist()[:2] == [None, track.mileage_km[1]]
    assert [at for at, word in enumerate(table["doubt"].to_pylist()) if word.startswith("not believed")] == doubted(day)


def test_a_format_refuses_a_system_that_its_standard_has_no_room_for(tmp_path, day):
    for name in ("gpx", "kml", "geoparquet"):
        with pytest.raises(ValueError, match="GCJ-02"):
            export_tracks([day], tmp_path / "x", format_of(name), options=Options(system=Frame.GCJ02))
    assert list(tmp_path.iterdir()) == []


def test_several_vehicles_stand_in_one_file_in_their_order(tmp_path, make):
    days = [make(1, "鲁BD0001"), make(2, "鲁BD0002")]
    rows = read_csv(write(tmp_path, days, "csv", keys_only=True)[0])
    assert [row["plate"] for row in rows[::200]] == ["鲁BD0001", "鲁BD0002"]

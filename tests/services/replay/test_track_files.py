"""Track files of four kinds, and files that are none."""

import datetime as dt
from pathlib import Path

import pytest

from laixi_transport.domain.problem import Problem
from laixi_transport.services.replay.delimited import parse_columns, parse_time, parse_time_zone
from laixi_transport.services.replay.reading import read_track_file

TRACKS = Path(__file__).resolve().parents[2] / "data" / "tracks"
LIVERPOOL = TRACKS / "liverpool_bus14" / "route14_outbound.csv"
COLUMNS = {"time": "timestamp", "lat": "latitude", "lon": "longitude", "vehicle": "vehicle_id", "bearing": "bearing"}

TIDES = """location_ping_id,vehicle_id,trip_id_performed,latitude,longitude,speed,event_timestamp
1,5461,18632100,38.5,-77.0,10.0,1771257489
2,5463,698100,38.6,-77.1,,2026-02-16T15:58:23Z
3,5463,698100,38.6,-77.1,0.0,1771257520
"""

GPX = """<?xml version="1.0"?>
<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"
     xmlns:x="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<trk><name>Bus 7</name><trkseg>
<trkpt lat="36.85" lon="120.52"><ele>31.5</ele><time>2026-01-26T01:00:00Z</time>
  <extensions><x:TrackPointExtension><x:speed>5.0</x:speed><x:course>45</x:course></x:TrackPointExtension></extensions>
</trkpt>
<trkpt lat="36.86" lon="120.52"><time>2026-01-26T01:01:00Z</time></trkpt>
<trkpt lat="36.87" lon="120.52"></trkpt>
</trkseg></trk></gpx>
"""


def written(folder: Path, content: str | bytes, name: str = "track.dat") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_tides_is_known_by_its_columns_and_has_speed_in_metres_a_second(tmp_path: Path) -> None:
    file = read_track_file(written(tmp_path, TIDES))
    assert (file.kind, file.rows, file.unusable) == ("TIDES", 3, [])
    assert list(file.points) == ["5461", "5463"]
    point = file.points["5461"][0]
    assert (point.time_s, point.lat_deg, point.lon_deg, point.speed_kmh) == (1771257489, 38.5, -77.0, 36.0)
    assert [p.time_s for p in file.points["5463"]] == [1771257503, 1771257520]


def test_the_liverpool_day_is_read_whole_with_a_column_map() -> None:
    file = read_track_file(LIVERPOOL, COLUMNS)
    assert (file.kind, file.rows, len(file.points), file.unusable) == ("CSV", 1533, 8, [])
    assert file.speeds_derived == 1533
    speeds = [point.speed_kmh for points in file.points.values() for point in points]
    assert all(speed is not None and 0 <= speed < 110 for speed in speeds)
    first = file.points["4716"][0]
    assert dt.datetime.fromtimestamp(first.time_s, dt.UTC) == dt.datetime(2026, 1, 26, 15, 57, 2, tzinfo=dt.UTC)


def test_times_without_a_zone_are_of_the_zone_that_is_named() -> None:
    zone = parse_time_zone("Asia/Shanghai")
    utc = read_track_file(LIVERPOOL, COLUMNS).points["4716"][0]
    here = read_track_file(LIVERPOOL, COLUMNS, zone).points["4716"][0]
    assert utc.time_s - here.time_s == 8 * 3600


def test_missing_speeds_follow_from_the_way_since_the_fix_before(tmp_path: Path) -> None:
    # 0.001 degrees of latitude are 111.2 m on the sphere.
    rows = "t,y,x\n0,36.000,120\n10,36.001,120\n20,36.001,120\n2000,36.9,120\n"
    rows = rows.replace("\n0,", "\n1000000000,").replace("\n10,", "\n1000000010,").replace("\n20,", "\n1000000020,")
    rows = rows.replace("\n2000,", "\n1000002000,")
    file = read_track_file(written(tmp_path, rows, "car7.csv"), {"time": "t", "lat": "y", "lon": "x"})
    speeds = [point.speed_kmh for point in file.points["car7"]]
    assert speeds[0] == pytest.approx(40.03, abs=0.01), "as far as to the fix after"
    assert speeds[1] == pytest.approx(40.03, abs=0.01)
    assert speeds[2] == 0
    assert speeds[3] == 0
    assert (file.speeds_derived, file.speeds_unknown) == (3, 1), "a mean over half an hour is no speed"


def test_missing_directions_point_to_the_fix_after_and_hold_while_standing(tmp_path: Path) -> None:
    rows = "t,y,x\n1000000000,36.000,120\n1000000010,36.001,120\n1000000020,36.001,120\n1000000030,36.001,119.99\n"
    points = read_track_file(written(tmp_path, rows), {"time": "t", "lat": "y", "lon": "x"}).points["track"]
    assert [round(point.direction_deg or 0) for point in points] == [0, 0, 270, 270]


def test_points_come_in_order_of_time(tmp_path: Path) -> None:
    rows = "t;y;x\n1000000010;36;120\n1000000000;36;120\n"
    file = read_track_file(written(tmp_path, rows), {"time": "t", "lat": "y", "lon": "x"})
    assert [point.time_s for point in file.points["track"]] == [1000000000, 1000000010]


def test_gpx_gives_extensions_their_due_and_counts_points_without_time(tmp_path: Path) -> None:
    file = read_track_file(written(tmp_path, GPX))
    assert (file.kind, file.rows, list(file.points)) == ("GPX", 3, ["Bus 7"])
    assert [row.row for row in file.unusable] == [3]
    first, second = file.points["Bus 7"]
    assert (first.speed_kmh, first.direction_deg, first.altitude_m) == (18.0, 45.0, 31.5)
    assert second.speed_kmh == pytest.approx(66.7, abs=0.1)


def test_realtime_positions_are_known_by_content() -> None:
    file = read_track_file(TRACKS / "bullrunner" / "vehicle-positions.pb")
    assert (file.kind, file.rows, len(file.points)) == ("GTFS-Realtime", 10, 10)
    assert file.points["1536"][0].lat_deg == pytest.approx(28.066221)
    assert file.points["1536"][0].direction_deg == 180
    assert file.points["1536"][0].time_s == 1505314375, "the header's, as the vehicle has none"
    assert file.speeds_unknown == 10, "one snapshot shows no speed"


def test_unusable_rows_are_named_with_line_and_reason(tmp_path: Path) -> None:
    bad = TIDES + "4,9,x,95.0,-77.0,1,1771257489\n5,9,x,38,181,1,1771257489\n6,9,x,38,-77,1,noon\n7,9,x,,-77,1,1\n"
    bad += "8,,x,38,-77,1,1771257489\n9,9,x,38,-77,1,4200000000\n10,9,x,nan,-77,1,1771257489\n"
    file = read_track_file(written(tmp_path, bad))
    assert file.rows == 10
    assert [row.row for row in file.unusable] == [5, 6, 7, 8, 9, 10, 11]
    assert "latitude 95.0" in file.unusable[0].reason
    assert "noon" in file.unusable[2].reason
    assert sum(map(len, file.points.values())) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("  \n\n", "is empty"),
        ("a,b,c\n1,2,3\n", "not known: a, b, c"),
        (TIDES.splitlines()[0] + "\n", "no rows"),
        (b"\x00\x01\x02\x03" * 50, "not text"),
        (b"\x1f\x8b\x08\x00" + bytes(40), "not text"),
        ('{"type": "FeatureCollection"}', "neither CSV nor GPX"),
        ("<html></html>", "neither CSV nor GPX"),
        ("<gpx><trk>", "broken GPX"),
        ('<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"></gpx>', "without track points"),
        (TIDES.splitlines()[0] + "\n1,2,3,99,99,0,0\n", "no usable position"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_told_in_a_sentence(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(Problem, match=said) as caught:
        read_track_file(written(tmp_path, content))
    assert "\n" not in str(caught.value)


def test_no_file_and_a_folder_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="There is no file"):
        read_track_file(tmp_path / "missing.csv")
    with pytest.raises(Problem, match="cannot be read"):
        read_track_file(tmp_path)


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"no column when; its columns are: t, y, x"):
        read_track_file(written(tmp_path, "t,y,x\n1,2,3\n"), {"time": "when", "lat": "y", "lon": "x"})


def test_chinese_text_in_gbk_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    rows = "时间,纬度,经度,车牌\n2026-01-26 08:00:00,36.8,120.5,鲁B00042D\n"
    columns = parse_columns("time=时间, lat=纬度, lon=经度, vehicle=车牌")
    for encoding in ("gbk", "utf-8-sig", "utf-16"):
        file = read_track_file(written(tmp_path, rows.encode(encoding)), columns, parse_time_zone("+08:00"))
        assert file.points["鲁B00042D"][0].time_s == dt.datetime(2026, 1, 26, tzinfo=dt.UTC).timestamp()


def test_a_column_map_with_an_unknown_role_is_told() -> None:
    with pytest.raises(Problem, match="“when=t”"):
        parse_columns("when=t,lat=y")


@pytest.mark.parametrize("name", ["Nowhere/Land", "+25:00", "8", "../etc/passwd"])
def test_what_is_no_time_zone_is_told(name: str) -> None:
    with pytest.raises(Problem, match="is no time zone"):
        parse_time_zone(name)


@pytest.mark.parametrize(
    "text", ["1771257489", "1771257489000", "2026-02-16T15:58:09Z", "2026-02-16 23:58:09", "2026-02-16T10:58:09-05:00"]
)
def test_every_way_to_write_a_time_means_the_same(text: str) -> None:
    assert parse_time(text, parse_time_zone("GMT+8")) == 1771257489

"""Trips with the names of where they were, from the database up."""

import numpy as np
import pytest

from laixi_transport.analytics.distance import distance
from laixi_transport.analytics.stops import movement
from laixi_transport.domain.map_data import MapPlace
from laixi_transport.domain.position import StatusBit
from laixi_transport.domain.track import Track
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.day_trips import day_trips
from laixi_transport.services.trips.service import TripService
from laixi_transport.storage import open_store

LAT, LON, STEP_DEG = 36.86, 120.53, 0.001
ROADS = """{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"highway": "primary", "name": "文化路", "ref": "G204", "maxspeed": "60"},
  "geometry": {"type": "LineString", "coordinates": [[120.52, 36.86], [120.555, 36.86]]}},
 {"type": "Feature", "properties": {"highway": "service"},
  "geometry": {"type": "LineString", "coordinates": [[120.555, 36.86], [120.565, 36.86]]}},
 {"type": "Feature", "properties": {"highway": "tertiary", "name": "烟台路"},
  "geometry": {"type": "LineString", "coordinates": [[120.565, 36.86], [120.60, 36.86]]}}]}"""
TOWN = MapPlace(LON, LAT + 0.02, 2, "水集", "Shuiji")


@pytest.fixture
def day() -> VehicleDay:
    """A minute's stand, a drive to the east over three roads, a stay of ten minutes."""
    steps = np.concatenate((np.zeros(13), np.arange(60), np.full(60, 59)))
    n = len(steps)
    track = Track(
        vehicle_id=1,
        time_s=1_780_000_000 + 10 * np.arange(n, dtype=np.int64),
        lat_deg=np.full(n, LAT),
        lon_deg=LON + steps * STEP_DEG,
        altitude_m=np.zeros(n, np.int16),
        speed_kmh=np.where(np.append(np.diff(steps), 0) > 0, 32.1, 0.0),
        direction_deg=np.full(n, 90, np.uint16),
        alarm_bits=np.zeros(n, np.uint32),
        status_bits=np.full(n, int(StatusBit.LOCATED), np.uint32),
        mileage_km=np.round(500 + steps * 0.0893, 1),
        recorder_speed_kmh=np.full(n, np.nan),
    )
    parts = movement(track)
    vehicle = Vehicle(1, "鲁BD0123", PlateColour.YELLOW, VehicleClass.CITY_BUS, "", "203", 50.0)
    begin_s = int(track.time_s[0])
    return VehicleDay(
        vehicle, begin_s, begin_s + 86400, track, parts.stops, parts.gaps, parts.stretches, (), (),
        distance(track, parts),
    )  # fmt: skip


@pytest.fixture
def map_data(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'fleet.db'}") as store:
        yield MapDataService(store)


def bring_in(map_data, tmp_path, document=ROADS, name="roads.geojson"):
    path = tmp_path / name
    path.write_text(document, encoding="utf-8")
    return map_data.import_map(path)


def test_ends_and_stops_are_named_by_the_roads_that_were_matched(day, map_data, tmp_path):
    bring_in(map_data, tmp_path)
    found = TripService(map_data).trips(day, [TOWN])
    (trip,) = found.trips
    assert (trip.origin.road, trip.destination.road) == ("G204 文化路", "烟台路")
    assert trip.origin.near == TOWN
    assert trip.origin.away_m == pytest.approx(2220, abs=10)
    assert [stop.spot.road for stop in found.stops] == ["G204 文化路", "烟台路"]
    assert found.roads.limit_kmh(trip.log.first + 5) == 60
    assert found.roads_known


def test_without_imported_roads_a_place_is_near_the_nearest_town_or_has_coordinates_alone(day, map_data):
    service = TripService(map_data)
    found = service.trips(day, [TOWN])
    assert not found.roads_known
    assert (found.trips[0].origin.road, found.trips[0].origin.near) == ("", TOWN)
    bare = service.trips(day).trips[0].origin
    assert not bare.named
    assert (bare.lon_deg, bare.lat_deg) == (LON, LAT)


def test_a_new_import_is_used_at_once_and_a_removed_one_no_more(day, map_data, tmp_path):
    service = TripService(map_data)
    assert not service.trips(day).roads_known
    made = bring_in(map_data, tmp_path)
    assert service.trips(day).trips[0].origin.road == "G204 文化路"
    map_data.remove(made.id)
    assert not service.trips(day).roads_known


def test_the_network_is_kept_for_another_day_on_the_same_roads(day, map_data, tmp_path, monkeypatch):
    bring_in(map_data, tmp_path)
    service, read = TripService(map_data), []
    table = map_data.road_table
    monkeypatch.setattr(map_data, "road_table", lambda *a, **k: read.append(a) or table(*a, **k))
    service.trips(day)
    service.trips(day)
    assert len(read) == 1


def test_imported_places_name_when_no_map_is_shown(day, map_data, tmp_path):
    bring_in(
        map_data,
        tmp_path,
        '{"type": "FeatureCollection", "features": [{"type": "Feature",'
        ' "properties": {"place": "town", "name": "店埠"},'
        ' "geometry": {"type": "Point", "coordinates": [120.54, 36.87]}}]}',
        "places.geojson",
    )
    assert TripService(map_data).trips(day).trips[0].origin.near.name == "店埠"


def test_trips_and_stops_are_the_same_with_and_without_roads(day):
    plain = day_trips(day)
    assert [stop.stop for stop in plain.stops] == list(day.stops)
    assert plain.trips[0].log.gnss_km == pytest.approx(day.distance.gnss_km)


def test_a_day_without_a_fix_has_no_trips(day, map_data):
    track = day.track.take(slice(0, 0))
    empty = VehicleDay(
        day.vehicle, day.begin_s, day.end_s, track, (), (), (), (), (), distance(track, movement(track))
    )  # fmt: skip
    found = TripService(map_data).trips(empty, [TOWN])
    assert (found.trips, found.stops) == ((), ())

"""A vehicle's invented morning: it drives, stops, falls silent, has no fix, jumps once, and drives too fast."""

import datetime as dt

import numpy as np
import pytest

from laixi_transport.analytics.distance import distance
from laixi_transport.analytics.overspeed import overspeed
from laixi_transport.analytics.stops import movement
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.track import Track
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.services.playback.day import VehicleDay

BEGIN_S = 1_781_020_800  # 2026-06-10 00:00 GMT+8
STEP_S = 10


def make_track(vehicle_id: int, *, n: int = 200) -> Track:
    """Return n reports, ten seconds apart but for a gap of twenty minutes before number 120."""
    at = np.arange(n)
    driving = (at < 60) | (at >= 100)
    east_deg = np.cumsum(np.where(driving, 0.0012, 0.0))
    time_s = BEGIN_S + 6 * 3600 + at * STEP_S + np.where(at >= 120, 1200, 0)
    lon, lat = np.round(120.4 + east_deg, 6), np.full(n, 36.86)
    located = np.ones(n, np.bool_)
    located[[70, 71]] = False
    if n > 30:
        lat[30] += 0.02  # 2 km aside and back
    speed = np.where(driving, 38.5, 0.0)
    speed[130:140] = 63.0
    mileage = np.round(1000 + np.cumsum(np.where(driving, 0.1069, 0.0)), 1)
    mileage[::2] = np.nan
    return Track(
        vehicle_id=vehicle_id,
        time_s=time_s.astype(np.int64),
        lat_deg=lat,
        lon_deg=lon,
        altitude_m=np.full(n, -3, np.int16),
        speed_kmh=speed,
        direction_deg=np.full(n, 90, np.uint16),
        alarm_bits=np.full(n, 0x80000001, np.uint32),
        status_bits=np.where(located, 3, 1).astype(np.uint32),
        mileage_km=mileage,
        recorder_speed_kmh=np.full(n, np.nan),
    )


def make_alert(vehicle_id: int) -> Alert:
    begin = dt.datetime.fromtimestamp(BEGIN_S + 6 * 3600 + 2500, dt.UTC)
    return Alert(
        id=1,
        rule="overspeed",
        rule_version="1",
        parameters="{}",
        vehicle_id=vehicle_id,
        priority=Priority.HIGH,
        state=AlertState.ACKNOWLEDGED,
        begin=begin,
        end=begin + dt.timedelta(seconds=90),
        ongoing=False,
        peak=63.0,
        limit=50.0,
        lat_deg=36.86,
        lon_deg=120.5,
        program_version="0.1.0",
        acknowledged_by="=li",
        acknowledged_at=begin + dt.timedelta(seconds=600),
    )


def make_day(vehicle_id: int = 1, plate: str = "鲁BD0123", *, track: Track | None = None) -> VehicleDay:
    """Return what playback would say about it."""
    track = make_track(vehicle_id) if track is None else track
    parts = movement(track)
    vehicle = Vehicle(vehicle_id, plate, PlateColour.YELLOW, VehicleClass.CITY_BUS, "莱西公交 & Co", "203", 50.0)
    return VehicleDay(
        vehicle=vehicle,
        begin_s=BEGIN_S,
        end_s=BEGIN_S + 86400,
        track=track,
        stops=parts.stops,
        gaps=parts.gaps,
        stretches=parts.stretches,
        overspeed=tuple(overspeed(track.time_s, track.speed_kmh, 50.0)),
        alerts=(make_alert(vehicle_id),),
        distance=distance(track, parts),
    )


@pytest.fixture
def day() -> VehicleDay:
    return make_day()


@pytest.fixture
def make():
    return make_day

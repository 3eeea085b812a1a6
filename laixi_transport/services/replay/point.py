"""What the readers of track files hand over: points by vehicle, and the rows that could not be used."""

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from laixi_transport.analytics.geodesy import bearing_deg, haversine_m

FIRST_TIME_S = 946_684_800 - 8 * 3600  # 2000-01-01 in GMT+8: the wire has two digits for the year
LAST_TIME_S = 4_102_444_800 - 8 * 3600  # 2100-01-01 in GMT+8
MOST_SPEED_KMH = 6553.5  # the wire's word of 0.1 km/h
LEAST_STEP_M = 3.0  # a shorter way between two fixes is noise and shows no direction
RESTARTED_AFTER_S = 600.0  # over a longer silence the mean speed says nothing about the moment


class Point(NamedTuple):
    """One fix of a track file; None where the file says nothing."""

    time_s: float  # Unix seconds
    lat_deg: float  # WGS-84
    lon_deg: float
    speed_kmh: float | None = None
    direction_deg: float | None = None  # clockwise from north
    altitude_m: float | None = None


class UnusableRow(NamedTuple):
    """A row that was not sent, so that nobody has to wonder where it went."""

    row: int  # line of a text file from 1, number of the point or entity otherwise
    reason: str


@dataclass(slots=True)
class TrackFile:
    """The content of a track file."""

    kind: str  # "TIDES", "CSV", "GPX" or "GTFS-Realtime"
    points: dict[str, list[Point]] = field(default_factory=dict)  # by vehicle, as in the file
    rows: int = 0  # all that were read, usable or not
    unusable: list[UnusableRow] = field(default_factory=list)
    speeds_derived: int = 0
    speeds_unknown: int = 0

    def add(self, vehicle: str, point: Point) -> None:
        """Keep a point that is usable."""
        self.points.setdefault(vehicle, []).append(point)


def usable(time_s: float, lat_deg: float, lon_deg: float) -> str:
    """Return why a point cannot be sent, empty when it can."""
    if not (math.isfinite(lat_deg) and math.isfinite(lon_deg)):
        return "a coordinate is not a number"
    if abs(lat_deg) > 90:
        return f"latitude {lat_deg} is outside -90 to 90"
    if abs(lon_deg) > 180:
        return f"longitude {lon_deg} is outside -180 to 180"
    if not FIRST_TIME_S <= time_s < LAST_TIME_S:
        return "the time lies outside the years 2000 to 2099 that the wire can carry"
    return ""


def completed(file: TrackFile) -> TrackFile:
    """Return the file in order of time, with speed and direction from neighbouring fixes where it had none.

    A position report has no way to say "speed unknown" (JT/T 808-2019 table 23): sending 0 would claim a measured
    standstill. The mean speed since the fix before (for the first fix: to the one after) is what the file does show.
    Where no neighbour lies within ten minutes nothing can be said; 0 is sent and counted as ``speeds_unknown``.
    """
    done = replace(file, points={})
    for vehicle, points in file.points.items():
        ordered = sorted(points, key=lambda point: point.time_s)
        lat, lon = (np.array([point[k] for point in ordered]) for k in (1, 2))
        apart_s = np.diff([point.time_s for point in ordered])
        apart_m = haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
        bearings = bearing_deg(lat[:-1], lon[:-1], lat[1:], lon[1:])
        near = (apart_s > 0) & (apart_s <= RESTARTED_AFTER_S)
        mean_kmh = np.where(near, np.minimum(apart_m / np.where(near, apart_s, 1.0) * 3.6, MOST_SPEED_KMH), np.nan)
        track: list[Point] = []
        direction = 0.0
        for k, point in enumerate(ordered):
            speed = point.speed_kmh
            if speed is None or not 0 <= speed <= MOST_SPEED_KMH:
                around = (mean_kmh[j] for j in (k - 1, k) if 0 <= j < len(mean_kmh))
                speed = next((float(mean) for mean in around if not math.isnan(mean)), None)
                done.speeds_derived += speed is not None
                done.speeds_unknown += speed is None
            if point.direction_deg is not None and math.isfinite(point.direction_deg):
                direction = point.direction_deg % 360
            elif k < len(apart_m) and apart_m[k] >= LEAST_STEP_M:
                direction = float(bearings[k])
            track.append(point._replace(speed_kmh=speed or 0.0, direction_deg=direction))
        done.points[vehicle] = track
    return done

"""GCJ-02 and BD-09, the shifted coordinates of Chinese maps, to WGS-84 and back.

GCJ-02 (国测局坐标) moves a place by up to some 700 m; near 120.4 E, 36.9 N by about 420 m to the east. BD-09 is GCJ-02
turned and moved once more. The law has no published text; the formulas are those that all open programs use and that
were first published in 2010 as "eviltransform" and in the sources of map clients. The ellipsoid is that of Krassowsky
1940. Outside the box of ``in_china`` GCJ-02 is WGS-84, as map services have it; the box is rough and takes in
neighbouring countries.

The inverse is found by iteration to better than 1e-9 degrees (0.1 mm) of the place of which the forward formula gives
the argument, wherever it has one. At the edge of the box, where the shift begins at once, some arguments have none or
two: there the place inside wins.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Convert = Callable[[Floats, Floats], tuple[Floats, Floats]]

AXIS_M = 6_378_245.0
ECCENTRICITY2 = 0.00669342162296594323
_BD_TURN = math.pi * 3000.0 / 180.0
_STEPS = 12
_CLOSE_DEG = 1e-10
_REACH_DEG = 0.1
"""No shift is longer."""
_MIDDLE = (105.0, 35.0)
"""Stands in for places that are not converted."""


def in_china(lon_deg: ArrayLike, lat_deg: ArrayLike) -> NDArray[np.bool_]:
    """Return where places lie in the box that GCJ-02 holds in: 72.004 to 137.8347 E, 0.8293 to 55.8271 N."""
    return _within(*_arrays(lon_deg, lat_deg), margin_deg=0.0)


def wgs84_to_gcj02(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude in GCJ-02, degrees; shapes are kept, NaN stays NaN."""
    return _there(lon_deg, lat_deg, _shifted)


def gcj02_to_wgs84(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude in WGS-84, degrees: the inverse of ``wgs84_to_gcj02``."""
    return _back(lon_deg, lat_deg, _shifted)


def gcj02_to_bd09(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude in BD-09, degrees; outside China they stay."""
    return _there(lon_deg, lat_deg, _turned)


def bd09_to_gcj02(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude in GCJ-02, degrees: the inverse of ``gcj02_to_bd09``."""
    return _back(lon_deg, lat_deg, _turned)


def wgs84_to_bd09(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude in BD-09, degrees."""
    return _there(lon_deg, lat_deg, lambda lon, lat: _turned(*_shifted(lon, lat)))


def bd09_to_wgs84(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude in WGS-84, degrees: the inverse of ``wgs84_to_bd09``."""
    return _back(lon_deg, lat_deg, lambda lon, lat: _turned(*_shifted(lon, lat)))


def _arrays(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(lon_deg, dtype=np.float64), np.asarray(lat_deg, dtype=np.float64)


def _within(lon: Floats, lat: Floats, margin_deg: float) -> NDArray[np.bool_]:
    in_lon = (lon >= 72.004 - margin_deg) & (lon <= 137.8347 + margin_deg)
    return np.asarray(in_lon & (lat >= 0.8293 - margin_deg) & (lat <= 55.8271 + margin_deg))


def _there(lon_deg: ArrayLike, lat_deg: ArrayLike, convert: Convert) -> tuple[Floats, Floats]:
    lon, lat = _arrays(lon_deg, lat_deg)
    inside = _within(lon, lat, 0.0)
    x, y = convert(np.where(inside, lon, _MIDDLE[0]), np.where(inside, lat, _MIDDLE[1]))
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _back(lon_deg: ArrayLike, lat_deg: ArrayLike, convert: Convert) -> tuple[Floats, Floats]:
    """Return the places that convert takes to the given ones, where they are in China."""
    lon, lat = _arrays(lon_deg, lat_deg)
    near = _within(lon, lat, _REACH_DEG)
    wanted_x, wanted_y = np.where(near, lon, _MIDDLE[0]), np.where(near, lat, _MIDDLE[1])
    x, y = wanted_x, wanted_y
    for _ in range(_STEPS):
        got_x, got_y = convert(x, y)
        wrong_x, wrong_y = got_x - wanted_x, got_y - wanted_y
        x, y = x - wrong_x, y - wrong_y
        if not (np.maximum(np.abs(wrong_x), np.abs(wrong_y)) > _CLOSE_DEG).any():
            break
    inside = near & _within(x, y, 0.0)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _shifted(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return what GCJ-02 makes of WGS-84."""
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def _shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return how far GCJ-02 moves places to the east and north, degrees."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - ECCENTRICITY2 * np.sin(phi) ** 2
    meridian_m = AXIS_M * (1.0 - ECCENTRICITY2) / (magic * np.sqrt(magic))
    parallel_m = AXIS_M / np.sqrt(magic) * np.cos(phi)
    return np.degrees(east / parallel_m), np.degrees(north / meridian_m)


def _turned(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return what BD-09 makes of GCJ-02."""
    distance = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_TURN)
    return distance * np.cos(angle) + 0.0065, distance * np.sin(angle) + 0.006

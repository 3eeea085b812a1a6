"""Distances and directions on the WGS-84 ellipsoid, in arrays."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MEAN_RADIUS_M = 6371008.8
"""Mean radius of the Earth (IUGG R1)."""

_SEMI_MAJOR_M = 6378137.0
_FLATTENING = 1 / 298.257223563
_ECCENTRICITY_2 = _FLATTENING * (2 - _FLATTENING)


class Offset(NamedTuple):
    """Where one place lies from another, in metres."""

    east_m: Floats
    north_m: Floats


def haversine_m(lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike) -> Floats:
    """Return great-circle distances on the sphere of mean radius; any distance, within 0.6 % of the ellipsoid.

    Shapes broadcast. Source: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984) 159.
    """
    lat1, lat2 = np.radians(lat1_deg), np.radians(lat2_deg)
    half_lat = (lat2 - lat1) / 2
    half_lon = np.radians(np.subtract(lon2_deg, lon1_deg)) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin(half_lon) ** 2
    return np.asarray(2 * MEAN_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def metres_per_degree(lat_deg: ArrayLike) -> Offset:
    """Return the lengths of a degree of longitude (east) and of latitude (north) at a latitude on the ellipsoid.

    Source: radii of curvature in the prime vertical and in the meridian, any textbook of geodesy.
    """
    lat = np.radians(lat_deg)
    root = 1 - _ECCENTRICITY_2 * np.sin(lat) ** 2
    prime_vertical = _SEMI_MAJOR_M / np.sqrt(root)
    meridian = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_2) / root**1.5
    return Offset(np.radians(1.0) * prime_vertical * np.cos(lat), np.radians(1.0) * meridian)


def offset_m(lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike) -> Offset:
    """Return how far east and north the second place lies of the first, for places less than some 50 km apart.

    Shapes broadcast. The shorter way round is taken at 180 degrees. Error below 0.02 % at 50 km and 37 degrees north.
    """
    scale = metres_per_degree(np.add(lat1_deg, lat2_deg) / 2)
    east_deg = (np.subtract(lon2_deg, lon1_deg) + 180) % 360 - 180
    return Offset(east_deg * scale.east_m, np.subtract(lat2_deg, lat1_deg) * scale.north_m)


def distance_m(lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike) -> Floats:
    """Return distances of places less than some 50 km apart; closer to the ellipsoid than ``haversine_m``."""
    offset = offset_m(lat1_deg, lon1_deg, lat2_deg, lon2_deg)
    return np.hypot(offset.east_m, offset.north_m)


def steps_m(lat_deg: Floats, lon_deg: Floats) -> Floats:
    """Return the distances from each of n places to the next, shape (n - 1,)."""
    return distance_m(lat_deg[:-1], lon_deg[:-1], lat_deg[1:], lon_deg[1:])


def bearing_deg(lat1_deg: ArrayLike, lon1_deg: ArrayLike, lat2_deg: ArrayLike, lon2_deg: ArrayLike) -> Floats:
    """Return the direction in which the second place is seen from the first, clockwise from north, [0, 360)."""
    lat1, lat2 = np.radians(lat1_deg), np.radians(lat2_deg)
    turn = np.radians(np.subtract(lon2_deg, lon1_deg))
    east = np.sin(turn) * np.cos(lat2)
    north = np.cos(lat1) * np.sin(lat2) - np.sin(lat1) * np.cos(lat2) * np.cos(turn)
    bearing = np.degrees(np.arctan2(east, north)) % 360
    return np.asarray(np.where(bearing == 360, 0.0, bearing))  # a tiny negative angle modulo 360 rounds to 360

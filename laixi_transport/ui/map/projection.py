"""Web Mercator (EPSG:3857) on a unit square: x to the east, y to the south, both 0 to 1.

The unit square is what tile schemes divide, so that tiles of zoom z are squares of size 2**-z here.
Source: EPSG guidance note 7-2, 1.3.3.1 "Popular Visualisation Pseudo-Mercator".
"""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

MAX_LATITUDE_DEG = 85.051128779806589
"""Where y reaches 0 and 1; latitudes beyond are held there."""

EQUATOR_M = 40_075_016.685578488
"""Length of the equator of WGS-84, m."""


def to_world(lon_deg: ArrayLike, lat_deg: ArrayLike) -> tuple[Floats, Floats]:
    """Return x and y in the unit square for WGS-84 degrees; shapes are kept."""
    lon = np.asarray(lon_deg, dtype=np.float64)
    lat = np.radians(np.clip(np.asarray(lat_deg, dtype=np.float64), -MAX_LATITUDE_DEG, MAX_LATITUDE_DEG))
    x = lon / 360.0 + 0.5
    y = 0.5 - np.arcsinh(np.tan(lat)) / (2 * math.pi)
    return x, y


def to_lon_lat(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude in degrees for points of the unit square; the inverse of ``to_world``."""
    lon = (np.asarray(x, dtype=np.float64) - 0.5) * 360.0
    lat = np.degrees(np.arctan(np.sinh((0.5 - np.asarray(y, dtype=np.float64)) * (2 * math.pi))))
    return lon, lat


def metres_per_unit(y: float) -> float:
    """Return how many metres on the ground one unit of the square is at y."""
    _, lat = to_lon_lat(0.0, y)
    return EQUATOR_M * math.cos(math.radians(float(lat)))


def bounds_of(x: NDArray[Any], y: NDArray[Any]) -> tuple[float, float, float, float] | None:
    """Return (left, top, right, bottom) of the finite points, None if there is none."""
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return None
    return float(x[good].min()), float(y[good].min()), float(x[good].max()), float(y[good].max())

"""Lengths and areas on the WGS-84 ellipsoid as somebody measures them on a map, at any size."""

import math

import numpy as np
from numpy.typing import ArrayLike

from laixi_transport.analytics.geodesy import Floats, haversine_m

_A = 6378137.0
_F = 1 / 298.257223563
_B = _A * (1 - _F)
_E2 = _F * (2 - _F)
_E = math.sqrt(_E2)
_ROUNDS = 100
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


def geodesic_m(lat1_deg: float, lon1_deg: float, lat2_deg: float, lon2_deg: float) -> float:
    """Return the length of the shortest way between two places; below a millimetre off, any distance.

    Nearly opposite places, for which the method does not converge, are given on the sphere (0.6 % off). Source:
    T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid", Survey Review 23 (1975) 88.
    """
    u1 = math.atan((1 - _F) * math.tan(math.radians(lat1_deg)))
    u2 = math.atan((1 - _F) * math.tan(math.radians(lat2_deg)))
    turn = math.radians((lon2_deg - lon1_deg + 180) % 360 - 180)
    sin1, cos1, sin2, cos2 = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2)
    lam = turn
    for _ in range(_ROUNDS):
        sin_lam, cos_lam = math.sin(lam), math.cos(lam)
        sin_sigma = math.hypot(cos2 * sin_lam, cos1 * sin2 - sin1 * cos2 * cos_lam)
        if sin_sigma == 0:
            return 0.0
        cos_sigma = sin1 * sin2 + cos1 * cos2 * cos_lam
        sigma = math.atan2(sin_sigma, cos_sigma)
        sin_alpha = cos1 * cos2 * sin_lam / sin_sigma
        cos2_alpha = 1 - sin_alpha**2
        middle = cos_sigma - 2 * sin1 * sin2 / cos2_alpha if cos2_alpha else 0.0
        c = _F / 16 * cos2_alpha * (4 + _F * (4 - 3 * cos2_alpha))
        before, lam = (
            lam,
            turn + (1 - c) * _F * sin_alpha * (sigma + c * sin_sigma * (middle + c * cos_sigma * (2 * middle**2 - 1))),
        )
        if abs(lam - before) < 1e-12:
            break
    else:
        return float(haversine_m(lat1_deg, lon1_deg, lat2_deg, lon2_deg))
    u_2 = cos2_alpha * (_A**2 - _B**2) / _B**2
    big_a = 1 + u_2 / 16384 * (4096 + u_2 * (-768 + u_2 * (320 - 175 * u_2)))
    big_b = u_2 / 1024 * (256 + u_2 * (-128 + u_2 * (74 - 47 * u_2)))
    delta = (
        big_b
        * sin_sigma
        * (
            middle
            + big_b
            / 4
            * (cos_sigma * (2 * middle**2 - 1) - big_b / 6 * middle * (4 * sin_sigma**2 - 3) * (4 * middle**2 - 3))
        )
    )
    return _B * big_a * (sigma - delta)


def area_m2(lon_deg: ArrayLike, lat_deg: ArrayLike) -> float:
    """Return the area of a ring (n,) whose edges are straight in longitude and latitude, as fences are drawn.

    The ring closes itself; fewer than three corners have no area, the halves of a figure of eight are subtracted from
    each other. Source: area between a parallel and the equator on the ellipsoid, J. P. Snyder, "Map Projections, a
    Working Manual" (1987), equation 3-12.
    """
    lon, lat = np.asarray(lon_deg, np.float64), np.asarray(lat_deg, np.float64)
    if len(lon) < 3:
        return 0.0
    step = (np.roll(lon, -1) - lon + 180) % 360 - 180
    end = np.roll(lat, -1)
    middle, half = (lat + end) / 2, (end - lat) / 2
    below = _below(np.radians(middle[:, None] + half[:, None] * _NODES)) @ (_WEIGHTS / 2)
    return float(abs((np.radians(step) * below).sum()))


def _below(lat: Floats) -> Floats:
    """Return the area between the equator and a parallel, m2 for each radian of longitude."""
    sin = np.sin(lat)
    return np.asarray(_B**2 / 2 * (sin / (1 - _E2 * sin**2) + np.arctanh(_E * sin) / _E))

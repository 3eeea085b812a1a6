"""What a place is called: its road, and the named place of the map that it is near."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from laixi_transport.analytics.geodesy import distance_m
from laixi_transport.domain.map_data import MapPlace

NEAR_M = 8000.0
"""A place so near is worth naming."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a trip began or ended, or a vehicle stood. Without a road and a place near it has coordinates only."""

    lon_deg: float
    lat_deg: float
    road: str = ""  # number and name, "" where no named road is known here
    near: MapPlace | None = None
    away_m: float = float("nan")  # from ``near``

    @property
    def named(self) -> bool:
        """Whether there is more to say than coordinates."""
        return bool(self.road) or self.near is not None


def spot(lon_deg: float, lat_deg: float, places: Sequence[MapPlace], road: str = "") -> Spot:
    """Return a spot with the nearest of the places, if one is within NEAR_M."""
    if not places:
        return Spot(lon_deg, lat_deg, road)
    away_m = distance_m(
        lat_deg, lon_deg, np.array([place.lat_deg for place in places]), np.array([place.lon_deg for place in places])
    )
    nearest = int(np.argmin(away_m))
    if not away_m[nearest] <= NEAR_M:
        return Spot(lon_deg, lat_deg, road)
    return Spot(lon_deg, lat_deg, road, places[nearest], float(away_m[nearest]))

"""Trips by the imported roads: keeps the network of where vehicles were looked at last."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from laixi_transport.analytics.cleaning import believed, clean
from laixi_transport.analytics.day_roads import DayRoads, day_roads
from laixi_transport.analytics.map_matching import RouteMemory
from laixi_transport.analytics.road_network import RoadNetwork, road_network
from laixi_transport.domain.map_data import Bounds, MapPlace
from laixi_transport.domain.road import RoadClass
from laixi_transport.domain.track import Track
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.day_trips import DayTrips, day_trips

MARGIN_DEG = 0.02
"""Roads so far around a day's fixes are read: a turning loop beside the last fix is one of them."""

STEP_DEG = 0.1
"""Bounds are rounded outwards to this, so that another day on the same line finds the network that is there."""

DETAIL_DEG = 1.5
"""A day that spans more than this is matched to through roads alone: all lanes of a province would not fit."""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    bounds: Bounds
    least: RoadClass
    version: tuple[int, int]
    network: RoadNetwork
    routes: RouteMemory | None  # None without roads


class TripService:
    """Every call blocks on the database and then computes, half a second for a day of a report a second: use tasks.

    Any thread; one network is kept, and one call at a time works with it.
    """

    def __init__(self, map_data: MapDataService) -> None:
        self._map_data = map_data
        self._lock = threading.Lock()
        self._kept: _Kept | None = None

    def trips(self, day: VehicleDay, places: Sequence[MapPlace] | None = None) -> DayTrips:
        """Return the trips and stops of a day, named by roads that were imported and by places.

        places    named places of the map that is shown; None: those that were imported

        Raises Problem if stored map data are damaged.
        """
        named = self._map_data.places() if places is None else places
        return day_trips(day, self._roads(day.track), named)

    def _roads(self, track: Track) -> DayRoads:
        fixes = np.flatnonzero(believed(clean(track)))
        if not len(fixes):
            return DayRoads.none(len(track))
        lon, lat = track.lon_deg[fixes], track.lat_deg[fixes]
        wanted = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
        with self._lock:
            kept = self._network(wanted)
            return day_roads(kept.network, track, routes=kept.routes)

    def _network(self, wanted: Bounds) -> _Kept:
        west, south, east, north = wanted
        wide = max(east - west, north - south) > DETAIL_DEG
        least = RoadClass.TERTIARY if wide else RoadClass.LOCAL
        version, kept = self._map_data.version(), self._kept
        if kept is not None and (kept.version, kept.least) == (version, least) and _holds(kept.bounds, wanted):
            return kept
        bounds = (
            floor((west - MARGIN_DEG) / STEP_DEG) * STEP_DEG,
            floor((south - MARGIN_DEG) / STEP_DEG) * STEP_DEG,
            ceil((east + MARGIN_DEG) / STEP_DEG) * STEP_DEG,
            ceil((north + MARGIN_DEG) / STEP_DEG) * STEP_DEG,
        )
        self._kept = None  # two networks of a county at once are more memory than one window may take
        roads = self._map_data.road_table(bounds, least=least)
        network = road_network(roads)
        self._kept = _Kept(bounds, least, version, network, RouteMemory(network) if len(roads) else None)
        return self._kept


def _holds(bounds: Bounds, wanted: Bounds) -> bool:
    west, south, east, north = bounds
    return (
        west + MARGIN_DEG / 2 <= wanted[0]
        and south + MARGIN_DEG / 2 <= wanted[1]
        and wanted[2] <= east - MARGIN_DEG / 2
        and wanted[3] <= north - MARGIN_DEG / 2
    )

"""On which roads a vehicle's day went: name and posted limit for each of its reports, by map matching."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.analytics.cleaning import believed, clean
from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.map_matching import RouteMemory, match
from laixi_transport.analytics.road_network import RoadNetwork
from laixi_transport.domain.road import RoadTable
from laixi_transport.domain.track import Track

NAMED_M = 80.0
"""A named road so near names a place that lies on a road without a name: a yard, a turning loop, a side lane."""


@dataclass(frozen=True, slots=True, eq=False)
class DayRoads:
    """The road of each sample of a track; arrays have shape (n,)."""

    roads: RoadTable
    road: NDArray[np.int32]  # index into ``roads``, -1 where none is near or the fix is not believed
    confidence: NDArray[np.float64]  # probability of the piece of road; NaN where there is none

    @classmethod
    def none(cls, n: int) -> Self:
        """Return that nothing is known of n samples."""
        return cls(RoadTable.empty(), np.full(n, -1, np.int32), np.full(n, np.nan))

    def title(self, sample: int) -> str:
        """Return number and name of a sample's road, "" where it has neither or there is no road."""
        return road_title(self.roads, int(self.road[sample]))

    def limit_kmh(self, sample: int) -> float | None:
        """Return the posted limit of a sample's road, None where none is known."""
        at = int(self.road[sample])
        limit = float(self.roads.limit_kmh[at]) if at >= 0 else float("nan")
        return None if np.isnan(limit) else limit


def road_title(roads: RoadTable, at: int) -> str:
    """Return number and name of a road ("G15 沈海高速"), "" where it has neither and for -1."""
    return " ".join(dict.fromkeys(part for part in (roads.code[at], roads.name[at]) if part)) if at >= 0 else ""


def day_roads(network: RoadNetwork, track: Track, *, routes: RouteMemory | None = None) -> DayRoads:
    """Return the roads of a track's believed fixes; see ``map_matching.match`` for ``routes``."""
    found = DayRoads(network.roads, np.full(len(track), -1, np.int32), np.full(len(track), np.nan))
    fixes = np.flatnonzero(believed(clean(track)))
    if not len(fixes) or not len(network.roads):
        return found
    matched = match(
        network,
        track.time_s[fixes],
        track.lat_deg[fixes],
        track.lon_deg[fixes],
        track.speed_kmh[fixes],
        track.direction_deg[fixes],
        routes=routes,
    )
    on = matched.matched
    found.road[fixes[on]] = network.road[matched.edge[on] // 2]
    found.confidence[fixes[on]] = matched.confidence[on]
    return found


def nearest_named(
    roads: RoadTable, lat_deg: ArrayLike, lon_deg: ArrayLike, *, within_m: float = NAMED_M
) -> NDArray[np.int32]:
    """Return the nearest road that has a name or number for each place, as an index into ``roads``; -1 for none."""
    lats, lons = np.atleast_1d(np.asarray(lat_deg, np.float64)), np.atleast_1d(np.asarray(lon_deg, np.float64))
    nearest = np.full(len(lats), -1, np.int32)
    named = np.array([bool(name or code) for name, code in zip(roads.name, roads.code, strict=True)], np.bool_)
    if not named.any():
        return nearest
    owner = np.repeat(np.arange(len(roads), dtype=np.int32), np.diff(roads.begin))
    segment = np.flatnonzero((owner[:-1] == owner[1:]) & named[owner[:-1]])
    if not len(segment):
        return nearest
    lon, lat = roads.lon_deg, roads.lat_deg
    west, east = np.minimum(lon[segment], lon[segment + 1]), np.maximum(lon[segment], lon[segment + 1])
    south, north = np.minimum(lat[segment], lat[segment + 1]), np.maximum(lat[segment], lat[segment + 1])
    for i, (here_lat, here_lon) in enumerate(zip(lats.tolist(), lons.tolist(), strict=True)):
        scale = metres_per_degree(here_lat)
        reach_lon, reach_lat = within_m / float(scale.east_m), within_m / float(scale.north_m)
        near = segment[
            (west <= here_lon + reach_lon)
            & (east >= here_lon - reach_lon)
            & (south <= here_lat + reach_lat)
            & (north >= here_lat - reach_lat)
        ]
        if not len(near):
            continue
        ax, ay = (lon[near] - here_lon) * scale.east_m, (lat[near] - here_lat) * scale.north_m
        dx, dy = (lon[near + 1] - lon[near]) * scale.east_m, (lat[near + 1] - lat[near]) * scale.north_m
        along = np.clip(-(ax * dx + ay * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0.0, 1.0)
        away_m = np.hypot(ax + along * dx, ay + along * dy)
        if away_m.min() <= within_m:
            nearest[i] = owner[near[int(np.argmin(away_m))]]
    return nearest

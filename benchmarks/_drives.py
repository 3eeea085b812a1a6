"""Simulated drives: along a road network, and free ones with jumps; both with a receiver's error that is correlated."""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.road_network import RoadNetwork
from laixi_transport.domain.position import StatusBit
from laixi_transport.domain.track import Track

Floats = NDArray[np.float64]

CORRELATION_S = 20.0
CRUISE_MS = np.array([8.0, 10, 12, 14, 16, 22, 28])
"""By RoadClass."""


class Drive(NamedTuple):
    """A drive second by second, without error."""

    edge: NDArray[np.int32]
    lon_deg: Floats
    lat_deg: Floats
    speed_kmh: Floats
    direction_deg: Floats


def correlated(rng: np.random.Generator, n: int, sigma_m: float, step_s: float) -> Floats:
    """Return a first-order autoregressive error, (2, n)."""
    alike = np.exp(-step_s / CORRELATION_S)
    error = rng.normal(0, sigma_m * np.sqrt(1 - alike**2), (2, n))
    error[:, 0] = rng.normal(0, sigma_m, 2)
    for i in range(1, n):
        error[:, i] += alike * error[:, i - 1]
    return error


def routes(network: RoadNetwork, count: int, rng: np.random.Generator, least_m: float = 1500.0) -> list[list[int]]:
    """Return quickest routes between random edges, without a way back in them."""
    edges = np.flatnonzero(network.open)
    seconds = network.length_m / CRUISE_MS[network.roads.road_class[network.road]]
    found: list[list[int]] = []
    while len(found) < count:
        source = int(rng.choice(edges))
        cost, before = _quickest(network, seconds, source)
        for target in rng.choice(edges, 5).tolist():
            if target == source or not np.isfinite(cost[target]):
                continue
            route = [target]
            while route[-1] != source:
                route.append(int(before[route[-1]]))
            if network.length_m[np.array(route) // 2].sum() >= least_m:
                found.append(route[::-1])
                break
    return found


def _quickest(network: RoadNetwork, seconds: Floats, source: int) -> tuple[Floats, NDArray[np.int64]]:
    cost = np.full(len(network.open), np.inf)
    before = np.full(len(network.open), -1)
    cost[source] = 0
    heap = [(0.0, source)]
    while heap:
        reached, edge = heapq.heappop(heap)
        if reached > cost[edge]:
            continue
        for follower in network.successors[network.after[edge] : network.after[edge + 1]].tolist():
            there = reached + seconds[follower // 2]
            if follower != edge ^ 1 and there < cost[follower]:
                cost[follower], before[follower] = there, edge
                heapq.heappush(heap, (there, follower))
    return cost, before


def drive(network: RoadNetwork, route: list[int], rng: np.random.Generator) -> Drive:
    """Drive a route with stops at some of its junctions."""
    edges = np.array(route)
    ends = np.cumsum(network.length_m[edges // 2])
    cruise = CRUISE_MS[network.roads.road_class[network.road[edges // 2]]] * rng.uniform(0.7, 1.1, len(edges))
    stops = set(np.flatnonzero(rng.random(len(edges)) < 0.12).tolist())
    place_m, speed_ms, wait_s = 0.0, 0.0, 0
    rows = []
    while place_m < ends[-1] - 1:
        k = min(int(np.searchsorted(ends, place_m, "right")), len(edges) - 1)
        left_m = ends[k] - place_m
        if wait_s > 0:
            wait_s, speed_ms = wait_s - 1, 0.0
        else:
            aim = cruise[k]
            if k in stops and left_m < 6:
                stops.discard(k)
                wait_s, aim = int(rng.integers(5, 40)), 0.0
            elif k in stops and left_m < max(8.0, speed_ms**2 / 3):
                aim = min(aim, max(2.0, left_m / 3))
            speed_ms = max(speed_ms + float(np.clip(aim - speed_ms, -2.5, 1.5)), 0.0 if wait_s else 1.0)
        rows.append((edges[k], *_place(network, int(edges[k]), left_m), speed_ms * 3.6))
        place_m += speed_ms
    edge, lon, lat, direction, speed = np.array(rows).T
    return Drive(edge.astype(np.int32), lon, lat, speed, direction)


def _place(network: RoadNetwork, edge: int, left_m: float) -> tuple[float, float, float]:
    """Return longitude, latitude and direction at so much before the end of a directed edge."""
    piece, back = divmod(edge, 2)
    along = left_m if back else float(network.length_m[piece]) - left_m
    begin, end = int(network.begin[piece]), int(network.begin[piece + 1])
    v = begin + int(np.clip(np.searchsorted(network.along_m[begin:end], along, "right") - 1, 0, end - begin - 2))
    u = (along - network.along_m[v]) / max(network.along_m[v + 1] - network.along_m[v], 1e-9)
    d_lon, d_lat = network.lon_deg[v + 1] - network.lon_deg[v], network.lat_deg[v + 1] - network.lat_deg[v]
    scale = metres_per_degree(network.lat_deg[v])
    direction = np.degrees(np.arctan2(d_lon * scale.east_m, d_lat * scale.north_m)) + 180 * back
    return network.lon_deg[v] + u * d_lon, network.lat_deg[v] + u * d_lat, float(direction % 360)


def with_jumps(rng: np.random.Generator, n: int, period_s: int) -> tuple[Track, NDArray[np.bool_]]:
    """Return a bus day with an error of 8 m and 1 % of jumps of 80 to 3,000 m (equally many in each octave)."""
    seconds = n * period_s
    speed, turned = np.zeros(seconds), np.zeros(seconds)
    now_ms, heading, driving, left_s, turn_s, turn = 0.0, rng.uniform(0, 360), True, 60, 0, 0.0
    cruise = rng.uniform(8, 20)
    for i in range(seconds):
        left_s -= 1
        if left_s <= 0:
            driving = not driving
            stand = rng.integers(10, 60) if rng.random() < 0.85 else rng.integers(120, 900)
            left_s, cruise = int(rng.integers(40, 240) if driving else stand), rng.uniform(7, 22)
        now_ms = max(0.0, now_ms + float(np.clip((cruise if driving else 0.0) - now_ms, -1.8, 1.2)))
        turn_s -= 1
        if turn_s <= 0:
            turn = 0.0
            if rng.random() < 0.008:
                turn, turn_s = rng.choice([-1, 1]) * rng.uniform(4, 12), int(rng.integers(5, 12))
            elif rng.random() < 0.02:
                turn, turn_s = rng.normal(0, 1), int(rng.integers(5, 20))
        heading = (heading + (turn if now_ms > 2 else 0.0)) % 360
        speed[i], turned[i] = now_ms, heading
    east, north = (np.cumsum(speed * f(np.radians(turned)))[::period_s] for f in (np.sin, np.cos))
    error = correlated(rng, n, 8.0, period_s)
    jumped = rng.random(n) < 0.01
    far = np.where(jumped, np.exp(rng.uniform(np.log(80), np.log(3000), n)), 0.0)
    way = rng.uniform(0, 2 * np.pi, n)
    scale = metres_per_degree(36.86)
    zeros = np.zeros(n)
    track = Track(
        vehicle_id=1,
        time_s=1_700_000_000 + np.arange(n) * period_s,
        lat_deg=36.86 + (north + error[0] + far * np.cos(way)) / scale.north_m,
        lon_deg=120.5 + (east + error[1] + far * np.sin(way)) / scale.east_m,
        altitude_m=zeros.astype(np.int16),
        speed_kmh=np.maximum(speed[::period_s] * 3.6 + rng.normal(0, 1, n), 0),
        direction_deg=turned[::period_s].astype(np.uint16),
        alarm_bits=zeros.astype(np.uint32),
        status_bits=np.full(n, StatusBit.LOCATED, np.uint32),
        mileage_km=np.full(n, np.nan),
        recorder_speed_kmh=np.full(n, np.nan),
    )
    return track, jumped

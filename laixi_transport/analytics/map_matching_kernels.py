"""The inner loops of map matching, compiled. Imported where they are first used: numba takes most of a second."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from laixi_transport.analytics.route_kernels import FAR, Goal, Graph, Routes, find_ways

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

MOST = 16
"""Candidates of a sample: the eight nearest pieces of road, both ways."""
_PIECES = 96

_LONGER = 8.0
"""Routes that are so many betas longer than the straight line are not looked for: e to the -8 is none."""

_LOG_HOPELESS = -16.0
"""Candidates so much less likely than the best are not followed."""
_COVERS_S = 10.0
"""A stop of minutes is no proof that it was not on a short edge: its fixes tell that anew only after so long."""

NONE = -1.0e300
"""Logarithm of no probability."""


class Net(NamedTuple):
    """What the kernels need of a RoadNetwork."""

    begin: NDArray[np.int64]
    lon_deg: Floats
    lat_deg: Floats
    along_m: Floats
    piece: Ints
    road: Ints
    length_m: Floats
    open: NDArray[np.bool_]
    west_deg: float
    south_deg: float
    cell_lon_deg: float
    cell_lat_deg: float
    columns: int
    rows: int
    cell_begin: NDArray[np.int64]
    cell_segments: Ints


class Terms(NamedTuple):
    """Numbers of the model; map_matching.MatchRules says what they mean."""

    sigma_m: float
    correlation_s: float
    radius_m: float
    beta_m: float
    beta_ms: float
    gap_s: float
    turn_back_m: float
    fastest_ms: float
    heading_deg: float
    steady_kmh: float
    use_speed: bool


class Rows(NamedTuple):
    """Candidates of n samples and how they follow each other."""

    many: Ints  # (n,) candidates
    before: Ints  # (n,) sample before in the same chain, -1: a chain begins
    apart_m: Floats  # (n,) distance of the farthest candidate
    edge: Ints  # (n, MOST)
    offset_m: Floats  # along the directed edge
    aside_m: Floats  # of the fix from the foot, positive to the left of the direction
    east: Floats  # direction of the edge at the foot
    north: Floats
    covers: Floats  # log share of the receiver's error along the road that this edge has
    score: Floats  # log likelihood of the best way here
    forward: Floats  # likelihood of all ways here, in parts of the greatest
    back: NDArray[np.int8]  # candidate before on the best way
    step_m: Floats  # length of the way from it
    follow: NDArray[np.float32]  # (n, MOST, MOST) likelihood of candidate k after candidate j, in parts of the greatest


def new_rows(n: int) -> Rows:
    """Return empty rows for n samples."""
    wide = (n, MOST)
    return Rows(
        np.zeros(n, np.int32), np.full(n, -1, np.int32), np.zeros(n), np.full(wide, -1, np.int32), np.zeros(wide),
        np.zeros(wide), np.zeros(wide), np.zeros(wide), np.zeros(wide), np.full(wide, NONE), np.zeros(wide),
        np.full(wide, -1, np.int8), np.zeros(wide), np.zeros((n, MOST, MOST), np.float32),
    )  # fmt: skip


@njit(nogil=True)
def _metres(lat_deg: float) -> tuple[float, float]:
    """Lengths of a degree of longitude and of latitude, as in domain.outline."""
    lat = math.radians(lat_deg)
    east = 111412.84 * math.cos(lat) - 93.5 * math.cos(3 * lat) + 0.118 * math.cos(5 * lat)
    north = 111132.92 - 559.82 * math.cos(2 * lat) + 1.175 * math.cos(4 * lat) - 0.0023 * math.cos(6 * lat)
    return east, north


@njit(cache=True, nogil=True)
def _candidates(net: Net, terms: Terms, rows: Rows, i: int, lat: float, lon: float) -> int:
    """Fill row i with the feet on the nearest pieces of road; return how many there are."""
    east_m, north_m = _metres(lat)
    radius = terms.radius_m
    least_column = math.floor((lon - radius / east_m - net.west_deg) / net.cell_lon_deg)
    most_column = math.floor((lon + radius / east_m - net.west_deg) / net.cell_lon_deg)
    least_row = math.floor((lat - radius / north_m - net.south_deg) / net.cell_lat_deg)
    most_row = math.floor((lat + radius / north_m - net.south_deg) / net.cell_lat_deg)
    piece = np.empty(_PIECES, np.int32)
    square = np.empty(_PIECES)
    vertex = np.empty(_PIECES, np.int64)
    share = np.empty(_PIECES)
    many = 0
    for row in range(max(least_row, 0), min(most_row, net.rows - 1) + 1):
        for column in range(max(least_column, 0), min(most_column, net.columns - 1) + 1):
            cell = row * net.columns + column
            for at in range(net.cell_begin[cell], net.cell_begin[cell + 1]):
                v = net.cell_segments[at]
                a_x, a_y = (net.lon_deg[v] - lon) * east_m, (net.lat_deg[v] - lat) * north_m
                e_x = (net.lon_deg[v + 1] - net.lon_deg[v]) * east_m
                e_y = (net.lat_deg[v + 1] - net.lat_deg[v]) * north_m
                u = -(a_x * e_x + a_y * e_y) / (e_x * e_x + e_y * e_y)
                u = min(max(u, 0.0), 1.0)
                d_x, d_y = a_x + u * e_x, a_y + u * e_y
                apart = d_x * d_x + d_y * d_y
                if apart > radius * radius:
                    continue
                g = net.piece[v]
                slot = 0
                while slot < many and piece[slot] != g:
                    slot += 1
                if slot == many:
                    if many == _PIECES:
                        continue
                    many += 1
                    piece[slot] = g
                elif square[slot] <= apart:
                    continue
                square[slot], vertex[slot], share[slot] = apart, v, u
    count = 0
    most = radius * radius
    for _ in range(many):
        slot = 0
        for other in range(1, many):
            if square[other] < square[slot]:
                slot = other
        if count == 0:
            most = min(most, square[slot] - 2.0 * _LOG_HOPELESS * terms.sigma_m**2)
        if square[slot] > most or count + 2 > MOST:
            break
        rows.apart_m[i] = math.sqrt(square[slot])
        v, u = vertex[slot], share[slot]
        e_x = (net.lon_deg[v + 1] - net.lon_deg[v]) * east_m
        e_y = (net.lat_deg[v + 1] - net.lat_deg[v]) * north_m
        length = math.hypot(e_x, e_y)
        e_x, e_y = e_x / length, e_y / length
        along = net.along_m[v] + u * (net.along_m[v + 1] - net.along_m[v])
        p_x, p_y = (lon - net.lon_deg[v]) * east_m, (lat - net.lat_deg[v]) * north_m
        g = piece[slot]
        # Beyond its ends a piece is thought of as going straight on: what the fix is off along it is in ``covers``.
        left_m = e_x * p_y - e_y * p_x
        beyond_m = along
        if u <= 0.0 and v == net.begin[g]:
            beyond_m = e_x * p_x + e_y * p_y
        elif u >= 1.0 and v + 2 == net.begin[g + 1]:
            beyond_m = net.along_m[v] + e_x * p_x + e_y * p_y
        else:
            left_m = math.copysign(math.sqrt(square[slot]), left_m)
        scale = 1.0 / (terms.sigma_m * math.sqrt(2.0))
        part = 0.5 * (math.erf((net.length_m[g] - beyond_m) * scale) + math.erf(beyond_m * scale))
        covers = math.log(max(part, 1e-9))
        for back in range(2):
            if net.open[2 * g + back]:
                sign = 1.0 - 2.0 * back
                rows.edge[i, count] = 2 * g + back
                rows.offset_m[i, count] = along if back == 0 else net.length_m[g] - along
                rows.aside_m[i, count] = sign * left_m
                rows.east[i, count] = sign * e_x
                rows.north[i, count] = sign * e_y
                rows.covers[i, count] = covers
                count += 1
        square[slot] = 1e300
    return count


@njit(cache=True, nogil=True)
def _own(terms: Terms, rows: Rows, i: int, k: int, speed_kmh: float, heading_deg: float) -> float:
    """Log likelihood of the reported direction; unknown where it drives too slowly for one."""
    if not (speed_kmh >= terms.steady_kmh) or not (heading_deg >= 0):
        return 0.0
    heading = math.radians(heading_deg)
    along = math.sin(heading) * rows.east[i, k] + math.cos(heading) * rows.north[i, k]
    off = math.degrees(math.acos(min(max(along, -1.0), 1.0))) / terms.heading_deg
    return math.log(0.98 * math.exp(-0.5 * off * off) + 0.02)


@njit(cache=True, nogil=True)
def advance(
    net: Net,
    terms: Terms,
    graph: Graph,
    routes: Routes,
    rows: Rows,
    i: int,
    before: int,
    time_s: Floats,
    lat_deg: Floats,
    lon_deg: Floats,
    speed_kmh: Floats,
    heading_deg: Floats,
) -> bool:
    """Find the candidates of sample i and how they follow those of the sample ``before`` (-1: none).

    Returns whether the sample has a candidate. ``rows.before[i]`` is -1 where a chain begins.
    """
    rows.before[i] = -1
    rows.many[i] = _candidates(net, terms, rows, i, lat_deg[i], lon_deg[i])
    count = rows.many[i]
    if count == 0:
        return False
    if before >= 0 and time_s[i] - time_s[before] <= terms.gap_s:
        _follow(net, terms, graph, routes, rows, i, before, time_s, lat_deg, lon_deg, speed_kmh, heading_deg)
        best = NONE
        for k in range(count):
            best = max(best, rows.score[i, k])
        if best > NONE:
            rows.before[i] = before
            for k in range(count):  # only differences count: without this a day's sum would lose its digits
                if rows.score[i, k] > NONE:
                    rows.score[i, k] -= best
            return True
    best = NONE
    for k in range(count):
        aside = rows.aside_m[i, k] / terms.sigma_m
        own = _own(terms, rows, i, k, speed_kmh[i], heading_deg[i])
        rows.score[i, k] = -0.5 * aside * aside + rows.covers[i, k] + own
        rows.back[i, k] = -1
        rows.step_m[i, k] = 0.0
        best = max(best, rows.score[i, k])
    for k in range(count):
        rows.score[i, k] -= best
        rows.forward[i, k] = math.exp(rows.score[i, k])
    return True


@njit(cache=True, nogil=True)
def _follow(
    net: Net,
    terms: Terms,
    graph: Graph,
    routes: Routes,
    rows: Rows,
    i: int,
    before: int,
    time_s: Floats,
    lat_deg: Floats,
    lon_deg: Floats,
    speed_kmh: Floats,
    heading_deg: Floats,
) -> None:
    step_s = time_s[i] - time_s[before]
    east_m, north_m = _metres(0.5 * (lat_deg[i] + lat_deg[before]))
    straight_m = math.hypot((lon_deg[i] - lon_deg[before]) * east_m, (lat_deg[i] - lat_deg[before]) * north_m)
    alike = math.exp(-step_s / terms.correlation_s) if terms.correlation_s > 0 else 0.0
    wander_m = terms.sigma_m * math.sqrt(2.0 * (1.0 - alike))
    beta_m = terms.beta_m + terms.beta_ms * step_s + 0.5 * wander_m
    nearby_m = straight_m + 3.0 * terms.sigma_m + terms.turn_back_m
    fresh = 1.0 - math.exp(-step_s / _COVERS_S)
    fastest_m = terms.fastest_ms * step_s + 3.0 * wander_m + 1.0
    driven_m = -1.0
    if terms.use_speed and speed_kmh[i] >= 0 and speed_kmh[before] >= 0:
        driven_m = 0.5 * (speed_kmh[i] + speed_kmh[before]) / 3.6 * step_s
    driven_error_m = wander_m + 1.0 + 0.15 * driven_m + 0.25 * min(step_s, 20.0) ** 2 * 0.8
    count = rows.many[i]
    own, found_cost_m, found_way_m = np.empty(MOST), np.empty(MOST), np.empty(MOST)
    for k in range(count):
        rows.score[i, k] = NONE
        rows.back[i, k] = -1
        own[k] = fresh * rows.covers[i, k] + _own(terms, rows, i, k, speed_kmh[i], heading_deg[i])
    goal = Goal(lat_deg[i], lon_deg[i], east_m, north_m, rows.apart_m[i])
    values = np.full((MOST, MOST), NONE)
    most = NONE
    for j in range(rows.many[before]):
        lead = max(rows.score[before, j], math.log(max(rows.forward[before, j], 1e-300)))
        if lead <= _LOG_HOPELESS:
            continue
        limit_m = nearby_m + min(_LONGER, lead - _LOG_HOPELESS) * beta_m
        source = rows.edge[before, j]
        from_m = rows.offset_m[before, j]
        left_m = net.length_m[source >> 1] - from_m
        find_ways(
            graph, routes, terms.turn_back_m, source, limit_m - left_m, goal, rows.edge[i], count, found_cost_m,
            found_way_m,
        )  # fmt: skip
        for k in range(count):
            edge, to_m = rows.edge[i, k], rows.offset_m[i, k]
            cost_m, way_m = FAR, 0.0
            if left_m + found_cost_m[k] + to_m <= limit_m:
                cost_m, way_m = left_m + found_cost_m[k] + to_m, left_m + found_way_m[k] + to_m
            if edge == source:
                if to_m >= from_m:
                    if to_m - from_m < cost_m:
                        cost_m = way_m = to_m - from_m
                elif from_m - to_m <= min(3.0 * wander_m + 1.0, cost_m):  # it did not drive back, its receiver wandered
                    cost_m, way_m = from_m - to_m, 0.0
            elif edge == (source ^ 1):
                there_m = net.length_m[source >> 1] - to_m  # along the source edge
                if abs(there_m - from_m) + terms.turn_back_m < cost_m:
                    way_m = abs(there_m - from_m)
                    cost_m = way_m + terms.turn_back_m
            if cost_m > limit_m or way_m > fastest_m:
                continue
            value = -abs(cost_m - straight_m) / beta_m + own[k]
            if driven_m >= 0:
                off = (way_m - driven_m) / driven_error_m
                value -= 0.5 * min(off * off, 16.0)
            # The receiver's error is correlated in time: what it was beside the edge before foretells what it is beside
            # this one as far as the two have one direction.
            common = alike * (rows.east[i, k] * rows.east[before, j] + rows.north[i, k] * rows.north[before, j])
            variance = max(1.0 - common * common, 0.02)
            off = (rows.aside_m[i, k] - common * rows.aside_m[before, j]) / terms.sigma_m
            value -= 0.5 * off * off / variance + 0.5 * math.log(variance)
            values[j, k] = value
            most = max(most, value)
            if rows.score[before, j] > NONE and rows.score[before, j] + value > rows.score[i, k]:
                rows.score[i, k] = rows.score[before, j] + value
                rows.back[i, k] = j
                rows.step_m[i, k] = way_m
    greatest = 0.0
    for k in range(count):
        rows.forward[i, k] = 0.0
        for j in range(rows.many[before]):
            likely = math.exp(values[j, k] - most) if values[j, k] > NONE else 0.0
            rows.follow[i, j, k] = likely
            rows.forward[i, k] += rows.forward[before, j] * likely
        greatest = max(greatest, rows.forward[i, k])
    if greatest > 0.0:
        for k in range(count):
            rows.forward[i, k] /= greatest


@njit(cache=True, nogil=True)
def advance_all(
    net: Net,
    terms: Terms,
    graph: Graph,
    routes: Routes,
    rows: Rows,
    time_s: Floats,
    lat_deg: Floats,
    lon_deg: Floats,
    speed_kmh: Floats,
    heading_deg: Floats,
) -> int:
    """Take all samples one after the other; return the last that has a candidate, -1 for none."""
    before = -1
    for i in range(len(time_s)):
        if advance(net, terms, graph, routes, rows, i, before, time_s, lat_deg, lon_deg, speed_kmh, heading_deg):
            before = i
    return before


@njit(cache=True, nogil=True)
def nearest_all(
    net: Net, terms: Terms, rows: Rows, lat_deg: Floats, lon_deg: Floats, edge: Ints, offset_m: Floats, aside_m: Floats
) -> None:
    """Write the nearest candidate of each place to the last three arguments, which hold what stands for none."""
    for i in range(len(lat_deg)):
        if _candidates(net, terms, rows, 0, lat_deg[i], lon_deg[i]) > 0:
            edge[i], offset_m[i], aside_m[i] = rows.edge[0, 0], rows.offset_m[0, 0], rows.aside_m[0, 0]


@njit(cache=True, nogil=True)
def settle(
    net: Net, rows: Rows, newest: int, oldest: int, chosen: NDArray[np.int8], step_m: Floats, confidence: Floats
) -> None:
    """Choose the candidates of the samples oldest..newest by what is known up to ``newest``, the last with candidates.

    chosen      (n,) candidate, -1 for none
    step_m      (n,) way from the sample before on the best way of all samples, NaN where a chain begins
    confidence  (n,) probability that the vehicle was on the chosen road
    """
    at = newest
    ahead = -1
    k = -1
    ways, next_ways, likely = np.zeros(MOST), np.zeros(MOST), np.zeros(MOST)
    while at >= oldest and at >= 0:
        count = rows.many[at]
        most = 0.0
        if ahead < 0 or rows.before[ahead] != at:  # the end of a chain
            k = 0
            for c in range(count):
                ways[c] = most = 1.0
                if rows.score[at, c] > rows.score[at, k]:
                    k = c
        else:
            k = rows.back[ahead, k]
            for c in range(count):
                ways[c] = 0.0
                for d in range(rows.many[ahead]):
                    ways[c] += rows.follow[ahead, c, d] * next_ways[d]
                most = max(most, ways[c])
        total = 0.0
        for c in range(count):
            ways[c] = ways[c] / most if most > 0.0 else 1.0
            likely[c] = rows.forward[at, c] * ways[c]
            total += likely[c]
        step_m[at] = rows.step_m[at, k] if rows.before[at] >= 0 else np.nan
        chosen[at] = k
        if total > 0.0:
            chosen[at], own = _likeliest(net, rows, at, k, likely)
            confidence[at] = own / total
        for c in range(MOST):
            next_ways[c] = ways[c]
        ahead = at
        at = rows.before[at]
        if at < 0:  # on to the chain before
            at = ahead - 1
            while at >= oldest and rows.many[at] == 0:
                at -= 1
            if at < oldest:
                return


@njit(nogil=True)
def _likeliest(net: Net, rows: Rows, at: int, best: int, likely: Floats) -> tuple[int, float]:
    """Return the likeliest candidate on the likeliest road and the likelihood of that road.

    The best way's road and candidate stay where others are no likelier.
    """
    found, most = best, -1.0
    for c in range(-1, rows.many[at]):
        one = best if c < 0 else c
        whole = 0.0
        for other in range(rows.many[at]):
            if net.road[rows.edge[at, other] >> 1] == net.road[rows.edge[at, one] >> 1]:
                whole += likely[other]
        if whole > most * (1.0 + 1e-9):
            found, most = one, whole
        elif whole >= most * (1.0 - 1e-9) and likely[one] > likely[found]:
            found = one
    return found, most

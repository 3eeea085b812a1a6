"""Which road a vehicle drove on: a hidden Markov model over a road network.

Source: P. Newson and J. Krumm, "Hidden Markov Map Matching Through Noise and Sparseness", ACM GIS 2009. Beyond it: the
receiver's error is taken as correlated in time, reported directions and speeds count, and a way back costs.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.analytics.road_network import RoadNetwork

# The kernels are imported in the functions: numba takes most of a second, and no window may wait for it.

Floats = NDArray[np.float64]


RADIUS_M = 50.0
"""Roads farther from a fix than this are none for it."""

_SIGMAS_M = 3.0, 30.0
"""A receiver is neither better nor worse than this, whatever a track on good or no roads seems to say."""


_SLOTS_A_FIX = 2048
"""Of the routes kept for one track alone: to ask for the room of a day takes longer than to match a minute."""


@dataclass(frozen=True, slots=True)
class MatchRules:
    """Numbers of the model. The betas and the correlation were chosen on simulated drives (benchmarks matching)."""

    sigma_m: float = 8.0  # standard deviation of a fix beside the road
    correlation_s: float = 6.0  # time in which the receiver's error changes; 0: each fix has its own
    radius_m: float = RADIUS_M
    beta_m: float = 2.0  # mean difference of route and straight line ...
    beta_ms: float = 0.5  # ... and what each second between two fixes adds
    gap_s: float = 120.0  # fixes further apart begin a new match
    turn_back_m: float = 80.0  # what a way back costs, as if it were so much longer
    fastest_kmh: float = 200.0  # no route is driven faster
    heading_deg: float = 15.0  # standard deviation of the reported direction
    steady_kmh: float = 8.0  # slower than this a direction says nothing
    use_speed: bool = True  # whether the reported speed says how far it came


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Where the samples lie on the network; all arrays have shape (n,)."""

    edge: NDArray[np.int32]  # directed edge of the RoadNetwork, -1 where there is none
    offset_m: Floats  # along the directed edge; NaN where there is none
    aside_m: Floats  # of the fix from the road, positive to the left; NaN
    confidence: Floats  # probability of the piece of road, by all that was known when it was settled; NaN
    step_m: Floats  # way along the roads from the matched sample before; NaN where a match begins

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def matched(self) -> NDArray[np.bool_]:
        """Where there is a road."""
        found: NDArray[np.bool_] = self.edge >= 0
        return found


class Fixes(NamedTuple):
    """What is matched; all arrays have shape (n,)."""

    time_s: Floats
    lat_deg: Floats
    lon_deg: Floats
    speed_kmh: Floats
    direction_deg: Floats

    @classmethod
    def of(
        cls,
        time_s: ArrayLike,
        lat_deg: ArrayLike,
        lon_deg: ArrayLike,
        speed_kmh: ArrayLike = np.nan,
        direction_deg: ArrayLike = np.nan,
    ) -> "Fixes":
        """Return the columns as the kernels take them; raises ValueError if time decreases or shapes differ."""
        columns = np.broadcast_arrays(
            *(np.asarray(v, np.float64) for v in (time_s, lat_deg, lon_deg, speed_kmh, direction_deg))
        )
        fixes = cls(*(np.array(np.atleast_1d(column)) for column in columns))
        if (np.diff(fixes.time_s) < 0).any():
            raise ValueError("time must not decrease")
        return fixes


class RouteMemory:
    """What was found of the shortest ways in a network, up to 42 MB: who matches many tracks finds most of them there.

    For one thread at a time; any number of ``match`` calls and streams of that thread may share it.
    """

    def __init__(self, network: RoadNetwork) -> None:
        from laixi_transport.analytics.route_kernels import new_routes

        self.network = network
        self.kept = new_routes(len(network.open))


def match(
    network: RoadNetwork,
    time_s: ArrayLike,
    lat_deg: ArrayLike,
    lon_deg: ArrayLike,
    speed_kmh: ArrayLike = np.nan,
    direction_deg: ArrayLike = np.nan,
    *,
    rules: MatchRules | None = None,
    routes: RouteMemory | None = None,
) -> Match:
    """Return where the believed fixes of one vehicle lie on the network.

    time_s                      (n,)  Unix seconds, not decreasing
    lat_deg, lon_deg            (n,)  WGS-84, believed (analytics.cleaning)
    speed_kmh, direction_deg    (n,)  as reported, NaN where they are not known

    A fix without a road within ``radius_m`` has no edge. Where no route leads on, or fixes lie further apart than
    ``gap_s``, a new match begins (``step_m`` is NaN there): nothing is matched over what nobody saw.
    """
    from laixi_transport.analytics import map_matching_kernels as kernels

    fixes = Fixes.of(time_s, lat_deg, lon_deg, speed_kmh, direction_deg)
    rows = kernels.new_rows(len(fixes.time_s))
    net = _net(network)
    newest = kernels.advance_all(
        net, _terms(rules), _graph(network), _routes(network, routes, len(fixes.time_s)), rows, *fixes
    )
    chosen, step_m, confidence = _blank(len(fixes.time_s))
    kernels.settle(net, rows, newest, 0, chosen, step_m, confidence)
    return _result(rows, slice(None), chosen, step_m, confidence)


def estimate_sigma_m(network: RoadNetwork, lat_deg: ArrayLike, lon_deg: ArrayLike) -> float:
    """Return the standard deviation of fixes beside the roads, by the median distance from the nearest one.

    Source: Newson and Krumm, section 4.3, there with the matched road. Other roads nearby make it too small, so it is
    bounded to what receivers are (3 to 30 m).
    """
    found = nearest(network, lat_deg, lon_deg).aside_m
    apart = np.abs(found[~np.isnan(found)])
    sigma_m = 1.4826 * float(np.median(apart)) if len(apart) else MatchRules().sigma_m
    return float(np.clip(sigma_m, *_SIGMAS_M))


def nearest(network: RoadNetwork, lat_deg: ArrayLike, lon_deg: ArrayLike, *, radius_m: float = RADIUS_M) -> Match:
    """Return the nearest edge of each place, one by one: no matching, but what it is measured against."""
    from laixi_transport.analytics import map_matching_kernels as kernels

    fixes = Fixes.of(0.0, lat_deg, lon_deg)
    n = len(fixes.time_s)
    rows = kernels.new_rows(1)
    edge, offset_m, aside_m = np.full(n, -1, np.int32), np.full(n, np.nan), np.full(n, np.nan)
    kernels.nearest_all(
        _net(network),
        _terms(MatchRules(radius_m=radius_m)),
        rows,
        fixes.lat_deg,
        fixes.lon_deg,
        edge,
        offset_m,
        aside_m,
    )
    return Match(edge, offset_m, aside_m, confidence=np.full(n, np.nan), step_m=np.full(n, np.nan))


class MatchStream:
    """Takes fix after fix and settles each one when ``lag`` later ones have come, or at the end.

    The same model as ``match``: with no end to the lag (None), ``flush`` returns exactly what ``match`` does. A stream
    that has settled a fix does not change its mind, so with a short lag two matched fixes may lie on edges that do not
    follow each other; ``step_m`` is the way that the newest knowledge gives.
    """

    def __init__(
        self,
        network: RoadNetwork,
        *,
        rules: MatchRules | None = None,
        routes: RouteMemory | None = None,
        lag: int | None = 10,
    ) -> None:
        from laixi_transport.analytics import map_matching_kernels as kernels

        self._kernels = kernels
        self._net = _net(network)
        self._terms = _terms(rules)
        self._graph, self._routes = _graph(network), _routes(network, routes)
        self._lag = lag
        self._capacity = 64 if lag is None else 4 * (lag + 1)
        self._rows = kernels.new_rows(self._capacity)
        self._fixes = Fixes(*(np.zeros(self._capacity) for _ in Fixes._fields))
        self._count = 0  # rows in use
        self._settled = 0  # rows given away
        self._before = -1  # newest row with candidates

    def step(
        self,
        time_s: float,
        lat_deg: float,
        lon_deg: float,
        speed_kmh: float = float("nan"),
        direction_deg: float = float("nan"),
    ) -> Match:
        """Take the next believed fix; return what it settles, oldest first. Raises ValueError if time decreases."""
        i = self._count
        if i > 0 and time_s < self._fixes.time_s[i - 1]:
            raise ValueError("time must not decrease")
        if i == self._capacity:
            i = self._make_room()
        for column, value in zip(self._fixes, (time_s, lat_deg, lon_deg, speed_kmh, direction_deg), strict=True):
            column[i] = value
        if self._kernels.advance(
            self._net, self._terms, self._graph, self._routes, self._rows, i, self._before, *self._fixes
        ):  # fmt: skip
            self._before = i
        self._count = i + 1
        return self._settle(self._settled if self._lag is None else self._count - self._lag)

    def flush(self) -> Match:
        """Return what is not settled yet; the stream then begins anew."""
        found = self._settle(self._count)
        self._count = self._settled = 0
        self._before = -1
        return found

    def _settle(self, until: int) -> Match:
        """Settle the rows before ``until`` that are not, by all that is known."""
        begin = self._settled
        if until <= begin:
            return _result(self._rows, slice(0, 0), *_blank(0))
        chosen, step_m, confidence = _blank(self._capacity)
        self._kernels.settle(self._net, self._rows, self._before, begin, chosen, step_m, confidence)
        self._settled = until
        rows = slice(begin, until)
        return _result(self._rows, rows, chosen[rows], step_m[rows], confidence[rows])

    def _make_room(self) -> int:
        """Forget the settled rows, or double the memory; return where the next row is."""
        kept = min(self._settled, self._before) if self._before >= 0 else self._settled
        kept = max(kept, 0)
        rows, fixes = self._rows, self._fixes
        if kept < self._capacity // 2:
            self._capacity *= 2
            rows = self._kernels.new_rows(self._capacity)
            fixes = Fixes(*(np.zeros(self._capacity) for _ in Fixes._fields))
        left = self._count - kept
        pairs: list[tuple[Any, Any]] = [*zip(self._rows, rows, strict=True), *zip(self._fixes, fixes, strict=True)]
        for old, new in pairs:
            new[:left] = old[kept : self._count].copy()
        rows.before[:left] = np.maximum(rows.before[:left] - kept, -1)
        self._rows, self._fixes = rows, fixes
        self._count, self._settled, self._before = left, self._settled - kept, max(self._before - kept, -1)
        return left


def _net(network: RoadNetwork) -> Any:
    from laixi_transport.analytics.map_matching_kernels import Net

    of = network
    return Net(
        of.begin, of.lon_deg, of.lat_deg, of.along_m, of.piece, of.road, of.length_m, of.open, *of.grid,
    )  # fmt: skip


def _graph(network: RoadNetwork) -> Any:
    from laixi_transport.analytics.route_kernels import Graph

    of = network
    return Graph(of.begin, of.lon_deg, of.lat_deg, of.length_m, of.after, of.successors, of.dead_end)


def _routes(network: RoadNetwork, routes: "RouteMemory | None", fixes: int | None = None) -> Any:
    """Return the memory given, or a new one: a small one where there are few fixes."""
    from laixi_transport.analytics.route_kernels import new_routes

    if routes is None:
        return new_routes(len(network.open), *([] if fixes is None else [_SLOTS_A_FIX * fixes + 256]))
    if routes.network is not network:
        raise ValueError("the routes are of another network")
    return routes.kept


def _terms(rules: MatchRules | None) -> Any:
    from laixi_transport.analytics.map_matching_kernels import Terms

    of = rules or MatchRules()
    return Terms(
        of.sigma_m, of.correlation_s, of.radius_m, of.beta_m, of.beta_ms, of.gap_s, of.turn_back_m,
        of.fastest_kmh / 3.6, of.heading_deg, of.steady_kmh, of.use_speed,
    )  # fmt: skip


def _blank(n: int) -> tuple[NDArray[np.int8], Floats, Floats]:
    return np.full(n, -1, np.int8), np.full(n, np.nan), np.full(n, np.nan)


def _result(rows: Any, part: slice, chosen: NDArray[np.int8], step_m: Floats, confidence: Floats) -> Match:
    known = chosen >= 0
    index = np.arange(len(chosen)), np.maximum(chosen, 0)

    def column(values: NDArray[Any], absent: float) -> NDArray[Any]:
        return np.where(known, values[part][index], np.asarray(absent, values.dtype))

    return Match(
        edge=column(rows.edge, -1),
        offset_m=column(rows.offset_m, np.nan),
        aside_m=column(rows.aside_m, np.nan),
        confidence=confidence,
        step_m=step_m,
    )

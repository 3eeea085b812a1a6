"""Map matching: the share of fixes on the true way of OpenStreetMap, and fixes a second of one core's time.

60 routes through the middle of Helsinki, each at 1, 10 and 30 s and with errors of 5, 10 and 20 m (per axis, correlated
over 20 s), all matched by the same rules but for sigma. Twice: by places alone, and with the speeds and directions that
terminals report. The peer is the nearest edge, in the same run. Many ways are shorter than the error: with the true
route given, putting each fix of 5 m and 10 s on it finds 0.79.

``_rate`` is without anything kept: each track of some minutes searches all its ways anew. ``_rate_kept`` is what a
service has that matches the same town all day: one RouteMemory that has seen the tracks once.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks._drives import Drive, correlated, drive, routes
from benchmarks.report import report
from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.kernels import compile_all
from laixi_transport.analytics.map_matching import Fixes, MatchRules, MatchStream, RouteMemory, match, nearest
from laixi_transport.analytics.road_network import RoadNetwork, road_network
from laixi_transport.domain.road import RoadTable

HELSINKI = Path(__file__).resolve().parents[1] / "tests" / "data" / "map" / "helsinki.osm.pbf"
ROUTES = 60
CASES = ((5, 1), (5, 10), (5, 30), (10, 1), (10, 10), (10, 30), (20, 1), (20, 10), (20, 30))
"""Error in metres, period in seconds."""
RIGHT, RATE = 0.80, 20_000


def main(arguments: list[str]) -> int:
    """Measure and report; returns 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks matching")
    parser.add_argument("--quick", action="store_true", help="a quarter of the routes")
    parser.add_argument("--seed", type=int, default=20_261_123)
    options = parser.parse_args(arguments)
    compile_all()
    network = road_network(_roads())
    report("matching_edges", network.edges, "directed edges")
    rng = np.random.default_rng(options.seed)
    drives = [drive(network, route, rng) for route in routes(network, ROUTES // 4 if options.quick else ROUTES, rng)]
    met = []
    for sigma_m, period_s in CASES:
        tracks = [(made, _reported(made, sigma_m, period_s, rng)) for made in drives]
        rules = MatchRules(sigma_m=float(sigma_m), radius_m=max(50.0, 4.0 * sigma_m))
        name, first = f"matching_s{sigma_m}_{period_s}s", (sigma_m, period_s) == (5, 10)
        near = _share(network, tracks, period_s, rules, "nearest")[0]
        alone = _share(network, tracks, period_s, rules, "places")[0]
        whole, rate = _share(network, tracks, period_s, rules, "reports")
        peer = ("nearest edge", near)
        report(f"{name}_places_only", alone, "share of fixes on the true way", peer=peer)
        met.append(report(name, whole, "share of fixes on the true way", target=RIGHT if first else None, peer=peer))
        at_ten = (sigma_m, period_s) in {(5, 10), (10, 10)}
        met.append(report(f"{name}_rate", rate, "fixes/s", target=RATE if at_ten else None))
        memory = RouteMemory(network)
        for _ in range(2):
            kept = _share(network, tracks, period_s, rules, "reports", memory)[1]
        report(f"{name}_rate_kept", kept, "fixes/s")
        if first:
            _stream(network, tracks, period_s, rules)
    return 0 if all(met) else 1


def _roads() -> RoadTable:
    from laixi_transport.services.map_data.service import MapDataService
    from laixi_transport.storage import open_store

    with (
        tempfile.TemporaryDirectory(prefix="laixi-benchmark-") as folder,
        open_store(f"sqlite:///{Path(folder) / 'map.db'}") as store,
    ):
        service = MapDataService(store)
        service.import_map(HELSINKI)
        return service.road_table()


def _reported(made: Drive, sigma_m: float, period_s: int, rng: np.random.Generator) -> Fixes:
    n = len(made.edge)
    error, chosen = correlated(rng, n, sigma_m, 1.0), slice(None, None, period_s)
    scale = metres_per_degree(made.lat_deg)
    return Fixes.of(
        np.arange(n)[chosen],
        (made.lat_deg + error[0] / scale.north_m)[chosen],
        (made.lon_deg + error[1] / scale.east_m)[chosen],
        np.maximum(made.speed_kmh + rng.normal(0, 1, n), 0)[chosen],
        ((made.direction_deg + rng.normal(0, 5, n)) % 360)[chosen],
    )


def _share(
    network: RoadNetwork,
    tracks: list[tuple[Drive, Fixes]],
    period_s: int,
    rules: MatchRules,
    how: str,
    memory: RouteMemory | None = None,
) -> tuple[float, float]:
    """Return the share on the true way and fixes a second."""
    right = total = 0
    seconds = 0.0
    for made, fixes in tracks:
        started = time.thread_time()
        if how == "nearest":
            found = nearest(network, fixes.lat_deg, fixes.lon_deg, radius_m=rules.radius_m)
        else:
            found = match(network, *(fixes if how == "reports" else fixes[:3]), rules=rules, routes=memory)
        seconds += time.thread_time() - started
        true = network.way_id(made.edge[::period_s])
        right += int((network.way_id(found.edge) == true).sum())
        total += len(true)
    return right / total, total / seconds


def _stream(network: RoadNetwork, tracks: list[tuple[Drive, Fixes]], period_s: int, rules: MatchRules) -> None:
    """Measure what settling each fix ten later costs."""
    right = total = 0
    seconds = 0.0
    for made, fixes in tracks:
        stream = MatchStream(network, rules=rules, lag=10)
        started = time.thread_time()
        parts = [stream.step(*(float(value) for value in fix)) for fix in zip(*fixes, strict=True)]
        edge = np.concatenate([part.edge for part in (*parts, stream.flush())])
        seconds += time.thread_time() - started
        right += int((network.way_id(edge) == network.way_id(made.edge[::period_s])).sum())
        total += len(edge)
    report(f"matching_stream_s5_{period_s}s_lag_10", right / total, "share of fixes on the true way")
    report("matching_stream_rate", total / seconds, "fixes/s")

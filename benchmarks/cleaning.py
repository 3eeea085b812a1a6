"""Jumps of the position: what is found of them and what is accused wrongly, on seeded noise.

60 tracks of 720 reports, error of 8 m correlated over 20 s, 1 % jumps of 80 to 3,000 m. The targets are what the best
published-style method (three-point detour against the reported speed) reached on noise of this kind; the peers are two
methods in common use, in the same run.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks._drives import with_jumps
from benchmarks.report import report
from laixi_transport.analytics.cleaning import Doubt, clean
from laixi_transport.analytics.geodesy import distance_m
from laixi_transport.domain.track import Track

TRACKS, REPORTS = 60, 720
TARGETS = {5: (0.995, 0.878), 10: (0.994, 0.766), 30: (0.991, 0.517)}
"""Seconds between reports -> precision and recall to reach."""
_PEER_KMH = 140.0

Mask = NDArray[np.bool_]


def main(arguments: list[str]) -> int:
    """Measure and report; returns 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks cleaning")
    parser.add_argument("--quick", action="store_true", help="a quarter of the tracks")
    parser.add_argument("--seed", type=int, default=20_261_123)
    options = parser.parse_args(arguments)
    count = TRACKS // 4 if options.quick else TRACKS
    met = []
    for period_s, (precision, recall) in TARGETS.items():
        rng = np.random.default_rng(options.seed + period_s)
        tracks = [with_jumps(rng, REPORTS, period_s) for _ in range(count)]
        started = time.thread_time()
        found = _score(tracks, lambda track: clean(track) == Doubt.JUMP)
        rate = count * REPORTS / (time.thread_time() - started)
        kept = _score(tracks, _faster_than_last_kept)
        middle = _score(tracks, _far_from_median)
        name = f"cleaning_{period_s}s"
        met.append(report(f"{name}_precision", found[0], "share", target=precision, peer=("last kept", kept[0])))
        met.append(report(f"{name}_recall", found[1], "share", target=recall, peer=("last kept", kept[1])))
        report(f"{name}_precision_of_median", middle[0], "share")
        report(f"{name}_recall_of_median", middle[1], "share")
        report(f"{name}_rate", rate, "samples/s")
    return 0 if all(met) else 1


def _score(tracks: list[tuple[Track, Mask]], judge: Callable[[Track], Mask]) -> tuple[float, float]:
    right = wrong = missed = 0
    for track, jumped in tracks:
        found = judge(track)
        right += int((found & jumped).sum())
        wrong += int((found & ~jumped).sum())
        missed += int((~found & jumped).sum())
    return right / max(right + wrong, 1), right / max(right + missed, 1)


def _faster_than_last_kept(track: Track) -> Mask:
    """The filter of tracking servers: too fast from the last accepted place."""
    found = np.zeros(len(track), np.bool_)
    last = 0
    for i in range(1, len(track)):
        apart = distance_m(track.lat_deg[last], track.lon_deg[last], track.lat_deg[i], track.lon_deg[i])
        found[i] = apart / (track.time_s[i] - track.time_s[last]) > _PEER_KMH / 3.6
        last = last if found[i] else i
    return found


def _far_from_median(track: Track) -> Mask:
    """Farther from the median of five than the vehicle drove, and 100 m."""
    windows = [np.lib.stride_tricks.sliding_window_view(v, 5) for v in (track.lat_deg, track.lon_deg, track.speed_kmh)]
    lat, lon, speed = (np.median(window, axis=1) for window in windows)
    inside = slice(2, -2)
    apart = distance_m(lat, lon, track.lat_deg[inside], track.lon_deg[inside])
    found = np.zeros(len(track), np.bool_)
    found[inside] = apart > 100 + speed / 3.6 * (track.time_s[1] - track.time_s[0])
    return found

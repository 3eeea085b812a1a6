"""From the wire to the commit and back: how many reports a second are stored and acknowledged.

The gateway runs as in production, in a process of its own on SQLite with synchronous=FULL; the terminals are another
process on the same machine. The floor is a process that only receives the same bytes from the same terminals.
"""

import argparse
import tempfile
import threading
from pathlib import Path

from benchmarks._gateway import BEGIN_S, GATEWAY, cpu_s, drive, floor, own_bytes, prepare, server, stored
from benchmarks._terminals import Drive
from benchmarks.report import report

CONNECTIONS = 1000


def throughput(folder: Path, name: str, *, target: float, frames: int, burst: int, window: int) -> bool:
    """Report frames stored and acknowledged a second, with the floor of the same load."""
    url = f"sqlite:///{folder / name}.db"
    prepare(url, CONNECTIONS)
    least = floor(CONNECTIONS, frames, burst)
    with server(GATEWAY, url) as (process, port):
        before_s = cpu_s(process.pid)
        figures = drive(Drive(port, CONNECTIONS, frames, burst, window, BEGIN_S))
        used_s = cpu_s(process.pid) - before_s
    stored(url, int(figures["frames"]), int(figures["acknowledged"]))
    rate = figures["frames"] / figures["elapsed_s"]
    met = report(f"ingest.{name}", rate, "frames/s", target=target, floor=least)
    report(f"ingest.{name}.gateway_cpu", used_s / figures["frames"] * 1e6, "us/frame")
    report(f"ingest.{name}.terminals_cpu", figures["cpu_s"] / figures["frames"] * 1e6, "us/frame")
    report(f"ingest.{name}.answer_p50", figures["latency_p50_s"] * 1000, "ms")
    report(f"ingest.{name}.answer_p99", figures["latency_p99_s"] * 1000, "ms")
    return met


def memory(folder: Path, *, rounds: int, frames: int) -> bool:
    """Report how much the gateway's memory grows from the first fifth of a long load to its end."""
    url = f"sqlite:///{folder / 'memory'}.db"
    prepare(url, CONNECTIONS)
    seen: list[int] = []
    with server(GATEWAY, url) as (process, port):
        stop = threading.Event()

        def watch() -> None:
            while not stop.wait(0.2):
                seen.append(own_bytes(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for number in range(rounds):
                drive(Drive(port, CONNECTIONS, frames, burst=20, window=2, begin_s=BEGIN_S + number * frames))
        finally:
            stop.set()
            watcher.join()
    total = rounds * frames * CONNECTIONS
    stored(url, total, total)
    fifth = len(seen) // 5
    growth = (max(seen[-fifth:]) - max(seen[: fifth + 1])) / 1e6
    report("ingest.memory.frames", total, "frames")
    report("ingest.memory.peak", max(seen) / 1e6, "MB")
    return report("ingest.memory.growth", growth, "MB", target=16, better="lower")


def main(arguments: list[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ingest", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer frames")
    parser.add_argument("--only", choices=("single", "twenty", "memory"))
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        met = []
        if chosen.only in {None, "single"}:
            frames = 100 if chosen.quick else 400
            met.append(throughput(folder, "single", target=15_000, frames=frames, burst=1, window=4))
        if chosen.only in {None, "twenty"}:
            frames = 200 if chosen.quick else 800
            met.append(throughput(folder, "twenty", target=40_000, frames=frames, burst=20, window=2))
        if chosen.only in {None, "memory"}:
            met.append(memory(folder, rounds=5, frames=200 if chosen.quick else 1000))
    return 0 if all(met) else 1

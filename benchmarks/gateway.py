"""A whole fleet on one gateway: 9,500 connections, what one costs, and how long an answer takes.

The gateway runs as in production, in a process of its own on SQLite with synchronous=FULL; the terminals are another
process on the same machine. The floor is a process that only receives the same bytes from as many connections.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks._gateway import BEGIN_S, GATEWAY, cpu_s, drive, floor, own_bytes, prepare, server, stored
from benchmarks._terminals import Drive
from benchmarks.report import report

STEADY_PER_S = 5000.0


def main(arguments: list[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks gateway", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer frames")
    parser.add_argument("--connections", type=int, default=9500, metavar="N", help="default %(default)s")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        met = [
            fast(Path(folder), chosen.connections, frames=15 if chosen.quick else 60),
            steady(Path(folder), chosen.connections, seconds=10 if chosen.quick else 60),
        ]
    return 0 if all(met) else 1


def fast(folder: Path, connections: int, *, frames: int) -> bool:
    """Report the frames a second that are stored and acknowledged, one a send, and the memory of a connection."""
    url = f"sqlite:///{folder / 'fast'}.db"
    prepare(url, connections)
    least = floor(connections, frames, 1)
    with server(GATEWAY, url) as (process, port):
        empty = own_bytes(process.pid)
        connected: list[int] = []
        before_s = cpu_s(process.pid)
        plan = Drive(port, connections, frames, burst=1, window=2, begin_s=BEGIN_S)
        figures = drive(plan, lambda: connected.append(own_bytes(process.pid)))
        used_s = cpu_s(process.pid) - before_s
        after = own_bytes(process.pid)
    stored(url, int(figures["frames"]), int(figures["acknowledged"]))
    report("gateway.connections", connections, "connections")
    met = [
        report("gateway.frames", figures["frames"] / figures["elapsed_s"], "frames/s", target=20_000, floor=least),
        report("gateway.connection", (connected[0] - empty) / connections / 1e3, "kB", target=40, better="lower"),
    ]
    report("gateway.connection_after_load", (after - empty) / connections / 1e3, "kB")
    report("gateway.cpu", used_s / figures["frames"] * 1e6, "us/frame")
    report("gateway.terminals_cpu", figures["cpu_s"] / figures["frames"] * 1e6, "us/frame")
    return all(met)


def steady(folder: Path, connections: int, *, seconds: float) -> bool:
    """Report how long an answer takes while reports come at a steady rate."""
    url = f"sqlite:///{folder / 'steady'}.db"
    prepare(url, connections)
    frames = max(1, round(STEADY_PER_S * seconds / connections))
    with server(GATEWAY, url) as (_, port):
        figures = drive(Drive(port, connections, frames, burst=1, window=1, begin_s=BEGIN_S, rate=STEADY_PER_S))
    stored(url, int(figures["frames"]), int(figures["acknowledged"]))
    report("gateway.steady_rate", figures["frames"] / figures["elapsed_s"], "frames/s")
    report("gateway.answer_p50", figures["latency_p50_s"] * 1000, "ms")
    return report("gateway.answer_p99", figures["latency_p99_s"] * 1000, "ms", target=500, better="lower")

"""From the wire to the commit and back: how many reports a second are stored and acknowledged.

The gateway runs as in production, in a process of its own on SQLite with synchronous=FULL; the terminals are another
process on the same machine. The floor is a process that only receives the same bytes from the same terminals.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._terminals import FRAME_BYTES, Drive, auth_code, phone
from benchmarks.report import report
from laixi_transport.domain.vehicle import PlateColour, Terminal, Vehicle, VehicleClass
from laixi_transport.storage import open_store

CONNECTIONS = 1000
BEGIN_S = 1_767_225_600  # 2026-01-01 08:00 in GMT+8

GATEWAY = """
import sys
from laixi_transport.app.config import Address
from laixi_transport.app.gateway import run_gateway
run_gateway(sys.argv[1], Address("127.0.0.1", 0))
"""
FLOOR = """
import asyncio, sys
async def main():
    left = int(sys.argv[1])
    done = asyncio.Event()
    buffer = memoryview(bytearray(1 << 16))
    transports = []
    class Sink(asyncio.BufferedProtocol):
        def connection_made(self, transport):
            transports.append(transport)
        def get_buffer(self, hint):
            return buffer
        def buffer_updated(self, count):
            nonlocal left
            left -= count
            if not left:
                done.set()
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=1024)
    print("listening on 127.0.0.1:%d" % server.sockets[0].getsockname()[1], flush=True)
    await done.wait()
    for transport in transports:
        transport.write(b".")
    await asyncio.sleep(0.2)
asyncio.run(main())
"""


@contextmanager
def server(program: str, argument: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a program that says where it listens; give the process and the port."""
    with subprocess.Popen([sys.executable, "-c", program, argument], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            yield process, int(line.rsplit(":", 1)[1])
        finally:
            process.terminate()


def drive(port: int, *, frames: int, burst: int, window: int, begin_s: int, answered: bool = True) -> dict[str, float]:
    """Have the terminals send and return their figures."""
    plan = Drive(port, CONNECTIONS, frames, burst, window, begin_s, answered)
    command = [sys.executable, "-m", "benchmarks._terminals", plan.text()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        figures: dict[str, float] = json.loads(process.stdout.readline())
        return figures


def floor(frames: int, burst: int) -> float:
    """Return the frames a second of a process that only receives."""
    with server(FLOOR, str(frames * CONNECTIONS * FRAME_BYTES)) as (_, port):
        figures = drive(port, frames=frames, burst=burst, window=1, begin_s=BEGIN_S, answered=False)
    return figures["frames"] / figures["elapsed_s"]


def prepare(url: str) -> None:
    """Create the database with all terminals in the register."""
    with open_store(url) as store:
        unnamed = Vehicle(0, "", PlateColour.NONE, VehicleClass.CITY_BUS, "", "", None)
        entered = [
            store.register.entering(phone(n), unnamed, Terminal(0, "", 0, auth_code(n))) for n in range(CONNECTIONS)
        ]
        for future in entered:
            future.result()


def own_bytes(pid: int) -> int:
    """Return the memory of a process without the pages of mapped files, which the system takes back as it likes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


def cpu_s(pid: int) -> float:
    """Return the processor time of a process."""
    times = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def throughput(folder: Path, name: str, *, target: float, frames: int, burst: int, window: int) -> bool:
    """Report frames stored and acknowledged a second, with the floor of the same load."""
    url = f"sqlite:///{folder / name}.db"
    prepare(url)
    least = floor(frames, burst)
    with server(GATEWAY, url) as (process, port):
        before_s = cpu_s(process.pid)
        figures = drive(port, frames=frames, burst=burst, window=window, begin_s=BEGIN_S)
        used_s = cpu_s(process.pid) - before_s
    stored(url, int(figures["frames"]), int(figures["acknowledged"]))
    rate = figures["frames"] / figures["elapsed_s"]
    met = report(f"ingest.{name}", rate, "frames/s", target=target, floor=least)
    report(f"ingest.{name}.gateway_cpu", used_s / figures["frames"] * 1e6, "us/frame")
    report(f"ingest.{name}.terminals_cpu", figures["cpu_s"] / figures["frames"] * 1e6, "us/frame")
    report(f"ingest.{name}.answer_p50", figures["latency_p50_s"] * 1000, "ms")
    report(f"ingest.{name}.answer_p99", figures["latency_p99_s"] * 1000, "ms")
    return met


def stored(url: str, sent: int, acknowledged: int) -> None:
    """Check that every frame was stored once and acknowledged once."""
    with open_store(url, read_only=True) as store:
        stats = store.stats()
    assert (stats.stored, stats.duplicates, stats.quarantined, acknowledged) == (sent, 0, 0, sent), (
        stats,
        acknowledged,
    )


def memory(folder: Path, *, rounds: int, frames: int) -> bool:
    """Report how much the gateway's memory grows from the first fifth of a long load to its end."""
    url = f"sqlite:///{folder / 'memory'}.db"
    prepare(url)
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
                drive(port, frames=frames, burst=20, window=2, begin_s=BEGIN_S + number * frames)
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

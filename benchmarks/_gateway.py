"""A gateway in a process of its own, terminals in another, and what is measured of both."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks._terminals import FRAME_BYTES, Drive, auth_code, phone
from laixi_transport.domain.vehicle import PlateColour, Terminal, Vehicle, VehicleClass
from laixi_transport.storage import open_store

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


def drive(plan: Drive, signed_on: Callable[[], None] = lambda: None) -> dict[str, float]:
    """Have the terminals send and return their figures; ``signed_on`` is called when all are connected."""
    command = [sys.executable, "-m", "benchmarks._terminals", plan.text()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "ready\n"
        signed_on()
        process.stdin.write("go\n")
        process.stdin.flush()
        figures: dict[str, float] = json.loads(process.stdout.readline())
        return figures


def floor(connections: int, frames: int, burst: int) -> float:
    """Return the frames a second of a process that only receives."""
    with server(FLOOR, str(frames * connections * FRAME_BYTES)) as (_, port):
        figures = drive(Drive(port, connections, frames, burst, window=1, begin_s=BEGIN_S, answered=False))
    return figures["frames"] / figures["elapsed_s"]


def prepare(url: str, connections: int) -> None:
    """Create the database with all terminals in the register."""
    with open_store(url) as store:
        unnamed = Vehicle(0, "", PlateColour.NONE, VehicleClass.CITY_BUS, "", "", None)
        entered = [
            store.register.entering(phone(n), unnamed, Terminal(0, "", 0, auth_code(n))) for n in range(connections)
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


def stored(url: str, sent: int, acknowledged: int) -> None:
    """Check that every frame was stored once and acknowledged once."""
    with open_store(url, read_only=True) as store:
        stats = store.stats()
    assert (stats.stored, stats.duplicates, stats.quarantined, acknowledged) == (sent, 0, 0, sent), (
        stats,
        acknowledged,
    )

"""A month of a county's buses in a database: 500 vehicles, a report every ten seconds, 1.3e8 in 30 days.

One day is driven (benchmarks._bus_days) and sealed; the other days are the same hours under another date, each vehicle
taking the day of another one, so that only the time of a block is written anew instead of packing 1.3e8 reports.
Everything goes through the storage's own writer. It takes some three minutes and 1 GB, and is kept for the next run.
"""

import shutil
import struct
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from benchmarks._bus_days import BEGIN_S, REPORTS_AN_HOUR, BusDays
from laixi_transport.domain.time import DAY_S, HOUR_S
from laixi_transport.storage import Store, blocks, open_store
from laixi_transport.storage.blocks import Block, encode
from laixi_transport.storage.sealing import put

VEHICLES, DAYS = 500, 30
QUICK_VEHICLES, QUICK_DAYS = 100, 4
MONTH_S = BEGIN_S - 8 * HOUR_S
"""The first second, a midnight in GMT+8."""
HEADER = struct.Struct("<BII")


def month(vehicles: int, days: int) -> Path:
    """Return the database, made once in the folder for temporary files."""
    path = Path(tempfile.gettempdir()) / f"laixi-benchmark-month-{vehicles}x{days}" / "month.db"
    if not (path.parent / "done").exists():
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir(parents=True)
        began = time.perf_counter()
        with open_store(f"sqlite:///{path}") as store:
            _fill(store, vehicles, days)
        (path.parent / "done").write_text(f"{time.perf_counter() - began:.0f} s\n")
    return path


def _fill(store: Store, vehicles: int, days: int) -> None:
    for number in range(1, vehicles + 1):
        terminal = store.register.enter_terminal(f"013{number:09d}", plate=f"鲁B·D{number:04d}")
        vehicle = next(v for v in store.register.vehicles() if v.id == terminal.vehicle_id) if number <= 40 else None
        if vehicle is not None:
            store.register.save_vehicle(replace(vehicle, speed_limit_kmh=70.0, line=str(200 + number % 7)))
    fleet = BusDays(vehicles)
    day = [[_moved(encode(columns), MONTH_S - BEGIN_S) for columns in fleet.hour()] for _ in range(24)]
    ids = [vehicle.id for vehicle in store.register.vehicles()]
    database = store._database  # noqa: SLF001 - the bulk way in is the sealer's own
    first_hour = MONTH_S // HOUR_S
    for number in range(days):

        def unit(session: Any, number: int = number) -> None:
            cursor = database.cursor(session.connection())
            for hour, some in enumerate(day):
                for place, vehicle_id in enumerate(ids):
                    block = _moved(some[(place + 7 * number) % vehicles], number * DAY_S)
                    put(cursor, vehicle_id, first_hour + number * 24 + hour, block)

        store.writer.run(unit).result()


def _moved(block: Block, seconds: int) -> Block:
    """Return a block so much later; only the first number of its first column says when it is."""
    version, n, length = HEADER.unpack_from(block.track)
    cut = HEADER.size + length
    planes = bytearray(zstandard.ZstdDecompressor().decompress(block.track[cut:]))
    folded = sum(planes[byte * n] << 8 * byte for byte in range(4))
    value = (folded >> 1) + seconds  # times are positive
    for byte, part in enumerate(struct.pack("<I", value << 1)):
        planes[byte * n] = part
    track = block.track[:cut] + zstandard.ZstdCompressor(3).compress(bytes(planes))
    del version
    return replace(
        block,
        track=track,
        digest=blocks.digest(track, block.details),
        begin_s=block.begin_s + seconds,
        end_s=block.end_s + seconds,
    )


def positions(vehicles: int, days: int) -> int:
    """Return how many positions there are."""
    return vehicles * days * 24 * REPORTS_AN_HOUR


def check(store: Store) -> None:
    """Stop if the database is not what the figures are about: times rise and lie in their hours."""
    ids = [vehicle.id for vehicle in store.register.vehicles()]
    found = store.hours.positions(ids, MONTH_S + DAY_S, MONTH_S + DAY_S + HOUR_S)
    assert len(found) == len(ids) * REPORTS_AN_HOUR, len(found)
    assert np.diff(found.time_s).max() < HOUR_S

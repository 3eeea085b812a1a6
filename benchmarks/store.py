"""The database: reports committed a second, bytes a sealed position, and the questions of playback and area search.

The peer is a plain SQLite table with a row for each position and an index on vehicle and time, filled and asked in the
same run. All files lie in a folder for temporary files: set TMPDIR to measure another disk.
"""

import argparse
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._bus_days import BEGIN_S, REPORTS_AN_HOUR, BusDays
from benchmarks.report import report
from laixi_transport.domain.frame import Batch, RawFrame
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.time import DAY_S, HOUR_S
from laixi_transport.storage import Store, open_store
from laixi_transport.storage.blocks import Block, Columns, encode
from laixi_transport.storage.sealing import put

BATCH = 50
BACKLOG = 20_000
FRAME = bytes(59)
PENTAGON = np.array([[120.45, 36.80], [120.55, 36.80], [120.60, 36.88], [120.50, 36.95], [120.42, 36.88]])
PLAIN_COLUMNS = ("time_s", "lat_e6", "lon_e6", "altitude_m", "speed_dkmh", "direction_deg", "alarm_bits",
                 "status_bits", "mileage_hm", "recorder_speed_dkmh", "signal_strength", "satellites",
                 "received_us")  # fmt: skip


def main(argv: Sequence[str]) -> int:
    """Run all parts and return 0 when every target is met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks store")
    parser.add_argument("--quick", action="store_true", help="a tenth of the positions")
    quick = parser.parse_args(argv).quick
    met = []
    with tempfile.TemporaryDirectory(prefix="laixi-benchmark-") as name:
        folder = Path(name)
        met.append(committed(folder, 100_000 if quick else 400_000))
        met += sealed(folder, vehicles=116 if quick else 1158, hours=24)
    return 0 if all(met) else 1


def committed(folder: Path, n: int) -> bool:
    """Measure reports with their raw frames, from the first submit to the last commit."""
    vehicles = 1000
    reports = BusDays(vehicles).reports(n // vehicles)
    plain_s = _plain_rows(folder / "plain_live.db", reports)
    with open_store(f"sqlite:///{folder / 'live.db'}") as store:
        # The rows refer to terminals by id only; one is entered so that the register is not empty.
        store.register.enter_terminal("13900000001")
        batches = [
            Batch(chunk, [RawFrame(r.terminal_id, r.vehicle_id, r.received_us, FRAME) for r in chunk])
            for chunk in (reports[i : i + BATCH] for i in range(0, len(reports), BATCH))
        ]
        finished = threading.Semaphore(0)
        room = threading.Semaphore(BACKLOG // (2 * BATCH))

        def done(error: Exception | None) -> None:
            assert error is None
            room.release()
            finished.release()

        started = time.perf_counter()
        for batch in batches:
            room.acquire()
            store.writer.submit(batch, done)
        for _ in batches:
            finished.acquire()
        elapsed = time.perf_counter() - started
        assert store.stats().stored == len(reports)
    return report(
        "store.committed", len(reports) / elapsed, "positions/s", target=20_000,
        peer=("plain SQLite rows without frames, 1,000 a commit", len(reports) / plain_s),
    )  # fmt: skip


def _plain_rows(path: Path, reports: list[PositionReport]) -> float:
    with sqlite3.connect(path, isolation_level=None) as plain:
        _create_plain(plain)
        insert = f"INSERT INTO position VALUES (?{', ?' * len(PLAIN_COLUMNS)})"  # noqa: S608
        rows = [(r.vehicle_id, *(getattr(r, c) for c in PLAIN_COLUMNS)) for r in reports]
        started = time.perf_counter()
        for i in range(0, len(rows), 1000):
            plain.execute("BEGIN")
            plain.executemany(insert, rows[i : i + 1000])
            plain.execute("COMMIT")
        elapsed = time.perf_counter() - started
    plain.close()
    return elapsed


def _create_plain(plain: sqlite3.Connection) -> None:
    plain.execute("PRAGMA journal_mode = WAL")
    plain.execute("PRAGMA synchronous = FULL")
    plain.execute("PRAGMA cache_size = -65536")
    plain.execute(f"CREATE TABLE position (vehicle_id INTEGER, {', '.join(f'{c} INTEGER' for c in PLAIN_COLUMNS)})")
    plain.execute("CREATE INDEX position_vehicle ON position (vehicle_id, time_s)")


def sealed(folder: Path, vehicles: int, hours: int) -> list[bool]:
    """Fill both databases with the same days, compare their sizes, and ask both the same questions."""
    path, plain_path = folder / "sealed.db", folder / "plain.db"
    store = open_store(f"sqlite:///{path}")
    plain = sqlite3.connect(plain_path, isolation_level=None)
    _create_plain(plain)
    empty = _bytes(path)
    payload, seal_s, plain_s = _fill(store, plain, vehicles, hours)
    n = vehicles * hours * REPORTS_AN_HOUR
    store.close()  # leaves everything in the main file
    store = open_store(f"sqlite:///{path}")
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    rows = "plain SQLite rows"
    met = [
        report("store.sealing", n / seal_s, "positions/s", peer=(rows, n / plain_s)),
        report("store.packed_bytes", payload / n, "B/position"),
        report(
            "store.sealed_bytes", (_bytes(path) - empty) / n, "B/position", target=8, better="lower",
            peer=(rows, _bytes(plain_path) / n),
        ),
    ]  # fmt: skip
    day = (BEGIN_S, BEGIN_S + DAY_S)
    some = np.random.default_rng(1).permutation(vehicles)[:500] + 1
    one_by_one = iter(some.tolist() * 10)
    own, theirs = _both(
        lambda: len(store.tracks.track(next(one_by_one), *day)),
        lambda: _plain_tracks(plain, [next(one_by_one)], *day),
        31,
        9,
    )
    met.append(report("store.vehicle_day", own, "ms", target=5, better="lower", peer=(rows, theirs)))
    many = some.tolist()
    own, theirs = _both(
        lambda: sum(map(len, store.tracks.tracks(many, *day))), lambda: _plain_tracks(plain, many, *day), 3, 1
    )
    met.append(report(f"store.{len(many)}_vehicle_days", own, "ms", target=1000, better="lower", peer=(rows, theirs)))
    hour = (BEGIN_S + 9 * HOUR_S, BEGIN_S + 10 * HOUR_S)
    own, theirs = _both(
        lambda: sum(map(len, store.tracks.in_area(PENTAGON, *hour))), lambda: _plain_area(plain, *hour), 11, 3
    )
    met.append(report("store.area_hour", own, "ms", target=50, better="lower", peer=(rows, theirs)))
    store.close()
    plain.close()
    return met


def _fill(store: Store, plain: sqlite3.Connection, vehicles: int, hours: int) -> tuple[int, float, float]:
    """Return the bytes of all blocks and the seconds that sealing and plain rows took."""
    fleet = BusDays(vehicles)
    payload, seal_s, plain_s = 0, 0.0, 0.0
    insert = f"INSERT INTO position VALUES (?{', ?' * len(PLAIN_COLUMNS)})"  # noqa: S608
    database = store._database  # noqa: SLF001 - the bulk way in is the sealer's own
    for hour in range(hours):
        columns = fleet.hour()
        number = BEGIN_S // HOUR_S + hour
        started = time.perf_counter()

        def unit(session: Any, columns: list[Columns] = columns, number: int = number) -> int:
            cursor = database.cursor(session.connection())
            size = 0
            for vehicle_id, one in enumerate(columns, 1):
                block: Block = encode(one)
                size += len(block.track) + len(block.details)
                put(cursor, vehicle_id, number, block)
            return size

        payload += store.writer.run(unit).result()
        seal_s += time.perf_counter() - started
        started = time.perf_counter()
        plain.execute("BEGIN")
        for vehicle_id, one in enumerate(columns, 1):
            lists = [one.values[c].tolist() for c in PLAIN_COLUMNS]
            plain.executemany(insert, zip([vehicle_id] * len(one), *lists, strict=True))
        plain.execute("COMMIT")
        plain_s += time.perf_counter() - started
    return payload, seal_s, plain_s


def _plain_tracks(plain: sqlite3.Connection, vehicle_ids: list[int], begin_s: int, end_s: int) -> int:
    n = 0
    for vehicle_id in vehicle_ids:
        rows = plain.execute(
            "SELECT time_s, lat_e6, lon_e6, altitude_m, speed_dkmh, direction_deg, alarm_bits, status_bits, "
            "mileage_hm, recorder_speed_dkmh FROM position WHERE vehicle_id = ? AND time_s >= ? AND time_s < ? "
            "ORDER BY time_s",
            (vehicle_id, begin_s, end_s),
        ).fetchall()
        n += np.array(rows, np.int64).shape[0]
    return n


def _plain_area(plain: sqlite3.Connection, begin_s: int, end_s: int) -> int:
    west, south = (PENTAGON.min(axis=0) * 1e6).astype(int).tolist()
    east, north = (PENTAGON.max(axis=0) * 1e6).astype(int).tolist()
    rows = plain.execute(
        "SELECT vehicle_id, time_s, lat_e6, lon_e6 FROM position WHERE time_s >= ? AND time_s < ? "
        "AND lat_e6 BETWEEN ? AND ? AND lon_e6 BETWEEN ? AND ?",
        (begin_s, end_s, south, north, west, east),
    ).fetchall()
    return len(rows)


def _both(own: Callable[[], int], theirs: Callable[[], int], times: int, times_theirs: int) -> tuple[float, float]:
    """Return the median milliseconds of both; each is tried once before, and finds something."""
    medians = []
    for question, repeats in ((own, times), (theirs, times_theirs)):
        assert question() > 0
        taken = []
        for _ in range(repeats):
            started = time.perf_counter()
            question()
            taken.append((time.perf_counter() - started) * 1000)
        medians.append(statistics.median(taken))
    return medians[0], medians[1]


def _bytes(path: Path) -> int:
    return sum(p.stat().st_size for p in (path, path.with_name(path.name + "-wal")) if p.exists())

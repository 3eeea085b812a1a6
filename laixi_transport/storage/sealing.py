"""Moves full, quiet vehicle-hours from rows into blocks; late reports join the block of their hour."""

import heapq
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import islice

from sqlalchemy.orm import Session

from laixi_transport.domain.frame import RawFrame
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.time import HOUR_S
from laixi_transport.storage import blocks, frames
from laixi_transport.storage.blocks import Block, Columns, DamagedBlockError
from laixi_transport.storage.database import Cursor, Database
from laixi_transport.storage.writer import Writer

_REPORT = ", ".join(PositionReport._fields)
_BLOCK = "n, begin_s, end_s, min_lat_e6, max_lat_e6, min_lon_e6, max_lon_e6, digest, track, details"
UNITS_AT_ONCE = 16
"""Vehicle-hours handed to the writer together; batches of the gateway go between them."""

_Rows = tuple[str, str, int]
_POSITIONS: _Rows = ("position", "time_s", HOUR_S)
_FRAMES: _Rows = ("raw_frame", "received_us", frames.HOUR_US)
_EVER, _NEVER = 0, 1 << 40
"""Hours before and after all others."""


@dataclass(frozen=True, slots=True)
class SealReport:
    """What one run of sealing did."""

    hours: int  # vehicle-hours of positions
    positions: int
    raw_hours: int  # vehicle-hours of raw frames
    frames: int
    seconds: float


class Sealer:
    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    def seal(self, now_s: float, quiet_s: float = 600, limit: int | None = None) -> SealReport:
        """Seal every vehicle-hour that ended, and got its last report, quiet_s or longer before now_s.

        An hour that has not begun yet is one of a terminal whose clock runs ahead; it may lie years off. It is sealed
        when its last report came an hour longer ago than that: by then that clock, too, has left the hour.

        limit bounds the vehicle-hours. Each is one transaction: a crash leaves it wholly sealed or not at all. Rows
        that a rule has not seen yet stay. Waits for the writer; batches of the gateway are stored in between.
        """
        started = time.perf_counter()
        quiet_us = int((now_s - quiet_s) * 1_000_000)
        with self._database.reading() as cursor:
            seen = cursor.value("SELECT min(position_id) FROM rule_cursor")
            newest_id = _newest_quiet_id(cursor, quiet_us)
            if seen is not None:
                newest_id = min(newest_id, seen)
            over = _hours(cursor, _POSITIONS, _EVER, int(now_s - quiet_s) // HOUR_S)
            hours = _quiet_hours(cursor, newest_id, over, quiet_us, limit)
            begin_hour = int(now_s) // HOUR_S + 1
            if (cursor.value("SELECT max(time_s) FROM position") or 0) >= begin_hour * HOUR_S:
                ahead = _hours(cursor, _POSITIONS, begin_hour, _NEVER)
                rest = None if limit is None else limit - len(hours)
                hours += _quiet_hours(cursor, newest_id, ahead, quiet_us - HOUR_S * 1_000_000, rest)
            raw_hours = list(islice(_hours(cursor, _FRAMES, _EVER, quiet_us // frames.HOUR_US), limit))
        n = self._each(hours, self._seal_positions)
        m = self._each(raw_hours, self._seal_frames)
        return SealReport(len(hours), n, len(raw_hours), m, time.perf_counter() - started)

    def _each(self, hours: list[tuple[int, int]], work: Callable[[Session, int, int], int]) -> int:
        total = 0
        for first in range(0, len(hours), UNITS_AT_ONCE):
            running: list[Future[int]] = [
                self._writer.run(lambda session, v=v, h=h: work(session, v, h))  # type: ignore[misc]
                for v, h in hours[first : first + UNITS_AT_ONCE]
            ]
            total += sum(future.result() for future in running)
        return total

    def _seal_positions(self, session: Session, vehicle_id: int, hour: int) -> int:
        cursor = self._database.cursor(session.connection())
        self._writer.settle(session)  # what is counted from rows must be counted before they go
        chosen = (vehicle_id, hour * HOUR_S, (hour + 1) * HOUR_S)
        where = "vehicle_id = ? AND time_s >= ? AND time_s < ?"
        fresh = [
            PositionReport._make(row)
            for row in cursor.fetch(f"SELECT {_REPORT} FROM position WHERE {where} ORDER BY id", chosen)  # noqa: S608
        ]
        if not fresh:
            return 0
        reports = sealed_reports(cursor, vehicle_id, hour) + fresh
        reports.sort(key=lambda report: (report.time_s, report.received_us))
        put(cursor, vehicle_id, hour, blocks.encode(Columns.of(reports)))
        cursor.execute(f"DELETE FROM position WHERE {where}", chosen)  # noqa: S608
        self._writer.ingest.sealed(hour, {report.terminal_id for report in reports})
        return len(fresh)

    def _seal_frames(self, session: Session, vehicle_id: int, hour: int) -> int:
        cursor = self._database.cursor(session.connection())
        chosen = (vehicle_id, hour * frames.HOUR_US, (hour + 1) * frames.HOUR_US)
        where = "vehicle_id = ? AND received_us >= ? AND received_us < ?"
        fresh = [
            RawFrame._make(row)
            for row in cursor.fetch(
                f"SELECT terminal_id, vehicle_id, received_us, data FROM raw_frame WHERE {where} ORDER BY id",  # noqa: S608
                chosen,
            )
        ]
        if not fresh:
            return 0
        held = []
        for digest, data in cursor.fetch(
            "SELECT digest, data FROM raw_block WHERE vehicle_id = ? AND hour = ?", (vehicle_id, hour)
        ):
            held = frames.unpack(vehicle_id, digest, data)
        every = sorted(held + fresh, key=lambda frame: frame.received_us)
        cursor.execute(
            "INSERT INTO raw_block (vehicle_id, hour, n, digest, data) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (vehicle_id, hour) DO UPDATE "
            "SET n = excluded.n, digest = excluded.digest, data = excluded.data",
            (vehicle_id, hour, len(every), *frames.pack(every)),
        )
        cursor.execute(f"DELETE FROM raw_frame WHERE {where}", chosen)  # noqa: S608
        return len(fresh)


def _newest_quiet_id(cursor: Cursor, quiet_us: int) -> int:
    """Return the highest position id up to which all was received before a moment; 0 if none was.

    Ids follow the order of storing and so, but for turned clocks, that of reception: a few probes find it.
    """
    low = cursor.value("SELECT min(id) FROM position")
    if low is None:
        return 0
    high = cursor.value("SELECT max(id) FROM position")
    found = 0
    while low <= high:
        middle = (low + high) // 2
        position_id, received_us = cursor.fetch(
            "SELECT id, received_us FROM position WHERE id <= ? ORDER BY id DESC LIMIT 1", (middle,)
        )[0]
        if received_us < quiet_us:
            found = middle
            low = middle + 1
        else:
            high = position_id - 1
    return found


def _quiet_hours(
    cursor: Cursor, newest_id: int, hours: Iterator[tuple[int, int]], quiet_us: int, limit: int | None
) -> list[tuple[int, int]]:
    """Return those vehicle-hours whose positions all have ids up to a quiet one and were received before a moment."""
    if not newest_id or not cursor.value("SELECT 1 FROM position WHERE id <= ? LIMIT 1", (newest_id,)):
        return []
    found: list[tuple[int, int]] = []
    for vehicle_id, hour in hours:
        if len(found) == limit:
            break
        chosen = (vehicle_id, hour * HOUR_S, (hour + 1) * HOUR_S)
        where = "FROM position WHERE vehicle_id = ? AND time_s >= ? AND time_s < ?"
        # The last report of an hour mostly came last, too: one look spares that at all others.
        last = cursor.value(f"SELECT id {where} ORDER BY time_s DESC LIMIT 1", chosen)
        if last is None or last > newest_id or cursor.value(f"SELECT max(id) {where}", chosen) > newest_id:
            continue
        if cursor.value(f"SELECT max(received_us) {where}", chosen) < quiet_us:
            found.append((vehicle_id, hour))
    return found


def _hours(cursor: Cursor, rows: _Rows, begin_hour: int, end_hour: int) -> Iterator[tuple[int, int]]:
    """Yield vehicle id and hour of the vehicle-hours in [begin_hour, end_hour) that have rows, oldest first.

    Walks the index of vehicle and time from one hour of a vehicle to its next: what lies between costs nothing.
    """
    table, time_column, unit = rows
    vehicles = cursor.fetch(
        f"WITH RECURSIVE held (id) AS (SELECT min(vehicle_id) FROM {table} UNION ALL "  # noqa: S608
        f"SELECT (SELECT min(vehicle_id) FROM {table} WHERE vehicle_id > held.id) FROM held WHERE held.id IS NOT NULL) "
        f"SELECT (SELECT min({time_column}) FROM {table} WHERE vehicle_id = held.id AND {time_column} >= ?), id "
        "FROM held WHERE id IS NOT NULL",
        (begin_hour * unit,),
    )
    waiting = [
        (oldest // unit, vehicle_id)
        for oldest, vehicle_id in vehicles
        if oldest is not None and oldest // unit < end_hour
    ]
    heapq.heapify(waiting)
    while waiting:
        hour, vehicle_id = waiting[0]
        yield vehicle_id, hour
        following = cursor.value(
            f"SELECT min({time_column}) FROM {table} WHERE vehicle_id = ? AND {time_column} >= ?",  # noqa: S608
            (vehicle_id, (hour + 1) * unit),
        )
        if following is not None and following // unit < end_hour:
            heapq.heapreplace(waiting, (following // unit, vehicle_id))
        else:
            heapq.heappop(waiting)


def sealed_reports(cursor: Cursor, vehicle_id: int, hour: int) -> list[PositionReport]:
    """Return what is already sealed of a vehicle-hour; raises DamagedBlockError if it is not what was written."""
    found = []
    for digest, track, details in cursor.fetch(
        "SELECT digest, track, details FROM track_block WHERE vehicle_id = ? AND hour = ?", (vehicle_id, hour)
    ):
        if blocks.digest(track, details) != bytes(digest):
            raise DamagedBlockError(f"hour {hour} of vehicle {vehicle_id} does not match its digest")
        found += blocks.reports(vehicle_id, track, details)
    return found


def put(cursor: Cursor, vehicle_id: int, hour: int, block: Block) -> None:
    """Write a block in the place of the one that was there."""
    names = _BLOCK.split(", ")
    cursor.execute(
        f"INSERT INTO track_block (vehicle_id, hour, {_BLOCK}) VALUES ({', '.join('?' * (len(names) + 2))}) "  # noqa: S608
        f"ON CONFLICT (vehicle_id, hour) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}",
        (vehicle_id, hour, *(getattr(block, name) for name in names)),
    )

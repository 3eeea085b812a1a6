"""What one batch of the gateway does to the tables, inside the writer's transaction.

Settling. Counts per source and the newest state of each vehicle would cost as much as the reports themselves if they
were written with each commit. They are folded in memory; states are written at most every half second, counts, which
nobody waits for, every few seconds and when nothing comes. The counter ``settled_id`` says up to which position the
counts are in the tables. After a crash the positions above it are folded again, so the tables are exact at every
commit: stored = source_count.stored + positions above settled_id. Duplicates and refused frames leave no row to count
again and are therefore written at once.

Received. What a batch brings is counted before anything is done with it: the counter ``received`` with each commit, the
column of the same name with the settled counts (after a crash the last seconds of it are counted again from rows).
So received = stored + duplicates + quarantined says something: a report that got lost in here breaks it.
"""

import logging
import marshal
from collections import Counter, OrderedDict
from collections.abc import Iterable
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from laixi_transport.domain.change import Topic
from laixi_transport.domain.frame import Batch, RawFrame, RefusedFrame
from laixi_transport.domain.position import CONTENT, PositionReport, StatusBit
from laixi_transport.domain.time import HOUR_S
from laixi_transport.storage import blocks, bulk
from laixi_transport.storage.changes import announce
from laixi_transport.storage.database import Cursor

logger = logging.getLogger(__name__)

SETTLE_S = 0.5
COUNT_EVERY = 8
"""Settlings of states to one of counts, while reports come without a pause."""
QUARANTINE_ROWS = 10_000
QUARANTINE_BYTES = 4096
SOURCES = 10_000
OTHER_SOURCES = "(other)"
SEALED_HOURS_KEPT = 4096
HOURS_KEPT = 500_000
AHEAD_S = 300

POSITION_COLUMNS = ("id", "content_hash", *PositionReport._fields)
_KNOWN = "ON CONFLICT (time_s, terminal_id, content_hash) DO NOTHING"  # OR IGNORE would swallow other faults too
_FRAME_COLUMNS = RawFrame._fields
_FRAME_DATA = _FRAME_COLUMNS.index("data")
_OTHER_ITEMS = POSITION_COLUMNS.index("other_items")
_ITEMS = slice(POSITION_COLUMNS.index("mileage_hm"), _OTHER_ITEMS)  # a report need not have them
_NEVER_NULL = slice(0, 0)
_STATE_COLUMNS = (
    "vehicle_id",
    "version",
    "time_s",
    "received_us",
    "located_time_s",
    "lat_e6",
    "lon_e6",
    "speed_dkmh",
    "direction_deg",
    "alarm_bits",
    "status_bits",
    "mileage_hm",
    "satellites",
)
_UPSERT_STATE = (
    f"INSERT INTO vehicle_state ({', '.join(_STATE_COLUMNS)}) VALUES ({', '.join('?' * len(_STATE_COLUMNS))}) "  # noqa: S608
    f"ON CONFLICT (vehicle_id) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _STATE_COLUMNS[1:])}"
)
_LOCATED = int(StatusBit.LOCATED)
_terminal_id = itemgetter(PositionReport._fields.index("terminal_id"))
_place = itemgetter(*(PositionReport._fields.index(name) for name in ("time_s", "lat_e6", "lon_e6")))
_condition = itemgetter(*(PositionReport._fields.index(name) for name in _STATE_COLUMNS[7:]))


class AnotherGatewayError(OSError):
    """Another process stores reports into this PostgreSQL database."""


def content_hash(report: PositionReport) -> int:
    """Return 63 bits that stand for the content of a report, the same on every machine.

    Version 2 of marshal writes integers, None and bytes in one way only; a test holds a known value.
    """
    content: Any = report[CONTENT]
    try:
        written = marshal.dumps(content, 2)
    except ValueError:  # flags of domain.position in the place of plain integers
        written = marshal.dumps(tuple(int(v) if isinstance(v, int) else v for v in content), 2)
    return int.from_bytes(blake2b(written, digest_size=8).digest(), "little") >> 1


class Ingest:
    """The writer thread's memory between batches; everything in it can be read again from the tables."""

    def __init__(self) -> None:
        self._loaded_on: object = None
        self._last_id = 0
        self._settled_id = 0
        self._version = 0
        self._received = 0
        self._arrived: Counter[int] = Counter()  # terminal id -> reports in batches, but for duplicates counted already
        self._stored: Counter[int] = Counter()  # terminal id -> positions above the settled id
        self._states: dict[int, tuple[Any, ...]] = {}  # vehicle id -> columns of vehicle_state after version
        self._moved: set[int] = set()  # vehicles whose state is not yet in the table
        self._untold = False  # positions came that the readers have not been told of
        self._phones: dict[int, str] = {}
        self._sources: set[str] = set()
        self._refused_rows = 0
        # (terminal id, hour) -> content hashes that lie in a sealed block; None: nothing of that hour is sealed
        self._sealed: OrderedDict[tuple[int, int], frozenset[int]] = OrderedDict()
        self._unsealed: OrderedDict[tuple[int, int], None] = OrderedDict()

    @property
    def unsettled(self) -> bool:
        """Whether counts or states wait to be written."""
        return bool(self._moved or self._stored or self._arrived)

    def forget(self) -> None:
        """Drop what a rolled back transaction may have made untrue."""
        self._loaded_on = None

    def load(self, cursor: Cursor, connection: object) -> None:
        """Read the memory anew unless it was already read over this connection."""
        if self._loaded_on is connection:
            return
        if not cursor.is_sqlite:
            # Ids are given out by one process, which also knows what is sealed. The server frees the lock with the
            # connection, however the process ends.
            if not cursor.value("SELECT pg_try_advisory_lock(hashtext('laixi_transport.ingest'))"):
                raise AnotherGatewayError("another gateway stores into this database")
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS incoming (LIKE position) ON COMMIT DELETE ROWS")
        counters = dict(cursor.fetch("SELECT name, value FROM counter"))
        self._last_id = counters.get("last_id", 0)
        self._settled_id = counters.get("settled_id", 0)
        self._version = counters.get("state_version", 0)
        self._received = counters.get("received", 0)
        for name in ("last_id", "settled_id", "state_version", "received"):
            if name not in counters:
                cursor.execute("INSERT INTO counter (name, value) VALUES (?, 0)", (name,))
        self._stored.clear()
        self._moved.clear()
        self._sealed.clear()
        self._unsealed.clear()
        self._phones = dict(cursor.fetch("SELECT id, phone FROM terminal"))
        self._sources = {s for (s,) in cursor.fetch("SELECT source FROM source_count")}
        self._refused_rows = cursor.value("SELECT count(*) FROM refused_frame")
        columns = ", ".join(_STATE_COLUMNS)
        self._states = {
            row[0]: row[2:]
            for row in cursor.fetch(f"SELECT {columns} FROM vehicle_state")  # noqa: S608
        }
        fields = ", ".join(PositionReport._fields)
        unsettled = cursor.fetch(
            f"SELECT {fields} FROM position WHERE id > ? ORDER BY id",  # noqa: S608
            (self._settled_id,),
        )
        self._fold([PositionReport._make(row) for row in unsettled])
        self._arrived = self._stored.copy()
        self._loaded_on = connection

    def store(self, cursor: Cursor, batch: Batch) -> None:
        """Insert a batch; reports that are stored already are counted as duplicates of their source."""
        duplicates: Counter[int] = Counter()
        arrived = Counter(map(_terminal_id, batch.reports))
        if received := len(batch.reports) + len(batch.refused):
            self._received += received
            cursor.execute("UPDATE counter SET value = ? WHERE name = 'received'", (self._received,))
        if batch.reports:
            self._store_reports(cursor, batch.reports, duplicates)
        if batch.frames:
            self._insert_frames(cursor, batch.frames)
        quarantined: Counter[str] = Counter()
        if batch.refused:
            self._quarantine(cursor, batch.refused, quarantined)
        if duplicates or quarantined:
            counted: Counter[str] = Counter()
            for terminal_id, n in duplicates.items():
                counted[self._phone(cursor, terminal_id)] += n
            rows = [
                (source, counted[source] + quarantined[source], 0, counted[source], quarantined[source])
                for source in counted.keys() | quarantined.keys()
            ]
            self._count(cursor, rows)
        self._arrived.update(arrived - duplicates)

    def settle(self, cursor: Cursor, *, counts: bool = True) -> None:
        """Write states, and ``counts`` if wanted, up to the last position, and tell the readers."""
        if self._moved:
            self._version += 1
            cursor.executemany(_UPSERT_STATE, [(v, self._version, *self._states[v]) for v in sorted(self._moved)])
            cursor.execute("UPDATE counter SET value = ? WHERE name = 'state_version'", (self._version,))
        if self._moved or self._untold:  # late reports move no state, but rules wait for them
            announce(cursor, Topic.VEHICLE_STATE, str(self._version))
        self._moved.clear()
        self._untold = False
        if counts:
            self._settle_counts(cursor)

    def _settle_counts(self, cursor: Cursor) -> None:
        if self._stored or self._arrived:
            stored: Counter[str] = Counter()
            for terminal_id, n in self._stored.items():
                stored[self._phone(cursor, terminal_id)] += n
            arrived: Counter[str] = Counter()
            for terminal_id, n in self._arrived.items():
                arrived[self._phone(cursor, terminal_id)] += n
            self._count(cursor, [(source, arrived[source], stored[source], 0, 0) for source in stored | arrived])
        cursor.execute("UPDATE counter SET value = ? WHERE name = 'settled_id'", (self._last_id,))
        self._settled_id = self._last_id
        self._stored.clear()
        self._arrived.clear()

    def sealed(self, hour: int, terminal_ids: Iterable[int]) -> None:
        """Take note that reports of these terminals in this hour now lie in a block."""
        for terminal_id in terminal_ids:
            self._unsealed.pop((terminal_id, hour), None)
            self._sealed.pop((terminal_id, hour), None)

    def _store_reports(self, cursor: Cursor, reports: list[PositionReport], duplicates: Counter[int]) -> None:
        first = number = self._last_id
        rows = []
        fresh = []
        unsealed = self._unsealed
        for report in reports:
            digest = content_hash(report)
            key = (report[0], report[2] // HOUR_S)
            if key not in unsealed and digest in self._hashes(cursor, key, report[1]):
                duplicates[report[0]] += 1
                continue
            number += 1
            rows.append((number, digest, *report))
            fresh.append(report)
        if not rows:
            return
        inserted = self._insert_positions(cursor, rows)
        self._last_id = number
        cursor.execute("UPDATE counter SET value = ? WHERE name = 'last_id'", (number,))
        if inserted < len(rows):
            kept = {i for (i,) in cursor.fetch("SELECT id FROM position WHERE id > ?", (first,))}
            fresh = []
            for row in rows:
                if row[0] in kept:
                    fresh.append(PositionReport._make(row[2:]))
                else:
                    duplicates[row[2]] += 1
        self._fold(fresh)

    def _insert_positions(self, cursor: Cursor, rows: list[tuple[Any, ...]]) -> int:
        if cursor.is_sqlite:
            return bulk.insert(
                cursor, "position", POSITION_COLUMNS, rows, nullable=_ITEMS, blob=_OTHER_ITEMS, known=_KNOWN
            )
        columns = ", ".join(POSITION_COLUMNS)
        with cursor.driver.copy(f"COPY incoming ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        inserted = cursor.execute(
            f"INSERT INTO position ({columns}) SELECT {columns} FROM incoming ORDER BY id {_KNOWN}"  # noqa: S608
        )
        cursor.execute("DELETE FROM incoming")  # a transaction may hold several batches
        return inserted

    def _insert_frames(self, cursor: Cursor, frames: list[Any]) -> None:
        if cursor.is_sqlite:
            bulk.insert(cursor, "raw_frame", _FRAME_COLUMNS, frames, nullable=_NEVER_NULL, blob=_FRAME_DATA)
            return
        with cursor.driver.copy(f"COPY raw_frame ({', '.join(_FRAME_COLUMNS)}) FROM STDIN") as copy:
            for frame in frames:
                copy.write_row(frame)

    def _quarantine(self, cursor: Cursor, refused: list[RefusedFrame], counted: Counter[str]) -> None:
        rows = []
        reasons: Counter[tuple[str, str]] = Counter()
        for frame in refused:
            source, reason = frame.source[:64], frame.reason[:64]
            if source not in self._sources and len(self._sources) >= SOURCES:
                source = OTHER_SOURCES  # an attacker's invented numbers must not fill the disk
            counted[source] += 1
            reasons[source, reason] += 1
            rows.append((source, frame.received_us, reason, frame.data[:QUARANTINE_BYTES]))
        cursor.executemany("INSERT INTO refused_frame (source, received_us, reason, data) VALUES (?, ?, ?, ?)", rows)
        cursor.executemany(
            "INSERT INTO refusal_count (source, reason, n) VALUES (?, ?, ?) "
            "ON CONFLICT (source, reason) DO UPDATE SET n = refusal_count.n + excluded.n",
            sorted((*key, n) for key, n in reasons.items()),
        )
        self._refused_rows += len(rows)
        if self._refused_rows > QUARANTINE_ROWS * 1.1:
            newest = cursor.value("SELECT max(id) FROM refused_frame")
            self._refused_rows -= cursor.execute("DELETE FROM refused_frame WHERE id <= ?", (newest - QUARANTINE_ROWS,))

    def _count(self, cursor: Cursor, rows: list[tuple[str, int, int, int, int]]) -> None:
        cursor.executemany(
            "INSERT INTO source_count (source, received, stored, duplicates, quarantined) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (source) DO UPDATE SET received = source_count.received + excluded.received, "
            "stored = source_count.stored + excluded.stored, "
            "duplicates = source_count.duplicates + excluded.duplicates, "
            "quarantined = source_count.quarantined + excluded.quarantined",
            sorted(rows),
        )
        self._sources.update(row[0] for row in rows)

    def _fold(self, reports: list[PositionReport]) -> None:
        """Bring counts and states up to date. The newest of each vehicle are found first: there are many of some."""
        if not reports:
            return
        self._untold = True
        self._stored.update(map(_terminal_id, reports))
        states = self._states
        orders: dict[int, int] = {}
        newest: dict[int, PositionReport] = {}
        located: dict[int, PositionReport] = {}
        heard_us = heard_s = 0
        for report in reports:
            vehicle_id, time_s, received_us = report[1], report[2], report[-1]
            if received_us != heard_us:  # reports of one turn were received together
                heard_us = received_us
                heard_s = received_us // 1_000_000 + AHEAD_S
            order = time_s if time_s < heard_s else heard_s  # noqa: FURB136 - min() takes three times as long
            before = orders.get(vehicle_id)
            if before is None and (old := states.get(vehicle_id)) is not None:
                before = _order(old[0], min(old[1], received_us))  # should our clock have been set back
            if before is not None and order < before:
                continue
            orders[vehicle_id] = order
            newest[vehicle_id] = report
            if report.status_bits & _LOCATED and (report.lat_e6 or report.lon_e6):  # exactly 0/0 is no place
                located[vehicle_id] = report
        for vehicle_id, report in newest.items():
            if (at := located.get(vehicle_id)) is not None:
                place = _place(at)
            else:
                place = states[vehicle_id][2:5] if vehicle_id in states else (0, 0, 0)
            states[vehicle_id] = (report[2], report[-1], *place, *_condition(report))
        self._moved.update(newest)

    def _phone(self, cursor: Cursor, terminal_id: int) -> str:
        if terminal_id not in self._phones:
            self._phones = dict(cursor.fetch("SELECT id, phone FROM terminal"))
        return self._phones.get(terminal_id) or f"terminal {terminal_id}"

    def _hashes(self, cursor: Cursor, key: tuple[int, int], vehicle_id: int) -> frozenset[int]:
        """Return what lies sealed of a terminal's hour, in whichever vehicle the terminal then was."""
        if key in self._sealed:
            self._sealed.move_to_end(key)
            return self._sealed[key]
        terminal_id, hour = key
        found = cursor.fetch(
            "SELECT track, details FROM track_block WHERE hour = ? AND (vehicle_id = ? OR vehicle_id IN "
            "(SELECT vehicle_id FROM terminal_binding WHERE terminal_id = ?))",
            (hour, vehicle_id, terminal_id),
        )
        if not found:
            self._unsealed[key] = None
            if len(self._unsealed) > HOURS_KEPT:
                self._unsealed.popitem(last=False)
            return frozenset()
        hashes = frozenset(
            content_hash(report)
            for track, details in found
            for report in blocks.reports(0, track, details)
            if report.terminal_id == terminal_id
        )
        self._sealed[key] = hashes
        if len(self._sealed) > SEALED_HOURS_KEPT:
            self._sealed.popitem(last=False)
        return hashes


def _order(time_s: int, received_us: int) -> int:
    """Return what decides which report is newer: a clock that runs ahead must not hide the reports after it."""
    heard_s = received_us // 1_000_000 + AHEAD_S
    return time_s if time_s < heard_s else heard_s  # noqa: FURB136 - min() takes three times as long

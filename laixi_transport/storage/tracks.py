"""Where vehicles were: fresh rows and sealed blocks as one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.position import PositionReport, Sample
from laixi_transport.domain.time import HOUR_S
from laixi_transport.domain.track import Track
from laixi_transport.storage import blocks
from laixi_transport.storage.database import Cursor, Database

_HOT = (
    "vehicle_id, time_s, lat_e6, lon_e6, altitude_m, speed_dkmh, direction_deg, alarm_bits, status_bits, mileage_hm, "
    "recorder_speed_dkmh"
)
_REPORT = ", ".join(PositionReport._fields)
_SAMPLE = ", ".join(Sample._fields)
_MANY = 64
"""From so many vehicles on, their fresh rows are read by one scan of the time range."""


class Tracks:
    """Every query is bounded by a time range [begin_s, end_s)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def track(self, vehicle_id: int, begin_s: int, end_s: int) -> Track:
        """Return one vehicle's reports in order of time."""
        return self.tracks((vehicle_id,), begin_s, end_s)[0]

    def tracks(self, vehicle_ids: Iterable[int], begin_s: int, end_s: int) -> list[Track]:
        """Return the tracks of several vehicles, in the order of their ids as given; empty ones are kept."""
        wanted = list(vehicle_ids)
        with self._database.reading() as cursor:
            fresh = _fresh(cursor, wanted, begin_s, end_s)
            return [
                _joined(
                    vehicle_id, _sealed(cursor, vehicle_id, begin_s, end_s), fresh.get(vehicle_id, []), begin_s, end_s
                )
                for vehicle_id in wanted
            ]

    def in_area(self, polygon_lon_lat: NDArray[np.float64], begin_s: int, end_s: int) -> list[Track]:
        """Return the samples with a fix that lie inside a polygon, a track for each vehicle that has any.

        polygon_lon_lat  (k, 2)  corners in degrees, WGS-84, in order; the ring closes itself
        """
        polygon = np.asarray(polygon_lon_lat, np.float64)
        if polygon.ndim != 2 or polygon.shape[1] != 2 or len(polygon) < 3:
            raise ValueError(f"a polygon has three or more corners of two numbers, not {polygon.shape}")
        west, south = np.floor(polygon.min(axis=0) * 1e6).astype(int).tolist()
        east, north = np.ceil(polygon.max(axis=0) * 1e6).astype(int).tolist()
        with self._database.reading() as cursor:
            rows = cursor.fetch(
                "SELECT vehicle_id, track FROM track_block WHERE hour BETWEEN ? AND ? AND min_lat_e6 <= ? "
                "AND max_lat_e6 >= ? AND min_lon_e6 <= ? AND max_lon_e6 >= ? ORDER BY hour",
                (begin_s // HOUR_S, (end_s - 1) // HOUR_S, north, south, east, west),
            )
            fresh_rows = cursor.fetch(
                f"SELECT {_HOT} FROM position WHERE time_s >= ? AND time_s < ? AND lat_e6 BETWEEN ? AND ? "  # noqa: S608
                "AND lon_e6 BETWEEN ? AND ? ORDER BY time_s, received_us, id",
                (begin_s, end_s, south, north, west, east),
            )
        parts: defaultdict[int, list[bytes]] = defaultdict(list)
        for vehicle_id, part in rows:
            parts[vehicle_id].append(part)
        fresh = _by_vehicle(fresh_rows)
        found = []
        for vehicle_id in sorted(parts.keys() | fresh.keys()):
            track = _joined(vehicle_id, parts.get(vehicle_id, []), fresh.get(vehicle_id, []), begin_s, end_s)
            inside = track.located
            inside[inside] = _within(track.lon_deg[inside], track.lat_deg[inside], polygon)
            if inside.any():
                found.append(track.take(inside))
        return found

    def active(self, begin_s: int, end_s: int) -> dict[int, int]:
        """Return how many reports each vehicle has in a period; vehicles without any are left out."""
        counts: defaultdict[int, int] = defaultdict(int)
        with self._database.reading() as cursor:
            for vehicle_id, n in cursor.fetch(
                "SELECT vehicle_id, count(*) FROM position WHERE time_s >= ? AND time_s < ? GROUP BY vehicle_id",
                (begin_s, end_s),
            ):
                counts[vehicle_id] += n
            hours = (begin_s // HOUR_S, (end_s - 1) // HOUR_S)
            for vehicle_id, n in cursor.fetch(
                "SELECT vehicle_id, sum(n) FROM track_block WHERE hour BETWEEN ? AND ? AND begin_s >= ? AND end_s < ? "
                "GROUP BY vehicle_id",
                (*hours, begin_s, end_s),
            ):
                counts[vehicle_id] += int(n)
            for vehicle_id, part in cursor.fetch(
                "SELECT vehicle_id, track FROM track_block WHERE hour BETWEEN ? AND ? AND (begin_s < ? OR end_s >= ?)",
                (*hours, begin_s, end_s),
            ):
                times = blocks.track(vehicle_id, (part,)).time_s
                counts[vehicle_id] += int(np.count_nonzero((times >= begin_s) & (times < end_s)))
        return {vehicle_id: n for vehicle_id, n in sorted(counts.items()) if n}

    def hours(self, vehicle_ids: Iterable[int], begin_hour: int, end_hour: int) -> dict[int, int]:
        """Return how many reports some vehicles have together in each hour (Unix time // 3600) of [begin, end)."""
        counts: defaultdict[int, int] = defaultdict(int)
        with self._database.reading() as cursor:
            for vehicle_id in vehicle_ids:
                rows = cursor.fetch(
                    f"SELECT time_s / {HOUR_S} AS hour, count(*) FROM position "  # noqa: S608
                    f"WHERE vehicle_id = ? AND time_s >= ? AND time_s < ? GROUP BY time_s / {HOUR_S}",
                    (vehicle_id, begin_hour * HOUR_S, end_hour * HOUR_S),
                )
                rows += cursor.fetch(
                    "SELECT hour, n FROM track_block WHERE vehicle_id = ? AND hour >= ? AND hour < ?",
                    (vehicle_id, begin_hour, end_hour),
                )
                for hour, n in rows:
                    counts[hour] += n
        return dict(sorted(counts.items()))

    def first_and_last(self) -> tuple[int, int] | None:
        """Return the Unix seconds of the oldest and the newest report, None in an empty database."""
        with self._database.reading() as cursor:
            low, high = cursor.fetch("SELECT min(hour), max(hour) FROM track_block")[0]
            rows = cursor.fetch("SELECT min(time_s), max(time_s) FROM position")
            if low is not None:
                rows += cursor.fetch(
                    "SELECT min(begin_s), max(end_s) FROM track_block WHERE hour IN (?, ?)", (low, high)
                )
        times = [row for row in rows if row[0] is not None]
        if not times:
            return None
        return int(min(t[0] for t in times)), int(max(t[1] for t in times))

    def newest_s(self, vehicle_id: int, until_s: int, until_id: int) -> int | None:
        """Return the Unix seconds of a vehicle's newest report up to a time and up to an id, None without any.

        Sealed reports have lost their id: they are older than every cursor of a rule. A block that begins before the
        time and ends after it counts with its end.
        """
        rows = self._database.fetch(
            "SELECT max(time_s) FROM position WHERE vehicle_id = ? AND time_s <= ? AND id <= ? UNION ALL "
            "SELECT end_s FROM (SELECT end_s FROM track_block WHERE vehicle_id = ? AND hour <= ? "
            "ORDER BY hour DESC LIMIT 1) AS newest",
            (vehicle_id, until_s, until_id, vehicle_id, until_s // HOUR_S),
        )
        return max((row[0] for row in rows if row[0] is not None), default=None)

    def newest_id(self) -> int:
        """Return the id of the last report that was stored; ids grow by one with each, a few are left out."""
        rows = self._database.fetch("SELECT value FROM counter WHERE name = 'last_id'")
        return int(rows[0][0]) if rows else 0

    def reports_after(self, position_id: int, limit: int) -> list[tuple[int, PositionReport]]:
        """Return reports in the order in which they were stored, each with its id; sealed ones are left out."""
        rows = self._database.fetch(
            f"SELECT id, {_REPORT} FROM position WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608
            (position_id, limit),
        )
        return [(row[0], PositionReport._make(row[1:])) for row in rows]

    def samples_after(
        self, position_id: int, limit: int, vehicle_ids: Collection[int]
    ) -> tuple[int | None, list[Sample]]:
        """Return some vehicles' samples of the next reports, in the order in which they were stored.

        limit  bounds the reports of all vehicles that are gone through; where no vehicle is asked for, none are

        The first value is the id of the last report gone through, None if there was none; sealed ones are left out.
        """
        with self._database.reading() as cursor:
            if not vehicle_ids:
                newest = cursor.value("SELECT max(id) FROM position WHERE id > ?", (position_id,))
                return newest, []
            newest = cursor.value(
                "SELECT max(id) FROM (SELECT id FROM position WHERE id > ? ORDER BY id LIMIT ?) AS next",
                (position_id, limit),
            )
            if newest is None:
                return None, []
            chosen, parameter = cursor.among("+vehicle_id", vehicle_ids)  # the sign: not by the index of vehicles
            rows = cursor.fetch(
                f"SELECT {_SAMPLE} FROM position WHERE id > ? AND id <= ? AND {chosen} ORDER BY id",  # noqa: S608
                (position_id, newest, parameter),
            )
        return newest, [Sample._make(row) for row in rows]

    def reports(self, vehicle_id: int, begin_s: int, end_s: int) -> list[PositionReport]:
        """Return the whole reports of one vehicle in order of time, for details and export."""
        with self._database.reading() as cursor:
            fresh = cursor.fetch(
                f"SELECT {_REPORT} FROM position WHERE vehicle_id = ? AND time_s >= ? AND time_s < ? ORDER BY id",  # noqa: S608
                (vehicle_id, begin_s, end_s),
            )
            sealed = cursor.fetch(
                "SELECT track, details FROM track_block WHERE vehicle_id = ? AND hour BETWEEN ? AND ?",
                (vehicle_id, begin_s // HOUR_S, (end_s - 1) // HOUR_S),
            )
        found = [PositionReport._make(row) for row in fresh]
        for track, details in sealed:
            found += [r for r in blocks.reports(vehicle_id, track, details) if begin_s <= r.time_s < end_s]
        return sorted(found, key=lambda report: (report.time_s, report.received_us))


def _sealed(cursor: Cursor, vehicle_id: int, begin_s: int, end_s: int) -> list[bytes]:
    return [
        part
        for (part,) in cursor.fetch(
            "SELECT track FROM track_block WHERE vehicle_id = ? AND hour BETWEEN ? AND ? ORDER BY hour",
            (vehicle_id, begin_s // HOUR_S, (end_s - 1) // HOUR_S),
        )
    ]


def _fresh(cursor: Cursor, vehicle_ids: Sequence[int], begin_s: int, end_s: int) -> dict[int, list[tuple[Any, ...]]]:
    if len(vehicle_ids) >= _MANY:
        rows = cursor.fetch(
            f"SELECT {_HOT} FROM position WHERE time_s >= ? AND time_s < ? ORDER BY time_s, received_us, id",  # noqa: S608
            (begin_s, end_s),
        )
        return _by_vehicle(rows)
    found = {}
    for vehicle_id in vehicle_ids:
        found[vehicle_id] = cursor.fetch(
            f"SELECT {_HOT} FROM position WHERE vehicle_id = ? AND time_s >= ? AND time_s < ? "  # noqa: S608
            "ORDER BY time_s, received_us, id",
            (vehicle_id, begin_s, end_s),
        )
    return found


def _by_vehicle(rows: list[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _joined(vehicle_id: int, parts: list[bytes], rows: list[tuple[Any, ...]], begin_s: int, end_s: int) -> Track:
    """Join blocks and fresh rows of one vehicle and cut them to the range."""
    if not parts:
        return _of_rows(vehicle_id, rows)
    track = blocks.track(vehicle_id, parts)
    first, last = np.searchsorted(track.time_s, (begin_s, end_s)).tolist()
    if first > 0 or last < len(track):
        track = track.take(slice(first, last))
    if not rows:
        return track
    fresh = _of_rows(vehicle_id, rows)
    both = Track(
        vehicle_id,
        *(
            np.concatenate((getattr(track, name), getattr(fresh, name)))
            for name in Track.__slots__
            if name != "vehicle_id"
        ),
    )
    return both.take(np.argsort(both.time_s, kind="stable"))


def _of_rows(vehicle_id: int, rows: list[tuple[Any, ...]]) -> Track:
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * 11

    def numbers(index: int, kind: Any) -> NDArray[Any]:
        return np.array(columns[index], kind)

    return Track(
        vehicle_id=vehicle_id,
        time_s=numbers(1, np.int64),
        lat_deg=numbers(2, np.int64) * 1e-6,
        lon_deg=numbers(3, np.int64) * 1e-6,
        altitude_m=numbers(4, np.int16),
        speed_kmh=numbers(5, np.int64) * 0.1,
        direction_deg=numbers(6, np.uint16),
        alarm_bits=numbers(7, np.uint32),
        status_bits=numbers(8, np.uint32),
        mileage_km=numbers(9, np.float64) * 0.1,  # None becomes NaN
        recorder_speed_kmh=numbers(10, np.float64) * 0.1,
    )


def _within(lon: NDArray[np.float64], lat: NDArray[np.float64], polygon: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie inside, by the number of edges that a ray to the east crosses."""
    inside = np.zeros(len(lon), bool)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > lat) != (y2 > lat)
        inside ^= crosses & (lon < x1 + (lat - y1) * ((x2 - x1) / (y2 - y1)))
    return inside

"""Hours of many vehicles at once: for a playback that looks at a county, not at a bus."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.fleet_track import FleetTrack, HourList
from laixi_transport.domain.position import StatusBit
from laixi_transport.domain.time import HOUR_S
from laixi_transport.storage import blocks
from laixi_transport.storage.database import Cursor, Database

_HOT = "vehicle_id, time_s, lat_e6, lon_e6, speed_dkmh, direction_deg, alarm_bits, status_bits"
_KINDS: tuple[type, ...] = (np.int64, np.int64, np.int32, np.int32, np.uint16, np.uint16, np.uint32, np.uint32)
_MANY = 64
"""From so many vehicles on a scan of the hours is quicker than a search for each vehicle."""

_NOWHERE = 1 << 31
_BLOCK = ("hour", "n", "begin_s", "end_s", "min_lat_e6", "max_lat_e6", "min_lon_e6", "max_lon_e6")
_LOCATED = int(StatusBit.LOCATED)


class Hours:
    """Every query is bounded by time and vehicles; answers have a place for every vehicle asked for, in that order."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def positions(self, vehicle_ids: Iterable[int], begin_s: int, end_s: int) -> FleetTrack:
        """Return the reports of many vehicles in [begin_s, end_s); some hours at most: nothing is thinned."""
        wanted = list(dict.fromkeys(vehicle_ids))
        with self._database.reading() as cursor:
            chosen, parameter = cursor.among(_column(wanted), wanted)
            sealed = cursor.fetch(
                f"SELECT vehicle_id, hour, track FROM track_block WHERE hour BETWEEN ? AND ? AND {chosen}",  # noqa: S608
                (begin_s // HOUR_S, (end_s - 1) // HOUR_S, parameter),
            )
            fresh = cursor.fetch(
                f"SELECT {_HOT} FROM position WHERE time_s >= ? AND time_s < ? AND {chosen} "  # noqa: S608
                "ORDER BY time_s, received_us, id",
                (begin_s, end_s, parameter),
            )
        return _joined(wanted, sealed, fresh, begin_s, end_s)

    def last_before(self, vehicle_ids: Iterable[int], before_s: int) -> FleetTrack:
        """Return the reports of each vehicle's last hour with any before a time, cut at that time."""
        wanted = list(vehicle_ids)
        sealed: list[tuple[Any, ...]] = []
        fresh: list[tuple[Any, ...]] = []
        with self._database.reading() as cursor:
            for vehicle_id in wanted:
                found = cursor.fetch(
                    "SELECT vehicle_id, hour, track FROM track_block WHERE vehicle_id = ? AND hour <= ? "
                    "AND begin_s < ? ORDER BY hour DESC LIMIT 1",
                    (vehicle_id, (before_s - 1) // HOUR_S, before_s),
                )
                newest_s = cursor.value(
                    "SELECT max(time_s) FROM position WHERE vehicle_id = ? AND time_s < ?", (vehicle_id, before_s)
                )
                hours = [row[1] for row in found] + ([] if newest_s is None else [newest_s // HOUR_S])
                sealed += [row for row in found if row[1] == max(hours)]
                if newest_s is not None and newest_s // HOUR_S == max(hours):
                    fresh += cursor.fetch(
                        f"SELECT {_HOT} FROM position WHERE vehicle_id = ? AND time_s >= ? AND time_s <= ? "  # noqa: S608
                        "ORDER BY time_s, received_us, id",
                        (vehicle_id, newest_s // HOUR_S * HOUR_S, newest_s),
                    )
        return _joined(wanted, sealed, fresh, 0, before_s)

    def listed(self, vehicle_ids: Iterable[int], begin_hour: int, end_hour: int) -> HourList:
        """Return which hours in [begin_hour, end_hour) (Unix time // 3600) have reports; unpacks none.

        An hour with both sealed and fresh reports is one.
        """
        wanted = list(dict.fromkeys(vehicle_ids))
        with self._database.reading() as cursor:
            rows = _listed_blocks(cursor, wanted, begin_hour, end_hour)
            rows += _listed_rows(cursor, wanted, begin_hour, end_hour)
        place = {vehicle_id: at for at, vehicle_id in enumerate(wanted)}
        owner = np.concatenate([np.full(table.shape[1], place[v], np.int64) for v, table in rows] or [_NO_ROWS])
        table = np.concatenate([table for _, table in rows] or [np.zeros((len(_BLOCK), 0), np.int64)], axis=1)
        order = np.lexsort((table[0], owner))
        owner, table = owner[order], table[:, order]
        new = np.ones(len(owner), np.bool_)
        new[1:] = (np.diff(owner) != 0) | (np.diff(table[0]) != 0)
        if not new.all():
            table = _merged(table, np.flatnonzero(new))
            owner = owner[new]
        bounds = np.where(np.abs(table[4:]) >= _NOWHERE, np.nan, table[4:].astype(np.float64))
        return HourList(
            np.array(wanted, np.int64),
            np.searchsorted(owner, np.arange(len(wanted) + 1)),
            *table[:4],
            *bounds,
        )


_NO_ROWS = np.zeros(0, np.int64)


def _column(wanted: Sequence[int]) -> str:
    """Return the column of vehicles so that many are looked for by hour, a few by vehicle."""
    return "+vehicle_id" if len(wanted) >= _MANY else "vehicle_id"


def _listed_blocks(
    cursor: Cursor, wanted: list[int], begin_hour: int, end_hour: int
) -> list[tuple[int, NDArray[np.int64]]]:
    """Return a table (8, k) of each vehicle's blocks; as text, so that no object is made for each of 360,000 hours."""
    chosen, parameter = cursor.among(_column(wanted), wanted)
    south, north, west, east = _BLOCK[4:]
    values = (
        *_BLOCK[:4],
        f"coalesce({south}, {_NOWHERE})",
        f"coalesce({north}, -{_NOWHERE})",
        f"coalesce({west}, {_NOWHERE})",
        f"coalesce({east}, -{_NOWHERE})",
    )
    if cursor.is_sqlite:
        columns = ", ".join(f"group_concat({value})" for value in values)
    else:
        columns = ", ".join(f"string_agg(({value})::text, ',')" for value in values)
    rows = cursor.fetch(
        f"SELECT vehicle_id, {columns} FROM track_block WHERE hour >= ? AND hour < ? AND {chosen} GROUP BY vehicle_id",  # noqa: S608
        (begin_hour, end_hour, parameter),
    )
    return [(row[0], np.array([np.fromstring(text, np.int64, sep=",") for text in row[1:]])) for row in rows]


def _listed_rows(
    cursor: Cursor, wanted: list[int], begin_hour: int, end_hour: int
) -> list[tuple[int, NDArray[np.int64]]]:
    chosen, parameter = cursor.among(_column(wanted), wanted)
    located = f"(status_bits & {_LOCATED}) <> 0"

    def bound(function: str, column: str, nowhere: int) -> str:
        return f"coalesce({function}(CASE WHEN {located} THEN {column} END), {nowhere})"

    rows = cursor.fetch(
        f"SELECT vehicle_id, time_s / {HOUR_S}, count(*), min(time_s), max(time_s), "  # noqa: S608
        f"{bound('min', 'lat_e6', _NOWHERE)}, {bound('max', 'lat_e6', -_NOWHERE)}, "
        f"{bound('min', 'lon_e6', _NOWHERE)}, {bound('max', 'lon_e6', -_NOWHERE)} "
        f"FROM position WHERE time_s >= ? AND time_s < ? AND {chosen} GROUP BY vehicle_id, time_s / {HOUR_S}",
        (begin_hour * HOUR_S, end_hour * HOUR_S, parameter),
    )
    return [(row[0], np.array(row[1:], np.int64)[:, None]) for row in rows]


def _merged(table: NDArray[np.int64], starts: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the table with the columns from one start to the next made one."""
    hour, n, begin, end, south, north, west, east = table
    return np.array(
        [
            hour[starts],
            np.add.reduceat(n, starts),
            *(np.minimum.reduceat(begin, starts), np.maximum.reduceat(end, starts)),
            *(np.minimum.reduceat(south, starts), np.maximum.reduceat(north, starts)),
            *(np.minimum.reduceat(west, starts), np.maximum.reduceat(east, starts)),
        ]
    )


def _joined(
    wanted: list[int], sealed: list[tuple[Any, ...]], fresh: list[tuple[Any, ...]], begin_s: int, end_s: int
) -> FleetTrack:
    """Join blocks (vehicle, hour, part) and fresh rows and cut them to the range."""
    place = {vehicle_id: at for at, vehicle_id in enumerate(wanted)}
    sealed = sorted(((place[row[0]], *row[1:]) for row in sealed), key=lambda row: row[:2])
    columns: list[NDArray[Any]] = [np.zeros(0, kind) for kind in _KINDS]
    if sealed:
        counts, values = blocks.shown([part for _, _, part in sealed])
        owner = np.repeat(np.array([row[0] for row in sealed], np.int64), counts)
        columns = [owner, values[0].astype(np.int64), *values[1:]]
        inside = (columns[1] >= begin_s) & (columns[1] < end_s)
        if not inside.all():
            columns = [column[inside] for column in columns]
    if fresh:
        rows: list[NDArray[Any]] = [
            np.array(column, kind) for column, kind in zip(zip(*fresh, strict=True), _KINDS, strict=True)
        ]
        rows[0] = np.array([place[row[0]] for row in fresh], np.int64)
        columns = [np.concatenate(both) for both in zip(columns, rows, strict=True)]
        order = np.lexsort((columns[1], columns[0]))
        columns = [column[order] for column in columns]
    begin = np.searchsorted(columns[0], np.arange(len(wanted) + 1))
    return FleetTrack(np.array(wanted, np.int64), begin, *columns[1:])

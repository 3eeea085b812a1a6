"""Many rows into SQLite with few statements.

A statement of many rows costs a quarter less than as many statements of one row, and SQLite works through it without
Python's lock, while the loop goes on. Handing the values over does need the lock, so no more of them than necessary
are: columns that are NULL are left out, and bytes go as bytearrays, which Python's module need not look up among its
adapters. Together that is a third of the time. OR FAIL spares the journal that would undo the statement alone: the
transaction around it is undone as a whole.
"""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

from laixi_transport.storage.database import Cursor

_SIZES = (200, 20, 1)
"""Rows of one statement, few sizes so that all stay compiled; 200 positions are 4600 of the 32766 marks of SQLite."""
_NOTHING = type(None)

Row = Sequence[Any]
Shape = tuple[tuple[str, ...], Callable[[Row], Row], int]
"""Columns that are not NULL, what picks their values out of a row, and which of them is the one of bytes."""


def insert(
    cursor: Cursor,
    table: str,
    columns: tuple[str, ...],
    rows: Sequence[Row],
    *,
    nullable: slice,
    blob: int,
    known: str = "",
) -> int:
    """Insert rows and return how many there are now more; they need not stand in the table in their order.

    nullable  which of the columns may be NULL
    blob      the one column of bytes
    known     clause for rows that are there already
    """
    shapes: dict[tuple[type, ...], list[Row]] = {}
    if nullable.start == nullable.stop:
        shapes[()] = list(rows)
    else:
        for row in rows:
            shape = tuple(map(type, row[nullable]))
            if shape in shapes:
                shapes[shape].append(row)
            else:
                shapes[shape] = [row]
    return sum(
        _insert(cursor, table, _shape(columns, nullable.start, shape, blob), alike, known)
        for shape, alike in shapes.items()
    )


def _insert(cursor: Cursor, table: str, shape: Shape, rows: list[Row], known: str) -> int:
    columns, pick, blob = shape
    width = len(columns)
    inserted = at = 0
    for size in _SIZES:
        sql = _statement(table, columns, size, known)
        end = len(rows) - (len(rows) - at) % size
        for first in range(at, end, size):
            values = list(chain.from_iterable(map(pick, rows[first : first + size])))
            values[blob::width] = map(bytearray, values[blob::width])
            inserted += cursor.execute(sql, values)
        at = end
    return inserted


@cache
def _shape(columns: tuple[str, ...], begin: int, types: tuple[type, ...], blob: int) -> Shape:
    absent = {begin + at for at, found in enumerate(types) if found is _NOTHING}
    present = [at for at in range(len(columns)) if at not in absent]
    return tuple(columns[at] for at in present), itemgetter(*present), present.index(blob)


@cache
def _statement(table: str, columns: tuple[str, ...], rows: int, known: str) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"INSERT OR FAIL INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)} {known}"  # noqa: S608

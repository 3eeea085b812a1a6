"""Many rows into SQLite with few statements.

A statement of many rows costs a quarter less than as many statements of one row, and SQLite works through it without
Python's lock, while the loop goes on. OR FAIL spares the journal that would undo the statement alone: the transaction
around it is undone as a whole.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from laixi_transport.storage.database import Cursor

_SIZES = (200, 20, 1)
"""Rows of one statement, few sizes so that all stay compiled; 200 positions are 4600 of the 32766 marks of SQLite."""


def insert(cursor: Cursor, table: str, columns: tuple[str, ...], rows: Sequence[Sequence[Any]], known: str = "") -> int:
    """Insert rows and return how many there are now more.

    known  clause for rows that are there already
    """
    inserted = at = 0
    for size in _SIZES:
        sql = _statement(table, columns, size, known)
        end = len(rows) - (len(rows) - at) % size
        if size == 1:
            inserted += cursor.executemany(sql, rows[at:])
            break
        for first in range(at, end, size):
            inserted += cursor.execute(sql, list(chain.from_iterable(rows[first : first + size])))
        at = end
    return inserted


@cache
def _statement(table: str, columns: tuple[str, ...], rows: int, known: str) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"INSERT OR FAIL INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)} {known}"  # noqa: S608

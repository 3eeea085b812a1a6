import sqlite3

import pytest

from laixi_transport.storage import bulk
from laixi_transport.storage.database import Cursor

KNOWN = "ON CONFLICT (a) DO NOTHING"
COLUMNS = ("a", "b", "d", "c")


def insert(cursor, rows, known=""):
    return bulk.insert(cursor, "t", COLUMNS, rows, nullable=slice(2, 3), blob=3, known=known)


@pytest.fixture
def cursor():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE t (a INTEGER UNIQUE, b INTEGER NOT NULL UNIQUE, c BLOB NOT NULL, d INTEGER)")
    yield Cursor(connection.cursor(), {}, is_sqlite=True)
    connection.close()


@pytest.mark.parametrize("n", [0, 1, 19, 20, 21, 199, 200, 201, 219, 220, 641])
def test_every_row_is_inserted_once_in_its_order(cursor, n):
    rows = [(i, n - i, 7, b"x" * (i % 3)) for i in range(n)]
    assert insert(cursor, rows) == n
    assert cursor.fetch("SELECT a, b, d, c FROM t ORDER BY rowid") == rows


@pytest.mark.parametrize("n", [5, 50, 500])
def test_rows_that_are_there_already_do_not_count(cursor, n):
    assert insert(cursor, [(i, i, None, b"") for i in range(0, n, 3)], KNOWN) == len(range(0, n, 3))
    twice = [(i, i, None, b"") for i in range(n) for _ in (1, 2)]
    assert insert(cursor, twice, KNOWN) == n - len(range(0, n, 3))
    assert cursor.fetch("SELECT a FROM t ORDER BY a") == [(i,) for i in range(n)]


@pytest.mark.parametrize("n", [5, 50, 500])
@pytest.mark.parametrize("wrong", [None, 0])
def test_another_fault_is_not_taken_for_a_known_row(cursor, n, wrong):
    rows = [(i, i, i, b"") for i in range(n)]
    rows[n // 2] = (n // 2, wrong, 1, b"")
    cursor.execute("BEGIN")
    with pytest.raises(sqlite3.IntegrityError):
        insert(cursor, rows, KNOWN)
    cursor.execute("ROLLBACK")
    assert cursor.fetch("SELECT count(*) FROM t") == [(0,)]


@pytest.mark.parametrize("n", [3, 60, 600])
def test_what_is_absent_is_null_and_no_bytes_are_no_absence(cursor, n):
    rows = [(i, i, None if i % 3 else i, b"" if i % 2 else b"\x00") for i in range(n)]
    assert insert(cursor, rows) == n
    assert cursor.fetch("SELECT a, b, d, c FROM t ORDER BY a") == rows

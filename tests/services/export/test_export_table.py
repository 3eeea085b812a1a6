import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.domain.problem import Problem
from laixi_transport.services.export.table_file import export_table, number
from tests.services.export.workbooks import sheets_of

HEADS, NUMERIC = ("车牌", "速度 km/h", "备注"), (False, True, False)
ROWS = [("鲁B·D0123", "63.5", "=1+1"), ("鲁B·D0124", "–", "line\nbreak"), ("鲁B·D0125", "1\u2009234", "")]


def test_a_table_as_csv_reads_back_with_numbers_as_numbers(tmp_path):
    path = tmp_path / "table.csv"
    assert export_table("车辆", HEADS, NUMERIC, ROWS, path) == 3
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == list(HEADS)
    assert rows == [
        ["鲁B·D0123", "63.5", "'=1+1"],
        ["鲁B·D0124", "", "line\nbreak"],
        ["鲁B·D0125", "1234", ""],
    ]


def test_a_table_as_a_workbook_has_numbers_and_texts(tmp_path):
    path = tmp_path / "table.xlsx"
    export_table("车辆: [1/2]", HEADS, NUMERIC, ROWS, path)
    [(name, (rows, _))] = sheets_of(path).items()
    assert name == "车辆   1 2 "
    assert rows[1] == {"A": "鲁B·D0123", "B": 63.5, "C": "=1+1"}
    assert rows[2] == {"A": "鲁B·D0124", "C": "line\nbreak"}
    assert rows[3]["B"] == 1234.0


@given(st.one_of(st.integers(-(10**12), 10**12), st.decimals(-9999, 9999, places=2)))
def test_a_number_is_taken_for_one(value):
    assert float(number(str(value))) == float(value)


@pytest.mark.parametrize("text", ["013900000001", "12:30", "63/50", "1e5", "63 km/h", "1234567890123456"])
def test_what_only_looks_like_a_number_stays_a_text(text):
    assert number(text) == text


def test_an_unwritable_place_is_told_and_leaves_nothing(tmp_path):
    with pytest.raises(Problem, match="does not exist"):
        export_table("t", HEADS, NUMERIC, ROWS, tmp_path / "none" / "t.xlsx")
    assert list(tmp_path.iterdir()) == []

"""Rows of workbooks that we pack ourselves, read by the standard library and by GDAL."""

import math
from itertools import pairwise

import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.services.export import workbook
from laixi_transport.services.export.columns import Column, Kind
from laixi_transport.services.export.workbook import Sheet, open_workbook
from tests.services.export.workbooks import sheets_of

COLUMNS = (Column("a", "a", Kind.TEXT), Column("b", "b", Kind.NUMBER, 1), Column("c", "c", Kind.TIME))


def written(path, columns, parts=1):
    with open_workbook(path) as book:
        sheet = Sheet(book, "路", COLUMNS, ["文", "数", "时"])
        for _ in range(parts):
            sheet.add(columns)
        sheet.finish()
    return sheets_of(path)


def test_what_looks_like_markup_or_a_formula_stays_text(tmp_path):
    texts = ["<r>x</r>", "=cmd|' /C calc'!A0", " & ", "_x0041_", "鲁B·D0123\n二", "", None]
    rows, _ = written(tmp_path / "a.xlsx", [texts, [1, None, 2.5, "–", 0, -7, 1e-9], [None] * 7])["路"]
    assert [row.get("A") for row in rows[1:]] == ["<r>x</r>", "=cmd|' /C calc'!A0", " & ", "_x005F_x0041_",
                                                  "鲁B·D0123\n二", None, None]  # fmt: skip
    assert [row.get("B") for row in rows[1:]] == [1, None, 2.5, "–", 0, -7, 1e-9]
    _meta, _fids, _shapes, (first, second, _third) = pyogrio.raw.read(tmp_path / "a.xlsx", read_geometry=False)
    assert first.tolist()[:2] == ["<r>x</r>", "=cmd|' /C calc'!A0"]
    assert str(second.tolist()[2]) == "2.5"


@given(st.lists(st.tuples(st.text(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=8))
def test_no_text_breaks_a_workbook(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    found, _ = written(path, [[text for text, _ in rows], [value for _, value in rows], [0.0] * len(rows)])["路"]
    assert [row["B"] for row in found[1:]] == [value for _, value in rows]
    assert all(math.isclose(row["C"], 25569 + 8 / 24) for row in found[1:])


@pytest.mark.parametrize("parts", [1, 5])
def test_rows_go_on_in_another_sheet_where_one_is_full(tmp_path, monkeypatch, parts):
    monkeypatch.setattr(workbook, "MOST_ROWS", 8)
    values = list(range(20 // parts))
    sheets = written(tmp_path / "a.xlsx", [["x"] * len(values), values, [None] * len(values)], parts)
    assert [(name, len(rows)) for name, (rows, _) in sheets.items()] == [("路", 8), ("路 2", 8), ("路 3", 7)]
    told = [row["B"] for rows, _ in sheets.values() for row in rows[1:]]
    assert told == values * parts
    for _rows, root in sheets.values():
        numbers = [int(row.get("r")) for row in root.iter() if row.tag.endswith("}row")]
        assert numbers[0] == 1
        assert all(after == before + 1 for before, after in pairwise(numbers))

"""Any table of the window as a file: CSV or a workbook."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from laixi_transport.services.export.columns import CHUNK, Cell, Column, Kind
from laixi_transport.services.export.csv_file import csv_writer
from laixi_transport.services.export.safe_text import safe_text
from laixi_transport.services.export.watch import Watch
from laixi_transport.services.export.whole_file import whole_file
from laixi_transport.services.export.workbook import Sheet, open_workbook

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_SPACES = str.maketrans("", "", "\u2009\u202f\u00a0")
_UNKNOWN = "–"
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NUMBER = 15
"""More digits than a spreadsheet keeps: a phone or an id stays text."""


def export_table(
    title: str,
    heads: Sequence[str],
    numeric: Sequence[bool],
    rows: Sequence[Sequence[str]],
    path: Path,
    *,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write rows of texts as they stand in a table to ``path``, a workbook if it ends with .xlsx; return their number.

    numeric  which columns hold numbers: those that are nothing but a number become one, "–" becomes an empty cell

    Raises Problem where the file cannot be written, and Cancelled.
    """
    watch = Watch(len(rows), progress, cancelled)
    with whole_file(path) as beside:
        if path.suffix.lower() == ".xlsx":
            _write_workbook(title, heads, numeric, rows, beside, watch)
        else:
            with csv_writer(beside) as writer:
                writer.writerow([safe_text(head) for head in heads])
                for begin in range(0, len(rows), CHUNK):
                    part = rows[begin : begin + CHUNK]
                    writer.writerows(
                        [
                            number(text) if is_number else safe_text(text)
                            for text, is_number in zip(row, numeric, strict=True)
                        ]
                        for row in part
                    )
                    watch.step(len(part))
        watch.step()
    watch.finish()
    return len(rows)


def number(text: str) -> Cell:
    """Return the number that a text is, else the text; None for the sign that no value is known."""
    plain = text.translate(_SPACES)
    if plain == _UNKNOWN:
        return None
    leading = plain.lstrip("+-")
    if not _NUMBER.fullmatch(plain) or len(plain) > _LONGEST_NUMBER or (leading[0] == "0" and leading[1:2].isdigit()):
        return safe_text(text)
    return float(plain) if "." in plain else int(plain)


def _write_workbook(
    title: str,
    heads: Sequence[str],
    numeric: Sequence[bool],
    rows: Sequence[Sequence[str]],
    path: Path,
    watch: Watch,
) -> None:
    columns = [
        Column(head, head, Kind.NUMBER if is_number else Kind.TEXT, width=14)
        for head, is_number in zip(heads, numeric, strict=True)
    ]
    with open_workbook(path) as book:
        sheet = Sheet(book, _NOT_IN_A_SHEET_NAME.sub(" ", title) or "1", columns, heads)
        for begin in range(0, len(rows), CHUNK):
            part = rows[begin : begin + CHUNK]
            cells = [
                [number(text) if is_number else text for text in texts]
                for texts, is_number in zip(zip(*part, strict=True), numeric, strict=True)
            ]
            sheet.add(cells)
            watch.step(len(part))
        sheet.finish()

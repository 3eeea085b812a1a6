"""Cells of a worksheet as XML, a column at a time: the library makes them one by one and takes four times as long.

Source: ECMA-376 part 1, 18.3.1.4 (c), 18.3.1.53 (is), 22.9.2.19 (ST_Xstring: _xHHHH_ stands for a sign that XML
cannot hold).
"""

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

LONGEST_TEXT = 32_767
_LOOKS_ESCAPED = re.compile("(_x[0-9a-fA-F]{4}_)")
_NOT_ALLOWED = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def number_cells(column: str, style: int, values: Iterable[float | None], rows: Sequence[int]) -> list[str]:
    """Return a cell for each value, empty for None.

    column  letters of the column
    style   number of the format in the workbook
    rows    numbers of the rows, from 1
    """
    return [
        "" if value is None else f'<c r="{column}{row}" s="{style}"><v>{value}</v></c>'
        for row, value in zip(rows, values, strict=True)
    ]


def text_cells(column: str, style: int, texts: Sequence[str], rows: Sequence[int]) -> list[str]:
    """Return a cell for each text, empty for an empty one; a word that stands in many rows is packed once."""
    packed = {text: _inline(text, style) for text in set(texts) if text}
    return [f'<c r="{column}{row}"{packed[text]}' if text else "" for row, text in zip(rows, texts, strict=True)]


def _inline(text: str, style: int) -> str:
    told = _LOOKS_ESCAPED.sub(r"_x005F\1", text[:LONGEST_TEXT])
    told = escape(_NOT_ALLOWED.sub(_number, told))
    space = ' xml:space="preserve"' if told != told.strip() or "\n" in told else ""
    return f' s="{style}" t="inlineStr"><is><t{space}>{told}</t></is></c>'


def _number(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]) & 0xFFFF:04X}_"

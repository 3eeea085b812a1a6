"""The meaning of every byte of a frame as a table for a terminal, aligned although Chinese characters are wide."""

from collections.abc import Iterable, Iterator
from unicodedata import combining, east_asian_width

from laixi_transport.devices.wire.stream import Span

TITLES = {
    "zh_CN": ("偏移", "字节", "字段", "名称", "类型", "值", "依据"),
    "en": ("offset", "bytes", "field", "label", "type", "value", "clause"),
}
BYTES_A_ROW = 8


def width_of(text: str) -> int:
    """Return the columns that a text takes in a terminal."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text if not combining(letter))


def table(spans: Iterable[Span], language: str = "zh_CN") -> Iterator[str]:
    """Yield the lines of the table; long fields go on in further lines, with their bytes only."""
    rows = [TITLES.get(language, TITLES["en"])]
    for span in spans:
        first, *further = (span.data[at : at + BYTES_A_ROW] for at in range(0, len(span.data), BYTES_A_ROW))
        values = (span.path, span.label, span.notation, _printable(span.text), span.clause)
        rows.append((str(span.offset), first.hex(" ").upper(), *values))
        rows += [
            (str(span.offset + BYTES_A_ROW * index), part.hex(" ").upper(), "", "", "", "", "")
            for index, part in enumerate(further, 1)
        ]
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        offset, *others = row
        cells = [" " * (widths[0] - width_of(offset)) + offset]
        cells += [cell + " " * (width - width_of(cell)) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join(cells).rstrip()


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "·" for letter in text)

"""What papers are made of: pieces of fixed height that are set one below the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from laixi_transport.ui.export.paper.ink import HEADING, SMALL, TEXT, Ink

Paint = Callable[[QPainter, QRectF], None]

GAP = 8.0
CELL_X, CELL_Y = 5.0, 3.5
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that no page break goes through.

    heads  painted again above it where it is the first on a page: the header of its table
    keep   it does not stand alone at the foot of a page: the next piece stays with it
    """

    height: float
    paint: Paint
    heads: "Piece | None" = None
    keep: bool = False


def plain(text: str) -> str:
    """Return text without the thin spaces that the shipped fonts lack: another font would come in for them."""
    return text.replace("\u2009", "\u00a0")


def wrapping(text: str, width: float, metrics: QFontMetricsF) -> int:
    """Return how a text breaks into lines: between words, inside them only where a word is wider than the room."""
    widest = max((metrics.horizontalAdvance(word) for word in text.split() if word.isascii()), default=0.0)
    return int(Qt.TextFlag.TextWrapAnywhere if widest > width else Qt.TextFlag.TextWordWrap)


def height_of(text: str, width: float, metrics: QFontMetricsF) -> float:
    """Return how high a text is, broken into lines."""
    return metrics.boundingRect(QRectF(0, 0, width, 1e6), wrapping(text, width, metrics), text).height()


Block = Callable[[float, Ink], list[Piece]]
"""Makes its pieces for a width."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table; ``share`` is its part of the width."""

    title: str
    share: float = 1.0
    numeric: bool = False


def space(height: float = GAP) -> Block:
    """Return nothing, so high."""
    return lambda _width, _ink: [Piece(height, lambda _painter, _room: None)]


def heading(text: str) -> Block:
    """Return a heading that stays with what follows."""

    def make(_width: float, ink: Ink) -> list[Piece]:
        font, height = ink.font(HEADING, bold=True), ink.metrics(HEADING, bold=True).height()

        def paint(painter: QPainter, room: QRectF) -> None:
            painter.setFont(font)
            painter.setPen(ink.colour("text"))
            painter.drawText(room.adjusted(0, GAP * 1.5, 0, 0), _LEFT, text)

        return [Piece(height + GAP * 2.2, paint, keep=True)]

    return make


def paragraph(text: str, *, colour: str = "dim", size: int = SMALL) -> Block:
    """Return text over as many lines as it needs."""

    def make(width: float, ink: Ink) -> list[Piece]:
        said, metrics = plain(text), ink.metrics(size)
        flags = _LEFT | wrapping(said, width, metrics)

        def paint(painter: QPainter, room: QRectF) -> None:
            painter.setFont(ink.font(size))
            painter.setPen(ink.colour(colour))
            painter.drawText(room, flags, said)

        return [Piece(height_of(said, width, metrics) + 4, paint)]

    return make


def fields(pairs: Sequence[tuple[str, str]], columns: int = 3) -> Block:
    """Return captions with their values below, so many side by side."""

    def make(width: float, ink: Ink) -> list[Piece]:
        small, text = ink.metrics(SMALL), ink.metrics(TEXT, bold=True)
        each = width / columns
        pieces = []
        for begin in range(0, len(pairs), columns):
            line = [(caption, plain(value)) for caption, value in pairs[begin : begin + columns]]
            tallest = max(height_of(value, each - GAP, text) for _, value in line)

            def paint(
                painter: QPainter, room: QRectF, line: Sequence[tuple[str, str]] = line, tallest: float = tallest
            ) -> None:
                for at, (caption, value) in enumerate(line):
                    left = room.left() + at * each
                    painter.setFont(ink.font(SMALL))
                    painter.setPen(ink.colour("dim"))
                    painter.drawText(QRectF(left, room.top(), each - GAP, small.height()), _LEFT, caption)
                    painter.setFont(ink.font(TEXT, bold=True))
                    painter.setPen(ink.colour("text"))
                    cell = QRectF(left, room.top() + small.height(), each - GAP, tallest)
                    painter.drawText(cell, _LEFT | wrapping(value, each - GAP, text), value)

            pieces.append(Piece(small.height() + tallest + GAP, paint))
        return pieces

    return make


def picture(height: float, paint: Paint) -> Block:
    """Return something painted over the whole width."""
    return lambda _width, _ink: [Piece(height, paint)]


def table(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> Block:
    """Return a table whose header is repeated on every page; long cells take several lines."""

    def make(width: float, ink: Ink) -> list[Piece]:
        whole = sum(column.share for column in columns)
        widths = [width * column.share / whole for column in columns]
        head = _row([column.title for column in columns], columns, widths, ink, header=True)
        return [
            head,
            *(_row(row, columns, widths, ink, heads=head, shaded=at % 2 == 1) for at, row in enumerate(rows)),
        ]

    return make


def _row(
    cells: Sequence[str],
    columns: Sequence[TableColumn],
    widths: Sequence[float],
    ink: Ink,
    *,
    header: bool = False,
    heads: Piece | None = None,
    shaded: bool = False,
) -> Piece:
    metrics = ink.metrics(SMALL, bold=header)
    cells = [plain(cell) for cell in cells]
    height = metrics.height()
    for cell, width in zip(cells, widths, strict=True):
        room = width - 2 * CELL_X
        if metrics.horizontalAdvance(cell) > room or "\n" in cell:
            height = max(height, height_of(cell, room, metrics))
    height += 2 * CELL_Y

    def paint(painter: QPainter, room: QRectF) -> None:
        if shaded:
            painter.fillRect(room, ink.colour("raised"))
        painter.setPen(ink.pen("dim" if header else "line", 0.75 if header else 0.5))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        painter.setFont(ink.font(SMALL, bold=header))
        painter.setPen(ink.colour("text"))
        left = room.left()
        for cell, column, width in zip(cells, columns, widths, strict=True):
            inside = QRectF(left + CELL_X, room.top() + CELL_Y, width - 2 * CELL_X, room.height() - 2 * CELL_Y)
            flags = _RIGHT if column.numeric else _LEFT
            painter.drawText(inside, flags | wrapping(cell, inside.width(), metrics), cell)
            left += width

    return Piece(height, paint, heads=heads, keep=header)

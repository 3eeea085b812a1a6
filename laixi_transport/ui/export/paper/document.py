"""A document: blocks set on pages, and the pages painted on whatever has some."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter

from laixi_transport.ui.export.paper.blocks import Block, Piece
from laixi_transport.ui.export.paper.ink import SMALL, UNITS_PER_INCH, Ink

MARGIN_MM = 15.0
FOOTER = 30.0
"""Units of paper that the foot of a page takes."""


@dataclass(frozen=True, slots=True)
class Document:
    """What is printed or saved.

    title   of the file; stands at the top of every page but the first
    foot    left at the foot of every page: program, version of the data
    """

    title: str
    blocks: Sequence[Block]
    foot: str = ""
    landscape: bool = False
    ink: Ink = field(default_factory=Ink)


Page = list[tuple[float, Piece]]


def set_pages(document: Document, width: float, height: float) -> list[Page]:
    """Return the pieces of each page with their distance from its top, in units of paper."""
    pieces = [piece for block in document.blocks for piece in block(width, document.ink)]
    room = height - FOOTER
    pages: list[Page] = [[]]
    top = 0.0
    for at, piece in enumerate(pieces):
        if pages[-1] and top + _needed(pieces, at) > room:
            top = document.ink.metrics(SMALL).height() * 1.8
            pages.append([])
            if piece.heads is not None:
                pages[-1].append((top, piece.heads))
                top += piece.heads.height
        pages[-1].append((top, piece))
        top += piece.height
    return pages


def _needed(pieces: Sequence[Piece], at: int) -> float:
    """Return the height of a piece with those that it does not stand without."""
    height = pieces[at].height
    while pieces[at].keep and at + 1 < len(pieces):
        at += 1
        height += pieces[at].height
    return height


def paint_document(
    document: Document,
    device: QPagedPaintDevice,
    *,
    between: Callable[[float], None] = lambda _: None,
    wanted: Callable[[int], bool] = lambda _: True,
) -> int:
    """Paint all pages on a PDF writer or a printer; return how many it has.

    between  called with the share done before each page; may raise to end the work
    wanted   whether a page, from 1 on, is to be painted

    Raises OSError where the device takes nothing.
    """
    painter = QPainter()
    if not painter.begin(device):
        raise OSError("the paper cannot be painted on")
    try:
        layout = device.pageLayout()
        inches = layout.paintRect(QPageLayout.Unit.Inch)
        width, height = inches.width() * UNITS_PER_INCH, inches.height() * UNITS_PER_INCH
        scale = painter.viewport().width() / width if width else 1.0
        pages = set_pages(document, width, height)
        fresh = False
        for number, page in enumerate(pages, 1):
            between((number - 1) / len(pages))
            if not wanted(number):
                continue
            if fresh and not device.newPage():
                raise OSError("the paper has no more pages")
            fresh = True
            painter.save()
            painter.scale(scale, scale)
            paint_page(document, painter, page, number, len(pages), QRectF(0, 0, width, height))
            painter.restore()
    finally:
        painter.end()
    return len(pages)


def paint_page(document: Document, painter: QPainter, page: Page, number: int, count: int, sheet: QRectF) -> None:
    """Paint one page into the room between its margins, units of paper."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = document.ink
    small = ink.metrics(SMALL)
    if number > 1:
        painter.setFont(ink.font(SMALL))
        painter.setPen(ink.colour("dim"))
        painter.drawText(QRectF(sheet.left(), sheet.top(), sheet.width(), small.height()), 0, document.title)
    for top, piece in page:
        painter.save()
        piece.paint(painter, QRectF(sheet.left(), sheet.top() + top, sheet.width(), piece.height))
        painter.restore()
    line = sheet.bottom() - FOOTER + 10
    painter.setPen(ink.pen("line"))
    painter.drawLine(QPointF(sheet.left(), line), QPointF(sheet.right(), line))
    painter.setFont(ink.font(SMALL))
    painter.setPen(ink.colour("dim"))
    foot = QRectF(sheet.left(), line + 3, sheet.width(), small.height() + 2)
    painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), document.foot)
    said = QCoreApplication.translate("Paper", "Page {number} of {count}").format(number=number, count=count)
    painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), said)


def page_layout(document: Document) -> QPageLayout:
    """Return A4 as the document wants it."""
    way = QPageLayout.Orientation.Landscape if document.landscape else QPageLayout.Orientation.Portrait
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), way, margins, QPageLayout.Unit.Millimeter)

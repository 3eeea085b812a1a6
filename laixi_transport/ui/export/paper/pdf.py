"""Documents as PDF files, whole or not at all."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPdfWriter

from laixi_transport.services.export.summary import PROGRAM
from laixi_transport.services.export.watch import Cancelled
from laixi_transport.services.export.whole_file import whole_file
from laixi_transport.ui.export.paper.document import Document, page_layout, paint_document

DOTS_PER_INCH = 600


def pdf_bytes(document: Document, between: Callable[[float], None] = lambda _: None) -> tuple[bytes, int]:
    """Return a document as PDF, with its number of pages; any thread."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DOTS_PER_INCH)
    writer.setTitle(document.title)
    writer.setCreator(PROGRAM)
    writer.setPageLayout(page_layout(document))
    pages = paint_document(document, writer, between=between)
    del writer  # it writes its end
    return bytes(buffer.data().data()), pages


def write_pdf(
    document: Document,
    path: Path,
    *,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Write a document to a file and return how many pages it has; any thread.

    Raises Problem where the file cannot be written, and Cancelled.
    """

    def between(share: float) -> None:
        if cancelled():
            raise Cancelled
        progress(share)

    with whole_file(path) as beside:
        data, pages = pdf_bytes(document, between)
        beside.write_bytes(data)
    progress(1.0)
    return pages

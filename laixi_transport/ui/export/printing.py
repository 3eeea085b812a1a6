"""Preview and print, for every document alike."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QDialog, QWidget

from laixi_transport.services.export.summary import PROGRAM
from laixi_transport.ui.export.paper.document import Document, page_layout, paint_document


def printer_for(document: Document) -> QPrinter:
    """Return the printer of the system, set to the paper that the document wants."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(document.title)
    printer.setCreator(PROGRAM)
    printer.setPageLayout(page_layout(document))
    return printer


def print_pages(document: Document, printer: QPrinter) -> int:
    """Print the pages that the printer was asked for; return how many the document has on its paper."""
    ranges = printer.pageRanges()

    def wanted(number: int) -> bool:
        return ranges.isEmpty() or ranges.contains(number)

    return paint_document(document, printer, wanted=wanted)


def open_preview(document: Document, parent: QWidget | None = None, printer: QPrinter | None = None) -> QDialog:
    """Show the pages, and print them from there."""
    used = printer or printer_for(document)
    dialog = QPrintPreviewDialog(used, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(QCoreApplication.translate("Paper", "Print: {title}").format(title=document.title))
    dialog.resize(1000, 820)
    dialog.paintRequested.connect(lambda device: print_pages(document, device))
    # The dialog does not own its printer.
    dialog.destroyed.connect(lambda _=None, held=used: held)
    dialog.open()
    return dialog

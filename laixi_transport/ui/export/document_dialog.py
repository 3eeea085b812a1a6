"""Saving a document as PDF."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.dialog import SaveDialog
from laixi_transport.ui.export.job import Work
from laixi_transport.ui.export.paper.document import Document
from laixi_transport.ui.export.paper.pdf import write_pdf
from laixi_transport.ui.export.places import file_name
from laixi_transport.ui.widgets import dim


class DocumentDialog(SaveDialog):
    """Saves what ``make`` returns; it is called away from the window's thread.

    title   of the dialog
    what    a sentence on what is saved
    name    of the file, without its ending
    """

    def __init__(
        self,
        context: Context,
        title: str,
        what: str,
        name: str,
        make: Callable[[], Document],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, title, parent)
        self._name_proposed = name
        self._make = make
        label = QLabel(what)
        label.setWordWrap(True)
        self.form.addRow(dim(self.tr("What")), label)
        self.form.addRow(dim(self.tr("Format")), QLabel(self.tr("PDF, A4")))
        self.finish_form()

    def suffix(self) -> str:
        return ".pdf"

    def proposed(self) -> str:
        return file_name(self._name_proposed)

    def work(self, path: Path) -> Work:
        make = self._make

        def write(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> tuple[int, int]:
            pages = write_pdf(make(), path, progress=progress, cancelled=cancelled)
            return pages, path.stat().st_size

        return write

    def result_text(self, result: Any) -> str:
        pages, size = result
        return self.tr("Written: {size}, pages: {n}.").format(size=text.size(size), n=pages)

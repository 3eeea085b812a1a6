"""Export of any table of the window, as it is sorted and filtered, with the columns that are shown."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from laixi_transport.services.export.table_file import export_table
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.dialog import SaveDialog
from laixi_transport.ui.export.job import Work
from laixi_transport.ui.export.paper import blocks
from laixi_transport.ui.export.paper.document import Document
from laixi_transport.ui.export.places import file_name
from laixi_transport.ui.widgets import Table, dim

AT_ONCE = 250
"""Rows whose texts are made between two frames."""


@dataclass(frozen=True, slots=True)
class TableText:
    """What stands in a table: titles, which columns are numbers, and the rows."""

    title: str
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    widths: tuple[int, ...]
    rows: Sequence[tuple[str, ...]]


class TableReader:
    """Reads the texts of a table in short steps on the window's thread, where its rows live."""

    def __init__(self, table: Table, title: str) -> None:
        header = table.horizontalHeader()
        order = [header.logicalIndex(at) for at in range(header.count())]
        shown = [at for at in order if not table.isColumnHidden(at)]
        self._columns = [table.rows.columns[at] for at in shown]
        self._widths = tuple(table.columnWidth(at) for at in shown)
        self._title = title
        self._rows = table.rows.rows()
        self._timer = QTimer(table, interval=0)

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, take: Callable[[TableText], None]) -> None:
        """Hand over all texts once they are read."""
        made: list[tuple[str, ...]] = []
        steps = self._steps(made)

        def step() -> None:
            if next(steps, None) is None:
                self._timer.stop()
                take(self._text(made))

        self._timer.timeout.connect(step)
        self._timer.start()

    def read_now(self) -> TableText:
        """Return all texts at once, however long it takes."""
        made: list[tuple[str, ...]] = []
        for _ in self._steps(made):
            pass
        return self._text(made)

    def _text(self, rows: Sequence[tuple[str, ...]]) -> TableText:
        heads = tuple(column.title for column in self._columns)
        return TableText(self._title, heads, tuple(column.numeric for column in self._columns), self._widths, rows)

    def _steps(self, made: list[tuple[str, ...]]) -> Iterator[int]:
        for begin in range(0, len(self._rows), AT_ONCE):
            part = self._rows[begin : begin + AT_ONCE]
            made.extend(tuple(column.text(row) for column in self._columns) for row in part)
            yield len(made)


class TableDialog(SaveDialog):
    """Saves a table as CSV or workbook."""

    def __init__(self, context: Context, table: Table, title: str, parent: QWidget | None = None) -> None:
        super().__init__(context, QCoreApplication.translate("TableDialog", "Export table"), parent)
        self._title = title
        self._reader = TableReader(table, title)
        self._text: TableText | None = None
        said = self.tr("{title}, {n} rows as shown").format(title=title, n=text.number(len(self._reader)))
        self.form.addRow(dim(self.tr("What")), QLabel(said))
        self.format = self.add_combo(
            self.tr("Format"), [(self.tr("Excel workbook (XLSX)"), ".xlsx"), (self.tr("CSV table"), ".csv")]
        )
        self.format.setCurrentIndex(max(0, self.format.findData(str(context.settings.value("export/table", ".xlsx")))))
        self.finish_form()

    def suffix(self) -> str:
        return str(self.format.currentData())

    def proposed(self) -> str:
        return file_name(self._title, text.date(self.context.now()))

    def chosen(self) -> None:
        self.context.settings.setValue("export/table", self.suffix())

    def start(self) -> None:
        """Read the table, then save it."""
        if self.job.running or not self.path.text().strip():
            return
        self.save.setEnabled(False)
        self._reader.read(self._save_text)

    def work(self, path: Path) -> Work:
        if self._text is None:
            raise ValueError("the table was not read")
        made = self._text
        return partial(_write, made, path)

    def result_text(self, result: Any) -> str:
        return self.tr("Written: {n} rows.").format(n=text.number(result))

    def _save_text(self, made: TableText) -> None:
        self._text = made
        super().start()


def table_document(made: TableText, written: str) -> Document:
    """Return a table as a document, with columns as wide as on the screen; A4 across."""
    columns = [
        blocks.TableColumn(title, float(width), numeric)
        for title, width, numeric in zip(made.heads, made.widths, made.numeric, strict=True)
    ]
    parts = (blocks.heading(made.title), blocks.table(columns, made.rows))
    return Document(title=made.title, blocks=parts, foot=written, landscape=True)


def _write(made: TableText, path: Path, progress: Callable[[float], None], cancelled: Callable[[], bool]) -> int:
    return export_table(made.title, made.heads, made.numeric, made.rows, path, progress=progress, cancelled=cancelled)

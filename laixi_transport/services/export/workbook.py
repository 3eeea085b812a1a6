"""XLSX: a workbook with a sheet for each table and one about itself, written row by row."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import BEIJING_OFFSET_S
from laixi_transport.services.export.choice import Content, Options
from laixi_transport.services.export.columns import Cell, Column, Kind, Table, tables
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.export.sheet_xml import LONGEST_TEXT, number_cells, text_cells
from laixi_transport.services.export.summary import Summary
from laixi_transport.services.export.watch import Watch

MOST_ROWS = 1_048_576
"""Of a sheet of Excel, the header included."""
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days have no zone
_UNIX_DAY = (dt.datetime(1970, 1, 1) - _EPOCH).days  # noqa: DTZ001


class _Out:
    """A file that takes everything once it is given up: the archive over it ends itself when it is collected."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: IO[bytes] | None = file

    def give_up(self) -> None:
        self._file = None

    def write(self, data: bytes) -> int:
        return len(data) if self._file is None else self._file.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if self._file is None else self._file.seek(offset, whence)

    def tell(self) -> int:
        return 0 if self._file is None else self._file.tell()

    def flush(self) -> None:
        if self._file is not None:
            self._file.flush()


@contextmanager
def open_workbook(path: Path) -> Iterator[Any]:
    """Yield a workbook that keeps one row in memory; its own temporary files lie beside it.

    Raises OSError where it cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with TemporaryDirectory(dir=path.parent, prefix=".", ignore_cleanup_errors=True) as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with path.open("wb", buffering=0) as file:
            out = _Out(file)
            book: Any = xlsxwriter.Workbook(cast("Any", out), options)
            try:
                yield book
                book.close()
            except FileCreateError as error:
                cause = error.args[0] if error.args else None
                raise (cause if isinstance(cause, OSError) else OSError(str(error))) from error
            finally:
                out.give_up()
                book.fileclosed = True  # it would complain at its end that it was not closed
                for sheet in book.worksheets():
                    sheet.row_data_fh.close()


class Sheet:
    """Rows of typed cells under a frozen header; goes on in another sheet where one is full."""

    def __init__(self, book: Any, title: str, columns: Sequence[Column], heads: Sequence[str]) -> None:
        from xlsxwriter.utility import xl_col_to_name

        self._book = book
        self._title = title
        self._columns = columns
        self._heads = heads
        self._bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._letters = [xl_col_to_name(at) for at in range(len(columns))]
        self._formats = [_format(book, column) for column in columns]
        self._sheets = 0
        self.rows = 0
        self._begin()

    def add(self, columns: Sequence[Sequence[Cell]]) -> None:
        """Append rows, given as columns of equal length."""
        begin, count = 0, len(columns[0]) if columns else 0
        while begin < count:
            if self._row == MOST_ROWS:
                self._finish()
                self._begin()
            end = min(count, begin + MOST_ROWS - self._row)
            rows = range(self._row + 1, self._row + 1 + end - begin)
            made = [self._cells(at, cells[begin:end], rows) for at, cells in enumerate(columns)]
            # Where the library itself puts its rows as it goes; its own way makes each cell an object first.
            self._sheet.row_data_fh.writelines(
                f'<row r="{row}">{"".join(cells)}</row>' for row, *cells in zip(rows, *made, strict=True)
            )
            self._row += end - begin
            self.rows += end - begin
            begin = end

    def finish(self) -> None:
        """Put filter buttons on the header."""
        self._finish()

    def _cells(self, at: int, cells: Sequence[Cell], rows: range) -> list[str]:
        """Return the cells of a column as XML; in a column of numbers a text stays one."""
        kind, letters = self._columns[at].kind, self._letters[at]
        style: int = self._formats[at]._get_xf_index()  # noqa: SLF001 - a row that is written needs its number
        if kind is Kind.TIME:
            days = [None if cell is None else (float(cell) + BEIJING_OFFSET_S) / 86400 + _UNIX_DAY for cell in cells]
            return number_cells(letters, style, days, rows)
        is_number = kind is Kind.NUMBER
        texts = ["" if cell is None or (is_number and not isinstance(cell, str)) else str(cell) for cell in cells]
        made = text_cells(letters, style, texts, rows)
        if not is_number:
            return made
        values = [None if isinstance(cell, str) else cell for cell in cells]
        return [text or number for text, number in zip(made, number_cells(letters, style, values, rows), strict=True)]

    def _begin(self) -> None:
        self._sheets += 1
        name = self._title if self._sheets == 1 else f"{self._title} {self._sheets}"
        self._sheet = self._book.add_worksheet(name[:31])
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(self._columns):
            self._sheet.set_column(at, at, max(column.width, min(24, len(self._heads[at]))))
        self._sheet.write_row(0, 0, self._heads, self._bold)
        self._sheet._write_single_row(MOST_ROWS)  # noqa: SLF001 - the header has to stand before the rows
        self._row = 1

    def _finish(self) -> None:
        self._sheet.dim_rowmax = self._row - 1
        self._sheet.autofilter(0, 0, self._row - 1, len(self._columns) - 1)


def write_workbook(days: Iterable[Samples], path: Path, options: Options, summary: Summary, watch: Watch) -> int:
    """Write all tables; return how many positions there are."""
    with open_workbook(path) as book:
        sheets: list[tuple[Table, Sheet]] = []
        for table in tables(options.system):
            heads = [column.head(options) for column in table.columns]
            sheets.append((table, Sheet(book, options.say(table.title), table.columns, heads)))
        for samples in days:
            for table, sheet in sheets:
                for chunk in table.chunks(samples, options.say):
                    sheet.add(chunk)
                    watch.step(len(chunk[0]) if chunk and table.content is Content.POSITIONS else 0)
        for _table, sheet in sheets:
            sheet.finish()
        _write_about(book, options, summary)
        watch.step()
        return sheets[0][1].rows


def _write_about(book: Any, options: Options, summary: Summary) -> None:
    sheet = book.add_worksheet(options.say(QT_TRANSLATE_NOOP("Export", "About")))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for at, (key, title, value) in enumerate(summary.about(options)):
        sheet.write_string(at, 0, key if options.keys_only else f"{title} [{key}]", bold)
        if isinstance(value, int):
            sheet.write_number(at, 1, value, wrapped)
        else:
            sheet.write_string(at, 1, value[:LONGEST_TEXT], wrapped)


def _format(book: Any, column: Column) -> Any:
    if column.kind is Kind.TIME:
        return book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    if column.kind is Kind.NUMBER:
        return book.add_format({"num_format": "0." + "0" * column.digits if column.digits else "0"})
    return book.add_format({"num_format": "@"})

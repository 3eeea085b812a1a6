"""CSV: one table, UTF-8 with a byte order mark so that Excel reads Chinese, one header row."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from laixi_transport.services.export.choice import Options
from laixi_transport.services.export.columns import Cell, Column, Kind, tables
from laixi_transport.services.export.safe_text import safe_text
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.export.summary import Summary
from laixi_transport.services.export.times import local_texts
from laixi_transport.services.export.watch import Watch


@contextmanager
def csv_writer(path: Path) -> Iterator[Any]:
    """Yield a writer of rows; lines end as RFC 4180 has them."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield csv.writer(file)


def write_csv(days: Iterable[Samples], path: Path, options: Options, summary: Summary, watch: Watch) -> int:
    """Write the table that the options choose; return how many rows it has."""
    del summary
    table = next(table for table in tables(options.system) if table.content is options.content)
    rows = 0
    with csv_writer(path) as writer:
        writer.writerow([column.head(options) for column in table.columns])
        for samples in days:
            for chunk in table.chunks(samples, options.say):
                columns = [_texts(column, cells) for column, cells in zip(table.columns, chunk, strict=False)]
                writer.writerows(zip(*columns, strict=True))
                count = len(columns[0]) if columns else 0
                rows += count
                watch.step(count if table.columns[1].key == "time_gmt8" else 0)
    return rows


def _texts(column: Column, cells: Sequence[Cell]) -> Sequence[Cell]:
    if column.kind is Kind.TIME:
        known = iter(local_texts([cell for cell in cells if cell is not None]))
        return [None if cell is None else next(known) for cell in cells]
    if column.kind is Kind.TEXT:
        # One plate or word stands in thousands of rows.
        safe = {cell: safe_text(str(cell)) for cell in set(cells) if cell is not None}
        return [None if cell is None else safe[cell] for cell in cells]
    return cells

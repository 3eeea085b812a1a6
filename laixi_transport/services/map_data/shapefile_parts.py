"""Whether the files of a Shapefile are all there, whole, and of the same moment.

GDAL reads what there is of a table or of shapes that were cut short and says nothing, so their lengths are compared
with what their headers promise. Sources: ESRI Shapefile Technical Description (1998), the file headers of .shp and
.shx; dBASE III, bytes 4 to 11 of the header.
"""

from pathlib import Path

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

HEADER_BYTES = 100
_INDEX_BYTES = 8
"""Of one shape in .shx."""
_TABLE_HEADER_BYTES = 32


def check_parts(path: Path) -> None:
    """Raise Problem unless .shx and .dbf are there, no part is cut short and they count the same features."""
    found = {ending: _beside(path, ending) for ending in (".shx", ".dbf")}
    missing = [ending for ending, part in found.items() if part is None]
    if missing:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "A Shapefile is several files: {path} lacks {missing} beside it. Copy all of them."
            ),
            path=path,
            missing=", ".join(missing),
        )
    shapes, index, table = path, found[".shx"] or path, found[".dbf"] or path
    for part in (shapes, index):
        promised = int.from_bytes(_head(part)[24:28], "big") * 2
        if not HEADER_BYTES <= promised <= part.stat().st_size:
            raise _cut(part)
    features = (int.from_bytes(_head(index)[24:28], "big") * 2 - HEADER_BYTES) // _INDEX_BYTES
    head = _head(table)
    if len(head) < _TABLE_HEADER_BYTES:
        raise _cut(table)
    rows, first, row_bytes = (int.from_bytes(head[begin:end], "little") for begin, end in ((4, 8), (8, 10), (10, 12)))
    if first + rows * row_bytes > table.stat().st_size:
        raise _cut(table)
    if rows != features:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "The files of {path} do not belong together: {features} shapes, but {rows} rows in {table}. "
                "Copy all of them once more; nothing was taken.",
            ),
            path=path,
            features=features,
            rows=rows,
            table=table.name,
        )


def _beside(path: Path, ending: str) -> Path | None:
    parts = (path.with_suffix(ending), path.with_suffix(ending.upper()))
    return next((part for part in parts if part.is_file()), None)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEADER_BYTES)


def _cut(path: Path) -> Problem:
    return Problem(
        QT_TRANSLATE_NOOP(
            "Problem", "{path} is damaged or cut short; nothing of the Shapefile was taken. Copy its files once more."
        ),
        path=path,
    )

"""Reads workbooks as the standard library can: zip and XML."""

import zipfile
from xml.etree import ElementTree as ET


def sheets_of(path):
    """Return the sheets of a workbook by name, each a list of rows of values; text is text, numbers are floats."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    found = {}
    with zipfile.ZipFile(path) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - our own
        names = [sheet.get("name") for sheet in book.iter(f"{main}sheet")]
        for at, name in enumerate(names, 1):
            root = ET.fromstring(archive.read(f"xl/worksheets/sheet{at}.xml"))  # noqa: S314
            rows = []
            for row in root.iter(f"{main}row"):
                cells = {}
                for cell in row.iter(f"{main}c"):
                    column = cell.get("r").rstrip("0123456789")
                    if cell.get("t") == "inlineStr":
                        cells[column] = "".join(t.text or "" for t in cell.iter(f"{main}t"))
                    else:
                        assert cell.find(f"{main}f") is None, "no formula"
                        cells[column] = float(cell.find(f"{main}v").text)
                rows.append(cells)
            found[name] = rows, root
    return found

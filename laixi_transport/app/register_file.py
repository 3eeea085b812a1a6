"""The register as a CSV file: printed, and read in again."""

import argparse
import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from laixi_transport.domain.encoding import decode_file
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.vehicle import PlateColour, Terminal, Vehicle, VehicleClass

REGISTER_COLUMNS = ("phone", "plate", "plate_colour", "class", "organisation", "line", "speed_limit_kmh")


def print_register(options: argparse.Namespace) -> int:
    """Print every vehicle with its terminal as CSV."""
    from laixi_transport.storage import open_store

    with open_store(options.database, read_only=True) as store:
        vehicles = store.register.vehicles()
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(REGISTER_COLUMNS)
    for vehicle in vehicles:
        limit = "" if vehicle.speed_limit_kmh is None else f"{vehicle.speed_limit_kmh:g}"
        colour = vehicle.plate_colour.name.lower()
        fields = (
            vehicle.phone,
            vehicle.plate,
            colour,
            vehicle.vehicle_class,
            vehicle.organisation,
            vehicle.line,
            limit,
        )
        rows.writerow(fields)
    return 0


def import_register(options: argparse.Namespace) -> int:
    """Enter every row of a CSV file or, when one is wrong, none."""
    from laixi_transport.storage import open_store

    vehicles = list(_register_rows(options.file))
    with open_store(options.database) as store:
        entered = [store.register.entering(v.phone, v, Terminal(0, v.phone, 0, "")) for v in vehicles]
        for one in entered:
            one.result()
    print(f"entered  {len(vehicles)}")  # noqa: T201 - the terminal is the user here
    return 0


def _register_rows(path: Path) -> Iterator[Vehicle]:
    try:
        table = csv.DictReader(io.StringIO(decode_file(path.read_bytes()), newline=""))
        if "phone" not in (table.fieldnames or ()):
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "{path} has no column “phone”. Its columns must be: {columns}."),
                path=path,
                columns=", ".join(REGISTER_COLUMNS),
            )
        for row in table:
            yield _register_row(path, table.line_num, row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} cannot be read: {reason}."), path=path, reason=error
        ) from error


def _register_row(path: Path, line: int, row: dict[str, str | None]) -> Vehicle:
    def field(name: str) -> str:
        return (row.get(name) or "").strip()

    try:
        phone = field("phone").upper()
        if not re.fullmatch("[0-9A-F]{1,20}", phone):
            raise ValueError(f"“{phone}” is no terminal number")
        for name, longest in (("plate", 32), ("organisation", 128), ("line", 64)):
            if len(field(name)) > longest or "\0" in field(name):
                raise ValueError(f"“{field(name)[:longest]}…” is too long for {name}")
        limit = float(field("speed_limit_kmh")) if field("speed_limit_kmh") else None
        if limit is not None and not 0 < limit <= 200:
            raise ValueError(f"{limit:g} km/h is no speed limit")
        colour, kind = field("plate_colour"), field("class")
        return Vehicle(
            id=0,
            plate=field("plate"),
            plate_colour=PlateColour[colour.upper()] if colour else PlateColour.NONE,
            vehicle_class=VehicleClass(kind) if kind else VehicleClass.OTHER,
            organisation=field("organisation"),
            line=field("line"),
            speed_limit_kmh=limit,
            phone=phone,
        )
    except (ValueError, KeyError) as error:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "{path}, line {line}: {reason}. Nothing was entered; correct it and try again."
            ),
            path=path,
            line=line,
            reason=f"{error} is no plate colour" if isinstance(error, KeyError) else error,
        ) from error

"""Track files in rows and columns: TIDES vehicle_locations.csv, and any other CSV with a column map."""

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.replay.point import Point, TrackFile, UnusableRow, usable

KMH_PER_MPS = 3.6

ROLES = ("time", "lat", "lon", "vehicle", "speed", "speed_kmh", "speed_mps", "bearing", "altitude")
"""What a column may mean; ``speed`` is km/h. Only time, lat and lon are needed."""

TIDES = {
    "time": "event_timestamp",
    "lat": "latitude",
    "lon": "longitude",
    "vehicle": "vehicle_id",
    "speed_mps": "speed",
    "bearing": "heading",
}
"""Columns of vehicle_locations in TIDES 1.0, https://tides-transit.org; speed is m/s there."""
TIDES_MARKS = {"location_ping_id", "event_timestamp", "vehicle_id", "latitude", "longitude"}

_OFFSET = re.compile(r"(GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?")


def parse_columns(text: str) -> dict[str, str]:
    """Read ``role=column,role=column``.

    Raises Problem for an unknown role or a pair without "=".
    """
    columns = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        role, equals, column = pair.partition("=")
        if not equals or role.strip() not in ROLES or not column.strip():
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "“{pair}” in the column map is not ROLE=COLUMN with one of the roles {roles}. "
                    "Write for example time=timestamp,lat=latitude,lon=longitude,vehicle=vehicle_id.",
                ),
                pair=pair,
                roles=", ".join(ROLES),
            )
        columns[role.strip()] = column.strip()
    return columns


def parse_time_zone(name: str) -> dt.tzinfo:
    """Return the time zone of an IANA name ("Europe/London") or an offset ("+08:00", "GMT+8").

    Raises Problem for anything else.
    """
    if name.strip().upper() in {"UTC", "GMT", "Z"}:
        return dt.UTC  # also where the machine has no time zone database
    if match := _OFFSET.fullmatch(name.strip()):
        _, sign, hours, minutes = match.groups()
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes or 0))
        if offset < dt.timedelta(hours=24):
            return dt.timezone(offset if sign == "+" else -offset)
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "“{name}” is no time zone. Write a name like Asia/Shanghai or an offset like +08:00."
            ),
            name=name,
        ) from error


def parse_time(text: str, zone: dt.tzinfo) -> float:
    """Return Unix seconds for a number (seconds or milliseconds) or an ISO 8601 time; ``zone`` where it names none.

    Raises ValueError for anything else.
    """
    try:
        number = float(text)
    except ValueError:
        time = dt.datetime.fromisoformat(text.strip())
        return (time if time.tzinfo else time.replace(tzinfo=zone)).timestamp()
    if not math.isfinite(number):
        raise ValueError(text)
    return number / 1000 if abs(number) > 1e11 else number


def read_rows(text: str, name: str, columns: Mapping[str, str], zone: dt.tzinfo) -> TrackFile:
    """Return the points of a file with a line of column names; ``name`` is the vehicle where no column says it.

    Raises Problem when the columns are not known or there are no rows.
    """
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        found = [column.strip() for column in next(row for row in reader if row)]
        tides = not columns and set(found) >= TIDES_MARKS
        roles = {role: c for role, c in TIDES.items() if c in found} if tides else dict(columns)
        _check_columns(name, found, roles)
        file = TrackFile("TIDES" if tides else "CSV")
        index = {role: found.index(column) for role, column in roles.items()}
        for row in reader:
            if any(cell.strip() for cell in row):
                file.rows += 1
                _read_row(file, reader.line_num, row, index, name, zone)
    except csv.Error as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{name} cannot be read as a table: {reason} in line {line}. Export it again."),
            name=name,
            reason=error,
            line=reader.line_num,
        ) from error
    if not file.rows:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{name} has column names but no rows. Choose a file with positions."),
            name=name,
        )
    return file


def _check_columns(name: str, found: list[str], roles: Mapping[str, str]) -> None:
    needed = ("time", "lat", "lon")
    if not roles or any(role not in roles for role in needed):
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "The columns of {name} are not known: {found}. Say which is which with "
                "--columns time=…,lat=…,lon=…,vehicle=… (also speed_kmh, speed_mps, bearing, altitude).",
            ),
            name=name,
            found=", ".join(found),
        )
    if missing := [column for column in roles.values() if column not in found]:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "{name} has no column {missing}; its columns are: {found}. Correct the column map."
            ),
            name=name,
            missing=", ".join(missing),
            found=", ".join(found),
        )


def _read_row(file: TrackFile, line: int, row: list[str], index: Mapping[str, int], name: str, zone: dt.tzinfo) -> None:
    def cell(role: str) -> str:
        column = index.get(role)
        return row[column].strip() if column is not None and column < len(row) else ""

    def number(role: str) -> float | None:
        try:
            value = float(cell(role))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    vehicle = cell("vehicle") if "vehicle" in index else name
    if not vehicle:
        file.unusable.append(UnusableRow(line, "no vehicle"))
        return
    try:
        time_s = parse_time(cell("time"), zone)
    except (ValueError, OverflowError):
        file.unusable.append(UnusableRow(line, f"“{cell('time')}” is no time"))
        return
    lat, lon = number("lat"), number("lon")
    if lat is None or lon is None:
        file.unusable.append(UnusableRow(line, "a coordinate is missing or not a number"))
        return
    if reason := usable(time_s, lat, lon):
        file.unusable.append(UnusableRow(line, reason))
        return
    speed = number("speed_kmh")
    if speed is None:
        speed = number("speed")
    if speed is None and (mps := number("speed_mps")) is not None:
        speed = mps * KMH_PER_MPS
    file.add(vehicle, Point(time_s, lat, lon, speed, number("bearing"), number("altitude")))

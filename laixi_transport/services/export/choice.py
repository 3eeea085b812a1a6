"""What can be chosen about an export: format, content, coordinate system."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

FRAME_NAMES = {Frame.WGS84: "WGS-84", Frame.GCJ02: "GCJ-02", Frame.BD09: "BD-09"}
"""As they are written in files and names of files."""


class Content(StrEnum):
    """Which table a file takes that has room for one only."""

    POSITIONS = "positions"
    TRIPS = "trips"
    STOPS = "stops"
    GAPS = "gaps"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class Format:
    """A file format that tracks can be written in.

    systems  the coordinate systems that its own standard leaves room for
    tables   whether a file holds one table, so that a content must be chosen
    """

    id: str
    title: str  # marked for translation, context "Export"
    suffix: str
    systems: tuple[Frame, ...]
    tables: bool = False


_ANY = tuple(Frame)
_WGS84 = (Frame.WGS84,)

_FORMATS = (
    Format("csv", QT_TRANSLATE_NOOP("Export", "CSV table"), ".csv", _ANY, tables=True),
    Format("xlsx", QT_TRANSLATE_NOOP("Export", "Excel workbook (XLSX)"), ".xlsx", _ANY),
    # GPX 1.1 and KML 2.2 say that coordinates are WGS-84; RFC 7946 lets sender and receiver agree on another system.
    Format("gpx", QT_TRANSLATE_NOOP("Export", "GPX 1.1, for navigation devices"), ".gpx", _WGS84),
    Format("kml", QT_TRANSLATE_NOOP("Export", "KML, for Google Earth"), ".kml", _WGS84),
    Format("geojson", QT_TRANSLATE_NOOP("Export", "GeoJSON, for maps and GIS"), ".geojson", _ANY),
    Format("geoparquet", QT_TRANSLATE_NOOP("Export", "GeoParquet, for analysis"), ".parquet", _WGS84),
)


def formats() -> tuple[Format, ...]:
    """Return the formats in the order in which they are offered."""
    return _FORMATS


def format_of(name: str) -> Format:
    """Return the format with an id; KeyError for an unknown one."""
    return {format_.id: format_ for format_ in _FORMATS}[name]


@dataclass(frozen=True, slots=True)
class Options:
    """How an export is written.

    content    of a format with one table
    system     of the coordinates; ValueError where the format has no room for it
    say        translates a text marked with the context "Export"; as it is, texts stay English
    keys_only  columns are headed by their stable keys alone; else by "title [key]"
    written_s  Unix seconds, when the file says that it was written
    """

    content: Content = Content.POSITIONS
    system: Frame = Frame.WGS84
    say: Callable[[str], str] = str
    keys_only: bool = False
    written_s: float = 0.0

"""Stays of vehicles in an area, as a table says them: when they came, when they left, how long they stayed."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.geofences.passages import Passage
from laixi_transport.ui import format as text
from laixi_transport.ui.widgets.rows import Column, natural_key


class PassageRow(NamedTuple):
    """A stay of a vehicle of the register in a period that begins at ``begin_s``, Unix seconds."""

    number: int
    passage: Passage
    vehicle: Vehicle | None
    begin_s: int

    @property
    def name(self) -> str:
        """The plate, or the number of a vehicle that is not in the register."""
        return text.plate(self.vehicle.name) if self.vehicle is not None else f"#{self.passage.vehicle_id}"

    @property
    def from_s(self) -> float:
        """When it came in, or when the period began."""
        entered_s = self.passage.entered_s
        return self.begin_s if entered_s is None else entered_s


def passage_rows(
    passages: tuple[Passage, ...], vehicle: Callable[[int], Vehicle | None], begin_s: int
) -> list[PassageRow]:
    """Return the rows of stays in a period."""
    return [PassageRow(n, passage, vehicle(passage.vehicle_id), begin_s) for n, passage in enumerate(passages)]


def passage_columns() -> list[Column[PassageRow]]:
    """Return the columns that every table of stays begins with."""
    translate = QCoreApplication.translate
    return [
        Column(
            "plate", translate("Geofence", "Plate"), lambda r: r.name, sort=lambda r: natural_key(r.name), width=108
        ),
        Column(
            "entered",
            translate("Geofence", "Came in"),
            _entered,
            sort=lambda r: r.passage.entered_s or 0.0,
            numeric=True,
            hint=_gap_hint,
            width=88,
        ),
        Column(
            "left",
            translate("Geofence", "Left"),
            _left,
            sort=lambda r: r.passage.left_s or float("inf"),
            numeric=True,
            hint=_gap_hint,
            width=88,
        ),
        Column(
            "stayed",
            translate("Geofence", "Stayed"),
            _stayed,
            sort=lambda r: -r.passage.duration_s(r.begin_s),
            numeric=True,
            width=88,
        ),
    ]


def _entered(row: PassageRow) -> str:
    """Return when it came in; "before" where it was there already, "≤" where it came in a gap before."""
    passage = row.passage
    if passage.entered_s is None:
        return QCoreApplication.translate("Geofence", "before")
    return text.clock(passage.entered_s) if passage.entered_seen else f"≤ {text.clock(passage.entered_s)}"


def _left(row: PassageRow) -> str:
    """Return when it left; "inside" where it had not, "≤" where it left in a gap before."""
    passage = row.passage
    if passage.left_s is None:
        return QCoreApplication.translate("Geofence", "inside")
    return text.clock(passage.left_s) if passage.left_seen else f"≤ {text.clock(passage.left_s)}"


def _stayed(row: PassageRow) -> str:
    """Return how long it stayed; "≥" where an end of it is not known."""
    passage = row.passage
    known = passage.entered_s is not None and passage.entered_seen and passage.left_s is not None and passage.left_seen
    said = text.duration(passage.duration_s(row.begin_s))
    return said if known else f"≥ {said}"


def _gap_hint(row: PassageRow) -> str:
    if row.passage.entered_seen and row.passage.left_seen:
        return ""
    return QCoreApplication.translate("Geofence", "The border was crossed in a gap of the reports before this time")

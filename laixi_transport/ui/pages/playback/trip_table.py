"""The list of trips: where from, where to, how long and how far."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QSettings

from laixi_transport.services.trips.day_trips import NamedTrip
from laixi_transport.ui import format as text
from laixi_transport.ui.map.place_names import long_place, place_word
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.trip_text import begin_note, difference_text, end_note
from laixi_transport.ui.widgets import Column, RowsModel, Table

translate = QCoreApplication.translate


def trip_text(trip: NamedTrip) -> str:
    """Return "Wenhua Road → S214"."""
    origin, destination = (place_word(end) for end in (trip.origin, trip.destination))
    return f"{origin} → {destination}"


def trip_details(trip: NamedTrip) -> str:
    """Return all that is known of a trip, line by line."""
    log = trip.log
    pairs = [
        (translate("Trips", "From"), f"{text.clock(log.begin_s)}  {long_place(trip.origin)}"),
        (translate("Trips", "To"), f"{text.clock(log.end_s)}  {long_place(trip.destination)}"),
        (translate("Trips", "Driving time"), text.duration(log.driving_s)),
        (translate("Trips", "By odometer"), text.mileage(log.odometer_km)),
        (translate("Trips", "By GNSS"), text.mileage(log.gnss_km)),
        (translate("Trips", "Difference"), difference_text(log.difference_km)),
        (translate("Trips", "Longest stop"), _longest(trip)),
        (translate("Trips", "Highest speed"), text.speed(log.peak_kmh)),
    ]
    lines = [translate("Trips", "{what}: {value}").format(what=what, value=value) for what, value in pairs]
    return "\n".join([*lines, *(note for note in (begin_note(trip), end_note(trip)) if note)])


def trip_table(theme: Theme, settings: QSettings) -> Table:
    """Return an empty table of trips; its rows are ``table.rows``."""

    def km(get: Callable[[Any], float | None]) -> Callable[[NamedTrip], str]:
        return lambda trip: text.mileage(get(trip.log))

    columns = [
        Column[NamedTrip](
            "begin",
            translate("Trips", "Begin"),
            lambda t: text.clock_minutes(t.log.begin_s),
            lambda t: t.log.begin_s,
            hint=trip_details,
            width=54,
        ),
        Column[NamedTrip](
            "way",
            translate("Trips", "From and to"),
            trip_text,
            hint=trip_details,
            icon=lambda t: None if t.log.whole else ("eye-off", "dim"),
            width=184,
        ),
        Column[NamedTrip](
            "distance",
            translate("Trips", "Distance"),
            lambda t: text.mileage(_best_km(t)),
            _best_km,
            numeric=True,
            hint=trip_details,
            width=66,
        ),
        Column[NamedTrip](
            "duration",
            translate("Trips", "Duration"),
            lambda t: text.duration(t.log.duration_s),
            lambda t: t.log.duration_s,
            numeric=True,
            hint=trip_details,
            width=78,
        ),
        Column[NamedTrip](
            "end",
            translate("Trips", "End"),
            lambda t: text.clock_minutes(t.log.end_s),
            lambda t: t.log.end_s,
            width=56,
            hidden=True,
        ),
        Column[NamedTrip](
            "driving",
            translate("Trips", "Driving time"),
            lambda t: text.duration(t.log.driving_s),
            lambda t: t.log.driving_s,
            numeric=True,
            width=86,
            hidden=True,
        ),
        Column[NamedTrip](
            "odometer",
            translate("Trips", "By odometer"),
            km(lambda log: log.odometer_km),
            lambda t: t.log.odometer_km if t.log.odometer_km is not None else -1.0,
            numeric=True,
            width=86,
            hidden=True,
        ),
        Column[NamedTrip](
            "gnss",
            translate("Trips", "By GNSS"),
            km(lambda log: log.gnss_km),
            lambda t: t.log.gnss_km,
            numeric=True,
            width=86,
            hidden=True,
        ),
        Column[NamedTrip](
            "difference",
            translate("Trips", "Difference"),
            lambda t: difference_text(t.log.difference_km),
            lambda t: t.log.difference_km if t.log.difference_km is not None else 0.0,
            numeric=True,
            width=72,
            hidden=True,
        ),
        Column[NamedTrip](
            "stop",
            translate("Trips", "Longest stop"),
            _longest,
            lambda t: t.log.longest_stop_s,
            numeric=True,
            width=86,
            hidden=True,
        ),
        Column[NamedTrip](
            "peak",
            translate("Trips", "Highest speed"),
            lambda t: text.speed(t.log.peak_kmh),
            lambda t: t.log.peak_kmh,
            numeric=True,
            width=86,
            hidden=True,
        ),
    ]
    rows: RowsModel[NamedTrip] = RowsModel(columns, lambda t: t.log.begin_s, theme)
    table = Table(rows, theme, name="playback.trips", settings=settings)
    rows.setParent(table)
    table.setAccessibleName(translate("Trips", "Trips"))
    table.setSelectionMode(Table.SelectionMode.SingleSelection)
    table.sort_by("begin")
    return table


def _best_km(trip: NamedTrip) -> float:
    """Return the odometer's distance where it has one, as the day's figures do."""
    return trip.log.gnss_km if trip.log.odometer_km is None else trip.log.odometer_km


def _longest(trip: NamedTrip) -> str:
    return text.duration(trip.log.longest_stop_s) if trip.log.longest_stop is not None else text.NONE

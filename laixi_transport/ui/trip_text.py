"""What is said of a trip in lists and on paper alike."""

from PySide6.QtCore import QCoreApplication

from laixi_transport.services.trips.day_trips import NamedTrip
from laixi_transport.ui import format as text

translate = QCoreApplication.translate


def begin_note(trip: NamedTrip) -> str:
    """Return that nobody saw a trip begin, "" if somebody did."""
    return translate("Trips", "already under way when data came again") if trip.log.after_gap else ""


def end_note(trip: NamedTrip) -> str:
    """Return what of a trip and of its end nobody saw, "" if nothing is missing."""
    log, parts = trip.log, []
    if log.unseen_s:
        said = translate("Trips", "{duration} of it without data, {distance} straight across")
        parts.append(said.format(duration=text.duration(log.unseen_s), distance=text.mileage(log.unseen_km)))
    if log.into_gap:
        parts.append(translate("Trips", "still under way when data ended"))
    return "; ".join(parts)


def difference_text(difference_km: float | None) -> str:
    """Return "+0.3 km", with the sign of odometer minus GNSS."""
    return text.NONE if difference_km is None else f"{difference_km:+.1f} km".replace("-", "\u2212")

"""What happened in a vehicle's day, as rows of a list."""

from dataclasses import dataclass, replace
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.alert import Alert
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.day_trips import DayTrips
from laixi_transport.ui import format as text
from laixi_transport.ui.map.place_names import long_place, place_word
from laixi_transport.ui.pages.playback.whereabouts import Whereabouts


class EventKind(StrEnum):
    STOP = "stop"
    GAP = "gap"
    OVERSPEED = "overspeed"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Event:
    """One row; a click on it goes to ``begin_s``."""

    kind: EventKind
    begin_s: float
    end_s: float
    text: str  # translated
    lon_deg: float | None = None
    lat_deg: float | None = None
    place: str = ""  # where it was, once that is known
    more: str = ""  # what else is to be said of it

    @property
    def words(self) -> str:
        """What happened, and where if that is known."""
        return f"{self.text} · {self.place}" if self.place else self.text

    @property
    def key(self) -> tuple[str, float, str]:
        """What tells rows apart."""
        return self.kind.value, self.begin_s, self.text

    @property
    def duration_s(self) -> float:
        """Seconds from end to end."""
        return self.end_s - self.begin_s


def events_of(day: VehicleDay, where: Whereabouts) -> tuple[Event, ...]:
    """Return stops, gaps, overspeed episodes and the other alerts in order of time, where they can be believed."""

    def place(at_s: float) -> tuple[float | None, float | None]:
        moment = where.at(at_s)
        return (moment.lon_deg, moment.lat_deg) if moment.known else (None, None)

    rows = [
        Event(
            EventKind.STOP,
            stop.begin_s,
            stop.end_s,
            QCoreApplication.translate("Playback", "Stop"),
            stop.lon_deg,
            stop.lat_deg,
        )
        for stop in day.stops
    ]
    rows += [
        Event(
            EventKind.GAP,
            gap.begin_s,
            gap.end_s,
            QCoreApplication.translate("Playback", "No data"),
            *(place(gap.begin_s) if gap.after_fix else (None, None)),
        )
        for gap in day.gaps
    ]
    rows += [
        Event(
            EventKind.OVERSPEED,
            episode.begin_s,
            episode.end_s,
            overspeed_text(episode.peak_kmh, episode.limit_kmh),
            *place(episode.begin_s),
        )
        for episode in day.overspeed
    ]
    rows += [
        Event(
            EventKind.ALERT,
            alert.begin.timestamp(),
            alert.end.timestamp(),
            text.alert(alert),
            alert.lon_deg,
            alert.lat_deg,
        )
        for alert in other_alerts(day)
    ]
    return tuple(sorted(rows, key=lambda row: (row.begin_s, row.kind)))


def with_places(events: tuple[Event, ...], found: DayTrips) -> tuple[Event, ...]:
    """Return the events with the places of the stops."""
    stops = {named.stop.begin_s: named for named in found.stops}

    def named(event: Event) -> Event:
        stop = stops.get(event.begin_s) if event.kind is EventKind.STOP else None
        if stop is None:
            return event
        more = long_place(stop.spot)
        if stop.found_again_s is not None:
            again = QCoreApplication.translate("Playback", "No data after it; at {time} it was still here.")
            more = f"{more}\n{again.format(time=text.clock(stop.found_again_s))}"
        place = place_word(stop.spot) if stop.spot.named else ""
        return replace(event, place=place, more=more)

    return tuple(named(event) for event in events)


def overspeed_text(peak_kmh: float, limit_kmh: float | None) -> str:
    """Return "Overspeed 63/50 (26 %)"."""
    return f"{text.rule('overspeed')} {text.speed_over(peak_kmh, limit_kmh)}"


def other_alerts(day: VehicleDay) -> list[Alert]:
    """Return the alerts that are not the stored form of one of the day's overspeed episodes."""

    def is_episode(alert: Alert) -> bool:
        begin_s, end_s = alert.begin.timestamp(), alert.end.timestamp()
        return alert.rule == "overspeed" and any(e.begin_s <= end_s and begin_s <= e.end_s for e in day.overspeed)

    return [alert for alert in day.alerts if not is_episode(alert)]

"""The tables of an export: their columns with stable keys, titles, units and types."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.cleaning import Doubt
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.position import StatusBit
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.export.choice import Content, Options
from laixi_transport.services.export.samples import DOUBT_WORDS, STATE_WORDS, Samples, State, converted
from laixi_transport.services.trips.day_trips import NamedTrip
from laixi_transport.services.trips.spot import Spot

CHUNK = 4096
"""So many rows are made at once."""

Say = Callable[[str], str]
Cell = str | int | float | None
"""A time is a number in a column of kind TIME: Unix seconds."""


class Kind(StrEnum):
    TEXT = "text"
    TIME = "time"  # Unix seconds, shown in GMT+8
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``key`` is stable English with the unit in it, ``title`` is marked for translation."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    digits: int = 0  # after the point, of a number
    width: int = 12  # signs, in a workbook

    def head(self, options: Options) -> str:
        """Return what stands above the column: the key alone, or "title [key]"."""
        return self.key if options.keys_only else f"{options.say(self.title)} [{self.key}]"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a vehicle's day: its columns, and its rows in chunks of columns of equal length."""

    content: Content
    title: str  # marked for translation
    columns: tuple[Column, ...]
    chunks: Callable[[Samples, Say], Iterator[list[list[Cell]]]]


ALERT_STATES = {
    AlertState.NEW: QT_TRANSLATE_NOOP("Export", "new"),
    AlertState.ACKNOWLEDGED: QT_TRANSLATE_NOOP("Export", "acknowledged"),
    AlertState.CLEARED: QT_TRANSLATE_NOOP("Export", "cleared"),
    AlertState.WITHDRAWN: QT_TRANSLATE_NOOP("Export", "withdrawn"),
}
PRIORITIES = {
    Priority.URGENT: QT_TRANSLATE_NOOP("Export", "urgent"),
    Priority.HIGH: QT_TRANSLATE_NOOP("Export", "high"),
    Priority.LOW: QT_TRANSLATE_NOOP("Export", "low"),
}
RULES = {
    "overspeed": QT_TRANSLATE_NOOP("Export", "overspeed"),
    "emergency": QT_TRANSLATE_NOOP("Export", "emergency button"),
}
_YES_NO = (QT_TRANSLATE_NOOP("Export", "no"), QT_TRANSLATE_NOOP("Export", "yes"))

_PLATE = Column("plate", QT_TRANSLATE_NOOP("Export", "Plate"))
_BEGIN = Column("begin_gmt8", QT_TRANSLATE_NOOP("Export", "Begin (GMT+8)"), Kind.TIME, width=20)
_END = Column("end_gmt8", QT_TRANSLATE_NOOP("Export", "End (GMT+8)"), Kind.TIME, width=20)
_DURATION = Column("duration_s", QT_TRANSLATE_NOOP("Export", "Duration, s"), Kind.NUMBER)


def tables(system: Frame) -> tuple[Table, ...]:
    """Return the tables that a day is written in, in their order."""
    lon = Column(f"lon_{system.value}_deg", QT_TRANSLATE_NOOP("Export", "Longitude, °"), Kind.NUMBER, 7, 14)
    lat = Column(f"lat_{system.value}_deg", QT_TRANSLATE_NOOP("Export", "Latitude, °"), Kind.NUMBER, 7, 14)

    def placed(lon_deg: float | None, lat_deg: float | None) -> tuple[Cell, Cell]:
        if lon_deg is None or lat_deg is None:
            return None, None
        east, north = converted(np.array([lon_deg]), np.array([lat_deg]), system)
        return _cell(float(east[0])), _cell(float(north[0]))

    def stops(samples: Samples, say: Say) -> Iterator[list[list[Cell]]]:
        del say
        plate = samples.day.vehicle.name
        yield _across(
            [
                plate,
                number,
                named.stop.begin_s,
                named.stop.end_s,
                named.stop.duration_s,
                *placed(named.stop.lon_deg, named.stop.lat_deg),
                *_spot(named.spot),
                named.found_again_s,
            ]
            for number, named in enumerate(samples.trips.stops, 1)
        )

    def trips(samples: Samples, say: Say) -> Iterator[list[list[Cell]]]:
        plate = samples.day.vehicle.name
        yield _across(
            [
                plate,
                number,
                *_trip(trip, say),
                *_spot(trip.origin),
                *placed(trip.origin.lon_deg, trip.origin.lat_deg),
                *_spot(trip.destination),
                *placed(trip.destination.lon_deg, trip.destination.lat_deg),
            ]
            for number, trip in enumerate(samples.trips.trips, 1)
        )

    def gaps(samples: Samples, say: Say) -> Iterator[list[list[Cell]]]:
        del say
        day = samples.day
        yield _across(
            [day.vehicle.name, number, gap.begin_s, gap.end_s, gap.duration_s, _cell(round(gap.straight_m, 1))]
            for number, gap in enumerate(day.gaps, 1)
        )

    def alerts(samples: Samples, say: Say) -> Iterator[list[list[Cell]]]:
        plate = samples.day.vehicle.name
        yield _across(
            [plate, *_alert(alert, say), *placed(alert.lon_deg, alert.lat_deg)] for alert in samples.day.alerts
        )

    number = Column("number", QT_TRANSLATE_NOOP("Export", "No."), Kind.NUMBER, width=8)
    straight = Column("straight_m", QT_TRANSLATE_NOOP("Export", "Straight line across, m"), Kind.NUMBER, 1)
    return (
        Table(
            Content.POSITIONS,
            QT_TRANSLATE_NOOP("Export", "Positions"),
            (_PLATE, *_TIMES, lon, lat, *_MEASURED),
            _positions,
        ),
        Table(
            Content.TRIPS,
            QT_TRANSLATE_NOOP("Export", "Trips"),
            (_PLATE, number, *_TRIP, *_ends(lon, lat)),
            trips,
        ),
        Table(
            Content.STOPS,
            QT_TRANSLATE_NOOP("Export", "Stops"),
            (_PLATE, number, _BEGIN, _END, _DURATION, lon, lat, *_PLACE, _FOUND_AGAIN),
            stops,
        ),
        Table(
            Content.GAPS,
            QT_TRANSLATE_NOOP("Export", "Gaps"),
            (_PLATE, number, _BEGIN, _END, _DURATION, straight),
            gaps,
        ),
        Table(
            Content.ALERTS,
            QT_TRANSLATE_NOOP("Export", "Alerts"),
            (_PLATE, *_ALERT, lon, lat),
            alerts,
        ),
    )


_TIMES = (
    Column("time_gmt8", QT_TRANSLATE_NOOP("Export", "Time (GMT+8)"), Kind.TIME, width=20),
    Column("time_unix_s", QT_TRANSLATE_NOOP("Export", "Unix time, s"), Kind.NUMBER),
)
_MEASURED = (
    Column("speed_kmh", QT_TRANSLATE_NOOP("Export", "Speed by GNSS, km/h"), Kind.NUMBER, 1),
    Column("recorder_speed_kmh", QT_TRANSLATE_NOOP("Export", "Speed by recorder, km/h"), Kind.NUMBER, 1),
    Column("direction_deg", QT_TRANSLATE_NOOP("Export", "Direction, °"), Kind.NUMBER),
    Column("altitude_m", QT_TRANSLATE_NOOP("Export", "Altitude, m"), Kind.NUMBER),
    Column("mileage_km", QT_TRANSLATE_NOOP("Export", "Odometer, km"), Kind.NUMBER, 1),
    Column("state", QT_TRANSLATE_NOOP("Export", "State")),
    Column("piece", QT_TRANSLATE_NOOP("Export", "Piece between gaps"), Kind.NUMBER),
    Column("gap_before_s", QT_TRANSLATE_NOOP("Export", "Gap before, s"), Kind.NUMBER),
    Column("doubt", QT_TRANSLATE_NOOP("Export", "Doubt"), width=16),
    Column("ignition", QT_TRANSLATE_NOOP("Export", "Ignition")),
    Column("alarm_bits", QT_TRANSLATE_NOOP("Export", "Alarm bits"), width=14),
    Column("status_bits", QT_TRANSLATE_NOOP("Export", "Status bits"), width=14),
)
_ALERT = (
    Column("rule", QT_TRANSLATE_NOOP("Export", "Rule")),
    Column("priority", QT_TRANSLATE_NOOP("Export", "Priority")),
    _BEGIN,
    _END,
    _DURATION,
    Column("ongoing", QT_TRANSLATE_NOOP("Export", "Ongoing")),
    Column("peak_kmh", QT_TRANSLATE_NOOP("Export", "Highest speed, km/h"), Kind.NUMBER, 1),
    Column("limit_kmh", QT_TRANSLATE_NOOP("Export", "Limit, km/h"), Kind.NUMBER, 1),
    Column("alert_state", QT_TRANSLATE_NOOP("Export", "Handling")),
    Column("acknowledged_by", QT_TRANSLATE_NOOP("Export", "Acknowledged by")),
    Column("acknowledged_gmt8", QT_TRANSLATE_NOOP("Export", "Acknowledged (GMT+8)"), Kind.TIME, width=20),
    Column("rule_version", QT_TRANSLATE_NOOP("Export", "Version of the rule")),
)


_PLACE = (
    Column("road", QT_TRANSLATE_NOOP("Export", "Road"), width=18),
    Column("near", QT_TRANSLATE_NOOP("Export", "Near")),
    Column("near_m", QT_TRANSLATE_NOOP("Export", "From there, m"), Kind.NUMBER),
)
_FOUND_AGAIN = Column(
    "found_again_gmt8", QT_TRANSLATE_NOOP("Export", "Silent after it, still here at (GMT+8)"), Kind.TIME, width=20
)
_TRIP = (
    _BEGIN,
    _END,
    _DURATION,
    Column("driving_s", QT_TRANSLATE_NOOP("Export", "Driving time, s"), Kind.NUMBER),
    Column("odometer_km", QT_TRANSLATE_NOOP("Export", "Distance by odometer, km"), Kind.NUMBER, 1),
    Column("gnss_km", QT_TRANSLATE_NOOP("Export", "Distance by GNSS, km"), Kind.NUMBER, 3),
    Column("unseen_km", QT_TRANSLATE_NOOP("Export", "Straight over silence, km"), Kind.NUMBER, 3),
    Column("difference_km", QT_TRANSLATE_NOOP("Export", "Difference, km"), Kind.NUMBER, 3),
    Column("unseen_s", QT_TRANSLATE_NOOP("Export", "Without data, s"), Kind.NUMBER),
    Column("longest_stop_s", QT_TRANSLATE_NOOP("Export", "Longest stop within, s"), Kind.NUMBER),
    Column("peak_kmh", QT_TRANSLATE_NOOP("Export", "Highest speed, km/h"), Kind.NUMBER, 1),
    Column("begin_seen", QT_TRANSLATE_NOOP("Export", "Beginning seen")),
    Column("end_seen", QT_TRANSLATE_NOOP("Export", "End seen")),
)


def _ends(lon: Column, lat: Column) -> tuple[Column, ...]:
    """Return the columns of both ends of a trip: places and coordinates."""
    of_places = (*_PLACE, lon, lat)
    titles = (
        (
            QT_TRANSLATE_NOOP("Export", "From: road"),
            QT_TRANSLATE_NOOP("Export", "From: near"),
            QT_TRANSLATE_NOOP("Export", "From: m from there"),
            QT_TRANSLATE_NOOP("Export", "From: longitude, °"),
            QT_TRANSLATE_NOOP("Export", "From: latitude, °"),
        ),
        (
            QT_TRANSLATE_NOOP("Export", "To: road"),
            QT_TRANSLATE_NOOP("Export", "To: near"),
            QT_TRANSLATE_NOOP("Export", "To: m from there"),
            QT_TRANSLATE_NOOP("Export", "To: longitude, °"),
            QT_TRANSLATE_NOOP("Export", "To: latitude, °"),
        ),
    )
    return tuple(
        replace(column, key=f"{end}_{column.key}", title=title)
        for end, own in zip(("from", "to"), titles, strict=True)
        for column, title in zip(of_places, own, strict=True)
    )


def _trip(trip: NamedTrip, say: Say) -> list[Cell]:
    log = trip.log
    odometer, difference = log.odometer_km, log.difference_km
    return [
        log.begin_s,
        log.end_s,
        _cell(log.duration_s),
        _cell(log.driving_s),
        None if odometer is None else _cell(round(odometer, 1)),
        _cell(round(log.gnss_km, 3)),
        _cell(round(log.unseen_km, 3)),
        None if difference is None else _cell(round(difference, 3)),
        _cell(log.unseen_s),
        _cell(log.longest_stop_s),
        _cell(round(log.peak_kmh, 1)),
        say(_YES_NO[not log.after_gap]),
        say(_YES_NO[not log.into_gap]),
    ]


def _spot(spot: Spot) -> list[Cell]:
    near = spot.near
    return [
        spot.road,
        near.name if near is not None else "",
        None if near is None else _cell(float(round(spot.away_m))),
    ]


def _positions(samples: Samples, say: Say) -> Iterator[list[list[Cell]]]:
    """Yield the reports, CHUNK at a time."""
    track, plate = samples.day.track, samples.day.vehicle.name
    doubt = [_word(DOUBT_WORDS[one], say) for one in Doubt]
    state = [_word(STATE_WORDS[one], say) for one in State]
    yes_no = [say(word) for word in _YES_NO]
    for begin in range(0, len(track), CHUNK):
        part = slice(begin, begin + CHUNK)
        ignition = (track.status_bits[part] & np.uint32(StatusBit.ACC_ON)) != 0
        times: list[Cell] = track.time_s[part].tolist()
        yield [
            [plate] * len(times),
            times,
            times,
            _numbers(samples.lon_deg[part], 7),
            _numbers(samples.lat_deg[part], 7),
            _numbers(track.speed_kmh[part], 1),
            _numbers(track.recorder_speed_kmh[part], 1),
            track.direction_deg[part].tolist(),
            track.altitude_m[part].tolist(),
            _numbers(track.mileage_km[part], 1),
            [state[one] for one in samples.state[part].tolist()],
            [one or None for one in samples.piece[part].tolist()],
            _numbers(samples.silent_s[part], 0),
            [doubt[one] for one in samples.doubt[part].tolist()],
            [yes_no[one] for one in ignition.tolist()],
            [f"0x{bits:08X}" for bits in track.alarm_bits[part].tolist()],
            [f"0x{bits:08X}" for bits in track.status_bits[part].tolist()],
        ]


def _alert(alert: Alert, say: Say) -> list[Cell]:
    begin_s, end_s = alert.begin.timestamp(), alert.end.timestamp()
    speeding = alert.rule == "overspeed"
    return [
        say(RULES[alert.rule]) if alert.rule in RULES else alert.rule,
        say(PRIORITIES[alert.priority]),
        begin_s,
        end_s,
        _cell(round(end_s - begin_s, 1)),
        say(_YES_NO[alert.ongoing]),
        _cell(round(alert.peak, 1)) if speeding else None,
        _cell(round(alert.limit, 1)) if speeding and alert.limit is not None else None,
        say(ALERT_STATES[alert.state]),
        alert.acknowledged_by,
        alert.acknowledged_at.timestamp() if alert.acknowledged_at is not None else None,
        alert.rule_version,
    ]


def _word(text: str, say: Say) -> str:
    return say(text) if text else ""  # an empty text means the whole catalogue to a translator


def _numbers(values: NDArray[np.float64], digits: int) -> list[Cell]:
    return [_cell(value) for value in np.round(values, digits).tolist()]


def _cell(value: float) -> Cell:
    """Return a number as a cell: None where it is unknown, whole where it is whole."""
    if value != value:  # noqa: PLR0124 - NaN alone differs from itself
        return None
    return int(value) if value.is_integer() else value


def _across(rows: Iterator[list[Any]] | Sequence[list[Any]]) -> list[list[Cell]]:
    """Return columns for rows."""
    return [list(column) for column in zip(*rows, strict=True)]

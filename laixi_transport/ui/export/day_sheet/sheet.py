"""What stands on a day sheet, block for block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from laixi_transport.analytics.cleaning import LEAST_DISBELIEVED, Doubt
from laixi_transport.domain.time import DAY_S, beijing_date
from laixi_transport.services.export.digest import DataDigest
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.export.summary import PROGRAM
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.day_trips import DayTrips, day_trips
from laixi_transport.ui import format as text
from laixi_transport.ui.export.day_sheet import speed_curve, way_map
from laixi_transport.ui.export.paper import blocks
from laixi_transport.ui.export.paper.blocks import Block, TableColumn
from laixi_transport.ui.export.paper.document import Document
from laixi_transport.ui.export.paper.ink import SMALL, TEXT, TITLE, Ink
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.place_names import named_places, near_text, short_place
from laixi_transport.ui.timeline.axis import Span
from laixi_transport.ui.trip_text import begin_note, difference_text, end_note

LEAD = 0.02

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Sources:
    """What a sheet needs beside the day itself."""

    base_map: BaseMap
    written_s: float  # Unix seconds, when it is made
    by: str = ""  # who makes it
    picture: QImage | None = None  # of the map; None: there is no position
    trips: DayTrips | None = None  # of the day; None: without roads, from the day and the base map alone


def day_sheet(day: VehicleDay, sources: Sources) -> Document:
    """Return the sheet of one vehicle's period; any thread."""
    samples = Samples.of(day)
    digest = DataDigest()
    digest.add(day)
    name = text.plate(day.vehicle.name)
    title = translate("DaySheet", "Day sheet {vehicle} {day}").format(vehicle=name, day=_period(day))
    made: list[Block] = [_head(day, name), blocks.fields(_figures(day, samples), 4)]
    if sources.picture is not None:
        made += [blocks.space(6), _map(sources.picture), blocks.space()]
    if len(day.track):
        made += [blocks.picture(speed_curve.HEIGHT, _curve(day))]
        found = sources.trips or day_trips(day, places=named_places(sources.base_map))
        made += _trips(found)
        made += _stops(found)
        made += _overspeed(day, samples)
        made += _gaps(day)
    else:
        nothing = translate("DaySheet", "There are no reports in this period: nothing is known of it.")
        made += [blocks.space(), blocks.paragraph(nothing, colour="text", size=TEXT)]
    made += _alerts(day)
    made += _proof(day, samples, digest, sources)
    foot = " · ".join((PROGRAM, translate("DaySheet", "data version {version}").format(version=digest.version)))
    return Document(title=title, blocks=tuple(made), foot=foot)


def _period(day: VehicleDay) -> str:
    first, last = beijing_date(day.begin_s), beijing_date(day.end_s - 1)
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def _head(day: VehicleDay, name: str) -> Block:
    vehicle = day.vehicle
    kind = text.vehicle_class(vehicle.vehicle_class)
    line = translate("DaySheet", "line {line}").format(line=vehicle.line) if vehicle.line else ""
    belongs = " · ".join(
        part for part in (vehicle.organisation, line, kind, text.plate_colour(vehicle.plate_colour)) if part
    )
    begin, end = text.date_time(day.begin_s), text.date_time(day.end_s)
    date = beijing_date(day.begin_s)
    one_day = date == beijing_date(day.end_s - 1)
    when = f"{date.isoformat()} {QLocale().dayName(date.isoweekday())}" if one_day else _period(day)
    period = translate("DaySheet", "Period {begin} to {end} (GMT+8)").format(begin=begin, end=end)
    kind_of_paper = translate("DaySheet", "Day sheet of a vehicle")

    def paint(painter: QPainter, room: QRectF, ink: Ink) -> None:
        painter.setFont(ink.font(TITLE, bold=True))
        painter.setPen(ink.colour("text"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft), name)
        painter.setFont(ink.font(14, bold=True))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight), kind_of_paper)
        painter.setFont(ink.font(TEXT))
        painter.drawText(room.adjusted(0, 22, 0, 0), int(Qt.AlignmentFlag.AlignRight), when)
        painter.drawText(room.adjusted(0, 34, 0, 0), int(Qt.AlignmentFlag.AlignLeft), belongs)
        painter.setFont(ink.font(SMALL))
        painter.setPen(ink.colour("dim"))
        painter.drawText(room.adjusted(0, 54, 0, 0), int(Qt.AlignmentFlag.AlignLeft), period)
        painter.setPen(ink.pen("text", 1.2))
        painter.drawLine(room.bottomLeft() - _up(8), room.bottomRight() - _up(8))

    return lambda _width, ink: [blocks.Piece(88, lambda painter, room: paint(painter, room, ink))]


def _figures(day: VehicleDay, samples: Samples) -> list[tuple[str, str]]:
    alerts = (translate("DaySheet", "Alerts"), text.number(len(day.alerts)))
    if not len(day.track):  # not even that it stood still is known
        return [(translate("DaySheet", "Reports"), "0"), alerts]
    begin, end, _ = _span(day, float(day.track.time_s[0]), float(day.track.time_s[-1]))
    distance = day.distance
    difference = distance.difference_km
    pairs = [
        (translate("DaySheet", "Distance by odometer"), text.mileage(distance.odometer_km)),
        (translate("DaySheet", "Distance by GNSS"), text.mileage(distance.gnss_km)),
        (translate("DaySheet", "Straight over gaps"), text.mileage(distance.unseen_km)),
        (translate("DaySheet", "Difference"), difference_text(difference)),
        (translate("DaySheet", "Driving time"), text.duration(day.driving_s)),
        (translate("DaySheet", "Stops"), _many(len(day.stops), sum(stop.duration_s for stop in day.stops))),
        (translate("DaySheet", "No data"), _many(len(day.gaps), sum(gap.duration_s for gap in day.gaps))),
        (
            translate("DaySheet", "Overspeed"),
            _many(len(day.overspeed), sum(episode.duration_s for episode in day.overspeed))
            if day.vehicle.speed_limit_kmh is not None
            else translate("DaySheet", "no limit is known"),
        ),
        (translate("DaySheet", "Highest speed"), _highest(day)),
        alerts,
        (translate("DaySheet", "Reports"), f"{text.number(len(day.track))} ({begin} – {end})"),
    ]
    without, doubtful = int((samples.doubt == Doubt.NOT_LOCATED).sum()), samples.doubts
    said = translate("DaySheet", "{n} without a fix, {m} doubtful").format(n=without, m=doubtful)
    return [*pairs, (translate("DaySheet", "Quality"), said)]


def _highest(day: VehicleDay) -> str:
    known = day.track.speed_kmh[day.track.located]
    return text.speed(float(known.max())) if len(known) else text.NONE


def _many(count: int, seconds: float) -> str:
    return f"{count} ({text.duration(seconds)})" if count else "0"


def _map(image: QImage) -> Block:
    size = way_map.SIZE

    def paint(painter: QPainter, room: QRectF, ink: Ink) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(room, image)
        painter.setPen(ink.pen("line", 0.75))
        painter.drawRect(room)

    return lambda width, ink: [
        blocks.Piece(width * size.height() / size.width(), lambda painter, room: paint(painter, room, ink))
    ]


def _curve(day: VehicleDay) -> blocks.Paint:
    times = day.track.time_s
    known = Span(float(times[0]), float(times[-1])) if len(times) > 1 else Span(float(day.begin_s), float(day.end_s))
    span = known.grown(LEAD)
    ink = Ink()
    return lambda painter, room: speed_curve.paint_speed_curve(painter, room, day, span, ink)


def _section(title: str, columns: Sequence[TableColumn], rows: Sequence[Sequence[str]], none: str) -> list[Block]:
    return [blocks.heading(title), blocks.table(columns, rows) if rows else blocks.paragraph(none)]


def _number() -> TableColumn:
    return TableColumn(translate("DaySheet", "No."), 0.5, numeric=True)


def _times() -> tuple[TableColumn, ...]:
    return (
        TableColumn(translate("DaySheet", "Begin"), 1.6),
        TableColumn(translate("DaySheet", "End"), 1.6),
        TableColumn(translate("DaySheet", "Duration"), 1.3),
    )


def _span(day: VehicleDay, begin_s: float, end_s: float) -> tuple[str, str, str]:
    """Return begin, end and duration; times carry their date where the period has several."""
    say = text.clock if day.end_s - day.begin_s <= DAY_S else text.date_time
    return say(begin_s), say(end_s), text.duration(end_s - begin_s)


def _trips(found: DayTrips) -> list[Block]:
    day = found.day
    rows = []
    for number, trip in enumerate(found.trips, 1):
        log = trip.log
        begin, end, _ = _span(day, log.begin_s, log.end_s)
        rows.append(
            (
                str(number),
                "\n".join(part for part in (begin, short_place(trip.origin), begin_note(trip)) if part),
                "\n".join(part for part in (end, short_place(trip.destination), end_note(trip)) if part),
                text.duration(log.driving_s),
                text.NONE if log.longest_stop is None else text.duration(log.longest_stop_s),
                text.mileage(log.odometer_km),
                text.mileage(log.gnss_km),
                difference_text(log.difference_km),
                text.speed(log.peak_kmh),
            )
        )
    columns = (
        TableColumn(translate("DaySheet", "No."), 0.9, numeric=True),
        TableColumn(translate("DaySheet", "From"), 3.4),
        TableColumn(translate("DaySheet", "To"), 3.4),
        TableColumn(translate("DaySheet", "Driving time"), 1.7),
        TableColumn(translate("DaySheet", "Longest stop"), 1.6),
        TableColumn(translate("DaySheet", "Odometer"), 1.95, numeric=True),
        TableColumn(translate("DaySheet", "GNSS"), 1.4, numeric=True),
        TableColumn(translate("DaySheet", "Difference"), 2.0, numeric=True),
        TableColumn(translate("DaySheet", "Highest speed"), 1.7, numeric=True),
    )
    return _section(translate("DaySheet", "Trips"), columns, rows, translate("DaySheet", "The vehicle made no trip."))


def _stops(found: DayTrips) -> list[Block]:
    day = found.day
    rows = []
    for number, named in enumerate(found.stops, 1):
        stop, spot = named.stop, named.spot
        place = [" · ".join(part for part in (spot.road, near_text(spot)) if part)]
        if named.found_again_s is not None:
            again = translate("DaySheet", "no data after it, still here at {time}")
            place.append(again.format(time=_span(day, named.found_again_s, named.found_again_s)[0]))
        times = _span(day, stop.begin_s, stop.end_s)
        rows.append(
            (
                str(number),
                *times,
                "\n".join(filter(None, place)) or text.NONE,
                text.coordinate(spot.lat_deg, spot.lon_deg),
            )
        )
    columns = (
        _number(),
        *_times(),
        TableColumn(translate("DaySheet", "Place"), 3.6),
        TableColumn(translate("DaySheet", "Coordinates"), 2.6),
    )
    title = translate("DaySheet", "Stops, by their numbers on the map")
    return _section(title, columns, rows, translate("DaySheet", "No stop was seen."))


def _overspeed(day: VehicleDay, samples: Samples) -> list[Block]:
    def place(at: int) -> str:
        if samples.doubt[at] >= LEAST_DISBELIEVED:
            return text.NONE
        return text.coordinate(float(day.track.lat_deg[at]), float(day.track.lon_deg[at]))

    rows = [
        (
            str(number),
            *_span(day, episode.begin_s, episode.end_s),
            text.speed_over(episode.peak_kmh, episode.limit_kmh),
            place(episode.worst),
        )
        for number, episode in enumerate(day.overspeed, 1)
    ]
    columns = (
        _number(),
        *_times(),
        TableColumn(translate("DaySheet", "Speed/limit, km/h"), 1.7, numeric=True),
        TableColumn(translate("DaySheet", "Where it was worst"), 2.4),
    )
    none = translate("DaySheet", "None was found.")
    if day.vehicle.speed_limit_kmh is None:
        none = translate("DaySheet", "No limit is known for this vehicle, so none could be found.")
    return _section(translate("DaySheet", "Overspeed"), columns, rows, none)


def _gaps(day: VehicleDay) -> list[Block]:
    rows = [
        (
            str(number),
            *_span(day, gap.begin_s, gap.end_s),
            text.distance(None if np.isnan(gap.straight_m) else gap.straight_m),
        )
        for number, gap in enumerate(day.gaps, 1)
    ]
    columns = (_number(), *_times(), TableColumn(translate("DaySheet", "Straight line across"), 1.8, numeric=True))
    title = translate("DaySheet", "Times without data; nothing is known of them")
    return _section(title, columns, rows, translate("DaySheet", "There are none."))


def _alerts(day: VehicleDay) -> list[Block]:
    rows = [
        (
            str(number),
            *_span(day, alert.begin.timestamp(), alert.end.timestamp()),
            text.alert(alert),
            text.priority(alert.priority),
            " · ".join(part for part in (text.alert_state(alert.state), alert.acknowledged_by or "") if part),
        )
        for number, alert in enumerate(day.alerts, 1)
    ]
    columns = (
        _number(),
        *_times(),
        TableColumn(translate("DaySheet", "What"), 2.4),
        TableColumn(translate("DaySheet", "Priority"), 0.9),
        TableColumn(translate("DaySheet", "Handling"), 1.8),
    )
    return _section(translate("DaySheet", "Alerts"), columns, rows, translate("DaySheet", "There are none."))


def _proof(day: VehicleDay, samples: Samples, digest: DataDigest, sources: Sources) -> list[Block]:
    del day, samples
    written = text.date_time(sources.written_s)
    made = translate("DaySheet", "Made {time} (GMT+8) with {program}.").format(time=written, program=PROGRAM)
    if sources.by:
        made = translate("DaySheet", "Made {time} (GMT+8) by {person} with {program}.").format(
            time=written, person=sources.by, program=PROGRAM
        )
    data = translate("DaySheet", "Data version {version}; SHA-256 of the reports as stored:\n{sha256}").format(
        version=digest.version, sha256=digest.sha256
    )
    how = (
        translate(
            "DaySheet",
            "Times are GMT+8, coordinates WGS-84. Odometer: the mileage that the terminal reports (item 01). GNSS: "
            "along the believed fixes while driving; gaps are not bridged. Difference: odometer minus GNSS minus the "
            "straight lines over gaps.",
        ),
        translate(
            "DaySheet",
            "A stop is a stay of two minutes or more within 50 m, a gap a silence of more than five minutes. Overspeed "
            "is judged by the speed of the receiver against the limit entered for the vehicle. A trip ends where the "
            "vehicle stands for five minutes or more, or falls silent. Names of roads are those of imported map data "
            "that the fixes were matched to; towns only help to find a place.",
        ),
    )
    return [
        blocks.heading(translate("DaySheet", "About this sheet")),
        blocks.paragraph(made, colour="text"),
        blocks.paragraph(data, colour="text"),
        *(blocks.paragraph(part) for part in how),
    ]


def _up(units: float) -> QPointF:
    return QPointF(0, units)

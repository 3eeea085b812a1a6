"""GPX 1.0 and 1.1: a track of a vehicle a `trk`."""

from typing import Any

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.replay.delimited import KMH_PER_MPS
from laixi_transport.services.replay.point import Point, TrackFile, UnusableRow, usable


def read_gpx(text: str, name: str) -> TrackFile:
    """Return the track points; a track without a name goes by the name of the file.

    Speed and course are taken where GPX 1.0 or the extensions of 1.1 have them (m/s, degrees). Points without a time
    cannot be replayed.

    Raises Problem when the file is broken or holds no track points.
    """
    import gpxpy
    import gpxpy.gpx

    try:
        gpx = gpxpy.parse(text)
    except gpxpy.gpx.GPXException as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{name} is broken GPX: {reason}. Export it again."), name=name, reason=error
        ) from error
    file = TrackFile("GPX")
    for track in gpx.tracks:
        for segment in track.segments:
            for point in segment.points:
                file.rows += 1
                if point.time is None:
                    file.unusable.append(UnusableRow(file.rows, "no time"))
                    continue
                time_s = point.time.timestamp()  # gpxpy reads a time without a zone as UTC, as GPX says
                if reason := usable(time_s, point.latitude, point.longitude):
                    file.unusable.append(UnusableRow(file.rows, reason))
                    continue
                speed = point.speed if point.speed is not None else _extension(point, "speed")
                course = point.course if point.course is not None else _extension(point, "course")
                file.add(
                    track.name or name,
                    Point(
                        time_s,
                        point.latitude,
                        point.longitude,
                        None if speed is None else speed * KMH_PER_MPS,
                        course,
                        point.elevation,
                    ),
                )
    if not file.rows:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "{name} is GPX without track points (trkpt). Choose a file with a recorded track."
            ),
            name=name,
        )
    return file


def _extension(point: Any, wanted: str) -> float | None:
    for extension in point.extensions:
        for element in extension.iter():
            if str(element.tag).rpartition("}")[2].lower() == wanted:
                try:
                    return float(element.text)
                except (TypeError, ValueError):
                    return None
    return None

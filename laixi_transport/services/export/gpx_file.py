"""GPX 1.1: a track for each vehicle, a new segment after every gap, stops and doubtful fixes as waypoints."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np

from laixi_transport.services.export.choice import Options
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.export.summary import Summary
from laixi_transport.services.export.times import utc_text, utc_texts
from laixi_transport.services.export.watch import Watch
from laixi_transport.services.export.xml_text import write_parts, xml_text

_CHUNK = 4096

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="{program}" xmlns="http://www.topografix.com/GPX/1/1"
     xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">
<metadata><desc>{about}</desc><time>{written}</time></metadata>
"""


def write_gpx(days: Iterable[Samples], path: Path, options: Options, summary: Summary, watch: Watch) -> int:
    """Write tracks; return how many points the segments have.

    Speed (m/s) and direction stand in Garmin's TrackPointExtension 2, which other programs read. Doubtful fixes are
    waypoints of type "doubtful", so that no line leads over them. Source: GPX 1.1 schema, topografix.com.
    """
    marks: list[str] = []  # waypoints come before tracks; a month has some hundred
    points = 0

    def body(file: IO[str]) -> None:
        nonlocal points
        for samples in days:
            points += _write_track(samples, file, watch)
            marks.extend(_marks(samples))

    def head() -> str:
        about = "\n".join(f"{title}: {value}" for _, title, value in summary.about(options))
        values = {"program": "Laixi Transport", "about": xml_text(about), "written": utc_text(options.written_s)}
        return _HEAD.format(**values) + "".join(marks)

    write_parts(path, body, head, "</gpx>\n")
    return points


def _write_track(samples: Samples, file: IO[str], watch: Watch) -> int:
    track, vehicle = samples.day.track, samples.day.vehicle
    belongs = " ".join(part for part in (vehicle.organisation, vehicle.line) if part)
    file.write(f"<trk><name>{xml_text(vehicle.name)}</name><desc>{xml_text(belongs)}</desc>\n")
    points = 0
    for piece in samples.pieces():
        file.write("<trkseg>\n")
        for begin in range(0, len(piece), _CHUNK):
            part = piece[begin : begin + _CHUNK]
            rows = zip(
                samples.lat_deg[part].tolist(),
                samples.lon_deg[part].tolist(),
                track.altitude_m[part].tolist(),
                utc_texts(track.time_s[part]),
                np.round(track.speed_kmh[part] / 3.6, 3).tolist(),
                track.direction_deg[part].tolist(),
                strict=True,
            )
            file.writelines(
                f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{altitude}</ele><time>{time}</time><extensions>'
                f"<gpxtpx:TrackPointExtension><gpxtpx:speed>{speed}</gpxtpx:speed>"
                f"<gpxtpx:course>{course}</gpxtpx:course></gpxtpx:TrackPointExtension></extensions></trkpt>\n"
                for lat, lon, altitude, time, speed, course in rows
            )
            watch.step(len(part))
        file.write("</trkseg>\n")
        points += len(piece)
    file.write("</trk>\n")
    watch.step(len(track) - points)
    return points


def _marks(samples: Samples) -> list[str]:
    day, track = samples.day, samples.day.track
    plate = xml_text(day.vehicle.name)
    made = [
        f'<wpt lat="{stop.lat_deg:.7f}" lon="{stop.lon_deg:.7f}"><time>{utc_text(stop.begin_s)}</time>'
        f"<name>{plate} P{number}</name><desc>{utc_text(stop.begin_s)}/{utc_text(stop.end_s)}</desc>"
        "<type>stop</type></wpt>\n"
        for number, stop in enumerate(day.stops, 1)
    ]
    made += [
        f'<wpt lat="{samples.lat_deg[at]:.7f}" lon="{samples.lon_deg[at]:.7f}">'
        f"<time>{utc_text(float(track.time_s[at]))}</time><name>{plate}</name>"
        f"<desc>{samples.reason(at)}</desc><type>doubtful</type></wpt>\n"
        for at in samples.disbelieved.tolist()
    ]
    return made

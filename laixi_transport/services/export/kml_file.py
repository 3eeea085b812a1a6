"""KML 2.2 with Google's track extension: a folder for each vehicle with its stretches, stops and doubtful fixes."""

from collections.abc import Iterable
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.cleaning import believed
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.export.choice import Options
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.export.summary import Summary
from laixi_transport.services.export.times import local_text, utc_text, utc_texts
from laixi_transport.services.export.watch import Watch
from laixi_transport.services.export.xml_text import write_parts, xml_text

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2">
<Document><name>{name}</name><description>{about}</description>
<Style id="way"><LineStyle><color>ffd86f1d</color><width>4</width></LineStyle></Style>
<Style id="stop"><IconStyle><color>ff7d7167</color></IconStyle></Style>
<Style id="doubtful"><IconStyle><color>8067717d</color></IconStyle></Style>
<Schema id="samples"><gx:SimpleArrayField name="speed_kmh" type="float"/>
<gx:SimpleArrayField name="direction_deg" type="int"/></Schema>
"""


def write_kml(days: Iterable[Samples], path: Path, options: Options, summary: Summary, watch: Watch) -> int:
    """Write tracks and stops; return how many points the tracks have.

    A track reaches from the first to the last fix of a stretch; between tracks nothing is drawn. Source: OGC 12-007r2
    (KML 2.3, 9.9 "kml:Track"), by the names that KML 2.2 readers know.
    """
    points = 0

    def body(file: IO[str]) -> None:
        nonlocal points
        for samples in days:
            points += _write_vehicle(samples, file, options, watch)

    def head() -> str:
        about = "\n".join(f"{title}: {value}" for _, title, value in summary.about(options))
        name = ", ".join(summary.vehicles[:3]) + ("…" if len(summary.vehicles) > 3 else "")
        return _HEAD.format(name=xml_text(name), about=xml_text(about))

    write_parts(path, body, head, "</Document>\n</kml>\n")
    return points


def _write_vehicle(samples: Samples, file: IO[str], options: Options, watch: Watch) -> int:
    day = samples.day
    good = believed(samples.doubt)
    file.write(f"<Folder><name>{xml_text(day.vehicle.name)}</name>\n")
    points = 0
    for stretch in day.stretches:
        inside = np.arange(stretch.first, stretch.last + 1)
        inside = inside[good[inside]]
        _write_way(samples, inside, file)
        points += len(inside)
        watch.step(len(inside))
    stop_word = options.say(QT_TRANSLATE_NOOP("Export", "Stop {number}"))
    for number, stop in enumerate(day.stops, 1):
        title = stop_word.format(number=number)
        said = f"{local_text(stop.begin_s)} – {local_text(stop.end_s)} GMT+8"
        place = (stop.lon_deg, stop.lat_deg)
        file.write(_placemark("stop", title, said, (stop.begin_s, stop.end_s), place))
    for at in samples.disbelieved.tolist():
        time_s = float(day.track.time_s[at])
        word = options.say(samples.reason(at))
        place = (float(samples.lon_deg[at]), float(samples.lat_deg[at]))
        file.write(_placemark("doubtful", word, f"{local_text(time_s)} GMT+8", (time_s, time_s), place))
    file.write("</Folder>\n")
    watch.step(max(0, len(day.track) - points))
    return points


def _write_way(samples: Samples, index: NDArray[np.intp], file: IO[str]) -> None:
    track = samples.day.track
    times = utc_texts(track.time_s[index])
    name = xml_text(f"{samples.day.vehicle.name} {local_text(float(track.time_s[index[0]]))}")
    file.write(f"<Placemark><name>{name}</name><styleUrl>#way</styleUrl><gx:Track>\n")
    file.writelines(f"<when>{time}</when>\n" for time in times)
    coordinates = zip(
        samples.lon_deg[index].tolist(), samples.lat_deg[index].tolist(), track.altitude_m[index].tolist(), strict=True
    )
    file.writelines(f"<gx:coord>{lon:.7f} {lat:.7f} {altitude}</gx:coord>\n" for lon, lat, altitude in coordinates)
    file.write('<ExtendedData><SchemaData schemaUrl="#samples">\n')
    for key, values in (
        ("speed_kmh", np.round(track.speed_kmh[index], 1).tolist()),
        ("direction_deg", track.direction_deg[index].tolist()),
    ):
        file.write(f'<gx:SimpleArrayData name="{key}">')
        file.writelines(f"<gx:value>{value}</gx:value>" for value in values)
        file.write("</gx:SimpleArrayData>\n")
    file.write("</SchemaData></ExtendedData></gx:Track></Placemark>\n")


def _placemark(kind: str, title: str, said: str, span_s: tuple[float, float], place: tuple[float, float]) -> str:
    begin, end = utc_text(span_s[0]), utc_text(span_s[1])
    return (
        f"<Placemark><name>{xml_text(title)}</name><description>{xml_text(said)}</description>"
        f"<TimeSpan><begin>{begin}</begin><end>{end}</end></TimeSpan><styleUrl>#{kind}</styleUrl>"
        f"<Point><coordinates>{place[0]:.7f},{place[1]:.7f}</coordinates></Point></Placemark>\n"
    )

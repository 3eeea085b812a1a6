"""GeoJSON (RFC 7946): a feature for each stretch, stop, gap and doubtful fix; one feature a line."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.cleaning import believed
from laixi_transport.domain.map_data import Frame
from laixi_transport.services.export.choice import FRAME_NAMES, Options
from laixi_transport.services.export.samples import Samples, converted
from laixi_transport.services.export.summary import Summary
from laixi_transport.services.export.times import utc_text, utc_texts
from laixi_transport.services.export.watch import Watch

Feature = dict[str, Any]


def write_geojson(days: Iterable[Samples], path: Path, options: Options, summary: Summary, watch: Watch) -> int:
    """Write a FeatureCollection; return how many reports went in.

    ``kind`` of a feature is "driving" (a line with ``coordTimes`` in UTC and ``speed_kmh`` for each vertex), "stop",
    "fix" (alone between two gaps), "doubtful" or "gap"; a gap has no geometry, because nothing is known of it.
    """
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection",\n')
        file.write(f'"coordinate_system": {json.dumps(FRAME_NAMES[options.system])},\n"features": [')
        before = "\n"
        for samples in days:
            for feature in _features(samples, options.system):
                file.write(before + json.dumps(feature, ensure_ascii=False, allow_nan=False))
                before = ",\n"
                watch.step()
            watch.step(len(samples.day.track))
        about = {key: value for key, _, value in summary.about(options)}
        file.write(f'\n],\n"about": {json.dumps(about, ensure_ascii=False)}}}\n')
    return summary.reports


def _features(samples: Samples, system: Frame) -> Iterator[Feature]:
    day, track = samples.day, samples.day.track
    plate = day.vehicle.name
    good = believed(samples.doubt)
    told = np.zeros(len(track), np.bool_)
    for stretch in day.stretches:
        inside = np.arange(stretch.first, stretch.last + 1)
        told[inside] = True
        inside = inside[good[inside]]
        if len(inside) > 1:
            yield _feature(
                {"type": "LineString", "coordinates": _places(samples, inside)},
                plate,
                "driving",
                stretch.begin_s,
                stretch.end_s,
                distance_m=round(stretch.distance_m, 1),
                coordTimes=utc_texts(track.time_s[inside]),
                speed_kmh=np.round(track.speed_kmh[inside], 1).tolist(),
            )
    for number, stop in enumerate(day.stops, 1):
        told[stop.first : stop.last + 1] = True
        lon, lat = converted(np.array([stop.lon_deg]), np.array([stop.lat_deg]), system)
        place = [float(lon[0]), float(lat[0])]
        yield _feature(_point(place), plate, "stop", stop.begin_s, stop.end_s, number=number)
    for gap in day.gaps:
        yield _feature(None, plate, "gap", gap.begin_s, gap.end_s)
    for kind, chosen in (("fix", np.flatnonzero(good & ~told)), ("doubtful", samples.disbelieved)):
        for at, place in zip(chosen.tolist(), _places(samples, chosen), strict=True):
            time_s, speed = float(track.time_s[at]), round(float(track.speed_kmh[at]), 1)
            why = {"reason": samples.reason(at)} if kind == "doubtful" else {}
            yield _feature(_point(place), plate, kind, time_s, time_s, speed_kmh=speed, **why)


def _feature(
    geometry: dict[str, Any] | None, plate: str, kind: str, begin_s: float, end_s: float, **more: Any
) -> Feature:
    times = {"begin": utc_text(begin_s), "end": utc_text(end_s), "duration_s": round(end_s - begin_s, 1)}
    return {"type": "Feature", "geometry": geometry, "properties": {"plate": plate, "kind": kind, **times, **more}}


def _point(place: list[float]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": place}


def _places(samples: Samples, chosen: NDArray[np.intp]) -> list[list[float]]:
    return np.stack((samples.lon_deg[chosen], samples.lat_deg[chosen]), axis=1).tolist()  # type: ignore[no-any-return]

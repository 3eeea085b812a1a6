"""Vehicles' days written to one file, vehicle after vehicle."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import DAY_S
from laixi_transport.services.export.choice import FRAME_NAMES, Content, Format, Options
from laixi_transport.services.export.csv_file import write_csv
from laixi_transport.services.export.geojson_file import write_geojson
from laixi_transport.services.export.geoparquet_file import write_geoparquet
from laixi_transport.services.export.gpx_file import write_gpx
from laixi_transport.services.export.kml_file import write_kml
from laixi_transport.services.export.samples import Samples
from laixi_transport.services.export.summary import Exported, Summary
from laixi_transport.services.export.watch import Watch
from laixi_transport.services.export.whole_file import whole_file
from laixi_transport.services.export.workbook import write_workbook
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.playback.service import PlaybackService
from laixi_transport.services.trips.day_trips import DayTrips

MOST_DAYS = 31

Write = Callable[[Iterable[Samples], Path, Options, Summary, Watch], int]

_WRITERS: dict[str, Write] = {
    "csv": write_csv,
    "xlsx": write_workbook,
    "gpx": write_gpx,
    "kml": write_kml,
    "geojson": write_geojson,
    "geoparquet": write_geoparquet,
}


def export_tracks(
    days: Iterable[VehicleDay],
    path: Path,
    format: Format,  # noqa: A002 - the word for it
    *,
    options: Options | None = None,
    trips: Callable[[VehicleDay], DayTrips] | None = None,
    total: int = 0,
    progress: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write vehicles' days to a file and return what was written.

    days       may be made one after the other: no more than one is held
    trips      finds the trips of a day with the names of roads and places; None: they have none
    total      how many reports there will be, for the progress; 0 takes it from ``days`` if that is a sequence
    progress   called with the share done, 0 to 1, on the same thread
    cancelled  asked often; once it says yes the work ends with Cancelled

    The file appears when it is whole; a file that was there before stays until then. Raises Problem where it cannot
    be written or there is no report to write, Cancelled, and ValueError for a coordinate system that the format has no
    room for.
    """
    chosen = options or Options()
    if chosen.system not in format.systems:
        raise ValueError(f"{format.id} cannot carry {FRAME_NAMES[chosen.system]}")
    if not total and isinstance(days, Sequence):
        total = sum(len(day.track) for day in days)
    watch = Watch(total, progress, cancelled)
    summary = Summary()
    tells_trips = not format.tables or chosen.content in (Content.TRIPS, Content.STOPS)
    names = trips if tells_trips and format.id in ("csv", "xlsx") else None

    def counted() -> Iterator[Samples]:
        for day in days:
            watch.step()
            samples = Samples.of(day, chosen.system, names(day) if names is not None else None)
            summary.add(day, samples)
            yield samples

    with whole_file(path) as beside:
        rows = _WRITERS[format.id](counted(), beside, chosen, summary, watch)
        if not summary.reports:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "There are no reports in this period. Choose another one, nothing was written."
                )
            )
        watch.step()
        size = beside.stat().st_size
    watch.finish()
    return Exported(path, size, rows, len(summary.vehicles), summary.digest.version, summary.digest.sha256)


def vehicle_days(
    playback: PlaybackService, vehicle_ids: Sequence[int], begin_s: int, end_s: int
) -> Iterator[VehicleDay]:
    """Yield one VehicleDay for each vehicle over the whole period, read when it is its turn.

    Raises Problem for a period that ends before it begins or is longer than MOST_DAYS: one vehicle's reports of that
    time are held at once, so that no stop is cut in two.
    """
    if end_s <= begin_s:
        raise Problem(QT_TRANSLATE_NOOP("Problem", "The period ends before it begins. Change one of its times."))
    if end_s - begin_s > MOST_DAYS * DAY_S:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "That period is too long for one file. Choose at most {days} days."),
            days=MOST_DAYS,
        )
    for vehicle_id in vehicle_ids:
        yield from playback.day([vehicle_id], begin_s, end_s)

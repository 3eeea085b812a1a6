"""Tracks as files from the command line."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import beijing_day, utc_now
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.export import Content, Exported, Options, export_tracks, vehicle_days
from laixi_transport.services.export.choice import FRAME_NAMES, format_of
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.services.playback.service import PlaybackService
from laixi_transport.services.trips.service import TripService
from laixi_transport.storage import open_store

_DOTS = str.maketrans("", "", "·•・ ")


def tracks(options: argparse.Namespace) -> Exported:
    """Write what the options ask for; Problem if it cannot be."""
    chosen = format_of(options.format)
    system = next(frame for frame, name in FRAME_NAMES.items() if name == options.coordinates)
    if system not in chosen.systems:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{format} is defined in WGS-84 only. Leave out --coordinates {system}."),
            format=options.format,
            system=options.coordinates,
        )
    first, last = options.day, options.until or options.day
    begin_s, end_s = beijing_day(first)[0], beijing_day(last)[1]
    with open_store(options.database, read_only=True) as store:
        vehicles = [_vehicle(store.register.vehicles(), plate) for plate in options.vehicle]
        playback = PlaybackService(store)
        return export_tracks(
            vehicle_days(playback, [vehicle.id for vehicle in vehicles], begin_s, end_s),
            Path(options.to),
            chosen,
            options=Options(
                content=Content(options.table),
                system=system,
                keys_only=True,
                written_s=utc_now().timestamp(),
            ),
            trips=TripService(MapDataService(store)).trips,
            progress=_progress if sys.stderr.isatty() else lambda _: None,
        )


def _vehicle(register: Sequence[Vehicle], named: str) -> Vehicle:
    """Return the vehicle with a plate, with or without its dot, or with a terminal's number."""
    plain = named.translate(_DOTS)
    for vehicle in register:
        if plain in {vehicle.plate.translate(_DOTS), vehicle.phone}:
            return vehicle
    raise Problem(
        QT_TRANSLATE_NOOP("Problem", "There is no vehicle {plate}. “register list” prints those that there are."),
        plate=named,
    )


def _progress(share: float) -> None:
    print(f"\r{share:.0%}", end="" if share < 1 else "\n", file=sys.stderr, flush=True)  # noqa: T201

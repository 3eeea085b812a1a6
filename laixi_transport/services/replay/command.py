"""The `replay` command without its parser."""

import asyncio
import datetime as dt
import math
from pathlib import Path

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.replay.delimited import parse_columns, parse_time_zone
from laixi_transport.services.replay.reading import read_track_file
from laixi_transport.services.replay.sending import Progress, ReplayReport, replay

VERSIONS = {"2011": 2011, "2013": 2013, "2019": 2019}


def run_replay(
    file: str | Path,
    host: str,
    port: int,
    speed: str = "max",
    columns: str = "",
    time_zone: str = "",
    protocol_version: str = "2013",
    progress: Progress | None = None,
) -> ReplayReport:
    """Read a track file and send it to a gateway; all options are as typed.

    speed       times as fast as recorded, or "max"
    columns     "time=…,lat=…,lon=…,vehicle=…" for a CSV that is not TIDES
    time_zone   of times that name none; empty: UTC

    Raises Problem for whatever is wrong with file, options or gateway.
    """
    if protocol_version not in VERSIONS:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "There is no protocol version “{version}”. Choose one of {known}."),
            version=protocol_version,
            known=", ".join(VERSIONS),
        )
    pace = parse_speed(speed)
    zone = parse_time_zone(time_zone) if time_zone else dt.UTC
    content = read_track_file(Path(file), parse_columns(columns), zone)
    version = VERSIONS[protocol_version]
    return asyncio.run(replay(content, host, port, speed=pace, version=version, progress=progress))


def parse_speed(text: str) -> float | None:
    """Return how many times as fast as recorded, None for "max"; Problem for anything else."""
    if text.strip().lower() == "max":
        return None
    try:
        speed = float(text.strip().lower().removesuffix("x"))
    except ValueError:
        speed = math.nan
    if not 0 < speed < math.inf:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "“{text}” is no speed. Write a number above 0, for example 10, or max."),
            text=text,
        )
    return speed

"""Recorder blocks as arrays, for rules and curves; times in UTC."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.devices.recorder.data import Accident, PlaceRecords, SpeedRecords

ACCIDENT_STEP_S = 0.2
_Row = tuple[float, int | None, int | None]


@dataclass(frozen=True, slots=True)
class SpeedColumns:
    """Speeds in order of time; every array has shape (n,)."""

    time_s: NDArray[np.float64]  # Unix seconds
    speed_kmh: NDArray[np.float64]
    signal_bits: NDArray[np.uint8]  # recorder.place.Signal; 0 where the recorder stored none

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """Places in order of time; every array has shape (n,)."""

    time_s: NDArray[np.float64]  # Unix seconds, the begin of the minute
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    altitude_m: NDArray[np.float64]  # NaN where it is not known
    speed_kmh: NDArray[np.float64]  # NaN where it is not known

    def __len__(self) -> int:
        return len(self.time_s)


def speed_columns(records: SpeedRecords) -> SpeedColumns:
    """Return the speed of every second that block 08 has one for; minutes without a time are left out."""
    rows: list[_Row] = [
        (minute.begin.timestamp() + second, sample.speed_kmh, sample.signal_bits)
        for minute in records.minutes
        if minute.begin is not None
        for second, sample in enumerate(minute.seconds)
        if sample.speed_kmh is not None
    ]
    return _speeds(rows)


def accident_columns(accident: Accident) -> SpeedColumns:
    """Return the speeds of the 20 s before one stop; nothing if its time is not known."""
    if accident.end is None:
        return _speeds([])
    end_s = accident.end.timestamp()
    return _speeds(
        [
            (end_s - index * ACCIDENT_STEP_S, sample.speed_kmh, sample.signal_bits)
            for index, sample in enumerate(accident.samples)
            if sample.speed_kmh is not None
        ]
    )


def place_columns(records: PlaceRecords) -> PlaceColumns:
    """Return the place of every minute that block 09 has one for; hours without a time are left out."""
    rows = sorted(
        (
            (hour.begin.timestamp() + 60 * index, place.lon_deg, place.lat_deg, place.altitude_m, place.speed_kmh)
            for hour in records.hours
            if hour.begin is not None
            for index, place in enumerate(hour.minutes)
            if place.lon_deg is not None and place.lat_deg is not None
        ),
        key=lambda row: row[0],
    )
    table = np.array(rows, dtype=np.float64).reshape(len(rows), 5)  # None becomes NaN
    return PlaceColumns(*table.T)


def _speeds(rows: list[_Row]) -> SpeedColumns:
    rows.sort(key=lambda row: row[0])
    return SpeedColumns(
        time_s=np.array([row[0] for row in rows], dtype=np.float64),
        speed_kmh=np.array([row[1] for row in rows], dtype=np.float64),
        signal_bits=np.array([row[2] or 0 for row in rows], dtype=np.uint8),
    )

"""A fingerprint of the data behind a paper or file, the same in whatever format they left the program."""

import hashlib
import struct

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.track import Track
from laixi_transport.services.playback.day import VehicleDay

DIGEST_VERSION = 1
_UNKNOWN = np.iinfo(np.int64).min


class DataDigest:
    """SHA-256 over the reports of vehicles as they stand in the database, in the integers of the wire.

    For each vehicle: the text "track", the version of this layout, period and number of reports as little-endian
    64-bit integers, the plate in UTF-8 after its length, then column after column (time, latitude and longitude in
    1e-6 degrees, altitude in m, speed in 0.1 km/h, direction in degrees, alarm bits, status bits, mileage in 0.1 km,
    recorder's speed in 0.1 km/h) as little-endian 64-bit integers, the smallest one where a report has no value.
    Stops, alerts and distances are computed from these and take no part.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.reports = 0

    def add(self, day: VehicleDay) -> None:
        """Take in one vehicle's reports."""
        track = day.track
        plate = day.vehicle.name.encode()
        self._hash.update(b"track")
        self._hash.update(struct.pack("<5q", DIGEST_VERSION, day.begin_s, day.end_s, len(track), len(plate)))
        self._hash.update(plate)
        for column in _columns(track):
            self._hash.update(column.astype("<i8").tobytes())
        self.reports += len(track)

    @property
    def sha256(self) -> str:
        """Return the digest so far, 64 hexadecimal digits."""
        return self._hash.hexdigest()

    @property
    def version(self) -> str:
        """Return the version of the data: it changes with every report that comes in late or is missing."""
        return f"{self.reports}-{self.sha256[:12]}"


def _columns(track: Track) -> tuple[NDArray[np.int64], ...]:
    return (
        track.time_s,
        _wire(track.lat_deg, 1e6),
        _wire(track.lon_deg, 1e6),
        track.altitude_m.astype(np.int64),
        _wire(track.speed_kmh, 10),
        track.direction_deg.astype(np.int64),
        track.alarm_bits.astype(np.int64),
        track.status_bits.astype(np.int64),
        _wire(track.mileage_km, 10),
        _wire(track.recorder_speed_kmh, 10),
    )


def _wire(values: NDArray[np.float64], scale: float) -> NDArray[np.int64]:
    known = np.isfinite(values)
    made = np.full(len(values), _UNKNOWN, np.int64)
    made[known] = np.rint(values[known] * scale).astype(np.int64)
    return made

"""Sealed vehicle-hours: all reports of one vehicle in one hour as two compressed parts.

The part ``track`` holds what a Track shows, so that playback unpacks nothing else; the part ``details`` holds the rest
and, as its tail, the other items of each report. storage.planes says how columns are written. The speed of the recorder
is written as its difference to the speed by GNSS, the time of reception as its difference to the time of the report.

Every field of the content comes back as it was, None included. Of ``received_us`` a block keeps hundredths of a second,
rounded down: finer digits are noise of the network, would take a sixth of the block, and the raw frames keep them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.position import PositionReport, StatusBit
from laixi_transport.domain.track import Track
from laixi_transport.storage.planes import DamagedBlockError, Group, Ints, Layout, rows

__all__ = ["Block", "Columns", "DamagedBlockError", "columns", "digest", "encode", "reports", "shown", "track"]

NULLABLE = (
    "mileage_hm",
    "recorder_speed_dkmh",
    "fuel_dl",
    "signal_bits",
    "io_bits",
    "analog",
    "signal_strength",
    "satellites",
)
_TRACK_ABSENT = NULLABLE[:2]
_DETAILS_ABSENT = NULLABLE[2:]

# "track_absent" and "details_absent" have one bit for each nullable column.
_SIGNED = frozenset({"lat_e6", "lon_e6", "altitude_m", "recorder_over_dkmh", "delay_cs"})
_TRACK = Layout(
    (
        Group(4, ("time_s", "lat_e6", "lon_e6", "alarm_bits", "status_bits", "mileage_hm")),
        Group(2, ("altitude_m", "speed_dkmh", "direction_deg")),
        Group(2, ("recorder_over_dkmh",), stepped=False),
        Group(1, ("track_absent",)),
    ),
    _SIGNED,
    noisy=("lat_e6", "lon_e6", "speed_dkmh"),
)
_DETAILS = Layout(
    (
        Group(4, ("terminal_id", "signal_bits", "analog")),
        Group(2, ("fuel_dl", "io_bits", "other_length")),
        Group(1, ("details_absent", "signal_strength", "satellites", "flags")),
        Group(8, ("delay_cs",), stepped=False),
    ),
    _SIGNED,
    noisy=("delay_cs",),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Reports of one vehicle in order of time as columns of numbers; absent values hold any number."""

    values: dict[str, Ints]  # every integer field of PositionReport but vehicle_id
    absent: dict[str, NDArray[np.bool_]]  # for each nullable field
    other_items: list[bytes]

    @classmethod
    def of(cls, reports: Sequence[PositionReport]) -> "Columns":
        """Turn reports round."""
        columns = dict(zip(PositionReport._fields, zip(*reports, strict=True), strict=True))
        absent = {}
        for name in NULLABLE:
            column = columns[name]
            gone = np.array([value is None for value in column])
            absent[name] = gone
            if gone.any():
                columns[name] = tuple(0 if value is None else value for value in column)
        other = list(columns.pop("other_items"))
        del columns["vehicle_id"]
        return cls({name: np.array(column, np.int64) for name, column in columns.items()}, absent, other)

    def __len__(self) -> int:
        return len(self.other_items)


@dataclass(frozen=True, slots=True)
class Block:
    """One vehicle-hour as it stands in the table track_block."""

    n: int
    begin_s: int
    end_s: int
    min_lat_e6: int | None
    max_lat_e6: int | None
    min_lon_e6: int | None
    max_lon_e6: int | None
    digest: bytes
    track: bytes
    details: bytes


def encode(columns: Columns) -> Block:
    """Pack the reports of one vehicle-hour; raises ValueError for a number that its column cannot hold."""
    values = dict(columns.values)
    n = len(columns)
    for name in NULLABLE:
        values[name] = _filled(values[name], columns.absent[name])
    values["track_absent"] = _mask(columns, _TRACK_ABSENT)
    values["details_absent"] = _mask(columns, _DETAILS_ABSENT)
    if values["recorder_speed_dkmh"].max() > 0xFFFF:
        raise ValueError(f"recorder_speed_dkmh {values['recorder_speed_dkmh'].max()} does not fit into 2 bytes")
    # Modulo 2^16, as the columns are.
    over = values["recorder_speed_dkmh"] - values["speed_dkmh"]
    values["recorder_over_dkmh"] = (
        _filled(over, columns.absent["recorder_speed_dkmh"]).astype(np.int16).astype(np.int64)
    )
    values["delay_cs"] = values["received_us"] // 10_000 - values["time_s"] * 100
    values["other_length"] = np.array([len(items) for items in columns.other_items], np.int64)
    track = _TRACK.pack(values)
    details = _DETAILS.pack(values, b"".join(columns.other_items))
    located = (values["status_bits"] & StatusBit.LOCATED) != 0
    lat, lon = values["lat_e6"][located], values["lon_e6"][located]
    times = values["time_s"]
    return Block(
        n=n,
        begin_s=int(times[0]),
        end_s=int(times[-1]),
        min_lat_e6=int(lat.min()) if len(lat) else None,
        max_lat_e6=int(lat.max()) if len(lat) else None,
        min_lon_e6=int(lon.min()) if len(lon) else None,
        max_lon_e6=int(lon.max()) if len(lon) else None,
        digest=digest(track, details),
        track=track,
        details=details,
    )


def digest(track: bytes, details: bytes) -> bytes:
    """Return what ties the two parts together."""
    return blake2b(track + details, digest_size=16).digest()


def columns(track: bytes, details: bytes) -> Columns:
    """Unpack everything."""
    values, _ = _TRACK.unpack((track,))
    more, tail = _DETAILS.unpack((details,))
    numbers = {name: column.astype(np.int64) for name, column in (values | more).items()}
    numbers["recorder_speed_dkmh"] = (numbers["speed_dkmh"] + numbers.pop("recorder_over_dkmh")) & 0xFFFF
    absent = {
        name: (numbers[mask] >> bit & 1).astype(bool)
        for mask, names in (("track_absent", _TRACK_ABSENT), ("details_absent", _DETAILS_ABSENT))
        for bit, name in enumerate(names)
    }
    numbers["received_us"] = (numbers["time_s"] * 100 + numbers.pop("delay_cs")) * 10_000
    lengths = numbers.pop("other_length")
    ends = np.cumsum(lengths)
    other = [tail[a:b] for a, b in zip((ends - lengths).tolist(), ends.tolist(), strict=True)]
    del numbers["track_absent"], numbers["details_absent"]
    return Columns(numbers, absent, other)


def reports(vehicle_id: int, track: bytes, details: bytes) -> list[PositionReport]:
    """Return the reports of a block as they were stored."""
    unpacked = columns(track, details)
    lists: dict[str, Sequence[Any]] = {name: column.tolist() for name, column in unpacked.values.items()}
    for name, gone in unpacked.absent.items():
        if gone.any():
            pairs = zip(lists[name], gone.tolist(), strict=True)
            lists[name] = [None if absent else value for value, absent in pairs]
    lists["other_items"] = unpacked.other_items
    lists["vehicle_id"] = [vehicle_id] * len(unpacked)
    return [PositionReport._make(row) for row in zip(*(lists[f] for f in PositionReport._fields), strict=True)]


def track(vehicle_id: int, parts: Sequence[bytes]) -> Track:
    """Join the ``track`` parts of one vehicle's blocks, given in order of time, into one Track."""
    values, _ = _TRACK.unpack(parts)
    absent = values["track_absent"]
    mileage = values["mileage_hm"] * 0.1
    recorder = (values["speed_dkmh"] + values["recorder_over_dkmh"].view(np.uint16)) * 0.1
    if absent.any():
        mileage[absent & 1 != 0] = np.nan
        recorder[absent & 2 != 0] = np.nan
    return Track(
        vehicle_id=vehicle_id,
        time_s=values["time_s"].astype(np.int64),
        lat_deg=values["lat_e6"] * 1e-6,
        lon_deg=values["lon_e6"] * 1e-6,
        altitude_m=values["altitude_m"],
        speed_kmh=values["speed_dkmh"] * 0.1,
        direction_deg=values["direction_deg"],
        alarm_bits=values["alarm_bits"],
        status_bits=values["status_bits"],
        mileage_km=mileage,
        recorder_speed_kmh=recorder,
    )


def shown(parts: Sequence[bytes]) -> tuple[NDArray[np.intp], tuple[NDArray[Any], ...]]:
    """Join the ``track`` parts of any vehicles' blocks; return how many rows each has, and the columns for a map.

    These are time, latitude, longitude, speed, direction, alarm bits and status bits in the integers of the wire.
    """
    names = ("time_s", "lat_e6", "lon_e6", "speed_dkmh", "direction_deg", "alarm_bits", "status_bits")
    values, _ = _TRACK.unpack(parts, names)
    return rows(parts), tuple(values[name] for name in names)


def _filled(column: Ints, absent: NDArray[np.bool_]) -> Ints:
    """Put the value before it in place of an absent one: it then costs nothing."""
    if not absent.any():
        return column
    last = np.maximum.accumulate(np.where(absent, -1, np.arange(len(column))))
    return np.where(last < 0, 0, column[last])


def _mask(columns: Columns, names: tuple[str, ...]) -> Ints:
    mask = np.zeros(len(columns), np.int64)
    for bit, name in enumerate(names):
        mask |= columns.absent[name].astype(np.int64) << bit
    return mask

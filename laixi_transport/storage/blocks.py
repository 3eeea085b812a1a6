"""Sealed vehicle-hours: all reports of one vehicle in one hour as two compressed parts.

Layout of a part: version (1 byte), number of reports n (4 bytes, little endian), then one zstd frame. Inside are the
columns in groups of equal width (4, 2, 1, 8 bytes). A column is the difference to the report before it (the first one
to zero) modulo 2^(8 width), folded so that small negative numbers become small (zigzag), and written byte plane by byte
plane: all lowest bytes, then the next ones. The part ``track`` holds what a Track shows, so that playback unpacks
nothing else; the part ``details`` holds the rest and ends with the other items of each report.

Every field of the content comes back as it was, None included. Of ``received_us`` the block keeps milliseconds: the
microseconds of a report are noise of the network and would take a sixth of the block; raw frames keep them exactly.
"""

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from laixi_transport.domain.position import PositionReport, StatusBit
from laixi_transport.domain.track import Track

VERSION = 1
LEVEL = 9
_HEADER = struct.Struct("<BI")

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

# (width in bytes, columns); "track_absent" and "details_absent" have one bit for each nullable column
_TRACK_GROUPS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (4, ("time_s", "lat_e6", "lon_e6", "alarm_bits", "status_bits", "mileage_hm")),
    (2, ("altitude_m", "speed_dkmh", "direction_deg", "recorder_speed_dkmh")),
    (1, ("track_absent",)),
)
_DETAILS_GROUPS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (4, ("terminal_id", "signal_bits", "analog")),
    (2, ("fuel_dl", "io_bits", "other_length")),
    (1, ("details_absent", "signal_strength", "satellites", "flags")),
    (8, ("delay_ms",)),
)
_SIGNED = {"lat_e6", "lon_e6", "altitude_m", "delay_ms"}
_TRACK_BYTES = sum(width * len(names) for width, names in _TRACK_GROUPS)

Ints = NDArray[np.int64]


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


class DamagedBlockError(ValueError):
    """A stored block is not what was written."""


def encode(columns: Columns) -> Block:
    """Pack the reports of one vehicle-hour; raises ValueError for a number that its column cannot hold."""
    values = dict(columns.values)
    n = len(columns)
    for name in NULLABLE:
        values[name] = _filled(values[name], columns.absent[name])
    values["track_absent"] = _mask(columns, _TRACK_ABSENT)
    values["details_absent"] = _mask(columns, _DETAILS_ABSENT)
    values["delay_ms"] = values["received_us"] // 1000 - values["time_s"] * 1000
    values["other_length"] = np.array([len(items) for items in columns.other_items], np.int64)
    track = _pack(n, _planes(values, _TRACK_GROUPS))
    details = _pack(n, _planes(values, _DETAILS_GROUPS) + b"".join(columns.other_items))
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
    n, body = _unpack(track)
    values, _ = _unplaned([(n, body)], _TRACK_GROUPS)
    n, body = _unpack(details)
    more, used = _unplaned([(n, body)], _DETAILS_GROUPS)
    values |= more
    numbers = {name: column.astype(np.int64) for name, column in values.items()}
    absent = {
        name: (numbers[mask] >> bit & 1).astype(bool)
        for mask, names in (("track_absent", _TRACK_ABSENT), ("details_absent", _DETAILS_ABSENT))
        for bit, name in enumerate(names)
    }
    numbers["received_us"] = (numbers["time_s"] * 1000 + numbers.pop("delay_ms")) * 1000
    ends = used + np.cumsum(numbers.pop("other_length"))
    starts = np.concatenate(([used], ends[:-1]))
    whole = body.tobytes()
    other = [whole[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
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
    values, _ = _unplaned([_unpack(part) for part in parts], _TRACK_GROUPS)
    absent = values["track_absent"]
    mileage = values["mileage_hm"] * 0.1
    recorder = values["recorder_speed_dkmh"] * 0.1
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


def _planes(values: dict[str, Ints], groups: tuple[tuple[int, tuple[str, ...]], ...]) -> bytes:
    parts = []
    for width, names in groups:
        unsigned, signed = np.dtype(f"<u{width}"), np.dtype(f"<i{width}")
        table = np.stack([values[name] for name in names])
        for name, row in zip(names, table, strict=True):
            limits = np.iinfo(signed if name in _SIGNED else unsigned)
            if len(row) and width < 8 and not (limits.min <= row.min() and row.max() <= limits.max):
                raise ValueError(f"{name} from {row.min()} to {row.max()} does not fit into {width} bytes")
        step = np.diff(table.astype(unsigned), axis=1, prepend=unsigned.type(0)).view(signed)
        folded = (step << 1) ^ (step >> (8 * width - 1))
        planes = folded.view(np.uint8).reshape(len(names), -1, width).transpose(0, 2, 1)
        parts.append(planes.tobytes())
    return b"".join(parts)


def _unplaned(
    bodies: list[tuple[int, NDArray[np.uint8]]], groups: tuple[tuple[int, tuple[str, ...]], ...]
) -> tuple[dict[str, NDArray[Any]], int]:
    """Return the columns of blocks that follow each other, and how many bytes the planes of the last one took."""
    values: dict[str, NDArray[Any]] = {}
    counts = np.array([n for n, _ in bodies])
    starts = np.concatenate(([0], np.cumsum(counts[:-1])))
    total = int(counts.sum())
    offset_of_one = 0  # bytes before the group for each report
    for width, names in groups:
        rows = width * len(names)
        pieces = [body[offset_of_one * n : (offset_of_one + rows) * n].reshape(rows, n) for n, body in bodies]
        joined = pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=1)
        unsigned = np.dtype(f"<u{width}")
        if width == 1:
            folded = joined
        else:
            planes = joined.reshape(len(names), width, total).transpose(0, 2, 1)
            folded = np.ascontiguousarray(planes).view(unsigned).reshape(len(names), total)
        step = (folded >> 1) ^ (-(folded & 1).view(f"<i{width}")).view(unsigned)
        if len(bodies) > 1:
            # Each block begins with a difference to zero: take off what the block before it ended with.
            ends = np.add.reduceat(step, starts, axis=1, dtype=unsigned)
            step[:, starts[1:]] -= ends[:, :-1]
        table = np.cumsum(step, axis=1, dtype=unsigned)
        for name, row in zip(names, table, strict=True):
            values[name] = row.view(f"<i{width}") if name in _SIGNED else row
        offset_of_one += rows
    return values, offset_of_one * int(counts[-1])


_local = threading.local()


def _pack(n: int, body: bytes) -> bytes:
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=LEVEL)
    compressed: bytes = _local.compressor.compress(body)
    return _HEADER.pack(VERSION, n) + compressed


def _unpack(part: bytes) -> tuple[int, NDArray[np.uint8]]:
    version, n = _HEADER.unpack_from(part)
    if version != VERSION:
        raise DamagedBlockError(f"block of version {version}")
    if not hasattr(_local, "decompressor"):
        _local.decompressor = zstandard.ZstdDecompressor()
    try:
        body = np.frombuffer(_local.decompressor.decompress(memoryview(part)[_HEADER.size :]), np.uint8)
    except zstandard.ZstdError as error:
        raise DamagedBlockError(str(error)) from error
    return n, body

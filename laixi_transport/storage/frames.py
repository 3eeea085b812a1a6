"""Raw frames as received: fresh rows, and a compressed block for each vehicle and hour.

A block is one zstd frame over the frames one after the other, each as terminal id (4 bytes), time of reception in
microseconds (8) and length (2), little endian, followed by its bytes. The digest is SHA-256 of that before compression,
so that it proves the frames however they are packed.
"""

import struct
from collections.abc import Collection
from hashlib import sha256

import zstandard

from laixi_transport.domain.frame import RawFrame, RefusedFrame
from laixi_transport.domain.time import HOUR_S
from laixi_transport.storage.blocks import DamagedBlockError
from laixi_transport.storage.database import Database

HOUR_US = 3_600_000_000
LEVEL = 9
_HEAD = struct.Struct("<IqH")


class Frames:
    def __init__(self, database: Database) -> None:
        self._database = database

    def frames(self, vehicle_id: int, begin_us: int, end_us: int) -> list[RawFrame]:
        """Return the frames of a vehicle received in [begin_us, end_us), in that order.

        Raises DamagedBlockError if a sealed hour does not match its digest.
        """
        with self._database.reading() as cursor:
            found = [
                RawFrame._make(row)
                for row in cursor.fetch(
                    "SELECT terminal_id, vehicle_id, received_us, data FROM raw_frame "
                    "WHERE vehicle_id = ? AND received_us >= ? AND received_us < ? ORDER BY id",
                    (vehicle_id, begin_us, end_us),
                )
            ]
            sealed = cursor.fetch(
                "SELECT digest, data FROM raw_block WHERE vehicle_id = ? AND hour BETWEEN ? AND ? ORDER BY hour",
                (vehicle_id, begin_us // HOUR_US, (end_us - 1) // HOUR_US),
            )
        for digest, data in sealed:
            found += [f for f in unpack(vehicle_id, digest, data) if begin_us <= f.received_us < end_us]
        return sorted(found, key=lambda frame: frame.received_us)

    def last(self, terminal_id: int, vehicle_id: int, n: int) -> list[RawFrame]:
        """Return the last frames of a terminal in a vehicle, the newest first; of sealed hours the last two at most."""
        with self._database.reading() as cursor:
            found = [
                RawFrame._make(row)
                for row in cursor.fetch(
                    "SELECT terminal_id, vehicle_id, received_us, data FROM raw_frame "
                    "WHERE vehicle_id = ? AND terminal_id = ? ORDER BY received_us DESC, id DESC LIMIT ?",
                    (vehicle_id, terminal_id, n),
                )
            ]
            sealed = []
            if len(found) < n:
                sealed = cursor.fetch(
                    "SELECT digest, data FROM raw_block WHERE vehicle_id = ? ORDER BY hour DESC LIMIT 2", (vehicle_id,)
                )
        for digest, data in sealed:
            found += [frame for frame in reversed(unpack(vehicle_id, digest, data)) if frame.terminal_id == terminal_id]
        found.sort(key=lambda frame: -frame.received_us)
        return found[:n]

    def refused(
        self, n: int, sources: Collection[str] | None = None, reason: str = ""
    ) -> list[tuple[int, RefusedFrame]]:
        """Return the last refusals with their ids, of all sources or some, for any reason or one, the newest first."""
        wanted: list[str] = []
        given: list[str | int] = []
        if sources is not None:
            wanted.append(f"source IN ({', '.join('?' * len(sources))})")
            given += sources
        if reason:
            wanted.append("reason = ?")
            given.append(reason)
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        rows = self._database.fetch(
            f"SELECT id, source, received_us, reason, data FROM refused_frame {where} ORDER BY id DESC LIMIT ?",  # noqa: S608
            (*given, n),
        )
        return [(row[0], RefusedFrame._make(row[1:])) for row in rows]

    def span(self) -> tuple[int, int] | None:
        """Return the Unix seconds [begin, end) in which all kept frames were received; None if there are none."""
        with self._database.reading() as cursor:
            ((first_us, last_us),) = cursor.fetch("SELECT min(received_us), max(received_us) FROM raw_frame")
            ((first_hour, last_hour),) = cursor.fetch("SELECT min(hour), max(hour) FROM raw_block")
        begins = [first_us // 1_000_000] if first_us is not None else []
        ends = [last_us // 1_000_000 + 1] if last_us is not None else []
        if first_hour is not None:
            begins.append(first_hour * HOUR_S)
            ends.append((last_hour + 1) * HOUR_S)
        return (min(begins), max(ends)) if begins else None


def pack(frames: list[RawFrame]) -> tuple[bytes, bytes]:
    """Return digest and compressed bytes of frames in order."""
    plain = b"".join(_HEAD.pack(frame.terminal_id, frame.received_us, len(frame.data)) + frame.data for frame in frames)
    return sha256(plain).digest(), zstandard.ZstdCompressor(level=LEVEL).compress(plain)


def unpack(vehicle_id: int, digest: bytes, data: bytes) -> list[RawFrame]:
    """Return the frames of a block; raises DamagedBlockError if it is not what was sealed."""
    try:
        plain = zstandard.ZstdDecompressor().decompress(data)
    except zstandard.ZstdError as error:
        raise DamagedBlockError(str(error)) from error
    if sha256(plain).digest() != bytes(digest):
        raise DamagedBlockError(f"raw frames of vehicle {vehicle_id} do not match their digest")
    frames = []
    at = 0
    while at < len(plain):
        terminal_id, received_us, length = _HEAD.unpack_from(plain, at)
        at += _HEAD.size
        frames.append(RawFrame(terminal_id, vehicle_id, received_us, plain[at : at + length]))
        at += length
    return frames

"""Tiles out of one file: MBTiles (a SQLite database) and PMTiles version 3.

Sources: MBTiles specification 1.3 (rows counted from the south, tiles of vector data packed with gzip); PMTiles
specification 3.
"""

import gzip
import io
import json
import mmap
import sqlite3
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import zstandard

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

DIRECTORIES_KEPT = 64
MOST_TILE_BYTES = 8 << 20
"""Unpacked; a real one has some hundred kilobytes, more is damage or malice."""
MOST_ZOOM = 22
_RASTER = frozenset({"png", "jpg", "jpeg", "webp"})
_VECTOR = frozenset({"pbf", "mvt"})


@dataclass(frozen=True, slots=True)
class TileInfo:
    """What a source of tiles says of itself."""

    name: str
    attribution: str
    min_zoom: int
    max_zoom: int
    vector: bool  # vector tiles (MVT), else pictures


class TileReader(Protocol):
    """Tiles as bytes; any thread, blocks."""

    @property
    def info(self) -> TileInfo:
        """What the source says of itself."""

    def read(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile (y counted from the north), unpacked; None where there is none. Raises Problem."""

    def close(self) -> None:
        """Let go of the file."""


def open_tiles(path: Path) -> TileReader:
    """Open a file of tiles; raises Problem if it is damaged, cut short or neither MBTiles nor PMTiles."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} cannot be read: {reason}. Choose another file."),
            path=path,
            reason=error.strerror or error,
        ) from error
    if head.startswith(b"SQLite format 3\0"):
        return MbTiles(path)
    if head.startswith(b"PMTiles"):
        return PmTiles(path)
    raise Problem(
        QT_TRANSLATE_NOOP(
            "Problem", "{path} holds no map tiles: it is neither MBTiles (SQLite) nor PMTiles. Choose another file."
        ),
        path=path,
    )


class MbTiles:
    """A file of MBTiles, read only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise _damaged(path, error) from error
        try:
            said = dict(self._connection.execute("SELECT name, value FROM metadata"))
            least, most = self._connection.execute("SELECT min(zoom_level), max(zoom_level) FROM tiles").fetchone()
        except sqlite3.Error as error:
            self._connection.close()
            raise _damaged(path, error) from error
        kind = str(said.get("format", "png")).lower()
        if kind not in _RASTER | _VECTOR or not isinstance(least, int) or not isinstance(most, int):
            self._connection.close()
            raise _not_shown(path, kind) if least is not None and kind not in _RASTER | _VECTOR else _empty(path)
        self.info = TileInfo(
            name=str(said.get("name") or path.stem),
            attribution=plain(str(said.get("attribution") or "")),
            min_zoom=least,
            max_zoom=min(most, MOST_ZOOM),
            vector=kind in _VECTOR,
        )

    def read(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as ``TileReader`` says."""
        sql = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
        try:
            with self._lock:
                row = self._connection.execute(sql, (z, x, 2**z - 1 - y)).fetchone()
        except sqlite3.Error as error:
            raise _damaged(self._path, error) from error
        if row is None or not row[0]:
            return None
        if not isinstance(row[0], bytes):
            raise _damaged(self._path, ValueError(f"tile {z}/{x}/{y} is no data"))
        return _unpacked(row[0], self._path)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


class PmTiles:
    """A file of PMTiles 3, mapped into memory, so that only what is looked at is read."""

    def __init__(self, path: Path) -> None:
        from pmtiles.tile import Compression, TileType, deserialize_header

        self._path = path
        self._lock = threading.Lock()
        self._directories: OrderedDict[tuple[int, int], Any] = OrderedDict()
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _damaged(path, error) from error
        try:
            header = deserialize_header(self._map[:127])
            end = max(
                header[f"{part}_offset"] + header[f"{part}_length"]  # type: ignore[literal-required]
                for part in ("root", "metadata", "leaf_directory", "tile_data")
            )
            if end > len(self._map):
                raise EOFError(f"{len(self._map)} of {end} bytes")
            packed = self._map[header["metadata_offset"] : header["metadata_offset"] + header["metadata_length"]]
            said = json.loads(_by(packed, header["internal_compression"].name) or b"{}")
        except Exception as error:  # the library raises plain Exceptions for what it does not know
            self._map.close()
            raise _damaged(path, error) from error
        self._header: Any = header
        self._compression: str = header["tile_compression"].name
        kind = header["tile_type"]
        if kind not in {TileType.MVT, TileType.PNG, TileType.JPEG, TileType.WEBP} or header["tile_compression"] not in {
            Compression.NONE,
            Compression.GZIP,
            Compression.ZSTD,
            Compression.UNKNOWN,
        }:
            self._map.close()
            raise _not_shown(path, f"{kind.name}, {self._compression}".lower())
        said = said if isinstance(said, dict) else {}
        self.info = TileInfo(
            name=str(said.get("name") or path.stem),
            attribution=plain(str(said.get("attribution") or "")),
            min_zoom=int(header["min_zoom"]),
            max_zoom=min(int(header["max_zoom"]), MOST_ZOOM),
            vector=kind is TileType.MVT,
        )

    def read(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as ``TileReader`` says."""
        from pmtiles.tile import find_tile, zxy_to_tileid

        header = self._header
        if not (0 <= z <= MOST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
            return None
        tile_id = zxy_to_tileid(z, x, y)
        offset, length = header["root_offset"], header["root_length"]
        try:
            for _depth in range(4):
                entry = find_tile(self._directory(offset, length), tile_id)
                if entry is None:
                    return None
                if entry.run_length > 0:
                    start = header["tile_data_offset"] + entry.offset
                    return _by(self._bytes(start, entry.length), self._compression)
                offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        except (EOFError, OSError, ValueError, IndexError, zlib.error, zstandard.ZstdError) as error:
            raise _damaged(self._path, error) from error
        return None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._map.close()

    def _directory(self, offset: int, length: int) -> Any:
        from pmtiles.tile import deserialize_directory

        key = (offset, length)
        with self._lock:
            if key in self._directories:
                self._directories.move_to_end(key)
                return self._directories[key]
        found = deserialize_directory(self._bytes(offset, length))
        with self._lock:
            self._directories[key] = found
            while len(self._directories) > DIRECTORIES_KEPT:
                self._directories.popitem(last=False)
        return found

    def _bytes(self, offset: int, length: int) -> bytes:
        with self._lock:
            found = self._map[offset : offset + length]
        if len(found) != length:
            raise EOFError(f"{len(found)} of {length} bytes at {offset}")
        return found


def plain(text: str) -> str:
    """Return an attribution without its HTML, in one line."""
    import html
    import re

    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _by(data: bytes, compression: str) -> bytes:
    if compression == "GZIP":
        return _gunzipped(data)
    if compression == "ZSTD":
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            return _bounded(reader.read(MOST_TILE_BYTES + 1))
    return data


def _gunzipped(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        return _bounded(file.read(MOST_TILE_BYTES + 1))


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_TILE_BYTES:
        raise ValueError("a tile larger than any")
    return data


def _unpacked(data: bytes, path: Path) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return _gunzipped(data)
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> Problem:
    problem = Problem(
        QT_TRANSLATE_NOOP(
            "Problem", "The map tiles in {path} are damaged or cut short. Copy the file once more. ({reason})"
        ),
        path=path,
        reason=f"{error}" or type(error).__name__,
    )
    problem.__cause__ = error
    return problem


def _empty(path: Path) -> Problem:
    return Problem(
        QT_TRANSLATE_NOOP("Problem", "There are no map tiles in {path}: its table is empty. Choose another file."),
        path=path,
    )


def _not_shown(path: Path, kind: str) -> Problem:
    return Problem(
        QT_TRANSLATE_NOOP(
            "Problem",
            "Map tiles of this kind cannot be shown: {kind} in {path}. PNG, JPEG, WebP and vector tiles can.",
        ),
        path=path,
        kind=kind,
    )

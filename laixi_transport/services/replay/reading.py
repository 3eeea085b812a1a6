"""From a path to the points of a track file, whatever its kind."""

import contextlib
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from laixi_transport.domain.encoding import UTF_16, decode_file
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.replay.delimited import read_rows
from laixi_transport.services.replay.gpx import read_gpx
from laixi_transport.services.replay.point import TrackFile, completed
from laixi_transport.services.replay.realtime import read_realtime


def read_track_file(path: Path, columns: Mapping[str, str] | None = None, zone: dt.tzinfo = dt.UTC) -> TrackFile:
    """Return a file's points in order of time, recognised by content, not by name.

    columns     role -> column, for a CSV that is not TIDES (`delimited.ROLES`)
    zone        of times that name none

    Raises Problem when the file is missing, empty, not decodable, of no known kind, or holds no usable point.
    """
    data = _bytes(path)
    file = read_realtime(data) if data[:1] == b"\n" else None  # field 1 of a FeedMessage, its header
    if file is None:
        text = _text(data, path)
        start = text.lstrip()[:2000]
        if start.startswith("<") and "<gpx" in start:
            file = read_gpx(text, path.stem)
        elif start.startswith(("<", "{", "[")):
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "{path} is neither CSV nor GPX nor GTFS-Realtime VehiclePositions. Convert it to one of them.",
                ),
                path=path,
            )
        else:
            file = read_rows(text, path.stem, columns or {}, zone)
    if not file.points:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "{path} holds no usable position ({rows} rows read; {first}). Choose another file."
            ),
            path=path,
            rows=file.rows,
            first=f"row {file.unusable[0].row}: {file.unusable[0].reason}" if file.unusable else "no vehicle positions",
        )
    return completed(file)


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise Problem(QT_TRANSLATE_NOOP("Problem", "There is no file {path}. Check the name."), path=path) from error
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "{path} cannot be read: {reason}. Choose a readable file."),
            path=path,
            reason=error.strerror,
        ) from error
    if not data.strip():
        raise Problem(QT_TRANSLATE_NOOP("Problem", "{path} is empty. Choose a file with positions."), path=path)
    return data


def _text(data: bytes, path: Path) -> str:
    if b"\0" not in data or data.startswith(UTF_16):
        with contextlib.suppress(UnicodeDecodeError):
            return decode_file(data)
    raise Problem(
        QT_TRANSLATE_NOOP(
            "Problem",
            "{path} is not text that can be decoded (UTF-8, UTF-16 or GB 18030) and no GTFS-Realtime feed. "
            "Unpack it or save it as UTF-8.",
        ),
        path=path,
    )

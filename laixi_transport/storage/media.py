"""Media: rows that say what was sent, and files that hold the bytes, each once by its digest.

A file is written beside its place, brought to the disk, and only then given its name, so that a name always stands for
whole bytes. Rows point to files by digest; a file is there before its row is committed.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable, Collection
from pathlib import Path

from sqlalchemy.orm import Session

from laixi_transport.domain.change import Topic
from laixi_transport.domain.media import Media, MediaSource
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import DAY_S, from_unix
from laixi_transport.storage.changes import announce
from laixi_transport.storage.database import Database
from laixi_transport.storage.private import opener
from laixi_transport.storage.sessions import microseconds, moment

_COLUMNS = (
    "digest", "size_bytes", "source", "kind", "format", "event", "channel", "name", "role", "alarm_no", "terminal_id",
    "vehicle_id", "received_us", "taken_s", "lat_e6", "lon_e6",
)  # fmt: skip
_FIELDS = f"id, {', '.join(_COLUMNS)}"
_PART = ".part"
_AT_ONCE = 500


class MediaFiles:
    """A folder of files named by the SHA-256 of their bytes. Every method blocks on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Return where the bytes of a digest lie."""
        return self.folder / digest[:2] / digest

    def put(self, data: bytes) -> str:
        """Bring bytes to the disk and return their digest; OSError if the disk cannot take them."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        if not self._whole(path, len(data)):
            part = self.part()
            try:
                with open(part, "wb", opener=opener) as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                self._place(part, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
                raise
        return digest

    def part(self) -> Path:
        """Return a place for bytes that are still coming in, which ``take`` then gives their name."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.folder / f"{secrets.token_hex(8)}{_PART}"

    def take(self, part: Path) -> tuple[str, int]:
        """Give a whole file its name; return digest and size. OSError if the disk does not let it."""
        with part.open("r+b") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            os.fsync(file.fileno())
        path = self.path(digest)
        if self._whole(path, size):
            part.unlink()
        else:
            self._place(part, path)
        return digest, size

    def read(self, digest: str) -> bytes:
        """Return the bytes of a digest; Problem if they are not there or not what they were."""
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "The file {path} cannot be read. It lies where the gateway keeps media; see “media”."
                ),
                path=path,
            ) from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "The file {path} was changed since it was received. Restore it."),
                path=path,
            )
        return data

    def remove(self, digests: Collection[str]) -> None:
        """Delete files that no row points to any more."""
        for digest in digests:
            self.path(digest).unlink(missing_ok=True)

    def tidy(self, unknown: Callable[[Collection[str]], Collection[str]], now_s: float) -> int:
        """Delete files that no row points to any more; return how many.

        unknown  returns which of some digests have no row
        now_s    Unix seconds; what is younger than a day may still get its row
        """
        removed = 0
        for folder in self.folder.glob("[0-9a-f][0-9a-f]"):
            old = [path.name for path in folder.iterdir() if path.stat().st_mtime < now_s - DAY_S]
            for first in range(0, len(old), _AT_ONCE):
                orphans = unknown(old[first : first + _AT_ONCE])
                self.remove(orphans)
                removed += len(orphans)
        return removed

    def sweep(self) -> int:
        """Delete what an earlier run had begun and not brought to an end; return how many files that were."""
        parts = list(self.folder.glob(f"*{_PART}"))
        for part in parts:
            part.unlink(missing_ok=True)
        return len(parts)

    def _whole(self, path: Path, size: int) -> bool:
        """Return whether the file is there already; one that a broken disk cut short is written again."""
        try:
            return path.stat().st_size == size
        except OSError:
            return False

    def _place(self, part: Path, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part.replace(path)
        for folder in (path.parent, self.folder):
            _bring_to_disk(folder)


class MediaRows:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, session: Session, media: Media) -> Media:
        """Store what was sent, once however often it is sent again; return it with its id."""
        cursor = self._database.cursor(session.connection())
        new = cursor.fetch(
            f"INSERT INTO media ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "  # noqa: S608
            f"ON CONFLICT (terminal_id, digest, name) DO NOTHING RETURNING {_FIELDS}",
            _values(media),
        )
        if new:
            announce(cursor, Topic.MEDIA, str(new[0][0]))
            return _media(*new[0])
        [known] = cursor.fetch(
            f"SELECT {_FIELDS} FROM media WHERE terminal_id = ? AND digest = ? AND name = ?",  # noqa: S608
            (media.terminal_id, media.digest, media.name[:128]),
        )
        return _media(*known)

    def some(self, media_ids: Collection[int]) -> list[Media]:
        """Return media by their ids, in order of the ids; unknown ones are left out."""
        with self._database.reading() as cursor:
            condition, parameter = cursor.among("id", media_ids)
            rows = cursor.fetch(f"SELECT {_FIELDS} FROM media WHERE {condition} ORDER BY id", (parameter,))  # noqa: S608
        return [_media(*row) for row in rows]

    def unknown(self, digests: Collection[str]) -> set[str]:
        """Return which of some digests no row has."""
        marks = ", ".join("?" * len(digests))
        known = self._database.fetch(f"SELECT digest FROM media WHERE digest IN ({marks})", list(digests))  # noqa: S608
        return set(digests) - {digest for (digest,) in known}

    def of_alarm(self, terminal_id: int, alarm_no: str) -> list[Media]:
        """Return the files of an alarm, in the order in which they came."""
        rows = self._database.fetch(
            f"SELECT {_FIELDS} FROM media WHERE terminal_id = ? AND alarm_no = ? ORDER BY id",  # noqa: S608
            (terminal_id, alarm_no),
        )
        return [_media(*row) for row in rows]

    def last(self, n: int, *, terminal_id: int | None = None, vehicle_id: int | None = None) -> list[Media]:
        """Return what was sent last, the newest first."""
        asked = {"terminal_id": terminal_id, "vehicle_id": vehicle_id}
        given = {name: value for name, value in asked.items() if value is not None}
        where = "WHERE " + " AND ".join(f"{name} = ?" for name in given) if given else ""
        rows = self._database.fetch(
            f"SELECT {_FIELDS} FROM media {where} ORDER BY id DESC LIMIT ?",  # noqa: S608
            (*given.values(), n),
        )
        return [_media(*row) for row in rows]

    def add_event(
        self,
        session: Session,
        terminal_id: int,
        vehicle_id: int,
        received_us: int,
        event: tuple[int, int, int, int, int],
    ) -> None:
        """Store that a terminal has something: media id, kind, format, event and channel of its 0800."""
        self._database.cursor(session.connection()).execute(
            "INSERT INTO media_event (terminal_id, vehicle_id, received_us, media_id, kind, format, event, channel) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (terminal_id, vehicle_id, received_us, *event),
        )


def _bring_to_disk(folder: Path) -> None:
    """Have the names in a folder survive a loss of power; systems that cannot open folders do it by themselves."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _values(media: Media) -> tuple[object, ...]:
    return (
        media.digest,
        media.size_bytes,
        media.source.value,
        media.kind,
        media.format[:16],
        media.event,
        media.channel,
        media.name[:128],
        media.role[:32],
        media.alarm_no[:64],
        media.terminal_id,
        media.vehicle_id,
        microseconds(media.received_at),
        None if media.taken_at is None else int(media.taken_at.timestamp()),
        None if media.lat_deg is None else round(media.lat_deg * 1e6),
        None if media.lon_deg is None else round(media.lon_deg * 1e6),
    )


def _media(
    media_id: int,
    digest: str,
    size_bytes: int,
    source: str,
    kind: int,
    format_: str,
    event: int | None,
    channel: int | None,
    name: str,
    role: str,
    alarm_no: str,
    terminal_id: int,
    vehicle_id: int,
    received_us: int,
    taken_s: int | None,
    lat_e6: int | None,
    lon_e6: int | None,
) -> Media:
    return Media(
        id=media_id,
        digest=digest,
        size_bytes=size_bytes,
        source=MediaSource(source),
        kind=kind,
        format=format_,
        event=event,
        channel=channel,
        name=name,
        role=role,
        alarm_no=alarm_no,
        terminal_id=terminal_id,
        vehicle_id=vehicle_id,
        received_at=moment(received_us),
        taken_at=None if taken_s is None else from_unix(taken_s),
        lat_deg=None if lat_e6 is None else lat_e6 * 1e-6,
        lon_deg=None if lon_e6 is None else lon_e6 * 1e-6,
    )

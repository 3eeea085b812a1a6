"""Captures: raw bytes of any port with their times, written while they come and go.

A file is ``4C 58 43 41 50 00 00 01`` (LXCAP and the format's version) and then records, all numbers big-endian:

    length DWORD of what follows the check
    check  DWORD, CRC-32 of what follows
    kind   BYTE: 1 opened, 2 received, 3 sent, 4 closed
    connection DWORD
    time   8 bytes, Unix microseconds
    data   the rest: bytes as they were on the wire; for 1: flags BYTE (1: datagrams), length BYTE and name of the port,
           address of the peer

Nothing is written before a record's own bytes and nothing is changed afterwards. What a crash has cut off, or a disk
has damaged, ends the file: it is read up to the last whole record before. Every file can be read by itself: one that
goes on where another was full begins with an ``opened`` for every connection that is open.
"""

import contextlib
import enum
import io
import logging
import os
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Self

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

_log = logging.getLogger(__name__)

MAGIC = b"LXCAP\x00\x00\x01"
MAX_DATA = 1 << 20
"""Most bytes in one record; more are written as several."""
FILE_BYTES = 256 << 20
FILES_KEPT = 4
"""Full files that are kept beside the one being written."""

_HEAD = Struct(">II")
_BODY = Struct(">BIQ")
_DATAGRAMS = 1
_LATEST_US = 253_402_214_400_000_000  # 9999-12-31; a later time is damage


class Event(enum.IntEnum):
    """What happened on a connection."""

    OPENED = 1
    RECEIVED = 2
    SENT = 3
    CLOSED = 4


@dataclass(frozen=True, slots=True)
class Captured:
    """One record of a capture."""

    event: Event
    connection: int  # number within the capture
    time_us: int  # Unix microseconds
    data: bytes  # empty for opened and closed
    port: str  # name of the port, "jt808" and so on
    peer: str  # address of the other side
    datagrams: bool = False  # UDP: every record is one datagram


@dataclass(frozen=True, slots=True)
class _Line:
    """What is known of an open connection."""

    port: str
    peer: str
    datagrams: bool

    @property
    def data(self) -> bytes:
        name = self.port.encode()[:255]
        return bytes((_DATAGRAMS if self.datagrams else 0, len(name))) + name + self.peer.encode()

    @classmethod
    def read(cls, data: bytes) -> "_Line":
        end = 2 + (data[1] if len(data) > 1 else 0)
        name, peer = (part.decode(errors="replace") for part in (data[2:end], data[end:]))
        return cls(name, peer, bool(data[:1] and data[0] & _DATAGRAMS))


class CaptureWriter:
    """Writes a capture; its taps may be used from any thread.

    path        of the file; one that is there is kept as ``path.1``
    file_bytes  when a file has reached it, it becomes ``path.1``, that one ``path.2`` and so on
    files_kept  of these
    unix_us     the time of the machine

    Every record is handed to the system at once, so that a crash of the process loses none; nothing waits for the disk.
    Should the disk be full, capturing ends with a line in the log: it must not end what is captured.

    Raises Problem if the file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        *,
        file_bytes: int = FILE_BYTES,
        files_kept: int = FILES_KEPT,
        unix_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._path = path
        self._file_bytes = file_bytes
        self._files_kept = files_kept
        self._unix_us = unix_us
        self._lock = threading.Lock()
        self._lines: dict[int, _Line] = {}
        self._last = 0
        self._written = 0
        self._file: io.FileIO | None = None
        try:
            if _is_capture(path):
                self._shift()
            self._begin()
        except OSError as error:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "Cannot write the capture {path}: {reason}. Choose another file with --capture."
                ),
                path=path,
                reason=error.strerror or error,
            ) from error

    def tap(self, port: str, *, datagrams: bool = False) -> "PortTap":
        """Return what a server of one port is given; ``port`` is its name in the capture."""
        return PortTap(self, port, datagrams=datagrams)

    @property
    def writing(self) -> bool:
        """Whether it still writes."""
        return self._file is not None

    def close(self) -> None:
        """End the capture; what comes after it is not captured."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def opened(self, line: _Line) -> int:
        """Take note of a new connection and return its number."""
        with self._lock:
            self._last += 1
            number = self._last
            self._lines[number] = line
            self._write(Event.OPENED, number, line.data)
            return number

    def heard(self, event: Event, connection: int, data: bytes) -> None:
        """Write bytes."""
        with self._lock:
            if len(data) <= MAX_DATA:
                self._write(event, connection, data)
                return
            for at in range(0, len(data), MAX_DATA):
                self._write(event, connection, data[at : at + MAX_DATA])

    def closed(self, connection: int) -> None:
        """Write the end of a connection."""
        with self._lock:
            if self._lines.pop(connection, None) is not None:
                self._write(Event.CLOSED, connection, b"")

    def _write(self, event: Event, connection: int, data: bytes) -> None:
        if self._file is None:
            return
        try:
            if self._written >= self._file_bytes:
                self._end()
                self._shift()
                self._begin()
                event_opens = event == Event.OPENED
                for number, line in self._lines.items():
                    if not (event_opens and number == connection):
                        self._put(Event.OPENED, number, line.data)
            self._put(event, connection, data)
        except OSError as error:
            _log.warning("the capture %s has ended: %s", self._path, error.strerror or error)
            self._end()

    def _put(self, event: Event, connection: int, data: bytes) -> None:
        assert self._file is not None  # noqa: S101 - the callers have seen to it
        body = _BODY.pack(event, connection, self._unix_us()) + data
        record = _HEAD.pack(len(body), zlib.crc32(body)) + body
        if self._file.write(record) != len(record):
            raise OSError(None, "the disk took only a part of a record")
        self._written += len(record)

    def _begin(self) -> None:
        self._file = open(self._path, "xb", buffering=0, opener=_open_private)  # noqa: SIM115 - kept open; pathlib has no opener
        self._file.write(MAGIC)
        self._written = len(MAGIC)

    def _end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _shift(self) -> None:
        """Make room for a new file."""
        if not self._files_kept:
            self._path.unlink()
            return
        for number in range(self._files_kept - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                _numbered(self._path, number).replace(_numbered(self._path, number + 1))
        self._path.replace(_numbered(self._path, 1))


@dataclass(frozen=True, slots=True)
class PortTap:
    """A ``Tap`` that writes into a capture."""

    writer: CaptureWriter
    port: str
    datagrams: bool = False

    def opened(self, peer: str) -> int:
        """Take note of a new connection and return its number."""
        return self.writer.opened(_Line(self.port, peer, self.datagrams))

    def received(self, connection: int, data: bytes) -> None:
        """Write bytes that came."""
        self.writer.heard(Event.RECEIVED, connection, data)

    def sent(self, connection: int, data: bytes) -> None:
        """Write bytes that went."""
        self.writer.heard(Event.SENT, connection, data)

    def closed(self, connection: int) -> None:
        """Write the end of a connection."""
        self.writer.closed(connection)


class Capture:
    """A capture that was written, to be read record by record, in order; it can be read again.

    ``lost_bytes`` says after reading how many bytes at the end were no whole records.

    Raises Problem, when it is read, if the file is none or cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lost_bytes = 0

    def __iter__(self) -> Iterator[Captured]:
        try:
            with self.path.open("rb") as file:
                if file.read(len(MAGIC)) != MAGIC:
                    raise Problem(
                        QT_TRANSLATE_NOOP(
                            "Problem",
                            "{path} is no capture of this program, or of a newer version. "
                            "Captures are written with the option --capture.",
                        ),
                        path=self.path,
                    )
                yield from self._records(file)
        except OSError as error:
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "Cannot read the capture {path}: {reason}."),
                path=self.path,
                reason=error.strerror or error,
            ) from error

    def _records(self, file: io.BufferedReader) -> Iterator[Captured]:
        lines: dict[int, _Line] = {}
        whole = len(MAGIC)
        unknown = _Line("", "", datagrams=False)
        while (body := _next_body(file)) is not None:
            kind, connection, time_us = _BODY.unpack_from(body)
            data = body[_BODY.size :]
            whole += _HEAD.size + len(body)
            event = Event(kind)
            if event == Event.OPENED:
                lines[connection] = _Line.read(data)
                data = b""
            line = lines.get(connection, unknown)
            if event == Event.CLOSED:
                lines.pop(connection, None)
            yield Captured(event, connection, time_us, data, line.port, line.peer, line.datagrams)
        self.lost_bytes = self.path.stat().st_size - whole
        if self.lost_bytes:
            _log.info("the last %d bytes of %s are no whole records", self.lost_bytes, self.path)


def read_capture(path: Path) -> Iterator[Captured]:
    """Yield the records of a capture in order; Problem if it is none."""
    yield from Capture(path)


def _next_body(file: io.BufferedReader) -> bytes | None:
    """Return the next record without its head; None where the file has no whole one."""
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    size, check = _HEAD.unpack(head)
    if not _BODY.size <= size <= _BODY.size + MAX_DATA:
        return None
    body = file.read(size)
    if len(body) < size or zlib.crc32(body) != check:
        return None
    kind, _, time_us = _BODY.unpack_from(body)
    return body if kind in Event.__members__.values() and time_us < _LATEST_US else None


def _is_capture(path: Path) -> bool:
    """Return whether a file is there; FileExistsError if it is something else, which must not be moved away."""
    try:
        with path.open("rb") as file:
            begin = file.read(len(MAGIC))
    except FileNotFoundError:
        return False
    if begin and begin != MAGIC[: len(begin)]:
        raise FileExistsError(None, "the file is there already and is no capture")
    return True


def _open_private(path: str, flags: int) -> int:
    """Open a file that only its owner may read: it holds what passes between vehicles and the bureau."""
    return os.open(path, flags, 0o600)


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")

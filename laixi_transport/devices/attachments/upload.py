"""One file that is coming in: written to a temporary name, whole it gets its own."""

import hashlib
import os
import threading
import uuid
from contextlib import suppress
from pathlib import Path

from laixi_transport.devices.attachments.coverage import Coverage
from laixi_transport.devices.attachments.naming import safe_name
from laixi_transport.devices.jsatl.messages import FileBegin, Range

INCOMING = ".incoming"
_CHUNK = 1 << 20


class Upload:
    """A file being received. What touches the disk may be called in other threads.

    folder  of all attachments; the temporary file is made in its ``INCOMING``
    """

    def __init__(self, folder: Path, told: FileBegin) -> None:
        self.told = told
        self.size_bytes = told.size_bytes
        self.rounds = 0  # how often parts were asked for again
        self.coverage = Coverage()
        self._path = folder / INCOMING / f"{uuid.uuid4().hex}.part"
        self._descriptor: int | None = None
        # A cancelled link leaves a call behind in its thread, under which the descriptor must not be closed.
        self._lock = threading.Lock()

    def open(self) -> None:
        """Make the temporary file; OSError if the disk does not let it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._descriptor = os.open(
                self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
            )

    def write(self, offset: int, data: bytes) -> bool:
        """Write a part; False if the file is in too many pieces. OSError if the disk does not let it."""
        with self._lock:
            if self._descriptor is None:
                raise OSError("the temporary file is not open")
            if not self.coverage.add(offset, offset + len(data)):
                return False
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            left = memoryview(data)
            while left:
                left = left[os.write(self._descriptor, left) :]
        return True

    def missing(self, *, most: int = 100) -> tuple[Range, ...]:
        """Return parts that have not come."""
        return self.coverage.missing(self.size_bytes, most=most)

    def finish(self, folder: Path) -> tuple[Path, str, bool]:
        """Give the whole file its name in a folder; return its path, SHA-256 and whether it was there already.

        Another file of the same name stays what it is; this one gets a number then. OSError if the disk does not let
        it.
        """
        with self._lock:
            if self._descriptor is None:
                raise OSError("the temporary file is not open")
            os.ftruncate(self._descriptor, self.size_bytes)
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None
            digest = sha256_of(self._path)
            folder.mkdir(parents=True, exist_ok=True)
            path = self._free(folder, digest)
            duplicate = path.exists()
            if duplicate:
                self._path.unlink()
            else:
                self._path.replace(path)
        return path, digest, duplicate

    def _free(self, folder: Path, digest: str) -> Path:
        """Return a path that is free, or that of the same file."""
        path = folder / (safe_name(self.told.name) or "file")
        stem, suffix = path.stem, path.suffix
        number = 1
        while path.exists() and (path.stat().st_size != self.size_bytes or sha256_of(path) != digest):
            number += 1
            path = folder / f"{stem}-{number}{suffix}"
        return path

    def discard(self) -> None:
        """Throw away what has come."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
            with suppress(FileNotFoundError):
                self._path.unlink()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()

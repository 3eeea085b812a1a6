"""One writing process for a SQLite file, held for the life of the process by the operating system."""

import contextlib
import os
import sys
from pathlib import Path
from typing import IO

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.storage.private import opener


class WriterLock:
    """A lock file beside the database. A crash frees it: the lock belongs to the process, not to the file."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None
        try:
            file = open(self._path, "a+", encoding="ascii", opener=opener)  # noqa: SIM115 - Path knows no opener
        except OSError as error:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "The database {path} may not be written. Check the rights of the file and its folder."
                )
                if database.parent.is_dir()
                else QT_TRANSLATE_NOOP(
                    "Problem",
                    "The database {path} cannot be opened. Check that the folder exists and may be read and written.",
                ),
                path=str(database),
            ) from error
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read(32).strip() or "?"
            file.close()
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "Process {process} already writes into the database {path}; a file database has one writer. "
                    "Close that program, or use PostgreSQL for several seats.",
                ),
                path=str(database),
                process=holder,
            ) from error
        self._file = file
        with contextlib.suppress(OSError):  # on a full disk the lock counts, not the number in it
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), f"{os.getpid()}\n".encode())  # past the buffer: closing must not try again

    def release(self) -> None:
        """Let another process write."""
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(1 << 20)  # beyond the text, which stays readable
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

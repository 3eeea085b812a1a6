"""A file that is there whole or not at all."""

import errno
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

_log = logging.getLogger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_FOLDER = {errno.ENOENT, errno.ENOTDIR}


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a name beside ``path`` to write to; what was written takes its place when the block ends well.

    If the block raises, nothing is left and a file that was there before stays as it was. Raises Problem where the
    disk is full, the folder is missing or may not be written to, or another program holds the file.
    """
    beside = beside_name(path)
    try:
        yield beside
        with beside.open("rb+") as written:
            os.fsync(written.fileno())
        beside.replace(path)
    except OSError as error:
        raise problem_of(error, path) from error
    finally:
        _remove(beside)


def beside_name(path: Path) -> Path:
    """Return a name that no other file in the folder has."""
    return path.with_name(f".{path.name[:80]}.{uuid4().hex[:8]}.part")


def problem_of(error: OSError, path: Path) -> Problem:
    """Return why a file could not be written, as a sentence."""
    if error.errno in _FULL:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "The disk is full, nothing was written to {path}. Free some space or choose another folder."
            ),
            path=path,
        )
    if error.errno in _NO_FOLDER:
        return Problem(
            QT_TRANSLATE_NOOP("Problem", "The folder of {path} does not exist. Choose another folder."), path=path
        )
    if error.errno == errno.EISDIR or path.is_dir():
        return Problem(QT_TRANSLATE_NOOP("Problem", "{path} is a folder. Give the file a name."), path=path)
    if error.errno in _FORBIDDEN:
        return Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "{path} may not be written. Close the file where it is open, or choose a folder that you may write to.",
            ),
            path=path,
        )
    return Problem(
        QT_TRANSLATE_NOOP("Problem", "{path} could not be written ({reason}). Try another folder."),
        path=path,
        reason=error.strerror or str(error),
    )


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        _log.warning("a temporary file stays behind: %s", path, exc_info=True)

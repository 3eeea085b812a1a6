"""Where the log goes: a file that does not grow without end, and warnings to the terminal."""

import logging
import logging.handlers
import os
import sys
from io import TextIOWrapper
from pathlib import Path

from laixi_transport.app.folders import make_private
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

FORM = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(threadName)s: %(message)s"
SIZE_BYTES = 8 << 20
FILES = 12


OPERATION = ("laixi_transport.services.ingest", "laixi_transport.storage.writer")


def _of_operation(record: logging.LogRecord) -> bool:
    """Return whether a line says how receiving and storing go on, and not only to a programmer."""
    return record.levelno >= logging.INFO and record.name.startswith(OPERATION)


class _LogFile(logging.handlers.RotatingFileHandler):
    """A log file of its owner's, who alone may read it.

    While its disk takes no line it goes without, instead of filling the terminal with traces.
    """

    def _open(self) -> TextIOWrapper:
        return open(
            self.baseFilename,
            "a",
            encoding=self.encoding,
            errors=self.errors,
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def start_logging(folder: Path | None) -> Path | None:
    """Log to ``folder/laixi.log`` in UTC, warnings also to the terminal, and return the file.

    Without a folder the terminal also gets what the operator of a gateway must know while it runs.

    Raises Problem if the folder cannot be written.
    """
    import time

    form = logging.Formatter(FORM, datefmt="%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.addFilter(lambda record: record.levelno >= logging.WARNING or (folder is None and _of_operation(record)))
    terminal.setFormatter(form)
    root.addHandler(terminal)
    logging.captureWarnings(True)
    if folder is None:
        return None
    path = folder / "laixi.log"
    try:
        make_private(folder)
        file = _LogFile(path, maxBytes=SIZE_BYTES, backupCount=FILES, encoding="utf-8")
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "The log cannot be written to {path}: {reason}. Choose another folder."),
            path=path,
            reason=error.strerror,
        ) from error
    file.setFormatter(form)
    root.addHandler(file)
    return path


def stop_logging_to(folder: Path) -> None:
    """Close the log files in a folder that is about to be removed."""
    root = logging.getLogger()
    for handler in tuple(root.handlers):
        if isinstance(handler, _LogFile) and Path(handler.baseFilename).is_relative_to(folder.resolve()):
            root.removeHandler(handler)
            handler.close()

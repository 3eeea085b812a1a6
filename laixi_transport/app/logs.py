"""Where the log goes: a file that does not grow without end, and warnings to the terminal."""

import logging
import logging.handlers
import sys
from pathlib import Path

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

FORM = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(threadName)s: %(message)s"
SIZE_BYTES = 8 << 20
FILES = 12


def start_logging(folder: Path | None) -> Path | None:
    """Log to ``folder/laixi.log`` in UTC (None: only to the terminal) and return the file.

    Raises Problem if the folder cannot be written.
    """
    import time

    form = logging.Formatter(FORM, datefmt="%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(form)
    root.addHandler(terminal)
    logging.captureWarnings(True)
    if folder is None:
        return None
    path = folder / "laixi.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(path, maxBytes=SIZE_BYTES, backupCount=FILES, encoding="utf-8")
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "The log cannot be written to {path}: {reason}. Choose another folder with --profile."
            ),
            path=path,
            reason=error.strerror,
        ) from error
    file.setFormatter(form)
    root.addHandler(file)
    return path

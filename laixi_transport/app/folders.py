"""Folders for what only their owner may read."""

from pathlib import Path

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP


def make_private(folder: Path) -> None:
    """Make a folder and what it lies in, unless they are there; those that are made are the owner's alone.

    A folder that is there keeps its rights. Raises OSError.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # complains if it is no folder


def make_for_media(folder: Path) -> Path:
    """Make the folder for what terminals send beside reports and return it; Problem if that cannot be.

    Found at the start: what cannot be stored later stays unacknowledged, and nobody is there to be told.
    """
    try:
        make_private(folder)
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "The folder {path} for media of terminals cannot be made: {reason}. Choose another with --media.",
            ),
            path=folder,
            reason=error.strerror or str(error),
        ) from error
    return folder

"""Folders for what only their owner may read."""

from pathlib import Path


def make_private(folder: Path) -> None:
    """Make a folder and what it lies in, unless they are there; those that are made are the owner's alone.

    A folder that is there keeps its rights. Raises OSError.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)  # complains if it is no folder

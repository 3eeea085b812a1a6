"""Files that only their owner may read: a database holds authentication codes and where people were.

What is there already keeps its rights: somebody may have chosen them.
"""

import contextlib
import os
from pathlib import Path


def opener(path: str, flags: int) -> int:
    """Open a file as the ``opener`` of ``open``; one that is created is the owner's alone."""
    return os.open(path, flags, 0o600)


def create(path: Path) -> None:
    """Create an empty file unless there is one; what stands in the way is told by whoever opens it then.

    SQLite gives the files that it makes beside a database the rights of the database.
    """
    with contextlib.suppress(OSError):
        os.close(opener(str(path), os.O_CREAT | os.O_WRONLY))

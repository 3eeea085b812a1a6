"""Ctrl+C before there is anything that could end in good order.

Python raises KeyboardInterrupt wherever the program is just then. In a destructor or a callback of the collector, which
run while modules are loaded, it is swallowed with everything else that is raised there: a program that is told to stop
while it starts would go on. So it is noted as well, and asked for where the program settles down to wait.
"""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

told = False
"""Whether SIGINT has come since ``remembered`` began."""


@contextlib.contextmanager
def remembered() -> Iterator[None]:
    """Note SIGINT besides raising KeyboardInterrupt as before; for the main thread."""
    global told  # noqa: PLW0603 - a signal knows no other place
    told = False
    before = signal.signal(signal.SIGINT, _interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupted(number: int, frame: FrameType | None) -> None:
    global told  # noqa: PLW0603
    told = True
    signal.default_int_handler(number, frame)

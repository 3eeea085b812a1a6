"""How soon another thread gives the interpreter's lock to the window."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

POLITE_S = 0.0005
"""How long a thread may keep the lock while another one wants it; Python's own 5 ms are a third of a frame.

A frame gives the lock away at every kernel and every large column and waits for it each time.
"""

_lock = threading.Lock()
_held = 0
_before_s = 0.0


@contextmanager
def polite() -> Iterator[None]:
    """Have the lock change hands quickly while this lasts; on any thread, by any number at the same time."""
    global _held, _before_s  # noqa: PLW0603 - one state for the process, as the interval is
    with _lock:
        if _held == 0:
            _before_s = sys.getswitchinterval()
            sys.setswitchinterval(POLITE_S)
        _held += 1
    try:
        yield
    finally:
        with _lock:
            _held -= 1
            if _held == 0:
                sys.setswitchinterval(_before_s)

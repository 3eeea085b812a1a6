"""How the kernels are compiled: for given types, at import, kept on disk, without the interpreter's lock."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

_log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Any])

Pixels = NDArray[np.uint32]
Steps = NDArray[np.uint32]  # places in steps of the unit square
Cover = NDArray[np.uint8]
Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

# Not the whole of "fast": it assumes that there is no NaN, and the kernels look for it.
_OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract", "arcp", "nsz", "reassoc"},
}
_told = False


def part(function: F) -> F:
    """Compile a function as a part of the kernels that call it."""
    return numba.njit(**_OPTIONS)(function)  # type: ignore[no-any-return]


def kernel(signature: str) -> Callable[[F], F]:
    """Compile a function for these types now, or take it from the disk. Other types raise TypeError."""

    def compile_it(function: F) -> F:
        made = numba.njit(**_OPTIONS)(function)
        try:
            made.enable_caching()
        except RuntimeError as error:
            _tell_once(error)
        made.compile(signature)
        made.disable_compile()
        return made  # type: ignore[no-any-return]

    return compile_it


def _tell_once(error: RuntimeError) -> None:
    global _told  # noqa: PLW0603 - one line in the log for all kernels
    if not _told:
        _told = True
        _log.warning("map kernels cannot be kept on disk and are compiled at every start: %s", error)

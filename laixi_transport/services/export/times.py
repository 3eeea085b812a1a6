"""Times as files carry them, made for many at once."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from laixi_transport.domain.time import BEIJING_OFFSET_S


def local_texts(time_s: ArrayLike) -> list[str]:
    """Return "2026-06-10 10:42:18" in GMT+8 for each of the Unix seconds, shape (n,); fractions are cut off."""
    moments = _seconds(time_s, BEIJING_OFFSET_S)
    return [text.replace("T", " ") for text in np.datetime_as_string(moments, unit="s").tolist()]


def utc_texts(time_s: ArrayLike) -> list[str]:
    """Return "2026-06-10T02:42:18Z" for each of the Unix seconds, shape (n,); fractions are cut off."""
    return [f"{text}Z" for text in np.datetime_as_string(_seconds(time_s, 0), unit="s").tolist()]


def local_text(time_s: float | None) -> str:
    """Return one time in GMT+8, empty for None."""
    return "" if time_s is None else local_texts([time_s])[0]


def utc_text(time_s: float) -> str:
    """Return one time in UTC."""
    return utc_texts([time_s])[0]


def _seconds(time_s: ArrayLike, offset_s: int) -> NDArray[np.datetime64]:
    whole: NDArray[np.int64] = np.floor(np.asarray(time_s)).astype(np.int64) + offset_s
    return whole.astype("datetime64[s]")

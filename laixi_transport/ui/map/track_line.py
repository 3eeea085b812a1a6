"""Tracks and marks as the map is given them."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class TrackLine:
    """A vehicle's way; arrays have shape (n,).

    A gap is drawn as a gap: after a sample with ``break_after`` the line ends. A piece between two samples that are
    both over the limit is drawn in the colour of the alarm and wider.
    """

    lon_deg: NDArray[np.float64]  # WGS-84; NaN is skipped as if there were a break
    lat_deg: NDArray[np.float64]
    break_after: NDArray[np.bool_]
    over_limit: NDArray[np.bool_]
    colour: str = ""  # "#RRGGBB"; empty takes the accent

    def __post_init__(self) -> None:
        shapes = {array.shape for array in (self.lon_deg, self.lat_deg, self.break_after, self.over_limit)}
        if len(shapes) != 1:
            msg = f"arrays of a track line differ in shape: {shapes}"
            raise ValueError(msg)


class MarkKind(StrEnum):
    """What a mark stands for; each has a shape of its own."""

    START = "start"
    END = "end"
    STOP = "stop"
    GAP = "gap"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a track with a short text beside it, as the duration of a stop."""

    lon_deg: float
    lat_deg: float
    text: str = ""
    kind: MarkKind = MarkKind.STOP
    key: object = field(default=None, compare=False)  # handed back when the mark is clicked

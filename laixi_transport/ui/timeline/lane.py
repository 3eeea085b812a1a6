"""What the timeline is given to draw: a lane for each vehicle. No Qt."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Activity(IntEnum):
    """What a vehicle did; the order is that of drawing."""

    GAP = 0
    STOP = 1
    DRIVING = 2
    OVERSPEED = 3


@dataclass(frozen=True, slots=True)
class LaneMark:
    """A moment that somebody should look at."""

    at_s: float
    text: str
    colour: str = "high"  # of the palette


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One vehicle's time; the arrays have shape (n,) and are in order of ``activity``, then of ``begin_s``.

    Where there is neither activity nor gap nothing is known of the vehicle, and nothing is drawn.
    """

    key: int  # vehicle id
    name: str
    begin_s: NDArray[np.float64]
    end_s: NDArray[np.float64]
    activity: NDArray[np.uint8]  # Activity
    marks: tuple[LaneMark, ...] = field(default=())

    def at(self, at_s: float) -> int | None:
        """Return the index of the span that a moment lies in, the topmost of several; None where nothing is known."""
        inside = np.flatnonzero((self.begin_s <= at_s) & (at_s <= self.end_s))
        return int(inside[np.argmax(self.activity[inside])]) if len(inside) else None

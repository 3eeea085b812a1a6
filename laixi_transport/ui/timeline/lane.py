"""What the timeline is given to draw: a lane for each vehicle. No Qt."""

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Activity(IntEnum):
    """What a vehicle did; the order is that of drawing."""

    GAP = 0
    STOP = 1
    ROUGH = 2  # moved at some time within the hour; more is known once the hour is read
    DRIVING = 3
    OVERSPEED = 4


@dataclass(frozen=True, slots=True)
class LaneMark:
    """A moment that somebody should look at."""

    at_s: float
    text: str
    colour: str = "high"  # of the palette
    flag: bool = False  # a bookmark, not an alarm


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One vehicle's time; the arrays have shape (n,) and are in order of ``activity``, then of ``begin_s``.

    Spans of one activity do not overlap.
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

    def spans(self, activity: Activity) -> slice:
        """Return where an activity stands in the arrays."""
        first, last = np.searchsorted(self.activity, (activity, activity + 1)).tolist()
        return slice(first, last)

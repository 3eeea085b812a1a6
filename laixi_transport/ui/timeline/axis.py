"""The axis of time as arithmetic: what stretch is shown, how it is zoomed, where ticks stand. No Qt."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import NamedTuple, Self

from laixi_transport.domain.time import BEIJING, BEIJING_OFFSET_S, DAY_S, HOUR_S

SHORTEST_S = 10.0
"""Zoomed in as far as it goes: one second is a finger wide."""

MINUTE_S = 60
STEPS_S = (
    1, 2, 5, 10, 15, 30,
    MINUTE_S, 2 * MINUTE_S, 5 * MINUTE_S, 10 * MINUTE_S, 15 * MINUTE_S, 30 * MINUTE_S,
    HOUR_S, 2 * HOUR_S, 3 * HOUR_S, 6 * HOUR_S, 12 * HOUR_S,
    DAY_S, 2 * DAY_S, 7 * DAY_S,
)  # fmt: skip
"""Distances between labelled ticks that people can read."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, Unix seconds."""

    begin_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """Seconds from end to end."""
        return self.end_s - self.begin_s

    def contains(self, at_s: float) -> bool:
        """Whether a moment lies inside, ends included."""
        return self.begin_s <= at_s <= self.end_s

    def zoomed(self, at_s: float, factor: float, limits: "Span") -> Self:
        """Return the span made ``factor`` times as long with the moment in the same place on the screen.

        It stays inside the limits: only there the moment may move.
        """
        longest = max(limits.length_s, SHORTEST_S)
        length = min(longest, max(min(SHORTEST_S, longest), self.length_s * factor))
        share = (at_s - self.begin_s) / self.length_s if self.length_s > 0 else 0.5
        return type(self)(at_s - share * length, at_s + (1 - share) * length).inside(limits)

    def panned(self, seconds: float, limits: "Span") -> Self:
        """Return the span moved by seconds, stopped at the limits."""
        return type(self)(self.begin_s + seconds, self.end_s + seconds).inside(limits)

    def inside(self, limits: "Span") -> Self:
        """Return the span moved, and where it is too long cut, so that it lies inside the limits."""
        length = min(self.length_s, limits.length_s)
        begin = min(max(self.begin_s, limits.begin_s), limits.end_s - length)
        return type(self)(begin, begin + length)

    def grown(self, share: float) -> Self:
        """Return the span with a margin at both ends."""
        margin = self.length_s * share
        return type(self)(self.begin_s - margin, self.end_s + margin)


class Tick(NamedTuple):
    """A line across the axis."""

    at_s: int
    label: str  # empty for a minor tick
    midnight: bool


def step_s(span: Span, width_px: float, label_px: float = 76.0) -> int:
    """Return the distance between labelled ticks so that labels keep apart."""
    least = span.length_s * label_px / max(1.0, width_px)
    return next((step for step in STEPS_S if step >= least), math.ceil(least / DAY_S) * DAY_S)


def ticks(span: Span, width_px: float, label_px: float = 76.0) -> list[Tick]:
    """Return the ticks within the span, in order of time, labelled in GMT+8.

    Steps are counted from midnight in GMT+8. Midnights carry the date instead of 00:00.
    """
    step = step_s(span, width_px, label_px)
    minor = max((s for s in STEPS_S if s < step and step % s == 0 and step / s <= 6), default=step)
    first = math.ceil((span.begin_s + BEIJING_OFFSET_S) / minor) * minor - BEIJING_OFFSET_S
    made = []
    for at in range(first, math.floor(span.end_s) + 1, minor):
        of_day = (at + BEIJING_OFFSET_S) % DAY_S
        labelled = (at + BEIJING_OFFSET_S) % step == 0 if step <= DAY_S else _of_week(at) % step == 0
        made.append(Tick(at, _label(at, of_day, step) if labelled else "", of_day == 0))
    return made


def _label(at_s: int, of_day_s: int, step: int) -> str:
    time = dt.datetime.fromtimestamp(at_s, BEIJING)
    if of_day_s == 0:
        return time.strftime("%m-%d")
    return time.strftime("%H:%M:%S" if step < MINUTE_S else "%H:%M")


def _of_week(at_s: int) -> int:
    """Return seconds since a Monday 0:00 in GMT+8; 1970-01-01 was a Thursday."""
    return at_s + BEIJING_OFFSET_S + 3 * DAY_S

"""Tracks and marks as the map is given them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from laixi_transport.ui.map.columns import WORLD, bounds_of_parts, steps
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.viewport import WorldBounds


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


BREAK_AFTER, OVER_LIMIT = 1, 2
"""Bits of ``TrackBundle.flags``."""

CHUNK = 2048  # raster.stroke has the same
"""Points whose bounds are kept together, so that what lies outside a view is passed over quickly."""


@dataclass(frozen=True, slots=True, eq=False)
class TrackBundle:
    """Many vehicles' ways in flat arrays, for millions of points: m lines of n points in all, 9 bytes a point.

    Make it with ``TrackBundle.of`` away from the window's thread (60 ms a million points) and hand it to
    ``MapCanvas.set_tracks``, which then takes no time. Lines follow each other without joining; the rules for gaps and
    the limit are those of ``TrackLine``.
    """

    x: NDArray[np.uint32]  # (n,) of the unit square, in steps of 1 / WORLD
    y: NDArray[np.uint32]  # (n,)
    flags: NDArray[np.uint8]  # (n,) BREAK_AFTER | OVER_LIMIT; the last point of each line has BREAK_AFTER
    begin: NDArray[np.int64]  # (m + 1,) line i is the points begin[i] to begin[i + 1]
    colours: tuple[str, ...]  # m, or one for all: "#RRGGBB"; empty takes the accent
    chunk_bounds: NDArray[np.uint32]  # (k, 4) left, top, right, bottom of each CHUNK points
    source: NDArray[np.int64] | None  # (n,) which of the given points is here; None: all are, in order

    @classmethod
    def of(
        cls,
        lon_deg: NDArray[np.float64],
        lat_deg: NDArray[np.float64],
        begin: NDArray[np.int64],
        *,
        break_after: NDArray[np.bool_],
        over_limit: NDArray[np.bool_] | None = None,
        colours: Sequence[str] = ("",),
    ) -> Self:
        """Return the bundle of m lines; any thread.

        lon_deg, lat_deg, break_after, over_limit  (n,)  WGS-84; points without a place (NaN) are left out and break
        begin    (m + 1,)  line i is the points begin[i] to begin[i + 1]; begin[0] is 0, begin[m] is n
        colours  one for each line, or one for all

        Raises ValueError if the shapes differ.
        """
        n, begin = len(lon_deg), np.asarray(begin, dtype=np.int64)
        if {len(lat_deg), len(break_after), n if over_limit is None else len(over_limit)} != {n}:
            raise ValueError("the arrays of a track bundle differ in length")
        if len(begin) == 0 or begin[0] != 0 or begin[-1] != n or (np.diff(begin) < 0).any():
            raise ValueError("the lines of a track bundle do not divide its points")
        if len(colours) not in {1, len(begin) - 1}:
            raise ValueError("a track bundle has neither one colour nor one for each line")
        breaks = break_after.copy()
        ends = begin[1:][np.diff(begin) > 0] - 1
        breaks[ends] = True
        good = np.isfinite(lon_deg) & np.isfinite(lat_deg)
        source = None
        over = np.zeros(n, dtype=np.bool_) if over_limit is None else over_limit
        if not good.all():
            breaks[:-1] |= ~good[1:]
            source = np.flatnonzero(good)
            lon_deg, lat_deg, breaks, over = lon_deg[good], lat_deg[good], breaks[good], over[good]
            begin = np.concatenate(([0], np.cumsum(good, dtype=np.int64)))[begin]
            ends = begin[1:][np.diff(begin) > 0] - 1
            breaks[ends] = True
        x, y = (steps(axis) for axis in to_world(lon_deg, lat_deg))
        flags = breaks.astype(np.uint8) * np.uint8(BREAK_AFTER) | over.astype(np.uint8) * np.uint8(OVER_LIMIT)
        return cls(x, y, flags, begin, tuple(colours), _chunk_bounds(x, y), source)

    @classmethod
    def of_lines(cls, lines: Sequence[TrackLine]) -> Self:
        """Return the bundle of separate lines."""

        def joined(arrays: list[NDArray[Any]], kind: type) -> NDArray[Any]:
            return np.concatenate(arrays) if arrays else np.zeros(0, dtype=kind)

        return cls.of(
            joined([line.lon_deg for line in lines], np.float64),
            joined([line.lat_deg for line in lines], np.float64),
            np.cumsum([0, *(len(line.lon_deg) for line in lines)], dtype=np.int64),
            break_after=joined([line.break_after for line in lines], np.bool_),
            over_limit=joined([line.over_limit for line in lines], np.bool_),
            colours=[line.colour for line in lines] or [""],
        )

    def __len__(self) -> int:
        return len(self.x)

    def colour(self, line: int) -> str:
        """Return the colour of a line."""
        return self.colours[line if len(self.colours) > 1 else 0]

    @property
    def any_over(self) -> bool:
        """Whether any point is over the limit."""
        return bool((self.flags & OVER_LIMIT).any())

    @property
    def bounds(self) -> WorldBounds | None:
        """The bounds of all points in the unit square, None without any."""
        if len(self) == 0:
            return None
        left, top = self.chunk_bounds[:, :2].min(axis=0)
        right, bottom = self.chunk_bounds[:, 2:].max(axis=0)
        return float(left / WORLD), float(top / WORLD), float(right / WORLD), float(bottom / WORLD)


def _chunk_bounds(x: NDArray[np.uint32], y: NDArray[np.uint32]) -> NDArray[np.uint32]:
    return bounds_of_parts(x, y, np.append(np.arange(0, len(x), CHUNK), len(x)))


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

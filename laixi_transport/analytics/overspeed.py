"""Overspeed: stretches in which a vehicle stays above the limit that holds where it drives."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

HOLD_S = 10.0
"""Default of the shortest episode worth an alert: JT/T 808 parameter 0x0056 as terminals are shipped (vendor practice,
not law). The law knows no hold; a case asks for 60 s."""

GAP_S = 60.0
"""Default of the longest step between two reports that still belong together; who reports more seldom has no episodes
(docs/decisions/0009 says why)."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One stretch of a track; sample indices are inclusive."""

    first: int
    last: int
    worst: int  # the first sample at which speed / limit is largest
    begin_s: float  # Unix seconds of ``first``
    end_s: float  # Unix seconds of ``last``
    peak_kmh: float  # largest speed; where limits differ it need not be that of ``worst``
    limit_kmh: float  # that of ``worst``
    worst_excess: float  # speed / limit - 1 of ``worst``, so 0.2 is 20 % over

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sample that was over: at least so long was the vehicle too fast."""
        return self.end_s - self.begin_s


def overspeed(
    time_s: NDArray[np.float64] | NDArray[np.int64],
    speed_kmh: NDArray[np.float64],
    limit_kmh: ArrayLike,
    *,
    hold_s: float = HOLD_S,
    gap_s: float = GAP_S,
) -> list[Episode]:
    """Return the overspeed episodes of one vehicle, oldest first.

    time_s      (n,)        Unix seconds, not decreasing
    speed_kmh   (n,)        NaN where the terminal gave none
    limit_kmh   (n,) or ()  NaN where no limit is known
    hold_s      shortest episode worth reporting
    gap_s       samples further apart than this do not belong together

    Exactly the limit is not over it ("超过" is strict). An unknown speed or limit is not over and ends an episode: a
    doubt is the driver's. Raises ValueError if shapes differ, time decreases or a limit is not positive.

    Source: JT/T 808-2019, terminal parameters 0x0055 (limit) and 0x0056 (hold).
    """
    limit = np.broadcast_to(np.asarray(limit_kmh, dtype=np.float64), time_s.shape)
    if speed_kmh.shape != time_s.shape:
        raise ValueError(f"speed has shape {speed_kmh.shape}, time {time_s.shape}")
    step_s = np.diff(time_s)
    if (step_s < 0).any():
        raise ValueError("time must not decrease")
    if (limit <= 0).any():
        raise ValueError("a limit must be positive; an unknown one is NaN")

    over = speed_kmh > limit  # a NaN on either side is not over
    joined = over[:-1] & over[1:] & (step_s <= gap_s)
    first = np.flatnonzero(over & ~np.append(False, joined))
    last = np.flatnonzero(over & ~np.append(joined, False))
    held = time_s[last] - time_s[first] >= hold_s
    return _episodes(time_s, speed_kmh, limit, first[held], last[held])


def _episodes(
    time_s: NDArray[np.float64] | NDArray[np.int64],
    speed_kmh: NDArray[np.float64],
    limit_kmh: NDArray[np.float64],
    first: NDArray[np.intp],
    last: NDArray[np.intp],
) -> list[Episode]:
    """Describe the stretches first..last, all at once: one array call a stretch would take ten times as long."""
    if len(first) == 0:
        return []
    length = last - first + 1
    begins = np.cumsum(length) - length  # where each stretch begins among the samples of all stretches
    sample = np.arange(length.sum()) + np.repeat(first - begins, length)
    ratio = speed_kmh[sample] / limit_kmh[sample]
    top = np.maximum.reduceat(ratio, begins)
    tops = np.flatnonzero(ratio == np.repeat(top, length))
    worst = sample[tops[np.searchsorted(tops, begins)]]
    columns = (
        first,
        last,
        worst,
        time_s[first].astype(np.float64),
        time_s[last].astype(np.float64),
        np.maximum.reduceat(speed_kmh[sample], begins),
        limit_kmh[worst],
        top - 1,
    )
    return [Episode(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]


class OverspeedWatch:
    """The same definition, one sample at a time, for a station that must speak up while it happens.

    After any number of steps, the episodes returned so far and ``ongoing`` are what ``overspeed`` gives for the same
    samples; a test holds the two together.
    """

    def __init__(self, *, hold_s: float = HOLD_S, gap_s: float = GAP_S) -> None:
        self.hold_s = hold_s
        self.gap_s = gap_s
        self.count = 0
        """How many samples have been seen; the newest has the index ``count - 1``."""
        self.newest_s: float | None = None
        self._run: Episode | None = None

    @property
    def run(self) -> Episode | None:
        """The stretch above the limit that the newest sample belongs to, long enough or not yet."""
        return self._run

    @property
    def ongoing(self) -> Episode | None:
        """The stretch that the newest sample belongs to, once it has lasted long enough to be an episode."""
        return self._run if self._run is not None and self._run.duration_s >= self.hold_s else None

    def step(self, time_s: float, speed_kmh: float, limit_kmh: float) -> Episode | None:
        """Take the next sample; return the episode that it brought to an end, if it did.

        Unknown speed and limit are NaN. Raises ValueError if time decreases or the limit is not positive.
        """
        if self.newest_s is not None and time_s < self.newest_s:
            raise ValueError("time must not decrease")
        if limit_kmh <= 0:
            raise ValueError("a limit must be positive; an unknown one is NaN")
        index = self.count
        before, run = self.newest_s, self._run
        self.count += 1
        self.newest_s = time_s
        over = speed_kmh > limit_kmh
        if run is not None and over and before is not None and time_s - before <= self.gap_s:
            excess = speed_kmh / limit_kmh - 1
            if excess > run.worst_excess:
                run = replace(run, worst=index, limit_kmh=limit_kmh, worst_excess=excess)
            self._run = replace(run, last=index, end_s=time_s, peak_kmh=max(run.peak_kmh, speed_kmh))
            return None
        ended = self.ongoing
        self._run = (
            Episode(index, index, index, time_s, time_s, speed_kmh, limit_kmh, speed_kmh / limit_kmh - 1)
            if over
            else None
        )
        return ended

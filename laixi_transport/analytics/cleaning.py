"""Which fixes of a track can be believed, and why not: a reason for each sample. What was reported is never changed."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.geodesy import distance_m, steps_m
from laixi_transport.domain.outline import metres
from laixi_transport.domain.track import Track


class Doubt(IntEnum):
    """What speaks against a sample; the gravest is named."""

    NONE = 0
    DUPLICATE = 1  # the second report of a second
    DRIFT = 2  # the receiver wandered while the vehicle stood
    UNSURE = 3  # farther from the fix before than the reported speeds explain
    TOO_FAST = 4  # farther than anything drives: one of the two fixes is wrong, nobody knows which
    JUMP = 5  # away and back
    BACKWARDS = 6  # older than a report before it
    FUTURE = 7
    NO_PLACE = 8  # exactly 0/0, or coordinates that are none on the Earth
    NOT_LOCATED = 9


LEAST_DISBELIEVED = Doubt.JUMP
"""From here on a sample says nothing of where the vehicle was; what is below is shown as doubtful and counts, but for
the step to a TOO_FAST one, which is no way driven."""

DRIFT_M = 15.0
"""Fixes of a stop farther than this from its middle have drifted (terminals: 15 m, JT/T 794-2019)."""


_LONGEST_DEGREE_M = 111_700.0
"""Of latitude at the poles; longer than any other degree."""
_SHORTEST_DEGREE_M = 110_500.0
"""Of latitude at the equator, rounded down: shorter than any other one."""


@dataclass(frozen=True, slots=True)
class CleaningRules:
    """Limits of what is believed; chosen on seeded noise (benchmarks cleaning), no standard's."""

    detour_m: float = 60.0  # going over a fix instead of past it must be so much longer for a jump
    margin_m: float = 40.0  # a receiver's error, twice
    speeding_up_ms2: float = 1.0  # by which a vehicle may go faster between two reports than both say
    unknown_kmh: float = 100.0  # allowed where no speed is reported, or a wrong one
    fastest_kmh: float = 200.0
    away: int = 4  # so many fixes in a row may lie away
    future_s: float = 300.0  # time ahead of the newest reception that is a wrong clock


class _Fix(NamedTuple):
    time_s: float
    lat_deg: float
    lon_deg: float
    speed_ms: float  # NaN unknown


def clean(track: Track, *, newest_s: float | None = None, rules: CleaningRules | None = None) -> NDArray[np.uint8]:
    """Return the Doubt of each sample, shape (n,).

    newest_s    Unix seconds by the receiver's clock after which no report can have been made; None: not judged

    A fix has jumped when going over it is a detour that the speeds reported around it do not allow, and so have several
    in a row that were out of reach from both sides. The first and the last fix have no witness on one side and are
    believed. Drift is told apart by ``with_drift``, for it takes the stops. Equal to stepping a CleaningWatch.
    """
    rules = rules or CleaningRules()
    found = np.zeros(len(track), np.uint8)
    on_earth = (np.abs(track.lat_deg) <= 90) & (np.abs(track.lon_deg) <= 180)  # NaN is nowhere
    nowhere = ~on_earth | ((track.lat_deg == 0) & (track.lon_deg == 0))
    found[nowhere] = Doubt.NO_PLACE
    found[~track.located] = Doubt.NOT_LOCATED
    if newest_s is not None:
        found[(track.time_s > newest_s + rules.future_s) & (found == Doubt.NONE)] = Doubt.FUTURE
    fixes = np.flatnonzero(found == Doubt.NONE)
    newest = np.maximum.accumulate(track.time_s[fixes]) if len(fixes) else track.time_s[:0]
    back = track.time_s[fixes] < newest
    found[fixes[back]] = Doubt.BACKWARDS
    fixes = fixes[~back]
    jumped = jumps(track.time_s[fixes], track.lat_deg[fixes], track.lon_deg[fixes], track.speed_kmh[fixes], rules=rules)
    found[fixes[jumped]] = Doubt.JUMP
    kept = fixes[~jumped]
    if len(kept) > 1:
        found[kept[1:]] = _steps(track, kept, rules)
    return found


def believed(doubts: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which samples say where the vehicle was."""
    found: NDArray[np.bool_] = doubts < LEAST_DISBELIEVED
    return found


def driven_steps_m(track: Track, doubts: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the way from each believed fix to the next, metres, shape (k - 1,) for k of them.

    A step that nothing drives (TOO_FAST) is none: one of its ends is wrong, and nobody went from one to the other.
    """
    index = np.flatnonzero(believed(doubts))
    steps = steps_m(track.lat_deg[index], track.lon_deg[index])
    steps[doubts[index[1:]] == Doubt.TOO_FAST] = 0.0
    return steps


def doubtful(track: Track, *, rules: CleaningRules | None = None) -> NDArray[np.bool_]:
    """Return the samples that have a fix which is not believed, shape (n,)."""
    return track.located & ~believed(clean(track, rules=rules))


class Stay(Protocol):
    """What is taken of a stop (analytics.stops.Stop)."""

    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def lat_deg(self) -> float: ...
    @property
    def lon_deg(self) -> float: ...


def with_drift(
    doubts: NDArray[np.uint8], track: Track, stops: Iterable[Stay], *, drift_m: float = DRIFT_M
) -> NDArray[np.uint8]:
    """Return the doubts with DRIFT for believed fixes of a stop that lie farther than ``drift_m`` from its middle."""
    found = doubts.copy()
    for stop in stops:
        inside = slice(stop.first, stop.last + 1)
        away = distance_m(stop.lat_deg, stop.lon_deg, track.lat_deg[inside], track.lon_deg[inside]) > drift_m
        found[inside][away & (found[inside] < Doubt.DRIFT)] = Doubt.DRIFT
    return found


def _apart_m(a: _Fix, b: _Fix) -> float:
    east_m, north_m = metres((a.lat_deg + b.lat_deg) / 2)
    return math.hypot(((b.lon_deg - a.lon_deg + 180) % 360 - 180) * east_m, (b.lat_deg - a.lat_deg) * north_m)


def _reach_m(a: _Fix, b: _Fix, rules: CleaningRules) -> float:
    """Return how far a vehicle may come between two fixes, by the speeds reported at both."""
    step_s = b.time_s - a.time_s
    speeds = [speed for speed in (a.speed_ms, b.speed_ms) if speed == speed]  # noqa: PLR0124 - not NaN
    if not speeds:
        return rules.unknown_kmh / 3.6 * step_s
    return sum(speeds) / len(speeds) * step_s + rules.speeding_up_ms2 / 4 * step_s * step_s


def _detour_m(a: _Fix, b: _Fix, c: _Fix, rules: CleaningRules) -> float:
    """Return how much longer the way over b is than past it, 0 where that may be true."""
    over_m, past_m = _apart_m(a, b) + _apart_m(b, c), _apart_m(a, c)
    allowed_m = _reach_m(a, b, rules) + _reach_m(b, c, rules)
    if past_m > allowed_m + rules.margin_m:  # the speeds are wrong: not even the witnesses keep to them
        allowed_m = rules.unknown_kmh / 3.6 * (c.time_s - a.time_s)
    detour_m = over_m - past_m
    return detour_m if detour_m > rules.detour_m and over_m > allowed_m + rules.margin_m else 0.0


def _in_reach(a: _Fix, b: _Fix, rules: CleaningRules) -> bool:
    return _apart_m(a, b) <= _reach_m(a, b, rules) + rules.margin_m


def _too_fast(a: _Fix, b: _Fix, rules: CleaningRules) -> bool:
    return _apart_m(a, b) > rules.fastest_kmh / 3.6 * (b.time_s - a.time_s) + rules.margin_m


def _jumped(before: _Fix, ahead: list[_Fix], rules: CleaningRules, *, trusted: bool) -> int:
    """Return how many of the fixes ahead have jumped together, the first of them among them; 0 if it has not.

    ahead     the fix in question and up to ``away`` + 1 more
    trusted   whether the reported speeds explained the step to ``before``; where they did not they prove nothing here
    """
    if len(ahead) < 2:
        return 0
    if not trusted:
        before, *ahead = (fix._replace(speed_ms=math.nan) for fix in (before, *ahead))
    here, after = ahead[:2]
    # Where the fix after it agrees with it and neither can be reached from the one before, that one is the odd one or
    # all of them before it: each fix on the way back would be a detour and be taken for a jump, for hours.
    two_against_one = _too_fast(before, after, rules) and _in_reach(here, after, rules)
    detour_m = 0.0 if two_against_one else _detour_m(before, here, after, rules)
    if detour_m > 0 and (len(ahead) < 3 or detour_m >= _detour_m(here, after, ahead[2], rules)):
        return 1
    if _in_reach(before, here, rules):
        return 0
    for many in range(2, min(rules.away, len(ahead) - 1) + 1):
        last, back = ahead[many - 1 : many + 1]
        if not _in_reach(ahead[many - 2], last, rules):  # they do not lie together
            return 0
        if _in_reach(before, back, rules) and not _in_reach(last, back, rules):
            # A fix that only happens to lie in reach has not come back: the one after it tells.
            return many if len(ahead) == many + 1 or _in_reach(back, ahead[many + 1], rules) else 0
    return 0


def jumps(
    time_s: NDArray[np.int64],
    lat_deg: NDArray[np.float64],
    lon_deg: NDArray[np.float64],
    speed_kmh: NDArray[np.float64],
    owner: NDArray[np.integer[Any]] | None = None,
    *,
    rules: CleaningRules | None = None,
) -> NDArray[np.bool_]:
    """Return which fixes have jumped, shape (n,).

    time_s, lat_deg, lon_deg, speed_kmh     (n,) of fixes that have a place, time not decreasing for each owner
    owner                                   (n,) vehicle of each fix, those of one vehicle together; None: all of one

    Only fixes that a cheap and generous estimate leaves open are asked one by one.
    """
    rules = rules or CleaningRules()
    n = len(time_s)
    jumped = np.zeros(n, np.bool_)
    if n < 3:
        return jumped
    change = np.append(False, owner[1:] != owner[:-1]) if owner is not None else np.zeros(n, np.bool_)
    begins = np.append(0, np.flatnonzero(change))
    ends = np.append(begins[1:], n)
    step_s = np.diff(time_s).astype(np.float64)
    slack_m = 1.0
    # No way between two places is longer, and none that is believed is shorter, whether the speeds are trusted or not.
    narrow = np.cos(np.radians(lat_deg))
    east = np.diff(lon_deg) * np.maximum(narrow[:-1], narrow[1:])
    step_m = np.hypot(np.diff(lat_deg), east) * _LONGEST_DEGREE_M
    reach_m = np.minimum(_columns_reach_m(step_s, speed_kmh / 3.6, rules), rules.unknown_kmh / 3.6 * step_s)
    far = np.zeros(n + rules.away, np.bool_)  # out of reach from the fix before
    far[1:n] = step_m > reach_m + (rules.margin_m - slack_m)
    far[begins] = False
    # Some that lie away together have a step back after them; without any, a step out of reach alone proves nothing.
    back = np.logical_or.reduce([far[many : n + many] for many in range(2, rules.away + 1)], axis=0, initial=False)
    odd = far[:n] & back
    over_m = step_m[:-1] + step_m[1:]
    narrowest = np.minimum(narrow[:-2], narrow[2:])
    past_m = np.hypot(lat_deg[2:] - lat_deg[:-2], (lon_deg[2:] - lon_deg[:-2]) * narrowest) * _SHORTEST_DEGREE_M
    odd[1:-1] |= (over_m > reach_m[:-1] + reach_m[1:] + (rules.margin_m - slack_m)) & (
        over_m - past_m > rules.detour_m - slack_m
    )
    odd[begins] = False

    def fix(i: int) -> _Fix:
        return _Fix(float(time_s[i]), float(lat_deg[i]), float(lon_deg[i]), float(speed_kmh[i]) / 3.6)

    def kept_before(i: int, begin: int) -> int:
        i -= 1
        while i >= begin and jumped[i]:
            i -= 1
        return i

    done = 0
    for start in np.flatnonzero(odd).tolist():
        if start < done:  # a jump was found that reaches so far
            continue
        mine = int(np.searchsorted(begins, start, "right")) - 1
        begin, end = int(begins[mine]), int(ends[mine])
        here, before = start, start - 1
        last = kept_before(before, begin)
        trusted = last < begin or _in_reach(fix(last), fix(before), rules)
        while here < end:
            ahead = [fix(i) for i in range(here, min(here + rules.away + 2, end))]
            many = _jumped(fix(before), ahead, rules, trusted=trusted)
            if many == 0:
                break
            jumped[here : here + many] = True
            here += many  # the next one has other witnesses than its neighbours
        done = here + 1
    return jumped


def _columns_reach_m(
    step_s: NDArray[np.float64], speed_ms: NDArray[np.float64], rules: CleaningRules
) -> NDArray[np.float64]:
    """``_reach_m`` from each fix to the next, shape (n - 1,)."""
    first, second = speed_ms[:-1], speed_ms[1:]
    mean = (np.where(np.isnan(first), second, first) + np.where(np.isnan(second), first, second)) / 2
    reach: NDArray[np.float64] = np.where(
        np.isnan(mean),
        rules.unknown_kmh / 3.6 * step_s,
        np.nan_to_num(mean) * step_s + rules.speeding_up_ms2 / 4 * step_s * step_s,
    )
    return reach


def _steps(track: Track, kept: NDArray[np.intp], rules: CleaningRules) -> NDArray[np.uint8]:
    """Return what the step to each believed fix from the one before says, shape (n - 1,)."""
    lat, lon, step_s = track.lat_deg[kept], track.lon_deg[kept], np.diff(track.time_s[kept]).astype(np.float64)
    apart = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    reach = _columns_reach_m(step_s, track.speed_kmh[kept] / 3.6, rules)
    return np.select(
        [apart > rules.fastest_kmh / 3.6 * step_s + rules.margin_m, apart > reach + rules.margin_m, step_s == 0],
        [np.uint8(Doubt.TOO_FAST), np.uint8(Doubt.UNSURE), np.uint8(Doubt.DUPLICATE)],
        np.uint8(Doubt.NONE),
    )


class CleaningWatch:
    """The same judgement, one sample at a time, each settled when ``away`` + 1 more fixes have come, or at the end."""

    def __init__(self, *, rules: CleaningRules | None = None) -> None:
        self.rules = rules or CleaningRules()
        self._waiting: list[tuple[Doubt | None, _Fix]] = []  # samples, in order; None for fixes not judged yet
        self._before: _Fix | None = None  # the newest believed fix that is settled
        self._trusted = True  # whether the reported speeds explained the step to it
        self._newest_s = -math.inf

    def step(
        self,
        time_s: float,
        lat_deg: float,
        lon_deg: float,
        speed_kmh: float = math.nan,
        *,
        located: bool = True,
        newest_s: float | None = None,
    ) -> list[Doubt]:
        """Take the next sample; return the doubts of the oldest ones that it settles, in their order."""
        self._waiting.append(
            (
                self._at_once(time_s, lat_deg, lon_deg, located, newest_s),
                _Fix(time_s, lat_deg, lon_deg, speed_kmh / 3.6),
            )
        )
        return self._settle(self.rules.away + 1)

    def flush(self) -> list[Doubt]:
        """Return the doubts of all that is not settled."""
        return self._settle(0)

    def _at_once(
        self, time_s: float, lat_deg: float, lon_deg: float, located: bool, newest_s: float | None
    ) -> Doubt | None:
        if not located:
            return Doubt.NOT_LOCATED
        if not (abs(lat_deg) <= 90 and abs(lon_deg) <= 180) or (lat_deg == 0 and lon_deg == 0):
            return Doubt.NO_PLACE
        if newest_s is not None and time_s > newest_s + self.rules.future_s:
            return Doubt.FUTURE
        if time_s < self._newest_s:
            return Doubt.BACKWARDS
        self._newest_s = time_s
        return None

    def _settle(self, more: int) -> list[Doubt]:
        """Settle what has so many fixes after it that nothing later can change it."""
        found: list[Doubt] = []
        while self._waiting:
            doubt, here = self._waiting[0]
            if doubt is None:
                ahead = [fix for known, fix in self._waiting if known is None]
                if len(ahead) <= more:
                    break
                doubt = self._judge(here, ahead)
            self._waiting.pop(0)
            found.append(doubt)
        return found

    def _judge(self, here: _Fix, ahead: list[_Fix]) -> Doubt:
        before, rules = self._before, self.rules
        if before is not None:
            many = _jumped(before, ahead[: rules.away + 2], rules, trusted=self._trusted)
            if many > 0:
                self._mark(many)
                return Doubt.JUMP
        self._before = here
        if before is None:
            return Doubt.NONE
        self._trusted = _in_reach(before, here, rules)
        if _too_fast(before, here, rules):
            return Doubt.TOO_FAST
        if not self._trusted:
            return Doubt.UNSURE
        return Doubt.DUPLICATE if here.time_s == before.time_s else Doubt.NONE

    def _mark(self, many: int) -> None:
        """The oldest fixes that wait have jumped together."""
        for k, (known, fix) in enumerate(self._waiting):
            if known is None and many > 0:
                self._waiting[k] = (Doubt.JUMP, fix)
                many -= 1

"""Stops, gaps and driving stretches of one vehicle's track."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.cleaning import believed, clean, driven_steps_m
from laixi_transport.analytics.geodesy import distance_m, metres_per_degree
from laixi_transport.domain.track import Track

GAP_S = 300.0
"""Silence longer than this is a gap: nothing is known of it and nothing is drawn over it."""

STOP_S = 120.0
"""Shortest stay that is called a stop: longer than a red light, shorter than a turn-round at the end of a line."""

RADIUS_M = 50.0
"""A stop's fixes lie within this of its middle; parked receivers wander some 15 to 30 m."""

STILL_KMH = 3.0
"""Slower than this is standing, by the reported speed or by the way made good over two minutes."""

_WINDOW_S = 60.0  # to each side, for the way made good


@dataclass(frozen=True, slots=True)
class Stop:
    """A vehicle that stayed in one place; sample indices are inclusive."""

    first: int
    last: int
    begin_s: float  # Unix seconds of ``first``
    end_s: float  # Unix seconds of ``last``
    lat_deg: float  # median of the fixes
    lon_deg: float

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sample at the place: at least so long did it stand."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class Gap:
    """Time without a position: the terminal was silent or had no fix."""

    first: int  # the last fix before; the first sample of a track that begins without a fix
    last: int  # the first fix after; the last sample of a track that ends without one
    begin_s: float
    end_s: float
    straight_m: float  # between the fixes on both sides; NaN where one of them is missing
    after_fix: bool  # whether ``first`` is a fix that can be believed; else the track begins without one

    @property
    def duration_s(self) -> float:
        """Length of the silence."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class Stretch:
    """A vehicle under way, from the end of a stop or gap to the beginning of the next."""

    first: int
    last: int
    begin_s: float
    end_s: float
    distance_m: float  # along its believed fixes, steps that nothing drives left out

    @property
    def duration_s(self) -> float:
        """Time under way."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class Movement:
    """A track cut up; every step from one sample to the next belongs to exactly one of the parts."""

    stops: tuple[Stop, ...]
    gaps: tuple[Gap, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Fixes:
    """The believed fixes of a track on a plane; ``index`` leads back to the track."""

    index: NDArray[np.intp]
    time_s: NDArray[np.int64]
    speed_kmh: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]


def movement(
    track: Track,
    *,
    gap_s: float = GAP_S,
    stop_s: float = STOP_S,
    radius_m: float = RADIUS_M,
    still_kmh: float = STILL_KMH,
) -> Movement:
    """Cut a track into stops, gaps and stretches, each in order of time.

    gap_s       fixes further apart than this have a gap between them; nothing reaches over it
    stop_s      shortest stop
    radius_m    how far a stop's fixes may lie from its middle
    still_kmh   standing is slower than this

    A vehicle stands where it reports so, or where it made no way for two minutes whatever its receiver says; it still
    stands when it only seemed to move but never left the place. It does not stand where it creeps on, however slowly:
    a stay that leaves the radius is cut. Jumps (analytics.cleaning) and reports without a fix say nothing.

    The numbers are this program's choice, near those of Traccar (200 m, 180 s) and closer for buses.
    """
    doubts = clean(track)
    fixes = _believed(track, doubts)
    count, n = len(fixes.index), len(track)
    if n < 2:
        return Movement((), (), ())
    if count == 0:
        return Movement((), (_gap(track, 0, n - 1, after_fix=False, before_fix=False),), ())

    silent = np.flatnonzero(np.diff(fixes.time_s) > gap_s)
    begins = np.append(0, silent + 1)
    ends = np.append(silent, count - 1)
    gaps = [_gap(track, int(fixes.index[i]), int(fixes.index[i + 1])) for i in silent]
    if fixes.index[0] > 0:
        gaps.insert(0, _gap(track, 0, int(fixes.index[0]), after_fix=False))
    if fixes.index[-1] < n - 1:
        gaps.append(_gap(track, int(fixes.index[-1]), n - 1, before_fix=False))

    still = _still(fixes, begins, ends, radius_m, still_kmh)
    way_m = np.append(0.0, np.cumsum(driven_steps_m(track, doubts)))
    stops: list[Stop] = []
    stretches: list[Stretch] = []
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        at = begin
        for first, last in _stays(fixes, still, begin, end, radius_m):
            if fixes.time_s[last] - fixes.time_s[first] < stop_s:
                continue
            if first > at:
                stretches.append(_stretch(fixes, way_m, at, first))
            stops.append(_stop(fixes, first, last))
            at = last
        if end > at:
            stretches.append(_stretch(fixes, way_m, at, end))
    return Movement(tuple(stops), tuple(gaps), tuple(stretches))


def _believed(track: Track, doubts: NDArray[np.uint8]) -> _Fixes:
    index = np.flatnonzero(believed(doubts))
    lat, lon = track.lat_deg[index], track.lon_deg[index]
    scale = metres_per_degree(lat.mean() if len(lat) else 0.0)
    return _Fixes(
        index=index,
        time_s=track.time_s[index],
        speed_kmh=track.speed_kmh[index],
        lat_deg=lat,
        lon_deg=lon,
        x_m=(lon - lon[:1]) * scale.east_m,
        y_m=(lat - lat[:1]) * scale.north_m,
    )


def _still(
    fixes: _Fixes, begins: NDArray[np.intp], ends: NDArray[np.intp], radius_m: float, still_kmh: float
) -> NDArray[np.bool_]:
    """Return where the vehicle reports that it stands, or makes no way within the window around."""
    segment = np.repeat(np.arange(len(begins)), ends - begins + 1)
    before = np.maximum(np.searchsorted(fixes.time_s, fixes.time_s - _WINDOW_S, "left"), begins[segment])
    after = np.minimum(np.searchsorted(fixes.time_s, fixes.time_s + _WINDOW_S, "right") - 1, ends[segment])
    net_m = np.hypot(fixes.x_m[after] - fixes.x_m[before], fixes.y_m[after] - fixes.y_m[before])
    span_s = fixes.time_s[after] - fixes.time_s[before]
    idle = (span_s >= _WINDOW_S) & (net_m <= span_s * still_kmh / 3.6) & (net_m <= radius_m / 2)
    standing: NDArray[np.bool_] = (fixes.speed_kmh <= still_kmh) | idle
    return standing


def _stays(fixes: _Fixes, still: NDArray[np.bool_], begin: int, end: int, radius_m: float) -> list[tuple[int, int]]:
    """Return the runs of standing between two fixes, cut where they leave a place, joined where they did not."""
    inside = still[begin : end + 1]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    x, y = fixes.x_m, fixes.y_m
    pieces: list[tuple[int, int]] = []
    for first, past in (edges.reshape(-1, 2) + begin).tolist():
        at = first
        while at < past:
            away = np.flatnonzero(np.hypot(x[at:past] - x[at], y[at:past] - y[at]) > radius_m)
            cut = at + int(away[0]) if len(away) else past
            pieces.append((at, cut - 1))
            at = cut

    sum_x, sum_y = np.append(0.0, np.cumsum(x)), np.append(0.0, np.cumsum(y))

    def middle(first: int, last: int) -> tuple[float, float]:
        many = last - first + 1
        return (sum_x[last + 1] - sum_x[first]) / many, (sum_y[last + 1] - sum_y[first]) / many

    stays: list[tuple[int, int]] = []
    for first, last in pieces:
        if stays:
            begun, until = stays[-1]
            mean_x, mean_y = middle(begun, until)
            here_x, here_y = middle(first, last)
            same_place = np.hypot(here_x - mean_x, here_y - mean_y) <= radius_m / 2
            between = slice(until + 1, first)
            if same_place and (np.hypot(x[between] - mean_x, y[between] - mean_y) <= radius_m).all():
                stays[-1] = (begun, last)
                continue
        stays.append((first, last))
    return stays


def _stop(fixes: _Fixes, first: int, last: int) -> Stop:
    inside = slice(first, last + 1)
    return Stop(
        first=int(fixes.index[first]),
        last=int(fixes.index[last]),
        begin_s=float(fixes.time_s[first]),
        end_s=float(fixes.time_s[last]),
        lat_deg=float(np.median(fixes.lat_deg[inside])),
        lon_deg=float(np.median(fixes.lon_deg[inside])),
    )


def _stretch(fixes: _Fixes, way_m: NDArray[np.float64], first: int, last: int) -> Stretch:
    return Stretch(
        first=int(fixes.index[first]),
        last=int(fixes.index[last]),
        begin_s=float(fixes.time_s[first]),
        end_s=float(fixes.time_s[last]),
        distance_m=float(way_m[last] - way_m[first]),
    )


def _gap(track: Track, first: int, last: int, *, after_fix: bool = True, before_fix: bool = True) -> Gap:
    """Return the gap between two samples; which of them are fixes that can be believed is known to the caller."""
    straight = distance_m(track.lat_deg[first], track.lon_deg[first], track.lat_deg[last], track.lon_deg[last])
    return Gap(
        first=first,
        last=last,
        begin_s=float(track.time_s[first]),
        end_s=float(track.time_s[last]),
        straight_m=float(straight) if after_fix and before_fix else float("nan"),
        after_fix=after_fix,
    )

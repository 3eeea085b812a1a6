"""A vehicle's day as a driver would write it down: its trips with their distances, and what became of its stops."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.distance import odometer_km, way_m
from laixi_transport.analytics.geodesy import distance_m
from laixi_transport.analytics.stops import RADIUS_M, Gap, Movement
from laixi_transport.analytics.trips import Trip, TripRules, trips
from laixi_transport.domain.track import Track

JOIN_S = 900.0
"""A silence no longer than this, driven into and out of, is part of one trip."""

LEAST_REACH_M = 200.0
"""Who never came so far from where the trip began went nowhere: a parked receiver wandered."""

STILL_KM = 0.5
"""An odometer that grew by more than this over a silence says that the vehicle was elsewhere in between."""


@dataclass(frozen=True, slots=True)
class LoggedTrip:
    """One trip; sample indices are inclusive. What nobody saw is counted by itself and never as driven."""

    first: int
    last: int
    begin_s: float  # Unix seconds of ``first``
    end_s: float
    driving_s: float  # in the driving stretches
    standing_s: float  # in stops within
    gnss_km: float  # along the believed fixes of the stretches
    odometer_km: float | None  # None where fewer than two reports carried it
    unseen_s: float  # silences that the trip goes on over
    unseen_km: float  # straight lines over them
    longest_stop: int | None  # index in the day's stops of the longest one within, None for none
    longest_stop_s: float
    peak_kmh: float  # NaN where no speed is known
    after_gap: bool  # it was under way already when it was heard again
    into_gap: bool  # it was still under way when it fell silent

    @property
    def duration_s(self) -> float:
        """Time from setting off to having stopped, as far as it was seen."""
        return self.end_s - self.begin_s

    @property
    def difference_km(self) -> float | None:
        """Odometer minus what the fixes show including the straight lines over silences."""
        return None if self.odometer_km is None else self.odometer_km - self.gnss_km - self.unseen_km

    @property
    def whole(self) -> bool:
        """Whether all of it was seen."""
        return not (self.after_gap or self.into_gap or self.unseen_s)


@dataclass(frozen=True, slots=True)
class Logbook:
    """The trips of a track, oldest first, and what is known of each of its stops beyond its samples."""

    trips: tuple[LoggedTrip, ...]
    found_again_s: tuple[float | None, ...]
    """For each stop: until when the vehicle, silent after it, was found again at the same place; None where it was not
    silent, or elsewhere afterwards. That it stood there meanwhile is likely, and nobody saw it."""


def logbook(track: Track, parts: Movement, rules: TripRules | None = None) -> Logbook:
    """Return the logbook of a track.

    parts   the movement of the same track
    rules   what makes a trip (analytics.trips)

    Beyond ``trips``: what stands at the end of a trip, shorter than parking but followed by nothing, does not belong to
    it; two trips with a silence of at most JOIN_S between them, into which the vehicle drove and out of which it drove
    at another place, are one, which says how much of it nobody saw; and a trip that never came LEAST_REACH_M from its
    beginning is none, so that a parked receiver that wanders makes no trip.
    """
    way = way_m(track, parts)
    gaps = {gap.first: gap for gap in parts.gaps}
    standing = {stop.last: stop.first for stop in parts.stops}
    joined: list[list[Trip]] = []
    for trip in trips(track, parts, way, rules):
        last = standing.get(trip.last, trip.last)
        if last <= trip.first:
            continue
        cut = Trip(trip.first, last, trip.begin_s, float(track.time_s[last]), 0.0, trip.peak_kmh)
        before = joined[-1][-1] if joined else None
        if before is not None and _goes_on(gaps.get(before.last), cut):
            joined[-1].append(cut)
        else:
            joined.append([cut])
    found_again = _found_again(track, parts)
    unseen = [gap for gap in parts.gaps if gap.end_s not in found_again]
    made = [_logged(track, parts, way, pieces, unseen) for pieces in joined]
    return Logbook(tuple(trip for trip in made if _reach_m(track, way, trip) >= LEAST_REACH_M), found_again)


def _goes_on(gap: Gap | None, after: Trip) -> bool:
    return gap is not None and gap.last == after.first and gap.duration_s <= JOIN_S and gap.straight_m >= LEAST_REACH_M


def _logged(
    track: Track, parts: Movement, way: NDArray[np.float64], pieces: list[Trip], unseen: list[Gap]
) -> LoggedTrip:
    first, last = pieces[0].first, pieces[-1].last
    inside = [
        (i, stop)
        for i, stop in enumerate(parts.stops)
        if any(piece.first <= stop.first and stop.last <= piece.last for piece in pieces)
    ]
    longest = max(inside, key=lambda pair: pair[1].duration_s, default=None)
    seen = [gap for gap in parts.gaps if first <= gap.first and gap.last <= last]
    speeds = [track.speed_kmh[piece.first : piece.last + 1] for piece in pieces]
    located = [track.located[piece.first : piece.last + 1] for piece in pieces]
    known = np.concatenate([speed[has] for speed, has in zip(speeds, located, strict=True)])
    known = known[~np.isnan(known)]
    return LoggedTrip(
        first=first,
        last=last,
        begin_s=float(track.time_s[first]),
        end_s=float(track.time_s[last]),
        driving_s=sum((s.duration_s for s in parts.stretches if first <= s.first and s.last <= last), 0.0),
        standing_s=sum((stop.duration_s for _, stop in inside), 0.0),
        gnss_km=float(way[last] - way[first]) / 1000,
        odometer_km=odometer_km(track.take(slice(first, last + 1))),
        unseen_s=sum((gap.duration_s for gap in seen), 0.0),
        unseen_km=sum((gap.straight_m for gap in seen), 0.0) / 1000,
        longest_stop=None if longest is None else longest[0],
        longest_stop_s=0.0 if longest is None else longest[1].duration_s,
        peak_kmh=float(known.max()) if len(known) else float("nan"),
        after_gap=any(gap.last == first for gap in unseen),
        into_gap=any(gap.first == last for gap in unseen),
    )


def _reach_m(track: Track, way: NDArray[np.float64], trip: LoggedTrip) -> float:
    """Return how far from its beginning a trip came; the way grows at believed fixes of driving alone."""
    inside = slice(trip.first, trip.last + 1)
    driven = np.diff(way[inside], prepend=way[trip.first]) > 0
    driven[-1] = True
    lat, lon = track.lat_deg[inside], track.lon_deg[inside]
    return float(np.max(distance_m(lat[0], lon[0], lat[driven], lon[driven])))


def _found_again(track: Track, parts: Movement) -> tuple[float | None, ...]:
    gaps = {gap.first: gap for gap in parts.gaps}
    found: list[float | None] = []
    for stop in parts.stops:
        until: float | None = None
        at = stop.last
        while (gap := gaps.get(at)) is not None and gap.last > at:
            away = distance_m(stop.lat_deg, stop.lon_deg, track.lat_deg[gap.last], track.lon_deg[gap.last])
            grown = odometer_km(track.take(slice(stop.last, gap.last + 1)))
            if np.isnan(gap.straight_m) or away > RADIUS_M or (grown or 0.0) > STILL_KM:
                break
            at, until = gap.last, gap.end_s
        found.append(until)
    return tuple(found)

"""A vehicle's stays in a fence: from coming in to leaving."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from laixi_transport.analytics.cleaning import doubtful
from laixi_transport.analytics.geofences import contains, crossings
from laixi_transport.domain.geofence import Geofence
from laixi_transport.domain.track import Track


@dataclass(frozen=True, slots=True)
class Passage:
    """One stay; times are Unix seconds, interpolated between the fixes on both sides of the border."""

    vehicle_id: int
    entered_s: float | None  # None: it was inside before the period began
    left_s: float | None  # None: it was inside at the last fix
    last_s: float  # of the last fix inside or of leaving
    entered_seen: bool  # False: it came in somewhere in a gap before ``entered_s``, or before its first report
    left_seen: bool  # False: it left somewhere in a gap before ``left_s``
    fastest_kmh: float | None  # of the fixes inside, None if there is none
    held: bool  # the fence held at some time of the stay

    def duration_s(self, begin_s: float) -> float:
        """Return how long it stayed, as far as is known, from the begin of the period on."""
        return self.last_s - (self.entered_s if self.entered_s is not None else begin_s)


def passages_of(fence: Geofence, track: Track, begin_s: float) -> list[Passage]:
    """Return the stays of one vehicle that go on after ``begin_s``, oldest first; doubtful fixes are not believed."""
    track = track.take(track.located & ~doubtful(track))
    if not len(track):
        return []
    always = replace(fence, enabled=True, hours=(), valid_from=None, valid_to=None)
    return [stay for stay in _stays(fence, always, track, begin_s) if stay.last_s >= begin_s]


def _stays(fence: Geofence, always: Geofence, track: Track, begin_s: float) -> Iterator[Passage]:
    time_s, lat, lon = track.time_s, track.lat_deg, track.lon_deg
    entered_s: float | None = None
    seen = True
    inside = bool(contains(always, lat[0], lon[0]))
    if inside and time_s[0] > begin_s:  # since when it was inside is not known
        entered_s, seen = float(time_s[0]), False
    for crossing in crossings(always, time_s, lat, lon):
        if crossing.entered:
            entered_s, seen, inside = crossing.time_s, crossing.seen, True
        elif inside:
            # In a gap it was last known to be inside at the fix before it.
            last_s = crossing.time_s if crossing.seen else float(time_s[crossing.after - 1])
            yield _stay(fence, track, entered_s, crossing.time_s, last_s, begin_s, (seen, crossing.seen))
            entered_s, inside = None, False
    if inside:
        yield _stay(fence, track, entered_s, None, float(time_s[-1]), begin_s, (seen, True))


def _stay(
    fence: Geofence,
    track: Track,
    entered_s: float | None,
    left_s: float | None,
    last_s: float,
    begin_s: float,
    seen: tuple[bool, bool],
) -> Passage:
    if entered_s is not None and entered_s < begin_s:
        entered_s = None
    first_s = begin_s if entered_s is None else entered_s
    within = (track.time_s >= first_s) & (track.time_s <= last_s)
    speeds = track.speed_kmh[within]
    moments = np.append(track.time_s[within].astype(np.float64), (first_s, last_s))
    return Passage(
        vehicle_id=track.vehicle_id,
        entered_s=entered_s,
        left_s=left_s,
        last_s=last_s,
        entered_seen=seen[0] or entered_s is None,
        left_seen=seen[1],
        fastest_kmh=float(np.nanmax(speeds)) if len(speeds) and not np.isnan(speeds).all() else None,
        held=bool(fence.valid(moments).any()),
    )

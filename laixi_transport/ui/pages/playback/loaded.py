"""A vehicle's day made ready to be shown; everything that takes time is done here, away from the window."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics import cleaning
from laixi_transport.analytics.geodesy import metres_per_degree
from laixi_transport.analytics.motion import EMERGENCY_BIT
from laixi_transport.analytics.stops import STILL_KMH
from laixi_transport.domain.alert import Priority
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.playback.places import ALARM, STANDING, FleetFixes
from laixi_transport.ui import format as text
from laixi_transport.ui.map.track_line import Mark, MarkKind, TrackBundle, TrackLine
from laixi_transport.ui.pages.playback.events import Event, events_of, other_alerts, overspeed_text
from laixi_transport.ui.pages.playback.whereabouts import Whereabouts
from laixi_transport.ui.timeline.curve import SpeedCurve, WayCurve, broken
from laixi_transport.ui.timeline.lane import Activity, Lane, LaneMark

FLAT_M = 2.0
PASSES = 7
"""How the ways of the vehicles beside the selected one are thinned: twenty full days are two million fixes."""

PRIORITY_COLOURS = {Priority.URGENT: "urgent", Priority.HIGH: "high", Priority.LOW: "low"}


@dataclass(frozen=True, slots=True, eq=False)
class LoadedDay:
    """One vehicle's day in the shapes of map, timeline, curve and list."""

    day: VehicleDay
    where: Whereabouts
    lane: Lane
    curve: SpeedCurve
    line: TrackBundle  # every believed fix
    thin_line: TrackBundle  # without those that hardly bend it
    marks: tuple[Mark, ...]
    events: tuple[Event, ...]
    note: str = ""  # before the plate: the true date of a day that is shown under another one

    @property
    def vehicle(self) -> Vehicle:
        """Whose day it is."""
        return self.day.vehicle

    @property
    def name(self) -> str:
        """Plate as painted."""
        return named(self.vehicle, self.note)

    @property
    def period(self) -> tuple[float, float] | None:
        """Times of the first and the last report, None without any."""
        times = self.day.track.time_s
        return (float(times[0]), float(times[-1])) if len(times) else None


def named(vehicle: Vehicle, note: str) -> str:
    """Return the plate as painted, after the true date of a day that is shown under another one."""
    return "  ".join(part for part in (note, text.plate(vehicle.name)) if part)


def prepare(days: Sequence[VehicleDay], note: str = "") -> tuple[LoadedDay, ...]:
    """Return the days ready to be shown; runs on any thread."""
    return tuple(_prepare(day, note) for day in days)


def fixes_of(days: Sequence[LoadedDay], period: tuple[float, float]) -> FleetFixes:
    """Return the believed fixes of all days in one, with what the analysis says of them."""
    fixes = [loaded.where.fixes for loaded in days]
    owner = np.repeat(np.arange(len(days)), [len(some) for some in fixes])

    def column(name: str, scale: float, kind: type) -> NDArray[Any]:
        parts = [getattr(loaded.day.track, name)[some] for loaded, some in zip(days, fixes, strict=True)]
        return np.rint(np.concatenate([*parts, _NOTHING]) * scale).astype(kind)

    return FleetFixes.of(
        np.array([loaded.vehicle.id for loaded in days], np.int64),
        period,
        owner,
        column("time_s", 1, np.int64),
        lon_e6=column("lon_deg", 1e6, np.int32),
        lat_e6=column("lat_deg", 1e6, np.int32),
        speed_dkmh=column("speed_kmh", 10, np.uint16),
        direction_deg=column("direction_deg", 1, np.uint16),
        flags=np.concatenate([*(_flags(loaded) for loaded in days), np.zeros(0, np.uint8)]),
    )


_NOTHING = np.empty(0)


def _flags(loaded: LoadedDay) -> NDArray[np.uint8]:
    """Return what a vehicle does from each fix on: a part ends with the fix that it ends at."""
    day = loaded.day
    flags = np.where(day.track.alarm_bits & EMERGENCY_BIT, ALARM, 0).astype(np.uint8)
    for stop in day.stops:
        flags[stop.first : stop.last] |= STANDING
    for episode in day.overspeed:
        flags[episode.first : episode.last + 1] |= ALARM
    kept: NDArray[np.uint8] = flags[loaded.where.fixes]
    return kept


def _prepare(day: VehicleDay, note: str) -> LoadedDay:
    where = Whereabouts(day)
    line = _line(day, where)
    return LoadedDay(
        day=day,
        where=where,
        lane=_lane(day, note),
        curve=_curve(day, where),
        line=TrackBundle.of_lines((line,)),
        thin_line=TrackBundle.of_lines((_thinned(line),)),
        marks=_marks(day, where),
        events=events_of(day, where),
        note=note,
    )


def _lane(day: VehicleDay, note: str) -> Lane:
    parts = ((Activity.GAP, day.gaps), (Activity.STOP, day.stops), (Activity.DRIVING, day.stretches))
    rows = [(kind, part.begin_s, part.end_s) for kind, many in parts for part in many]
    rows += [(Activity.OVERSPEED, part.begin_s, part.end_s) for part in day.overspeed]
    if len(day.track) == 1:  # it lasts no time, but the vehicle was heard
        kind = Activity.DRIVING if day.track.speed_kmh[0] > STILL_KMH else Activity.STOP
        at_s = float(day.track.time_s[0])
        rows.append((kind if day.track.located[0] else Activity.GAP, at_s, at_s))
    marks = [
        LaneMark(episode.begin_s, overspeed_text(episode.peak_kmh, episode.limit_kmh)) for episode in day.overspeed
    ]
    marks += [
        LaneMark(alert.begin.timestamp(), text.alert(alert), PRIORITY_COLOURS[alert.priority])
        for alert in other_alerts(day)
    ]
    return Lane(
        key=day.vehicle.id,
        name=named(day.vehicle, note),
        begin_s=np.array([row[1] for row in rows], np.float64),
        end_s=np.array([row[2] for row in rows], np.float64),
        activity=np.array([row[0] for row in rows], np.uint8),
        marks=tuple(sorted(marks, key=lambda mark: mark.at_s)),
    )


def _curve(day: VehicleDay, where: Whereabouts) -> SpeedCurve:
    track = day.track
    time_s = track.time_s.astype(np.float64)
    speed = np.where(track.located, track.speed_kmh, np.nan)
    inside = np.zeros(len(track), np.bool_)
    for episode in day.overspeed:
        inside[episode.first : episode.last + 1] = True
    gaps = np.array([gap.first for gap in day.gaps], np.intp)
    with_breaks, speeds = broken(time_s, speed, gaps)
    _, over = broken(time_s, np.where(inside, speed, np.nan), gaps)
    doubted = where.doubted
    return SpeedCurve(with_breaks, speeds, over, day.vehicle.speed_limit_kmh, time_s[doubted], track.speed_kmh[doubted])


def way_curve(loaded: LoadedDay) -> WayCurve:
    """Return the speed over the way that the believed fixes went; a gap adds nothing to it and breaks the line."""
    where, track = loaded.where, loaded.day.track
    speed = track.speed_kmh[where.fixes].copy()
    step_m = cleaning.driven_steps_m(track, where.doubts)
    step_m[where.break_after[:-1]] = 0.0
    way_km = np.concatenate(([0.0], np.cumsum(step_m) / 1000))[: len(speed)]
    times, way = where.fixes_s, way_km
    breaks = np.flatnonzero(where.break_after[:-1])
    way_with, speeds = broken(way, speed, breaks)
    times_with, _ = broken(times, speed, breaks)
    return WayCurve(way_with, speeds, times_with)


def _line(day: VehicleDay, where: Whereabouts) -> TrackLine:
    track, fixes = day.track, where.fixes
    over = np.zeros(len(track), np.bool_)
    for episode in day.overspeed:
        over[episode.first : episode.last + 1] = True
    return TrackLine(track.lon_deg[fixes], track.lat_deg[fixes], where.break_after, over[fixes])


def _thinned(line: TrackLine) -> TrackLine:
    """Return the line without the fixes that hardly bend it; ends, breaks and changes of colour stay.

    Each pass takes out every second fix that lies within FLAT_M of the line between its neighbours. Unlike the method
    of Douglas and Peucker it needs no loop over fixes; the line moves by FLAT_M a pass at most.
    """
    stays = line.break_after.copy()
    stays[1:] |= line.break_after[:-1] | (line.over_limit[1:] != line.over_limit[:-1])
    stays[:-1] |= line.over_limit[1:] != line.over_limit[:-1]
    scale = metres_per_degree(float(line.lat_deg.mean())) if len(stays) else metres_per_degree(0.0)
    x, y = line.lon_deg * scale.east_m, line.lat_deg * scale.north_m
    kept = np.arange(len(stays))
    for _ in range(PASSES):
        if len(kept) < 3:
            break
        middle, before, after = kept[1:-1], kept[:-2], kept[2:]
        dx, dy = x[after] - x[before], y[after] - y[before]
        aside = np.abs(dx * (y[middle] - y[before]) - dy * (x[middle] - x[before]))
        flat = (aside <= FLAT_M * np.hypot(dx, dy)) & ~stays[middle]
        flat[1::2] = False
        flat &= (x[middle] - x[before]) * (x[after] - x[middle]) + (y[middle] - y[before]) * (y[after] - y[middle]) >= 0
        kept = np.delete(kept, np.flatnonzero(flat) + 1)
    return TrackLine(line.lon_deg[kept], line.lat_deg[kept], line.break_after[kept], line.over_limit[kept])


def _marks(day: VehicleDay, where: Whereabouts) -> tuple[Mark, ...]:
    """Return what stands on the way, the most telling first; ``key`` is the moment to go to."""
    track, fixes = day.track, where.fixes
    if not len(fixes):
        return ()

    def mark(sample: int, kind: MarkKind, words: str) -> Mark:
        return Mark(
            float(track.lon_deg[sample]), float(track.lat_deg[sample]), words, kind, float(track.time_s[sample])
        )

    first, last = int(fixes[0]), int(fixes[-1])
    marks = [
        mark(first, MarkKind.START, text.clock_minutes(float(track.time_s[first]))),
        mark(last, MarkKind.END, text.clock_minutes(float(track.time_s[last]))),
    ]
    for episode in day.overspeed:
        worst_s = float(track.time_s[episode.worst])
        there = where.at(worst_s)  # not where that report says: it may be a jump
        if there.known:
            words = text.speed_over(episode.peak_kmh, episode.limit_kmh)
            marks.append(Mark(there.lon_deg, there.lat_deg, words, MarkKind.ALARM, worst_s))
    stops = sorted(day.stops, key=lambda stop: -stop.duration_s)
    marks += [
        Mark(stop.lon_deg, stop.lat_deg, text.duration(stop.duration_s), MarkKind.STOP, stop.begin_s) for stop in stops
    ]
    marks += [mark(gap.first, MarkKind.GAP, text.duration(gap.duration_s)) for gap in day.gaps if gap.after_fix]
    return tuple(marks)

"""A month of many vehicles, held in memory only around the moment that is looked at."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.cleaning import jumps
from laixi_transport.analytics.stops import GAP_S
from laixi_transport.domain.alert import Alert, AlertState
from laixi_transport.domain.fleet_track import FleetTrack
from laixi_transport.domain.time import HOUR_S
from laixi_transport.services.playback.places import ALARM, FleetFixes, flags_of
from laixi_transport.storage import Store

MOST_BYTES = 64 << 20
"""Some 17 hours of 500 vehicles that report every ten seconds."""

_VALID = (AlertState.NEW, AlertState.ACKNOWLEDGED, AlertState.CLEARED)
_ALERTS = 5000
_READ_AT_ONCE = 250
"""Vehicles whose hour is read in one go: some 10 ms."""
_JUDGED_AT_ONCE = 50
"""Vehicles whose hour is judged in one go: some 2 ms."""


def _never() -> bool:
    return False


class OvertakenError(Exception):
    """Nobody waits for the answer any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One fix of each of m vehicles: the first or the last of an hour. ``time_s`` is negative where there is none."""

    time_s: NDArray[np.int64]
    lon_e6: NDArray[np.int32]
    lat_e6: NDArray[np.int32]
    speed_dkmh: NDArray[np.uint16]
    direction_deg: NDArray[np.uint16]
    flags: NDArray[np.uint8]

    @classmethod
    def of(cls, fixes: FleetFixes, *, last: bool) -> "Edge":
        """Return the first or last fix of every vehicle."""
        none = np.diff(fixes.begin) == 0
        row = np.where(none, 0, fixes.begin[1:] - 1 if last else fixes.begin[:-1])
        if not len(fixes):
            return cls.empty(len(none))
        time_s = np.where(none, -1, fixes.time_s[row])
        names = ("lon_e6", "lat_e6", "speed_dkmh", "direction_deg", "flags")
        return cls(time_s, *(getattr(fixes, name)[row] for name in names))

    @classmethod
    def empty(cls, m: int) -> "Edge":
        """Return the edge of vehicles without any fix."""
        coordinates, shorts = np.zeros(m, np.int32), np.zeros(m, np.uint16)
        return cls(np.full(m, -1, np.int64), coordinates, coordinates, shorts, shorts, np.zeros(m, np.uint8))

    def filled(self, other: "Edge") -> "Edge":
        """Return this edge with the other's fixes where it has none."""
        none = self.time_s < 0
        if not none.any():
            return self
        return Edge(*(np.where(none, getattr(other, name), getattr(self, name)) for name in self.__slots__))

    def near(self, least_s: float, most_s: float) -> "Edge":
        """Return only the fixes within a period."""
        outside = (self.time_s < least_s) | (self.time_s > most_s)
        return replace(self, time_s=np.where(outside, -1, self.time_s))


class Reel:
    """The hours of chosen vehicles; what was looked at least lately is forgotten first.

    ``fixes`` answers at once on any thread; ``load`` and ``complete`` read the database and take some 50 ms for 500
    vehicles, so they belong on a reading thread. Several may run at the same time.
    """

    def __init__(self, store: Store, vehicle_ids: Sequence[int], *, most_bytes: int = MOST_BYTES) -> None:
        self._store = store
        self.vehicle_ids = np.array(list(dict.fromkeys(vehicle_ids)), np.int64)
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._cores: OrderedDict[int, FleetFixes] = OrderedDict()
        self._whole: dict[int, FleetFixes] = {}

    @property
    def bytes(self) -> int:
        """Memory that the hours take."""
        with self._lock:
            return self._bytes()

    @property
    def hours(self) -> tuple[int, ...]:
        """The hours (Unix time // 3600) that are there."""
        with self._lock:
            return tuple(sorted(self._cores))

    def fixes(self, hour: int) -> FleetFixes | None:
        """Return an hour if it is there: whole or, while its neighbours are not known yet, by itself."""
        with self._lock:
            core = self._cores.get(hour)
            if core is None:
                return None
            self._cores.move_to_end(hour)
            return self._whole.get(hour, core)

    def is_whole(self, hour: int) -> bool:
        """Whether an hour is there with what lies before and after it."""
        with self._lock:
            return hour in self._whole

    def load(self, hour: int, overtaken: Callable[[], bool] = _never) -> FleetFixes:
        """Read an hour by itself, at once: its first and last minutes may lack their neighbours, and nothing is judged.

        Raises OvertakenError once ``overtaken`` says so.
        """
        with self._lock:
            known = self._cores.get(hour)
            if known is not None:
                self._cores.move_to_end(hour)
                return known
        begin_s = hour * HOUR_S
        track = self._read(begin_s, overtaken)
        core = located(track, (float(begin_s), float(begin_s + HOUR_S)))
        alerts = self._store.alerts.list(states=_VALID, begin_s=begin_s, end_s=begin_s + HOUR_S, limit=_ALERTS)
        core = _alarmed(core, alerts)
        with self._lock:
            self._cores[hour] = core
            self._cores.move_to_end(hour)
            self._forget()
        return core

    def complete(self, hour: int, overtaken: Callable[[], bool] = _never) -> FleetFixes:
        """Read an hour with what joins it to its neighbours, without jumps, and where silent vehicles were last."""
        with self._lock:
            whole = self._whole.get(hour)
        if whole is not None:
            return whole
        core = self.load(hour, overtaken)
        _stop_if(overtaken)
        after = Edge.of(self.load(hour + 1, overtaken), last=False).near(core.end_s, core.end_s + GAP_S)
        _stop_if(overtaken)
        before = Edge.of(self.load(hour - 1, overtaken), last=True)
        _stop_if(overtaken)
        before = before.filled(self._last_before(before, hour - 1))
        whole = with_edges(believed(core, overtaken), before, after)
        with self._lock:
            if hour in self._cores:
                self._whole[hour] = whole
            self._forget()
        return whole

    def _read(self, begin_s: int, overtaken: Callable[[], bool]) -> FleetTrack:
        """Read an hour, some vehicles at a time: who waits for another hour is not kept waiting."""
        ids, parts = self.vehicle_ids.tolist(), []
        for first in range(0, max(1, len(ids)), _READ_AT_ONCE):
            _stop_if(overtaken)
            some = ids[first : first + _READ_AT_ONCE]
            parts.append(self._store.hours.positions(some, begin_s, begin_s + HOUR_S))
        _stop_if(overtaken)
        return joined(parts)

    def _last_before(self, known: Edge, hour: int) -> Edge:
        """Return the last fix before an hour of those vehicles that have none in it."""
        missing = np.flatnonzero(known.time_s < 0)
        found = Edge.empty(len(self.vehicle_ids))
        if not len(missing):
            return found
        track = self._store.hours.last_before(self.vehicle_ids[missing].tolist(), hour * HOUR_S)
        last = Edge.of(believed(located(track, (0.0, float(hour * HOUR_S)))), last=True)
        for name in Edge.__slots__:
            column = getattr(found, name).copy()
            column[missing] = getattr(last, name)
            found = replace(found, **{name: column})
        return found

    def _bytes(self) -> int:
        return sum(core.bytes for core in self._cores.values()) + sum(whole.bytes for whole in self._whole.values())

    def _forget(self) -> None:
        """Forget hours until the rest fits; the three used last always stay."""
        while len(self._cores) > 3 and self._bytes() > self._most_bytes:
            hour, _ = self._cores.popitem(last=False)
            self._whole.pop(hour, None)


def joined(tracks: Sequence[FleetTrack]) -> FleetTrack:
    """Return the reports of different vehicles as one."""
    if len(tracks) == 1:
        return tracks[0]
    counts = [np.diff(track.begin) for track in tracks]
    names = ("time_s", "lat_e6", "lon_e6", "speed_dkmh", "direction_deg", "alarm_bits", "status_bits")
    return FleetTrack(
        np.concatenate([track.vehicle_ids for track in tracks]),
        np.concatenate(([0], np.cumsum(np.concatenate(counts)))),
        *(np.concatenate([getattr(track, name) for track in tracks]) for name in names),
    )


def located(track: FleetTrack, period: tuple[float, float]) -> FleetFixes:
    """Return the fixes of many vehicles as they were reported; exactly 0/0 is none (analytics.cleaning)."""
    kept = track.located & ((track.lat_e6 != 0) | (track.lon_e6 != 0))
    owner, columns = track.owner, [getattr(track, name) for name in _SHOWN]
    if not kept.all():
        owner, columns = owner[kept], [column[kept] for column in columns]
    time_s, lat_e6, lon_e6, speed_dkmh, direction_deg, alarm_bits = columns
    return FleetFixes.of(
        track.vehicle_ids,
        period,
        owner,
        time_s,
        lon_e6=lon_e6,
        lat_e6=lat_e6,
        speed_dkmh=speed_dkmh,
        direction_deg=direction_deg,
        flags=flags_of(speed_dkmh, alarm_bits),
    )


def believed(fixes: FleetFixes, overtaken: Callable[[], bool] = _never) -> FleetFixes:
    """Return the fixes without jumps (analytics.cleaning); the first and the last of each vehicle are believed.

    Judges some vehicles at a time: who waits for another hour is not kept waiting. Raises OvertakenError.
    """
    owner, time_s = fixes.owner, fixes.time_s
    jumped = np.zeros(len(fixes), np.bool_)
    begin = fixes.begin
    for first in range(0, len(begin) - 1, _JUDGED_AT_ONCE):
        _stop_if(overtaken)
        rows = slice(int(begin[first]), int(begin[min(first + _JUDGED_AT_ONCE, len(begin) - 1)]))
        lat_deg, lon_deg = (axis[rows].astype(np.float64) * 1e-6 for axis in (fixes.lat_e6, fixes.lon_e6))
        jumped[rows] = jumps(
            time_s[rows], lat_deg, lon_deg, fixes.speed_dkmh[rows].astype(np.float64) * 0.1, owner[rows]
        )
    if not jumped.any():
        return fixes
    kept = ~jumped
    columns = {
        name: getattr(fixes, name)[kept] for name in ("lon_e6", "lat_e6", "speed_dkmh", "direction_deg", "flags")
    }
    return FleetFixes.of(
        fixes.vehicle_ids, (fixes.begin_s, fixes.end_s), owner[kept], time_s[kept], gap_s=fixes.gap_s, **columns
    )


_SHOWN = ("time_s", "lat_e6", "lon_e6", "speed_dkmh", "direction_deg", "alarm_bits")


def with_edges(core: FleetFixes, before: Edge, after: Edge) -> FleetFixes:
    """Return an hour with one more fix before and after each vehicle that has one."""
    first, last = np.flatnonzero(before.time_s >= 0), np.flatnonzero(after.time_s >= 0)
    at = np.concatenate((core.begin[first], core.begin[last + 1]))
    owner = np.concatenate((first, last))
    # Where a vehicle has no row both go to the same place: that before first, as insert keeps their order.
    order = np.lexsort((np.repeat((0, 1), (len(first), len(last))), owner))
    at, owner = at[order], owner[order]

    def joined(name: str) -> NDArray[np.int64]:
        added = np.concatenate((getattr(before, name)[first], getattr(after, name)[last]))[order]
        values = core.time_s if name == "time_s" else getattr(core, name)
        return np.insert(values, at, added)

    owners = np.insert(core.owner, at, owner)
    columns: Mapping[str, NDArray[np.int64]] = {
        name: joined(name) for name in ("lon_e6", "lat_e6", "speed_dkmh", "direction_deg", "flags")
    }
    return FleetFixes.of(core.vehicle_ids, (core.begin_s, core.end_s), owners, joined("time_s"), **columns)  # type: ignore[arg-type]


def _alarmed(core: FleetFixes, alerts: Sequence[Alert]) -> FleetFixes:
    """Return an hour with the flag of an alarm where alerts lasted."""
    place = {vehicle_id: at for at, vehicle_id in enumerate(core.vehicle_ids.tolist())}
    flags = core.flags
    times = core.time_s if alerts else None
    for alert in alerts:
        at = place.get(alert.vehicle_id)
        if at is None or times is None:
            continue
        rows = slice(int(core.begin[at]), int(core.begin[at + 1]))
        own = times[rows]
        inside = (own >= alert.begin.timestamp()) & (own < alert.end.timestamp())
        if inside.any():
            flags = flags.copy() if flags is core.flags else flags
            flags[rows][inside] |= ALARM
    return core if flags is core.flags else replace(core, flags=flags)


def _stop_if(overtaken: Callable[[], bool]) -> None:
    if overtaken():
        raise OvertakenError

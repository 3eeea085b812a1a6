"""How a vehicle moves along a way: stretches of constant acceleration, so that any moment can be asked for at once."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from laixi_transport.services.simulation.network import Way

TURN_DEG = 35.0  # a sharper bend is taken slowly
TURN_KMH = 19.0
KMH_PER_MPS = 3.6


class Phase(NamedTuple):
    """From ``begin_s`` on: along = along_m + speed·t + acceleration·t²/2."""

    begin_s: float
    along_m: float
    speed_mps: float
    acceleration: float  # m/s²


class Moment(NamedTuple):
    """What a run is doing at a time."""

    along_m: float
    speed_mps: float
    acceleration: float


class Run:
    """One drive along a way, from standing to standing."""

    __slots__ = ("_begins", "begin_s", "end_s", "phases", "way")

    def __init__(self, way: Way, phases: Sequence[Phase], end_s: float) -> None:
        self.way = way
        self.phases = phases
        self._begins = [phase.begin_s for phase in phases]
        self.begin_s = phases[0].begin_s
        self.end_s = end_s

    def moment(self, time_s: float) -> Moment:
        """Return place and speed; before the run at its start, after it at its end, standing."""
        if time_s <= self.begin_s:
            return Moment(0.0, 0.0, 0.0)
        if time_s >= self.end_s:
            return Moment(self.way.length_m, 0.0, 0.0)
        begin_s, along, speed, acceleration = self.phases[bisect_right(self._begins, time_s) - 1]
        t = time_s - begin_s
        return Moment(along + speed * t + acceleration * t * t / 2, max(0.0, speed + acceleration * t), acceleration)


def drive(
    way: Way,
    begin_s: float,
    *,
    limits_mps: Sequence[tuple[float, float]],
    waits: Mapping[float, float],
    speeding_up: float,
    slowing_down: float,
) -> Run:
    """Return the run over a way that keeps to limits, stops where it has to and takes bends slowly.

    begin_s         Unix seconds
    limits_mps      (metre from the start, highest speed from there on), from metre 0 on, in order
    waits           metre from the start -> seconds standing there
    speeding_up     m/s², positive
    slowing_down    m/s², positive
    """
    nodes = dict.fromkeys((along for along, _ in limits_mps), math.inf)
    nodes |= {along: min(TURN_KMH / KMH_PER_MPS, nodes.get(along, math.inf)) for along in _bends(way)}
    nodes |= dict.fromkeys((along for along in waits if 0 < along < way.length_m), 0.0)
    nodes |= {0.0: 0.0, way.length_m: 0.0}
    along = sorted(node for node in nodes if node <= way.length_m)
    starts = [metre for metre, _ in limits_mps]
    top = [limits_mps[max(bisect_right(starts, metre) - 1, 0)][1] for metre in along[:-1]]
    passing = [nodes[metre] for metre in along]
    for k, limit in enumerate(top):
        passing[k] = min(passing[k], limit)
        passing[k + 1] = min(passing[k + 1], limit)
    gaps = [b - a for a, b in pairwise(along)]
    for k, gap in enumerate(gaps):
        passing[k + 1] = min(passing[k + 1], math.sqrt(passing[k] ** 2 + 2 * speeding_up * gap))
    for k in range(len(gaps) - 1, -1, -1):
        passing[k] = min(passing[k], math.sqrt(passing[k + 1] ** 2 + 2 * slowing_down * gaps[k]))

    phases: list[Phase] = []
    now = begin_s
    for k, gap in enumerate(gaps):
        if (wait := waits.get(along[k], 0.0)) > 0 and passing[k] == 0:
            phases.append(Phase(now, along[k], 0.0, 0.0))
            now += wait
        now = _stretch(phases, now, along[k], gap, (passing[k], top[k], passing[k + 1]), (speeding_up, slowing_down))
    return Run(way, phases, now)


def _stretch(
    phases: list[Phase],
    now: float,
    at: float,
    length: float,
    speeds: tuple[float, float, float],
    rates: tuple[float, float],
) -> float:
    """Append speeding up, cruising and slowing down over one stretch; return when it is done."""
    entry, top, leaving = speeds
    up, down = rates
    peak = math.sqrt((2 * up * down * length + down * entry**2 + up * leaving**2) / (up + down))
    cruise = max(min(top, peak), entry, leaving)
    rising, falling = (cruise**2 - entry**2) / (2 * up), (cruise**2 - leaving**2) / (2 * down)
    level = max(0.0, length - rising - falling)
    if cruise > entry:
        phases.append(Phase(now, at, entry, up))
        now += (cruise - entry) / up
    if level > 0 and cruise > 0:
        phases.append(Phase(now, at + rising, cruise, 0.0))
        now += level / cruise
    if cruise > leaving:
        phases.append(Phase(now, at + rising + level, cruise, -down))
        now += (cruise - leaving) / down
    return now


def _bends(way: Way) -> list[float]:
    """Return where a way turns sharply, metres from the start."""
    bends = []
    for k in range(1, len(way.points) - 1):
        before = way.place((way.along_m[k - 1] + way.along_m[k]) / 2).direction_deg
        after = way.place((way.along_m[k] + way.along_m[k + 1]) / 2).direction_deg
        if abs((after - before + 180) % 360 - 180) > TURN_DEG:
            bends.append(way.along_m[k])
    return bends

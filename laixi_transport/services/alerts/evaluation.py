"""Runs the overspeed rule over committed reports, each exactly once as far as anybody can see.

Reports are read in the order of their commit, after a cursor that is saved in the transaction of the alerts. A crash
between reading and saving makes the same reports be read again; since alerts are found by their episode and not
appended, that changes nothing. While reports of a vehicle arrive in order of time a watch steps through them. The first
report after a start, a late one or one of an already seen second has the stretch around it computed again from what is
stored, by the array function that defines the rule.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from sqlalchemy.orm import Session

from laixi_transport import __version__
from laixi_transport.analytics.overspeed import Episode, OverspeedWatch
from laixi_transport.domain.alert import Alert
from laixi_transport.domain.position import Sample
from laixi_transport.domain.track import Track
from laixi_transport.services.alerts.reconcile import Finding, Verdict, reconcile
from laixi_transport.services.alerts.rule import OverspeedRule
from laixi_transport.storage import Store

logger = logging.getLogger(__name__)

REPORTS_A_STEP = 5000

VERDICTS_A_UNIT = 40
"""Written in one transaction, some 50 ms: terminals wait for their acknowledgement meanwhile."""

ONGOING = 100_000
"""More vehicles than a county has."""

APART_S = 3600
"""Reports further apart than this are judged in stretches of their own, not with all that lies between them."""

AHEAD_S = 300
"""A report this much ahead of its reception has a wrong clock; it does not make the reports after it old."""

_T = TypeVar("_T")
_Place = tuple[float | None, float | None]
_NOWHERE: _Place = (None, None)


@dataclass(slots=True)
class _Watched:
    """A vehicle's carried state: the watch, and where the worst moment of its current run was."""

    watch: OverspeedWatch
    place: _Place = _NOWHERE

    def step(
        self, time_s: float, speed_kmh: float, limit_kmh: float, place_of: Callable[[_T], _Place], what: _T
    ) -> Finding | None:
        """Take the next sample, whose place is asked for only if it matters; return the episode that it ended."""
        ended = self.watch.step(time_s, speed_kmh, limit_kmh)
        found = _finding(ended, self.place, ongoing=False) if ended is not None else None
        run = self.watch.run
        if run is not None and run.worst == self.watch.count - 1:
            self.place = place_of(what)
        return found

    def ongoing(self) -> Finding | None:
        run = self.watch.ongoing
        return _finding(run, self.place, ongoing=True) if run is not None else None


class Evaluator:
    """Reads what was committed and brings the alerts up to date. Blocks on the database; one thread at a time."""

    def __init__(self, store: Store, rule: OverspeedRule, *, reports_a_step: int = REPORTS_A_STEP) -> None:
        self._store = store
        self._rule = rule
        self._reports_a_step = reports_a_step
        self._margin_s = 2 * rule.gap_s
        self._after: int | None = None
        self._limits: dict[int, float] | None = None
        self._limits_old = threading.Event()
        self._limits_old.set()
        self._watched: dict[int, _Watched] = {}
        self._ongoing: dict[int, Alert] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Have ``catch_up`` return after the step it is in; any thread."""
        self._stopping.set()

    def forget_limits(self) -> None:
        """Read the limits anew before the next step; any thread."""
        self._limits_old.set()

    def catch_up(self) -> None:
        """Evaluate until no committed report is left, or ``stop`` was called."""
        while not self._stopping.is_set() and self.step():
            pass

    def step(self) -> bool:
        """Evaluate the next reports; return whether there were any."""
        if self._after is None:
            self._after = self._store.rules.cursor(self._rule.name)
            ongoing = self._store.alerts.list(rule=self._rule.name, ongoing=True, limit=ONGOING)
            self._ongoing = {alert.vehicle_id: alert for alert in ongoing}
        if self._limits_old.is_set():
            self._limits_old.clear()
            self._read_limits()
        limits = self._limits or {}
        newest_id, samples = self._store.tracks.samples_after(
            self._after, self._reports_a_step, limits.keys() | self._ongoing.keys()
        )
        if newest_id is None:
            return False
        by_vehicle: dict[int, list[Sample]] = defaultdict(list)
        for sample in samples:
            by_vehicle[sample.vehicle_id].append(sample)
        try:
            with self._store.snapshot():
                verdicts = [
                    verdict
                    for vehicle_id, reports in by_vehicle.items()
                    for verdict in self._judge(vehicle_id, reports)
                ]
            written = self._save(verdicts, newest_id)
        except BaseException:
            self._after = None  # the watches have seen what was not saved: begin again from the database
            self._watched.clear()
            raise
        self._after = newest_id
        for alert in written:
            if alert.ongoing:
                self._ongoing[alert.vehicle_id] = alert
            elif self._ongoing.get(alert.vehicle_id, alert).id == alert.id:
                self._ongoing.pop(alert.vehicle_id, None)
        return True

    def _read_limits(self) -> None:
        """Read the limits; a vehicle that just got its first one is judged from its next report on."""
        limits = {
            vehicle.id: vehicle.speed_limit_kmh
            for vehicle in self._store.register.vehicles()
            if vehicle.speed_limit_kmh is not None
        }
        if self._limits is not None:
            for vehicle_id in limits.keys() - self._limits.keys():
                self._watched[vehicle_id] = _Watched(self._rule.watch())
        self._limits = limits

    def _save(self, verdicts: list[Verdict], newest_id: int) -> list[Alert]:
        """Write what was found, the cursor with the last of it; the gateway's batches are stored in between."""
        written: list[Alert] = []
        while True:
            now, verdicts = verdicts[:VERDICTS_A_UNIT], verdicts[VERDICTS_A_UNIT:]
            seen_id = None if verdicts else newest_id
            written += self._store.writer.run(lambda session, now=now, i=seen_id: self._write(session, now, i)).result()  # type: ignore[misc]
            if seen_id is not None:
                return written

    def _write(self, session: Session, verdicts: list[Verdict], newest_id: int | None) -> tuple[Alert, ...]:
        alerts = self._store.alerts
        periods = [(verdict.vehicle_id, verdict.begin_s, verdict.end_s) for verdict in verdicts]
        changed = [
            alert
            for verdict, stored in zip(verdicts, alerts.begun(session, self._rule.name, periods), strict=True)
            for alert in reconcile(verdict, stored, self._rule, __version__)
        ]
        written = alerts.put(session, changed)
        if newest_id is not None:
            self._store.rules.advance(session, self._rule.name, newest_id)
        return written

    def _judge(self, vehicle_id: int, reports: list[Sample]) -> list[Verdict]:
        limit_kmh = (self._limits or {}).get(vehicle_id, float("nan"))
        watched = self._watched.get(vehicle_id)
        if watched is None or not _in_order(watched.watch.newest_s, reports):
            return self._judge_again(vehicle_id, reports, limit_kmh)
        findings = []
        for report in reports:
            ended = watched.step(report.time_s, self._rule.speed_of(report), limit_kmh, _place, report)
            if ended is not None:
                findings.append(ended)
        if (ongoing := watched.ongoing()) is not None:
            findings.append(ongoing)
        if not findings:
            return []
        return [Verdict(vehicle_id, findings[0].begin_s, reports[-1].time_s, limit_kmh, tuple(findings))]

    def _judge_again(self, vehicle_id: int, reports: list[Sample], limit_kmh: float) -> list[Verdict]:
        """Judge the stretches around some reports from what is stored, and have the watch go on from the newest."""
        periods = [(report.time_s, report.time_s) for report in reports]
        heard_s = max(report.received_us for report in reports) // 1_000_000 + AHEAD_S
        watched = self._watched.get(vehicle_id)
        seen_s = watched.watch.newest_s if watched is not None else None
        if seen_s is None or seen_s > heard_s:
            self._watched.pop(vehicle_id, None)
            seen_s = self._store.tracks.newest_s(vehicle_id, heard_s, self._after or 0)
            if seen_s is not None:
                periods.append((int(seen_s), int(seen_s)))
        if (ongoing := self._ongoing.get(vehicle_id)) is not None:  # it may have ended unseen
            periods.append((int(ongoing.begin.timestamp()), int(ongoing.end.timestamp())))
        times = [report.time_s for report in reports]
        head_s = max((t for t in (*times, seen_s) if t is not None and t <= heard_s), default=max(times))
        verdicts = []
        for stored, begin_s, end_s in self._stretches(vehicle_id, periods, limit_kmh):
            at_the_head = begin_s <= head_s <= end_s
            track = stored
            if at_the_head:
                # What is stored already but was not read yet comes in its turn.
                track = stored.take(slice(int(np.searchsorted(stored.time_s, head_s, "right"))))
                self._watched[vehicle_id] = self._watch_from(track, limit_kmh)
            last = len(track) - 1
            findings = tuple(
                _finding(episode, _place_in(track, episode.worst), ongoing=at_the_head and episode.last == last)
                for episode in self._rule.episodes(track, limit_kmh)
            )
            verdicts.append(Verdict(vehicle_id, begin_s, end_s, limit_kmh, findings))
        return verdicts

    def _stretches(
        self, vehicle_id: int, periods: list[tuple[int, int]], limit_kmh: float
    ) -> list[tuple[Track, int, int]]:
        """Return the tracks around some periods with their bounds; they do not overlap."""
        stretches: list[tuple[Track, int, int]] = []
        for near_s, far_s in _joined(periods):
            stretch = self._whole_runs(vehicle_id, near_s, far_s, limit_kmh)
            while stretches and stretch[1] <= stretches[-1][2]:
                stretch = self._whole_runs(vehicle_id, stretches.pop()[1], stretch[2], limit_kmh)
            stretches.append(stretch)
        return stretches

    def _whole_runs(self, vehicle_id: int, begin_s: int, end_s: int, limit_kmh: float) -> tuple[Track, int, int]:
        """Return the track around a period and its bounds, wide enough that no run above the limit crosses them."""
        gap_s = self._rule.gap_s
        reach_s = int(self._margin_s)
        begin_s, end_s = begin_s - reach_s, end_s + reach_s
        while True:
            track = self._rule.ordered(self._store.tracks.track(vehicle_id, begin_s, end_s + 1))
            over = self._rule.speeds(track) > limit_kmh
            reach_s *= 2
            if len(track) and over[0] and track.time_s[0] - begin_s <= gap_s:
                begin_s -= reach_s
            elif len(track) and over[-1] and end_s - track.time_s[-1] <= gap_s:
                end_s += reach_s
            else:
                return track, begin_s, end_s

    def _watch_from(self, track: Track, limit_kmh: float) -> _Watched:
        """Return the carried state after the last sample of a track."""
        speed_kmh = self._rule.speeds(track)
        over = speed_kmh > limit_kmh
        joined = over[:-1] & over[1:] & (np.diff(track.time_s) <= self._rule.gap_s)
        breaks = np.flatnonzero(~joined)
        watched = _Watched(self._rule.watch())
        place_of = partial(_place_in, track)
        for i in range(int(breaks[-1]) + 1 if len(breaks) else 0, len(track)):
            watched.step(float(track.time_s[i]), float(speed_kmh[i]), limit_kmh, place_of, i)
        return watched


def _in_order(newest_s: float | None, reports: list[Sample]) -> bool:
    """Return whether every report is of a later second than the one before it."""
    before = newest_s
    for report in reports:
        if before is not None and report.time_s <= before:
            return False
        before = report.time_s
    return True


def _joined(periods: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return periods of Unix seconds, oldest first, those near each other as one."""
    joined: list[tuple[int, int]] = []
    for begin_s, end_s in sorted(periods):
        if joined and begin_s - joined[-1][1] <= APART_S:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        else:
            joined.append((begin_s, end_s))
    return joined


def _finding(episode: Episode, place: _Place, *, ongoing: bool) -> Finding:
    return Finding(
        begin_s=episode.begin_s,
        end_s=episode.end_s,
        ongoing=ongoing,
        peak_kmh=episode.peak_kmh,
        limit_kmh=episode.limit_kmh,
        excess=episode.worst_excess,
        lat_deg=place[0],
        lon_deg=place[1],
    )


def _place(report: Sample) -> _Place:
    placed = report.located and (report.lat_e6 or report.lon_e6)  # exactly 0/0 is no place
    return (report.lat_e6 / 1e6, report.lon_e6 / 1e6) if placed else _NOWHERE


def _place_in(track: Track, index: int) -> _Place:
    if not track.located[index]:
        return _NOWHERE
    lat_deg, lon_deg = round(float(track.lat_deg[index]), 6), round(float(track.lon_deg[index]), 6)
    return (lat_deg, lon_deg) if lat_deg or lon_deg else _NOWHERE

"""Which reports say nothing of where a vehicle is: judged one by one against the last that was believed."""

from collections.abc import Container
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple

from laixi_transport.analytics.geodesy import haversine_m

FUTURE_S = 86_400.0
"""A time further ahead of the receiver's clock than this is wrong, whatever the time zone of a terminal."""


class Fault(IntFlag):
    """What speaks against a report; several may."""

    NONE = 0
    NOT_LOCATED = 1  # no fix, or coordinates that are none on the Earth
    ZERO = 2  # exactly 0/0: a receiver that never had a fix
    FUTURE = 4
    PAST = 8
    DUPLICATE = 16  # the time of the last believed report
    BACKWARDS = 32  # before it
    STILL = 64  # standing, by its own speed
    NEAR = 128  # less than the least way from the last
    TOO_FAST = 256  # farther from the last than anything drives, or a speed that nothing drives
    TOO_SOON = 512  # less than the least time after the last


class Fix(NamedTuple):
    """What is judged of a report."""

    time_s: float
    lat_deg: float
    lon_deg: float
    speed_kmh: float = 0.0  # NaN unknown
    located: bool = True
    received_s: float = 0.0
    items: Container[str] = ()  # names of what it carries besides


@dataclass(frozen=True, slots=True)
class PositionFilter:
    """Limits; each is off by default (None, False or empty) but the future.

    The kinds are those of tracking servers (Traccar's filters), so that whoever moves over keeps his settings.
    """

    future_s: float | None = FUTURE_S
    past_s: float | None = None
    invalid: bool = False
    zero: bool = False
    duplicate: bool = False
    backwards: bool = False
    still: bool = False
    least_m: float | None = None
    least_s: float | None = None
    fastest_kmh: float | None = None
    keep_after_s: float | None = None  # after this silence a report is news even if it is still, near or a duplicate
    keep_with: frozenset[str] = frozenset()  # so is one that carries any of these

    def judge(self, fix: Fix, last: Fix | None = None, now_s: float | None = None) -> Fault:
        """Return what speaks against a report.

        last    the last report that was believed
        now_s   Unix seconds; without it neither future nor past is judged
        """
        fault = Fault.NONE
        on_earth = -90 <= fix.lat_deg <= 90 and -180 <= fix.lon_deg <= 180
        if self.invalid and not (fix.located and on_earth):
            fault |= Fault.NOT_LOCATED
        if self.zero and fix.lat_deg == 0 and fix.lon_deg == 0:
            fault |= Fault.ZERO
        if now_s is not None:
            if self.future_s is not None and fix.time_s > now_s + self.future_s:
                fault |= Fault.FUTURE
            if self.past_s is not None and fix.time_s < now_s - self.past_s:
                fault |= Fault.PAST
        if not self._news(fix, last):
            if self.still and fix.speed_kmh == 0:
                fault |= Fault.STILL
            if last is not None and self.duplicate and fix.time_s == last.time_s:
                fault |= Fault.DUPLICATE
            if last is not None and self.least_m is not None and _apart_m(fix, last) < self.least_m:
                fault |= Fault.NEAR
        return fault if last is None else fault | self._against(fix, last)

    def _news(self, fix: Fix, last: Fix | None) -> bool:
        waited = (
            self.keep_after_s is not None and last is not None and fix.received_s - last.received_s > self.keep_after_s
        )
        return waited or any(name in fix.items for name in self.keep_with)

    def _against(self, fix: Fix, last: Fix) -> Fault:
        fault = Fault.NONE
        step_s = fix.time_s - last.time_s
        if self.backwards and step_s < 0:
            fault |= Fault.BACKWARDS
        if self.least_s is not None and 0 < step_s < self.least_s:
            fault |= Fault.TOO_SOON
        if self.fastest_kmh is not None:
            allowed_m = self.fastest_kmh / 3.6 * abs(step_s)
            if fix.speed_kmh > self.fastest_kmh or _apart_m(fix, last) > allowed_m:
                fault |= Fault.TOO_FAST
        return fault


def _apart_m(a: Fix, b: Fix) -> float:
    return float(haversine_m(a.lat_deg, a.lon_deg, b.lat_deg, b.lon_deg))

"""Brings stored alerts in line with what a rule finds now; pure, so that it may be done again after a crash."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from laixi_transport.analytics.grading import overspeed_priority
from laixi_transport.domain.alert import Alert, AlertState
from laixi_transport.domain.time import from_unix
from laixi_transport.services.alerts.rule import OverspeedRule

NOT_STORED = 0
"""Id of an alert that the database has not numbered yet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An episode with its place, as an alert tells it."""

    begin_s: float
    end_s: float
    ongoing: bool
    peak_kmh: float
    limit_kmh: float
    excess: float
    lat_deg: float | None
    lon_deg: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Within ``begin_s`` to ``end_s``, both included, a vehicle's episodes are exactly these findings."""

    vehicle_id: int
    begin_s: float
    end_s: float
    limit_kmh: float
    findings: tuple[Finding, ...]  # oldest first


def reconcile(
    verdict: Verdict, stored: Sequence[Alert], rule: OverspeedRule, program_version: str
) -> tuple[Alert, ...]:
    """Return the alerts to write: new ones with the id NOT_STORED, changed ones with theirs; none when all is as found.

    stored    every alert of the rule and vehicle that began in the verdict's period, withdrawn ones too

    An alert keeps its id and its acknowledgement when its episode grew, shrank or moved its beginning. What no finding
    accounts for is withdrawn if it lies within the period altogether and was judged by the same limit; by another one
    it was right in its time and only ends.
    """
    left = {alert.id: alert for alert in stored}
    matched: dict[int, Alert] = {}  # index of the finding -> alert
    by_begin = {alert.begin.timestamp(): alert for alert in stored}
    for i, finding in enumerate(verdict.findings):
        if (same := by_begin.get(finding.begin_s)) is not None:
            matched[i] = left.pop(same.id)
    for i, finding in enumerate(verdict.findings):
        if i in matched:
            continue
        touching = [
            alert
            for alert in left.values()
            if alert.state is not AlertState.WITHDRAWN
            and alert.begin.timestamp() <= finding.end_s
            and alert.end.timestamp() >= finding.begin_s
        ]
        if touching:
            matched[i] = left.pop(min(touching, key=lambda alert: alert.begin).id)

    changed = [
        _told(finding, verdict.vehicle_id, matched.get(i), rule, program_version)
        for i, finding in enumerate(verdict.findings)
    ]
    changed += [
        _without_finding(alert, verdict)
        for alert in left.values()
        if verdict.begin_s <= alert.begin.timestamp() and alert.end.timestamp() <= verdict.end_s
    ]
    before = {alert.id: alert for alert in stored}
    return tuple(alert for alert in changed if before.get(alert.id) != alert)


def _without_finding(alert: Alert, verdict: Verdict) -> Alert:
    if alert.state is AlertState.WITHDRAWN:
        return alert
    if alert.limit == verdict.limit_kmh:
        return replace(alert, state=AlertState.WITHDRAWN, ongoing=False)
    acknowledged = alert.acknowledged_by is not None
    return replace(alert, state=state_of(acknowledged=acknowledged, ongoing=False), ongoing=False)


def _told(finding: Finding, vehicle_id: int, before: Alert | None, rule: OverspeedRule, program_version: str) -> Alert:
    acknowledged_by = before.acknowledged_by if before else None
    acknowledged_at = before.acknowledged_at if before else None
    told = Alert(
        id=before.id if before else NOT_STORED,
        rule=rule.name,
        rule_version=rule.version,
        parameters=rule.parameters(),
        vehicle_id=vehicle_id,
        priority=overspeed_priority(finding.excess),
        state=state_of(acknowledged=acknowledged_by is not None, ongoing=finding.ongoing),
        begin=from_unix(finding.begin_s),
        end=from_unix(finding.end_s),
        ongoing=finding.ongoing,
        peak=finding.peak_kmh,
        limit=finding.limit_kmh,
        lat_deg=finding.lat_deg,
        lon_deg=finding.lon_deg,
        program_version=program_version,
        acknowledged_by=acknowledged_by,
        acknowledged_at=acknowledged_at,
    )
    if before is not None and replace(before, program_version=program_version) == told:
        return before  # another program version that finds the same is no news
    return told


def state_of(*, acknowledged: bool, ongoing: bool) -> AlertState:
    """Return the state that follows from whether a person has seen an alert and whether its condition holds."""
    if not acknowledged:
        return AlertState.NEW
    return AlertState.ACKNOWLEDGED if ongoing else AlertState.CLEARED

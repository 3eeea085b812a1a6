"""Alerts: what rules made known, and who took note of it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from laixi_transport.domain.alert import Alert, AlertState
from laixi_transport.domain.change import Topic
from laixi_transport.domain.time import from_unix
from laixi_transport.storage.changes import announce
from laixi_transport.storage.database import Database
from laixi_transport.storage.tables import AlertRow


class Alerts:
    """Reads from any thread; ``upsert`` and ``acknowledge`` are parts of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        *,
        states: Collection[AlertState] | None = None,
        vehicle_ids: Collection[int] | None = None,
        begin_s: int | None = None,
        end_s: int | None = None,
        rule: str | None = None,
        limit: int = 1000,
    ) -> tuple[Alert, ...]:
        """Return alerts that overlap a period, the newest first."""
        query = select(AlertRow).order_by(AlertRow.begin.desc(), AlertRow.id.desc()).limit(limit)
        if states is not None:
            query = query.where(AlertRow.state.in_(states))
        if vehicle_ids is not None:
            query = query.where(AlertRow.vehicle_id.in_(vehicle_ids))
        if begin_s is not None:
            query = query.where(AlertRow.end >= from_unix(begin_s))
        if end_s is not None:
            query = query.where(AlertRow.begin < from_unix(end_s))
        if rule is not None:
            query = query.where(AlertRow.rule == rule)
        with Session(self._database.readers) as session:
            return tuple(_alert(row) for row in session.scalars(query))

    def get(self, alert_id: int) -> Alert | None:
        """Return one alert."""
        with Session(self._database.readers) as session:
            row = session.get(AlertRow, alert_id)
            return _alert(row) if row else None

    def upsert(self, session: Session, alert: Alert) -> Alert:
        """Store an episode once: rule, vehicle and begin say which one it is; its id is not looked at.

        A known episode gets the new end, peak and whether it goes on. Its begin, and what people did with it, stay.
        """
        row = session.scalars(
            select(AlertRow).where(
                AlertRow.rule == alert.rule, AlertRow.vehicle_id == alert.vehicle_id, AlertRow.begin == alert.begin
            )
        ).one_or_none()
        if row is None:
            row = AlertRow(
                rule=alert.rule,
                rule_version=alert.rule_version,
                parameters=alert.parameters,
                vehicle_id=alert.vehicle_id,
                priority=alert.priority,
                state=alert.state,
                begin=alert.begin,
                end=alert.end,
                ongoing=alert.ongoing,
                peak=alert.peak,
                limit_value=alert.limit,
                lat_deg=alert.lat_deg,
                lon_deg=alert.lon_deg,
                program_version=alert.program_version,
                acknowledged_by=alert.acknowledged_by,
                acknowledged_at=alert.acknowledged_at,
            )
            session.add(row)
        else:
            row.rule_version = alert.rule_version
            row.parameters = alert.parameters
            row.priority = alert.priority
            row.end = alert.end
            row.ongoing = alert.ongoing
            row.peak = alert.peak
            row.limit_value = alert.limit
            row.lat_deg = alert.lat_deg
            row.lon_deg = alert.lon_deg
            row.program_version = alert.program_version
            if row.state is AlertState.ACKNOWLEDGED and not alert.ongoing:
                row.state = AlertState.CLEARED
        return self._changed(session, row)

    def acknowledge(self, session: Session, alert_id: int, by: str, at: datetime) -> Alert:
        """Note who has seen an alert; the first one counts. An alert that has ended is thereby cleared.

        Raises LookupError if there is no such alert.
        """
        row = session.get(AlertRow, alert_id)
        if row is None:
            raise LookupError(f"no alert {alert_id}")
        if row.state is AlertState.NEW:
            row.state = AlertState.ACKNOWLEDGED if row.ongoing else AlertState.CLEARED
            row.acknowledged_by = by
            row.acknowledged_at = at
        return self._changed(session, row)

    def _changed(self, session: Session, row: AlertRow) -> Alert:
        session.flush()
        announce(self._database.cursor(session.connection()), Topic.ALERT, str(row.id))
        return _alert(row)


def _alert(row: AlertRow) -> Alert:
    return Alert(
        id=row.id,
        rule=row.rule,
        rule_version=row.rule_version,
        parameters=row.parameters,
        vehicle_id=row.vehicle_id,
        priority=row.priority,
        state=row.state,
        begin=row.begin,
        end=row.end,
        ongoing=row.ongoing,
        peak=row.peak,
        limit=row.limit_value,
        lat_deg=row.lat_deg,
        lon_deg=row.lon_deg,
        program_version=row.program_version,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=row.acknowledged_at,
    )

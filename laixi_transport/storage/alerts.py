"""Alerts: what rules made known, and who took note of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from laixi_transport.domain.alert import Alert, AlertState
from laixi_transport.domain.change import Topic
from laixi_transport.domain.time import DAY_S, from_unix
from laixi_transport.storage.changes import announce, announce_all
from laixi_transport.storage.database import Database
from laixi_transport.storage.tables import AlertRow

_FIELDS = tuple(field.name for field in fields(Alert) if field.name not in {"id", "limit"})
_AT_ONCE = 500


class Alerts:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

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
        ongoing: bool | None = None,
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
        if ongoing is not None:
            query = query.where(AlertRow.ongoing.is_(ongoing))
        with Session(self._database.readers) as session:
            return tuple(alert_of(row) for row in session.scalars(query))

    def get(self, alert_id: int) -> Alert | None:
        """Return one alert."""
        return next(iter(self.some((alert_id,))), None)

    def some(self, alert_ids: Collection[int]) -> tuple[Alert, ...]:
        """Return alerts by their ids, in order of the ids; unknown ones are left out."""
        with Session(self._database.readers) as session:
            query = select(AlertRow).where(AlertRow.id.in_(alert_ids)).order_by(AlertRow.id)
            return tuple(alert_of(row) for row in session.scalars(query))

    def begun(
        self, session: Session, rule: str, periods: Sequence[tuple[int, float, float]]
    ) -> tuple[tuple[Alert, ...], ...]:
        """Return a rule's alerts that began in each (vehicle id, begin_s, end_s), both ends included, oldest first.

        Withdrawn ones come too. Sees what the session has written.
        """
        by_day: defaultdict[int, list[tuple[int, float, float]]] = defaultdict(list)
        for period in periods:
            by_day[int(period[1] // DAY_S)].append(period)
        found: defaultdict[int, dict[int, Alert]] = defaultdict(dict)
        for many in by_day.values():  # one query for all vehicles of about the same time
            for first in range(0, len(many), _AT_ONCE):
                some = many[first : first + _AT_ONCE]
                query = (
                    select(AlertRow)
                    .where(
                        AlertRow.rule == rule,
                        AlertRow.vehicle_id.in_({vehicle_id for vehicle_id, _, _ in some}),
                        AlertRow.begin >= from_unix(min(begin_s for _, begin_s, _ in some)),
                        AlertRow.begin <= from_unix(max(end_s for _, _, end_s in some)),
                    )
                    .order_by(AlertRow.begin)
                )
                for row in session.scalars(query):
                    found[row.vehicle_id][row.id] = alert_of(row)
        return tuple(
            tuple(
                alert for alert in found[vehicle_id].values() if from_unix(begin_s) <= alert.begin <= from_unix(end_s)
            )
            for vehicle_id, begin_s, end_s in periods
        )

    def put(self, session: Session, alerts: Sequence[Alert]) -> tuple[Alert, ...]:
        """Store alerts as they are, new ones (id 0) or in the place of those with their ids, and tell the readers."""
        held = {
            row.id: row
            for first in range(0, len(alerts), _AT_ONCE)
            for row in session.scalars(
                select(AlertRow).where(AlertRow.id.in_([alert.id for alert in alerts[first : first + _AT_ONCE]]))
            )
        }
        rows = []
        for alert in alerts:
            values = {name: getattr(alert, name) for name in _FIELDS}
            row = held.get(alert.id)
            if row is None:
                row = AlertRow(**values, limit_value=alert.limit)
                session.add(row)
            else:
                for name, value in values.items():
                    setattr(row, name, value)
                row.limit_value = alert.limit
            rows.append(row)
        session.flush()
        announce_all(self._database.cursor(session.connection()), Topic.ALERT, [str(row.id) for row in rows])
        return tuple(alert_of(row) for row in rows)

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

    def unacknowledge(self, session: Session, alert_id: int) -> Alert:
        """Take an acknowledgement back; an alert that was not withdrawn is new again.

        Raises LookupError if there is no such alert.
        """
        row = session.get(AlertRow, alert_id)
        if row is None:
            raise LookupError(f"no alert {alert_id}")
        if row.state is not AlertState.WITHDRAWN:
            row.state = AlertState.NEW
            row.acknowledged_by = row.acknowledged_at = None
        return self._changed(session, row)

    def _changed(self, session: Session, row: AlertRow) -> Alert:
        session.flush()
        announce(self._database.cursor(session.connection()), Topic.ALERT, str(row.id))
        return alert_of(row)


def alert_of(row: AlertRow) -> Alert:
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

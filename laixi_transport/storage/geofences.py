"""Geofences with their history: which shape was valid when can always be said."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from laixi_transport.domain.change import Topic
from laixi_transport.domain.geofence import Geofence, GeofenceVersion, WeeklyHours
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.storage.changes import announce
from laixi_transport.storage.database import Database
from laixi_transport.storage.geofence_tables import GeofenceRow, GeofenceVersionRow

_SAME = ("name", "kind", "radius_m", "purpose", "limit_kmh", "valid_from", "valid_to", "enabled", "note")


class Geofences:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self, fence_ids: Collection[int] | None = None) -> tuple[Geofence, ...]:
        """Return the fences as they are now, or those of them that are asked for, by id; removed ones are left out."""
        newest = select(func.max(GeofenceVersionRow.id)).group_by(GeofenceVersionRow.geofence_id)
        if fence_ids is not None:
            newest = newest.where(GeofenceVersionRow.geofence_id.in_(fence_ids))
        return self._standing(newest)

    def at(self, moment: datetime) -> tuple[Geofence, ...]:
        """Return the fences as they were at a time, by id."""
        newest = (
            select(func.max(GeofenceVersionRow.id))
            .where(GeofenceVersionRow.since <= moment)
            .group_by(GeofenceVersionRow.geofence_id)
        )
        return self._standing(newest)

    def history(self, fence_id: int) -> tuple[GeofenceVersion, ...]:
        """Return all versions of a fence, the newest first; none for an unknown one."""
        query = (
            select(GeofenceVersionRow)
            .where(GeofenceVersionRow.geofence_id == fence_id)
            .order_by(GeofenceVersionRow.id.desc())
        )
        with Session(self._database.readers) as session:
            found: list[GeofenceVersion] = []
            until: datetime | None = None
            for row in session.scalars(query):
                found.append(
                    GeofenceVersion(
                        fence=_fence(row),
                        since=row.since,
                        until=until,
                        changed_by=row.changed_by,
                        removed=row.removed,
                    )
                )
                until = row.since
            return tuple(found)

    def save(self, session: Session, fence: Geofence, *, by: str, at: datetime) -> Geofence:
        """Store a fence (id 0: a new one) and return it with id and version; one that was removed is back then.

        Nothing is stored where nothing was changed. Raises LookupError for an unknown id, Problem if somebody has
        changed it since ``fence.version``.
        """
        if not fence.id:
            made = GeofenceRow(made_at=at)
            session.add(made)
            session.flush()
            return self._add(session, replace(fence, id=made.id), by=by, at=at)
        newest = self._newest(session, fence)
        if not newest.removed and fence.same_as(_fence(newest)):
            return _fence(newest)
        return self._add(session, fence, by=by, at=at)

    def remove(self, session: Session, fence: Geofence, *, by: str, at: datetime) -> Geofence:
        """Take a fence away; its history stays. Return it with the version that ``save`` brings it back from.

        Raises as ``save`` does.
        """
        newest = self._newest(session, fence)
        if newest.removed:
            return _fence(newest)
        return self._add(session, _fence(newest), by=by, at=at, removed=True)

    def _newest(self, session: Session, fence: Geofence) -> GeofenceVersionRow:
        """Return the newest version while nobody else can add one."""
        held = session.scalars(select(GeofenceRow).where(GeofenceRow.id == fence.id).with_for_update()).one_or_none()
        if held is None:
            raise LookupError(f"no geofence {fence.id}")
        query = (
            select(GeofenceVersionRow)
            .where(GeofenceVersionRow.geofence_id == fence.id)
            .order_by(GeofenceVersionRow.id.desc())
            .limit(1)
        )
        newest = session.scalars(query).one()
        if newest.id != fence.version:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "{who} has changed the area {name} meanwhile. Look at it as it is now and make your change again.",
                ),
                who=newest.changed_by or "?",
                name=newest.name,
            )
        return newest

    def _add(self, session: Session, fence: Geofence, *, by: str, at: datetime, removed: bool = False) -> Geofence:
        row = GeofenceVersionRow(
            geofence_id=fence.id,
            since=at,
            changed_by=by,
            removed=removed,
            points=json.dumps(list(zip(fence.lon_deg, fence.lat_deg, strict=True))),
            hours=json.dumps([[hours.begin, hours.end, sorted(hours.days)] for hours in fence.hours]),
            **{name: getattr(fence, name) for name in _SAME},
        )
        session.add(row)
        session.flush()
        announce(self._database.cursor(session.connection()), Topic.GEOFENCE, str(fence.id))
        return replace(fence, version=row.id)

    def _standing(self, versions: Select[int]) -> tuple[Geofence, ...]:
        query = (
            select(GeofenceVersionRow)
            .where(GeofenceVersionRow.id.in_(versions), GeofenceVersionRow.removed.is_(False))
            .order_by(GeofenceVersionRow.geofence_id)
        )
        with Session(self._database.readers) as session:
            return tuple(_fence(row) for row in session.scalars(query))


def _fence(row: GeofenceVersionRow) -> Geofence:
    points: Sequence[tuple[float, float]] = json.loads(row.points)
    return Geofence(
        id=row.geofence_id,
        version=row.id,
        lon_deg=tuple(float(lon) for lon, _ in points),
        lat_deg=tuple(float(lat) for _, lat in points),
        hours=tuple(WeeklyHours(begin, end, frozenset(days)) for begin, end, days in json.loads(row.hours)),
        **{name: getattr(row, name) for name in _SAME},
    )

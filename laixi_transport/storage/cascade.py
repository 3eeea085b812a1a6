"""Platforms above us: settings, states, requests, and how far each has been told what we have.

How far the positions have gone up stands among the cursors of the rules (storage.rules): rows that one of them has not
passed are not sealed, so what was not sent yet stays in its order.
"""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from laixi_transport.domain.alert import Alert, AlertState
from laixi_transport.domain.cascade import (
    CascadeLink,
    CascadeStatus,
    Handling,
    RequestKind,
    RequestState,
    UpperRequest,
)
from laixi_transport.domain.change import Topic
from laixi_transport.storage.alerts import alert_of
from laixi_transport.storage.cascade_tables import (
    CascadeLinkRow,
    CascadeReportRow,
    CascadeRequestRow,
    CascadeStatusRow,
)
from laixi_transport.storage.changes import announce
from laixi_transport.storage.database import Database
from laixi_transport.storage.tables import AlertRow, RuleCursorRow

_LINK = tuple(field.name for field in fields(CascadeLink) if field.name not in {"id", "keys"})
_STATUS = tuple(field.name for field in fields(CascadeStatus))
_REQUEST = tuple(field.name for field in fields(UpperRequest) if field.name != "id")
_WAITING = (RequestState.OPEN, RequestState.ANSWERED)


class Told(NamedTuple):
    """An alert that a platform above was told of, with the number of the message."""

    alert: Alert
    seq: int


class Cascade:
    """Reads from any thread; what takes a session is part of a unit given to ``store.writer.run``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def cursor_name(link_id: int) -> str:
        """Return the name of a link's cursor among those of the rules."""
        return f"cascade.{link_id}"

    # Links

    def links(self) -> tuple[CascadeLink, ...]:
        """Return all links, by id."""
        with Session(self._database.readers) as session:
            return tuple(_link(row) for row in session.scalars(select(CascadeLinkRow).order_by(CascadeLinkRow.id)))

    def save_link(self, session: Session, link: CascadeLink) -> CascadeLink:
        """Store a link (id 0: a new one) and return it; LookupError if its id is unknown.

        What is stored before a link is enabled does not go up over it.
        """
        values = {name: getattr(link, name) for name in _LINK}
        keys = link.keys or (None, None, None)
        values |= dict(zip(("m1", "ia1", "ic1"), keys, strict=True))
        row = session.get(CascadeLinkRow, link.id) if link.id else None
        if link.id and row is None:
            raise LookupError(f"no link {link.id}")
        begins = link.enabled and (row is None or not row.enabled)
        if row is None:
            row = CascadeLinkRow(**values, alerts_from=0)
            session.add(row)
        else:
            for name, value in values.items():
                setattr(row, name, value)
        session.flush()
        if begins:
            row.alerts_from = session.scalar(select(func.coalesce(func.max(AlertRow.id), 0))) or 0
        cursor = self._database.cursor(session.connection())
        name = self.cursor_name(row.id)
        if begins:
            newest = cursor.value("SELECT value FROM counter WHERE name = 'last_id'") or 0
            cursor.execute("DELETE FROM rule_cursor WHERE rule = ?", (name,))
            session.add(RuleCursorRow(rule=name, position_id=newest))
        elif not link.enabled:
            session.execute(delete(RuleCursorRow).where(RuleCursorRow.rule == name))
        session.flush()
        self._announce(session, f"link:{row.id}")
        return _link(row)

    def remove_link(self, session: Session, link_id: int) -> None:
        """Delete a link with all that was asked over it."""
        for table in (CascadeReportRow, CascadeRequestRow, CascadeStatusRow):
            session.execute(delete(table).where(table.link_id == link_id))
        session.execute(delete(RuleCursorRow).where(RuleCursorRow.rule == self.cursor_name(link_id)))
        session.execute(delete(CascadeLinkRow).where(CascadeLinkRow.id == link_id))
        self._announce(session, f"link:{link_id}")

    # States

    def statuses(self) -> tuple[CascadeStatus, ...]:
        """Return how the links are, as far as their process has said it."""
        with Session(self._database.readers) as session:
            rows = session.scalars(select(CascadeStatusRow).order_by(CascadeStatusRow.link_id))
            return tuple(CascadeStatus(**{name: getattr(row, name) for name in _STATUS}) for row in rows)

    def put_status(self, session: Session, status: CascadeStatus) -> None:
        """Store how a link is; nothing if the link was removed meanwhile."""
        if session.get(CascadeLinkRow, status.link_id) is None:
            return
        session.merge(CascadeStatusRow(**{name: getattr(status, name) for name in _STATUS}))
        session.flush()
        self._announce(session, f"status:{status.link_id}")

    # Requests

    def requests(
        self,
        *,
        states: Collection[RequestState] | None = None,
        kinds: Collection[RequestKind] | None = None,
        link_id: int | None = None,
        limit: int = 1000,
    ) -> tuple[UpperRequest, ...]:
        """Return requests, the newest first."""
        query = select(CascadeRequestRow).order_by(CascadeRequestRow.id.desc()).limit(limit)
        if states is not None:
            query = query.where(CascadeRequestRow.state.in_(states))
        if kinds is not None:
            query = query.where(CascadeRequestRow.kind.in_(kinds))
        if link_id is not None:
            query = query.where(CascadeRequestRow.link_id == link_id)
        with Session(self._database.readers) as session:
            return tuple(_request(row) for row in session.scalars(query))

    def some(self, request_ids: Collection[int]) -> tuple[UpperRequest, ...]:
        """Return requests by their ids; unknown ones are left out."""
        with Session(self._database.readers) as session:
            query = (
                select(CascadeRequestRow).where(CascadeRequestRow.id.in_(request_ids)).order_by(CascadeRequestRow.id)
            )
            return tuple(_request(row) for row in session.scalars(query))

    def add(self, session: Session, request: UpperRequest) -> UpperRequest:
        """Store a request and return it; one that is there already stays as it is."""
        held = session.scalars(
            select(CascadeRequestRow).where(
                CascadeRequestRow.link_id == request.link_id,
                CascadeRequestRow.kind == request.kind,
                CascadeRequestRow.info_id == request.info_id,
                CascadeRequestRow.source_seq == request.source_seq,
                CascadeRequestRow.object_id == request.object_id,
            )
        ).one_or_none()
        if held is not None:
            return _request(held)
        row = CascadeRequestRow(**{name: getattr(request, name) for name in _REQUEST})
        session.add(row)
        session.flush()
        self._announce(session, f"request:{row.id}")
        return _request(row)

    def answer(
        self,
        session: Session,
        request_id: int,
        *,
        by: str,
        at: datetime,
        text: str = "",
        handling: Handling | None = None,
    ) -> UpperRequest:
        """Note an answer to be sent. The first one counts; an alarm's handling may be told again as it goes on.

        Raises LookupError if there is no such request, ValueError if it is none to be answered.
        """
        row = session.get(CascadeRequestRow, request_id)
        if row is None:
            raise LookupError(f"no request {request_id}")
        if row.state is RequestState.NOTED:
            raise ValueError(f"request {request_id} needs no answer")
        if row.state is RequestState.OPEN or (handling is not None and row.handling is not handling):
            row.state = RequestState.ANSWERED
            row.answer, row.handling = text, handling
            row.answered_by, row.answered, row.sent = by, at, None
            session.flush()
            self._announce(session, f"request:{row.id}")
        return _request(row)

    def mark_sent(self, session: Session, requests: Sequence[UpperRequest], at: datetime) -> None:
        """Note that answers have arrived above, unless there are newer ones already."""
        for request in requests:
            row = session.get(CascadeRequestRow, request.id)
            if row is not None and row.state is RequestState.ANSWERED and row.handling is request.handling:
                row.state, row.sent = RequestState.SENT, at
                self._announce(session, f"request:{row.id}")
        session.flush()

    # Alerts

    def untold(self, link_id: int, limit: int = 200) -> tuple[Alert, ...]:
        """Return alerts that the platform above does not know yet, oldest first."""
        with Session(self._database.readers) as session:
            link = session.get(CascadeLinkRow, link_id)
            told = select(CascadeReportRow.alert_id).where(CascadeReportRow.link_id == link_id)
            query = (
                select(AlertRow)
                .where(
                    AlertRow.id > (link.alerts_from if link is not None else 0),
                    AlertRow.state != AlertState.WITHDRAWN,
                    AlertRow.id.not_in(told),
                )
                .order_by(AlertRow.id)
                .limit(limit)
            )
            return tuple(alert_of(row) for row in session.scalars(query))

    def settled(self, link_id: int, limit: int = 200) -> tuple[Told, ...]:
        """Return alerts that the platform above was told of and whose end it does not know yet."""
        with Session(self._database.readers) as session:
            query = (
                select(AlertRow, CascadeReportRow.seq)
                .join(CascadeReportRow, CascadeReportRow.alert_id == AlertRow.id)
                .where(
                    CascadeReportRow.link_id == link_id,
                    CascadeReportRow.handled.is_(False),
                    AlertRow.state.in_((AlertState.CLEARED, AlertState.WITHDRAWN)),
                )
                .order_by(AlertRow.id)
                .limit(limit)
            )
            return tuple(Told(alert_of(row), seq) for row, seq in session.execute(query))

    def told_as(self, link_id: int, seq: int) -> Alert | None:
        """Return the newest alert that a message with this number told of, None if none did."""
        query = (
            select(AlertRow)
            .join(CascadeReportRow, CascadeReportRow.alert_id == AlertRow.id)
            .where(CascadeReportRow.link_id == link_id, CascadeReportRow.seq == seq)
            .order_by(AlertRow.id.desc())
            .limit(1)
        )
        with Session(self._database.readers) as session:
            row = session.scalars(query).one_or_none()
            return alert_of(row) if row is not None else None

    def mark_told(self, session: Session, link_id: int, told: Sequence[Told], *, handled: bool = False) -> None:
        """Note alerts that the platform above now knows, or whose end it knows."""
        for alert, seq in told:
            session.merge(CascadeReportRow(link_id=link_id, alert_id=alert.id, seq=seq, handled=handled))
        session.flush()

    def _announce(self, session: Session, key: str) -> None:
        announce(self._database.cursor(session.connection()), Topic.CASCADE, key)


def _link(row: CascadeLinkRow) -> CascadeLink:
    link = CascadeLink(id=row.id, **{name: getattr(row, name) for name in _LINK})
    if row.m1 is None or row.ia1 is None or row.ic1 is None:
        return link
    return replace(link, keys=(row.m1, row.ia1, row.ic1))


def _request(row: CascadeRequestRow) -> UpperRequest:
    values: dict[str, Any] = {name: getattr(row, name) for name in _REQUEST}
    return UpperRequest(id=row.id, **values)

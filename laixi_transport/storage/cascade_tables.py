"""Tables of the platforms above us: links, how they are, what they ask, which alarms they were told."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from laixi_transport.domain.cascade import Handling, MainLink, RequestKind, RequestState
from laixi_transport.storage.tables import Base, Id, stored_as_text

_LINK = "cascade_link.id"


class CascadeLinkRow(Base):
    """Settings of a link (domain.cascade.CascadeLink)."""

    __tablename__ = "cascade_link"

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(64))
    enabled: Mapped[bool]
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int] = mapped_column(Integer)
    user_id: Mapped[int] = mapped_column(BigInteger)
    password: Mapped[str] = mapped_column(String(32))
    center_id: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(SmallInteger)
    m1: Mapped[int | None] = mapped_column(BigInteger)
    ia1: Mapped[int | None] = mapped_column(BigInteger)
    ic1: Mapped[int | None] = mapped_column(BigInteger)
    platform_id: Mapped[str] = mapped_column(String(16))
    listen_host: Mapped[str] = mapped_column(String(255))
    listen_port: Mapped[int] = mapped_column(Integer)
    down_ip: Mapped[str] = mapped_column(String(64))
    down_port: Mapped[int] = mapped_column(Integer)
    alerts_from: Mapped[int] = mapped_column(BigInteger)  # alerts up to this id are not told: older than the link


class CascadeStatusRow(Base):
    """How a link is (domain.cascade.CascadeStatus), as its process last wrote it."""

    __tablename__ = "cascade_status"

    link_id: Mapped[int] = mapped_column(Id, ForeignKey(_LINK, ondelete="CASCADE"), primary_key=True)
    main: Mapped[MainLink] = mapped_column(stored_as_text(MainLink))
    sub: Mapped[bool]
    refused: Mapped[int | None] = mapped_column(SmallInteger)
    problem: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime | None]
    alive: Mapped[datetime | None]
    sent_to: Mapped[datetime | None]
    sent: Mapped[int] = mapped_column(BigInteger)
    resent: Mapped[int] = mapped_column(BigInteger)
    skipped: Mapped[int] = mapped_column(BigInteger)
    waiting: Mapped[int] = mapped_column(BigInteger)
    counted_above: Mapped[int] = mapped_column(BigInteger)


class CascadeRequestRow(Base):
    """What a platform above asked (domain.cascade.UpperRequest)."""

    __tablename__ = "cascade_request"
    __table_args__ = (
        # The same message, sent again over another link, is the same question.
        UniqueConstraint("link_id", "kind", "info_id", "source_seq", "object_id"),
        Index(None, "state", "received"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    link_id: Mapped[int] = mapped_column(Id, ForeignKey(_LINK, ondelete="CASCADE"))
    kind: Mapped[RequestKind] = mapped_column(stored_as_text(RequestKind))
    received: Mapped[datetime]
    deadline: Mapped[datetime | None]
    text: Mapped[str] = mapped_column(Text)
    plate: Mapped[str] = mapped_column(String(32))
    plate_colour: Mapped[int] = mapped_column(SmallInteger)
    alarm_kind: Mapped[int | None] = mapped_column(Integer)
    alarm_at: Mapped[datetime | None]
    urgent: Mapped[bool]
    contact: Mapped[str] = mapped_column(String(128))
    object_type: Mapped[int] = mapped_column(SmallInteger)
    object_id: Mapped[str] = mapped_column(String(32))
    info_id: Mapped[int] = mapped_column(BigInteger)
    source_sub_id: Mapped[int] = mapped_column(Integer)
    source_seq: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[RequestState] = mapped_column(stored_as_text(RequestState))
    answer: Mapped[str] = mapped_column(Text)
    handling: Mapped[Handling | None] = mapped_column(stored_as_text(Handling))
    answered_by: Mapped[str] = mapped_column(String(64))
    answered: Mapped[datetime | None]
    sent: Mapped[datetime | None]


class CascadeReportRow(Base):
    """An alert that a platform above was told of, and whether it was told of its end."""

    __tablename__ = "cascade_report"

    link_id: Mapped[int] = mapped_column(Id, ForeignKey(_LINK, ondelete="CASCADE"), primary_key=True)
    alert_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)  # of the message that told of it
    handled: Mapped[bool]

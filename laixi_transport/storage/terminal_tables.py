"""Tables of terminals on their links: sessions, what went down, commands, media. Times are Unix microseconds."""

from sqlalchemy import BigInteger, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from laixi_transport.storage.tables import Base, Id

_OPEN = text("until_us IS NULL")
_UNSETTLED = text("state IN ('queued', 'sent')")


class TerminalSessionRow(Base):
    """A terminal was signed on (domain.session.TerminalSession)."""

    __tablename__ = "terminal_session"
    __table_args__ = (
        Index("ix_terminal_session_open", "terminal_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "since_us"),
    )

    terminal_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    since_us: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_us: Mapped[int | None] = mapped_column(BigInteger)
    heard_us: Mapped[int] = mapped_column(BigInteger)
    host: Mapped[str] = mapped_column(String(64))
    port: Mapped[int] = mapped_column(Integer)
    version: Mapped[str] = mapped_column(String(8))
    ended: Mapped[str | None] = mapped_column(String(24), default=None)


class GatewayStatusRow(Base):
    """What the gateway has counted since it started; one row."""

    __tablename__ = "gateway_status"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(128))
    started_us: Mapped[int] = mapped_column(BigInteger)
    updated_us: Mapped[int] = mapped_column(BigInteger)
    stopped: Mapped[bool]
    numbers: Mapped[str] = mapped_column(Text)  # JSON object


class RefusalCountRow(Base):
    """How many were refused of a source for a reason; the sum over the reasons is source_count.quarantined."""

    __tablename__ = "refusal_count"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class SentFrameRow(Base):
    """A frame that went down to a terminal; general answers are not kept. The newest only."""

    __tablename__ = "sent_frame"
    __table_args__ = (Index(None, "terminal_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    terminal_id: Mapped[int] = mapped_column(Integer)
    sent_us: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[bytes]


class CommandRow(Base):
    """What a person had a terminal do, and what became of it (domain.command.CommandEntry)."""

    __tablename__ = "command"
    __table_args__ = (
        Index(None, "terminal_id", "id"),
        Index("ix_command_unsettled", "id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    terminal_id: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(32))
    parameters: Mapped[str] = mapped_column(Text)  # JSON object
    made_by: Mapped[str] = mapped_column(String(64))
    made_us: Mapped[int] = mapped_column(BigInteger)
    expires_us: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    result: Mapped[str] = mapped_column(String(24), default="")
    detail: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sequence: Mapped[int | None] = mapped_column(Integer, default=None)
    frames: Mapped[bytes] = mapped_column(default=b"")
    answer: Mapped[bytes] = mapped_column(default=b"")
    sent_us: Mapped[int | None] = mapped_column(BigInteger, default=None)
    settled_us: Mapped[int | None] = mapped_column(BigInteger, default=None)


class MediaRow(Base):
    """Something that a terminal sent (domain.media.Media); the bytes lie in a file named by the digest."""

    __tablename__ = "media"
    __table_args__ = (
        UniqueConstraint("terminal_id", "digest", "name"),  # sent again because the answer was lost
        Index(None, "terminal_id", "id"),
        Index(None, "vehicle_id", "received_us"),
        Index(None, "digest"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    digest: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(16))
    kind: Mapped[int] = mapped_column(Integer)
    format: Mapped[str] = mapped_column(String(16))
    event: Mapped[int | None] = mapped_column(Integer)
    channel: Mapped[int | None] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(128))
    role: Mapped[str] = mapped_column(String(32))
    alarm_no: Mapped[str] = mapped_column(String(64))
    terminal_id: Mapped[int] = mapped_column(Integer)
    vehicle_id: Mapped[int] = mapped_column(Integer)
    received_us: Mapped[int] = mapped_column(BigInteger)
    taken_s: Mapped[int | None] = mapped_column(BigInteger)
    lat_e6: Mapped[int | None] = mapped_column(Integer)
    lon_e6: Mapped[int | None] = mapped_column(Integer)


class MediaEventRow(Base):
    """A terminal told (0800) that it has something to send."""

    __tablename__ = "media_event"
    __table_args__ = (Index(None, "terminal_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    terminal_id: Mapped[int] = mapped_column(Integer)
    vehicle_id: Mapped[int] = mapped_column(Integer)
    received_us: Mapped[int] = mapped_column(BigInteger)
    media_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[int] = mapped_column(Integer)
    format: Mapped[int] = mapped_column(Integer)
    event: Mapped[int] = mapped_column(Integer)
    channel: Mapped[int] = mapped_column(Integer)

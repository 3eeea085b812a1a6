"""Tables. One time type, one naming convention, units in the column names."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from laixi_transport.domain.alert import AlertState, Priority
from laixi_transport.domain.change import Topic
from laixi_transport.domain.vehicle import OrganisationKind, VehicleClass

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column declared INTEGER."""


class UtcTime(TypeDecorator[datetime]):
    """Aware datetimes only; stored and returned as UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def stored_as_text(kind: type[StrEnum]) -> Enum:
    """Return a column type that keeps an enum by its value, so that adding a member needs no migration."""
    return Enum(kind, native_enum=False, length=24, values_callable=lambda members: [m.value for m in members])


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own interface
        datetime: UtcTime(),
        bytes: LargeBinary(),
        Topic: stored_as_text(Topic),
        Priority: stored_as_text(Priority),
        AlertState: stored_as_text(AlertState),
        VehicleClass: stored_as_text(VehicleClass),
        OrganisationKind: stored_as_text(OrganisationKind),
    }


# Who and what


class OrganisationRow(Base):
    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(128), unique=True)
    kind: Mapped[OrganisationKind]


class VehicleRow(Base):
    __tablename__ = "vehicle"
    __table_args__ = (
        Index(
            "uq_vehicle_plate_plate_colour",
            "plate",
            "plate_colour",
            unique=True,
            sqlite_where=text("plate <> ''"),
            postgresql_where=text("plate <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    plate: Mapped[str] = mapped_column(String(32))
    plate_colour: Mapped[int] = mapped_column(SmallInteger)
    vehicle_class: Mapped[VehicleClass]
    organisation_id: Mapped[int | None] = mapped_column(Id, ForeignKey("organisation.id", ondelete="RESTRICT"))
    line: Mapped[str] = mapped_column(String(64), default="")
    speed_limit_kmh: Mapped[float | None] = mapped_column(default=None)


class PlateRow(Base):
    """A plate that a vehicle carries or once carried."""

    __tablename__ = "vehicle_plate"

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    vehicle_id: Mapped[int] = mapped_column(Id, ForeignKey("vehicle.id", ondelete="RESTRICT"), index=True)
    plate: Mapped[str] = mapped_column(String(32))
    plate_colour: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)


class TerminalRow(Base):
    __tablename__ = "terminal"

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    phone: Mapped[str] = mapped_column(String(20), unique=True)
    auth_code: Mapped[str] = mapped_column(String(128), default="")
    protocol: Mapped[str] = mapped_column(String(8), default="")
    maker: Mapped[str] = mapped_column(String(32), default="")
    model: Mapped[str] = mapped_column(String(64), default="")
    terminal_no: Mapped[str] = mapped_column(String(64), default="")


class BindingRow(Base):
    """Which vehicle a terminal is or was mounted in."""

    __tablename__ = "terminal_binding"
    __table_args__ = (
        Index(
            "uq_terminal_binding_terminal_id",
            "terminal_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    terminal_id: Mapped[int] = mapped_column(Id, ForeignKey("terminal.id", ondelete="RESTRICT"), index=True)
    vehicle_id: Mapped[int] = mapped_column(Id, ForeignKey("vehicle.id", ondelete="RESTRICT"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)


# What happened


class PositionRow(Base):
    """A fresh position report; domain.position says what the columns mean. Sealing moves it into a track_block."""

    __tablename__ = "position"
    __table_args__ = (
        # Time first: live reports then touch the newest pages only.
        UniqueConstraint("time_s", "terminal_id", "content_hash"),
        Index(None, "vehicle_id", "time_s"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    content_hash: Mapped[int] = mapped_column(BigInteger)
    terminal_id: Mapped[int] = mapped_column(Integer)
    vehicle_id: Mapped[int] = mapped_column(Integer)
    time_s: Mapped[int] = mapped_column(BigInteger)
    lat_e6: Mapped[int] = mapped_column(Integer)
    lon_e6: Mapped[int] = mapped_column(Integer)
    altitude_m: Mapped[int] = mapped_column(Integer)
    speed_dkmh: Mapped[int] = mapped_column(Integer)
    direction_deg: Mapped[int] = mapped_column(Integer)
    alarm_bits: Mapped[int] = mapped_column(BigInteger)
    status_bits: Mapped[int] = mapped_column(BigInteger)
    mileage_hm: Mapped[int | None] = mapped_column(BigInteger)
    fuel_dl: Mapped[int | None] = mapped_column(Integer)
    recorder_speed_dkmh: Mapped[int | None] = mapped_column(Integer)
    signal_bits: Mapped[int | None] = mapped_column(BigInteger)
    io_bits: Mapped[int | None] = mapped_column(Integer)
    analog: Mapped[int | None] = mapped_column(BigInteger)
    signal_strength: Mapped[int | None] = mapped_column(SmallInteger)
    satellites: Mapped[int | None] = mapped_column(SmallInteger)
    other_items: Mapped[bytes]
    flags: Mapped[int] = mapped_column(Integer)
    received_us: Mapped[int] = mapped_column(BigInteger)


class TrackBlockRow(Base):
    """All reports of one vehicle whose time lies in one hour, packed by storage.blocks."""

    __tablename__ = "track_block"
    __table_args__ = (
        # Everything but the blocks themselves: an hour, a day's counts and an area are found without reading any.
        Index(
            "ix_track_block_hours",
            *("hour", "vehicle_id", "n", "begin_s", "end_s"),
            *("min_lat_e6", "max_lat_e6", "min_lon_e6", "max_lon_e6"),
        ),
    )

    vehicle_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # Unix time // 3600
    n: Mapped[int] = mapped_column(Integer)
    begin_s: Mapped[int] = mapped_column(BigInteger)  # of the first report
    end_s: Mapped[int] = mapped_column(BigInteger)  # of the last report
    min_lat_e6: Mapped[int | None] = mapped_column(Integer)  # of the reports with a fix; NULL where none has one
    max_lat_e6: Mapped[int | None] = mapped_column(Integer)
    min_lon_e6: Mapped[int | None] = mapped_column(Integer)
    max_lon_e6: Mapped[int | None] = mapped_column(Integer)
    digest: Mapped[bytes]  # BLAKE2b-128 of track and details
    track: Mapped[bytes]  # the columns of a Track
    details: Mapped[bytes]  # every other column


class RawFrameRow(Base):
    """A frame as received, not yet sealed."""

    __tablename__ = "raw_frame"
    __table_args__ = (Index(None, "vehicle_id", "received_us"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    terminal_id: Mapped[int] = mapped_column(Integer)
    vehicle_id: Mapped[int] = mapped_column(Integer)
    received_us: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[bytes]


class RawBlockRow(Base):
    """All frames of one vehicle received in one hour, packed by storage.frames."""

    __tablename__ = "raw_block"

    vehicle_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # received_us // 3.6e9
    n: Mapped[int] = mapped_column(Integer)
    digest: Mapped[bytes]  # SHA-256 of the frames before packing
    data: Mapped[bytes]


class RefusedFrameRow(Base):
    """Quarantine: the newest refused bytes. The counts in source_count go on when old rows leave."""

    __tablename__ = "refused_frame"

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    source: Mapped[str] = mapped_column(String(64))
    received_us: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes]


class SourceCountRow(Base):
    """What came from one source; ``received`` and ``stored`` up to the settled id only: see storage.ingest."""

    __tablename__ = "source_count"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    received: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    stored: Mapped[int] = mapped_column(BigInteger, default=0)
    duplicates: Mapped[int] = mapped_column(BigInteger, default=0)
    quarantined: Mapped[int] = mapped_column(BigInteger, default=0)


class VehicleStateRow(Base):
    """The newest that is known of a vehicle (domain.fleet.VehicleState), up to the settled id."""

    __tablename__ = "vehicle_state"

    vehicle_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger, index=True)
    time_s: Mapped[int] = mapped_column(BigInteger)
    received_us: Mapped[int] = mapped_column(BigInteger)
    located_time_s: Mapped[int] = mapped_column(BigInteger)
    lat_e6: Mapped[int] = mapped_column(Integer)
    lon_e6: Mapped[int] = mapped_column(Integer)
    speed_dkmh: Mapped[int] = mapped_column(Integer)
    direction_deg: Mapped[int] = mapped_column(Integer)
    alarm_bits: Mapped[int] = mapped_column(BigInteger)
    status_bits: Mapped[int] = mapped_column(BigInteger)
    mileage_hm: Mapped[int | None] = mapped_column(BigInteger)
    satellites: Mapped[int | None] = mapped_column(SmallInteger)


# What was concluded


class AlertRow(Base):
    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("rule", "vehicle_id", "begin"), Index(None, "state", "begin"))

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    rule: Mapped[str] = mapped_column(String(64))
    rule_version: Mapped[str] = mapped_column(String(32))
    parameters: Mapped[str] = mapped_column(Text)
    vehicle_id: Mapped[int] = mapped_column(Id, ForeignKey("vehicle.id", ondelete="RESTRICT"), index=True)
    priority: Mapped[Priority]
    state: Mapped[AlertState]
    begin: Mapped[datetime]
    end: Mapped[datetime]
    ongoing: Mapped[bool]
    peak: Mapped[float]
    limit_value: Mapped[float | None]
    lat_deg: Mapped[float | None]
    lon_deg: Mapped[float | None]
    program_version: Mapped[str] = mapped_column(String(32))
    acknowledged_by: Mapped[str | None] = mapped_column(String(64), default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)


class BookmarkRow(Base):
    """A moment that an operator wants to find again (domain.bookmark)."""

    __tablename__ = "bookmark"
    __table_args__ = (Index(None, "owner", "at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    owner: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    vehicle_id: Mapped[int | None] = mapped_column(Id, ForeignKey("vehicle.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]


class RuleCursorRow(Base):
    """The last position that a rule has seen; positions after the lowest cursor are not sealed."""

    __tablename__ = "rule_cursor"

    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    position_id: Mapped[int] = mapped_column(BigInteger)


# Bookkeeping


class ChangeRow(Base):
    """Outbox of the change feed, written in the transaction of the fact that it announces."""

    __tablename__ = "change_log"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - a pruned id must not come back

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    at: Mapped[datetime]
    topic: Mapped[Topic]
    key: Mapped[str] = mapped_column(String(64))


class CounterRow(Base):
    """Persistent numbers of the writer: see storage.ingest."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)

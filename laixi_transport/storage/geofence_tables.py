"""Tables of geofences: each change is a row of its own, none is ever changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from laixi_transport.domain.geofence import GeofenceKind, GeofencePurpose
from laixi_transport.storage.tables import Base, Id, stored_as_text


class GeofenceRow(Base):
    """A fence, whatever became of it; its versions say what it is."""

    __tablename__ = "geofence"

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    made_at: Mapped[datetime]


class GeofenceVersionRow(Base):
    """A fence from this change to the next one (domain.geofence.GeofenceVersion)."""

    __tablename__ = "geofence_version"
    __table_args__ = (Index(None, "geofence_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    geofence_id: Mapped[int] = mapped_column(Id, ForeignKey("geofence.id", ondelete="RESTRICT"))
    since: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))
    removed: Mapped[bool]
    name: Mapped[str] = mapped_column(String(64))
    kind: Mapped[GeofenceKind] = mapped_column(stored_as_text(GeofenceKind))
    points: Mapped[str] = mapped_column(Text)  # JSON: [[lon, lat], ...], degrees
    radius_m: Mapped[float]
    purpose: Mapped[GeofencePurpose] = mapped_column(stored_as_text(GeofencePurpose))
    limit_kmh: Mapped[float | None]
    valid_from: Mapped[datetime | None]
    valid_to: Mapped[datetime | None]
    hours: Mapped[str] = mapped_column(Text)  # JSON: [[begin, end, [day, ...]], ...], minutes of GMT+8
    enabled: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)

"""Tables of map data: one row for each file brought in, its roads, areas and places in blocks by place."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from laixi_transport.storage.tables import Base, Id


class MapImportRow(Base):
    """One file (domain.map_data.MapImport)."""

    __tablename__ = "map_import"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - a data version must not come back for other data

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(128))
    file_name: Mapped[str] = mapped_column(String(255))
    format: Mapped[str] = mapped_column(String(64))
    attribution: Mapped[str] = mapped_column(Text)
    crs: Mapped[str] = mapped_column(Text)
    frame: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64))
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    imported: Mapped[datetime]
    roads: Mapped[int] = mapped_column(Integer)
    areas: Mapped[int] = mapped_column(Integer)
    places: Mapped[int] = mapped_column(Integer)
    vertices: Mapped[int] = mapped_column(BigInteger)
    limits: Mapped[int] = mapped_column(Integer)
    left_out: Mapped[str] = mapped_column(Text)  # JSON
    notes: Mapped[str] = mapped_column(Text)  # JSON
    west_e7: Mapped[int | None] = mapped_column(Integer)
    south_e7: Mapped[int | None] = mapped_column(Integer)
    east_e7: Mapped[int | None] = mapped_column(Integer)
    north_e7: Mapped[int | None] = mapped_column(Integer)


class MapBlockRow(Base):
    """Roads, areas or places that lie near each other, packed by storage.map_blocks."""

    __tablename__ = "map_block"
    # It holds all that is asked before the block itself is read.
    __table_args__ = (
        Index("ix_map_block_place", "kind", "rank", "west_e7", "east_e7", "south_e7", "north_e7", "import_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True, init=False)
    import_id: Mapped[int] = mapped_column(Id, ForeignKey("map_import.id", ondelete="CASCADE"), index=True)
    kind: Mapped[int] = mapped_column(SmallInteger)  # map_blocks.Kind
    rank: Mapped[int] = mapped_column(SmallInteger)  # of roads: how main they are, see map_blocks.RANKS
    n: Mapped[int] = mapped_column(Integer)
    west_e7: Mapped[int] = mapped_column(Integer)  # of everything in it
    south_e7: Mapped[int] = mapped_column(Integer)
    east_e7: Mapped[int] = mapped_column(Integer)
    north_e7: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes]

"""List vehicle-hours without touching their blocks, and keep bookmarks of playbacks."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLACE = ["min_lat_e6", "max_lat_e6", "min_lon_e6", "max_lon_e6"]

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.drop_index("ix_track_block_place", "track_block")
    op.create_index("ix_track_block_hours", "track_block", ["hour", "vehicle_id", "n", "begin_s", "end_s", *PLACE])
    op.create_table(
        "bookmark",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("vehicle_id", ID, nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmark")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_bookmark_vehicle_id_vehicle"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_bookmark_owner_at"), "bookmark", ["owner", "at"])
    op.create_index(op.f("ix_bookmark_vehicle_id"), "bookmark", ["vehicle_id"])


def downgrade() -> None:
    op.drop_table("bookmark")
    op.drop_index("ix_track_block_hours", "track_block")
    op.create_index("ix_track_block_place", "track_block", ["hour", *PLACE])

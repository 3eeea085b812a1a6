"""Keep geofences, each of their changes as a row of its own."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "geofence",
        sa.Column("id", ID, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geofence")),
    )
    op.create_table(
        "geofence_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("geofence_id", ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("radius_m", sa.Double(), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("limit_kmh", sa.Double(), nullable=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["geofence_id"],
            ["geofence.id"],
            name=op.f("fk_geofence_version_geofence_id_geofence"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geofence_version")),
    )
    op.create_index(op.f("ix_geofence_version_geofence_id_id"), "geofence_version", ["geofence_id", "id"])


def downgrade() -> None:
    for table in ("geofence_version", "geofence"):
        op.drop_table(table)
    op.execute("DELETE FROM change_log WHERE topic = 'geofence'")

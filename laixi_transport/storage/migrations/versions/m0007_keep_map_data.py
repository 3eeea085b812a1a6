"""Keep map data that were brought in, and the file that each came from."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BOUNDS = ("west_e7", "south_e7", "east_e7", "north_e7")

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "map_import",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("format", sa.String(length=64), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False),
        sa.Column("frame", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("imported", sa.DateTime(timezone=True), nullable=False),
        sa.Column("roads", sa.Integer(), nullable=False),
        sa.Column("areas", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("vertices", sa.BigInteger(), nullable=False),
        sa.Column("limits", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in BOUNDS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_import")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "map_block",
        sa.Column("id", ID, nullable=False),
        sa.Column("import_id", ID, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in BOUNDS),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["map_import.id"], name=op.f("fk_map_block_import_id_map_import"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_block")),
    )
    op.create_index(op.f("ix_map_block_import_id"), "map_block", ["import_id"])
    op.create_index(
        "ix_map_block_place",
        "map_block",
        ["kind", "rank", "west_e7", "east_e7", "south_e7", "north_e7", "import_id"],
    )


def downgrade() -> None:
    op.drop_table("map_block")
    op.drop_table("map_import")

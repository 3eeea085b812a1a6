"""Count what was received on its own, so that a loss on the way into the tables shows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("source_count", sa.Column("received", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE source_count SET received = stored + duplicates + quarantined")
    op.execute(
        "INSERT INTO counter (name, value) SELECT 'received', "
        "(SELECT coalesce(sum(received), 0) FROM source_count) + (SELECT count(*) FROM position WHERE id > "
        "(SELECT coalesce(max(value), 0) FROM counter WHERE name = 'settled_id'))"
    )


def downgrade() -> None:
    op.execute("DELETE FROM counter WHERE name = 'received'")
    op.drop_column("source_count", "received")

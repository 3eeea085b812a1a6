"""Note when a platform above last gave a sign of life, and up to when positions have arrived there."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NEW = ("alive", "sent_to")


def upgrade() -> None:
    for name in NEW:
        op.add_column("cascade_status", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("cascade_status") as table:
        for name in NEW:
            table.drop_column(name)

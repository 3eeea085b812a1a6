"""Keep the links to platforms above, how they are, what those ask and which alarms they know."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "cascade_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("password", sa.String(length=32), nullable=False),
        sa.Column("center_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("m1", sa.BigInteger(), nullable=True),
        sa.Column("ia1", sa.BigInteger(), nullable=True),
        sa.Column("ic1", sa.BigInteger(), nullable=True),
        sa.Column("platform_id", sa.String(length=16), nullable=False),
        sa.Column("listen_host", sa.String(length=255), nullable=False),
        sa.Column("listen_port", sa.Integer(), nullable=False),
        sa.Column("down_ip", sa.String(length=64), nullable=False),
        sa.Column("down_port", sa.Integer(), nullable=False),
        sa.Column("alerts_from", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cascade_link")),
    )
    op.create_table(
        "cascade_status",
        sa.Column("link_id", ID, nullable=False),
        sa.Column("main", sa.String(length=24), nullable=False),
        sa.Column("sub", sa.Boolean(), nullable=False),
        sa.Column("refused", sa.SmallInteger(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("sent", "resent", "skipped", "waiting", "counted_above")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["cascade_link.id"], name=op.f("fk_cascade_status_link_id_cascade_link"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_cascade_status")),
    )
    op.create_table(
        "cascade_request",
        sa.Column("id", ID, nullable=False),
        sa.Column("link_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("plate", sa.String(length=32), nullable=False),
        sa.Column("plate_colour", sa.SmallInteger(), nullable=False),
        sa.Column("alarm_kind", sa.Integer(), nullable=True),
        sa.Column("alarm_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(length=128), nullable=False),
        sa.Column("object_type", sa.SmallInteger(), nullable=False),
        sa.Column("object_id", sa.String(length=32), nullable=False),
        sa.Column("info_id", sa.BigInteger(), nullable=False),
        sa.Column("source_sub_id", sa.Integer(), nullable=False),
        sa.Column("source_seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("handling", sa.String(length=24), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["link_id"], ["cascade_link.id"], name=op.f("fk_cascade_request_link_id_cascade_link"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cascade_request")),
        sa.UniqueConstraint(
            "link_id",
            "kind",
            "info_id",
            "source_seq",
            "object_id",
            name=op.f("uq_cascade_request_link_id_kind_info_id_source_seq_object_id"),
        ),
    )
    op.create_index(op.f("ix_cascade_request_state_received"), "cascade_request", ["state", "received"])
    op.create_table(
        "cascade_report",
        sa.Column("link_id", ID, nullable=False),
        sa.Column("alert_id", ID, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["cascade_link.id"], name=op.f("fk_cascade_report_link_id_cascade_link"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("link_id", "alert_id", name=op.f("pk_cascade_report")),
    )


def downgrade() -> None:
    for table in ("cascade_report", "cascade_request", "cascade_status", "cascade_link"):
        op.drop_table(table)
    op.execute("DELETE FROM rule_cursor WHERE rule LIKE 'cascade.%'")
    op.execute("DELETE FROM change_log WHERE topic = 'cascade'")

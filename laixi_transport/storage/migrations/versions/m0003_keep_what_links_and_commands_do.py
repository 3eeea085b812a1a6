"""Keep sessions of terminals, what went down to them, commands with their answers, media, and refusals by reason."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "terminal_session",
        sa.Column("terminal_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since_us", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=True),
        sa.Column("heard_us", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("ended", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("terminal_id", "since_us", name=op.f("pk_terminal_session")),
    )
    still_open = sa.text("until_us IS NULL")
    op.create_index(
        "ix_terminal_session_open",
        "terminal_session",
        ["terminal_id"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index(op.f("ix_terminal_session_since_us"), "terminal_session", ["since_us"])
    op.create_table(
        "gateway_status",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=128), nullable=False),
        sa.Column("started_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_status")),
    )
    op.create_table(
        "refusal_count",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "reason", name=op.f("pk_refusal_count")),
    )
    # What the quarantine still holds has its reasons; of what it held before only the number is known.
    op.execute(
        "INSERT INTO refusal_count (source, reason, n) "
        "SELECT source, reason, count(*) FROM refused_frame GROUP BY source, reason"
    )
    op.execute(
        "INSERT INTO refusal_count (source, reason, n) SELECT s.source, 'earlier', s.quarantined - "
        "(SELECT coalesce(sum(r.n), 0) FROM refusal_count r WHERE r.source = s.source) FROM source_count s "
        "WHERE s.quarantined > (SELECT coalesce(sum(r.n), 0) FROM refusal_count r WHERE r.source = s.source)"
    )
    op.create_table(
        "sent_frame",
        sa.Column("id", ID, nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_frame")),
    )
    op.create_index(op.f("ix_sent_frame_terminal_id_id"), "sent_frame", ["terminal_id", "id"])
    op.create_table(
        "command",
        sa.Column("id", ID, nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("frames", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("sent_us", sa.BigInteger(), nullable=True),
        sa.Column("settled_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
    )
    op.create_index(op.f("ix_command_terminal_id_id"), "command", ["terminal_id", "id"])
    unsettled = sa.text("state IN ('queued', 'sent')")
    op.create_index("ix_command_unsettled", "command", ["id"], sqlite_where=unsettled, postgresql_where=unsettled)
    op.create_table(
        "media",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("event", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("alarm_no", sa.String(length=64), nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("taken_s", sa.BigInteger(), nullable=True),
        sa.Column("lat_e6", sa.Integer(), nullable=True),
        sa.Column("lon_e6", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("terminal_id", "digest", "name", name=op.f("uq_media_terminal_id_digest_name")),
    )
    op.create_index(op.f("ix_media_terminal_id_id"), "media", ["terminal_id", "id"])
    op.create_index(op.f("ix_media_vehicle_id_received_us"), "media", ["vehicle_id", "received_us"])
    op.create_index(op.f("ix_media_digest"), "media", ["digest"])
    op.create_table(
        "media_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("media_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("event", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_event")),
    )
    op.create_index(op.f("ix_media_event_terminal_id_id"), "media_event", ["terminal_id", "id"])


def downgrade() -> None:
    tables = ("media_event", "media", "command", "sent_frame", "refusal_count", "gateway_status", "terminal_session")
    for table in tables:
        op.drop_table(table)
    op.execute("DELETE FROM change_log WHERE topic IN ('terminal', 'gateway', 'command', 'media')")

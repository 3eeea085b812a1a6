"""Create the first tables."""

import sqlalchemy as sa
from alembic import op

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "change_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "topic",
            sa.Enum("vehicle_state", "alert", "register", name="topic", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_log")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "operator",
                "training_school",
                "source_site",
                "bureau",
                name="organisationkind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", name=op.f("uq_organisation_name")),
    )
    op.create_table(
        "position",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("content_hash", sa.BigInteger(), nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("time_s", sa.BigInteger(), nullable=False),
        sa.Column("lat_e6", sa.Integer(), nullable=False),
        sa.Column("lon_e6", sa.Integer(), nullable=False),
        sa.Column("altitude_m", sa.Integer(), nullable=False),
        sa.Column("speed_dkmh", sa.Integer(), nullable=False),
        sa.Column("direction_deg", sa.Integer(), nullable=False),
        sa.Column("alarm_bits", sa.BigInteger(), nullable=False),
        sa.Column("status_bits", sa.BigInteger(), nullable=False),
        sa.Column("mileage_hm", sa.BigInteger(), nullable=True),
        sa.Column("fuel_dl", sa.Integer(), nullable=True),
        sa.Column("recorder_speed_dkmh", sa.Integer(), nullable=True),
        sa.Column("signal_bits", sa.BigInteger(), nullable=True),
        sa.Column("io_bits", sa.Integer(), nullable=True),
        sa.Column("analog", sa.BigInteger(), nullable=True),
        sa.Column("signal_strength", sa.SmallInteger(), nullable=True),
        sa.Column("satellites", sa.SmallInteger(), nullable=True),
        sa.Column("other_items", sa.LargeBinary(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint(
            "time_s", "terminal_id", "content_hash", name=op.f("uq_position_time_s_terminal_id_content_hash")
        ),
    )
    op.create_index(op.f("ix_position_vehicle_id_time_s"), "position", ["vehicle_id", "time_s"], unique=False)

    op.create_table(
        "raw_block",
        sa.Column("vehicle_id", ID, autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", "hour", name=op.f("pk_raw_block")),
    )
    op.create_table(
        "raw_frame",
        sa.Column("id", ID, nullable=False),
        sa.Column("terminal_id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_frame")),
    )
    op.create_index(
        op.f("ix_raw_frame_vehicle_id_received_us"), "raw_frame", ["vehicle_id", "received_us"], unique=False
    )

    op.create_table(
        "refused_frame",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_frame")),
    )
    op.create_table(
        "rule_cursor",
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("position_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_rule_cursor")),
    )
    op.create_table(
        "source_count",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_count")),
    )
    op.create_table(
        "terminal",
        sa.Column("id", ID, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("auth_code", sa.String(length=128), nullable=False),
        sa.Column("protocol", sa.String(length=8), nullable=False),
        sa.Column("maker", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=64), nullable=False),
        sa.Column("terminal_no", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal")),
        sa.UniqueConstraint("phone", name=op.f("uq_terminal_phone")),
    )
    op.create_table(
        "track_block",
        sa.Column("vehicle_id", ID, autoincrement=False, nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("begin_s", sa.BigInteger(), nullable=False),
        sa.Column("end_s", sa.BigInteger(), nullable=False),
        sa.Column("min_lat_e6", sa.Integer(), nullable=True),
        sa.Column("max_lat_e6", sa.Integer(), nullable=True),
        sa.Column("min_lon_e6", sa.Integer(), nullable=True),
        sa.Column("max_lon_e6", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("track", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vehicle_id", "hour", name=op.f("pk_track_block")),
    )
    op.create_index(
        "ix_track_block_place",
        "track_block",
        ["hour", "min_lat_e6", "max_lat_e6", "min_lon_e6", "max_lon_e6"],
        unique=False,
    )

    op.create_table(
        "vehicle_state",
        sa.Column("vehicle_id", ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("time_s", sa.BigInteger(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.Column("located_time_s", sa.BigInteger(), nullable=False),
        sa.Column("lat_e6", sa.Integer(), nullable=False),
        sa.Column("lon_e6", sa.Integer(), nullable=False),
        sa.Column("speed_dkmh", sa.Integer(), nullable=False),
        sa.Column("direction_deg", sa.Integer(), nullable=False),
        sa.Column("alarm_bits", sa.BigInteger(), nullable=False),
        sa.Column("status_bits", sa.BigInteger(), nullable=False),
        sa.Column("mileage_hm", sa.BigInteger(), nullable=True),
        sa.Column("satellites", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_vehicle_state")),
    )
    op.create_index(op.f("ix_vehicle_state_version"), "vehicle_state", ["version"], unique=False)

    op.create_table(
        "vehicle",
        sa.Column("id", ID, nullable=False),
        sa.Column("plate", sa.String(length=32), nullable=False),
        sa.Column("plate_colour", sa.SmallInteger(), nullable=False),
        sa.Column(
            "vehicle_class",
            sa.Enum(
                "city_bus",
                "coach",
                "truck",
                "hazmat",
                "coach_car",
                "taxi",
                "ride_hailing",
                "other",
                name="vehicleclass",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("line", sa.String(length=64), nullable=False),
        sa.Column("speed_limit_kmh", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_vehicle_organisation_id_organisation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle")),
    )
    op.create_index(
        "uq_vehicle_plate_plate_colour",
        "vehicle",
        ["plate", "plate_colour"],
        unique=True,
        sqlite_where=sa.text("plate <> ''"),
        postgresql_where=sa.text("plate <> ''"),
    )

    op.create_table(
        "alert",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("rule_version", sa.String(length=32), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("vehicle_id", ID, nullable=False),
        sa.Column(
            "priority", sa.Enum("urgent", "high", "low", name="priority", native_enum=False, length=24), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum("new", "acknowledged", "cleared", name="alertstate", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("begin", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ongoing", sa.Boolean(), nullable=False),
        sa.Column("peak", sa.Double(), nullable=False),
        sa.Column("limit_value", sa.Double(), nullable=True),
        sa.Column("lat_deg", sa.Double(), nullable=True),
        sa.Column("lon_deg", sa.Double(), nullable=True),
        sa.Column("program_version", sa.String(length=32), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=64), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_alert_vehicle_id_vehicle"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("rule", "vehicle_id", "begin", name=op.f("uq_alert_rule_vehicle_id_begin")),
    )
    op.create_index(op.f("ix_alert_state_begin"), "alert", ["state", "begin"], unique=False)
    op.create_index(op.f("ix_alert_vehicle_id"), "alert", ["vehicle_id"], unique=False)

    op.create_table(
        "terminal_binding",
        sa.Column("id", ID, nullable=False),
        sa.Column("terminal_id", ID, nullable=False),
        sa.Column("vehicle_id", ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["terminal_id"], ["terminal.id"], name=op.f("fk_terminal_binding_terminal_id_terminal"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_terminal_binding_vehicle_id_vehicle"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terminal_binding")),
    )
    op.create_index(op.f("ix_terminal_binding_terminal_id"), "terminal_binding", ["terminal_id"], unique=False)
    op.create_index(op.f("ix_terminal_binding_vehicle_id"), "terminal_binding", ["vehicle_id"], unique=False)
    op.create_index(
        "uq_terminal_binding_terminal_id",
        "terminal_binding",
        ["terminal_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )

    op.create_table(
        "vehicle_plate",
        sa.Column("id", ID, nullable=False),
        sa.Column("vehicle_id", ID, nullable=False),
        sa.Column("plate", sa.String(length=32), nullable=False),
        sa.Column("plate_colour", sa.SmallInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_vehicle_plate_vehicle_id_vehicle"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_plate")),
    )
    op.create_index(op.f("ix_vehicle_plate_vehicle_id"), "vehicle_plate", ["vehicle_id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        # What is packed already is neither packed again nor kept in the row.
        for table, column in (("track_block", "track"), ("track_block", "details"), ("raw_block", "data")):
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_index(op.f("ix_vehicle_plate_vehicle_id"), table_name="vehicle_plate")

    op.drop_table("vehicle_plate")
    op.drop_index(
        "uq_terminal_binding_terminal_id",
        table_name="terminal_binding",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index(op.f("ix_terminal_binding_vehicle_id"), table_name="terminal_binding")
    op.drop_index(op.f("ix_terminal_binding_terminal_id"), table_name="terminal_binding")

    op.drop_table("terminal_binding")
    op.drop_index(op.f("ix_alert_vehicle_id"), table_name="alert")
    op.drop_index(op.f("ix_alert_state_begin"), table_name="alert")

    op.drop_table("alert")
    op.drop_index(
        "uq_vehicle_plate_plate_colour",
        table_name="vehicle",
        sqlite_where=sa.text("plate <> ''"),
        postgresql_where=sa.text("plate <> ''"),
    )

    op.drop_table("vehicle")
    op.drop_index(op.f("ix_vehicle_state_version"), table_name="vehicle_state")

    op.drop_table("vehicle_state")
    op.drop_index("ix_track_block_place", table_name="track_block")

    op.drop_table("track_block")
    op.drop_table("terminal")
    op.drop_table("source_count")
    op.drop_table("rule_cursor")
    op.drop_table("refused_frame")
    op.drop_index(op.f("ix_raw_frame_vehicle_id_received_us"), table_name="raw_frame")

    op.drop_table("raw_frame")
    op.drop_table("raw_block")
    op.drop_index(op.f("ix_position_vehicle_id_time_s"), table_name="position")

    op.drop_table("position")
    op.drop_table("organisation")
    op.drop_table("counter")
    op.drop_table("change_log")

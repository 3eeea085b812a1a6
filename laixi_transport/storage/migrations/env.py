"""Entered by alembic; the connection comes from storage.schema and already holds the transaction."""

from alembic import context

from laixi_transport.storage import (  # noqa: F401 - they enter their tables
    cascade_tables,
    geofence_tables,
    terminal_tables,
)
from laixi_transport.storage.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
context.run_migrations()

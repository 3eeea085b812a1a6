"""The database: tables, migrations, writer, sealed blocks, queries and change feed."""

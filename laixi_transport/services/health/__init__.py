"""Health: links, database and disk at a glance."""

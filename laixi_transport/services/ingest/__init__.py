"""Ingest: terminals' bytes become committed reports, and only then acknowledgements."""

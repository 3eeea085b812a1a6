"""Use cases, headless: one package per feature plus the shared ones."""

"""Vocabulary: frozen types, enums and units. No input or output, no clock."""

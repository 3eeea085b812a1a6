"""Rules and geometry: pure functions and small state machines over numpy arrays."""

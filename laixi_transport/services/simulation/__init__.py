"""A seeded county fleet that speaks the wire like real terminals."""

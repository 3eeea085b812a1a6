"""What several pages show, as models without widgets."""

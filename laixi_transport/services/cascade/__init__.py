"""Platforms above us: what we have goes up to them, what they ask comes to the operator."""

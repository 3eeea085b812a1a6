"""Describing the layout of messages once, for reading, writing, explaining and documenting them."""

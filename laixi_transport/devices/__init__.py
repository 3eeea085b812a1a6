"""Bytes to domain and back: terminals, and later scales and cameras."""

"""Laixi Transport: monitoring and compliance for a county transport bureau."""

__version__ = "0.1.0"

"""Composition: builds services, gateway and window; holds the command line."""

"""Alerts: what the rules found in committed reports, told to people once."""

"""Figures measured on real components: ``python -m benchmarks NAME [--quick]``."""

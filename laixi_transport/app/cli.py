"""The command line; its commands are joined together in this file."""

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    del arguments
    return 1 if sys.argv else 0

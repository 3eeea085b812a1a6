"""Where the files lie that are shipped beside the code."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """Return the path of a shipped file: in the package when installed, beside it in a checkout."""
    installed = _PACKAGE.joinpath("resources", *parts)
    return installed if installed.exists() else _PACKAGE.parent.joinpath("resources", *parts)

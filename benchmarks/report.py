"""One JSON line for each figure, with its target and what it is compared to."""

import json
from typing import Any, Literal


def report(
    name: str,
    value: float,
    unit: str,
    *,
    target: float | None = None,
    better: Literal["higher", "lower"] = "higher",
    floor: float | None = None,
    peer: tuple[str, float] | None = None,
) -> bool:
    """Print a figure and return whether it reaches its target (True where it has none).

    floor  the same measure for the least that must be done (a receiver that parses nothing), from the same run
    peer   the same measure for another way of doing it, with its name, from the same run
    """
    met = target is None or (value >= target if better == "higher" else value <= target)
    line: dict[str, Any] = {
        "name": name,
        "value": _rounded(value),
        "unit": unit,
        "target": target,
        "met": met if target is not None else None,
    }
    if floor is not None:
        line |= {"floor": _rounded(floor), "ratio": _rounded(value / floor)}
    if peer is not None:
        line |= {"peer": {"name": peer[0], "value": _rounded(peer[1])}, "ratio": _rounded(value / peer[1])}
    print(json.dumps(line), flush=True)
    return met


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")

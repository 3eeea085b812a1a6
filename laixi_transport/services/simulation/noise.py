"""Errors of receivers: correlated in time, the same whenever a moment is asked for."""

import math
import random

_SIZE = 4096
_DICE = random.Random(19990815)
_GAUSS = tuple(_DICE.gauss(0, 1) for _ in range(_SIZE))


def wandering(seed: int, time_s: float, correlation_s: float) -> float:
    """Return a value of mean 0 and deviation about 1 that wanders smoothly, forgetting itself in ``correlation_s``."""
    at = time_s / correlation_s
    k = math.floor(at)
    share = at - k
    share = share * share * (3 - 2 * share)
    a, b = _GAUSS[(k * 97 + seed) % _SIZE], _GAUSS[((k + 1) * 97 + seed) % _SIZE]
    return (a + share * (b - a)) * 1.2


def scatter(seed: int, time_s: float) -> float:
    """Return a value of mean 0 and deviation 1 that changes from second to second."""
    return _GAUSS[(int(time_s) * 31 + seed * 7) % _SIZE]

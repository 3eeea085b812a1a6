"""How much of refused bytes is kept: every refusal is counted, a flood of them is not stored in full."""

from collections.abc import Callable

from laixi_transport.devices.jt808.refusal import Refused
from laixi_transport.domain.frame import RefusedFrame

KEPT_BYTES = 4096
"""Of one refusal."""


class Allowance:
    """Lets ``burst`` things pass at once and ``per_s`` in the long run."""

    __slots__ = ("_at_s", "_burst", "_left", "_per_s")

    def __init__(self, burst: float, per_s: float, now_s: float) -> None:
        self._burst = burst
        self._per_s = per_s
        self._left = burst
        self._at_s = now_s

    def take(self, now_s: float) -> bool:
        """Return whether one more may pass."""
        self._left = min(self._burst, self._left + (now_s - self._at_s) * self._per_s)
        self._at_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Quarantine:
    """Makes quarantine entries of refused bytes; above the allowance an entry has its reason but no bytes."""

    def __init__(self, clock: Callable[[], float], *, burst: float = 2000.0, per_s: float = 50.0) -> None:
        self._clock = clock
        self._all = Allowance(burst, per_s, clock())

    def allowance(self) -> Allowance:
        """Return the allowance of a new connection."""
        return Allowance(50.0, 1.0, self._clock())

    def entry(self, refused: Refused, source: str, received_us: int, own: Allowance) -> RefusedFrame:
        """Return the entry for one refusal from a connection."""
        now_s = self._clock()
        data = refused.data[:KEPT_BYTES] if own.take(now_s) and self._all.take(now_s) else b""
        return RefusedFrame(source, received_us, refused.reason, data)

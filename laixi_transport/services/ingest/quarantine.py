"""How much of refused bytes is kept: every refusal is counted, a flood of them is not stored in full."""

import logging
from collections.abc import Callable

from laixi_transport.devices.wire.refusal import Refusal, Refused
from laixi_transport.domain.frame import RefusedFrame

_log = logging.getLogger(__name__)

KEPT_BYTES = 4096
"""Of one refusal."""
ADVICE = {
    Refusal.JUNK: "another program speaks another protocol to this port",
    Refusal.UNKNOWN_TERMINAL: "enter it in the register; --accept-unknown enters who signs on, but no mere video",
    Refusal.NOT_AUTHENTICATED: "it must register and authenticate on each connection before it reports",
    Refusal.AUTH_CODE: "it must register again to hear its authentication code",
    Refusal.NOT_ASKED: "it brings video that nobody has asked for since this gateway was started",
    Refusal.ENCRYPTED: "switch the encryption off in the terminal",
}
"""What is behind a reason, for the log."""


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
        self._spoken = Allowance(50.0, 0.1, clock())

    def allowance(self) -> Allowance:
        """Return the allowance of a new connection."""
        return Allowance(50.0, 1.0, self._clock())

    def suspect(self, host: str) -> "Suspect":
        """Return what remembers a new connection's refusals."""
        return Suspect(self, host, self.allowance())

    def tell(self, refused: Refused, host: str, phone: str) -> None:
        """Say in the log why a connection is refused something for the first time; a flood of them is not logged."""
        if self._spoken.take(self._clock()):
            who = f"terminal {phone} at {host}" if phone else host
            _log.info("%s is refused: %s", who, ADVICE.get(refused.reason, refused.reason))

    def entry(self, refused: Refused, source: str, received_us: int, own: Allowance) -> RefusedFrame:
        """Return the entry for one refusal from a connection."""
        now_s = self._clock()
        data = refused.data[:KEPT_BYTES] if own.take(now_s) and self._all.take(now_s) else b""
        return RefusedFrame(source, received_us, refused.reason, data)


class Suspect:
    """What a connection was refused for so far, so that each reason is logged once."""

    __slots__ = ("_allowance", "_host", "_quarantine", "_told")

    def __init__(self, quarantine: Quarantine, host: str, allowance: Allowance) -> None:
        self._quarantine = quarantine
        self._host = host
        self._allowance = allowance
        self._told: frozenset[Refusal] = frozenset()

    def entry(self, refused: Refused, source: str, received_us: int, phone: str = "") -> RefusedFrame:
        """Return the entry for one refusal, which is logged if it is the first for its reason."""
        if refused.reason not in self._told:
            self._told |= {refused.reason}
            self._quarantine.tell(refused, self._host, phone or (source if source != self._host else ""))
        return self._quarantine.entry(refused, source, received_us, self._allowance)

"""When the links with a platform above were lost, for its question about it (9102)."""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

KEPT = 1000


class Lost(NamedTuple):
    """How often and how long no link was up within a period."""

    breaks: int
    seconds: int


class Outages:
    """Remembers the last outages of this process."""

    def __init__(self) -> None:
        self._over: deque[tuple[datetime, datetime]] = deque(maxlen=KEPT)
        self._since: datetime | None = None

    def note(self, at: datetime, *, usable: bool) -> None:
        """Take note whether a link is up from now on; before the first was up nothing was lost."""
        if usable and self._since is not None:
            self._over.append((self._since, at))
            self._since = None
        elif not usable and self._since is None:
            self._since = at

    def within(self, begin: datetime, end: datetime, now: datetime) -> Lost:
        """Return the outages that touch a period, and how much of it they took."""
        every = list(self._over)
        if self._since is not None:
            every.append((self._since, now))
        spans = [(max(a, begin), min(b, end)) for a, b in every if a < end and b > begin]
        return Lost(len(spans), int(sum((b - a for a, b in spans), timedelta()).total_seconds()))

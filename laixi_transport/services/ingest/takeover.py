"""How often a terminal may move between hosts while it is on line: two that take it from each other have one code."""

from collections import deque

MOVES = 10
WITHIN_S = 600.0
AGAIN_S = 60.0
"""Beyond that many moves, one a minute is let through: a terminal is never locked out by who has copied its code."""


class TakeOvers:
    """Remembers when terminals moved from one host to another while the older link still stood."""

    def __init__(self) -> None:
        self._moves: dict[str, deque[float]] = {}

    def may_move(self, phone: str, now_s: float) -> bool:
        """Return whether a terminal may take its place over from another host now; if so, the move counts."""
        moves = self._moves.setdefault(phone, deque(maxlen=MOVES))
        if len(moves) == MOVES and now_s - moves[0] < WITHIN_S and now_s - moves[-1] < AGAIN_S:
            return False
        moves.append(now_s)
        return True

    def forget(self, now_s: float) -> None:
        """Drop what is too old to count."""
        for phone in [phone for phone, moves in self._moves.items() if now_s - moves[-1] >= WITHIN_S]:
            del self._moves[phone]

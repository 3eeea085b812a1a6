"""Which parts of a file have come."""

from bisect import bisect_left, bisect_right

from laixi_transport.devices.jsatl.messages import Range


class Coverage:
    """Ranges of bytes, joined where they touch.

    most  separate ranges that are kept; a file in more pieces is not taken
    """

    def __init__(self, *, most: int = 4096) -> None:
        self._most = most
        self._begins: list[int] = []
        self._ends: list[int] = []

    @property
    def bytes(self) -> int:
        """How much has come."""
        return sum(self._ends) - sum(self._begins)

    @property
    def end(self) -> int:
        """Behind the last byte that has come."""
        return self._ends[-1] if self._ends else 0

    def add(self, begin: int, end: int) -> bool:
        """Note that these bytes have come; False if there are too many pieces already."""
        if begin >= end:
            return True
        first = bisect_left(self._ends, begin)
        behind = bisect_right(self._begins, end)
        if first == behind and len(self._begins) >= self._most:
            return False
        if first < behind:
            begin = min(begin, self._begins[first])
            end = max(end, self._ends[behind - 1])
        self._begins[first:behind] = [begin]
        self._ends[first:behind] = [end]
        return True

    def missing(self, size: int, *, most: int) -> tuple[Range, ...]:
        """Return the first ranges that a file of some size lacks."""
        gaps: list[Range] = []
        at = 0
        for begin, end in zip([*self._begins, size], [*self._ends, size], strict=True):
            if at < min(begin, size) and len(gaps) < most:
                gaps.append(Range(offset=at, length=min(begin, size) - at))
            at = max(at, end)
        return tuple(gaps)

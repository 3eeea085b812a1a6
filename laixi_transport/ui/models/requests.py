"""What platforms above ask and nobody has answered yet, and how pressing it is."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from laixi_transport.domain.alert import Priority
from laixi_transport.domain.cascade import RequestKind, UpperRequest

HIGH_SHARE = 1 / 3
URGENT_SHARE = 1 / 10
URGENT_S = 60.0
"""What has less time left than this, or than its share of the whole time, is pressing."""


def left_s(request: UpperRequest, now_s: float) -> float | None:
    """Return how much time is left, negative after the deadline, None without one."""
    return None if request.deadline is None else request.deadline.timestamp() - now_s


def pressing(request: UpperRequest, now_s: float) -> Priority | None:
    """Return HIGH in the last third of the time, URGENT in the last tenth or minute and after it, else None."""
    left = left_s(request, now_s)
    if left is None or request.deadline is None:
        return None
    whole = (request.deadline - request.received).total_seconds()
    if left <= max(URGENT_S, whole * URGENT_SHARE):
        return Priority.URGENT
    return Priority.HIGH if left <= whole * HIGH_SHARE else None


def said_left(seconds: float) -> str:
    """Return a time as a countdown shows it: "8:42", "2:05:00"; the sign is left out."""
    whole = int(abs(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


class OpenRequests(QObject):
    """Open questions and orders, the most pressing first. ``arrived`` tells of those that were not known before."""

    changed = Signal()
    arrived = Signal(object)  # list[UpperRequest]

    def __init__(self, now: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.questions: list[UpperRequest] = []
        self.orders: list[UpperRequest] = []

    def take(self, questions: Iterable[UpperRequest], orders: Iterable[UpperRequest]) -> None:
        """Hold these and no others."""
        known = {request.id for request in self.all}
        self.questions, self.orders = list(questions), list(orders)
        fresh = [request for request in self.all if request.id not in known]
        self.changed.emit()
        if fresh:
            self.arrived.emit(fresh)

    @property
    def all(self) -> list[UpperRequest]:
        """Questions, then orders."""
        return [*self.questions, *self.orders]

    @property
    def first(self) -> UpperRequest | None:
        """The one to answer first: a question, while there is one."""
        return next(iter(self.all), None)

    def pressing(self) -> Priority | None:
        """Return how pressing the worst of all is; an open question is never less than high."""
        found = {pressing(request, self._now()) for request in self.all}
        if Priority.URGENT in found:
            return Priority.URGENT
        return Priority.HIGH if Priority.HIGH in found or self.questions else None

    def alarming(self) -> bool:
        """Whether a question is in its last minute or tenth."""
        return any(pressing(request, self._now()) is Priority.URGENT for request in self.questions)


def is_question(request: UpperRequest) -> bool:
    """Whether it asks if somebody is at his post (查岗)."""
    return request.kind is RequestKind.POST_CHECK

"""Progress and cancelling of long work."""

from collections.abc import Callable


class Cancelled(Exception):  # noqa: N818 - it is no error: somebody wished it
    """The work was cancelled; nothing was written."""


def _never() -> bool:
    return False


def _nobody(share: float) -> None:
    del share


class Watch:
    """Counts what is done, tells of it and asks whether to go on.

    total      how many steps there will be, 0 where unknown
    progress   called with the share done, 0 to 1, about a hundred times at most
    cancelled  asked at every step
    """

    def __init__(
        self,
        total: int,
        progress: Callable[[float], None] = _nobody,
        cancelled: Callable[[], bool] = _never,
    ) -> None:
        self._total = total
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0
        self._told = -1

    def step(self, count: int = 0) -> None:
        """Note that ``count`` more are done; raises Cancelled if somebody wishes no more."""
        if self._cancelled():
            raise Cancelled
        self._done += count
        percent = min(99, self._done * 100 // self._total) if self._total else 0
        if percent != self._told:
            self._told = percent
            self._progress(percent / 100)

    def finish(self) -> None:
        """Tell that all is done."""
        self._progress(1.0)

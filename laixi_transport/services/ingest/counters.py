"""What the gateway has counted since it started."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Counters:
    """Numbers for the health page; written in the loop's thread, any thread may read."""

    connections: int = 0  # open now
    terminals_online: int = 0  # signed on now
    frames: int = 0  # well-formed ones received
    reports: int = 0  # positions handed to the writer, duplicates included
    acknowledged: int = 0  # messages answered after their commit
    refused: Counter[str] = field(default_factory=Counter)  # by reason
    turned_away: int = 0  # connections above the limit
    idle_closed: int = 0
    taken_over: int = 0  # sessions that a newer connection of the same terminal ended
    entered: int = 0  # unknown terminals entered into the register
    pauses: int = 0  # times that reading stopped because the database could not follow
    frames_per_s: float = 0.0  # over the last second
    reports_per_s: float = 0.0

    _frames_before: int = 0
    _reports_before: int = 0

    def tick(self, elapsed_s: float) -> None:
        """Compute the rates since the last call."""
        self.frames_per_s = (self.frames - self._frames_before) / elapsed_s
        self.reports_per_s = (self.reports - self._reports_before) / elapsed_s
        self._frames_before, self._reports_before = self.frames, self.reports

"""What the gateway has counted since it started."""

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any


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
    stalled_closed: int = 0  # a frame was begun and not ended
    throttled: int = 0  # times that a connection was read more slowly: more a second than a terminal sends
    codes_closed: int = 0  # connections that showed too many wrong authentication codes
    taken_over: int = 0  # sessions that a newer connection of the same terminal ended
    replayed: int = 0  # sign-ons refused: one terminal by turns from two hosts
    entered: int = 0  # unknown terminals entered into the register
    pauses: int = 0  # times that reading stopped because the database could not follow
    resends_asked: int = 0  # 8003, and 8800 with a list
    parts_held: int = 0  # bytes of messages whose parts have not all come
    commands_sent: int = 0
    media_stored: int = 0
    media_waiting: int = 0  # not yet on the disk
    video_port: int = 0  # that terminals bring video to, 0 if there is none
    video: list[dict[str, Any]] = field(default_factory=list)  # domain.video.VideoStream as JSON values
    video_refused: Counter[str] = field(default_factory=Counter)  # streams not asked for, and bytes that are none
    video_turned_away: int = 0  # connections above the limit
    frames_per_s: float = 0.0  # over the last second
    reports_per_s: float = 0.0

    _frames_before: int = 0
    _reports_before: int = 0

    def numbers(self) -> dict[str, Any]:
        """Return all of them as JSON values."""
        return {
            field.name: dict(value) if isinstance(value := getattr(self, field.name), Counter) else value
            for field in fields(self)
            if not field.name.startswith("_")
        }

    def tick(self, elapsed_s: float) -> None:
        """Compute the rates since the last call."""
        self.frames_per_s = (self.frames - self._frames_before) / elapsed_s
        self.reports_per_s = (self.reports - self._reports_before) / elapsed_s
        self._frames_before, self._reports_before = self.frames, self.reports

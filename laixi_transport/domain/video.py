"""Streams of video as they come in from terminals."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class VideoStream:
    """One stream, coming in or over, and what came of it."""

    phone: str  # of the terminal, as the register has it
    channel: int  # logical channel, JT/T 1076-2016 table 2
    recorded: bool  # a recording that was asked for, not live
    peer: str  # "host:port" that it comes from
    datagrams: bool  # over UDP
    since: datetime
    until: datetime | None = None  # None: coming in
    watchers: int = 0
    packets: int = 0
    units: int = 0  # whole pictures handed on
    key_units: int = 0  # of these, key frames
    damaged: int = 0  # pictures of which something was missing, or that were too large
    skipped: int = 0  # whole pictures dropped because they need one that was not there
    lost_packets: int = 0  # numbers that never came
    late_packets: int = 0  # doubles, and those that came after their turn
    other_packets: int = 0  # sound and transparent data

    def numbers(self) -> dict[str, Any]:
        """Return it as JSON values."""
        until = self.until.isoformat() if self.until is not None else None
        return dataclasses.asdict(self) | {"since": self.since.isoformat(), "until": until}

    @classmethod
    def of(cls, numbers: Mapping[str, Any]) -> Self:
        """Return the stream of JSON values, which another version may have written."""
        known = {field.name: numbers[field.name] for field in dataclasses.fields(cls) if field.name in numbers}
        times = {name: datetime.fromisoformat(known[name]) for name in ("since", "until") if known.get(name)}
        return cls(**(known | times))

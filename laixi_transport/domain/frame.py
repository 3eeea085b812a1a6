"""What came over the wire and how it is handed to the database."""

from dataclasses import dataclass, field
from typing import NamedTuple

from laixi_transport.domain.position import PositionReport


class RawFrame(NamedTuple):
    """A well-formed frame as received, kept so that rules and evidence can be computed again from it."""

    terminal_id: int
    vehicle_id: int
    received_us: int  # Unix microseconds
    data: bytes  # with delimiters and escapes, as on the wire


class RefusedFrame(NamedTuple):
    """Bytes that were not accepted, with the reason."""

    source: str  # terminal phone where known, else "host"
    received_us: int
    reason: str  # a member of devices.jt808.Refusal or the like
    data: bytes


@dataclass(slots=True)
class Batch:
    """What one wake-up of the gateway hands to the writer; it is committed as a whole or not at all.

    The counts per source follow ``received = stored + duplicates + quarantined``, where received counts position
    reports and refused frames; heartbeats and sign-ons are kept as raw frames but not counted there.
    """

    reports: list[PositionReport] = field(default_factory=list)
    frames: list[RawFrame] = field(default_factory=list)
    refused: list[RefusedFrame] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.reports) + len(self.frames) + len(self.refused)

    def extend(self, other: "Batch") -> None:
        """Append all of another batch."""
        self.reports += other.reports
        self.frames += other.frames
        self.refused += other.refused

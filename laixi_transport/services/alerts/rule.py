"""The overspeed rule as the alert service runs it."""

import json
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.overspeed import GAP_S, HOLD_S, Episode, OverspeedWatch, overspeed
from laixi_transport.domain.position import Sample, StatusBit
from laixi_transport.domain.track import Track

_LOCATED = int(StatusBit.LOCATED)
_UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class OverspeedRule:
    """Parameters of the rule; they are stored with every alert so that it can be computed again."""

    name: str = "overspeed"
    version: str = "1"
    hold_s: float = HOLD_S
    gap_s: float = GAP_S
    speed: Literal["gnss", "recorder"] = "gnss"
    """Whose speed is judged: the receiver's (only while it has a fix) or the driving recorder's (item 03)."""
    limit_from: str = "vehicle"
    """Where the limit came from: the vehicle's own one in the register."""

    def parameters(self) -> str:
        """Return the parameters as a JSON object with sorted keys."""
        values = {"gap_s": self.gap_s, "hold_s": self.hold_s, "limit_from": self.limit_from, "speed": self.speed}
        return json.dumps(values, sort_keys=True)

    def watch(self) -> OverspeedWatch:
        """Return a fresh watch with these parameters."""
        return OverspeedWatch(hold_s=self.hold_s, gap_s=self.gap_s)

    def speed_of(self, sample: Sample) -> float:
        """Return the judged speed of a sample in km/h, NaN where it is unknown."""
        if self.speed == "recorder":
            return _UNKNOWN if sample.recorder_speed_dkmh is None else sample.recorder_speed_dkmh / 10
        return sample.speed_dkmh / 10 if sample.status_bits & _LOCATED else _UNKNOWN

    def speeds(self, track: Track) -> NDArray[np.float64]:
        """Return the judged speeds of a track, to the last bit the same as ``speed_of`` for its samples."""
        speeds = track.recorder_speed_kmh if self.speed == "recorder" else track.speed_kmh.copy()
        if self.speed == "gnss":
            speeds[~track.located] = np.nan
        return speeds.round(1)

    def ordered(self, track: Track) -> Track:
        """Return the track with the reports of one second in order of speed, whatever order they are stored in."""
        if len(track) < 2 or (np.diff(track.time_s) > 0).all():
            return track
        return track.take(np.lexsort((self.speeds(track), track.time_s)))

    def episodes(self, track: Track, limit_kmh: float) -> list[Episode]:
        """Return the episodes of a track that went through ``ordered``."""
        return overspeed(track.time_s, self.speeds(track), limit_kmh, hold_s=self.hold_s, gap_s=self.gap_s)

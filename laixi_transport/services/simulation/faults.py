"""What can go wrong between a terminal and the platform, each with a probability a report."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields

from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

DELAY_REPORTS = 4  # a delayed report leaves after so many later ones
JUMP_E6 = (30_000, 400_000)  # how far a jump goes, 1e-6 degrees
OUT_OF_REACH_S = (15.0, 60.0)


@dataclass(frozen=True, slots=True)
class Faults:
    """Probabilities from 0 to 1."""

    drop: float = 0.0  # the report is never sent
    duplicate: float = 0.0  # it is sent twice, with two sequence numbers
    delay: float = 0.0  # it is sent after later ones
    corrupt: float = 0.0  # a bit of its frame flips on the way; the terminal repeats it, having no answer
    jump: float = 0.0  # the receiver is kilometres off
    blind_area: float = 0.0  # the link is lost for a while; what was reported meanwhile comes as 0704, type 1

    def __post_init__(self) -> None:
        for field in fields(self):
            if not 0 <= getattr(self, field.name) <= 1:
                raise ValueError(f"{field.name} is a probability from 0 to 1")


@dataclass(slots=True)
class FaultCounts:
    """How often each happened."""

    drop: int = 0
    duplicate: int = 0
    delay: int = 0
    corrupt: int = 0
    jump: int = 0
    blind_area: int = 0


def parse_faults(values: Mapping[str, float]) -> Faults:
    """Return faults by name; Problem for an unknown name or what is no probability."""
    known = [field.name for field in fields(Faults)]
    for name, value in values.items():
        if name not in known or not 0 <= value <= 1:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "“{name}={value}” is no fault. Give one of {known} with a probability from 0 to 1."
                ),
                name=name,
                value=value,
                known=", ".join(known),
            )
    return Faults(**values)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to happen to one report."""

    drop: bool
    duplicate: bool
    delay: bool
    corrupt: bool
    jump: bool
    out_of_reach_s: float  # 0: the link holds


class FaultDice:
    """Throws for every report of one vehicle; the same seed gives the same faults.

    ``counts`` are raised as faults are thrown, but a bit counts when it flips and a lost link when it is lost: both may
    find the terminal out of reach already.
    """

    def __init__(self, faults: Faults, seed: str, counts: FaultCounts) -> None:
        self._faults = faults
        self._dice = random.Random(seed)
        self._flips = random.Random(f"{seed}:flips")
        self.counts = counts

    def throw(self) -> Verdict:
        """Return what happens to the next report; a dropped one suffers nothing else."""
        faults, dice = self._faults, self._dice
        struck = {field.name: dice.random() < getattr(faults, field.name) for field in fields(Faults)}
        away_s = dice.uniform(*OUT_OF_REACH_S)
        if struck["drop"]:
            struck = {name: name == "drop" for name in struck}
        for name in ("drop", "duplicate", "delay", "jump"):
            setattr(self.counts, name, getattr(self.counts, name) + struck[name])
        return Verdict(
            drop=struck["drop"],
            duplicate=struck["duplicate"],
            delay=struck["delay"],
            corrupt=struck["corrupt"],
            jump=struck["jump"],
            out_of_reach_s=away_s if struck["blind_area"] else 0.0,
        )

    def jumped(self, report: PositionReport) -> PositionReport:
        """Return the report from kilometres away."""
        dice = self._dice
        return report._replace(
            lat_e6=report.lat_e6 + dice.choice((-1, 1)) * dice.randint(*JUMP_E6),
            lon_e6=report.lon_e6 + dice.choice((-1, 1)) * dice.randint(*JUMP_E6),
        )

    def corrupted(self, frame: bytes) -> bytes:
        """Return a frame with one bit flipped such that it stays one frame: only its checksum is wrong."""
        while True:
            at = self._flips.randrange(1, len(frame) - 1)
            flipped = frame[at] ^ 1 << self._flips.randrange(8)
            if frame[at] not in {0x7D, 0x7E} and flipped not in {0x7D, 0x7E} and frame[at - 1] != 0x7D:
                self.counts.corrupt += 1
                return frame[:at] + bytes((flipped,)) + frame[at + 1 :]

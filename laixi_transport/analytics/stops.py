"""Stops, gaps and driving stretches of one vehicle's track."""

from dataclasses import dataclass

from laixi_transport.domain.track import Track

GAP_S = 300.0
"""Silence longer than this is a gap: nothing is known of it and nothing is drawn over it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A vehicle that stayed in one place; sample indices are inclusive."""

    first: int
    last: int
    begin_s: float  # Unix seconds of ``first``
    end_s: float  # Unix seconds of ``last``
    lat_deg: float  # median of the fixes
    lon_deg: float

    @property
    def duration_s(self) -> float:
        """Time from the first to the last sample at the place: at least so long did it stand."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class Gap:
    """Silence between two neighbouring samples."""

    first: int  # the last sample before
    last: int  # the first sample after: first + 1
    begin_s: float
    end_s: float
    straight_m: float  # between the fixes on both sides; NaN where one of them is missing

    @property
    def duration_s(self) -> float:
        """Length of the silence."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class Stretch:
    """A vehicle under way, from the end of a stop or gap to the beginning of the next."""

    first: int
    last: int
    begin_s: float
    end_s: float
    distance_m: float  # by GNSS

    @property
    def duration_s(self) -> float:
        """Time under way."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class Movement:
    """A track cut up; every step from one sample to the next belongs to exactly one of the parts."""

    stops: tuple[Stop, ...]
    gaps: tuple[Gap, ...]
    stretches: tuple[Stretch, ...]


def movement(track: Track) -> Movement: ...

"""How far a vehicle went, by its odometer and by its fixes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.cleaning import believed, clean, driven_steps_m
from laixi_transport.analytics.stops import Movement
from laixi_transport.domain.track import Track

FASTEST_KMH = 200.0
"""An odometer that grows faster than this was set, not driven."""

_ODOMETER_STEP_KM = 0.1  # item 01 counts in tenths


@dataclass(frozen=True, slots=True)
class Distance:
    """Two answers that check each other."""

    odometer_km: float | None  # by the mileage item (01); None where fewer than two reports carried it
    gnss_km: float  # along the fixes of the driving stretches; neither gaps nor steps that nothing drives are in it
    unseen_km: float  # straight lines over the gaps: the vehicle went at least so far unseen

    @property
    def difference_km(self) -> float | None:
        """Odometer minus what the fixes show including the straight lines over gaps."""
        return None if self.odometer_km is None else self.odometer_km - self.gnss_km - self.unseen_km


def distance(track: Track, parts: Movement) -> Distance:
    """Return how far the vehicle went; ``parts`` is the movement of the same track."""
    straight_m = [gap.straight_m for gap in parts.gaps if not np.isnan(gap.straight_m)]
    return Distance(
        odometer_km=odometer_km(track),
        gnss_km=sum(stretch.distance_m for stretch in parts.stretches) / 1000,
        unseen_km=sum(straight_m) / 1000,
    )


def way_m(track: Track, parts: Movement) -> NDArray[np.float64]:
    """Return the way made good from the first sample to each one along the believed fixes of the stretches, (n,).

    It stands still over stops, over gaps, over steps that nothing drives and at fixes that are not believed.
    """
    grown = np.zeros(len(track))
    doubts = clean(track)
    index = np.flatnonzero(believed(doubts))
    if len(index) > 1:
        step = driven_steps_m(track, doubts)
        driven = np.zeros(len(track), np.bool_)
        for stretch in parts.stretches:
            driven[stretch.first + 1 : stretch.last + 1] = True
        grown[index[1:]] = np.where(driven[index[1:]], step, 0.0)
    return np.cumsum(grown)


def odometer_km(track: Track) -> float | None:
    """Return the sum of what the mileage item grew by, None where fewer than two reports carried it.

    A step back (another terminal, a reset) and a step too great for the time between count as nothing, so that the
    rest of the day still adds up. Source: JT/T 808-2019 table 27, item 01.
    """
    known = np.flatnonzero(~np.isnan(track.mileage_km))
    if len(known) < 2:
        return None
    grown = np.diff(track.mileage_km[known])
    hours = np.diff(track.time_s[known]) / 3600
    driven = (grown > 0) & (grown <= hours * FASTEST_KMH + _ODOMETER_STEP_KM * 1.5)
    return float(grown[driven].sum())

"""How far a vehicle went, by its odometer and by its fixes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Distance:
    """Two answers that check each other."""

    odometer_km: float | None  # by the mileage item (01); None where fewer than two reports carried it
    gnss_km: float  # along the fixes of the driving stretches; gaps are not bridged
    unseen_km: float  # straight lines over the gaps: the vehicle went at least so far unseen

    @property
    def difference_km(self) -> float | None:
        """Odometer minus what the fixes show including the straight lines over gaps."""
        return None if self.odometer_km is None else self.odometer_km - self.gnss_km - self.unseen_km

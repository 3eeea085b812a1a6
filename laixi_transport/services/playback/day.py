"""What a playback shows of one vehicle."""

from dataclasses import dataclass

from laixi_transport.analytics.distance import Distance
from laixi_transport.analytics.overspeed import Episode
from laixi_transport.analytics.stops import Gap, Stop, Stretch
from laixi_transport.domain.alert import Alert
from laixi_transport.domain.track import Track
from laixi_transport.domain.vehicle import Vehicle


@dataclass(frozen=True, slots=True)
class VehicleDay:
    """One vehicle over one period; indices in stops, gaps, stretches and episodes are those of ``track``.

    Every step from one sample to the next belongs to exactly one stop, gap or stretch.
    """

    vehicle: Vehicle
    begin_s: int  # asked for: Unix seconds, [begin, end)
    end_s: int
    track: Track
    stops: tuple[Stop, ...]
    gaps: tuple[Gap, ...]
    stretches: tuple[Stretch, ...]
    overspeed: tuple[Episode, ...]  # against ``vehicle.speed_limit_kmh``; none where no limit is known
    alerts: tuple[Alert, ...]  # those that touch the period
    distance: Distance
    limit_from: str = "vehicle"
    """Where the limit came from: "vehicle" is the one entered for the vehicle."""

    @property
    def driving_s(self) -> float:
        """Time under way: the sum of the stretches."""
        return sum(stretch.duration_s for stretch in self.stretches)

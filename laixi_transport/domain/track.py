"""A vehicle's positions over a stretch of time, as arrays."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.position import StatusBit


@dataclass(frozen=True, slots=True)
class Track:
    """Reports of one vehicle in order of time; every array has shape (n,).

    Reports without a fix are kept: ``located`` is False there and latitude and longitude must not be drawn.
    """

    vehicle_id: int
    time_s: NDArray[np.int64]  # Unix seconds, not decreasing
    lat_deg: NDArray[np.float64]  # WGS-84
    lon_deg: NDArray[np.float64]
    altitude_m: NDArray[np.int16]
    speed_kmh: NDArray[np.float64]  # by GNSS
    direction_deg: NDArray[np.uint16]  # clockwise from north
    alarm_bits: NDArray[np.uint32]
    status_bits: NDArray[np.uint32]
    mileage_km: NDArray[np.float64]  # NaN where the report had none
    recorder_speed_kmh: NDArray[np.float64]  # NaN where the report had none

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def located(self) -> NDArray[np.bool_]:
        """Where the terminal had a fix."""
        located: NDArray[np.bool_] = (self.status_bits & np.uint32(StatusBit.LOCATED)) != 0
        return located

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Self:
        """Return the chosen samples as a track of their own."""
        arrays = {f.name: getattr(self, f.name)[chosen] for f in fields(self) if f.name != "vehicle_id"}
        return type(self)(vehicle_id=self.vehicle_id, **arrays)

"""Many vehicles' positions as flat arrays, and what is known of their hours without reading them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.position import StatusBit


@dataclass(frozen=True, slots=True, eq=False)
class FleetTrack:
    """Reports of m vehicles, n in all: vehicle after vehicle, each in order of time; in the integers of the wire."""

    vehicle_ids: NDArray[np.int64]  # (m,)
    begin: NDArray[np.int64]  # (m + 1,) vehicle i has the rows begin[i] to begin[i + 1]
    time_s: NDArray[np.int64]  # (n,) Unix seconds
    lat_e6: NDArray[np.int32]  # 1e-6 degrees, WGS-84; says nothing where there is no fix
    lon_e6: NDArray[np.int32]
    speed_dkmh: NDArray[np.uint16]  # 0.1 km/h, by GNSS
    direction_deg: NDArray[np.uint16]  # clockwise from north
    alarm_bits: NDArray[np.uint32]
    status_bits: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.time_s)

    @property
    def located(self) -> NDArray[np.bool_]:
        """Where the terminal had a fix."""
        located: NDArray[np.bool_] = (self.status_bits & np.uint32(StatusBit.LOCATED)) != 0
        return located

    @property
    def owner(self) -> NDArray[np.int64]:
        """Which vehicle each row belongs to, as an index of ``vehicle_ids``."""
        return np.repeat(np.arange(len(self.vehicle_ids)), np.diff(self.begin))


@dataclass(frozen=True, slots=True, eq=False)
class HourList:
    """The vehicle-hours of m vehicles that have reports, k in all: vehicle after vehicle, in order of time.

    The bounds are those of the reports with a fix, in 1e-6 degrees; NaN where none has one.
    """

    vehicle_ids: NDArray[np.int64]  # (m,)
    begin: NDArray[np.int64]  # (m + 1,)
    hour: NDArray[np.int64]  # (k,) Unix time // 3600
    n: NDArray[np.int64]  # reports
    begin_s: NDArray[np.int64]  # Unix seconds of the first report
    end_s: NDArray[np.int64]  # and of the last
    south_e6: NDArray[np.float64]
    north_e6: NDArray[np.float64]
    west_e6: NDArray[np.float64]
    east_e6: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.hour)

"""The newest that is known of each vehicle, kept by the writer."""

from collections.abc import Collection
from typing import Any

from laixi_transport.domain.fleet import VehicleState
from laixi_transport.storage.database import Database

_QUERY = (
    "SELECT version, vehicle_id, time_s, received_us, located_time_s, lat_e6, lon_e6, speed_dkmh, direction_deg, "
    "alarm_bits, status_bits, mileage_hm, satellites FROM vehicle_state"
)


class Fleet:
    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self, changed_after: int = 0) -> tuple[int, list[VehicleState]]:
        """Return a version and the states that were changed after an earlier version, by vehicle.

        Ask again with the returned version to get only what is new. States follow the commits by up to half a second.
        """
        rows = self._database.fetch(f"{_QUERY} WHERE version > ? ORDER BY vehicle_id", (changed_after,))
        return max((row[0] for row in rows), default=changed_after), [_state(*row) for row in rows]

    def some(self, vehicle_ids: Collection[int]) -> list[VehicleState]:
        """Return the states of some vehicles, by vehicle; of those that never reported there is none."""
        with self._database.reading() as cursor:
            condition, parameter = cursor.among("vehicle_id", vehicle_ids)
            rows = cursor.fetch(f"{_QUERY} WHERE {condition} ORDER BY vehicle_id", (parameter,))
        return [_state(*row) for row in rows]


def _state(*row: Any) -> VehicleState:
    return VehicleState(
        vehicle_id=row[1],
        time_s=row[2],
        received_s=row[3] * 1e-6,
        located_time_s=row[4],
        lat_deg=row[5] * 1e-6,
        lon_deg=row[6] * 1e-6,
        speed_kmh=row[7] / 10,
        direction_deg=row[8],
        alarm_bits=row[9],
        status_bits=row[10],
        mileage_km=None if row[11] is None else row[11] / 10,
        satellites=row[12],
    )

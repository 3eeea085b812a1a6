"""The newest that is known of each vehicle, kept by the writer."""

from laixi_transport.domain.fleet import VehicleState
from laixi_transport.storage.database import Database


class Fleet:
    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self, changed_after: int = 0) -> tuple[int, list[VehicleState]]:
        """Return a version and the states that were changed after an earlier version, by vehicle.

        Ask again with the returned version to get only what is new. States follow the commits by up to half a second.
        """
        rows = self._database.fetch(
            "SELECT version, vehicle_id, time_s, received_us, located_time_s, lat_e6, lon_e6, speed_dkmh, "
            "direction_deg, alarm_bits, status_bits, mileage_hm, satellites FROM vehicle_state WHERE version > ? "
            "ORDER BY vehicle_id",
            (changed_after,),
        )
        states = [
            VehicleState(
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
            for row in rows
        ]
        return max((row[0] for row in rows), default=changed_after), states

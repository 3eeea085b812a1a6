"""Where vehicles are now, and in which areas; worked out away from the window."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.motion import motion_states
from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.geofence import Geofence
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.services.geofences.service import GeofenceService
from laixi_transport.services.live.service import LiveService
from laixi_transport.ui.format import plate
from laixi_transport.ui.map.furniture import Card


@dataclass(frozen=True, slots=True, eq=False)
class Whereabouts:
    """Arrays (n,) over the vehicles that have a place."""

    vehicles: tuple[Vehicle, ...]
    states: tuple[VehicleState, ...]
    ids: NDArray[np.int64]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    direction_deg: NDArray[np.float64]
    motion: NDArray[np.uint8]
    names: tuple[str, ...]
    inside: dict[int, int]  # vehicles by the id of the area

    def within(self, fence: Geofence) -> list[tuple[Vehicle, VehicleState]]:
        """Return the vehicles in an area."""
        found = np.flatnonzero(GeofenceService.inside(fence, self.lon_deg, self.lat_deg)).tolist()
        return [(self.vehicles[at], self.states[at]) for at in found]

    def card(self, vehicle_id: int) -> Card | None:
        """Return what to show beside a vehicle."""
        at = np.flatnonzero(self.ids == vehicle_id)
        if not len(at):
            return None
        vehicle = self.vehicles[at[0]]
        return Card(self.names[at[0]], tuple(line for line in (vehicle.line, vehicle.organisation) if line))


def whereabouts(live: LiveService, fences: Iterable[Geofence], now_s: float) -> Whereabouts:
    """Return where all vehicles are, and how many in each area."""
    register, states = live.fleet()
    vehicles = {vehicle.id: vehicle for vehicle in register}
    known = [state for state in states if state.located_time_s > 0 and state.vehicle_id in vehicles]
    chosen = [vehicles[state.vehicle_id] for state in known]
    overspeeding = live.overspeeding()
    lon = np.array([state.lon_deg for state in known])
    lat = np.array([state.lat_deg for state in known])
    return Whereabouts(
        vehicles=tuple(chosen),
        states=tuple(known),
        ids=np.array([vehicle.id for vehicle in chosen], np.int64),
        lon_deg=lon,
        lat_deg=lat,
        direction_deg=np.array([state.direction_deg for state in known], np.float64),
        motion=motion_states(
            [state.received_s for state in known],
            [state.speed_kmh for state in known],
            [state.alarm_bits for state in known],
            [state.vehicle_id in overspeeding for state in known],
            now_s,
        ),
        names=tuple(plate(vehicle.name) for vehicle in chosen),
        inside={fence.id: int(GeofenceService.inside(fence, lon, lat).sum()) for fence in fences},
    )

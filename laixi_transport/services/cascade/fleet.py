"""Vehicles as platforms above may be told of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from laixi_transport.domain.vehicle import Terminal, Vehicle


@dataclass(frozen=True, slots=True)
class Fleet:
    """Vehicles with a plate, each with the terminal that is in it."""

    vehicles: dict[int, tuple[Vehicle, Terminal]]
    by_plate: dict[str, Vehicle]

    @classmethod
    def of(cls, vehicles: Iterable[Vehicle], terminals: Iterable[Terminal]) -> "Fleet":
        """Return those that can be told of above."""
        mounted = {terminal.vehicle_id: terminal for terminal in terminals}
        named = {v.id: (v, mounted[v.id]) for v in vehicles if v.plate and v.id in mounted}
        return cls(named, {vehicle.plate: vehicle for vehicle, _ in named.values()})

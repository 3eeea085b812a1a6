"""The fleet in memory, kept up to date by the change feed."""

from collections.abc import Callable

from laixi_transport.domain.fleet import MotionState, VehicleState
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.storage import Store

OnStates = Callable[[list[VehicleState]], None]
OnRegister = Callable[[], None]


class LiveService:
    """Knows every vehicle's newest state. Reading it never touches the database and never blocks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def follow(self) -> None:
        """Load the fleet and follow the feed until cancelled; runs in the io loop."""
        ...

    def fleet(self) -> tuple[list[Vehicle], list[VehicleState]]:
        """Return all vehicles of the register and the newest states of those that ever reported; any thread."""
        ...

    def vehicle(self, vehicle_id: int) -> Vehicle | None:
        """Return a vehicle of the register; any thread."""
        ...

    def subscribe(self, on_states: OnStates, on_register: OnRegister) -> Callable[[], None]:
        """Have both called in the io thread on every change; return what ends it. Any thread.

        ``on_states`` also gets vehicles whose overspeed began or ended without a newer report.
        """
        ...

    def overspeeding(self) -> frozenset[int]:
        """Return the vehicles with an ongoing overspeed alert; any thread."""
        ...

    def motion(self, state: VehicleState, vehicle: Vehicle | None, now_s: float) -> MotionState:
        """Return what the vehicle is doing; for many at once use analytics.motion.motion_states."""
        ...

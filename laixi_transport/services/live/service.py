"""The fleet in memory, kept up to date by the change feed."""

import asyncio
import logging
import threading
from collections.abc import Callable

from laixi_transport.analytics.motion import motion_states
from laixi_transport.domain.change import Topic
from laixi_transport.domain.fleet import MotionState, VehicleState
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.storage import Store

logger = logging.getLogger(__name__)

OnStates = Callable[[list[VehicleState]], None]
OnRegister = Callable[[], None]

ONGOING = 100_000
"""More vehicles than a county has."""


class LiveService:
    """Knows every vehicle's newest state. Reading it never touches the database and never blocks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._vehicles: dict[int, Vehicle] = {}
        self._states: dict[int, VehicleState] = {}
        self._overspeeding: frozenset[int] = frozenset()
        self._version = 0
        self._subscribers: list[tuple[OnStates, OnRegister]] = []
        self.loaded = asyncio.Event()
        """Set once the fleet was read; to be awaited in the loop of ``follow``."""

    async def follow(self) -> None:
        """Load the fleet and follow the feed until cancelled; runs in the io loop. May be called again after a failure:
        until then the fleet stands as it was last known.
        """
        newest = await asyncio.to_thread(self._store.feed.newest)
        await self._read_register()
        await self._read_alerts()
        await self._read_states()
        self.loaded.set()
        async for changes in self._store.feed.changes(newest):
            topics = {change.topic for change in changes}
            if Topic.REGISTER in topics:
                await self._read_register()
            if Topic.ALERT in topics:
                await self._read_alerts()
            if Topic.VEHICLE_STATE in topics:
                await self._read_states()

    def fleet(self) -> tuple[list[Vehicle], list[VehicleState]]:
        """Return all vehicles of the register and the newest states of those that ever reported; any thread."""
        with self._lock:
            return list(self._vehicles.values()), list(self._states.values())

    def vehicle(self, vehicle_id: int) -> Vehicle | None:
        """Return a vehicle of the register; any thread."""
        return self._vehicles.get(vehicle_id)

    def state(self, vehicle_id: int) -> VehicleState | None:
        """Return a vehicle's newest state, None before its first report; any thread."""
        return self._states.get(vehicle_id)

    def subscribe(self, on_states: OnStates, on_register: OnRegister) -> Callable[[], None]:
        """Have both called in the io thread on every change; return what ends it. Any thread.

        ``on_states`` also gets vehicles whose overspeed began or ended without a newer report.
        """
        subscriber = (on_states, on_register)
        with self._lock:
            self._subscribers.append(subscriber)

        def end() -> None:
            with self._lock:
                if subscriber in self._subscribers:
                    self._subscribers.remove(subscriber)

        return end

    def overspeeding(self) -> frozenset[int]:
        """Return the vehicles with an ongoing overspeed alert; any thread."""
        return self._overspeeding

    def motion(self, state: VehicleState, vehicle: Vehicle | None, now_s: float) -> MotionState:
        """Return what the vehicle is doing; for many at once use analytics.motion.motion_states."""
        vehicle_id = state.vehicle_id if vehicle is None else vehicle.id
        [found] = motion_states(
            [state.received_s], [state.speed_kmh], [state.alarm_bits], [vehicle_id in self._overspeeding], now_s
        )
        return MotionState(int(found))

    async def _read_register(self) -> None:
        vehicles = await asyncio.to_thread(self._store.register.vehicles)
        with self._lock:
            self._vehicles = {vehicle.id: vehicle for vehicle in vehicles}
            subscribers = tuple(self._subscribers)
        for _, on_register in subscribers:
            try:
                on_register()
            except Exception:
                logger.exception("a subscriber of the register failed")

    async def _read_states(self) -> None:
        version, states = await asyncio.to_thread(self._store.fleet.states, self._version)
        with self._lock:
            self._version = version
            self._states.update((state.vehicle_id, state) for state in states)
        self._tell(states)

    async def _read_alerts(self) -> None:
        ongoing = await asyncio.to_thread(self._store.alerts.list, rule="overspeed", ongoing=True, limit=ONGOING)
        now = frozenset(alert.vehicle_id for alert in ongoing)
        with self._lock:
            turned = now ^ self._overspeeding
            self._overspeeding = now
            states = [self._states[vehicle_id] for vehicle_id in turned if vehicle_id in self._states]
        self._tell(states)

    def _tell(self, states: list[VehicleState]) -> None:
        if not states:
            return
        with self._lock:
            subscribers = tuple(self._subscribers)
        for on_states, _ in subscribers:
            try:
                on_states(states)
            except Exception:
                logger.exception("a subscriber of the fleet failed")

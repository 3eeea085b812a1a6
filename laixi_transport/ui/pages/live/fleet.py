"""The fleet as columns for the map and as rows for the list. No Qt, no clock."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from laixi_transport.analytics.motion import EMERGENCY_BIT, motion_states
from laixi_transport.domain.alert import Alert, Priority
from laixi_transport.domain.fleet import MotionState, VehicleState
from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.ui.format import is_over, plate
from laixi_transport.ui.map.sprites import Look
from laixi_transport.ui.widgets.rows import natural_key


class VehicleRow(NamedTuple):
    """One vehicle as the list shows it; a named tuple because thousands are made a second."""

    vehicle: Vehicle
    name: str  # the plate as it is painted
    name_key: tuple[tuple[int, int | str], ...]
    state: VehicleState | None  # None before the first report
    motion: MotionState
    alert: Alert | None  # what is ongoing, by the rules
    since_s: float | None  # since when it is in this state, None where that was not seen

    @property
    def id(self) -> int:
        return self.vehicle.id

    @property
    def emergency(self) -> bool:
        """Whether the driver's emergency button is on."""
        return self.state is not None and bool(self.state.alarm_bits & EMERGENCY_BIT)

    @property
    def urgent(self) -> bool:
        """Whether it is in an alarm of the highest priority."""
        return self.emergency or (self.alert is not None and self.alert.priority == Priority.URGENT)

    @property
    def over_limit(self) -> bool:
        """Whether the newest report alone is above the limit; the rule wants it to last."""
        return self.state is not None and is_over(self.state.speed_kmh, self.vehicle.speed_limit_kmh)

    @property
    def located(self) -> bool:
        """Whether there is a place to show."""
        return self.state is not None and self.state.located_time_s > 0


_MOTIONS = tuple(MotionState)


class FleetColumns:
    """Arrays of shape (n,) over all vehicles of the register, in its order; vehicles without a place have NaN."""

    def __init__(self) -> None:
        self._ongoing: dict[int, Alert] = {}
        self.reset((), (), (), 0.0)

    def reset(
        self,
        vehicles: Iterable[Vehicle],
        states: Iterable[VehicleState],
        overspeeding: Collection[int],
        now_s: float,
    ) -> None:
        """Take register and states anew."""
        self._vehicles = list(vehicles)
        n = len(self._vehicles)
        self._place = {vehicle.id: at for at, vehicle in enumerate(self._vehicles)}
        self._states: list[VehicleState | None] = [None] * n
        self.names = [plate(vehicle.name) for vehicle in self._vehicles]
        self._keys = [natural_key(name) for name in self.names]
        self.ids = np.array([vehicle.id for vehicle in self._vehicles], dtype=np.int64)
        self.lon_deg = np.full(n, np.nan)
        self.lat_deg = np.full(n, np.nan)
        self.direction_deg = np.zeros(n)
        self._received_s = np.zeros(n)
        self._speed_kmh = np.zeros(n)
        self._alarm_bits = np.zeros(n, dtype=np.int64)
        self.motion: NDArray[np.uint8] = np.zeros(n, dtype=np.uint8)
        self._since_s = np.full(n, np.nan)
        self._store(states)
        self._judge(overspeeding, now_s)
        self._since_s[:] = np.nan  # when these states began was not seen

    def merge(self, states: Iterable[VehicleState], overspeeding: Collection[int], now_s: float) -> list[int]:
        """Take newer states; return the ids of the vehicles whose row changed. Unknown vehicles are left out."""
        stored = self._store(states)
        changed = set(stored) | set(self._judge(overspeeding, now_s))
        return [self._vehicles[at].id for at in sorted(changed)]

    def take_alerts(self, alerts: Iterable[Alert]) -> list[int]:
        """Take new and changed alerts; return the ids of their vehicles."""
        touched = []
        for alert in alerts:
            known = self._ongoing.get(alert.vehicle_id)
            if alert.ongoing:
                self._ongoing[alert.vehicle_id] = alert
            elif known is not None and known.id == alert.id:
                del self._ongoing[alert.vehicle_id]
            touched.append(alert.vehicle_id)
        return touched

    def _store(self, states: Iterable[VehicleState]) -> list[int]:
        changed = []
        for state in states:
            at = self._place.get(state.vehicle_id)
            if at is None:
                continue
            self._states[at] = state
            if state.located_time_s > 0:
                self.lon_deg[at], self.lat_deg[at] = state.lon_deg, state.lat_deg
            self.direction_deg[at] = state.direction_deg
            self._received_s[at] = state.received_s
            self._speed_kmh[at] = state.speed_kmh
            self._alarm_bits[at] = state.alarm_bits
            changed.append(at)
        return changed

    def _judge(self, overspeeding: Collection[int], now_s: float) -> list[int]:
        """Find out what everybody does now; return the places where that changed."""
        speeding = np.zeros(len(self.ids), dtype=np.bool_)
        speeding[[self._place[vehicle_id] for vehicle_id in overspeeding if vehicle_id in self._place]] = True
        motion = motion_states(self._received_s, self._speed_kmh, self._alarm_bits, speeding, now_s)
        turned = np.flatnonzero(motion != self.motion)
        self.motion = motion
        gone = motion[turned] == MotionState.OFFLINE
        self._since_s[turned] = np.where(gone, self._received_s[turned], now_s)
        found: list[int] = turned.tolist()
        return found

    def __len__(self) -> int:
        return len(self._vehicles)

    def within(self, bounds: tuple[float, float, float, float]) -> frozenset[int]:
        """Return the vehicles whose newest place lies in (west, south, east, north), degrees."""
        west, south, east, north = bounds
        with np.errstate(invalid="ignore"):
            inside = (self.lon_deg >= west) & (self.lon_deg <= east) & (self.lat_deg >= south) & (self.lat_deg <= north)
        return frozenset(self.ids[inside].tolist())

    def look(self) -> NDArray[np.uint8]:
        """Return what each vehicle looks like on the map."""
        pressed = (self._alarm_bits & EMERGENCY_BIT) != 0
        for alert in self._ongoing.values():
            if alert.priority == Priority.URGENT and alert.vehicle_id in self._place:
                pressed[self._place[alert.vehicle_id]] = True
        urgent = (self.motion == MotionState.ALARM) & pressed
        return np.where(urgent, np.uint8(Look.URGENT), self.motion)

    def counts(self) -> dict[MotionState, int]:
        """Return how many vehicles are in each state."""
        found = np.bincount(self.motion, minlength=len(MotionState))
        return {state: int(found[state]) for state in MotionState}

    def row(self, vehicle_id: int) -> VehicleRow | None:
        """Return a vehicle's row, None for one that is not in the register."""
        if vehicle_id not in self._place:
            return None
        [row] = self.rows([vehicle_id])
        return row

    def rows(self, vehicle_ids: Iterable[int] | None = None) -> list[VehicleRow]:
        """Return the rows of some vehicles, those that are not in the register left out; by default of all."""
        motion, since_s = self.motion.tolist(), self._since_s.tolist()
        places = range(len(self)) if vehicle_ids is None else [self._place[i] for i in vehicle_ids if i in self._place]
        return [
            VehicleRow(
                self._vehicles[at],
                self.names[at],
                self._keys[at],
                self._states[at],
                _MOTIONS[motion[at]],
                self._ongoing.get(self._vehicles[at].id),
                since_s[at] if since_s[at] == since_s[at] else None,
            )
            for at in places
        ]

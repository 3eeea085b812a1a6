"""A simulated vehicle: what its terminal measures at a moment."""

import math
from dataclasses import dataclass

from laixi_transport.domain.position import PositionReport, StatusBit
from laixi_transport.domain.vehicle import PlateColour, VehicleClass
from laixi_transport.services.simulation.motion import KMH_PER_MPS
from laixi_transport.services.simulation.network import M_PER_DEG_LAT, M_PER_DEG_LON, LonLat, Place
from laixi_transport.services.simulation.noise import scatter, wandering
from laixi_transport.services.simulation.schedule import Schedule

ENGINE_OFF_S = 240.0  # of standing at a terminus
DRIFT_M = 2.2  # deviation of the receiver's slow error
SCATTER_M = 0.6
STANDING_KMH = 0.8  # receivers show some speed even so; below it they show none

_BEIDOU, _GPS = 1 << 19, 1 << 18
_FRONT_DOOR = 1 << 13
_LOADED = 0b11 << 8
_MOVING = 1 << 22  # 2019
_OVERSPEED = 1 << 1
_BRAKE, _LOW_BEAM = 1 << 4, 1 << 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What the register would say about a vehicle, and how its terminal is set."""

    number: int  # within the fleet, from 0
    phone: str
    plate: str
    plate_colour: PlateColour
    vehicle_class: VehicleClass
    organisation: str
    line: str
    speed_limit_kmh: float
    version: int  # of the protocol
    interval_s: float
    fleet_phase_s: float  # spreads the reports of vehicles with the same interval
    silent_after_s: float | None = None  # seconds before the fleet's start at which it fell silent; None: it reports
    has_history: bool = False  # its day so far is uploaded at the start


class SimulatedVehicle:
    """Turns a schedule, or a place to stand, into reports."""

    def __init__(self, plan: Plan, schedule: Schedule | None, parked_at: LonLat | None, seed: int) -> None:
        if (schedule is None) == (parked_at is None):
            raise ValueError("a vehicle either has a schedule or is parked")
        self.plan = plan
        self._schedule = schedule
        self._parked_at = parked_at
        self._seed = seed * 1009 + plan.number * 131
        self._odometer_m = 20e6 + (self._seed * 7919 % 280_000) * 1000.0

    def report(self, time_s: int) -> PositionReport:
        """Return what the terminal reports at a Unix second."""
        seed = self._seed
        if self._schedule is not None:
            run, moment, driven_m = self._schedule.at(time_s)
            place = run.way.place(moment.along_m)
            speed, acceleration = moment.speed_mps, moment.acceleration
            at_end = time_s >= run.end_s
            engine_on = not at_end or time_s - run.end_s < ENGINE_OFF_S
            loaded = int(run.begin_s) // 60 % 2 == 0
        else:
            assert self._parked_at is not None  # noqa: S101 - the constructor looks
            place = Place(*self._parked_at, self._seed % 360)
            speed = acceleration = driven_m = 0.0
            engine_on = loaded = False
            at_end = True
        satellites = round(max(0.0, 12 + 3 * wandering(seed + 3, time_s, 90) + 0.5 * scatter(seed, time_s)))
        located = satellites >= 4
        still = speed == 0
        drift = DRIFT_M * (0.3 if still else 1.0)
        east = drift * wandering(seed, time_s, 40) + (0 if still else SCATTER_M * scatter(seed + 1, time_s))
        north = drift * wandering(seed + 1, time_s, 40) + (0 if still else SCATTER_M * scatter(seed + 2, time_s))
        speed_kmh = max(0.0, speed * KMH_PER_MPS + (0.0 if still else 0.35 * scatter(seed + 4, time_s)))
        if speed_kmh < STANDING_KMH:
            speed_kmh = 0.0
        is_bus = self.plan.vehicle_class is VehicleClass.CITY_BUS
        status = _GPS | _BEIDOU
        status |= int(StatusBit.ACC_ON) if engine_on else 0
        status |= int(StatusBit.LOCATED) if located else 0
        status |= _FRONT_DOOR if is_bus and still and engine_on and not at_end else 0
        status |= _LOADED if loaded else 0
        status |= _MOVING if speed_kmh > 0 and self.plan.version >= 2019 else 0
        night = not 6 * 3600 <= (time_s + 8 * 3600) % 86400 < 18 * 3600
        return PositionReport(
            terminal_id=0,
            vehicle_id=0,
            time_s=time_s,
            lat_e6=round((place.lat_deg + north / M_PER_DEG_LAT) * 1e6),
            lon_e6=round((place.lon_deg + east / M_PER_DEG_LON) * 1e6),
            altitude_m=round(height_m(place) + 3 * wandering(seed + 5, time_s, 120)),
            speed_dkmh=round(speed_kmh * 10),
            direction_deg=round(place.direction_deg) % 360,
            alarm_bits=_OVERSPEED if speed_kmh > self.plan.speed_limit_kmh else 0,
            status_bits=status,
            mileage_hm=int((self._odometer_m + driven_m) // 100),
            fuel_dl=round(900 - driven_m / 1000 * 2.4 % 700),
            recorder_speed_dkmh=round(speed * KMH_PER_MPS * 10),
            signal_bits=(_BRAKE if acceleration < -0.5 else 0) | (_LOW_BEAM if night and engine_on else 0),
            io_bits=None,
            analog=None,
            signal_strength=min(31, max(0, round(22 + 4 * wandering(seed + 6, time_s, 200)))),
            satellites=satellites,
            other_items=b"",
            flags=0,
            received_us=0,
        )


def height_m(place: Place) -> float:
    """Return an invented height: the county rises from its plain in the south to hills in the north."""
    north = min(max((place.lat_deg - 36.66) / 0.42, 0.0), 1.0)
    hills = 12 * math.sin(place.lon_deg * 190) * math.sin(place.lat_deg * 230)
    return 22 + 105 * north * north + hills * (0.2 + north)

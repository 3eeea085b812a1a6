"""Who drives in the simulated county: lines, trucks, coaches, training cars. Plates and names are invented."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from laixi_transport.domain.time import BEIJING_OFFSET_S, DAY_S
from laixi_transport.domain.vehicle import PlateColour, VehicleClass
from laixi_transport.services.simulation.network import LonLat, Network, Way
from laixi_transport.services.simulation.schedule import Driver, Schedule, bus_schedule, bus_stops, errands
from laixi_transport.services.simulation.vehicle import Plan, SimulatedVehicle

FIRST_PHONE = 139_000_000_01 * 10  # twelve digits, so that no real number can be meant
HISTORY_VEHICLES = 12
ORIGIN_STEP_S = 3600
"""Vehicles without a history begin at a whole multiple of this: a start soon after finds the same drive."""
SILENT_EACH = 29  # every so many vehicles has fallen silent some time ago
PARKED_EACH = 12  # every so many stands parked, buses apart
PARKED_INTERVAL_S = 30.0
LIVE_HURRY, EXAMPLE_HURRY = 0.8, 0.2
"""Share of runs in a hurry. Of those with a history one driver only ever is, on a line out of town, where one can: at
whatever hour somebody looks there are alerts of the hours before, and not so many that they hide the new ones."""

LINES = {
    "101路": ("Laixi", "Jiangshan"),
    "102路": ("Laixi", "Hetoudian"),
    "103路": ("Laixi", "Rizhuang", "Nanshu"),
    "104路": ("Laixi", "Yuanshang"),
    "105路": ("Laixi", "Xiagezhuang", "Dianbu"),
    "106路": ("Laixi", "Malianzhuang"),
    "201路": ("Yuanshang", "Nanshu"),
    "202路": ("Jiangshan", "Xiagezhuang", "Dianbu", "Yuanshang"),
}
"""Line -> the towns that it joins; two more run round the city's street grid."""
CITY_LINES = ("1路", "2路")

BUS, COACH, TRUCK, HAZMAT, TRAINING, TAXI = (
    VehicleClass.CITY_BUS,
    VehicleClass.COACH,
    VehicleClass.TRUCK,
    VehicleClass.HAZMAT,
    VehicleClass.COACH_CAR,
    VehicleClass.TAXI,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of vehicle in the mix."""

    vehicle_class: VehicleClass
    share: int
    organisation: str
    colour: PlateColour
    letter: str  # at the end of the plate, which no real plate has so
    limit_kmh: float
    hurried_each: int  # every so many drives too fast, 0: none
    intervals_s: tuple[float, ...]


MIX = (
    Kind(BUS, 66, "示范公交公司", PlateColour.YELLOW, "D", 60, 9, (1, 2, 3, 5)),
    Kind(TRUCK, 16, "示范货运公司", PlateColour.YELLOW, "H", 60, 3, (5, 10)),
    Kind(HAZMAT, 8, "示范危运公司", PlateColour.YELLOW, "W", 60, 4, (5,)),
    Kind(COACH, 8, "示范客运公司", PlateColour.YELLOW, "K", 80, 0, (5, 10)),
    Kind(TRAINING, 10, "示范驾校", PlateColour.BLUE, "X", 50, 0, (5,)),
    Kind(TAXI, 12, "示范出租公司", PlateColour.BLUE, "T", 60, 6, (5, 10)),
)


class County:
    """The vehicles of a fleet, each made when it is asked for.

    begin_s             Unix seconds at which the fleet starts
    history_begin_s     from which on vehicles with a history drive
    """

    def __init__(self, network: Network, *, vehicles: int, seed: int, begin_s: float, history_begin_s: float) -> None:
        self._network = network
        self._seed = seed
        self._origin_s = math.floor(begin_s / ORIGIN_STEP_S) * ORIGIN_STEP_S
        self._history_origin_s = midnight(history_begin_s)
        self._lines: dict[str, tuple[Way, list[float]]] = {}
        self._bus_numbers: dict[str, list[int]] = {}
        self._streets = network.around(network.towns["Laixi"], 2600, "street")
        self._motorway_end = network.nearest((119.9, 36.3), "motorway")  # the end away from the county
        self._schedules = self._kinds_of_day()
        self.plans = self._plans(vehicles)
        self._example = next((p.number for p in self.plans if p.has_history and p.line in LINES), None)

    def vehicle(self, plan: Plan) -> SimulatedVehicle:
        """Return the vehicle of a plan."""
        dice = random.Random(f"{self._seed}:driver:{plan.number}")
        kind = next(k for k in MIX if k.vehicle_class is plan.vehicle_class)
        if plan.interval_s == PARKED_INTERVAL_S:
            return SimulatedVehicle(plan, None, dice.choice(self._streets), self._seed)
        hurry = 0.0
        if plan.has_history:
            hurry = EXAMPLE_HURRY if plan.number == self._example else 0.0
        elif kind.hurried_each and plan.number % kind.hurried_each == 0:
            hurry = LIVE_HURRY
        driver = Driver(
            kind.limit_kmh, dice.uniform(0.9, 1.03), hurry, dice.uniform(0.75, 1.1), dice.uniform(0.85, 1.2)
        )
        schedule = self._schedules[plan.vehicle_class](plan, driver)
        return SimulatedVehicle(plan, schedule, None, self._seed)

    def _plans(self, count: int) -> list[Plan]:
        dice = random.Random(f"{self._seed}:county")
        names = [*CITY_LINES, *LINES]
        plans: list[Plan] = []
        history = 0
        for number, kind in enumerate(_mixed(count)):
            line = names[sum(map(len, self._bus_numbers.values())) % len(names)] if kind.vehicle_class is BUS else ""
            if line:
                self._bus_numbers.setdefault(line, []).append(number)
            plan = Plan(
                number=number,
                phone=str(FIRST_PHONE + number),
                plate=f"鲁B{number + 1:05d}{kind.letter}",
                plate_colour=kind.colour,
                vehicle_class=kind.vehicle_class,
                organisation=kind.organisation,
                line=line,
                speed_limit_kmh=kind.limit_kmh,
                version=2013 if dice.random() < 0.4 else 2019,
                interval_s=dice.choice(kind.intervals_s),
                fleet_phase_s=dice.random(),
            )
            if number % SILENT_EACH == SILENT_EACH - 1:
                plan = replace(plan, silent_after_s=dice.uniform(900, 9000), has_history=True)
            elif number % PARKED_EACH == PARKED_EACH - 1 and not line:
                plan = replace(plan, interval_s=PARKED_INTERVAL_S)
            elif line and history < HISTORY_VEHICLES:
                history += 1
                plan = replace(plan, has_history=True)
            plans.append(plan)
        return plans

    def _kinds_of_day(self) -> dict[VehicleClass, Callable[[Plan, Driver], Schedule]]:
        towns = self._network.towns
        return {
            BUS: self._bus,
            COACH: self._errand([*(towns[t] for t in ("Laixi", "Laiyang", "Nanshu", "Jiangshan"))], (600, 2400)),
            TRUCK: self._errand([*towns.values(), self._motorway_end], (400, 1500)),
            HAZMAT: self._errand([self._motorway_end, towns["Jiangshan"], towns["Yuanshang"]], (500, 1500)),
            TRAINING: self._errand(self._streets[::3], (20, 240)),
            TAXI: self._errand(self._streets, (30, 400)),
        }

    def _errand(self, places: list[LonLat], pause_s: tuple[float, float]) -> Callable[[Plan, Driver], Schedule]:
        vertices = [self._network.nearest(place) for place in places]
        return lambda plan, driver: errands(
            f"{self._seed}:{plan.number}", self._origin_of(plan), self._network, vertices, driver, pause_s
        )

    def _bus(self, plan: Plan, driver: Driver) -> Schedule:
        way, stops = self._line(plan.line)
        mates = self._bus_numbers[plan.line]
        share = (mates.index(plan.number) + 0.5) / len(mates)
        return bus_schedule(f"{self._seed}:{plan.number}", self._origin_of(plan), way, stops, driver, share)

    def _line(self, name: str) -> tuple[Way, list[float]]:
        if name not in self._lines:
            dice = random.Random(f"{self._seed}:{name}")
            if name in CITY_LINES:
                grid = self._streets
                corners = [grid[0], grid[len(grid) // 2], grid[-1]] if name == "1路" else dice.sample(grid, 5)
                way = self._network.way(*corners)
            else:
                way = self._network.way(*(self._network.nearest(self._network.towns[t]) for t in LINES[name]))
            self._lines[name] = way, bus_stops(way, 520 if name in CITY_LINES else 950, dice)
        return self._lines[name]

    def _origin_of(self, plan: Plan) -> float:
        if plan.silent_after_s is not None:
            return self._origin_s - 3 * ORIGIN_STEP_S
        return self._history_origin_s if plan.has_history else self._origin_s


def midnight(time_s: float) -> float:
    """Return when the day in GMT+8 began."""
    return (time_s + BEIJING_OFFSET_S) // DAY_S * DAY_S - BEIJING_OFFSET_S


def _mixed(count: int) -> list[Kind]:
    """Return so many kinds in the shares of the mix, spread evenly."""
    total = sum(kind.share for kind in MIX)
    given = dict.fromkeys(MIX, 0)
    mixed = []
    for number in range(1, count + 1):
        kind = max(MIX, key=lambda k: k.share * number / total - given[k])
        given[kind] += 1
        mixed.append(kind)
    return mixed

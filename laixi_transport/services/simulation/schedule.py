"""What vehicles do all day: buses go to and fro on their line, others have errands, some are parked.

A schedule is a pure function of its seed: the run that holds a moment is the same whenever it is asked for, so that
the history of a day and the live fleet are one and the same drive.
"""

import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from laixi_transport.services.simulation.motion import KMH_PER_MPS, Moment, Run, drive
from laixi_transport.services.simulation.network import LonLat, Network, Way

TRAFFIC_M = 350.0  # over such a length traffic keeps one speed
HURRY = 1.32  # times as fast as usual, whatever the limit


@dataclass(frozen=True, slots=True)
class Driver:
    """How somebody drives; ``limit_kmh`` is obeyed unless in a hurry."""

    limit_kmh: float
    pace: float  # of what the traffic does, 1 = with it
    hurry: float = 0.0  # share of the runs that are driven in a hurry
    speeding_up: float = 0.9  # m/s²
    slowing_down: float = 1.0

    def top_mps(self, cruise_kmh: float, dice: random.Random, *, hurried: bool) -> float:
        """Return the speed held over a stretch."""
        wanted = cruise_kmh * self.pace * max(0.7, min(1.08, dice.gauss(0.97, 0.06)))
        return (wanted * HURRY if hurried else min(wanted, self.limit_kmh - 1.5)) / KMH_PER_MPS


class Schedule:
    """Runs one after the other from an origin on; made as far as they are asked for."""

    def __init__(self, origin_s: float, seed: str, next_run: Callable[[int, float, random.Random], Run]) -> None:
        self.origin_s = origin_s
        self._seed = seed
        self._next_run = next_run
        self._runs: list[Run] = []
        self._begins: list[float] = []
        self._driven_m = [0.0]

    def at(self, time_s: float) -> tuple[Run, Moment, float]:
        """Return the run under way or just ended, what it is doing, and the metres driven since the origin."""
        while not self._runs or self._runs[-1].end_s <= time_s:
            number = len(self._runs)
            free_s = self._runs[-1].end_s if self._runs else self.origin_s
            run = self._next_run(number, free_s, random.Random(f"{self._seed}:{number}"))
            self._runs.append(run)
            self._begins.append(run.begin_s)
            self._driven_m.append(self._driven_m[-1] + run.way.length_m)
        k = max(bisect_right(self._begins, time_s) - 1, 0)
        moment = self._runs[k].moment(time_s)
        return self._runs[k], moment, self._driven_m[k] + moment.along_m


def limits_along(way: Way, driver: Driver, dice: random.Random) -> list[tuple[float, float]]:
    """Return the speeds that traffic and driver choose along a way."""
    hurried = dice.random() < driver.hurry
    metres = [TRAFFIC_M * k for k in range(int(way.length_m / TRAFFIC_M) + 1)]
    return [(metre, driver.top_mps(way.cruise_at(metre + 1.0), dice, hurried=hurried)) for metre in metres]


def bus_stops(way: Way, apart_m: float, dice: random.Random) -> list[float]:
    """Return where a line stops between its ends, metres from the start."""
    stops = []
    at = apart_m * dice.uniform(0.7, 1.2)
    while at < way.length_m - 300:
        stops.append(at)
        at += apart_m * dice.uniform(0.7, 1.5)
    return stops


def bus_schedule(
    seed: str, origin_s: float, way: Way, stops: Sequence[float], driver: Driver, start_share: float
) -> Schedule:
    """Return the day of a bus: to and fro, dwelling at most of the stops, with a layover at both ends.

    start_share     how far into its round trip the bus is at the origin, 0 to 1
    """
    ways = (way, way.reversed())
    stops_of = (tuple(stops), tuple(way.length_m - at for at in reversed(stops)))
    round_s = 2 * (way.length_m / 9.5 + 25 * len(stops) + 330)

    def next_run(number: int, free_s: float, dice: random.Random) -> Run:
        there = ways[number % 2]
        waits = {at: dice.uniform(9, 34) for at in stops_of[number % 2] if dice.random() < 0.8}
        waits |= red_lights(there, dice, 0.12)
        return drive(
            there,
            free_s + (0 if number == 0 else dice.uniform(180, 480)),
            limits_mps=limits_along(there, driver, dice),
            waits=waits,
            speeding_up=driver.speeding_up,
            slowing_down=driver.slowing_down,
        )

    return Schedule(origin_s - start_share * round_s, seed, next_run)


def errands(
    seed: str,
    origin_s: float,
    network: Network,
    places: Sequence[LonLat],
    driver: Driver,
    pause_s: tuple[float, float],
) -> Schedule:
    """Return the day of a vehicle that drives from one place to another and stands there for a while."""
    order = random.Random(seed)
    route = [order.randrange(len(places))]

    def place_of(number: int) -> LonLat:
        while len(route) <= number:
            route.append((route[-1] + order.randrange(1, len(places))) % len(places))
        return places[route[number]]

    def next_run(number: int, free_s: float, dice: random.Random) -> Run:
        way = network.way(place_of(number), place_of(number + 1))
        return drive(
            way,
            free_s + (0 if number == 0 else dice.uniform(*pause_s)),
            limits_mps=limits_along(way, driver, dice),
            waits=red_lights(way, dice, 0.2),
            speeding_up=driver.speeding_up,
            slowing_down=driver.slowing_down,
        )

    return Schedule(origin_s - order.uniform(0, 2400), seed, next_run)


def red_lights(way: Way, dice: random.Random, chance: float) -> dict[float, float]:
    """Return where on streets one has to wait at a junction, and for how long."""
    return {
        along: dice.uniform(5, 38)
        for along, cruise in zip(way.along_m[1:-1], way.cruise_kmh[:-1], strict=True)
        if cruise < 40 and dice.random() < chance
    }

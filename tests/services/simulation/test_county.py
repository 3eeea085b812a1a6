"""The county's vehicles: invented, plausible, the same for the same seed."""

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from laixi_transport.analytics.overspeed import overspeed
from laixi_transport.domain.position import CONTENT, PositionReport, StatusBit
from laixi_transport.domain.vehicle import VehicleClass
from laixi_transport.services.simulation.county import HISTORY_VEHICLES, PARKED_INTERVAL_S
from laixi_transport.services.simulation.fleet import Fleet, history_begin
from laixi_transport.services.simulation.network import distance_m

BEGIN_S = 1_741_057_200  # 2025-03-04 11:00 in GMT+8


def county(begin_s: float = BEGIN_S, vehicles: int = 120, seed: int = 1) -> Fleet:
    return Fleet(vehicles=vehicles, seed=seed, begin_s=begin_s)


def reports_of(fleet: Fleet, number: int, seconds: int, step: int = 1) -> list[PositionReport]:
    vehicle = fleet._county.vehicle(fleet.plans[number])
    return [vehicle.report(t) for t in range(int(fleet.begin_s), int(fleet.begin_s) + seconds, step)]


def every_other_at_night(values: Iterable[int]) -> list[Any]:
    """Return the values to be tried, every second of them in long runs only."""
    return [pytest.param(value, marks=[pytest.mark.nightly] if i % 2 else []) for i, value in enumerate(values)]


def test_identities_are_unique_and_cannot_be_real() -> None:
    plans = county(vehicles=1000).plans
    assert len({p.phone for p in plans}) == len({p.plate for p in plans}) == 1000
    assert all(len(p.phone) == 12 for p in plans), "a mobile number has eleven digits"
    assert all(re.fullmatch(r"鲁B0\d{4}[DHWKXT]", p.plate) for p in plans)
    assert all("示范" in p.organisation for p in plans)


def test_the_mix_is_that_of_a_county() -> None:
    plans = county().plans
    classes = Counter(plan.vehicle_class for plan in plans)
    assert classes[VehicleClass.CITY_BUS] >= 60
    assert min(classes[c] for c in (VehicleClass.TRUCK, VehicleClass.HAZMAT, VehicleClass.COACH_CAR)) >= 5
    assert len({p.line for p in plans if p.line}) == 10
    assert sum(p.has_history and p.silent_after_s is None for p in plans) == HISTORY_VEHICLES
    assert any(p.silent_after_s for p in plans)
    assert any(p.interval_s == PARKED_INTERVAL_S for p in plans)
    assert {p.version for p in plans} == {2013, 2019}


def test_the_same_seed_drives_the_same_and_another_differently() -> None:
    one, same, other = (reports_of(county(seed=seed), 7, 120) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_a_later_start_finds_the_vehicle_with_a_history_where_it_would_have_been() -> None:
    plan = next(p for p in county().plans if p.has_history and p.silent_after_s is None)
    early = county()._county.vehicle(plan).report(BEGIN_S + 3600)
    late = county(BEGIN_S + 3600)._county.vehicle(plan).report(BEGIN_S + 3600)
    assert early[CONTENT] == late[CONTENT]


@pytest.mark.parametrize("number", [1, 2, 3, 5, 8, 30, 77])
def test_nothing_moves_faster_than_its_speed_says(number: int) -> None:
    track = reports_of(county(), number, 1800)
    for a, b in itertools.pairwise(track):
        gone_m = distance_m((a.lon_e6 / 1e6, a.lat_e6 / 1e6), (b.lon_e6 / 1e6, b.lat_e6 / 1e6))
        assert gone_m <= max(a.speed_dkmh, b.speed_dkmh) / 36 + 6, "what the receiver's noise adds"
        assert b.mileage_hm is not None
        assert a.mileage_hm is not None
        assert 0 <= b.mileage_hm - a.mileage_hm <= 1
        assert 0 <= b.direction_deg < 360
        assert b.status_bits & (StatusBit.SOUTH | StatusBit.WEST) == 0


def test_buses_stand_at_stops_with_doors_open_and_drive_between() -> None:
    fleet = county()
    number = next(p.number for p in fleet.plans if p.line == "101路")
    track = reports_of(fleet, number, 5400, 5)
    standing = [r for r in track if r.speed_dkmh == 0]
    assert 0.1 < len(standing) / len(track) < 0.7
    assert any(r.status_bits & 1 << 13 for r in standing)
    assert not any(r.status_bits & 1 << 13 for r in track if r.speed_dkmh > 50)


@pytest.mark.parametrize("minutes", every_other_at_night(range(0, 60, 6)))
def test_whenever_the_demo_starts_somebody_speeds_within_the_first_minute(minutes: int) -> None:
    fleet = county(BEGIN_S + minutes * 60 + 7)
    moving = found = 0
    for plan in fleet.plans:
        if plan.silent_after_s is not None:
            continue
        vehicle = fleet._county.vehicle(plan)
        first = int(fleet.begin_s)
        track = [vehicle.report(t) for t in range(first, first + 60, int(plan.interval_s))]
        moving += any(r.speed_dkmh > 0 for r in track)
        time_s = np.array([r.time_s for r in track])
        found += bool(overspeed(time_s, np.array([r.speed_dkmh / 10 for r in track]), plan.speed_limit_kmh))
    assert found >= 1
    assert moving >= 60


@pytest.mark.parametrize("hour", every_other_at_night(range(0, 24, 3)))
def test_whenever_the_demo_starts_somebody_has_sped_in_the_hours_before_and_only_one(hour: int) -> None:
    fleet = county(BEGIN_S + hour * 3600 + 10)
    found = {}
    for plan in fleet.plans:
        if plan.has_history and plan.line:
            track = fleet.history(plan)
            time_s, kmh = (np.array(v) for v in zip(*((r.time_s, r.speed_dkmh / 10) for r in track), strict=True))
            found[plan.plate] = len(overspeed(time_s, kmh, plan.speed_limit_kmh))
    many = [n for n in found.values() if n]
    assert len(many) == 1
    assert 5 <= many[0] <= 80


@pytest.mark.parametrize("clock", ["00:00:00", "00:00:30", "02:00:00", "05:00:00", "12:00:00", "23:57:00", "23:59:59"])
def test_there_is_a_day_to_play_back_at_any_hour(clock: str) -> None:
    hours, minutes, seconds = map(int, clock.split(":"))
    midnight = BEGIN_S - 11 * 3600
    fleet = county(midnight + hours * 3600 + minutes * 60 + seconds)
    plan = next(p for p in fleet.plans if p.has_history and p.silent_after_s is None)
    history = fleet.history(plan)
    assert 4 * 3600 - 20 <= history[-1].time_s - history[0].time_s <= 14 * 3600
    assert history[0].time_s >= history_begin(fleet.begin_s)
    assert history[-1].time_s < fleet.begin_s
    assert all(b.time_s - a.time_s == 10 for a, b in itertools.pairwise(history))


def test_silent_vehicles_have_a_last_stretch_and_nothing_newer() -> None:
    fleet = county()
    plan = next(p for p in fleet.plans if p.silent_after_s is not None)
    history = fleet.history(plan)
    assert history[-1].time_s <= fleet.begin_s - 900
    assert len(history) > 100

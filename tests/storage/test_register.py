from concurrent.futures import ThreadPoolExecutor

import pytest

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.vehicle import OrganisationKind, PlateColour, Vehicle, VehicleClass


def test_a_terminal_without_a_plate_brings_an_unnamed_vehicle(store):
    terminal = store.register.enter_terminal("013900000001", auth_code="abc", protocol="2019")
    assert store.register.terminal_by_phone("13900000001") == terminal
    assert store.register.terminal_by_phone("0000013900000001") == terminal
    (vehicle,) = store.register.vehicles()
    assert (vehicle.id, vehicle.plate, vehicle.name) == (terminal.vehicle_id, "", "13900000001")
    assert store.register.terminals() == (terminal,)


def test_an_unknown_terminal_is_none(store):
    assert store.register.terminal_by_phone("13900000001") is None
    assert store.register.vehicle(1) is None


def test_entering_again_adds_what_is_new_and_keeps_the_rest(store):
    store.register.enter_terminal(
        "13900000001", plate="鲁B00042D", plate_colour=PlateColour.GREEN, vehicle_class=VehicleClass.CITY_BUS,
        organisation="公交公司", line="101", speed_limit_kmh=60.0, auth_code="abc",
    )  # fmt: skip
    again = store.register.enter_terminal("13900000001", maker="70111", protocol="2013")
    assert (again.auth_code, again.maker, again.protocol) == ("abc", "70111", "2013")
    (vehicle,) = store.register.vehicles()
    assert vehicle == Vehicle(
        vehicle.id, "鲁B00042D", PlateColour.GREEN, VehicleClass.CITY_BUS, "公交公司", "101", 60.0, "13900000001"
    )
    assert [o.name for o in store.register.organisations()] == ["公交公司"]


def test_an_unnamed_vehicle_takes_the_plate_that_its_terminal_tells(store):
    first = store.register.enter_terminal("13900000001")
    named = store.register.enter_terminal("13900000001", plate="鲁B00042D")
    assert named.vehicle_id == first.vehicle_id
    assert [v.plate for v in store.register.vehicles()] == ["鲁B00042D"]


def test_a_terminal_moves_to_the_vehicle_of_another_plate(store):
    first = store.register.enter_terminal("13900000001", plate="鲁B00042D")
    moved = store.register.enter_terminal("13900000001", plate="鲁B00043D")
    assert moved.id == first.id
    assert moved.vehicle_id != first.vehicle_id
    phones = {v.plate: v.phone for v in store.register.vehicles()}
    assert phones == {"鲁B00042D": "", "鲁B00043D": "13900000001"}


def test_one_vehicle_may_carry_two_terminals(store):
    first = store.register.enter_terminal("13900000001", plate="鲁B00042D")
    second = store.register.enter_terminal("13900000002", plate="鲁B00042D")
    assert second.vehicle_id == first.vehicle_id
    assert len(store.register.terminals()) == 2


def test_a_plate_may_change_and_its_history_stays(store):
    terminal = store.register.enter_terminal("13900000001", plate="鲁B00042D")
    vehicle = store.register.vehicle(terminal.vehicle_id)
    changed = Vehicle(
        vehicle.id, "鲁B00099D", PlateColour.YELLOW, VehicleClass.COACH, "客运公司", "", None, vehicle.phone
    )
    assert store.register.save_vehicle(changed) == changed
    assert store.register.vehicle(vehicle.id) == changed
    history = store._database.fetch("SELECT plate, until IS NULL FROM vehicle_plate ORDER BY id")
    assert [(plate, bool(now)) for plate, now in history] == [("鲁B00042D", False), ("鲁B00099D", True)]


def test_two_vehicles_may_not_carry_one_plate(store):
    store.register.enter_terminal("13900000001", plate="鲁B00042D", plate_colour=PlateColour.BLUE)
    new = Vehicle(0, "鲁B00042D", PlateColour.BLUE, VehicleClass.TRUCK, "", "", None)
    with pytest.raises(Problem, match="Another vehicle already carries the plate 鲁B00042D"):
        store.register.save_vehicle(new)
    yellow = store.register.save_vehicle(Vehicle(0, "鲁B00042D", PlateColour.YELLOW, VehicleClass.TRUCK, "", "", None))
    assert yellow.id
    assert len(store.register.vehicles()) == 2


def test_unnamed_vehicles_do_not_collide(store):
    with ThreadPoolExecutor(8) as pool:
        entered = list(pool.map(store.register.enter_terminal, [f"139000000{i:02}" for i in range(40)] * 2))
    assert len({t.id for t in entered}) == len({t.vehicle_id for t in entered}) == 40


def test_a_vehicle_that_is_not_there_cannot_be_saved(store):
    with pytest.raises(ValueError, match="no vehicle 77"):
        store.register.save_vehicle(Vehicle(77, "鲁B00042D", PlateColour.BLUE, VehicleClass.TRUCK, "", "", None))


def test_an_organisation_keeps_its_name_once(store):
    first = store.register.save_organisation("驾校", OrganisationKind.OPERATOR)
    second = store.register.save_organisation("驾校", OrganisationKind.TRAINING_SCHOOL)
    assert first.id == second.id
    assert store.register.organisations() == (second,)


def test_what_a_terminal_says_too_long_is_cut(store):
    terminal = store.register.enter_terminal("13900000001", plate="鲁" * 900, maker="m" * 900, model="x" * 900)
    assert store.register.terminal_by_phone("13900000001") == terminal
    assert len(terminal.maker) == 32
    assert store.register.vehicles()[0].plate == "鲁" * 32
    assert store.register.enter_terminal("13900000001", plate="鲁" * 900).vehicle_id == terminal.vehicle_id


def test_a_code_is_given_once_and_never_replaced(store, terminal):
    assert store.register.giving_code(terminal.id, "first").result(20).auth_code == "first"
    assert store.register.giving_code(terminal.id, "second").result(20).auth_code == "first"
    assert store.register.terminal_by_phone(terminal.phone).auth_code == "first"
    with pytest.raises(LookupError):
        store.register.giving_code(terminal.id + 1, "nobody's").result(20)

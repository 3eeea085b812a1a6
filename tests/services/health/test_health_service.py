import shutil
from collections import namedtuple

import pytest

from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.problem import Problem
from laixi_transport.services.health.service import HealthService
from laixi_transport.services.live.service import LiveService

T0 = 1_780_000_000
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - what shutil gives
GIB = 2**30


class Clock:
    def __init__(self):
        self.now_s = float(T0)

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(store):
    return LiveService(store)


@pytest.fixture
def health(store, live, clock):
    return HealthService(store, live, gateway="127.0.0.1:7611", now=clock)


def state(vehicle_id, received_s):
    return VehicleState(vehicle_id, T0, received_s, T0, 36.8, 120.5, 0.0, 0, 0, 0, None, None)


def test_all_is_well(health):
    status = health.status()
    assert (status.database, status.database_problem, status.database_message) == ("ok", None, "")
    assert status.gateway == "127.0.0.1:7611"
    assert (status.terminals_online, status.terminals_known, status.reports_per_s) == (0, 0, 0.0)


def test_online_is_who_was_heard_within_five_minutes(health, live, new_bus, store, clock):
    for _ in range(3):
        new_bus()
    live._vehicles = {vehicle.id: vehicle for vehicle in store.register.vehicles()}
    live._states = {1: state(1, T0 - 300), 2: state(2, T0 - 301)}
    status = health.status()
    assert (status.terminals_online, status.terminals_known) == (1, 3)
    clock.now_s += 1
    assert health.status().terminals_online == 0


def test_reports_a_second_are_a_mean_over_ten_seconds(health, bus, clock):
    health.status()
    bus.drives(*[40] * 50)
    clock.now_s += 5
    assert health.status().reports_per_s == 10
    clock.now_s += 5
    assert health.status().reports_per_s == 5
    clock.now_s += 10
    assert health.status().reports_per_s == 0


def test_a_clock_set_back_starts_the_mean_anew(health, bus, clock):
    health.status()
    bus.drives(40, 40)
    clock.now_s -= 3600
    assert health.status().reports_per_s == 0
    bus.drives(40, 40, begin_s=100)
    clock.now_s += 1
    assert health.status().reports_per_s == 2


@pytest.mark.parametrize(
    ("free", "total", "level"),
    [
        (50 * GIB, 100 * GIB, "ok"),
        (4 * GIB, 100 * GIB, "warning"),
        (6 * GIB, 100 * GIB, "ok"),  # a small share of a large disk is still weeks
        (4 * GIB, 8 * GIB, "ok"),
        (GIB - 1, 2 * GIB, "alarm"),
    ],
)
def test_the_disk_warns_before_it_is_full(monkeypatch, sqlite_store, clock, free, total, level):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(total, total - free, free))
    status = HealthService(sqlite_store, LiveService(sqlite_store), gateway=None, now=clock).status()
    assert (status.disk_free_bytes, status.disk_free_share, status.level) == (free, free / total, level)
    assert status.gateway is None


def test_a_server_has_no_disk_of_ours_and_a_file_has(health, store):
    status = health.status()
    assert (status.disk_free_bytes is None) == (store.path is None)


def test_a_writer_that_waits_is_an_alarm_with_its_reason(health, store, monkeypatch):
    from dataclasses import replace

    reason = Problem("The disk with {path} is full.", path="x")
    waiting = replace(store.writer.health, state="waiting", problem=reason)
    monkeypatch.setattr(store.writer, "_health", waiting)
    status = health.status()
    assert (status.database, status.database_problem, status.level) == ("waiting", reason, "alarm")
    assert status.database_message == "The disk with x is full."


def test_a_database_that_cannot_be_read_is_lost(health, store, monkeypatch):
    def broken():
        raise OSError("connection refused\nsecond line")

    monkeypatch.setattr(store.feed, "newest", broken)
    status = health.status()
    assert (status.database, status.level, status.reports_per_s) == ("lost", "alarm", 0.0)
    assert "connection refused" in status.database_message
    assert "second" not in status.database_message

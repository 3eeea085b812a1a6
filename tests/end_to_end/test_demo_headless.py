"""The demonstration from the command line, and as the window holds it."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from laixi_transport.app.demo import DemoBackend, LoopThread
from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.vehicle import VehicleClass
from laixi_transport.services.simulation.faults import Faults
from laixi_transport.storage import open_store


def test_the_headless_demo_prints_one_object_whose_counts_add_up(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    command = [sys.executable, "-m", "laixi_transport", "demo", "--headless", "--seconds", "15", "--json"]
    done = subprocess.run(
        [*command, "--profile", str(profile)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert Path(counts["profile"]) == profile
    assert counts["vehicles"] == 120
    assert counts["received"] == counts["stored"] + counts["duplicates"] + counts["quarantined"]
    assert counts["reports_acknowledged"] == counts["reports_sent"]
    assert counts["stored"] <= counts["reports_sent"]
    assert counts["reports_sent"] <= counts["received"] <= counts["reports_sent"] + counts["reports_resent"]
    assert counts["frames_sent"] >= counts["acknowledged"] > 500
    assert counts["duplicates"] > 0
    assert counts["alerts"] > 0
    with open_store(f"sqlite:///{profile / 'laixi.db'}", read_only=True) as store:
        stats = store.stats()
        assert (stats.received, stats.stored) == (counts["received"], counts["stored"])
        vehicles = store.register.vehicles()
        assert len(vehicles) == 120
        assert all(v.plate.startswith("鲁B00") and v.speed_limit_kmh and v.organisation for v in vehicles)
        assert {v.vehicle_class for v in vehicles} >= {VehicleClass.CITY_BUS, VehicleClass.HAZMAT, VehicleClass.TRUCK}
        first_s, last_s = store.tracks.first_and_last()
        assert last_s - first_s >= 4 * 3600, "there is a day to play back"
        counted = store.tracks.active(first_s, last_s + 1)
        assert sum(n > 1000 for n in counted.values()) >= 12


def test_the_backend_starts_and_stops_and_leaves_no_thread(tmp_path: Path) -> None:
    backend = DemoBackend(tmp_path, vehicles=12, faults=Faults())
    services = backend.start()
    try:
        arrived = threading.Event()
        end = services.live.subscribe(lambda states: arrived.set() if states else None, lambda: None)
        assert arrived.wait(20)
        end()
        vehicles, states = services.live.fleet()
        assert len(vehicles) == 12
        by_id = {vehicle.id: vehicle for vehicle in vehicles}
        motions = {services.live.motion(s, by_id[s.vehicle_id], s.time_s + 1.0) for s in states}
        assert motions <= set(MotionState)
    finally:
        backend.stop()
    with open_store(backend.database) as store:  # writable again: the lock is free
        assert store.stats().stored > 0


def test_a_second_start_in_the_same_profile_goes_on_with_the_same_vehicles(tmp_path: Path) -> None:
    for _ in range(2):
        backend = DemoBackend(tmp_path, vehicles=5, faults=Faults())
        backend.start()
        backend.stop()
    with open_store(backend.database, read_only=True) as store:
        assert len(store.register.vehicles()) == 5


def test_a_profile_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Problem, match="cannot be made"):
        DemoBackend(tmp_path / "file" / "profile").start()


def test_a_loop_thread_ends_with_work_under_way() -> None:
    import asyncio

    thread = LoopThread("test")
    work = thread.start(asyncio.Event().wait())
    thread.close()
    assert work.cancelled()

"""The demonstration from the command line, and as the window holds it."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from laixi_transport.app.demo import DemoBackend, LoopThread
from laixi_transport.domain.cascade import RequestState, UpperRequest
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
    assert counts["confirmed_above"] == counts["stored"], "all that is stored has arrived at the platform above"
    assert counts["counted_above"] == counts["stored"]
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


def test_the_platform_above_asks_and_orders_and_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_S", "SUPERVISE_AFTER_S"):
        monkeypatch.setattr(f"laixi_transport.app.demo_upper.{name}", 0.2)
    # A day that was reported less often is stored sooner, and still somebody has sped in it.
    monkeypatch.setattr("laixi_transport.services.simulation.fleet.HISTORY_EVERY_S", 30)
    backend = DemoBackend(tmp_path, vehicles=40, faults=Faults())
    services = backend.start()
    try:
        came, sent = threading.Event(), threading.Event()

        def hear(requests: list[UpperRequest]) -> None:
            cascade = services.cascade
            if cascade.open_questions() and cascade.open_supervisions():
                came.set()
            if any(request.state is RequestState.SENT for request in requests):
                sent.set()

        end = services.cascade.subscribe(hear)
        hear([])
        assert came.wait(60)
        [question] = services.cascade.open_questions()
        [order] = services.cascade.open_supervisions()
        assert question.text.endswith("。")
        assert order.plate.startswith("鲁B00")
        assert order.alarm_kind == 1
        services.cascade.answer(question.id, "在岗，一切正常。", "王海").result(20)
        assert sent.wait(20)
        end()
    finally:
        backend.stop()


def test_a_second_start_in_the_same_profile_goes_on_with_the_same_vehicles(tmp_path: Path) -> None:
    for _ in range(2):
        backend = DemoBackend(tmp_path, vehicles=5, faults=Faults())
        backend.start()
        backend.stop()
    with open_store(backend.database, read_only=True) as store:
        assert len(store.register.vehicles()) == 5
        assert len(store.cascade.links()) == 1


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

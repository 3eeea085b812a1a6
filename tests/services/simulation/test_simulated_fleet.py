"""The fleet over real sockets into both databases: what it counts is what is stored."""

import asyncio
import time

import pytest

from laixi_transport.domain.position import ReportFlag
from laixi_transport.domain.problem import Problem
from laixi_transport.services.ingest.gateway import Gateway
from laixi_transport.services.simulation.command import run_simulate
from laixi_transport.services.simulation.faults import Faults
from laixi_transport.services.simulation.fleet import Fleet, FleetCounts
from laixi_transport.storage import Store

BEGIN_S = 1_741_057_200  # 2025-03-04 11:00 in GMT+8: past on any machine


def driven(
    store: Store,
    fleet: Fleet,
    *,
    seconds: float,
    time_scale: float,
    with_history: bool = False,
    answer_timeout_s: float = 30.0,
) -> FleetCounts:
    """Let a fleet drive beside a gateway and return what it counted."""

    async def run() -> FleetCounts:
        gateway = Gateway(store, accept_unknown=True)
        await gateway.start()
        try:
            return await fleet.run(
                "127.0.0.1",
                gateway.port,
                seconds=seconds,
                time_scale=time_scale,
                with_history=with_history,
                answer_timeout_s=answer_timeout_s,
            )
        finally:
            await gateway.stop()

    return asyncio.run(run())


def test_without_faults_everything_is_stored_once(store: Store) -> None:
    fleet = Fleet(vehicles=20, seed=1, begin_s=BEGIN_S)
    counts = driven(store, fleet, seconds=3, time_scale=20)
    assert counts.acknowledged == counts.sent > 100
    assert counts.frames_acknowledged == counts.frames_sent
    assert counts.resent == counts.refused == 0
    stats = store.stats()
    assert (stats.stored, stats.duplicates, stats.quarantined) == (counts.sent, 0, 0)
    assert {v.plate for v in store.register.vehicles()} == {p.plate for p in fleet.plans}


def test_with_every_fault_the_counts_still_add_up(store: Store) -> None:
    faults = Faults(drop=0.05, duplicate=0.05, delay=0.05, corrupt=0.05, jump=0.05, blind_area=0.01)
    fleet = Fleet(vehicles=20, seed=1, begin_s=BEGIN_S, faults=faults)
    counts = driven(store, fleet, seconds=6, time_scale=20, answer_timeout_s=1.0)
    assert all(counts.faults.values()), "every fault has struck"
    assert counts.acknowledged == counts.sent
    assert counts.links_lost >= 1
    stats = store.stats()
    assert stats.received == stats.stored + stats.duplicates + stats.quarantined
    assert stats.quarantined == counts.faults["corrupt"]
    assert stats.stored == counts.sent - counts.faults["duplicate"]
    assert stats.received <= counts.sent + counts.resent
    vehicles = [vehicle.id for vehicle in store.register.vehicles()]
    assert sum(map(len, store.tracks.tracks(vehicles, 0, 1 << 40))) == stats.stored


def test_what_was_missed_out_of_reach_is_marked_as_blind_area(store: Store) -> None:
    counts = driven(
        store, Fleet(vehicles=10, seed=2, begin_s=BEGIN_S, faults=Faults(blind_area=0.02)), seconds=5, time_scale=30
    )
    assert counts.faults["blind_area"] > 0
    assert store.stats().stored == counts.sent
    flags = {report.flags for _, report in store.tracks.reports_after(0, 100_000)}
    assert {0, int(ReportFlag.BLIND_AREA)} <= flags


def test_the_history_goes_the_real_way_and_joins_the_live_reports(store: Store) -> None:
    fleet = Fleet(vehicles=3, seed=1, begin_s=BEGIN_S)
    counts = driven(store, fleet, seconds=2, time_scale=5, with_history=True)
    plan = next(p for p in fleet.plans if p.has_history)
    history = fleet.history(plan)
    assert counts.acknowledged == counts.sent >= len(history)
    vehicle = next(v for v in store.register.vehicles() if v.plate == plan.plate)
    track = store.tracks.track(vehicle.id, 0, 1 << 40)
    assert track.time_s[: len(history)].tolist() == [report.time_s for report in history]
    assert len(track) > len(history)
    assert track.time_s[-1] >= BEGIN_S


def test_nobody_there_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setattr("laixi_transport.services.simulation.command.FIRST_PATIENCE_S", 0.1)
    with pytest.raises(Problem, match="No gateway answers"):
        run_simulate(
            "127.0.0.1", unused_tcp_port, vehicles=3, seed=1, seconds=5, speed=1, faults={}, begin_s=time.time()
        )


def test_a_stopped_fleet_comes_to_its_end_at_once(sqlite_url: str) -> None:
    async def run(store: Store) -> FleetCounts:
        gateway = Gateway(store, accept_unknown=True)
        await gateway.start()
        fleet = Fleet(vehicles=5, seed=1, begin_s=BEGIN_S)
        driving = asyncio.create_task(fleet.run("127.0.0.1", gateway.port))
        try:
            async with asyncio.timeout(20):
                while fleet.counts.acknowledged < 5:  # noqa: ASYNC110 - counters have no event
                    await asyncio.sleep(0)
                fleet.stop()
                return await driving
        finally:
            await gateway.stop()

    with Store.open(sqlite_url) as store:
        counts = asyncio.run(run(store))
        assert counts.acknowledged == counts.sent == store.stats().stored


@pytest.fixture
def unused_tcp_port() -> int:
    """Return a port on which nobody listens."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Real tracks through the real socket into both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest

from laixi_transport.domain.problem import Problem
from laixi_transport.services.ingest.gateway import Gateway
from laixi_transport.services.replay.naming import phones_for
from laixi_transport.services.replay.point import TrackFile
from laixi_transport.services.replay.reading import read_track_file
from laixi_transport.services.replay.sending import ReplayReport, replay, report_of
from laixi_transport.storage import Store

TRACKS = Path(__file__).resolve().parents[1] / "data" / "tracks"
COLUMNS = {"time": "timestamp", "lat": "latitude", "lon": "longitude", "vehicle": "vehicle_id", "bearing": "bearing"}


@pytest.fixture(scope="module")
def liverpool() -> TrackFile:
    """Return the day of Liverpool's bus 14."""
    return read_track_file(TRACKS / "liverpool_bus14" / "route14_outbound.csv", COLUMNS)


def with_gateway(
    store: Store, act: Callable[[Gateway], Awaitable[ReplayReport]], *, accept_unknown: bool = True
) -> ReplayReport:
    """Let something happen beside a gateway that listens."""

    async def run() -> ReplayReport:
        gateway = Gateway(store, accept_unknown=accept_unknown)
        await gateway.start()
        try:
            return await act(gateway)
        finally:
            await gateway.stop()

    return asyncio.run(run())


def assert_stored_once(store: Store, file: TrackFile) -> None:
    """Check that the database holds every point of the file once, with what the file says."""
    terminals = {terminal.phone: terminal for terminal in store.register.terminals()}
    phones = phones_for(file.points)
    for vehicle, points in file.points.items():
        terminal = terminals[phones[vehicle]]
        sent = np.array(sorted((r.time_s, r.lat_e6, r.lon_e6, r.speed_dkmh) for r in map(report_of, points)))
        track = store.tracks.track(terminal.vehicle_id, int(sent[0, 0]), int(sent[-1, 0]) + 1)
        columns = (track.time_s, track.lat_deg * 1e6, track.lon_deg * 1e6, track.speed_kmh * 10)
        stored = np.array(sorted(zip(*(np.rint(c).astype(int).tolist() for c in columns), strict=True)))
        assert np.array_equal(stored, sent), vehicle
    assert {v.plate for v in store.register.vehicles()} == set(file.points)


@pytest.mark.parametrize("version", [2013, 2019])
def test_every_point_of_the_liverpool_day_is_stored(store: Store, liverpool: TrackFile, version: int) -> None:
    report = with_gateway(store, lambda g: replay(liverpool, "127.0.0.1", g.port, version=version))
    assert report.complete
    assert (report.vehicles, report.read, report.sent, report.acknowledged, report.resent) == (8, 1533, 1533, 1533, 0)
    stats = store.stats()
    assert (stats.received, stats.stored, stats.duplicates, stats.quarantined) == (1533, 1533, 0, 0)
    assert_stored_once(store, liverpool)


def test_a_second_replay_brings_only_duplicates(store: Store, liverpool: TrackFile) -> None:
    for _ in range(2):
        report = with_gateway(store, lambda g: replay(liverpool, "127.0.0.1", g.port))
        assert report.complete
    stats = store.stats()
    assert (stats.received, stats.stored, stats.duplicates, stats.quarantined) == (3066, 1533, 1533, 0)
    assert_stored_once(store, liverpool)


def test_a_gateway_that_restarts_in_the_middle_gets_the_rest(
    store: Store, liverpool: TrackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laixi_transport.services.replay.sending.PROGRESS_EVERY_S", 0.002)

    async def restart_in_the_middle(gateway: Gateway) -> ReplayReport:
        middle = asyncio.Event()

        def progress(acknowledged: int, total: int) -> None:
            if acknowledged > total // 4:
                middle.set()

        port = gateway.port
        sending = asyncio.create_task(replay(liverpool, "127.0.0.1", port, progress=progress))
        await middle.wait()
        await gateway.stop()
        second = Gateway(store, ("127.0.0.1", port))
        await second.start()
        try:
            return await sending
        finally:
            await second.stop()

    report = with_gateway(store, restart_in_the_middle)
    assert report.complete
    assert report.sent == report.acknowledged == 1533
    assert store.stats().stored == 1533
    assert_stored_once(store, liverpool)


def test_speed_paces_by_the_times_of_the_file(store: Store) -> None:
    file = TrackFile("CSV", rows=3)
    whole = read_track_file(TRACKS / "liverpool_bus14" / "route14_outbound.csv", COLUMNS)
    file.points["4716"] = whole.points["4716"][:3]
    lasted_s = file.points["4716"][-1].time_s - file.points["4716"][0].time_s
    report = with_gateway(store, lambda g: replay(file, "127.0.0.1", g.port, speed=100.0))
    assert report.complete
    assert lasted_s / 100 <= report.seconds < lasted_s / 100 + 2


def test_an_unknown_vehicle_is_refused_with_a_sentence_and_nothing_is_stored(
    store: Store, liverpool: TrackFile
) -> None:
    with pytest.raises(Problem, match=r"refuses terminal .* of vehicle .*--accept-unknown"):
        with_gateway(store, lambda g: replay(liverpool, "127.0.0.1", g.port), accept_unknown=False)
    assert store.stats().stored == 0
    assert store.register.vehicles() == ()


def test_progress_ends_with_everything(store: Store) -> None:
    seen: list[tuple[int, int]] = []
    file = read_track_file(TRACKS / "bullrunner" / "vehicle-positions.pb")
    report = with_gateway(
        store, lambda g: replay(file, "127.0.0.1", g.port, progress=lambda *counts: seen.append(counts))
    )
    assert report.complete
    assert seen[-1] == (10, 10)
    assert report.speeds_unknown == 10

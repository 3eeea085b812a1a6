"""The gateway dies without warning in the middle of a replay, again and again."""

import asyncio
import random
import signal
import socket
import sys
from pathlib import Path

import numpy as np
import pytest

from laixi_transport.app.cli import main
from laixi_transport.services.replay.naming import phones_for
from laixi_transport.services.replay.point import TrackFile
from laixi_transport.services.replay.reading import read_track_file
from laixi_transport.services.replay.sending import replay, report_of
from laixi_transport.storage import open_store
from tests.end_to_end.copied import CopiedProcess

KILLS = 20
LIVERPOOL = Path(__file__).resolve().parents[1] / "data" / "tracks" / "liverpool_bus14" / "route14_outbound.csv"
COLUMNS = {"time": "timestamp", "lat": "latitude", "lon": "longitude", "vehicle": "vehicle_id"}
DAY_S = 86400


class GatewayProcess:
    """`gateway` as an administrator starts it, on one port over and over."""

    def __init__(self, database: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._command = [
            "gateway", "--database", database, "--listen", f"127.0.0.1:{self.port}", "--accept-unknown",
        ]  # fmt: skip
        self.start()
        self.ready()

    def ready(self) -> None:
        """Wait until a gateway that was started listens."""
        if not self._ready:
            assert "listening" in self._process.stdout.readline()
            self._ready = True

    def start(self) -> None:
        self._ready = False
        self._process = CopiedProcess(main, self._command)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process.close()

    def stop(self) -> None:
        self.ready()  # where SIGINT is ignored at the start, as in a job of a shell, an earlier one would be lost
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        self._process.close()


def later(file: TrackFile, days: int) -> TrackFile:
    """Return the same drive on a later day."""
    moved = {
        vehicle: [point._replace(time_s=point.time_s + days * DAY_S) for point in points]
        for vehicle, points in file.points.items()
    }
    return TrackFile(file.kind, moved, file.rows)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_what_was_acknowledged_is_stored_exactly_once_however_the_gateway_dies(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("laixi_transport.services.replay.sending.PROGRESS_EVERY_S", 0.002)
    file = read_track_file(LIVERPOOL, COLUMNS)
    total = sum(map(len, file.points.values()))
    dice = random.Random(808)
    gateway = GatewayProcess(sqlite_url)
    killed_under_way = 0
    try:
        for day in range(KILLS):
            kill_at = dice.randrange(total - 300)
            killed = False

            def progress(acknowledged: int, _total: int, day: int = day, kill_at: int = kill_at) -> None:
                nonlocal killed, killed_under_way
                if killed or acknowledged < kill_at:
                    return
                killed = True
                killed_under_way += acknowledged < total
                gateway.kill()
                with open_store(sqlite_url, read_only=True) as store:
                    assert store.stats().stored >= day * total + acknowledged
                gateway.start()

            report = asyncio.run(replay(later(file, day), "127.0.0.1", gateway.port, progress=progress))
            assert killed
            assert report.complete, day
            assert report.sent == total
    finally:
        gateway.stop()
    assert killed_under_way >= KILLS * 0.8, "most of the kills have to hit a replay that is under way"

    with open_store(sqlite_url, read_only=True) as store:
        stats = store.stats()
        assert stats.stored == KILLS * total
        assert stats.received == stats.stored + stats.duplicates + stats.quarantined
        phones = phones_for(file.points)
        terminals = {terminal.phone: terminal for terminal in store.register.terminals()}
        for vehicle, points in file.points.items():
            sent = sorted(report_of(p).time_s + day * DAY_S for p in points for day in range(KILLS))
            track = store.tracks.track(terminals[phones[vehicle]].vehicle_id, sent[0], sent[-1] + 1)
            assert np.array_equal(track.time_s, sent), vehicle

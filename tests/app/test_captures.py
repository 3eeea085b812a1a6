"""Captures as their user meets them: a gateway keeps its bytes, another one gets them again."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from laixi_transport.app.backend import StationBackend
from laixi_transport.app.cli import main
from laixi_transport.app.config import Address, VideoPort
from laixi_transport.devices.capture import Capture, CaptureWriter, Event
from laixi_transport.devices.jt809.terms import Terms
from laixi_transport.devices.jt809.upper import Account, UpperPlatform
from laixi_transport.devices.jt1078.packet import encode_packet
from laixi_transport.devices.jt1078.sender import CodedPicture, Packetizer
from laixi_transport.domain.cascade import CascadeLink
from laixi_transport.storage import open_store

HOST = "127.0.0.1"
DAY = Path(__file__).resolve().parents[1] / "data" / "tracks" / "liverpool_bus14" / "route14_outbound.csv"
COLUMNS = "time=timestamp,lat=latitude,lon=longitude,vehicle=vehicle_id"


@contextlib.contextmanager
def running_gateway(folder: Path, *options: str):
    command = [sys.executable, "-m", "laixi_transport", "gateway", "--database", f"sqlite:///{folder / 'laixi.db'}"]
    command += ["--listen", "127.0.0.1:0", "--accept-unknown", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[-1]
        process.terminate()
        assert process.wait(20) == 0


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def stats(capsys, folder: Path) -> dict:
    return json.loads(said(capsys, "db", "stats", "--json", "--database", f"sqlite:///{folder / 'laixi.db'}")[1])


def test_what_a_gateway_received_is_brought_home_and_run_again(capsys, tmp_path):
    field, home = tmp_path / "field", tmp_path / "home"
    field.mkdir()
    home.mkdir()
    capture = field / "field.capture"
    with running_gateway(field, "--capture", str(capture)) as address:
        assert said(capsys, "replay", str(DAY), "--to", address, "--columns", COLUMNS)[0] == 0
    before = stats(capsys, field)

    code, out, _ = said(capsys, "capture", "show", "--json", str(capture))
    assert code == 0
    records = [json.loads(line) for line in out.splitlines()]
    assert {record["event"] for record in records} == {"opened", "received", "sent", "closed"}
    assert {record["port"] for record in records} == {"jt808"}
    first = next(record for record in records if record["event"] == "received")
    assert first["hex"].startswith("7e")
    assert first["peer"].startswith("127.0.0.1:")

    register = ("capture", "register", "--json", "--database", f"sqlite:///{home / 'laixi.db'}", str(capture))
    terminals = before["sources"].keys()
    assert json.loads(said(capsys, *register)[1]) == {"entered": len(terminals), "known": 0}
    assert json.loads(said(capsys, *register)[1]) == {"entered": 0, "known": len(terminals)}

    with running_gateway(home) as address:
        code, out, _ = said(capsys, "capture", "replay", str(capture), "--to", address, "--speed", "max", "--json")
    assert code == 0
    counts = json.loads(out)
    assert counts["connections"] == len({record["connection"] for record in records})
    assert counts["bytes_sent"] == sum(len(r["hex"]) // 2 for r in records if r["event"] == "received")
    after = stats(capsys, home)
    assert (after["received"], after["stored"]) == (before["received"], before["stored"])
    assert before["stored"] > 0


def test_a_capture_is_shown_line_by_line(capsys, tmp_path):
    path = tmp_path / "some.capture"
    with CaptureWriter(path, unix_us=lambda: 1_772_337_600_000_000) as writer:
        tap = writer.tap("jt809")
        connection = tap.opened("10.0.0.7:9000")
        tap.received(connection, b"\x5b\x01\x5d")
        tap.sent(connection, bytes(100))
    with path.open("ab") as file:
        file.write(b"cut")
    code, out, _ = said(capsys, "capture", "show", str(path), "--port", "jt809")
    assert code == 0
    assert out.splitlines() == [
        "2026-03-01 12:00:00.000000     1 + jt809 10.0.0.7:9000",
        "2026-03-01 12:00:00.000000     1 >      3 B  5b015d",
        "2026-03-01 12:00:00.000000     1 <    100 B  " + "00" * 64 + "…",
        f"{path}: the last 3 bytes are no whole records",
    ]
    assert said(capsys, "capture", "show", str(path), "--port", "jt808")[1].splitlines() == [
        f"{path}: the last 3 bytes are no whole records"
    ]


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return found.getsockname()[1]


@contextlib.contextmanager
def gateway_process(folder: Path, database: str, capture: Path, attachments: int):
    command = [sys.executable, "-m", "laixi_transport", "gateway", "--database", database, "--listen", f"{HOST}:0"]
    command += ["--capture", str(capture), "--video", f"{HOST}:0", "--attachments", f"{HOST}:{attachments}"]
    with subprocess.Popen([*command, "--media", str(folder)], stdout=subprocess.PIPE, text=True) as process:
        listening = process.stdout.readline().rpartition(":")[2]
        video = process.stdout.readline().split()[-1]
        yield int(listening), int(video)
        process.terminate()
        assert process.wait(20) == 0


@contextlib.contextmanager
def station(folder: Path, database: str, capture: Path, attachments: int):
    backend = StationBackend(
        database,
        Address(HOST, 0),
        capture=capture,
        media=folder,
        attachments=Address(HOST, attachments),
        video=VideoPort(Address(HOST, 0)),
    )
    services = backend.start()
    yield backend.address.port, services.video.port
    backend.stop()


@pytest.mark.parametrize("process", [gateway_process, station])
def test_a_capture_has_every_port(tmp_path, process):
    capture, attachments = tmp_path / "every.capture", free_port()
    database = f"sqlite:///{tmp_path / 'laixi.db'}"
    [packet] = [encode_packet(p) for p in Packetizer("13900000001", 1).picture(CodedPicture(b"\x00" * 50, True), 0)]
    spoken = {"jt808": b"\x7e\x00\x02\x7e", "attachments": b"\x7e\x12\x10\x7e", "jt1078": packet}
    received = {}

    async def upper_and_terminals() -> None:
        upper = UpperPlatform({7: Account(password="secret", center_id=9)}, Terms(center_id=9, version=2019))
        await upper.start()
        link = CascadeLink(
            name="above", host=HOST, port=upper.port, user_id=7, password="secret", center_id=9,
            version=2019, platform_id="37028500001", listen_host=HOST,
        )  # fmt: skip
        with open_store(database) as store:
            await asyncio.wrap_future(store.writer.run(lambda session: store.cascade.save_link(session, link)))
        running = process(tmp_path / "media", database, capture, attachments)
        terminals, video = await asyncio.to_thread(running.__enter__)
        try:
            for name, port in (("jt808", terminals), ("attachments", attachments), ("jt1078", video)):
                _, writer = await asyncio.open_connection(HOST, port)
                writer.write(spoken[name])
                await writer.drain()
                writer.close()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.sendto(packet, (HOST, video))
            await upper.until(lambda: upper.linked(7) == (True, True))
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)
        await upper.vanish()

    asyncio.run(asyncio.wait_for(upper_and_terminals(), 60))
    sent, closed, datagrams = set(), set(), set()
    for record in Capture(capture):
        if record.event is Event.RECEIVED:
            received[record.port] = received.get(record.port, b"") + record.data
        elif record.event is Event.SENT:
            sent.add(record.port)
        elif record.event is Event.CLOSED:
            closed.add(record.port)
        if record.datagrams:
            datagrams.add(record.port)
    upward = received.pop("jt809")
    assert upward.startswith(b"\x5b")
    assert upward.endswith(b"\x5d")
    assert received == spoken | {"jt1078-udp": packet}
    assert sent == {"jt809"}
    assert closed == {"jt808", "jt809", "jt1078", "jt1078-udp", "attachments"}
    assert datagrams == {"jt1078-udp"}


def test_nothing_to_replay_is_said(capsys, tmp_path):
    path = tmp_path / "empty.capture"
    CaptureWriter(path).close()
    code, _, err = said(capsys, "capture", "replay", str(path), "--to", "127.0.0.1:9")
    assert code == 1
    assert "no connection" in err


@pytest.mark.parametrize("speed", ["0", "-1", "fast"])
def test_a_speed_that_is_none_is_refused(capsys, tmp_path, speed):
    with pytest.raises(SystemExit) as left:
        main(["capture", "replay", str(tmp_path / "x"), "--to", "127.0.0.1:9", "--speed", speed])
    assert left.value.code == 2


def test_a_window_that_receives_nothing_cannot_capture(capsys, tmp_path):
    code, _, err = said(
        capsys, "desktop", "--profile", str(tmp_path), "--no-gateway", "--capture", str(tmp_path / "x.capture")
    )
    assert code == 1
    assert "nothing that could be captured" in err

"""Captures: what was written is read, whatever was cut off; replayed bytes are those that came."""

import asyncio
import errno
import io
import os
import socket
import stat
import threading
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laixi_transport.devices.capture import MAGIC, MAX_DATA, Capture, Captured, CaptureWriter, Event, read_capture
from laixi_transport.devices.capture_replay import replay
from laixi_transport.devices.jt808.frame import encode_frame
from laixi_transport.devices.jt808.server import Server
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import from_unix

PEER = "127.0.0.1:40001"


class Ticks:
    """A clock that goes on by a millisecond whenever it is read."""

    def __init__(self) -> None:
        self.now_us = 1_772_337_600_000_000

    def __call__(self) -> int:
        self.now_us += 1000
        return self.now_us


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "field.capture"


def write(path: Path, *pieces: bytes) -> None:
    with CaptureWriter(path, unix_us=Ticks()) as writer:
        tap = writer.tap("jt808")
        connection = tap.opened(PEER)
        for piece in pieces:
            tap.received(connection, piece)
        tap.closed(connection)


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Writing and reading


def test_a_capture_holds_what_came_and_went_with_its_times(path):
    with CaptureWriter(path, unix_us=Ticks()) as writer:
        terminals, cameras = writer.tap("jt808"), writer.tap("jt1078-udp", datagrams=True)
        one = terminals.opened(PEER)
        terminals.received(one, b"~ab~")
        two = cameras.opened("10.0.0.7:9")
        cameras.received(two, b"01cd")
        terminals.sent(one, b"~ok~")
        terminals.closed(one)
    at_us = 1_772_337_600_000_000
    assert list(read_capture(path)) == [
        Captured(Event.OPENED, 1, at_us + 1000, b"", "jt808", PEER),
        Captured(Event.RECEIVED, 1, at_us + 2000, b"~ab~", "jt808", PEER),
        Captured(Event.OPENED, 2, at_us + 3000, b"", "jt1078-udp", "10.0.0.7:9", datagrams=True),
        Captured(Event.RECEIVED, 2, at_us + 4000, b"01cd", "jt1078-udp", "10.0.0.7:9", datagrams=True),
        Captured(Event.SENT, 1, at_us + 5000, b"~ok~", "jt808", PEER),
        Captured(Event.CLOSED, 1, at_us + 6000, b"", "jt808", PEER),
    ]


def test_the_bytes_of_a_record_are_those_of_the_description(path):
    write(path, b"\x7e")
    data = path.read_bytes()
    assert data[:8] == b"LXCAP\x00\x00\x01"
    opened = bytes.fromhex("0100000001") + (1_772_337_600_001_000).to_bytes(8) + b"\x00\x05jt808" + PEER.encode()
    assert data[8:12] == len(opened).to_bytes(4)
    assert data[16 : 16 + len(opened)] == opened


def test_only_its_owner_may_read_a_capture(path):
    write(path)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_records_are_in_the_file_at_once(path):
    writer = CaptureWriter(path)
    tap = writer.tap("jt808")
    tap.received(tap.opened(PEER), b"abc")
    assert [record.data for record in read_capture(path)] == [b"", b"abc"]
    writer.close()
    tap.received(1, b"too late")
    assert len(list(read_capture(path))) == 2


def test_long_data_are_written_as_several_records(path):
    data = bytes(MAX_DATA) + b"end"
    write(path, data)
    records = [record.data for record in read_capture(path) if record.event == Event.RECEIVED]
    assert [len(record) for record in records] == [MAX_DATA, 3]
    assert b"".join(records) == data


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["received", "sent"]), st.integers(0, 2), st.binary(max_size=50)), max_size=20)
)
def test_what_is_written_is_read(tmp_path, heard):
    path = tmp_path / "law.capture"
    path.unlink(missing_ok=True)
    with CaptureWriter(path, files_kept=0) as writer:
        taps = [writer.tap(name) for name in ("jt808", "jt809", "attachments")]
        numbers = [tap.opened(f"peer {index}") for index, tap in enumerate(taps)]
        for direction, index, data in heard:
            getattr(taps[index], direction)(numbers[index], data)
    read = [
        (record.event.name.lower(), numbers.index(record.connection), record.data)
        for record in read_capture(path)
        if record.event != Event.OPENED
    ]
    assert read == heard


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_capture_cut_off_anywhere_is_read_up_to_the_last_whole_record(tmp_path, draw):
    path = tmp_path / "whole.capture"
    path.unlink(missing_ok=True)
    write(path, b"~first~", b"~second~", b"~third~")
    whole, data = list(read_capture(path)), path.read_bytes()
    cut = draw.draw(st.integers(len(MAGIC), len(data)))
    path.write_bytes(data[:cut])
    capture = Capture(path)
    read = list(capture)
    assert read == whole[: len(read)]
    assert len(read) == len(whole) or len(data) > cut
    path.write_bytes(data[: cut - capture.lost_bytes])
    again = Capture(path)
    assert list(again) == read
    assert again.lost_bytes == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 200), st.integers(1, 255))
def test_a_damaged_capture_is_read_up_to_the_damage(tmp_path, at, change):
    path = tmp_path / "damaged.capture"
    path.unlink(missing_ok=True)
    write(path, b"~first~", b"~second~", b"~third~")
    whole, data = list(read_capture(path)), bytearray(path.read_bytes())
    at = len(MAGIC) + at % (len(data) - len(MAGIC))
    data[at] ^= change
    path.write_bytes(data)
    read = list(read_capture(path))
    assert len(read) < len(whole)
    assert read == whole[: len(read)]


records = st.builds(
    lambda kind, rest: (
        (len(rest) + 1).to_bytes(4) + zlib.crc32(bytes((kind,)) + rest).to_bytes(4) + bytes((kind,)) + rest
    ),
    st.integers(0, 6),
    st.binary(max_size=60),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records | st.binary(min_size=1, max_size=20), max_size=6))
def test_any_bytes_behind_the_head_are_read_or_counted_as_lost(tmp_path, pieces):
    path = tmp_path / "any.capture"
    path.write_bytes(MAGIC + b"".join(pieces))
    capture = Capture(path)
    read = list(capture)
    assert all(from_unix(record.time_us / 1e6).year < 10_000 for record in read)
    assert capture.lost_bytes >= 0
    assert len(read) == len(pieces) or capture.lost_bytes


@pytest.mark.parametrize("data", [b"", b"LXCAP\x00\x00\x02", b"~hello~"])
def test_another_file_is_no_capture(path, data):
    path.write_bytes(data)
    with pytest.raises(Problem, match="is no capture"):
        list(read_capture(path))


def test_a_file_that_is_missing_is_a_problem(path):
    with pytest.raises(Problem, match="Cannot read"):
        list(read_capture(path))


def test_a_capture_is_bounded_and_every_file_of_it_stands_by_itself(path):
    with CaptureWriter(path, file_bytes=2000, files_kept=2, unix_us=Ticks()) as writer:
        tap = writer.tap("jt808")
        busy, quiet = tap.opened(PEER), tap.opened("quiet")
        for number in range(100):
            tap.received(busy, bytes((number,)) * 100)
        tap.received(quiet, b"after all")
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == [path.name, f"{path.name}.1", f"{path.name}.2"]
    assert all(file.stat().st_size < 2400 for file in files)
    newest = []
    for file in (files[2], files[1], files[0]):
        records = list(read_capture(file))
        assert all(record.peer for record in records)
        newest += [record.data[0] for record in records if record.event == Event.RECEIVED and record.connection == busy]
    assert newest == list(range(newest[0], 100))


def test_a_capture_that_is_there_is_kept(path):
    write(path, b"first run")
    write(path, b"second run")
    assert [r.data for r in read_capture(path) if r.data] == [b"second run"]
    assert [r.data for r in read_capture(Path(f"{path}.1")) if r.data] == [b"first run"]


def test_a_file_that_is_no_capture_is_not_moved_away(path):
    path.write_bytes(b"SQLite format 3")
    with pytest.raises(Problem, match="is no capture"):
        CaptureWriter(path)
    assert path.read_bytes() == b"SQLite format 3"


def test_a_capture_into_a_folder_that_is_not_there_is_a_problem(tmp_path):
    with pytest.raises(Problem, match="Cannot write the capture"):
        CaptureWriter(tmp_path / "missing" / "file")
    with pytest.raises(Problem, match="Cannot write the capture"):
        CaptureWriter(tmp_path)


@pytest.mark.expects_warnings("capture .* has ended: No space left")
def test_a_full_disk_ends_the_capture_and_nothing_else(path, monkeypatch):
    writer = CaptureWriter(path)
    tap = writer.tap("jt808")
    connection = tap.opened(PEER)

    class Full(io.FileIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    writer._file.close()
    writer._file = Full(path, "ab")
    tap.received(connection, b"lost")
    assert not writer.writing
    tap.received(connection, b"lost, too")
    tap.closed(connection)
    assert len(list(read_capture(path))) == 1


def test_many_threads_may_write(path):
    with CaptureWriter(path) as writer:

        def work(index: int) -> None:
            tap = writer.tap(f"port {index}")
            connection = tap.opened(PEER)
            for number in range(200):
                tap.received(connection, bytes((number,)))
            tap.closed(connection)

        threads = [threading.Thread(target=work, args=(index,)) for index in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    records = list(read_capture(path))
    for index in range(4):
        mine = [r.data[0] for r in records if r.port == f"port {index}" and r.event == Event.RECEIVED]
        assert mine == list(range(200))


# The server's tap


class Silent:
    """A receiver that takes frames and says nothing."""

    def __init__(self, connection) -> None:
        self.connection = connection

    def received(self, frames) -> None:
        for frame in frames:
            self.connection.send(b"~" + frame.body + b"~")

    def refused(self, refused) -> None:
        pass

    def lost(self) -> None:
        pass


def test_the_server_captures_both_directions(path):
    frame = encode_frame(0x0002, "13900000001", 1, b"beat")

    async def run() -> None:
        with CaptureWriter(path) as writer:
            server = Server(Silent, max_connections=2, idle_s=60, tap=writer.tap("jt808"))
            await server.start("127.0.0.1", 0)
            reader, sender = await asyncio.open_connection("127.0.0.1", server.port)
            sender.write(frame)
            assert await reader.readexactly(6) == b"~beat~"
            sender.close()
            await sender.wait_closed()
            await server.stop()

    asyncio.run(run())
    records = list(read_capture(path))
    assert [record.event for record in records] == [Event.OPENED, Event.RECEIVED, Event.SENT, Event.CLOSED]
    assert [record.data for record in records] == [b"", frame, b"~beat~", b""]
    assert records[0].peer.startswith("127.0.0.1:")


# Replaying


class Recorder:
    """A server that keeps what every connection sent, and answers every read."""

    def __init__(self, *, hang_up_after: int | None = None) -> None:
        self.heard: dict[str, bytes] = {}
        self.times: list[float] = []
        self.order: list[bytes] = []
        self._hang_up_after = hang_up_after

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
        await self.server.wait_closed()

    async def _talk(self, reader, writer) -> None:
        peer = str(writer.get_extra_info("peername"))
        self.heard[peer] = b""
        while data := await reader.read(65536):
            self.times.append(asyncio.get_running_loop().time())
            self.order.append(data)
            self.heard[peer] += data
            if self._hang_up_after is not None and len(self.heard[peer]) >= self._hang_up_after:
                writer.transport.abort()
                return
            writer.write(b"ok")
        writer.close()


def test_every_connection_of_a_capture_is_replayed_as_its_own(path):
    with CaptureWriter(path) as writer:
        tap = writer.tap("jt808")
        other = writer.tap("jt809")
        one, two, three = tap.opened("a"), tap.opened("b"), other.opened("c")
        for number in range(200):
            tap.received(one, b"<one %d>" % number)
            tap.sent(one, b"an answer that is not sent again")
            tap.received(two, b"<two %d>" % number)
            other.received(three, b"another port")
        tap.closed(one)  # two is open still when the capture ends

    async def run():
        async with Recorder() as server:
            counts = await replay(read_capture(path), "127.0.0.1", server.port, ports=frozenset({"jt808"}))
            return counts, server.heard

    counts, heard = asyncio.run(run())
    expected = [b"".join(b"<%s %d>" % (name, number) for number in range(200)) for name in (b"one", b"two")]
    assert sorted(heard.values()) == sorted(expected)
    assert (counts.connections, counts.failed, counts.bytes_unsent) == (2, 0, 0)
    assert counts.bytes_sent == sum(map(len, expected))
    assert counts.bytes_answered > 0


def test_captures_of_two_runs_are_replayed_one_after_the_other(path):
    for run, peer in ((b"first", "a"), (b"second", "b")):
        with CaptureWriter(path) as writer:  # and it ends while the connection is open
            tap = writer.tap("jt808")
            tap.received(tap.opened(peer), run)

    async def run_again():
        async with Recorder() as server:
            files = (Path(f"{path}.1"), path)
            counts = await replay((r for file in files for r in read_capture(file)), "127.0.0.1", server.port)
            return counts, sorted(server.heard.values())

    counts, heard = asyncio.run(run_again())
    assert counts.connections == 2
    assert heard == [b"first", b"second"]


def test_a_replay_keeps_the_pace(path):
    ticks = Ticks()
    with CaptureWriter(path, unix_us=ticks) as writer:
        tap = writer.tap("jt808")
        connection = tap.opened(PEER)
        for piece in (b"a", b"b", b"c"):
            ticks.now_us += 2_000_000
            tap.received(connection, piece)
        tap.closed(connection)

    async def run(speed):
        async with Recorder() as server:
            begin_s = asyncio.get_running_loop().time()
            await replay(read_capture(path), "127.0.0.1", server.port, speed=speed)
            return [at_s - begin_s for at_s in server.times], b"".join(server.order)

    times, data = asyncio.run(run(20.0))  # 2 s become 0.1 s
    assert data == b"abc"
    assert all(at_s >= due_s for at_s, due_s in zip(times, (0.1, 0.2, 0.3), strict=True))
    assert times[-1] < 6.0  # what it took when it was captured


def test_a_replay_to_nobody_ends_at_once_and_says_so(path, unused_port):
    ticks = Ticks()
    with CaptureWriter(path, unix_us=ticks) as writer:
        tap = writer.tap("jt808")
        connection = tap.opened(PEER)
        ticks.now_us += 3_600_000_000  # what would be waited for: an hour
        tap.received(connection, b"x")
    with pytest.raises(Problem, match=f"No gateway answers at 127.0.0.1:{unused_port} .Connection refused"):
        asyncio.run(replay(read_capture(path), "127.0.0.1", unused_port, speed=1.0))


def test_a_replay_goes_on_when_a_server_hangs_up(path):
    with CaptureWriter(path) as writer:
        tap = writer.tap("jt808")
        one = tap.opened("a")
        for _ in range(2000):
            tap.received(one, b"x" * 1000)
        tap.closed(one)
        two = tap.opened("b")
        tap.received(two, b"short")
        tap.closed(two)

    async def run():
        async with Recorder(hang_up_after=5000) as server:
            return await replay(read_capture(path), "127.0.0.1", server.port), server.heard

    counts, heard = asyncio.run(run())
    assert b"short" in heard.values()
    assert counts.failed == 1
    assert counts.bytes_unsent > 0
    assert counts.bytes_sent + counts.bytes_unsent == 2_000_005


def test_a_connection_that_a_server_takes_no_more_is_counted(path):
    with CaptureWriter(path) as writer:
        tap = writer.tap("jt808")
        for peer in ("a", "b"):
            tap.received(tap.opened(peer), b"abc")
    listening = socket.create_server(("127.0.0.1", 0))
    taken = []

    def records():
        for record in read_capture(path):
            if record.peer == "b" and not taken:
                taken.append(listening.accept()[0])
                listening.close()
            yield record

    port = listening.getsockname()[1]
    counts = asyncio.run(replay(records(), "127.0.0.1", port, linger_s=0.1))
    assert taken[0].recv(10) == b"abc"
    taken[0].close()
    assert (counts.connections, counts.failed, counts.bytes_sent, counts.bytes_unsent) == (2, 1, 3, 3)


def test_a_server_that_reads_nothing_is_given_up(path):
    write(path, *[b"x" * 100_000] * 200)

    async def run():
        stop = asyncio.Event()

        async def ignore(reader, writer):
            reader._transport.pause_reading()
            await stop.wait()
            writer.transport.abort()

        server = await asyncio.start_server(ignore, "127.0.0.1", 0, limit=1000)
        port = server.sockets[0].getsockname()[1]
        counts = await replay(read_capture(path), "127.0.0.1", port, stuck_s=0.2, linger_s=0.1)
        stop.set()
        server.close()
        await server.wait_closed()
        return counts

    counts = asyncio.run(run())
    assert counts.failed >= 1
    assert counts.bytes_sent + counts.bytes_unsent == 20_000_000


def test_datagrams_are_replayed_as_datagrams(path):
    with CaptureWriter(path) as writer:
        tap = writer.tap("jt1078-udp", datagrams=True)
        camera = tap.opened("10.0.0.7:9")
        for number in range(5):
            tap.received(camera, b"01cd%d" % number)
        tap.closed(camera)

    async def run():
        arrived: asyncio.Queue[bytes] = asyncio.Queue()

        class Ears(asyncio.DatagramProtocol):
            def datagram_received(self, data, addr):
                arrived.put_nowait(data)

        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Ears, local_addr=("127.0.0.1", 0))
        port = transport.get_extra_info("sockname")[1]
        counts = await replay(read_capture(path), "127.0.0.1", port)
        found = [await asyncio.wait_for(arrived.get(), 5) for _ in range(5)]
        transport.close()
        return counts, found

    counts, found = asyncio.run(run())
    assert found == [b"01cd%d" % number for number in range(5)]
    assert counts.bytes_sent == 25

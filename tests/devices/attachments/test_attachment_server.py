"""Files of alarms over real sockets: whole, once, under safe names, whatever the terminal does."""

import asyncio
import contextlib
import datetime as dt
import hashlib
import logging
import os
import socket

import pytest

from laixi_transport.devices.attachments.client import Faults, LinkEndedError, LocalFile, bring_files
from laixi_transport.devices.attachments.server import JUNK_BYTES, AttachmentServer
from laixi_transport.devices.attachments.session import Limits
from laixi_transport.devices.attachments.upload import INCOMING
from laixi_transport.devices.jsatl.file_block import FileBlock
from laixi_transport.devices.jsatl.ident import AlarmIdent, WideAlarmIdent
from laixi_transport.devices.jsatl.messages import AttachmentList, FileBegin, FileEnd, FileType, NamedFile
from laixi_transport.devices.jt808.frame import FrameParser, encode_frame
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.problem import Problem

HOST = "127.0.0.1"
PHONE = "13900000001"
ALARM = "20260301-000042"
WAIT_S = 20
AT = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)
IDENT = AlarmIdent(terminal_id="LX00001", time=AT, seq=1, attach_count=3)
WIDE = WideAlarmIdent(terminal_id="LX00000000000000000000000001", time=AT, seq=1, attach_count=3)
FILES = [
    LocalFile("00_65_6501_0_a.jpg", bytes(range(256)) * 40),
    LocalFile("02_65_6501_1_a.mp4", os.urandom(70_000), FileType.VIDEO),
    LocalFile("03_65_6501_2_a.bin", b"", FileType.TEXT),
]


class Taken(list):
    async def __call__(self, attachment):
        self.append(attachment)


@contextlib.asynccontextmanager
async def serving(folder, on_file, **options):
    server = AttachmentServer(folder, on_file, **options)
    await server.start(HOST, 0)
    try:
        yield server
    finally:
        await server.stop()


async def until(condition):
    async with asyncio.timeout(WAIT_S):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the server, which tells nobody
            await asyncio.sleep(0.005)


def run(scene):
    asyncio.run(asyncio.wait_for(scene, 2 * WAIT_S))


def bring(server, files=FILES, *, ident=IDENT, alarm=ALARM, faults=None, **options):
    return bring_files(HOST, server.port, PHONE, ident, alarm, files, faults=faults, block_bytes=4096, **options)


def assert_whole(taken, files, folder):
    assert [(one.name, one.size_bytes, one.file_type) for one in taken] == [
        (file.name, len(file.data), file.file_type) for file in files
    ]
    for one, file in zip(taken, files, strict=True):
        assert one.path.read_bytes() == file.data
        assert one.sha256 == hashlib.sha256(file.data).hexdigest()
        assert one.path.parent.parent == folder
    assert list((folder / INCOMING).iterdir()) == []


@pytest.mark.parametrize(("ident", "version"), [(IDENT, 2013), (WIDE, 2019)])
@pytest.mark.parametrize(
    "faults",
    [
        Faults(),
        Faults(lost_share=0.4),
        Faults(lost_share=1.0),
        Faults(doubled=True, shuffled=True),
        Faults(lost_share=0.3, shuffled=True, doubled=True, seed=5),
    ],
)
def test_files_come_whole_whatever_is_lost_or_doubled(tmp_path, ident, version, faults):
    async def scene():
        taken = Taken()
        async with serving(tmp_path, taken) as server:
            report = await bring(server, ident=ident, faults=faults, version=version)
            assert report.done == [file.name for file in FILES]
            assert bool(report.resent_ranges) == bool(faults.lost_share)
            assert server.counts.files == 3
        assert_whole(taken, FILES, tmp_path)
        assert {(one.phone, one.ident, one.alarm_no, one.terminal_id) for one in taken} == {
            (PHONE, ident, ALARM, ident.terminal_id)
        }

    run(scene())


def test_a_terminal_that_vanishes_leaves_nothing_and_may_come_again(tmp_path):
    async def scene():
        taken = Taken()
        async with serving(tmp_path, taken) as server:
            report = await bring(server, faults=Faults(vanish_after=5))
            assert report.vanished
            assert report.done == [FILES[0].name]
            await until(lambda: not server.connections)
            assert server.counts.abandoned == 1
            assert list((tmp_path / INCOMING).iterdir()) == []
            report = await bring(server)
            assert report.done == [file.name for file in FILES]
            assert [one.duplicate for one in taken] == [False, True, False, False]
            assert server.counts.duplicates == 1
        assert len(list((tmp_path / ALARM).iterdir())) == 3

    run(scene())


@pytest.mark.parametrize("claimed", [1, 1000, 10_000, 20_000])
def test_a_size_that_is_a_lie_ends_in_no_file_but_that_of_the_claimed_size(tmp_path, claimed):
    file = FILES[0]

    async def scene():
        taken = Taken()
        async with serving(tmp_path, taken, limits=Limits(rounds=3)) as server:
            faults = Faults(claimed_bytes={file.name: claimed})
            if claimed > len(file.data):
                with pytest.raises(LinkEndedError):
                    await bring(server, [file], faults=faults)
                await until(lambda: not server.connections)
                assert not taken
                assert server.counts.abandoned == 1
            else:
                await bring(server, [file], faults=faults)
                assert [one.path.read_bytes() for one in taken] == [file.data[:claimed]]
                assert server.counts.refused == {Refusal.BODY_LENGTH: 1}

    run(scene())


def test_files_larger_than_allowed_are_refused_and_the_others_taken(tmp_path):
    async def scene():
        taken = Taken()
        async with serving(tmp_path, taken, limits=Limits(file_bytes=20_000)) as server:
            report = await bring(server)
            assert report.refused == [FILES[1].name]
            assert report.done == [FILES[0].name, FILES[2].name]
            big = LocalFile("big.bin", bytes(60_000))
            await bring(server, [big], faults=Faults(claimed_bytes={"big.bin": 10}), alarm="lies")
            assert server.counts.refused[Refusal.BODY_LENGTH] > 5  # blocks beyond what any file may have
        assert max(path.stat().st_size for path in tmp_path.rglob("*.*") if path.is_file()) < 20_000

    run(scene())


def test_a_link_takes_no_more_than_its_share(tmp_path):
    async def scene():
        async with serving(tmp_path, Taken(), limits=Limits(link_bytes=30_000)) as server:
            with pytest.raises(LinkEndedError):
                await bring(server)
            await until(lambda: not server.connections)
            assert list((tmp_path / INCOMING).iterdir()) == []

    run(scene())


def test_files_that_nobody_asked_for_are_refused(tmp_path):
    async def scene():
        asked = []

        def accept(phone, listing):
            asked.append((phone, listing.alarm_no, len(listing.items)))
            return listing.alarm_no == ALARM

        async with serving(tmp_path, Taken(), accept=accept) as server:
            assert (await bring(server, alarm="other")).refused == [file.name for file in FILES]
            assert (await bring(server)).done == [file.name for file in FILES]
            assert asked == [(PHONE, "other", 3), (PHONE, ALARM, 3)]
            await until(lambda: not server.connections)

    run(scene())


@pytest.mark.parametrize("name", ["../../../evil.sh", "..\\evil.bat", "/etc/evil"])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    folder = tmp_path / "a" / "b"

    async def scene():
        taken = Taken()
        async with serving(folder, taken) as server:
            report = await bring(server, [LocalFile(name, b"bad")], alarm="../../x")
            assert report.done == [name]
        assert taken[0].name == name
        assert taken[0].alarm_no == "../../x"
        assert taken[0].path.resolve().is_relative_to(folder.resolve())
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == [taken[0].path]

    run(scene())


@pytest.mark.expects_warnings("was not taken")
def test_a_file_is_acknowledged_after_it_was_taken_only(tmp_path):
    async def scene():
        taken = []

        async def on_file(attachment):
            taken.append(attachment)
            if len(taken) == 1:
                raise RuntimeError("the database is gone")

        async with serving(tmp_path, on_file) as server:
            with pytest.raises(LinkEndedError):
                await bring(server, FILES[:1])
            assert (await bring(server, FILES[:1])).done == [FILES[0].name]
            assert [one.duplicate for one in taken] == [False, True]

    run(scene())


@pytest.mark.expects_warnings("cannot be stored")
def test_a_disk_that_takes_nothing_ends_the_link(tmp_path):
    (tmp_path / INCOMING).write_text("in the way")

    async def scene():
        async with serving(tmp_path, Taken()) as server:
            with pytest.raises(LinkEndedError):
                await bring(server)
            await until(lambda: not server.connections)

    run(scene())


def test_silence_ends_a_link_and_so_does_junk_without_end(tmp_path):
    async def scene():
        async with serving(tmp_path, Taken(), idle_s=0.2) as server:
            with (
                socket.create_connection((HOST, server.port)) as silent,
                socket.create_connection((HOST, server.port)) as noisy,
            ):
                noisy.sendall(b"GET / HTTP/1.1\r\n\r\n")
                for link in (silent, noisy):
                    with contextlib.suppress(ConnectionError):
                        assert await asyncio.to_thread(link.recv, 1) == b""
            await until(lambda: not server.connections)
            assert server.idle_closed == 2
            assert server.counts.refused == {Refusal.JUNK: 1}

    run(scene())


def test_a_flood_without_anything_in_it_ends_the_link_and_stands_in_the_log(tmp_path, caplog):
    caplog.set_level(logging.INFO, "laixi_transport.devices.attachments")

    async def scene():
        async with serving(tmp_path, Taken()) as server:
            with socket.create_connection((HOST, server.port)) as link, contextlib.suppress(ConnectionError):
                await asyncio.to_thread(link.sendall, b"01cd" * (JUNK_BYTES // 3))
                assert await asyncio.to_thread(link.recv, 1) == b""
            await until(lambda: not server.connections)

    run(scene())
    assert "bytes without a frame or a block" in caplog.text
    assert "was refused: too_long 1" in caplog.text


def test_links_are_bounded(tmp_path):
    async def scene():
        async with serving(tmp_path, Taken(), max_connections=1) as server:
            with socket.create_connection((HOST, server.port)):
                await until(lambda: server.connections)
                with socket.create_connection((HOST, server.port)) as second, contextlib.suppress(ConnectionError):
                    assert await asyncio.to_thread(second.recv, 1) == b""
                assert server.turned_away == 1

    run(scene())


def test_a_list_in_several_frames_and_strange_messages_are_answered(tmp_path):
    """Byte by byte what a terminal may say on the link, in any order."""

    async def scene():
        taken = Taken()
        async with serving(tmp_path, taken) as server:
            reader, writer = await asyncio.open_connection(HOST, server.port)
            parser, frames = FrameParser(), []

            async def say(msg_id, body, sequence, packet=None):
                writer.write(encode_frame(msg_id, PHONE, sequence, body, packet=packet))

            async def answer():
                while not frames:
                    frames.extend(parser.feed(await reader.read(4096)))
                return frames.pop(0).body

            items = tuple(NamedFile(name=f"{n:02}.jpg", size_bytes=3) for n in range(20))
            body = AttachmentList(terminal_id=IDENT.terminal_id, ident=IDENT, alarm_no=ALARM, items=items).encode()
            begin = FileBegin(name="00.jpg", file_type=0, size_bytes=3)
            end = FileEnd(name="00.jpg", file_type=0, size_bytes=3)
            await say(begin.ID, begin.encode(), 1)
            assert await answer() == bytes.fromhex("0001 1211 01")  # no list yet
            await say(AttachmentList.ID, body[:100], 2, (2, 1))
            await say(AttachmentList.ID, body[100:], 3, (2, 2))
            assert await answer() == bytes.fromhex("0002 1210 00")
            await say(0x0002, b"", 4)
            assert await answer() == bytes.fromhex("0004 0002 00")
            await say(0x0900, b"\x41", 5)
            assert await answer() == bytes.fromhex("0005 0900 03")
            await say(end.ID, b"\x05", 6)
            assert await answer() == bytes.fromhex("0006 1212 02")
            await say(end.ID, end.encode(), 7)
            assert await answer() == bytes.fromhex("0007 1212 01")  # it has not begun
            for sequence in (8, 9):
                await say(begin.ID, begin.encode(), sequence)
                assert (await answer())[-1] == 0
                writer.write(FileBlock(name="00.jpg", offset=0, data=b"ab").encode())
            writer.write(FileBlock(name="no such", offset=0, data=b"ab").encode())
            await say(end.ID, end.encode(), 10)
            assert await answer() == b"\x0600.jpg" + bytes.fromhex("00 01 01 00000002 00000001")
            writer.write(FileBlock(name="00.jpg", offset=2, data=b"c").encode())
            for sequence in (11, 12):  # the second because the answer to the first was lost
                await say(end.ID, end.encode(), sequence)
                assert await answer() == b"\x0600.jpg" + bytes.fromhex("00 00 00")
            assert [one.path.read_bytes() for one in taken] == [b"abc"]
            writer.close()
            await writer.wait_closed()

    run(scene())


def test_a_name_longer_than_blocks_have_room_for_is_known_by_its_begin(tmp_path):
    file = LocalFile("00_65_6501_0_" + "9" * 60 + ".jpg", bytes(9000))

    async def scene():
        taken = Taken()
        async with serving(tmp_path, taken) as server:
            assert (await bring(server, [file])).done == [file.name]
        assert_whole(taken, [file], tmp_path)

    run(scene())


def test_a_start_clears_what_a_crash_has_left(tmp_path):
    (tmp_path / INCOMING).mkdir()
    (tmp_path / INCOMING / "0.part").write_bytes(b"left over")

    async def scene():
        async with serving(tmp_path, Taken()) as server:
            assert list((tmp_path / INCOMING).iterdir()) == []
            with pytest.raises(Problem, match="Another program is listening"):
                await AttachmentServer(tmp_path, Taken()).start(HOST, server.port)

    run(scene())


def test_a_stop_ends_links_that_are_open(tmp_path):
    async def scene():
        async with serving(tmp_path, Taken()) as server:
            link = socket.create_connection((HOST, server.port))
            await until(lambda: server.connections)
        with link:
            assert await asyncio.to_thread(link.recv, 1) == b""
        assert server.connections == 0

    run(scene())

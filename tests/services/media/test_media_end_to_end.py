"""From a terminal's sub-packages to a file that is proved by its digest, and only then an answer."""

import datetime as dt
import errno
import hashlib
import socket
import threading

import pytest

from laixi_transport.devices.attachments.client import Faults, LocalFile, bring_files
from laixi_transport.devices.jsatl.ident import AlarmIdent
from laixi_transport.devices.jt808.frame import encode_frames
from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.change import Topic
from laixi_transport.domain.media import MediaSource
from laixi_transport.domain.problem import Problem
from laixi_transport.services.media import keeper as module
from laixi_transport.services.media.service import MediaService
from laixi_transport.storage.media import MediaFiles
from tests.services.station import BEGIN_S, WAIT_S, position_body

AT = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)
PICTURE = bytes(range(256)) * 40
HEAD = bytes.fromhex("0000002a 00 00 01 02")  # media id 42, a JPEG, by the timer, channel 2


def media_frames(client, data=PICTURE, *, head=HEAD, position=True):
    """Return the frames of an 0801."""
    body = head + (position_body(7)[:28] if position else b"") + data
    first = client.sequence + 1
    frames = encode_frames(0x0801, client.phone, first, body, version=client.version)
    client.sequence += len(frames)
    return frames


def media_answer(client, frame=None):
    """Return what an 8800 tells: media id and the parts that are missing."""
    frame = frame or client.read()
    assert frame.msg_id == 0x8800
    listed = frame.body[5:]
    return int.from_bytes(frame.body[:4]), [int.from_bytes(listed[at : at + 2]) for at in range(0, len(listed), 2)]


@pytest.mark.parametrize("version", [2013, 2019])
def test_a_picture_is_kept_by_its_digest_and_acknowledged(station, store, folder, known, version):
    station.start(media=folder)
    client = station.signed_on(version=version)
    client.sock.sendall(b"".join(media_frames(client)))
    assert media_answer(client) == (42, [])
    service = MediaService(store, folder)
    [media] = service.list(terminal_id=known.id)
    assert media.digest == hashlib.sha256(PICTURE).hexdigest()
    assert service.read(media) == PICTURE
    assert service.path(media).name == media.digest
    assert (media.source, media.kind, media.format, media.event, media.channel, media.name) == (
        MediaSource.MESSAGE, 0, "jpeg", 1, 2, "42.jpeg",
    )  # fmt: skip
    assert (media.terminal_id, media.vehicle_id, media.size_bytes) == (known.id, known.vehicle_id, len(PICTURE))
    assert media.taken_at.timestamp() == BEGIN_S + 7
    assert (media.lat_deg, media.lon_deg) == pytest.approx((36.870007, 120.52))
    stats = station.stats()
    assert (stats.quarantined, stats.lost) == (0, 0)


def test_the_bytes_are_there_before_the_row_and_the_answer(station, store, folder, known, monkeypatch):
    written, go_on = threading.Event(), threading.Event()
    put = MediaFiles.put

    def hold(self, data):
        digest = put(self, data)
        written.set()
        assert go_on.wait(WAIT_S)
        return digest

    monkeypatch.setattr(MediaFiles, "put", hold)
    station.start(media=folder)
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client)))
    assert written.wait(WAIT_S)
    assert client.ask(MessageId.HEARTBEAT) == Result.OK  # the first thing that is answered
    assert store.media.last(5) == []
    assert station.look(lambda g: g.media.waiting) == 1
    go_on.set()
    assert media_answer(client) == (42, [])


def test_missing_parts_are_asked_for_and_the_rest_is_kept(station, store, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    frames = media_frames(client)
    assert len(frames) > 6
    client.sock.sendall(b"".join(frame for n, frame in enumerate(frames, 1) if n not in {3, 5}))
    assert media_answer(client) == (42, [3, 5])
    client.sock.sendall(frames[4] + frames[2])
    assert media_answer(client) == (42, [])
    assert store.media.last(5)[0].digest == hashlib.sha256(PICTURE).hexdigest()


def test_without_the_first_part_8003_asks_by_the_sequence_number(station, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    frames = media_frames(client)
    client.sock.sendall(b"".join(frames[1:]))
    asked = client.read()
    assert (asked.msg_id, asked.body.hex()) == (0x8003, f"{client.sequence - len(frames) + 1:04x}010001")
    client.sock.sendall(frames[0])
    assert media_answer(client) == (42, [])


def test_the_same_picture_sent_again_is_answered_again_and_kept_once(station, store, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    for _ in range(2):
        client.sock.sendall(b"".join(media_frames(client)))
        assert media_answer(client) == (42, [])
    assert len(store.media.last(5)) == 1
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


def test_a_medium_without_position_is_one_of_2011(station, store, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client, b"\xff\xd8" + PICTURE, position=False)))
    assert media_answer(client) == (42, [])
    [media] = store.media.last(5)
    assert (media.size_bytes, media.taken_at, media.lat_deg) == (len(PICTURE) + 2, None, None)


def test_of_media_only_the_first_frame_is_kept_among_the_raw_frames(station, store, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    frames = media_frames(client)
    client.sock.sendall(b"".join(frames))
    media_answer(client)
    station.stop()
    kept = [frame.data for frame in store.frames.last(known.id, known.vehicle_id, 100)]
    assert [frame for frame in frames if frame in kept] == frames[:1]


def test_a_full_disk_holds_media_back_until_there_is_space(station, store, folder, known, monkeypatch):
    monkeypatch.setattr(module, "RETRY_S", (0.01,))
    put, full = MediaFiles.put, threading.Event()
    full.set()

    def maybe(self, data):
        if full.is_set():
            raise OSError(errno.ENOSPC, "No space left on device")
        return put(self, data)

    monkeypatch.setattr(MediaFiles, "put", maybe)
    station.start(media=folder)
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client)))
    station.until(lambda g: g.media._troubled)
    assert client.report() == Result.OK  # positions go on
    assert store.media.last(5) == []
    full.clear()
    assert media_answer(client) == (42, [])
    assert store.media.last(5)[0].size_bytes == len(PICTURE)


@pytest.mark.expects_warnings("stopped before the disk had taken")
def test_what_the_disk_has_not_taken_at_the_end_is_left_to_the_terminal(station, store, folder, known, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(MediaFiles, "put", full)
    station.start(media=folder)
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client)))
    station.until(lambda g: g.media._troubled)
    station.call(station.gateway.stop(patience_s=0.1))
    station.gateway = None
    assert client.read() is None
    assert store.media.last(5) == []


def test_more_than_there_is_room_for_is_refused_and_sent_again(station, store, folder, known, monkeypatch):
    station.start(media=folder)
    station.look(lambda g: setattr(g.media, "_most", 100))
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client)))
    assert client.answer() == (0x0801, Result.FAILED)
    assert station.look(lambda g: dict(g.counters.refused)) == {Refusal.OVERLOAD: 1}
    station.look(lambda g: setattr(g.media, "_most", 1 << 20))
    client.sock.sendall(b"".join(media_frames(client)))
    assert media_answer(client) == (42, [])


def test_a_gateway_without_a_folder_says_that_it_takes_no_media(station, known):
    station.start()
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client)))
    assert client.answer() == (0x0801, Result.UNSUPPORTED)


def test_a_medium_that_is_no_medium_is_refused(station, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    client.send(0x0801, b"\x00\x01")
    assert client.answer() == (0x0801, Result.FAILED)
    assert station.stats().quarantined == 1


def test_events_are_stored(station, store, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    assert client.ask(0x0800, HEAD) == Result.OK
    station.stop()
    store.writer.run(lambda session: None).result(WAIT_S)
    rows = store._database.fetch("SELECT terminal_id, media_id, kind, format, event, channel FROM media_event")
    assert rows == [(known.id, 42, 0, 0, 1, 2)]


def test_new_media_are_told(station, store, folder, known):
    newest = store.feed.newest()
    station.start(media=folder)
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client)))
    media_answer(client)
    rows = store._database.fetch("SELECT topic, key FROM change_log WHERE id > ?", (newest,))
    assert (Topic.MEDIA.value, str(store.media.last(1)[0].id)) in rows


def test_a_window_that_does_not_know_the_folder_says_what_to_do(station, store, folder, known):
    station.start(media=folder)
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client)))
    media_answer(client)
    [media] = store.media.last(1)
    blind = MediaService(store, None)
    assert blind.path(media) is None
    with pytest.raises(Problem, match="setting “media”"):
        blind.read(media)


def test_a_large_clip_comes_through(station, store, folder, known):
    clip = bytes(3 << 20)
    station.start(media=folder)
    client = station.signed_on()
    client.sock.sendall(b"".join(media_frames(client, clip, head=bytes.fromhex("00000001 02 04 00 01"))))
    assert media_answer(client) == (1, [])
    [media] = store.media.last(1)
    assert (media.size_bytes, media.kind, media.name) == (3 << 20, 2, "1.wmv")
    assert station.look(lambda g: g.memory.held_bytes) == 0


def test_what_an_earlier_run_had_begun_is_swept_away(station, folder, known):
    folder.mkdir()
    (folder / "0123456789abcdef.part").write_bytes(b"half")
    station.start(media=folder)
    assert list(folder.iterdir()) == []


class TestAlarmFiles:
    """A terminal brings the files of an alarm to the port that 9208 names."""

    NAME = "00_65_6401_0_A0000001.jpg"

    @pytest.fixture
    def bring(self, station, folder, known):
        station.start(media=folder, attachments=("127.0.0.1", 0))

        def bring(phone=known.phone, name=self.NAME, faults=None):
            ident = AlarmIdent(terminal_id="0000001", time=AT, seq=0, attach_count=1)
            return station.call(
                bring_files(
                    "127.0.0.1",
                    station.look(lambda g: g.attachments.port),
                    phone=phone,
                    ident=ident,
                    alarm_no="A0000001",
                    files=[LocalFile(name, PICTURE)],
                    faults=faults,
                    block_bytes=1000,
                )
            )

        return bring

    def test_a_file_of_an_alarm_lies_in_the_same_store(self, store, folder, known, bring):
        assert bring().done == [self.NAME]
        service = MediaService(store, folder)
        [media] = service.list(vehicle_id=known.vehicle_id)
        assert service.read(media) == PICTURE
        assert (media.source, media.alarm_no, media.role, media.channel) == (
            MediaSource.ATTACHMENT, "A0000001", "6401", 65,
        )  # fmt: skip
        assert (media.name, media.format, media.taken_at, media.size_bytes) == (self.NAME, "jpg", AT, len(PICTURE))
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files == [service.path(media)]

    def test_what_is_brought_again_is_kept_once(self, store, folder, bring):
        assert [bring().done, bring().done] == [[self.NAME]] * 2
        assert len(store.media.last(5)) == 1
        assert len([path for path in folder.rglob("*") if path.is_file()]) == 1

    def test_a_bad_line_costs_nothing(self, store, bring):
        assert bring(faults=Faults(lost_share=0.4, shuffled=True)).done == [self.NAME]
        assert store.media.last(5)[0].digest == hashlib.sha256(PICTURE).hexdigest()

    def test_strangers_bring_nothing(self, store, bring):
        assert bring(phone="13900000009").done == []
        assert store.media.last(5) == []

    def test_a_name_that_tells_nothing_has_no_role(self, store, bring):
        assert bring(name="picture.jpg").done == ["picture.jpg"]
        [media] = store.media.last(5)
        assert (media.role, media.channel) == ("", None)


def test_a_port_for_alarm_files_that_is_taken_is_told_and_nothing_is_left_running(station, folder, known):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Problem, match="is listening on"):
        station.start(media=folder, attachments=("127.0.0.1", taken.getsockname()[1]))
    station.gateway = None

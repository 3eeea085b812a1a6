"""What is answered, when, and where it went."""

import time

import pytest

from laixi_transport.devices.jt808.answers import ResendToPlatform
from laixi_transport.devices.jt808.fields import encode_time
from laixi_transport.devices.jt808.frame import encode_frames
from laixi_transport.devices.jt808.ids import BatchKind, MessageId, Result
from laixi_transport.devices.jt808.position_report import PositionBatch
from laixi_transport.domain.position import ReportFlag

DAY_US = 86400 * 1_000_000


def kept(store, vehicle_id):
    """Return the raw frames of a vehicle as received."""
    now_us = time.time_ns() // 1000
    return [frame.data for frame in store.frames.frames(vehicle_id, now_us - DAY_US, now_us + DAY_US)]


def test_a_position_is_acknowledged_after_its_commit_and_not_before(station, held, known, position_body):
    station.start(held)
    client = station.signed_on()
    held.until(lambda batches: len(batches) == 1)  # the sign-on's frame
    client.send(MessageId.POSITION, position_body())
    held.until(lambda batches: any(batch.reports for batch in batches))
    # The heartbeat was sent after the position; its answer promises nothing and comes first.
    assert client.ask(MessageId.HEARTBEAT) == Result.OK
    assert station.store.stats().stored == 0
    held.release()
    assert client.answer() == (MessageId.POSITION, Result.OK)
    assert station.store.stats().stored == 1


@pytest.mark.expects_warnings("was not stored")
def test_what_the_database_refuses_is_not_acknowledged(station, held, known, position_body):
    station.start(held)
    client = station.signed_on()
    client.send(MessageId.POSITION, position_body())
    held.until(lambda batches: any(batch.reports for batch in batches))
    held.release(OSError("the disk has gone"))
    client.send(MessageId.POSITION, position_body(1))
    held.until(lambda batches: any(batch.reports for batch in batches))
    held.release()
    frame = client.read()
    assert frame.body[:2] == client.sequence.to_bytes(2)  # the second one; the first was never answered


def test_every_report_is_answered_once_and_in_order(station, held, known, position_body):
    station.start(held)
    client = station.signed_on()
    frames = [client.frame(MessageId.POSITION, position_body(step)) for step in range(300)]
    client.sock.sendall(b"".join(frames))
    station.until(lambda g: g.counters.frames == 301)
    held.free()
    answered = [int.from_bytes(client.read().body[:2]) for _ in range(300)]
    assert answered == list(range(2, 302))
    assert station.store.stats().stored == 300


def test_a_report_sent_twice_is_acknowledged_twice_and_stored_once(station, known):
    station.start()
    client = station.signed_on()
    assert [client.report(5), client.report(5), client.report(6)] == [Result.OK] * 3
    stats = station.stats()
    assert (stats.stored, stats.duplicates, stats.received) == (2, 1, 3)


@pytest.mark.parametrize(("kind", "flag"), [(0, ReportFlag.BATCH), (1, ReportFlag.BLIND_AREA)])
def test_a_batch_is_stored_whole_and_marked(station, held, known, position_body, kind, flag, begin_s):
    station.start(held)
    client = station.signed_on()
    bodies = tuple(position_body(step) for step in range(10))
    client.send(MessageId.POSITION_BATCH, PositionBatch(batch_type=kind, items=bodies).encode())
    held.free()
    assert client.answer() == (MessageId.POSITION_BATCH, Result.OK)
    assert [report.time_s - begin_s for report in held.seen] == list(range(10))
    assert {report.flags for report in held.seen} == {flag}
    assert station.store.stats().stored == 10


def test_a_batch_in_parts_is_answered_when_it_is_complete_and_stored(station, known, position_body):
    station.start()
    client = station.signed_on()
    batch = PositionBatch(
        batch_type=BatchKind.BLIND_AREA, items=tuple(position_body(step) for step in range(30))
    ).encode()
    parts = encode_frames(MessageId.POSITION_BATCH, client.phone, 100, batch, part_bytes=300)
    assert len(parts) == 4
    client.sock.sendall(b"".join(parts[:1] + parts[2:]))
    asked = client.read()
    assert asked.msg_id == MessageId.RESEND_PACKETS
    assert ResendToPlatform.decode(asked.body, version=2013) == ResendToPlatform(orig_seq=100, sub_ids=(2,))
    client.sock.sendall(parts[1])
    answers = [client.read() for _ in parts]
    assert [int.from_bytes(frame.body[:2]) for frame in answers] == [100, 101, 102, 103]
    assert {frame.body[4] for frame in answers} == {Result.OK}
    assert station.store.stats().stored == 30
    assert kept(station.store, known.vehicle_id)[-4:] == parts


def test_a_batch_with_one_bad_report_keeps_the_good_ones(station, known, position_body):
    station.start()
    client = station.signed_on()
    bodies = (position_body(1), position_body(2, time=bytes(6)), position_body(3))
    assert client.ask(MessageId.POSITION_BATCH, PositionBatch(batch_type=0, items=bodies).encode()) == Result.OK
    assert (
        client.ask(MessageId.POSITION_BATCH, PositionBatch(batch_type=0, items=bodies[1:2]).encode())
        == Result.BAD_MESSAGE
    )
    assert client.ask(MessageId.POSITION_BATCH, b"\x00") == Result.BAD_MESSAGE
    stats = station.stats()
    assert (stats.stored, stats.quarantined) == (2, 3)


def test_the_rest_that_the_lengths_of_a_batch_leave_is_quarantined(station, known, position_body):
    station.start()
    client = station.signed_on()
    body = PositionBatch(batch_type=0, items=(position_body(1), position_body(2))).encode()[:-5]
    assert client.ask(MessageId.POSITION_BATCH, body) == Result.OK
    stats = station.stats()
    assert (stats.stored, stats.quarantined) == (1, 1)


def test_a_report_that_can_never_be_understood_is_answered_as_bad_and_quarantined(station, known):
    station.start()
    client = station.signed_on()
    assert client.report(time=bytes(6)) == Result.BAD_MESSAGE
    assert station.look(lambda g: dict(g.counters.refused)) == {"time": 1}
    stats = station.stats()
    assert (stats.received, stats.stored, stats.sources[known.phone].quarantined) == (1, 0, 1)


def test_a_report_without_a_fix_is_stored(station, known, begin_s):
    station.start()
    assert station.signed_on().report(status=1) == Result.OK
    track = station.store.tracks.track(known.vehicle_id, begin_s, begin_s + 60)
    assert list(track.located) == [False]


def test_a_clock_that_runs_ahead_is_marked(station, held, known, position_body, begin_s):
    station.start(held, unix_us=lambda: begin_s * 1_000_000)
    client = station.signed_on()
    held.free()
    for ahead_s in (300, 301):
        assert client.ask(MessageId.POSITION, position_body(time=encode_time(begin_s + ahead_s))) == Result.OK
    assert [report.flags for report in held.seen] == [0, ReportFlag.CLOCK_AHEAD]


def test_a_message_that_is_not_known_yet_is_kept_and_answered_as_unsupported(station, known):
    station.start()
    client = station.signed_on()
    wire = client.send(0x0F0F, b"\x41\x7e\x7d rest")
    assert client.answer() == (0x0F0F, Result.UNSUPPORTED)
    client.send(MessageId.TERMINAL_ANSWER, b"\x00\x01\x82\x01\x00")  # an answer is not answered
    assert client.ask(MessageId.HEARTBEAT) == Result.OK
    station.stop()
    frames = kept(station.store, known.vehicle_id)
    assert wire in frames
    assert len(frames) == 4


def test_a_message_that_can_be_read_and_that_nothing_acts_on_is_kept_and_answered_as_ok(station, known):
    station.start()
    client = station.signed_on()
    wire = client.send(0x0900, b"\x41\x7e\x7d rest")
    assert client.answer() == (0x0900, Result.OK)
    assert wire in {frame.data for frame in station.store.frames.last(known.id, known.vehicle_id, 5)}


def test_an_encrypted_message_is_refused(station, known, position_body):
    station.start()
    client = station.signed_on()
    plain = client.frame(MessageId.POSITION, position_body())
    wire = bytearray(plain)
    wire[3] ^= 0x04
    wire[-2] ^= 0x04
    client.sock.sendall(bytes(wire))
    assert client.answer() == (MessageId.POSITION, Result.UNSUPPORTED)
    assert station.look(lambda g: dict(g.counters.refused)) == {"encrypted": 1}


def test_bad_bytes_are_quarantined_and_the_connection_lives_on(station, known, position_body):
    station.start()
    client = station.signed_on()
    good = [client.frame(MessageId.POSITION, position_body(step)) for step in range(3)]
    damaged = bytearray(client.frame(MessageId.POSITION, position_body(9)))
    damaged[20] ^= 0x11
    client.sock.sendall(good[0] + bytes(damaged) + good[1] + b"GET / HTTP/1.1\r\n\r\n" + good[2])
    assert [client.answer() for _ in good] == [(MessageId.POSITION, Result.OK)] * 3
    stats = station.stats()
    assert (stats.stored, stats.sources[known.phone].quarantined) == (3, 2)


def test_frames_are_kept_as_they_came_with_escapes(station, known, position_body):
    station.start()
    client = station.signed_on()
    wire = client.send(MessageId.POSITION, position_body(items=b"\xe1\x02\x7d\x7e"))
    assert client.answer() == (MessageId.POSITION, Result.OK)
    assert b"\x7d\x01\x7d\x02" in wire
    assert kept(station.store, known.vehicle_id)[-1] == wire


def test_stopping_commits_and_acknowledges_what_has_come(station, known, position_body):
    station.start()
    client = station.signed_on()
    client.sock.sendall(b"".join(client.frame(MessageId.POSITION, position_body(step)) for step in range(200)))
    station.until(lambda g: g.counters.frames > 1)
    station.stop()
    answered = 0
    while client.read() is not None:
        answered += 1
    assert answered == station.store.stats().stored > 0

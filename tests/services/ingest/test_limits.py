"""What keeps a gateway alive among strangers, full disks and vanished terminals."""

import socket

import pytest

from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.devices.wire.refusal import Refusal, Refused
from laixi_transport.domain.problem import Problem
from laixi_transport.services.ingest import gateway as module
from laixi_transport.services.ingest.quarantine import KEPT_BYTES, Allowance, Quarantine


def test_a_port_in_use_is_told_in_a_sentence(station):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Problem, match=rf"Another program is listening on 127\.0\.0\.1:{port} already"):
            station.start(listen=("127.0.0.1", port))
    station.gateway = None


@pytest.mark.parametrize("listen", [("192.0.2.1", 0), ("no such host.invalid", 0), ("127.0.0.1", 70000)])
def test_an_address_that_is_not_ours_is_told_in_a_sentence(station, listen):
    with pytest.raises(Problem, match="This machine has no address"):
        station.start(listen=listen)
    station.gateway = None


def test_connections_above_the_limit_are_closed_and_counted(station, known):
    station.start(max_connections=2)
    first, second = station.signed_on(), station.client(phone="13900000002")
    assert second.report() == Result.FAILED
    third = station.client()
    assert third.read() is None
    assert first.report() == Result.OK
    first.close()
    station.until(lambda g: len(g._server.connections) == 1)
    assert station.signed_on().report() == Result.OK
    assert station.look(lambda g: g._server.turned_away) == 1


def test_a_silent_connection_is_given_up(station, known):
    station.start(idle_s=0.2)
    client = station.signed_on()
    assert client.read() is None
    station.until(lambda g: not g._links)
    assert station.look(lambda g: (g._server.idle_closed, g._sessions)) == (1, {})


def test_a_connection_that_never_makes_a_frame_is_given_up_however_busy_it_is(station):
    """One byte now and then, or another protocol for ever, must not keep a place that a terminal needs."""
    station.start(idle_s=0.5)
    with socket.create_connection(("127.0.0.1", station.gateway.port), timeout=0.05) as slow:
        for _ in range(400):
            try:
                slow.sendall(b"x")
                ended = slow.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
            assert ended
            break
        else:
            pytest.fail("the connection was kept")
    station.until(lambda g: not g._links)
    assert station.look(lambda g: g._server.idle_closed) == 1


def test_the_log_says_once_a_connection_why_it_is_refused(station, caplog):
    station.start()
    with caplog.at_level("INFO"):
        for _ in range(2):
            stranger = station.client("13900000009")
            assert stranger.report() == Result.FAILED
            assert stranger.report() == Result.FAILED
    said = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert len(said) == 2
    assert all("13900000009" in line and "--accept-unknown" in line for line in said)


def test_a_flood_of_refusals_does_not_flood_the_log(caplog):
    quarantine = Quarantine(lambda: 0.0)
    with caplog.at_level("INFO"):
        for i in range(1000):
            quarantine.tell(Refused(Refusal.JUNK, b""), f"192.0.2.{i}", "")
    assert len(caplog.records) == 50


def test_reading_stops_while_the_database_cannot_follow_and_goes_on_after(
    station, held, known, position_body, monkeypatch
):
    monkeypatch.setattr(module, "BACKLOG_HIGH", 20)
    station.start(held)
    client = station.signed_on()
    client.sock.sendall(b"".join(client.frame(MessageId.POSITION, position_body(step)) for step in range(30)))
    station.until(lambda g: g._behind)
    before = station.look(lambda g: g.counters.frames)
    client.sock.sendall(b"".join(client.frame(MessageId.POSITION, position_body(step)) for step in range(30, 60)))
    late = station.client()
    late.send(MessageId.HEARTBEAT)
    station.until(lambda g: len(g._links) == 2)
    assert station.look(lambda g: g.counters.frames) == before
    held.free()
    assert [client.answer() for _ in range(60)] == [(MessageId.POSITION, Result.OK)] * 60
    assert late.answer() == (MessageId.HEARTBEAT, Result.FAILED)
    assert station.look(lambda g: g.counters.pauses) >= 1
    assert station.store.stats().stored == 60


def test_a_foreign_protocol_is_counted_and_answered_with_silence(station):
    station.start()
    client = station.client()
    client.sock.sendall(b"(027028258309BP00000027028258309HSO)" * 200)
    station.until(lambda g: g.counters.refused)
    client.sock.shutdown(socket.SHUT_WR)
    assert client.read() is None
    stats = station.stats()
    assert (stats.received, stats.stored, stats.sources["127.0.0.1"].quarantined) == (1, 0, 1)


def test_a_flood_of_junk_is_counted_in_full_and_kept_in_part(station, store):
    station.start()
    client = station.client()
    client.sock.sendall(b"\x7e" + b"junk\x7e" * 5000)
    station.until(lambda g: g.counters.refused[Refusal.HEADER_SHORT] == 5000)
    stats = station.stats()
    assert stats.sources["127.0.0.1"].quarantined == 5000
    (count,) = store._database.fetch("SELECT count(*) FROM refused_frame WHERE length(data) > 0")[0]
    assert 50 <= count < 100


def test_half_a_frame_at_the_end_of_a_connection_is_quarantined(station, known, position_body):
    station.start()
    client = station.signed_on()
    client.sock.sendall(client.frame(MessageId.POSITION, position_body())[:30])
    client.sock.shutdown(socket.SHUT_WR)
    station.until(lambda g: not g._links)
    assert station.stats().sources[known.phone].quarantined == 1


def test_parts_of_a_message_that_never_came_are_quarantined_when_the_connection_ends(station, known):
    station.start()
    client = station.signed_on()
    client.sock.sendall(client.frame(MessageId.POSITION_BATCH, bytes(100), packet=(3, 1)))
    assert client.ask(MessageId.HEARTBEAT) == Result.OK
    client.close()
    station.until(lambda g: not g._links)
    assert station.look(lambda g: dict(g.counters.refused)) == {"packet_memory": 1}
    assert station.stats().quarantined == 1


def test_a_part_that_makes_no_sense_is_a_bad_message(station, known):
    station.start()
    client = station.signed_on()
    client.sock.sendall(client.frame(MessageId.POSITION_BATCH, bytes(100), packet=(3, 4)))
    assert client.answer() == (MessageId.POSITION_BATCH, Result.BAD_MESSAGE)


def test_an_allowance_lets_a_burst_through_and_then_its_rate():
    allowance = Allowance(3, 2.0, 100.0)
    assert [allowance.take(100.0) for _ in range(5)] == [True, True, True, False, False]
    assert [allowance.take(101.0) for _ in range(4)] == [True, True, False, False]
    assert [allowance.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_quarantine_entries_above_the_allowance_have_a_reason_but_no_bytes():
    quarantine = Quarantine(lambda: 5.0, burst=2, per_s=1)
    own = quarantine.allowance()
    refused = Refused(Refusal.CHECKSUM, bytes(KEPT_BYTES + 1))
    entries = [quarantine.entry(refused, "13900000001", 7, own) for _ in range(3)]
    assert [len(entry.data) for entry in entries] == [KEPT_BYTES, KEPT_BYTES, 0]
    assert {(entry.source, entry.received_us, entry.reason) for entry in entries} == {("13900000001", 7, "checksum")}


def test_rates_are_counted_over_each_second(station, known):
    station.start()
    client = station.signed_on()
    assert [client.report(step) for step in range(5)] == [Result.OK] * 5
    station.until(lambda g: g.counters.frames_per_s > 0 or g.counters.reports_per_s > 0)
    counters = station.look(lambda g: g.counters)
    assert (counters.connections, counters.terminals_online) == (1, 1)


@pytest.mark.expects_warnings("stopped before the database", "a batch was not stored")
def test_what_a_full_disk_holds_up_at_the_end_is_left_to_the_terminals(station, held, known, position_body):
    station.start(held)
    client = station.signed_on()
    held.until(len)
    held.release()
    for waiting in (1, 2, 2):
        client.send(MessageId.POSITION, position_body(waiting))
        held.until(lambda batches, n=waiting: len(batches) == n)
    station.until(lambda g: g.counters.frames == 4)
    gateway = station.gateway
    station.call(gateway.stop(patience_s=0.1))
    held.release(Problem("full"))
    station.until(lambda g: not g._in_flight)
    assert not held.waiting  # nothing new is handed to a writer that is about to close
    assert client.read() is None
    station.gateway = None

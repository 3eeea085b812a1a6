"""Slow senders, floods, half messages, guessed and copied codes: bounded, counted by reason, seen in the database."""

import socket

import pytest

from laixi_transport.devices.jt808 import packets, server
from laixi_transport.devices.jt808.connection import Rate
from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.devices.jt808.packets import PacketMemory
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.session import SessionEnd
from laixi_transport.services.ingest.link import WRONG_CODES
from laixi_transport.services.ingest.takeover import AGAIN_S, MOVES, WITHIN_S, TakeOvers

SLOW = Rate(frames_per_s=20, frames_burst=30, bytes_per_s=1e6, bytes_burst=1e6)


@pytest.fixture
def quick(monkeypatch):
    """Have the connections looked through many times a second."""
    monkeypatch.setattr(server, "SWEEP_S", 0.02)


@pytest.fixture
def patient(monkeypatch):
    """Return what makes the server's own patience short."""

    def have(**how):
        before = server.Server.__init__.__kwdefaults__
        monkeypatch.setattr(server.Server.__init__, "__kwdefaults__", before | how)

    return have


def test_a_frame_that_never_becomes_whole_ends_its_connection(station, known, quick, patient, position_body):
    patient(stall_s=0.1)
    station.start()
    client = station.signed_on()
    client.sock.sendall(client.frame(MessageId.POSITION, position_body())[:20])
    assert client.read() is None
    station.until(lambda g: not g._sessions)
    station.until(lambda g: g.counters.stalled_closed == 1)
    station.stop()
    [session] = station.store.sessions.history(known.id)
    assert session.end is SessionEnd.STALLED


def test_who_makes_no_frame_at_all_has_less_patience_to_hope_for(station, known, quick, patient):
    patient(mute_s=0.1)
    station.start(idle_s=60.0)
    client = station.signed_on()
    with socket.create_connection(("127.0.0.1", station.gateway.port), timeout=20) as mute:
        assert mute.recv(1) == b""
    assert client.ask(MessageId.HEARTBEAT) == Result.OK


def test_who_sends_too_much_is_read_more_slowly_and_loses_nothing(station, known, quick, patient, position_body):
    patient(terminal_rate=SLOW)
    station.start()
    client = station.signed_on()
    client.sock.sendall(b"".join(client.frame(MessageId.POSITION, position_body(step)) for step in range(45)))
    assert [client.answer() for _ in range(45)] == [(MessageId.POSITION, Result.OK)] * 45
    station.until(lambda g: g._server.throttled >= 1)
    station.until(lambda g: not any(connection.held_back for connection in g._server.connections))
    assert client.report(99) == Result.OK
    assert station.stats().stored == 46


def test_a_stranger_may_send_less_than_a_terminal(station, known, quick, patient):
    patient(stranger_rate=SLOW)
    station.start()
    stranger = station.client(phone="13900000009")
    stranger.sock.sendall(b"".join(stranger.frame(MessageId.HEARTBEAT) for _ in range(40)))
    station.until(lambda g: g._server.throttled == 1)
    client = station.signed_on()
    client.sock.sendall(b"".join(client.frame(MessageId.HEARTBEAT) for _ in range(200)))
    assert [client.answer()[1] for _ in range(200)] == [Result.OK] * 200
    assert station.look(lambda g: g._server.throttled) == 1


def test_who_guesses_codes_is_put_out(station, known):
    station.start()
    client = station.client()
    assert [client.sign_on(f"guess {n}") for n in range(WRONG_CODES - 1)] == [Result.FAILED] * (WRONG_CODES - 1)
    client.send(MessageId.AUTHENTICATE, b"the last")
    assert client.read() is None
    assert station.look(lambda g: g.counters.codes_closed) == 1
    stats = station.stats()
    assert stats.sources[known.phone].quarantined == WRONG_CODES
    assert station.store.refusals() == {known.phone: {Refusal.AUTH_CODE: WRONG_CODES}}


def test_a_terminal_that_moves_between_hosts_without_end_is_held_back_and_let_through_now_and_then():
    take_overs = TakeOvers()
    assert all(take_overs.may_move("13900000001", float(n)) for n in range(MOVES))
    assert not take_overs.may_move("13900000001", MOVES)
    assert take_overs.may_move("13900000002", MOVES)
    assert take_overs.may_move("13900000001", MOVES + AGAIN_S)
    assert not take_overs.may_move("13900000001", MOVES + AGAIN_S + 1)
    take_overs.forget(MOVES + AGAIN_S + WITHIN_S)
    assert all(take_overs.may_move("13900000001", 1000.0 + n) for n in range(MOVES))


def from_host(station, host):
    """Return a client that comes from another address of this machine."""
    client = station.client()
    client.sock.close()
    client.sock = socket.create_connection(("127.0.0.1", station.gateway.port), timeout=20, source_address=(host, 0))
    return client


def test_a_copied_sign_on_from_a_second_host_is_refused_after_a_while_and_told(station, known):
    station.start()
    hosts = ["127.0.0.2", "127.0.0.3"]
    last = None
    for n in range(MOVES + 1):
        last = from_host(station, hosts[n % 2])
        assert last.sign_on() == Result.OK
    copied = from_host(station, hosts[(MOVES + 1) % 2])
    assert copied.sign_on() == Result.FAILED
    assert last.report() == Result.OK
    assert station.look(lambda g: (g.counters.replayed, g.counters.taken_over)) == (1, MOVES)
    station.stop()
    assert station.store.refusals()[known.phone] == {Refusal.REPLAYED_SIGN_ON: 1}
    ends = {session.end for session in station.store.sessions.history(known.id)}
    assert ends == {SessionEnd.TAKEN_OVER, SessionEnd.GATEWAY_STOPPED}


def test_a_terminal_that_comes_again_from_the_same_host_is_never_held_back(station, known):
    station.start()
    for _ in range(MOVES + 5):
        client = station.signed_on()
    assert client.report() == Result.OK
    assert station.look(lambda g: g.counters.replayed) == 0


def test_missing_parts_are_asked_for_by_the_clock(station, known, monkeypatch, position_body):
    monkeypatch.setattr(packets, "ASK_AFTER_S", 0.01)
    station.start()
    client = station.signed_on()
    body = b"\x00\x01\x01" + len(position_body(1)).to_bytes(2) + position_body(1)
    third = len(body) // 3
    parts = [
        client.frame(MessageId.POSITION_BATCH, body[at : at + third + 1], packet=(3, n + 1))
        for n, at in enumerate(range(0, len(body), third + 1))
    ]
    client.sock.sendall(parts[1])
    asked = client.read()
    assert (asked.msg_id, asked.body.hex()) == (MessageId.RESEND_PACKETS, f"{client.sequence - 2:04x}0200010003")
    client.sock.sendall(parts[0] + parts[2])
    answers = []
    while len(answers) < 3:  # a further request may have been on its way
        frame = client.read()
        if frame.msg_id == MessageId.PLATFORM_ANSWER:
            answers.append(frame.body[4])
    assert answers == [Result.OK] * 3
    assert station.look(lambda g: g.counters.resends_asked) >= 1
    assert station.stats().stored == 1


def test_a_thousand_messages_that_never_come_together_stay_within_the_bound(station, known):
    station.start()
    station.look(lambda g: setattr(g, "memory", PacketMemory(200_000)))
    client = station.signed_on()
    for first in range(0, 1000, 100):
        client.sock.sendall(
            b"".join(
                client.frame(MessageId.POSITION_BATCH, bytes(900), packet=(100, 1)) for _ in range(first, first + 100)
            )
        )
        assert client.ask(MessageId.HEARTBEAT) == Result.OK
        assert station.look(lambda g: g.memory.held_bytes) <= 200_000
    assert station.look(lambda g: g.counters.refused[Refusal.PACKET_MEMORY]) >= 900
    client.close()
    station.until(lambda g: not g._links)
    assert station.look(lambda g: (g.memory.held_bytes, len(g.memory), g._gathering)) == (0, 0, set())
    stats = station.stats()
    assert stats.quarantined == 1000
    assert stats.lost == 0


def test_a_terminal_that_asks_for_the_time_is_told_it(station, known):
    station.start(unix_us=lambda: 1_763_900_000_000_000)
    client = station.signed_on(version=2019)
    client.send(0x0004)
    frame = client.read()
    assert (frame.msg_id, frame.body.hex()) == (0x8004, "251123201320")

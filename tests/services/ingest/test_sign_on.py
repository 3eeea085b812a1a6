"""Who is let in."""

import threading
from concurrent.futures import Future

import pytest

from laixi_transport.devices.jt808.ids import MessageId, RegisterResult, Result
from laixi_transport.devices.jt808.position_report import PositionBatch
from laixi_transport.devices.jt808.registration import Authenticate, RegisterAnswer
from laixi_transport.domain.vehicle import PlateColour
from laixi_transport.storage import open_store


@pytest.mark.parametrize("version", [2013, 2019])
def test_a_known_terminal_registers_signs_on_and_reports(station, known, version, begin_s):
    station.start()
    client = station.client(version=version)
    registered = client.register()
    assert (registered.result, registered.auth_code) == (RegisterResult.OK, known.auth_code)
    assert client.sign_on(registered.auth_code) == Result.OK
    assert client.report(7) == Result.OK
    (track,) = [station.store.tracks.track(known.vehicle_id, begin_s, begin_s + 60)]
    assert list(track.time_s) == [begin_s + 7]
    assert track.lat_deg[0] == pytest.approx(36.870007)
    assert station.stats().stored == 1


def test_what_a_known_terminal_says_of_itself_is_taken_and_nothing_else_changes(station, store, known):
    station.start()
    client = station.client(version=2013)
    what = {"maker_id": "LXSIM", "terminal_model": "T-808", "terminal_id": "0000007", "plate_no": "鲁B00099D"}
    assert client.register(**what).auth_code == known.auth_code
    assert client.sign_on(known.auth_code) == Result.OK
    station.stop()
    [terminal] = store.register.terminals()
    assert (terminal.maker, terminal.model, terminal.terminal_no) == ("LXSIM", "T-808", "0000007")
    assert (terminal.auth_code, terminal.vehicle_id, terminal.protocol) == (
        known.auth_code, known.vehicle_id, known.protocol,
    )  # fmt: skip
    assert store.register.vehicle(known.vehicle_id).plate == store.register.vehicles()[0].plate != "鲁B00099D"


def test_a_known_terminal_that_says_nothing_of_itself_keeps_what_is_known(station, store, known):
    station.start()
    for what in ({"maker_id": "LXSIM", "terminal_model": "T-808"}, {}):
        assert station.client().register(**what).result == RegisterResult.OK
    station.stop()
    [terminal] = store.register.terminals()
    assert (terminal.maker, terminal.model) == ("LXSIM", "T-808")


def test_a_known_terminal_goes_on_after_a_break_with_its_code_alone(station, known):
    station.start()
    station.signed_on().close()
    assert station.signed_on().report() == Result.OK


def test_an_unknown_terminal_is_refused_and_what_it_sends_is_quarantined_under_its_address(station):
    station.start()
    client = station.client(phone="13900000009")
    assert client.register(plate_no="鲁BD0009", plate_color=2).result == RegisterResult.NO_SUCH_TERMINAL
    assert client.sign_on("anything") == Result.FAILED
    assert client.report() == Result.FAILED
    assert client.ask(MessageId.HEARTBEAT) == Result.FAILED
    stats = station.stats()
    assert (stats.stored, stats.quarantined) == (0, 4)
    assert set(stats.sources) == {"127.0.0.1"}
    assert station.store.register.terminals() == ()


def test_a_wrong_code_does_not_let_in(station, known):
    station.start()
    client = station.client()
    assert client.sign_on("wrong") == Result.FAILED
    assert client.report() == Result.FAILED
    stats = station.stats()
    assert (stats.stored, stats.sources[known.phone].quarantined) == (0, 2)


def test_what_comes_before_signing_on_is_refused_and_stored_when_it_is_sent_again(station, known):
    gateway = station.start()
    client = station.client()
    assert client.report(1) == Result.FAILED
    assert client.ask(MessageId.HEARTBEAT) == Result.FAILED
    assert client.sign_on() == Result.OK
    assert client.report(1) == Result.OK
    assert station.look(lambda g: dict(g.counters.refused)) == {"not_authenticated": 2}
    assert gateway.counters.acknowledged == 3
    assert station.stats().stored == 1


def test_sign_on_and_report_in_one_send_are_taken_in_their_order(station, known, position_body):
    station.start()
    client = station.client()
    client.sock.sendall(
        client.frame(MessageId.AUTHENTICATE, Authenticate(auth_code=known.auth_code).encode(version=2013))
        + client.frame(MessageId.POSITION, position_body())
    )
    assert client.answer() == (MessageId.AUTHENTICATE, Result.OK)
    assert client.answer() == (MessageId.POSITION, Result.OK)


@pytest.fixture
def uncoded(store):
    return store.register.enter_terminal("13900000001", plate="鲁B00042D")


def test_a_terminal_that_was_entered_without_a_code_needs_none_until_it_registers(station, uncoded):
    station.start()
    assert station.client().report() == Result.OK


def test_a_terminal_that_was_entered_without_a_code_gets_one_when_it_registers_and_must_show_it(station, uncoded):
    station.start()
    client = station.client()
    assert client.report(1) == Result.OK
    registered = client.register()
    assert registered.result == RegisterResult.OK
    assert len(registered.auth_code) == 12
    assert client.report(2) == Result.FAILED
    assert client.sign_on("") == Result.FAILED
    assert client.sign_on("guessed") == Result.FAILED
    assert client.sign_on(registered.auth_code) == Result.OK
    assert client.report(2) == Result.OK
    assert station.look(lambda g: g.counters.entered) == 0
    stats = station.stats()
    assert (stats.stored, stats.quarantined) == (2, 3)
    assert stats.received == 5


def test_a_terminal_gets_the_same_code_however_often_it_registers(station, uncoded):
    station.start()
    codes = [station.client().register().auth_code for _ in range(2)]
    station.stop()
    station.start()
    codes += [station.client(version=version).register().auth_code for version in (2013, 2019)]
    assert codes == [station.store.register.terminal_by_phone(uncoded.phone).auth_code] * 4
    assert codes[0]


def test_connections_that_register_one_terminal_at_the_same_time_get_one_code(station, uncoded, registration):
    station.start()
    clients = [station.client() for _ in range(5)]
    for client in clients:
        client.send(MessageId.REGISTER, registration())
    answers = [frame for client in clients if (frame := client.read()) is not None]  # None: taken over by a newer one
    stored = station.store.register.terminal_by_phone(uncoded.phone).auth_code
    assert {RegisterAnswer.decode(answer.body).auth_code for answer in answers} == {stored}


def test_a_code_counts_on_a_connection_that_came_while_it_was_stored(station, uncoded, monkeypatch, registration):
    station.start()
    give, asked, stored = station.store.register.giving_code, threading.Event(), Future()

    def hold(*what):
        held.append(what)
        asked.set()
        return stored

    held = []
    monkeypatch.setattr(station.store.register, "giving_code", hold)
    older = station.client()
    older.send(MessageId.REGISTER, registration())
    assert asked.wait(20)
    newer = station.client()
    assert newer.report(1) == Result.OK
    assert older.read() is None
    with_code = give(*held[0]).result(20)
    stored.set_result(with_code)
    station.until(lambda g: not g._entering)
    assert newer.report(2) == Result.FAILED
    assert newer.sign_on(with_code.auth_code) == Result.OK
    assert newer.report(2) == Result.OK


@pytest.mark.expects_warnings("could not be entered")
def test_a_code_that_cannot_be_stored_is_not_told(station, uncoded, monkeypatch, registration):
    station.start()

    def lost(*_):
        raise OSError("no disk")

    monkeypatch.setattr(station.store.register, "giving_code", lost)
    client = station.client()
    client.send(MessageId.REGISTER, registration())
    assert client.read() is None


def test_what_follows_a_registration_in_one_send_waits_for_the_code(station, uncoded, position_body, registration):
    station.start()
    client = station.client()
    client.sock.sendall(
        client.frame(MessageId.REGISTER, registration()) + client.frame(MessageId.POSITION, position_body())
    )
    assert RegisterAnswer.decode(client.read().body).auth_code
    assert client.answer() == (MessageId.POSITION, Result.FAILED)
    assert station.look(lambda g: g.counters.frames) == 2


def test_a_registration_in_parts_gets_a_code_too(station, uncoded, registration):
    station.start()
    client = station.client()
    body = registration(plate_no="鲁B00042D", plate_color=2)
    client.sock.sendall(
        client.frame(MessageId.REGISTER, body[:20], packet=(2, 1))
        + client.frame(MessageId.REGISTER, body[20:], packet=(2, 2))
    )
    code = RegisterAnswer.decode(client.read().body).auth_code
    assert code == station.store.register.terminal_by_phone(uncoded.phone).auth_code != ""


def test_an_empty_registration_brings_no_code(station, uncoded):
    station.start()
    client = station.client()
    assert client.ask(MessageId.REGISTER, b"\x00") == Result.BAD_MESSAGE
    assert client.report() == Result.OK
    assert station.store.register.terminal_by_phone(uncoded.phone).auth_code == ""


def test_after_logging_out_a_terminal_must_sign_on_again(station, known):
    station.start()
    client = station.signed_on()
    assert client.ask(MessageId.LOGOUT) == Result.OK
    assert station.look(lambda g: g._sessions) == {}
    assert client.report() == Result.FAILED
    assert client.sign_on() == Result.OK
    assert client.report() == Result.OK


def test_unknown_terminals_are_entered_when_that_is_asked_for(station, store):
    station.start(accept_unknown=True)
    client = station.client(phone="13900000009")
    registered = client.register(
        maker_id="TEST1",
        terminal_model="BUS-1",
        terminal_id="A000009",
        plate_no="鲁BD0009",
        plate_color=PlateColour.YELLOW,
    )
    assert registered.result == RegisterResult.OK
    assert client.report() == Result.FAILED  # it has a code now and must show it
    assert client.sign_on(registered.auth_code) == Result.OK
    assert client.report() == Result.OK
    (terminal,) = store.register.terminals()
    (vehicle,) = store.register.vehicles()
    assert (terminal.phone, terminal.maker, terminal.model, terminal.protocol) == (
        "13900000009",
        "TEST1",
        "BUS-1",
        "2013",
    )
    assert (vehicle.plate, vehicle.plate_colour) == ("鲁BD0009", PlateColour.YELLOW)
    assert station.look(lambda g: g.counters.entered) == 1


def test_an_unknown_terminal_that_only_signs_on_keeps_the_code_it_shows(station, store):
    station.start(accept_unknown=True)
    client = station.client(phone="13900000009")
    assert client.sign_on("from another platform") == Result.OK
    assert client.report() == Result.OK
    (terminal,) = store.register.terminals()
    assert terminal.auth_code == "from another platform"
    assert store.register.vehicles()[0].name == "13900000009"


class TestWhatTerminalsMaySay:
    """Texts that a terminal sends are entered on both databases, whatever they are."""

    @pytest.fixture
    def store(self, database_url):
        with open_store(database_url) as opened:
            yield opened

    @pytest.mark.parametrize(
        "plate", [b"\xc2\xb3B\xff\xfe\x00\x81 1", b"A" * 900, b"\x00\x00", "鲁".encode("gbk") * 300]
    )
    def test_any_plate(self, station, store, plate, registration):
        station.start(accept_unknown=True)
        client = station.client()
        client.send(MessageId.REGISTER, registration(plate_color=2) + plate)
        answer = RegisterAnswer.decode(client.read().body)
        assert answer.result == RegisterResult.OK
        assert client.sign_on(answer.auth_code) == Result.OK
        assert client.report() == Result.OK

    @pytest.mark.parametrize("code", ["c" * 1000, "c\0c", "码" * 128])
    def test_any_code(self, station, store, code):
        station.start(accept_unknown=True)
        for _ in range(2):
            client = station.client()
            assert client.sign_on(code) == Result.OK
            assert client.report() == Result.OK


def test_what_an_unknown_terminal_sends_while_it_is_entered_waits_and_is_stored(station, store, position_body):
    station.start(accept_unknown=True)
    client = station.client(phone="13900000009")
    client.sock.sendall(b"".join(client.frame(MessageId.POSITION, position_body(step)) for step in range(50)))
    assert [client.answer() for _ in range(50)] == [(MessageId.POSITION, Result.OK)] * 50
    assert station.look(lambda g: (g.counters.frames, g.counters.entered)) == (50, 1)
    assert station.stats().stored == 50


def test_two_connections_of_one_unknown_terminal_enter_it_once(station, store, position_body):
    station.start(accept_unknown=True)
    clients = [station.client(phone="13900000009") for _ in range(5)]
    for step, client in enumerate(clients):
        client.send(MessageId.POSITION, position_body(step))
    station.until(lambda g: g.counters.reports == 5)
    assert len(store.register.terminals()) == 1
    assert station.look(lambda g: g.counters.entered) == 1
    assert station.stats().stored == 5


def test_a_terminal_without_a_number_is_never_entered(station, store):
    station.start(accept_unknown=True)
    client = station.client(phone="")
    assert client.report() == Result.FAILED
    assert store.register.terminals() == ()


def test_a_newer_connection_takes_a_terminal_over_and_the_older_is_closed(station, known):
    station.start()
    older = station.signed_on()
    newer = station.signed_on()
    assert older.read() is None
    assert newer.report() == Result.OK
    assert station.look(lambda g: (g.counters.taken_over, len(g._sessions))) == (1, 1)


def test_who_does_not_know_the_code_takes_nothing_over(station, known):
    station.start()
    client = station.signed_on()
    assert station.client().sign_on("wrong") == Result.FAILED
    assert client.report() == Result.OK
    assert station.look(lambda g: g.counters.taken_over) == 0


def test_a_terminal_entered_by_an_officer_is_known_without_a_restart(station, store):
    station.start()
    client = station.client()
    assert client.report() == Result.FAILED
    store.register.enter_terminal("13900000001", plate="鲁B00042D")
    station.until(lambda g: g.directory.get("13900000001") is not None)
    assert client.report() == Result.OK


def test_a_terminal_moved_to_another_vehicle_reports_for_that_one_from_then_on(station, store, known, begin_s):
    station.start()
    client = station.signed_on()
    assert client.report(1) == Result.OK
    moved = store.register.enter_terminal(known.phone, plate="鲁BD0123", plate_colour=PlateColour.GREEN)
    assert moved.vehicle_id != known.vehicle_id
    station.until(lambda g: g.directory.get(known.phone) == moved)
    assert client.report(2) == Result.OK
    assert [len(store.tracks.track(v, begin_s, begin_s + 60)) for v in (known.vehicle_id, moved.vehicle_id)] == [1, 1]


def test_several_terminals_may_share_a_connection(station, store, known):
    store.register.enter_terminal("13900000002", plate="鲁BD0002", auth_code="k2")
    station.start()
    client = station.signed_on()
    client.phone = "13900000002"
    assert client.sign_on("k2") == Result.OK
    assert client.report(1) == Result.OK
    client.phone = known.phone
    assert client.report(2) == Result.OK
    stats = station.stats()
    assert {phone: source.stored for phone, source in stats.sources.items()} == {known.phone: 1, "13900000002": 1}


def test_an_empty_registration_is_a_bad_message(station, known):
    station.start()
    client = station.client()
    assert client.ask(MessageId.REGISTER, b"\x00") == Result.BAD_MESSAGE


def test_a_batch_before_signing_on_is_refused_as_a_whole(station, known, position_body):
    station.start()
    client = station.client()
    batch = PositionBatch(batch_type=1, items=(position_body(1), position_body(2))).encode()
    assert client.ask(MessageId.POSITION_BATCH, batch) == Result.FAILED
    assert station.stats().stored == 0

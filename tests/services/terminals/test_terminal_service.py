"""What the terminals page is told, from the database alone."""

import asyncio
import datetime as dt

import pytest

from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.domain.session import SessionEnd
from laixi_transport.domain.time import utc_now
from laixi_transport.services.ingest import ledger
from laixi_transport.services.terminals.model import TerminalNews
from laixi_transport.services.terminals.service import ALIVE_S, TerminalService
from tests.services.station import BEGIN_S, CODE, WAIT_S, Station


@pytest.fixture
def service(store):
    return TerminalService(store)


@pytest.fixture
def prompt(monkeypatch):
    """Have the gateway write its counters at each flush, and each session's last frame with them."""
    monkeypatch.setattr(ledger, "NUMBERS_EVERY_US", 0)
    monkeypatch.setattr(ledger, "HEARD_ROUND", 1)


def flush(station):
    """Have the gateway write what it would write within a second, and wait for the commit."""

    async def there():
        gateway = station.gateway
        if gateway._ledger._writing is not None:
            await asyncio.wrap_future(gateway._ledger._writing)
        gateway._refresh()
        gateway._ledger.flush(gateway.counters, gateway._sessions)
        if gateway._ledger._writing is not None:
            await asyncio.wrap_future(gateway._ledger._writing)

    station.call(there())


def test_a_terminal_is_on_line_while_it_is_signed_on(station, service, known):
    [row] = service.terminals()
    assert (row.terminal, row.plate, row.session, row.online, row.heard) == (known, "鲁B00042D", None, False, None)
    station.start()
    client = station.signed_on(version=2019)
    flush(station)
    [row] = service.terminals()
    assert row.online
    assert (row.session.host, row.session.port, row.session.version) == (*client.sock.getsockname(), "2019")
    assert row.session.since <= utc_now()
    client.close()
    station.until(lambda g: not g._sessions)
    flush(station)
    [row] = service.terminals()
    assert not row.online
    assert row.session.end is SessionEnd.CONNECTION_LOST
    assert service.sessions(known.id) == [row.session]


@pytest.mark.parametrize(
    "end", [SessionEnd.LOGGED_OUT, SessionEnd.TAKEN_OVER, SessionEnd.IDLE, SessionEnd.GATEWAY_STOPPED]
)
def test_how_a_session_ended_is_kept(station, service, known, end):
    station.start(idle_s=0.3 if end is SessionEnd.IDLE else 60)
    client = station.signed_on()
    match end:
        case SessionEnd.LOGGED_OUT:
            assert client.ask(MessageId.LOGOUT) == Result.OK
        case SessionEnd.TAKEN_OVER:
            station.signed_on()
        case SessionEnd.IDLE:
            assert client.read() is None
            station.until(lambda g: not g._sessions)
    station.stop()
    sessions = service.sessions(known.id)
    assert sessions[-1].end is end
    assert all(not session.open for session in sessions)


def test_a_gateway_that_was_killed_leaves_no_terminal_on_line(station, store, service, known):
    station.start()
    station.signed_on()
    flush(station)
    assert [row.online for row in service.terminals()] == [True]
    later = TerminalService(store, now=lambda: utc_now() + dt.timedelta(seconds=ALIVE_S + 60))
    assert [row.online for row in later.terminals()] == [False]
    assert later.gateway().alive is False
    second = Station(store)  # starts where the first was killed
    second.start()
    second.end()
    assert {session.end for session in service.sessions(known.id)} == {SessionEnd.GATEWAY_LOST}


def test_what_became_of_reports_is_counted_by_terminal_and_reason(station, store, service, known):
    station.start()
    client = station.client()
    assert client.report(1) == Result.FAILED
    assert client.sign_on("wrong") == Result.FAILED
    assert client.sign_on(CODE) == Result.OK
    for step in (1, 2, 2):
        assert client.report(step) == Result.OK
    station.stop()
    store.writer.run(store.writer.settle).result(WAIT_S)
    [row] = service.terminals([known.id])
    counts = row.counts
    assert (counts.received, counts.stored, counts.duplicates) == (5, 2, 1)
    assert counts.quarantined == {"auth_code": 1, "not_authenticated": 1}
    assert counts.received == counts.stored + counts.duplicates + counts.quarantined_all
    assert row.reported.time_s == BEGIN_S + 2
    assert service.refusals() == {"auth_code": 1, "not_authenticated": 1}


def test_refusals_are_listed_with_their_bytes(station, service, known):
    station.start()
    client = station.client()
    wire = client.send(MessageId.HEARTBEAT)
    assert client.answer() == (MessageId.HEARTBEAT, Result.FAILED)
    stranger = station.client(phone="13900000009")
    assert stranger.report() == Result.FAILED
    station.stop()
    last, first = service.refused()
    assert (first.source, first.terminal_id, first.reason, first.data) == (
        known.phone, known.id, "not_authenticated", wire,
    )  # fmt: skip
    assert (last.source, last.terminal_id, last.reason) == ("127.0.0.1", None, "unknown_terminal")
    assert service.refused(terminal_id=known.id) == [first]
    assert service.refused(terminal_id=99) == []
    assert service.refused(1) == [last]
    assert service.refused(1, reason=first.reason) == [first]
    assert service.refused(terminal_id=known.id, reason=last.reason) == []


def test_the_gateway_counts_for_everybody_to_see(station, store, service, known, prompt):
    assert service.gateway() is None
    station.start(max_connections=1)
    client = station.signed_on()
    assert client.report() == Result.OK
    assert station.client().read() is None
    flush(station)
    gateway = service.gateway()
    assert gateway.alive
    assert gateway.address == f"127.0.0.1:{station.gateway.port}"
    assert (gateway.connections, gateway.terminals_online, gateway.turned_away) == (1, 1, 1)
    assert (gateway.frames, gateway.reports, gateway.acknowledged) == (2, 1, 1)
    assert gateway.started <= gateway.updated
    station.stop()
    gateway = service.gateway()
    assert (gateway.alive, gateway.terminals_online) == (False, 0)


def test_a_frame_that_is_only_a_heartbeat_is_heard(station, service, known, prompt):
    station.start()
    client = station.signed_on()
    flush(station)
    [before] = service.terminals()
    assert client.ask(MessageId.HEARTBEAT) == Result.OK
    flush(station)
    [after] = service.terminals()
    assert after.heard > before.heard


def test_the_last_frames_come_decoded_up_and_down(station, service, known):
    station.start()
    client = station.client()
    client.send(
        MessageId.REGISTER,
        bytes(4) + b"MAKER" + b"MODEL".ljust(20, b"\0") + b"0000001" + b"\x02" + "鲁B00042D".encode("gbk"),
    )
    assert client.read().msg_id == 0x8100
    assert client.sign_on() == Result.OK
    wire = client.send(MessageId.POSITION, _position(30))
    assert client.answer() == (MessageId.POSITION, Result.OK)
    flush(station)
    frames = service.last_frames(known.id)
    assert [(frame.direction, frame.title) for frame in frames] == [
        ("up", "位置信息汇报"),
        ("up", "终端鉴权"),
        ("down", "终端注册应答"),
        ("up", "终端注册"),
    ]
    report = frames[0]
    assert (report.wire, report.msg_id, report.phone, report.sequence) == (wire, 0x0200, known.phone, client.sequence)
    fields = {field.path: field for field in report.fields}
    assert (fields["speed_kmh"].label, fields["speed_kmh"].notation) == ("速度", "WORD")
    assert fields["speed_kmh"].clause
    assert b"".join(field.data for field in report.fields) == _position(30)
    assert service.last_frames(known.id, 1) == frames[:1]
    assert service.last_frames(99) == []


def _position(step):
    from tests.services.station import position_body

    return position_body(step, items=bytes.fromhex("0104000003e8"))


def test_frames_of_sealed_hours_are_found_too(station, store, service, known):
    station.start(unix_us=lambda: BEGIN_S * 1_000_000)
    client = station.signed_on()
    assert client.report(1) == Result.OK
    station.stop()
    before = service.last_frames(known.id)
    store.seal(BEGIN_S + 10 * 3600)
    assert store._database.fetch("SELECT count(*) FROM raw_frame") == [(0,)]
    assert service.last_frames(known.id) == before
    assert len(before) == 2


def test_watchers_are_told_what_changed(station, store, service, known, prompt):
    told = []

    async def run():
        news = asyncio.Event()
        end = service.subscribe(lambda one: (told.append(one), news.set()))
        following = asyncio.create_task(service.follow())
        async with asyncio.timeout(WAIT_S):
            await service.loaded.wait()
            assert told == [TerminalNews(None, gateway=True, reports=True)]
            await asyncio.to_thread(station.start)
            client = await asyncio.to_thread(station.signed_on)
            await asyncio.to_thread(client.report)
            while not (
                any(one.terminals == {known.id} for one in told)
                and any(one.gateway for one in told[1:])
                and any(one.reports for one in told[1:])
            ):
                news.clear()
                await news.wait()
        end()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.expects_warnings("a subscriber of the terminals failed")
def test_a_watcher_that_fails_disturbs_no_other(service):
    told = []

    def fail(_):
        raise RuntimeError("page gone")

    service.subscribe(fail)
    service.subscribe(told.append)

    async def run():
        following = asyncio.create_task(service.follow())
        await service.loaded.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    asyncio.run(run())
    assert len(told) == 1

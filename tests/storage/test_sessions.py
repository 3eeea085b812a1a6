"""Sessions of terminals and what the gateway tells of itself."""

import datetime as dt

import pytest

from laixi_transport.domain.change import Topic
from laixi_transport.domain.session import SessionEnd
from laixi_transport.storage import sessions as module
from laixi_transport.storage.feed import EVERYTHING
from laixi_transport.storage.sessions import Ended, GatewayNumbers, Heard, Opened, SentFrame, microseconds, moment

AT_US = 1_763_900_000_123_456


@pytest.fixture(autouse=True)
def terminals(store):
    """Enter terminals 1 to 8 into the register."""
    for number in range(1, 9):
        assert store.register.enter_terminal(f"1390000000{number}").id == number


@pytest.fixture
def write(store):
    """Return what writes in a unit and waits for the commit."""
    return lambda unit: store.writer.run(unit).result(20)


def opened(terminal_id=7, since_us=AT_US):
    return Opened(terminal_id, since_us, "192.0.2.1", 40001, "2019")


def told(store, topic):
    rows = store._database.fetch("SELECT key FROM change_log WHERE topic = ? ORDER BY id", (topic.value,))
    return [key for (key,) in rows]


def test_microseconds_survive():
    assert microseconds(moment(AT_US)) == AT_US
    assert moment(AT_US) == dt.datetime(2025, 11, 23, 12, 13, 20, 123456, tzinfo=dt.UTC)


def test_a_session_is_open_until_it_ends(store, write):
    write(lambda s: store.sessions.write(s, [opened()], []))
    session = store.sessions.newest()[7]
    assert (session.open, session.host, session.port, session.version) == (True, "192.0.2.1", 40001, "2019")
    write(lambda s: store.sessions.write(s, [], [], [Heard(7, AT_US, AT_US + 5_000_000)]))
    assert store.sessions.newest()[7].heard == moment(AT_US + 5_000_000)
    write(lambda s: store.sessions.write(s, [], [Ended(7, AT_US, AT_US + 9_000_000, SessionEnd.IDLE)]))
    session = store.sessions.newest()[7]
    assert (session.open, session.until, session.end) == (False, moment(AT_US + 9_000_000), SessionEnd.IDLE)
    assert store.sessions.open() == []
    assert told(store, Topic.TERMINAL) == ["7", "7"]


def test_a_session_that_began_and_ended_between_two_writings_is_one_row(store, write):
    write(lambda s: store.sessions.write(s, [opened()], [Ended(7, AT_US, AT_US + 1, SessionEnd.TAKEN_OVER)]))
    [session] = store.sessions.history(7)
    assert session.end is SessionEnd.TAKEN_OVER


def test_the_newest_of_each_terminal_is_found(store, write):
    write(lambda s: store.sessions.write(s, [opened(7, AT_US + n) for n in range(3)] + [opened(8)], []))
    newest = store.sessions.newest()
    assert {i: session.since for i, session in newest.items()} == {7: moment(AT_US + 2), 8: moment(AT_US)}
    assert store.sessions.newest([8]) == {8: newest[8]}
    assert store.sessions.newest([]) == {}
    assert [session.since for session in store.sessions.history(7, 2)] == [moment(AT_US + 2), moment(AT_US + 1)]


def test_a_lost_gateway_s_sessions_end_when_they_were_last_heard(store, write):
    write(lambda s: store.sessions.write(s, [opened(7), opened(8)], [], [Heard(8, AT_US, AT_US + 60_000_000)]))
    assert write(lambda s: store.sessions.end_all(s, SessionEnd.GATEWAY_LOST)) == 2
    ended = store.sessions.newest()
    assert [ended[i].until for i in (7, 8)] == [moment(AT_US), moment(AT_US + 60_000_000)]
    assert ended[7].end is SessionEnd.GATEWAY_LOST
    assert told(store, Topic.TERMINAL)[-1] == EVERYTHING
    assert write(lambda s: store.sessions.end_all(s, SessionEnd.GATEWAY_LOST)) == 0


def test_a_whole_fleet_is_told_in_one_word(store, write):
    write(lambda s: store.sessions.write(s, [opened(i) for i in range(1, 300)], []))
    assert told(store, Topic.TERMINAL) == [EVERYTHING]


def test_what_went_down_is_kept_newest_first(store, write):
    write(lambda s: store.sessions.sent(s, [SentFrame(7, AT_US + n, bytes((n,))) for n in range(5)]))
    write(lambda s: store.sessions.sent(s, [SentFrame(8, AT_US, b"other")]))
    assert [frame.data for frame in store.sessions.last_sent(7, 2)] == [b"\x04", b"\x03"]
    assert told(store, Topic.TERMINAL) == ["7", "8"]


def test_what_is_kept_is_bounded(store, write, monkeypatch):
    monkeypatch.setattr(module, "SENT_FRAMES", 10)
    monkeypatch.setattr(module, "SESSIONS", 5)
    ends = [Ended(7, AT_US + n, AT_US + n, SessionEnd.CONNECTION_LOST) for n in range(19)]
    write(lambda s: store.sessions.write(s, [opened(7, AT_US + n) for n in range(20)], ends))
    write(lambda s: store.sessions.sent(s, [SentFrame(7, AT_US, bytes((n,))) for n in range(25)]))
    assert write(store.sessions.prune) == 15 + 15
    assert [frame.data for frame in store.sessions.last_sent(7, 100)] == [bytes((n,)) for n in range(24, 14, -1)]
    assert len(store.sessions.history(7)) == 5
    assert store.sessions.newest()[7].open


def test_the_gateway_s_numbers_are_one_row(store, write):
    assert store.sessions.gateway() is None
    for frames in (1, 2):
        numbers = GatewayNumbers("0.0.0.0:6808", moment(AT_US), moment(AT_US + frames), False, {"frames": frames})
        write(lambda s, numbers=numbers: store.sessions.write_gateway(s, numbers))
    assert store.sessions.gateway() == numbers
    assert told(store, Topic.GATEWAY) == ["", ""]

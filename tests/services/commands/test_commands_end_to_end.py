"""From a seat over the database and the gateway to a terminal on a real socket, and back."""

import asyncio
import datetime as dt
import threading

import pytest

from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.domain.command import CommandResult, CommandState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import utc_now
from laixi_transport.services.commands.executor import UNDER_WAY, Executor
from laixi_transport.services.commands.media_commands import TakePhoto
from laixi_transport.services.commands.service import CommandService
from laixi_transport.services.commands.terminal_commands import (
    AskAttributes,
    AskParameters,
    AskPosition,
    AskRecorder,
    ControlDoors,
    SetParameters,
    TextToDriver,
)
from laixi_transport.services.commands.video_commands import DownloadRecording
from laixi_transport.storage import open_store
from tests.services.station import WAIT_S, position_body

BEGIN, END = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC), dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


class Seat:
    """A desktop that sends commands and watches what becomes of them."""

    def __init__(self, store):
        self.service = CommandService(store, operator="tester")
        self.seen = []
        self._changed = threading.Condition()
        self.service.subscribe(self._on_commands)
        self._ended = asyncio.Event()
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._follow(ready)), name="seat")
        self._thread.start()
        assert ready.wait(WAIT_S)

    async def _follow(self, ready):
        self._loop = asyncio.get_running_loop()
        following = asyncio.create_task(self.service.follow())
        await self.service.loaded.wait()
        ready.set()
        await self._ended.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    def _on_commands(self, entries):
        with self._changed:
            self.seen += entries
            self._changed.notify_all()

    def send(self, terminal, command, **how):
        return self.service.send(terminal.id, command, **how).result(WAIT_S)

    def until(self, entry, *states):
        """Wait until a command has one of these states, and return it as it then is."""
        with self._changed:
            assert self._changed.wait_for(
                lambda: any(seen.id == entry.id and seen.state in states for seen in self.seen), WAIT_S
            ), self.service.get(entry.id)
        return self.service.get(entry.id)

    def close(self):
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()


@pytest.fixture
def seat(store):
    seat = Seat(store)
    yield seat
    seat.close()


def general(frame, result=0):
    """Return the body of the general answer to a frame."""
    return frame.sequence.to_bytes(2) + frame.msg_id.to_bytes(2) + bytes((result,))


def test_a_text_goes_to_the_driver_and_its_answer_comes_back(station, seat, known):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, TextToDriver(text="前方拥堵，减速"), by="officer 7")
    assert (entry.state, entry.made_by, entry.kind) == (CommandState.QUEUED, "officer 7", "text")
    frame = client.read()
    assert (frame.msg_id, frame.body[1:].decode("gbk")) == (0x8300, "前方拥堵，减速")
    client.send(MessageId.TERMINAL_ANSWER, general(frame))
    done = seat.until(entry, CommandState.ANSWERED)
    assert (done.result, done.attempts, done.sequence) == (CommandResult.OK, 1, frame.sequence)
    assert done.sent_at <= done.settled_at
    sent, answer = seat.service.frames(done)
    assert (sent.direction, sent.title, sent.wire) == ("down", "文本信息下发", frame.wire)
    assert "前方拥堵，减速" in [field.value for field in sent.fields]
    assert (answer.direction, answer.title) == ("up", "终端通用应答")
    assert seat.service.list(known.id) == [done]


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (1, CommandResult.FAILED),
        (2, CommandResult.BAD_MESSAGE),
        (3, CommandResult.UNSUPPORTED),
    ],
)
def test_what_a_terminal_refuses_has_failed(station, seat, known, result, told):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, ControlDoors(lock=1))
    client.send(MessageId.TERMINAL_ANSWER, general(client.read(), result))
    assert seat.until(entry, CommandState.FAILED).result is told


def test_an_asked_position_is_the_answer_and_is_stored(station, seat, known):
    station.start()
    client = station.signed_on(version=2019)
    entry = seat.send(known, AskPosition())
    frame = client.read()
    assert frame.msg_id == 0x8201
    assert client.ask(0x0201, frame.sequence.to_bytes(2) + position_body(5)) == Result.OK
    done = seat.until(entry, CommandState.ANSWERED)
    [answer] = seat.service.frames(done)[1:]
    assert (answer.msg_id, answer.title) == (0x0201, "位置信息查询应答")
    assert station.stats().stored == 1


def test_answers_without_a_sequence_number_settle_the_oldest_that_waits_for_them(station, seat, known):
    station.start()
    client = station.signed_on(version=2019)
    entries = [seat.send(known, AskAttributes()) for _ in range(2)]
    for _ in entries:
        assert client.read().msg_id == 0x8107
    body = bytes(2) + b"MAKER".ljust(11, b"\0") + bytes(30) + bytes(30) + bytes(10) + b"\x01H\x01F" + bytes(2)
    client.ask(0x0107, body)
    done = seat.until(entries[0], CommandState.ANSWERED)
    assert "MAKER" in [field.value for field in seat.service.frames(done)[-1].fields]
    assert seat.service.get(entries[1].id).state is CommandState.SENT


def test_a_long_answer_in_parts_is_put_together(station, seat, known):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, AskParameters(numbers=(0x0013, 0x0055)))
    frame = client.read()
    assert (frame.msg_id, frame.body.hex()) == (0x8106, "020000001300000055")
    text = b"\x00\x00\x00\x13\x10platform.example"
    body = frame.sequence.to_bytes(2) + b"\x02" + text + b"\x00\x00\x00\x55\x04\x00\x00\x00\x50"
    client.sock.sendall(client.frame(0x0104, body[:20], packet=(2, 1)) + client.frame(0x0104, body[20:], packet=(2, 2)))
    done = seat.until(entry, CommandState.ANSWERED)
    [answer] = seat.service.frames(done)[1:]
    assert [field.value for field in answer.fields if field.path == "settings[0].value"] == ["platform.example"]


def test_a_photo_is_taken_then_told(station, seat, known):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, TakePhoto(channel=2))
    frame = client.read()
    client.send(MessageId.TERMINAL_ANSWER, general(frame))
    assert client.ask(0x0805, frame.sequence.to_bytes(2) + b"\x00\x00\x01\x00\x00\x00\x2a") == Result.OK
    done = seat.until(entry, CommandState.ANSWERED)
    assert (done.result, seat.service.frames(done)[-1].msg_id) == (CommandResult.OK, 0x0805)


def test_a_photo_that_could_not_be_taken_has_failed_with_its_number(station, seat, known):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, TakePhoto(channel=9))
    frame = client.read()
    client.send(0x0805, frame.sequence.to_bytes(2) + b"\x02\x00\x00")
    done = seat.until(entry, CommandState.FAILED)
    assert (done.result, done.detail) == (CommandResult.FAILED, "result 2")


def test_what_was_accepted_and_never_told_is_accepted(station, seat, known, monkeypatch):
    monkeypatch.setattr(TakePhoto, "PATIENCE_S", 0.05)
    station.start()
    client = station.signed_on()
    entry = seat.send(known, TakePhoto())
    client.send(MessageId.TERMINAL_ANSWER, general(client.read()))
    assert seat.until(entry, CommandState.ANSWERED).result is CommandResult.ACCEPTED


def test_a_command_waits_until_its_terminal_is_on_line(station, seat, known):
    station.start()
    entry = seat.send(known, AskPosition())
    later = seat.send(known, TextToDriver(text="later"))
    client = station.signed_on()
    assert [client.read().msg_id, client.read().msg_id] == [0x8201, 0x8300]
    assert seat.until(entry, CommandState.SENT).attempts == 1
    assert seat.until(later, CommandState.SENT).attempts == 1


def test_commands_sent_while_no_gateway_ran_leave_when_one_starts(station, seat, known):
    entry = seat.send(known, AskPosition())
    station.start()
    client = station.signed_on()
    assert client.read().msg_id == 0x8201
    seat.until(entry, CommandState.SENT)


def test_a_command_expires_when_its_terminal_does_not_come(station, seat, known):
    station.start()
    entry = seat.send(known, AskPosition(), expires_s=0.0)
    assert seat.until(entry, CommandState.EXPIRED).result is CommandResult.NOT_ONLINE
    client = station.signed_on()
    assert client.ask(MessageId.HEARTBEAT) == Result.OK


def test_a_command_is_taken_back_before_it_leaves_and_not_after(station, seat, known):
    station.start()
    entry = seat.send(known, AskPosition())
    gone = seat.service.cancel(entry.id, by="officer 7").result(WAIT_S)
    assert (gone.state, gone.detail) == (CommandState.CANCELLED, "officer 7")
    client = station.signed_on()
    sent = seat.send(known, TextToDriver(text="x"))
    assert client.read().msg_id == 0x8300  # and not 8201 before it
    assert seat.service.cancel(sent.id).result(WAIT_S).state is CommandState.SENT


def test_an_unknown_terminal_and_an_unknown_command_are_told(seat):
    with pytest.raises(LookupError, match="no terminal 99"):
        seat.service.send(99, AskPosition()).result(WAIT_S)
    with pytest.raises(LookupError, match="no command 99"):
        seat.service.cancel(99).result(WAIT_S)


def test_what_no_terminal_could_be_told_is_refused_at_once(seat, known):
    with pytest.raises(Problem, match="begin and an end"):
        seat.service.send(known.id, AskRecorder(what=8))


def test_what_this_version_of_the_terminal_cannot_be_told_has_failed(station, store, seat, known):
    station.start()
    station.signed_on()
    now = utc_now()
    entry = store.writer.run(
        lambda session: store.commands.add(session, known.id, "unheard_of", {}, by="", at=now, expires=now + MINUTE)
    ).result(WAIT_S)
    done = seat.until(entry, CommandState.FAILED)
    assert (done.result, done.attempts) == (CommandResult.NOT_POSSIBLE, 0)
    assert "unheard_of" in done.detail


def test_a_long_message_goes_down_in_parts_and_parts_that_were_missed_again(station, seat, known):
    station.start()
    client = station.signed_on(version=2019)
    values = tuple((number, "x" * 200) for number in range(0x0010, 0x0018))
    entry = seat.send(known, SetParameters(values=values))
    parts = [client.read(), client.read()]
    assert [(part.parts, part.part) for part in parts] == [(2, 1), (2, 2)]
    client.send(0x0005, parts[0].sequence.to_bytes(2) + b"\x00\x01\x00\x02")
    again = client.read()
    assert (again.part, again.sequence, again.body) == (2, parts[1].sequence, parts[1].body)
    client.send(MessageId.TERMINAL_ANSWER, general(parts[1]))
    assert seat.until(entry, CommandState.ANSWERED).attempts == 1


class Repeating:
    """Commands that are repeated soon."""

    @pytest.fixture(autouse=True)
    def soon(self, monkeypatch):
        monkeypatch.setattr(
            Executor.__init__, "__kwdefaults__", Executor.__init__.__kwdefaults__ | {"first_wait_s": 0.05}
        )


class TestWithoutAnswer(Repeating):
    def test_a_command_is_repeated_with_its_number_and_then_given_up(self, station, seat, known):
        station.start()
        client = station.signed_on()
        entry = seat.send(known, AskPosition())
        frames = [client.read() for _ in range(3)]
        assert len({frame.wire for frame in frames}) == 1
        done = seat.until(entry, CommandState.FAILED)
        assert (done.result, done.attempts) == (CommandResult.NO_ANSWER, 3)
        assert client.ask(MessageId.HEARTBEAT) == Result.OK

    def test_a_late_answer_to_the_first_sending_counts(self, station, seat, known):
        station.start()
        client = station.signed_on()
        entry = seat.send(known, TextToDriver(text="x"))
        first = client.read()
        client.read()
        client.send(MessageId.TERMINAL_ANSWER, general(first))
        assert seat.until(entry, CommandState.ANSWERED).attempts == 2


def test_a_link_that_is_lost_leaves_what_was_sent_unknown(station, seat, known):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, TextToDriver(text="x"))
    client.read()
    client.close()
    assert seat.until(entry, CommandState.UNKNOWN).result is CommandResult.LINK_LOST
    again = station.signed_on()
    assert again.ask(MessageId.HEARTBEAT) == Result.OK  # and nothing was sent before it


def test_a_gateway_that_stops_leaves_what_was_sent_unknown(station, seat, known):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, TextToDriver(text="x"))
    client.read()
    station.stop()
    assert seat.until(entry, CommandState.UNKNOWN).result is CommandResult.GATEWAY_LOST


def test_what_a_killed_gateway_had_sent_is_unknown_and_is_not_sent_again(station, store, seat, known):
    entry = seat.send(known, TextToDriver(text="x"))
    now = utc_now()
    store.writer.run(
        lambda session: store.commands.leave(session, entry.id, now, sequence=3, frames=b"\x7e\x7e")
    ).result(WAIT_S)
    station.start()
    client = station.signed_on()
    assert seat.until(entry, CommandState.UNKNOWN).result is CommandResult.GATEWAY_LOST
    assert client.ask(MessageId.HEARTBEAT) == Result.OK


def test_no_more_than_a_few_are_under_way_to_one_terminal(station, seat, known):
    station.start()
    client = station.signed_on()
    for number in range(UNDER_WAY + 1):
        seat.send(known, TextToDriver(text=str(number)))
    frames = [client.read() for _ in range(UNDER_WAY)]
    assert client.ask(MessageId.HEARTBEAT) == Result.OK
    client.send(MessageId.TERMINAL_ANSWER, general(frames[3]))
    assert client.read().body[1:] == str(UNDER_WAY).encode()


def test_a_password_is_forgotten_once_the_command_is_settled_and_is_never_among_the_frames(station, store, seat, known):
    station.start()
    client = station.signed_on()
    entry = seat.send(known, DownloadRecording(server="192.0.2.7", user="u", password="s3cret", begin=BEGIN, end=END))
    frame = client.read()
    assert b"s3cret" in frame.body
    client.send(0x1206, frame.sequence.to_bytes(2) + b"\x00")
    done = seat.until(entry, CommandState.ANSWERED)
    assert done.parameters["password"] == ""
    assert done.frames == b""
    station.stop()
    assert not any(b"s3cret" in sent.data for sent in store.sessions.last_sent(known.id, 100))


def test_a_seat_in_another_process_sends_over_postgresql(postgresql_url):
    with open_store(postgresql_url) as gateways, open_store(postgresql_url) as seats:
        from tests.services.station import CODE, PHONE, Station

        known = gateways.register.enter_terminal(PHONE, auth_code=CODE)
        station, seat = Station(gateways), Seat(seats)
        try:
            station.start()
            client = station.signed_on()
            entry = seat.send(known, TextToDriver(text="x"))
            client.send(MessageId.TERMINAL_ANSWER, general(client.read()))
            assert seat.until(entry, CommandState.ANSWERED).made_by == "tester"
        finally:
            seat.close()
            station.end()

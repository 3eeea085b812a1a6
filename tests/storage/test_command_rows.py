"""The queue of commands: every change of state happens once, whoever is faster."""

import datetime as dt

import pytest

from laixi_transport.domain.change import Topic
from laixi_transport.domain.command import CommandResult, CommandState

AT = dt.datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(minutes=10)


@pytest.fixture
def write(store):
    return lambda unit: store.writer.run(unit).result(20)


@pytest.fixture
def queued(store, write, terminal):
    return write(
        lambda s: store.commands.add(
            s, terminal.id, "text", {"text": "前方", "password": "secret"}, by="officer 7", at=AT, expires=LATER
        )
    )


def leave(store, write, command_id, sequence=5):
    return write(lambda s: store.commands.leave(s, command_id, AT, sequence=sequence, frames=b"\x7e1\x7e"))


def settle(store, write, command_id, state=CommandState.ANSWERED, **more):
    return write(lambda s: store.commands.settle(s, command_id, state, CommandResult.OK, LATER, **more))


def test_a_queued_command_is_read_as_it_was_made(store, queued, terminal):
    assert store.commands.get(queued.id) == queued
    assert queued.parameters == {"text": "前方", "password": "secret"}
    assert (queued.terminal_id, queued.made_at, queued.expires_at) == (terminal.id, AT, LATER)
    assert store.commands.unsettled() == [queued]
    assert store.commands.last(terminal.id, 5) == store.commands.last(None, 5) == [queued]
    assert store.commands.last(terminal.id + 1, 5) == []


def test_a_command_leaves_once(store, write, queued):
    left = leave(store, write, queued.id)
    assert (left.state, left.sequence, left.frames, left.attempts) == (CommandState.SENT, 5, b"\x7e1\x7e", 1)
    assert leave(store, write, queued.id) is None
    write(lambda s: store.commands.repeated(s, queued.id))
    assert store.commands.get(queued.id).attempts == 2


def test_what_did_not_leave_after_all_is_queued_again(store, write, queued):
    leave(store, write, queued.id)
    write(lambda s: store.commands.stay(s, queued.id))
    assert store.commands.get(queued.id) == queued


def test_who_takes_back_is_noted_and_what_has_left_stays(store, write, queued):
    assert write(lambda s: store.commands.cancel(s, queued.id, AT, "officer 8")).detail == "officer 8"
    assert leave(store, write, queued.id) is None
    assert store.commands.unsettled() == []


def test_a_command_is_settled_once(store, write, queued):
    leave(store, write, queued.id)
    assert settle(store, write, queued.id, answer=b"\x7ea\x7e")
    assert not settle(store, write, queued.id, CommandState.FAILED)
    done = store.commands.get(queued.id)
    assert (done.state, done.result, done.answer, done.settled_at) == (
        CommandState.ANSWERED,
        CommandResult.OK,
        b"\x7ea\x7e",
        LATER,
    )
    write(lambda s: store.commands.repeated(s, queued.id))
    assert store.commands.get(queued.id) == done


def test_a_secret_goes_with_the_settling(store, write, queued):
    leave(store, write, queued.id)
    settle(store, write, queued.id, forget={"password"})
    done = store.commands.get(queued.id)
    assert done.parameters == {"text": "前方", "password": ""}
    assert done.frames == b""


def test_what_an_earlier_gateway_sent_is_unknown_and_what_is_queued_stays(store, write, queued, terminal):
    other = write(lambda s: store.commands.add(s, terminal.id, "text", {}, by="", at=AT, expires=LATER))
    leave(store, write, queued.id)
    assert write(lambda s: store.commands.lose_sent(s, LATER)) == 1
    assert store.commands.get(queued.id).state is CommandState.UNKNOWN
    assert store.commands.unsettled() == [other]


def test_every_change_is_told(store, write, queued):
    leave(store, write, queued.id)
    settle(store, write, queued.id)
    rows = store._database.fetch("SELECT key FROM change_log WHERE topic = ?", (Topic.COMMAND.value,))
    assert rows == [(str(queued.id),)] * 3


def test_unknown_terminals_and_commands_are_refused(store, write):
    with pytest.raises(LookupError, match="no terminal 9"):
        write(lambda s: store.commands.add(s, 9, "text", {}, by="", at=AT, expires=LATER))
    with pytest.raises(LookupError, match="no command 9"):
        write(lambda s: store.commands.cancel(s, 9, AT, ""))
    assert store.commands.get(9) is None

import asyncio
import contextlib

import psycopg
import pytest

from laixi_transport.domain.change import Change, Topic
from laixi_transport.storage import open_store
from laixi_transport.storage.changes import announce, prune
from laixi_transport.storage.feed import EVERYTHING

SOON_S = 20


def say(store, key, topic=Topic.REGISTER):
    return store.writer.run(lambda session: announce(store._database.cursor(session.connection()), topic, key))


async def collect(store, after, enough):
    """Return the changes until ``enough(changes)`` is true."""
    found = []
    async with contextlib.aclosing(store.feed.changes(after)) as changes:
        async for batch in changes:
            found += batch
            if enough(found):
                return found
    raise AssertionError("the feed ended")


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, SOON_S))


def test_a_commit_wakes_the_reader(store):
    async def listen():
        reading = asyncio.create_task(collect(store, 0, lambda found: len(found) == 3))
        await asyncio.to_thread(say(store, "1").result)
        await asyncio.to_thread(say(store, "2").result)
        await asyncio.to_thread(say(store, "3", Topic.ALERT).result)
        return await reading

    found = run(listen())
    assert [(c.topic, c.key) for c in found] == [(Topic.REGISTER, "1"), (Topic.REGISTER, "2"), (Topic.ALERT, "3")]
    assert sorted({c.id for c in found}) == [c.id for c in found]
    assert store.feed.newest() == found[-1].id


def test_a_reader_goes_on_where_it_left(store):
    for key in "abc":
        say(store, key).result()
    first = run(collect(store, 0, lambda found: len(found) == 3))
    say(store, "d").result()
    assert [c.key for c in run(collect(store, first[1].id, lambda found: len(found) == 2))] == ["c", "d"]


def test_what_was_rolled_back_is_not_told(store):
    def unit(session):
        announce(store._database.cursor(session.connection()), Topic.REGISTER, "never")
        raise LookupError

    with pytest.raises(LookupError):
        store.writer.run(unit).result()
    say(store, "yes").result()
    assert [c.key for c in run(collect(store, 0, bool))] == ["yes"]


def test_reports_are_told_by_their_state(store, terminal, make_report, submit):
    async def listen():
        reading = asyncio.create_task(
            collect(store, store.feed.newest(), lambda found: found[-1].topic is Topic.VEHICLE_STATE)
        )
        await asyncio.to_thread(submit, store, reports=[make_report(terminal, 3)])
        return await reading

    change = run(listen())[-1]
    version, states = store.fleet.states(int(change.key) - 1)
    assert version == int(change.key)
    assert [s.time_s for s in states] == [make_report(terminal, 3).time_s]


def test_the_register_tells_its_vehicle(store, terminal):
    found = run(collect(store, 0, bool))
    assert [c[1:] for c in found] == [(Topic.REGISTER, str(terminal.vehicle_id))]


def test_a_reader_that_was_away_too_long_is_told_to_read_everything(store):
    for i in range(20):
        say(store, str(i)).result()
    first = run(collect(store, 0, bool))
    store.writer.run(lambda session: prune(store._database.cursor(session.connection()), 5)).result()
    found = run(collect(store, first[3].id, lambda found: found[-1].key == "19"))
    assert [c.key for c in found] == [EVERYTHING] * len(Topic) + ["15", "16", "17", "18", "19"]
    assert {c.topic for c in found[: len(Topic)]} == set(Topic)


def test_many_readers_hear_the_same(store):
    async def listen():
        readers = [asyncio.create_task(collect(store, 0, lambda found: len(found) == 30)) for _ in range(4)]
        for i in range(30):
            say(store, str(i))
        return await asyncio.gather(*readers)

    heard = run(listen())
    assert [[c.key for c in one] for one in heard] == [[str(i) for i in range(30)]] * 4


def test_a_reader_in_a_closed_loop_is_forgotten(sqlite_url):
    with open_store(sqlite_url) as store:
        loop = asyncio.new_event_loop()
        generator = store.feed.changes(0)
        say(store, "1").result()
        assert loop.run_until_complete(anext(generator)) == [Change(1, Topic.REGISTER, "1")]
        pending = loop.create_task(anext(generator))
        loop.run_until_complete(asyncio.sleep(0))
        pending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(pending)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        say(store, "2").result()
        assert not store.feed._listeners


def test_another_process_is_heard(postgresql_url):
    with open_store(postgresql_url) as mine, open_store(postgresql_url) as other:

        async def listen():
            reading = asyncio.create_task(collect(mine, 0, lambda found: len(found) == 2))
            for key in "ab":
                await asyncio.to_thread(say(other, key).result)
            return await reading

        assert [c.key for c in run(listen())] == ["a", "b"]


def test_a_reader_finds_the_server_again_and_catches_up(postgresql_url):
    with open_store(postgresql_url) as store:

        async def listen():
            reading = asyncio.create_task(collect(store, 0, lambda found: len(found) == 3))
            for key in "abc":
                await asyncio.to_thread(say(store, key).result)
                await asyncio.to_thread(cut)
            return await reading

        def cut():
            with psycopg.connect(postgresql_url, autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

        assert [c.key for c in run(listen())] == ["a", "b", "c"]


def test_an_id_that_is_committed_late_is_told_all_the_same(postgresql_url):
    with open_store(postgresql_url) as store, psycopg.connect(postgresql_url) as slow:
        insert = "INSERT INTO change_log (at, topic, key) VALUES (now(), 'register', %s)"

        async def listen():
            heard = []
            slow.execute(insert, ("slow",))
            for key in ("first", "second"):
                await asyncio.to_thread(say(store, key).result)
            async with contextlib.aclosing(store.feed.changes(0)) as changes:
                async for batch in changes:
                    heard += [change.key for change in batch]
                    if heard == ["before", "first", "second"]:
                        slow.execute("NOTIFY laixi_transport")
                        slow.commit()
                    if len(heard) >= 4:
                        break
            return heard

        say(store, "before").result()
        assert run(listen()) == ["before", "first", "second", "slow"]


def test_a_file_opened_for_reading_has_no_feed(sqlite_url):
    open_store(sqlite_url).close()
    with open_store(sqlite_url, read_only=True) as store, pytest.raises(ValueError, match="no feed"):
        run(collect(store, 0, bool))

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest
from sqlalchemy import text

from laixi_transport.domain.frame import Batch
from laixi_transport.domain.problem import Problem
from laixi_transport.storage import open_store


class Waiting:
    """Remembers what the writer said of a batch."""

    def __init__(self, store, batch):
        self.event = threading.Event()
        self.errors = []
        store.writer.submit(batch, self)

    def __call__(self, error):
        self.errors.append(error)
        self.event.set()

    def result(self, timeout_s=30):
        assert self.event.wait(timeout_s)
        return self.errors


def until(condition, timeout_s=30):
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)


def test_done_is_called_after_the_commit_in_the_writer_thread(store, terminal, make_report, database_url):
    seen = []

    def done(error):
        with open_store(database_url, read_only=True) as other:
            seen.append((error, threading.current_thread().name, other.stats().stored))

    store.writer.submit(Batch([make_report(terminal, 0)]), done)
    store.writer.run(lambda session: None).result()
    assert seen == [(None, "writer", 1)]


def test_units_and_batches_keep_their_order(store, terminal, make_report):
    counts = []

    def count(session):
        counts.append(session.execute(text("SELECT count(*) FROM position")).scalar())

    block = threading.Event()
    store.writer.run(lambda session: block.wait(30) and None)
    for i in range(3):
        store.writer.submit(Batch([make_report(terminal, i)]), lambda error: None)
        last = store.writer.run(count)
    assert store.writer.backlog >= 6
    block.set()
    last.result()
    assert counts == [1, 2, 3]


def test_a_failing_unit_takes_nothing_along(store, terminal, make_report):
    block = threading.Event()
    store.writer.run(lambda session: block.wait(30) and None)
    before = Waiting(store, Batch([make_report(terminal, 0)]))

    def fail(session):
        session.execute(text("DELETE FROM position"))
        raise LookupError("no such thing")

    failing = store.writer.run(fail)
    wrong = store.writer.run(lambda session: session.execute(text("INSERT INTO vehicle_plate (plate) VALUES (NULL)")))
    after = Waiting(store, Batch([make_report(terminal, 1)]))
    block.set()
    assert before.result() == after.result() == [None]
    with pytest.raises(LookupError, match="no such thing"):
        failing.result()
    with pytest.raises(Exception, match=r"NOT NULL|not-null"):
        wrong.result()
    assert store.stats().stored == 2


def test_a_cancelled_unit_is_not_run(store):
    block = threading.Event()
    store.writer.run(lambda session: block.wait(30) and None)
    ran = []
    until(lambda: store.writer.backlog == 1)
    waiting = store.writer.run(lambda session: ran.append(1))
    assert waiting.cancel()
    block.set()
    store.writer.run(lambda session: None).result()
    with pytest.raises(CancelledError):
        waiting.result()
    assert ran == []


@pytest.mark.expects_warnings("cannot be stored")
def test_a_batch_that_can_never_be_stored_is_given_back_alone(store, terminal, make_report):
    block = threading.Event()
    store.writer.run(lambda session: block.wait(30) and None)
    good = [Waiting(store, Batch([make_report(terminal, i)])) for i in range(2)]
    bad = Waiting(store, Batch([make_report(terminal, 2, lat_e6=None)]))
    good.append(Waiting(store, Batch([make_report(terminal, 3)])))
    block.set()
    assert [w.result() for w in good] == [[None]] * 3
    assert isinstance(bad.result()[0], Exception)
    assert store.stats().stored == 3
    assert store.writer.health.state == "ok"


@pytest.mark.expects_warnings("a listener of the writer failed")
def test_a_failing_listener_does_not_stop_the_writer(store, terminal, make_report, submit):
    store.writer.submit(Batch([make_report(terminal, 0)]), lambda error: 1 / 0)
    submit(store, reports=[make_report(terminal, 1)])
    assert store.stats().stored == 2


def test_closing_stores_what_is_queued(database_url, make_report):
    with open_store(database_url) as store:
        terminal = store.register.enter_terminal("13900000001")
        waiting = [Waiting(store, Batch([make_report(terminal, i)])) for i in range(200)]
    assert [w.errors for w in waiting] == [[None]] * 200
    with open_store(database_url) as store:
        assert store.stats().stored == 200


def test_nothing_is_taken_after_closing(store, terminal, make_report):
    store.close()
    with pytest.raises(RuntimeError, match="closed"):
        store.writer.submit(Batch([make_report(terminal, 0)]), lambda error: None)


def test_a_disk_that_gets_full_is_waited_for(sqlite_url, make_report):
    """The limit of pages makes SQLite say what a full disk makes it say."""
    with open_store(sqlite_url) as store:
        terminal = store.register.enter_terminal("13900000001")

        def limit_pages(extra):
            def unit(session):
                pages = session.execute(text("PRAGMA page_count")).scalar()
                session.execute(text(f"PRAGMA max_page_count = {pages + extra}"))

            store.writer.run(unit).result()

        limit_pages(2)
        reports = [make_report(terminal, i, other_items=bytes(200)) for i in range(3000)]
        first = Waiting(store, Batch(reports))
        second = Waiting(store, Batch([make_report(terminal, 9999)]))
        until(lambda: store.writer.health.state == "waiting")
        assert "full" in store.writer.health.message
        assert (first.errors, second.errors) == ([], [])
        assert store.stats().received == 0
        assert store.writer.backlog == 3001
        # Space is back. The writer's thread is held up by the batch, so the limit is lifted beside it.
        driver = store._database.writer.pool
        until(lambda: driver.checkedin() == 1)
        with store._database.writer.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA max_page_count = 1000000")
        assert first.result() == second.result() == [None]
        assert store.writer.health.state == "ok"
        assert store.stats().stored == 3001


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a disk of 3 MB; skipped where this process may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root may mount a small disk")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], check=False, capture_output=True)
    if done.returncode:
        pytest.skip(f"no small disk: {done.stderr.decode()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_really_full_disk_loses_nothing_and_goes_on(small_disk, make_report):
    ballast = small_disk / "ballast"
    with open_store(f"sqlite:///{small_disk / 'laixi.db'}") as store:
        terminal = store.register.enter_terminal("13900000001")
        with pytest.raises(OSError, match="space"):
            ballast.write_bytes(bytes(4 << 20))
        waiting = [
            Waiting(store, Batch([make_report(terminal, 100 * k + i, other_items=bytes(50)) for i in range(100)]))
            for k in range(20)
        ]
        until(lambda: store.writer.health.state == "waiting")
        stored = store.stats().stored
        assert stored == 100 * sum(w.errors == [None] for w in waiting)
        assert stored < 2000
        ballast.unlink()
        assert [w.result() for w in waiting] == [[None]] * 20
        assert store.stats().stored == 2000
        assert store.writer.health.state == "ok"


def test_closing_on_a_full_disk_gives_the_batch_back(small_disk, make_report):
    store = open_store(f"sqlite:///{small_disk / 'laixi.db'}")
    terminal = store.register.enter_terminal("13900000001")
    waiting = Waiting(store, Batch([make_report(terminal, i, other_items=bytes(200)) for i in range(30_000)]))
    until(lambda: store.writer.health.state == "waiting")
    store.close()
    assert isinstance(waiting.errors[0], Problem)


def test_a_lost_server_is_waited_for(postgresql_url, make_report, submit):
    import psycopg

    with open_store(postgresql_url) as store:
        terminal = store.register.enter_terminal("13900000001")
        submit(store, reports=[make_report(terminal, 0)])
        with psycopg.connect(postgresql_url, autocommit=True) as other:
            for _ in range(3):
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                submit(store, reports=[make_report(terminal, 0), make_report(terminal, 1)])
        stats = store.stats()
        assert (stats.stored, stats.duplicates) == (2, 5)


def test_only_one_gateway_stores_into_a_server(postgresql_url, make_report, submit):
    second = open_store(postgresql_url)
    with open_store(postgresql_url) as first:
        terminal = first.register.enter_terminal("13900000001")
        submit(first, reports=[make_report(terminal, 0)])
        assert second.register.enter_terminal("13900000002").id != terminal.id  # other writes go beside it
        waiting = Waiting(second, Batch([make_report(terminal, 0), make_report(terminal, 1)]))
        until(lambda: second.writer.health.state == "waiting")
        assert "Another gateway" in second.writer.health.message
        with open_store(postgresql_url) as third, pytest.raises(Problem, match="gateway already stores"):
            third.claim()
    assert waiting.result() == [None]
    assert (second.stats().stored, second.stats().duplicates) == (2, 1)
    second.claim()
    second.close()


STORE_UNTIL_KILLED = """
import os, sys
from laixi_transport.domain.frame import Batch
from laixi_transport.domain.position import PositionReport
from laixi_transport.storage import open_store
store = open_store(sys.argv[1])
terminal = store.register.enter_terminal("13900000001")
for i in range(int(sys.argv[2]), 10**6):
    numbers = [terminal.id, terminal.vehicle_id, 1763900000 + i] + [0] * 15 + [b"", 0, 1763900000000000]
    def done(error, i=i):
        os.write(1, b"%d\\n" % i)
    store.writer.submit(Batch([PositionReport._make(numbers)]), done)
"""


def test_what_was_acknowledged_before_a_kill_is_there_exactly_once(database_url):
    began = 0
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", STORE_UNTIL_KILLED, database_url, str(began)], stdout=subprocess.PIPE
        ) as process:
            acknowledged = [int(process.stdout.readline()) for _ in range(50)]
            process.send_signal(signal.SIGKILL)
            acknowledged += [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
        began = acknowledged[-1] - 20  # the terminal repeats what it is not sure of
        with open_store(database_url) as store:
            vehicle = store.register.vehicles()[0]
            times = store.tracks.track(vehicle.id, 0, 2**40).time_s - 1763900000
            assert len(set(times.tolist())) == len(times)
            assert set(range(acknowledged[-1] + 1)) <= set(times.tolist())
            stats = store.stats()
            assert stats.stored == len(times)
            store.writer.run(store.writer.settle).result()
            assert store.stats() == stats
            newest = store.fleet.states()[1]
            if not database_url.startswith("postgresql"):
                assert [s.time_s for s in newest] == [1763900000 + int(times[-1])]


def test_readers_see_whole_commits_while_the_writer_writes(store, terminal, make_report):
    wrong = []
    stop = threading.Event()

    def read():
        while not stop.is_set():
            n = len(store.tracks.track(terminal.vehicle_id, 0, 2**40))
            stats = store.stats()
            if n % 50 or stats.stored < n or stats.received != stats.stored + stats.duplicates:
                wrong.append((n, stats))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    last = [Waiting(store, Batch([make_report(terminal, 50 * k + i) for i in range(50)])) for k in range(60)][-1]
    last.result()
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_the_lock_file_stays_small(sqlite_url):
    open_store(sqlite_url).close()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    assert path.with_name(path.name + ".lock").stat().st_size < 32

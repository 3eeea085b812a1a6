"""The crossing from other threads to the window."""

import threading

import pytest
from PySide6.QtCore import QThread

from laixi_transport.ui.bridge import Bridge

VEHICLES = 50
POSTS = 400


def test_only_the_newest_value_of_a_key_arrives(qtbot, bridge):
    got = []
    bridge.listen("state", got.append)
    for value in range(10):
        bridge.post("state", "a", value)
    bridge.post("state", "b", 99)
    qtbot.waitUntil(lambda: bool(got))
    assert got == [[9, 99]]


def test_appended_values_all_arrive_in_order(qtbot, bridge):
    got = []
    bridge.listen("alerts", got.extend)
    bridge.append("alerts", 1, 2)
    bridge.append("alerts", 3)
    qtbot.waitUntil(lambda: len(got) == 3)
    assert got == [1, 2, 3]


def test_posts_of_many_threads_come_as_few_batches_on_the_window_thread(qtbot, application):
    bridge = Bridge(interval_ms=100)
    batches, threads = [], set()

    def take(values):
        batches.append(values)
        threads.add(QThread.currentThread())

    bridge.listen("state", take)

    def post(which):
        for number in range(POSTS):
            bridge.post("state", number % VEHICLES, (which, number))

    posting = [threading.Thread(target=post, args=(which,)) for which in range(4)]
    for thread in posting:
        thread.start()
    for thread in posting:
        thread.join()
    qtbot.waitUntil(lambda: bool(batches))
    assert sum(map(len, batches)) < 4 * POSTS / 4
    newest = {value[1] % VEHICLES: value[1] for batch in batches for value in batch}
    assert newest == {number % VEHICLES: number for number in range(POSTS - VEHICLES, POSTS)}
    assert threads == {application.thread()}
    bridge.close()


def test_no_value_is_lost_between_batches(qtbot, bridge):
    got = []
    bridge.listen("alerts", got.extend)

    def post():
        for number in range(3000):
            bridge.append("alerts", number)

    thread = threading.Thread(target=post)
    thread.start()
    qtbot.waitUntil(lambda: len(got) == 3000, timeout=10_000)
    thread.join()
    assert got == list(range(3000))


def test_calls_run_in_order_and_before_the_next_batch_is_due(qtbot, application):
    bridge = Bridge(interval_ms=60_000)
    ran = []
    for number in range(3):
        bridge.call(lambda number=number: ran.append(number))
    qtbot.waitUntil(lambda: len(ran) == 3)
    assert ran == [0, 1, 2]
    bridge.close()


@pytest.mark.expects_warnings("a receiver of state failed")
def test_a_failing_receiver_does_not_take_the_batch_from_the_others(qtbot, bridge):
    got = []

    def fail(_values):
        raise ValueError("bad receiver")

    bridge.listen("state", fail)
    bridge.listen("state", got.extend)
    bridge.post("state", 1, "value")
    qtbot.waitUntil(lambda: got == ["value"])


def test_a_listener_that_ended_hears_nothing_more(qtbot, bridge):
    ended, kept = [], []
    end = bridge.listen("state", ended.extend)
    bridge.listen("state", kept.extend)
    end()
    bridge.post("state", 1, "value")
    qtbot.waitUntil(lambda: bool(kept))
    assert ended == []


def test_a_closed_bridge_takes_posts_from_late_threads_in_silence(qtbot, application):
    bridge = Bridge(interval_ms=1)
    got = []
    bridge.listen("state", got.extend)
    bridge.close()
    bridge.post("state", 1, "late")
    bridge.call(lambda: got.append("called"))
    other = Bridge(interval_ms=1)
    done = []
    other.call(lambda: done.append(1))
    qtbot.waitUntil(lambda: bool(done))
    assert got == []

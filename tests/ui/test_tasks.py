"""Queries away from the window."""

import threading

from PySide6.QtCore import QObject, QThread
from shiboken6 import delete

from laixi_transport.ui.tasks import Tasks


def test_results_return_on_the_window_thread(qtbot, tasks, application):
    got = []
    tasks.run(lambda: threading.current_thread().name).then(lambda name: got.append((name, QThread.currentThread())))
    qtbot.waitUntil(lambda: bool(got))
    name, thread = got[0]
    assert name.startswith("reader")
    assert thread is application.thread()


def test_a_newer_request_supersedes_the_older_one_of_its_slot(qtbot, tasks):
    begun, go_on, got = threading.Event(), threading.Event(), []

    def slow():
        begun.set()
        go_on.wait(10)
        return "old"

    tasks.run(slow, slot="day").then(got.append)
    assert begun.wait(10)
    tasks.run(lambda: "new", slot="day").then(got.append)
    tasks.run(lambda: "other", slot="other").then(got.append)
    qtbot.waitUntil(lambda: len(got) == 2)
    go_on.set()
    qtbot.waitUntil(lambda: not tasks.any_busy)
    assert sorted(got) == ["new", "other"]


def test_superseded_work_that_has_not_begun_never_begins(qtbot, bridge):
    tasks = Tasks(bridge, threads=1)
    hold, ran = threading.Event(), []
    tasks.run(lambda: hold.wait(10))
    for number in range(20):
        tasks.run(lambda number=number: ran.append(number), slot="scrub")
    hold.set()
    qtbot.waitUntil(lambda: not tasks.any_busy)
    assert ran == [19]
    tasks.close()


def test_the_result_is_dropped_when_its_owner_is_gone(qtbot, tasks):
    go_on, got = threading.Event(), []
    owner = QObject()
    tasks.run(lambda: go_on.wait(10), owner=owner).then(got.append)
    delete(owner)
    go_on.set()
    qtbot.waitUntil(lambda: not tasks.any_busy)
    assert got == []


def test_a_method_of_a_page_that_is_gone_is_not_called(qtbot, tasks):
    got = []

    class Page(QObject):
        def show(self, value):
            got.append(value)

    page, go_on = Page(), threading.Event()
    tasks.run(lambda: go_on.wait(10)).then(page.show)
    delete(page)
    go_on.set()
    qtbot.waitUntil(lambda: not tasks.any_busy)
    assert got == []


def test_errors_go_to_the_caller_or_to_the_notice_strip(qtbot, tasks):
    def fail():
        raise ValueError("no such day")

    got = []
    tasks.run(fail).otherwise(lambda error: got.append(str(error)))
    qtbot.waitUntil(lambda: got == ["no such day"])
    with qtbot.waitSignal(tasks.failed) as failed:
        tasks.run(fail)
    assert str(failed.args[0]) == "no such day"


def test_closing_waits_for_what_has_begun_and_drops_the_rest(bridge):
    tasks = Tasks(bridge, threads=1)
    begun, done = threading.Event(), []

    def work():
        begun.set()
        done.append(1)

    tasks.run(work)
    begun.wait(10)
    tasks.close()
    assert done == [1]
    tasks.run(lambda: done.append(2))
    assert done == [1]

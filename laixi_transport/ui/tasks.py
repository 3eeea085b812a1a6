"""Work away from the window: ``tasks.run(query, slot="day", owner=page).then(show).otherwise(report)``."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, Self, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from laixi_transport.ui import handover
from laixi_transport.ui.bridge import Bridge

_log = logging.getLogger(__name__)

T = TypeVar("T")

READERS = 3


def _politely(work: Callable[[], T]) -> T:
    with handover.polite():
        return work()


class Task(Generic[T]):
    """A piece of work under way; its callbacks run on the window's thread, once, unless it was superseded."""

    def __init__(self, tasks: "Tasks", owner: QObject | None, slot: str | None) -> None:
        self._tasks = tasks
        self._owner = owner
        self._slot = slot
        self._then: Callable[[T], None] | None = None
        self._otherwise: Callable[[Exception], None] | None = None
        self._dropped = False
        self._future: Future[T] | None = None

    def then(self, show: Callable[[T], None]) -> Self:
        """Call ``show`` with the result."""
        self._then = show
        return self

    def otherwise(self, report: Callable[[Exception], None]) -> Self:
        """Call ``report`` with the error; without it the notice strip tells of it."""
        self._otherwise = report
        return self

    def drop(self) -> None:
        """Forget the result; work that has not begun does not begin."""
        self._dropped = True
        if self._future is not None:
            self._future.cancel()

    def _wanted(self, callback: Callable[..., None] | None) -> bool:
        """Whether somebody is left to take the result: a closed page's C++ half is gone before its Python half."""
        objects = (self._owner, getattr(callback, "__self__", None))
        return not self._dropped and all(isValid(o) for o in objects if isinstance(o, QObject))

    def _finish(self, future: "Future[T]") -> None:
        self._tasks._release(self, self._slot)  # noqa: SLF001 - one unit in two classes
        if future.cancelled():
            return
        error = future.exception()
        callback = self._then if error is None else self._otherwise
        if not self._wanted(callback):
            return
        if error is None:
            if self._then is not None:
                self._then(future.result())
        elif self._otherwise is not None and isinstance(error, Exception):
            self._otherwise(error)
        else:
            self._tasks.failed.emit(error)


class Tasks(QObject):
    """A small pool of reading threads. In one slot a newer request supersedes the older ones (scrubbing, typing)."""

    failed = Signal(object)  # an exception that nobody else took

    def __init__(self, bridge: Bridge, parent: QObject | None = None, *, threads: int = READERS) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._slots: dict[str, Task[Any]] = {}
        self._closed = False
        self._under_way = 0

    def run(self, work: Callable[[], T], *, slot: str | None = None, owner: QObject | None = None) -> Task[T]:
        """Start work on a reading thread.

        The result is dropped when ``owner``, or the object whose method takes it, is gone, or when a newer task took
        the same slot. Call it on the window's thread.
        """
        task: Task[T] = Task(self, owner, slot)
        if slot is not None:
            older = self._slots.get(slot)
            if older is not None:
                older.drop()
            self._slots[slot] = task
        if self._closed:
            task.drop()
            return task
        self._under_way += 1
        future = self._pool.submit(_politely, work)
        task._future = future  # noqa: SLF001
        future.add_done_callback(lambda done: self._bridge.call(lambda: task._finish(done)))  # noqa: SLF001
        return task

    def busy(self, slot: str) -> bool:
        """Whether the slot's newest request is still under way."""
        return slot in self._slots

    @property
    def any_busy(self) -> bool:
        """Whether any result is still to come."""
        return self._under_way > 0

    @property
    def closed(self) -> bool:
        """Whether the window is closing: long work asks now and then, on any thread, and ends early."""
        return self._closed

    def close(self) -> None:
        """Take no more work and wait for what has begun."""
        self._closed = True
        for beside in self.findChildren(Tasks):  # a pool of their own for what may be slow: tiles of the map
            beside.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _release(self, task: Task[Any], slot: str | None) -> None:
        self._under_way -= 1
        if slot is not None and self._slots.get(slot) is task:
            del self._slots[slot]

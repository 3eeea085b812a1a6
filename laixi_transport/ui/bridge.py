"""The only way from other threads to the window.

A signal for each position freezes the window at two thousand a second; here the newest value of each key waits in a
dict, and the window takes what has gathered ten times a second.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

_log = logging.getLogger(__name__)

INTERVAL_MS = 100


class Bridge(QObject):
    """Takes values on any thread and hands them over in batches on the thread that made the bridge.

    Topics are free names. ``post`` keeps only the newest value of each key, ``append`` keeps every value, ``call`` runs
    a function as soon as the event loop comes round.
    """

    _woken = Signal()
    _called = Signal()

    def __init__(self, parent: QObject | None = None, *, interval_ms: int = INTERVAL_MS) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._newest: dict[str, dict[Hashable, Any]] = {}
        self._all: dict[str, list[Any]] = {}
        self._calls: deque[Callable[[], None]] = deque()
        self._armed = False
        self._calling = False
        self._closed = False
        self._listeners: dict[str, list[Callable[[list[Any]], None]]] = {}
        self._timer = QTimer(self, singleShot=True, interval=interval_ms)
        self._timer.timeout.connect(self.drain)
        self._woken.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)
        self._called.connect(self._run_calls, Qt.ConnectionType.QueuedConnection)

    def post(self, topic: str, key: Hashable, value: object) -> None:
        """Keep the newest value of a key until the next batch; any thread."""
        self.post_all(topic, ((key, value),))

    def post_all(self, topic: str, items: Iterable[tuple[Hashable, object]]) -> None:
        """Keep the newest value of each key; any thread."""
        with self._lock:
            self._newest.setdefault(topic, {}).update(items)
            self._wake()

    def append(self, topic: str, *values: object) -> None:
        """Hand over every value, in order; any thread."""
        with self._lock:
            self._all.setdefault(topic, []).extend(values)
            self._wake()

    def call(self, function: Callable[[], None]) -> None:
        """Run a function on the window's thread soon; any thread. Nothing runs after ``close``."""
        with self._lock:
            if self._closed:
                return
            self._calls.append(function)
            if not self._calling:
                self._calling = True
                self._called.emit()

    def listen(self, topic: str, receiver: Callable[[list[Any]], None]) -> Callable[[], None]:
        """Have a topic's batches delivered to ``receiver`` on the window's thread; return what ends it."""
        self._listeners.setdefault(topic, []).append(receiver)

        def end() -> None:
            receivers = self._listeners[topic]
            if receiver in receivers:
                receivers.remove(receiver)

        return end

    def drain(self) -> None:
        """Deliver what has gathered; the timer calls it."""
        with self._lock:
            newest, self._newest = self._newest, {}
            everything, self._all = self._all, {}
            self._armed = False
        for topic, values in newest.items():
            self._deliver(topic, list(values.values()))
        for topic, kept in everything.items():
            self._deliver(topic, kept)

    def close(self) -> None:
        """Deliver nothing more; later posts are dropped."""
        with self._lock:
            self._closed = True
            self._newest.clear()
            self._all.clear()
            self._calls.clear()
        self._timer.stop()

    def _wake(self) -> None:
        """Ask for one batch; the lock is held."""
        if not self._armed and not self._closed:
            self._armed = True
            self._woken.emit()

    def _deliver(self, topic: str, values: list[Any]) -> None:
        for receiver in tuple(self._listeners.get(topic, ())):
            try:
                receiver(values)
            except Exception:  # noqa: BLE001 - one bad receiver must not take the batch from the others
                _log.exception("a receiver of %s failed", topic)

    def _run_calls(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, deque()
            self._calling = False
        for function in calls:
            try:
                function()
            except Exception:  # noqa: BLE001 - nor one call the others
                _log.exception("a call to the window failed")

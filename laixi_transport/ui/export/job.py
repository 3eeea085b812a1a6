"""Long work with progress that can be cancelled."""

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from laixi_transport.services.export.watch import Cancelled
from laixi_transport.ui.bridge import Bridge
from laixi_transport.ui.tasks import Tasks

Work = Callable[[Callable[[float], None], Callable[[], bool]], Any]
"""Takes ``progress(share)`` and ``cancelled()``; runs away from the window's thread."""


class Job(QObject):
    """Runs one piece of work; exactly one of ``done``, ``failed`` and ``cancelled`` tells of its end."""

    progressed = Signal(float)
    done = Signal(object)
    failed = Signal(object)
    """An exception."""
    cancelled = Signal()

    def __init__(self, tasks: Tasks, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._bridge = bridge
        self._stop = threading.Event()
        self.running = False
        self.destroyed.connect(self._stop.set)  # nobody is left to see it

    def start(self, work: Work) -> None:
        """Begin; one at a time."""
        stop, tasks, bridge = threading.Event(), self._tasks, self._bridge
        self._stop = stop
        self.destroyed.connect(stop.set)
        self.running = True

        def progress(share: float) -> None:
            bridge.call(lambda: self._tell(share))

        tasks.run(lambda: work(progress, lambda: stop.is_set() or tasks.closed), owner=self).then(self._end).otherwise(
            self._fail
        )

    def cancel(self) -> None:
        """Ask the work to end; ``cancelled`` tells when it has."""
        self._stop.set()

    def _tell(self, share: float) -> None:
        if isValid(self) and self.running:
            self.progressed.emit(share)

    def _end(self, result: object) -> None:
        self.running = False
        self.done.emit(result)

    def _fail(self, error: Exception) -> None:
        self.running = False
        if isinstance(error, Cancelled):
            self.cancelled.emit()
        else:
            self.failed.emit(error)

"""What platforms above ask, as the shell handles it: heard, counted, and never more than a click away."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from laixi_transport.domain.cascade import UpperRequest
from laixi_transport.ui.models.requests import OpenRequests
from laixi_transport.ui.shell.parts import Parts

if TYPE_CHECKING:
    from laixi_transport.services.bundle import Services

TOPIC = "requests"
REPEAT_MS = 10_000


class RequestDesk(QObject):
    """Keeps what is open. A question sounds until somebody looks at it, and again when its time runs out.

    sound   makes itself heard unless the room is muted
    """

    def __init__(self, parts: Parts, sound: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._sound = sound
        self._services: Services | None = None
        self._end: list[Callable[[], None]] = []
        self._seen: set[int] = set()
        self.open = OpenRequests(parts.now, self)
        self.open.arrived.connect(self._hear)
        self._repeat = QTimer(self, interval=REPEAT_MS)
        self._repeat.timeout.connect(self._sound_again)

    def attach(self, services: "Services") -> None:
        """Show what is open and follow what comes."""
        self._services = services
        bridge = self._parts.bridge
        self._end = [
            bridge.listen(TOPIC, self._take),
            services.cascade.subscribe(lambda _: bridge.post(TOPIC, 0, None)),
        ]
        self._take()

    def detach(self) -> None:
        """Follow no longer; the window is about to close."""
        for end in self._end:
            end()
        self._end.clear()
        self._repeat.stop()

    def look(self) -> None:
        """Somebody looks at all that is open."""
        self._seen = {request.id for request in self.open.all}

    def _take(self, _batch: Sequence[object] = ()) -> None:
        if self._services is not None:
            cascade = self._services.cascade
            self.open.take(cascade.open_questions(), cascade.open_supervisions())

    def _hear(self, _fresh: Sequence[UpperRequest]) -> None:
        self._sound()
        if self.open.questions:
            self._repeat.start()

    def _sound_again(self) -> None:
        if not self.open.questions:
            self._repeat.stop()
        elif self.open.alarming() or any(question.id not in self._seen for question in self.open.questions):
            self._sound()

"""Alerts as the shell handles them: taken from the service, acknowledged by key, heard."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.ui.models.alerts import OpenAlerts
from laixi_transport.ui.shell.parts import Parts

if TYPE_CHECKING:
    from laixi_transport.services.bundle import Services

TOPIC = "alerts"
REPEAT_MS = 10_000
MUTE_MS = 15 * 60_000
"""Silence ends by itself: a muted room that nobody remembers is a deaf one."""


class AlertDesk(QObject):
    """Keeps the open alerts; acknowledges them, takes the last acknowledgement back, makes itself heard."""

    muted_changed = Signal(bool)

    def __init__(self, parts: Parts, notify: Callable[[object], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._notify = notify
        self._services: Services | None = None
        self._end: list[Callable[[], None]] = []
        self._acknowledged: list[int] = []
        self.open = OpenAlerts(parts.theme, self.vehicle_name, parts.now, self)
        self.open.arrived.connect(self._hear)
        self.sound: Callable[[], None] = QApplication.beep
        self._repeat = QTimer(self, interval=REPEAT_MS)
        self._repeat.timeout.connect(self._sound_again)
        self._mute = QTimer(self, singleShot=True, interval=MUTE_MS)
        self._mute.timeout.connect(lambda: self.muted_changed.emit(False))

    def attach(self, services: "Services") -> None:
        """Show what is open and follow what comes."""
        self._services = services
        bridge = self._parts.bridge
        self._end.append(bridge.listen(TOPIC, self.open.merge))
        self._end.append(services.alerts.subscribe(lambda alerts: bridge.append(TOPIC, *alerts)))
        self.open.reset(services.alerts.open_alerts())
        self._hear([a for a in self.open.rows.rows() if a.state == AlertState.NEW])

    def detach(self) -> None:
        """Follow no longer; the window is about to close."""
        for end in self._end:
            end()
        self._end.clear()
        self._repeat.stop()
        self._mute.stop()

    def vehicle_name(self, vehicle_id: int) -> str:
        """Return the plate of a vehicle."""
        vehicle = self._services.live.vehicle(vehicle_id) if self._services else None
        return vehicle.name if vehicle is not None else str(vehicle_id)

    def acknowledge(self, alerts: Sequence[Alert] = ()) -> None:
        """Acknowledge the given alerts, or the one that the alarm bar shows."""
        oldest = self.open.summary().oldest
        chosen = [a for a in alerts if a.state == AlertState.NEW] or ([oldest] if oldest and not alerts else [])
        if self._services is None:
            return
        for alert in chosen:
            self._acknowledged.append(alert.id)
            self._watch(self._services.alerts.acknowledge(alert.id, self._parts.operator))

    def take_back(self) -> None:
        """Take back the newest acknowledgement of this seat."""
        if self._services is not None and self._acknowledged:
            self._watch(self._services.alerts.unacknowledge(self._acknowledged.pop()))

    @property
    def muted(self) -> bool:
        """Whether no sound is made."""
        return self._mute.isActive()

    def mute(self, muted: bool) -> None:
        """Be silent for a quarter of an hour, or be heard again."""
        self._mute.start() if muted else self._mute.stop()
        self.muted_changed.emit(self.muted)

    def be_heard(self) -> None:
        """Make a sound, unless the room is muted."""
        if not self.muted:
            self.sound()

    def _watch(self, future: "Future[Alert]") -> None:
        future.add_done_callback(lambda done: self._parts.bridge.call(lambda: self._done(done)))

    def _done(self, future: "Future[Alert]") -> None:
        error = future.exception()
        if error is not None:
            self._notify(error)
        else:
            self.open.merge([future.result()])

    def _hear(self, alerts: Sequence[Alert]) -> None:
        loud = [a for a in alerts if a.priority in {Priority.URGENT, Priority.HIGH}]
        if loud:
            self.be_heard()
        if any(a.priority == Priority.URGENT for a in loud):
            self._repeat.start()

    def _sound_again(self) -> None:
        if self.open.summary().new[Priority.URGENT] == 0:
            self._repeat.stop()
        else:
            self.be_heard()

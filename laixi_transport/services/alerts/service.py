"""Alerts as people see them: open ones, their history, acknowledging and taking it back."""

from collections.abc import Callable
from concurrent.futures import Future

from laixi_transport.domain.alert import Alert
from laixi_transport.storage import Store


class AlertService:
    """Open alerts in memory, kept up to date by the change feed; evaluates the rules where it is told to.

    evaluates   whether this process runs the rules; exactly one does, the one whose gateway writes
    """

    def __init__(self, store: Store, *, evaluates: bool) -> None:
        self._store = store

    async def follow(self) -> None:
        """Evaluate and follow the feed until cancelled; runs in the io loop."""
        ...

    def open_alerts(self) -> list[Alert]:
        """Return alerts not yet cleared, most urgent first, oldest first among equals; any thread, does not block."""
        ...

    def subscribe(self, on_alerts: Callable[[list[Alert]], None]) -> Callable[[], None]:
        """Have new and changed alerts handed over in the io thread; return what ends it. Any thread."""
        ...

    def acknowledge(self, alert_id: int, by: str) -> "Future[Alert]":
        """Note that a person has seen an alert; it is cleared as soon as its condition has ended. Any thread."""
        ...

    def unacknowledge(self, alert_id: int) -> "Future[Alert]":
        """Take an acknowledgement back; the alert is new again. Any thread."""
        ...

    def history(self, begin_s: float, end_s: float, vehicle_ids: list[int] | None = None) -> list[Alert]:
        """Return alerts that touch the Unix seconds [begin_s, end_s), oldest first; blocks on the database."""
        ...

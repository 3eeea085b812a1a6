"""What the page knows of all terminals: read and compared in a reading thread; the window takes changes only."""

import time
from collections.abc import Collection
from dataclasses import dataclass

from laixi_transport.services.terminals.model import GatewayStatus, TerminalStatus
from laixi_transport.services.terminals.service import TerminalService
from laixi_transport.ui.pages.terminals import wording
from laixi_transport.ui.pages.terminals.terminal_list import Links, count, search_line


@dataclass(frozen=True, slots=True)
class Change:
    """What is new since the last time."""

    changed: list[TerminalStatus]
    gone: list[int]
    lines: dict[int, str]  # of the changed ones, to be searched in
    counts: dict[Links, int]
    gateway: GatewayStatus | None
    took_s: float


class KnownTerminals:
    """Reads; one ``read`` at a time, on any thread."""

    def __init__(self, service: TerminalService) -> None:
        self._service = service
        self._rows: dict[int, TerminalStatus] = {}

    def read(self, terminal_ids: Collection[int] | None) -> Change:
        """Return what changed of some terminals, or of all."""
        began_s = time.monotonic()
        gateway = self._service.gateway()
        read = {} if terminal_ids == frozenset() else {s.terminal.id: s for s in self._service.terminals(terminal_ids)}
        changed = [status for id, status in read.items() if self._rows.get(id) != status]  # noqa: A001
        gone = [id for id in self._rows if id not in read] if terminal_ids is None else []  # noqa: A001
        self._rows |= read
        for id in gone:  # noqa: A001
            del self._rows[id]
        lines = {status.terminal.id: search_line(status) for status in changed}
        return Change(changed, gone, lines, count(self._rows.values()), gateway, time.monotonic() - began_s)

    def name(self, terminal_id: int) -> str:
        """Return what a terminal is called, empty for one that is not known."""
        status = self._rows.get(terminal_id)
        return wording.name(status) if status is not None else ""

    def of_vehicle(self, vehicle_id: int) -> int | None:
        """Return the terminal that is mounted in a vehicle."""
        return next((s.terminal.id for s in self._rows.values() if s.terminal.vehicle_id == vehicle_id), None)

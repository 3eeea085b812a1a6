"""A terminal on a link, and what it is owed."""

from collections.abc import Callable
from typing import Protocol

from laixi_transport.devices.jt808.answers import AnswerWriter
from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.domain.vehicle import Terminal

Due = tuple["Session", int, int, int]
"""An answer owed: to whom, sequence and id of the message, result."""


class Owner(Protocol):
    """The link that a session is on."""

    def end_session(self, session: "Session") -> None: ...

    def rebind(self, find: Callable[[str], Terminal | None]) -> None: ...


class Session:
    """A terminal on a link."""

    __slots__ = ("address", "answers", "link", "phone", "terminal", "terminal_id", "trusted", "vehicle_id", "version")

    def __init__(self, link: Owner, frame: Frame, terminal: Terminal | None) -> None:
        self.link = link
        self.address = frame.address
        self.phone = frame.phone
        self.version = frame.version
        self.answers = AnswerWriter(frame.address)
        self.trusted = False
        self.bind(terminal)

    def bind(self, terminal: Terminal | None) -> None:
        """Take the register's entry of the terminal; None if it has none."""
        self.terminal = terminal
        self.terminal_id = terminal.id if terminal is not None else 0
        self.vehicle_id = terminal.vehicle_id if terminal is not None else 0

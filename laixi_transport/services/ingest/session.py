"""A terminal on a link, and what it is owed."""

from collections.abc import Callable
from typing import Protocol

from laixi_transport.devices.jt808.answers import AnswerWriter
from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.domain.vehicle import Terminal

Due = tuple["Session", int, int, int]
"""An answer owed: to whom, sequence and id of the message, result."""


class Owner(Protocol):
    """The link that a session is on; ``link.Link`` says what each member means."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...

    @property
    def own_host(self) -> str: ...

    @property
    def heard_s(self) -> float: ...

    def answer(self, due: list[Due]) -> None: ...

    def entered(self) -> None: ...

    def not_entered(self) -> None: ...

    def sweep(self) -> bool: ...

    def end_session(self, session: "Session") -> None: ...

    def rebind(self, find: Callable[[str], Terminal | None]) -> None: ...

    def framed(self, session: "Session", msg_id: int, body: bytes) -> tuple[int, list[bytes]]: ...

    def transmit(self, session: "Session", data: bytes, *, keep: bool = True) -> None: ...


class Session:
    """A terminal on a link."""

    __slots__ = (
        "address",
        "answers",
        "link",
        "phone",
        "since_us",
        "terminal",
        "terminal_id",
        "told_us",
        "trusted",
        "vehicle_id",
        "version",
    )

    def __init__(self, link: Owner, frame: Frame, terminal: Terminal | None) -> None:
        self.link = link
        self.address = frame.address
        self.phone = frame.phone
        self.version = frame.version
        self.answers = AnswerWriter(frame.address)
        self.trusted = False
        self.since_us = 0  # when it signed on
        self.told_us = 0  # up to when the database knows that it was heard
        self.bind(terminal)

    def bind(self, terminal: Terminal | None) -> None:
        """Take the register's entry of the terminal; None if it has none."""
        self.terminal = terminal
        self.terminal_id = terminal.id if terminal is not None else 0
        self.vehicle_id = terminal.vehicle_id if terminal is not None else 0

    @property
    def layout(self) -> int:
        """Version of the standard whose layouts it understands; headers of 2011 and 2013 are the same."""
        said = self.terminal.protocol if self.terminal is not None else ""
        return 2011 if self.version < 2019 and said == "2011" else self.version

    @property
    def own_host(self) -> str:
        """Address of this machine that it has reached."""
        return self.link.own_host

    def framed(self, msg_id: int, body: bytes) -> tuple[int, list[bytes]]:
        """Return a message to it as frames with sequence numbers of their own, and the first of those."""
        return self.link.framed(self, msg_id, body)

    def transmit(self, data: bytes, *, keep: bool = True) -> None:
        """Send frames to it; ``keep`` them among what the terminals page shows."""
        self.link.transmit(self, data, keep=keep)

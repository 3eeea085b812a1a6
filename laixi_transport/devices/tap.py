"""Where a server lets somebody listen to the bytes that it receives and sends."""

from typing import Protocol


class Tap(Protocol):
    """Hears what goes over the connections of one port, in its order; it must not block and never raises."""

    def opened(self, peer: str) -> int:
        """Return a number for a new connection from ``peer``, for the other calls."""

    def received(self, connection: int, data: bytes) -> None:
        """Hear bytes that came."""

    def sent(self, connection: int, data: bytes) -> None:
        """Hear bytes that were handed over for sending."""

    def closed(self, connection: int) -> None:
        """Hear that a connection has ended."""


class TapMaker(Protocol):
    """Makes the taps of ports; a capture does."""

    def __call__(self, port: str, *, datagrams: bool = False) -> Tap:
        """Return the tap of a port by its name in captures; ``datagrams`` if it is UDP."""

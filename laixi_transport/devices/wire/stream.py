"""Where fields are read from and written to."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from laixi_transport.devices.wire.refusal import Fault, Refusal


class Span(NamedTuple):
    """What some bytes of a body mean."""

    offset: int  # from the begin of the body
    data: bytes
    path: str  # of the field, with dots and indexes
    label: str  # the standard's name of it
    notation: str  # the standard's name of its type
    text: str  # its value for reading
    clause: str  # where the standard describes it


class UnreadableError(Exception):
    """A field cannot be read; it never leaves this package."""

    def __init__(self, reason: Refusal, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
        self.path = ""

    @property
    def fault(self) -> Fault:
        """What to tell the caller."""
        return Fault(self.reason, self.path, self.offset)


@dataclass(slots=True)
class Source:
    """Bytes being read.

    data     all bytes of the body
    at, end  the part of them that is still to be read
    version  year of the standard that decides on the layout
    values   fields of the record being read that have been read already
    trace    takes a span for every field, if there is one
    path     of the record being read, "" or ending in a dot
    """

    data: bytes
    at: int
    end: int
    version: int
    values: dict[str, Any] = field(default_factory=dict)
    trace: list[Span] | None = None
    path: str = ""
    clause: str = ""

    @property
    def left(self) -> int:
        """Bytes that are still to be read."""
        return self.end - self.at

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        begin = self.at
        end = begin + size
        if end > self.end:
            raise UnreadableError(Refusal.BODY_SHORT, begin)
        self.at = end
        return self.data[begin:end]

    def number(self, width: int) -> int:
        """Return the next bytes as an unsigned number."""
        return int.from_bytes(self.take(width))

    def part(self, size: int, path: str) -> "Source":
        """Return the next bytes as a source of their own."""
        begin = self.at
        self.take(size)
        return Source(self.data, begin, begin + size, self.version, {}, self.trace, path, self.clause)

    def note(self, begin: int, name: str, label: str, notation: str, text: str) -> None:
        """Tell the trace what the bytes since ``begin`` mean."""
        if self.trace is not None:
            data = self.data[begin : self.at]
            self.trace.append(Span(begin, data, self.path + name, label, notation, text, self.clause))


@dataclass(slots=True)
class Sink:
    """Bytes being written.

    version  year of the standard that decides on the layout
    record   whose fields are being written
    """

    version: int
    data: bytearray = field(default_factory=bytearray)
    record: Any = None

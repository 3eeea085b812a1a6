"""Where fields are read from and written to."""

from dataclasses import dataclass, field
from functools import lru_cache
from struct import Struct
from typing import Any, NamedTuple

from laixi_transport.devices.wire.refusal import Fault, Refusal

NOTATIONS = {1: "BYTE", 2: "WORD", 4: "DWORD", 8: "BYTE[8]"}
"""The standard's names of unsigned numbers by their bytes."""

_NOTHING: dict[str, Any] = {}


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
    """A field cannot be read; it never leaves this package.

    begin, optional  of the outermost field that it has left
    """

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = 0
        self.path = ""
        self.begin = 0
        self.optional = False

    def within(self, name: str, begin: int) -> None:
        """Note the field, or the place in a list, that it left on its way out.

        The innermost one tells the offset.
        """
        if not self.path:
            self.offset = begin
            self.path = name
        else:
            self.path = f"{name}{'' if self.path.startswith('[') else '.'}{self.path}"

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
    path     of the record being read, "" or ending in a dot; kept for the trace only
    label    of the field being read; kept for the trace only
    clause   of the record being read; kept for the trace only
    """

    data: bytes
    at: int
    end: int
    version: int
    values: dict[str, Any] = field(default_factory=dict)
    trace: list[Span] | None = None
    path: str = ""
    clause: str = ""
    label: str = ""

    @property
    def left(self) -> int:
        """Bytes that are still to be read."""
        return self.end - self.at

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        begin = self.at
        end = begin + size
        if end > self.end:
            raise UnreadableError(Refusal.BODY_SHORT)
        self.at = end
        return self.data[begin:end]

    def number(self, width: int) -> int:
        """Return the next bytes as an unsigned number."""
        return int.from_bytes(self.take(width))

    def unpack(self, form: str) -> Any:
        """Return what stands next in the form of one struct code."""
        struct = _struct(form)
        begin = self.at
        end = begin + struct.size
        if end > self.end:
            raise UnreadableError(Refusal.BODY_SHORT)
        self.at = end
        return struct.unpack_from(self.data, begin)[0]

    def prefix(self, width: int, name: str, label: str) -> int:
        """Return the length or the count that stands before a field, and tell the trace."""
        begin = self.at
        number = self.number(width)
        if self.trace is not None:
            self.note(begin, name, label, NOTATIONS[width], str(number))
        return number

    def part(self, size: int) -> "Source":
        """Return the next bytes as a source of their own."""
        begin = self.at
        end = begin + size
        if end > self.end:
            raise UnreadableError(Refusal.BODY_SHORT)
        self.at = end
        return Source(self.data, begin, end, self.version, _NOTHING, self.trace, self.path, self.clause)

    def note(self, begin: int, name: str, label: str, notation: str, text: str) -> None:
        """Tell the trace what the bytes since ``begin`` mean."""
        if self.trace is not None and self.at > begin:
            data = self.data[begin : self.at]
            self.trace.append(Span(begin, data, self.path + name, label, notation, text, self.clause))


@lru_cache(maxsize=1024)
def _struct(form: str) -> Struct:
    return Struct(f">{form}")


@dataclass(slots=True)
class Sink:
    """Bytes being written.

    version  year of the standard that decides on the layout
    record   whose fields are being written
    """

    version: int
    data: bytearray = field(default_factory=bytearray)
    record: Any = None

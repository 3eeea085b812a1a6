"""The number by which an alarm is known to terminal and platform, in its two lengths.

T/JSATL 12-2017 has 16 bytes. T/GDRTA 002-2020 (粤标), written after it for the longer terminal ids of JT/T 808-2019,
has 40. No field says which: the length of what holds the ident decides.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laixi_transport.devices.wire.fields import moment, raw, record, text, u8, wire
from laixi_transport.devices.wire.groups import Nested
from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.devices.wire.stream import Sink, Source, UnreadableError
from laixi_transport.devices.wire.times import Moment

IDENT_BYTES = 16
WIDE_IDENT_BYTES = 40


@record
class AlarmIdent(Record):
    """Which alarm of which terminal."""

    TITLE = "报警标识号"
    CLAUSE = "T/JSATL 12-2017 table 4-16 (mem)"

    terminal_id: str = text("终端ID", 7)
    time: dt.datetime | None = moment("时间")
    seq: int = u8("序号")
    attach_count: int = u8("附件数量")
    reserved: bytes = raw("预留", 1, default=bytes(1))


@record
class WideAlarmIdent(AlarmIdent):
    """The same with a terminal id as in JT/T 808-2019."""

    CLAUSE = "T/GDRTA 002-2020 (mem)"

    terminal_id: str = text("终端ID", 30)
    reserved: bytes = raw("预留", 2, default=bytes(2))


_LENGTHS: tuple[tuple[type[AlarmIdent], int], ...] = ((AlarmIdent, IDENT_BYTES), (WideAlarmIdent, WIDE_IDENT_BYTES))
_TIMES = {AlarmIdent: slice(7, 13), WideAlarmIdent: slice(30, 36)}
_TIME = Moment()


def has_time(data: bytes, member: type[AlarmIdent]) -> bool:
    """Return whether there is a time where an ident at the begin of these bytes has its own."""
    return len(data) >= _TIMES[member].stop and _TIME.value(data[_TIMES[member]]) is not None


@dataclass(frozen=True, slots=True)
class IdentKind(Kind[AlarmIdent]):
    """An ident of either length.

    fits  whether the bytes behind an ident are what must stand there; the shorter ident is tried first. Where neither
          fits, as in the first part of a long message, the place of its time tells them apart
    """

    fits: Callable[[bytes], bool]
    notes_itself = True

    @property
    def notation(self) -> str:
        return f"BYTE[{IDENT_BYTES}] (BYTE[{WIDE_IDENT_BYTES}])"

    def read(self, source: Source, name: str) -> AlarmIdent:
        for member, size in self._candidates(source):
            ident = Nested(member, width=size).read(source, name)
            assert isinstance(ident, AlarmIdent)  # noqa: S101 - tells the type checker
            return ident
        raise UnreadableError(Refusal.BODY_SHORT)

    def _candidates(self, source: Source) -> list[tuple[type[AlarmIdent], int]]:
        """Return the idents that can stand next: those that fit what is behind them, else those whose time is one."""
        left = source.data[source.at : source.end]
        possible = [(member, size) for member, size in _LENGTHS if len(left) >= size]
        fitting = [(member, size) for member, size in possible if self.fits(left[size:])]
        return fitting or [(member, size) for member, size in possible if has_time(left, member)]

    def write(self, sink: Sink, value: AlarmIdent) -> None:
        value.write(sink)

    def flatten(self, name: str, value: AlarmIdent, into: dict[str, Any]) -> None:
        value.flatten(f"{name}.", into)


def ident_before(fits: Callable[[bytes], bool], **terms: Any) -> Any:
    """Return a field with an ident, known by what stands behind it."""
    return wire(IdentKind(fits), "报警标识号", **terms)

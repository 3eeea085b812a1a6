"""Data of the vehicle's bus."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from laixi_transport.devices.wire.fields import count_of, many, raw, record, u32, wire
from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.record import Message, Record
from laixi_transport.devices.wire.stream import Sink
from laixi_transport.domain.time import BEIJING

_CHANNEL = 1 << 31
_EXTENDED = 1 << 30
_AVERAGE = 1 << 29
_IDENTIFIER = _AVERAGE - 1


@dataclass(frozen=True, slots=True)
class TimeOfDay(Kind["dt.time | None"]):
    """BCD[5] hh mm ss and milliseconds in four digits, GMT+8; None, written as FF, if it is none."""

    @property
    def notation(self) -> str:
        return "BCD[5]"

    @property
    def form(self) -> str:
        return "5s"

    def value(self, unpacked: Any) -> dt.time | None:
        digits = unpacked.hex()
        if not digits.isdecimal():
            return None
        hour, minute, second = (int(digits[at : at + 2]) for at in (0, 2, 4))
        try:
            return dt.time(hour, minute, second, 1000 * int(digits[6:]), tzinfo=BEIJING)
        except ValueError:
            return None

    def write(self, sink: Sink, value: dt.time | None) -> None:
        if value is None:
            sink.data += b"\xff" * 5
        else:
            sink.data += bytes.fromhex(f"{value:%H%M%S}{value.microsecond // 1000:04d}")

    def flatten(self, name: str, value: dt.time | None, into: dict[str, Any]) -> None:
        into[name] = None if value is None else f"{value:%H:%M:%S}.{value.microsecond // 1000:03d}"

    def text(self, value: dt.time | None) -> str:
        return "-" if value is None else f"{value:%H:%M:%S}.{value.microsecond // 1000:03d}"


@record
class CanFrame(Record):
    """One frame of the bus.

    can_id  bit 31: channel 2, bit 30: extended frame, bit 29: average of the interval, below: the bus's own id
    """

    TITLE = "CAN总线数据项"
    CLAUSE = "JT/T 808-2013 8.50"

    can_id: int = u32("CAN ID")
    data: bytes = raw("CAN DATA", 8)

    @property
    def channel(self) -> int:
        """1 or 2."""
        return 2 if self.can_id & _CHANNEL else 1

    @property
    def extended(self) -> bool:
        """Whether the id has 29 bits."""
        return bool(self.can_id & _EXTENDED)

    @property
    def average(self) -> bool:
        """Whether the data are the average of the interval instead of one frame."""
        return bool(self.can_id & _AVERAGE)

    @property
    def identifier(self) -> int:
        """The id on the bus."""
        return self.can_id & _IDENTIFIER


@record
class CanData(Message):
    """0705."""

    ID = 0x0705
    TITLE = "CAN总线数据上传"
    CLAUSE = "JT/T 808-2013 8.50"

    count: int = count_of("items", "数据项个数", 2, default=0)
    received_at: dt.time | None = wire(TimeOfDay(), "CAN总线数据接收时间")
    items: tuple[CanFrame, ...] = many(CanFrame, "CAN总线数据项", count="count", default=())

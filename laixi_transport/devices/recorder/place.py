"""Single values as the recorder stores them: places, speeds with their signals."""

from enum import IntFlag
from typing import ClassVar, Self

from laixi_transport.devices.wire.fields import record, u8, wire
from laixi_transport.devices.wire.kinds import Number
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.stream import Sink, Source

PER_DEGREE = 600_000
"""Coordinates are in 0.0001 minutes of arc, signed: east and north are positive."""
_NO_COORDINATE = 0x7FFFFFFF
_NO_ALTITUDE = 0x7FFF
_NO_BYTE = 0xFF


class Signal(IntFlag):
    """Signals of one sample; 1 is operated. Bits 0 to 2 are the installer's own (block 06 has their names)."""

    OWN_0 = 1 << 0
    OWN_1 = 1 << 1
    OWN_2 = 1 << 2
    LOW_BEAM = 1 << 3  # 近光
    HIGH_BEAM = 1 << 4  # 远光
    RIGHT_TURN = 1 << 5  # 右转向
    LEFT_TURN = 1 << 6  # 左转向
    BRAKE = 1 << 7  # 制动


@record
class Place(Record):
    """Where the vehicle was; a value that the recorder did not know is None."""

    CLAUSE = "GB/T 19056-2012 appendix A, 位置信息 (mem, unit and fill bytes)"
    WIDTH: ClassVar[int] = 10

    lon_deg: float | None = wire(Number(4, PER_DEGREE, signed=True, none=_NO_COORDINATE), "经度", default=None)
    lat_deg: float | None = wire(Number(4, PER_DEGREE, signed=True, none=_NO_COORDINATE), "纬度", default=None)
    altitude_m: int | None = wire(Number(2, signed=True, none=_NO_ALTITUDE), "海拔高度", default=None)
    blank: bool = False
    """Every byte is FF: the recorder has stored nothing here."""

    @classmethod
    def read(cls, source: Source, *, to_end: bool = False) -> Self:
        begin = source.at
        if source.left >= cls.WIDTH and source.data[begin : begin + cls.WIDTH] == b"\xff" * cls.WIDTH:
            source.take(cls.WIDTH)
            source.note(begin, "blank", "", f"BYTE[{cls.WIDTH}]", "-")
            return cls(blank=True)
        # No bare super(): the class that slots make is not the one it would look for.
        return super(Place, cls).read(source, to_end=to_end)  # noqa: UP008

    def write(self, sink: Sink) -> None:
        if self.blank:
            sink.data += b"\xff" * self.WIDTH
        else:
            Record.write(self, sink)


@record
class MinutePlace(Place):
    """Where the vehicle was in one minute, and its mean speed in it."""

    WIDTH: ClassVar[int] = 11

    speed_kmh: int | None = u8("平均速度", none=_NO_BYTE, default=None)


@record
class Sample(Record):
    """A speed and the signals of that moment; None where the recorder has stored nothing."""

    CLAUSE = "GB/T 19056-2012 appendix A, 速度与状态信号"

    speed_kmh: int | None = u8("速度", none=_NO_BYTE)
    signal_bits: int | None = u8("状态信号", none=_NO_BYTE, bits=Signal)


@record
class SpeedPair(Record):
    """The speed by the recorder's sensor and by its GNSS."""

    CLAUSE = "GB/T 19056-2012 appendix A, 速度状态日志"

    speed_kmh: int | None = u8("记录速度", none=_NO_BYTE)
    reference_speed_kmh: int | None = u8("参考速度", none=_NO_BYTE)

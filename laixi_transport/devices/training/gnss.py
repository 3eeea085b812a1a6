"""The position block of timing terminals: unlike that of JT/T 808 it has two speeds and no height."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laixi_transport.devices.jt808.coordinates import Coordinate
from laixi_transport.devices.jt808.flags import StatusFlag
from laixi_transport.devices.wire.fields import items, moment, record, u16, u32, wire
from laixi_transport.devices.wire.groups import Item, Nested
from laixi_transport.devices.wire.kinds import Number
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.devices.wire.stream import Source, UnreadableError

_CLAUSE = "计时培训 位置附加信息, 表 B.24"


@record
class Mileage(Item):
    """01."""

    TAG = 0x01
    TITLE = "里程"
    CLAUSE = _CLAUSE

    mileage_km: float = u32("里程", per=10)


@record
class Fuel(Item):
    """02."""

    TAG = 0x02
    TITLE = "油量"
    CLAUSE = _CLAUSE

    fuel_l: float = u16("油量", per=10)


@record
class Altitude(Item):
    """03."""

    TAG = 0x03
    TITLE = "海拔高度"
    CLAUSE = _CLAUSE

    altitude_m: int = wire(Number(2, signed=True), "海拔高度")


@record
class EngineSpeed(Item):
    """05: the engine's speed, as most terminals send it."""

    TAG = 0x05
    TITLE = "发动机转速"
    CLAUSE = _CLAUSE

    engine_rpm: int = u16("发动机转速")


@record
class OtherEngineSpeed(EngineSpeed):
    """04: the engine's speed, as some terminals send it."""

    TAG = 0x04
    CLAUSE = "计时培训, one maker's terminals"


GNSS_ITEMS: Mapping[int, type[Item]] = {
    item.TAG: item for item in (Mileage, Fuel, Altitude, OtherEngineSpeed, EngineSpeed)
}


@record
class GnssFix(Record):
    """Where the car was."""

    TITLE = "GNSS数据包"
    CLAUSE = "计时培训 基本GNSS数据包, 表 B.21 (signs of coordinates: mem)"

    alarm_bits: int = u32("报警标识")
    status_bits: int = u32("状态")
    lat_deg: float = wire(Coordinate("status_bits", StatusFlag.SOUTH), "纬度")
    lon_deg: float = wire(Coordinate("status_bits", StatusFlag.WEST), "经度")
    recorder_speed_kmh: float = u16("行驶记录速度", per=10)
    speed_kmh: float = u16("卫星定位速度", per=10)
    direction_deg: int = u16("方向")
    time: dt.datetime | None = moment("时间")
    items: tuple[Record, ...] = items(GNSS_ITEMS, "位置附加信息项")


@dataclass(frozen=True, slots=True)
class Fix(Nested):
    """A position block with its items up to the end of a message, or up to the ``tail`` bytes that end it."""

    tail: int = 0

    def read(self, source: Source, name: str) -> Record:
        size = source.left - self.tail
        if size < 0:
            raise UnreadableError(Refusal.BODY_SHORT)
        before = source.path
        inner = source.part(size)
        inner.path = f"{before}{name}."
        return self.member.read_all(inner)


def gnss(label: str = "附加GNSS数据包", *, tail: int = 0) -> Any:
    """Return a field with a position block; ``tail`` bytes of the message stand behind it."""
    return wire(Fix(GnssFix, tail=tail), label)

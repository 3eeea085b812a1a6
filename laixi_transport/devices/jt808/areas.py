"""Circles, rectangles and polygons that a terminal watches by itself."""

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, NamedTuple

from laixi_transport.devices.jt808.coordinates import Coordinate
from laixi_transport.devices.jt808.periods import Period, PeriodEnd
from laixi_transport.devices.wire.fields import count_of, has_bit, many, numbers, record, text, u8, u16, u32, wire
from laixi_transport.devices.wire.kinds import Kind, length_prefix
from laixi_transport.devices.wire.record import Message, Record
from laixi_transport.devices.wire.stream import Sink, Source


class AreaChange(IntEnum):
    """What happens to the areas of a terminal (设置属性)."""

    REPLACE = 0  # 更新区域
    APPEND = 1  # 追加区域
    CHANGE = 2  # 修改区域


class AreaFlag(IntFlag):
    """Attributes of an area (区域属性); bits 8 to 15 since 2013."""

    PERIOD = 1 << 0
    SPEED_LIMIT = 1 << 1
    TELL_DRIVER_IN = 1 << 2
    TELL_PLATFORM_IN = 1 << 3
    TELL_DRIVER_OUT = 1 << 4
    TELL_PLATFORM_OUT = 1 << 5
    SOUTH = 1 << 6
    WEST = 1 << 7
    DOORS_FORBIDDEN = 1 << 8
    RADIO_OFF_INSIDE = 1 << 14
    GNSS_DETAILS_INSIDE = 1 << 15


PERIOD = has_bit("attribute_bits", AreaFlag.PERIOD)
SPEED = has_bit("attribute_bits", AreaFlag.SPEED_LIMIT)
_SOUTH, _WEST = int(AreaFlag.SOUTH), int(AreaFlag.WEST)


class Corner(NamedTuple):
    """A point of an outline, degrees."""

    lat_deg: float
    lon_deg: float


@dataclass(frozen=True, slots=True)
class Corners(Kind[tuple[Corner, ...]]):
    """How many corners as a WORD, then the corners; bits of a field before say south and west for all of them."""

    @property
    def notation(self) -> str:
        return "WORD + (DWORD, DWORD)[n]"

    def read(self, source: Source, name: str) -> tuple[Corner, ...]:
        del name
        count = source.number(2)
        data = source.take(8 * count)
        bits = source.values["attribute_bits"]
        south, west = (-1 if bits & _SOUTH else 1), (-1 if bits & _WEST else 1)
        return tuple(
            Corner(
                south * int.from_bytes(data[at : at + 4]) / 1e6,
                west * int.from_bytes(data[at + 4 : at + 8]) / 1e6,
            )
            for at in range(0, len(data), 8)
        )

    def write(self, sink: Sink, value: tuple[Corner, ...]) -> None:
        sink.data += length_prefix(len(value), 2)
        for lat_deg, lon_deg in value:
            Coordinate("attribute_bits", _SOUTH).write(sink, lat_deg)
            Coordinate("attribute_bits", _WEST).write(sink, lon_deg)

    def flatten(self, name: str, value: tuple[Corner, ...], into: dict[str, Any]) -> None:
        for index, corner in enumerate(value):
            into[f"{name}[{index}].lat_deg"], into[f"{name}[{index}].lon_deg"] = corner

    def text(self, value: tuple[Corner, ...]) -> str:
        return " ".join(f"({corner.lat_deg}, {corner.lon_deg})" for corner in value)


@record
class Circle(Record):
    TITLE = "圆形区域"
    CLAUSE = "JT/T 808-2013 8.35, JT/T 808-2019 (mem)"

    area_id: int = u32("区域ID")
    attribute_bits: int = u16("区域属性", bits=AreaFlag)
    lat_deg: float = wire(Coordinate("attribute_bits", _SOUTH), "中心点纬度")
    lon_deg: float = wire(Coordinate("attribute_bits", _WEST), "中心点经度")
    radius_m: int = u32("半径")
    begin: PeriodEnd = wire(Period(), "起始时间", when=PERIOD, default=None)
    end: PeriodEnd = wire(Period(), "结束时间", when=PERIOD, default=None)
    max_speed_kmh: int | None = u16("最高速度", when=SPEED, default=None)
    overspeed_duration_s: int | None = u8("超速持续时间", when=SPEED, default=None)
    night_max_speed_kmh: int | None = u16("夜间最高速度", when=SPEED, since=2019, default=None)
    name: str | None = text("区域名称", prefix=2, since=2019, default=None)


@record
class Rectangle(Record):
    TITLE = "矩形区域"
    CLAUSE = "JT/T 808-2013 8.37, JT/T 808-2019 (mem)"

    area_id: int = u32("区域ID")
    attribute_bits: int = u16("区域属性", bits=AreaFlag)
    top_lat_deg: float = wire(Coordinate("attribute_bits", _SOUTH), "左上点纬度")
    left_lon_deg: float = wire(Coordinate("attribute_bits", _WEST), "左上点经度")
    bottom_lat_deg: float = wire(Coordinate("attribute_bits", _SOUTH), "右下点纬度")
    right_lon_deg: float = wire(Coordinate("attribute_bits", _WEST), "右下点经度")
    begin: PeriodEnd = wire(Period(), "起始时间", when=PERIOD, default=None)
    end: PeriodEnd = wire(Period(), "结束时间", when=PERIOD, default=None)
    max_speed_kmh: int | None = u16("最高速度", when=SPEED, default=None)
    overspeed_duration_s: int | None = u8("超速持续时间", when=SPEED, default=None)
    night_max_speed_kmh: int | None = u16("夜间最高速度", when=SPEED, since=2019, default=None)
    name: str | None = text("区域名称", prefix=2, since=2019, default=None)


@record
class Polygon(Record):
    TITLE = "多边形区域"
    CLAUSE = "JT/T 808-2013 8.39, JT/T 808-2019 (mem)"

    area_id: int = u32("区域ID")
    attribute_bits: int = u16("区域属性", bits=AreaFlag)
    begin: PeriodEnd = wire(Period(), "起始时间", when=PERIOD, default=None)
    end: PeriodEnd = wire(Period(), "结束时间", when=PERIOD, default=None)
    max_speed_kmh: int | None = u16("最高速度", when=SPEED, default=None)
    overspeed_duration_s: int | None = u8("超速持续时间", when=SPEED, default=None)
    corners: tuple[Corner, ...] = wire(Corners(), "顶点项")
    night_max_speed_kmh: int | None = u16("夜间最高速度", when=SPEED, since=2019, default=None)
    name: str | None = text("区域名称", prefix=2, since=2019, default=None)


@record
class SetCircles(Message):
    """8600."""

    ID = 0x8600
    TITLE = "设置圆形区域"
    CLAUSE = "JT/T 808-2013 8.35, JT/T 808-2019 (mem)"

    change: int = u8("设置属性", values=AreaChange)
    count: int = count_of("areas", "区域总数", default=0)
    areas: tuple[Circle, ...] = many(Circle, "区域项", count="count", default=())


@record
class SetRectangles(Message):
    """8602."""

    ID = 0x8602
    TITLE = "设置矩形区域"
    CLAUSE = "JT/T 808-2013 8.37, JT/T 808-2019 (mem)"

    change: int = u8("设置属性", values=AreaChange)
    count: int = count_of("areas", "区域总数", default=0)
    areas: tuple[Rectangle, ...] = many(Rectangle, "区域项", count="count", default=())


@record
class SetPolygon(Polygon, Message):
    """8604: one at a time; one with the same id is replaced."""

    ID = 0x8604
    TITLE = "设置多边形区域"


@record
class AreasGone(Message):
    """Areas or routes that the terminal forgets; all of the kind if there is none."""

    count: int = count_of("area_ids", "区域数", default=0)
    area_ids: tuple[int, ...] = numbers(4, "区域ID", count="count", default=())


@record
class DeleteCircles(AreasGone):
    """8601."""

    ID = 0x8601
    TITLE = "删除圆形区域"
    CLAUSE = "JT/T 808-2013 8.36"


@record
class DeleteRectangles(AreasGone):
    """8603."""

    ID = 0x8603
    TITLE = "删除矩形区域"
    CLAUSE = "JT/T 808-2013 8.38"


@record
class DeletePolygons(AreasGone):
    """8605."""

    ID = 0x8605
    TITLE = "删除多边形区域"
    CLAUSE = "JT/T 808-2013 8.40"

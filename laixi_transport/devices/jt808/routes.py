"""Routes that a terminal watches by itself, and asking which areas and routes it has."""

from enum import IntEnum, IntFlag

from laixi_transport.devices.jt808.areas import PERIOD, Circle, Polygon, Rectangle
from laixi_transport.devices.jt808.coordinates import Coordinate
from laixi_transport.devices.jt808.periods import Period, PeriodEnd
from laixi_transport.devices.wire.fields import (
    count_of,
    equals,
    has_bit,
    many,
    numbers,
    record,
    text,
    u8,
    u16,
    u32,
    wire,
)
from laixi_transport.devices.wire.record import Message, Record


class RouteFlag(IntFlag):
    """Attributes of a route (路线属性)."""

    PERIOD = 1 << 0
    TELL_DRIVER_IN = 1 << 2
    TELL_PLATFORM_IN = 1 << 3
    TELL_DRIVER_OUT = 1 << 4
    TELL_PLATFORM_OUT = 1 << 5


class SectionFlag(IntFlag):
    """Attributes of a section (路段属性)."""

    DRIVING_TIME = 1 << 0
    SPEED_LIMIT = 1 << 1
    SOUTH = 1 << 2
    WEST = 1 << 3


class PlaceQuery(IntEnum):
    """What is asked for (查询类型)."""

    CIRCLES = 1
    RECTANGLES = 2
    POLYGONS = 3
    ROUTES = 4


_TIME = has_bit("section_bits", SectionFlag.DRIVING_TIME)
_SPEED = has_bit("section_bits", SectionFlag.SPEED_LIMIT)


@record
class TurningPoint(Record):
    """A point at which a section begins."""

    TITLE = "路线拐点"
    CLAUSE = "JT/T 808-2013 8.41, JT/T 808-2019 (mem)"

    point_id: int = u32("拐点ID")
    section_id: int = u32("路段ID")
    lat_deg: float = wire(Coordinate("section_bits", SectionFlag.SOUTH, ahead=9), "拐点纬度")
    lon_deg: float = wire(Coordinate("section_bits", SectionFlag.WEST, ahead=5), "拐点经度")
    width_m: int = u8("路段宽度")
    section_bits: int = u8("路段属性", bits=SectionFlag)
    max_time_s: int | None = u16("路段行驶过长阈值", when=_TIME, default=None)
    min_time_s: int | None = u16("路段行驶不足阈值", when=_TIME, default=None)
    max_speed_kmh: int | None = u16("路段最高速度", when=_SPEED, default=None)
    overspeed_duration_s: int | None = u8("路段超速持续时间", when=_SPEED, default=None)
    night_max_speed_kmh: int | None = u16("路段夜间最高速度", when=_SPEED, since=2019, default=None)


@record
class Route(Record):
    TITLE = "路线"
    CLAUSE = "JT/T 808-2013 8.41, JT/T 808-2019 (mem)"

    route_id: int = u32("路线ID")
    attribute_bits: int = u16("路线属性", bits=RouteFlag)
    begin: PeriodEnd = wire(Period(), "起始时间", when=PERIOD, default=None)
    end: PeriodEnd = wire(Period(), "结束时间", when=PERIOD, default=None)
    count: int = count_of("points", "路线总拐点数", 2, default=0)
    points: tuple[TurningPoint, ...] = many(TurningPoint, "拐点项", count="count", default=())
    name: str | None = text("路线名称", prefix=2, since=2019, default=None)


@record
class SetRoute(Route, Message):
    """8606: one at a time."""

    ID = 0x8606
    TITLE = "设置路线"


@record
class DeleteRoutes(Message):
    """8607; all if there is none."""

    ID = 0x8607
    TITLE = "删除路线"
    CLAUSE = "JT/T 808-2013 8.42"

    count: int = count_of("route_ids", "路线数", default=0)
    route_ids: tuple[int, ...] = numbers(4, "路线ID", count="count", default=())


@record
class QueryPlaces(Message):
    """8608: which areas or routes has the terminal; all of the kind if there is no id. Since 2019."""

    ID = 0x8608
    TITLE = "查询区域或线路数据"
    CLAUSE = "JT/T 808-2019 (clause mem)"

    query: int = u8("查询类型", values=PlaceQuery)
    count: int = count_of("ids", "查询的区域或线路的ID数量", 4, default=0)
    ids: tuple[int, ...] = numbers(4, "查询的区域或线路的ID", count="count", default=())


@record
class PlacesAnswer(Message):
    """0608: the areas or routes asked for. Since 2019."""

    ID = 0x0608
    TITLE = "查询区域或线路数据应答"
    CLAUSE = "JT/T 808-2019 (clause mem)"

    query: int = u8("查询类型", values=PlaceQuery)
    total: int = u32("查询的区域或线路数据数量")
    circles: tuple[Circle, ...] = many(Circle, "圆形区域", when=equals("query", PlaceQuery.CIRCLES), default=())
    rectangles: tuple[Rectangle, ...] = many(
        Rectangle, "矩形区域", when=equals("query", PlaceQuery.RECTANGLES), default=()
    )
    polygons: tuple[Polygon, ...] = many(Polygon, "多边形区域", when=equals("query", PlaceQuery.POLYGONS), default=())
    routes: tuple[Route, ...] = many(Route, "路线", when=equals("query", PlaceQuery.ROUTES), default=())

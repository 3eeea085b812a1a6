"""Where a vehicle is, as platforms tell each other: a layout of its own in 2011, the terminal's in 2019."""

import datetime as dt
from typing import Any

from laixi_transport.devices.jt808.position_report import Position
from laixi_transport.devices.jt809.kinds import binary_moment
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.wire.fields import i16, many, nested, record, text, u8, u16, u32
from laixi_transport.devices.wire.record import Record
from laixi_transport.domain.position import StatusBit

_SOUTH = int(StatusBit.SOUTH)
_WEST = int(StatusBit.WEST)
_ON = int(StatusBit.ACC_ON)
_LOCATED = int(StatusBit.LOCATED)


@record
class Location2011(Record):
    """36 bytes. Longitude stands before latitude; speeds and mileage are whole numbers."""

    TITLE = "车辆定位信息"
    CLAUSE = "JT/T 809-2011 table 26"

    position_encrypted: int = u8("加密标识", default=0)
    time: dt.datetime | None = binary_moment("日月年时分秒")
    lon_deg: float = u32("经度", per=1_000_000)
    lat_deg: float = u32("纬度", per=1_000_000)
    speed_kmh: int = u16("速度")
    recorder_speed_kmh: int = u16("行驶记录速度")
    mileage_km: int = u32("车辆当前总里程数")
    direction_deg: int = u16("方向")
    altitude_m: int = i16("海拔高度")
    status_bits: int = u32("车辆状态")
    alarm_bits: int = u32("报警状态")

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)  # no bare super(): the class that slots make is not the one it looks for
        if self.status_bits & _SOUTH:
            into[f"{prefix}lat_deg"] = -self.lat_deg
        if self.status_bits & _WEST:
            into[f"{prefix}lon_deg"] = -self.lon_deg
        into[f"{prefix}acc_on"] = bool(self.status_bits & _ON)
        into[f"{prefix}located"] = bool(self.status_bits & _LOCATED)


@record
class Location2019(Record):
    """The body of a terminal's 0200 and what three platforms say of it."""

    TITLE = "车辆定位信息"
    CLAUSE = "JT/T 809-2019, by captures"

    position_encrypted: int = u8("加密标识", default=0)
    position: Position | None = nested(Position, "车辆定位信息内容", prefix=4, inline=True, or_none=True)
    enterprise_id: str = text("企业监控平台唯一编码", 11, default="")
    enterprise_alarm_bits: int = u32("企业监控平台报警状态", default=0)
    city_id: str = text("市级监管平台唯一编码", 11, default="")
    city_alarm_bits: int = u32("市级监管平台报警状态", default=0)
    province_id: str = text("省级监管平台唯一编码", 11, default="")
    province_alarm_bits: int = u32("省级监管平台报警状态", default=0)


@record
class OneLocation(Sub):
    """Data that is one location."""

    location_2011: Location2011 | None = nested(Location2011, "车辆定位信息", inline=True, until=2018, default=None)
    location_2019: Location2019 | None = nested(Location2019, "车辆定位信息", inline=True, since=2019, default=None)

    @property
    def location(self) -> Location2011 | Location2019 | None:
        """The location in the layout of either edition."""
        return self.location_2011 or self.location_2019


@record
class Locations(Sub):
    """Data that is one to five locations in order of time."""

    locations_2011: tuple[Location2011, ...] = many(Location2011, "卫星定位数据集合", count=1, until=2018, default=())
    locations_2019: tuple[Location2019, ...] = many(Location2019, "卫星定位数据集合", count=1, since=2019, default=())

    @property
    def locations(self) -> tuple[Location2011, ...] | tuple[Location2019, ...]:
        """The locations in the layout of either edition."""
        return self.locations_2011 or self.locations_2019

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        into[f"{prefix}count"] = len(self.locations)
        for index, location in enumerate(self.locations):
            location.flatten(f"{prefix}items[{index}].", into)
        if self.rest:
            into[f"{prefix}rest"] = self.rest.hex()

"""Items 64 to 67 of a position report: alarms of driver assistance, driver state, tyres and blind spots.

Their lengths are 47, 47, 41 + 9 n and 41 bytes, or 24 more with the wide ident (T/GDRTA 002-2020). An alarm is read
although more bytes come behind it, or its wheels are cut off: they are its rest.
"""

import datetime as dt
from enum import IntEnum, IntFlag

from laixi_transport.devices.jsatl.ident import AlarmIdent, ident_before
from laixi_transport.devices.wire.fields import count_of, i16, many, moment, raw, record, u8, u16, u32
from laixi_transport.devices.wire.groups import Item
from laixi_transport.devices.wire.record import Record

_DEGREE = 1_000_000
_WHEEL_BYTES = 9


class AlarmFlag(IntEnum):
    """标志状态."""

    NOT_APPLICABLE = 0
    BEGIN = 1
    END = 2


class AlarmLevel(IntEnum):
    """报警级别: the second above the speed that grades them (params F364, F365; 50 km/h unless set)."""

    FIRST = 1
    SECOND = 2


class AdasType(IntEnum):
    """Types of item 64: 01-0F alarms, 10-1F events."""

    FORWARD_COLLISION = 0x01  # 前向碰撞报警
    LANE_DEPARTURE = 0x02  # 车道偏离报警
    TOO_CLOSE = 0x03  # 车距过近报警
    PEDESTRIAN_COLLISION = 0x04  # 行人碰撞报警
    FREQUENT_LANE_CHANGE = 0x05  # 频繁变道报警
    SIGN_LIMIT_EXCEEDED = 0x06  # 道路标识超限报警
    OBSTACLE = 0x07  # 障碍物报警
    SIGN_RECOGNISED = 0x10  # 道路标志识别事件
    ACTIVE_CAPTURE = 0x11  # 主动抓拍事件


class DsmType(IntEnum):
    """Types of item 65: 01-0F alarms, 10-1F events."""

    FATIGUE = 0x01  # 疲劳驾驶报警
    PHONE = 0x02  # 接打电话报警
    SMOKING = 0x03  # 抽烟报警
    DISTRACTION = 0x04  # 分神驾驶报警
    DRIVER_ABNORMAL = 0x05  # 驾驶员异常报警
    AUTOMATIC_CAPTURE = 0x10  # 自动抓拍事件
    DRIVER_CHANGED = 0x11  # 驾驶员变更事件


class BsdType(IntEnum):
    """Types of item 67."""

    REAR = 1  # 后方接近报警
    LEFT_REAR = 2  # 左侧后方接近报警
    RIGHT_REAR = 3  # 右侧后方接近报警


class Deviation(IntEnum):
    """偏离类型 of a lane departure."""

    LEFT = 1
    RIGHT = 2


class SignType(IntEnum):
    """道路标志识别类型."""

    SPEED_LIMIT = 1
    HEIGHT_LIMIT = 2
    WEIGHT_LIMIT = 3


class VehicleState(IntFlag):
    """车辆状态."""

    ACC = 1 << 0
    LEFT_TURN = 1 << 1
    RIGHT_TURN = 1 << 2
    WIPER = 1 << 3
    BRAKE = 1 << 4
    CARD = 1 << 5
    LOCATED = 1 << 10


class TyreAlarm(IntFlag):
    """报警/事件类型 of a tyre; bit 0 is a report in time without an alarm."""

    TIMED_REPORT = 1 << 0
    PRESSURE_HIGH = 1 << 1
    PRESSURE_LOW = 1 << 2
    HOT = 1 << 3
    SENSOR = 1 << 4
    UNBALANCED = 1 << 5
    SLOW_LEAK = 1 << 6
    BATTERY_LOW = 1 << 7


def _nothing(behind: bytes) -> bool:
    return not behind


def _wheels(behind: bytes) -> bool:
    return bool(behind) and len(behind) == 1 + behind[0] * _WHEEL_BYTES


@record
class AdasAlarm(Item):
    """Forward collision, lane departure and what else the camera ahead sees."""

    TAG = 0x64
    OPEN = True
    PREFIX = "x64."
    TITLE = "高级驾驶辅助系统报警信息"
    CLAUSE = "T/JSATL 12-2017 table 4-15"

    alarm_id: int = u32("报警ID")
    flag: int = u8("标志状态", values=AlarmFlag)
    type: int = u8("报警/事件类型", values=AdasType)
    level: int = u8("报警级别", values=AlarmLevel)
    front_speed_kmh: int = u8("前车车速")
    front_distance_100ms: int = u8("前车/行人距离")
    deviation_type: int = u8("偏离类型", values=Deviation)
    sign_type: int = u8("道路标志识别类型", values=SignType)
    sign_data: int = u8("道路标志识别数据")
    speed_kmh: int = u8("车速")
    altitude_m: int = i16("高程")
    lat_deg: float = u32("纬度", per=_DEGREE)
    lon_deg: float = u32("经度", per=_DEGREE)
    time: dt.datetime | None = moment("日期时间")
    vehicle_state: int = u16("车辆状态", bits=VehicleState)
    ident: AlarmIdent = ident_before(_nothing)


@record
class DsmAlarm(Item):
    """Fatigue, telephone, smoking and what else the camera in the cab sees."""

    TAG = 0x65
    OPEN = True
    PREFIX = "x65."
    TITLE = "驾驶员状态监测系统报警信息"
    CLAUSE = "T/JSATL 12-2017 table 4-17 (mem)"

    alarm_id: int = u32("报警ID")
    flag: int = u8("标志状态", values=AlarmFlag)
    type: int = u8("报警/事件类型", values=DsmType)
    level: int = u8("报警级别", values=AlarmLevel)
    fatigue_level: int = u8("疲劳程度")
    reserved: bytes = raw("预留", 4, default=bytes(4))
    speed_kmh: int = u8("车速")
    altitude_m: int = i16("高程")
    lat_deg: float = u32("纬度", per=_DEGREE)
    lon_deg: float = u32("经度", per=_DEGREE)
    time: dt.datetime | None = moment("日期时间")
    vehicle_state: int = u16("车辆状态", bits=VehicleState)
    ident: AlarmIdent = ident_before(_nothing)


@record
class Wheel(Record):
    """One tyre of item 66."""

    TITLE = "胎压监测系统报警/事件信息"
    CLAUSE = "T/JSATL 12-2017 table 4-19 (mem)"

    position: int = u8("胎压报警位置")
    type: int = u16("报警/事件类型", bits=TyreAlarm)
    pressure_kpa: int = u16("胎压")
    # The table says WORD and no offset; tyres are below zero in winter.
    temperature_c: int = i16("胎温")
    battery_pct: int = u16("电池电量")


@record
class TyreAlarms(Item):
    """Pressure, heat and batteries of the tyres."""

    TAG = 0x66
    OPEN = True
    PREFIX = "x66."
    TITLE = "胎压监测系统报警信息"
    CLAUSE = "T/JSATL 12-2017 table 4-18 (mem)"

    alarm_id: int = u32("报警ID")
    flag: int = u8("标志状态", values=AlarmFlag)
    speed_kmh: int = u8("车速")
    altitude_m: int = i16("高程")
    lat_deg: float = u32("纬度", per=_DEGREE)
    lon_deg: float = u32("经度", per=_DEGREE)
    time: dt.datetime | None = moment("日期时间")
    vehicle_state: int = u16("车辆状态", bits=VehicleState)
    ident: AlarmIdent = ident_before(_wheels)
    count: int = count_of("items", "报警/事件列表总数", default=0)
    items: tuple[Wheel, ...] = many(Wheel, "报警/事件信息列表", count="count", optional=True, default=())


@record
class BlindSpotAlarm(Item):
    """Somebody comes near beside or behind the vehicle."""

    TAG = 0x67
    OPEN = True
    PREFIX = "x67."
    TITLE = "盲区监测系统报警信息"
    CLAUSE = "T/JSATL 12-2017 table 4-20 (mem)"

    alarm_id: int = u32("报警ID")
    flag: int = u8("标志状态", values=AlarmFlag)
    type: int = u8("报警/事件类型", values=BsdType)
    speed_kmh: int = u8("车速")
    altitude_m: int = i16("高程")
    lat_deg: float = u32("纬度", per=_DEGREE)
    lon_deg: float = u32("经度", per=_DEGREE)
    time: dt.datetime | None = moment("日期时间")
    vehicle_state: int = u16("车辆状态", bits=VehicleState)
    ident: AlarmIdent = ident_before(_nothing)


ITEMS: dict[int, type[Item]] = {item.TAG: item for item in (AdasAlarm, DsmAlarm, TyreAlarms, BlindSpotAlarm)}
"""Items by id, for the table of the position report."""

"""Alarm, status and signal bits of a position report by name, with the standard's words for them."""

from collections.abc import Mapping
from enum import IntFlag
from types import MappingProxyType
from typing import Final


class AlarmFlag(IntFlag):
    """Alarm bits (报警标志) of JT/T 808-2013 table 24, with the additions of 2019."""

    EMERGENCY = 1 << 0
    OVERSPEED = 1 << 1
    FATIGUE = 1 << 2
    DANGER = 1 << 3
    GNSS_FAULT = 1 << 4
    ANTENNA_CUT = 1 << 5
    ANTENNA_SHORT = 1 << 6
    POWER_LOW = 1 << 7
    POWER_OFF = 1 << 8
    DISPLAY_FAULT = 1 << 9
    TTS_FAULT = 1 << 10
    CAMERA_FAULT = 1 << 11
    IC_CARD_FAULT = 1 << 12
    OVERSPEED_WARNING = 1 << 13
    FATIGUE_WARNING = 1 << 14
    RULE_BREAKING = 1 << 15
    TYRE_PRESSURE = 1 << 16
    RIGHT_BLIND_SPOT = 1 << 17
    DAILY_DRIVING = 1 << 18
    OVERTIME_PARKING = 1 << 19
    AREA = 1 << 20
    ROUTE = 1 << 21
    SECTION_TIME = 1 << 22
    ROUTE_DEVIATION = 1 << 23
    VSS_FAULT = 1 << 24
    FUEL = 1 << 25
    STOLEN = 1 << 26
    ILLEGAL_IGNITION = 1 << 27
    ILLEGAL_MOVE = 1 << 28
    COLLISION = 1 << 29
    ROLLOVER_WARNING = 1 << 30
    ILLEGAL_DOOR = 1 << 31


class StatusFlag(IntFlag):
    """Status bits (状态) of JT/T 808-2013 table 25, with the additions of 2019."""

    ACC_ON = 1 << 0
    LOCATED = 1 << 1
    SOUTH = 1 << 2
    WEST = 1 << 3
    OUT_OF_SERVICE = 1 << 4
    COORDINATES_ENCRYPTED = 1 << 5
    FORWARD_COLLISION = 1 << 6
    LANE_DEPARTURE = 1 << 7
    LOAD_LOW = 1 << 8  # with LOAD_HIGH: full, alone: half
    LOAD_HIGH = 1 << 9
    FUEL_CUT = 1 << 10
    ELECTRICITY_CUT = 1 << 11
    DOORS_LOCKED = 1 << 12
    FRONT_DOOR_OPEN = 1 << 13
    MIDDLE_DOOR_OPEN = 1 << 14
    REAR_DOOR_OPEN = 1 << 15
    DRIVER_DOOR_OPEN = 1 << 16
    OTHER_DOOR_OPEN = 1 << 17
    GPS = 1 << 18
    BEIDOU = 1 << 19
    GLONASS = 1 << 20
    GALILEO = 1 << 21
    MOVING = 1 << 22


class SignalFlag(IntFlag):
    """Vehicle signals (扩展车辆信号状态位), item 25."""

    LOW_BEAM = 1 << 0
    HIGH_BEAM = 1 << 1
    RIGHT_TURN = 1 << 2
    LEFT_TURN = 1 << 3
    BRAKE = 1 << 4
    REVERSE = 1 << 5
    FOG_LAMP = 1 << 6
    CLEARANCE_LAMP = 1 << 7
    HORN = 1 << 8
    AIR_CONDITIONING = 1 << 9
    NEUTRAL = 1 << 10
    RETARDER = 1 << 11
    ABS = 1 << 12
    HEATER = 1 << 13
    CLUTCH = 1 << 14


class IoFlag(IntFlag):
    """Inputs and outputs (IO状态位), item 2A."""

    DEEP_SLEEP = 1 << 0
    SLEEP = 1 << 1


class VideoAlarmFlag(IntFlag):
    """Alarms of the cameras (视频相关报警), item 14 (JT/T 1078-2016 table 14)."""

    SIGNAL_LOST = 1 << 0
    SIGNAL_COVERED = 1 << 1
    STORAGE_FAULT = 1 << 2
    OTHER_FAULT = 1 << 3
    BUS_OVERLOADED = 1 << 4
    ABNORMAL_DRIVING = 1 << 5
    SPECIAL_STORAGE_FULL = 1 << 6


class AbnormalDrivingFlag(IntFlag):
    """What a driver does (异常驾驶行为类型), item 18 (JT/T 1078-2016 table 15)."""

    FATIGUE = 1 << 0
    PHONE = 1 << 1
    SMOKING = 1 << 2


ALARM_LABELS: Final[Mapping[int, str]] = MappingProxyType(
    {
        AlarmFlag.EMERGENCY: "紧急报警",
        AlarmFlag.OVERSPEED: "超速报警",
        AlarmFlag.FATIGUE: "疲劳驾驶报警",
        AlarmFlag.DANGER: "危险驾驶行为报警",
        AlarmFlag.GNSS_FAULT: "GNSS模块故障",
        AlarmFlag.ANTENNA_CUT: "GNSS天线未接或被剪断",
        AlarmFlag.ANTENNA_SHORT: "GNSS天线短路",
        AlarmFlag.POWER_LOW: "终端主电源欠压",
        AlarmFlag.POWER_OFF: "终端主电源掉电",
        AlarmFlag.DISPLAY_FAULT: "终端LCD或显示器故障",
        AlarmFlag.TTS_FAULT: "TTS模块故障",
        AlarmFlag.CAMERA_FAULT: "摄像头故障",
        AlarmFlag.IC_CARD_FAULT: "道路运输证IC卡模块故障",
        AlarmFlag.OVERSPEED_WARNING: "超速预警",
        AlarmFlag.FATIGUE_WARNING: "疲劳驾驶预警",
        AlarmFlag.RULE_BREAKING: "违规行驶报警",
        AlarmFlag.TYRE_PRESSURE: "胎压预警",
        AlarmFlag.RIGHT_BLIND_SPOT: "右转盲区异常报警",
        AlarmFlag.DAILY_DRIVING: "当天累计驾驶超时",
        AlarmFlag.OVERTIME_PARKING: "超时停车",
        AlarmFlag.AREA: "进出区域",
        AlarmFlag.ROUTE: "进出路线",
        AlarmFlag.SECTION_TIME: "路段行驶时间不足/过长",
        AlarmFlag.ROUTE_DEVIATION: "路线偏离报警",
        AlarmFlag.VSS_FAULT: "车辆VSS故障",
        AlarmFlag.FUEL: "车辆油量异常",
        AlarmFlag.STOLEN: "车辆被盗",
        AlarmFlag.ILLEGAL_IGNITION: "车辆非法点火",
        AlarmFlag.ILLEGAL_MOVE: "车辆非法位移",
        AlarmFlag.COLLISION: "碰撞侧翻报警",
        AlarmFlag.ROLLOVER_WARNING: "侧翻预警",
    }
)
"""The words of 2019; bit 31 is reserved there."""

ALARM_LABELS_2013: Final[Mapping[int, str]] = MappingProxyType(
    {flag: label for flag, label in ALARM_LABELS.items() if not flag & 0x38000}
    | {
        AlarmFlag.DANGER: "危险预警",
        AlarmFlag.COLLISION: "碰撞预警",
        AlarmFlag.ILLEGAL_DOOR: "非法开门报警",
    }
)
"""The words of 2011 and 2013, which reserve bits 15 to 17."""

CLEARED_BY_ANSWER: Final = (
    AlarmFlag.EMERGENCY
    | AlarmFlag.DANGER
    | AlarmFlag.AREA
    | AlarmFlag.ROUTE
    | AlarmFlag.SECTION_TIME
    | AlarmFlag.ILLEGAL_IGNITION
    | AlarmFlag.ILLEGAL_MOVE
    | AlarmFlag.ILLEGAL_DOOR
)
"""Alarms that a terminal clears when the platform has answered; the others hold until their condition ends."""

STATUS_LABELS: Final[Mapping[int, str]] = MappingProxyType(
    {
        StatusFlag.ACC_ON: "ACC开",
        StatusFlag.LOCATED: "定位",
        StatusFlag.SOUTH: "南纬",
        StatusFlag.WEST: "西经",
        StatusFlag.OUT_OF_SERVICE: "停运状态",
        StatusFlag.COORDINATES_ENCRYPTED: "经纬度已经保密插件加密",
        StatusFlag.FORWARD_COLLISION: "紧急刹车系统采集的前撞预警",
        StatusFlag.LANE_DEPARTURE: "车道偏移预警",
        StatusFlag.FUEL_CUT: "车辆油路断开",
        StatusFlag.ELECTRICITY_CUT: "车辆电路断开",
        StatusFlag.DOORS_LOCKED: "车门加锁",
        StatusFlag.FRONT_DOOR_OPEN: "门1开（前门）",
        StatusFlag.MIDDLE_DOOR_OPEN: "门2开（中门）",
        StatusFlag.REAR_DOOR_OPEN: "门3开（后门）",
        StatusFlag.DRIVER_DOOR_OPEN: "门4开（驾驶席门）",
        StatusFlag.OTHER_DOOR_OPEN: "门5开（自定义）",
        StatusFlag.GPS: "使用GPS卫星定位",
        StatusFlag.BEIDOU: "使用北斗卫星定位",
        StatusFlag.GLONASS: "使用GLONASS卫星定位",
        StatusFlag.GALILEO: "使用Galileo卫星定位",
        StatusFlag.MOVING: "车辆处于行驶状态",
    }
)
LOAD_LABELS: Final = ("空车", "半载", "保留", "满载")
"""By bits 8 and 9 of the status."""

SIGNAL_LABELS: Final[Mapping[int, str]] = MappingProxyType(
    {
        SignalFlag.LOW_BEAM: "近光灯信号",
        SignalFlag.HIGH_BEAM: "远光灯信号",
        SignalFlag.RIGHT_TURN: "右转向灯信号",
        SignalFlag.LEFT_TURN: "左转向灯信号",
        SignalFlag.BRAKE: "制动信号",
        SignalFlag.REVERSE: "倒挡信号",
        SignalFlag.FOG_LAMP: "雾灯信号",
        SignalFlag.CLEARANCE_LAMP: "示廓灯",
        SignalFlag.HORN: "喇叭信号",
        SignalFlag.AIR_CONDITIONING: "空调状态",
        SignalFlag.NEUTRAL: "空挡信号",
        SignalFlag.RETARDER: "缓速器工作",
        SignalFlag.ABS: "ABS工作",
        SignalFlag.HEATER: "加热器工作",
        SignalFlag.CLUTCH: "离合器状态",
    }
)

VIDEO_ALARM_LABELS: Final[Mapping[int, str]] = MappingProxyType(
    {
        VideoAlarmFlag.SIGNAL_LOST: "视频信号丢失报警",
        VideoAlarmFlag.SIGNAL_COVERED: "视频信号遮挡报警",
        VideoAlarmFlag.STORAGE_FAULT: "存储单元故障报警",
        VideoAlarmFlag.OTHER_FAULT: "其他视频设备故障报警",
        VideoAlarmFlag.BUS_OVERLOADED: "客车超员报警",
        VideoAlarmFlag.ABNORMAL_DRIVING: "异常驾驶行为报警",
        VideoAlarmFlag.SPECIAL_STORAGE_FULL: "特殊报警录像达到存储阈值报警",
    }
)


def alarm_labels(bits: int, *, version: int = 2019) -> tuple[str, ...]:
    """Return the standard's words for the alarm bits that are set, lowest first."""
    return _labels(bits, ALARM_LABELS if version >= 2019 else ALARM_LABELS_2013)


def status_labels(bits: int) -> tuple[str, ...]:
    """Return the standard's words for the status bits that are set, the load last."""
    load = bits >> 8 & 3
    return _labels(bits, STATUS_LABELS) + ((LOAD_LABELS[load],) if load else ())


def _labels(bits: int, labels: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(label for flag, label in sorted(labels.items()) if bits & flag)

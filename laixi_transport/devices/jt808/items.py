"""Additional items of a position report (位置附加信息): those of JT/T 808 and JT/T 1078.

The whole table, with the items of driver assistance and of vendors, is in ``position_items``.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from laixi_transport.devices.jt808.flags import AbnormalDrivingFlag, IoFlag, SignalFlag, VideoAlarmFlag
from laixi_transport.devices.wire.fields import raw, record, u8, u16, u32, wire
from laixi_transport.devices.wire.groups import Item
from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.stream import Sink

_CLAUSE = "JT/T 808-2013 表27"


class PlaceKind(IntEnum):
    """Where something happened (位置类型)."""

    NONE = 0  # no particular place
    CIRCLE = 1
    RECTANGLE = 2
    POLYGON = 3
    ROUTE = 4  # or one of its sections


class Crossing(IntEnum):
    """Direction in which a boundary was crossed."""

    IN = 0
    OUT = 1


class SectionResult(IntEnum):
    """How long a section took."""

    TOO_SHORT = 0
    TOO_LONG = 1


@dataclass(frozen=True, slots=True)
class SignMagnitude(Kind[int]):
    """A WORD whose highest bit says that the number below it is negative."""

    @property
    def notation(self) -> str:
        return "WORD"

    @property
    def form(self) -> str:
        return "H"

    def value(self, unpacked: Any) -> int:
        number = int(unpacked)
        return 0x8000 - number if number & 0x8000 else number

    def write(self, sink: Sink, value: int) -> None:
        if not -0x7FFF <= value <= 0x7FFF:
            raise ValueError(f"{value} does not fit 15 bits and a sign")
        sink.data += (abs(value) | (0x8000 if value < 0 else 0)).to_bytes(2)


@record
class Mileage(Item):
    TAG = 0x01
    TITLE = "里程"
    CLAUSE = _CLAUSE

    mileage_km: float = u32("里程，车上里程表读数", per=10)


@record
class Fuel(Item):
    TAG = 0x02
    TITLE = "油量"
    CLAUSE = _CLAUSE

    fuel_l: float = u16("油量，车上油量表读数", per=10)


@record
class RecorderSpeed(Item):
    TAG = 0x03
    TITLE = "行驶记录功能获取的速度"
    CLAUSE = _CLAUSE

    recorder_speed_kmh: float = u16("速度", per=10)


@record
class AlarmEvent(Item):
    """The terminal asks that a person confirms an alarm; the number is counted by alarm."""

    TAG = 0x04
    TITLE = "需要人工确认报警事件的ID"
    CLAUSE = _CLAUSE

    alarm_event_id: int = u16("报警事件ID")


@record
class TyrePressures(Item):
    """One byte for every wheel, from the front left, axle by axle; FF: not known. Since 2019."""

    TAG = 0x05
    TITLE = "胎压"
    CLAUSE = "JT/T 808-2019 (mem)"

    tyre_pressures: bytes = raw("胎压", 30)


@record
class CabinTemperature(Item):
    """Since 2019."""

    TAG = 0x06
    TITLE = "车厢温度"
    CLAUSE = "JT/T 808-2019 (mem)"

    cabin_temperature_c: int = wire(SignMagnitude(), "车厢温度")


@record
class OverspeedPlace(Item):
    TAG = 0x11
    TITLE = "超速报警附加信息"
    CLAUSE = "JT/T 808-2013 表28"

    overspeed_pos_type: int = u8("位置类型", values=PlaceKind)
    overspeed_area_id: int | None = u32("区域或路段ID", optional=True, default=None)


@record
class BoundaryCrossing(Item):
    TAG = 0x12
    TITLE = "进出区域/路线报警附加信息"
    CLAUSE = "JT/T 808-2013 表29"

    area_type: int = u8("位置类型", values=PlaceKind)
    area_id: int = u32("区域或线路ID")
    area_dir: int = u8("方向", values=Crossing)


@record
class SectionTime(Item):
    TAG = 0x13
    TITLE = "路段行驶时间不足/过长报警附加信息"
    CLAUSE = "JT/T 808-2013 表30"

    route_id: int = u32("路段ID")
    route_time_s: int = u16("路段行驶时间")
    route_result: int = u8("结果", values=SectionResult)


@record
class Signals(Item):
    TAG = 0x25
    TITLE = "扩展车辆信号状态位"
    CLAUSE = "JT/T 808-2013 表31"

    ext_signal_bits: int = u32("扩展车辆信号状态位", bits=SignalFlag)


@record
class InputsOutputs(Item):
    TAG = 0x2A
    TITLE = "IO状态位"
    CLAUSE = "JT/T 808-2013 表32"

    io_bits: int = u16("IO状态位", bits=IoFlag)


@record
class AnalogInputs(Item):
    """AD0 in the low 16 bits, AD1 in the high ones."""

    TAG = 0x2B
    TITLE = "模拟量"
    CLAUSE = _CLAUSE

    analog: int = u32("模拟量")


@record
class SignalStrength(Item):
    TAG = 0x30
    TITLE = "无线通信网络信号强度"
    CLAUSE = _CLAUSE

    signal_strength: int = u8("信号强度")


@record
class Satellites(Item):
    TAG = 0x31
    TITLE = "GNSS定位卫星数"
    CLAUSE = _CLAUSE

    satellites: int = u8("卫星数")


@record
class VideoAlarms(Item):
    TAG = 0x14
    TITLE = "视频相关报警"
    CLAUSE = "JT/T 1078-2016 表14"

    video_alarm_bits: int = u32("视频相关报警", bits=VideoAlarmFlag)


@record
class VideoLoss(Item):
    """Bits 0 to 31: channels 1 to 32."""

    TAG = 0x15
    TITLE = "视频信号丢失报警状态"
    CLAUSE = "JT/T 1078-2016 表13"

    video_loss_bits: int = u32("视频信号丢失报警状态")


@record
class VideoCover(Item):
    """Bits 0 to 31: channels 1 to 32."""

    TAG = 0x16
    TITLE = "视频信号遮挡报警状态"
    CLAUSE = "JT/T 1078-2016 表13"

    video_cover_bits: int = u32("视频信号遮挡报警状态")


@record
class StorageFaults(Item):
    """Bits 0 to 11: main storage 1 to 12, bits 12 to 15: backup storage 1 to 4."""

    TAG = 0x17
    TITLE = "存储器故障报警状态"
    CLAUSE = "JT/T 1078-2016 表13"

    storage_fault_bits: int = u16("存储器故障报警状态")


@record
class AbnormalDriving(Item):
    """Table 13 of the standard gives two bytes, table 15 has three: both come."""

    TAG = 0x18
    TITLE = "异常驾驶行为报警详细描述"
    CLAUSE = "JT/T 1078-2016 表13, 表15"

    abnormal_driving_bits: int = u16("异常驾驶行为类型", bits=AbnormalDrivingFlag)
    fatigue_level: int | None = u8("疲劳程度", optional=True, default=None)


STANDARD_ITEMS: tuple[type[Item], ...] = (
    Mileage,
    Fuel,
    RecorderSpeed,
    AlarmEvent,
    TyrePressures,
    CabinTemperature,
    OverspeedPlace,
    BoundaryCrossing,
    SectionTime,
    VideoAlarms,
    VideoLoss,
    VideoCover,
    StorageFaults,
    AbnormalDriving,
    Signals,
    InputsOutputs,
    AnalogInputs,
    SignalStrength,
    Satellites,
)

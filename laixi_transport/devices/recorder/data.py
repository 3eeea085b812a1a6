"""The data blocks that a recorder answers with (GB/T 19056-2012 appendix A), commands 00 to 15.

Blocks 08 to 15 hold as many members as lie in the period asked for; a period without any is an empty block.
"""

import datetime as dt
from enum import IntEnum
from typing import Any

from laixi_transport.devices.recorder.place import MinutePlace, Place, Sample, SpeedPair
from laixi_transport.devices.wire.fields import day, decimal, digits, many, moment, nested, raw, record, text, u8, u16
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.times import local_text

LICENCE_BYTES = 18
_NO_BYTE = 0xFF
"""What records hold where the recorder has stored no time."""


class LoginEvent(IntEnum):
    """What a driver's card did."""

    LOGIN = 1
    LOGOUT = 2


class PowerEvent(IntEnum):
    """What the external supply did."""

    ON = 1
    OFF = 2


class SpeedStatus(IntEnum):
    """Whether the sensor's speed agrees with that of the GNSS."""

    NORMAL = 1
    ABNORMAL = 2


@record
class StandardVersion(Record):
    """00: which edition of the standard the recorder follows."""

    TITLE = "执行标准版本年号"
    CLAUSE = "GB/T 19056-2012 appendix A, 00H"

    standard_year: str = digits("记录仪执行标准年号后2位", 1)
    modify_no: int = u8("修改单号")


@record
class DriverLicence(Record):
    """01: who drives."""

    TITLE = "当前驾驶人信息"
    CLAUSE = "GB/T 19056-2012 appendix A, 01H"

    licence_no: str = text("机动车驾驶证号码", LICENCE_BYTES)


@record
class Clock(Record):
    """02, and C2 to set it: the recorder's clock."""

    TITLE = "实时时间"
    CLAUSE = "GB/T 19056-2012 appendix A, 02H"

    time: dt.datetime | None = moment("实时时间")


@record
class Mileage(Record):
    """03, and C4 to set it: what was driven since the recorder was installed."""

    TITLE = "累计行驶里程"
    CLAUSE = "GB/T 19056-2012 appendix A, 03H"

    time: dt.datetime | None = moment("实时时间")
    installed_at: dt.datetime | None = moment("初次安装时间")
    initial_mileage_km: float | None = decimal("初始里程", 4, per=10)
    mileage_km: float | None = decimal("累计行驶里程", 4, per=10)


@record
class PulseCoefficient(Record):
    """04, and C3 to set it: pulses of the speed sensor in one kilometre."""

    TITLE = "脉冲系数"
    CLAUSE = "GB/T 19056-2012 appendix A, 04H"

    time: dt.datetime | None = moment("实时时间")
    pulse_coeff: int = u16("脉冲系数")


@record
class VehicleIdentity(Record):
    """05, and 82 to set it: which vehicle it is."""

    TITLE = "车辆信息"
    CLAUSE = "GB/T 19056-2012 appendix A, 05H"

    vin: str = text("车辆识别代号", 17)
    plate_no: str = text("机动车号牌号码", 12)
    plate_class: str = text("机动车号牌分类", 12)


@record
class SignalName(Record):
    """What one signal is wired to."""

    name: str = text("状态信号名称", 10)


@record
class SignalNames(Record):
    """06, and 84 to set it: what the signals of a sample are, bit 0 first."""

    TITLE = "状态信号配置信息"
    CLAUSE = "GB/T 19056-2012 appendix A, 06H"

    time: dt.datetime | None = moment("实时时间")
    signal_bytes: int = u8("状态信号字节个数")  # terminals write other numbers here: the names go to the end
    signals: tuple[SignalName, ...] = many(SignalName, "D0～D7 状态信号名称")


@record
class UnitNumber(Record):
    """07: the recorder itself."""

    TITLE = "记录仪唯一性编号"
    CLAUSE = "GB/T 19056-2012 appendix A, 07H"

    certificate_no: str = text("生产厂 CCC 认证代码", 7)
    model: str = text("认证产品型号", 16)
    produced_on: dt.date | None = day("生产日期", width=3)
    serial: bytes = raw("产品生产流水号", 4)
    spare: bytes = raw("备用", 5)


@record
class SpeedMinute(Record):
    """One minute of block 08."""

    CLAUSE = "GB/T 19056-2012 appendix A, 08H: 126 bytes"

    begin: dt.datetime | None = moment("开始时间", fill=_NO_BYTE)
    seconds: tuple[Sample, ...] = many(Sample, "每秒平均速度与状态信号", fixed=60)

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        into[prefix + "begin"] = local_text(self.begin)
        into[prefix + "speed_kmh"] = [second.speed_kmh for second in self.seconds]
        into[prefix + "signal_bits"] = [second.signal_bits for second in self.seconds]


@record
class SpeedRecords(Record):
    """08: the speed of every second."""

    TITLE = "指定的行驶速度记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 08H"

    minutes: tuple[SpeedMinute, ...] = many(SpeedMinute, "单位分钟行驶速度记录")


@record
class PlaceHour(Record):
    """One hour of block 09."""

    CLAUSE = "GB/T 19056-2012 appendix A, 09H: 666 bytes"

    begin: dt.datetime | None = moment("开始时间", fill=_NO_BYTE)
    minutes: tuple[MinutePlace, ...] = many(MinutePlace, "每分钟位置与平均速度", fixed=60)


@record
class PlaceRecords(Record):
    """09: the place of every minute."""

    TITLE = "指定的位置信息记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 09H"

    hours: tuple[PlaceHour, ...] = many(PlaceHour, "单位小时位置信息记录")


@record
class Accident(Record):
    """One stop of block 10: the last 20 s before it, in steps of 0.2 s."""

    CLAUSE = "GB/T 19056-2012 appendix A, 10H: 234 bytes"

    end: dt.datetime | None = moment("行驶结束时间", fill=_NO_BYTE)
    licence_no: str = text("机动车驾驶证号码", LICENCE_BYTES)
    samples: tuple[Sample, ...] = many(Sample, "行驶结束前每0.2s的速度与状态信号", fixed=100)
    """The newest first: sample k was taken 0.2 k seconds before the end."""
    place: Place = nested(Place, "行驶结束时的位置信息")

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        into[prefix + "end"] = local_text(self.end)
        into[prefix + "licence_no"] = self.licence_no
        into[prefix + "speed_kmh"] = [sample.speed_kmh for sample in self.samples]
        into[prefix + "signal_bits"] = [sample.signal_bits for sample in self.samples]
        self.place.flatten(prefix, into)


@record
class AccidentRecords(Record):
    """10: what could have been an accident: stops, loss of supply, places that did not change while driving."""

    TITLE = "指定的事故疑点记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 10H"

    accidents: tuple[Accident, ...] = many(Accident, "事故疑点记录")


@record
class OvertimeDriving(Record):
    """One record of block 11."""

    CLAUSE = "GB/T 19056-2012 appendix A, 11H: 50 bytes"

    licence_no: str = text("机动车驾驶证号码", LICENCE_BYTES)
    begin: dt.datetime | None = moment("连续驾驶开始时间", fill=_NO_BYTE)
    end: dt.datetime | None = moment("连续驾驶结束时间", fill=_NO_BYTE)
    begin_place: Place = nested(Place, "连续驾驶开始时间所对应的最近一次有效位置信息")
    end_place: Place = nested(Place, "连续驾驶结束时间所对应的最近一次有效位置信息")


@record
class OvertimeRecords(Record):
    """11: who drove longer without a rest than is allowed."""

    TITLE = "指定的超时驾驶记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 11H"

    drives: tuple[OvertimeDriving, ...] = many(OvertimeDriving, "超时驾驶记录")


@record
class DriverLogin(Record):
    """One record of block 12."""

    CLAUSE = "GB/T 19056-2012 appendix A, 12H: 25 bytes"

    time: dt.datetime | None = moment("事件发生时间", fill=_NO_BYTE)
    licence_no: str = text("机动车驾驶证号码", LICENCE_BYTES)
    event: int = u8("事件类型", values=LoginEvent)


@record
class LoginRecords(Record):
    """12: whose card was put in and taken out."""

    TITLE = "指定的驾驶人身份记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 12H"

    logins: tuple[DriverLogin, ...] = many(DriverLogin, "驾驶人身份登录记录")


@record
class SupplyChange(Record):
    """One record of block 13."""

    CLAUSE = "GB/T 19056-2012 appendix A, 13H: 7 bytes"

    time: dt.datetime | None = moment("事件发生时间", fill=_NO_BYTE)
    event: int = u8("事件类型", values=PowerEvent)


@record
class PowerRecords(Record):
    """13: when the recorder had supply."""

    TITLE = "指定的外部供电记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 13H"

    changes: tuple[SupplyChange, ...] = many(SupplyChange, "外部供电记录")


@record
class SettingChange(Record):
    """One record of block 14."""

    CLAUSE = "GB/T 19056-2012 appendix A, 14H: 7 bytes"

    time: dt.datetime | None = moment("事件发生时间", fill=_NO_BYTE)
    event: int = u8("事件类型")  # the command that changed it: 82 to 84, C2 to C4


@record
class SettingRecords(Record):
    """14: when somebody changed a setting."""

    TITLE = "指定的参数修改记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 14H"

    changes: tuple[SettingChange, ...] = many(SettingChange, "参数修改记录")


@record
class SpeedCheck(Record):
    """One record of block 15: 60 s in which the sensor's speed was compared with the reference."""

    CLAUSE = "GB/T 19056-2012 appendix A, 15H: 133 bytes"

    status: int = u8("速度状态", values=SpeedStatus)
    begin: dt.datetime | None = moment("速度状态判定的开始时间", fill=_NO_BYTE)
    end: dt.datetime | None = moment("速度状态判定的结束时间", fill=_NO_BYTE)
    seconds: tuple[SpeedPair, ...] = many(SpeedPair, "每秒的记录速度与参考速度", fixed=60)

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        into[prefix + "status"] = self.status
        into[prefix + "begin"] = local_text(self.begin)
        into[prefix + "end"] = local_text(self.end)
        into[prefix + "speed_kmh"] = [second.speed_kmh for second in self.seconds]
        into[prefix + "reference_speed_kmh"] = [second.reference_speed_kmh for second in self.seconds]


@record
class SpeedChecks(Record):
    """15: whether the recorder's speed can be relied on."""

    TITLE = "指定的速度状态日志"
    CLAUSE = "GB/T 19056-2012 appendix A, 15H"

    checks: tuple[SpeedCheck, ...] = many(SpeedCheck, "速度状态日志")


@record
class Done(Record):
    """Nothing: the answer to a command that set something."""

    TITLE = "设置参数应答"
    CLAUSE = "GB/T 19056-2012 appendix A"


ANSWERS: dict[int, type[Record]] = {
    0x00: StandardVersion,
    0x01: DriverLicence,
    0x02: Clock,
    0x03: Mileage,
    0x04: PulseCoefficient,
    0x05: VehicleIdentity,
    0x06: SignalNames,
    0x07: UnitNumber,
    0x08: SpeedRecords,
    0x09: PlaceRecords,
    0x10: AccidentRecords,
    0x11: OvertimeRecords,
    0x12: LoginRecords,
    0x13: PowerRecords,
    0x14: SettingRecords,
    0x15: SpeedChecks,
    0x82: Done,
    0x83: Done,
    0x84: Done,
    0xC2: Done,
    0xC3: Done,
    0xC4: Done,
}
"""Data of an answer, by the command answered."""

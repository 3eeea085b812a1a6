"""Alarms: reported and handled, 1400 upwards, urged and passed on, 9400 downwards (JT/T 809-2011 4.5.6).

In 2011 the plate stands before the sub id, since 2019 it is part of the data.
"""

from laixi_transport.devices.jt809.ids import AlarmKind, AlarmSource, Handling, SupervisionLevel
from laixi_transport.devices.jt809.kinds import hex32, instant, platform_code
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.wire.fields import record, text, u8, u16, u32


@record
class Supervision(Sub):
    """The order to deal with an alarm before a time."""

    SUB = 0x9401
    TITLE = "报警督办请求消息"
    CLAUSE = "JT/T 809-2011 4.5.6.2.2"

    warn_src: int = u8("报警信息来源", values=AlarmSource)
    warn_type: int = u16("报警类型", values=AlarmKind)
    warn_time: int = instant("报警时间", counted=True)
    supervision_id: int = hex32("报警督办ID")
    deadline: int = instant("督办截止时间", counted=True)
    level: int = u8("督办级别", values=SupervisionLevel)
    supervisor: str = text("督办人", 16)
    tel: str = text("督办联系电话", 20)
    email: str = text("督办联系电子邮件", 32)


@record
class SupervisionOfReport(Sub):
    """The order that names the alarm by the message that reported it."""

    SUB = 0x9401
    SINCE = 2019
    TITLE = "报警督办请求消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    platform_id: str = platform_code("发起报警平台唯一编码")
    warn_time: int = instant("报警时间", counted=True)
    source_sub_id: int = u16("对应报警消息源子业务类型标识")
    source_seq: int = u32("对应报警消息源报文序列号")
    deadline: int = instant("督办截止时间", counted=True)
    level: int = u8("督办级别", values=SupervisionLevel)
    supervisor: str = text("督办人", 16)
    tel: str = text("督办联系电话", 20)
    email: str = text("督办联系电子邮件", 32)


@record
class SupervisionAnswer(Sub):
    SUB = 0x1401
    TITLE = "报警督办应答消息"
    CLAUSE = "JT/T 809-2011 4.5.6.1.2; 2019 by a capture"

    supervision_id: int = hex32("报警督办ID")
    source_sub_id: int | None = u16("对应报警消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应报警消息源报文序列号", since=2019, default=None)
    result: int = u8("报警处理结果", values=Handling)


@record
class AlarmReport2011(Sub):
    SUB = 0x1402
    UNTIL = 2011
    TITLE = "上报报警信息消息"
    CLAUSE = "JT/T 809-2011 4.5.6.1.3"

    warn_src: int = u8("报警信息来源", values=AlarmSource)
    warn_type: int = u16("报警类型", values=AlarmKind)
    warn_time: int = instant("报警时间", counted=True)
    info_id: int = u32("信息ID")
    info: str = text("上报报警信息内容", prefix=4)


@record
class Alarm(Sub):
    """An alarm with its vehicle or platform, as captures of the national platform for checks have it."""

    SINCE = 2019
    platform_id: str = platform_code("发起报警平台唯一编码")
    warn_type: int = u16("报警类型", values=AlarmKind)
    warn_time: int = instant("报警时间", counted=True)
    end_time: int = instant("事件结束时间", counted=True)
    plate_no: str = text("车牌号码", 21)
    plate_color: int = u8("车牌颜色")
    target_id: str = platform_code("被报警平台唯一编码")
    route_id: int = u32("线路ID")
    info: str = text("报警信息内容", prefix=4)


@record
class AlarmOfThreeTimes(Sub):
    """The same with the event's begin, as published implementations have it."""

    SINCE = 2019
    platform_id: str = platform_code("发起报警平台唯一编码")
    warn_type: int = u16("报警类型", values=AlarmKind)
    warn_time: int = instant("报警时间", counted=True)
    begin_time: int = instant("事件开始时间", counted=True)
    end_time: int = instant("事件结束时间", counted=True)
    plate_no: str = text("车牌号码", 21)
    plate_color: int = u8("车牌颜色")
    target_id: str = platform_code("被报警平台唯一编码")
    route_id: int = u32("线路ID")
    info: str = text("报警信息内容", prefix=4)


@record
class AlarmReport(Alarm):
    SUB = 0x1402
    TITLE = "上报报警信息消息"
    CLAUSE = "JT/T 809-2019, by captures"


@record
class AlarmReportOfThreeTimes(AlarmOfThreeTimes):
    SUB = 0x1402
    TITLE = "上报报警信息消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class AlarmHandled2011(Sub):
    SUB = 0x1403
    UNTIL = 2011
    TITLE = "主动上报报警处理结果信息消息"
    CLAUSE = "JT/T 809-2011 4.5.6.1.4"

    info_id: int = u32("报警信息ID")
    result: int = u8("处理结果", values=Handling)


@record
class UpTip(Alarm):
    SUB = 0x1403
    TITLE = "上报报警预警消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class UpTipOfThreeTimes(AlarmOfThreeTimes):
    SUB = 0x1403
    TITLE = "上报报警预警消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class HandledReport(Sub):
    """What became of an alarm, named by the message that told of it."""

    SINCE = 2019
    source_sub_id: int = u16("对应消息源子业务类型标识")
    source_seq: int = u32("对应消息源报文序列号")
    result: int = u8("报警处理结果", values=Handling)


@record
class SupervisionHandled(HandledReport):
    SUB = 0x1411
    TITLE = "上报报警督办应答消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class AlarmHandled(HandledReport):
    SUB = 0x1412
    TITLE = "主动上报报警处理结果消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class SupervisionReport(Sub):
    SUB = 0x1413
    SINCE = 2019
    TITLE = "上报报警督办请求消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    platform_id: str = platform_code("发起报警平台唯一编码")
    warn_time: int = instant("报警时间", counted=True)
    source_sub_id: int = u16("对应报警消息源子业务类型标识")
    source_seq: int = u32("对应报警消息源报文序列号")
    deadline: int = instant("督办截止时间", counted=True)
    level: int = u8("督办级别", values=SupervisionLevel)
    supervisor: str = text("督办人", 16)
    tel: str = text("督办人联系电话", 20)
    email: str = text("督办人联系电子邮件", 32)


@record
class Tip2011(Sub):
    """An alarm of another platform, or a hint."""

    UNTIL = 2011
    warn_src: int = u8("报警信息来源", values=AlarmSource)
    warn_type: int = u16("报警类型", values=AlarmKind)
    warn_time: int = instant("报警时间", counted=True)
    info: str = text("报警描述", prefix=4)


@record
class DownTip2011(Tip2011):
    SUB = 0x9402
    TITLE = "报警预警消息"
    CLAUSE = "JT/T 809-2011 4.5.6.2.3"


@record
class DownTip(Alarm):
    SUB = 0x9402
    TITLE = "下发报警预警消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class DownTipOfThreeTimes(AlarmOfThreeTimes):
    SUB = 0x9402
    TITLE = "下发报警预警消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class ExchangedAlarm2011(Tip2011):
    SUB = 0x9403
    TITLE = "实时交换报警信息消息"
    CLAUSE = "JT/T 809-2011 4.5.6.2.4"


@record
class ExchangedAlarm(Alarm):
    SUB = 0x9403
    TITLE = "实时交换报警信息消息"
    CLAUSE = "JT/T 809-2019, by captures"


@record
class ExchangedAlarmOfThreeTimes(AlarmOfThreeTimes):
    SUB = 0x9403
    TITLE = "实时交换报警信息消息"
    CLAUSE = "JT/T 809-2019 (mem)"

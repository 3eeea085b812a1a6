"""What platforms tell each other about their links, since 2019: gaps, and sequence numbers to go on with."""

from laixi_transport.devices.jt809.kinds import instant
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.wire.fields import count_of, many, record, text, u8, u16, u32
from laixi_transport.devices.wire.record import Record


@record
class LinkReportRequest(Sub):
    SUB = 0x9102
    TITLE = "平台链路连接情况与车辆定位消息传输情况上报请求消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    platform_id: str = text("平台唯一编码", 11)
    begin: int = instant("开始时间")
    end: int = instant("结束时间")


@record
class LinkReport(Sub):
    SUB = 0x1102
    TITLE = "平台链路连接情况与车辆定位消息传输情况上报应答消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    platform_id: str = text("平台唯一编码", 11)
    begin: int = instant("开始时间")
    end: int = instant("结束时间")
    lost_count: int = u32("期间下级平台丢失的车辆定位消息总数")
    break_count: int = u8("期间链路断开次数")
    broken_s: int = u32("期间链路断开总时长")


@record
class SequenceOf(Record):
    TITLE = "子业务类型的报文序列号"

    sub_id: int = u16("子业务类型标识")
    seq: int = u32("对应的报文序列号")
    time: int = instant("系统UTC时间")


@record
class UpSequences(Sub):
    SUB = 0x1103
    TITLE = "上传平台间消息序列号通知消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    count: int = count_of("items", "总数", default=0)
    items: tuple[SequenceOf, ...] = many(SequenceOf, "序列号", count="count", default=())


@record
class DownSequences(Sub):
    SUB = 0x9103
    TITLE = "下发平台间消息序列号通知消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    count: int = count_of("items", "总数", default=0)
    items: tuple[SequenceOf, ...] = many(SequenceOf, "序列号", count="count", default=())

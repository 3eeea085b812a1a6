"""Between platforms: whether somebody is at his post, and texts; 1300 upwards and 9300 downwards, without a plate."""

from laixi_transport.devices.jt809.ids import CheckObject
from laixi_transport.devices.jt809.kinds import instant
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.wire.fields import by_version, record, text, u8, u16, u32
from laixi_transport.devices.wire.kinds import Text


@record
class PostCheckAnswer(Sub):
    SUB = 0x1301
    TITLE = "平台查岗应答消息"
    CLAUSE = "JT/T 809-2011 4.5.5.1.2"

    object_type: int = u8("查岗对象的类型", values=CheckObject)
    responder: str | None = text("查岗应答人姓名", 16, since=2019, default=None)
    tel: str | None = text("查岗应答人联系电话", 20, since=2019, default=None)
    object_id: str = by_version({2011: Text(12), 2019: Text(20)}, "查岗对象的ID")
    source_sub_id: int | None = u16("对应平台查岗请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应平台查岗请求消息源报文序列号", since=2019, default=None)
    info_id: int | None = u32("信息ID", until=2018, default=None)
    info: str = text("应答内容", prefix=4)


@record
class TextAnswer(Sub):
    SUB = 0x1302
    TITLE = "下发平台间报文应答消息"
    CLAUSE = "JT/T 809-2011 4.5.5.1.3"

    source_sub_id: int | None = u16("对应请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应请求消息源报文序列号", since=2019, default=None)
    info_id: int | None = u32("信息ID", until=2018, default=None)


@record
class Resend(Sub):
    """Which messages of a kind are wanted again."""

    source_sub_id: int = u16("对应需要重传消息的子业务类型标识")
    count: int = u8("重传消息总数")
    first_seq: int = u32("起始报文序列号")
    last_seq: int = u32("结束报文序列号")
    time: int = instant("重传起始系统UTC时间")


@record
class UpResend(Resend):
    SUB = 0x1303
    TITLE = "上传平台间消息补传请求消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class PostCheck(Sub):
    """The question; in 2019 with the time in which it must be answered, which captures show as 10."""

    SUB = 0x9301
    TITLE = "平台查岗请求消息"
    CLAUSE = "JT/T 809-2011 4.5.5.2.2"

    object_type: int = u8("查岗对象的类型", values=CheckObject)
    object_id: str = by_version({2011: Text(12), 2019: Text(20)}, "查岗对象的ID")
    answer_time_min: int | None = u8("查岗应答时限", since=2019, default=None)
    info_id: int = u32("信息ID")
    info: str = text("信息内容", prefix=4)


@record
class UntimedPostCheck(PostCheck):
    """Without the time for the answer, as some published implementations of 2019 have it."""

    SINCE = 2019
    CLAUSE = "JT/T 809-2019, by published tests"

    answer_time_min: int | None = u8("查岗应答时限", until=2018, default=None)


@record
class PlatformText(Sub):
    SUB = 0x9302
    TITLE = "下发平台间报文请求消息"
    CLAUSE = "JT/T 809-2011 4.5.5.2.3"

    object_type: int = u8("下发报文对象类型", values=CheckObject)
    object_id: str = by_version({2011: Text(12), 2019: Text(20)}, "下发报文对象ID")
    info_id: int = u32("信息ID")
    info: str = text("信息内容", prefix=4)


@record
class DownResend(Resend):
    SUB = 0x9303
    TITLE = "下发平台间消息补传请求消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class DownResendShort(Sub):
    """As published implementations have it: two sequence numbers and a time."""

    SUB = 0x9303
    TITLE = "下发平台间消息补传请求消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    first_seq: int = u32("起始报文序列号")
    last_seq: int = u32("结束报文序列号")
    time: int = instant("重传起始系统UTC时间")

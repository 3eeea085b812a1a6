"""Main and sub link: login, keep-alive, end (JT/T 809-2011 4.5.1, 4.5.2).

The main link goes from the lower platform to the upper one; the upper one then opens the sub link back.
"""

from laixi_transport.devices.jt809.ids import CloseReason, LoginResult, MainLinkLoss, MessageId, SubLinkResult
from laixi_transport.devices.jt809.kinds import instant
from laixi_transport.devices.wire.fields import record, text, u8, u16, u32
from laixi_transport.devices.wire.record import Message


@record
class MainLogin(Message):
    ID = MessageId.UP_CONNECT_REQ
    TITLE = "主链路登录请求消息"
    CLAUSE = "JT/T 809-2011 4.5.1.1"

    user_id: int = u32("用户名")
    password: str = text("密码", 8)
    center_id_2: int | None = u32("下级平台接入码", since=2019, default=None)
    down_ip: str = text("下级平台提供对应的从链路服务端IP地址", 32)
    down_port: int = u16("下级平台提供对应的从链路服务端口号")


@record
class MainLoginAnswer(Message):
    ID = MessageId.UP_CONNECT_RSP
    TITLE = "主链路登录应答消息"
    CLAUSE = "JT/T 809-2011 4.5.1.2"

    result: int = u8("验证结果", values=LoginResult)
    verify_code: int = u32("校验码")


@record
class MainLogout(Message):
    ID = MessageId.UP_DISCONNECT_REQ
    TITLE = "主链路注销请求消息"
    CLAUSE = "JT/T 809-2011 4.5.1.3"

    user_id: int = u32("用户名")
    password: str = text("密码", 8)


@record
class MainLogoutAnswer(Message):
    ID = MessageId.UP_DISCONNECT_RSP
    TITLE = "主链路注销应答消息"
    CLAUSE = "JT/T 809-2011 4.5.1.4"


@record
class MainKeepAlive(Message):
    ID = MessageId.UP_LINKTEST_REQ
    TITLE = "主链路连接保持请求消息"
    CLAUSE = "JT/T 809-2011 4.5.1.5"


@record
class MainKeepAliveAnswer(Message):
    ID = MessageId.UP_LINKTEST_RSP
    TITLE = "主链路连接保持应答消息"
    CLAUSE = "JT/T 809-2011 4.5.1.6"


@record
class MainLinkBroken(Message):
    """Sent over the sub link by the lower platform."""

    ID = MessageId.UP_DISCONNECT_INFORM
    TITLE = "主链路断开通知消息"
    CLAUSE = "JT/T 809-2011 4.5.1.7"

    error: int = u8("错误代码", values=MainLinkLoss)


@record
class LowerCloses(Message):
    ID = MessageId.UP_CLOSELINK_INFORM
    TITLE = "下级平台主动关闭主从链路通知消息"
    CLAUSE = "JT/T 809-2011 4.5.1.8"

    error: int = u8("错误代码", values=CloseReason)


@record
class SubLogin(Message):
    ID = MessageId.DOWN_CONNECT_REQ
    TITLE = "从链路连接请求消息"
    CLAUSE = "JT/T 809-2011 4.5.2.1"

    verify_code: int = u32("校验码")


@record
class SubLoginAnswer(Message):
    ID = MessageId.DOWN_CONNECT_RSP
    TITLE = "从链路连接应答消息"
    CLAUSE = "JT/T 809-2011 4.5.2.2"

    result: int = u8("验证结果", values=SubLinkResult)


@record
class SubLogout(Message):
    ID = MessageId.DOWN_DISCONNECT_REQ
    TITLE = "从链路注销请求消息"
    CLAUSE = "JT/T 809-2011 4.5.2.3"

    verify_code: int = u32("校验码")


@record
class SubLogoutAnswer(Message):
    ID = MessageId.DOWN_DISCONNECT_RSP
    TITLE = "从链路注销应答消息"
    CLAUSE = "JT/T 809-2011 4.5.2.4"


@record
class SubKeepAlive(Message):
    ID = MessageId.DOWN_LINKTEST_REQ
    TITLE = "从链路连接保持请求消息"
    CLAUSE = "JT/T 809-2011 4.5.2.5"


@record
class SubKeepAliveAnswer(Message):
    ID = MessageId.DOWN_LINKTEST_RSP
    TITLE = "从链路连接保持应答消息"
    CLAUSE = "JT/T 809-2011 4.5.2.6"


@record
class SubLinkBroken(Message):
    """Sent over the main link by the upper platform; the code is of ``SubLinkLoss`` in 2011, of 1007 in 2019."""

    ID = MessageId.DOWN_DISCONNECT_INFORM
    TITLE = "从链路断开通知消息"
    CLAUSE = "JT/T 809-2011 4.5.2.7"

    error: int = u8("错误代码")


@record
class UpperCloses(Message):
    ID = MessageId.DOWN_CLOSELINK_INFORM
    TITLE = "上级平台主动关闭主从链路通知消息"
    CLAUSE = "JT/T 809-2011 4.5.2.8"

    error: int = u8("错误代码", values=CloseReason)


@record
class SentCount(Message):
    ID = MessageId.UP_TOTAL_RECV_BACK_MSG
    TITLE = "发送车辆定位信息数据量通知消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    count: int = u32("START_TIME到END_TIME期间共发送的车辆定位信息数量")
    begin: int = instant("开始时间")
    end: int = instant("结束时间")


@record
class ReceivedCount(Message):
    ID = MessageId.DOWN_TOTAL_RECV_BACK_MSG
    TITLE = "接收车辆定位信息数量通知消息"
    CLAUSE = "JT/T 809-2011 4.5.3.1"

    count: int = u32("START_TIME到END_TIME期间共收到的车辆定位信息数量")
    begin: int = instant("开始时间")
    end: int = instant("结束时间")

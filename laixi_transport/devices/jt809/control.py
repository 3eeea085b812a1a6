"""Supervision of single vehicles, 1500 upwards and 9500 downwards, and their static data, 1600 and 9600."""

import datetime as dt

from laixi_transport.devices.jt809.kinds import instant
from laixi_transport.devices.jt809.location import Location2011, Location2019
from laixi_transport.devices.jt809.sub import Empty, Sub
from laixi_transport.devices.jt809.vehicles import ResultAnswer
from laixi_transport.devices.wire.fields import (
    digits,
    moment,
    nested,
    raw,
    record,
    size_of,
    text,
    u8,
    u16,
    u32,
)


@record
class ListenAnswer(ResultAnswer):
    SUB = 0x1501
    TITLE = "车辆单向监听应答消息"
    CLAUSE = "JT/T 809-2011 4.5.7.1.2; 2019 by a capture"


@record
class PhotoAnswer(Sub):
    SUB = 0x1502
    TITLE = "车辆拍照应答消息"
    CLAUSE = "JT/T 809-2011 4.5.7.1.3"

    source_sub_id: int | None = u16("对应车辆拍照请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应车辆拍照请求消息源报文序列号", since=2019, default=None)
    result: int = u8("拍照应答标识")
    pos: Location2011 = nested(Location2011, "车辆定位信息")
    channel: int = u8("镜头ID")
    data_len: int = size_of("data", "图片长度", 4, default=0)
    resolution: int = u8("图片大小")
    format: int = u8("图像格式")
    data: bytes = raw("图片内容", default=b"")


@record
class PhotoAnswerOfTerminal(Sub):
    """With the location in the layout of 2019, as published implementations have it."""

    SUB = 0x1502
    SINCE = 2019
    TITLE = "车辆拍照应答消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    source_sub_id: int = u16("对应车辆拍照请求消息源子业务类型标识")
    source_seq: int = u32("对应车辆拍照请求消息源报文序列号")
    result: int = u8("拍照应答标识")
    pos: Location2019 = nested(Location2019, "车辆定位信息")
    channel: int = u8("镜头ID")
    data_len: int = size_of("data", "图片长度", 4, default=0)
    resolution: int = u8("图片大小")
    format: int = u8("图像格式")
    data: bytes = raw("图片内容", default=b"")


@record
class VehicleTextAnswer(Sub):
    SUB = 0x1503
    TITLE = "下发车辆报文应答消息"
    CLAUSE = "JT/T 809-2011 4.5.7.1.4"

    source_sub_id: int | None = u16("对应下发车辆报文请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应下发车辆报文请求消息源报文序列号", since=2019, default=None)
    info_id: int | None = u32("消息ID", until=2018, default=None)
    result: int = u8("应答结果")


@record
class RecorderAnswer(Sub):
    SUB = 0x1504
    TITLE = "上报车辆行驶记录应答消息"
    CLAUSE = "JT/T 809-2011 4.5.7.1.5"

    source_sub_id: int | None = u16("对应上报车辆行驶记录请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应上报车辆行驶记录请求消息源报文序列号", since=2019, default=None)
    command: int | None = u8("命令字", since=2019, default=None)
    data: bytes = raw("车辆行驶记录信息", prefix=4)


@record
class RecorderAnswerWithCommand(Sub):
    """The text of 2011 has the command word too."""

    SUB = 0x1504
    UNTIL = 2011
    TITLE = "上报车辆行驶记录应答消息"
    CLAUSE = "JT/T 809-2011 4.5.7.1.5"

    command: int = u8("命令字")
    data: bytes = raw("车辆行驶记录信息", prefix=4)


@record
class EmergencyAnswer(ResultAnswer):
    SUB = 0x1505
    TITLE = "车辆应急接入监管平台应答消息"
    CLAUSE = "JT/T 809-2011 4.5.7.1.6"


@record
class Listen(Sub):
    SUB = 0x9501
    TITLE = "车辆单向监听请求消息"
    CLAUSE = "JT/T 809-2011 4.5.7.2.2"

    tel: str = text("回拨电话号码", 20)


@record
class Photo(Sub):
    SUB = 0x9502
    TITLE = "车辆拍照请求消息"
    CLAUSE = "JT/T 809-2011 4.5.7.2.3"

    channel: int = u8("镜头ID")
    resolution: int = u8("照片大小")


@record
class VehicleText(Sub):
    SUB = 0x9503
    TITLE = "下发车辆报文请求消息"
    CLAUSE = "JT/T 809-2011 4.5.7.2.4"

    info_id: int = u32("消息ID序号")
    priority: int = u8("报文优先级")
    info: str = text("报文信息内容", prefix=4)


@record
class RecorderRequest(Sub):
    """Commands that ask for the present state have no period in 2011."""

    SUB = 0x9504
    TITLE = "上报车辆行驶记录请求消息"
    CLAUSE = "JT/T 809-2011 4.5.7.2.5"

    begin_utc: int | None = instant("开始时间", counted=True, since=2019, default=None)
    end_utc: int | None = instant("结束时间", counted=True, since=2019, default=None)
    command: int = u8("命令字")
    begin: dt.datetime | None = moment("开始时间", until=2018, optional=True, default=None)
    end: dt.datetime | None = moment("结束时间", until=2018, optional=True, default=None)
    count: int | None = u16("最大单位数据块个数", until=2018, optional=True, default=None)


@record
class Emergency(Sub):
    SUB = 0x9505
    TITLE = "车辆应急接入监管平台请求消息"
    CLAUSE = "JT/T 809-2011 4.5.7.2.6"

    auth_code: str = digits("监管平台下发的鉴权码", 10)
    access_point: str = text("拨号点名称", 20)
    user: str = text("拨号用户名", 49)
    password: str = text("拨号密码", 22)
    server_ip: str = text("地址", 32)
    tcp_port: int = u16("服务器TCP端口")
    udp_port: int = u16("服务器UDP端口")
    end: int = instant("结束时间")


@record
class StaticInfoAnswer(Sub):
    SUB = 0x1601
    TITLE = "补报车辆静态信息应答消息"
    CLAUSE = "JT/T 809-2011 4.5.8.1.2"

    source_sub_id: int | None = u16("对应补报车辆静态信息请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应补报车辆静态信息请求消息源报文序列号", since=2019, default=None)
    info: str = text("车辆信息")


@record
class RouteAdded(Sub):
    SUB = 0x1602
    SINCE = 2019
    TITLE = "补报车辆行驶路线信息应答消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    data: bytes = raw("路线信息")


@record
class StaticInfoRequest(Empty):
    SUB = 0x9601
    TITLE = "补报车辆静态信息请求消息"
    CLAUSE = "JT/T 809-2011 4.5.8.2.2"

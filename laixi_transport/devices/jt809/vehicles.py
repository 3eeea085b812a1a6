"""Dynamic exchange: what is told of single vehicles, 1200 upwards and 9200 downwards (JT/T 809-2011 4.5.4).

Since 2019 answers name the message that they answer, by its sub id and sequence number.
"""

from laixi_transport.devices.jt809.ids import ExchangeEnd, ExchangeReason
from laixi_transport.devices.jt809.kinds import instant
from laixi_transport.devices.jt809.location import Locations, OneLocation
from laixi_transport.devices.jt809.sub import Empty, Sub
from laixi_transport.devices.wire.fields import by_version, raw, record, text, u8, u16, u32
from laixi_transport.devices.wire.kinds import Text


@record
class RegisterVehicle(Sub):
    SUB = 0x1201
    TITLE = "上传车辆注册信息消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.2"

    platform_id: str = text("平台唯一编码", 11)
    producer_id: str = text("车载终端厂商唯一编码", 11)
    terminal_model: str = by_version({2011: Text(20), 2019: Text(30)}, "车载终端型号")
    imei: str | None = text("车载终端通讯模块IMEI码", 15, since=2019, default=None)
    terminal_id: str = by_version({2011: Text(7), 2019: Text(30)}, "车载终端编号")
    sim: str = by_version({2011: Text(12), 2019: Text(13)}, "车载终端SIM卡电话号码")


@record
class RegisterVehicleShortModel(RegisterVehicle):
    """With eight bytes for the model, as the text of 2011 has it; most use twenty."""

    UNTIL = 2011
    terminal_model: str = text("车载终端型号", 8)


@record
class RealTimeLocation(OneLocation):
    SUB = 0x1202
    TITLE = "实时上传车辆定位信息消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.3"


@record
class ResentLocations(Locations):
    SUB = 0x1203
    TITLE = "车辆定位信息自动补报请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.4"


@record
class ExchangeAnswer(Sub):
    """What answers the begin or the end of an exchange; empty in 2011."""

    source_sub_id: int | None = u16("对应请求消息源子业务类型标识", since=2019, optional=True, default=None)
    source_seq: int | None = u32("对应请求消息源报文序列号", since=2019, optional=True, default=None)
    following: int | None = u32("后续数据长度", since=2019, optional=True, default=None)


@record
class ExchangeBeginAnswer(ExchangeAnswer):
    SUB = 0x1205
    TITLE = "启动车辆定位信息交换应答消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.5"


@record
class ExchangeEndAnswer(ExchangeAnswer):
    SUB = 0x1206
    TITLE = "结束车辆定位信息交换应答消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.6"


@record
class FollowRequest(Sub):
    SUB = 0x1207
    TITLE = "申请交换指定车辆定位信息请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.7"

    begin: int = instant("开始时间")
    end: int = instant("结束时间")


@record
class FollowCancel(Empty):
    SUB = 0x1208
    TITLE = "取消交换指定车辆定位信息请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.8"


@record
class HistoryRequest(Sub):
    SUB = 0x1209
    TITLE = "补发车辆定位信息请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.9"

    begin: int = instant("开始时间")
    end: int = instant("结束时间")


@record
class DriverAnswer(Sub):
    SUB = 0x120A
    TITLE = "上报驾驶员身份识别信息应答消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.10"

    source_sub_id: int | None = u16("对应请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应请求消息源报文序列号", since=2019, default=None)
    driver_name: str = text("驾驶员姓名", 16)
    driver_idcard: str = text("身份证编号", 20)
    qualification: str = text("从业资格证号", 40)
    issuer: str = text("发证机构名称", 200)
    cert_expiry: int | None = instant("证件有效期", since=2019, default=None)


@record
class WaybillAnswer(Sub):
    SUB = 0x120B
    TITLE = "上报车辆电子运单应答消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.11"

    source_sub_id: int | None = u16("对应请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应请求消息源报文序列号", since=2019, default=None)
    info: str = text("电子运单数据内容", prefix=4)


@record
class Driver(Sub):
    SUB = 0x120C
    TITLE = "主动上报驾驶员身份信息消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.12"

    driver_name: str = text("驾驶员姓名", 16)
    driver_idcard: str = text("身份证编号", 20)
    qualification: str = text("从业资格证号", 40)
    issuer: str = text("发证机构名称", 200)
    cert_expiry: int | None = instant("证件有效期", since=2019, default=None)


@record
class Waybill(Sub):
    SUB = 0x120D
    TITLE = "主动上报车辆电子运单信息消息"
    CLAUSE = "JT/T 809-2011 4.5.4.1.13"

    info: str = text("电子运单数据内容", prefix=4)


@record
class Route(Sub):
    SUB = 0x120E
    SINCE = 2019
    TITLE = "主动上报车辆行驶路线信息消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    data: bytes = raw("路线信息")


@record
class RegisterAnswer(Sub):
    """It has no plate before its sub id."""

    SUB = 0x9201
    SINCE = 2019
    TITLE = "车辆注册信息应答消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    source_sub_id: int = u16("源子业务类型标识")
    source_seq: int = u32("源报文序列号")
    result: int = u8("处理结果")


@record
class ExchangedLocation(OneLocation):
    SUB = 0x9202
    TITLE = "交换车辆定位信息消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.2"


@record
class ExchangedHistory(Locations):
    SUB = 0x9203
    TITLE = "车辆定位信息交换补发消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.3"


@record
class VehicleInfo(Sub):
    SUB = 0x9204
    TITLE = "交换车辆静态信息消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.4"

    info: str = text("车辆信息")


@record
class ExchangeBegin(Sub):
    SUB = 0x9205
    TITLE = "启动车辆定位信息交换请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.5"

    reason: int = u8("启动车辆定位信息交换请求原因", values=ExchangeReason)


@record
class ExchangeStop(Sub):
    SUB = 0x9206
    TITLE = "结束车辆定位信息交换请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.6"

    reason: int = u8("结束车辆定位信息交换请求原因", values=ExchangeEnd)


@record
class ResultAnswer(Sub):
    """A result and, since 2019, what it answers."""

    source_sub_id: int | None = u16("对应请求消息源子业务类型标识", since=2019, default=None)
    source_seq: int | None = u32("对应请求消息源报文序列号", since=2019, default=None)
    result: int = u8("返回结果")


@record
class FollowAnswer(ResultAnswer):
    SUB = 0x9207
    TITLE = "申请交换指定车辆定位信息应答消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.7"


@record
class FollowCancelAnswer(ResultAnswer):
    SUB = 0x9208
    TITLE = "取消交换指定车辆定位信息应答消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.8"


@record
class HistoryAnswer(ResultAnswer):
    SUB = 0x9209
    TITLE = "补发车辆定位信息应答消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.9"


@record
class DriverRequest(Sub):
    SUB = 0x920A
    TITLE = "上报车辆驾驶员身份识别信息请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.10"

    flag: int | None = u8("上传标志", since=2019, optional=True, default=None)


@record
class WaybillRequest(Empty):
    SUB = 0x920B
    TITLE = "上报车辆电子运单请求消息"
    CLAUSE = "JT/T 809-2011 4.5.4.2.11"


@record
class RouteRequest(Empty):
    SUB = 0x920C
    SINCE = 2019
    TITLE = "上报车辆行驶路线请求消息"
    CLAUSE = "JT/T 809-2019 (mem)"


@record
class RouteAnswer(Sub):
    SUB = 0x920D
    SINCE = 2019
    TITLE = "车辆行驶路线请求应答消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    route_id: int = u32("线路ID")
    result: int = u8("处理结果")
    info: str = text("未通过原因", prefix=2)


@record
class ExchangedRoute(Sub):
    SUB = 0x920E
    SINCE = 2019
    TITLE = "交换车辆行驶路线信息消息"
    CLAUSE = "JT/T 809-2019 (mem)"

    data: bytes = raw("路线信息")

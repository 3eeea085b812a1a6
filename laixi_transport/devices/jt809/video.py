"""Video between platforms, 1700 to 1B00 upwards and 9700 to 9B00 downwards (JT/T 1078-2016 chapters 9 and 10).

The ids are those of JT/T 1078-2016 table 37. The layouts are from memory, those of 1701, 1801 and 9801 are confirmed by
published implementations; what fits none of them stays as bytes.
"""

from laixi_transport.devices.jt809.kinds import instant
from laixi_transport.devices.jt809.location import Location2011
from laixi_transport.devices.jt809.sub import Empty, Sub
from laixi_transport.devices.wire.fields import count_of, many, nested, record, text, u8, u16, u32, u64
from laixi_transport.devices.wire.record import Record

_CLAUSE = "JT/T 1078-2016 (mem)"


@record
class Passwords(Sub):
    SUB = 0x1701
    TITLE = "时效口令上报消息"
    CLAUSE = "JT/T 1078-2016 table 39"

    platform_id: str = text("企业视频监控平台唯一编码", 11)
    auth_code: str = text("归属地区政府平台使用的时效口令", 64)
    auth_code_2: str = text("跨域地区政府平台使用的时效口令", 64)


@record
class PasswordRequest(Empty):
    SUB = 0x1702
    TITLE = "时效口令请求消息"
    CLAUSE = _CLAUSE


@record
class PasswordAnswer(Sub):
    SUB = 0x9702
    TITLE = "时效口令请求应答消息"
    CLAUSE = _CLAUSE

    platform_id: str = text("企业视频监控平台唯一编码", 11)
    auth_code: str = text("时效口令", 64)


@record
class LiveRequest(Sub):
    SUB = 0x9801
    TITLE = "实时音视频请求消息"
    CLAUSE = "JT/T 1078-2016 table 42"

    channel: int = u8("逻辑通道号")
    av_type: int = u8("音视频类型")
    auth_code: str = text("时效口令", 64)
    pos: Location2011 | None = nested(Location2011, "车辆定位信息", optional=True, default=None)


@record
class LiveAnswer(Sub):
    SUB = 0x1801
    TITLE = "实时音视频请求应答消息"
    CLAUSE = "JT/T 1078-2016 table 43"

    result: int = u8("应答结果")
    server_ip: str = text("企业视频服务器IP地址", 32)
    tcp_port: int = u16("企业视频服务器端口号")


@record
class LiveEnd(Sub):
    SUB = 0x9802
    TITLE = "主动请求停止实时音视频传输消息"
    CLAUSE = _CLAUSE

    channel: int = u8("逻辑通道号")
    av_type: int = u8("音视频类型")


@record
class LiveEndAnswer(Sub):
    SUB = 0x1802
    TITLE = "主动请求停止实时音视频传输应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")


@record
class Recording(Record):
    TITLE = "音视频资源目录项"
    CLAUSE = _CLAUSE

    channel: int = u8("逻辑通道号")
    begin: int = instant("开始时间")
    end: int = instant("结束时间")
    alarm_bits64: int = u64("报警类型")
    av_type: int = u8("音视频类型")
    stream: int = u8("码流类型")
    storage: int = u8("存储器类型")
    size_bytes: int = u32("文件大小")


@record
class Recordings(Sub):
    SUB = 0x1901
    TITLE = "主动上传音视频资源目录信息消息"
    CLAUSE = _CLAUSE

    count: int = count_of("items", "资源目录总数", 4, default=0)
    items: tuple[Recording, ...] = many(Recording, "资源目录项列表", count="count", default=())


@record
class RecordingsAnswer(Sub):
    SUB = 0x9901
    TITLE = "主动上传音视频资源目录信息应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")
    count: int = u8("资源目录总数")


@record
class RecordingsRequest(Sub):
    SUB = 0x9902
    TITLE = "查询音视频资源目录请求消息"
    CLAUSE = _CLAUSE

    channel: int = u8("逻辑通道号")
    begin: int = instant("开始时间")
    end: int = instant("结束时间")
    alarm_bits64: int = u64("报警类型")
    av_type: int = u8("音视频类型")
    stream: int = u8("码流类型")
    storage: int = u8("存储器类型")
    auth_code: str = text("时效口令", 64)
    pos: Location2011 | None = nested(Location2011, "车辆定位信息", optional=True, default=None)


@record
class RecordingsFound(Sub):
    SUB = 0x1902
    TITLE = "查询音视频资源目录应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")
    count: int = count_of("items", "资源目录总数", 4, default=0)
    items: tuple[Recording, ...] = many(Recording, "资源目录项列表", count="count", default=())


@record
class PlaybackRequest(Sub):
    SUB = 0x9A01
    TITLE = "远程录像回放请求消息"
    CLAUSE = _CLAUSE

    channel: int = u8("逻辑通道号")
    av_type: int = u8("音视频类型")
    stream: int = u8("码流类型")
    storage: int = u8("存储器类型")
    begin: int = instant("回放起始时间")
    end: int = instant("回放结束时间")
    auth_code: str = text("时效口令", 64)
    pos: Location2011 | None = nested(Location2011, "车辆定位信息", optional=True, default=None)


@record
class PlaybackAnswer(Sub):
    SUB = 0x1A01
    TITLE = "远程录像回放请求应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")
    server_ip: str = text("企业视频服务器IP地址", 32)
    tcp_port: int = u16("企业视频服务器端口号")


@record
class PlaybackControl(Sub):
    SUB = 0x9A02
    TITLE = "远程录像回放控制消息"
    CLAUSE = _CLAUSE

    command: int = u8("控制类型")
    speed_factor: int = u8("快进或倒退倍数")
    time: int = instant("拖动位置")


@record
class PlaybackControlAnswer(Sub):
    SUB = 0x1A02
    TITLE = "远程录像回放控制应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")


@record
class DownloadRequest(Sub):
    SUB = 0x9B01
    TITLE = "远程录像下载请求消息"
    CLAUSE = _CLAUSE

    channel: int = u8("逻辑通道号")
    begin: int = instant("开始时间")
    end: int = instant("结束时间")
    alarm_bits64: int = u64("报警类型")
    av_type: int = u8("音视频类型")
    stream: int = u8("码流类型")
    storage: int = u8("存储器类型")
    size_bytes: int = u32("文件大小")
    auth_code: str = text("时效口令", 64)
    pos: Location2011 | None = nested(Location2011, "车辆定位信息", optional=True, default=None)


@record
class DownloadAnswer(Sub):
    SUB = 0x1B01
    TITLE = "远程录像下载请求应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")
    session_id: int = u16("对应平台文件上传消息的流水号")


@record
class DownloadEnd(Sub):
    SUB = 0x1B02
    TITLE = "远程录像下载完成通知消息"
    CLAUSE = _CLAUSE

    result: int = u8("下载结果")
    session_id: int = u16("对应平台文件上传消息的流水号")
    server_ip: str = text("FTP服务器IP地址", 32)
    ftp_port: int = u16("FTP服务器端口号")
    user: str = text("FTP用户名", 49)
    password: str = text("FTP密码", 22)
    path: str = text("文件存储路径", 200)


@record
class DownloadEndAnswer(Sub):
    SUB = 0x9B02
    TITLE = "远程录像下载完成通知应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")
    session_id: int = u16("对应平台文件上传消息的流水号")


@record
class DownloadControl(Sub):
    SUB = 0x9B03
    TITLE = "远程录像下载控制消息"
    CLAUSE = _CLAUSE

    session_id: int = u16("对应平台文件上传消息的流水号")
    command: int = u8("控制类型")


@record
class DownloadControlAnswer(Sub):
    SUB = 0x1B03
    TITLE = "远程录像下载控制应答消息"
    CLAUSE = _CLAUSE

    result: int = u8("应答结果")

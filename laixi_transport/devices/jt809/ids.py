"""Numbers of JT/T 809 by name: kinds of messages, results, reasons, alarms."""

from enum import IntEnum


class MessageId(IntEnum):
    """业务数据类型标识 (JT/T 809-2011 table 73, JT/T 809-2019, JT/T 1078-2016 table 36)."""

    UP_CONNECT_REQ = 0x1001
    UP_CONNECT_RSP = 0x1002
    UP_DISCONNECT_REQ = 0x1003
    UP_DISCONNECT_RSP = 0x1004
    UP_LINKTEST_REQ = 0x1005
    UP_LINKTEST_RSP = 0x1006
    UP_DISCONNECT_INFORM = 0x1007
    UP_CLOSELINK_INFORM = 0x1008
    UP_TOTAL_RECV_BACK_MSG = 0x1101
    UP_MANAGE_MSG_RSP = 0x1102
    UP_MANAGE_MSG_SN_INFORM = 0x1103
    UP_EXG_MSG = 0x1200
    UP_PLATFORM_MSG = 0x1300
    UP_WARN_MSG = 0x1400
    UP_CTRL_MSG = 0x1500
    UP_BASE_MSG = 0x1600
    UP_AUTHORIZE_MSG = 0x1700
    UP_REALVIDEO_MSG = 0x1800
    UP_SEARCH_MSG = 0x1900
    UP_PLAYBACK_MSG = 0x1A00
    UP_DOWNLOAD_MSG = 0x1B00
    DOWN_CONNECT_REQ = 0x9001
    DOWN_CONNECT_RSP = 0x9002
    DOWN_DISCONNECT_REQ = 0x9003
    DOWN_DISCONNECT_RSP = 0x9004
    DOWN_LINKTEST_REQ = 0x9005
    DOWN_LINKTEST_RSP = 0x9006
    DOWN_DISCONNECT_INFORM = 0x9007
    DOWN_CLOSELINK_INFORM = 0x9008
    DOWN_TOTAL_RECV_BACK_MSG = 0x9101
    DOWN_MANAGE_MSG_REQ = 0x9102
    DOWN_MANAGE_MSG_SN_INFORM = 0x9103
    DOWN_EXG_MSG = 0x9200
    DOWN_PLATFORM_MSG = 0x9300
    DOWN_WARN_MSG = 0x9400
    DOWN_CTRL_MSG = 0x9500
    DOWN_BASE_MSG = 0x9600
    DOWN_AUTHORIZE_MSG = 0x9700
    DOWN_REALVIDEO_MSG = 0x9800
    DOWN_SEARCH_MSG = 0x9900
    DOWN_PLAYBACK_MSG = 0x9A00
    DOWN_DOWNLOAD_MSG = 0x9B00


BUSINESS = frozenset(
    {0x1102, 0x1103, 0x9102, 0x9103} | {side | kind << 8 for side in (0x1000, 0x9000) for kind in range(0x2, 0xC)}
)
"""Messages whose body begins with plate or sub id; the others have a body of their own."""


class LoginResult(IntEnum):
    """验证结果 of 1002."""

    OK = 0  # 成功
    WRONG_ADDRESS = 1  # IP 地址不正确
    WRONG_CENTRE = 2  # 接入码不正确
    NOT_REGISTERED = 3  # 用户没有注册
    WRONG_PASSWORD = 4  # 密码错误
    BUSY = 5  # 资源紧张，稍后再连接（已经占用）
    OTHER = 6  # 其他


class SubLinkResult(IntEnum):
    """验证结果 of 9002."""

    OK = 0  # 成功
    WRONG_CODE = 1  # VERIFY_CODE 错误
    BUSY = 2  # 资源紧张，稍后再连接（已经占用）
    OTHER = 3  # 其他


class MainLinkLoss(IntEnum):
    """错误代码 of 1007; of 9007 in 2019."""

    BROKEN = 0  # 主链路断开
    OTHER = 1  # 其他原因


class SubLinkLoss(IntEnum):
    """错误代码 of 9007 in 2011."""

    UNREACHABLE = 0  # 无法连接下级平台指定的服务 IP 与端口
    BROKEN = 1  # 上级平台客户端与下级平台服务端断开
    OTHER = 2  # 其他原因


class CloseReason(IntEnum):
    """错误代码 of 1008 and 9008."""

    RESTART = 0  # 网关重启
    OTHER = 1  # 其他原因


class CheckObject(IntEnum):
    """查岗对象的类型 of 9301, 下发报文对象类型 of 9302."""

    PLATFORM = 1  # 当前连接的下级平台
    OPERATOR = 2  # 下级平台所属单一业户
    ALL_OPERATORS = 3  # 下级平台所属所有业户


class AlarmSource(IntEnum):
    """报警信息来源."""

    TERMINAL = 1  # 车载终端
    ENTERPRISE = 2  # 企业监控平台
    GOVERNMENT = 3  # 政府监管平台
    OTHER = 9  # 其他


class AlarmKind(IntEnum):
    """报警类型; 2, 10 and 11 are confirmed by published tests, names of 9 to 13 partly from memory."""

    OVERSPEED = 0x01  # 超速报警
    FATIGUE = 0x02  # 疲劳驾驶报警
    EMERGENCY = 0x03  # 紧急报警
    ENTERED_AREA = 0x04  # 进入指定区域报警
    LEFT_AREA = 0x05  # 离开指定区域报警
    JAM = 0x06  # 路段堵塞报警
    DANGEROUS_SECTION = 0x07  # 危险路段报警
    CROSSED_BORDER = 0x08  # 越界报警
    THEFT = 0x09  # 盗警
    ROBBERY = 0x0A  # 劫警
    ROUTE_DEVIATION = 0x0B  # 偏离路线报警
    MOVED = 0x0C  # 车辆移动报警
    OVERTIME_DRIVING = 0x0D  # 超时驾驶报警
    OTHER_BY_TEST = 0x0E  # 其他报警, as published implementations have it
    OTHER = 0xFF  # 其他报警
    VIDEO_LOST = 0x0101  # 视频信号丢失 (JT/T 1078-2016 table 38)
    VIDEO_COVERED = 0x0102  # 视频信号遮挡
    STORAGE_FAULT = 0x0103  # 存储单元故障
    VIDEO_FAULT = 0x0104  # 其他视频设备故障
    OVERCROWDED = 0x0105  # 客车超员
    ABNORMAL_DRIVING = 0x0106  # 异常驾驶行为
    RECORDING_FULL = 0x0107  # 特殊报警录像达到存储阈值


class Handling(IntEnum):
    """报警处理结果 of 1401, 1403, 1411 and 1412."""

    IN_PROGRESS = 0  # 处理中
    DONE = 1  # 已处理完毕
    NOT_HANDLED = 2  # 不做处理
    LATER = 3  # 将来处理


class SupervisionLevel(IntEnum):
    """督办级别."""

    URGENT = 0  # 紧急
    NORMAL = 1  # 一般


class ExchangeReason(IntEnum):
    """启动车辆定位信息交换请求原因 of 9205."""

    ENTERED_AREA = 0  # 车辆进入指定区域
    MANUAL = 1  # 人工指定交换
    EMERGENCY = 2  # 应急状态下车辆定位信息回传
    OTHER = 3  # 其他原因


class ExchangeEnd(IntEnum):
    """结束车辆定位信息交换请求原因 of 9206; names from memory."""

    LEFT_AREA = 0  # 车辆离开指定区域
    MANUAL = 1  # 人工停止交换
    EMERGENCY_OVER = 2  # 紧急监控完成
    OFFLINE = 3  # 车辆离线
    OTHER = 4  # 其他原因

"""Terminal parameters (终端参数): what each id means, and how its value stands on the wire."""

from dataclasses import dataclass
from typing import Any, Final

from laixi_transport.devices.jt808.flags import AlarmFlag, VideoAlarmFlag
from laixi_transport.devices.jt808.parameter_records import (
    AssistanceSettings,
    BlindSpotSettings,
    CanCollection,
    ChannelList,
    ChannelStreams,
    DriverSettings,
    ForbiddenHours,
    ImageAnalysis,
    SpecialRecording,
    StreamSettings,
    TyreSettings,
    WakeUp,
)
from laixi_transport.devices.wire.fields import record, u32, wire
from laixi_transport.devices.wire.groups import Nested
from laixi_transport.devices.wire.kinds import Kind, Number, Raw, Text, length_prefix
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.stream import Sink, Source, UnreadableError

_BYTE = Number(1)
_WORD = Number(2)
_DWORD = Number(4)
_TEXT = Text()
_TENTH = Number(4, 10)
_TENTH_WORD = Number(2, 10)
_ALARMS = Number(4, bits=AlarmFlag)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the standard.

    name   of the product, with the unit
    label  of the standard
    unit   of the value as it is here; empty for none
    since, until  years of the standards that have it
    """

    id: int
    name: str
    label: str
    unit: str
    kind: Kind[Any]
    since: int = 2011
    until: int = 9999


_808 = (
    Parameter(0x0001, "heartbeat_s", "终端心跳发送间隔", "s", _DWORD),
    Parameter(0x0002, "tcp_answer_timeout_s", "TCP消息应答超时时间", "s", _DWORD),
    Parameter(0x0003, "tcp_retries", "TCP消息重传次数", "", _DWORD),
    Parameter(0x0004, "udp_answer_timeout_s", "UDP消息应答超时时间", "s", _DWORD),
    Parameter(0x0005, "udp_retries", "UDP消息重传次数", "", _DWORD),
    Parameter(0x0006, "sms_answer_timeout_s", "SMS消息应答超时时间", "s", _DWORD),
    Parameter(0x0007, "sms_retries", "SMS消息重传次数", "", _DWORD),
    Parameter(0x0010, "main_apn", "主服务器APN", "", _TEXT),
    Parameter(0x0011, "main_apn_user", "主服务器无线通信拨号用户名", "", _TEXT),
    Parameter(0x0012, "main_apn_password", "主服务器无线通信拨号密码", "", _TEXT),
    Parameter(0x0013, "main_server", "主服务器地址", "", _TEXT),
    Parameter(0x0014, "backup_apn", "备份服务器APN", "", _TEXT),
    Parameter(0x0015, "backup_apn_user", "备份服务器无线通信拨号用户名", "", _TEXT),
    Parameter(0x0016, "backup_apn_password", "备份服务器无线通信拨号密码", "", _TEXT),
    Parameter(0x0017, "backup_server", "备份服务器地址", "", _TEXT),
    Parameter(0x0018, "tcp_port", "服务器TCP端口", "", _DWORD, until=2013),
    Parameter(0x0019, "udp_port", "服务器UDP端口", "", _DWORD, until=2013),
    Parameter(0x001A, "ic_card_server", "道路运输证IC卡认证主服务器地址", "", _TEXT, since=2013),
    Parameter(0x001B, "ic_card_tcp_port", "道路运输证IC卡认证主服务器TCP端口", "", _DWORD, since=2013),
    Parameter(0x001C, "ic_card_udp_port", "道路运输证IC卡认证主服务器UDP端口", "", _DWORD, since=2013),
    Parameter(0x001D, "ic_card_backup_server", "道路运输证IC卡认证备份服务器地址", "", _TEXT, since=2013),
    Parameter(0x0020, "report_strategy", "位置汇报策略", "", _DWORD),
    Parameter(0x0021, "report_scheme", "位置汇报方案", "", _DWORD),
    Parameter(0x0022, "no_driver_interval_s", "驾驶员未登录汇报时间间隔", "s", _DWORD),
    Parameter(0x0023, "second_apn", "从服务器APN", "", _TEXT, since=2019),
    Parameter(0x0024, "second_apn_user", "从服务器无线通信拨号用户名", "", _TEXT, since=2019),
    Parameter(0x0025, "second_apn_password", "从服务器无线通信拨号密码", "", _TEXT, since=2019),
    Parameter(0x0026, "second_server", "从服务器备份地址", "", _TEXT, since=2019),
    Parameter(0x0027, "sleep_interval_s", "休眠时汇报时间间隔", "s", _DWORD),
    Parameter(0x0028, "emergency_interval_s", "紧急报警时汇报时间间隔", "s", _DWORD),
    Parameter(0x0029, "default_interval_s", "缺省时间汇报间隔", "s", _DWORD),
    Parameter(0x002C, "default_distance_m", "缺省距离汇报间隔", "m", _DWORD),
    Parameter(0x002D, "no_driver_distance_m", "驾驶员未登录汇报距离间隔", "m", _DWORD),
    Parameter(0x002E, "sleep_distance_m", "休眠时汇报距离间隔", "m", _DWORD),
    Parameter(0x002F, "emergency_distance_m", "紧急报警时汇报距离间隔", "m", _DWORD),
    Parameter(0x0030, "turn_angle_deg", "拐点补传角度", "°", _DWORD),
    Parameter(0x0031, "fence_radius_m", "电子围栏半径", "m", _WORD, since=2013),
    Parameter(0x0032, "forbidden_hours", "违规行驶时段范围", "", Nested(ForbiddenHours, to_end=True), since=2019),
    Parameter(0x0040, "platform_phone", "监控平台电话号码", "", _TEXT),
    Parameter(0x0041, "reset_phone", "复位电话号码", "", _TEXT),
    Parameter(0x0042, "factory_reset_phone", "恢复出厂设置电话号码", "", _TEXT),
    Parameter(0x0043, "platform_sms_phone", "监控平台SMS电话号码", "", _TEXT),
    Parameter(0x0044, "alarm_sms_phone", "接收终端SMS文本报警号码", "", _TEXT),
    Parameter(0x0045, "answering_strategy", "终端电话接听策略", "", _DWORD),
    Parameter(0x0046, "longest_call_s", "每次最长通话时间", "s", _DWORD),
    Parameter(0x0047, "longest_calls_a_month_s", "当月最长通话时间", "s", _DWORD),
    Parameter(0x0048, "listening_phone", "监听电话号码", "", _TEXT),
    Parameter(0x0049, "privileged_sms_phone", "监管平台特权短信号码", "", _TEXT),
    Parameter(0x0050, "alarm_mask", "报警屏蔽字", "", _ALARMS),
    Parameter(0x0051, "alarm_sms_switch", "报警发送文本SMS开关", "", _ALARMS),
    Parameter(0x0052, "alarm_photo_switch", "报警拍摄开关", "", _ALARMS),
    Parameter(0x0053, "alarm_photo_store", "报警拍摄存储标志", "", _ALARMS),
    Parameter(0x0054, "key_alarms", "关键标志", "", _ALARMS),
    Parameter(0x0055, "max_speed_kmh", "最高速度", "km/h", _DWORD),
    Parameter(0x0056, "overspeed_duration_s", "超速持续时间", "s", _DWORD),
    Parameter(0x0057, "continuous_driving_s", "连续驾驶时间门限", "s", _DWORD),
    Parameter(0x0058, "daily_driving_s", "当天累计驾驶时间门限", "s", _DWORD),
    Parameter(0x0059, "min_rest_s", "最小休息时间", "s", _DWORD),
    Parameter(0x005A, "max_parking_s", "最长停车时间", "s", _DWORD),
    Parameter(0x005B, "overspeed_warning_kmh", "超速报警预警差值", "km/h", _TENTH_WORD, since=2013),
    Parameter(0x005C, "fatigue_warning_s", "疲劳驾驶预警差值", "s", _WORD, since=2013),
    Parameter(0x005D, "collision_alarm", "碰撞报警参数设置", "", _WORD, since=2013),
    Parameter(0x005E, "rollover_angle_deg", "侧翻报警参数设置", "°", _WORD, since=2013),
    Parameter(0x0064, "timed_photo", "定时拍照控制", "", _DWORD, since=2013),
    Parameter(0x0065, "distance_photo", "定距拍照控制", "", _DWORD, since=2013),
    Parameter(0x0070, "picture_quality", "图像/视频质量", "", _DWORD),
    Parameter(0x0071, "brightness", "亮度", "", _DWORD),
    Parameter(0x0072, "contrast", "对比度", "", _DWORD),
    Parameter(0x0073, "saturation", "饱和度", "", _DWORD),
    Parameter(0x0074, "chroma", "色度", "", _DWORD),
    Parameter(0x0080, "odometer_km", "车辆里程表读数", "km", _TENTH),
    Parameter(0x0081, "province_id", "车辆所在的省域ID", "", _WORD),
    Parameter(0x0082, "city_id", "车辆所在的市域ID", "", _WORD),
    Parameter(0x0083, "plate_no", "公安交通管理部门颁发的机动车号牌", "", _TEXT),
    Parameter(0x0084, "plate_color", "车牌颜色", "", _BYTE),
    Parameter(0x0090, "gnss_mode", "GNSS定位模式", "", _BYTE, since=2013),
    Parameter(0x0091, "gnss_baud_rate", "GNSS波特率", "", _BYTE, since=2013),
    Parameter(0x0092, "gnss_output_rate", "GNSS模块详细定位数据输出频率", "", _BYTE, since=2013),
    Parameter(0x0093, "gnss_collect_s", "GNSS模块详细定位数据采集频率", "s", _DWORD, since=2013),
    Parameter(0x0094, "gnss_upload_mode", "GNSS模块详细定位数据上传方式", "", _BYTE, since=2013),
    Parameter(0x0095, "gnss_upload_setting", "GNSS模块详细定位数据上传设置", "", _DWORD, since=2013),
    Parameter(0x0100, "can1_collect_ms", "CAN总线通道1采集时间间隔", "ms", _DWORD, since=2013),
    Parameter(0x0101, "can1_upload_s", "CAN总线通道1上传时间间隔", "s", _WORD, since=2013),
    Parameter(0x0102, "can2_collect_ms", "CAN总线通道2采集时间间隔", "ms", _DWORD, since=2013),
    Parameter(0x0103, "can2_upload_s", "CAN总线通道2上传时间间隔", "s", _WORD, since=2013),
)
_CAN = tuple(
    Parameter(
        number,
        f"can_collection_{number:04x}",
        "CAN总线ID单独采集设置",
        "",
        Nested(CanCollection, to_end=True),
        since=2013,
    )
    for number in range(0x0110, 0x0200)
)
_1078 = (
    Parameter(0x0075, "streams", "音视频参数设置", "", Nested(StreamSettings, to_end=True), since=2016),
    Parameter(0x0076, "channels", "音视频通道列表设置", "", Nested(ChannelList, to_end=True), since=2016),
    Parameter(0x0077, "channel_streams", "单独视频通道参数设置", "", Nested(ChannelStreams, to_end=True), since=2016),
    Parameter(
        0x0079, "special_recording", "特殊报警录像参数设置", "", Nested(SpecialRecording, to_end=True), since=2016
    ),
    Parameter(0x007A, "video_alarm_mask", "视频相关报警屏蔽字", "", Number(4, bits=VideoAlarmFlag), since=2016),
    Parameter(0x007B, "image_analysis", "图像分析报警参数设置", "", Nested(ImageAnalysis, to_end=True), since=2016),
    Parameter(0x007C, "wake_up", "终端休眠唤醒模式设置", "", Nested(WakeUp, to_end=True), since=2016),
)
_JSATL = (
    Parameter(0xF364, "adas", "高级驾驶辅助系统参数", "", Nested(AssistanceSettings, to_end=True), since=2017),
    Parameter(0xF365, "dsm", "驾驶员状态监测系统参数", "", Nested(DriverSettings, to_end=True), since=2017),
    Parameter(0xF366, "tpms", "胎压监测系统参数", "", Nested(TyreSettings, to_end=True), since=2017),
    Parameter(0xF367, "bsd", "盲区监测系统参数", "", Nested(BlindSpotSettings, to_end=True), since=2017),
)

PARAMETERS: Final[dict[int, Parameter]] = {one.id: one for one in (*_808, *_1078, *_CAN, *_JSATL)}
"""Parameters by id: JT/T 808-2013 8.9 with the additions of 2019, JT/T 1078-2016 5.2 (layouts mem), T/JSATL 12-2017 4.3
(layouts mem)."""


@dataclass(frozen=True, slots=True)
class SettingValue(Kind["int | float | str | bytes | Record | None"]):
    """The value of the parameter whose id stands before it; bytes where it is not as the table says."""

    notes_itself = True

    @property
    def notation(self) -> str:
        return "BYTE + BYTE[n]"

    def read(self, source: Source, name: str) -> Any:
        inner = source.part(source.prefix(1, f"{name}.length", "参数长度"))
        parameter = PARAMETERS.get(source.values["id"])
        begin, kind = inner.at, parameter.kind if parameter is not None else Raw()
        traced = len(source.trace) if source.trace is not None else 0
        try:
            value = kind.read(inner, name)
        except UnreadableError:
            value = None
        if value is None or inner.left or (isinstance(value, Record) and value.rest):
            inner.at = begin
            kind = Raw()
            value = kind.read(inner, name)
            if source.trace is not None:
                del source.trace[traced:]
        if source.trace is not None and not kind.notes_itself:
            inner.note(begin, name, parameter.label if parameter is not None else "", kind.notation, kind.text(value))
        return value

    def write(self, sink: Sink, value: Any) -> None:
        inner = Sink(sink.version)
        if isinstance(value, bytes):
            inner.data += value
        else:
            parameter = PARAMETERS.get(sink.record.id)
            if parameter is None:
                raise ValueError(f"parameter {sink.record.id:04X} is not known: its value must be bytes")
            parameter.kind.write(inner, value)
        sink.data += length_prefix(len(inner.data), 1) + inner.data

    def flatten(self, name: str, value: Any, into: dict[str, Any]) -> None:
        if isinstance(value, Record):
            value.flatten(f"{name}.", into)
        else:
            into[name] = value.hex() if isinstance(value, bytes) else value


@record
class Setting(Record):
    """A parameter with its value; ``parameter`` tells what it means."""

    TITLE = "参数项"
    CLAUSE = "JT/T 808-2013 8.9"

    id: int = u32("参数ID")
    value: Any = wire(SettingValue(), "参数值")

    @property
    def parameter(self) -> Parameter | None:
        """Its entry in the table; None for an id that is not known."""
        return PARAMETERS.get(self.id)

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        """Enter the value as ``param.<id in four hex digits>`` of the message it belongs to.

        What has parts is entered in hex, and part by part behind that name.
        """
        owner = prefix[: prefix.rfind(".", 0, -1) + 1]
        name = f"{owner}param.{self.id:04x}"
        if isinstance(self.value, Record):
            into[name] = self.value.encode().hex()
        SettingValue().flatten(name, self.value, into)

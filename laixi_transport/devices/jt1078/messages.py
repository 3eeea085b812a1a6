"""Messages of JT/T 1078-2016 on the JT/T 808 link: what a terminal can record, asking for streams and recordings.

Terminals answer those that ask for something to be done with 0001; 9003 is answered with 1003, 9205 with 1205, 9206
with 1206 when all files have been brought. Channel numbers are those of JT/T 1076-2016 table 2.
"""

import datetime as dt
from enum import IntEnum, IntFlag

from laixi_transport.devices.wire.fields import count_of, many, moment, record, text, u8, u16, u32, u64
from laixi_transport.devices.wire.record import Message, Record


class Coding(IntEnum):
    """音视频编码类型 (table 12); the load type of stream packets too."""

    G721 = 1
    G722 = 2
    G723 = 3
    G728 = 4
    G729 = 5
    G711A = 6
    G711U = 7
    G726 = 8
    G729A = 9
    DVI4_3 = 10
    DVI4_4 = 11
    DVI4_8K = 12
    DVI4_16K = 13
    LPC = 14
    S16BE_STEREO = 15
    S16BE_MONO = 16
    MPEG_AUDIO = 17
    LPCM = 18
    AAC = 19
    WMA9STD = 20
    HE_AAC = 21
    PCM_VOICE = 22
    PCM_AUDIO = 23
    AAC_LC = 24
    MP3 = 25
    ADPCM_A = 26
    MP4_AUDIO = 27
    AMR = 28
    TRANSPARENT = 91
    H264 = 98
    H265 = 99
    AVS = 100
    SVAC = 101


class SampleRate(IntEnum):
    """输入音频采样率."""

    KHZ_8 = 0
    KHZ_22_05 = 1
    KHZ_44_1 = 2
    KHZ_48 = 3


class LiveData(IntEnum):
    """数据类型 of 9101."""

    AUDIO_AND_VIDEO = 0
    VIDEO = 1
    TALK = 2  # 双向对讲
    LISTEN = 3  # 监听
    BROADCAST = 4  # 中心广播
    TRANSPARENT = 5  # 透传


class LiveStream(IntEnum):
    """码流类型 of 9101 and 9102."""

    MAIN = 0
    SUB = 1


class LiveCommand(IntEnum):
    """控制指令 of 9102."""

    CLOSE = 0
    SWITCH = 1
    PAUSE = 2
    RESUME = 3
    END_TALK = 4


class CloseType(IntEnum):
    """关闭音视频类型 of 9102."""

    BOTH = 0
    AUDIO = 1
    VIDEO = 2


class Recorded(IntEnum):
    """音视频资源类型 of recordings."""

    AUDIO_AND_VIDEO = 0
    AUDIO = 1
    VIDEO = 2
    VIDEO_OR_BOTH = 3


class RecordedStream(IntEnum):
    """码流类型 of recordings; counted from 1, unlike that of live video."""

    ANY = 0
    MAIN = 1
    SUB = 2


class Storage(IntEnum):
    """存储器类型."""

    ANY = 0
    MAIN = 1
    DISASTER = 2  # 灾备存储器


class Playback(IntEnum):
    """回放方式 of 9201."""

    NORMAL = 0
    FAST_FORWARD = 1
    KEY_FRAMES_BACK = 2
    KEY_FRAMES = 3
    SINGLE_FRAME = 4


class PlaybackCommand(IntEnum):
    """回放控制 of 9202."""

    BEGIN = 0
    PAUSE = 1
    END = 2
    FAST_FORWARD = 3
    KEY_FRAMES_BACK = 4
    SEEK = 5
    KEY_FRAMES = 6


class SpeedFactor(IntEnum):
    """快进或快退倍数."""

    NONE = 0
    X1 = 1
    X2 = 2
    X4 = 3
    X8 = 4
    X16 = 5


class UploadCondition(IntFlag):
    """任务执行条件 of 9206."""

    WIFI = 1 << 0
    LAN = 1 << 1
    MOBILE = 1 << 2


class UploadCommand(IntEnum):
    """上传控制 of 9207."""

    PAUSE = 0
    CONTINUE = 1
    CANCEL = 2


class Turn(IntEnum):
    """方向 of 9301."""

    STOP = 0
    UP = 1
    DOWN = 2
    LEFT = 3
    RIGHT = 4


class Adjust(IntEnum):
    """调整方式 of 9302, 9303 and 9306."""

    LARGER = 0
    SMALLER = 1


class Switch(IntEnum):
    """启停标识 of 9304 and 9305."""

    STOP = 0
    START = 1


@record
class AvProperties(Message):
    """What a terminal can take up and play."""

    ID = 0x1003
    TITLE = "终端上传音视频属性"
    CLAUSE = "JT/T 1078-2016 5.3.3, table 11"

    audio_codec: int = u8("输入音频编码方式", values=Coding)
    audio_channels: int = u8("输入音频声道数")
    audio_rate: int = u8("输入音频采样率", values=SampleRate)
    audio_bits: int = u8("输入音频采样位数")
    audio_frame_len: int = u16("音频帧长度")
    audio_out: int = u8("是否支持音频输出")
    video_codec: int = u8("视频编码方式", values=Coding)
    max_audio_channels: int = u8("终端支持的最大音频物理通道数量")
    max_video_channels: int = u8("终端支持的最大视频物理通道数量")


@record
class PassengerFlow(Message):
    """How many got on and off, counted by a camera over a door."""

    ID = 0x1005
    TITLE = "终端上传乘客流量"
    CLAUSE = "JT/T 1078-2016 5.4.2, table 16"

    begin: dt.datetime | None = moment("起始时间")
    end: dt.datetime | None = moment("结束时间")
    boarding: int = u16("上车人数")
    alighting: int = u16("下车人数")


@record
class Recording(Record):
    """One recording on a terminal."""

    TITLE = "音视频资源列表项"
    CLAUSE = "JT/T 1078-2016 5.6.2, table 23"

    channel: int = u8("逻辑通道号")
    begin: dt.datetime | None = moment("开始时间")
    end: dt.datetime | None = moment("结束时间")
    alarm_bits64: int = u64("报警标志")
    av_type: int = u8("音视频资源类型", values=Recorded)
    stream: int = u8("码流类型", values=RecordedStream)
    storage: int = u8("存储器类型", values=Storage)
    size_bytes: int = u32("文件大小")


@record
class RecordingList(Message):
    """The recordings that were asked for with 9205."""

    ID = 0x1205
    TITLE = "终端上传音视频资源列表"
    CLAUSE = "JT/T 1078-2016 5.6.2, table 22"

    resp_seq: int = u16("流水号")
    count: int = count_of("items", "音视频资源总数", 4, default=0)
    items: tuple[Recording, ...] = many(Recording, "音视频资源列表", count="count", default=())


@record
class UploadEnd(Message):
    """All files that were asked for with 9206 have been brought, or could not be."""

    ID = 0x1206
    TITLE = "文件上传完成通知"
    CLAUSE = "JT/T 1078-2016 5.6.6, table 27"

    resp_seq: int = u16("应答流水号")
    result: int = u8("结果")


@record
class QueryAvProperties(Message):
    """Ask for 1003."""

    ID = 0x9003
    TITLE = "查询终端音视频属性"
    CLAUSE = "JT/T 1078-2016 5.3.2"


@record
class StartLive(Message):
    """Have a terminal send a live stream to an address."""

    ID = 0x9101
    TITLE = "实时音视频传输请求"
    CLAUSE = "JT/T 1078-2016 5.5.1, table 17"

    server_ip: str = text("服务器IP地址", prefix=1)
    tcp_port: int = u16("服务器视频通道监听端口号(TCP)")
    udp_port: int = u16("服务器视频通道监听端口号(UDP)", default=0)
    channel: int = u8("逻辑通道号")
    data_type: int = u8("数据类型", values=LiveData)
    stream: int = u8("码流类型", values=LiveStream)


@record
class ControlLive(Message):
    """Stop, pause or switch a live stream."""

    ID = 0x9102
    TITLE = "音视频实时传输控制"
    CLAUSE = "JT/T 1078-2016 5.5.2, table 18"

    channel: int = u8("逻辑通道号")
    command: int = u8("控制指令", values=LiveCommand)
    close_type: int = u8("关闭音视频类型", values=CloseType)
    stream: int = u8("切换码流类型", values=LiveStream)


@record
class LiveQuality(Message):
    """Tell a terminal how much of its stream is lost."""

    ID = 0x9105
    TITLE = "实时音视频传输状态通知"
    CLAUSE = "JT/T 1078-2016 5.5.4, table 20"

    channel: int = u8("逻辑通道号")
    loss_rate: int = u8("丢包率")  # percent, whole


@record
class StartPlayback(Message):
    """Have a terminal send a recording to an address."""

    ID = 0x9201
    TITLE = "平台下发远程录像回放请求"
    CLAUSE = "JT/T 1078-2016 5.6.3, table 24"

    server_ip: str = text("服务器IP地址", prefix=1)
    tcp_port: int = u16("服务器音视频通道监听端口号(TCP)")
    udp_port: int = u16("服务器音视频通道监听端口号(UDP)", default=0)
    channel: int = u8("逻辑通道号")
    av_type: int = u8("音视频类型", values=Recorded)
    stream: int = u8("码流类型", values=RecordedStream)
    storage: int = u8("存储器类型", values=Storage)
    playback: int = u8("回放方式", values=Playback)
    speed_factor: int = u8("快进或快退倍数", values=SpeedFactor)
    begin: dt.datetime | None = moment("开始时间")
    end: dt.datetime | None = moment("结束时间")


@record
class ControlPlayback(Message):
    """Pause, seek or end the sending of a recording."""

    ID = 0x9202
    TITLE = "平台下发远程录像回放控制"
    CLAUSE = "JT/T 1078-2016 5.6.4, table 25"

    channel: int = u8("音视频通道号")
    command: int = u8("回放控制", values=PlaybackCommand)
    speed_factor: int = u8("快进或快退倍数", values=SpeedFactor)
    position_time: dt.datetime | None = moment("拖动回放位置")


@record
class QueryRecordings(Message):
    """Ask for 1205."""

    ID = 0x9205
    TITLE = "查询资源列表"
    CLAUSE = "JT/T 1078-2016 5.6.1, table 21"

    channel: int = u8("逻辑通道号")
    begin: dt.datetime | None = moment("开始时间")
    end: dt.datetime | None = moment("结束时间")
    alarm_bits64: int = u64("报警标志")
    av_type: int = u8("音视频资源类型", values=Recorded)
    stream: int = u8("码流类型", values=RecordedStream)
    storage: int = u8("存储器类型", values=Storage)


@record
class UploadRecording(Message):
    """Have a terminal bring a recording to an FTP server."""

    ID = 0x9206
    TITLE = "文件上传指令"
    CLAUSE = "JT/T 1078-2016 5.6.5, table 26"

    server_ip: str = text("服务器地址", prefix=1)
    ftp_port: int = u16("端口")
    user: str = text("用户名", prefix=1)
    password: str = text("密码", prefix=1)
    path: str = text("文件上传路径", prefix=1)
    channel: int = u8("逻辑通道号")
    begin: dt.datetime | None = moment("开始时间")
    end: dt.datetime | None = moment("结束时间")
    alarm_bits64: int = u64("报警标志")
    av_type: int = u8("音视频资源类型", values=Recorded)
    stream: int = u8("码流类型", values=RecordedStream)
    storage: int = u8("存储位置", values=Storage)
    conditions: int = u8("任务执行条件", bits=UploadCondition)


@record
class ControlUpload(Message):
    """Pause, continue or cancel what 9206 asked for."""

    ID = 0x9207
    TITLE = "文件上传控制"
    CLAUSE = "JT/T 1078-2016 5.6.7, table 28"

    resp_seq: int = u16("应答流水号")
    command: int = u8("上传控制", values=UploadCommand)


@record
class TurnCamera(Message):
    """Turn a camera."""

    ID = 0x9301
    TITLE = "云台旋转"
    CLAUSE = "JT/T 1078-2016 5.7.1, table 29"

    channel: int = u8("逻辑通道号")
    direction: int = u8("方向", values=Turn)
    speed: int = u8("速度")


@record
class AdjustFocus(Message):
    """Change the focal length of a camera."""

    ID = 0x9302
    TITLE = "云台调整焦距控制"
    CLAUSE = "JT/T 1078-2016 5.7.2, table 30"

    channel: int = u8("逻辑通道号")
    direction: int = u8("焦距调整方向", values=Adjust)


@record
class AdjustAperture(Message):
    """Change the aperture of a camera."""

    ID = 0x9303
    TITLE = "云台调整光圈控制"
    CLAUSE = "JT/T 1078-2016 5.7.3, table 31"

    channel: int = u8("逻辑通道号")
    command: int = u8("光圈调整方式", values=Adjust)


@record
class SwitchWiper(Message):
    """Switch the wiper of a camera."""

    ID = 0x9304
    TITLE = "云台雨刷控制"
    CLAUSE = "JT/T 1078-2016 5.7.4, table 32"

    channel: int = u8("逻辑通道号")
    command: int = u8("启停标识", values=Switch)


@record
class SwitchInfrared(Message):
    """Switch the infrared light of a camera."""

    ID = 0x9305
    TITLE = "红外补光控制"
    CLAUSE = "JT/T 1078-2016 5.7.5, table 33"

    channel: int = u8("逻辑通道号")
    command: int = u8("启停标识", values=Switch)


@record
class Zoom(Message):
    """Zoom a camera."""

    ID = 0x9306
    TITLE = "云台变倍控制"
    CLAUSE = "JT/T 1078-2016 5.7.6, table 34"

    channel: int = u8("逻辑通道号")
    command: int = u8("变倍控制", values=Adjust)


MESSAGES: tuple[type[Message], ...] = (
    AvProperties, PassengerFlow, RecordingList, UploadEnd, QueryAvProperties, StartLive, ControlLive, LiveQuality,
    StartPlayback, ControlPlayback, QueryRecordings, UploadRecording, ControlUpload, TurnCamera, AdjustFocus,
    AdjustAperture, SwitchWiper, SwitchInfrared, Zoom,
)  # fmt: skip

"""Pictures, sound and video: events, upload, taking and finding them."""

import datetime as dt
from enum import IntEnum

from laixi_transport.devices.jt808.position_report import PositionBase
from laixi_transport.devices.wire.fields import count_of, many, moment, nested, numbers, raw, record, u8, u16, u32
from laixi_transport.devices.wire.record import Message, Record

_HEAD = 8
_POSITION = 28


class MediaType(IntEnum):
    """多媒体类型."""

    IMAGE = 0
    AUDIO = 1
    VIDEO = 2


class MediaFormat(IntEnum):
    """多媒体格式编码."""

    JPEG = 0
    TIF = 1
    MP3 = 2
    WAV = 3
    WMV = 4


class MediaEvent(IntEnum):
    """Why it was taken (事件项编码)."""

    PLATFORM = 0  # 平台下发指令
    TIMED = 1  # 定时动作
    ROBBERY = 2  # 抢劫报警触发
    COLLISION = 3  # 碰撞侧翻报警触发
    DOOR_OPEN = 4  # 门开拍照
    DOOR_CLOSED = 5  # 门关拍照
    DOORS_MOVING = 6  # 车门由开变关，时速从<20公里到超过20公里
    DISTANCE = 7  # 定距拍照


class Resolution(IntEnum):
    """分辨率."""

    LOWEST = 0  # 最低
    QVGA = 1  # 320*240
    VGA = 2  # 640*480
    SVGA = 3  # 800*600
    XGA = 4  # 1024*768
    QCIF = 5  # 176*144
    CIF = 6  # 352*288
    HALF_D1 = 7  # 704*288
    D1 = 8  # 704*576


class PhotoResult(IntEnum):
    """Result of 0805."""

    OK = 0
    FAILED = 1
    NO_SUCH_CHANNEL = 2


class Saving(IntEnum):
    """保存标志."""

    UPLOAD = 0  # 实时上传
    STORE = 1  # 保存


class AudioRate(IntEnum):
    """音频采样率."""

    KHZ_8 = 0
    KHZ_11 = 1
    KHZ_23 = 2
    KHZ_32 = 3


def _has_position(data: bytes) -> bool:
    """Return whether a position stands behind the head of 0801: where its time must be there is one, or zeros."""
    if len(data) < _HEAD + _POSITION:
        return False
    digits = data[_HEAD + 22 : _HEAD + _POSITION].hex()
    try:
        dt.datetime.strptime(digits, "%y%m%d%H%M%S")  # noqa: DTZ007 - only whether it is one
    except ValueError:
        return not int(digits, 16)
    return True


@record
class MediaHead(Message):
    """What identifies a medium."""

    media_id: int = u32("多媒体数据ID")
    media_type: int = u8("多媒体类型", values=MediaType)
    format: int = u8("多媒体格式编码", values=MediaFormat)
    event: int = u8("事件项编码", values=MediaEvent)
    channel: int = u8("通道ID")


@record
class MediaTaken(MediaHead):
    """0800: the terminal has taken something."""

    ID = 0x0800
    TITLE = "多媒体事件信息上传"
    CLAUSE = "JT/T 808-2013 8.51"


@record
class Media(MediaHead):
    """0801: the medium, sub-packaged in practice; 2011 has no position."""

    ID = 0x0801
    TITLE = "多媒体数据上传"
    CLAUSE = "JT/T 808-2013 8.52"

    pos: PositionBase | None = nested(PositionBase, "位置信息汇报消息体", since=2013, default=None)
    data: bytes = raw("多媒体数据包", default=b"")

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        whole = len(data) >= _HEAD + _POSITION
        return version if _has_position(data) or (version >= 2019 and whole) else 2011


@record
class MediaAnswer(Message):
    """8800: which parts of a medium are missing; nothing behind the id if it is complete."""

    ID = 0x8800
    TITLE = "多媒体数据上传应答"
    CLAUSE = "JT/T 808-2013 8.53"

    media_id: int = u32("多媒体ID")
    resend_count: int | None = count_of("resend_ids", "重传包总数", optional=True, default=None)
    resend_ids: tuple[int, ...] = numbers(2, "重传包ID列表", count="resend_count", optional=True, default=())


@record
class TakePhoto(Message):
    """8801. The command is 0 to stop, FFFF to record, else how many pictures."""

    ID = 0x8801
    TITLE = "摄像头立即拍摄命令"
    CLAUSE = "JT/T 808-2013 8.54"

    channel: int = u8("通道ID")
    command: int = u16("拍摄命令")
    interval_s: int = u16("拍照间隔/录像时间")
    save: int = u8("保存标志", values=Saving)
    resolution: int = u8("分辨率", values=Resolution)
    quality: int = u8("图像/视频质量")
    """1, the best, to 10."""
    brightness: int = u8("亮度")
    """0 to 255."""
    contrast: int = u8("对比度")
    """0 to 127."""
    saturation: int = u8("饱和度")
    """0 to 127."""
    chroma: int = u8("色度")
    """0 to 255."""


@record
class PhotoAnswer(Message):
    """0805. Since 2013."""

    ID = 0x0805
    TITLE = "摄像头立即拍摄命令应答"
    CLAUSE = "JT/T 808-2013 8.55"

    resp_seq: int = u16("应答流水号")
    result: int = u8("结果", values=PhotoResult)
    count: int | None = count_of("media_ids", "多媒体ID个数", 2, optional=True, default=None)
    media_ids: tuple[int, ...] = numbers(4, "多媒体ID列表", count="count", optional=True, default=())


@record
class SearchMedia(Message):
    """8802: which media are stored. Times of zero: no bound."""

    ID = 0x8802
    TITLE = "存储多媒体数据检索"
    CLAUSE = "JT/T 808-2013 8.56"

    media_type: int = u8("多媒体类型", values=MediaType)
    channel: int = u8("通道ID")
    """0: all."""
    event: int = u8("事件项编码", values=MediaEvent)
    begin: dt.datetime | None = moment("起始时间")
    end: dt.datetime | None = moment("结束时间")


@record
class StoredMedia(Record):
    """A stored medium; 2011 has no id."""

    TITLE = "多媒体检索项"
    CLAUSE = "JT/T 808-2013 8.57"

    media_id: int | None = u32("多媒体ID", since=2013, default=None)
    media_type: int = u8("多媒体类型", values=MediaType)
    channel: int = u8("通道ID")
    event: int = u8("事件项编码", values=MediaEvent)
    pos: PositionBase = nested(PositionBase, "位置信息汇报消息体")


@record
class MediaFound(Message):
    """0802."""

    ID = 0x0802
    TITLE = "存储多媒体数据检索应答"
    CLAUSE = "JT/T 808-2013 8.57"

    resp_seq: int = u16("应答流水号")
    count: int = count_of("items", "多媒体数据总项数", 2, default=0)
    items: tuple[StoredMedia, ...] = many(StoredMedia, "检索项", count="count", default=())

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        # 2011 and 2013 share the header; the length of the list tells them apart.
        count = int.from_bytes(data[2:4])
        return 2011 if version < 2019 and count and len(data) == 4 + count * (3 + _POSITION) else version


@record
class UploadMedia(Message):
    """8803: upload what is stored, and maybe delete it then."""

    ID = 0x8803
    TITLE = "存储多媒体数据上传"
    CLAUSE = "JT/T 808-2013 8.58"

    media_type: int = u8("多媒体类型", values=MediaType)
    channel: int = u8("通道ID")
    event: int = u8("事件项编码", values=MediaEvent)
    begin: dt.datetime | None = moment("起始时间")
    end: dt.datetime | None = moment("结束时间")
    delete: int = u8("删除标志")


@record
class RecordSound(Message):
    """8804: begin (1) or end (0) to record sound; a time of 0: without end."""

    ID = 0x8804
    TITLE = "录音开始命令"
    CLAUSE = "JT/T 808-2013 8.59"

    command: int = u8("录音命令")
    time_s: int = u16("录音时间")
    save: int = u8("保存标志", values=Saving)
    sample_rate: int = u8("音频采样率", values=AudioRate)


@record
class UploadOneMedium(Message):
    """8805. Since 2013."""

    ID = 0x8805
    TITLE = "单条存储多媒体数据检索上传命令"
    CLAUSE = "JT/T 808-2013 8.60"

    media_id: int = u32("多媒体ID")
    delete: int = u8("删除标志")

"""Photos taken in the car: functions 03xx.

A photo goes up as 0305 (what it is) and then 0306 (its bytes, sub-packaged).
"""

import datetime as dt
from enum import IntEnum

from laixi_transport.devices.training.gnss import GnssFix, gnss
from laixi_transport.devices.wire.fields import count_of, many, moment, raw, record, text, u8, u16, u32
from laixi_transport.devices.wire.record import Message, Record


class UploadMode(IntEnum):
    """Who wants a photo."""

    AUTOMATIC = 1  # 自动请求上传
    BY_TERMINAL = 129  # 终端主动拍照上传
    STOP = 255  # 停止拍摄并上传图片


class PhotoSize(IntEnum):
    """Sizes, by width and height."""

    W320_H240 = 1
    W640_H480 = 2
    W800_H600 = 3
    W1024_H768 = 4
    W176_H144 = 5
    W352_H288 = 6
    W704_H288 = 7
    W704_H576 = 8


class PhotoEvent(IntEnum):
    """Why a photo was taken."""

    ASKED = 0  # 中心查询的图片
    EMERGENCY = 1  # 紧急报警
    DOOR_CLOSED_AND_FAST = 2  # 关车门后达到指定车速
    ROLLOVER = 3  # 侧翻报警
    BOARDING = 4  # 上客
    TIMED = 5  # 定时拍照
    AREA_ENTERED = 6
    AREA_LEFT = 7
    ACCIDENT = 8  # 事故疑点(紧急刹车)
    DOOR_OPENED = 9
    STUDENT_LOGIN = 17
    STUDENT_LOGOUT = 18
    TRAINING = 19  # 学员培训过程中拍照
    COACH_LOGIN = 20
    COACH_LOGOUT = 21


class ShotResult(IntEnum):
    """Result of 0301."""

    OK = 1
    FAILED = 2
    CARD_FAULT = 3  # SD卡故障
    BUSY = 4  # 正在拍照
    RECONNECTING = 5  # 重新连接摄像头，不能保证拍照
    SENDING = 6  # 正在上传查询照片


@record
class ShotWanted(Message):
    """8301: the platform wants a photo now."""

    ID = 0x8301
    TITLE = "立即拍照"
    CLAUSE = "计时培训 0x8301"

    upload_mode: int = u8("上传模式", values=UploadMode)
    channel: int = u8("摄像头通道号")  # 0: any
    resolution: int = u8("图片尺寸", values=PhotoSize)


@record
class ShotAnswer(Message):
    """0301: whether it will be taken."""

    ID = 0x0301
    TITLE = "立即拍照应答"
    CLAUSE = "计时培训 0x0301, 表 B.46"

    result: int = u8("执行结果", values=ShotResult)
    upload_mode: int = u8("上传模式", values=UploadMode)
    channel: int = u8("摄像头通道号")
    resolution: int = u8("图片实际尺寸", values=PhotoSize)


@record
class PhotosWanted(Message):
    """8302: which photos does the terminal have?"""

    ID = 0x8302
    TITLE = "查询照片"
    CLAUSE = "计时培训 0x8302, 表 B.47"

    query_mode: int = u8("查询方式", default=1)  # 1: by time
    begin: dt.datetime | None = moment("查询开始时间")
    end: dt.datetime | None = moment("查询结束时间")


@record
class PhotosWantedAnswer(Message):
    """0302: whether it looks for them."""

    ID = 0x0302
    TITLE = "查询照片应答"
    CLAUSE = "计时培训 0x0302, 表 B.48"

    result: int = u8("执行结果")  # 1 begun, 2 failed


@record
class PhotoNumber(Record):
    """The terminal's own number of a photo, digits."""

    photo_no: str = text("照片编号", 10)


@record
class PhotosFound(Message):
    """0303: photos that the terminal has."""

    ID = 0x0303
    TITLE = "上报照片查询结果"
    CLAUSE = "计时培训 0x0303, 表 B.49"

    finished: int = u8("是否上报结束")  # 1: nothing follows
    total: int = u8("符合条件的照片总数")
    count: int = count_of("photos", "此次发送的照片数目", optional=True)
    photos: tuple[PhotoNumber, ...] = many(PhotoNumber, "照片编号", count="count")


@record
class PhotosFoundAnswer(Message):
    """8303."""

    ID = 0x8303
    TITLE = "上报照片查询结果应答"
    CLAUSE = "计时培训 0x8303, 表 B.50"

    result: int = u8("应答代码")  # 0 go on, 1 stop


@record
class PhotoWanted(Message):
    """8304: the platform wants one of the photos found."""

    ID = 0x8304
    TITLE = "上传指定照片"
    CLAUSE = "计时培训 0x8304"

    photo_no: str = text("照片编号", 10)


@record
class PhotoWantedAnswer(Message):
    """0304."""

    ID = 0x0304
    TITLE = "上传指定照片应答"
    CLAUSE = "计时培训 0x0304, 表 B.52 (mem)"

    result: int = u8("应答代码")


@record
class PhotoBegin(Message):
    """0305: what the photo that follows shows."""

    ID = 0x0305
    TITLE = "照片上传初始化"
    CLAUSE = "计时培训 0x0305, 表 B.53"

    photo_no: str = text("照片编号", 10)
    person_no: str = text("学员或教练员编号", 16)
    upload_mode: int = u8("上传模式", values=UploadMode)
    channel: int = u8("摄像头通道号")
    resolution: int = u8("图片尺寸", values=PhotoSize)
    event: int = u8("发起图片的事件类型", values=PhotoEvent)
    packets: int = u16("总包数")
    size_bytes: int = u32("照片数据大小")
    class_id: int = u32("课堂ID")
    gnss: GnssFix = gnss(tail=1)
    face_confidence: int = u8("人脸识别置信度")  # 0 to 100


@record
class PhotoBeginAnswer(Message):
    """8305."""

    ID = 0x8305
    TITLE = "照片上传初始化应答"
    CLAUSE = "计时培训 0x8305"

    result: int = u8("应答代码")  # 0 send it, 255 do not


@record
class PhotoData(Message):
    """0306: the photo."""

    ID = 0x0306
    TITLE = "上传照片数据包"
    CLAUSE = "计时培训 0x0306"

    photo_no: str = text("照片编号", 10)
    data: bytes = raw("照片数据")

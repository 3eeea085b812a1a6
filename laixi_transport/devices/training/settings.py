"""What the platform sets in a timing terminal: functions 05xx."""

from enum import IntEnum

from laixi_transport.devices.wire.fields import nested, record, text, u8, u16
from laixi_transport.devices.wire.record import Message, Record


class Setting(IntEnum):
    """Which settings 8501 changes."""

    ALL = 0
    PHOTO_INTERVAL = 1
    PHOTO_UPLOAD = 2
    READ_ALOUD = 3
    STOP_DELAY = 4
    GNSS_INTERVAL = 5
    COACH_LOGOUT_DELAY = 6
    RECHECK = 7


class Permission(IntEnum):
    """Whether people of other schools may."""

    ALLOWED = 1
    FORBIDDEN = 2


class LockState(IntEnum):
    """Whether the terminal lets anybody train."""

    OPEN = 1  # 可用, 默认值 (mem)
    LOCKED = 2  # 禁用 (mem)


@record
class Settings(Record):
    """The settings of a terminal."""

    CLAUSE = "计时培训 表 B.56"

    photo_interval_min: int = u8("定时拍照时间间隔", default=15)
    photo_upload: int = u8("照片上传设置", default=1)  # 0 only when asked, 1 by itself
    read_aloud: int = u8("是否报读附加消息", default=1)  # 1 yes, 2 no; what a message says goes first
    stop_delay_min: int = u8("熄火后停止学时计时的延时时间")
    gnss_interval_s: int = u16("熄火后GNSS数据包上传间隔", default=3600)  # 0: none
    coach_logout_delay_min: int = u16("熄火后教练自动登出的延时时间", default=150)
    recheck_min: int = u16("重新验证身份时间", default=30)
    coach_elsewhere: int = u8("教练跨校教学", values=Permission, default=Permission.FORBIDDEN)
    student_elsewhere: int = u8("学员跨校学习", values=Permission, default=Permission.ALLOWED)
    answer_interval_s: int = u16("响应平台同类消息时间间隔")


@record
class SettingsWanted(Message):
    """8503: what is set? No data."""

    ID = 0x8503
    TITLE = "查询计时终端应用参数"
    CLAUSE = "计时培训 0x8503"


@record
class SettingsAnswer(Message):
    """0503."""

    ID = 0x0503
    TITLE = "查询计时终端应用参数应答"
    CLAUSE = "计时培训 0x0503, 表 B.60"

    result: int = u8("查询结果")  # 0 done, 1 failed
    settings: Settings = nested(Settings, "计时终端应用参数", to_end=True)


@record
class SettingsChange(Message):
    """8501: set one of them, or all."""

    ID = 0x8501
    TITLE = "设置计时终端应用参数"
    CLAUSE = "计时培训 0x8501, 表 B.56"

    setting: int = u8("参数编号", values=Setting, default=Setting.ALL)
    settings: Settings = nested(Settings, "计时终端应用参数", to_end=True)


@record
class SettingsChangeAnswer(Message):
    """0501."""

    ID = 0x0501
    TITLE = "设置计时终端应用参数应答"
    CLAUSE = "计时培训 0x0501, 表 B.57"

    result: int = u8("应答代码")  # 1 done, 2 failed


@record
class Lock(Message):
    """8502: let nobody train, or let them again."""

    ID = 0x8502
    TITLE = "设置禁训状态"
    CLAUSE = "计时培训 0x8502, 表 B.58"

    lock_state: int = u8("禁训状态", values=LockState)
    text: str = text("提示消息内容", prefix=1, default="")


@record
class LockAnswer(Message):
    """0502."""

    ID = 0x0502
    TITLE = "设置禁训状态应答"
    CLAUSE = "计时培训 0x0502, 表 B.59"

    result: int = u8("执行结果")  # 1 done, 2 failed (mem)
    lock_state: int = u8("禁训状态", values=LockState)
    text: str = text("提示消息内容", prefix=1, default="")

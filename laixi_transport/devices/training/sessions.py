"""Who teaches, who learns, and the record of every minute: functions 01xx and 02xx.

Sources: public terminals and gateways; their comments name the tables B.36 to B.44 of the platform's specification.
"""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, cast

from laixi_transport.devices.training.gnss import GnssFix, gnss
from laixi_transport.devices.wire.fields import digits, moment, record, text, u8, u16, u32, wire
from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.record import Message
from laixi_transport.devices.wire.stream import Sink


class CoachLoginResult(IntEnum):
    """Result of 8101; others are the platform's own."""

    OK = 1
    UNKNOWN_COACH = 2  # 无效的教练员编号 (mem)
    OTHER = 9


class StudentLoginResult(IntEnum):
    """Result of 8201."""

    OK = 1
    UNKNOWN_STUDENT = 2  # 无效的学员编号
    BANNED = 3  # 禁止登录的学员
    OUTSIDE_AREA = 4  # 区域外教学提醒
    WRONG_CLASS = 5  # 准教车型与培训车型不符
    OTHER = 9


class LogoutResult(IntEnum):
    """Result of 8102 and 8202."""

    OK = 1
    FAILED = 2


class ReadAloud(IntEnum):
    """Whether the terminal reads a text aloud."""

    NO = 0
    YES = 1


class ReportType(IntEnum):
    """Why a minute is reported."""

    BY_ITSELF = 1
    ASKED = 2


class RecordQuery(IntEnum):
    """How minutes are asked for."""

    BY_TIME = 1
    BY_COUNT = 2


class RecordQueryResult(IntEnum):
    """Result of 0205."""

    SENDING = 1  # 查询的记录正在上传
    NO_CARD = 2  # SD卡没有找到
    NONE = 3  # 执行成功，但无指定记录
    SOON = 4  # 执行成功，稍候上报查询结果


@dataclass(frozen=True, slots=True)
class TimeOfDay(Kind["dt.time | None"]):
    """A time of day in BCD[3], GMT+8; None, written as FF, if it is none."""

    @property
    def notation(self) -> str:
        return "BCD[3]"

    @property
    def form(self) -> str:
        return "3s"

    def value(self, unpacked: Any) -> dt.time | None:
        found = cast("bytes", unpacked).hex()
        try:
            return dt.time(int(found[:2]), int(found[2:4]), int(found[4:]))
        except ValueError:
            return None

    def write(self, sink: Sink, value: dt.time | None) -> None:
        sink.data += b"\xff" * 3 if value is None else bytes.fromhex(f"{value:%H%M%S}")

    def flatten(self, name: str, value: dt.time | None, into: dict[str, Any]) -> None:
        into[name] = value.isoformat("seconds") if value is not None else None

    def text(self, value: dt.time | None) -> str:
        return value.isoformat("seconds") if value is not None else "-"


@record
class CoachLogin(Message):
    """0101: a coach begins to teach."""

    ID = 0x0101
    TITLE = "教练员登录"
    CLAUSE = "计时培训 0x0101"

    coach_no: str = text("教练员编号", 16)
    id_card: str = text("教练员身份证号", 18)
    car_class: str = text("准教车型", 2)
    gnss: GnssFix = gnss()


@record
class CoachLoginAnswer(Message):
    """8101."""

    ID = 0x8101
    TITLE = "教练员登录应答"
    CLAUSE = "计时培训 0x8101"

    result: int = u8("登录结果", values=CoachLoginResult)
    coach_no: str = text("教练员编号", 16)
    read_aloud: int = u8("是否报读附加消息", values=ReadAloud, default=ReadAloud.NO)
    text: str = text("附加消息", prefix=1, default="")


@record
class CoachLogout(Message):
    """0102: a coach ends."""

    ID = 0x0102
    TITLE = "教练员登出"
    CLAUSE = "计时培训 0x0102"

    coach_no: str = text("教练员编号", 16)
    gnss: GnssFix = gnss()


@record
class CoachLogoutAnswer(Message):
    """8102."""

    ID = 0x8102
    TITLE = "教练员登出应答"
    CLAUSE = "计时培训 0x8102"

    result: int = u8("登出结果", values=LogoutResult)
    coach_no: str = text("教练员编号", 16)


@record
class StudentLogin(Message):
    """0201: a trainee begins."""

    ID = 0x0201
    TITLE = "学员登录"
    CLAUSE = "计时培训 0x0201"

    student_no: str = text("学员编号", 16)
    coach_no: str = text("教练员编号", 16)
    course: str = digits("培训课程", 5)
    class_id: int = u32("课堂ID")
    gnss: GnssFix = gnss()


@record
class StudentLoginAnswer(Message):
    """8201."""

    ID = 0x8201
    TITLE = "学员登录应答"
    CLAUSE = "计时培训 0x8201"

    result: int = u8("登录结果", values=StudentLoginResult)
    student_no: str = text("学员编号", 16)
    total_min: int = u16("总培训学时")
    done_min: int = u16("当前培训部分已完成学时")
    total_mileage_km: float = u16("总培训里程", per=10)
    done_mileage_km: float = u16("当前培训部分已完成里程", per=10)
    read_aloud: int = u8("是否报读附加消息", values=ReadAloud, default=ReadAloud.NO)
    text: str = text("附加消息", prefix=1, default="")


@record
class StudentLogout(Message):
    """0202: a trainee ends."""

    ID = 0x0202
    TITLE = "学员登出"
    CLAUSE = "计时培训 0x0202"

    student_no: str = text("学员编号", 16)
    time: dt.datetime | None = moment("登出时间")
    duration_min: int = u16("学员该次登录总时间")
    mileage_km: float = u16("学员该次登录总里程", per=10)
    class_id: int = u32("课堂ID")
    gnss: GnssFix = gnss()


@record
class StudentLogoutAnswer(Message):
    """8202."""

    ID = 0x8202
    TITLE = "学员登出应答"
    CLAUSE = "计时培训 0x8202"

    result: int = u8("登出结果", values=LogoutResult)
    student_no: str = text("学员编号", 16)


@record
class MinuteRecord(Message):
    """0203: one minute of training. The day is in ``record_no``: terminal 16, YYMMDD 6, number of the day 4."""

    ID = 0x0203
    TITLE = "上报学时记录"
    CLAUSE = "计时培训 0x0203, 表 B.42"

    record_no: str = text("学时记录编号", 26)
    report_type: int = u8("上报类型", values=ReportType)
    student_no: str = text("学员编号", 16)
    coach_no: str = text("教练员编号", 16)
    class_id: int = u32("课堂ID")
    record_time: dt.time | None = wire(TimeOfDay(), "记录产生时间")
    course: str = digits("培训课程", 5)
    record_state: int = u8("记录状态")
    max_speed_kmh: float = u16("最大速度", per=10)
    minute_mileage_km: float = u16("里程", per=10)
    gnss: GnssFix = gnss()
    """At second 30 of the minute, with mileage and engine speed."""


@record
class RecordsWanted(Message):
    """8205: the platform asks for minutes again; they come as 0203."""

    ID = 0x8205
    TITLE = "命令上报学时记录"
    CLAUSE = "计时培训 0x8205, 表 B.43"

    query_mode: int = u8("查询方式", values=RecordQuery)
    begin: dt.datetime | None = moment("查询起始时间")
    end: dt.datetime | None = moment("查询终止时间")
    count: int = u16("查询条数")


@record
class RecordsWantedAnswer(Message):
    """0205: sent twice, when the terminal begins to look and when it has looked."""

    ID = 0x0205
    TITLE = "命令上报学时记录应答"
    CLAUSE = "计时培训 0x0205, 表 B.44"

    result: int = u8("执行结果", values=RecordQueryResult)

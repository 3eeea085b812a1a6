"""Words between the platform and the driver: texts, questions, events and information on demand."""

from enum import IntEnum, IntFlag

from laixi_transport.devices.wire.fields import count_of, many, record, u8, u16
from laixi_transport.devices.wire.fields import text as text_field
from laixi_transport.devices.wire.record import Message, Record


class TextFlag(IntFlag):
    """Flags of a text (标志) up to 2013, of a question too.

    In 2019 bits 0 and 1 are a number: 1 service, 2 urgent, 3 notice.
    """

    URGENT = 1 << 0
    DISPLAY = 1 << 2
    SPEECH = 1 << 3
    AD_SCREEN = 1 << 4
    CAN_CODES = 1 << 5  # 0: navigation


class TextKind(IntEnum):
    """What a text is (文本类型), since 2019."""

    NOTICE = 1  # 通知
    SERVICE = 2  # 服务


class ListChange(IntEnum):
    """What happens to a list of events, information or phone numbers (设置类型)."""

    CLEAR = 0  # 删除终端现有所有；无后续字节
    REPLACE = 1  # 更新
    APPEND = 2  # 追加
    CHANGE = 3  # 修改
    REMOVE = 4  # 删除特定几项, events only


@record
class TextMessage(Message):
    """8300."""

    ID = 0x8300
    TITLE = "文本信息下发"
    CLAUSE = "JT/T 808-2013 8.23, JT/T 808-2019 (mem)"

    flag: int = u8("标志", bits=TextFlag)
    text_type: int | None = u8("文本类型", since=2019, default=None, values=TextKind)
    text: str = text_field("文本信息")


@record
class Event(Record):
    """An event that a driver can choose."""

    TITLE = "事件项"
    CLAUSE = "JT/T 808-2013 8.24"

    id: int = u8("事件ID")
    text: str = text_field("事件内容", prefix=1)


@record
class SetEvents(Message):
    """8301. Removed in 2019."""

    ID = 0x8301
    TITLE = "事件设置"
    CLAUSE = "JT/T 808-2013 8.24"

    change: int = u8("设置类型", values=ListChange)
    count: int | None = count_of("events", "设置总数", optional=True, default=None)
    events: tuple[Event, ...] = many(Event, "事件项列表", count="count", optional=True, default=())


@record
class EventReport(Message):
    """0301: the driver has chosen an event. Removed in 2019."""

    ID = 0x0301
    TITLE = "事件报告"
    CLAUSE = "JT/T 808-2013 8.25"

    event_id: int = u8("事件ID")


@record
class Choice(Record):
    """An answer that a driver can choose."""

    TITLE = "候选答案"
    CLAUSE = "JT/T 808-2013 8.26"

    id: int = u8("答案ID")
    text: str = text_field("答案内容", prefix=2)


@record
class Question(Message):
    """8302."""

    ID = 0x8302
    TITLE = "提问下发"
    CLAUSE = "JT/T 808-2013 8.26"

    flag: int = u8("标志", bits=TextFlag)
    question: str = text_field("问题", prefix=1)
    answers: tuple[Choice, ...] = many(Choice, "候选答案列表", default=())


@record
class QuestionAnswer(Message):
    """0302."""

    ID = 0x0302
    TITLE = "提问应答"
    CLAUSE = "JT/T 808-2013 8.27"

    resp_seq: int = u16("应答流水号")
    answer_id: int = u8("答案ID")


@record
class Topic(Record):
    """Information that a driver can order."""

    TITLE = "信息项"
    CLAUSE = "JT/T 808-2013 8.28"

    info_type: int = u8("信息类型")
    name: str = text_field("信息名称", prefix=2)


@record
class SetTopics(Message):
    """8303. Removed in 2019."""

    ID = 0x8303
    TITLE = "信息点播菜单设置"
    CLAUSE = "JT/T 808-2013 8.28"

    change: int = u8("设置类型", values=ListChange)
    count: int | None = count_of("topics", "信息项总数", optional=True, default=None)
    topics: tuple[Topic, ...] = many(Topic, "信息项列表", count="count", optional=True, default=())


@record
class TopicOrder(Message):
    """0303: the driver orders information (1) or no longer (0). Removed in 2019."""

    ID = 0x0303
    TITLE = "信息点播/取消"
    CLAUSE = "JT/T 808-2013 8.29"

    info_type: int = u8("信息类型")
    ordered: int = u8("点播/取消标志")


@record
class Information(Message):
    """8304: what was ordered. Removed in 2019."""

    ID = 0x8304
    TITLE = "信息服务"
    CLAUSE = "JT/T 808-2013 8.30"

    info_type: int = u8("信息类型")
    text: str = text_field("信息内容", prefix=2)

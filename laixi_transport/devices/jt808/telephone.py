"""Calling, and the terminal's phone book."""

from enum import IntEnum

from laixi_transport.devices.jt808.texts import ListChange
from laixi_transport.devices.wire.fields import count_of, many, record, text, u8
from laixi_transport.devices.wire.record import Message, Record


class CallKind(IntEnum):
    """How a terminal calls back (标志)."""

    CALL = 0  # 普通通话
    LISTEN = 1  # 监听


class ContactUse(IntEnum):
    """What a number in the phone book is for (标志)."""

    INCOMING = 1  # 呼入
    OUTGOING = 2  # 呼出
    BOTH = 3  # 呼入/呼出


@record
class CallBack(Message):
    """8400: the terminal calls a number."""

    ID = 0x8400
    TITLE = "电话回拨"
    CLAUSE = "JT/T 808-2013 8.31"

    flag: int = u8("标志", values=CallKind)
    phone_no: str = text("电话号码")


@record
class Contact(Record):
    """A number in the phone book."""

    TITLE = "联系人项"
    CLAUSE = "JT/T 808-2013 8.32"

    flag: int = u8("标志", values=ContactUse)
    phone_no: str = text("电话号码", prefix=1)
    name: str = text("联系人", prefix=1)


@record
class SetPhoneBook(Message):
    """8401."""

    ID = 0x8401
    TITLE = "设置电话本"
    CLAUSE = "JT/T 808-2013 8.32"

    change: int = u8("设置类型", values=ListChange)
    count: int | None = count_of("contacts", "联系人总数", optional=True, default=None)
    contacts: tuple[Contact, ...] = many(Contact, "联系人项", count="count", optional=True, default=())

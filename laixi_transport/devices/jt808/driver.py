"""The driver's card and the waybill."""

import datetime as dt
from enum import IntEnum

from laixi_transport.devices.wire.fields import by_version, day, differs, moment, raw, record, text, u8
from laixi_transport.devices.wire.groups import Nested
from laixi_transport.devices.wire.record import Message, Record


class CardStatus(IntEnum):
    """What happened to the card (状态)."""

    IN = 1  # 驾驶员上班
    OUT = 2  # 驾驶员下班


class CardReading(IntEnum):
    """How reading the card went (IC卡读取结果)."""

    OK = 0
    WRONG_KEY = 1  # 卡片密钥认证未通过
    LOCKED = 2  # 卡片已被锁定
    PULLED_OUT = 3  # 卡片被拔出
    CHECKSUM = 4  # 数据校验错误


_TROUBLE = tuple(range(1, 256))


@record
class Waybill(Message):
    """0701: an electronic waybill; its content is agreed by trade."""

    ID = 0x0701
    TITLE = "电子运单上报"
    CLAUSE = "JT/T 808-2013 8.46"

    data: bytes = raw("电子运单内容", prefix=4)


@record
class Card(Record):
    """What is written on a driver's card, since 2013."""

    TITLE = "驾驶员身份信息"
    CLAUSE = "JT/T 808-2013 8.48, JT/T 808-2019 (mem)"

    driver_name: str = text("驾驶员姓名", prefix=1)
    qualification: str = text("从业资格证编码", 20)
    issuer: str = text("发证机构名称", prefix=1)
    cert_expiry: dt.date | None = day("证件有效期")
    driver_idcard: str | None = text("驾驶员身份证号", 20, since=2019, optional=True, default=None)


@record
class Card2011(Record):
    """What is written on a driver's card, in 2011."""

    TITLE = "驾驶员身份信息"
    CLAUSE = "JT/T 808-2011 (clause mem)"

    driver_name: str = text("驾驶员姓名", prefix=1)
    driver_idcard: str = text("驾驶员身份证编码", 20)
    qualification: str = text("从业资格证编码", 40)
    issuer: str = text("发证机构名称", prefix=1)


@record
class DriverCard(Message):
    """0702. In 2011 the card's content alone."""

    ID = 0x0702
    TITLE = "驾驶员身份信息采集上报"
    CLAUSE = "JT/T 808-2013 8.48, JT/T 808-2019 (mem)"

    status: int | None = u8("状态", since=2013, default=None, values=CardStatus)
    time: dt.datetime | None = moment("时间", since=2013, default=None)
    read_result: int | None = u8("IC卡读取结果", since=2013, optional=True, default=None, values=CardReading)
    """The standard has it, and the card's content, for a card put in only; devices send both for one taken out, too."""
    card: Card | Card2011 | None = by_version(
        {2011: Nested(Card2011, to_end=True, inline=True), 2013: Nested(Card, to_end=True, inline=True)},
        "驾驶员身份信息",
        when=differs("read_result", *_TROUBLE),
        optional=True,
        default=None,
    )

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        # 2011 and 2013 share the header. In 2011 the name's length stands where 2013 has 1 or 2, and no time follows.
        if version >= 2019:
            return version
        return 2013 if data[:1] in {b"\x01", b"\x02"} and data[1:7].hex().isdecimal() else 2011


@record
class QueryDriverCard(Message):
    """8702: the terminal shall report the driver's card; no body. Since 2013."""

    ID = 0x8702
    TITLE = "上报驾驶员身份信息请求"
    CLAUSE = "JT/T 808-2013 8.47"

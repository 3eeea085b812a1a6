"""Controlling the terminal and the vehicle, asking what the terminal is, bringing it a new program."""

from enum import IntEnum, IntFlag

from laixi_transport.devices.jt808.position_report import Position
from laixi_transport.devices.wire.fields import (
    by_version,
    count_of,
    differs,
    digits,
    equals,
    many,
    nested,
    raw,
    record,
    text,
    u8,
    u16,
)
from laixi_transport.devices.wire.kinds import Text
from laixi_transport.devices.wire.record import Message, Record

_WIDE = 2020
"""Terminals of 2019 that widen the maker's number in 0107 to 11 bytes, as 0100 has it."""


class TerminalCommand(IntEnum):
    """Commands of 8105 (命令字)."""

    UPGRADE = 1  # 无线升级
    CONNECT = 2  # 控制终端连接指定服务器
    SHUT_DOWN = 3  # 终端关机
    RESET = 4  # 终端复位
    FACTORY_RESET = 5  # 终端恢复出厂设置
    CLOSE_DATA = 6  # 关闭数据通信
    CLOSE_ALL = 7  # 关闭所有无线通信


class GnssAttribute(IntFlag):
    """What a receiver can use (GNSS模块属性)."""

    GPS = 1 << 0
    BEIDOU = 1 << 1
    GLONASS = 1 << 2
    GALILEO = 1 << 3


class RadioAttribute(IntFlag):
    """What a modem can use (通信模块属性)."""

    GPRS = 1 << 0
    CDMA = 1 << 1
    TD_SCDMA = 1 << 2
    WCDMA = 1 << 3
    CDMA2000 = 1 << 4
    TD_LTE = 1 << 5
    OTHER = 1 << 7


class TerminalType(IntFlag):
    """What a terminal is for (终端类型)."""

    PASSENGER = 1 << 0
    HAZARDOUS = 1 << 1
    FREIGHT = 1 << 2
    TAXI = 1 << 3
    HARD_DISK = 1 << 6
    SPLIT = 1 << 7
    TRAILER = 1 << 8


class UpgradeKind(IntEnum):
    """What an upgrade is for (升级类型)."""

    TERMINAL = 0
    IC_CARD_READER = 12
    GNSS = 52


class UpgradeResult(IntEnum):
    """How an upgrade ended (升级结果)."""

    OK = 0
    FAILED = 1
    CANCELLED = 2


class VehicleControlKind(IntEnum):
    """What is controlled in the vehicle (控制类型), since 2019."""

    DOORS = 0x0001


@record
class TerminalControl(Message):
    """8105. The parameters of an upgrade or of a connection are a text, parts apart by ``;``.

    They stay bytes: some platforms put binary numbers between the texts.
    """

    ID = 0x8105
    TITLE = "终端控制"
    CLAUSE = "JT/T 808-2013 8.13"

    command: int = u8("命令字", values=TerminalCommand)
    parameters: bytes = raw("命令参数", default=b"")


@record
class QueryAttributes(Message):
    """8107; no body. Since 2013."""

    ID = 0x8107
    TITLE = "查询终端属性"
    CLAUSE = "JT/T 808-2013 8.14"


@record
class Attributes(Message):
    """0107. Since 2013."""

    ID = 0x0107
    TITLE = "查询终端属性应答"
    CLAUSE = "JT/T 808-2013 8.15, JT/T 808-2019 (mem)"

    terminal_type: int = u16("终端类型", bits=TerminalType)
    maker_id: str = by_version({2011: Text(5), _WIDE: Text(11)}, "制造商ID")
    terminal_model: str = by_version({2011: Text(20), 2019: Text(30)}, "终端型号")
    terminal_id: str = by_version({2011: Text(7), 2019: Text(30)}, "终端ID")
    iccid: str = digits("终端SIM卡ICCID", 10)
    hw_version: str = text("终端硬件版本号", prefix=1)
    fw_version: str = text("终端固件版本号", prefix=1)
    gnss_attributes: int = u8("GNSS模块属性", bits=GnssAttribute)
    radio_attributes: int = u8("通信模块属性", bits=RadioAttribute)

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        # The header does not tell these apart, but the lengths of the two texts fit one of them only.
        if version < 2019 or _fits(data, 77):
            return version
        return _WIDE if _fits(data, 83) else 2013 if _fits(data, 44) else version


def _fits(data: bytes, at: int) -> bool:
    """Return whether two texts behind their lengths and two bytes fill a body from a place on."""
    for _ in range(2):
        at += 1 + int.from_bytes(data[at : at + 1])
    return at + 2 == len(data)


@record
class Upgrade(Message):
    """8108: a new program for the terminal. Since 2013."""

    ID = 0x8108
    TITLE = "下发终端升级包"
    CLAUSE = "JT/T 808-2013 8.16"

    upgrade_type: int = u8("升级类型", values=UpgradeKind)
    maker_id: str = text("制造商ID", 5)
    version: str = text("终端固件版本号", prefix=1)
    data: bytes = raw("升级数据包", prefix=4)


@record
class UpgradeAnswer(Message):
    """0108. Since 2013."""

    ID = 0x0108
    TITLE = "终端升级结果应答"
    CLAUSE = "JT/T 808-2013 8.17"

    upgrade_type: int = u8("升级类型", values=UpgradeKind)
    result: int = u8("升级结果", values=UpgradeResult)


@record
class VehicleControlItem(Record):
    """One thing that is controlled; the parameters of a kind that is not known take the rest of the message."""

    TITLE = "控制类型数据"
    CLAUSE = "JT/T 808-2019 (mem)"

    kind: int = u16("控制类型ID", values=VehicleControlKind)
    unlock: int | None = u8("车门控制参数", when=equals("kind", VehicleControlKind.DOORS), default=None)
    """0: lock, 1: unlock, the other way round than in 2013."""
    parameters: bytes | None = raw("控制参数", when=differs("kind", VehicleControlKind.DOORS), default=None)


@record
class VehicleControl(Message):
    """8500. Up to 2013 a byte of flags (bit 0: 0 unlock, 1 lock), in 2019 a list."""

    ID = 0x8500
    TITLE = "车辆控制"
    CLAUSE = "JT/T 808-2013 8.33, JT/T 808-2019 (mem)"

    flag: int | None = u8("控制标志", until=2018, default=None)
    count: int = count_of("controls", "控制类型数量", 2, since=2019, default=0)
    controls: tuple[VehicleControlItem, ...] = many(
        VehicleControlItem, "控制类型", count="count", since=2019, default=()
    )

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        return min(version, 2013) if len(data) == 1 else version


@record
class VehicleControlAnswer(Message):
    """0500: the position after the command was carried out tells by its status bits."""

    ID = 0x0500
    TITLE = "车辆控制应答"
    CLAUSE = "JT/T 808-2013 8.34"

    resp_seq: int = u16("应答流水号")
    position: Position = nested(Position, "位置信息汇报消息体", to_end=True, inline=True)

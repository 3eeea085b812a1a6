"""The recorder's own frames: what is asked of it and what it answers (GB/T 19056-2012 appendix A).

    asked:    AA 75 | command B | length W | reserved B | data | check B
    answered: 55 7A | command B | length W | reserved B | data | check B
    refused:  55 7A | FA or FB | reserved B | check B

check is the XOR of everything before it. They travel whole in 8700 and 8701 (asked) and 0700 (answered); there the
frame of JT/T 808 has a check of its own, so that a wrong one here is noted and the data are read all the same.
"""

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

from laixi_transport.devices.recorder.data import (
    ANSWERS,
    Clock,
    Done,
    Mileage,
    PulseCoefficient,
    SignalNames,
    VehicleIdentity,
)
from laixi_transport.devices.wire.fields import differs, moment, record, size_of, u8, u16, variant, wire
from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.stream import Sink, Source, UnreadableError

ASKED = 0xAA75
ANSWERED = 0x557A


class Command(IntEnum):
    """What a block is about."""

    STANDARD_VERSION = 0x00  # 执行标准版本
    DRIVER_LICENCE = 0x01  # 当前驾驶人信息
    CLOCK = 0x02  # 实时时间
    MILEAGE = 0x03  # 累计行驶里程
    PULSE_COEFFICIENT = 0x04  # 脉冲系数
    VEHICLE = 0x05  # 车辆信息
    SIGNAL_NAMES = 0x06  # 状态信号配置信息
    UNIT_NUMBER = 0x07  # 唯一性编号
    SPEED = 0x08  # 行驶速度记录
    PLACES = 0x09  # 位置信息记录
    ACCIDENTS = 0x10  # 事故疑点记录
    OVERTIME = 0x11  # 超时驾驶记录
    LOGINS = 0x12  # 驾驶人身份记录
    POWER = 0x13  # 外部供电记录
    SETTINGS = 0x14  # 参数修改记录
    SPEED_CHECKS = 0x15  # 速度状态日志
    SET_VEHICLE = 0x82  # 设置车辆信息
    SET_INSTALLED = 0x83  # 设置初次安装日期
    SET_SIGNAL_NAMES = 0x84  # 设置状态量配置信息
    SET_CLOCK = 0xC2  # 设置时间
    SET_PULSE_COEFFICIENT = 0xC3  # 设置脉冲系数
    SET_MILEAGE = 0xC4  # 设置初始里程
    ASKING_FAILED = 0xFA  # 采集数据命令出错
    SETTING_FAILED = 0xFB  # 设置参数命令出错


_FAILED = (Command.ASKING_FAILED, Command.SETTING_FAILED)


@record
class Period(Record):
    """Which records of 08 to 15 are wanted: those of a period, the newest first."""

    TITLE = "采集指定记录"
    CLAUSE = "GB/T 19056-2012 appendix A, 08H～15H"

    begin: dt.datetime | None = moment("开始时间")
    end: dt.datetime | None = moment("结束时间")
    most: int = u16("最大单位数据块个数", default=1)
    """Members in one answer; the recorder goes on in further ones."""


@record
class InstalledOn(Record):
    """83: when the recorder was installed."""

    TITLE = "设置初次安装日期"
    CLAUSE = "GB/T 19056-2012 appendix A, 83H"

    installed_at: dt.datetime | None = moment("初次安装时间")


REQUESTS: dict[int, type[Record]] = {
    **dict.fromkeys(range(0x08), Done),
    **dict.fromkeys((0x08, 0x09, *range(0x10, 0x16)), Period),
    0x82: VehicleIdentity,
    0x83: InstalledOn,
    0x84: SignalNames,
    0xC2: Clock,
    0xC3: PulseCoefficient,
    0xC4: Mileage,
}
"""Data of a request, by its command; to ask for 00 to 07 none are needed."""


@dataclass(frozen=True, slots=True)
class Check(Kind["int | None"]):
    """The XOR of a block's bytes. None stands for the right one; a wrong one is kept as it was."""

    notation = "BYTE"

    def read(self, source: Source, name: str) -> int | None:
        del name
        size = source.values["size"]
        begin = source.at - (4 if source.values["command"] in _FAILED else 6 + size)
        right = _xor(source.data[begin : source.at])
        found = source.number(1)
        return None if found == right else found

    def write(self, sink: Sink, value: int | None) -> None:
        if value is not None:
            sink.data.append(value)
            return
        failed = sink.record.command in _FAILED
        size = 4 if failed else 6 + _size_in(sink.record, sink.version)
        sink.data.append(_xor(sink.data[len(sink.data) - size :]))

    def text(self, value: int | None) -> str:
        return "✓" if value is None else f"✗ {value:02X}"


@record
class Block(Record):
    """What requests and answers have in common."""

    CLAUSE = "GB/T 19056-2012 appendix A"
    MARK: ClassVar[int]

    mark: int = u16("起始字头")
    command: int = u8("命令字", values=Command)
    size: int = size_of("data", "数据块长度", 2, when=differs("command", *_FAILED))
    reserved: int = u8("保留字", default=0)
    data: Record | bytes = variant("command", {}, "数据块", size="size", when=differs("command", *_FAILED), default=b"")
    wrong_check: int | None = wire(Check(), "校验字", default=None)

    @property
    def refused(self) -> bool:
        """Whether the recorder says that it could not do what it was asked."""
        return self.command in _FAILED

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        del into[prefix + "mark"], into[prefix + "size"]
        if not self.reserved:
            del into[prefix + "reserved"]
        if into.get(prefix + "data") == "":
            del into[prefix + "data"]


@record
class RecorderRequest(Block):
    """What the platform asks or sets, in 8700 and 8701."""

    TITLE = "行驶记录仪命令"
    MARK = ASKED

    mark: int = u16("起始字头", default=ASKED)
    data: Record | bytes = variant(
        "command", REQUESTS, "数据块", size="size", when=differs("command", *_FAILED), default=b""
    )


@record
class RecorderAnswer(Block):
    """What the recorder answers, in 0700."""

    TITLE = "行驶记录仪应答"
    MARK = ANSWERED

    mark: int = u16("起始字头", default=ANSWERED)
    data: Record | bytes = variant(
        "command", ANSWERS, "数据块", size="size", when=differs("command", *_FAILED), default=b""
    )


@dataclass(frozen=True, slots=True)
class Embedded(Kind["Block | bytes"]):
    """A block inside a message of JT/T 808, to its end; bytes that are none stay as they are.

    Some terminals send the bare data without the recorder's frame, and an empty block for «nothing found».
    """

    member: type[Block]
    notes_itself = True

    @property
    def notation(self) -> str:
        return self.member.__name__

    def read(self, source: Source, name: str) -> Block | bytes:
        begin, before = source.at, source.path
        traced = len(source.trace) if source.trace is not None else 0
        inner = source.part(source.left)
        if source.data[begin : begin + 2] == self.member.MARK.to_bytes(2):
            inner.path = f"{before}{name}."
            try:
                return self.member.read_all(inner)
            except UnreadableError:
                if source.trace is not None:
                    del source.trace[traced:]
        data = source.data[begin : source.at]
        source.note(begin, name, source.label, "BYTE[n]", data.hex(" "))
        return data

    def write(self, sink: Sink, value: Block | bytes) -> None:
        if isinstance(value, bytes):
            sink.data += value
        else:
            value.write(sink)

    def flatten(self, name: str, value: Block | bytes, into: dict[str, Any]) -> None:
        if isinstance(value, Block):
            value.flatten(f"{name}.", into)
        elif value:
            into[name] = value.hex()


def embedded(member: type[Block], label: str) -> Any:
    """Return a field with a block that goes to the end of the message; name it ``rec``."""
    return wire(Embedded(member), label, default=b"")


def _size_in(block: Block, version: int) -> int:
    return len(block.data) if isinstance(block.data, bytes) else len(block.data.encode(version=version))


def _xor(data: bytes | bytearray) -> int:
    folded = 0
    for byte in data:
        folded ^= byte
    return folded

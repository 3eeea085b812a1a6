"""Position reports as records: one, asked for, many together. ``position`` reads the plain ones fast."""

import datetime as dt
from typing import Any

from laixi_transport.devices.jt808.coordinates import Coordinate
from laixi_transport.devices.jt808.flags import AlarmFlag, StatusFlag
from laixi_transport.devices.jt808.ids import BatchKind
from laixi_transport.devices.jt808.position_items import POSITION_ITEMS
from laixi_transport.devices.wire.fields import (
    count_of,
    i16,
    items,
    many,
    moment,
    nested,
    record,
    u8,
    u16,
    u32,
    wire,
)
from laixi_transport.devices.wire.record import Message, Record

_ACC_ON = int(StatusFlag.ACC_ON)
_LOCATED = int(StatusFlag.LOCATED)
_SOUTH = int(StatusFlag.SOUTH)
_WEST = int(StatusFlag.WEST)


@record
class PositionBase(Record):
    """The 28 bytes that every position has.

    Without a fix the coordinates say nothing: they are zero or those of the last fix. ``time`` is None if it is not a
    time, all zeros among them.
    """

    TITLE = "位置基本信息"
    CLAUSE = "JT/T 808-2013 表23"

    alarm_bits: int = u32("报警标志", bits=AlarmFlag)
    status_bits: int = u32("状态", bits=StatusFlag)
    lat_deg: float = wire(Coordinate("status_bits", _SOUTH), "纬度")
    lon_deg: float = wire(Coordinate("status_bits", _WEST), "经度")
    altitude_m: int = i16("高程")
    """The standard says WORD; heights below zero occur."""
    speed_kmh: float = u16("速度", per=10)
    direction_deg: int = u16("方向")
    time: dt.datetime | None = moment("时间")

    @property
    def acc_on(self) -> bool:
        """Whether the ignition is on."""
        return bool(self.status_bits & _ACC_ON)

    @property
    def located(self) -> bool:
        """Whether the terminal had a fix."""
        return bool(self.status_bits & _LOCATED)

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        into[f"{prefix}acc_on"] = self.acc_on
        into[f"{prefix}located"] = self.located


@record
class Position(PositionBase, Message):
    """0200: a position with its items."""

    ID = 0x0200
    TITLE = "位置信息汇报"
    CLAUSE = "JT/T 808-2013 8.18"

    items: tuple[Record, ...] = items(POSITION_ITEMS, "位置附加信息项", default=())


@record
class PositionQuery(Message):
    """8201: the platform asks where the vehicle is; no body."""

    ID = 0x8201
    TITLE = "位置信息查询"
    CLAUSE = "JT/T 808-2013 8.19"


@record
class PositionAnswer(Message):
    """0201."""

    ID = 0x0201
    TITLE = "位置信息查询应答"
    CLAUSE = "JT/T 808-2013 8.20"

    resp_seq: int = u16("应答流水号")
    position: Position = nested(Position, "位置信息汇报", to_end=True, inline=True)


@record
class Tracking(Message):
    """8202: report more often for a while; an interval of 0 ends it and has no duration."""

    ID = 0x8202
    TITLE = "临时位置跟踪控制"
    CLAUSE = "JT/T 808-2013 8.21"

    interval_s: int = u16("时间间隔")
    duration_s: int | None = u32("位置跟踪有效期", optional=True, default=None)


@record
class AlarmConfirmation(Message):
    """8203: a person has seen alarms. Sequence number 0: all of these kinds."""

    ID = 0x8203
    TITLE = "人工确认报警消息"
    CLAUSE = "JT/T 808-2013 8.22"

    alarm_seq: int = u16("报警消息流水号")
    alarm_type_bits: int = u32("人工确认报警类型", bits=AlarmFlag)


@record
class PositionBatch(Message):
    """0704: position reports sent together; a member that is no report stays bytes.

    The count is not relied on: the lengths decide, and what they leave is the rest.
    """

    ID = 0x0704
    TITLE = "定位数据批量上传"
    CLAUSE = "JT/T 808-2013 8.49"

    count: int = count_of("items", "数据项个数", 2, default=0)
    batch_type: int = u8("位置数据类型", values=BatchKind)
    items: tuple[Position | bytes, ...] = many(Position, "位置汇报数据项", size=2, loose=True, default=())


def batch_bodies(body: bytes) -> tuple[int, tuple[bytes, ...]] | None:
    """Return the type of a 0704 body and its 0200 bodies, the last of them maybe cut off; None if it has no head.

    The same as ``PositionBatch`` without reading what is inside: for whoever reads that fast.
    """
    if len(body) < 3:
        return None
    bodies = []
    at = 3
    while at + 2 <= len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2])
        if end > len(body):
            break
        bodies.append(body[at + 2 : end])
        at = end
    if at < len(body):
        bodies.append(body[at:])
    return body[2], tuple(bodies)

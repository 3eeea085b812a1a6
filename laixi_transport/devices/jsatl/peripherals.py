"""What the devices behind a terminal are and do: data of transparent messages 0900 and 8900 of type F7 and F8."""

from enum import IntEnum, IntFlag
from typing import Any

from laixi_transport.devices.wire.fields import count_of, many, numbers, record, text, u8, u32, wire
from laixi_transport.devices.wire.groups import Nested
from laixi_transport.devices.wire.record import Record

STATE = 0xF7
INFORMATION = 0xF8


class Peripheral(IntEnum):
    """外设ID, as the items of their alarms."""

    ADAS = 0x64
    DSM = 0x65
    TPMS = 0x66
    BSD = 0x67


class WorkState(IntEnum):
    """工作状态 (mem)."""

    NORMAL = 0x01
    STANDBY = 0x02
    UPGRADING = 0x03
    FAULTY = 0x04
    DISCONNECTED = 0x10


class PeripheralFault(IntFlag):
    """报警状态 of a device (mem)."""

    CAMERA = 1 << 0
    MAIN_STORAGE = 1 << 1
    SECOND_STORAGE = 1 << 2
    INFRARED = 1 << 3
    LOUDSPEAKER = 1 << 4
    BATTERY = 1 << 5
    COMMUNICATION = 1 << 10
    POSITIONING = 1 << 11


class _Inner(Nested):
    """A record behind its length whose fields are shown as those of its owner."""

    def flatten(self, name: str, value: Record | None, into: dict[str, Any]) -> None:
        if value is not None:
            owner = name.rpartition(".")[0]
            value.flatten(f"{owner}." if owner else "", into)


@record
class PeripheralState(Record):
    """What a device is doing."""

    TITLE = "外设状态信息"
    CLAUSE = "T/JSATL 12-2017 4.4 (mem)"

    work_state: int = u8("工作状态", values=WorkState)
    alarm_bits: int = u32("报警状态", bits=PeripheralFault)


@record
class PeripheralInformation(Record):
    """What a device is."""

    TITLE = "外设系统信息"
    CLAUSE = "T/JSATL 12-2017 4.4 (mem)"

    company: str = text("公司名称", prefix=1)
    product: str = text("产品型号", prefix=1)
    hw_version: str = text("硬件版本号", prefix=1)
    fw_version: str = text("软件版本号", prefix=1)
    device_id: str = text("设备ID", prefix=1)
    user_code: str = text("客户代码", prefix=1)


@record
class StateOf(Record):
    """The state of one device."""

    TITLE = "外设状态信息列表项"

    peripheral_id: int = u8("外设ID", values=Peripheral)
    state: PeripheralState = wire(_Inner(PeripheralState, prefix=1), "外设状态信息")


@record
class InformationOf(Record):
    """The particulars of one device."""

    TITLE = "外设系统信息列表项"

    peripheral_id: int = u8("外设ID", values=Peripheral)
    information: PeripheralInformation = wire(_Inner(PeripheralInformation, prefix=1), "外设系统信息")


@record
class States(Record):
    """Data of 0900 type F7."""

    TITLE = "外设状态"
    CLAUSE = "T/JSATL 12-2017 4.4 (mem)"

    count: int = count_of("items", "外设状态信息列表总数", default=0)
    items: tuple[StateOf, ...] = many(StateOf, "外设状态信息列表", count="count", default=())


@record
class Informations(Record):
    """Data of 0900 type F8."""

    TITLE = "外设信息"
    CLAUSE = "T/JSATL 12-2017 4.4 (mem)"

    count: int = count_of("items", "外设系统信息列表总数", default=0)
    items: tuple[InformationOf, ...] = many(InformationOf, "外设系统信息列表", count="count", default=())


@record
class PeripheralQuery(Record):
    """Data of 8900 type F7 or F8: which devices are asked about."""

    TITLE = "外设查询"
    CLAUSE = "T/JSATL 12-2017 4.4 (mem)"

    peripheral_ids: tuple[int, ...] = numbers(1, "外设ID列表", count=1)


UP: dict[int, type[Record]] = {STATE: States, INFORMATION: Informations}
"""Data of 0900 by its type."""
DOWN: dict[int, type[Record]] = {STATE: PeripheralQuery, INFORMATION: PeripheralQuery}
"""Data of 8900 by its type."""

"""Blocks of a file as they stand between the frames on the attachment link.

``30 31 63 64 | name BYTE[50] | offset DWORD | length DWORD | data``. They are not escaped, have no checksum and are not
answered one by one. The same magic begins the packets of a JT/T 1078 stream, which has a port of its own.
"""

from typing import Any

from laixi_transport.devices.wire.fields import raw, record, u32, wire
from laixi_transport.devices.wire.gbk import encode_gbk
from laixi_transport.devices.wire.kinds import Text
from laixi_transport.devices.wire.magic import Magic
from laixi_transport.devices.wire.record import Record

MAGIC = b"01cd"
HEAD_BYTES = 62
MAX_DATA = 1 << 16
"""Most bytes of data in a block (64 KiB)."""

_NAME = Text(50)


def name_in_block(name: str) -> str:
    """Return the name of a file as it stands in its blocks, which have room for 50 bytes; messages have it whole."""
    return _NAME.value(encode_gbk(name)[: _NAME.width])


@record
class FileBlock(Record):
    """A part of a file."""

    TITLE = "文件码流"
    CLAUSE = "T/JSATL 12-2017 table 4-26"

    magic: bytes = wire(Magic(MAGIC), "帧头标识", default=MAGIC)
    name: str = wire(_NAME, "文件名称")
    offset: int = u32("数据偏移量")
    data: bytes = raw("数据体", prefix=4)

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        into[f"{prefix}length"] = len(self.data)

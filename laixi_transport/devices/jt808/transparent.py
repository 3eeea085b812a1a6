"""Data that the protocol carries without looking into them, and keys for encryption."""

import zlib
from enum import IntEnum

from laixi_transport.devices.jsatl.peripherals import DOWN, UP
from laixi_transport.devices.wire.fields import raw, record, u8, u32, variant
from laixi_transport.devices.wire.record import Message, Record

MOST_DECOMPRESSED = 1 << 20
"""Bytes; a body that unpacks to more is no message but an attack."""


class TransparentType(IntEnum):
    """What the data belong to (透传消息类型). F0 to FF are free for vendors."""

    GNSS_DETAIL = 0x00  # GNSS模块详细定位数据
    IC_CARD = 0x0B  # 道路运输证IC卡信息
    SERIAL_1 = 0x41  # 串口1透传
    SERIAL_2 = 0x42  # 串口2透传
    PERIPHERAL_STATE = 0xF7  # T/JSATL 12
    PERIPHERAL_INFORMATION = 0xF8  # T/JSATL 12


@record
class TransparentUp(Message):
    """0900; the data are a record for the types of driver assistance, bytes for the others."""

    ID = 0x0900
    TITLE = "数据上行透传"
    CLAUSE = "JT/T 808-2013 8.62"

    transparent_type: int = u8("透传消息类型", values=TransparentType)
    data: Record | bytes = variant("transparent_type", UP, "透传消息内容", default=b"")


@record
class TransparentDown(Message):
    """8900."""

    ID = 0x8900
    TITLE = "数据下行透传"
    CLAUSE = "JT/T 808-2013 8.61"

    transparent_type: int = u8("透传消息类型", values=TransparentType)
    data: Record | bytes = variant("transparent_type", DOWN, "透传消息内容", default=b"")


@record
class CompressedUp(Message):
    """0901: data packed with gzip; they are kept as they came. Since 2013."""

    ID = 0x0901
    TITLE = "数据压缩上报"
    CLAUSE = "JT/T 808-2013 8.63"

    data: bytes = raw("压缩消息体", prefix=4)

    def decompressed(self, most: int = MOST_DECOMPRESSED) -> bytes | None:
        """Return the data unpacked; None if they are no whole gzip stream or unpack to more than ``most`` bytes."""
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data = unpacker.decompress(self.data, most + 1)
        except zlib.error:
            return None
        return data if unpacker.eof and len(data) <= most else None


@record
class RsaKey(Message):
    """The public key (e, n) of one side."""

    rsa_e: int = u32("公钥{e,n}中的e")
    rsa_n: bytes = raw("公钥{e,n}中的n", 128)


@record
class TerminalRsaKey(RsaKey):
    """0A00."""

    ID = 0x0A00
    TITLE = "终端RSA公钥"
    CLAUSE = "JT/T 808-2013 8.65"


@record
class PlatformRsaKey(RsaKey):
    """8A00."""

    ID = 0x8A00
    TITLE = "平台RSA公钥"
    CLAUSE = "JT/T 808-2013 8.64"

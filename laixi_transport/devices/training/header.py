"""The header of a timing terminal's frame as a record: to explain it; ``frame`` reads good ones faster."""

from typing import Any

from laixi_transport.devices.jt808.frame import ENCRYPTION, MAX_BODY, PACKAGED
from laixi_transport.devices.training.frame import VERSION
from laixi_transport.devices.wire.fields import digits, has_bit, record, u8, u16
from laixi_transport.devices.wire.record import Record


@record
class Header(Record):
    """What every frame begins with."""

    TITLE = "消息头"
    CLAUSE = "计时平台技术规范 2016 (by published implementations)"

    version_byte: int = u8("协议版本号", default=VERSION)
    msg_id: int = u16("消息ID", ident=True)
    properties: int = u16("消息体属性", ident=True)
    phone: str = digits("终端手机号", 8, bare=True)
    seq: int = u16("消息流水号")
    reserved: int = u8("预留", default=0)
    sub_total: int | None = u16("消息总包数", when=has_bit("properties", PACKAGED), default=None)
    sub_index: int | None = u16("包序号", when=has_bit("properties", PACKAGED), default=None)

    @property
    def body_len(self) -> int:
        """Bytes of the body in this frame, as the header says."""
        return self.properties & MAX_BODY

    @property
    def encrypt(self) -> int:
        """How the body is encrypted: 0 not, 1 RSA."""
        return (self.properties & ENCRYPTION) >> 10

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        into[f"{prefix}body_len"] = self.body_len
        into[f"{prefix}encrypt"] = self.encrypt
        into[f"{prefix}subpackaged"] = bool(self.properties & PACKAGED)

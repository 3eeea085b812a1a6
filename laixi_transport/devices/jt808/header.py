"""The header of a frame as a record: for reading it byte by byte, also where the frame as a whole is refused.

``frame`` reads the headers of good frames, and much faster.
"""

from typing import Any

from laixi_transport.devices.jt808.frame import ENCRYPTION, MAX_BODY, PACKAGED, VERSION_2019
from laixi_transport.devices.wire.fields import by_version, has_bit, record, u8, u16
from laixi_transport.devices.wire.kinds import Digits
from laixi_transport.devices.wire.record import Record


@record
class Header(Record):
    """What every frame begins with; its properties tell the version."""

    TITLE = "消息头"
    CLAUSE = "JT/T 808-2019 4.4.3, JT/T 808-2013 4.4.3"

    msg_id: int = u16("消息ID", ident=True)
    properties: int = u16("消息体属性", ident=True)
    protocol_version: int | None = u8("协议版本号", since=2019, default=None)
    phone: str = by_version({2011: Digits(6, bare=True), 2019: Digits(10, bare=True)}, "终端手机号")
    seq: int = u16("消息流水号")
    sub_total: int | None = u16("消息总包数", when=has_bit("properties", PACKAGED), default=None)
    sub_index: int | None = u16("包序号", when=has_bit("properties", PACKAGED), default=None)

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        del version
        return 2019 if int.from_bytes(data[2:4]) & VERSION_2019 else 2013

    @property
    def bytes(self) -> int:
        """Its length."""
        return (12 if self.protocol_version is None else 17) + (0 if self.sub_total is None else 4)

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
        into[f"{prefix}header_2019"] = self.protocol_version is not None

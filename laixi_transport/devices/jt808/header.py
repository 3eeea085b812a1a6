"""The header of a frame as a record: for reading it byte by byte, also where the frame as a whole is refused.

``frame`` reads the headers of good frames, and much faster.
"""

from dataclasses import dataclass
from typing import Any

from laixi_transport.devices.jt808.frame import ENCRYPTION, MAX_BODY, PACKAGED, SHORT_SEQUENCE, VERSION_2019
from laixi_transport.devices.wire.fields import by_version, has_bit, record, u8, u16, wire
from laixi_transport.devices.wire.kinds import Digits, Kind, length_prefix
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.stream import Sink, Source


@dataclass(frozen=True, slots=True)
class Sequence(Kind[int]):
    """A sequence number: WORD, or BYTE in a vendor's messages where the length tells so."""

    @property
    def notation(self) -> str:
        return "WORD"

    def read(self, source: Source, name: str) -> int:
        del name
        short = source.values["msg_id"] in SHORT_SEQUENCE and not source.values["properties"] & (
            VERSION_2019 | PACKAGED
        )
        left = source.left - 1
        return source.number(1 if short and left in {0, source.values["properties"] & MAX_BODY} else 2)

    def write(self, sink: Sink, value: int) -> None:
        sink.data += length_prefix(value, 2)


@record
class Header(Record):
    """What every frame begins with; its properties tell the version."""

    TITLE = "消息头"
    CLAUSE = "JT/T 808-2019 4.4.3, JT/T 808-2013 4.4.3"

    msg_id: int = u16("消息ID", ident=True)
    properties: int = u16("消息体属性", ident=True)
    protocol_version: int | None = u8("协议版本号", since=2019, default=None)
    phone: str = by_version({2011: Digits(6, bare=True), 2019: Digits(10, bare=True)}, "终端手机号")
    seq: int = wire(Sequence(), "消息流水号")
    sub_total: int | None = u16("消息总包数", when=has_bit("properties", PACKAGED), default=None)
    sub_index: int | None = u16("包序号", when=has_bit("properties", PACKAGED), default=None)

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        del version
        return 2019 if int.from_bytes(data[2:4]) & VERSION_2019 else 2013

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

"""The packet of a video stream described field by field, to be explained and documented; ``packet`` is the fast way."""

from typing import Any

from laixi_transport.devices.jt1078.messages import Coding
from laixi_transport.devices.jt1078.packet import (
    FLAGS,
    LONG_SIM,
    MAGIC,
    SHORT_SIM,
    Kind,
    sim_bytes,
)
from laixi_transport.devices.wire.fields import differs, equals, raw, record, u8, u16, u64, wire
from laixi_transport.devices.wire.kinds import Digits
from laixi_transport.devices.wire.magic import Magic
from laixi_transport.devices.wire.record import LATEST, Record
from laixi_transport.devices.wire.stream import Sink, Source

_TO_SIM = 8
_VIDEO = range(Kind.AUDIO << 4)
_TRANSPARENT = range(Kind.TRANSPARENT << 4, (Kind.TRANSPARENT + 1) << 4)


class _Sim(Digits):
    """A SIM of six or of ten bytes."""

    @property
    def notation(self) -> str:
        return f"BCD[{SHORT_SIM}] (BCD[{LONG_SIM}])"

    @property
    def form(self) -> str:
        return ""

    def read(self, source: Source, name: str) -> str:
        del name
        return source.take(sim_bytes(source.data[source.at - _TO_SIM : source.end])).hex().upper()

    def write(self, sink: Sink, value: str) -> None:
        Digits(LONG_SIM if len(value) > 2 * SHORT_SIM else SHORT_SIM).write(sink, value)


@record
class StreamPacket(Record):
    """One packet of a stream."""

    TITLE = "音视频流及透传数据传输协议负载包"
    CLAUSE = "JT/T 1078-2016 5.5.3, table 19"

    magic: bytes = wire(Magic(MAGIC), "帧头标识", default=MAGIC)
    flags: int = u8("V P X CC", default=FLAGS)
    marking: int = u8("M PT")
    seq: int = u16("包序号")
    sim: str = wire(_Sim(SHORT_SIM), "SIM卡号")
    channel: int = u8("逻辑通道号")
    kind_and_part: int = u8("数据类型 分包处理标记")
    timestamp_ms: int | None = u64("时间戳", when=differs("kind_and_part", *_TRANSPARENT), default=None)
    last_i_interval_ms: int | None = u16("Last I Frame Interval", when=equals("kind_and_part", *_VIDEO), default=None)
    last_frame_interval_ms: int | None = u16("Last Frame Interval", when=equals("kind_and_part", *_VIDEO), default=None)
    body: bytes = raw("数据体", prefix=2)

    @property
    def coding(self) -> Coding | None:
        """What the body is coded in, if the standard has a name for it."""
        load_type = self.marking & 0x7F
        return Coding(load_type) if load_type in Coding.__members__.values() else None

    @classmethod
    def readable(cls, data: bytes, *, version: int = LATEST) -> dict[str, Any]:
        into = super(StreamPacket, cls).readable(data, version=version)  # noqa: UP008 - slots make another class
        _part("", into)
        return into

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        _part(prefix, into)
        into[f"{prefix}body_len"] = len(self.body)


def _part(prefix: str, into: dict[str, Any]) -> None:
    """Put in place of the bytes that have several meanings what they mean, as far as they are there."""
    for name, high, low, bits in (
        ("flags", "v", "cc", 4),
        ("marking", "m", "pt", 7),
        ("kind_and_part", "data_type", "subpackage", 4),
    ):
        byte = into.pop(prefix + name, None)
        if byte is not None:
            into[prefix + high] = byte >> 6 if name == "flags" else byte >> bits
            into[prefix + low] = byte & (1 << bits) - 1

"""General answers, keep-alive, time and the request for sub-packages that are missing."""

import datetime as dt
from struct import Struct

from laixi_transport.devices.jt808.frame import VERSION_2019, escape, xor_of
from laixi_transport.devices.jt808.ids import Result
from laixi_transport.devices.wire.fields import count_of, moment, numbers, record, u8, u16
from laixi_transport.devices.wire.record import Message

_ANSWER = Struct(">HHB")


@record
class GeneralAnswer(Message):
    """What both sides answer to a message that has no answer of its own."""

    resp_seq: int = u16("应答流水号")
    resp_id: int = u16("应答ID", ident=True)
    result: int = u8("结果", values=Result)


@record
class TerminalAnswer(GeneralAnswer):
    """0001."""

    ID = 0x0001
    TITLE = "终端通用应答"
    CLAUSE = "JT/T 808-2013 8.1"


@record
class PlatformAnswer(GeneralAnswer):
    """8001."""

    ID = 0x8001
    TITLE = "平台通用应答"
    CLAUSE = "JT/T 808-2013 8.2"


@record
class Heartbeat(Message):
    """0002: the terminal is there; no body."""

    ID = 0x0002
    TITLE = "终端心跳"
    CLAUSE = "JT/T 808-2013 8.3"


@record
class Logout(Message):
    """0003: the terminal leaves; no body."""

    ID = 0x0003
    TITLE = "终端注销"
    CLAUSE = "JT/T 808-2013 8.7"


@record
class TimeQuery(Message):
    """0004: the terminal asks for the time; no body. Since 2019."""

    ID = 0x0004
    TITLE = "查询服务器时间请求"
    CLAUSE = "JT/T 808-2019 8.4"


@record
class TimeAnswer(Message):
    """8004. Since 2019."""

    ID = 0x8004
    TITLE = "查询服务器时间应答"
    CLAUSE = "JT/T 808-2019 8.5"

    time: dt.datetime | None = moment("服务器时间")


@record
class LinkCheck(Message):
    """8204: the platform checks the link; no body. Since 2019."""

    ID = 0x8204
    TITLE = "链路检测"
    CLAUSE = "JT/T 808-2019 (clause mem)"


@record
class PacketsWanted(Message):
    """A request for sub-packages that are missing.

    The number of parts has one byte up to 2013 and two in 2019; senders mix that up, but the length of the body tells.
    """

    orig_seq: int = u16("原始消息流水号")
    count: int = count_of("sub_ids", "重传包总数", wide_since=2019, default=0)
    sub_ids: tuple[int, ...] = numbers(2, "重传包ID列表", count="count", default=())

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        if len(data) == 3 + 2 * int.from_bytes(data[2:3]):
            return min(version, 2013)
        if len(data) == 4 + 2 * int.from_bytes(data[2:4]):
            return 2019
        return version


@record
class ResendToTerminal(PacketsWanted):
    """0005: the terminal asks for sub-packages of the platform. Since 2019."""

    ID = 0x0005
    TITLE = "终端补传分包请求"
    CLAUSE = "JT/T 808-2019 8.7"


@record
class ResendToPlatform(PacketsWanted):
    """8003: the platform asks for sub-packages of the terminal."""

    ID = 0x8003
    TITLE = "服务器补传分包请求"
    CLAUSE = "JT/T 808-2013 8.4"


class AnswerWriter:
    """Makes the general answers to one terminal; the header is prepared once, as thousands of them leave a second."""

    __slots__ = ("_check", "_head", "_last")

    def __init__(self, address: bytes, msg_id: int = PlatformAnswer.ID) -> None:
        properties = _ANSWER.size | (VERSION_2019 if len(address) == 10 else 0)
        head = msg_id.to_bytes(2) + properties.to_bytes(2) + (b"\x01" if len(address) == 10 else b"") + address
        self._check = xor_of(head)
        self._head = b"\x7e" + head
        self._last = len(self._head) + 8  # where the closing delimiter stands, if nothing is escaped

    def frame(self, sequence: int, answered: int, msg_id: int, result: int) -> bytes:
        """Return the frame that answers message ``answered``, with a sequence number of its own."""
        folded = sequence ^ answered ^ msg_id
        check = (folded >> 8 ^ folded ^ result ^ self._check) & 0xFF
        tail = sequence << 56 | answered << 40 | msg_id << 24 | result << 16 | check << 8 | 0x7E
        frame = self._head + tail.to_bytes(9)
        if b"\x7d" in frame or frame.find(b"\x7e", 1) != self._last:
            return b"\x7e" + escape(frame[1:-1]) + b"\x7e"
        return frame

"""Bodies of the messages of timing terminals; the training messages inside 0900 and 8900 are in ``extension``."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from laixi_transport.devices.jt808.answers import Heartbeat, Logout, PlatformAnswer, TerminalAnswer
from laixi_transport.devices.training.extension import TransparentDown, TransparentUp
from laixi_transport.devices.training.gnss import GnssFix, gnss
from laixi_transport.devices.training.signature import Algorithm, Verify, signed_sign_on
from laixi_transport.devices.wire.fields import equals, raw, record, text, u8, u16, unix_time
from laixi_transport.devices.wire.record import Message, Record
from laixi_transport.devices.wire.times import local_text


@record
class Register(Message):
    """0100: a terminal introduces itself."""

    ID = 0x0100
    TITLE = "终端注册"
    CLAUSE = "计时培训 0x0100"

    province_id: int = u16("省域ID")
    city_id: int = u16("市县域ID")
    maker_id: str = text("制造商ID", 5)
    terminal_model: str = text("终端型号", 20)
    terminal_id: str = text("计时终端出厂序列号", 7)
    imei: str = text("IMEI", 15)
    plate_color: int = u8("车牌颜色")
    plate_no: str = text("车牌标识")


@record
class RegisterAnswer(Message):
    """8100: with it a terminal gets its numbers and the certificate that it signs with."""

    ID = 0x8100
    TITLE = "终端注册应答"
    CLAUSE = "计时培训 0x8100"

    resp_seq: int = u16("应答流水号")
    result: int = u8("结果")
    platform_no: str | None = text("平台编号", 5, when=equals("result", 0), default=None)
    school_no: str | None = text("培训机构编号", 16, when=equals("result", 0), default=None)
    terminal_no: str | None = text("计时终端编号", 16, when=equals("result", 0), default=None)
    password: str | None = text("证书口令", 12, when=equals("result", 0), default=None)
    certificate: str | None = text("终端证书", when=equals("result", 0), default=None)
    """PKCS #12 in base64; with it the message is sub-packaged."""


@record
class Authenticate(Message):
    """0102: the terminal proves that it has its key."""

    ID = 0x0102
    TITLE = "终端鉴权"
    CLAUSE = "计时培训 0x0102"

    time: dt.datetime | None = unix_time("时间戳", 4)
    signature: bytes = raw("鉴权密文")

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        into[f"{prefix}time"] = local_text(self.time)
        into[f"{prefix}signature_len"] = len(self.signature)

    def verified(self, terminal_no: str, verify: Verify, algorithm: Algorithm = Algorithm.SHA256) -> bool:
        """Return whether the terminal with this number has signed it; the time is for the caller to judge."""
        if self.time is None:
            return False
        return verify(signed_sign_on(terminal_no, int(self.time.timestamp())), self.signature, algorithm)


@record
class Position(GnssFix, Message):
    """0200: where the car is."""

    ID = 0x0200
    TITLE = "位置信息汇报"
    CLAUSE = "计时培训 0x0200"


@record
class PositionAnswer(Message):
    """0201 outside of 0900: where the car is, because the platform asked."""

    ID = 0x0201
    TITLE = "位置信息查询应答"
    CLAUSE = "计时培训 0x0201 (mem)"

    resp_seq: int = u16("应答流水号")
    gnss: GnssFix = gnss("位置信息")


_MESSAGES: tuple[type[Message], ...] = (
    TerminalAnswer,
    PlatformAnswer,
    Heartbeat,
    Logout,
    Register,
    RegisterAnswer,
    Authenticate,
    Position,
    PositionAnswer,
    TransparentUp,
    TransparentDown,
)
MESSAGES: Mapping[int, type[Message]] = {message.ID: message for message in _MESSAGES}
"""Messages of timing terminals by id; the others are those of JT/T 808-2013."""

"""The training messages proper, which travel inside transparent messages: 0900 up and 8900 down, of type 13."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import IntFlag
from typing import Any, Self

from laixi_transport.devices.training import photos, sessions, settings
from laixi_transport.devices.training.signature import SIGNATURE_BYTES, Algorithm, Verify
from laixi_transport.devices.wire.fields import raw, record, size_of, text, u8, u16, variant
from laixi_transport.devices.wire.record import Message, Record

TRAINING = 0x13
"""Type of the transparent messages that carry training."""

_FUNCTIONS: tuple[type[Message], ...] = (
    sessions.CoachLogin,
    sessions.CoachLoginAnswer,
    sessions.CoachLogout,
    sessions.CoachLogoutAnswer,
    sessions.StudentLogin,
    sessions.StudentLoginAnswer,
    sessions.StudentLogout,
    sessions.StudentLogoutAnswer,
    sessions.MinuteRecord,
    sessions.RecordsWanted,
    sessions.RecordsWantedAnswer,
    photos.ShotWanted,
    photos.ShotAnswer,
    photos.PhotosWanted,
    photos.PhotosWantedAnswer,
    photos.PhotosFound,
    photos.PhotosFoundAnswer,
    photos.PhotoWanted,
    photos.PhotoWantedAnswer,
    photos.PhotoBegin,
    photos.PhotoBeginAnswer,
    photos.PhotoData,
    settings.SettingsWanted,
    settings.SettingsAnswer,
    settings.SettingsChange,
    settings.SettingsChangeAnswer,
    settings.Lock,
    settings.LockAnswer,
)
FUNCTIONS: Mapping[int, type[Message]] = {function.ID: function for function in _FUNCTIONS}
"""Training messages by their function id, 0xxx up and 8xxx down."""


class Attribute(IntFlag):
    """Attributes of a training message; bits 4 to 7 are the ``Algorithm`` of its signature."""

    RESENT = 1 << 0  # 补传消息
    ANSWER_WANTED = 1 << 1
    SHA1 = Algorithm.SHA1 << 4
    SHA256 = Algorithm.SHA256 << 4


@record
class Extension(Record):
    """One training message."""

    TITLE = "扩展计时培训消息"
    CLAUSE = "计时培训 扩展计时培训消息体"

    train_id: int = u16("透传消息ID")
    train_attr: int = u16("扩展消息属性", bits=Attribute)
    train_seq: int = u16("驾培包序号")
    terminal_no: str = text("计时终端编号", 16)
    data_len: int = size_of("data", "数据长度", 4)
    data: Record | bytes = variant("train_id", FUNCTIONS, "数据内容", size="data_len", default=b"")
    signature: bytes = raw("校验串", default=b"")
    """Of everything before it; what the platform sends has none."""

    @property
    def algorithm(self) -> Algorithm:
        """How it is signed; one that is not known counts as none."""
        number = self.train_attr >> 4 & 0xF
        return Algorithm(number) if number in Algorithm.__members__.values() else Algorithm.NONE

    def sealed(self, sign: Callable[[bytes], bytes]) -> Self:
        """Return it with the signature that ``sign`` makes of its bytes."""
        return replace(self, signature=sign(replace(self, signature=b"").encode()))

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        into[prefix + "signature_len"] = len(self.signature)
        if not self.signature:
            del into[prefix + "signature"]


_CONTENTS: dict[int, type[Record]] = {TRAINING: Extension}


@record
class Transparent(Message):
    """What 0900 and 8900 have in common."""

    CLAUSE = "JT/T 808 数据透传, 计时培训"

    transparent_type: int = u8("透传消息类型", default=TRAINING)
    content: Extension | bytes = variant("transparent_type", _CONTENTS, "透传消息内容")

    @classmethod
    def verified(cls, body: bytes, verify: Verify) -> bool:
        """Return whether a body carries a training message with its sender's signature.

        It is judged by the bytes that came, not by what was read from them. One without a signature is not verified.
        """
        message = cls.decode(body)
        if not isinstance(message, Transparent) or not isinstance(message.content, Extension):
            return False
        extension = message.content
        if len(extension.signature) != SIGNATURE_BYTES or extension.algorithm == Algorithm.NONE:
            return False
        return verify(body[1:-SIGNATURE_BYTES], extension.signature, extension.algorithm)


@record
class TransparentUp(Transparent):
    """0900."""

    ID = 0x0900
    TITLE = "数据上行透传"


@record
class TransparentDown(Transparent):
    """8900."""

    ID = 0x8900
    TITLE = "数据下行透传"

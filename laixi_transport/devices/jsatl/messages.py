"""Messages about the files of an alarm: 9208 asks for them, 1210 to 1212 and 9212 bring them.

The platform answers an alarm that has files with 9208. The terminal then opens a link of its own to the address named
there, tells with 1210 what files it has, and sends each: 1211, blocks (``file_block``), 1212. The platform answers 1212
with 9212: done, or the ranges that are missing still.
"""

from enum import IntEnum

from laixi_transport.devices.jsatl.ident import (
    IDENT_BYTES,
    WIDE_IDENT_BYTES,
    AlarmIdent,
    WideAlarmIdent,
    has_time,
    ident_before,
)
from laixi_transport.devices.wire.fields import count_of, many, raw, record, text, u8, u16, u32, wire
from laixi_transport.devices.wire.kinds import Text
from laixi_transport.devices.wire.record import Message, Record
from laixi_transport.devices.wire.stream import Sink, Source

ALARM_NO_BYTES = 32
_RESERVED_BYTES = 16
_NARROW_BYTES, _WIDE_BYTES = 7, 30
_NARROW, _WIDE = Text(_NARROW_BYTES), Text(_WIDE_BYTES)


class FileType(IntEnum):
    """文件类型."""

    PICTURE = 0
    AUDIO = 1
    VIDEO = 2
    TEXT = 3
    OTHER = 4


class InfoType(IntEnum):
    """信息类型 of 1210."""

    NORMAL = 0
    RESENT = 1


class UploadResult(IntEnum):
    """上传结果 of 9212."""

    DONE = 0
    RESEND = 1


def _alarm_no(behind: bytes) -> bool:
    return len(behind) == ALARM_NO_BYTES + _RESERVED_BYTES


def _file_list(behind: bytes) -> bool:
    """Return whether these bytes are an alarm number, a type and a list that ends where they end."""
    at = ALARM_NO_BYTES + 1
    if len(behind) <= at:
        return False
    left = behind[at]
    at += 1
    while left and at < len(behind):
        at += 1 + behind[at] + 4
        left -= 1
    return not left and at == len(behind)


class _TerminalId(Text):
    """The terminal id in front of an ident, as wide as the one within it."""

    @property
    def notation(self) -> str:
        return f"{_NARROW.notation} ({_WIDE.notation})"

    @property
    def form(self) -> str:
        return ""

    def read(self, source: Source, name: str) -> str:
        left = source.data[source.at : source.end]
        narrow, wide = left[_NARROW_BYTES:], left[_WIDE_BYTES:]
        if _file_list(narrow[IDENT_BYTES:]):
            is_wide = False
        elif _file_list(wide[WIDE_IDENT_BYTES:]):
            is_wide = True
        else:
            is_wide = has_time(wide, WideAlarmIdent) and not has_time(narrow, AlarmIdent)
        return (_WIDE if is_wide else _NARROW).read(source, name)

    def write(self, sink: Sink, value: str) -> None:
        (_WIDE if isinstance(sink.record.ident, WideAlarmIdent) else _NARROW).write(sink, value)


@record
class FetchAttachments(Message):
    """Tell a terminal where to bring the files of an alarm."""

    ID = 0x9208
    TITLE = "报警附件上传指令"
    CLAUSE = "T/JSATL 12-2017 table 4-21"

    server_ip: str = text("附件服务器IP地址", prefix=1)
    tcp_port: int = u16("附件服务器端口(TCP)")
    udp_port: int = u16("附件服务器端口(UDP)", default=0)
    ident: AlarmIdent = ident_before(_alarm_no)
    alarm_no: str = text("报警编号", ALARM_NO_BYTES)
    reserved: bytes = raw("预留", _RESERVED_BYTES, default=bytes(_RESERVED_BYTES))


@record
class NamedFile(Record):
    """One file of an alarm."""

    TITLE = "报警附件信息"
    CLAUSE = "T/JSATL 12-2017 table 4-24 (mem)"

    name: str = text("文件名称", prefix=1)
    size_bytes: int = u32("文件大小")


@record
class AttachmentList(Message):
    """The files that a terminal has for an alarm."""

    ID = 0x1210
    TITLE = "报警附件信息消息"
    CLAUSE = "T/JSATL 12-2017 table 4-23 (mem)"

    terminal_id: str = wire(_TerminalId(_NARROW_BYTES), "终端ID")
    ident: AlarmIdent = ident_before(_file_list)
    alarm_no: str = text("报警编号", ALARM_NO_BYTES)
    info_type: int = u8("信息类型", values=InfoType, default=InfoType.NORMAL)
    count: int = count_of("items", "附件数量", default=0)
    items: tuple[NamedFile, ...] = many(NamedFile, "附件信息列表", count="count", default=())


@record
class FileBegin(Message):
    """A file is going to be sent."""

    ID = 0x1211
    TITLE = "文件信息上传"
    CLAUSE = "T/JSATL 12-2017 table 4-25 (mem)"

    name: str = text("文件名称", prefix=1)
    file_type: int = u8("文件类型", values=FileType)
    size_bytes: int = u32("文件大小")


@record
class FileEnd(Message):
    """A file has been sent."""

    ID = 0x1212
    TITLE = "文件上传完成消息"
    CLAUSE = "T/JSATL 12-2017 table 4-27 (mem)"

    name: str = text("文件名称", prefix=1)
    file_type: int = u8("文件类型", values=FileType)
    size_bytes: int = u32("文件大小")


@record
class Range(Record):
    """A part of a file that is missing."""

    TITLE = "补传数据包"
    CLAUSE = "T/JSATL 12-2017 table 4-29 (mem)"

    offset: int = u32("数据偏移量")
    length: int = u32("数据长度")


@record
class FileAnswer(Message):
    """Whether a file has come whole."""

    ID = 0x9212
    TITLE = "文件上传完成消息应答"
    CLAUSE = "T/JSATL 12-2017 table 4-28 (mem)"

    name: str = text("文件名称", prefix=1)
    file_type: int = u8("文件类型", values=FileType)
    result: int = u8("上传结果", values=UploadResult)
    count: int = count_of("items", "补传数据包数量", default=0)
    items: tuple[Range, ...] = many(Range, "补传数据包列表", count="count", default=())


MESSAGES: tuple[type[Message], ...] = (FetchAttachments, AttachmentList, FileBegin, FileEnd, FileAnswer)

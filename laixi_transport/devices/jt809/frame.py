"""Frames of JT/T 809: bytes of a stream <-> header and body.

A frame is ``5B | header | body | CRC W | 5D`` (JT/T 809-2011 4.5). Between the delimiters 5B is sent as 5A 01, 5A as
5A 02, 5D as 5E 01 and 5E as 5E 02. The check is CRC-16/CCITT-FALSE over header and body before that escaping, after
encryption. The length counts the whole frame with its delimiters, without the escapes.

    2011: length DW, sequence DW, business W, access code DW, version BYTE[3], encrypted B, key DW
    2019: the same and then UTC seconds in 8 bytes

The three version bytes do not tell the edition: links of 2019 send 00 00 00 or 01 02 0F. It is a setting of the link.
"""

import binascii
import datetime as dt
import re
from dataclasses import replace
from typing import Any, NamedTuple

from laixi_transport.devices.wire.fields import raw, record, u8, u16, u32, unix_time
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal, Refused
from laixi_transport.domain.time import from_unix

BEGIN = b"\x5b"
END = b"\x5d"
MAX_BYTES = 1 << 20
"""Most bytes between two delimiters: an answer with a photo is the longest message."""
QUOTED_BYTES = 4096
"""Of bytes that were refused, so many are kept."""

_DELIMITER = re.compile(rb"[\x5b\x5d]")
_AROUND = 4
"""Bytes of a frame that are neither header nor body: two delimiters and the check."""


@record
class Header(Record):
    """What every message begins with."""

    TITLE = "数据头"
    CLAUSE = "JT/T 809-2011 table 2, JT/T 809-2019 table 2"

    msg_len: int = u32("数据长度", default=0)
    seq: int = u32("报文序列号")
    msg_id: int = u16("业务数据类型", ident=True)
    center_id: int = u32("下级平台接入码")
    version: bytes = raw("协议版本号标识", 3, default=b"\x01\x00\x00")
    encrypt: int = u8("报文加密标识位", default=0)
    encrypt_key: int = u32("数据加密的密匙", default=0)
    utc: dt.datetime | None = unix_time("发送消息时的系统UTC时间", since=2019, default=None)

    def flatten(self, prefix: str, into: dict[str, Any]) -> None:
        Record.flatten(self, prefix, into)
        into[f"{prefix}version"] = ".".join(map(str, self.version))


HEADER_BYTES = {2011: 22, 2019: 30}


class Frame(NamedTuple):
    """One frame whose check and length are right."""

    header: Header
    body: bytes  # as sent: encrypted where the header says so
    edition: int  # 2011 or 2019
    wire: bytes  # as received, with delimiters and escapes


def edition_of(version: int) -> int:
    """Return the edition whose header a version has: there are two."""
    return 2019 if version >= 2019 else 2011


def escape(payload: bytes) -> bytes:
    """Return header, body and check as they go between the delimiters."""
    payload = payload.replace(b"\x5a", b"\x5a\x02").replace(b"\x5b", b"\x5a\x01")
    return payload.replace(b"\x5e", b"\x5e\x02").replace(b"\x5d", b"\x5e\x01")


def unescape(escaped: bytes) -> bytes | None:
    """Return what stood between two delimiters without escapes; None if an escape byte has none of its pairs behind."""
    if escaped.count(b"\x5a") != escaped.count(b"\x5a\x01") + escaped.count(b"\x5a\x02"):
        return None
    if escaped.count(b"\x5e") != escaped.count(b"\x5e\x01") + escaped.count(b"\x5e\x02"):
        return None
    plain = escaped.replace(b"\x5a\x01", b"\x5b").replace(b"\x5a\x02", b"\x5a")
    return plain.replace(b"\x5e\x01", b"\x5d").replace(b"\x5e\x02", b"\x5e")


def crc_of(data: bytes) -> int:
    """Return CRC-16/CCITT-FALSE."""
    return binascii.crc_hqx(data, 0xFFFF)


def encode_frame(header: Header, body: bytes, *, version: int = 2011) -> bytes:
    """Return one frame as on the wire; the header's length is set here. ValueError for what does not fit."""
    edition = edition_of(version)
    length = HEADER_BYTES[edition] + len(body) + _AROUND
    if length - 2 > MAX_BYTES:
        raise ValueError(f"a body of {len(body)} bytes is too long")
    if edition == 2019 and header.utc is None:
        header = replace(header, utc=from_unix(0))
    payload = replace(header, msg_len=length).encode(version=edition) + body
    return BEGIN + escape(payload + crc_of(payload).to_bytes(2)) + END


def parse_frame(data: bytes, version: int = 2011) -> Frame | Refusal:
    """Return the frame of bytes from one delimiter to the other, or why they are none; never raises.

    Some write frames down, or send them, without escapes: that is understood where check and length are right then.
    """
    if len(data) < 2 or not data.startswith(BEGIN) or not data.endswith(END):
        return Refusal.JUNK
    if len(data) - 2 > 2 * MAX_BYTES:
        return Refusal.TOO_LONG
    edition = edition_of(version)
    between = data[1:-1]
    plain = unescape(between)
    found = _parse(plain, data, edition) if plain is not None else Refusal.ESCAPE
    if isinstance(found, Refusal) and plain != between:
        unescaped = _parse(between, data, edition)
        if isinstance(unescaped, Frame):
            return unescaped
    return found


def _parse(payload: bytes, wire: bytes, edition: int) -> Frame | Refusal:
    head = HEADER_BYTES[edition]
    if len(payload) < head + 2:
        return Refusal.HEADER_SHORT
    if crc_of(payload[:-2]) != int.from_bytes(payload[-2:]):
        return Refusal.CHECKSUM
    header = Header.decode(payload[:head], version=edition)
    if isinstance(header, Fault):  # it cannot be: the bytes are there
        return header.reason
    if header.msg_len != len(payload) + 2:
        return Refusal.BODY_LENGTH
    return Frame(header, payload[head:-2], edition, wire)


class FrameParser:
    """Cuts a stream into frames; keeps what was refused in ``refused`` until it is taken.

    version  edition of the link, 2011 or 2019
    limit    most bytes between two delimiters

    Where the stream is cut into calls makes no difference to what comes out. Bytes between frames are junk; a begin
    within a frame begins anew, so a frame that was cut off costs no good one behind it.
    """

    __slots__ = ("_held", "_inside", "_limit", "_size", "_version", "refused")

    def __init__(self, version: int = 2011, *, limit: int = 2 * MAX_BYTES) -> None:
        self._version = version
        self._limit = limit
        self._inside = False
        self._held = bytearray()
        self._size = 0
        self.refused: list[Refused] = []

    @property
    def pending(self) -> int:
        """Bytes of a frame, or of junk, whose end has not come yet."""
        return self._size + self._inside

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes of the stream and return the frames that they complete; never raises."""
        frames: list[Frame] = []
        at = 0
        for found in _DELIMITER.finditer(data):
            self._hold(data[at : found.start()])
            at = found.end()
            if found.group() == BEGIN:
                self._give_up()
                self._inside = True
            elif self._inside:
                self._complete(frames)
            else:
                self._hold(END)
        self._hold(data[at:])
        return frames

    def close(self) -> None:
        """Refuse what is left of the stream at its end."""
        if self._inside and not self._size:
            self.refused.append(Refused(Refusal.TRUNCATED, BEGIN))
        self._give_up()

    def take_refused(self) -> list[Refused]:
        """Return what was refused since the last call."""
        refused, self.refused = self.refused, []
        return refused

    def _hold(self, data: bytes) -> None:
        if not data:
            return
        before = self._size
        self._size += len(data)
        if self._size <= self._limit:
            self._held += data
        elif before <= self._limit:  # the rest up to the next delimiter is not kept
            reason = Refusal.TOO_LONG if self._inside else Refusal.JUNK
            self._held += data
            self._refuse(reason)
            self._held.clear()

    def _give_up(self) -> None:
        """Refuse what is held."""
        if self._size and self._size <= self._limit:
            reason = Refusal.TRUNCATED if self._inside else Refusal.JUNK
            self._refuse(reason)
        self._reset()

    def _refuse(self, reason: Refusal) -> None:
        held = bytes(self._held[:QUOTED_BYTES])
        self.refused.append(Refused(reason, BEGIN + held if self._inside else held))

    def _complete(self, frames: list[Frame]) -> None:
        if self._size <= self._limit:
            wire = BEGIN + bytes(self._held) + END
            frame = parse_frame(wire, self._version)
            if isinstance(frame, Frame):
                frames.append(frame)
            else:
                self.refused.append(Refused(frame, wire[: QUOTED_BYTES + 2]))
        self._reset()

    def _reset(self) -> None:
        self._inside = False
        self._held.clear()
        self._size = 0

"""Which alarms among the items of a position report have files that the platform may ask for with 9208."""

import zlib
from typing import NamedTuple

from laixi_transport.devices.jsatl.ident import IDENT_BYTES, WIDE_IDENT_BYTES, AlarmIdent, WideAlarmIdent
from laixi_transport.devices.jsatl.items import ITEMS
from laixi_transport.devices.wire.refusal import Fault

_FIRST, _LAST = min(ITEMS), max(ITEMS)
_TIMES = {IDENT_BYTES: slice(7, 13), WIDE_IDENT_BYTES: slice(30, 36)}


class Evidence(NamedTuple):
    """An alarm with files."""

    tag: int  # 0x64 to 0x67
    ident: bytes  # 报警标识号 as on the wire, 16 or 40 bytes
    files: int  # as the terminal counts them


def evidence_in(items: bytes) -> list[Evidence]:
    """Return the alarms with files among items, id-length-value as received; what cannot be read is left out."""
    found: list[Evidence] = []
    at, size = 0, len(items)
    while at + 2 <= size:
        tag, end = items[at], at + 2 + items[at + 1]
        if _FIRST <= tag <= _LAST and end <= size:
            alarm = ITEMS[tag].decode(items[at + 2 : end])
            if not isinstance(alarm, Fault) and alarm.ident.attach_count:  # type: ignore[attr-defined]
                ident: AlarmIdent = alarm.ident  # type: ignore[attr-defined]
                found.append(Evidence(tag, ident.encode(), ident.attach_count))
        at = end
    return found


def read_ident(data: bytes) -> AlarmIdent:
    """Return the ident of its bytes; ValueError if they are none."""
    kinds = {IDENT_BYTES: AlarmIdent, WIDE_IDENT_BYTES: WideAlarmIdent}
    if len(data) not in kinds:
        raise ValueError(f"an alarm's identifier has {IDENT_BYTES} or {WIDE_IDENT_BYTES} bytes, not {len(data)}")
    ident = kinds[len(data)].decode(data)
    if isinstance(ident, Fault):
        raise ValueError(f"these bytes are no alarm's identifier: {ident.reason}")  # noqa: TRY004 - it is their value
    return ident


def alarm_number(phone: str, ident: bytes) -> str:
    """Return the number that the platform gives to an alarm, 32 characters; always the same for the same alarm.

    The phone's last eleven digits, the ident's time and serial, and seven digits that tell idents with the same of both
    apart.
    """
    when = ident[_TIMES[len(ident)]].hex()
    serial = ident[_TIMES[len(ident)].stop]
    return f"{phone[-11:].rjust(11, '0')}{when}{serial:02x}{zlib.crc32(ident) & 0xFFFFFFF:07x}"

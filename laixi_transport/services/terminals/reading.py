"""A frame for looking into: its bytes without escapes, the meaning of each, and all of it as JSON."""

import json
from dataclasses import dataclass
from typing import Any

from laixi_transport.devices.jt808.frame import FrameParser, parse_frame, unescape_leniently
from laixi_transport.devices.jt808.header import Header
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.services.terminals.frames import SHOWN_BYTES
from laixi_transport.services.terminals.model import FrameField, FrameView

FRAMING = "JT/T 808-2019 4.4.1"


@dataclass(frozen=True, slots=True)
class FrameReading:
    """What a frame view shows of itself byte by byte.

    content   header, body and check byte without escapes and delimiters; of a message in parts the joined body alone
    body_at   where in it the body begins
    body_end  where in it the body ends
    header    fields of the header, offsets in ``content``
    body      fields of the body, offsets in ``content``
    check     the check byte; none where there is none
    values    JSON values by name, as the ``decode`` command prints them
    """

    content: bytes
    body_at: int
    body_end: int
    header: tuple[FrameField, ...]
    body: tuple[FrameField, ...]
    check: tuple[FrameField, ...]
    values: dict[str, Any]

    @property
    def json(self) -> str:
        """The values as one JSON object."""
        return json.dumps(self.values, ensure_ascii=False, indent=2, default=str)


def read_view(view: FrameView) -> FrameReading:
    """Return what a frame holds byte by byte; never raises."""
    content = unescape_leniently(view.wire.strip(b"\x7e"))
    if len(FrameParser().feed(view.wire)) > 1:  # put together of parts, each with a header of its own
        body = b"".join(field.data for field in view.fields)
        return FrameReading(body, 0, len(body), (), view.fields, (), _values(view, body))
    header = Header.decode(content[:-1])
    if isinstance(header, Fault) or isinstance(parse_frame(view.wire.strip(b"\x7e")), Refusal):
        whole = FrameField(0, content, "", "", _shown(content), "BYTE[n]", "")
        return FrameReading(content, 0, len(content), (), (whole,), (), _values(view, content))
    at, end = len(content) - 1 - len(header.rest), len(content) - 1
    spans, _ = Header.explain(content[:at])
    return FrameReading(
        content=content,
        body_at=at,
        body_end=end,
        header=tuple(FrameField(s.offset, s.data, s.path, s.label, s.text, s.notation, s.clause) for s in spans),
        body=tuple(_moved(field, at) for field in view.fields),
        check=(FrameField(end, content[end:], "check", "校验码", content[end:].hex(), "BYTE", FRAMING),),
        values=_values(view, content[at:end]),
    )


def _values(view: FrameView, body: bytes) -> dict[str, Any]:
    from laixi_transport.devices.jt808.catalogue import MESSAGES  # every layout there is

    head: dict[str, Any] = {"msg_id": f"{view.msg_id:04x}", "phone": view.phone, "seq": view.sequence}
    if view.title:
        head["title"] = view.title
    if view.fault:
        head["error"] = view.fault
        head["error_field"] = view.fault_field
    kind = MESSAGES.get(view.msg_id)
    if view.parts:
        head |= {"sub_total": view.parts, "sub_index": view.part}
    elif kind is not None and view.phone:
        record = kind.decode(body, version=view.version)
        read = kind.readable(body, version=view.version) if isinstance(record, Fault) else record.flat()
        return head | {name: value for name, value in read.items() if name not in head}
    return head | ({"body": body.hex()} if body else {})


def _moved(field: FrameField, by: int) -> FrameField:
    return FrameField(field.offset + by, field.data, field.path, field.label, field.value, field.notation, field.clause)


def _shown(data: bytes) -> str:
    shown = data[:SHOWN_BYTES].hex(" ")
    return shown if len(data) <= SHOWN_BYTES else f"{shown} … ({len(data)} B)"

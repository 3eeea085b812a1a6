"""A raw frame for reading: header, and every field of the body with its bytes, name, value and clause."""

from datetime import datetime

from laixi_transport.devices.jt808.frame import ENCRYPTION, Frame, FrameParser, parse_frame
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.services.terminals.model import Direction, FrameField, FrameView

SHOWN_BYTES = 64
"""Of a value that is only bytes."""


def view_frame(wire: bytes, at: datetime, direction: Direction) -> FrameView:
    """Return a frame as received or sent, decoded; never raises."""
    frame = parse_frame(wire.strip(b"\x7e"))
    if isinstance(frame, Refusal):
        return FrameView(at, direction, wire, 0, "", "", "", 0, 0, 0, 0, (_whole(wire),), frame.value)
    return view_message(frame, at, direction)


def view_frames(wires: bytes, at: datetime, direction: Direction) -> list[FrameView]:
    """Return frames that stand one after the other, decoded; sub-packages put together where all are there."""
    frames = FrameParser().feed(wires)
    if len(frames) > 1 and [frame.part for frame in frames] == list(range(1, frames[0].parts + 1)):
        body = b"".join(frame.body for frame in frames)
        whole = frames[0]._replace(body=body, parts=0, part=0, wire=wires)
        return [view_message(whole, at, direction)]
    return [view_message(frame, at, direction) for frame in frames]


def view_message(frame: Frame, at: datetime, direction: Direction) -> FrameView:
    """Return a frame whose header was read already, or a whole message put together of sub-packages."""
    from laixi_transport.devices.jt808.catalogue import MESSAGES  # every layout there is

    kind = MESSAGES.get(frame.msg_id)
    version = frame.version
    fields: tuple[FrameField, ...] = (_whole(frame.body),) if frame.body else ()
    fault = fault_field = ""
    if kind is not None and not frame.parts and not frame.properties & ENCRYPTION:
        version = kind.layout_version(frame.body, version)
        spans, record = kind.explain(frame.body, version=version)
        fields = tuple(
            FrameField(span.offset, span.data, span.path, span.label, span.text, span.notation, span.clause)
            for span in spans
        )
        if isinstance(record, Fault):
            fault, fault_field = record.reason.value, record.field
            read = max((field.offset + len(field.data) for field in fields), default=0)
            if read < len(frame.body):
                fields += (_whole(frame.body[read:], read),)
    return FrameView(
        at=at,
        direction=direction,
        wire=frame.wire,
        msg_id=frame.msg_id,
        title=kind.TITLE if kind is not None else "",
        clause=kind.CLAUSE if kind is not None else "",
        phone=frame.phone,
        version=version,
        sequence=frame.sequence,
        parts=frame.parts,
        part=frame.part,
        fields=fields,
        fault=fault,
        fault_field=fault_field,
    )


def _whole(data: bytes, offset: int = 0) -> FrameField:
    """Return bytes that are not understood as one field."""
    shown = data[:SHOWN_BYTES].hex(" ")
    if len(data) > SHOWN_BYTES:
        shown += f" … ({len(data)} B)"
    return FrameField(offset, data, "", "", shown, "BYTE[n]", "")

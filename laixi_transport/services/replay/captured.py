"""Terminals of a capture with the codes that they showed.

A gateway gives each terminal a code of its own making. What was captured at one can be replayed to another only if that
one knows the same codes.
"""

from collections.abc import Iterable

from laixi_transport.devices.capture import Captured, Event
from laixi_transport.devices.jt808.frame import FrameParser
from laixi_transport.devices.jt808.registration import Authenticate
from laixi_transport.devices.wire.refusal import Fault
from laixi_transport.domain.vehicle import Terminal


def captured_terminals(records: Iterable[Captured], port: str) -> tuple[Terminal, ...]:
    """Return the terminals that authenticated on a port, by phone, each with the last code that it showed."""
    parsers: dict[int, FrameParser] = {}
    found: dict[str, Terminal] = {}
    for record in records:
        if record.port != port:
            continue
        if record.event == Event.CLOSED:
            parsers.pop(record.connection, None)
        if record.event != Event.RECEIVED:
            continue
        parser = parsers.setdefault(record.connection, FrameParser())
        for frame in parser.feed(record.data):
            if frame.msg_id != Authenticate.ID or not frame.phone:
                continue
            shown = Authenticate.decode(frame.body, version=frame.version)
            if not isinstance(shown, Fault) and shown.auth_code:
                found[frame.phone] = Terminal(0, frame.phone, 0, shown.auth_code, str(frame.version))
        parser.take_refused()
    return tuple(found[phone] for phone in sorted(found))

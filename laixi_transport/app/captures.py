"""Captures on the command line: what is in one, and what it holds sent once more."""

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import Any

from laixi_transport.app.config import Address
from laixi_transport.devices.capture import Capture, Captured, Event
from laixi_transport.devices.capture_replay import ReplayCounts, replay
from laixi_transport.devices.jt808.server import PORT_NAME
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import BEIJING, from_unix
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.services.replay.captured import captured_terminals

SHOWN_BYTES = 64
"""Of each record in a line; --json has them all."""
_UNNAMED = Vehicle(0, "", PlateColour.NONE, VehicleClass.OTHER, "", "", None)
_ARROWS = {Event.OPENED: "+", Event.RECEIVED: ">", Event.SENT: "<", Event.CLOSED: "-"}


def show(options: argparse.Namespace) -> int:
    """Print the records of captures in order."""
    for path in options.files:
        capture = Capture(path)
        for record in _wanted(capture, options.port):
            print(_json(record) if options.json else _line(record))  # noqa: T201
        if capture.lost_bytes and not options.json:
            print(f"{path}: the last {capture.lost_bytes} bytes are no whole records")  # noqa: T201
    return 0


def replay_files(options: argparse.Namespace) -> ReplayCounts:
    """Send what was received in captures to a server; Problem if there is nothing to send."""
    address = Address.parse(options.to)
    ports = frozenset((options.port,)) if options.port else frozenset()
    records = (record for path in options.files for record in Capture(path))
    counts = asyncio.run(replay(records, address.host, address.port, speed=options.speed, ports=ports))
    if not counts.connections:
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "There is no connection in {path} that could be replayed. “capture show” lists what is there.",
            ),
            path=", ".join(map(str, options.files)),
        )
    return counts


def register(options: argparse.Namespace) -> dict[str, int]:
    """Enter the terminals of captures with the codes that they showed; return how many were and were not entered."""
    from laixi_transport.storage import open_store

    records = (record for path in options.files for record in Capture(path))
    terminals = captured_terminals(records, PORT_NAME)
    with open_store(options.database) as store:
        known = {terminal.phone for terminal in store.register.terminals() if terminal.auth_code}
        new = [terminal for terminal in terminals if terminal.phone not in known]
        for entered in [store.register.entering(terminal.phone, _UNNAMED, terminal) for terminal in new]:
            entered.result()
    return {"entered": len(new), "known": len(terminals) - len(new)}


def _wanted(capture: Capture, port: str | None) -> Iterator[Captured]:
    return (record for record in capture if not port or record.port == port)


def _line(record: Captured) -> str:
    time = from_unix(record.time_us / 1e6).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S.%f")
    shown = record.data[:SHOWN_BYTES].hex() + ("…" if len(record.data) > SHOWN_BYTES else "")
    said = f"{len(record.data):>6} B  {shown}" if record.data else f"{record.port} {record.peer}"
    return f"{time} {record.connection:>5} {_ARROWS[record.event]} {said}"


def _json(record: Captured) -> str:
    values: dict[str, Any] = {
        "time_us": record.time_us,
        "connection": record.connection,
        "event": record.event.name.lower(),
        "port": record.port,
        "peer": record.peer,
    }
    if record.data:
        values["hex"] = record.data.hex()
    return json.dumps(values, ensure_ascii=False)

"""Stored positions held against the raw frames that they were made of."""

import json

import pytest
from sqlalchemy import text

from laixi_transport.app.cli import main
from laixi_transport.devices.jt808.frame import encode_frame, encode_frames
from laixi_transport.devices.jt808.position import decode_position, encode_position
from laixi_transport.domain.frame import Batch, RawFrame
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.vehicle import PlateColour, Terminal, Vehicle, VehicleClass
from laixi_transport.services.verification import verify

BEGIN_S = 1_763_900_000 // 3600 * 3600
PHONE = "13900000001"


def body(step: int) -> bytes:
    content = (BEGIN_S + step, 36_870_000 + step, 120_520_000, 31, 400, 341, 0, 3, *[None] * 8, b"")
    return encode_position(PositionReport(0, 0, *content, 0, 0))


def stored(store, bodies, frames):
    """Store reports and raw frames of a new vehicle, received at the time of the first report."""
    vehicle = Vehicle(0, "", PlateColour.NONE, VehicleClass.CITY_BUS, "", "", None)
    terminal = store.register.entering(PHONE, vehicle, Terminal(0, "", 0, "")).result()
    ids, received_us = (terminal.id, terminal.vehicle_id), BEGIN_S * 1_000_000
    batch = Batch()
    for one in bodies:
        batch.reports.append(PositionReport(*ids, *decode_position(one), 0, received_us))
    batch.frames += [RawFrame(*ids, received_us, frame) for frame in frames]
    store.writer.submit(batch, lambda _: None)
    store.writer.run(lambda _: None).result()
    return terminal.vehicle_id


def single(steps):
    return [encode_frame(0x0200, PHONE, step & 0xFFFF, body(step)) for step in steps]


def test_what_was_stored_with_its_frames_is_found_sound(store):
    steps = range(0, 3000, 10)
    batch = (3).to_bytes(2) + b"\x01" + b"".join((28).to_bytes(2) + body(step) for step in (3001, 3002, 3003))
    parts = encode_frames(0x0704, PHONE, 7, batch, part_bytes=40)
    heartbeat = encode_frame(0x0002, PHONE, 1, b"")
    bodies = [body(step) for step in (*steps, 3001, 3002, 3003)]
    stored(store, bodies, [*single(steps), heartbeat, *parts])
    result = verify(store, store.frames.span())
    assert (result.vehicles, result.frames, result.reports) == (1, 301 + len(parts), 303)
    assert result.sound
    store.seal(BEGIN_S + 7200)
    assert verify(store, store.frames.span()) == result


def test_a_report_that_is_in_a_frame_but_not_stored_is_named(store):
    vehicle_id = stored(store, [body(step) for step in range(20) if step != 13], single(range(20)))
    result = verify(store, store.frames.span())
    assert result.missing == [(vehicle_id, BEGIN_S + 13)]
    assert not result.sound


def test_frames_of_an_hour_that_do_not_match_their_digest_are_named_and_the_rest_is_compared(store):
    vehicle_id = stored(store, [body(step) for step in range(20)], single(range(20)))
    store.seal(BEGIN_S + 7200)
    store.writer.run(lambda session: session.execute(text("UPDATE raw_block SET digest = raw_block.data"))).result()
    result = verify(store, (BEGIN_S - 3600, BEGIN_S + 3600))
    assert result.damaged == [(vehicle_id, BEGIN_S)]
    assert (result.reports, result.sound) == (0, False)


def test_an_empty_database_is_sound(store):
    assert store.frames.span() is None
    assert verify(store, None).sound


def test_the_command_prints_what_it_compared_and_fails_where_something_is_missing(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from laixi_transport.storage import open_store

    with open_store(database_url) as store:
        stored(store, [body(0)], single(range(2)))
    arguments = ["db", "verify", "--database", database_url, "--json"]
    assert main([*arguments, "--day", "2020-01-01"]) == 0
    assert json.loads(capsys.readouterr().out)["reports"] == 0
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["reports"] == 2
    assert "1 reports and 0 hours" in err

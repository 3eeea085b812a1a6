"""Alarms, files and peripherals of T/JSATL 12: what is written is read again, in both lengths of the ident."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jsatl import items, messages, peripherals
from laixi_transport.devices.jsatl.file_block import HEAD_BYTES, FileBlock
from laixi_transport.devices.jsatl.ident import AlarmIdent, WideAlarmIdent
from laixi_transport.devices.wire.groups import RawItem
from laixi_transport.devices.wire.kinds import Kind
from laixi_transport.devices.wire.refusal import Fault, Refusal

RECORDS = [
    *items.ITEMS.values(),
    *messages.MESSAGES,
    *peripherals.UP.values(),
    *peripherals.DOWN.values(),
    FileBlock,
]
AT = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)
NARROW = AlarmIdent(terminal_id="LX00001", time=AT, seq=3, attach_count=2)
WIDE = WideAlarmIdent(terminal_id="LX0000000000000000000000000001", time=AT, seq=3, attach_count=2)


def wheels(count):
    return tuple(
        items.Wheel(position=n, type=1, pressure_kpa=800, temperature_c=-12, battery_pct=90) for n in range(count)
    )


def blind_spot(ident):
    return items.BlindSpotAlarm(
        alarm_id=7, flag=1, type=1, speed_kmh=40, altitude_m=-3, lat_deg=36.86, lon_deg=120.5, time=AT,
        vehicle_state=1, ident=ident,
    )  # fmt: skip


def tyres(ident, count):
    return items.TyreAlarms(
        alarm_id=7, flag=1, speed_kmh=40, altitude_m=50, lat_deg=36.86, lon_deg=120.5, time=AT, vehicle_state=1,
        ident=ident, items=wheels(count),
    )  # fmt: skip


@pytest.mark.parametrize("cls", RECORDS)
@given(st.data())
def test_what_is_written_is_read_again(records_of, cls, data):
    told = data.draw(records_of(cls, 2019))
    body = told.encode()
    assert cls.decode(body) == told
    assert cls.decode(body).encode() == body


@pytest.mark.parametrize("cls", RECORDS)
@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(assert_spans_cover, cls, body):
    result = cls.decode(body)
    if not isinstance(result, Fault):
        assert_spans_cover(cls, body, 2019)


@pytest.mark.parametrize(("ident", "length"), [(NARROW, 41), (WIDE, 65)])
def test_the_length_of_an_item_tells_the_length_of_its_ident(ident, length):
    alarm = blind_spot(ident)
    assert len(alarm.encode()) == length
    assert items.BlindSpotAlarm.decode(alarm.encode()) == alarm


@pytest.mark.parametrize("count", range(8))
@pytest.mark.parametrize(("ident", "length"), [(NARROW, 41), (WIDE, 65)])
def test_an_ident_before_the_wheels_is_known_by_their_number(ident, length, count):
    alarm = tyres(ident, count)
    assert len(alarm.encode()) == length + 9 * count
    assert items.TyreAlarms.decode(alarm.encode()) == alarm


def test_an_item_with_an_ident_of_neither_length_stays_raw():
    from laixi_transport.devices.wire.fields import items as items_field
    from laixi_transport.devices.wire.fields import record
    from laixi_transport.devices.wire.record import Record

    @record
    class Report(Record):
        items: tuple[RawItem, ...] = items_field(items.ITEMS, "附加信息")

    body = bytes((0x67, 39)) + bytes(39)
    assert Report.decode(body).items == (RawItem(tag=0x67, data=bytes(39)),)
    assert Report.decode(body).encode() == body


@pytest.mark.parametrize("ident", [NARROW, WIDE])
@pytest.mark.parametrize("names", [(), ("00_65_6501_3_a.jpg",), ("a", "b" * 49, "c")])
def test_the_files_of_an_alarm_are_listed_under_either_ident(ident, names):
    told = messages.AttachmentList(
        terminal_id=ident.terminal_id,
        ident=ident,
        alarm_no="A" * 32,
        items=tuple(messages.NamedFile(name=name, size_bytes=len(name)) for name in names),
    )
    body = told.encode()
    assert messages.AttachmentList.decode(body) == told
    assert messages.AttachmentList.decode(body).encode() == body


@pytest.mark.parametrize(("ident", "length"), [(NARROW, 78), (WIDE, 102)])
def test_files_are_asked_for_under_either_ident(ident, length):
    order = messages.FetchAttachments(server_ip="192.0.2.7", tcp_port=6611, ident=ident, alarm_no="20260301-0001")
    assert len(order.encode()) == length
    assert messages.FetchAttachments.decode(order.encode()) == order


def test_a_block_of_a_file_has_a_head_of_62_bytes_and_says_its_length():
    block = FileBlock(name="00_64_6401_0_x.jpg", offset=65536, data=b"abc")
    assert len(block.encode()) == HEAD_BYTES + 3
    assert block.flat() == {"name": "00_64_6401_0_x.jpg", "offset": 65536, "length": 3, "data": "616263"}
    assert FileBlock.decode(b"01ce" + block.encode()[4:]) == Fault(Refusal.MAGIC, "magic", 0)


def test_particulars_of_a_peripheral_stand_beside_its_number():
    states = peripherals.States(
        items=(
            peripherals.StateOf(
                peripheral_id=peripherals.Peripheral.ADAS,
                state=peripherals.PeripheralState(work_state=1, alarm_bits=0x401),
            ),
        )
    )
    assert states.encode().hex() == "01" + "64" + "05" + "01" + "00000401"
    assert states.flat() == {
        "count": 1,
        "items[0].peripheral_id": 0x64,
        "items[0].work_state": 1,
        "items[0].alarm_bits": 0x401,
    }


def test_every_kind_tells_its_notation():
    for cls in RECORDS:
        for field in cls.LAYOUT:
            assert isinstance(field.kind, Kind)
            assert field.kind.notation
            assert field.label


@pytest.mark.parametrize("ident", [NARROW, WIDE])
class TestAnAlarmThatIsNotAsLongAsItShouldBe:
    def test_is_read_with_more_behind_it(self, ident):
        body = blind_spot(ident).encode() + b"\x01\x02"
        read = items.BlindSpotAlarm.decode(body)
        assert read == dataclasses.replace(blind_spot(ident), rest=b"\x01\x02")
        assert dataclasses.replace(read, sent=None).encode() == body

    def test_is_read_without_wheels_that_are_cut_off(self, ident):
        body = tyres(ident, 2).encode()[:-1]
        read = items.TyreAlarms.decode(body)
        assert (read.alarm_id, read.ident, read.items) == (tyres(ident, 2).alarm_id, ident, ())
        assert read.encode() == body


@pytest.mark.parametrize("ident", [NARROW, WIDE])
def test_the_first_part_of_a_list_of_files_tells_whose_they_are(ident):
    told = messages.AttachmentList(
        terminal_id=ident.terminal_id,
        ident=ident,
        alarm_no="A" * 32,
        items=tuple(messages.NamedFile(name=f"{n}.jpg", size_bytes=n) for n in range(9)),
    )
    read = messages.AttachmentList.readable(told.encode()[:-20])
    assert (read["terminal_id"], read["ident.terminal_id"]) == (ident.terminal_id, ident.terminal_id)
    assert (read["alarm_no"], read["count"]) == ("A" * 32, 9)

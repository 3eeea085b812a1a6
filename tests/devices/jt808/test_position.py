"""Position reports. Hand-made bodies; the values of the first two are asserted by SmallChi/JT808 (MIT) as well."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808 import position
from laixi_transport.devices.jt808.fields import decode_time, encode_time
from laixi_transport.devices.jt808.position import ITEMS, decode_position, encode_position
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.position import CONTENT, PositionReport, StatusBit
from laixi_transport.domain.time import BEIJING

BASE = "000000010000000200ba7f0e07e4f11c0028003c0000180715101010"
TIME_S = int(dt.datetime(2018, 7, 15, 10, 10, 10, tzinfo=BEIJING).timestamp())
BEGIN_S, END_S = (int(dt.datetime(year, 1, 1, tzinfo=BEIJING).timestamp()) for year in (2000, 2100))


def field(**values):
    """Return the content of the BASE report with some values changed."""
    plain = PositionReport(
        0,
        0,
        TIME_S,
        12222222,
        132444444,
        40,
        60,
        0,
        1,
        2,
        *[None] * len(ITEMS),
        other_items=b"",
        flags=0,
        received_us=0,
    )
    return tuple(plain._replace(**values))[CONTENT]


def optional(bits):
    return st.none() | st.integers(0, 2**bits - 1)


other_items = st.lists(
    st.tuples(st.integers(0xE1, 0xFF), st.binary(max_size=30)).map(
        lambda item: bytes((item[0], len(item[1]))) + item[1]
    ),
    max_size=3,
).map(b"".join)
reports = st.builds(
    PositionReport,
    terminal_id=st.just(1),
    vehicle_id=st.just(2),
    time_s=st.integers(BEGIN_S, END_S - 1),
    lat_e6=st.integers(-90_000_000, 90_000_000),
    lon_e6=st.integers(-180_000_000, 180_000_000),
    altitude_m=st.integers(-0x8000, 0x7FFF),
    speed_dkmh=st.integers(0, 0xFFFF),
    direction_deg=st.integers(0, 359),
    alarm_bits=st.integers(0, 2**32 - 1),
    status_bits=st.integers(0, 2**32 - 1),
    mileage_hm=optional(32),
    fuel_dl=optional(16),
    recorder_speed_dkmh=optional(16),
    signal_bits=optional(32),
    io_bits=optional(16),
    analog=optional(32),
    signal_strength=optional(8),
    satellites=optional(8),
    other_items=other_items,
    flags=st.just(0),
    received_us=st.just(0),
)


@given(reports)
def test_what_is_encoded_is_read_back(report):
    body = encode_position(report)
    content = decode_position(body)
    south = report.status_bits & StatusBit.SOUTH if report.lat_e6 == 0 else report.lat_e6 < 0
    west = report.status_bits & StatusBit.WEST if report.lon_e6 == 0 else report.lon_e6 < 0
    status = report.status_bits & ~0b1100 | (0b0100 if south else 0) | (0b1000 if west else 0)
    assert content == tuple(report._replace(status_bits=status))[CONTENT]
    assert encode_position(report._replace(status_bits=status)) == body


@given(st.binary(max_size=120))
def test_no_body_raises(body):
    assert isinstance(decode_position(body), tuple | Refusal)


@given(st.binary(max_size=80))
def test_no_items_raise_or_cost_the_report(items):
    content = decode_position(bytes.fromhex(BASE) + items)
    assert isinstance(content, tuple)
    assert content[:8] == field()[:8]


@pytest.mark.parametrize(
    ("items", "values"),
    [
        ("", {}),
        ("01040000006402020037", {"mileage_hm": 100, "fuel_dl": 55}),
        ("0302012c", {"recorder_speed_dkmh": 300}),
        ("2504000000042a0200052b040007000b30011f310109",
         {"signal_bits": 4, "io_bits": 5, "analog": 0x0007000B, "signal_strength": 31, "satellites": 9}),
        # Another order, an unknown item between known ones, a known item with a foreign length, one a second time.
        ("31010914040000000a30011f", {"satellites": 9, "signal_strength": 31, "other_items": "14040000000a"}),
        ("0302012c010200ff310109", {"recorder_speed_dkmh": 300, "satellites": 9, "other_items": "010200ff"}),
        ("310109310108", {"satellites": 9, "other_items": "310108"}),
        # Cut off within an item: the report is good.
        ("3101090104000000", {"satellites": 9, "other_items": "0104000000"}),
        ("31010901", {"satellites": 9, "other_items": "01"}),
    ],
)  # fmt: skip
def test_items_have_their_columns_and_the_rest_is_kept(items, values):
    values = {name: bytes.fromhex(value) if isinstance(value, str) else value for name, value in values.items()}
    assert decode_position(bytes.fromhex(BASE + items)) == field(**values)


def test_many_ways_to_arrange_items_of_one_length_are_all_read():
    kinds = [0x30, 0x31, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5]
    for first in kinds:
        for second in kinds:
            content = decode_position(bytes.fromhex(BASE) + bytes((first, 1, 7, second, 1, 8)))
            assert isinstance(content, tuple)
            known = {kind: value for kind, value in ((second, 8), (first, 7)) if kind in ITEMS}
            assert (content[14], content[15]) == (known.get(0x30), known.get(0x31))


def test_a_report_that_was_cut_off_does_not_spoil_the_next_of_its_length():
    assert decode_position(bytes.fromhex(BASE + "e305aabbccdd")) == field(other_items=bytes.fromhex("e305aabbccdd"))
    assert decode_position(bytes.fromhex(BASE + "3101090302012c"[:12])) == field(
        satellites=9, other_items=bytes.fromhex("030201")
    )
    assert decode_position(bytes.fromhex(BASE + "31010930011f")) == field(satellites=9, signal_strength=31)


@pytest.mark.parametrize(
    ("at", "value", "reason"),
    [
        (22, "000000000000", Refusal.TIME),
        (22, "180715246010", Refusal.TIME),
        (22, "180715101060", Refusal.TIME),
        (22, "18071510101a", Refusal.TIME),
        (22, "1a0715101010", Refusal.TIME),
        (22, "180230101010", Refusal.TIME),
        (8, "055d4a81", Refusal.COORDINATES),
        (12, "0aba9501", Refusal.COORDINATES),
        (8, "ffffffff", Refusal.COORDINATES),
    ],
)
def test_what_cannot_be_a_report_is_refused(at, value, reason):
    body = bytearray.fromhex(BASE)
    body[at : at + len(value) // 2] = bytes.fromhex(value)
    assert decode_position(bytes(body)) is reason


def test_a_short_body_is_refused():
    assert decode_position(bytes.fromhex(BASE)[:-1]) is Refusal.BODY_SHORT


def test_without_a_fix_the_report_is_kept_and_absurd_coordinates_become_nothing():
    body = bytearray.fromhex(BASE)
    body[7] = 0
    assert decode_position(bytes(body)) == field(status_bits=0)
    body[8:12] = b"\xff\xff\xff\xff"
    assert decode_position(bytes(body)) == field(status_bits=0, lat_e6=0, lon_e6=0)


def test_heights_below_the_sea_are_read():
    body = bytearray.fromhex(BASE)
    body[16:18] = b"\xff\x66"
    assert decode_position(bytes(body)) == field(altitude_m=-154)


@given(st.integers(BEGIN_S, END_S - 1))
def test_times_go_out_in_beijing_time_and_come_back(time_s):
    wire = encode_time(time_s)
    assert decode_time(wire) == time_s
    assert wire.hex() == dt.datetime.fromtimestamp(time_s, BEIJING).strftime("%y%m%d%H%M%S")


def test_a_year_that_two_digits_cannot_hold_is_the_callers_fault():
    with pytest.raises(ValueError, match="2100"):
        encode_time(END_S)


def test_invented_items_do_not_fill_the_memory():
    """A terminal may send other items in every report; what is remembered to read them fast has a bound."""
    before = sum(map(len, position._LAYOUTS.values()))
    base = bytes.fromhex(BASE)
    for first in range(250):
        items = bytes((first, 0)) + bytes((200, 0)) * 400
        assert decode_position(base + items)[-1] == items
        assert decode_position(base + items * 3)[-1] == items * 3
    assert sum(map(len, position._LAYOUTS.values())) == before

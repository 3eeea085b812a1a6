"""Recorder blocks: the bytes are checked by hand, the laws by hypothesis."""

import datetime as dt
import functools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.devices.recorder.block import (
    ANSWERED,
    Command,
    InstalledOn,
    Period,
    RecorderAnswer,
    RecorderRequest,
    embedded,
)
from laixi_transport.devices.recorder.columns import accident_columns, place_columns, speed_columns
from laixi_transport.devices.recorder.data import (
    Accident,
    AccidentRecords,
    Clock,
    Done,
    DriverLicence,
    DriverLogin,
    LoginRecords,
    Mileage,
    MinutePlace,
    OvertimeDriving,
    OvertimeRecords,
    Place,
    PlaceHour,
    PlaceRecords,
    PowerRecords,
    PulseCoefficient,
    Sample,
    SettingChange,
    SettingRecords,
    SignalName,
    SignalNames,
    SpeedCheck,
    SpeedChecks,
    SpeedMinute,
    SpeedPair,
    SpeedRecords,
    StandardVersion,
    SupplyChange,
    UnitNumber,
    VehicleIdentity,
)
from laixi_transport.devices.wire.fields import record, u16
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal

NOON = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)  # 12:00 in GMT+8


def block(command: int, data: str, mark: str = "557a", reserved: str = "00") -> bytes:
    head = bytes.fromhex(f"{mark}{command:02x}{len(bytes.fromhex(data)):04x}{reserved}{data}")
    return head + bytes((functools.reduce(operator.xor, head),))


def answer(command: int, data: str) -> RecorderAnswer:
    read = RecorderAnswer.decode(block(command, data))
    assert isinstance(read, RecorderAnswer)
    return read


# Facts


def test_an_answer_is_marked_measured_and_checked():
    # 55^7A^00^00^02^00^19^01 = 35
    read = RecorderAnswer.decode(bytes.fromhex("557a00000200190135"))
    assert read == RecorderAnswer(command=0, data=StandardVersion(standard_year="19", modify_no=1))
    assert isinstance(read, RecorderAnswer)
    assert read.encode().hex() == "557a00000200190135"
    assert read.flat("rec.") == {"rec.command": 0, "rec.standard_year": "19", "rec.modify_no": 1}


def test_a_request_for_a_period_carries_its_bounds_and_the_most_members():
    asked = RecorderRequest(command=Command.SPEED, data=Period(begin=NOON, end=NOON + dt.timedelta(hours=1), most=5))
    # AA^75^08^00^0E^00 ^ 26^03^01^12^00^00 ^ 26^03^01^13^00^00 ^ 00^05 = DD
    assert asked.encode().hex() == "aa7508000e00" + "260301120000" + "260301130000" + "0005" + "dd"
    assert RecorderRequest.decode(asked.encode()) == asked


def test_asking_for_the_clock_needs_no_data():
    assert RecorderRequest(command=Command.CLOCK, data=Done()).encode().hex() == "aa7502000000dd"
    assert RecorderRequest(command=Command.CLOCK).encode().hex() == "aa7502000000dd"


def test_a_recorder_that_cannot_answer_says_so_without_a_length():
    read = RecorderAnswer.decode(bytes.fromhex("557afa00d5"))
    assert isinstance(read, RecorderAnswer)
    assert read.refused
    assert read.wrong_check is None
    assert read.encode().hex() == "557afa00d5"
    assert not answer(0x02, "260301120000").refused


def test_a_wrong_check_is_noted_and_the_data_are_read():
    read = RecorderAnswer.decode(bytes.fromhex("557a00000200190136"))
    assert isinstance(read, RecorderAnswer)
    assert read.wrong_check == 0x36
    assert read.data == StandardVersion(standard_year="19", modify_no=1)
    assert read.encode().hex() == "557a00000200190136"


def test_a_block_cut_short_tells_where():
    assert RecorderAnswer.decode(bytes.fromhex("557a0000020019")) == Fault(Refusal.BODY_SHORT, "data", 6)


@pytest.mark.parametrize(
    ("command", "data", "expected"),
    [
        (0x01, b"370282199001010011".hex(), DriverLicence(licence_no="370282199001010011")),
        (0x02, "260301120000", Clock(time=NOON)),
        (
            0x03,
            "2603011200002503011200000000100000123456",
            Mileage(
                time=NOON,
                installed_at=dt.datetime(2025, 3, 1, 4, tzinfo=dt.UTC),
                initial_mileage_km=100.0,
                mileage_km=12345.6,
            ),
        ),
        (0x04, "2603011200000e10", PulseCoefficient(time=NOON, pulse_coeff=3600)),
        (
            0x05,
            (
                b"LXD00000000000001"
                + "鲁BD0042".encode("gbk").ljust(12, b"\0")
                + "大型汽车".encode("gbk").ljust(12, b"\0")
            ).hex(),
            VehicleIdentity(vin="LXD00000000000001", plate_no="鲁BD0042", plate_class="大型汽车"),
        ),
        (
            0x06,
            "26030112000001" + "制动".encode("gbk").ljust(10, b"\0").hex(),
            SignalNames(time=NOON, signal_bytes=1, signals=(SignalName(name="制动"),)),
        ),
        (
            0x07,
            b"C000042".hex() + b"LX-REC-1".ljust(16, b"\0").hex() + "260228000000070000000000",
            UnitNumber(
                certificate_no="C000042",
                model="LX-REC-1",
                produced_on=dt.date(2026, 2, 28),
                serial=bytes.fromhex("00000007"),
                spare=bytes(5),
            ),
        ),
        (
            0x12,
            "260301120000" + b"370282199001010011".hex() + "02",
            LoginRecords(logins=(DriverLogin(time=NOON, licence_no="370282199001010011", event=2),)),
        ),
        (0x13, "26030112000001", PowerRecords(changes=(SupplyChange(time=NOON, event=1),))),
        (0x14, "260301120000c3", SettingRecords(changes=(SettingChange(time=NOON, event=0xC3),))),
    ],
)
def test_each_block_is_read_and_written(command, data, expected):
    read = answer(command, data)
    assert read.data == expected
    assert RecorderAnswer(command=command, data=expected).encode() == block(command, data)


def test_the_speed_of_every_second_with_its_signals():
    read = answer(0x08, "260301120000" + "2880" + "2988" + "ffff" * 58)
    assert isinstance(read.data, SpeedRecords)
    (minute,) = read.data.minutes
    assert minute.seconds[:3] == (
        Sample(speed_kmh=40, signal_bits=0x80),
        Sample(speed_kmh=41, signal_bits=0x88),
        Sample(speed_kmh=None, signal_bits=None),
    )
    columns = speed_columns(read.data)
    np.testing.assert_array_equal(columns.time_s, [NOON.timestamp(), NOON.timestamp() + 1])
    np.testing.assert_array_equal(columns.speed_kmh, [40, 41])
    np.testing.assert_array_equal(columns.signal_bits, [0x80, 0x88])
    assert read.flat("rec.")["rec.minutes[0].speed_kmh"][:3] == [40, 41, None]


def test_coordinates_are_ten_thousandths_of_minutes_of_arc():
    # 120.5 deg = 72 300 000 = 044F 35E0; 36.25 deg = 21 750 000 = 014B E0F0
    place = "044f35e0014be0f0"
    read = answer(0x09, "260301120000" + place + "00193c" + "7fffffff7fffffff7fff00" + "ff" * 11 * 58)
    assert isinstance(read.data, PlaceRecords)
    first, second, third = read.data.hours[0].minutes[:3]
    assert first == MinutePlace(lon_deg=120.5, lat_deg=36.25, altitude_m=25, speed_kmh=60)
    assert second == MinutePlace(speed_kmh=0)
    assert third == MinutePlace(blank=True)
    columns = place_columns(read.data)
    assert columns.time_s.tolist() == [NOON.timestamp()]
    assert (columns.lon_deg[0], columns.lat_deg[0], columns.altitude_m[0]) == (120.5, 36.25, 25.0)


def test_columns_without_anything_are_empty():
    assert len(speed_columns(SpeedRecords())) == 0
    assert len(place_columns(PlaceRecords())) == 0


def test_what_came_before_a_stop_is_stored_backwards():
    samples = "0080" + "0a80" + "ffff" * 98
    place = "044f35e0014be0f07fff"
    read = answer(0x10, "260301120000" + b"370282199001010011".hex() + samples + place)
    assert isinstance(read.data, AccidentRecords)
    (accident,) = read.data.accidents
    assert accident.place == Place(lon_deg=120.5, lat_deg=36.25)
    columns = accident_columns(accident)
    np.testing.assert_allclose(columns.time_s - NOON.timestamp(), [-0.2, 0.0], atol=1e-6)
    np.testing.assert_array_equal(columns.speed_kmh, [10, 0])
    assert block(0x10, read.data.encode().hex()) == read.encode()


def test_overtime_driving_has_both_ends():
    places = "044f35e0014be0f00019" + "ff" * 10
    read = answer(0x11, b"370282199001010011".hex() + "260301120000260301161000" + places)
    assert isinstance(read.data, OvertimeRecords)
    (drive,) = read.data.drives
    assert isinstance(drive, OvertimeDriving)
    assert drive.end is not None
    assert drive.begin is not None
    assert drive.end - drive.begin == dt.timedelta(hours=4, minutes=10)
    assert drive.begin_place.altitude_m == 25
    assert drive.end_place.blank


def test_a_speed_check_compares_both_speeds():
    read = answer(0x15, "02260301120000260301120100" + "2832" + "ffff" * 59)
    assert isinstance(read.data, SpeedChecks)
    (check,) = read.data.checks
    assert check.seconds[0] == SpeedPair(speed_kmh=40, reference_speed_kmh=50)
    assert read.flat()["checks[0].reference_speed_kmh"][:2] == [50, None]


def test_nothing_found_is_an_empty_block():
    assert answer(0x08, "").data == SpeedRecords()


def test_data_of_another_length_stay_raw():
    read = answer(0x08, "2603011200002880")  # a minute with one second
    assert read.data == bytes.fromhex("2603011200002880")
    assert read.encode() == block(0x08, "2603011200002880")


def test_settings_go_down_as_the_same_records():
    identity = VehicleIdentity(vin="LXD00000000000001", plate_no="鲁BD0042", plate_class="大型汽车")
    for command, data in (
        (Command.SET_VEHICLE, identity),
        (Command.SET_INSTALLED, InstalledOn(installed_at=NOON)),
        (Command.SET_CLOCK, Clock(time=NOON)),
        (Command.SET_PULSE_COEFFICIENT, PulseCoefficient(time=NOON, pulse_coeff=3600)),
    ):
        request = RecorderRequest(command=command, data=data)
        assert RecorderRequest.decode(request.encode()) == request


# In messages of JT/T 808


@record
class Upload(Record):
    resp_seq: int = u16("应答流水号")
    rec: RecorderAnswer | bytes = embedded(RecorderAnswer, "数据块")


def test_a_message_holds_a_block_to_its_end():
    body = bytes.fromhex("0001557a00000200190135")
    upload = Upload.decode(body)
    assert isinstance(upload, Upload)
    assert isinstance(upload.rec, RecorderAnswer)
    assert upload.flat() == {"resp_seq": 1, "rec.command": 0, "rec.standard_year": "19", "rec.modify_no": 1}
    spans, _ = Upload.explain(body)
    assert [(span.path, span.text) for span in spans if span.path == "rec.modify_no" or "wrong" in span.path]
    assert b"".join(span.data for span in spans) == body


@pytest.mark.parametrize("data", ["", "1901", "557a0000ff0019", "aa7500000000df"])
def test_a_message_without_a_block_keeps_its_bytes(data):
    body = bytes.fromhex("0001" + data)
    upload = Upload.decode(body)
    assert isinstance(upload, Upload)
    assert upload.rec == bytes.fromhex(data)
    assert upload.encode() == body
    spans, _ = Upload.explain(body)
    assert b"".join(span.data for span in spans) == body


# Laws

moments = st.none() | st.integers(946_684_800, 4_102_415_999).map(
    lambda unix_s: dt.datetime.fromtimestamp(unix_s, dt.UTC)
)
numbers = st.text("0123456789X", min_size=18, max_size=18)
bytes_or_none = st.none() | st.integers(0, 254)
degrees = st.none() | st.integers(-180 * 600_000, 180 * 600_000).map(lambda units: units / 600_000)
altitudes = st.none() | st.integers(-500, 9000)
samples = st.builds(Sample, speed_kmh=bytes_or_none, signal_bits=bytes_or_none)
pairs = st.builds(SpeedPair, speed_kmh=bytes_or_none, reference_speed_kmh=bytes_or_none)
places = st.builds(Place, lon_deg=degrees, lat_deg=degrees, altitude_m=altitudes) | st.just(Place(blank=True))
minute_places = st.builds(
    MinutePlace, lon_deg=degrees, lat_deg=degrees, altitude_m=altitudes, speed_kmh=bytes_or_none
) | st.just(MinutePlace(blank=True))


def members(kind, **fields):
    return st.lists(st.builds(kind, **fields), max_size=2).map(tuple)


def exactly(count, few):
    """Lists of a fixed length in which few members differ: hypothesis is slow with long ones."""
    return st.lists(few, min_size=1, max_size=3).map(lambda found: tuple((found * count)[:count]))


def texts(width: int) -> st.SearchStrategy[str]:
    return st.text("ABC019鲁京临", max_size=width // 2)


DATA = {
    0x00: st.builds(StandardVersion, standard_year=st.sampled_from(("12", "21")), modify_no=st.integers(0, 255)),
    0x01: st.builds(DriverLicence, licence_no=numbers),
    0x02: st.builds(Clock, time=moments),
    0x03: st.builds(
        Mileage,
        time=moments,
        installed_at=moments,
        initial_mileage_km=st.none() | st.integers(0, 99_999_999).map(lambda tenths: tenths / 10),
        mileage_km=st.none() | st.integers(0, 99_999_999).map(lambda tenths: tenths / 10),
    ),
    0x04: st.builds(PulseCoefficient, time=moments, pulse_coeff=st.integers(0, 65535)),
    0x05: st.builds(VehicleIdentity, vin=texts(17), plate_no=texts(12), plate_class=texts(12)),
    0x06: st.builds(
        SignalNames, time=moments, signal_bytes=st.integers(0, 255), signals=members(SignalName, name=texts(10))
    ),
    0x07: st.builds(
        UnitNumber,
        certificate_no=texts(7),
        model=texts(16),
        produced_on=st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
        serial=st.binary(min_size=4, max_size=4),
        spare=st.binary(min_size=5, max_size=5),
    ),
    0x08: st.builds(SpeedRecords, minutes=members(SpeedMinute, begin=moments, seconds=exactly(60, samples))),
    0x09: st.builds(PlaceRecords, hours=members(PlaceHour, begin=moments, minutes=exactly(60, minute_places))),
    0x10: st.builds(
        AccidentRecords,
        accidents=members(Accident, end=moments, licence_no=numbers, samples=exactly(100, samples), place=places),
    ),
    0x11: st.builds(
        OvertimeRecords,
        drives=members(
            OvertimeDriving, licence_no=numbers, begin=moments, end=moments, begin_place=places, end_place=places
        ),
    ),
    0x12: st.builds(
        LoginRecords, logins=members(DriverLogin, time=moments, licence_no=numbers, event=st.integers(0, 255))
    ),
    0x13: st.builds(PowerRecords, changes=members(SupplyChange, time=moments, event=st.integers(0, 255))),
    0x14: st.builds(SettingRecords, changes=members(SettingChange, time=moments, event=st.integers(0, 255))),
    0x15: st.builds(
        SpeedChecks,
        checks=members(SpeedCheck, status=st.integers(0, 255), begin=moments, end=moments, seconds=exactly(60, pairs)),
    ),
    **dict.fromkeys((0x82, 0x83, 0x84, 0xC2, 0xC3, 0xC4), st.just(Done())),
}


@pytest.mark.parametrize("command", sorted(DATA))
@settings(max_examples=30)
@given(draw=st.data())
def test_what_is_written_is_read(command, draw):
    written = RecorderAnswer(command=command, data=draw.draw(DATA[command]))
    wire = written.encode()
    assert RecorderAnswer.decode(wire) == written
    spans, _ = RecorderAnswer.explain(wire)
    assert b"".join(span.data for span in spans) == wire
    assert all(isinstance(name, str) for name in written.flat("rec."))


@pytest.mark.parametrize("member", [RecorderAnswer, RecorderRequest])
@given(head=st.sampled_from(["", "557a", "aa75", "557a08", "557a09", "557a10", "aa7508"]), tail=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(member, head, tail):
    data = bytes.fromhex(head) + tail
    read = member.decode(data)
    assert isinstance(read, Fault | member)
    if isinstance(read, member):
        again = member.decode(read.encode())
        assert again == read
    spans, _ = member.explain(data)
    assert b"".join(span.data for span in spans) == data


def test_every_command_of_the_standard_is_covered():
    from laixi_transport.devices.recorder.data import ANSWERS

    assert set(DATA) == set(ANSWERS)
    assert ANSWERED == 0x557A


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (0x08, "ff" * 6 + "ffff" * 60),
        (0x13, "ff" * 6 + "01"),
        (0x11, "30" * 18 + "260301120000" + "ff" * 6 + ("ff" * 10) * 2),
    ],
)
def test_a_time_that_was_never_stored_is_none_and_stays_ff(command, data):
    read = answer(command, data)
    assert "None" in repr(read.data)
    assert read.encode() == block(command, data)

"""Messages of JT/T 809: the laws of all records, for every layout and edition; then what is special about some."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.devices.jt808.position_report import Position
from laixi_transport.devices.jt809 import alarms, control, links, platforms, vehicles, video
from laixi_transport.devices.jt809.catalogue import MESSAGES, SUBS
from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.jt809.frame import Frame, Header, parse_frame
from laixi_transport.devices.jt809.ids import BUSINESS, MessageId
from laixi_transport.devices.jt809.kinds import instant_of, unix_of
from laixi_transport.devices.jt809.location import Location2011, Location2019
from laixi_transport.devices.jt809.message import decode_body, decode_data, decode_message, encode_message, envelope
from laixi_transport.devices.wire.refusal import Fault, Refusal

UTC = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
KEYS = Keys(10_000_000, 20_000_000, 30_000_000)
HEADER = Header(seq=7, msg_id=0, center_id=4711, encrypt_key=99, utc=UTC)
LAYOUTS = [
    pytest.param(cls, edition, id=f"{cls.__name__}-{edition}")
    for cls in (*MESSAGES.values(), *(sub for subs in SUBS.values() for sub in subs))
    for edition in (2011, 2019)
    if getattr(cls, "SINCE", 2011) <= edition <= getattr(cls, "UNTIL", 2019)
]
EXAMPLES = settings.default.max_examples // 8
"""Of each layout in each edition; there are some hundred and ninety of them."""
WHERE = Location2011(
    time=UTC, lon_deg=120.53, lat_deg=36.86, speed_kmh=42, recorder_speed_kmh=41, mileage_km=1234, direction_deg=90,
    altitude_m=50, status_bits=3, alarm_bits=0,
)  # fmt: skip


@pytest.mark.parametrize(("cls", "edition"), LAYOUTS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_what_is_written_is_read_again(records_of, cls, edition, data):
    told = data.draw(records_of(cls, edition))
    body = told.encode(version=edition)
    read = cls.decode(body, version=edition)
    assert read == told
    assert read.encode(version=edition) == body
    assert read.flat().keys() == told.flat().keys()


@pytest.mark.parametrize(("cls", "edition"), LAYOUTS)
@settings(max_examples=EXAMPLES)
@given(body=st.binary(max_size=300))
def test_no_bytes_are_too_strange(assert_spans_cover, cls, edition, body):
    if not isinstance(cls.decode(body, version=edition), Fault):
        assert_spans_cover(cls, body, edition)


@pytest.mark.parametrize(("cls", "edition"), LAYOUTS)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_an_explanation_names_every_byte_once(records_of, assert_spans_cover, cls, edition, data):
    assert_spans_cover(cls, data.draw(records_of(cls, edition)).encode(version=edition), edition)


@pytest.mark.parametrize("cls", sorted({param.values[0] for param in LAYOUTS}, key=str), ids=lambda cls: cls.__name__)
def test_every_layout_says_where_it_is_from(cls):
    assert cls.TITLE
    assert cls.CLAUSE.startswith("JT/T ")


@given(msg_id=st.sampled_from(sorted(MessageId)), body=st.binary(max_size=200), edition=st.sampled_from((2011, 2019)))
def test_any_body_is_kept(msg_id, body, edition):
    read = decode_body(msg_id, body, edition)
    if isinstance(read.data, bytes):
        assert read.encode() == body
    read.flat()


@given(data=st.data(), edition=st.sampled_from((2011, 2019)), with_plate=st.booleans(), encrypted=st.booleans())
def test_a_message_comes_back_as_it_was_sent(records_of, data, edition, with_plate, encrypted):
    sub_id = data.draw(st.sampled_from(sorted(SUBS)))
    cls = next((cls for cls in SUBS[sub_id] if cls.SINCE <= edition <= cls.UNTIL), None)
    if cls is None:
        return
    plate = {"plate_no": "鲁B00042D", "plate_color": 5} if with_plate else {}
    sent = envelope(data.draw(records_of(cls, edition)), version=edition, **plate)
    wire = encode_message(sent, HEADER, keys=KEYS if encrypted else None)
    frame = parse_frame(wire, edition)
    assert isinstance(frame, Frame)
    read = decode_message(frame, KEYS)
    assert read.envelope.plate_no == sent.plate_no
    assert read.envelope.sub_id == sub_id
    assert read.envelope.encode() == sent.encode()
    assert encode_message(read.envelope, read.header, keys=KEYS if encrypted else None) == wire


def test_every_message_is_either_of_its_own_or_business():
    assert set(MESSAGES) | BUSINESS == set(MessageId)
    assert {subs[0].message_id() for subs in SUBS.values()} == BUSINESS


def test_encrypted_without_keys_is_refused():
    wire = encode_message(envelope(links.MainKeepAlive(), version=2011), HEADER, keys=KEYS)
    assert decode_message(parse_frame(wire)) is Refusal.ENCRYPTED


def test_a_location_of_2011_is_36_bytes_with_the_longitude_first():
    assert WHERE.encode().hex() == (
        "00" "010307ea100000" "072f2450" "02327060" "002a" "0029" "000004d2" "005a" "0032" "00000003" "00000000"
    )  # fmt: skip


def test_the_hemisphere_is_in_the_status():
    there = Location2011.decode(WHERE.encode()[:-8] + bytes.fromhex("0000000f00000000"))
    assert (there.flat()["lat_deg"], there.flat()["lon_deg"]) == (-36.86, -120.53)


def test_a_location_of_2019_is_what_the_terminal_sent():
    gnss = Position.decode(bytes.fromhex("000000000000000302327060072f24500032019f005a260301160000"))
    flat = Location2019(position=gnss, enterprise_id="37028500001", enterprise_alarm_bits=2).flat()
    assert flat["time"] == "2026-03-01T16:00:00"
    assert (flat["lat_deg"], flat["lon_deg"], flat["speed_kmh"], flat["altitude_m"]) == (36.86, 120.53, 41.5, 50)
    assert flat["enterprise_id"] == "37028500001"
    assert flat["located"] is True


def test_plate_and_colour_stand_before_the_sub_id_where_there_is_a_vehicle():
    sent = envelope(vehicles.RealTimeLocation(location_2011=WHERE), version=2011, plate_no="鲁B00042D", plate_color=5)
    body = sent.encode()
    assert body[:22] == "鲁B00042D".encode("gbk").ljust(21, b"\0") + b"\x05"
    assert body[22:28].hex() == "1202" "00000024"  # fmt: skip
    assert sent.flat()["sub_len"] == 36
    assert decode_body(0x1200, body, 2011) == sent


def test_alarms_of_2019_have_the_plate_in_the_data():
    alarm = alarms.AlarmReport(
        platform_id="37028500001", warn_type=1, warn_time=unix_of(UTC), end_time=0, plate_no="鲁B00042D", plate_color=5,
        target_id="", route_id=0, info="超速",
    )  # fmt: skip
    sent = envelope(alarm, version=2019, plate_no="鲁B00042D", plate_color=5)
    assert sent.encode()[:2].hex() == "1402"
    assert sent.flat()["plate_no"] == "鲁B00042D"


def test_an_alarm_of_three_times_is_told_from_one_of_two():
    three = alarms.AlarmReportOfThreeTimes(
        platform_id="37028500001", warn_type=1, warn_time=1, begin_time=2, end_time=3, plate_no="鲁B00042D",
        plate_color=5, target_id="", route_id=0, info="超速报警",
    )  # fmt: skip
    assert decode_data(0x1402, three.encode(), 2019) == (three, 2019, None)


def test_an_answer_in_the_layout_of_2011_is_read_on_a_link_of_2019():
    data, edition, fault = decode_data(0x1401, bytes.fromhex("000026aa00"), 2019)
    assert data == alarms.SupervisionAnswer(supervision_id=0x26AA, result=0)
    assert (edition, fault) == (2011, None)
    assert data.flat()["supervision_id"] == "000026aa"


def test_the_photo_of_a_capture_has_the_location_of_2011_on_a_link_of_2019():
    data, edition, _ = decode_data(0x1502, bytes.fromhex("95020000000109" + "00" * 36 + "02000000000000"), 2019)
    assert isinstance(data, control.PhotoAnswer)
    assert (edition, data.source_seq, data.result, data.channel) == (2019, 1, 9, 2)


def test_an_answer_without_a_length_keeps_its_form():
    body = "鲁B00042D".encode("gbk").ljust(21, b"\0") + bytes.fromhex("05120592050000000700000000")
    read = decode_body(0x1200, body, 2019)
    assert read.data == vehicles.ExchangeBeginAnswer(source_sub_id=0x9205, source_seq=7, following=0)
    assert not read.lengthed
    assert read.encode() == body


def test_a_question_has_a_time_to_answer_since_2019():
    check = platforms.PostCheck(object_type=1, object_id="37028500001", answer_time_min=10, info_id=25, info="在岗吗")
    assert len(check.encode(version=2011)) == 1 + 12 + 4 + 4 + 6
    assert len(check.encode(version=2019)) == 1 + 20 + 1 + 4 + 4 + 6
    assert envelope(check, version=2011).encode()[:2].hex() == "9301"


def test_video_with_and_without_a_plate_is_read():
    passwords = video.Passwords(platform_id="37028500001", auth_code="a" * 64, auth_code_2="b" * 64)
    for plate in ({}, {"plate_no": "鲁B00042D", "plate_color": 5}):
        sent = envelope(passwords, version=2019, **plate)
        assert decode_body(0x1700, sent.encode(), 2019) == sent


def test_an_unknown_sub_id_stays_as_bytes_and_unknown_messages_too():
    body = bytes.fromhex("123f00000003010203")
    read = decode_body(0x1200, body, 2019)
    assert (read.sub_id, read.data, read.fault) == (0x123F, b"\1\2\3", None)
    assert read.encode() == body
    assert decode_body(0x1F00, b"\1\2", 2019).data == b"\1\2"


def test_bytes_behind_the_data_are_kept():
    body = bytes.fromhex("13020000000400000009ffff")
    read = decode_body(0x1300, body, 2011)
    assert (read.data, read.trailing) == (platforms.TextAnswer(info_id=9), b"\xff\xff")
    assert read.encode() == body


def test_what_cannot_be_read_says_why():
    read = decode_body(0x9400, bytes.fromhex("940100000003010002"), 2011)
    assert read.data == b"\1\0\2"
    assert read.fault is not None
    assert read.fault.reason is Refusal.BODY_SHORT
    short = decode_body(0x1001, b"\0\0\0\1" + bytes(8), 2011)
    assert (short.data, short.fault.field) == (b"\0\0\0\1" + bytes(8), "down_ip")
    assert decode_body(0x1200, b"\x12", 2011).fault.field == "sub_id"


def test_times_are_seconds_but_milliseconds_are_understood():
    assert instant_of(1263085674) == dt.datetime(2010, 1, 10, 1, 7, 54, tzinfo=dt.UTC)
    assert instant_of(1755230463502) == dt.datetime(2025, 8, 15, 4, 1, 3, 502000, tzinfo=dt.UTC)
    assert instant_of(0) is None
    assert instant_of(2**64 - 1) is None
    assert unix_of(None) == 0

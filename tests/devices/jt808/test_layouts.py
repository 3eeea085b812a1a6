"""One body by hand for every message of JT/T 808, byte by byte as the standard lays it out."""

import gzip
from dataclasses import replace

import pytest

from laixi_transport.devices.jsatl.messages import MESSAGES as ASSISTANCE
from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.transparent import CompressedUp
from laixi_transport.devices.jt1078.messages import MESSAGES as VIDEO
from laixi_transport.devices.wire.refusal import Fault

POSITION = "00000001 00000003 0232995d 072f2b18 0028 0140 005a 260301120000 01 04 000003e8"
POSITION_FLAT = {
    "alarm_bits": 1,
    "status_bits": 3,
    "lat_deg": 36.870493,
    "lon_deg": 120.531736,
    "altitude_m": 40,
    "speed_kmh": 32.0,
    "direction_deg": 90,
    "time": "2026-03-01T12:00:00",
    "acc_on": True,
    "located": True,
    "mileage_km": 100.0,
}
BASE = POSITION[: POSITION.index(" 01 04")]
BASE_FLAT = {f"pos.{name}": value for name, value in POSITION_FLAT.items() if name != "mileage_km"}
NAME = "鲁B".encode("gbk").hex()  # c2b342

CASES = [
    # answers
    ("0001", 2013, "0007 8300 01", {"resp_seq": 7, "resp_id": 0x8300, "result": 1}),
    ("0002", 2013, "", {}),
    ("0003", 2013, "", {}),
    ("0004", 2019, "", {}),
    ("0005", 2019, "0007 0002 0001 0102", {"orig_seq": 7, "count": 2, "sub_ids": [1, 258]}),
    ("8001", 2013, "0007 0200 04", {"resp_seq": 7, "resp_id": 0x200, "result": 4}),
    ("8003", 2013, "0007 02 0001 0102", {"orig_seq": 7, "count": 2, "sub_ids": [1, 258]}),
    ("8003", 2019, "0007 0002 0001 0102", {"orig_seq": 7, "count": 2, "sub_ids": [1, 258]}),
    ("8004", 2019, "260301120000", {"time": "2026-03-01T12:00:00"}),
    ("8204", 2019, "", {}),
    # registration
    (
        "0100", 2013, "0025 011d 4c58303031 4255532d31" + "00" * 15 + "41303030303031 02" + NAME + "30303432",
        {
            "province_id": 37, "city_id": 285, "maker_id": "LX001", "terminal_model": "BUS-1",
            "terminal_id": "A000001", "plate_color": 2, "plate_no": "鲁B0042",
        },
    ),
    ("8100", 2013, "0007 00 6b3432", {"resp_seq": 7, "result": 0, "auth_code": "k42"}),
    ("8100", 2013, "0007 03", {"resp_seq": 7, "result": 3}),
    ("0102", 2013, "6b3432", {"auth_code": "k42"}),
    (
        "0102", 2019, "03 6b3432 383630303030303030303030303031 76312e30" + "00" * 16,
        {"auth_code": "k42", "imei": "860000000000001", "software_version": "v1.0"},
    ),
    # parameters
    (
        "8103", 2013, "04 00000001 04 0000003c 00000013 03 612e62 0000005b 02 0032 0000ff01 02 abcd",
        {"param_count": 4, "param.0001": 60, "param.0013": "a.b", "param.005b": 5.0, "param.ff01": "abcd"},
    ),
    ("8104", 2013, "", {}),
    ("8106", 2013, "02 00000001 00000055", {"param_count": 2, "param_ids": [1, 0x55]}),
    ("0104", 2013, "0007 01 00000055 04 00000050", {"resp_seq": 7, "param_count": 1, "param.0055": 80}),
    # control
    ("8105", 2013, "04", {"command": 4, "parameters": ""}),
    ("8105", 2013, "02 313b3b", {"command": 2, "parameters": "313b3b"}),
    ("8107", 2013, "", {}),
    (
        "0107", 2013,
        "0005 4c58303031 4255532d31" + "00" * 15 + "41303030303031 89860012345678901234 02 4831 03 462e32 03 21",
        {
            "terminal_type": 5, "maker_id": "LX001", "terminal_model": "BUS-1", "terminal_id": "A000001",
            "iccid": "89860012345678901234", "hw_version": "H1", "fw_version": "F.2", "gnss_attributes": 3,
            "radio_attributes": 33,
        },
    ),
    (
        "0107", 2019,
        "0005 4c58303031 4255532d31" + "00" * 25 + "41303030303031" + "00" * 23
        + "89860012345678901234 02 4831 03 462e32 03 21",
        {
            "terminal_type": 5, "maker_id": "LX001", "terminal_model": "BUS-1", "terminal_id": "A000001",
            "iccid": "89860012345678901234", "hw_version": "H1", "fw_version": "F.2", "gnss_attributes": 3,
            "radio_attributes": 33,
        },
    ),
    (
        "0107", 2020,
        "0005 4c583030310000000000 00 4255532d31" + "00" * 25 + "41303030303031" + "00" * 23
        + "89860012345678901234 02 4831 03 462e32 03 21",
        {
            "terminal_type": 5, "maker_id": "LX001", "terminal_model": "BUS-1", "terminal_id": "A000001",
            "iccid": "89860012345678901234", "hw_version": "H1", "fw_version": "F.2", "gnss_attributes": 3,
            "radio_attributes": 33,
        },
    ),
    (
        "8108", 2013, "00 4c58303031 02 5632 00000003 010203",
        {"upgrade_type": 0, "maker_id": "LX001", "version": "V2", "data": "010203"},
    ),
    ("0108", 2013, "34 02", {"upgrade_type": 52, "result": 2}),
    ("8500", 2013, "01", {"flag": 1, "count": 0}),
    ("8500", 2019, "0001 0001 00", {"count": 1, "controls[0].kind": 1, "controls[0].unlock": 0}),
    ("0500", 2013, "0007" + POSITION, {"resp_seq": 7, **POSITION_FLAT}),
    # positions
    ("0200", 2013, POSITION, POSITION_FLAT),
    ("8201", 2013, "", {}),
    ("0201", 2013, "0007" + POSITION, {"resp_seq": 7, **POSITION_FLAT}),
    ("8202", 2013, "0005 00000258", {"interval_s": 5, "duration_s": 600}),
    ("8203", 2013, "0007 00000001", {"alarm_seq": 7, "alarm_type_bits": 1}),
    (
        "0704", 2013, "0001 01 0022" + POSITION,
        {"count": 1, "batch_type": 1, **{f"items[0].{name}": value for name, value in POSITION_FLAT.items()}},
    ),
    # words
    ("8300", 2013, "0c" + NAME, {"flag": 12, "text": "鲁B"}),
    ("8300", 2019, "0c 01" + NAME, {"flag": 12, "text_type": 1, "text": "鲁B"}),
    (
        "8301", 2013, "02 01 07 03" + NAME,
        {"change": 2, "count": 1, "events[0].id": 7, "events[0].text": "鲁B"},
    ),
    ("8301", 2013, "00", {"change": 0, "count": 0}),
    ("0301", 2013, "07", {"event_id": 7}),
    (
        "8302", 2013, "09 03" + NAME + "01 0002 4f4b",
        {"flag": 9, "question": "鲁B", "answers[0].id": 1, "answers[0].text": "OK"},
    ),
    ("0302", 2013, "0007 01", {"resp_seq": 7, "answer_id": 1}),
    (
        "8303", 2013, "01 01 05 0003" + NAME,
        {"change": 1, "count": 1, "topics[0].info_type": 5, "topics[0].name": "鲁B"},
    ),
    ("0303", 2013, "05 01", {"info_type": 5, "ordered": 1}),
    ("8304", 2013, "05 0003" + NAME, {"info_type": 5, "text": "鲁B"}),
    ("8400", 2013, "01 3133393030303030303031", {"flag": 1, "phone_no": "13900000001"}),
    (
        "8401", 2013, "02 01 03 02 3132 03" + NAME,
        {
            "change": 2, "count": 1, "contacts[0].flag": 3, "contacts[0].phone_no": "12",
            "contacts[0].name": "鲁B",
        },
    ),
    # areas and routes
    (
        "8600", 2013, "01 01 00000009 0003 0232995d 072f2b18 000001f4 260301080000 260301200000 0050 0a",
        {
            "change": 1, "count": 1, "areas[0].area_id": 9, "areas[0].attribute_bits": 3,
            "areas[0].lat_deg": 36.870493, "areas[0].lon_deg": 120.531736, "areas[0].radius_m": 500,
            "areas[0].begin": "2026-03-01T08:00:00", "areas[0].end": "2026-03-01T20:00:00",
            "areas[0].max_speed_kmh": 80, "areas[0].overspeed_duration_s": 10,
        },
    ),
    (
        "8600", 2019, "01 01 00000009 0002 0232995d 072f2b18 000001f4 0050 0a 0028 0003" + NAME,
        {
            "change": 1, "count": 1, "areas[0].area_id": 9, "areas[0].attribute_bits": 2,
            "areas[0].lat_deg": 36.870493, "areas[0].lon_deg": 120.531736, "areas[0].radius_m": 500,
            "areas[0].max_speed_kmh": 80, "areas[0].overspeed_duration_s": 10, "areas[0].night_max_speed_kmh": 40,
            "areas[0].name": "鲁B",
        },
    ),
    ("8601", 2013, "02 00000009 0000000a", {"count": 2, "area_ids": [9, 10]}),
    (
        "8602", 2013, "00 01 00000009 00c1 000f4240 001e8480 002dc6c0 003d0900 000000080000 000000200000",
        {
            "change": 0, "count": 1, "areas[0].area_id": 9, "areas[0].attribute_bits": 0xC1,
            "areas[0].top_lat_deg": -1.0, "areas[0].left_lon_deg": -2.0, "areas[0].bottom_lat_deg": -3.0,
            "areas[0].right_lon_deg": -4.0, "areas[0].begin": "08:00:00", "areas[0].end": "20:00:00",
        },
    ),
    ("8603", 2013, "00", {"count": 0, "area_ids": []}),
    (
        "8604", 2019, "00000009 0002 0050 0a 0003 000f4240 001e8480 002dc6c0 003d0900 0232995d 072f2b18 0028 0000",
        {
            "area_id": 9, "attribute_bits": 2, "max_speed_kmh": 80, "overspeed_duration_s": 10,
            "corners[0].lat_deg": 1.0, "corners[0].lon_deg": 2.0, "corners[1].lat_deg": 3.0,
            "corners[1].lon_deg": 4.0, "corners[2].lat_deg": 36.870493, "corners[2].lon_deg": 120.531736,
            "night_max_speed_kmh": 40, "name": "",
        },
    ),
    ("8605", 2013, "01 00000009", {"count": 1, "area_ids": [9]}),
    (
        "8606", 2013,
        ("00000009 0001 260301080000 260301200000 0002 00000001 00000002 000f4240 001e8480 1e 0f 0258 003c 0050 0a"
        " 00000003 00000004 002dc6c0 003d0900 1e 00"),
        {
            "route_id": 9, "attribute_bits": 1, "begin": "2026-03-01T08:00:00", "end": "2026-03-01T20:00:00",
            "count": 2, "points[0].point_id": 1, "points[0].section_id": 2, "points[0].lat_deg": -1.0,
            "points[0].lon_deg": -2.0, "points[0].width_m": 30, "points[0].section_bits": 15,
            "points[0].max_time_s": 600, "points[0].min_time_s": 60, "points[0].max_speed_kmh": 80,
            "points[0].overspeed_duration_s": 10, "points[1].point_id": 3, "points[1].section_id": 4,
            "points[1].lat_deg": 3.0, "points[1].lon_deg": 4.0, "points[1].width_m": 30, "points[1].section_bits": 0,
        },
    ),
    ("8607", 2013, "01 00000009", {"count": 1, "route_ids": [9]}),
    ("8608", 2019, "01 00000001 00000009", {"query": 1, "count": 1, "ids": [9]}),
    (
        "0608", 2019, "01 00000001 00000009 0000 0232995d 072f2b18 000001f4 0003" + NAME,
        {
            "query": 1, "total": 1, "circles[0].area_id": 9, "circles[0].attribute_bits": 0,
            "circles[0].lat_deg": 36.870493, "circles[0].lon_deg": 120.531736, "circles[0].radius_m": 500,
            "circles[0].name": "鲁B",
        },
    ),
    # recorder, driver, bus
    ("8700", 2013, "04 aa7504 0000 00 db", {"command": 4, "rec.command": 4}),
    (
        "0700", 2013, "0007 01 557a01 0012 00 333730323835313937303031303130303439 35",
        {"resp_seq": 7, "command": 1, "rec.command": 1, "rec.licence_no": "370285197001010049"},
    ),
    (
        "8701", 2013, "c4 aa75c4 0000 00 1b",
        {"command": 0xC4, "rec.command": 0xC4},
    ),
    ("0701", 2013, "00000003 010203", {"data": "010203"}),
    ("0702", 2013, "02 260301120000", {"status": 2, "time": "2026-03-01T12:00:00"}),
    (
        "0702", 2013, "02 260301120000 00 03" + NAME + "3439" + "00" * 18 + "02 4f4b 20300101",
        {
            "status": 2, "time": "2026-03-01T12:00:00", "read_result": 0, "driver_name": "鲁B", "qualification": "49",
            "issuer": "OK", "cert_expiry": "2030-01-01",
        },
    ),
    ("0702", 2013, "01 260301120000 03", {"status": 1, "time": "2026-03-01T12:00:00", "read_result": 3}),
    (
        "0702", 2019,
        "01 260301120000 00 03" + NAME + "5131" + "00" * 18 + "02 4f4b 20301231 3439" + "00" * 18,
        {
            "status": 1, "time": "2026-03-01T12:00:00", "read_result": 0, "driver_name": "鲁B",
            "qualification": "Q1", "issuer": "OK", "cert_expiry": "2030-12-31", "driver_idcard": "49",
        },
    ),
    (
        "0702", 2011, "03" + NAME + "3439" + "00" * 18 + "5131" + "00" * 38 + "02 4f4b",
        {"driver_name": "鲁B", "driver_idcard": "49", "qualification": "Q1", "issuer": "OK"},
    ),
    ("8702", 2013, "", {}),
    (
        "0705", 2013, "0001 1200010250 c0000123 0102030405060708",
        {"count": 1, "received_at": "12:00:01.250", "items[0].can_id": 0xC0000123, "items[0].data": "0102030405060708"},
    ),
    # media
    (
        "0800", 2013, "00000009 00 00 01 02",
        {"media_id": 9, "media_type": 0, "format": 0, "event": 1, "channel": 2},
    ),
    (
        "0801", 2013, "00000009 00 00 01 02" + BASE + "ffd8ffd9",
        {"media_id": 9, "media_type": 0, "format": 0, "event": 1, "channel": 2, **BASE_FLAT, "data": "ffd8ffd9"},
    ),
    (
        "0801", 2011, "00000009 00 00 01 02 ffd8" + "ff" * 40 + "ffd9",
        {
            "media_id": 9, "media_type": 0, "format": 0, "event": 1, "channel": 2,
            "data": "ffd8" + "ff" * 40 + "ffd9",
        },
    ),
    ("8800", 2013, "00000009", {"media_id": 9, "resend_count": 0, "resend_ids": []}),
    ("8800", 2013, "00000009 02 0001 0003", {"media_id": 9, "resend_count": 2, "resend_ids": [1, 3]}),
    (
        "8801", 2013, "01 0003 000a 00 02 05 80 40 41 81",
        {
            "channel": 1, "command": 3, "interval_s": 10, "save": 0, "resolution": 2, "quality": 5,
            "brightness": 128, "contrast": 64, "saturation": 65, "chroma": 129,
        },
    ),
    ("0805", 2013, "0007 00 0001 00000009", {"resp_seq": 7, "result": 0, "count": 1, "media_ids": [9]}),
    ("0805", 2013, "0007 02", {"resp_seq": 7, "result": 2, "count": 0, "media_ids": []}),
    (
        "8802", 2013, "00 01 02 260301080000 000000000000",
        {"media_type": 0, "channel": 1, "event": 2, "begin": "2026-03-01T08:00:00"},
    ),
    (
        "0802", 2013, "0007 0001 00000009 00 01 02" + BASE,
        {
            "resp_seq": 7, "count": 1, "items[0].media_id": 9, "items[0].media_type": 0, "items[0].channel": 1,
            "items[0].event": 2, **{f"items[0].{name}": value for name, value in BASE_FLAT.items()},
        },
    ),
    (
        "0802", 2011, "0007 0001 00 01 02" + BASE,
        {
            "resp_seq": 7, "count": 1, "items[0].media_type": 0, "items[0].channel": 1, "items[0].event": 2,
            **{f"items[0].{name}": value for name, value in BASE_FLAT.items()},
        },
    ),
    (
        "8803", 2013, "00 01 02 260301080000 260301200000 01",
        {
            "media_type": 0, "channel": 1, "event": 2, "begin": "2026-03-01T08:00:00", "end": "2026-03-01T20:00:00",
            "delete": 1,
        },
    ),
    ("8804", 2013, "01 001e 01 02", {"command": 1, "time_s": 30, "save": 1, "sample_rate": 2}),
    ("8805", 2013, "00000009 01", {"media_id": 9, "delete": 1}),
    # transparent
    ("8900", 2013, "41 0102", {"transparent_type": 0x41, "data": "0102"}),
    ("8900", 2013, "f7 02 64 65", {"transparent_type": 0xF7, "peripheral_ids": [0x64, 0x65]}),
    ("0900", 2013, "f0 0102", {"transparent_type": 0xF0, "data": "0102"}),
    (
        "0900", 2013, "f7 01 64 05 01 00000004",
        {
            "transparent_type": 0xF7, "count": 1, "items[0].peripheral_id": 0x64, "items[0].work_state": 1,
            "items[0].alarm_bits": 4,
        },
    ),
    ("0901", 2013, "00000003 010203", {"data": "010203"}),
    ("0A00", 2013, "00010001" + "ab" * 128, {"rsa_e": 65537, "rsa_n": "ab" * 128}),
    ("8A00", 2013, "00010001" + "ab" * 128, {"rsa_e": 65537, "rsa_n": "ab" * 128}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("msg_id", "version", "body", "flat"),
    [pytest.param(*case, id=f"{number}-{case[0]}-{case[1]}") for number, case in enumerate(CASES)],
)
def test_a_body_is_read_as_the_standard_lays_it_out(msg_id, version, body, flat):
    cls, data = MESSAGES[int(msg_id, 16)], bytes.fromhex(body)
    assert cls.layout_version(data, 2019 if version >= 2019 else 2013) in {version, 2013}
    read = cls.decode(data, version=version)
    assert not isinstance(read, Fault), read
    assert read.flat() == flat
    assert read.encode(version=version) == replace(read, sent=None).encode(version=version) == data


def test_every_message_has_a_body_here():
    others = {cls.ID for cls in (*VIDEO, *ASSISTANCE)}
    assert {int(case[0], 16) for case in CASES} == set(MESSAGES) - others


def test_editions_that_share_a_header_are_told_apart_by_the_body():
    for msg_id in ("0702", "0801", "0802"):
        cls = MESSAGES[int(msg_id, 16)]
        bodies = {case[1]: bytes.fromhex(case[2]) for case in CASES if case[0] == msg_id and case[1] < 2019}
        assert {version: cls.layout_version(body, 2013) for version, body in bodies.items()} == {2011: 2011, 2013: 2013}


def test_makers_numbers_of_other_widths_are_told_apart_by_the_length_of_the_body():
    bodies = {case[1]: bytes.fromhex(case[2]) for case in CASES if case[0] == "0107"}
    assert {version: MESSAGES[0x0107].layout_version(body, 2019) for version, body in bodies.items()} == {
        2013: 2013, 2019: 2019, 2020: 2020,
    }  # fmt: skip


class TestCompressedData:
    def test_are_unpacked_on_demand(self):
        assert CompressedUp(data=gzip.compress("鲁B".encode("gbk"))).decompressed() == "鲁B".encode("gbk")

    @pytest.mark.parametrize("data", [b"", b"\x1f\x8b", b"no gzip", gzip.compress(b"whole", mtime=0)[:-4]])
    def test_that_are_none_are_told(self, data):
        assert CompressedUp(data=data).decompressed() is None

    def test_are_not_unpacked_without_bound(self):
        bomb = CompressedUp(data=gzip.compress(bytes(50 << 20)))
        assert len(bomb.data) < 100_000
        assert bomb.decompressed() is None
        assert bomb.decompressed(most=100) is None
        assert CompressedUp(data=gzip.compress(bytes(100))).decompressed(most=100) == bytes(100)

"""Positions as records, and that the fast path reads the same out of every body."""

import datetime as dt
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.flags import AlarmFlag, StatusFlag, alarm_labels, status_labels
from laixi_transport.devices.jt808.items import (
    AbnormalDriving,
    CabinTemperature,
    Mileage,
    OverspeedPlace,
    TyrePressures,
)
from laixi_transport.devices.jt808.position import ITEMS, decode_position, encode_position
from laixi_transport.devices.jt808.position_items import POSITION_ITEMS
from laixi_transport.devices.jt808.position_report import (
    Position,
    PositionAnswer,
    PositionBase,
    PositionBatch,
    Tracking,
    batch_bodies,
)
from laixi_transport.devices.wire.fields import record, u16
from laixi_transport.devices.wire.groups import Item, RawItem
from laixi_transport.devices.wire.kinds import Number
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.domain.position import CONTENT, PositionReport

BASE = "00000001 00000003 00ba7f0e 07e4f11c 0028 003c 005a 180715101010"
TIME = dt.datetime(2018, 7, 15, 2, 10, 10, tzinfo=dt.UTC)


def position(**values):
    """Return the report of BASE with some values changed."""
    plain = {
        "alarm_bits": 1,
        "status_bits": 3,
        "lat_deg": 12.222222,
        "lon_deg": 132.444444,
        "altitude_m": 40,
        "speed_kmh": 6.0,
        "direction_deg": 90,
        "time": TIME,
    }
    return Position(**(plain | values))


def read(tail="", base=BASE):
    return Position.decode(bytes.fromhex(base + tail))


class TestTheBase:
    def test_is_read_field_by_field(self):
        assert read() == position()
        assert read().flat() == {
            "alarm_bits": 1, "status_bits": 3, "lat_deg": 12.222222, "lon_deg": 132.444444, "altitude_m": 40,
            "speed_kmh": 6.0, "direction_deg": 90, "time": "2018-07-15T10:10:10", "acc_on": True, "located": True,
        }  # fmt: skip

    def test_is_signed_by_the_status(self):
        there = position(status_bits=0xF, lat_deg=-12.222222, lon_deg=-132.444444)
        assert read(base=BASE.replace("00000003", "0000000f")) == there
        assert there.encode() == bytes.fromhex(BASE.replace("00000003", "0000000f"))
        with pytest.raises(ValueError, match="lat_deg: the sign"):
            position(lat_deg=-12.0).encode()
        with pytest.raises(ValueError, match="lon_deg: the sign"):
            position(status_bits=0xB).encode()

    def test_may_be_below_the_sea(self):
        assert read(base=BASE.replace("0028", "fff0")).altitude_m == -16

    @pytest.mark.parametrize("digits", ["000000000000", "181315101010", "ffffffffffff"])
    def test_has_no_time_where_there_is_none(self, digits):
        body = bytes.fromhex(BASE.replace("180715101010", digits))
        assert Position.decode(body).time is None
        assert decode_position(body) == Refusal.TIME

    def test_may_have_no_fix(self):
        report = read(base=BASE.replace("00000003", "00000000"))
        assert (report.located, report.acc_on) == (False, False)

    def test_is_refused_when_it_is_short(self):
        assert Position.decode(bytes(27)) == Fault(Refusal.BODY_SHORT, "time", 22)


class TestItems:
    def test_are_read_by_name(self):
        tail = (
            "01 04 00000064 02 02 0037 03 02 01f4 04 02 0007 25 04 00000012 2a 02 0001 2b 04 00020001 30 01 1f 31 01 0c"
            " 11 05 04 0000002a 12 06 03 00000007 01 13 07 00000009 0258 01"
            " 14 04 00000001 15 04 00000002 16 04 00000004 17 02 0008 18 03 0001 58"
        )
        flat = read(tail).flat()
        assert {name: value for name, value in flat.items() if name not in position().flat()} == {
            "mileage_km": 10.0, "fuel_l": 5.5, "recorder_speed_kmh": 50.0, "alarm_event_id": 7, "ext_signal_bits": 18,
            "io_bits": 1, "analog": 131073, "signal_strength": 31, "satellites": 12, "overspeed_pos_type": 4,
            "overspeed_area_id": 42, "area_type": 3, "area_id": 7, "area_dir": 1, "route_id": 9, "route_time_s": 600,
            "route_result": 1, "video_alarm_bits": 1, "video_loss_bits": 2, "video_cover_bits": 4,
            "storage_fault_bits": 8, "abnormal_driving_bits": 1, "fatigue_level": 88,
        }  # fmt: skip
        assert replace(read(tail), sent=None).encode() == bytes.fromhex(BASE + tail)

    @pytest.mark.parametrize(
        ("tail", "item"),
        [
            ("06 02 0019", CabinTemperature(cabin_temperature_c=25)),
            ("06 02 800a", CabinTemperature(cabin_temperature_c=-10)),
            ("11 01 00", OverspeedPlace(overspeed_pos_type=0)),
            ("18 02 0003", AbnormalDriving(abnormal_driving_bits=3)),
            ("05 1e" + "ff" * 30, TyrePressures(tyre_pressures=b"\xff" * 30)),
            ("01 02 0064", RawItem(tag=1, data=b"\x00\x64")),  # of another length than the standard's
            ("16 02 0001", RawItem(tag=0x16, data=b"\x00\x01")),
            ("7f 03 010203", RawItem(tag=0x7F, data=b"\x01\x02\x03")),
            ("30 00", RawItem(tag=0x30, data=b"")),
        ],
    )
    def test_of_every_length_come_back(self, tail, item):
        assert read(tail).items == (item,)
        assert replace(read(tail), sent=None).encode() == bytes.fromhex(BASE + tail)

    def test_cut_off_at_the_end_are_the_rest(self):
        report = read("01 04 00000064 02 02 00")
        assert (report.items, report.rest) == ((Mileage(mileage_km=10.0),), b"\x02\x02\x00")
        assert report.encode() == bytes.fromhex(BASE + "01 04 00000064 02 02 00")

    def test_a_vendors_item_is_added_in_one_place(self, monkeypatch):
        @record
        class Voltage(Item):
            TAG = 0xE3
            TITLE = "电压"

            voltage_v: float = u16("电压", per=10)

        monkeypatch.setitem(POSITION_ITEMS, 0xE3, Voltage)
        assert read("e3 02 0078").items == (Voltage(voltage_v=12.0),)
        assert read("e3 02 0078").flat()["voltage_v"] == 12.0


class TestTheFastPath:
    def test_knows_items_as_the_records_describe_them(self):
        names = []
        for tag, form in ITEMS.items():
            (field,) = POSITION_ITEMS[tag].LAYOUT
            assert isinstance(field.kind, Number)
            assert (field.kind.width, field.kind.signed) == (struct.calcsize(form), False)
            names.append(field.name)
        assert names == [
            "mileage_km", "fuel_l", "recorder_speed_kmh", "ext_signal_bits", "io_bits", "analog", "signal_strength",
            "satellites",
        ]  # fmt: skip

    times = st.one_of(
        st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)).map(  # noqa: DTZ001 - digits of a wire
            lambda at: bytes.fromhex(at.strftime("%y%m%d%H%M%S"))
        ),
        st.lists(
            st.sampled_from([0x00, 0x01, 0x12, 0x23, 0x29, 0x31, 0x59, 0x60, 0x61, 0x99, 0xFF]), min_size=6, max_size=6
        ).map(bytes),
    )
    bases = st.builds(
        lambda alarm, status, lat, lon, rest, time: struct.pack(">IIII6s6s", alarm, status, lat, lon, rest, time),
        st.integers(0, 2**32 - 1),
        st.integers(0, 15) | st.integers(0, 2**32 - 1),
        st.integers(0, 91_000_000) | st.integers(0, 2**32 - 1),
        st.integers(0, 181_000_000) | st.integers(0, 2**32 - 1),
        st.binary(min_size=6, max_size=6),
        times,
    )
    tails = st.lists(
        st.one_of(
            st.sampled_from(sorted(ITEMS)).flatmap(
                lambda tag: st.binary(min_size=struct.calcsize(ITEMS[tag]), max_size=struct.calcsize(ITEMS[tag])).map(
                    lambda value: bytes((tag, len(value))) + value
                )
            ),
            st.tuples(st.sampled_from([*POSITION_ITEMS, 0xE1, 0xFF]), st.binary(max_size=48)).map(
                lambda item: bytes((item[0], len(item[1]))) + item[1]
            ),
        ),
        max_size=6,
    ).map(b"".join)

    @given(base=bases, tail=tails, cut=st.integers(0, 12))
    def test_reads_what_the_record_reads(self, base, tail, cut):
        body = (base + tail)[: len(base + tail) - cut]
        report, content = Position.decode(body), decode_position(body)
        if isinstance(report, Fault):
            assert content == report.reason == Refusal.BODY_SHORT
            return
        assert report.encode() == body if report.time is not None else True
        if report.time is None:
            assert content == Refusal.TIME
        elif report.located and not on_the_globe(report):
            assert content == Refusal.COORDINATES
        else:
            assert content == content_of(report)

    @given(base=bases, tail=tails)
    def test_writes_what_the_record_writes(self, base, tail):
        content = decode_position(base + tail)
        if not isinstance(content, Refusal):
            body = encode_position(PositionReport(0, 0, *content, 0, 0))
            assert Position.decode(body).encode() == body
            assert content_of(Position.decode(body)) == content


def on_the_globe(report):
    return abs(report.lat_deg) <= 90 and abs(report.lon_deg) <= 180


def content_of(report):
    """Return what the fast path should say, put together from the record."""
    columns, other = dict.fromkeys(ITEMS), b""
    for item in report.items:
        value = item.encode()
        if isinstance(item, Item) and item.tag in ITEMS and columns[item.tag] is None:
            columns[item.tag] = int.from_bytes(value)
        else:
            other += bytes((item.tag, len(value))) + value
    lat, lon = (report.lat_deg, report.lon_deg) if on_the_globe(report) else (0, 0)
    return PositionReport(
        0, 0, int(report.time.timestamp()), round(lat * 1e6), round(lon * 1e6), report.altitude_m,
        round(report.speed_kmh * 10), report.direction_deg, report.alarm_bits, report.status_bits, *columns.values(),
        other + report.rest, 0, 0,
    )[CONTENT]  # fmt: skip


class TestTogether:
    def test_an_answer_holds_the_report(self):
        answer = PositionAnswer.decode(bytes.fromhex("3039" + BASE + "0104 00000064"))
        assert answer == PositionAnswer(resp_seq=12345, position=position(items=(Mileage(mileage_km=10.0),)))
        assert answer.flat()["mileage_km"] == 10.0

    def test_a_batch_holds_reports_and_bytes_that_are_none(self):
        body = bytes.fromhex(f"0003 01 001c {BASE} 0002 ffff 001c {BASE} 0030 00")
        batch = PositionBatch.decode(body)
        assert batch == PositionBatch(
            batch_type=1, items=(position(), b"\xff\xff", position()), rest=bytes.fromhex("003000")
        )
        assert batch.encode() == replace(batch, sent=None).encode() == body
        flat = batch.flat()
        assert (flat["count"], flat["items[0].lat_deg"], flat["items[1]"], flat["items[2].speed_kmh"]) == (
            3, 12.222222, "ffff", 6.0,
        )  # fmt: skip

    @given(kind=st.integers(0, 255), bodies=st.lists(st.binary(max_size=60), max_size=5), cut=st.integers(0, 70))
    def test_its_bodies_are_found_without_reading_them(self, kind, bodies, cut):
        body = PositionBatch(batch_type=kind, items=tuple(bodies)).encode()
        body = body[: max(0, len(body) - cut)]
        batch, found = PositionBatch.decode(body), batch_bodies(body)
        if isinstance(batch, Fault):
            assert found is None
            return
        members = [item.encode() if isinstance(item, Record) and item.time else item for item in batch.items]
        assert found[0] == batch.batch_type
        assert len(found[1]) == len(members) + bool(batch.rest)
        for one, member in zip(found[1], [*members, *filter(None, [batch.rest])], strict=True):
            assert isinstance(member, Position) or one == member

    def test_tracking_that_ends_has_no_duration(self):
        assert Tracking.decode(bytes(2)) == Tracking(interval_s=0)
        assert Tracking(interval_s=0).encode() == bytes(2)
        assert Tracking(interval_s=5, duration_s=600).encode() == bytes.fromhex("0005 00000258")


class TestFlags:
    def test_have_a_word_for_every_bit_in_every_edition(self):
        assert alarm_labels(0xFFFFFFFF) == tuple(alarm_labels(1 << bit)[0] for bit in range(31))
        assert len(alarm_labels(0xFFFFFFFF, version=2013)) == 29
        assert alarm_labels(AlarmFlag.DANGER, version=2013) == ("危险预警",)
        assert alarm_labels(AlarmFlag.DANGER) == ("危险驾驶行为报警",)
        assert alarm_labels(AlarmFlag.ILLEGAL_DOOR) == ()

    def test_tell_the_load_last(self):
        assert status_labels(StatusFlag.ACC_ON | 0x300) == ("ACC开", "满载")
        assert status_labels(StatusFlag.LOCATED | 0x100) == ("定位", "半载")
        assert status_labels(0) == ()

    def test_are_named_in_explanations(self):
        spans, _ = PositionBase.explain(bytes.fromhex(BASE))
        assert [span.text for span in spans[:2]] == ["0x00000001: EMERGENCY", "0x00000003: ACC_ON, LOCATED"]

"""Laws of the framework, on records that have every kind of field."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from enum import IntEnum, IntFlag
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.wire.fields import (
    by_version,
    count_of,
    day,
    decimal,
    differs,
    digits,
    equals,
    has_bit,
    i16,
    i32,
    items,
    many,
    moment,
    nested,
    numbers,
    raw,
    record,
    size_of,
    text,
    u8,
    u16,
    u32,
    u64,
    unix_time,
    variant,
    wire,
)  # fmt: skip
from laixi_transport.devices.wire.groups import Item, RawItem
from laixi_transport.devices.wire.kinds import Number, Raw, Text
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.devices.wire.stream import Source

VERSIONS = (2011, 2013, 2019)


class Colour(IntEnum):
    BLUE = 1
    YELLOW = 2


class Signal(IntFlag):
    HORN = 1
    BRAKE = 2


@record
class Singles(Record):
    TITLE = "单值"
    CLAUSE = "表1"

    alarm_bits: int = u32("报警标志", bits=Signal)
    colour: int = u8("颜色", values=Colour)
    speed_kmh: float = u16("速度", per=10)
    altitude_m: int = i16("高程")
    temperature_c: int = u8("温度", offset=40)
    pressure_kpa: int | None = u8("压力", none=0xFF)
    shift: int = i32("偏移")
    mask: int = u64("位")
    phone: str = digits("电话", 3, bare=True)
    code: str = digits("编码", 2)
    mileage_km: float | None = decimal("里程", 4, per=10)
    at: dt.datetime | None = moment("时间")
    clock: dt.datetime | None = moment("时刻", "%Y%m%d%H%M")
    on: dt.date | None = day("日期")
    short_on: dt.date | None = day("日期", width=3)
    utc: dt.datetime | None = unix_time("UTC")
    utc_ms: dt.datetime | None = unix_time("UTC", 8, per_s=1000)
    plate_no: str = text("车牌", 12)
    secret: bytes = raw("密钥", 2)


@record
class Late(Record):
    """Fields that are not always there."""

    flag: int = u8("标志")
    old: int | None = u16("旧", until=2013, default=None)
    new: int | None = u8("新", since=2019, default=None)
    model: str = by_version({2011: Text(4), 2013: Text(8), 2019: Text(None, 1)}, "型号")
    when_one: int | None = u16("一", when=equals("flag", 1), default=None)
    when_other: int | None = u8("其他", when=differs("flag", 1, 2), default=None)
    when_bit: int | None = u8("位", when=has_bit("flag", 0x80), default=None)
    first: int | None = u16("可选一", optional=True, default=None)
    second: str | None = text("可选二", 4, optional=True, default=None)
    last: int | None = u8("可选三", since=2019, optional=True, default=None)


@record
class Member(Record):
    CLAUSE = "表2"
    number: int = u16("序号")
    name: str = text("名称", prefix=1)


@record
class Wheel(Item):
    TAG = 0x01
    TITLE = "轮胎"
    wheel: int = u8("位置")
    pressure_kpa: int = u16("压力")


@record
class Note(Item):
    TAG = 0x02
    PREFIX = "note."
    text: str = text("文本")


TABLE: dict[int, type[Item]] = {0x01: Wheel, 0x02: Note}


@record
class Groups(Record):
    count: int = count_of("counted", "数")
    wide: int = count_of("listed", "数", wide_since=2019)
    kind: int = u8("类型")
    size: int = size_of("by_size", "长度", 2)
    one: Member = nested(Member, "一个")
    framed: Member = nested(Member, "带长度", prefix=2)
    counted: tuple[Member, ...] = many(Member, "计数", count="count")
    headed: tuple[Member, ...] = many(Member, "带头", count=1, size=2)
    listed: tuple[int, ...] = numbers(2, "列表", count="wide")
    longs: tuple[int, ...] = numbers(4, "长列表", count=1)
    blob: bytes = raw("数据", prefix=4)
    by_size: Record | bytes = variant("kind", {1: Member, 2: Wheel}, "按类型", size="size")
    chosen: Record | bytes = variant("kind", {1: Wheel, 2: Member}, "按类型", size=1)
    some: tuple[Record, ...] = items(TABLE, "若干项", tag=2, length=2, count=1)
    items: tuple[Record, ...] = items(TABLE, "附加信息")


RECORDS = (Singles, Late, Groups)
Records = Callable[[type[Record], int], st.SearchStrategy[Any]]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("cls", RECORDS)
@given(data=st.data())
def test_what_is_written_is_read_again(data: st.DataObject, cls: type[Record], version: int, records_of: Records):
    sent = data.draw(records_of(cls, version))
    body = sent.encode(version=version)
    received = cls.decode(body, version=version)
    assert received == sent
    assert received.encode(version=version) == body
    assert list(received.flat()) == list(sent.flat())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("cls", RECORDS)
@given(data=st.data())
def test_an_explanation_names_every_byte_once(
    data: st.DataObject, cls: type[Record], version: int, records_of: Records, assert_spans_cover
):
    body = data.draw(records_of(cls, version)).encode(version=version)
    assert_spans_cover(cls, body + data.draw(st.binary(max_size=3)), version)
    assert_spans_cover(cls, body[: data.draw(st.integers(0, len(body)))], version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("cls", RECORDS)
@given(body=st.binary(max_size=200))
def test_no_bytes_are_too_strange(body: bytes, cls: type[Record], version: int, assert_spans_cover):
    result = cls.decode(body, version=version)
    assert_spans_cover(cls, body, version)
    if isinstance(result, Fault):
        assert 0 <= result.offset <= len(body)
        assert result.field
    else:
        result.flat()


@given(data=st.data())
def test_what_follows_the_known_fields_is_kept(data: st.DataObject, records_of: Records):
    sent = data.draw(records_of(Singles, 2019))
    rest = data.draw(st.binary(min_size=1, max_size=9))
    received = Singles.decode(sent.encode() + rest)
    assert isinstance(received, Singles)
    assert received.rest == rest
    assert received.encode() == sent.encode() + rest
    assert received.flat()["rest"] == rest.hex()


@given(data=st.data())
def test_a_body_cut_anywhere_names_the_field_it_was_cut_in(data: st.DataObject, records_of: Records):
    body = data.draw(records_of(Singles, 2019)).encode()
    size = data.draw(st.integers(0, len(body) - 1))
    spans, _ = Singles.explain(body)
    cut = next(span for span in spans if span.offset <= size < span.offset + len(span.data))
    assert Singles.decode(body[:size]) == Fault(Refusal.BODY_SHORT, cut.path, cut.offset)


def test_a_fault_inside_a_list_is_told_with_its_place():
    @record
    class Outer(Record):
        head: Member = nested(Member, "头")
        list: tuple[Member, ...] = many(Member, "列表", count=1)

    body = bytes.fromhex("0001 01 41  02  0002 01 42  0003 05 43")
    assert Outer.decode(body) == Fault(Refusal.BODY_SHORT, "list[1].name", 11)
    assert Outer.decode(body[:3]) == Fault(Refusal.BODY_SHORT, "head.name", 2)
    assert Outer.decode(body[:4]) == Fault(Refusal.BODY_SHORT, "list", 4)


def test_an_item_of_another_length_stays_as_it_was_beside_good_ones():
    @record
    class Report(Record):
        items: tuple[Record, ...] = items(TABLE, "附加信息")

    body = bytes.fromhex("0103 0500f0  0104 00112233  0102 0011  09 00  02 03 616263")
    received = Report.decode(body)
    assert isinstance(received, Report)
    assert received.items == (
        Wheel(wheel=5, pressure_kpa=240),
        RawItem(tag=1, data=bytes.fromhex("00112233")),
        RawItem(tag=1, data=bytes.fromhex("0011")),
        RawItem(tag=9, data=b""),
        Note(text="abc"),
    )
    assert received.encode() == body
    assert received.flat() == {
        "wheel": 5, "pressure_kpa": 240, "item.01": "0011", "item.09": "", "note.text": "abc"
    }  # fmt: skip


def test_an_item_cut_off_at_the_end_is_kept_with_the_rest():
    @record
    class Report(Record):
        items: tuple[Record, ...] = items(TABLE, "附加信息")

    received = Report.decode(bytes.fromhex("0103 0500f0 0103 05"))
    assert isinstance(received, Report)
    assert received.items == (Wheel(wheel=5, pressure_kpa=240),)
    assert received.rest == bytes.fromhex("010305")


def test_a_zero_list_without_bytes_comes_to_an_end():
    @record
    class Empty(Record):
        none: int | None = u8("无", since=2019, default=None)

    @record
    class Endless(Record):
        list: tuple[Empty, ...] = many(Empty, "列表")

    assert Endless.decode(b"\x00", version=2013) == Fault(Refusal.BODY_SHORT, "list[0]", 0)


def test_optional_fields_before_one_of_another_version_are_left_out_again():
    sent = Late(flag=0, old=3, model="ab", when_other=0)
    assert sent.encode(version=2013) == bytes.fromhex("00 0003 6162000000000000 00")
    assert Late.decode(sent.encode(version=2013), version=2013) == sent


def test_an_optional_value_equal_to_the_missing_one_is_written_if_more_follows():
    @record
    class Tail(Record):
        number: int = u8("数", optional=True, default=0)

    body = bytes.fromhex("00 ff")
    received = Tail.decode(body)
    assert isinstance(received, Tail)
    assert received.encode() == body


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"number": 70_000}, "Member.number: 70000 does not fit WORD"),
        ({"number": -1}, "Member.number: -1 does not fit WORD"),
        ({"name": "x" * 256}, "Member.name: 256 does not fit BYTE"),
        ({"name": "🚌"}, "Member.name: '🚌' is not in GBK"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_name_of_its_field(wrong: dict[str, Any], told: str):
    with pytest.raises(ValueError, match=told):
        Member(**{"number": 1, "name": "", **wrong}).encode()


def test_local_times_go_out_as_text_and_come_in_as_utc():
    zeros = Singles.decode(bytes(200))
    assert isinstance(zeros, Singles)
    assert zeros.at is None
    at = dt.datetime(2024, 2, 29, 16, 0, 1, tzinfo=dt.UTC)

    @record
    class Clock(Record):
        at: dt.datetime | None = moment("时间")

    assert Clock(at=at).encode().hex() == "240301000001"
    assert Clock(at=at).flat() == {"at": "2024-03-01T00:00:01"}
    assert Clock.decode(bytes.fromhex("240230000000")) == Clock(at=None)
    assert Clock.decode(bytes.fromhex("24022a000000")) == Clock(at=None)


def test_a_field_that_is_not_always_there_needs_a_value_for_where_it_is_not():
    with pytest.raises(TypeError, match="has no default"):

        @record
        class Wrong(Record):
            number: int = u8("数", since=2019)


def test_raw_and_text_take_what_is_left():
    @record
    class Tail(Record):
        data: bytes = raw("数据")

    assert Tail.decode(b"abc") == Tail(data=b"abc")
    assert Raw(3).notation == "BYTE[3]"


def test_an_item_that_reads_in_its_own_way_does_so():
    @record
    class Doubled(Item):
        TAG = 0x07
        number: int = u8("数")

        @classmethod
        def read(cls, source: Source, *, to_end: bool = False) -> Any:
            return cls(number=2 * source.number(1))

    @record
    class Report(Record):
        items: tuple[Record, ...] = items({7: Doubled}, "附加信息")

    assert Report.decode(bytes.fromhex("07 01 05")) == Report(items=(Doubled(number=10),))


def test_a_kind_may_depend_on_a_field_before_it_although_both_are_read_at_once():
    class Signed(Number):
        related = True

        def value_among(self, unpacked: Any, values: dict[str, Any]) -> int:
            return -unpacked if values["negative"] else unpacked

    @record
    class Pair(Record):
        negative: int = u8("负")
        number: int = wire(Signed(1), "数")

    assert Pair.decode(b"\x01\x05") == Pair(negative=1, number=-5)
    assert Pair.explain(b"\x01\x05")[1] == Pair(negative=1, number=-5)
    assert Pair.decode(b"\x01") == Fault(Refusal.BODY_SHORT, "number", 1)


class TestWhatWasSent:
    """A text of four bytes, a time and a count, as devices fill them."""

    @staticmethod
    def kind() -> type[Record]:
        @record
        class Sent(Record):
            name: str = text("名称", 4)
            at: dt.datetime | None = moment("时间")
            count: int = count_of("codes", "总数", default=0)
            codes: tuple[int, ...] = numbers(1, "编码", default=())

        return Sent

    @pytest.mark.parametrize(
        "body", ["00004142 260301120000 00", "41420000 ffffffffffff 02 0102", "41422020 000000000000 07"]
    )
    def test_comes_back_byte_by_byte(self, body):
        data = bytes.fromhex(body)
        read = self.kind().decode(data)
        assert read.name == "AB"
        assert read.encode() == data

    def test_is_left_for_what_is_said_now(self):
        read = self.kind().decode(bytes.fromhex("00004142 ffffffffffff 01 05"))
        assert dataclasses.replace(read, codes=(6,)).encode().hex() == "41420000" + "000000000000" + "01" + "06"

    def test_makes_no_difference_between_records(self):
        read = self.kind().decode(bytes.fromhex("00004142 ffffffffffff 01 05"))
        assert read == dataclasses.replace(read, sent=None)

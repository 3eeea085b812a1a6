"""Lists whose length the standard fixes, sizes of what comes further behind, dates with two digits of the year."""

import datetime as dt

import pytest

from laixi_transport.devices.wire.fields import day, many, record, size_of, u8, variant
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal


@record
class Sample(Record):
    speed_kmh: int = u8("速度")


@record
class Minute(Record):
    begin: dt.date | None = day("日期", width=3)
    samples: tuple[Sample, ...] = many(Sample, "样本", fixed=3)
    last: int = u8("尾")


@record
class Box(Record):
    kind: int = u8("类型")
    size: int = size_of("data", "长度", 2)
    spare: int = u8("备用", default=0)
    data: Record | bytes = variant("kind", {1: Minute}, "数据", size="size", default=b"")


MINUTE = Minute(begin=dt.date(2026, 3, 1), samples=tuple(Sample(speed_kmh=speed) for speed in (40, 41, 42)), last=9)


def test_a_list_of_a_fixed_length_says_its_number_nowhere():
    assert MINUTE.encode().hex() == "26030128292a09"
    assert Minute.decode(bytes.fromhex("26030128292a09")) == MINUTE
    assert Minute.decode(bytes.fromhex("2603012829")) == Fault(Refusal.BODY_SHORT, "samples[2].speed_kmh", 5)
    with pytest.raises(ValueError, match="2 members where there must be 3"):
        Minute(samples=MINUTE.samples[:2], begin=None, last=0).encode()


def test_a_size_is_that_of_what_stands_further_behind():
    box = Box(kind=1, data=MINUTE)
    assert box.encode().hex() == "0100070026030128292a09"
    assert Box.decode(box.encode()) == box
    assert box.flat()["size"] == 7
    assert Box(kind=2, data=b"abc").encode().hex() == "02000300616263"
    assert Box.decode(bytes.fromhex("02000500616263")) == Fault(Refusal.BODY_SHORT, "data", 4)


def test_a_year_of_two_digits_lies_in_this_century():
    assert Minute.decode(bytes.fromhex("99123100000000")) == Minute(
        begin=dt.date(2099, 12, 31), samples=(Sample(speed_kmh=0),) * 3, last=0
    )
    assert Minute.decode(bytes.fromhex("99133100000000")) == Minute(
        begin=None, samples=(Sample(speed_kmh=0),) * 3, last=0
    )
    with pytest.raises(ValueError, match="1999 does not fit"):
        Minute(begin=dt.date(1999, 1, 1), samples=MINUTE.samples, last=0).encode()

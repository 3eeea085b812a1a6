"""Messages that end early, editions that differ and lists with a bad member."""

import pytest

from laixi_transport.devices.wire.fields import by_version, count_of, many, record, text, u8, u16
from laixi_transport.devices.wire.kinds import Text
from laixi_transport.devices.wire.record import Record
from laixi_transport.devices.wire.refusal import Fault, Refusal


@record
class Pair(Record):
    left: int = u8("甲")
    right: int = u8("乙")


@record
class Parcel(Record):
    number: int = u16("编号")
    name: str | None = text("名称", 4, optional=True, default=None)
    weight: int | None = u16("重量", optional=True, default=None)


@record
class Train(Record):
    count: int = count_of("pairs", "总数", 2)
    pairs: tuple[Pair | bytes, ...] = many(Pair, "项", size=2, loose=True)


@record
class Edition(Record):
    name: str = by_version({2011: Text(2), 2013: Text(4), 2019: Text(prefix=1)}, "名称")
    last: int = u8("尾")


def test_a_message_that_ends_within_an_optional_field_keeps_the_rest_of_it():
    body = b"\x00\x07bo"
    assert Parcel.decode(body) == Parcel(number=7, rest=b"bo")
    assert Parcel(number=7, rest=b"bo").encode() == body
    assert Parcel.decode(b"\x00\x07bolt\x01") == Parcel(number=7, name="bolt", rest=b"\x01")
    assert Parcel(number=7, name="bolt", rest=b"\x01").encode() == b"\x00\x07bolt\x01"
    spans, explained = Parcel.explain(body)
    assert explained == Parcel(number=7, rest=b"bo")
    assert b"".join(span.data for span in spans) == body


def test_a_value_that_is_missing_is_told_by_its_name():
    with pytest.raises(ValueError, match=r"Parcel\.name: a value is missing"):
        Parcel(number=7, weight=3).encode()


def test_a_message_that_ends_within_a_field_that_must_be_there_is_a_fault():
    assert Parcel.decode(b"\x00") == Fault(Refusal.BODY_SHORT, "number", 0)


def test_a_loose_list_keeps_bad_members_as_bytes_and_what_runs_over_as_rest():
    body = bytes.fromhex("0003 0002 0102 0001 ff 0002 0304 0009 aa")
    train = Train(pairs=(Pair(left=1, right=2), b"\xff", Pair(left=3, right=4)), rest=bytes.fromhex("0009aa"))
    assert Train.decode(body) == train
    assert train.encode() == body
    assert train.flat() == {
        "count": 3,
        "pairs[0].left": 1,
        "pairs[0].right": 2,
        "pairs[1]": "ff",
        "pairs[2].left": 3,
        "pairs[2].right": 4,
        "rest": "0009aa",
    }
    spans, explained = Train.explain(body)
    assert explained == train
    assert b"".join(span.data for span in spans) == body


def test_a_field_follows_the_edition():
    for version, body in {
        2011: b"ab\x09",
        2012: b"ab\x09",
        2013: b"abcd\x09",
        2019: b"\x01a\x09",
        2025: b"\x01a\x09",
    }.items():
        edition = Edition.decode(body, version=version)
        assert isinstance(edition, Edition)
        assert edition.last == 9
        assert edition.encode(version=version) == body


def test_a_text_ends_at_its_first_zero():
    assert Edition.decode(b"\x03c\x00c\x09", version=2019) == Edition(name="c", last=9)
    assert Edition.decode(b"\x00c\x00c\x09", version=2013) == Edition(name="c", last=9)

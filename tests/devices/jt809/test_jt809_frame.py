"""Frames of JT/T 809: every cut of the wire gives the same, a bad frame costs no good one beside it."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt809.cipher import Keys, crypt
from laixi_transport.devices.jt809.frame import (
    Frame,
    FrameParser,
    Header,
    crc_of,
    encode_frame,
    escape,
    parse_frame,
    unescape,
)
from laixi_transport.devices.wire.refusal import Refusal, Refused

UTC = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
HEADER = Header(seq=7, msg_id=0x1005, center_id=4711, utc=UTC)
EDITIONS = (2011, 2019)

# A login as the first public implementation of the protocol publishes it.
PUBLISHED = bytes.fromhex(
    "5b000000480000008510010133efb8010000000000270f0133efb832303138303932303132372e302e302e31"
    "00000000000000000000000000000000000000000000000329" + "6a91" + "5d"
)

frames = st.builds(
    lambda body, seq, center_id, version: (encode_frame(replace(HEADER, seq=seq, center_id=center_id), body,
                                                        version=version), version),
    st.binary(max_size=300), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.sampled_from(EDITIONS),
)  # fmt: skip


def test_a_published_frame_is_read():
    frame = parse_frame(PUBLISHED)
    assert isinstance(frame, Frame)
    assert frame.header.flat() == {
        "msg_len": 72, "seq": 133, "msg_id": 0x1001, "center_id": 20180920, "version": "1.0.0", "encrypt": 0,
        "encrypt_key": 9999,
    }  # fmt: skip
    assert encode_frame(frame.header, frame.body) == PUBLISHED


def test_the_check_is_crc_16_ccitt_false():
    assert crc_of(b"123456789") == 0x29B1


@given(data=st.binary(max_size=400))
def test_escaping_is_undone_and_leaves_no_delimiter(data):
    escaped = escape(data)
    assert unescape(escaped) == data
    assert b"\x5b" not in escaped
    assert b"\x5d" not in escaped


@pytest.mark.parametrize("bad", [b"\x5a", b"\x5a\x03", b"\x5e\x5e\x01", b"\x5a\x5a\x01", b"1\x5e"])
def test_an_escape_byte_without_its_pair_is_refused(bad):
    assert unescape(bad) is None


@pytest.mark.parametrize("version", EDITIONS)
@given(body=st.binary(max_size=200))
def test_what_is_written_is_read_again(body, version):
    wire = encode_frame(HEADER, body, version=version)
    frame = parse_frame(wire, version)
    assert isinstance(frame, Frame)
    assert frame.body == body
    assert frame.wire == wire
    assert frame.header == replace(HEADER, msg_len=len(unescape(wire[1:-1])) + 2, utc=UTC if version == 2019 else None)
    assert encode_frame(frame.header, frame.body, version=version) == wire


@given(sent=st.lists(st.tuples(frames, st.binary(max_size=20)), max_size=5), data=st.data())
def test_cutting_the_wire_anywhere_changes_nothing(sent, data):
    wire = b"".join(frame + junk for (frame, _), junk in sent)
    whole = FrameParser(2019)
    expected = whole.feed(wire)
    whole.close()
    parser = FrameParser(2019)
    found = []
    at = 0
    while at < len(wire):
        size = data.draw(st.integers(1, len(wire) - at))
        found += parser.feed(wire[at : at + size])
        at += size
    parser.close()
    assert found == expected
    assert parser.refused == whole.refused


@given(before=st.binary(max_size=60), after=st.binary(max_size=60))
def test_a_good_frame_is_read_whatever_stands_beside_it(before, after):
    good = encode_frame(HEADER, b"x", version=2019)
    parser = FrameParser(2019)
    found = parser.feed(before + good + after + good)
    assert [frame.wire for frame in found if frame.wire == good] == [good, good]


@given(data=st.binary(max_size=300))
def test_no_bytes_are_too_strange(data):
    for version in EDITIONS:
        parser = FrameParser(version)
        parser.feed(data)
        parser.close()
        parse_frame(data, version)
        parse_frame(b"\x5b" + data + b"\x5d", version)


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (b"\x5b\x5d", Refusal.HEADER_SHORT),
        (b"\x5b" + bytes(23) + b"\x5d", Refusal.HEADER_SHORT),
        (b"\x5b" + bytes(30) + b"\x5d", Refusal.CHECKSUM),
        (b"\x5b" + bytes(30) + b"\x5a\x09\x5d", Refusal.ESCAPE),
        (PUBLISHED[:-3] + b"\x6a\x92\x5d", Refusal.CHECKSUM),
        (PUBLISHED[:-1], Refusal.TRUNCATED),
        (b"\x5b", Refusal.TRUNCATED),
        (b"GET / HTTP/1.1", Refusal.JUNK),
        (b"\x5d", Refusal.JUNK),
    ],
)
def test_each_fault_has_its_reason(wire, reason):
    parser = FrameParser()
    assert not parser.feed(wire)
    parser.close()
    assert parser.take_refused() == [Refused(reason, wire)]
    assert not parser.take_refused()


def test_a_length_that_is_not_the_length_is_refused():
    payload = Header(seq=1, msg_id=0x1005, center_id=1, msg_len=27).encode(version=2011)
    wire = b"\x5b" + payload + crc_of(payload).to_bytes(2) + b"\x5d"
    assert parse_frame(wire) is Refusal.BODY_LENGTH


def test_a_frame_cut_off_costs_none_behind_it():
    parser = FrameParser()
    found = parser.feed(PUBLISHED[:40] + PUBLISHED + b"noise" + PUBLISHED)
    assert [frame.wire for frame in found] == [PUBLISHED, PUBLISHED]
    assert [refused.reason for refused in parser.refused] == [Refusal.TRUNCATED, Refusal.JUNK]
    assert parser.pending == 0


def test_bytes_without_an_end_are_given_up_and_not_kept():
    parser = FrameParser(limit=1000)
    for _ in range(100):
        assert not parser.feed(b"\x5b" + bytes(300) if _ == 0 else bytes(300))
    assert [(refused.reason, len(refused.data)) for refused in parser.refused] == [(Refusal.TOO_LONG, 1201)]
    assert not parser.feed(b"\x5d")
    assert len(parser.feed(PUBLISHED)) == 1
    assert len(parser.refused) == 1


def test_a_frame_written_down_without_escapes_is_understood():
    wire = encode_frame(HEADER, b"\x5a\x5e[]", version=2019)
    bare = b"\x5b" + unescape(wire[1:-1]) + b"\x5d"
    assert bare != wire
    assert parse_frame(bare, 2019).body == b"\x5a\x5e[]"


@given(data=st.binary(max_size=200), key=st.integers(0, 2**32 - 1), keys=st.tuples(*[st.integers(0, 2**32 - 1)] * 3))
def test_encrypting_twice_is_nothing(data, key, keys):
    assert crypt(crypt(data, key, Keys(*keys)), key, Keys(*keys)) == data


def test_the_keystream_is_that_of_a_published_frame():
    keys = Keys(30_000_000, 20_000_000, 20_000_000)
    secret = bytes.fromhex("d37d9cc4900c77dc78f8676527d8ae12")
    assert crypt(secret, 256178, keys).hex() == "0133efb832303138303932303132372e"

"""Framing. Captured bytes are from public tests of SmallChi/JT808 (MIT)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.frame import (
    MAX_BODY,
    MAX_WIRE,
    Frame,
    FrameParser,
    encode_frame,
    encode_frames,
    escape,
    parse_frame,
    unescape,
    xor_of,
)
from laixi_transport.devices.wire.refusal import Refusal, Refused

PHONE = "13900000001"

phones = st.text("0123456789", min_size=1, max_size=12).map(lambda digits: digits.lstrip("0") or "1")
bodies = st.one_of(
    st.binary(max_size=80),
    st.lists(st.sampled_from([0x7D, 0x7E, 0x01, 0x02]), max_size=40).map(bytes),
    st.binary(min_size=MAX_BODY, max_size=MAX_BODY),
)
wires = st.builds(
    lambda msg_id, phone, sequence, body, version, packet: encode_frame(
        msg_id, phone, sequence, body, version=version, packet=packet
    ),
    st.integers(0, 0xFFFF),
    phones,
    st.integers(0, 0xFFFF),
    bodies,
    st.sampled_from([2011, 2013, 2019]),
    st.none() | st.tuples(st.integers(1, 0xFFFF), st.integers(1, 0xFFFF)),
)
junk = st.binary(max_size=60).map(lambda data: data.replace(b"\x7e", b"\x7d"))
streams = st.lists(wires | junk | st.binary(max_size=60), max_size=8).map(b"".join)


def outcome(parser: FrameParser, chunks: list[bytes]) -> tuple[list[Frame], list[Refused]]:
    frames = [frame for chunk in chunks for frame in parser.feed(chunk)]
    parser.close()
    return frames, parser.take_refused()


@given(
    st.integers(0, 0xFFFF),
    phones,
    st.integers(0, 0xFFFF),
    bodies,
    st.sampled_from([2013, 2019]),
    st.none() | st.tuples(st.integers(1, 0xFFFF), st.integers(1, 0xFFFF)),
)
def test_what_is_encoded_is_read_back(msg_id, phone, sequence, body, version, packet):
    wire = encode_frame(msg_id, phone, sequence, body, version=version, packet=packet)
    parser = FrameParser()
    (frame,) = parser.feed(wire)
    assert parser.refused == []
    assert (frame.msg_id, frame.phone, frame.sequence, frame.body) == (msg_id, phone, sequence, body)
    assert (frame.version, frame.parts, frame.part) == (version, *(packet or (0, 0)))
    assert frame.wire == wire


@given(streams, st.data())
def test_where_the_stream_is_cut_makes_no_difference(stream, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    chunks = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    whole = outcome(FrameParser(), [stream])
    assert outcome(FrameParser(), chunks) == whole
    assert outcome(FrameParser(), [bytes((byte,)) for byte in stream]) == whole


@given(st.lists(st.binary(max_size=200), max_size=6), wires)
def test_no_bytes_raise_and_the_good_frame_after_them_is_read(chunks, wire):
    parser = FrameParser()
    for chunk in chunks:
        parser.feed(chunk)
    assert parser.feed(b"\x7e" + wire)[-1].wire == wire


@given(wires, st.integers(0), st.integers(1, 255))
def test_a_flipped_byte_costs_no_other_frame(wire, place, flip):
    damaged = bytearray(wire)
    damaged[1 + place % (len(wire) - 2)] ^= flip
    good = encode_frame(0x0002, PHONE, 1, b"")
    parser = FrameParser()
    frames = parser.feed(good + bytes(damaged) + good)
    assert [frame.wire for frame in (frames[0], frames[-1])] == [good, good]
    # Two errors of one frame can cancel out in an XOR only if an escape was made or broken.
    assert all(len(frame.wire) <= len(wire) for frame in frames)


@given(st.binary(max_size=600))
def test_folding_gives_the_xor_of_all_bytes(data):
    expected = 0
    for byte in data:
        expected ^= byte
    assert xor_of(data) == expected


@given(bodies)
def test_escapes_leave_no_delimiter_and_come_off_again(payload):
    assert b"\x7e" not in escape(payload)
    assert unescape(escape(payload)) == payload


def test_one_delimiter_ends_a_frame_and_begins_the_next():
    one, two = encode_frame(0x0002, PHONE, 1, b""), encode_frame(0x0002, PHONE, 2, b"")
    assert [frame.sequence for frame in FrameParser().feed(one + two[1:])] == [1, 2]


def test_a_check_byte_of_7d_that_was_sent_as_it_is_is_understood():
    sequence = next(n for n in range(0x10000) if encode_frame(0x0002, PHONE, n, b"")[-3:-1] == b"\x7d\x01")
    sloppy = encode_frame(0x0002, PHONE, sequence, b"").replace(b"\x7d\x01\x7e", b"\x7d\x7e")
    (frame,) = FrameParser().feed(sloppy)
    assert frame.sequence == sequence
    assert frame.wire == sloppy


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (b"(09300000001BP05)", Refusal.JUNK),
        (b"\x7e\x00\x00\x7e", Refusal.HEADER_SHORT),
        (b"\x7e" + bytes(12) + b"\x01\x7e", Refusal.CHECKSUM),
        (b"\x7e" + bytes(12) + b"\x7d\x03\x7e", Refusal.ESCAPE),
        (b"\x7e\x7d" + bytes(14) + b"\x7e", Refusal.ESCAPE),
        (b"\x7e\x00\x02\x40\x00" + bytes(8) + b"\x42\x7e", Refusal.HEADER_SHORT),
        (b"\x7e\x00\x02\x20\x00" + bytes(8) + b"\x22\x7e", Refusal.HEADER_SHORT),
        (b"\x7e" + bytes(MAX_WIRE + 1), Refusal.TOO_LONG),
        (b"\x7e" + bytes(MAX_WIRE + 1) + b"\x7e", Refusal.TOO_LONG),
        (b"\x7e" + bytes(20), Refusal.TRUNCATED),
        # Published frames whose length or checksum is wrong.
        ("7e81040000010000000001341990550700016b7e", Refusal.BODY_LENGTH),
    ],
)
def test_what_is_refused_and_why(wire, reason):
    data = bytes.fromhex(wire) if isinstance(wire, str) else wire
    frames, refused = outcome(FrameParser(), [data])
    assert frames == []
    assert [one.reason for one in refused] == [reason]
    assert len(refused[0].data) <= MAX_WIRE + 2
    assert refused[0].data[:16] == data[:16]


def test_junk_between_frames_is_counted_by_itself():
    good = encode_frame(0x0002, PHONE, 1, b"")
    parser = FrameParser()
    assert len(parser.feed(b"\r\n" + good + b"(text)" + good + good)) == 3
    assert [one.reason for one in parser.take_refused()] == [Refusal.JUNK, Refusal.HEADER_SHORT]
    assert parser.refused == []


def test_an_endless_stream_without_a_delimiter_is_not_collected():
    parser = FrameParser()
    for _ in range(1000):
        parser.feed(bytes(1000))
    assert len(parser.take_refused()) == 1
    assert parser._rest == b""
    assert parser.feed(encode_frame(0x0002, PHONE, 1, b""))


@given(st.binary(min_size=1, max_size=3000), st.integers(20, MAX_BODY), st.sampled_from([2013, 2019]))
def test_a_long_body_goes_out_in_parts_with_running_numbers(body, part_bytes, version):
    frames = FrameParser().feed(
        b"".join(encode_frames(0x0704, PHONE, 0xFFFE, body, version=version, part_bytes=part_bytes))
    )
    assert b"".join(frame.body for frame in frames) == body
    assert [frame.sequence for frame in frames] == [(0xFFFE + n) & 0xFFFF for n in range(len(frames))]
    if len(frames) > 1:
        assert [(frame.parts, frame.part) for frame in frames] == [(len(frames), n + 1) for n in range(len(frames))]


def test_letters_in_the_phone_are_kept_as_text():
    frame = parse_frame(encode_frame(0x0002, "4EB6A0000001", 1, b"")[1:-1])
    assert isinstance(frame, Frame)
    assert frame.phone == "4EB6A0000001"


def test_what_does_not_fit_a_frame_is_the_callers_fault():
    with pytest.raises(ValueError, match="1024 bytes"):
        encode_frame(0x0704, PHONE, 1, bytes(MAX_BODY + 1))
    with pytest.raises(ValueError, match="12 digits"):
        encode_frame(0x0002, "1" * 13, 1, b"")


# Both captures are from public tests of traccar (Apache-2.0), which have them without escapes.
PLAIN_PHONE = "0900001f4f07788ef87d000cf0230223150215010203013800000c000b029dc58c04b99b6023022317182250"
PLAIN_PAIR = (
    "090000344f07788ef87d0138f02305151230460102020001ffffffff000100001457000000020006503134353700000c000a029dc63004b99a"
    "98230515132726"
)


class TestADeviceThatDoesNotEscape:
    def test_is_understood_where_check_and_length_agree(self):
        (frame,) = FrameParser().feed(bytes.fromhex(f"7e{PLAIN_PHONE}7e"))
        assert (frame.msg_id, frame.phone, frame.sequence, len(frame.body)) == (0x0900, "4F07788EF87D", 12, 31)

    def test_is_understood_where_its_bytes_look_like_an_escape(self):
        payload = bytes.fromhex(PLAIN_PAIR)
        (frame,) = FrameParser().feed(b"\x7e" + payload + bytes((xor_of(payload),)) + b"\x7e")
        assert (frame.phone, frame.sequence, len(frame.body)) == ("4F07788EF87D", 0x138, 52)

    def test_is_refused_where_they_do_not(self):
        spoilt = bytearray.fromhex(f"7e{PLAIN_PHONE}7e")
        spoilt[-3] ^= 1
        parser = FrameParser()
        assert not parser.feed(bytes(spoilt))
        assert [one.reason for one in parser.take_refused()] == [Refusal.ESCAPE]

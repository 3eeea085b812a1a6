"""Frames of timing terminals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.packets import Assembler, Whole
from laixi_transport.devices.training import frame as training
from laixi_transport.devices.training.frame import FrameParser, encode_frame, encode_frames, parse_frame
from laixi_transport.devices.wire.refusal import Refusal

PHONE = "13900000042"


def test_the_header_has_a_version_a_long_phone_and_a_spare_byte():
    # 80 | 0002 | 0000 | 0000 0139 0000 0042 | 0007 | 00 ; 80^02^01^39^42^07 = FF
    wire = encode_frame(0x0002, PHONE, 7, b"")
    assert wire.hex() == "7e" + "80000200000000013900000042000700" + "ff" + "7e"
    frame = parse_frame(wire[1:-1])
    assert isinstance(frame, Frame)
    assert (frame.msg_id, frame.phone, frame.sequence, frame.body) == (0x0002, PHONE, 7, b"")
    assert frame.version == 0x80
    assert frame.wire == wire


def test_a_sub_packaged_message_has_its_total_and_index_in_the_header():
    wire = encode_frame(0x0900, PHONE, 8, b"\x13", packet=(3, 2))
    assert wire[1:-2].hex() == "800900200100000139000000420008000003000213"
    frame = parse_frame(wire[1:-1])
    assert isinstance(frame, Frame)
    assert (frame.parts, frame.part, frame.body) == (3, 2, b"\x13")


def test_parts_come_together_as_those_of_jt808():
    body = bytes(range(256)) * 10
    assembler = Assembler()
    whole = None
    for wire in encode_frames(0x0900, PHONE, 0xFFFF, body):
        (frame,) = FrameParser().feed(wire)
        whole = assembler.add(frame, 0.0)
    assert isinstance(whole, Whole)
    assert whole.frame.body == body


@pytest.mark.parametrize(
    ("piece", "reason"),
    [
        (bytes.fromhex("80000200000000013900000042000700"), Refusal.HEADER_SHORT),
        (bytes.fromhex("800002200000000139000000420007000001"), Refusal.HEADER_SHORT),
        (bytes.fromhex("80000200000000013900000042000700fe"), Refusal.CHECKSUM),
        (bytes.fromhex("80000200010000013900000042000700fe"), Refusal.BODY_LENGTH),
        (bytes.fromhex("81000200000000013900000042000700fe"), Refusal.MAGIC),
        (bytes.fromhex("800002000000000139000000427d0700ff"), Refusal.ESCAPE),
        (bytes(training.MAX_WIRE + 1), Refusal.TOO_LONG),
    ],
)
def test_what_is_no_frame_is_refused_with_its_reason(piece, reason):
    assert parse_frame(piece) == reason
    assert FrameParser().feed(b"\x7e" + piece + b"\x7e") == []


def test_what_does_not_fit_is_refused_by_the_writer():
    with pytest.raises(ValueError, match="1024 bytes"):
        encode_frame(0x0900, PHONE, 1, bytes(1024))
    with pytest.raises(ValueError, match="16 digits"):
        encode_frame(0x0900, "1" * 17, 1, b"")


# Laws

phones = st.text("0123456789", min_size=1, max_size=16).map(lambda digits: digits.lstrip("0"))


@given(
    st.integers(0, 0xFFFF),
    phones,
    st.integers(0, 0xFFFF),
    st.binary(max_size=1023),
    st.booleans(),
    st.integers(0, 255),
)
def test_what_is_written_is_read(msg_id, phone, sequence, body, packaged, reserved):
    packet = (9, 4) if packaged else None
    wire = encode_frame(msg_id, phone, sequence, body, packet=packet, reserved=reserved)
    (frame,) = FrameParser().feed(wire)
    assert (frame.msg_id, frame.phone, frame.sequence, frame.body) == (msg_id, phone, sequence, body)
    assert (frame.parts, frame.part, frame.reserved) == (*(packet or (0, 0)), reserved)


@given(st.binary(max_size=200), st.lists(st.integers(0, 400), max_size=5))
def test_any_bytes_and_any_cuts_give_the_same_frames(noise, cuts):
    good = encode_frame(0x0900, PHONE, 1, b"\x13\x7e\x7d")
    stream = good + noise + good
    whole = FrameParser()
    frames = whole.feed(stream)
    assert frames[0].wire == good
    cut = FrameParser()
    pieces = []
    ends = sorted(min(at, len(stream)) for at in cuts)
    for begin, end in zip([0, *ends], [*ends, len(stream)], strict=True):
        pieces += cut.feed(stream[begin:end])
    assert pieces == frames
    assert cut.refused == whole.refused

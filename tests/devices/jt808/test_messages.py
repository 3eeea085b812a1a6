"""Messages. Captured bodies are from public tests of SmallChi/JT808 (MIT); their values are asserted there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.fields import decode_text, encode_text
from laixi_transport.devices.jt808.frame import FrameParser, address_bytes, encode_frame
from laixi_transport.devices.jt808.messages import (
    Answer,
    AnswerWriter,
    Authenticate,
    PositionBatch,
    Register,
    RegisterAnswer,
    ResendPackets,
)

CAPTURED = {
    2011: "002800323132333400746b3132333435004348493132330001d4c1413132333435",
    2013: "002800323132333400736d616c6c6368693132330000000000000000004348493132330001d4c1413132333435",
    2019: "002800323132333400000000000000736d616c6c63686931323300000000000000000000000000000000000000434849313233"
    "00000000000000000000000000000000000000000000000001d4c1413132333435",
}


@pytest.mark.parametrize("version", [2011, 2013, 2019])
def test_registrations_of_the_three_editions_are_told_apart(version):
    body = bytes.fromhex(CAPTURED[version])
    register = Register.decode(body, version=version)
    assert register == Register(
        province=40,
        city=50,
        maker="1234",
        model="tk12345" if version == 2011 else "smallchi123",
        terminal_no="CHI123",
        plate_colour=1,
        plate="粤A12345",
        version=version,
    )
    assert register.encode() == body


def test_a_vin_in_a_registration_of_2011_does_not_make_it_one_of_2013():
    register = Register(37, 285, "1234", "BUS-1", "A000001", 0, "LTEST000000000042", version=2011)
    assert len(register.encode()) > 37
    assert Register.decode(register.encode(), version=2013) == register


@pytest.mark.parametrize("size", [4, 9, 25, 33])
def test_short_registrations_of_real_devices_are_read_as_far_as_they_go(size):
    body = Register(37, 285, "1234", "BUS-1", "A000001", 2, "鲁BD0123", version=2011).encode()[:size]
    register = Register.decode(body, version=2013)
    assert register is not None
    assert (register.province, register.city) == (37, 285)
    assert register.maker == ("1234" if size > 4 else "")
    assert register.plate == ("鲁BD0123" if size == 33 else "")


def test_a_registration_without_even_a_region_is_none():
    assert Register.decode(b"\x00\x25\x01", version=2013) is None


def test_authentication_carries_the_code_and_in_2019_imei_and_software():
    body = bytes.fromhex("05343536313231323334353637383930616263646576322e302e300000000000000000000000000000")
    shown = Authenticate.decode(body, version=2019)
    assert shown == Authenticate("45612", "1234567890abcde", "v2.0.0")
    assert shown.encode(version=2019) == body
    assert Authenticate.decode(b"45612", version=2013) == Authenticate("45612")
    assert Authenticate.decode(b"45612", version=2019) == Authenticate("45612")  # the bare code under a header of 2019
    assert Authenticate.decode(b"", version=2019) is None


def test_an_answer_to_a_registration_has_a_code_only_when_all_is_well():
    assert RegisterAnswer.decode(bytes.fromhex("006400313233343536")) == RegisterAnswer(100, 0, "123456")
    assert RegisterAnswer(100, 0, "123456").encode() == bytes.fromhex("006400313233343536")
    assert RegisterAnswer(100, 4, "123456").encode() == bytes.fromhex("006404")
    assert RegisterAnswer.decode(b"\x00\x64") is None


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.integers(0, 255))
def test_a_general_answer_comes_back(sequence, msg_id, result):
    assert Answer.decode(Answer(sequence, msg_id, result).encode()) == Answer(sequence, msg_id, result)


@given(
    st.sampled_from(["13900000001", "7E7D00000001", "7D"]),
    st.sampled_from([2013, 2019]),
    st.integers(0, 0xFFFF),
    st.sampled_from([0x7D7E, 0, 0xFFFF]) | st.integers(0, 0xFFFF),
    st.sampled_from([0x0200, 0x0704, 0x7E7D]),
    st.integers(0, 4),
)
def test_the_fast_answer_is_the_same_frame(phone, version, sequence, answered, msg_id, result):
    writer = AnswerWriter(address_bytes(phone, version))
    body = Answer(answered, msg_id, result).encode()
    wire = writer.frame(sequence, answered, msg_id, result)
    assert wire == encode_frame(0x8001, phone, sequence, body, version=version)
    (frame,) = FrameParser().feed(wire)
    assert (frame.phone, frame.body) == (phone, body)


@given(st.sampled_from([0, 1]), st.lists(st.binary(max_size=80), max_size=6))
def test_a_batch_comes_back(kind, parts):
    batch = PositionBatch(kind, tuple(parts))
    assert PositionBatch.decode(batch.encode()) == batch


def test_a_batch_with_a_length_too_long_keeps_what_came_before():
    body = PositionBatch(1, (b"first", b"second")).encode()
    assert PositionBatch.decode(body[:-2]) == PositionBatch(1, (b"first",), b"\x00\x06seco")
    assert PositionBatch.decode(b"\x00\x01") is None


@given(st.binary(max_size=60), st.sampled_from([2013, 2019]))
def test_no_body_raises(body, version):
    Register.decode(body, version=version)
    Authenticate.decode(body, version=version)
    RegisterAnswer.decode(body)
    Answer.decode(body)
    PositionBatch.decode(body)
    ResendPackets.decode(body, version=version)


@pytest.mark.parametrize("version", [2013, 2019])
def test_a_request_for_missing_parts_comes_back(version):
    request = ResendPackets(7, (1, 3, 300))
    assert ResendPackets.decode(request.encode(version=version), version=version) == request
    assert ResendPackets.decode(request.encode(version=version)[:-1], version=version) is None


def test_a_request_before_2019_counts_in_one_byte():
    request = ResendPackets(7, tuple(range(1, 400)))
    assert ResendPackets.decode(request.encode(version=2013), version=2013) == ResendPackets(7, tuple(range(1, 256)))


def test_texts_are_padded_with_zeros_and_read_without():
    assert encode_text("鲁B", 6) == b"\xc2\xb3B\x00\x00\x00"
    assert decode_text(b"\xc2\xb3B\x00\x00\x00") == "鲁B"
    assert decode_text(b"\x00\xc2\xb3B \x00D\xff\x00") == "鲁B"  # behind the end of the text: leavings
    assert decode_text(b"\xff\xff") == "\ufffd\ufffd" or "\ufffd" in decode_text(b"\xff\xff")
    with pytest.raises(ValueError, match="more than 2 bytes"):
        encode_text("鲁B", 2)

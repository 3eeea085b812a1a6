"""General answers and requests for parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.answers import AnswerWriter, PlatformAnswer, ResendToPlatform, ResendToTerminal
from laixi_transport.devices.jt808.frame import FrameParser, address_bytes, encode_frame
from laixi_transport.devices.wire.refusal import Fault


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
    body = PlatformAnswer(resp_seq=answered, resp_id=msg_id, result=result).encode()
    wire = writer.frame(sequence, answered, msg_id, result)
    assert wire == encode_frame(0x8001, phone, sequence, body, version=version)
    (frame,) = FrameParser().feed(wire)
    assert (frame.phone, frame.body) == (phone, body)


@pytest.mark.parametrize("version", [2013, 2019])
def test_a_request_for_missing_parts_comes_back(version):
    request = ResendToPlatform(orig_seq=7, sub_ids=(1, 3, 300))
    body = request.encode(version=version)
    assert ResendToPlatform.decode(body, version=version) == request
    assert isinstance(ResendToPlatform.decode(body[:-1], version=version), Fault)


def test_the_length_tells_how_wide_a_request_counts():
    request = ResendToTerminal(orig_seq=1234, sub_ids=(258, 515))
    assert ResendToTerminal.decode(bytes.fromhex("04d20201020203"), version=2019) == request
    assert ResendToTerminal.decode(bytes.fromhex("04d2000201020203"), version=2013) == request


def test_a_request_before_2019_counts_in_one_byte():
    with pytest.raises(ValueError, match="256 does not fit BYTE"):
        ResendToPlatform(orig_seq=7, sub_ids=tuple(range(256))).encode(version=2013)

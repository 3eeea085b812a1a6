"""Any bytes are shown: what they mean as far as they can be read, and the rest as bytes."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.frame import encode_frame, encode_frames
from laixi_transport.services.terminals.frames import view_frame, view_frames

AT = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(data):
    view = view_frame(data, AT, "up")
    assert view.fault
    assert view.wire == data


@given(st.sampled_from([0x0100, 0x0102, 0x0200, 0x0704, 0x0801, 0x0900, 0x1205, 0x0F0F]), st.binary(max_size=300))
def test_every_byte_of_a_body_is_in_one_field(msg_id, body):
    view = view_frame(encode_frame(msg_id, "13900000001", 7, body), AT, "up")
    assert (view.msg_id, view.sequence, view.phone) == (msg_id, 7, "13900000001")
    at = 0
    for field in view.fields:
        assert field.offset == at
        at += len(field.data)
    assert at == len(body)


def test_a_frame_that_is_none_says_why():
    wire = bytearray(encode_frame(0x0002, "13900000001", 1, b""))
    wire[-2] ^= 1
    assert view_frame(bytes(wire), AT, "up").fault == "checksum"


def test_a_body_that_ends_early_says_where():
    view = view_frame(encode_frame(0x0001, "13900000001", 1, b"\x00\x01\x82"), AT, "up")
    assert (view.fault, view.fault_field) == ("body_short", "resp_id")
    assert [field.data for field in view.fields] == [b"\x00\x01", b"\x82"]


def test_sub_packages_are_put_together_where_all_are_there():
    wires = encode_frames(0x0704, "13900000001", 1, b"\x00\x01\x01" + (1100).to_bytes(2) + bytes(1100))
    [view] = view_frames(b"".join(wires), AT, "up")
    assert (view.title, view.parts, len(view.fields) > 5) == ("定位数据批量上传", 0, True)
    [part] = view_frames(wires[1], AT, "up")
    assert (part.parts, part.part, len(part.fields)) == (2, 2, 1)

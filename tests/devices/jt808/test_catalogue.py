"""Laws that every message on the port of JT/T 808 keeps; a new one is tested by being listed."""

import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from laixi_transport.devices.jt808 import ids
from laixi_transport.devices.jt808.catalogue import MESSAGES, POSITION_ITEMS
from laixi_transport.devices.jt808.control import VehicleControl
from laixi_transport.devices.jt808.frame import Frame, FrameParser
from laixi_transport.devices.jt808.message import decode_message, encode, encode_message
from laixi_transport.devices.wire.refusal import Fault

EXAMPLES = settings.default.max_examples // 5
VERSIONS = (2011, 2013, 2019)
ALL = pytest.mark.parametrize(
    "cls", [pytest.param(cls, id=f"{msg_id:04X}") for msg_id, cls in sorted(MESSAGES.items())]
)
EDITIONS = pytest.mark.parametrize("version", VERSIONS)

NAMED_BY_THE_STANDARDS = """
    0001 0002 0003 0004 8001 8003 8004 0005 0100 8100 0102 8103 8104 8106 0104 8105 8107 0107 8108 0108 0200 8201 0201
    8202 8203 8204 8300 8301 0301 8302 0302 8303 0303 8304 8400 8401 8500 0500 8600 8601 8602 8603 8604 8605 8606 8607
    8608 0608 8700 0700 8701 0701 0702 8702 0704 0705 0800 0801 8800 8801 0805 8802 0802 8803 8804 8805 8900 0900 0901
    8A00 0A00 1003 1005 1205 1206 9003 9101 9102 9105 9201 9202 9205 9206 9207 9301 9302 9303 9304 9305 9306
    1210 1211 1212 9208 9212
"""


def test_every_message_that_the_standards_name_is_there_and_no_other():
    assert sorted(MESSAGES) == sorted(int(digits, 16) for digits in NAMED_BY_THE_STANDARDS.split())
    assert {int(msg_id) for msg_id in ids.MessageId} <= set(MESSAGES)


def test_every_message_and_item_has_its_name_and_source_in_the_standard():
    for cls in (*MESSAGES.values(), *POSITION_ITEMS.values()):
        assert cls.TITLE, cls
        assert cls.CLAUSE, cls
        assert cls.__doc__ is not None
        for field in cls.LAYOUT:
            assert field.label, (cls, field.name)


@ALL
@EDITIONS
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_what_is_written_is_read_again(records_of, assert_spans_cover, cls, version, data):
    told = data.draw(records_of(cls, version))
    body = told.encode(version=version)
    assume(cls.layout_version(body, version) == version)
    assume(cls.ID != VehicleControl.ID or all(one.unlock is not None for one in told.controls[:-1]))
    assert cls.decode(body, version=version) == told
    assert cls.decode(body, version=version).encode(version=version) == body
    json.dumps(told.flat())
    assert_spans_cover(cls, body, version)


@ALL
@EDITIONS
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_body_that_ends_early_is_read_or_refused(records_of, assert_spans_cover, cls, version, data):
    body = data.draw(records_of(cls, version)).encode(version=version)
    cut = body[: data.draw(st.integers(0, len(body)))]
    assert_spans_cover(cls, cut, version)
    result = cls.decode(cut, version=version)
    if not isinstance(result, Fault):
        json.dumps(result.flat())


@ALL
@settings(max_examples=EXAMPLES)
@given(body=st.binary(max_size=120), version=st.sampled_from(VERSIONS))
def test_no_bytes_are_too_strange(assert_spans_cover, cls, body, version):
    result = cls.decode(body, version=version)
    assert_spans_cover(cls, body, version)
    if not isinstance(result, Fault):
        json.dumps(result.flat())


@ALL
@settings(max_examples=EXAMPLES)
@given(data=st.data(), version=st.sampled_from(VERSIONS), sequence=st.integers(0, 0xFFFF))
def test_a_message_comes_back_from_its_frames(records_of, cls, data, version, sequence):
    told = data.draw(records_of(cls, version))
    body = told.encode(version=version)
    layout = cls.layout_version(body, 2019 if version == 2019 else 2013)
    assume(cls.ID != VehicleControl.ID or all(one.unlock is not None for one in told.controls[:-1]))
    assume(layout == version or (version == 2011 and cls.decode(body, version=layout) == told))
    wires = encode(told, "13900000001", sequence, version=version)
    frames = FrameParser().feed(b"".join(wires))
    assert [frame.sequence for frame in frames] == [(sequence + n) & 0xFFFF for n in range(len(frames))]
    assert [encode_message(decode_message(frame)) for frame in frames] == wires
    if len(frames) == 1:
        message = decode_message(frames[0])
        assert (message.body, message.frame.phone) == (told, "13900000001")


class TestAMessage:
    @staticmethod
    def frame(wire):
        (frame,) = FrameParser().feed(bytes.fromhex(wire))
        return frame

    def test_of_an_unknown_id_is_bytes_and_comes_back(self):
        frame = self.frame(_framed(0x1300, b"\x01\x02"))
        message = decode_message(frame)
        assert message.body == b"\x01\x02"
        assert encode_message(message) == frame.wire

    def test_that_cannot_be_read_is_a_fault_and_comes_back(self):
        frame = self.frame(_framed(0x0200, b"\x01\x02"))
        message = decode_message(frame)
        assert isinstance(message.body, Fault)
        assert message.body.field == "alarm_bits"
        assert encode_message(message) == frame.wire

    def test_that_is_encrypted_or_a_part_is_bytes_and_comes_back(self):
        encrypted = self.frame(_framed(0x0200, bytes(30), properties=1 << 10))
        assert decode_message(encrypted).body == bytes(30)
        assert encode_message(decode_message(encrypted)) == encrypted.wire
        (first, last) = FrameParser().feed(
            b"".join(
                encode(
                    MESSAGES[0x0801](media_id=1, media_type=0, format=0, event=0, channel=1, data=bytes(1500)),
                    "13900000001",
                    9,
                    version=2011,
                )
            )
        )
        assert decode_message(first).body == first.body
        assert encode_message(decode_message(last)) == last.wire

    def test_that_was_put_together_of_parts_comes_back_in_parts(self):
        wires = encode(MESSAGES[0x8300](flag=8, text_type=1, text="鲁" * 700), "13900000001", 65535)
        frames = FrameParser().feed(b"".join(wires))
        assert len(frames) == 2
        whole = frames[0]._replace(body=frames[0].body + frames[1].body, parts=0, part=0)
        message = decode_message(whole)
        assert message.body.text == "鲁" * 700
        assert encode_message(message) == b"".join(wires)

    def test_keeps_the_revision_and_the_reserved_bit_of_its_header(self):
        payload = bytes.fromhex("0002 c000 03 00000000013900000001 0007")
        wire = b"\x7e" + payload + bytes((_xor(payload),)) + b"\x7e"
        (frame,) = FrameParser().feed(wire)
        assert encode_message(decode_message(frame)) == wire

    def test_without_received_bytes_is_of_the_first_revision(self):
        frame = Frame(0x0002, 0x4000, bytes(10), 7, 0, 0, b"", b"")
        assert encode_message(decode_message(frame)).hex() == "7e0002400001" + "00" * 10 + "0007447e"


def _xor(payload):
    check = 0
    for byte in payload:
        check ^= byte
    return check


def _framed(msg_id, body, *, properties=0):
    payload = msg_id.to_bytes(2) + (len(body) | properties).to_bytes(2) + bytes.fromhex("0139000000010005") + body
    return (b"\x7e" + payload + bytes((_xor(payload),)) + b"\x7e").hex()

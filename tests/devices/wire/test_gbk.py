"""Texts of devices, whatever their bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.wire.gbk import decode_gbk, encode_gbk


@given(st.binary())
def test_any_bytes_come_back_and_their_text_goes_through_utf8_and_json(data: bytes) -> None:
    text = decode_gbk(data)
    assert encode_gbk(text) == data
    assert json.loads(json.dumps(text, ensure_ascii=False).encode()) == text


def test_a_text_cut_within_a_character_keeps_what_can_be_read() -> None:
    assert decode_gbk("鲁B00042".encode("gbk")) == "鲁B00042"
    assert decode_gbk("莱西".encode("gbk")[:-1]) == "莱" + chr(0xF700 + 0xCE)


def test_a_character_that_gbk_does_not_have_is_told() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_gbk("🚌")

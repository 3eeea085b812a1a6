"""Every name that records of the corpora may use is one that something can be read as."""

import re
from functools import cache
from pathlib import Path

import pytest

from laixi_transport.devices.jt808.position_report import PositionBatch
from laixi_transport.devices.jt808.registration import RegisterAnswer
from laixi_transport.devices.jt809.frame import Header
from laixi_transport.devices.jt809.message import encode_message, envelope
from laixi_transport.services.decoding import platforms, streams
from laixi_transport.services.decoding.reading import Terms
from tests.conformance.jt import OUR_NAMES, WORDS
from tests.conformance.names import names_of, records

README = Path(__file__).parents[1] / "data" / "corpora" / "README.md"


def _vocabulary() -> list[str]:
    listed = README.read_text("utf-8").partition("The whole vocabulary of `expect`")[2]
    return re.findall(r"`([^`]+)`", listed.partition("Meanings that the name does not tell")[0])


@cache
def _found() -> set[str]:
    names = set().union(*map(names_of, records()))
    header = Header(seq=1, msg_id=0, center_id=1)
    frame = encode_message(envelope(b"", version=2011, msg_id=0x1200, sub_id=0x1202), header)
    names |= platforms.read_frame(frame, Terms(version=2011)).fields.keys()
    names |= platforms.read_stream(frame, Terms(version=2011)).fields.keys()
    packet = bytes.fromhex("30316364816200000123456789990144000400000000")
    names |= streams.read_packet(packet, Terms()).fields.keys()
    return names | WORDS


def test_the_vocabulary_is_the_whole_one():
    assert len(_vocabulary()) == 330


@pytest.mark.parametrize("name", _vocabulary())
def test_every_name_can_be_found(name: str):
    assert any(ours in _found() for ours in OUR_NAMES.get(name, (name,)))


def test_names_of_conditional_fields_members_and_items_are_among_those_of_a_record():
    assert names_of(RegisterAnswer) == {"resp_seq", "result", "auth_code"}
    assert {"batch_type", "count", "items[k].lat_deg", "items[k].mileage_km"} <= names_of(PositionBatch)

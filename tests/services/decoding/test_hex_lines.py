import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.services.decoding.lines import bytes_of

FRAME = bytes.fromhex("7e0002000001234567890000 0a817e")


@pytest.mark.parametrize(
    "line",
    [
        "7e00020000012345678900000a817e",
        "7E 00 02 00 00 01 23 45 67 89 00 00 0A 81 7E",
        "7E-00-02-00-00-01-23-45-67-89-00-00-0A-81-7E",
        "7e:00:02:00:00:01:23:45:67:89:00:00:0a:81:7e",
        "0x7e00020000012345678900000a817e",
        "0x7E, 0x00, 0x02, 0x00, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0x00, 0x00, 0x0A, 0x81, 0x7E",
        "7e00 0200 0001 2345 6789 0000 0a81 7e",
        "hex: 7e00020000012345678900000a817e",
        "hex:7e00020000012345678900000a817e\r\n",
        '"7e00020000012345678900000a817e",',
        "2024-03-01 12:00:01.250 INFO [io-3] 10.0.0.7:6808 recv(15) 7E00020000012345678900000A817E",
        "2024-03-01 12:00:01 7E 00 02 00 00 01 23 45 67 89 00 00 0A 81 7E",
        "12:00:01 HEX: 7e00020000012345678900000a817e len=15",
    ],
)
def test_one_frame_is_found_in_what_people_write(line):
    assert bytes_of(line) == FRAME


@pytest.mark.parametrize("line", ["", "# 7e00", "connected", "2024-03-01 started", "7e0", "hex:", "face the facts"])
def test_lines_without_a_frame_have_none(line):
    assert bytes_of(line.removeprefix("# 7e00")) is None


def test_bodies_are_taken_whole_and_only_whole():
    assert bytes_of("04d2 0201 0203", bare=True) == bytes.fromhex("04d202010203")
    assert bytes_of("body: 04d202010203", bare=True) == bytes.fromhex("04d202010203")
    assert bytes_of("04d202010203 ok", bare=True) is None


@given(st.binary(min_size=1, max_size=80), st.sampled_from(["", " ", "-", ":", ", "]), st.booleans())
def test_any_frame_is_found_in_any_form(inner, between, upper):
    frame = b"\x7e" + inner + b"\x7e"
    text = between.join(f"{byte:02x}" for byte in frame)
    assert bytes_of(text.upper() if upper else text) == frame


@given(st.text())
def test_no_text_is_too_strange(line):
    bytes_of(line)
    bytes_of(line, bare=True)

"""Terminal parameters: the table, and values of every kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.parameter_records import ForbiddenHours, StreamSettings
from laixi_transport.devices.jt808.parameters import PARAMETERS, Setting
from laixi_transport.devices.jt808.settings import ParameterAnswer, SetParameters
from laixi_transport.devices.wire.groups import Nested
from laixi_transport.devices.wire.refusal import Fault, Refusal

SIZES = {
    0x0032: 4, 0x0075: 21, 0x0079: 3, 0x007B: 2, 0x007C: 20, 0x0110: 8, 0x01FF: 8, 0xF364: 56, 0xF365: 49, 0xF366: 36,
    0xF367: 2,
}  # fmt: skip


def setting(text):
    """Return the only setting of an 8103 body with these bytes behind the count."""
    body = b"\x01" + bytes.fromhex(text)
    message = SetParameters.decode(body)
    assert message.encode() == body
    (one,) = message.settings
    return one


def test_every_parameter_has_a_name_of_its_own_and_the_standards_label():
    assert len({one.name for one in PARAMETERS.values()}) == len(PARAMETERS)
    assert all(one.label and one.id == number for number, one in PARAMETERS.items())
    assert all(one.since <= one.until for one in PARAMETERS.values())
    assert {0x0001, 0x0029, 0x0055, 0x0084, 0x0095, 0x0103, 0x0110, 0x01FF} <= set(PARAMETERS)


@pytest.mark.parametrize(("number", "size"), SIZES.items())
def test_parameters_with_parts_have_the_standards_size(number, size):
    one = setting(f"{number:08x} {size:02x}" + "00" * size)
    assert isinstance(PARAMETERS[number].kind, Nested)
    assert isinstance(one.value, PARAMETERS[number].kind.member)
    assert isinstance(setting(f"{number:08x} {size - 1:02x}" + "00" * (size - 1)).value, bytes)


@pytest.mark.parametrize(
    ("text", "value", "flat"),
    [
        ("00000055 04 00000050", 80, {"param.0055": 80}),
        ("0000005b 02 0032", 5.0, {"param.005b": 5.0}),
        ("00000080 04 000003e8", 100.0, {"param.0080": 100.0}),
        ("00000083 07 c2b34230303432", "鲁B0042", {"param.0083": "鲁B0042"}),
        ("00000010 00", "", {"param.0010": ""}),
        ("00000084 01 02", 2, {"param.0084": 2}),
        ("00000055 02 0050", b"\x00\x50", {"param.0055": "0050"}),  # not the standard's length
        ("0000ff01 01 07", b"\x07", {"param.ff01": "07"}),  # not the standard's id
        (
            "00000032 04 16320a1e",
            ForbiddenHours(begin_hour=22, begin_minute=50, end_hour=10, end_minute=30),
            {
                "param.0032": "16320a1e", "param.0032.begin_hour": 22, "param.0032.begin_minute": 50,
                "param.0032.end_hour": 10, "param.0032.end_minute": 30,
            },
        ),
    ],
)  # fmt: skip
def test_a_value_is_what_its_id_says(text, value, flat):
    one = setting(text)
    assert one.value == value
    assert {name: told for name, told in SetParameters(settings=(one,)).flat().items() if "param." in name} == flat


def test_cameras_are_read_part_by_part():
    streams = setting("00000075 15 03 05 0004 07 00000006 08 0a 0009 0c 0000000b 0002 01").value
    assert streams == StreamSettings(
        live_mode=3, live_resolution=5, live_key_frame_interval=4, live_frames_per_s=7, live_kbit_per_s=6,
        stored_mode=8, stored_resolution=10, stored_key_frame_interval=9, stored_frames_per_s=12, stored_kbit_per_s=11,
        osd_bits=2, audio_on=1,
    )  # fmt: skip
    channels = setting("00000076 0b 02 01 00 02030001 07060405")
    assert [one.logical for one in channels.value.channels] == [3, 6]
    several = setting("00000077 2b 02" + "01" * 21 + "02" * 21)
    assert [one.channel for one in several.value.channels] == [1, 2]
    assert SetParameters(settings=(several,)).flat()["param.0077.channels[1].channel"] == 2


def test_a_setting_knows_what_it_means():
    assert Setting(id=0x0055, value=80).parameter.label == "最高速度"
    assert Setting(id=0x0055, value=80).parameter.unit == "km/h"
    assert Setting(id=0xABCD, value=b"").parameter is None


def test_a_value_that_does_not_fit_is_told():
    with pytest.raises(ValueError, match=r"Setting\.value: parameter ABCD is not known"):
        Setting(id=0xABCD, value=1).encode()
    with pytest.raises(ValueError, match=r"Setting\.value: .*does not fit DWORD"):
        Setting(id=0x0055, value=1 << 32).encode()
    with pytest.raises(ValueError, match=r"Setting\.value: 256 does not fit BYTE"):
        Setting(id=0x0013, value="a" * 256).encode()


def test_a_list_that_ends_early_names_the_setting():
    body = bytes.fromhex("0007 02 00000001 04 0000003c 00000055 04 00")
    assert ParameterAnswer.decode(body) == Fault(Refusal.BODY_SHORT, "settings[1].value", 16)


@given(data=st.data(), number=st.sampled_from(sorted(PARAMETERS)))
def test_every_value_comes_back(assert_spans_cover, data, number):
    value = data.draw(st.binary(max_size=60))
    body = b"\x00\x07\x01" + number.to_bytes(4) + bytes((len(value),)) + value
    answer = ParameterAnswer.decode(body)
    again = ParameterAnswer.decode(answer.encode())
    assert answer == again
    if not isinstance(answer.settings[0].value, str):  # the zeros around a text do not come back
        assert answer.encode() == body
    assert_spans_cover(ParameterAnswer, body, 2013)

"""Registration and authentication. Captured bodies are from public tests of SmallChi/JT808 (MIT), which assert them."""

from dataclasses import replace

import pytest

from laixi_transport.devices.jt808.registration import Authenticate, Register, RegisterAnswer
from laixi_transport.devices.wire.refusal import Fault

CAPTURED = {
    2011: "002800323132333400746b3132333435004348493132330001d4c1413132333435",
    2013: "002800323132333400736d616c6c6368693132330000000000000000004348493132330001d4c1413132333435",
    2019: "002800323132333400000000000000736d616c6c63686931323300000000000000000000000000000000000000434849313233"
    "00000000000000000000000000000000000000000000000001d4c1413132333435",
}
BUS = Register(
    province_id=37,
    city_id=285,
    maker_id="1234",
    terminal_model="BUS-1",
    terminal_id="A000001",
    plate_color=2,
    plate_no="鲁BD0123",
)


@pytest.mark.parametrize("version", [2011, 2013, 2019])
def test_registrations_of_the_three_editions_are_told_apart(version):
    body = bytes.fromhex(CAPTURED[version])
    header = 2019 if version == 2019 else 2013
    assert Register.layout_version(body, header) == version
    register = Register.decode(body, version=header)
    assert register == Register(
        province_id=40,
        city_id=50,
        maker_id="1234",
        terminal_model="tk12345" if version == 2011 else "smallchi123",
        terminal_id="CHI123",
        plate_color=1,
        plate_no="粤A12345",
    )
    assert replace(register, sent=None).encode(version=version) == body


def test_a_vin_in_a_registration_of_2011_does_not_make_it_one_of_2013():
    register = Register(
        province_id=37,
        city_id=285,
        maker_id="1234",
        terminal_model="BUS-1",
        terminal_id="A000001",
        plate_color=0,
        plate_no="LTEST000000000042",
    )
    body = register.encode(version=2011)
    assert len(body) > 37
    assert Register.decode(body, version=2013) == register


@pytest.mark.parametrize(
    ("size", "last"),
    [
        (4, "city_id"),
        (9, "maker_id"),
        (17, "terminal_model"),
        (24, "terminal_id"),
        (25, "plate_color"),
        (33, "plate_no"),
    ],
)
def test_short_registrations_of_real_devices_are_read_as_far_as_they_go(size, last):
    body = BUS.encode(version=2011)[:size]
    register = Register.decode(body, version=2013)
    names = ["province_id", "city_id", "maker_id", "terminal_model", "terminal_id", "plate_color", "plate_no"]
    there = names[: names.index(last) + 1]
    nothing = dict.fromkeys(names) | {"plate_no": ""}
    assert [getattr(register, name) for name in names] == [
        getattr(BUS if name in there else register, name) for name in names
    ]
    assert all(getattr(register, name) == nothing[name] for name in names if name not in there)
    assert replace(register, sent=None).encode(version=2011) == body


def test_a_registration_cut_within_a_field_keeps_what_is_left_of_it():
    body = BUS.encode(version=2011)[:12]
    register = Register.decode(body, version=2013)
    assert register == Register(province_id=37, city_id=285, maker_id="1234", rest=b"BUS")
    assert replace(register, sent=None).encode(version=2011) == body


def test_a_registration_without_even_a_region_is_none():
    assert isinstance(Register.decode(b"\x00\x25\x01", version=2013), Fault)


def test_authentication_carries_the_code_and_in_2019_imei_and_software():
    body = bytes.fromhex("05343536313231323334353637383930616263646576322e302e300000000000000000000000000000")
    shown = Authenticate.decode(body, version=2019)
    assert shown == Authenticate(auth_code="45612", imei="1234567890abcde", software_version="v2.0.0")
    assert replace(shown, sent=None).encode(version=2019) == body
    assert Authenticate.decode(b"45612", version=2013) == Authenticate(auth_code="45612")


def test_a_bare_code_under_a_header_of_2019_is_taken_as_one():
    assert Authenticate.decode(b"45612", version=2019) == Authenticate(auth_code="45612")
    assert isinstance(Authenticate.decode(b"", version=2019), Fault)


def test_an_answer_to_a_registration_has_a_code_only_when_all_is_well():
    taken = RegisterAnswer(resp_seq=100, result=0, auth_code="123456")
    assert RegisterAnswer.decode(bytes.fromhex("006400313233343536")) == taken
    assert taken.encode() == bytes.fromhex("006400313233343536")
    assert RegisterAnswer(resp_seq=100, result=4, auth_code="123456").encode() == bytes.fromhex("006404")
    assert isinstance(RegisterAnswer.decode(b"\x00\x64"), Fault)


def test_a_registration_of_2013_under_the_header_of_2019_is_read_as_what_it_is():
    body = BUS.encode(version=2013)
    assert Register.layout_version(body, 2019) == 2013
    assert Register.decode(body, version=2019) == BUS
    assert Register.layout_version(BUS.encode(version=2019)[:60], 2019) == 2019

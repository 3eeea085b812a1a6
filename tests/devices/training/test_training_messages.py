"""Messages of timing terminals: bytes checked by hand, signatures with a key made here, laws for every one of them."""

import datetime as dt
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laixi_transport.devices.training.extension import (
    FUNCTIONS,
    Attribute,
    Extension,
    TransparentDown,
    TransparentUp,
)
from laixi_transport.devices.training.gnss import Altitude, EngineSpeed, Fuel, GnssFix, Mileage
from laixi_transport.devices.training.messages import MESSAGES, Authenticate, Position, Register, RegisterAnswer
from laixi_transport.devices.training.photos import PhotoBegin, PhotoNumber, PhotosFound
from laixi_transport.devices.training.sessions import (
    CoachLogin,
    CoachLoginAnswer,
    CoachLogout,
    MinuteRecord,
    RecordsWanted,
    StudentLoginAnswer,
    StudentLogout,
)
from laixi_transport.devices.training.settings import Lock, Settings, SettingsChange
from laixi_transport.devices.training.signature import Algorithm, PublicKey, signed_sign_on
from laixi_transport.devices.wire.groups import RawItem
from laixi_transport.devices.wire.refusal import Fault, Refusal

NOON = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)  # 12:00 in GMT+8
# No alarm, located; 36.25 N 120.5 E; 11.1 and 10.2 km/h; 56 deg; noon.
FIX = "000000000000000202292190072eaf20006f00660038260301120000"
COACH = "9381223400000001"
STUDENT = "9381223400000002"
TERMINAL = "9997195100000042"


def ascii_hex(text: str) -> str:
    return text.encode().hex()


def fix(*found) -> GnssFix:
    return GnssFix(
        alarm_bits=0,
        status_bits=2,
        lat_deg=36.25,
        lon_deg=120.5,
        recorder_speed_kmh=11.1,
        speed_kmh=10.2,
        direction_deg=56,
        time=NOON,
        items=found,
    )


# Bodies


def test_the_position_block_has_two_speeds_and_no_height():
    assert GnssFix.decode(bytes.fromhex(FIX)) == fix()
    assert fix().encode().hex() == FIX
    assert fix().flat("gnss.")["gnss.recorder_speed_kmh"] == 11.1


def test_items_of_the_position_block():
    body = bytes.fromhex(FIX + "0104000003e8020200640302ffce050203200901aa")
    read = GnssFix.decode(body)
    assert isinstance(read, GnssFix)
    assert read.items == (
        Mileage(mileage_km=100.0),
        Fuel(fuel_l=10.0),
        Altitude(altitude_m=-50),
        EngineSpeed(engine_rpm=800),
        RawItem(tag=9, data=b"\xaa"),
    )
    assert read.encode() == body
    other = GnssFix.decode(bytes.fromhex(FIX + "04020320"))
    assert isinstance(other, GnssFix)
    assert other.flat()["engine_rpm"] == 800
    assert other.encode().hex() == FIX + "04020320"


def test_the_signs_of_coordinates_are_in_the_status():
    south_west = GnssFix.decode(bytes.fromhex(FIX.replace("00000002", "0000000e", 1)))
    assert isinstance(south_west, GnssFix)
    assert (south_west.lat_deg, south_west.lon_deg) == (-36.25, -120.5)


def test_a_coach_logs_in():
    body = bytes.fromhex(ascii_hex(COACH) + ascii_hex("370282198001010017") + ascii_hex("C1") + FIX)
    login = CoachLogin(coach_no=COACH, id_card="370282198001010017", car_class="C1", gnss=fix())
    assert CoachLogin.decode(body) == login
    assert login.encode() == body
    answer = CoachLoginAnswer(result=1, coach_no=COACH, text="好")
    assert answer.encode().hex() == "01" + ascii_hex(COACH) + "00" + "02" + "bac3"


def test_a_student_logs_in_and_out():
    answer = bytes.fromhex("01" + ascii_hex(STUDENT) + "0e8802580bb801f4" + "00" + "00")
    assert StudentLoginAnswer.decode(answer) == StudentLoginAnswer(
        result=1, student_no=STUDENT, total_min=3720, done_min=600, total_mileage_km=300.0, done_mileage_km=50.0
    )
    logout = bytes.fromhex(ascii_hex(STUDENT) + "260301120000003c00c800000064" + FIX)
    assert StudentLogout.decode(logout) == StudentLogout(
        student_no=STUDENT, time=NOON, duration_min=60, mileage_km=20.0, class_id=100, gnss=fix()
    )


def test_a_minute_of_training():
    body = bytes.fromhex(
        ascii_hex(TERMINAL + "2603010007") + "01" + ascii_hex(STUDENT) + ascii_hex(COACH)
        + "00000064" "120030" "1212110000" "00" "015e" "0014" + FIX + "0104000003e8" "05020320"
    )  # fmt: skip
    read = MinuteRecord.decode(body)
    assert isinstance(read, MinuteRecord)
    assert read.record_time == dt.time(12, 0, 30)
    assert (read.course, read.max_speed_kmh, read.minute_mileage_km) == ("1212110000", 35.0, 2.0)
    assert read.flat()["record_time"] == "12:00:30"
    assert read.flat()["gnss.mileage_km"] == 100.0
    assert read.encode() == body


def test_minutes_are_asked_for_again():
    wanted = RecordsWanted(query_mode=1, begin=NOON, end=NOON + dt.timedelta(hours=1), count=60)
    assert wanted.encode().hex() == "01260301120000260301130000003c"


def test_the_last_byte_of_a_photo_is_not_part_of_its_position():
    head = ascii_hex("0000000042") + ascii_hex(STUDENT) + "8101020500030000271000000064"
    body = bytes.fromhex(head + FIX + "0104000003e805020320" + "4d")
    read = PhotoBegin.decode(body)
    assert isinstance(read, PhotoBegin)
    assert read.face_confidence == 77
    assert read.gnss == fix(Mileage(mileage_km=100.0), EngineSpeed(engine_rpm=800))
    assert (read.packets, read.size_bytes) == (3, 10_000)
    assert read.encode() == body
    assert PhotoBegin.decode(body[:50]) == Fault(Refusal.BODY_SHORT, "gnss.lat_deg", 48)
    assert PhotoBegin.decode(body[:40]) == Fault(Refusal.BODY_SHORT, "gnss", 40)


def test_photos_found_may_be_none():
    assert PhotosFound.decode(b"\x01\x00") == PhotosFound(finished=1, total=0)
    body = bytes.fromhex("010202" + ascii_hex("0000000001") + ascii_hex("0000000002"))
    found = PhotosFound(
        finished=1, total=2, photos=(PhotoNumber(photo_no="0000000001"), PhotoNumber(photo_no="0000000002"))
    )
    assert PhotosFound.decode(body) == found
    assert found.encode() == body


def test_settings_and_the_lock():
    change = SettingsChange(settings=Settings(stop_delay_min=5, answer_interval_s=30))
    assert change.encode().hex() == "000f0101050e100096001e0201001e"
    assert Lock(lock_state=2, text="停训").encode().hex() == "0204cda3d1b5"


def test_a_terminal_registers_and_gets_its_certificate():
    body = bytes.fromhex("002500d3") + b"MAKER" + b"MODEL-1".ljust(20, b"\0") + b"0000042"
    body += b"860000000000042" + b"\x02" + "鲁BD042学".encode("gbk")
    assert Register.decode(body) == Register(
        province_id=37,
        city_id=211,
        maker_id="MAKER",
        terminal_model="MODEL-1",
        terminal_id="0000042",
        imei="860000000000042",
        plate_color=2,
        plate_no="鲁BD042学",
    )
    answer = RegisterAnswer(
        resp_seq=7,
        result=0,
        platform_no="A0042",
        school_no="3702820000000001",
        terminal_no=TERMINAL,
        password="secret",
        certificate="MIIK",
    )
    assert answer.encode().hex() == (
        "000700" + ascii_hex("A0042" + "3702820000000001" + TERMINAL + "secret") + "00" * 6 + ascii_hex("MIIK")
    )
    assert RegisterAnswer.decode(bytes.fromhex("000703")) == RegisterAnswer(resp_seq=7, result=3)


# The envelope


def test_a_training_message_travels_in_a_transparent_one():
    body = bytes.fromhex("13010200020009" + ascii_hex(TERMINAL) + "0000002c" + ascii_hex(COACH) + FIX)
    read = TransparentUp.decode(body)
    assert isinstance(read, TransparentUp)
    assert isinstance(read.content, Extension)
    assert read.content.algorithm == Algorithm.NONE
    flat = read.flat()
    assert {
        name: flat[name] for name in ("transparent_type", "train_id", "train_seq", "data_len", "signature_len")
    } == {
        "transparent_type": 0x13,
        "train_id": 0x0102,
        "train_seq": 9,
        "data_len": 44,
        "signature_len": 0,
    }
    assert flat["coach_no"] == COACH
    assert read.encode() == body


def test_another_type_and_an_unknown_function_stay_raw():
    other = TransparentUp.decode(b"\x41\x01\x02")
    assert isinstance(other, TransparentUp)
    assert (other.content, other.encode()) == (b"\x01\x02", b"\x41\x01\x02")
    body = bytes.fromhex("130f0f00000009" + ascii_hex(TERMINAL) + "00000002abcd")
    unknown = TransparentDown.decode(body)
    assert isinstance(unknown, TransparentDown)
    assert isinstance(unknown.content, Extension)
    assert unknown.content.data == b"\xab\xcd"
    assert unknown.encode() == body


# Signatures. The product of a Mersenne prime and of the first Oakley prime (RFC 2409 6.1) has 2047 bits.

P = 2**1279 - 1
Q = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A63A3620FFFFFFFFFFFFFFFF",
    16,
)
KEY = PublicKey(P * Q)
PRIVATE = pow(KEY.exponent, -1, (P - 1) * (Q - 1))
SHA256_NAME = bytes.fromhex("3031300d060960864801650304020105000420")


def sign(content: bytes) -> bytes:
    block = b"\x00\x01" + b"\xff" * (256 - 3 - len(content)) + b"\x00" + content
    return pow(int.from_bytes(block), PRIVATE, KEY.modulus).to_bytes(256)


def sign_sha256(signed: bytes) -> bytes:
    return sign(hashlib.sha256(signed).digest())


def logout(attributes: int) -> Extension:
    return Extension(
        train_id=0x0102,
        train_attr=attributes,
        train_seq=9,
        terminal_no=TERMINAL,
        data=CoachLogout(coach_no=COACH, gnss=fix()),
    )


def test_the_test_key_is_one():
    assert pow(2, Q - 1, Q) == 1
    assert pow(pow(42, PRIVATE, KEY.modulus), KEY.exponent, KEY.modulus) == 42


def test_a_signed_message_is_verified_by_its_bytes():
    body = TransparentUp(content=logout(Attribute.SHA256).sealed(sign_sha256)).encode()
    assert len(body) == 1 + 26 + 44 + 256
    assert TransparentUp.verified(body, KEY.verify)
    for at in (1, 5, 30, 60, 100):
        changed = bytearray(body)
        changed[at] ^= 1
        assert not TransparentUp.verified(bytes(changed), KEY.verify)
    assert not TransparentUp.verified(body, PublicKey(KEY.modulus - 2).verify)
    read = TransparentUp.decode(body)
    assert isinstance(read, TransparentUp)
    assert read.flat()["signature_len"] == 256


def test_without_a_signature_nothing_is_verified():
    assert not TransparentUp.verified(TransparentUp(content=logout(0)).encode(), KEY.verify)
    assert not TransparentUp.verified(TransparentUp(content=logout(0).sealed(sign_sha256)).encode(), KEY.verify)
    assert not TransparentUp.verified(b"", KEY.verify)
    assert not TransparentUp.verified(b"\x41abc", KEY.verify)


def test_both_digests_with_and_without_their_names_are_taken():
    data = b"what is signed"
    sha256 = hashlib.sha256(data).digest()
    assert KEY.verify(data, sign(sha256), Algorithm.SHA256)
    assert KEY.verify(data, sign(SHA256_NAME + sha256), Algorithm.SHA256)
    sha1 = hashlib.sha1(data).digest()  # noqa: S324 - the protocol's choice
    assert KEY.verify(data, sign(sha1), Algorithm.SHA1)
    assert not KEY.verify(data, sign(sha1), Algorithm.SHA256)
    assert not KEY.verify(data, sign(sha256)[:-1], Algorithm.SHA256)
    assert not KEY.verify(data, b"\xff" * 256, Algorithm.SHA256)
    assert not KEY.verify(data, sign(sha256), Algorithm.NONE)


def test_a_terminal_signs_on_with_its_number_and_the_time():
    signed = signed_sign_on(TERMINAL, 0x69A3C240)
    assert signed == TERMINAL.encode() + bytes.fromhex("0000000069a3c240")
    body = bytes.fromhex("69a3c240") + sign_sha256(signed)
    read = Authenticate.decode(body)
    assert isinstance(read, Authenticate)
    assert read.verified(TERMINAL, KEY.verify)
    assert not read.verified("9997195100000043", KEY.verify)
    assert read.encode() == body


# Laws

EVERY = {
    **{f"{number:04x} message": kind for number, kind in MESSAGES.items()},
    **{f"{n:04x}": k for n, k in FUNCTIONS.items()},
}


@pytest.mark.parametrize("name", sorted(EVERY))
@settings(max_examples=25)
@given(draw=st.data())
def test_every_message_is_read_as_it_was_written(records_of, assert_spans_cover, name, draw):
    kind = EVERY[name]
    message = draw.draw(records_of(kind, 2013))
    body = message.encode(version=2013)
    assert kind.decode(body, version=2013) == message
    assert_spans_cover(kind, body, 2013)


@pytest.mark.parametrize("name", sorted(EVERY))
@settings(max_examples=50)
@given(body=st.binary(max_size=200))
def test_any_body_is_read_or_refused(assert_spans_cover, name, body):
    kind = EVERY[name]
    assert isinstance(kind.decode(body), kind | Fault)
    assert_spans_cover(kind, body, 2013)


def test_a_position_of_its_own_is_the_block_alone():
    read = Position.decode(bytes.fromhex(FIX + "0104000003e8"))
    assert isinstance(read, Position)
    assert (read.lat_deg, read.speed_kmh, read.items) == (36.25, 10.2, (Mileage(mileage_km=100.0),))
    assert read.encode().hex() == FIX + "0104000003e8"

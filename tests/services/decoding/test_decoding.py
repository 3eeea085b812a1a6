"""Reading bytes for people: the gateway's verdicts, whatever can be read besides, every byte explained."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.frame import Frame, encode_frame, encode_frames, parse_frame, xor_of
from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.jt809.frame import Header
from laixi_transport.devices.jt809.frame import encode_frame as encode_platform_frame
from laixi_transport.devices.training.frame import TrainingFrame
from laixi_transport.devices.training.frame import encode_frame as encode_training_frame
from laixi_transport.devices.training.frame import parse_frame as parse_training_frame
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.services.decoding import platforms, streams, terminals
from laixi_transport.services.decoding.cutting import Cutter, Piece, Protocol, cut
from laixi_transport.services.decoding.decoder import Decoder
from laixi_transport.services.decoding.reading import Reading, Terms
from laixi_transport.services.decoding.table import table, width_of

CORPUS = Path(__file__).parents[2] / "data" / "corpora" / "jt"
EXAMPLES = [
    bytes.fromhex(json.loads(line)["hex"])
    for path in sorted(CORPUS.glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
POSITION = bytes.fromhex("000000010000000200ba7f0e07e4f11c0028003c000018071510101001040000006402020037")
EXPLAINED = Terms(explain=True, keys=Keys(30_000_000, 20_000_000, 20_000_000))


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """Draw real bytes with some of them changed, left out or doubled."""
    data = bytearray(draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["change", "cut", "insert", "double"])):
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case "cut":
                del data[at : at + draw(st.integers(1, 40))]
            case "insert":
                data[at:at] = draw(st.binary(min_size=1, max_size=3))
            case "double":
                data[at:at] = data[at : at + 20]
    return bytes(data)


SOME_BYTES = spoiled() | st.binary(max_size=300)


def _assert_every_byte_explained(reading: Reading, size: int | None) -> None:
    at = 0
    for span in reading.spans:
        assert span.offset == at
        assert span.data
        at += len(span.data)
    assert size is None or at == size


@given(SOME_BYTES, st.sampled_from(list(Protocol)), st.sampled_from([None, 2011, 2013, 2019]))
def test_no_bytes_are_too_strange(data, protocol, version):
    decoder = Decoder(protocol, Terms(version, EXPLAINED.keys, explain=True))
    for piece, reading in decoder.decode(data):
        json.dumps(reading.json)
        _assert_every_byte_explained(reading, None)
        assert all(isinstance(line, str) for line in table(reading.spans))
        assert piece.data


@given(SOME_BYTES, st.integers(0, 0xFFFF), st.sampled_from(list(Protocol)))
def test_no_body_is_too_strange(data, msg_id, protocol):
    json.dumps(Decoder(protocol, EXPLAINED).read_body(msg_id, data).json)


@given(spoiled())
def test_a_frame_is_refused_for_the_reason_that_the_gateway_gives(data):
    wire = b"\x7e" + data.strip(b"\x7e").replace(b"\x7e", b"") + b"\x7e"
    reading = terminals.read_frame(terminals.JT808, wire, EXPLAINED)
    verdict = parse_frame(wire[1:-1])
    found = [fault for fault in reading.faults if fault is not Refusal.BODY_SHORT]
    assert found[:1] == ([] if isinstance(verdict, Frame) else [verdict])
    if isinstance(verdict, Frame):
        assert (reading.fields["msg_id"], reading.fields["phone"]) == (verdict.msg_id, verdict.phone)


@given(spoiled())
def test_a_timing_terminals_frame_is_refused_for_the_same_reason(data):
    wire = b"\x7e\x80" + data.strip(b"\x7e").replace(b"\x7e", b"") + b"\x7e"
    reading = terminals.read_frame(terminals.TRAINING, wire, EXPLAINED)
    verdict = parse_training_frame(wire[1:-1])
    found = [fault for fault in reading.faults if fault is not Refusal.BODY_SHORT]
    assert found[:1] == ([] if isinstance(verdict, TrainingFrame) else [verdict])


@given(st.lists(SOME_BYTES, max_size=4).map(b"".join))
def test_cutting_leaves_nothing_out(data):
    at = 0
    for piece in cut(data):
        # One delimiter may end a frame and begin the next, and frames of nothing are passed over.
        shared = piece.data.startswith(b"\x7e") and data[at - 1 : at] == b"\x7e"
        begin = data.find(piece.data, at - shared)
        assert begin in {at - shared, at} or not data[at:begin].strip(b"\x7e")
        at = begin + len(piece.data)
    assert not data[at:].strip(b"\x7e")


@given(st.lists(st.sampled_from([example for example in EXAMPLES if example[:1] == b"\x7e"]), min_size=1, max_size=4),
       st.data())  # fmt: skip
def test_where_a_stream_is_cut_into_calls_makes_no_difference(frames, data):
    stream = b"".join(frames)
    cutter = Cutter()
    found: list[Piece] = []
    at = 0
    while at < len(stream):
        size = data.draw(st.integers(1, len(stream) - at))
        found += cutter.feed(stream[at : at + size])
        at += size
    found += cutter.close()
    assert found == list(cut(stream))


def test_a_link_of_alarm_files_has_frames_and_blocks_between_them():
    frame = encode_frame(0x1211, "13900000001", 1, bytes.fromhex("0846696c654e616d650200000001"))
    block = b"01cd" + b"a.jpg".ljust(50, b"\x00") + bytes.fromhex("00000000 00000003") + b"\x7e\x5b\x7d"
    found = [(piece.protocol, piece.data) for piece in cut(frame + block + block + frame)]
    assert found == [
        (Protocol.JT808, frame), (Protocol.JSATL, block), (Protocol.JSATL, block), (Protocol.JT808, frame)
    ]  # fmt: skip


def test_a_timing_terminal_is_told_from_an_answer_of_a_platform():
    own = encode_training_frame(0x0002, "13900000001", 1, b"")
    answer = encode_frame(0x8001, "13900000001", 1, bytes(5))
    assert [piece.protocol for piece in cut(own + answer)] == [Protocol.TRAINING, Protocol.JT808]


def test_parts_of_a_message_are_shown_and_then_the_message():
    body = (2).to_bytes(2) + b"\x00" + (len(POSITION).to_bytes(2) + POSITION) * 2
    frames = encode_frames(0x0704, "13900000001", 9, body, part_bytes=50)
    shown = [reading.json for _, reading in Decoder().decode(b"".join(frames))]
    assert [values.get("sub_index") for values in shown] == [1, 2, None]
    assert [values["seq"] for values in shown] == [9, 10, 9]
    assert shown[0]["subpackaged"] is True
    assert "error" not in shown[0]
    whole = shown[-1]
    assert (whole["assembled"], whole["parts"], whole["count"], whole["body_len"]) == (True, 2, 2, len(body))
    assert whole["items[1].mileage_km"] == pytest.approx(10)


def test_a_wrong_check_hides_nothing():
    frame = bytearray(encode_frame(0x0200, "13900000001", 1, POSITION))
    frame[-2] ^= 1
    values = terminals.read_frame(terminals.JT808, bytes(frame), EXPLAINED).json
    assert values["error"] == "checksum"
    assert values["mileage_km"] == pytest.approx(10)


def test_a_body_that_ends_early_shows_what_stands_before_its_end():
    values = terminals.read_body(terminals.JT808, 0x0200, POSITION[:19], EXPLAINED).json
    assert values["error"] == "body_short"
    assert values["error_field"] == "speed_kmh"
    assert values["error_offset"] == 18
    assert values["lat_deg"] == pytest.approx(12.222222)


def test_what_does_not_fit_together_is_marked():
    three = terminals.read_body(terminals.JT808, 0x8601, bytes.fromhex("01 00000001 0000"), EXPLAINED)
    assert three.flags == ["body_inconsistent"]
    assert three.fields["rest"] == "0000"


def test_an_encrypted_platform_frame_needs_its_keys():
    frame = bytes.fromhex(json.loads(_line("smallchi-809-JT809_0x1001EncryptPackageTest-Test2"))["hex"])
    assert platforms.read_frame(frame, Terms(2011)).faults == [Refusal.ENCRYPTED]
    assert platforms.read_frame(frame, Terms(2011, EXPLAINED.keys)).fields["user_id"] == 20_180_920


@pytest.mark.parametrize("version", [2011, 2019])
def test_the_edition_of_a_platform_frame_is_told_by_its_bytes(version):
    header = Header(seq=1, msg_id=0x1005, center_id=1, utc=None)
    frame = encode_platform_frame(header, bytes(12), version=version)
    if version == 2019:
        frame = encode_platform_frame(
            Header.decode(header.encode(version=2011) + (1_700_000_000).to_bytes(8), version=2019), b"", version=2019
        )
    reading = platforms.read_frame(frame, Terms(explain=True))
    assert reading.faults == []
    assert ("utc" in reading.fields) is (version == 2019)
    _assert_every_byte_explained(reading, len(frame))


@pytest.mark.parametrize("version", [2011, None])
def test_frames_and_junk_of_a_platforms_stream_are_counted(version):
    frame = encode_platform_frame(Header(seq=1, msg_id=0x1005, center_id=1), b"")
    fields = platforms.read_stream(frame + b"abc" + frame + frame[:9], Terms(version)).fields
    assert (fields["frames"], fields["junk_between"], fields["junk_runs"], fields["trailing_bytes"]) == (2, 3, 1, 9)
    assert fields["items[1].msg_id"] == 0x1005


@pytest.mark.parametrize(
    ("size", "faults"),
    [
        (3, [Refusal.HEADER_SHORT]),
        (20, [Refusal.HEADER_SHORT]),
        (29, [Refusal.HEADER_SHORT]),
        (31, [Refusal.BODY_LENGTH, Refusal.BODY_SHORT]),
        (33, []),
        (35, []),
    ],
)
def test_a_stream_packet_is_refused_for_what_is_missing(size, faults):
    packet = bytes.fromhex("3031636481e2108801123456781001100000016bb392ca7c028000280003 616263 7e7e")
    reading = streams.read_packet(packet[:size], EXPLAINED)
    assert reading.faults == faults
    if not faults:
        assert reading.fields["remain"] == packet[33:size].hex()


def test_columns_are_aligned_although_chinese_characters_are_wide():
    reading = terminals.read_frame(terminals.JT808, encode_frame(0x0200, "13900000001", 1, POSITION), EXPLAINED)
    lines = list(table(reading.spans))
    label = next(line for line in lines if "报警标志" in line)
    assert width_of(lines[0][: lines[0].index("名称")]) == width_of(label[: label.index("报警标志")])
    assert width_of("a终1") == 4
    assert "offset" in next(table(reading.spans, "en"))


def _line(name: str) -> str:
    lines = (line for path in CORPUS.glob("*.jsonl") for line in path.read_text("utf-8").splitlines())
    return next(line for line in lines if json.loads(line)["id"] == name)


@pytest.mark.parametrize("msg_id", [0x5501, 0x5502])
@pytest.mark.parametrize("sequence", ["07", "0007"])
def test_a_vendors_sequence_number_of_one_byte_is_told_by_the_length(msg_id, sequence):
    payload = msg_id.to_bytes(2) + bytes.fromhex("0004 013900000001" + sequence + "01020304")
    wire = b"\x7e" + payload + bytes((xor_of(payload),)) + b"\x7e"
    frame = parse_frame(wire[1:-1])
    assert isinstance(frame, Frame)
    assert (frame.sequence, frame.body) == (7, bytes.fromhex("01020304"))
    reading = terminals.read_frame(terminals.JT808, wire, EXPLAINED)
    assert (reading.faults, reading.fields["seq"], reading.fields["body"]) == ([], 7, "01020304")
    _assert_every_byte_explained(reading, len(wire))


def test_no_other_message_may_be_a_byte_short():
    payload = bytes.fromhex("0200 0004 013900000001 07 01020304")
    assert parse_frame(payload + bytes((xor_of(payload),))) == Refusal.BODY_LENGTH


def test_frames_of_a_stream_are_counted_whatever_is_wrong_in_them():
    login = encode_platform_frame(Header(seq=1, msg_id=0x1005, center_id=1), b"")
    wrong = login[:-3] + b"\x11" + login[-2:]
    fields = platforms.read_stream(wrong + b"\x0d\x0a" + login + b"\x5c\x5c" + wrong + b"\x11", Terms(2011)).fields
    counts = {name: fields[name] for name in ("frames", "refused", "junk_between", "junk_runs", "trailing_bytes")}
    assert counts == {"frames": 3, "refused": 2, "junk_between": 4, "junk_runs": 2, "trailing_bytes": 1}
    assert (fields["msg_ids"], fields["sub_ids"], fields["remain"]) == ([0x1005] * 3, [], "11")
    assert [fields.get(f"items[{index}].error") for index in range(3)] == ["checksum", None, "checksum"]

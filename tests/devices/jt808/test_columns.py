"""The batch path of position reports gives what the single path gives."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808 import columns as columns_module
from laixi_transport.devices.jt808.columns import Columns, decode_columns
from laixi_transport.devices.jt808.frame import Frame, FrameParser, encode_frame
from laixi_transport.devices.jt808.position import decode_position, encode_position
from laixi_transport.devices.wire.refusal import Refusal, Refused
from laixi_transport.domain.position import PositionReport

BEGIN_S = 1_767_225_600
COMMON = bytes.fromhex("0104000003e8020200c8030201f4250400000001300118310109")


def body(index: int, items: bytes = COMMON, **changes: int) -> bytes:
    report = PositionReport(
        0, 0, BEGIN_S + 10 * index, 36_800_000 + index, 120_500_000 - index, 40, 300 + index % 300, index % 360, 0, 3,
        None, None, None, None, None, None, None, None, b"", 0, 0,
    )._replace(**changes)  # fmt: skip
    return encode_position(report) + items


def one_by_one(data: bytes) -> tuple[list[tuple[str, int, tuple[Any, ...]]], list[Frame | Refused]]:
    parser = FrameParser()
    reports, others = [], []
    for frame in parser.feed(data):
        content = decode_position(frame.body) if frame.msg_id == 0x0200 and not frame.properties & 0x3C00 else None
        if content is None:
            others.append(frame)
        elif isinstance(content, Refusal):
            others.append(Refused(content, frame.wire))
        else:
            reports.append((frame.phone, frame.sequence, content))
    return reports, others + parser.refused


def at_once(columns: Columns) -> list[tuple[str, int, tuple[Any, ...]]]:
    return [(columns.phone(row), int(columns.sequence[row]), columns.report(row)) for row in range(len(columns))]


def assert_same(data: bytes) -> Columns:
    columns = decode_columns(data)
    reports, others = one_by_one(data)
    assert at_once(columns) == reports
    assert sorted(map(repr, (other for _, other in columns.others))) == sorted(map(repr, others))
    return columns


@pytest.mark.parametrize("version", [2013, 2019])
def test_a_stream_of_one_shape_gives_the_same_reports(version: int) -> None:
    frames = [encode_frame(0x0200, "13900000001", n, body(n), version=version) for n in range(300)]
    assert len(assert_same(b"".join(frames))) == 300


def test_a_long_stream_worked_on_in_parts_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns_module, "_AT_ONCE", 64)
    shapes = [COMMON, COMMON + b"\xeb\x03abc"]
    frames = [encode_frame(0x0200, "13900000001", n, body(n, shapes[n // 3 % 2])) for n in range(500)]
    frames[100:100] = [encode_frame(0x0002, "13900000001", 0, b""), b"\x7e\x00\x7e"]
    assert len(assert_same(b"".join(frames))) == 500


def test_mixed_shapes_versions_messages_and_bad_frames_keep_their_order() -> None:
    seeded = random.Random(4)
    shapes = [
        b"",
        COMMON,
        COMMON + b"\xeb\x03abc",
        b"\x01\x02\x00\x01" + COMMON,
        COMMON + b"\x31",
        COMMON + b"\xe1\x09a",
    ]
    frames = []
    for n in range(600):
        version = seeded.choice((2013, 2019))
        frame = encode_frame(0x0200, f"1390000{n % 7:04}", n, body(n, seeded.choice(shapes)), version=version)
        if seeded.random() < 0.1:
            at = seeded.randrange(1, len(frame) - 1)
            frame = frame[:at] + bytes((seeded.randrange(256),)) + frame[at + 1 :]
        if seeded.random() < 0.05:
            frame += encode_frame(0x0002, "13900000001", n, b"")
        frames.append(frame)
    columns = assert_same(b"junk" + b"".join(frames))
    assert len(columns) > 450
    assert columns.others
    assert (columns.index[1:] > columns.index[:-1]).all()


def test_hemispheres_missing_fixes_and_impossible_values_are_judged_alike() -> None:
    changes: list[dict[str, int]] = [
        {"lat_e6": -33_000_000},
        {"lon_e6": -70_000_000},
        {"status_bits": 0, "lat_e6": 95_000_000},
        {"lat_e6": 95_000_000},
        {"altitude_m": -20},
        {"speed_dkmh": 65535},
    ]
    bodies = [body(n, **changes[n % len(changes)]) for n in range(60)]
    bodies += [b[:22] + bytes.fromhex(time) + b[28:] for b in bodies[:6] for time in (
        "000000000000", "260229000000", "241301000000", "240229235959", "250101240000", "2501010060a0", "991231235959",
    )]  # fmt: skip
    frames = [encode_frame(0x0200, "13900000001", n, one) for n, one in enumerate(bodies)]
    columns = assert_same(b"".join(frames))
    assert {str(other.reason) for _, other in columns.others if isinstance(other, Refused)} == {"time", "coordinates"}


@given(st.lists(st.binary(max_size=60), max_size=30), st.randoms(use_true_random=False))
def test_any_bytes_between_good_frames_give_the_same(pieces: list[bytes], seeded: random.Random) -> None:
    good = [encode_frame(0x0200, "13900000001", n, body(n)) for n in range(20)]
    stream = [*good, *pieces]
    seeded.shuffle(stream)
    assert_same(b"".join(stream) + b"\x7e")


def test_what_stands_behind_the_last_delimiter_is_handed_to_the_next_call() -> None:
    data = b"".join(encode_frame(0x0200, "13900000001", n, body(n)) for n in range(40))
    whole = at_once(decode_columns(data))
    for cut in range(0, len(data), 97):
        first = decode_columns(data[:cut])
        second = decode_columns(first.rest + data[cut:])
        assert at_once(first) + at_once(second) == whole
        assert not first.others
        assert not second.others

"""Parts of the attachment server that need no link."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from laixi_transport.devices.attachments.coverage import Coverage
from laixi_transport.devices.attachments.mixed import MixedParser
from laixi_transport.devices.attachments.naming import MAX_CHARACTERS, safe_name
from laixi_transport.devices.attachments.upload import INCOMING, Upload, sha256_of
from laixi_transport.devices.jsatl.file_block import MAGIC, MAX_DATA, FileBlock
from laixi_transport.devices.jsatl.messages import FileBegin
from laixi_transport.devices.jt808.frame import Frame, encode_frame, parse_frame
from laixi_transport.devices.wire.refusal import Refusal

frames = st.builds(
    lambda body, sequence: encode_frame(0x1211, "13900000001", sequence, body),
    st.binary(max_size=60),
    st.integers(0, 0xFFFF),
)
blocks = st.builds(
    FileBlock,
    name=st.sampled_from(["00_65_6501_0_a.jpg", "b.mp4"]),
    offset=st.integers(0, 2**32 - 1),
    data=st.binary(max_size=80) | st.binary(max_size=20).map(lambda data: b"\x7e" + data + b"\x7e" + MAGIC),
)


def parse(stream, cuts=()):
    parser = MixedParser()
    found = []
    begin = 0
    for cut in [*sorted(cuts), len(stream)]:
        found += parser.feed(stream[begin:cut])
        begin = max(begin, cut)
    parser.close()
    return found, [refused.reason for refused in parser.take_refused()]


def wire(piece):
    return piece if isinstance(piece, bytes) else piece.encode()


@given(st.lists(frames | blocks, max_size=8), st.lists(st.integers(0, 2000), max_size=8))
def test_frames_and_blocks_are_told_apart_wherever_the_stream_is_cut(sent, cuts):
    stream = b"".join(map(wire, sent))
    found, reasons = parse(stream, [min(cut, len(stream)) for cut in cuts])
    assert [piece.wire if isinstance(piece, Frame) else piece for piece in found] == sent
    assert reasons == []


@given(st.binary(max_size=300) | st.binary(max_size=200).map(lambda data: MAGIC + data), st.lists(st.integers(0, 300)))
def test_no_bytes_raise_and_cuts_change_nothing(data, cuts):
    whole = parse(data)
    assert parse(data, [min(cut, len(data)) for cut in cuts]) == whole


@given(st.binary(min_size=1, max_size=60), frames)
def test_a_frame_behind_junk_is_read(junk, frame):
    assume(b"0" not in junk)
    found, reasons = parse(junk + b"\x7e" + frame)
    assert found[-1].wire == frame
    if junk.strip(b"\x7e"):
        assert reasons or len(found) > 1


def test_one_delimiter_may_end_a_frame_and_begin_the_next():
    frame = encode_frame(0x0002, "13900000001", 1, b"")
    found, reasons = parse(frame + frame[1:])
    assert [piece.wire for piece in found] == [frame, frame]
    assert reasons == []


def test_a_block_longer_than_any_is_refused_and_the_next_frame_read():
    lying = FileBlock(name="a", offset=0, data=b"").encode()[:-4] + (MAX_DATA + 1).to_bytes(4)
    frame = encode_frame(0x0002, "13900000001", 1, b"")
    found, reasons = parse(lying + frame)
    assert [piece.wire for piece in found] == [frame]
    assert reasons == [Refusal.TOO_LONG]
    assert parse_frame(frame[1:-1]) == found[0]


def test_the_parser_holds_no_more_than_a_block():
    parser = MixedParser()
    for _ in range(3000):
        parser.feed(b"x" * 1000)
    for _ in range(3000):
        parser.feed(b"\x7e" + b"y" * 2999)
    assert len(parser._buffer) < MAX_DATA
    assert len(parser.take_refused()) < 3010


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20))), st.integers(0, 70))
def test_what_is_missing_is_what_has_not_come(ranges, size):
    coverage = Coverage()
    had = set()
    for begin, length in ranges:
        assert coverage.add(begin, begin + length)
        had |= set(range(begin, begin + length))
    assert coverage.bytes == len(had)
    assert coverage.end == (max(had) + 1 if had else 0)
    missing = coverage.missing(size, most=1000)
    assert {at for gap in missing for at in range(gap.offset, gap.offset + gap.length)} == set(range(size)) - had
    assert all(gap.length > 0 for gap in missing)
    assert coverage.missing(size, most=2) == missing[:2]


def test_a_file_in_too_many_pieces_is_not_taken():
    coverage = Coverage(most=3)
    assert [coverage.add(at, at + 1) for at in (0, 2, 4, 6)] == [True, True, True, False]
    assert coverage.add(1, 2)
    assert coverage.add(6, 7)


@given(st.text(max_size=150))
def test_no_name_leads_out_of_its_folder(name):
    safe = safe_name(name)
    assert safe == Path(safe).name
    assert not set(safe) & set('/\\:*?"<>|\0\n')
    assert not safe.startswith(".")
    assert len(safe) <= MAX_CHARACTERS
    assert bool(safe) == bool(name)


@given(st.text(max_size=40), st.text(max_size=40))
def test_names_that_differ_stay_different(one, other):
    assume(one != other)
    assert safe_name(one) != safe_name(other)


@pytest.mark.parametrize("name", ["00_65_6501_0_20260301.jpg", "03_64_6402_1_LX-7.mp4", "报警附件.bin"])
def test_names_as_terminals_make_them_are_kept(name):
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\w.txt", "/abs.jpg", "C:\\x", "nul", "com1.jpg", ".hidden", "a b.jpg"]
)
def test_names_that_mean_something_to_a_file_system_are_changed(name):
    safe = safe_name(name)
    assert safe != name
    assert not set(safe) & set("/\\: ")


def upload(folder, name, data):
    one = Upload(folder, FileBegin(name=name, file_type=0, size_bytes=len(data)))
    one.open()
    assert one.write(0, data)
    assert one.missing() == ()
    return one.finish(folder / "alarm")


def test_a_file_of_the_same_name_stays_and_the_same_file_is_known_again(tmp_path):
    first, digest, duplicate = upload(tmp_path, "a.jpg", b"one")
    assert (first.name, duplicate, digest) == ("a.jpg", False, sha256_of(first))
    second, _, duplicate = upload(tmp_path, "a.jpg", b"two")
    assert (second.name, duplicate) == ("a-2.jpg", False)
    again, _, duplicate = upload(tmp_path, "a.jpg", b"two")
    assert (again, duplicate) == (second, True)
    assert first.read_bytes() == b"one"
    assert list((tmp_path / INCOMING).iterdir()) == []


def test_what_is_thrown_away_leaves_nothing_and_takes_nothing_more(tmp_path):
    one = Upload(tmp_path, FileBegin(name="a", file_type=0, size_bytes=5))
    one.open()
    one.write(0, b"abc")
    assert [(gap.offset, gap.length) for gap in one.missing()] == [(3, 2)]
    one.discard()
    one.discard()
    assert list((tmp_path / INCOMING).iterdir()) == []
    with pytest.raises(OSError, match="not open"):
        one.write(3, b"de")

"""Pictures of a stream: whole ones in order, none that is damaged, none that hangs in the air."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt1078.access_unit import AccessUnit, Assembler, first_picture
from laixi_transport.devices.jt1078.messages import Coding
from laixi_transport.devices.jt1078.numbering import ReorderWindow, steps
from laixi_transport.devices.jt1078.packet import FLAGS, Kind, Packet, Part, StreamParser, encode_packet

SIM = bytes.fromhex("013900000001")
START = b"\x00\x00\x00\x01"
SPS, PPS, IDR, SLICE = (START + bytes((kind,)) for kind in (0x67, 0x68, 0x65, 0x41))


def packet(sequence, kind, part, body, timestamp_ms=0, load_type=Coding.H264):
    last = part in {Part.ATOMIC, Part.LAST}
    return Packet(FLAGS, last, load_type, sequence & 0xFFFF, SIM, 1, kind, part, timestamp_ms, 0, 0, body)


def picture(number, kind, parts, begin):
    """Return the packets of one picture, whose bytes tell which one it is."""
    head = (SPS + b"s" + PPS + b"p" + IDR if kind == Kind.I_FRAME else SLICE) + number.to_bytes(4, "big")
    bodies = [head, *(number.to_bytes(4, "big") + bytes((part,)) for part in range(1, parts))]
    marks = [Part.ATOMIC] if parts == 1 else [Part.FIRST, *[Part.MIDDLE] * (parts - 2), Part.LAST]
    return [
        packet(begin + at, kind, mark, body, 40 * number)
        for at, (mark, body) in enumerate(zip(marks, bodies, strict=True))
    ]


@st.composite
def streams(draw, *, sound=True, most=12):
    """Draw the packets of a stream with the pictures in it; sound takes numbers between those of the pictures."""
    sequence = draw(st.sampled_from([0, 1, 65530]))
    sent: list[Packet] = []
    pictures: list[tuple[bool, bytes]] = []
    for number in range(draw(st.integers(1, most))):
        key = number == 0 or draw(st.integers(0, 3)) == 0
        parts = draw(st.integers(1, 5))
        whole = picture(number, Kind.I_FRAME if key else Kind.P_FRAME, parts, 0)
        pictures.append((key, b"".join(one.body for one in whole)))
        for one in whole:
            if sound and draw(st.integers(0, 4)) == 0:
                sent.append(packet(sequence, Kind.AUDIO, Part.ATOMIC, b"sound", load_type=Coding.G711A))
                sequence += 1
            sent.append(one._replace(sequence=sequence & 0xFFFF))
            sequence += 1
    return sent, pictures


def assemble(packets: Iterable[Packet]) -> tuple[list[AccessUnit], Assembler]:
    assembler = Assembler()
    return [unit for one in packets if (unit := assembler.add(one)) is not None], assembler


def assert_none_hangs_in_the_air(units, pictures):
    """Every picture is one that was sent, and behind the one it was drawn upon unless it is a key frame."""
    originals = {data: number for number, (_, data) in enumerate(pictures)}
    before = None
    for unit in units:
        number = originals[unit.data]
        assert unit.key == pictures[number][0]
        assert unit.key or number - 1 == before
        before = number


@given(streams())
def test_an_unbroken_stream_gives_every_picture(stream):
    sent, pictures = stream
    units, assembler = assemble(sent)
    assert [(unit.key, unit.data) for unit in units] == pictures
    counters = assembler.counters
    assert (counters.damaged, counters.skipped, counters.lost_packets) == (0, 0, 0)
    assert counters.packets == len(sent)
    assert counters.units == len(pictures)
    assert units[0].phone == "13900000001"


@given(streams(), st.data())
def test_lost_packets_never_give_a_damaged_picture(stream, data):
    sent, pictures = stream
    lost = data.draw(st.sets(st.integers(0, len(sent) - 1), max_size=6))
    units, assembler = assemble(one for at, one in enumerate(sent) if at not in lost)
    assert_none_hangs_in_the_air(units, pictures)
    assert assembler.counters.units == len(units)


@given(streams(), st.data())
def test_after_the_next_key_frame_everything_is_there_again(stream, data):
    sent, pictures = stream
    lost = data.draw(st.integers(0, len(sent) - 1))
    units, _ = assemble(sent[:lost] + sent[lost + 1 :])
    number = sent[lost].timestamp_ms // 40 if sent[lost].video else sent[lost + 1].timestamp_ms // 40
    later = next((at for at in range(number + 1, len(pictures)) if pictures[at][0]), len(pictures))
    assert [unit.data for unit in units][-(len(pictures) - later) :] == [data for _, data in pictures][later:] or (
        later == len(pictures)
    )
    assert [unit.data for unit in units][:number] == [data for _, data in pictures][:number]


@given(st.data())
def test_pictures_and_sound_counted_apart_survive_and_lose_nothing_unseen(data):
    pictures, sent = [], []
    video, sound = 0, 0
    for number in range(data.draw(st.integers(3, 12))):
        key = number % 4 == 0
        whole = picture(number, Kind.I_FRAME if key else Kind.P_FRAME, data.draw(st.integers(1, 5)), video)
        pictures.append((key, b"".join(one.body for one in whole)))
        for one in whole:
            sent.append(one)
            if data.draw(st.booleans()):
                sent.append(packet(sound, Kind.AUDIO, Part.ATOMIC, b"sound"))
                sound += 1
        video += len(whole)
    units, _ = assemble(sent)
    assert [unit.data for unit in units] == [data for _, data in pictures]
    lost = data.draw(st.integers(0, len(sent) - 1))
    units, _ = assemble(sent[:lost] + sent[lost + 1 :])
    assert_none_hangs_in_the_air(units, pictures)


@given(streams(most=5), st.lists(st.integers(0, 2000), max_size=10))
def test_where_the_stream_is_cut_makes_no_difference(stream, cuts):
    sent, pictures = stream
    wire = b"".join(map(encode_packet, sent))
    parser, assembler = StreamParser(), Assembler()
    units = []
    begin = 0
    for cut in [*sorted(cut for cut in cuts if cut < len(wire)), len(wire)]:
        units += [unit for one in parser.feed(wire[begin:cut]) if (unit := assembler.add(one))]
        begin = cut
    units += [unit for one in parser.close() if (unit := assembler.add(one))]
    assert [unit.data for unit in units] == [data for _, data in pictures]


@given(
    st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 4), st.integers(0, 3), st.binary(max_size=9)), max_size=60)
)
def test_no_packets_are_too_strange(strange):
    packets = [packet(sequence, kind, part, body) for sequence, kind, part, body in strange]
    units, _ = assemble(packets)
    window = ReorderWindow(depth=4)
    out = [due for one in packets for due in window.add(one)] + window.flush()
    assert len(out) + window.late == len(packets)
    assert len(window) == 0
    assert len(units) <= len(packets)


@given(streams(), st.data())
def test_datagrams_out_of_order_are_put_in_order(stream, data):
    sent, pictures = stream
    depth = 8
    keys = [at + data.draw(st.floats(0, depth - 1)) for at in range(len(sent))]
    first = next(at for at, one in enumerate(sent) if one.video)
    keys[first] = -1  # where a stream begins it has no way to know what was before
    mixed = [sent[at] for at in sorted(range(len(sent)), key=keys.__getitem__)]
    doubled = [one for one in mixed for _ in range(data.draw(st.integers(1, 2)))]
    window = ReorderWindow(depth=depth)
    units, assembler = assemble([due for one in doubled for due in window.add(one)] + window.flush())
    assert [unit.data for unit in units] == [data for _, data in pictures]
    assert assembler.counters.lost_packets == 0


@given(streams(), st.data())
def test_lost_datagrams_never_give_a_damaged_picture(stream, data):
    sent, pictures = stream
    lost = data.draw(st.sets(st.integers(0, len(sent) - 1), max_size=6))
    keys = [at + data.draw(st.floats(0, 12)) for at in range(len(sent))]
    mixed = [sent[at] for at in sorted(range(len(sent)), key=keys.__getitem__) if at not in lost]
    window = ReorderWindow(depth=4)
    units, _ = assemble([due for one in mixed for due in window.add(one)] + window.flush())
    assert_none_hangs_in_the_air(units, pictures)
    assert len(window) == 0


def test_a_picture_too_large_is_dropped_and_the_next_key_frame_taken():
    assembler = Assembler(max_unit_bytes=2000)
    large = [packet(0, Kind.I_FRAME, Part.FIRST, IDR + bytes(900))]
    large += [packet(at, Kind.I_FRAME, Part.MIDDLE, bytes(900)) for at in range(1, 40)]
    large.append(packet(40, Kind.I_FRAME, Part.LAST, bytes(9)))
    assert [assembler.add(one) for one in large] == [None] * 41
    assert assembler.counters.damaged == 1
    assert assembler.add(packet(41, Kind.P_FRAME, Part.ATOMIC, SLICE)) is None
    assert assembler.counters.skipped == 1
    assert assembler.add(packet(42, Kind.I_FRAME, Part.ATOMIC, IDR)) is not None


def test_a_picture_of_endless_empty_packets_is_dropped():
    assembler = Assembler(max_unit_bytes=1 << 14)
    assembler.add(packet(0, Kind.I_FRAME, Part.FIRST, IDR))
    for sequence in range(1, 1000):
        assembler.add(packet(sequence, Kind.I_FRAME, Part.MIDDLE, b""))
    assert assembler.counters.damaged == 1
    assert not assembler._bodies


@pytest.mark.parametrize(
    ("parts", "damaged"),
    [
        ([Part.FIRST, Part.FIRST, Part.LAST], 1),
        ([Part.FIRST, Part.ATOMIC], 1),
        ([Part.MIDDLE, Part.LAST], 1),
        ([Part.LAST], 1),
        ([Part.FIRST, Part.MIDDLE], 0),
    ],
)
def test_pictures_without_begin_or_end_are_counted_once(parts, damaged):
    packets = [packet(at, Kind.I_FRAME, part, IDR) for at, part in enumerate(parts)]
    _, assembler = assemble(packets)
    assert assembler.counters.damaged == damaged


def test_parameter_sets_that_come_alone_stand_before_their_key_frame():
    sent = [
        packet(0, Kind.I_FRAME, Part.ATOMIC, SPS),
        packet(1, Kind.I_FRAME, Part.ATOMIC, PPS),
        packet(2, Kind.I_FRAME, Part.ATOMIC, IDR),
        packet(3, Kind.P_FRAME, Part.ATOMIC, SLICE),
    ]
    units, _ = assemble(sent)
    assert [(unit.key, unit.data) for unit in units] == [(True, SPS + PPS + IDR), (False, SLICE)]
    units, _ = assemble([sent[0], *sent[2:]])
    assert [unit.data for unit in units] == [IDR, SLICE]


def test_a_key_frame_marked_as_another_is_known_by_its_content():
    units, _ = assemble([packet(0, Kind.P_FRAME, Part.ATOMIC, SPS + PPS + IDR)])
    assert [unit.key for unit in units] == [True]


@pytest.mark.parametrize(
    ("data", "load_type", "expected"),
    [
        (START + b"\x26\x01", Coding.H265, (True, True)),  # IDR_W_RADL
        (START + b"\x40\x01" + START + b"\x02\x01", Coding.H265, (True, False)),  # VPS, TRAIL_R
        (START + b"\x40\x01" + START, Coding.H265, (False, False)),
        (b"\x00\x00\x01\x09\x10\x00\x00\x01\x65", Coding.H264, (True, True)),  # delimiter, IDR
        (b"no start code", Coding.H264, None),
        (START + b"\x65", Coding.AVS, None),
    ],
)
def test_pictures_are_known_by_their_nal_units(data, load_type, expected):
    assert first_picture(data, load_type) == expected


@given(st.binary(max_size=60), st.sampled_from([Coding.H264, Coding.H265]))
def test_no_bytes_are_too_strange_to_look_for_pictures(data, load_type):
    first_picture(data, load_type)
    first_picture(START * 3 + data, load_type)


def test_numbers_are_compared_round_the_corner():
    assert steps(65535, 0) == 1
    assert steps(0, 65535) == -1
    assert steps(10, 10) == 0


def test_a_count_that_begins_anew_is_followed():
    window = ReorderWindow()
    assembler = Assembler()
    first = [one for at in range(400) for one in picture(at, Kind.I_FRAME, 1, at)]
    again = [one for at in range(100) for one in picture(1000 + at, Kind.I_FRAME, 1, at)]
    due = [out for one in first + again for out in window.add(one)]
    units = [unit for one in due if (unit := assembler.add(one))]
    assert units[-1].data == again[-1].body
    assert len(units) >= 400 + 100 - ReorderWindow.LATE_IN_A_ROW


def test_the_window_waits_for_no_more_than_its_depth():
    window = ReorderWindow(depth=3)
    window.add(packet(0, Kind.I_FRAME, Part.ATOMIC, IDR))
    out = [window.add(packet(at, Kind.P_FRAME, Part.ATOMIC, SLICE)) for at in (2, 3, 4, 5)]
    assert [[one.sequence for one in due] for due in out] == [[], [], [], [2, 3, 4, 5]]
    assert window.add(packet(1, Kind.P_FRAME, Part.ATOMIC, SLICE)) == []
    assert window.late == 1

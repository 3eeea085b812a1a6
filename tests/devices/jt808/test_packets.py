from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.frame import Frame, FrameParser, encode_frames
from laixi_transport.devices.jt808.packets import (
    ASK_AFTER_S,
    ASK_MOST,
    MESSAGE_BYTES,
    OPEN_MOST,
    Assembler,
    PacketMemory,
    Whole,
)
from laixi_transport.devices.wire.refusal import Refusal


def parts_of(body: bytes, sequence: int = 10, phone: str = "13900000001") -> list[Frame]:
    return FrameParser().feed(b"".join(encode_frames(0x0704, phone, sequence, body, part_bytes=100)))


@given(st.binary(min_size=101, max_size=1500), st.integers(0, 0xFFFF), st.randoms(use_true_random=False))
def test_parts_in_any_order_and_repeated_give_the_message(body, sequence, chance):
    parts = parts_of(body, sequence)
    assembler = Assembler()
    order = parts[:-1] + parts[: len(parts) // 2]
    chance.shuffle(order)
    assert all(assembler.add(part, 0.0) is None for part in order)
    whole = assembler.add(parts[-1], 0.0)
    assert isinstance(whole, Whole)
    assert whole.frame.body == body
    assert (whole.frame.sequence, whole.frame.parts) == (sequence, 0)
    assert whole.frames == tuple(parts)
    assert (len(assembler), assembler.held_bytes) == (0, 0)


def test_two_messages_at_a_time_do_not_mix():
    one, two = parts_of(b"a" * 250, 10), parts_of(b"b" * 250, 500)
    assembler = Assembler()
    done = [assembler.add(part, 0.0) for pair in zip(one, two, strict=True) for part in pair]
    assert [whole.frame.body for whole in done if isinstance(whole, Whole)] == [b"a" * 250, b"b" * 250]


def test_a_part_number_that_makes_no_sense_is_refused():
    first, second, third = parts_of(b"a" * 250)
    assembler = Assembler()
    assert assembler.add(first._replace(part=0), 0.0) is Refusal.PACKET
    assert assembler.add(first._replace(part=4), 0.0) is Refusal.PACKET
    assert assembler.add(first, 0.0) is None
    assert assembler.add(second._replace(parts=5), 0.0) is Refusal.PACKET
    assert assembler.add(second, 0.0) is None
    assert isinstance(assembler.add(third, 0.0), Whole)


def test_memory_is_bounded_and_what_is_given_up_is_handed_over():
    assembler = Assembler(max_bytes=20_000)
    sent = []
    for sequence in range(0, 20_000, 10):
        sent.append(parts_of(b"x" * 250, sequence)[0])
        assert assembler.add(sent[-1], 0.0) is None
        assert assembler.held_bytes <= 20_000
    assert len(assembler) > 3
    assert assembler.take_given_up() == sent[: -len(assembler)]
    assert assembler.take_given_up() == []


def test_a_message_that_waits_too_long_is_given_up():
    first, second, third = parts_of(b"a" * 250)
    assembler = Assembler(patience_s=60)
    assembler.add(first, 0.0)
    assembler.add(second, 50.0)
    assert assembler.add(first, 111.0) is None
    assert set(assembler.take_given_up()) == {first, second}
    assembler.add(second, 112.0)
    assert isinstance(assembler.add(third, 112.0), Whole)


def test_missing_parts_are_known_by_number():
    first, second, third = parts_of(b"a" * 250, sequence=0xFFFF)
    assembler = Assembler()
    assembler.add(second, 0.0)
    assembler.add(third, 0.0)
    assert assembler.missing(third) == (0xFFFF, (1,))
    assert assembler.missing(first) == (0xFFFF, (1,))


def test_the_end_of_the_connection_gives_up_everything():
    assembler = Assembler()
    first = parts_of(b"a" * 250)[0]
    assembler.add(first, 0.0)
    assembler.close()
    assert assembler.take_given_up() == [first]
    assert assembler.held_bytes == 0


def media_parts(size: int, sequence: int = 10, phone: str = "13900000001") -> list[Frame]:
    return FrameParser().feed(b"".join(encode_frames(0x0801, phone, sequence, bytes(size))))


def test_one_bound_holds_over_all_connections_and_the_oldest_gives_way():
    memory = PacketMemory(max_bytes=20_000)
    one, other = Assembler(memory), Assembler(memory)
    first = parts_of(b"x" * 250, 10)[0]
    one.add(first, 0.0)
    for sequence in range(500, 900, 10):
        other.add(parts_of(b"x" * 250, sequence)[0], 1.0)
        assert memory.held_bytes == one.held_bytes + other.held_bytes <= 20_000
    assert one.take_given_up() == [first]
    assert len(one) == 0
    assert len(memory) == len(other)
    other.close()
    assert (memory.held_bytes, len(memory)) == (0, 0)


def test_one_connection_cannot_begin_messages_without_end():
    assembler = Assembler()
    for sequence in range(0, 10 * OPEN_MOST * 2, 10):
        assembler.add(parts_of(b"x" * 250, sequence)[0], 0.0)
    assert len(assembler) == OPEN_MOST


def test_a_message_that_grows_beyond_any_is_given_up():
    assembler = Assembler()
    parts = FrameParser().feed(b"".join(encode_frames(0x0704, "13900000001", 1, bytes(2 * MESSAGE_BYTES))))
    results = {assembler.add(part, 0.0) for part in parts[:-1]}
    assert results == {None}
    assert assembler.take_given_up()
    assert assembler.held_bytes < MESSAGE_BYTES


def test_media_may_be_larger_and_only_their_first_frame_is_held_as_it_came():
    assembler = Assembler()
    parts = media_parts(3 * MESSAGE_BYTES)
    results = [assembler.add(part, 0.0) for part in parts[:-1]]
    assert set(results) == {None}
    assert assembler.held_bytes < 5 * MESSAGE_BYTES
    whole = assembler.add(parts[-1], 0.0)
    assert isinstance(whole, Whole)
    assert len(whole.frame.body) == 3 * MESSAGE_BYTES
    assert whole.frames[0] == parts[0]
    assert {frame.wire for frame in whole.frames[1:]} == {b""}


def test_missing_parts_are_asked_for_at_growing_intervals_and_no_more_than_a_few_times():
    first, second, third = parts_of(b"a" * 250)
    assembler = Assembler(patience_s=1e6)
    assembler.add(second, 0.0)
    assert assembler.to_ask(ASK_AFTER_S - 0.1) == []
    asked = [(at, due) for at in range(5, 10_000, 5) for due in assembler.to_ask(float(at))]
    assert [at for at, _ in asked] == [5, 15, 35, 75, 155]
    assert [due.asked for _, due in asked] == list(range(ASK_MOST))
    assert {(due.frame, due.first_sequence, due.parts) for _, due in asked} == {(second, 10, (1, 3))}
    assembler.add(third, 10_000.0)  # it goes on: what is missing is asked for again
    assert [due.parts for due in assembler.to_ask(10_005.0)] == [(1,)]
    assert isinstance(assembler.add(first, 10_006.0), Whole)
    assert assembler.to_ask(20_000.0) == []


def test_the_last_part_has_the_missing_ones_asked_for_at_once():
    first, _, third = parts_of(b"a" * 250)
    assembler = Assembler()
    assembler.add(first, 0.0)
    assembler.add(third, 1.0)
    assembler.hurry(third, 1.0)
    assert [due.parts for due in assembler.to_ask(1.0)] == [(2,)]
    assert assembler.to_ask(1.0) == []

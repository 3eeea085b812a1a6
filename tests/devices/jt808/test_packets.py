from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.frame import Frame, FrameParser, encode_frames
from laixi_transport.devices.jt808.packets import Assembler, Whole
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

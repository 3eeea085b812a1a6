"""Packets of a video stream: whatever way the link cuts them, the same packets come out."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from laixi_transport.devices.jt1078.packet import (
    FLAGS,
    MAGIC,
    MAX_BODY,
    Kind,
    Packet,
    Part,
    StreamParser,
    encode_packet,
    parse_packet,
)
from laixi_transport.devices.jt1078.packet_layout import StreamPacket
from laixi_transport.devices.wire.refusal import Refusal

SHORT = bytes.fromhex("013900000001")
LONG = bytes.fromhex("00000000013900000001")
# Its seventh and eighth byte read as a channel and a kind: a head with it makes sense with a SIM of six bytes too.
DOUBTFUL = bytes.fromhex("00000000011200110001")

ADDRESSES = st.sampled_from([SHORT, LONG, DOUBTFUL])
bodies = st.binary(max_size=MAX_BODY) | st.binary(max_size=40).map(lambda body: MAGIC + body)


@st.composite
def packets(draw, addresses=ADDRESSES):
    kind = draw(st.sampled_from(Kind))
    video = kind <= Kind.B_FRAME
    return Packet(
        flags=FLAGS,
        marker=draw(st.booleans()),
        load_type=draw(st.integers(0, 127)),
        sequence=draw(st.integers(0, 0xFFFF)),
        address=draw(addresses),
        channel=draw(st.integers(0, 255)),
        kind=kind,
        part=draw(st.sampled_from(Part)),
        timestamp_ms=draw(st.integers(0, 2**64 - 1)) if kind != Kind.TRANSPARENT else 0,
        key_interval_ms=draw(st.integers(0, 0xFFFF)) if video else 0,
        interval_ms=draw(st.integers(0, 0xFFFF)) if video else 0,
        body=draw(bodies),
    )


def video(address=SHORT, body=b"\x00\x00\x00\x01\x65", **other):
    return Packet(FLAGS, True, 98, 7, address, 1, Kind.I_FRAME, Part.ATOMIC, 1_700_000_000_000, 40, 40, body)._replace(
        **other
    )


def parse(stream, cuts=()):
    parser = StreamParser()
    found = []
    begin = 0
    for cut in [*sorted(cuts), len(stream)]:
        found += parser.feed(stream[begin:cut])
        begin = max(begin, cut)
    found += parser.close()
    return found, [refused.reason for refused in parser.take_refused()]


@given(packets())
def test_a_packet_is_read_as_it_was_written(packet):
    wire = encode_packet(packet)
    assert parse_packet(wire) == packet
    assert encode_packet(parse_packet(wire)) == wire


@given(packets())
def test_the_printed_layout_says_the_same(assert_spans_cover, packet):
    wire = encode_packet(packet)
    told = StreamPacket.decode(wire)
    assert told.encode() == wire
    flat = told.flat()
    assert flat["sim"] == packet.sim
    assert flat["seq"] == packet.sequence
    assert (flat["m"], flat["pt"]) == (packet.marker, packet.load_type)
    assert (flat["data_type"], flat["subpackage"]) == (packet.kind, packet.part)
    assert flat.get("timestamp_ms", 0) == packet.timestamp_ms
    assert flat.get("last_i_interval_ms", 0) == packet.key_interval_ms
    assert flat.get("last_frame_interval_ms", 0) == packet.interval_ms
    assert (flat["body_len"], flat["body"]) == (len(packet.body), packet.body.hex())
    assert_spans_cover(StreamPacket, wire, 2019)


@pytest.mark.parametrize("address", [SHORT, LONG, DOUBTFUL])
def test_the_printed_layout_leaves_what_stands_behind_a_packet(address):
    wire = encode_packet(video(address))
    told = StreamPacket.decode(wire + wire[:11])
    assert (told.sim, told.rest) == (address.hex(), wire[:11])


@given(st.binary(max_size=80))
def test_no_bytes_are_too_strange_for_the_printed_layout(assert_spans_cover, body):
    for data in (body, MAGIC + b"\x81" + body):
        if isinstance(StreamPacket.decode(data), StreamPacket):
            assert_spans_cover(StreamPacket, data, 2019)


@given(st.lists(packets(), max_size=8), st.lists(st.integers(0, 9000), max_size=12))
def test_where_the_stream_is_cut_makes_no_difference(sent, cuts):
    stream = b"".join(map(encode_packet, sent))
    assert parse(stream, [min(cut, len(stream)) for cut in cuts]) == (sent, [])


def test_a_stream_that_comes_byte_by_byte_is_read():
    sent = [video(), video(DOUBTFUL), video(LONG, sequence=8)]
    stream = b"".join(map(encode_packet, sent))
    assert parse(stream, range(len(stream))) == (sent, [])


@given(st.lists(packets(st.just(SHORT)) | st.binary(min_size=1, max_size=60), max_size=8), st.data())
def test_junk_between_packets_costs_no_packet(pieces, data):
    """Junk that itself begins like a packet may cost what it claims to hold; that is not tried here."""
    for piece in pieces:
        assume(isinstance(piece, Packet) or b"0" not in piece)
    stream = b"".join(encode_packet(piece) if isinstance(piece, Packet) else piece for piece in pieces)
    sent = [piece for piece in pieces if isinstance(piece, Packet)]
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6))
    found, reasons = parse(stream, cuts)
    assert found == sent
    assert set(reasons) <= {Refusal.MAGIC, Refusal.TRUNCATED}


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=6))
@example(MAGIC * 20, [])
@example(MAGIC + b"\x81" + bytes(40), [3])
def test_no_bytes_raise_and_cuts_change_nothing(data, cuts):
    whole, reasons = parse(data)
    assert parse(data, [min(cut, len(data)) for cut in cuts]) == (whole, reasons)


@given(packets(), st.integers(0, 200), st.integers(1, 255))
def test_a_changed_byte_never_costs_the_packet_after_the_next(packet, at, change):
    """The one behind it may be taken for its body; then the stream is in step again."""
    wire = bytearray(encode_packet(packet))
    assume(at < len(wire))
    wire[at] ^= change
    good = [video(sequence=number, body=bytes(MAX_BODY)) for number in range(80)]
    found, _ = parse(bytes(wire) + b"".join(map(encode_packet, good)))
    assert found[-1] == good[-1]


@pytest.mark.parametrize("address", [SHORT, LONG, DOUBTFUL])
def test_the_length_of_a_sim_is_found(address):
    packet = video(address)
    assert parse_packet(encode_packet(packet)) == packet
    assert packet.sim == address.hex()
    assert packet.phone == address.hex().lstrip("0")


def test_a_sim_in_doubt_is_settled_by_the_next_packet_and_remembered():
    parser = StreamParser()
    wire = encode_packet(video(DOUBTFUL))
    assert parser.feed(wire) == []
    assert parser.feed(wire) == [video(DOUBTFUL)] * 2
    assert parser.feed(wire) == [video(DOUBTFUL)]


def test_a_terminal_may_put_its_imei_in_place_of_the_sim():
    imei = bytes.fromhex("00000866490077000001")
    packets = [video(imei, sequence=number) for number in range(3)]
    assert parse(b"".join(map(encode_packet, packets))) == (packets, [])
    assert parse_packet(encode_packet(packets[0])) == packets[0]


def test_a_card_that_begins_like_no_card_is_still_read():
    """Test rigs send SIM 000000000001; times that count from the switching on make it look like a long one."""
    card, body = bytes.fromhex("000000000001"), b"\x00\x00\x00\x01\x41\x9a\x02"
    odd = [video(card, body, timestamp_ms=number, sequence=number) for number in range(5)]
    assert parse(b"".join(map(encode_packet, odd))) == (odd, [])
    assert [parse_packet(encode_packet(packet)) for packet in odd] == odd


def test_a_body_longer_than_the_standard_allows_is_taken_if_a_packet_follows():
    long = video(body=bytes(3000))
    assert parse(encode_packet(long) * 3) == ([long] * 3, [])
    lying = encode_packet(video(body=bytes(3000)))[:-1500]
    good = [video(sequence=number) for number in range(100)]
    found, reasons = parse(lying + b"".join(map(encode_packet, good)))
    assert found == good
    assert reasons == [Refusal.BODY_LENGTH]


def test_the_end_of_a_stream_inside_a_packet_is_told():
    assert parse(encode_packet(video())[:-1]) == ([], [Refusal.TRUNCATED])


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [
        (b"", Refusal.MAGIC),
        (b"GET / HTTP/1.1\r\n", Refusal.MAGIC),
        (MAGIC + b"\x81", Refusal.HEADER_SHORT),
        (MAGIC + b"\x01" + bytes(40), Refusal.PACKET),
        (encode_packet(video())[:-1], Refusal.BODY_LENGTH),
        (encode_packet(video()) + b"\x00", Refusal.BODY_LENGTH),
    ],
)
def test_a_datagram_that_is_no_packet_is_refused_with_its_reason(datagram, reason):
    assert parse_packet(datagram) is reason


def test_magic_without_end_is_refused_once():
    found, reasons = parse(MAGIC * 30_000 + encode_packet(video()))
    assert found == [video()]
    assert reasons == [Refusal.PACKET]


def test_the_parser_holds_no_more_than_a_packet():
    parser = StreamParser()
    for _ in range(2000):
        parser.feed(b"0" * 1000)
    assert len(parser._buffer) < 1004
    assert len(parser.take_refused()) == 1


@pytest.mark.parametrize("wrong", [{"address": b"123"}, {"body": bytes(0x10000)}])
def test_what_does_not_fit_a_packet_is_refused(wrong):
    with pytest.raises(ValueError, match="bytes"):
        encode_packet(video(**wrong))

"""Frames of all protocols, spoilt in the ways that lines and devices spoil them, are read without harm.

Two ways: what stands on the line is spoilt, so that mostly the frame is refused; or the body is spoilt and framed well,
so that the reading of bodies meets every nonsense.
"""

import gc
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from laixi_transport.devices.jt808 import frame as jt808
from laixi_transport.devices.jt808.message import decode_message
from laixi_transport.devices.jt809 import frame as jt809
from laixi_transport.devices.jt809 import message as jt809_message
from laixi_transport.devices.jt1078.access_unit import Assembler
from laixi_transport.devices.jt1078.packet import FLAGS, Kind, Packet, Part, StreamParser, encode_packet
from laixi_transport.devices.training import frame as training
from laixi_transport.devices.training.messages import MESSAGES as TRAINING_MESSAGES
from laixi_transport.devices.wire.record import Record

CORPUS = Path(__file__).parents[1] / "data" / "corpora" / "jt"
NORMAL, NIGHTLY = 12_500, 250_000  # of each of the four protocols
GROWTH_BYTES = 20 << 20
Frames = list[bytes]


def corpus(layer: str) -> list[tuple[int, int, bytes]]:
    """Return message id, version and bytes of the well-formed records of a layer."""
    found = []
    for file in sorted(CORPUS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            if one["layer"] == layer and "error" not in one["expect"]:
                msg_id = int(one.get("msg_id") or one.get("sub_id") or "0", 16)
                found.append((msg_id, one.get("version") or 2013, bytes.fromhex(one["hex"])))
    assert found
    return found


def spoilt(data: bytes, seeded: random.Random) -> bytes:
    """Return bytes with one to three accidents."""
    for _ in range(seeded.randrange(1, 4)):
        at = seeded.randrange(len(data) + 1)
        end = min(len(data), at + seeded.randrange(1, 9))
        kind = seeded.randrange(6)
        if kind == 0:
            data = data[:at] + seeded.randbytes(end - at) + data[end:]
        elif kind == 1:
            data = data[:at] + data[end:]
        elif kind == 2:
            data = data[:at] + seeded.randbytes(seeded.randrange(1, 9)) + data[at:]
        elif kind == 3:
            data = data[:at]
        elif kind == 4:
            data = data[:at] + seeded.choice((b"\x00", b"\xff")) * (end - at) + data[end:]
        else:
            data = data[:at] + data[at:end] * 3 + data[end:]
    return data


def read_808(data: bytes) -> Frames:
    parser = jt808.FrameParser()
    frames = parser.feed(data)
    parser.close()
    for frame in frames:
        body = decode_message(frame).body
        if isinstance(body, Record):
            body.flat()
    return [frame.wire for frame in frames]


def read_training(data: bytes) -> Frames:
    parser = training.FrameParser()
    frames = parser.feed(data)
    parser.close()
    for frame in frames:
        kind = TRAINING_MESSAGES.get(frame.msg_id)
        body = kind.decode(frame.body) if kind is not None else None
        if isinstance(body, Record):
            body.flat()
    return [frame.wire for frame in frames]


def read_809(data: bytes) -> Frames:
    wires = []
    for version in (2011, 2019):
        parser = jt809.FrameParser(version)
        for frame in parser.feed(data):
            message = jt809_message.decode_message(frame)
            if isinstance(message, jt809_message.Message):
                message.flat()
            wires.append(frame.wire)
        parser.close()
    return wires


def read_1078(data: bytes) -> Frames:
    parser, assembler = StreamParser(), Assembler()
    packets = [*parser.feed(data), *parser.close()]
    for packet in packets:
        assembler.add(packet)
    return [packet.body for packet in packets]


def streams_808(seeded: random.Random) -> Callable[[], bytes]:
    frames = [data for _, _, data in corpus("frame")]
    bodies = corpus("body")

    def make() -> bytes:
        if seeded.randrange(2):
            return spoilt(seeded.choice(frames), seeded)
        msg_id, version, body = seeded.choice(bodies)
        body = spoilt(body, seeded)[: jt808.MAX_BODY]
        return jt808.encode_frame(msg_id, "13900000001", 1, body, version=version)

    return make


def streams_training(seeded: random.Random) -> Callable[[], bytes]:
    layouts = sorted(TRAINING_MESSAGES)

    def make() -> bytes:
        body = seeded.randbytes(seeded.randrange(200))
        frame = training.encode_frame(seeded.choice(layouts), "13900000001", 1, body)
        return spoilt(frame, seeded) if seeded.randrange(2) else frame

    return make


def streams_809(seeded: random.Random) -> Callable[[], bytes]:
    frames = [data for _, _, data in corpus("frame809")]
    bodies = corpus("body809")

    def make() -> bytes:
        if seeded.randrange(2):
            return spoilt(seeded.choice(frames), seeded)
        msg_id, version, body = seeded.choice(bodies)
        header = jt809.Header(seq=1, msg_id=msg_id, center_id=1, version=b"\x01\x00\x00")
        return jt809.encode_frame(header, spoilt(body, seeded), version=version)

    return make


def streams_1078(seeded: random.Random) -> Callable[[], bytes]:
    packets = [data for _, _, data in corpus("rtp")]
    return lambda: spoilt(seeded.choice(packets), seeded)


GOOD_808 = jt808.encode_frame(0x0002, "13900000002", 7, b"")
GOOD_TRAINING = training.encode_frame(0x0002, "13900000002", 7, b"")
GOOD_809 = jt809.encode_frame(jt809.Header(seq=9, msg_id=0x1005, center_id=1, version=b"\x01\x00\x00"), b"")
GOOD_1078 = encode_packet(
    Packet(
        FLAGS, True, 8, 4282, bytes.fromhex("013900000002"), 1, Kind.AUDIO, Part.ATOMIC, 1234, 0, 0, bytes(range(120))
    )
)
PROTOCOLS = {
    "808": (streams_808, read_808, GOOD_808, GOOD_808),
    "training": (streams_training, read_training, GOOD_TRAINING, GOOD_TRAINING),
    "809": (streams_809, read_809, GOOD_809, GOOD_809),
    # Nothing marks the end of a packet: a wrong length takes what stands behind it, but no more than a packet's bytes.
    "1078": (streams_1078, read_1078, GOOD_1078 * 8, GOOD_1078[26:]),
}


def resident_bytes() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def read_spoilt(protocol: str, count: int) -> None:
    """Read so many spoilt frames, a good one behind each, and hold the memory to its bound."""
    streams, read, good, expected = PROTOCOLS[protocol]
    make = streams(random.Random(808))
    before = 0
    for number in range(count):
        if number == 1000:
            before = resident_bytes()
        bad = make()
        assert expected in read(bad + good), bad.hex()
    assert resident_bytes() - before < GROWTH_BYTES


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_spoilt_frame_raises_nothing_and_costs_no_good_one_behind_it(protocol: str) -> None:
    read_spoilt(protocol, NORMAL)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_million_spoilt_frames_raise_nothing_and_take_no_memory(protocol: str) -> None:
    read_spoilt(protocol, NIGHTLY)

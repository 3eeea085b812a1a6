"""How fast bytes become reports: one frame at a time, and by the thousand into columns; then the same of video.

The floor is the least that any reader must do: split the same bytes at the delimiters.
"""

import argparse
import random
import time
from collections.abc import Callable

from benchmarks import video
from benchmarks.report import report
from laixi_transport.devices.jt808.columns import decode_columns
from laixi_transport.devices.jt808.frame import Frame, encode_frame, parse_frame
from laixi_transport.devices.jt808.position import decode_position, encode_position
from laixi_transport.domain.position import PositionReport

BEGIN_S = 1_767_225_600  # 2026-01-01 08:00 in GMT+8
VENDOR_ITEMS = (b"", b"\xe1\x06abcdef", bytes.fromhex("1404000000001504000000001702000018030000 00"))
"""What terminals of three makers send besides the common items: nothing, one of their own, those of JT/T 1078."""


def stream(frames: int, terminals: int, seed: int) -> bytes:
    """Return position reports as terminals of 2013 and 2019 send them, mixed."""
    seeded = random.Random(seed)
    made = []
    for number in range(frames):
        terminal = seeded.randrange(terminals)
        wandering = seeded.randrange(5_000)
        lat, lon = 36_860_000 + wandering, 120_530_000 - wandering
        position = PositionReport(
            0, 0, BEGIN_S + number // terminals, lat, lon, 40, seeded.randrange(900), seeded.randrange(360), 0, 0b11,
            100_000 + number, 800, seeded.randrange(900), 0, None, None, 25, 12,
            VENDOR_ITEMS[terminal % 3], 0, 0,
        )  # fmt: skip
        version = 2019 if terminal % 2 else 2013
        made.append(encode_frame(0x0200, f"139{terminal:08d}", number, encode_position(position), version=version))
    return b"".join(made)


def rate(work: Callable[[], object], count: int, rounds: int) -> float:
    """Return how many of ``count`` things a second the quickest of some rounds did."""
    best_s = float("inf")
    for _ in range(rounds):
        begun_s = time.perf_counter()
        work()
        best_s = min(best_s, time.perf_counter() - begun_s)
    return count / best_s


def single(data: bytes) -> int:
    """Read the frames of a stream one by one; return how many were reports."""
    found = 0
    for piece in data.split(b"\x7e"):
        if piece:
            frame = parse_frame(piece)
            if isinstance(frame, Frame):
                found += PositionReport._make((1, 1, *decode_position(frame.body), 0, 0)).located
    return found


def main(arguments: list[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks protocol", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    quick = parser.parse_args(arguments).quick
    rounds = 3 if quick else 15
    data = stream(60_000, 3000, seed=1)
    pieces = [piece for piece in data.split(b"\x7e") if piece]
    report("protocol.frame_bytes", len(data) / len(pieces), "B")
    floor = rate(lambda: data.split(b"\x7e"), len(pieces), rounds)
    few = b"".join(b"\x7e" + piece + b"\x7e" for piece in pieces[:10_000])
    assert single(few) == 10_000
    met = [
        report("protocol.single", rate(lambda: single(few), 10_000, rounds), "frames/s", target=100_000, floor=floor)
    ]
    for count, target in ((60_000, 800_000), (1000, 300_000)):
        part = b"".join(b"\x7e" + piece + b"\x7e" for piece in pieces[:count])
        assert len(decode_columns(part)) == count
        reached = rate(lambda part=part: decode_columns(part), count, rounds * (60_000 // count))  # type: ignore[misc]
        met.append(report(f"protocol.bulk_{count}", reached, "frames/s", target=target, floor=floor))
    met.append(video.run(quick=quick))
    return 0 if all(met) else 1

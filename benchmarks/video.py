"""Video: eight streams of 720p25 received over TCP, put together and decoded, at the rate of cameras.

The cameras are a process of their own that sends one coded clip, made from moving pictures, over eight links. The
figures say how much of real time was reached, what was lost, what the receiver's work costs and where it goes.
"""

import argparse
import asyncio
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.report import report
from laixi_transport.devices.jt1078.access_unit import AccessUnit, Assembler
from laixi_transport.devices.jt1078.clip import encode_clip, moving_pictures
from laixi_transport.devices.jt1078.decoder import Decoder, DecoderThread, Picture
from laixi_transport.devices.jt1078.hub import Hub
from laixi_transport.devices.jt1078.packet import StreamParser, encode_packet
from laixi_transport.devices.jt1078.sender import CodedPicture, Packetizer
from laixi_transport.devices.jt1078.server import StreamServer

STREAMS = 8
FPS = 25
WIDTH, HEIGHT = 1280, 720
KILOBITS_S = 2000
CLIP_PICTURES = 100
PHONE = "1390000000{}"

CAMERAS = """
import asyncio, pickle, sys
from laixi_transport.devices.jt1078.sender import Packetizer, send_stream
async def main():
    clip = pickle.load(open(sys.argv[1], "rb"))
    port, streams, seconds, fps = (int(word) for word in sys.argv[2:])
    async def camera(number):
        # Cameras do not wait for each other.
        await asyncio.sleep(number / streams / fps)
        pictures = (clip[at % len(clip)] for at in range(seconds * fps))
        await send_stream("127.0.0.1", port, Packetizer(f"1390000000{number}", 1), pictures, fps=fps)
    await asyncio.gather(*(camera(number) for number in range(streams)))
asyncio.run(main())
"""


class Watcher:
    """Counts the pictures of one stream as they are decoded, and the time that its thread works."""

    def __init__(self, number: int, pixels: str) -> None:
        self.count = 0
        self.cpu_s = 0.0
        self.delays_s: list[float] = []
        self.taken_s: dict[int, float] = {}
        self.thread = DecoderThread(f"camera-{number}", self.on_picture, Decoder(pixels=pixels))

    def take(self, unit: AccessUnit) -> bool:
        """Hand a picture to the thread."""
        self.taken_s[unit.timestamp_ms] = time.perf_counter()
        return self.thread.take(unit)

    def on_picture(self, picture: Picture) -> None:
        """Count a picture."""
        self.count += 1
        self.cpu_s = time.thread_time()
        taken_s = self.taken_s.pop(picture.timestamp_ms, None)
        if taken_s is not None:
            self.delays_s.append(time.perf_counter() - taken_s)


def make_clip() -> list[CodedPicture]:
    """Return four seconds of coded pictures that begin with a key frame, to be sent over and over."""
    pictures = moving_pictures(CLIP_PICTURES, width=WIDTH, height=HEIGHT)
    return list(encode_clip(pictures, fps=FPS, key_interval=2 * FPS, kilobits_s=KILOBITS_S))


@contextmanager
def cameras(clip_path: Path, port: int, seconds: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the process that sends."""
    words = [str(clip_path), *map(str, (port, STREAMS, seconds, FPS))]
    with subprocess.Popen([sys.executable, "-c", CAMERAS, *words]) as process:
        yield process


async def receive(clip_path: Path, seconds: int, pixels: str) -> bool:
    """Report what a receiver of eight live streams reaches and costs."""
    watchers = [Watcher(number, pixels) for number in range(STREAMS)]
    server = StreamServer(Hub())
    await server.start("127.0.0.1", 0, datagrams=False)
    subscriptions = [server.hub.subscribe(PHONE.format(n), 1, watcher.take) for n, watcher in enumerate(watchers)]
    damaged: list[int] = []
    server.hub.on_end = lambda stream: damaged.append(stream.counters.damaged + stream.counters.skipped)
    before_s, loop_before_s = time.process_time(), time.thread_time()
    with cameras(clip_path, server.port, seconds) as process:
        begin_s = end_s = 0.0
        while process.poll() is None or server.links:
            await asyncio.sleep(0.02)
            if not begin_s and server.links:
                begin_s = time.perf_counter()
        end_s = time.perf_counter()
    loop_s = time.thread_time() - loop_before_s
    await server.stop()
    for watcher in watchers:
        watcher.thread.close(finish=True)
    cpu_s = time.process_time() - before_s
    decoded = sum(watcher.count for watcher in watchers)
    due = STREAMS * FPS * seconds
    elapsed_s = max(end_s - begin_s, 1e-9)
    delays_ms = sorted(1000 * delay for watcher in watchers for delay in watcher.delays_s)
    name = f"video.{pixels}"
    met = report(f"{name}.share_of_real_time", decoded / due * min(1.0, (seconds + 0.5) / elapsed_s), "", target=1.0)
    report(f"{name}.rate", decoded / elapsed_s, "pictures/s")
    report(f"{name}.lost", sum(one.lost for one in subscriptions) + sum(damaged), "pictures", target=0, better="lower")
    report(f"{name}.processor", 100 * cpu_s / elapsed_s, "% of a core")
    report(f"{name}.processor_receiving", 100 * loop_s / elapsed_s, "% of a core")
    report(f"{name}.processor_decoding", 100 * sum(one.cpu_s for one in watchers) / elapsed_s, "% of a core")
    report(f"{name}.delay_p50", delays_ms[len(delays_ms) // 2], "ms")
    report(f"{name}.delay_p99", delays_ms[len(delays_ms) * 99 // 100], "ms")
    return met


def parts(clip: list[CodedPicture]) -> bool:
    """Report what the single steps cost, one after the other in one thread."""
    packetizer = Packetizer(PHONE.format(0), 1)
    wire = b"".join(encode_packet(packet) for at, one in enumerate(clip) for packet in packetizer.picture(one, 40 * at))
    parser, assembler = StreamParser(), Assembler()
    begin_s = time.thread_time()
    packets = [packet for at in range(0, len(wire), 1 << 16) for packet in parser.feed(wire[at : at + (1 << 16)])]
    parsed_s = time.thread_time()
    units = [unit for packet in packets if (unit := assembler.add(packet)) is not None]
    assembled_s = time.thread_time()
    assert [CodedPicture(unit.data, unit.key) for unit in units] == clip
    report("video.parse", len(packets) / (parsed_s - begin_s), "packets/s of a core")
    report("video.assemble", len(packets) / (assembled_s - parsed_s), "packets/s of a core")
    report("video.packets", len(packets) / len(clip) * FPS, "packets/s of a stream")
    for pixels in ("yuv420p", "bgr24"):
        decoder = Decoder(pixels=pixels)
        begin_s = time.thread_time()
        count = sum(len(decoder.decode(unit)) for unit in units)
        elapsed_s = time.thread_time() - begin_s
        assert count == len(clip)
        report(f"video.decode.{pixels}", count / elapsed_s, "pictures/s of a core")
    return True


def run(*, quick: bool) -> bool:
    """Run all of it; True if the targets were met."""
    clip = make_clip()
    met = [parts(clip)]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "clip"
        path.write_bytes(pickle.dumps(clip))
        arrangements = ("yuv420p",) if quick else ("yuv420p", "bgr24")
        met += [asyncio.run(receive(path, 4 if quick else 20, pixels)) for pixels in arrangements]
    return all(met)


def main(arguments: list[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks video", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a shorter run")
    return 0 if run(quick=parser.parse_args(arguments).quick) else 1

"""Coded pictures to send, made of arrays or of nothing: for the simulator, tests and benchmarks."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from laixi_transport.devices.jt1078.sender import CodedPicture

if TYPE_CHECKING:
    import av


# Key frames in even steps, and nowhere else.
_OPTIONS = {"libx264": {"sc_threshold": "0"}, "libx265": {"x265-params": "log-level=none:scenecut=0"}}


def encode_clip(
    pictures: Iterable[npt.NDArray[np.uint8]],
    *,
    fps: int = 25,
    key_interval: int = 50,
    kilobits_s: int = 2000,
    codec: str = "libx264",
) -> Iterator[CodedPicture]:
    """Yield pictures as a camera's coder would: no picture refers to a later one, key frames carry their parameters.

    pictures      (height, width, 3) BGR, all of one size
    key_interval  pictures from one key frame to the next
    codec         "libx264" or "libx265"
    """
    import av

    context: av.VideoCodecContext | None = None
    for picture in pictures:
        if context is None:
            made = av.CodecContext.create(codec, "w")
            assert isinstance(made, av.VideoCodecContext)  # noqa: S101 - these codecs are for pictures
            context = made
            context.height, context.width = picture.shape[:2]
            context.pix_fmt = "yuv420p"
            context.time_base = Fraction(1, fps)
            context.framerate = Fraction(fps)
            context.bit_rate = kilobits_s * 1000
            context.gop_size = key_interval
            context.max_b_frames = 0
            context.thread_count = 1
            context.options = {"preset": "veryfast", "tune": "zerolatency"} | _OPTIONS[codec]
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        yield from _coded(context.encode(frame))
    if context is not None:
        yield from _coded(context.encode(None))


def moving_pictures(
    count: int, *, width: int = 1280, height: int = 720, seed: int = 0
) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield BGR pictures of a road that comes nearer, with grain and vehicles; the same for the same seed."""
    rng = np.random.default_rng(seed)
    grain = rng.normal(0.0, 6.0, (height + 64, width + 64)).astype(np.float32)
    rows = np.arange(height, dtype=np.float32)[:, None]
    columns = np.arange(width, dtype=np.float32)[None, :]
    sky = np.clip(200 - rows * 160 / height, 0, 255)
    vehicles = rng.uniform((0, 0.4, 1), (1, 0.9, 6), (6, 3))
    for number in range(count):
        dx, dy = number * 3 % 64, number * 5 % 64
        ground = np.broadcast_to(sky, (height, width)) + grain[dy : dy + height, dx : dx + width]
        line = np.abs((columns - width / 2) - np.sin(number / 20) * (rows - height / 3) * 0.2) < rows / 60
        ground = np.where(line & ((rows + number * 12) % 120 < 60), 230.0, ground)
        picture = np.repeat(np.clip(ground, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
        for index, (x, y, speed) in enumerate(vehicles):
            left = int((x * width + number * speed * 2) % width)
            top = int(y * height)
            picture[top : top + height // 10, left : left + width // 12] = (
                40 * index,
                200 - 30 * index,
                60 + 30 * index,
            )
        yield picture


def _coded(packets: "Iterable[av.Packet[av.VideoStream]]") -> Iterator[CodedPicture]:
    for packet in packets:
        yield CodedPicture(bytes(packet), bool(packet.is_keyframe))

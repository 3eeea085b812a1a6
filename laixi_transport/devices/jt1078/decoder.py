"""Coded pictures into arrays, by FFmpeg's decoders (PyAV), which are loaded when the first decoder is made.

A decoder works in the thread that calls it and starts none of its own. FFmpeg lets other threads run while it works.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from laixi_transport.devices.jt1078.access_unit import AccessUnit
from laixi_transport.devices.jt1078.messages import Coding

if TYPE_CHECKING:
    import av

_log = logging.getLogger(__name__)

_CODECS = {Coding.H264: "h264", Coding.H265: "hevc", Coding.AVS: "cavs"}


class Skip(StrEnum):
    """Which pictures are not decoded."""

    NONE = "DEFAULT"
    UNREFERENCED = "NONREF"  # those that no other picture is drawn upon
    ALL_BUT_KEYS = "NONKEY"


class Picture(NamedTuple):
    """One decoded picture."""

    phone: str
    channel: int
    timestamp_ms: int  # of the access unit it was in
    key: bool
    pixels: npt.NDArray[np.uint8]  # (height, width, 3) or (height, width, 4); (height * 3 / 2, width) for yuv420p


class Decoder:
    """Decodes the pictures of one stream.

    pixels      arrangement of the arrays: "bgr24", "rgb24", "bgra", "gray", "yuv420p"
    width       scaled to, with the height that belongs to it; None: as it was coded
    skip        which pictures are not decoded; may be changed between pictures
    """

    def __init__(self, *, pixels: str = "bgr24", width: int | None = None, skip: Skip = Skip.NONE) -> None:
        self.skip = skip
        self.decoded = 0
        self.failed = 0  # access units that the decoder refused
        self._pixels = pixels
        self._width = width
        self._load_type = -1
        self._context: av.VideoCodecContext | None = None

    def decode(self, unit: AccessUnit) -> list[Picture]:
        """Return the pictures that an access unit completes, in most streams one. What cannot be decoded is counted."""
        import av

        if unit.load_type != self._load_type:
            self._open(unit.load_type)
        context = self._context
        if context is None:
            self.failed += 1
            return []
        if self.skip is Skip.ALL_BUT_KEYS and not unit.key:
            return []
        context.skip_frame = self.skip.value
        packet = av.Packet(unit.data)
        packet.pts = packet.dts = unit.timestamp_ms & 0x7FFF_FFFF_FFFF_FFFF
        try:
            frames = context.decode(packet)
        except av.FFmpegError as error:
            self.failed += 1
            _log.debug("picture of %s channel %s cannot be decoded: %s", unit.phone, unit.channel, error)
            return []
        self.decoded += len(frames)
        return [self._picture(frame, unit) for frame in frames]

    def _open(self, load_type: int) -> None:
        import av

        self._load_type = load_type
        name = _CODECS.get(load_type)  # type: ignore[call-overload]
        if name is None or name not in av.codecs_available:
            _log.warning("pictures of load type %s cannot be decoded here", load_type)
            self._context = None
            return
        context = av.CodecContext.create(name, "r")
        assert isinstance(context, av.VideoCodecContext)  # noqa: S101 - these codecs are for pictures
        context.thread_count = 1
        context.flags |= av.codec.context.Flags.low_delay
        self._context = context

    def _picture(self, frame: "av.VideoFrame", unit: AccessUnit) -> Picture:
        width = self._width or frame.width
        height = max(round(frame.height * width / frame.width / 2) * 2, 2)
        array = frame.to_ndarray(
            format=self._pixels, width=width if self._width else None, height=height if self._width else None
        )
        timestamp_ms = frame.pts if frame.pts is not None else unit.timestamp_ms
        return Picture(unit.phone, unit.channel, timestamp_ms, bool(frame.key_frame), array.view(np.uint8))


class DecoderThread:
    """Decodes one stream in a thread of its own; ``take`` is what a subscription wants.

    on_picture  called in the thread with each picture; what it raises is logged, and the next picture tried
    max_units   waiting at most; what does not fit is lost up to the next key frame, as the subscription counts it
    """

    def __init__(
        self, name: str, on_picture: Callable[[Picture], None], decoder: Decoder | None = None, *, max_units: int = 50
    ) -> None:
        self.decoder = decoder or Decoder()
        self._on_picture = on_picture
        self._max_units = max_units
        self._units: deque[AccessUnit] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def take(self, unit: AccessUnit) -> bool:
        """Put a picture in line; False if the line is full. Called in any thread; never waits for a decoder."""
        with self._changed:
            if self._closed or len(self._units) >= self._max_units:
                return False
            self._units.append(unit)
            self._changed.notify()
            return True

    def close(self, *, finish: bool = False) -> None:
        """End the thread.

        finish  after what is in line
        """
        with self._changed:
            self._closed = True
            if not finish:
                self._units.clear()
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._units and not self._closed:
                    self._changed.wait()
                if not self._units:
                    return
                unit = self._units.popleft()
            try:
                for picture in self.decoder.decode(unit):
                    self._on_picture(picture)
            except Exception:  # noqa: BLE001 - a fault in showing one picture must not end the stream
                _log.exception("a picture of %s channel %s was not taken", unit.phone, unit.channel)

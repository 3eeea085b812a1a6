"""The video of simulated cameras: one drawn clip, sent over and over as a terminal sends it."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Any

from laixi_transport.devices.jt1078.messages import ControlLive, LiveCommand, StartLive
from laixi_transport.devices.jt1078.sender import CodedPicture, Packetizer, send_stream

_log = logging.getLogger(__name__)

CHANNELS = 4
FPS = 15
WIDTH, HEIGHT = 640, 360
PICTURES = 60
KEY_INTERVAL = 30
KILOBITS_S = 600
_drawing = threading.Lock()


class CameraVideo:
    """The cameras of one vehicle; in one asyncio loop.

    phone  of the terminal
    """

    def __init__(self, phone: str) -> None:
        self._phone = phone
        self._sending: dict[int, asyncio.Task[None]] = {}

    @property
    def channels(self) -> list[int]:
        """Channels that are being sent."""
        return sorted(self._sending)

    def start(self, told: StartLive) -> bool:
        """Send a channel to an address, from now on alone to that one; False if there is no such camera or address."""
        if not 1 <= told.channel <= CHANNELS or not told.server_ip or not (told.tcp_port or told.udp_port):
            return False
        self._end(told.channel)
        task = asyncio.get_running_loop().create_task(self._send(told), name=f"video {self._phone} {told.channel}")
        self._sending[told.channel] = task
        task.add_done_callback(lambda done: self._over(told.channel, done))
        return True

    def control(self, told: ControlLive) -> bool:
        """End a channel, or go on with the other stream of it, which is the same; False for what it cannot do."""
        if told.command == LiveCommand.CLOSE:
            self._end(told.channel)
        return told.command in {LiveCommand.CLOSE, LiveCommand.SWITCH}

    def close(self) -> None:
        """End all channels."""
        for channel in list(self._sending):
            self._end(channel)

    async def _send(self, told: StartLive) -> None:
        pictures = await asyncio.to_thread(clip)
        datagrams = not told.tcp_port
        try:
            await send_stream(
                told.server_ip,
                told.udp_port if datagrams else told.tcp_port,
                Packetizer(self._phone, told.channel),
                cycle(pictures),
                fps=FPS,
                datagrams=datagrams,
            )
        except OSError as error:
            _log.info("video of %s channel %d ended: %s", self._phone, told.channel, error)

    def _end(self, channel: int) -> None:
        task = self._sending.pop(channel, None)
        if task is not None:
            task.cancel()

    def _over(self, channel: int, task: asyncio.Task[None]) -> None:
        if self._sending.get(channel) is task:
            del self._sending[channel]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("video of %s channel %d failed", self._phone, channel, exc_info=error)


def clip() -> tuple[CodedPicture, ...]:
    """Return the clip, which is drawn and coded when it is first wanted; takes a second then."""
    with _drawing:
        return _clip()


@cache
def _clip() -> tuple[CodedPicture, ...]:
    from laixi_transport.devices.jt1078.clip import encode_clip  # brings FFmpeg along

    return tuple(encode_clip(_pictures(), fps=FPS, key_interval=KEY_INTERVAL, kilobits_s=KILOBITS_S))


def _pictures() -> "Iterator[Any]":
    """Yield a road that comes nearer, with words in it that nobody takes for a real one."""
    import cv2

    from laixi_transport.devices.jt1078.clip import moving_pictures

    for picture in moving_pictures(PICTURES, width=WIDTH, height=HEIGHT):
        for colour, thick in (((20, 20, 20), 4), ((245, 245, 245), 2)):
            cv2.putText(picture, "SIMULATED VIDEO", (16, 40), cv2.FONT_HERSHEY_SIMPLEX, 1.0, colour, thick)
        yield picture

"""The terminal's side of a stream: coded pictures into packets, and those onto a link in their time."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from laixi_transport.devices.jt1078.messages import Coding
from laixi_transport.devices.jt1078.packet import (
    FLAGS,
    LONG_SIM,
    MAX_BODY,
    SHORT_SIM,
    Kind,
    Packet,
    Part,
    encode_packet,
)


class CodedPicture(NamedTuple):
    """One picture behind start codes (Annex B), with its parameter sets if it is a key frame."""

    data: bytes
    key: bool


class Packetizer:
    """Cuts the pictures and the sound of one channel into packets with numbers that run on.

    phone      digits; with more than twelve, or with ``long_sim``, the SIM has ten bytes
    max_body   bytes in a packet at most
    sequence   number of the first packet
    """

    def __init__(
        self,
        phone: str,
        channel: int,
        *,
        load_type: int = Coding.H264,
        long_sim: bool = False,
        max_body: int = MAX_BODY,
        sequence: int = 0,
    ) -> None:
        width = LONG_SIM if long_sim or len(phone) > 2 * SHORT_SIM else SHORT_SIM
        self._address = bytes.fromhex(phone.rjust(2 * width, "0"))
        self._channel = channel
        self._load_type = load_type
        self._max_body = max_body
        self._sequence = sequence
        self._key_ms: int | None = None
        self._picture_ms: int | None = None

    def picture(self, picture: CodedPicture, timestamp_ms: int) -> list[Packet]:
        """Return the packets of one picture."""
        data, size = picture.data, self._max_body
        bodies = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
        since_key = _interval(self._key_ms, timestamp_ms)
        since_picture = _interval(self._picture_ms, timestamp_ms)
        kind = Kind.I_FRAME if picture.key else Kind.P_FRAME
        packets = [
            Packet(
                FLAGS,
                at == len(bodies) - 1,
                self._load_type,
                self._number(),
                self._address,
                self._channel,
                kind,
                _part(at, len(bodies)),
                timestamp_ms,
                since_key,
                since_picture,
                body,
            )
            for at, body in enumerate(bodies)
        ]
        self._picture_ms = timestamp_ms
        if picture.key:
            self._key_ms = timestamp_ms
        return packets

    def sound(self, body: bytes, timestamp_ms: int, *, load_type: int = Coding.G711A) -> Packet:
        """Return a packet with sound."""
        return Packet(
            FLAGS, True, load_type, self._number(), self._address, self._channel, Kind.AUDIO, Part.ATOMIC,
            timestamp_ms, 0, 0, body,
        )  # fmt: skip

    def _number(self) -> int:
        number = self._sequence
        self._sequence = (number + 1) & 0xFFFF
        return number


async def send_stream(
    host: str,
    port: int,
    packetizer: Packetizer,
    pictures: Iterable[CodedPicture],
    *,
    fps: float = 25.0,
    datagrams: bool = False,
    begin_ms: int = 0,
) -> int:
    """Send pictures as a camera makes them, so many a second, and return how many were sent.

    fps       0: without waiting, as fast as the other side takes them; not for datagrams, which would be lost
    begin_ms  time of the first picture by the terminal's clock

    Raises OSError when the link cannot be had or ends.
    """
    loop = asyncio.get_running_loop()
    link = _DatagramLink(host, port) if datagrams else _TcpLink(host, port)
    await link.open()
    sent = 0
    begin_s = loop.time()
    try:
        for picture in pictures:
            if fps:
                wait_s = begin_s + sent / fps - loop.time()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
            timestamp_ms = begin_ms + round(sent * 1000 / (fps or 25.0))
            await link.send([encode_packet(packet) for packet in packetizer.picture(picture, timestamp_ms)])
            sent += 1
    finally:
        await link.close()
    return sent


class _TcpLink:
    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._writer: asyncio.StreamWriter

    async def open(self) -> None:
        _, self._writer = await asyncio.open_connection(*self._address)

    async def send(self, packets: list[bytes]) -> None:
        self._writer.write(b"".join(packets))
        await self._writer.drain()

    async def close(self) -> None:
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:  # what ended it has been raised where it was sent
            return


class _DatagramLink:
    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._transport: asyncio.DatagramTransport

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=self._address)

    async def send(self, packets: list[bytes]) -> None:
        for packet in packets:
            self._transport.sendto(packet)
        await asyncio.sleep(0)

    async def close(self) -> None:
        self._transport.close()


def _part(at: int, count: int) -> Part:
    if count == 1:
        return Part.ATOMIC
    if at == 0:
        return Part.FIRST
    return Part.LAST if at == count - 1 else Part.MIDDLE


def _interval(before_ms: int | None, now_ms: int) -> int:
    return min(max(now_ms - before_ms, 0), 0xFFFF) if before_ms is not None else 0

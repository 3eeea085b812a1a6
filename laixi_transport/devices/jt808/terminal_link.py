"""A terminal's connection and how it signs on: register (0100) where no code is known, then authenticate (0102)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from laixi_transport.devices.jt808.answers import PlatformAnswer
from laixi_transport.devices.jt808.frame import Frame, FrameParser, encode_frame
from laixi_transport.devices.jt808.ids import MessageId, RegisterResult, Result
from laixi_transport.devices.jt808.registration import Authenticate, Register, RegisterAnswer
from laixi_transport.devices.wire.refusal import Fault
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

log = logging.getLogger(__name__)

PROVINCE, CITY = 37, 285  # Shandong, Laixi in GB/T 2260


@dataclass(frozen=True, slots=True)
class TerminalIdentity:
    """What a terminal says about itself when it registers."""

    phone: str  # digits; 12 at most before 2019, 20 since
    plate: str = ""
    plate_colour: int = 0
    version: int = 2019  # 2011, 2013 or 2019
    maker: str = "LXSIM"
    model: str = ""
    terminal_no: str = ""


class LinkLostError(Exception):
    """The connection ended, or the other side did not answer."""


class TerminalLink(asyncio.Protocol):
    """One TCP connection."""

    def __init__(self, on_frame: Callable[[Frame], None]) -> None:
        self._on_frame = on_frame
        self._parser = FrameParser()
        self._transport: asyncio.Transport | None = None
        self.writable = asyncio.Event()
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what create_connection makes
        self._transport = transport
        self.writable.set()

    def data_received(self, data: bytes) -> None:
        for frame in self._parser.feed(data):
            self._on_frame(frame)
        for refused in self._parser.take_refused():
            log.warning("%s bytes from the platform are no frame: %s", len(refused.data), refused.reason)

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.lost.set()
        self.writable.set()

    def write(self, data: bytes) -> None:
        """Send, or let it go when the connection has just ended."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def abort(self) -> None:
        """End the connection at once, as a lost radio link does."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """End the connection after what was written has left."""
        if self._transport is not None:
            self._transport.close()


class SignOn:
    """The exchange at the start of a link; ``frames`` is where its answers are put."""

    def __init__(self, who: TerminalIdentity, link: TerminalLink, next_sequence: Callable[[], int]) -> None:
        self.frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._who = who
        self._link = link
        self._next_sequence = next_sequence

    async def run(self, auth_code: str, gateway: str) -> str:
        """Return the authentication code that was taken; a known one that is not taken is asked for anew, once.

        Raises Problem when the platform refuses the terminal, LinkLostError when the connection ends.
        """
        for _ in range(2):
            fresh = not auth_code
            if fresh:
                auth_code = await self._register(gateway)
            body = Authenticate(auth_code=auth_code).encode(version=self._who.version)
            frame = await self._asked(MessageId.AUTHENTICATE, body, MessageId.PLATFORM_ANSWER)
            answer = PlatformAnswer.decode(frame.body)
            if not isinstance(answer, Fault) and answer.result == Result.OK:
                return auth_code
            auth_code = ""
            if fresh:
                break
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem",
                "The gateway at {gateway} does not take the authentication code of terminal {phone}. "
                "Remove the terminal from the register and enter it again.",
            ),
            gateway=gateway,
            phone=self._who.phone,
        )

    async def _register(self, gateway: str) -> str:
        who = self._who
        register = Register(
            province_id=PROVINCE,
            city_id=CITY,
            maker_id=who.maker,
            terminal_model=who.model,
            terminal_id=who.terminal_no or who.phone[-7:],
            plate_color=who.plate_colour,
            plate_no=who.plate,
        )
        frame = await self._asked(MessageId.REGISTER, register.encode(version=who.version), MessageId.REGISTER_ANSWER)
        answer = RegisterAnswer.decode(frame.body)
        if isinstance(answer, Fault) or answer.result != RegisterResult.OK:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem",
                    "The gateway at {gateway} refuses terminal {phone} of vehicle {plate} (result {result}). "
                    "Enter it in the register or start the gateway with --accept-unknown.",
                ),
                gateway=gateway,
                phone=who.phone,
                plate=who.plate or "—",
                result="—" if isinstance(answer, Fault) else answer.result,
            )
        return answer.auth_code or ""

    async def _asked(self, msg_id: int, body: bytes, answer_id: int) -> Frame:
        """Send a message and return the frame that answers it."""
        sequence = self._next_sequence()
        self._link.write(encode_frame(msg_id, self._who.phone, sequence, body, version=self._who.version))
        while True:
            frame = await _or_lost(self.frames.get(), self._link)
            answered = int.from_bytes(frame.body[:2]) == sequence
            named = answer_id == MessageId.REGISTER_ANSWER or int.from_bytes(frame.body[2:4]) == msg_id
            if frame.msg_id == answer_id and answered and named:
                return frame


async def _or_lost(answer: Awaitable[Frame], link: TerminalLink) -> Frame:
    """Wait for a frame, or raise when the connection ends first."""
    frame = asyncio.ensure_future(answer)
    lost = asyncio.ensure_future(link.lost.wait())
    try:
        await asyncio.wait((frame, lost), return_when=asyncio.FIRST_COMPLETED)
        if frame.done():
            return frame.result()
        raise LinkLostError("the gateway closed the connection")
    finally:
        frame.cancel()
        lost.cancel()

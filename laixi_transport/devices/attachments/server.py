"""The port that terminals bring the files of alarms to, as 9208 names it to them; TCP only."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from laixi_transport.devices.attachments.mixed import MixedParser
from laixi_transport.devices.attachments.session import Attachment, Counts, Limits, OverError, Session
from laixi_transport.devices.attachments.upload import INCOMING
from laixi_transport.devices.jsatl.file_block import FileBlock
from laixi_transport.devices.jsatl.messages import AttachmentList
from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.packets import Assembler, Whole
from laixi_transport.devices.listening import cannot_listen
from laixi_transport.devices.tap import Tap
from laixi_transport.devices.wire.refusal import Refusal, Refused

_log = logging.getLogger(__name__)

PORT_NAME = "attachments"
"""Of the port in captures."""
RECEIVE_BYTES = 1 << 16
JUNK_BYTES = 1 << 20
"""A link that brings so much without a frame or a block in it is ended: looking for one costs time."""
_MESSAGE_BYTES = 1 << 18  # of sub-packaged messages that are coming in


class AttachmentServer:
    """Takes the files of alarms.

    folder    where they go: a folder for each alarm number in it
    on_file   takes a whole file; it is acknowledged when this returns, and not if it raises
    accept    asked with the terminal's phone whether files for an alarm were asked for; all are taken if it is None
    idle_s    a link without a frame or a block for so long is ended
    longest_s a link that is there for so long is ended, whatever it does
    """

    def __init__(
        self,
        folder: Path,
        on_file: Callable[[Attachment], Awaitable[None]],
        *,
        accept: Callable[[str, AttachmentList], bool] | None = None,
        limits: Limits | None = None,
        max_connections: int = 64,
        idle_s: float = 30.0,
        longest_s: float = 3600.0,
        tap: Tap | None = None,
    ) -> None:
        self.counts = Counts()
        self.turned_away = 0
        self.idle_closed = 0
        self.tap = tap
        self._folder = folder
        self._on_file = on_file
        self._accept = accept
        self._limits = limits or Limits()
        self._max_connections = max_connections
        self._idle_s = idle_s
        self._longest_s = longest_s
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port that is listened on."""
        if self._server is None or not self._server.sockets:
            raise RuntimeError("the server is not listening")
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """Links that are open."""
        return len(self._links)

    async def start(self, host: str, port: int) -> None:
        """Clear what a crash has left and begin to listen; Problem if the address cannot be had."""
        await asyncio.to_thread(self._clear)
        try:
            self._server = await asyncio.start_server(self._link, host, port, limit=RECEIVE_BYTES)
        except (OSError, OverflowError, UnicodeError) as error:
            raise cannot_listen(error, host, port) from error

    async def stop(self) -> None:
        """End all links; what has not come whole is thrown away."""
        if self._server is not None:
            self._server.close()
        links = list(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    def _clear(self) -> None:
        for path in (self._folder / INCOMING).glob("*.part"):
            with suppress(OSError):
                path.unlink()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = writer.get_extra_info("peername")
        peer = f"{name[0]}:{name[1]}" if name else "?"
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - it runs in one
        if len(self._links) >= self._max_connections:
            self.turned_away += 1
            await _end(writer)
            return
        self._links.add(task)
        tapped = self.tap.opened(peer) if self.tap is not None else 0

        def send(data: bytes) -> None:
            if self.tap is not None:
                self.tap.sent(tapped, data)
            writer.write(data)

        session = Session(self._folder, send, self._on_file, self._accept, self._limits, self.counts)
        try:
            async with asyncio.timeout(self._longest_s):
                await self._converse(reader, writer, session, tapped)
        except TimeoutError:
            self.idle_closed += 1
            _log.info("attachment link of %s ended: nothing came for too long", peer)
        except OverError as over:
            _log.info("attachment link of %s ended: %s", peer, over)
        except ConnectionError as error:
            _log.debug("attachment link of %s ended: %s", peer, error)
        except asyncio.CancelledError:
            _log.debug("attachment link of %s ended with the server", peer)
        except OSError:
            _log.exception(
                "files from %s cannot be stored; the link is ended, the terminal will bring them again", peer
            )
        except Exception:  # noqa: BLE001 - whatever the caller's callback raises must not end the server
            _log.exception("a file from %s was not taken; the link is ended, the terminal will bring it again", peer)
        finally:
            if session.refused:
                counts = ", ".join(f"{reason} {count}" for reason, count in session.refused.items())
                _log.info("from %s was refused: %s", peer, counts)
            session.close()
            if self.tap is not None:
                self.tap.closed(tapped)
            self._links.discard(task)
            await _end(writer)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, session: Session, tapped: int
    ) -> None:
        parser, assembler = MixedParser(), Assembler(max_bytes=_MESSAGE_BYTES)
        heard_s, strange = time.monotonic(), 0
        while True:
            async with asyncio.timeout(heard_s + self._idle_s - time.monotonic()):
                data = await reader.read(RECEIVE_BYTES)
            if not data:
                parser.close()
                session.refuse(parser.take_refused())
                return
            if self.tap is not None:
                self.tap.received(tapped, data)
            pieces = parser.feed(data)
            if parser.refused:
                session.refuse(parser.take_refused())
            for piece in pieces:
                whole = _joined(piece, assembler, session)
                if whole is not None:
                    await session.take(whole)
                    await writer.drain()
            strange += len(data)
            if pieces:
                heard_s, strange = time.monotonic(), 0
            elif strange > JUNK_BYTES:
                raise OverError(f"{strange} bytes without a frame or a block")


def _joined(piece: Frame | FileBlock, assembler: Assembler, session: Session) -> Frame | FileBlock | None:
    """Return a block or a whole message; None while parts are missing."""
    if isinstance(piece, FileBlock) or not piece.parts:
        return piece
    joined = assembler.add(piece, time.monotonic())
    given_up = assembler.take_given_up()
    session.refuse([Refused(Refusal.PACKET_MEMORY, b"") for _ in given_up])
    if isinstance(joined, Whole):
        return joined.frame
    if joined is not None:
        session.refuse([Refused(joined, b"")])
    return None


async def _end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, TimeoutError, asyncio.CancelledError):
        async with asyncio.timeout(1.0):
            await writer.wait_closed()
    writer.transport.abort()

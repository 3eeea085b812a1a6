"""What the platform does with one attachment link, message by message (T/JSATL 12-2017).

    1210 which files          -> 8001
    1211 a file begins        -> 8001
    blocks of it, in any order
    1212 the file ends        -> 9212: done, or what is missing, which then comes in blocks and with another 1212

A file counts as done after the caller has taken it: whoever acknowledges must not lose.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from laixi_transport.devices.attachments.naming import safe_name
from laixi_transport.devices.attachments.upload import Upload
from laixi_transport.devices.jsatl.file_block import FileBlock, name_in_block
from laixi_transport.devices.jsatl.ident import AlarmIdent
from laixi_transport.devices.jsatl.messages import (
    AttachmentList,
    FileAnswer,
    FileBegin,
    FileEnd,
    Range,
    UploadResult,
)
from laixi_transport.devices.jt808.answers import Heartbeat, PlatformAnswer
from laixi_transport.devices.jt808.frame import Frame, encode_frames
from laixi_transport.devices.jt808.ids import Result
from laixi_transport.devices.wire.record import Message
from laixi_transport.devices.wire.refusal import Fault, Refusal, Refused

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that has come whole."""

    phone: str  # of the terminal, without leading zeros
    terminal_id: str
    ident: AlarmIdent
    alarm_no: str
    name: str  # as the terminal calls it
    file_type: int  # jsatl.messages.FileType
    size_bytes: int
    sha256: str
    path: Path
    duplicate: bool  # the same file was there already


@dataclass(frozen=True, slots=True)
class Limits:
    """What one link may take."""

    file_bytes: int = 64 << 20
    link_bytes: int = 512 << 20  # received, what was sent twice included
    files: int = 64
    rounds: int = 8  # of asking for what is missing of one file


@dataclass(slots=True)
class Counts:
    """What became of what came, all links together."""

    files: int = 0
    duplicates: int = 0
    abandoned: int = 0  # files that did not come whole
    resends: int = 0  # answers that asked for missing parts
    refused: Counter[Refusal] = field(default_factory=Counter)


class OverError(Exception):
    """The link is to be ended; the reason is the text."""


class Session:
    """The platform's side of one link.

    send     sends bytes
    on_file  takes a whole file; it is acknowledged when this returns, and not if it raises
    accept   asked whether files for an alarm were asked for
    refused  what came over this link and was not taken, by reason
    """

    def __init__(
        self,
        folder: Path,
        send: Callable[[bytes], None],
        on_file: Callable[[Attachment], Awaitable[None]],
        accept: Callable[[str, AttachmentList], bool] | None,
        limits: Limits,
        counts: Counts,
    ) -> None:
        self._folder = folder
        self._send = send
        self._on_file = on_file
        self._accept = accept
        self._limits = limits
        self._counts = counts
        self._sequence = 0
        self._bytes = 0
        self._alarm: AttachmentList | None = None
        self._uploads: dict[str, Upload] = {}
        self._done: dict[str, FileEnd] = {}
        self.refused: Counter[Refusal] = Counter()

    async def take(self, piece: Frame | FileBlock) -> None:
        """Take what came next; OverError if the link is to be ended, OSError if the disk lets nothing be written."""
        if isinstance(piece, FileBlock):
            await self._block(piece)
            return
        messages: dict[int, tuple[type[Message], Callable[[Frame, Message], Awaitable[None]]]] = {
            AttachmentList.ID: (AttachmentList, self._list),
            FileBegin.ID: (FileBegin, self._begin),
            FileEnd.ID: (FileEnd, self._end),
        }
        known = messages.get(piece.msg_id)
        if known is None:
            self._answer(piece, Result.OK if piece.msg_id == Heartbeat.ID else Result.UNSUPPORTED)
            return
        message = known[0].decode(piece.body, version=piece.version)
        if isinstance(message, Fault):
            self._refuse(message.reason)
            self._answer(piece, Result.BAD_MESSAGE)
            return
        await known[1](piece, message)

    def refuse(self, refused: list[Refused]) -> None:
        """Count bytes that were neither frame nor block."""
        for one in refused:
            self._refuse(one.reason)

    def _refuse(self, reason: Refusal) -> None:
        self.refused[reason] += 1
        self._counts.refused[reason] += 1

    def close(self) -> None:
        """Throw away what did not come whole."""
        for upload in self._uploads.values():
            self._abandon(upload)
        self._uploads.clear()

    async def _list(self, frame: Frame, message: Message) -> None:
        assert isinstance(message, AttachmentList)  # noqa: S101 - the table says so
        wanted = len(message.items) <= self._limits.files and bool(message.alarm_no)
        if wanted and self._accept is not None:
            wanted = self._accept(frame.phone, message)
        if not wanted:
            self._answer(frame, Result.FAILED)
            raise OverError(f"files for alarm {message.alarm_no!r} were not asked for")
        if self._alarm is not None and (message.alarm_no, message.ident) != (self._alarm.alarm_no, self._alarm.ident):
            self.close()
            self._done.clear()
        self._alarm = message
        self._answer(frame, Result.OK)

    async def _begin(self, frame: Frame, message: Message) -> None:
        assert isinstance(message, FileBegin)  # noqa: S101 - the table says so
        key = name_in_block(message.name)
        before = self._uploads.get(key)
        if before is not None and before.told == message:  # asked again: what has come is kept
            self._answer(frame, Result.OK)
            return
        room = len(self._uploads) + len(self._done) < self._limits.files or before is not None
        if self._alarm is None or message.size_bytes > self._limits.file_bytes or not room:
            self._refuse(Refusal.TOO_LONG if self._alarm is not None else Refusal.NOT_AUTHENTICATED)
            self._answer(frame, Result.FAILED)
            return
        if before is not None:
            del self._uploads[key]
            self._abandon(before)
        upload = Upload(self._folder, message)
        await asyncio.to_thread(upload.open)
        self._uploads[key] = upload
        self._answer(frame, Result.OK)

    async def _block(self, block: FileBlock) -> None:
        self._bytes += len(block.data)
        if self._bytes > self._limits.link_bytes:
            raise OverError("more was sent than a link may take")
        upload = self._uploads.get(block.name)
        if upload is None:  # of a file that was refused, or has come whole already
            if block.name not in self._done:
                self._refuse(Refusal.PACKET)
            return
        if block.offset + len(block.data) > self._limits.file_bytes:
            self._refuse(Refusal.BODY_LENGTH)
            return
        if not await asyncio.to_thread(upload.write, block.offset, block.data):
            self._refuse(Refusal.PACKET_MEMORY)

    async def _end(self, frame: Frame, message: Message) -> None:
        assert isinstance(message, FileEnd)  # noqa: S101 - the table says so
        key = name_in_block(message.name)
        if self._done.get(key) == message:  # the answer was lost
            self._tell(frame, message, UploadResult.DONE)
            return
        upload = self._uploads.get(key)
        if upload is None or self._alarm is None:
            self._refuse(Refusal.PACKET)
            self._answer(frame, Result.FAILED)
            return
        if message.size_bytes <= self._limits.file_bytes:
            # A terminal may have been writing the file still when it told its size first.
            upload.size_bytes = message.size_bytes
        if upload.coverage.end > upload.size_bytes:  # more came than there is: nothing of it can be relied on
            self._refuse(Refusal.BODY_LENGTH)
            await self._start_again(key, upload)
            upload = self._uploads[key]
        missing = upload.missing()
        if missing:
            upload.rounds += 1
            if upload.rounds > self._limits.rounds:
                raise OverError(f"{message.name!r} does not come whole")
            self._counts.resends += 1
            self._tell(frame, message, UploadResult.RESEND, missing)
            return
        await self._whole(frame, message, key, upload)

    async def _start_again(self, key: str, upload: Upload) -> None:
        again = Upload(self._folder, upload.told)
        again.rounds, again.size_bytes = upload.rounds, upload.size_bytes
        await asyncio.to_thread(upload.discard)
        await asyncio.to_thread(again.open)
        self._uploads[key] = again

    async def _whole(self, frame: Frame, message: FileEnd, key: str, upload: Upload) -> None:
        alarm = self._alarm
        assert alarm is not None  # noqa: S101 - the caller has looked
        folder = self._folder / safe_name(alarm.alarm_no)
        path, digest, duplicate = await asyncio.to_thread(upload.finish, folder)
        del self._uploads[key]
        attachment = Attachment(
            frame.phone, alarm.terminal_id, alarm.ident, alarm.alarm_no, message.name, message.file_type,
            upload.size_bytes, digest, path, duplicate,
        )  # fmt: skip
        await self._on_file(attachment)
        self._done[key] = message
        self._counts.files += 1
        self._counts.duplicates += duplicate
        self._tell(frame, message, UploadResult.DONE)

    def _abandon(self, upload: Upload) -> None:
        self._counts.abandoned += 1
        with suppress(OSError):  # it lies among the temporary files, which are cleared at the next start
            upload.discard()

    def _answer(self, frame: Frame, result: Result) -> None:
        self._message(frame, PlatformAnswer(resp_seq=frame.sequence, resp_id=frame.msg_id, result=result))

    def _tell(self, frame: Frame, end: FileEnd, result: UploadResult, missing: tuple[Range, ...] = ()) -> None:
        self._message(frame, FileAnswer(name=end.name, file_type=end.file_type, result=result, items=missing))

    def _message(self, frame: Frame, message: Message) -> None:
        body = message.encode(version=frame.version)
        phone = frame.address.hex().upper()
        for wire in encode_frames(message.ID, phone, self._sequence, body, version=frame.version):
            self._sequence = (self._sequence + 1) & 0xFFFF
            self._send(wire)

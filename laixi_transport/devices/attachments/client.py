"""The terminal's side of an attachment link, with the faults that terminals have."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from laixi_transport.devices.jsatl.file_block import MAX_DATA, FileBlock, name_in_block
from laixi_transport.devices.jsatl.ident import AlarmIdent
from laixi_transport.devices.jsatl.messages import (
    AttachmentList,
    FileAnswer,
    FileBegin,
    FileEnd,
    FileType,
    NamedFile,
    UploadResult,
)
from laixi_transport.devices.jt808.answers import PlatformAnswer
from laixi_transport.devices.jt808.frame import Frame, FrameParser, encode_frames
from laixi_transport.devices.jt808.ids import Result
from laixi_transport.devices.wire.record import Message


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on the terminal."""

    name: str
    data: bytes
    file_type: int = FileType.PICTURE


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong; nothing by default.

    lost_share      of blocks that are not sent the first time
    doubled         every block is sent twice
    shuffled        blocks are sent in any order
    vanish_after    blocks sent on the link, after which it breaks off
    claimed_bytes   size that is told instead of the true one, by file name
    seed            of what is left to chance
    """

    lost_share: float = 0.0
    doubled: bool = False
    shuffled: bool = False
    vanish_after: int | None = None
    claimed_bytes: dict[str, int] = field(default_factory=dict)
    seed: int = 0


@dataclass(slots=True)
class Report:
    """How it went."""

    done: list[str] = field(default_factory=list)  # names of files that the platform has whole
    refused: list[str] = field(default_factory=list)
    resent_ranges: int = 0
    vanished: bool = False


class LinkEndedError(Exception):
    """The platform ended the link or did not answer."""


async def bring_files(
    host: str,
    port: int,
    phone: str,
    ident: AlarmIdent,
    alarm_no: str,
    files: Sequence[LocalFile],
    *,
    version: int = 2013,
    block_bytes: int = MAX_DATA,
    faults: Faults | None = None,
    patience_s: float = 20.0,
) -> Report:
    """Bring the files of one alarm over a link of their own, sending again what the platform lacks.

    Raises OSError when the link cannot be had, LinkEndedError when the platform ends it or keeps silent.
    """
    reader, writer = await asyncio.open_connection(host, port)
    link = _Link(reader, writer, phone, version, patience_s)
    bringing = _Bringing(link, faults or Faults(), block_bytes)
    try:
        await bringing.all(ident, alarm_no, files)
    except ConnectionError as error:
        raise LinkEndedError(str(error)) from error
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    return bringing.report


class _VanishedError(Exception):
    """The terminal is gone."""


class _Link:
    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, phone: str, version: int, patience_s: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._phone = phone
        self._version = version
        self._patience_s = patience_s
        self._parser = FrameParser()
        self._frames: list[Frame] = []
        self._sequence = 0

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def say(self, message: Message) -> None:
        body = message.encode(version=self._version)
        for wire in encode_frames(message.ID, self._phone, self._sequence, body, version=self._version):
            self._sequence = (self._sequence + 1) & 0xFFFF
            await self.send(wire)

    async def frame(self, msg_id: int) -> Frame:
        while True:
            while self._frames:
                frame = self._frames.pop(0)
                if frame.msg_id == msg_id:
                    return frame
            try:
                async with asyncio.timeout(self._patience_s):
                    data = await self._reader.read(1 << 16)
            except TimeoutError:
                raise LinkEndedError("the platform does not answer") from None
            if not data:
                raise LinkEndedError("the platform has ended the link")
            self._frames += self._parser.feed(data)

    async def agreed(self, message: Message) -> bool:
        """Say something and return whether the platform agrees."""
        await self.say(message)
        answer = PlatformAnswer.decode((await self.frame(PlatformAnswer.ID)).body)
        return isinstance(answer, PlatformAnswer) and answer.result == Result.OK

    def abort(self) -> None:
        self._writer.transport.abort()


class _Bringing:
    def __init__(self, link: _Link, faults: Faults, block_bytes: int) -> None:
        self.report = Report()
        self._link = link
        self._faults = faults
        self._block_bytes = block_bytes
        self._chance = random.Random(faults.seed)
        self._sent = 0

    async def all(self, ident: AlarmIdent, alarm_no: str, files: Sequence[LocalFile]) -> None:
        named = tuple(NamedFile(name=file.name, size_bytes=self._claimed(file)) for file in files)
        listing = AttachmentList(terminal_id=ident.terminal_id, ident=ident, alarm_no=alarm_no, items=named)
        if not await self._link.agreed(listing):
            self.report.refused += [file.name for file in files]
            return
        with suppress(_VanishedError):
            for file in files:
                await self._one(file)

    async def _one(self, file: LocalFile) -> None:
        size = self._claimed(file)
        begin = FileBegin(name=file.name, file_type=file.file_type, size_bytes=size)
        if not await self._link.agreed(begin):
            self.report.refused.append(file.name)
            return
        blocks = [(at, self._block_bytes) for at in range(0, len(file.data), self._block_bytes)]
        if self._faults.shuffled:
            self._chance.shuffle(blocks)
        kept = [block for block in blocks if self._chance.random() >= self._faults.lost_share]
        await self._blocks(file, kept * (2 if self._faults.doubled else 1))
        while True:
            await self._link.say(FileEnd(name=file.name, file_type=file.file_type, size_bytes=size))
            answer = FileAnswer.decode((await self._link.frame(FileAnswer.ID)).body)
            if not isinstance(answer, FileAnswer):
                raise LinkEndedError("the platform's answer cannot be read")
            if answer.result == UploadResult.DONE:
                self.report.done.append(file.name)
                return
            self.report.resent_ranges += len(answer.items)
            for missing in answer.items:
                end = missing.offset + missing.length
                steps = range(missing.offset, end, self._block_bytes)
                await self._blocks(file, [(at, min(self._block_bytes, end - at)) for at in steps])

    async def _blocks(self, file: LocalFile, blocks: Sequence[tuple[int, int]]) -> None:
        for offset, length in blocks:
            if self._sent == self._faults.vanish_after:
                self.report.vanished = True
                self._link.abort()
                raise _VanishedError
            data = file.data[offset : offset + length]
            await self._link.send(FileBlock(name=name_in_block(file.name), offset=offset, data=data).encode())
            self._sent += 1

    def _claimed(self, file: LocalFile) -> int:
        return self._faults.claimed_bytes.get(file.name, len(file.data))

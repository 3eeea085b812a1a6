"""The gateway's side of media: to the disk, then into the database, and only then acknowledged.

While the disk is full, media wait in memory within a bound, and are tried again until there is space; what does not fit
is refused, and the terminal, which has no acknowledgement, sends it again.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.media import Media as MediaMessage
from laixi_transport.devices.jt808.media import MediaTaken
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.domain.media import Media, MediaSource
from laixi_transport.domain.position import StatusBit
from laixi_transport.storage import Store
from laixi_transport.storage.media import MediaFiles
from laixi_transport.storage.sessions import moment

_log = logging.getLogger(__name__)

WORKERS = 2
"""Files being written at once; a disk does more no faster."""
HELD_BYTES = 64 << 20
RETRY_S = (0.2, 1.0, 5.0)
FORMATS = ("jpeg", "tif", "mp3", "wav", "wmv")
"""Formats of JT/T 808-2019 8.53 by their numbers, also the endings of the names."""


@dataclass(slots=True)
class _Waiting:
    data: bytes
    media: Media  # without digest
    stored: Callable[[], None]


class Keeper:
    """Lives in the gateway's loop."""

    def __init__(self, store: Store, files: MediaFiles, *, held_bytes: int = HELD_BYTES) -> None:
        self.stored = 0
        self.files = files
        self._store = store
        self._most = held_bytes
        self._held = 0
        self._count = 0
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._workers: list[asyncio.Task[None]] = []
        self._troubled = False

    @property
    def waiting(self) -> int:
        """How many are not yet on the disk and in the database."""
        return self._count

    async def start(self) -> None:
        """Clear away what an earlier run did not bring to its end, and begin to store."""
        await asyncio.to_thread(self.files.sweep)
        self._workers = [asyncio.create_task(self._work(), name=f"media {number}") for number in range(WORKERS)]

    async def stop(self, patience_s: float) -> None:
        """Store what waits, as far as the disk takes it in time; the rest is left to the terminals."""
        try:
            async with asyncio.timeout(patience_s):
                await self._queue.join()
        except TimeoutError:
            _log.warning("stopped before the disk had taken all media; %d are not acknowledged", self._count)
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def take(
        self, frame: Frame, terminal_id: int, vehicle_id: int, now_us: int, stored: Callable[[], None]
    ) -> Refusal | None:
        """Take an 0801; ``stored`` is called in the loop once it is safe. Return why it is not taken, if so."""
        version = MediaMessage.layout_version(frame.body, frame.version)
        message = MediaMessage.decode(frame.body, version=version)
        if isinstance(message, Fault):
            return message.reason
        position = message.pos
        located = position is not None and bool(position.status_bits & StatusBit.LOCATED)
        known = 0 <= message.format < len(FORMATS)
        kind = FORMATS[message.format] if known else ""
        media = Media(
            id=0,
            digest="",
            size_bytes=len(message.data),
            source=MediaSource.MESSAGE,
            kind=int(message.media_type),
            format=kind,
            event=int(message.event),
            channel=message.channel,
            name=f"{message.media_id}.{kind or message.format}",
            role="",
            alarm_no="",
            terminal_id=terminal_id,
            vehicle_id=vehicle_id,
            received_at=moment(now_us),
            taken_at=position.time if position is not None else None,
            lat_deg=position.lat_deg if position is not None and located else None,
            lon_deg=position.lon_deg if position is not None and located else None,
        )
        if self._held + len(message.data) > self._most:
            return Refusal.OVERLOAD
        self._held += len(message.data)
        self._count += 1
        self._queue.put_nowait(_Waiting(message.data, media, stored))
        return None

    async def take_file(self, path: Path, media: Media) -> None:
        """Take a whole file, which gets another name; it is safe when this returns. OSError as the disk has it."""
        digest, size = await asyncio.to_thread(self.files.take, path)
        whole = replace(media, digest=digest, size_bytes=size)
        await asyncio.wrap_future(self._store.writer.run(lambda session: self._store.media.add(session, whole)))
        self.stored += 1

    def take_event(self, frame: Frame, terminal_id: int, vehicle_id: int, now_us: int) -> None:
        """Store that a terminal has taken something (0800)."""
        told = MediaTaken.decode(frame.body, version=frame.version)
        if isinstance(told, Fault):
            return
        event = (told.media_id, int(told.media_type), int(told.format), int(told.event), told.channel)
        future = self._store.writer.run(
            lambda session: self._store.media.add_event(session, terminal_id, vehicle_id, now_us, event)
        )
        future.add_done_callback(_look)

    async def _work(self) -> None:
        while True:
            waiting = await self._queue.get()
            try:
                await self._store_one(waiting)
            except Exception:  # noqa: BLE001 - whatever it is, the next one must be stored
                _log.exception("a medium of terminal %d was not stored", waiting.media.terminal_id)
            finally:
                self._held -= len(waiting.data)
                self._count -= 1
                self._queue.task_done()

    async def _store_one(self, waiting: _Waiting) -> None:
        digest = await self._to_disk(waiting.data)
        media = replace(waiting.media, digest=digest)
        await asyncio.wrap_future(self._store.writer.run(lambda session: self._store.media.add(session, media)))
        self.stored += 1
        waiting.stored()

    async def _to_disk(self, data: bytes) -> str:
        """Write until the disk takes it."""
        attempt = 0
        while True:
            try:
                digest = await asyncio.to_thread(self.files.put, data)
            except OSError as error:
                if not self._troubled:
                    self._troubled = True
                    _log.info("media wait: %s does not take them: %s", self.files.folder, error)
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
                attempt += 1
            else:
                if self._troubled:
                    self._troubled = False
                    _log.info("%s takes media again", self.files.folder)
                return digest


def _look(future: Any) -> None:
    if not future.cancelled() and (error := future.exception()) is not None:
        _log.error("a media event was not stored", exc_info=error)

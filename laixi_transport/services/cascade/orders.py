"""What a platform above orders of a vehicle: it becomes a command to the terminal, and its outcome the answer.

The terminal is told as an operator would tell it, in the name of the platform above, so that every seat sees it. The
answer says what the terminal has really done. Numbers of results are from memory (mem): 0 done and 1 not done in 1501,
1503 and 1505; in 1502 1 taken, 3 the terminal is not on line, 5 another reason.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.driver import DriverCard
from laixi_transport.devices.jt808.frame import Frame, FrameParser
from laixi_transport.devices.jt809 import control, vehicles
from laixi_transport.devices.jt809.kinds import instant_of, unix_of
from laixi_transport.devices.jt809.location import Location2011
from laixi_transport.devices.jt809.message import Message
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.domain.cascade import CascadeLink
from laixi_transport.domain.command import CommandEntry, CommandResult, CommandState
from laixi_transport.domain.media import Media, MediaKind, MediaSource
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.cascade.mapping import written
from laixi_transport.services.commands.form import Command
from laixi_transport.services.commands.media_commands import TakePhoto
from laixi_transport.services.commands.service import CommandService
from laixi_transport.services.commands.terminal_commands import (
    AskDriver,
    AskRecorder,
    CallBack,
    ConnectElsewhere,
    TextToDriver,
)
from laixi_transport.storage import Store
from laixi_transport.storage.media import MediaFiles

T = TypeVar("T")
_log = logging.getLogger(__name__)

DONE, NOT_DONE = 0, 1
PHOTO_TAKEN, PHOTO_OFF_LINE, PHOTO_FAILED = 1, 3, 5
EXPIRES_S = 60.0
"""A platform above waits for an answer; a terminal that comes on line later does nothing any more."""
PATIENCE_S = 900.0
"""Longest wait for what becomes of a command, whose own patience is shorter."""
UNDER_WAY = 64
"""Orders of one platform above that are carried out at once; more are answered "not done"."""
PICTURE_S = 120.0
"""After a terminal has said that it took a picture the picture must have come."""
_FORMATS = {"jpeg": 1, "tif": 3}  # 图像格式 (mem): 1 jpg, 2 gif, 3 tiff, 4 png


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command, and of a photo the picture with its bytes."""

    entry: CommandEntry | None  # None: there is no such vehicle, or the order cannot be carried out
    picture: tuple[Media, bytes] | None = None

    @property
    def done(self) -> bool:
        """Whether the terminal has done it."""
        return self.entry is not None and self.entry.state is CommandState.ANSWERED

    @property
    def result(self) -> int:
        """应答结果 of 1501, 1503 and 1505."""
        return DONE if self.done else NOT_DONE

    @property
    def message(self) -> bytes:
        """The body of the message that answered, sub-packages put together; empty without one."""
        frames = FrameParser().feed(self.entry.answer) if self.entry is not None else []
        return b"".join(frame.body for frame in sorted(frames, key=lambda frame: frame.part))

    def first(self) -> Frame | None:
        """Return the first frame of the answer."""
        frames = FrameParser().feed(self.entry.answer) if self.entry is not None else []
        return frames[0] if frames else None


@dataclass(frozen=True, slots=True)
class Order:
    """A command and how its outcome is told; ``command`` is None for what no terminal can be told."""

    command: Command | None
    answer: Callable[[Outcome], Sub]
    pictured: bool = False


def order_of(message: Message, now: dt.datetime) -> Order | None:
    """Return what a platform above orders of a vehicle, None if the message orders nothing."""
    source: dict[str, Any] = {"source_sub_id": message.envelope.sub_id, "source_seq": message.header.seq}
    match message.envelope.data:
        case control.Listen() as listen:
            return Order(
                _possible(lambda: CallBack(phone=listen.tel, listen=True)),
                lambda outcome: control.ListenAnswer(**source, result=outcome.result),
            )
        case control.VehicleText() as told:
            return Order(
                _possible(lambda: TextToDriver(text=told.info, urgent=told.priority == 0)),
                lambda outcome: control.VehicleTextAnswer(**source, info_id=told.info_id, result=outcome.result),
            )
        case control.Photo() as photo:
            command = _possible(lambda: TakePhoto(channel=photo.channel, resolution=photo.resolution))
            return Order(command, partial(_photo_answer, photo, source), pictured=True)
        case control.RecorderRequest() as asked:
            begin = asked.begin or instant_of(asked.begin_utc or 0)
            end = asked.end or instant_of(asked.end_utc or 0)
            return Order(
                _possible(lambda: AskRecorder(what=asked.command, begin=begin, end=end, blocks=asked.count or 1000)),
                partial(_recorder_answer, asked.command, source),
            )
        case control.Emergency() as access:
            return Order(
                _possible(lambda: _elsewhere(access, now)),
                lambda outcome: control.EmergencyAnswer(**source, result=outcome.result),
            )
        case vehicles.DriverRequest():
            return Order(AskDriver(), partial(_driver_answer, source))
    return None


class Orders:
    """Carries orders out; in the io loop.

    files  media of this machine; None: no picture can go up
    """

    def __init__(
        self,
        store: Store,
        link: CascadeLink,
        files: MediaFiles | None,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._link = link
        self._files = files
        self._now = now
        self._commands = CommandService(store, now=now)
        self._change = asyncio.Event()
        self._under_way = 0

    def changed(self) -> None:
        """Look again: a command or a medium has changed."""
        self._change.set()

    async def carry_out(self, order: Order, terminal: Terminal | None) -> Sub:
        """Have a terminal do it, wait for what comes of it and return the answer."""
        if terminal is None or order.command is None or self._under_way >= UNDER_WAY:
            return order.answer(Outcome(None))
        self._under_way += 1
        try:
            return await self._carry_out(order, order.command, terminal)
        finally:
            self._under_way -= 1

    async def _carry_out(self, order: Order, command: Command, terminal: Terminal) -> Sub:
        at = self._now()
        try:
            sent = self._commands.send(terminal.id, command, by=self._link.name, expires_s=EXPIRES_S)
        except Problem as problem:
            _log.info("%s orders what no terminal can be told: %s", self._link.name, problem)
            return order.answer(Outcome(None))
        made = await asyncio.wrap_future(sent)
        entry = await self._until(lambda: self._settled(made.id), PATIENCE_S) or made
        outcome = Outcome(entry)
        if order.pictured and outcome.done and self._files is not None:
            media = await self._until(lambda: self._picture(terminal.id, at), PICTURE_S)
            if media is not None:
                try:
                    outcome = Outcome(entry, (media, await asyncio.to_thread(self._files.read, media.digest)))
                except Problem as problem:
                    _log.warning("a picture does not go up to %s: %s", self._link.name, problem)
        return order.answer(outcome)

    async def _until(self, look: Callable[[], Awaitable[T | None]], patience_s: float) -> T | None:
        """Return what is there as soon as it is, None if it does not come."""
        try:
            async with asyncio.timeout(patience_s):
                while True:
                    self._change.clear()
                    if (found := await look()) is not None:
                        return found
                    await self._change.wait()
        except TimeoutError:
            return None

    async def _settled(self, command_id: int) -> CommandEntry | None:
        entry = await asyncio.to_thread(self._store.commands.get, command_id)
        return entry if entry is not None and entry.state.settled else None

    async def _picture(self, terminal_id: int, since: dt.datetime) -> Media | None:
        newest = await asyncio.to_thread(partial(self._store.media.last, 5, terminal_id=terminal_id))
        return next(
            (
                media
                for media in newest
                if media.source is MediaSource.MESSAGE and media.kind == MediaKind.IMAGE and media.received_at >= since
            ),
            None,
        )


def _possible(make: Callable[[], Command]) -> Command | None:
    """Return a command, None if no terminal can be told what was ordered."""
    try:
        return make()
    except (ValueError, Problem) as error:
        _log.info("an order cannot be carried out: %s", error)
        return None


def _elsewhere(access: control.Emergency, now: dt.datetime) -> Command:
    end = instant_of(access.end)
    minutes = 0 if end is None else max(1, int((end - now).total_seconds() // 60))
    return ConnectElsewhere(
        auth_code=access.auth_code,
        access_point=access.access_point,
        user=access.user,
        password=access.password,
        server=access.server_ip,
        tcp_port=access.tcp_port,
        udp_port=access.udp_port,
        minutes=min(minutes, 0xFFFF),
    )


def _photo_answer(photo: control.Photo, source: dict[str, Any], outcome: Outcome) -> Sub:
    media, data = outcome.picture if outcome.picture is not None else (None, b"")
    off_line = outcome.entry is not None and outcome.entry.result is CommandResult.NOT_ONLINE
    return control.PhotoAnswer(
        **source,
        result=PHOTO_TAKEN if media is not None else PHOTO_OFF_LINE if off_line else PHOTO_FAILED,
        pos=Location2011(
            time=media.taken_at if media is not None else None,
            lon_deg=abs(media.lon_deg or 0.0) if media is not None else 0.0,
            lat_deg=abs(media.lat_deg or 0.0) if media is not None else 0.0,
            speed_kmh=0,
            recorder_speed_kmh=0,
            mileage_km=0,
            direction_deg=0,
            altitude_m=0,
            status_bits=2 if media is not None and media.lat_deg is not None else 0,
            alarm_bits=0,
        ),
        channel=photo.channel,
        resolution=photo.resolution,
        format=_FORMATS.get(media.format, 0) if media is not None else 0,
        data=data,
    )


def _recorder_answer(command: int, source: dict[str, Any], outcome: Outcome) -> Sub:
    block = outcome.message[3:] if outcome.done else b""  # behind sequence number and command word of 0700
    return control.RecorderAnswer(**source, command=command, data=block)


def _driver_answer(source: dict[str, Any], outcome: Outcome) -> Sub:
    frame = outcome.first() if outcome.done else None
    card = None
    if frame is not None and frame.msg_id == DriverCard.ID:
        version = DriverCard.layout_version(outcome.message, frame.version)
        told = MESSAGES[frame.msg_id].decode(outcome.message, version=version)
        card = getattr(told, "card", None)
    expiry = getattr(card, "cert_expiry", None)
    until = dt.datetime(expiry.year, expiry.month, expiry.day, tzinfo=dt.UTC) if expiry is not None else None
    return vehicles.DriverAnswer(
        **source,
        driver_name=_fitting(getattr(card, "driver_name", ""), 16),
        driver_idcard=getattr(card, "driver_idcard", "") or "",
        qualification=getattr(card, "qualification", "") or "",
        issuer=_fitting(getattr(card, "issuer", ""), 200),
        cert_expiry=unix_of(until),
    )


def _fitting(text: str, size: int) -> str:
    return written(text).encode("gbk")[:size].decode("gbk", errors="ignore")

"""What a terminal does when the platform tells it something: the side of it that a simulator needs.

It does what can be done without a vehicle: tells its position, its attributes and its parameters, takes parameters,
shows texts, locks doors, takes photos and sends live video if it has cameras. What it cannot do it says it cannot
(result 3).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from laixi_transport.devices.jt808.answers import ResendToPlatform, TerminalAnswer
from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.control import (
    Attributes,
    GnssAttribute,
    QueryAttributes,
    RadioAttribute,
    TerminalType,
    VehicleControl,
    VehicleControlAnswer,
)
from laixi_transport.devices.jt808.flags import StatusFlag
from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.ids import Result
from laixi_transport.devices.jt808.media import (
    Media,
    MediaAnswer,
    MediaEvent,
    MediaFormat,
    MediaType,
    PhotoAnswer,
    PhotoResult,
    TakePhoto,
)
from laixi_transport.devices.jt808.parameters import Setting
from laixi_transport.devices.jt808.position import encode_position
from laixi_transport.devices.jt808.position_report import (
    AlarmConfirmation,
    Position,
    PositionAnswer,
    PositionBase,
    PositionQuery,
    Tracking,
)
from laixi_transport.devices.jt808.settings import (
    ParameterAnswer,
    QueryAllParameters,
    QueryParameters,
    SetParameters,
)
from laixi_transport.devices.jt808.terminal_link import TerminalIdentity
from laixi_transport.devices.jt808.texts import TextMessage
from laixi_transport.devices.jt1078.messages import ControlLive, StartLive
from laixi_transport.devices.wire.record import Message
from laixi_transport.devices.wire.refusal import Fault
from laixi_transport.domain.position import PositionReport

Camera = Callable[[int, int, int], Awaitable[bytes]]
"""Takes a photo: channel, resolution and quality as 8801 has them, to the bytes of a JPEG."""


class Video(Protocol):
    """Sends live video."""

    def start(self, told: StartLive) -> bool:
        """Begin to send a channel; False if that cannot be."""

    def control(self, told: ControlLive) -> bool:
        """Stop or change what is sent; False if that cannot be."""


MOST_PHOTOS = 10
VERSION = "1.0"
_DEFAULTS: dict[int, Any] = {
    0x0001: 60,  # heartbeat, s
    0x0010: "CMIOT",
    0x0027: 300,
    0x0028: 5,
    0x002C: 200,
    0x0030: 15,
    0x0056: 10,
    0x0057: 4 * 3600,
    0x0058: 8 * 3600,
    0x0059: 20 * 60,
    0x0070: 5,
    0x0071: 127,
    0x0072: 64,
    0x0073: 64,
    0x0074: 127,
}
_UNASKED = frozenset({MediaAnswer.ID, ResendToPlatform.ID})
"""These follow what the terminal has sent; they are no commands."""


class TerminalConduct:
    """One terminal's own state, and its answers.

    position    the report it would send now
    parameters  by their numbers, beside the usual ones
    camera      None: it has none
    video       None: it sends none
    now         seconds of the clock that ``position`` follows
    """

    def __init__(
        self,
        identity: TerminalIdentity,
        position: Callable[[], PositionReport],
        now: Callable[[], float],
        *,
        parameters: dict[int, Any] | None = None,
        camera: Camera | None = None,
        video: Video | None = None,
    ) -> None:
        self.parameters = _DEFAULTS | (parameters or {})
        self.locked = False
        self.texts: list[str] = []
        self._identity = identity
        self._position = position
        self._camera = camera
        self._video = video
        self._now = now
        self._tracking = (0, 0.0)  # interval in seconds, and until when
        self._media_id = 0

    def interval_s(self, usual_s: float) -> float:
        """Return how long to wait for the next report: 8202 makes it shorter for a while."""
        interval_s, until_s = self._tracking
        return min(usual_s, interval_s) if interval_s and self._now() < until_s else usual_s

    async def answer(self, frame: Frame) -> list[Message]:
        """Do what a frame from the platform tells, and return what is sent back."""
        if frame.msg_id in _UNASKED:
            return []
        kind = MESSAGES.get(frame.msg_id)
        told = kind.decode(frame.body, version=self._identity.version) if kind is not None and not frame.parts else None
        if isinstance(told, Fault):
            return [_general(frame, Result.BAD_MESSAGE)]
        match told:
            case PositionQuery():
                return [PositionAnswer(resp_seq=frame.sequence, position=self._placed())]
            case QueryAttributes():
                return [self._attributes()]
            case QueryAllParameters():
                return [self._told_parameters(frame, self.parameters)]
            case QueryParameters():
                return [self._told_parameters(frame, told.param_ids)]
            case SetParameters():
                self.parameters |= {setting.id: setting.value for setting in told.settings}
                return [_general(frame, Result.OK)]
            case TextMessage():
                self.texts.append(told.text)
                return [_general(frame, Result.OK)]
            case AlarmConfirmation():
                return [_general(frame, Result.OK)]
            case Tracking():
                self._tracking = (told.interval_s, self._now() + (told.duration_s or 0))
                return [_general(frame, Result.OK)]
            case VehicleControl():
                return self._controlled(frame, told)
            case TakePhoto() if self._camera is not None and 0 < told.command <= MOST_PHOTOS:
                return await self._photos(frame, told, self._camera)
            case StartLive() if self._video is not None:
                return [_general(frame, Result.OK if self._video.start(told) else Result.FAILED)]
            case ControlLive() if self._video is not None:
                return [_general(frame, Result.OK if self._video.control(told) else Result.UNSUPPORTED)]
            case _:
                return [_general(frame, Result.UNSUPPORTED)]

    def stated(self, report: PositionReport) -> PositionReport:
        """Return a report with what the terminal itself brings to it."""
        if not self.locked:
            return report
        return report._replace(status_bits=report.status_bits | StatusFlag.DOORS_LOCKED)

    def _placed(self) -> Position:
        position = Position.decode(encode_position(self.stated(self._position())), version=self._identity.version)
        if isinstance(position, Fault):
            raise TypeError(f"the terminal's own position cannot be read: {position}")
        return position

    def _attributes(self) -> Attributes:
        identity = self._identity
        return Attributes(
            terminal_type=TerminalType.PASSENGER | TerminalType.HAZARDOUS | TerminalType.FREIGHT,
            maker_id=identity.maker,
            terminal_model=identity.model,
            terminal_id=identity.terminal_no or identity.phone[-7:],
            iccid=f"898600{identity.phone[-14:]:0>14}",
            hw_version=VERSION,
            fw_version=f"{VERSION}-{identity.version}",
            gnss_attributes=GnssAttribute.GPS | GnssAttribute.BEIDOU,
            radio_attributes=RadioAttribute.TD_LTE,
        )

    def _told_parameters(self, frame: Frame, numbers: Iterable[int]) -> ParameterAnswer:
        settings = tuple(Setting(id=n, value=self.parameters[n]) for n in sorted(numbers) if n in self.parameters)
        return ParameterAnswer(resp_seq=frame.sequence, settings=settings)

    def _controlled(self, frame: Frame, told: VehicleControl) -> list[Message]:
        if told.flag is not None:
            self.locked = bool(told.flag & 1)
        for control in told.controls:
            if control.unlock is None:
                return [_general(frame, Result.UNSUPPORTED)]
            self.locked = not control.unlock
        return [VehicleControlAnswer(resp_seq=frame.sequence, position=self._placed())]

    async def _photos(self, frame: Frame, told: TakePhoto, camera: Camera) -> list[Message]:
        """Return 0805 with the numbers of the photos, and the photos unless they are to stay in the terminal."""
        photos: list[Message] = []
        numbers = []
        for at in range(told.command):
            if at:
                await asyncio.sleep(told.interval_s)
            data = await camera(told.channel, told.resolution, told.quality)
            self._media_id += 1
            numbers.append(self._media_id)
            place = PositionBase.decode(encode_position(self.stated(self._position()))[:28])
            photos.append(
                Media(
                    media_id=self._media_id,
                    media_type=MediaType.IMAGE,
                    format=MediaFormat.JPEG,
                    event=MediaEvent.PLATFORM,
                    channel=told.channel,
                    pos=None if isinstance(place, Fault) else place,
                    data=data,
                )
            )
        answer = PhotoAnswer(resp_seq=frame.sequence, result=PhotoResult.OK, media_ids=tuple(numbers))
        return [answer, *([] if told.save else photos)]


def _general(frame: Frame, result: Result) -> TerminalAnswer:
    return TerminalAnswer(resp_seq=frame.sequence, resp_id=frame.msg_id, result=result)

"""What each message of a terminal means to the gateway: the one table of handlers."""

import hmac
from collections.abc import Callable, Iterable
from typing import Protocol

from laixi_transport.devices.jt808.answers import TimeAnswer
from laixi_transport.devices.jt808.catalogue import MESSAGES as CATALOGUE
from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.ids import BatchKind, MessageId, RegisterResult, Result
from laixi_transport.devices.jt808.media import Media, MediaAnswer, MediaTaken
from laixi_transport.devices.jt808.position_report import batch_bodies
from laixi_transport.devices.jt808.registration import Authenticate, Register, RegisterAnswer
from laixi_transport.devices.wire.refusal import Fault, Refusal
from laixi_transport.domain.position import ReportFlag
from laixi_transport.domain.session import SessionEnd
from laixi_transport.domain.time import from_unix
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.ingest.session import Due, Session

TIME_QUERY, TIME_ANSWER = 0x0004, 0x8004
"""A terminal asks for the time (since 2019)."""
POSITION_ANSWERS = (0x0201, 0x0500)
"""A sequence number, then a position."""


class MediaKeeper(Protocol):
    """Where media go (services.media.keeper)."""

    def take(
        self, frame: Frame, terminal_id: int, vehicle_id: int, now_us: int, stored: Callable[[], None]
    ) -> Refusal | None: ...

    def take_event(self, frame: Frame, terminal_id: int, vehicle_id: int, now_us: int) -> None: ...


class AlarmFiles(Protocol):
    """Who asks for the files of alarms (services.media.evidence)."""

    def look(self, terminal_id: int, phone: str, items: bytes) -> None: ...


class Platform(Protocol):
    """What handlers need of the gateway."""

    @property
    def media(self) -> MediaKeeper | None: ...

    def signed_off(self, session: Session, end: SessionEnd) -> None: ...

    def answered(self, session: Session, frame: Frame, frames: tuple[Frame, ...]) -> None: ...

    def described(self, terminal: Terminal, register: Register) -> None: ...


class Speaker(Protocol):
    """What handlers need of a link; ``link.Link`` says what each member means."""

    @property
    def platform(self) -> Platform: ...

    def trust(self, session: Session) -> bool: ...

    def wrong_code(self) -> None: ...

    def enter(self, frames: list[Frame]) -> None: ...

    def reports(
        self, bodies: Iterable[bytes], frames: tuple[Frame, ...], session: Session, now_us: int, flags: int = 0
    ) -> None: ...

    def keep(self, frames: tuple[Frame, ...], session: Session, now_us: int) -> None: ...

    def owe(self, frames: tuple[Frame, ...], session: Session, result: Result) -> None: ...

    def answer(self, due: list[Due]) -> None: ...

    def refuse(self, reason: Refusal, frame: Frame, session: Session, now_us: int, result: Result) -> None: ...

    def send(self, session: Session, msg_id: int, body: bytes) -> None: ...


Handler = Callable[[Speaker, Frame, tuple[Frame, ...], Session, int], None]
"""Takes the message (of a sub-packaged one its first frame with the whole body), and the frames as they came."""


def _at_once(link: Speaker, _: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    """Keep a message that carries no data and answer it without waiting for the commit."""
    link.keep(frames, session, now_us)
    link.answer([(session, one.sequence, one.msg_id, Result.OK) for one in frames])


def _register(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    register = Register.decode(frame.body, version=frame.version)
    if isinstance(register, Fault) or session.terminal is None:
        _refuse_all(link, frames, session, now_us)
        return
    if not session.terminal.auth_code:
        link.enter(list(frames))  # they come again once the register has a code for it
        return
    link.keep(frames, session, now_us)
    link.platform.described(session.terminal, register)
    answer = RegisterAnswer(resp_seq=frame.sequence, result=RegisterResult.OK, auth_code=session.terminal.auth_code)
    link.send(session, MessageId.REGISTER_ANSWER, answer.encode())


def _authenticate(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    shown = Authenticate.decode(frame.body, version=frame.version)
    if isinstance(shown, Fault) or session.terminal is None:
        _refuse_all(link, frames, session, now_us)
        return
    code = session.terminal.auth_code
    if code and not hmac.compare_digest(code.encode(), shown.auth_code.encode()):
        for one in frames:
            link.refuse(Refusal.AUTH_CODE, one, session, now_us, Result.FAILED)
        link.wrong_code()
    elif link.trust(session):
        _at_once(link, frame, frames, session, now_us)
    else:
        for one in frames:
            link.refuse(Refusal.REPLAYED_SIGN_ON, one, session, now_us, Result.FAILED)


def _logout(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    _at_once(link, frame, frames, session, now_us)
    link.platform.signed_off(session, SessionEnd.LOGGED_OUT)


def _time(link: Speaker, _: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    link.keep(frames, session, now_us)
    link.send(session, TIME_ANSWER, TimeAnswer(time=from_unix(now_us // 1_000_000)).encode())


def _position(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    link.reports((frame.body,), frames, session, now_us)


def _batch(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    batch = batch_bodies(frame.body)
    if batch is None:
        _refuse_all(link, frames, session, now_us)
        return
    kind, bodies = batch
    flags = ReportFlag.BLIND_AREA if kind == BatchKind.BLIND_AREA else ReportFlag.BATCH
    link.reports(bodies, frames, session, now_us, flags)


def _kept(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    """Keep a message, which a command may have asked for."""
    link.keep(frames, session, now_us)
    link.owe(frames, session, Result.OK)
    link.platform.answered(session, frame, frames)


def _position_answer(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    """Store the position that a command has asked for."""
    link.reports((frame.body[2:],), frames, session, now_us)
    link.platform.answered(session, frame, frames)


def _media_event(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    _kept(link, frame, frames, session, now_us)
    if (media := link.platform.media) is not None:
        media.take_event(frame, session.terminal_id, session.vehicle_id, now_us)


def _media(link: Speaker, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    """Hand media on, whose bytes lie in a file: as a raw frame only the first sub-package is kept."""
    media = link.platform.media
    if media is None:
        link.refuse(Refusal.NO_MEDIA, frames[0], session, now_us, Result.UNSUPPORTED)
        return
    answer = MediaAnswer(media_id=int.from_bytes(frame.body[:4])).encode()
    refusal = media.take(
        frame, session.terminal_id, session.vehicle_id, now_us, lambda: link.send(session, MediaAnswer.ID, answer)
    )
    if refusal is None:
        link.keep(frames[:1], session, now_us)
    else:
        link.refuse(refusal, frames[0], session, now_us, Result.FAILED)


def tell_unknown(link: Speaker, frame: Frame, session: Session) -> None:
    """Answer a terminal that the register does not know."""
    if frame.msg_id == MessageId.REGISTER:
        answer = RegisterAnswer(resp_seq=frame.sequence, result=RegisterResult.NO_SUCH_TERMINAL)
        link.send(session, MessageId.REGISTER_ANSWER, answer.encode())
    else:
        link.owe((frame,), session, Result.FAILED)


def _refuse_all(link: Speaker, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
    """Refuse a message that can never be understood."""
    for frame in frames:
        link.refuse(Refusal.BODY_SHORT, frame, session, now_us, Result.BAD_MESSAGE)


MESSAGES: dict[int, Handler] = {msg_id: _kept for msg_id in CATALOGUE if msg_id < 0x8000} | {
    MessageId.HEARTBEAT: _at_once,
    MessageId.LOGOUT: _logout,
    MessageId.REGISTER: _register,
    MessageId.AUTHENTICATE: _authenticate,
    TIME_QUERY: _time,
    MessageId.POSITION: _position,
    MessageId.POSITION_BATCH: _batch,
    **dict.fromkeys(POSITION_ANSWERS, _position_answer),
    MediaTaken.ID: _media_event,
    Media.ID: _media,
}
SIGN_ON = frozenset({MessageId.REGISTER, MessageId.AUTHENTICATE})

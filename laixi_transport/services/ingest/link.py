"""One connection as the gateway sees it: who speaks over it, what its messages mean, what is owed to it.

Rules of the port, where the standard leaves a choice:

* A terminal signs on with 0102 on every connection; 0100 is needed once, its code holds for later connections. What
  comes before 0102 is answered "failed" and put into quarantine: the terminal signs on and sends it again. A terminal
  whose entry in the register has no code need not sign on until it registers: then it gets one, which is stored before
  it is told, and must be shown from there on.
* A terminal that the register does not know gets 8100 "no such terminal" or "failed" and its messages go into
  quarantine under the address they came from. With ``accept_unknown`` it is entered and what it sent meanwhile waits.
* A message that can never be understood (no time, off the globe) is answered "bad message" once it lies in quarantine,
  so that the terminal does not repeat it for ever. A batch is answered "ok" if any of its reports is good.
* Heartbeats and sign-on are answered at once; all that carries data only after the commit. A message that this version
  does not know is kept as a raw frame and answered "unsupported".
* Sub-packages are answered together when their message is complete and committed.
"""

import hmac
from collections.abc import Callable
from typing import Protocol

from laixi_transport.devices.jt808.answers import ResendToPlatform
from laixi_transport.devices.jt808.frame import ENCRYPTION, PACKAGED, Frame, encode_frame
from laixi_transport.devices.jt808.ids import BatchKind, MessageId, RegisterResult, Result
from laixi_transport.devices.jt808.packets import Assembler
from laixi_transport.devices.jt808.position import decode_position
from laixi_transport.devices.jt808.position_report import batch_bodies
from laixi_transport.devices.jt808.registration import Authenticate, Register, RegisterAnswer
from laixi_transport.devices.jt808.server import Connection
from laixi_transport.devices.wire.refusal import Fault, Refusal, Refused
from laixi_transport.domain.frame import Batch, RawFrame
from laixi_transport.domain.position import PositionReport, ReportFlag
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.ingest.counters import Counters
from laixi_transport.services.ingest.directory import Directory
from laixi_transport.services.ingest.quarantine import Quarantine
from laixi_transport.services.ingest.session import Due, Session

AHEAD_S = 300
HELD_FRAMES = 1000
_PLAIN = int(MessageId.POSITION)
_CLOCK_AHEAD = int(ReportFlag.CLOCK_AHEAD)
_ENCRYPTED_OR_PART = ENCRYPTION | PACKAGED
_new = tuple.__new__  # what a named tuple's own constructors do, without their two calls


class Platform(Protocol):
    """What a link needs of the gateway; ``gateway.Gateway`` says what each member means."""

    counters: Counters
    directory: Directory
    quarantine: Quarantine
    now_us: Callable[[], int]
    clock: Callable[[], float]

    def batch(self, link: "Link") -> Batch: ...

    def part(self) -> None: ...

    def may_enter(self, phone: str) -> bool: ...

    def enter(self, link: "Link", frame: Frame) -> None: ...

    def signed_on(self, session: Session) -> None: ...

    def signed_off(self, session: Session) -> None: ...

    def forget(self, link: "Link") -> None: ...


class Link:
    """Takes the frames of one connection."""

    def __init__(self, gateway: Platform, connection: Connection) -> None:
        self._gateway = gateway
        self._connection = connection
        self._sessions: dict[bytes, Session] = {}
        self._current: Session | None = None
        self._due: list[Due] = []  # owed after the commit of the gateway's current batch
        self._sequence = 0
        self._held: list[Frame] | None = None  # frames that wait until their terminal is entered
        self._assembler = Assembler()
        self._allowance = gateway.quarantine.allowance()
        self._source = connection.host
        self._told: frozenset[Refusal] = frozenset()
        self._open = True

    # What the connection calls

    def received(self, frames: list[Frame]) -> None:
        """Take frames in their order."""
        gateway = self._gateway
        gateway.part()
        gateway.counters.frames += len(frames)
        if self._held is not None:
            self._hold(frames)
            return
        now_us = gateway.now_us()
        ahead_s = now_us // 1_000_000 + AHEAD_S
        batch = gateway.batch(self)
        reports, raw, due = batch.reports, batch.frames, self._due
        session = self._current
        for position, frame in enumerate(frames):
            if session is None or session.address != frame.address:
                session = self._session(frame)
                if session is None:
                    self._enter(frames[position:])
                    break
            if frame.msg_id == _PLAIN and session.trusted and not frame.properties & _ENCRYPTED_OR_PART:
                content = decode_position(frame.body)
                if isinstance(content, Refusal):
                    self._refuse(content, frame, session, now_us, Result.BAD_MESSAGE)
                    continue
                flags = _CLOCK_AHEAD if content[0] > ahead_s else 0
                terminal_id, vehicle_id = session.terminal_id, session.vehicle_id
                reports.append(_new(PositionReport, (terminal_id, vehicle_id, *content, flags, now_us)))
                raw.append(_new(RawFrame, (terminal_id, vehicle_id, now_us, frame.wire)))
                due.append((session, frame.sequence, _PLAIN, 0))
            else:
                self._message(frame, session, now_us)
                if self._waits:
                    self._hold(frames[position + 1 :])
                    break

    def refused(self, refused: list[Refused]) -> None:
        """Take what the parser refused."""
        now_us = self._gateway.now_us()
        for one in refused:
            self._quarantine(one, self._source, now_us)

    def lost(self) -> None:
        """Hear that the connection has ended."""
        self._open = False
        self._assembler.close()
        self._give_up_parts()
        for session in self._sessions.values():
            self._gateway.signed_off(session)
        self._sessions.clear()
        self._gateway.forget(self)

    # What the gateway calls

    def take_due(self) -> list[Due]:
        """Return what is owed after the commit of the batch that leaves now."""
        due, self._due = self._due, []
        return due

    def answer(self, due: list[Due]) -> None:
        """Send the answers to messages that are committed now, in one write."""
        if not self._open:
            return
        sequence = self._sequence
        frames = []
        for session, answered, msg_id, result in due:
            frames.append(session.answers.frame(sequence, answered, msg_id, result))
            sequence = (sequence + 1) & 0xFFFF
        self._sequence = sequence
        self._connection.send(b"".join(frames))

    def end_session(self, session: Session) -> None:
        """Drop a session that another connection has taken over; without any the connection ends."""
        if self._sessions.get(session.address) is session:
            del self._sessions[session.address]
        self._current = None
        if not self._sessions:
            self._connection.close()

    def rebind(self, find: Callable[[str], Terminal | None]) -> None:
        """Take over what the register says now; a terminal that has left it must sign on again, in vain."""
        for session in list(self._sessions.values()):
            open_to_all = session.terminal is not None and not session.terminal.auth_code
            session.bind(find(session.phone))
            if session.terminal is not None and open_to_all and session.terminal.auth_code:
                self._gateway.signed_off(session)
            if session.terminal is None:
                self._gateway.signed_off(session)
                del self._sessions[session.address]
                self._current = None

    # Sessions

    def _session(self, frame: Frame) -> Session | None:
        """Return who sent a frame, a passing session for an unknown terminal; None if it is to be entered first."""
        session = self._sessions.get(frame.address)
        if session is None:
            terminal = self._gateway.directory.get(frame.phone)
            if terminal is None:
                if self._gateway.may_enter(frame.phone):
                    return None
                return Session(self, frame, None)
            session = self._sessions[frame.address] = Session(self, frame, terminal)
            if not terminal.auth_code:
                self._trust(session)
        self._current = session
        return session

    def _trust(self, session: Session) -> None:
        session.trusted = True
        self._source = session.phone
        self._gateway.signed_on(session)

    def _enter(self, frames: list[Frame]) -> None:
        """Have the register complete what it knows of the sender of the first frame; until then all frames wait."""
        self._held = []
        self._hold(frames)
        self._connection.pause("entering")
        self._gateway.enter(self, frames[0])

    def entered(self) -> None:
        """Go on: the terminal is in the register, with a code if it asked for one."""
        frames, self._held = self._held or [], None
        if not self._open:
            return
        self.rebind(self._gateway.directory.get)
        self._connection.resume("entering")
        self._gateway.counters.frames -= len(frames)  # they were counted when they came
        self.received(frames)

    def not_entered(self) -> None:
        """Give up: the register could not take the terminal. Nothing is answered, it will come again."""
        self._held = None
        self._connection.close()

    def _hold(self, frames: list[Frame]) -> None:
        held = self._held if self._held is not None else []
        room = HELD_FRAMES - len(held)
        held += frames[:room]
        for frame in frames[room:]:
            self._quarantine(Refused(Refusal.OVERLOAD, frame.wire), self._source, self._gateway.now_us())

    @property
    def _waits(self) -> bool:
        return self._held is not None

    # Messages

    def _message(self, frame: Frame, session: Session, now_us: int) -> None:
        """Take any frame but the plain position of a terminal that has signed on."""
        known = _MESSAGES.get(frame.msg_id)
        if session.terminal is None:
            self._refuse_unknown(frame, session, now_us)
        elif frame.properties & ENCRYPTION:
            self._refuse(Refusal.ENCRYPTED, frame, session, now_us, Result.UNSUPPORTED)
        elif not session.trusted and frame.msg_id not in _SIGN_ON:
            self._refuse(Refusal.NOT_AUTHENTICATED, frame, session, now_us, Result.FAILED)
        elif frame.parts and known is not None:
            self._part(frame, session, now_us)
        elif known is not None:
            known(self, frame, (frame,), session, now_us)
        else:
            self._keep(frame, session, now_us)
            if frame.msg_id != MessageId.TERMINAL_ANSWER:
                self._due.append((session, frame.sequence, frame.msg_id, Result.UNSUPPORTED))

    def _part(self, frame: Frame, session: Session, now_us: int) -> None:
        whole = self._assembler.add(frame, self._gateway.clock())
        self._give_up_parts()
        if isinstance(whole, Refusal):
            self._refuse(whole, frame, session, now_us, Result.BAD_MESSAGE)
        elif whole is not None:
            _MESSAGES[frame.msg_id](self, whole.frame, whole.frames, session, now_us)
        elif frame.part == frame.parts:
            first, missing = self._assembler.missing(frame)
            if missing:
                if session.version < 2019:
                    missing = missing[:255]  # more are not counted there; they are asked for once these have come
                body = ResendToPlatform(orig_seq=first, sub_ids=missing).encode(version=session.version)
                self._send(session, MessageId.RESEND_PACKETS, body)

    def _register(self, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        register = Register.decode(frame.body, version=frame.version)
        if isinstance(register, Fault) or session.terminal is None:
            self._refuse_all(Refusal.BODY_SHORT, frames, session, now_us)
            return
        if not session.terminal.auth_code:
            self._enter(list(frames))  # they come again once the register has a code for it
            return
        for one in frames:
            self._keep(one, session, now_us)
        answer = RegisterAnswer(resp_seq=frame.sequence, result=RegisterResult.OK, auth_code=session.terminal.auth_code)
        self._send(session, MessageId.REGISTER_ANSWER, answer.encode())

    def _authenticate(self, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        shown = Authenticate.decode(frame.body, version=frame.version)
        if isinstance(shown, Fault) or session.terminal is None:
            self._refuse_all(Refusal.BODY_SHORT, frames, session, now_us)
            return
        code = session.terminal.auth_code
        if code and not hmac.compare_digest(code.encode(), shown.auth_code.encode()):
            for one in frames:
                self._refuse(Refusal.AUTH_CODE, one, session, now_us, Result.FAILED)
            return
        self._trust(session)
        self._at_once(frame, frames, session, now_us)

    def _at_once(self, _: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        """Keep a message that carries no data and answer it without waiting for the commit."""
        for one in frames:
            self._keep(one, session, now_us)
        self.answer([(session, one.sequence, one.msg_id, Result.OK) for one in frames])

    def _logout(self, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        self._at_once(frame, frames, session, now_us)
        self._gateway.signed_off(session)

    def _position(self, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        self._reports((frame.body,), frames, session, now_us, 0)

    def _batch(self, frame: Frame, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        batch = batch_bodies(frame.body)
        if batch is None:
            self._refuse_all(Refusal.BODY_SHORT, frames, session, now_us)
            return
        kind, bodies = batch
        flags = ReportFlag.BLIND_AREA if kind == BatchKind.BLIND_AREA else ReportFlag.BATCH
        self._reports(bodies, frames, session, now_us, flags)

    def _reports(
        self, bodies: tuple[bytes, ...], frames: tuple[Frame, ...], session: Session, now_us: int, flags: int
    ) -> None:
        """Store the reports of a message and its frames; refuse the bodies that are none."""
        ahead_s = now_us // 1_000_000 + AHEAD_S
        reports = self._gateway.batch(self).reports
        good = 0
        for body in bodies:
            content = decode_position(body)
            if isinstance(content, Refusal):
                self._quarantine(Refused(content, body), session.phone, now_us)
                continue
            good += 1
            ahead = _CLOCK_AHEAD if content[0] > ahead_s else 0
            ids = (session.terminal_id, session.vehicle_id)
            reports.append(PositionReport._make((*ids, *content, flags | ahead, now_us)))
        for one in frames:
            self._keep(one, session, now_us)
            result = Result.OK if good or not bodies else Result.BAD_MESSAGE
            self._due.append((session, one.sequence, one.msg_id, result))

    # What is kept and answered

    def _keep(self, frame: Frame, session: Session, now_us: int) -> None:
        self._gateway.batch(self).frames.append(RawFrame(session.terminal_id, session.vehicle_id, now_us, frame.wire))

    def _refuse_unknown(self, frame: Frame, session: Session, now_us: int) -> None:
        self._quarantine(Refused(Refusal.UNKNOWN_TERMINAL, frame.wire), self._connection.host, now_us, frame.phone)
        if frame.msg_id == MessageId.REGISTER:
            answer = RegisterAnswer(resp_seq=frame.sequence, result=RegisterResult.NO_SUCH_TERMINAL)
            self._send(session, MessageId.REGISTER_ANSWER, answer.encode())
        elif frame.msg_id != MessageId.TERMINAL_ANSWER:
            self._due.append((session, frame.sequence, frame.msg_id, Result.FAILED))

    def _refuse_all(self, reason: Refusal, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        for frame in frames:
            self._refuse(reason, frame, session, now_us, Result.BAD_MESSAGE)

    def _refuse(self, reason: Refusal, frame: Frame, session: Session, now_us: int, result: Result) -> None:
        self._quarantine(Refused(reason, frame.wire), session.phone, now_us)
        self._due.append((session, frame.sequence, frame.msg_id, result))

    def _quarantine(self, refused: Refused, source: str, now_us: int, phone: str = "") -> None:
        self._gateway.counters.refused[refused.reason] += 1
        if refused.reason not in self._told:
            self._told |= {refused.reason}
            host = self._connection.host
            self._gateway.quarantine.tell(refused, host, phone or (source if source != host else ""))
        entry = self._gateway.quarantine.entry(refused, source, now_us, self._allowance)
        self._gateway.batch(self).refused.append(entry)

    def _give_up_parts(self) -> None:
        for frame in self._assembler.take_given_up():
            self._quarantine(Refused(Refusal.PACKET_MEMORY, frame.wire), frame.phone, self._gateway.now_us())

    def _send(self, session: Session, msg_id: int, body: bytes) -> None:
        frame = encode_frame(msg_id, session.phone, self._sequence, body, version=session.version)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._connection.send(frame)


_Handler = Callable[[Link, Frame, tuple[Frame, ...], Session, int], None]

_MESSAGES: dict[int, _Handler] = {
    MessageId.HEARTBEAT: Link._at_once,  # noqa: SLF001 - the class's own table
    MessageId.LOGOUT: Link._logout,  # noqa: SLF001
    MessageId.REGISTER: Link._register,  # noqa: SLF001
    MessageId.AUTHENTICATE: Link._authenticate,  # noqa: SLF001
    MessageId.POSITION: Link._position,  # noqa: SLF001
    MessageId.POSITION_BATCH: Link._batch,  # noqa: SLF001
}
_SIGN_ON = frozenset({MessageId.REGISTER, MessageId.AUTHENTICATE})

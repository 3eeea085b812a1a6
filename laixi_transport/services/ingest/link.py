"""One connection as the gateway sees it: who speaks over it, what is owed to it.

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
* Sub-packages are answered together when their message is complete and committed. What of it does not come is asked
  for. Media (0801) are answered by 8800, once they lie on the disk and their row is committed.
* A message that the catalogue knows and nothing here acts on is kept as a raw frame and answered "ok".
* A connection that shows too many wrong codes is closed.
"""

from collections.abc import Callable, Iterable

from laixi_transport.devices.jt808.connection import IDLE, STALLED, Connection
from laixi_transport.devices.jt808.frame import ENCRYPTION, PACKAGED, Frame, encode_frames
from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.devices.jt808.packets import Assembler
from laixi_transport.devices.jt808.position import decode_position
from laixi_transport.devices.wire.refusal import Refusal, Refused
from laixi_transport.domain.frame import RawFrame
from laixi_transport.domain.position import PositionReport, ReportFlag
from laixi_transport.domain.session import SessionEnd
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.ingest.messages import MESSAGES, SIGN_ON, tell_unknown
from laixi_transport.services.ingest.missing import request
from laixi_transport.services.ingest.platform import Platform
from laixi_transport.services.ingest.session import Due, Session

AHEAD_S = 300
HELD_FRAMES = 1000
WRONG_CODES = 5
"""Wrong authentication codes after which a connection is closed: who guesses must connect again and again."""
_PLAIN = int(MessageId.POSITION)
_CLOCK_AHEAD = int(ReportFlag.CLOCK_AHEAD)
_ENCRYPTED_OR_PART = ENCRYPTION | PACKAGED
_new = tuple.__new__  # what a named tuple's own constructors do, without their two calls


class Link:
    """Takes the frames of one connection."""

    __slots__ = (
        "_assembler",
        "_connection",
        "_current",
        "_gateway",
        "_held",
        "_open",
        "_sequence",
        "_sessions",
        "_source",
        "_suspect",
        "_wrong_codes",
    )

    def __init__(self, gateway: Platform, connection: Connection) -> None:
        self._gateway = gateway
        self._connection = connection
        self._sessions: dict[bytes, Session] = {}
        self._current: Session | None = None
        self._sequence = 0
        self._held: list[Frame] | None = None  # frames that wait until their terminal is entered
        self._assembler = Assembler(gateway.memory)
        self._suspect = gateway.quarantine.suspect(connection.host)
        self._source = connection.host
        self._wrong_codes = 0
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
        batch = gateway.batch()
        reports, raw, owed = batch.reports, batch.frames, gateway.owed
        session = self._current
        evidence = gateway.evidence
        for position, frame in enumerate(frames):
            if session is None or session.address != frame.address:
                session = self._session(frame)
                if session is None:
                    self.enter(frames[position:])
                    break
            if frame.msg_id == _PLAIN and session.trusted and not frame.properties & _ENCRYPTED_OR_PART:
                content = decode_position(frame.body)
                if isinstance(content, Refusal):
                    self.refuse(content, frame, session, now_us, Result.BAD_MESSAGE)
                    continue
                flags = _CLOCK_AHEAD if content[0] > ahead_s else 0
                terminal_id, vehicle_id = session.terminal_id, session.vehicle_id
                if content[-1] and evidence is not None:
                    evidence.look(terminal_id, session.phone, content[-1])
                reports.append(_new(PositionReport, (terminal_id, vehicle_id, *content, flags, now_us)))
                raw.append(_new(RawFrame, (terminal_id, vehicle_id, now_us, frame.wire)))
                owed.append((session, frame.sequence, _PLAIN, 0))
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
        end = _ENDS.get(self._connection.why_ended, SessionEnd.CONNECTION_LOST)
        for session in self._sessions.values():
            self._gateway.signed_off(session, end)
        self._sessions.clear()
        self._gateway.forget(self)

    # What the gateway calls

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
            terminal = find(session.phone)
            open_to_all = session.terminal is not None and not session.terminal.auth_code
            if terminal is None or (open_to_all and terminal.auth_code):
                self._gateway.signed_off(session, SessionEnd.REGISTER_CHANGED)
            session.bind(terminal)
            if terminal is None:
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
                self.trust(session)
        self._current = session
        return session

    def trust(self, session: Session) -> bool:
        """Let a terminal report; False if it signs on too often by turns with another host."""
        if not self._gateway.may_sign_on(session):
            return False
        session.trusted = True
        self._source = session.phone
        self._connection.trust()
        self._gateway.signed_on(session)
        return True

    def wrong_code(self) -> None:
        """Count a wrong authentication code and close the connection after too many."""
        self._wrong_codes += 1
        if self._wrong_codes >= WRONG_CODES:
            self._gateway.counters.codes_closed += 1
            self._connection.close()

    def enter(self, frames: list[Frame]) -> None:
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

    @property
    def host(self) -> str:
        """Address of the peer."""
        return self._connection.host

    @property
    def port(self) -> int:
        """Port of the peer."""
        return self._connection.port

    @property
    def own_host(self) -> str:
        """Address of this machine that the peer has reached."""
        return self._connection.own_host

    @property
    def heard_s(self) -> float:
        """When a whole frame came last, by the loop's clock."""
        return self._connection.heard_s

    # Messages

    def _message(self, frame: Frame, session: Session, now_us: int) -> None:
        """Take any frame but the plain position of a terminal that has signed on."""
        known = MESSAGES.get(frame.msg_id)
        if session.terminal is None:
            self._refuse_unknown(frame, session, now_us)
        elif frame.properties & ENCRYPTION:
            self.refuse(Refusal.ENCRYPTED, frame, session, now_us, Result.UNSUPPORTED)
        elif not session.trusted and frame.msg_id not in SIGN_ON:
            self.refuse(Refusal.NOT_AUTHENTICATED, frame, session, now_us, Result.FAILED)
        elif known is None:
            self.keep((frame,), session, now_us)
            self.owe((frame,), session, Result.UNSUPPORTED)
        elif frame.parts:
            self._part(frame, session, now_us)
        else:
            known(self, frame, (frame,), session, now_us)

    def _part(self, frame: Frame, session: Session, now_us: int) -> None:
        now_s = self._gateway.clock()
        whole = self._assembler.add(frame, now_s)
        self._give_up_parts()
        if isinstance(whole, Refusal):
            self.refuse(whole, frame, session, now_us, Result.BAD_MESSAGE)
        elif whole is not None:
            MESSAGES[frame.msg_id](self, whole.frame, whole.frames, session, now_us)
        else:
            self._gateway.gathers(self)
            if frame.part == frame.parts:
                self._assembler.hurry(frame, now_s)
                self._ask_missing(now_s)

    def sweep(self) -> bool:
        """Ask for parts that have not come, give up what waits too long; False once no message is unfinished."""
        now_s = self._gateway.clock()
        self._assembler.expire(now_s)
        self._give_up_parts()
        self._ask_missing(now_s)
        return bool(len(self._assembler))

    def _ask_missing(self, now_s: float) -> None:
        for missing in self._assembler.to_ask(now_s):
            session = self._sessions.get(missing.frame.address)
            if session is not None and session.trusted:
                self._gateway.counters.resends_asked += 1
                self.send(session, *request(missing, session.version))

    # What messages call

    def reports(
        self, bodies: Iterable[bytes], frames: tuple[Frame, ...], session: Session, now_us: int, flags: int = 0
    ) -> None:
        """Store the reports of a message and its frames; refuse the bodies that are none."""
        ahead_s = now_us // 1_000_000 + AHEAD_S
        reports = self._gateway.batch().reports
        good = bad = 0
        for body in bodies:
            content = decode_position(body)
            if isinstance(content, Refusal):
                bad += 1
                self._quarantine(Refused(content, body), session.phone, now_us)
                continue
            good += 1
            if content[-1] and self._gateway.evidence is not None:
                self._gateway.evidence.look(session.terminal_id, session.phone, content[-1])
            ahead = _CLOCK_AHEAD if content[0] > ahead_s else 0
            ids = (session.terminal_id, session.vehicle_id)
            reports.append(PositionReport._make((*ids, *content, flags | ahead, now_us)))
        self.keep(frames, session, now_us)
        self.owe(frames, session, Result.OK if good or not bad else Result.BAD_MESSAGE)

    def keep(self, frames: tuple[Frame, ...], session: Session, now_us: int) -> None:
        """Store frames as they came."""
        kept = self._gateway.batch().frames
        kept += [RawFrame(session.terminal_id, session.vehicle_id, now_us, frame.wire) for frame in frames]

    def owe(self, frames: tuple[Frame, ...], session: Session, result: Result) -> None:
        """Answer frames once this turn's batch is committed."""
        self._gateway.owed += [
            (session, frame.sequence, frame.msg_id, result)
            for frame in frames
            if frame.msg_id != MessageId.TERMINAL_ANSWER
        ]

    def refuse(self, reason: Refusal, frame: Frame, session: Session, now_us: int, result: Result) -> None:
        """Put a frame into quarantine and answer it with a result."""
        self._quarantine(Refused(reason, frame.wire), session.phone, now_us)
        self._gateway.owed.append((session, frame.sequence, frame.msg_id, result))

    def send(self, session: Session, msg_id: int, body: bytes) -> None:
        """Send a message."""
        self.transmit(session, b"".join(self.framed(session, msg_id, body)[1]))

    def framed(self, session: Session, msg_id: int, body: bytes) -> tuple[int, list[bytes]]:
        """Return a message as frames with sequence numbers of their own, and the first of those."""
        sequence = self._sequence
        frames = encode_frames(msg_id, session.phone, sequence, body, version=session.version)
        self._sequence = (sequence + len(frames)) & 0xFFFF
        return sequence, frames

    def transmit(self, session: Session, data: bytes, *, keep: bool = True) -> None:
        """Send frames; ``keep`` them among what the terminals page shows."""
        if self._open:
            self._connection.send(data)
            if keep:
                self._gateway.sent(session, data)

    @property
    def platform(self) -> Platform:
        """The gateway."""
        return self._gateway

    # What is refused

    def _refuse_unknown(self, frame: Frame, session: Session, now_us: int) -> None:
        self._quarantine(Refused(Refusal.UNKNOWN_TERMINAL, frame.wire), self._connection.host, now_us, frame.phone)
        tell_unknown(self, frame, session)

    def _quarantine(self, refused: Refused, source: str, now_us: int, phone: str = "") -> None:
        self._gateway.counters.refused[refused.reason] += 1
        self._gateway.batch().refused.append(self._suspect.entry(refused, source, now_us, phone))

    def _give_up_parts(self) -> None:
        for frame in self._assembler.take_given_up():
            self._quarantine(Refused(Refusal.PACKET_MEMORY, frame.wire), frame.phone, self._gateway.now_us())


_ENDS = {IDLE: SessionEnd.IDLE, STALLED: SessionEnd.STALLED}

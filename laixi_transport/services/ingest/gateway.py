"""The gateway: terminals connect here, and what they send is acknowledged once it is committed."""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from pathlib import Path

from laixi_transport.devices.attachments.server import PORT_NAME as ATTACHMENTS_NAME
from laixi_transport.devices.jt808.connection import Connection
from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.ids import MessageId
from laixi_transport.devices.jt808.packets import PacketMemory
from laixi_transport.devices.jt808.registration import Register
from laixi_transport.devices.jt808.server import PORT_NAME, Server
from laixi_transport.devices.tap import TapMaker
from laixi_transport.domain.frame import Batch
from laixi_transport.domain.session import SessionEnd
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.commands.executor import Executor
from laixi_transport.services.commands.service import CommandService
from laixi_transport.services.ending import ended
from laixi_transport.services.ingest.counters import Counters
from laixi_transport.services.ingest.directory import Directory
from laixi_transport.services.ingest.ledger import Ledger
from laixi_transport.services.ingest.link import Link
from laixi_transport.services.ingest.quarantine import Quarantine
from laixi_transport.services.ingest.session import Due, Owner, Session
from laixi_transport.services.ingest.takeover import TakeOvers
from laixi_transport.services.media.attachments import Attachments
from laixi_transport.services.media.evidence import EvidenceService
from laixi_transport.services.media.keeper import Keeper
from laixi_transport.services.video.service import VideoService
from laixi_transport.storage import Store
from laixi_transport.storage.media import MediaFiles

_log = logging.getLogger(__name__)

MOST_CONNECTIONS = 20_000
BACKLOG_HIGH = 40_000
"""Reports and frames waiting for the writer at which reading stops; it goes on at half of that."""
IN_FLIGHT = 2
"""Batches at the writer at once: one being committed and the next, so that it never waits."""
EARLY_REPORTS = 2000
"""A batch of so many need not wait for the end of a turn, which may bring ten times as many: the writer would rest."""
ENTERED_MOST = 20_000
"""Unknown terminals entered in one run: who invents phones must not fill the register without end."""
_BEHIND = "database behind"
_STARTING, _STOPPING = "starting", "stopping"


class Gateway:
    """Listens for JT/T 808 terminals; lives in one asyncio loop, to be started and stopped there.

    listen            host and port, port 0 for any free one
    accept_unknown    enter terminals that the register does not know instead of refusing them
    max_connections   open at once; more are closed as they come
    idle_s            silence after which a connection is given up; terminals send a heartbeat every minute or so
    media             folder for pictures, sounds and clips; None: they are refused
    attachments       host and port for the files of alarms, which go into that folder too; None: nobody listens
    fetch_files       whether those files are asked for as soon as an alarm tells of them
    video             host and port for video; None: nobody listens
    video_required    whether it is a Problem if that port cannot be had
    public_address    of the port for video, that terminals are told; empty: the one that they have reached
    unix_us           the time of the machine
    tap               makes what hears all bytes that come and go over a port, if they are captured
    """

    def __init__(
        self,
        store: Store,
        listen: tuple[str, int] = ("127.0.0.1", 0),
        *,
        accept_unknown: bool = False,
        max_connections: int = MOST_CONNECTIONS,
        idle_s: float = 600.0,
        media: Path | None = None,
        attachments: tuple[str, int] | None = None,
        fetch_files: bool = True,
        video: tuple[str, int] | None = None,
        video_required: bool = True,
        public_address: str = "",
        unix_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        tap: TapMaker | None = None,
    ) -> None:
        self.counters = Counters()
        self.clock = time.monotonic
        self.quarantine = Quarantine(self.clock)
        self.directory = Directory(store, self._register_changed)
        self.now_us = unix_us
        self.memory = PacketMemory()
        self.media = Keeper(store, MediaFiles(media)) if media is not None else None
        self.files = EvidenceService(store, self._files_port, by_itself=fetch_files, public_address=public_address)
        self.attachments = (
            Attachments(
                self.media,
                attachments,
                self.directory.get,
                unix_us,
                self.files,
                tap(ATTACHMENTS_NAME) if tap is not None else None,
            )
            if self.media is not None and attachments is not None
            else None
        )
        self.video = VideoService(
            CommandService(store),
            self.directory.get,
            video,
            required=video_required,
            public_address=public_address,
            tell=self.quarantine.tell,
            tap=tap,
        )
        self.evidence = self.files if self.attachments is not None and fetch_files else None
        self.executor = Executor(store, companions=(self.video, self.files))
        self._ledger = Ledger(store, self)
        self._takeovers = TakeOvers()
        self._gathering: set[Owner] = set()  # links with unfinished messages
        self._stopping = False
        self._store = store
        self._listen = listen
        self._accept_unknown = accept_unknown
        self._links: set[Owner] = set()
        self._sessions: dict[str, Session] = {}  # signed on, by phone
        self._entering: dict[str, asyncio.Task[None]] = {}
        self._batch = Batch()
        self.owed: list[Due] = []  # after the commit of the batch
        self._flush_due = False
        self._in_flight = 0
        self._committed: deque[tuple[list[Due], Exception | None]] = deque()
        self._wake_due = False
        self._behind = False
        self._ended = False  # what the database has not taken by now is left to the terminals
        self._server = Server(
            self._connected,
            max_connections=max_connections,
            idle_s=idle_s,
            tap=tap(PORT_NAME) if tap is not None else None,
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._quiet = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop

    async def start(self) -> None:
        """Read the register and begin to listen; Problem if the address cannot be had."""
        self._loop = asyncio.get_running_loop()
        await self.directory.load()
        self._server.pause(_STARTING)
        await self._server.start(*self._listen)
        try:
            await self._ledger.begin(f"{self._listen[0]}:{self.port}")
            if self.media is not None:
                await self.media.start()
            if self.attachments is not None:
                await self.attachments.start()
                await self.files.start()
            await self.video.start()
            await self.executor.start()
        except BaseException:
            await self._stop_beside(0.0)
            await self._server.stop()
            raise
        self._server.resume(_STARTING)
        self._refresh()
        self._ledger.flush(self.counters, self._sessions)
        self._tasks = [asyncio.create_task(self.directory.follow()), asyncio.create_task(self._tick())]

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._server.port

    async def stop(self, *, patience_s: float = 10.0) -> None:
        """Read nothing more, have everything committed and acknowledged, then close the connections.

        patience_s  longest wait for the database; what it has not taken by then is not acknowledged
        """
        await self._server.stop_listening()
        self._server.pause(_STOPPING)
        await ended(self._tasks)
        await asyncio.gather(*self._entering.values(), return_exceptions=True)
        await self._settle(patience_s)
        await self.executor.stop()
        await self._stop_beside(patience_s)
        self._stopping = True
        await self._server.stop()
        await self._settle(1.0)  # the halves of frames that the connections ended with
        self._refresh()
        await self._ledger.end(self.counters, 1.0)
        self._ended = True

    # What the links call

    def batch(self) -> Batch:
        """Return the batch of this turn of the loop; what is owed then leaves after its commit."""
        if not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush)
        return self._batch

    def part(self) -> None:
        """Hand a large batch to an idle writer before the turn is over; no link may hold the batch meanwhile."""
        if len(self._batch.reports) >= EARLY_REPORTS and self._in_flight < IN_FLIGHT and not self._ended:
            self._submit()

    def may_enter(self, phone: str) -> bool:
        """Return whether an unknown terminal with this phone is to be entered into the register."""
        return self._accept_unknown and bool(phone) and self.counters.entered < ENTERED_MOST

    def enter(self, link: Owner, frame: Frame) -> None:
        """Enter a terminal, or give a code to one that has none; ``link`` goes on when it is done."""
        earlier = self._entering.get(frame.phone)
        task = self._loop.create_task(self._enter(link, frame, earlier))
        self._entering[frame.phone] = task
        task.add_done_callback(partial(self._forget_entering, frame.phone))

    def may_sign_on(self, session: Session) -> bool:
        """Return whether a terminal may sign on there now, although it may be on line elsewhere."""
        before = self._sessions.get(session.phone)
        if before is None or before is session or before.link.host == session.link.host:
            return True
        if self._takeovers.may_move(session.phone, self.clock()):
            return True
        self.counters.replayed += 1
        return False

    def signed_on(self, session: Session) -> None:
        """Take note of a terminal that has signed on; its session on an older connection ends."""
        before = self._sessions.get(session.phone)
        if before is session:
            return
        self._sessions[session.phone] = session
        if before is not None:
            self.counters.taken_over += 1
            _log.info("terminal %s signed on over another connection", session.phone)
            before.trusted = False
            self._off_line(before, SessionEnd.TAKEN_OVER)
            before.link.end_session(before)
        self._ledger.opened(session)
        self.executor.online(session)

    def signed_off(self, session: Session, end: SessionEnd) -> None:
        """Take note of a terminal that has gone."""
        session.trusted = False
        if self._sessions.get(session.phone) is session:
            del self._sessions[session.phone]
            self._off_line(session, end)

    def answered(self, session: Session, frame: Frame, frames: tuple[Frame, ...]) -> None:
        """Hand on what may answer a command."""
        self.executor.answered(session, frame, frames)

    def described(self, terminal: Terminal, register: Register) -> None:
        """Have the register take over what a terminal that it knows says of itself."""
        self.directory.describe(terminal, register)

    def sent(self, session: Session, frames: bytes) -> None:
        """Take note of frames that went down to a terminal."""
        self._ledger.sent(session.terminal_id, frames)

    def gathers(self, link: Owner) -> None:
        """Take note of a link with an unfinished message: it is looked at every second."""
        self._gathering.add(link)

    def forget(self, link: Owner) -> None:
        """Strike out a link whose connection has ended."""
        self._links.discard(link)
        self._gathering.discard(link)

    # Batches

    def _flush(self) -> None:
        """Hand the batch of this turn to the writer, or let it grow while the writer has enough to do."""
        self._flush_due = False
        if len(self._batch) and self._in_flight < IN_FLIGHT and not self._ended:
            self._submit()
        self._check_backlog()

    def _submit(self) -> None:
        batch, self._batch = self._batch, Batch()
        owed, self.owed = self.owed, []
        self.counters.reports += len(batch.reports)
        self._in_flight += 1
        self._store.writer.submit(batch, partial(self._done, owed))

    def _done(self, owed: list[Due], error: Exception | None) -> None:
        """Hear of a commit; in the writer's thread."""
        self._committed.append((owed, error))
        if not self._wake_due:
            self._wake_due = True
            try:
                self._loop.call_soon_threadsafe(self._acknowledge)
            except RuntimeError:  # the loop has ended: nobody is left to be answered
                _log.debug("a commit came after the gateway's end")

    def _acknowledge(self) -> None:
        """Answer what has been committed."""
        self._wake_due = False
        dues: dict[Owner, list[Due]] = {}
        while self._committed:
            owed, error = self._committed.popleft()
            self._in_flight -= 1
            if error is not None:
                _log.error("a batch was not stored, its %d messages are not answered: %s", len(owed), error)
                continue
            self.counters.acknowledged += len(owed)
            for due in owed:
                link = due[0].link
                if link in dues:
                    dues[link].append(due)
                else:
                    dues[link] = [due]
        for link, owing in dues.items():
            link.answer(owing)
        self._flush()
        if not self._in_flight:
            self._quiet.set()

    def _check_backlog(self) -> None:
        backlog = self._store.writer.backlog + len(self._batch)
        if self._behind:
            if backlog < BACKLOG_HIGH // 2:
                self._behind = False
                self._server.resume(_BEHIND)
        elif backlog > BACKLOG_HIGH:
            self._behind = True
            self.counters.pauses += 1
            self._server.pause(_BEHIND)

    async def _settle(self, patience_s: float) -> None:
        self._flush()
        try:
            async with asyncio.timeout(patience_s):
                await self._until_quiet()
        except TimeoutError:
            _log.warning("stopped before the database had taken everything; the rest is not acknowledged")

    async def _stop_beside(self, patience_s: float) -> None:
        await self.video.stop()
        await self.files.stop()
        if self.attachments is not None:
            await self.attachments.stop()
        if self.media is not None:
            await self.media.stop(patience_s)

    def _files_port(self) -> int:
        return self.attachments.port if self.attachments is not None else 0

    async def _until_quiet(self) -> None:
        while self._in_flight or len(self._batch):
            self._quiet.clear()
            await self._quiet.wait()

    # Connections and terminals

    def _connected(self, connection: Connection) -> Link:
        link = Link(self, connection)
        self._links.add(link)
        return link

    async def _enter(self, link: Owner, frame: Frame, earlier: asyncio.Task[None] | None) -> None:
        try:
            if earlier is not None:  # the same terminal over another connection
                await asyncio.wait([earlier])
            terminal = self.directory.get(frame.phone)
            if terminal is None:
                await self.directory.enter(frame)
                self.counters.entered += 1
            elif not terminal.auth_code and frame.msg_id == MessageId.REGISTER:
                await self.directory.give_code(terminal)
                if (elsewhere := self._sessions.get(frame.phone)) is not None and elsewhere.link is not link:
                    elsewhere.link.rebind(self.directory.get)  # whoever reports there has shown no code
        except Exception:  # noqa: BLE001 - whatever it is, the terminal must not wait for ever
            _log.exception("terminal %s could not be entered", frame.phone)
            link.not_entered()
        else:
            link.entered()

    def _forget_entering(self, phone: str, task: asyncio.Task[None]) -> None:
        if self._entering.get(phone) is task:
            del self._entering[phone]

    def _register_changed(self) -> None:
        for link in list(self._links):
            link.rebind(self.directory.get)

    async def _tick(self) -> None:
        """Keep the numbers that are states, not events."""
        before_s = self._loop.time()
        while True:
            await asyncio.sleep(1.0)
            now_s = self._loop.time()
            self.counters.tick(now_s - before_s)
            before_s = now_s
            for link in [link for link in self._gathering if not link.sweep()]:
                self._gathering.discard(link)
            self._takeovers.forget(self.clock())
            self._refresh()
            self._ledger.flush(self.counters, self._sessions)
            self._check_backlog()

    def _off_line(self, session: Session, end: SessionEnd) -> None:
        self._ledger.ended(session, SessionEnd.GATEWAY_STOPPED if self._stopping else end)
        self.executor.offline(session)

    def _refresh(self) -> None:
        counters = self.counters
        counters.connections = len(self._server.connections)
        counters.terminals_online = len(self._sessions)
        counters.turned_away = self._server.turned_away
        counters.idle_closed = self._server.idle_closed
        counters.stalled_closed = self._server.stalled_closed
        counters.throttled = self._server.throttled
        counters.parts_held = self.memory.held_bytes
        counters.commands_sent = self.executor.sent
        if self.media is not None:
            counters.media_stored = self.media.stored
            counters.media_waiting = self.media.waiting
        counters.video_port = self.video.port
        counters.video = self.video.numbers()
        counters.video_refused = Counter({str(reason): count for reason, count in self.video.refused.items()})
        counters.video_turned_away = self.video.server.turned_away

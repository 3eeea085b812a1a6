"""The upper platform's side: it takes logins, connects the sub link back and sends down what a supervisor asks.

Good enough to be the peer of a lower platform in tests and in the demo: it keeps what it got in memory.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from laixi_transport.devices.jt809 import links, platforms, vehicles
from laixi_transport.devices.jt809.connection import Connection, sequence
from laixi_transport.devices.jt809.ids import CloseReason, LoginResult, MainLinkLoss, SubLinkLoss, SubLinkResult
from laixi_transport.devices.jt809.location import Location2011, Location2019, Locations, OneLocation
from laixi_transport.devices.jt809.message import Message, envelope
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.jt809.terms import LinkLostError, Terms, Via

_log = logging.getLogger(__name__)

RECONNECTS = 2
"""So often the sub link is tried again before the lower platform is told that it is lost (9007)."""
COUNT_EVERY = 10_000
"""Positions after which the lower platform is told how many came (9101)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who may log in."""

    password: str
    center_id: int
    hosts: frozenset[str] = frozenset()
    """Addresses he may come from; empty: any."""


class Located(NamedTuple):
    """A position that came, once however often it was sent."""

    plate_no: str
    location: Location2011 | Location2019
    resent: bool  # when it came first
    via: Via


@dataclass(slots=True)
class Received:
    """What came from lower platforms: the last of it, and counts of all."""

    messages: deque[Message] = field(default_factory=deque)
    located: deque[Located] = field(default_factory=deque)
    positions: int = 0  # each once
    repeated: int = 0  # positions that were there already
    registered: dict[str, vehicles.RegisterVehicle] = field(default_factory=dict)

    def of(self, kind: type[Sub]) -> list[Message]:
        """Return the messages with data of a kind."""
        return [message for message in self.messages if isinstance(message.envelope.data, kind)]


@dataclass(slots=True)
class _Session:
    user_id: int
    main: Connection
    verify_code: int
    address: tuple[str, int]
    sub: Connection | None = None
    counted: int = 0
    since: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class UpperPlatform:
    """Takes logins at an address.

    accounts     by user id
    refuse       answers logins with a result of its own, None: judges them
    sub_links    whether it connects back
    count_every  see COUNT_EVERY
    remember     so many messages and positions are kept, None: all
    """

    def __init__(
        self,
        accounts: Mapping[int, Account],
        terms: Terms,
        *,
        listen: tuple[str, int] = ("127.0.0.1", 0),
        sub_links: bool = True,
        count_every: int = COUNT_EVERY,
        remember: int | None = None,
        pause_s: float = 1.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._accounts = accounts
        self._terms = terms
        self._listen = listen
        self._count_every = count_every
        self._pause_s = pause_s
        self._now = now
        self._numbers = sequence()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._sessions: dict[int, _Session] = {}
        self._remember = remember
        self._seen: dict[tuple[str, bytes], None] = {}
        self._changed = asyncio.Condition()
        self._codes = 0
        self.refuse: LoginResult | None = None
        self.sub_links = sub_links
        self.received = Received(deque(maxlen=remember), deque(maxlen=remember))
        self.logins = 0

    async def start(self) -> None:
        """Listen; raises OSError if the address cannot be had."""
        self._server = await asyncio.start_server(self._main_link, *self._listen)
        self._listen = (self._listen[0], self.port)

    async def stop(self) -> None:
        """Tell the lower platforms and close everything."""
        for session in tuple(self._sessions.values()):
            with suppress(LinkLostError):
                session.main.send(links.UpperCloses(error=CloseReason.RESTART))
        await self.vanish()

    async def vanish(self) -> None:
        """Close everything without a word."""
        if self._server is not None:
            self._server.close()
            self._server = None
        running = {*self._connections, *(task for each in self._sessions.values() for task in each.tasks)}
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)

    @property
    def port(self) -> int:
        """Where lower platforms connect."""
        assert self._server is not None  # noqa: S101 - it was started
        return int(self._server.sockets[0].getsockname()[1])

    def linked(self, user_id: int) -> tuple[bool, bool]:
        """Return whether main and sub link with a lower platform are up."""
        session = self._sessions.get(user_id)
        if session is None:
            return False, False
        return session.main.open, session.sub is not None and session.sub.open

    def drop(self, user_id: int, via: Via) -> None:
        """Break a link, as if a cable was cut."""
        session = self._sessions[user_id]
        connection = session.main if via is Via.MAIN else session.sub
        if connection is not None:
            connection.abort()

    def send(self, user_id: int, data: Sub, *, plate_no: str | None = None, plate_color: int = 0) -> int:
        """Send down over the sub link, over the main link while that is lost; LinkLostError without any."""
        session = self._sessions.get(user_id)
        if session is None:
            raise LinkLostError("not logged in")
        way = session.sub if session.sub is not None and session.sub.open else session.main
        return way.send(envelope(data, version=self._terms.version, plate_no=plate_no, plate_color=plate_color))

    def ask(self, user_id: int, question: str, info_id: int, *, minutes: int = 10, object_id: str = "") -> int:
        """Ask whether somebody is at his post (9301); return the message's sequence number."""
        check = platforms.PostCheck(
            object_type=1, object_id=object_id, answer_time_min=minutes, info_id=info_id, info=question
        )
        return self.send(user_id, check)

    async def until(self, holds: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Wait until a condition on what is known here holds; TimeoutError if it does not in time."""
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(holds)

    # The main link

    async def _main_link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a server is one
        self._connections.add(task)
        connection = Connection(reader, writer, self._terms, self._numbers, self._now)
        session: _Session | None = None
        keeper = asyncio.create_task(connection.keep_alive(None))
        try:
            async for message in connection.messages():
                data = message.envelope.data
                if isinstance(data, links.MainLogin):
                    session = await self._login(data, message, connection)
                    if session is None:
                        await connection.close()
                        break
                elif isinstance(data, links.MainLogout):
                    connection.send(links.MainLogoutAnswer())
                    if session is not None:
                        self._forget(session)
                elif session is not None:
                    await self._take(message, Via.MAIN, session)
        except (asyncio.CancelledError, LinkLostError):
            pass
        finally:
            keeper.cancel()
            connection.abort()
            self._connections.discard(task)
            await self._tell()

    async def _login(self, login: links.MainLogin, message: Message, connection: Connection) -> _Session | None:
        result = self._judge(login, message, connection.host)
        if result is not LoginResult.OK:
            connection.send(links.MainLoginAnswer(result=result, verify_code=0))
            return None
        before = self._sessions.get(login.user_id)
        if before is not None:
            self._forget(before)
        self._codes += 1
        session = _Session(login.user_id, connection, 0x10000 + self._codes, (login.down_ip, login.down_port))
        session.since = int(self._now())
        self._sessions[login.user_id] = session
        connection.send(links.MainLoginAnswer(result=LoginResult.OK, verify_code=session.verify_code))
        self.logins += 1
        if self.sub_links:
            session.tasks.add(asyncio.create_task(self._sub_links(session)))
        await self._tell()
        return session

    def _judge(self, login: links.MainLogin, message: Message, host: str) -> LoginResult:
        account = self._accounts.get(login.user_id)
        if self.refuse is not None:
            return self.refuse
        if account is None:
            return LoginResult.NOT_REGISTERED
        if account.hosts and host not in account.hosts:
            return LoginResult.WRONG_ADDRESS
        if account.center_id != message.header.center_id or login.center_id_2 not in {None, account.center_id}:
            return LoginResult.WRONG_CENTRE
        if account.password != login.password:
            return LoginResult.WRONG_PASSWORD
        return LoginResult.OK

    def _forget(self, session: _Session) -> None:
        if self._sessions.get(session.user_id) is session:
            del self._sessions[session.user_id]
        for task in session.tasks:
            task.cancel()
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        if session.sub is not None:
            session.sub.abort()

    # The sub link

    async def _sub_links(self, session: _Session) -> None:
        """Keep the sub link up as long as the lower platform is logged in, or only lost its main link."""
        failures = 0
        while True:
            if await self._sub_link(session):
                failures = 0
            failures += 1
            if failures > RECONNECTS and session.main.open:
                loss = SubLinkLoss.UNREACHABLE if self._terms.version < 2019 else MainLinkLoss.BROKEN
                with suppress(LinkLostError):
                    session.main.send(links.SubLinkBroken(error=loss))
            await asyncio.sleep(self._pause_s)

    async def _sub_link(self, session: _Session) -> bool:
        try:
            reader, writer = await asyncio.open_connection(*session.address)
        except (OSError, ValueError) as error:  # what is no name of a host is a ValueError
            _log.info("no sub link to %s:%d: %s", *session.address, error)
            return False
        connection = Connection(reader, writer, self._terms, self._numbers, self._now)
        keeper = asyncio.create_task(connection.keep_alive(Via.SUB))
        accepted = False
        try:
            connection.send(links.SubLogin(verify_code=session.verify_code))
            async for message in connection.messages():
                data = message.envelope.data
                if isinstance(data, links.SubLoginAnswer):
                    if data.result != SubLinkResult.OK:
                        _log.info("the sub link was refused: %d", data.result)
                        break
                    accepted = True
                    session.sub = connection
                    await self._tell()
                elif accepted:
                    await self._take(message, Via.SUB, session)
        except LinkLostError:
            pass
        finally:
            keeper.cancel()
            connection.abort()
            if session.sub is connection:
                session.sub = None
        await self._tell()
        return accepted

    # Both

    async def _take(self, message: Message, via: Via, session: _Session) -> None:
        received = self.received
        received.messages.append(message)
        data, plate = message.envelope.data, message.envelope.plate_no or ""
        if isinstance(data, vehicles.RegisterVehicle):
            received.registered[plate] = data
        elif isinstance(data, OneLocation) and data.location is not None:
            self._locate(plate, data.location, via, session, resent=False)
        elif isinstance(data, Locations):
            for location in data.locations:
                self._locate(plate, location, via, session, resent=True)
        await self._tell()

    def _locate(
        self, plate: str, location: Location2011 | Location2019, via: Via, session: _Session, *, resent: bool
    ) -> None:
        key = plate, location.encode(version=self._terms.version)
        if key in self._seen:
            self.received.repeated += 1
        else:
            self._seen[key] = None
            if self._remember is not None and len(self._seen) > self._remember:
                del self._seen[next(iter(self._seen))]
            self.received.positions += 1
            self.received.located.append(Located(plate, location, resent, via))
        session.counted += 1
        if session.counted == self._count_every:
            end = int(self._now())
            count = links.ReceivedCount(count=session.counted, begin=session.since, end=end)
            way = session.sub if session.sub is not None and session.sub.open else session.main
            with suppress(LinkLostError):
                way.send(count)
            session.counted, session.since = 0, end

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

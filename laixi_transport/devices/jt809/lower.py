"""The lower platform's side: it logs in upwards over the main link and is connected back to over the sub link.

Data go up over the main link and down over the sub link. While one is lost the other carries both; the lower platform
tells of the loss of the main link over the sub link (1007). It tries again with growing pauses, a little at random so
that all platforms of a province do not come back in the same second.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from laixi_transport.devices.jt809 import links
from laixi_transport.devices.jt809.connection import Connection, sequence
from laixi_transport.devices.jt809.ids import CloseReason, LoginResult, MainLinkLoss, SubLinkResult
from laixi_transport.devices.jt809.message import Envelope, Message
from laixi_transport.devices.jt809.terms import LinkLostError, Terms, Via
from laixi_transport.devices.wire.record import Record

_log = logging.getLogger(__name__)

PAUSES_S = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)
REFUSED_PAUSE_S = 60.0
"""After a refused login: somebody has to correct something first."""
CONNECT_S = 10.0
LOGOUT_S = 2.0
SUB_LOGIN_S = 10.0
SUB_LINKS_WAITING = 8
"""Connections that may be there without having logged in; a further one ends the oldest of them."""


class MainState(StrEnum):
    DOWN = "down"
    CONNECTING = "connecting"
    REFUSED = "refused"  # the upper platform does not take our login
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerTerms(Terms):
    """What a lower platform needs to know of an upper one.

    listen_host, listen_port  where we listen for the sub link; port 0: any
    down_ip, down_port        where the upper platform is told to connect to; empty and 0: where we listen
    """

    host: str
    port: int
    user_id: int
    password: str
    listen_host: str = "0.0.0.0"  # noqa: S104 - the upper platform comes from outside
    listen_port: int = 0
    down_ip: str = ""
    down_port: int = 0
    pauses_s: tuple[float, ...] = PAUSES_S
    refused_pause_s: float = REFUSED_PAUSE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState:
    """How the links are."""

    main: MainState = MainState.DOWN
    sub: bool = False
    refused: LoginResult | None = None
    problem: str = ""

    @property
    def usable(self) -> bool:
        """Whether data can go up."""
        return self.main is MainState.UP or self.sub


class Way:
    """One of the two links, as long as it holds: what goes over it arrives in order or is lost from some point on."""

    def __init__(self, via: Via, connection: Connection, answer_s: float) -> None:
        self.via = via
        self._connection = connection
        self._answer_s = answer_s

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Way) and other._connection is self._connection

    def __hash__(self) -> int:
        return hash(self._connection)

    def send(self, body: Record | Envelope) -> int:
        """Send and return the message's sequence number; LinkLostError, or ValueError for what does not fit.

        Returns when the system has it: only ``confirmed`` says that it has arrived.
        """
        return self._connection.send(body)

    async def drain(self) -> None:
        """Wait until the system takes more; LinkLostError."""
        await self._connection.drain()

    async def confirmed(self) -> None:
        """Return when the platform above has read all that was sent; LinkLostError if the link was lost before.

        A keep-alive is the question and its answer the proof: messages of a link are read in their order.
        """
        # The main link's keep-alive on both: over the sub link 9005 is the upper platform's to send.
        probe = self._connection.probe(Via.MAIN)
        try:
            async with asyncio.timeout(self._answer_s):
                answered = await asyncio.shield(probe)
        except TimeoutError:
            answered = False
            if self.via is Via.MAIN:
                self._connection.abort()
        if not answered:
            raise LinkLostError("not confirmed")


class LowerLink:
    """Keeps both links up while ``run`` runs. All calls in its loop.

    on_message  gets what the upper platform asks and tells, and over which link
    on_state    hears of every change
    """

    def __init__(
        self,
        terms: LowerTerms,
        on_message: Callable[[Message, Via], None],
        on_state: Callable[[LinkState], None] = lambda _: None,
        *,
        now: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._terms = terms
        self._on_message = on_message
        self._on_state = on_state
        self._now = now
        self._chance = chance
        self._numbers = sequence()
        self._main: Connection | None = None
        self._sub: Connection | None = None
        self._verify_code: int | None = None
        self._logging_in = asyncio.Event()  # set while nobody waits for an answer to a login
        self._logging_in.set()
        self._serving: set[asyncio.Task[None]] = set()
        self._waiting: list[Connection] = []
        self.state = LinkState()
        self.listening: tuple[str, int] | None = None

    async def run(self) -> None:
        """Log in and stay logged in until cancelled; then log out."""
        async with self._listening():
            attempt = 0
            try:
                while True:
                    if await self._main_link():
                        attempt = 0
                    pause_s = self._pause_s(attempt)
                    attempt += 1
                    _log.info("next login at %s:%d in %.1f s", self._terms.host, self._terms.port, pause_s)
                    await asyncio.sleep(pause_s)
            finally:
                await self._leave()

    def way(self) -> "Way":
        """Return the link that data go up over now: the main link, the sub link while that is lost.

        Raises LinkLostError without any.
        """
        for via, connection in ((Via.MAIN, self._main), (Via.SUB, self._sub)):
            if connection is not None and connection.open:
                return Way(via, connection, self._terms.answer_s)
        raise LinkLostError("no link")

    @property
    def heard_s(self) -> float | None:
        """Unix time of the last sign of life from above over a link that is up, None without one."""
        return max((each.heard_s for each in (self._main, self._sub) if each is not None), default=None)

    # The main link

    async def _main_link(self) -> bool:
        """Connect, log in and serve until the link is lost; return whether the login was accepted."""
        terms = self._terms
        self._change(main=MainState.CONNECTING)
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(terms.host, terms.port)
        except (OSError, ValueError, OverflowError) as error:  # what is no name of a host is a ValueError
            reason = str(error) or type(error).__name__
            self._change(main=MainState.DOWN, problem=f"{terms.host}:{terms.port}: {reason}")
            return False
        connection = Connection(reader, writer, terms, self._numbers, self._now)
        accepted = False
        self._logging_in.clear()
        beside: list[asyncio.Task[None]] = []
        limit = asyncio.get_running_loop().call_later(terms.answer_s, connection.abort)
        try:
            connection.send(self._login())
            async for message in connection.messages():
                data = message.envelope.data
                if accepted:
                    self._received(message, Via.MAIN, connection)
                elif isinstance(data, links.MainLoginAnswer):
                    limit.cancel()
                    if not self._logged_in(data, connection):
                        break
                    accepted = True
                    beside.append(asyncio.create_task(connection.keep_alive(Via.MAIN)))
        except asyncio.CancelledError:
            await self._leave()
            raise
        finally:
            limit.cancel()
            self._logging_in.set()
            for task in beside:
                task.cancel()
            self._main = None
            connection.abort()
        if self.state.main is not MainState.REFUSED:
            problem = "" if accepted else f"{terms.host}:{terms.port}: no answer to the login"
            self._change(main=MainState.DOWN, problem=problem)
        if accepted and self._sub is not None and self._sub.open:
            with suppress(LinkLostError):
                self._sub.send(links.MainLinkBroken(error=MainLinkLoss.BROKEN))
        return accepted

    def _login(self) -> links.MainLogin:
        terms = self._terms
        host, port = self.listening or ("", 0)
        return links.MainLogin(
            user_id=terms.user_id,
            password=terms.password,
            center_id_2=terms.center_id,
            down_ip=terms.down_ip or host,
            down_port=terms.down_port or port,
        )

    def _logged_in(self, answer: links.MainLoginAnswer, connection: Connection) -> bool:
        if answer.result != LoginResult.OK:
            known = answer.result in set(LoginResult)
            refused = LoginResult(answer.result) if known else LoginResult.OTHER
            _log.info("the login at %s was refused: %s", self._terms.host, refused.name)
            self._change(main=MainState.REFUSED, refused=refused, problem="")
            return False
        self._verify_code = answer.verify_code
        self._main = connection
        self._logging_in.set()
        self._change(main=MainState.UP, refused=None, problem="")
        return True

    # The sub link

    @asynccontextmanager
    async def _listening(self) -> AsyncGenerator[None]:
        """Listen for the sub link meanwhile; without a port the main link alone must do."""
        terms = self._terms
        server: asyncio.Server | None = None
        try:
            server = await asyncio.start_server(self._sub_link, terms.listen_host, terms.listen_port)
        except (OSError, ValueError, OverflowError) as error:
            _log.error("no sub link: cannot listen at %s:%d: %s", terms.listen_host, terms.listen_port, error)
            self._change(problem=f"{terms.listen_host}:{terms.listen_port}: {error}")
        if server is not None:
            name = server.sockets[0].getsockname()
            self.listening = (name[0], name[1])
        try:
            yield
        finally:
            if server is not None:
                server.close()
            for task in tuple(self._serving):
                task.cancel()
            if self._serving:
                await asyncio.wait(self._serving)

    async def _sub_link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a server is one
        self._serving.add(task)
        connection = Connection(reader, writer, self._terms, self._numbers, self._now)
        self._waiting.append(connection)
        if len(self._waiting) > SUB_LINKS_WAITING:
            oldest = self._waiting.pop(0)
            _log.info("a connection from %s that did not log in is ended for another", oldest.host)
            oldest.abort()
        limit = asyncio.get_running_loop().call_later(2 * SUB_LOGIN_S, connection.abort)
        watch = asyncio.create_task(connection.keep_alive(None))
        try:
            async for message in connection.messages():
                data = message.envelope.data
                if isinstance(data, links.SubLogin):
                    if not await self._sub_login(data, connection):
                        await connection.close()
                        return
                    limit.cancel()
                    self._no_longer_waits(connection)
                elif self._sub is connection:
                    self._received(message, Via.SUB, connection)
        except asyncio.CancelledError:
            connection.abort()
        finally:
            limit.cancel()
            watch.cancel()
            self._serving.discard(task)
            self._no_longer_waits(connection)
            if self._sub is connection:
                self._sub = None
                self._change(sub=False)
            connection.abort()

    def _no_longer_waits(self, connection: Connection) -> None:
        if connection in self._waiting:
            self._waiting.remove(connection)

    async def _sub_login(self, login: links.SubLogin, connection: Connection) -> bool:
        # The upper platform may connect before we have read its answer to our login.
        with suppress(TimeoutError):
            async with asyncio.timeout(SUB_LOGIN_S):
                await self._logging_in.wait()
        accepted = login.verify_code == self._verify_code
        if connection.open:
            connection.send(links.SubLoginAnswer(result=SubLinkResult.OK if accepted else SubLinkResult.WRONG_CODE))
        if not accepted:
            _log.info("a sub link from %s was refused: wrong code", connection.host)
            return False
        before, self._sub = self._sub, connection
        if before is not None and before is not connection:
            before.abort()
        self._change(sub=True)
        return True

    # Both

    def _received(self, message: Message, via: Via, connection: Connection) -> None:
        data = message.envelope.data
        match data:
            case links.MainLogoutAnswer() | links.MainLoginAnswer():
                pass
            case links.SubLogout():
                if connection.open:
                    connection.send(links.SubLogoutAnswer())
            case links.SubLinkBroken():
                _log.info("the upper platform has lost the sub link, code %d", data.error)
                if self._sub is not None:
                    self._sub.abort()
            case links.UpperCloses():
                _log.info("the upper platform closes the links, code %d", data.error)
                for each in (self._main, self._sub):
                    if each is not None:
                        each.abort()
            case _:
                try:
                    self._on_message(message, via)
                except Exception:  # noqa: BLE001 - whatever it is, the link must not end of it
                    _log.exception("a message of the upper platform was not dealt with")

    def _change(
        self,
        *,
        main: MainState | None = None,
        sub: bool | None = None,
        refused: LoginResult | None = None,
        problem: str | None = None,
    ) -> None:
        state = self.state
        state = replace(
            state,
            main=state.main if main is None else main,
            sub=state.sub if sub is None else sub,
            problem=state.problem if problem is None else problem,
            refused=refused if main in {MainState.UP, MainState.REFUSED} else state.refused,
        )
        if state != self.state:
            self.state = state
            self._on_state(state)

    def _pause_s(self, attempt: int) -> float:
        pauses = self._terms.pauses_s
        pause_s = pauses[min(attempt, len(pauses) - 1)]
        if self.state.main is MainState.REFUSED:
            pause_s = max(pause_s, self._terms.refused_pause_s)
        return pause_s * (0.75 + 0.5 * self._chance())

    async def _leave(self) -> None:
        """Log out and close; the upper platform is told that both links go."""
        main, sub = self._main, self._sub
        self._main = self._sub = None
        with suppress(LinkLostError):
            if sub is not None:
                sub.send(links.LowerCloses(error=CloseReason.RESTART))
                await sub.close()
        with suppress(LinkLostError, TimeoutError):
            if main is not None:
                main.send(links.MainLogout(user_id=self._terms.user_id, password=self._terms.password))
                async with asyncio.timeout(LOGOUT_S):
                    async for message in main.messages():
                        if isinstance(message.envelope.data, links.MainLogoutAnswer):
                            break
                await main.close()
        self._change(main=MainState.DOWN, sub=False)

"""A lower and an upper platform over real sockets: login, both links, fail-over, keep-alive, encryption."""

import asyncio
import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from laixi_transport.devices.jt808.position_report import Position
from laixi_transport.devices.jt809 import links, platforms, vehicles
from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.jt809.connection import Connection, sequence
from laixi_transport.devices.jt809.ids import LoginResult
from laixi_transport.devices.jt809.location import Location2011, Location2019
from laixi_transport.devices.jt809.lower import LinkState, LowerLink, LowerTerms, MainState
from laixi_transport.devices.jt809.message import Envelope, Message, envelope
from laixi_transport.devices.jt809.terms import LinkLostError, Terms, Via
from laixi_transport.devices.jt809.upper import Account, UpperPlatform

USER, CENTRE = 370285, 37028500
ACCOUNT = Account(password="secret", center_id=CENTRE)
UTC = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)
KEYS = Keys(10_000_000, 20_000_000, 30_000_000)
PATIENCE_S = 20.0


class Lower:
    """A lower platform with what it heard."""

    def __init__(self, upper: UpperPlatform, **terms: object) -> None:
        self.messages: list[tuple[Message, Via]] = []
        self.states: list[LinkState] = []
        self._changed = asyncio.Event()
        self.link = LowerLink(
            LowerTerms(**{
                "host": "127.0.0.1", "port": upper.port, "user_id": USER, "password": "secret", "center_id": CENTRE,
                "listen_host": "127.0.0.1", "pauses_s": (0.01,), "refused_pause_s": 0.01, **terms,
            }),
            self._on_message,
            self._on_state,
        )  # fmt: skip
        self.task = asyncio.create_task(self.link.run())

    def _on_message(self, message: Message, via: Via) -> None:
        self.messages.append((message, via))
        self._changed.set()

    def _on_state(self, state: LinkState) -> None:
        self.states.append(state)
        self._changed.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def linked(self) -> None:
        await self.until(lambda: self.link.state == LinkState(main=MainState.UP, sub=True))

    async def sends_and_confirms(self) -> None:
        way = self.link.way()
        way.send(of_vehicle(2011))
        await way.confirmed()

    async def leave(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})


def where(version: int, minute: int = 0) -> vehicles.RealTimeLocation:
    if version == 2019:
        return vehicles.RealTimeLocation(location_2019=Location2019(position=Position(
            alarm_bits=0, status_bits=3, lat_deg=36.86, lon_deg=120.53, altitude_m=50, speed_kmh=41.5,
            direction_deg=90, time=UTC + dt.timedelta(minutes=minute),
        )))  # fmt: skip
    return vehicles.RealTimeLocation(location_2011=Location2011(
        time=UTC + dt.timedelta(minutes=minute), lon_deg=120.53, lat_deg=36.86, speed_kmh=42, recorder_speed_kmh=41,
        mileage_km=1234, direction_deg=90, altitude_m=50, status_bits=3, alarm_bits=0,
    ))  # fmt: skip


def of_vehicle(version: int, minute: int = 0) -> Envelope:
    return envelope(where(version, minute), version=version, plate_no="鲁B00042D", plate_color=5)


def run(version: int = 2011, *, keys: Keys | None = None, **settings: object) -> Callable[..., None]:
    """Run a test with an upper platform."""

    def decorate(test: Callable[[UpperPlatform], object]) -> None:
        async def whole() -> None:
            terms = Terms(center_id=CENTRE, version=version, keys=keys, key=15241)
            upper = UpperPlatform({USER: ACCOUNT}, terms, pause_s=0.01, **settings)
            await upper.start()
            try:
                await test(upper)
            finally:
                await upper.vanish()

        asyncio.run(whole())

    return decorate


@pytest.mark.parametrize("version", [2011, 2019])
@pytest.mark.parametrize("keys", [None, KEYS], ids=["plain", "encrypted"])
def test_both_links_come_up_and_carry_data_both_ways(version, keys):
    @run(version, keys=keys)
    async def _(upper):
        lower = Lower(upper, version=version, keys=keys)
        await lower.linked()
        way = lower.link.way()
        assert way.via is Via.MAIN
        seq = way.send(of_vehicle(version))
        await way.confirmed()
        [located] = upper.received.located
        assert (located.plate_no, located.resent, located.via) == ("鲁B00042D", False, Via.MAIN)
        assert located.location == where(version).location
        assert upper.received.messages[0].header.seq == seq
        assert upper.received.messages[0].header.encrypt == (0 if keys is None else 1)
        upper.ask(USER, "在岗吗？", 25, object_id="37028500001")
        await lower.until(lambda: lower.messages)
        [(message, via)] = lower.messages
        assert via is Via.SUB
        assert message.envelope.data.info == "在岗吗？"
        assert message.envelope.data.answer_time_min == (10 if version == 2019 else None)
        await lower.leave()
        await upper.until(lambda: upper.linked(USER) == (False, False))


@pytest.mark.parametrize(
    ("wrong", "result"),
    [
        ({"center_id": 1}, LoginResult.WRONG_CENTRE),
        ({"user_id": 1}, LoginResult.NOT_REGISTERED),
        ({"password": "wrong"}, LoginResult.WRONG_PASSWORD),
    ],
)
def test_a_wrong_login_is_refused_with_its_code(wrong, result):
    @run()
    async def _(upper):
        lower = Lower(upper, **wrong)
        await lower.until(lambda: lower.link.state.main is MainState.REFUSED)
        assert lower.link.state.refused is result
        with pytest.raises(LinkLostError):
            lower.link.way()
        await lower.leave()
        assert upper.logins == 0


def test_a_login_from_an_address_that_is_not_allowed_is_refused():
    async def whole():
        account = replace(ACCOUNT, hosts=frozenset({"192.0.2.1"}))
        upper = UpperPlatform({USER: account}, Terms(center_id=CENTRE))
        await upper.start()
        lower = Lower(upper)
        await lower.until(lambda: lower.link.state.refused is LoginResult.WRONG_ADDRESS)
        await lower.leave()
        await upper.vanish()

    asyncio.run(whole())


@pytest.mark.parametrize("result", [LoginResult.BUSY, LoginResult.OTHER])
def test_a_refused_login_is_tried_again_until_it_is_taken(result):
    @run()
    async def _(upper):
        upper.refuse = result
        lower = Lower(upper)
        await lower.until(lambda: lower.link.state.refused is result)
        upper.refuse = None
        await lower.linked()
        assert lower.link.state.refused is None
        await lower.leave()


def test_while_the_main_link_is_lost_the_sub_link_carries_data_up():
    @run()
    async def _(upper):
        lower = Lower(upper, pauses_s=(1000.0,))
        await lower.linked()
        upper.drop(USER, Via.MAIN)
        await lower.until(lambda: lower.link.state.main is MainState.DOWN)
        assert lower.link.state.sub
        await upper.until(lambda: upper.received.messages)
        assert isinstance(upper.received.messages[0].envelope.data, links.MainLinkBroken)
        assert lower.link.way().via is Via.SUB
        await lower.sends_and_confirms()
        [located] = upper.received.located
        assert located.via is Via.SUB
        await lower.leave()


def test_while_the_sub_link_is_lost_the_main_link_carries_data_down():
    @run(sub_links=False)
    async def _(upper):
        lower = Lower(upper)
        await lower.until(lambda: lower.link.state.main is MainState.UP)
        upper.ask(USER, "在岗吗？", 1)
        await lower.until(lambda: lower.messages)
        assert lower.messages[0][1] is Via.MAIN
        assert not lower.link.state.sub
        await lower.leave()


def test_a_lost_sub_link_is_connected_again():
    @run()
    async def _(upper):
        lower = Lower(upper)
        await upper.until(lambda: upper.linked(USER) == (True, True))
        before = len(lower.states)
        upper.drop(USER, Via.SUB)
        await lower.until(lambda: [state.sub for state in lower.states[before:]] == [False, True])
        await lower.leave()
        assert upper.logins == 1


def test_after_the_loss_of_both_links_both_come_back():
    @run()
    async def _(upper):
        lower = Lower(upper)
        await upper.until(lambda: upper.linked(USER) == (True, True))
        way = lower.link.way()
        await upper.vanish()
        await lower.until(lambda: not lower.link.state.usable)
        with pytest.raises(LinkLostError):
            await way.confirmed()
        await upper.start()
        await lower.linked()
        await lower.sends_and_confirms()
        assert len(upper.received.located) == 1
        await lower.leave()


def test_the_lower_platform_leaves_with_a_logout_and_a_notice():
    @run()
    async def _(upper):
        lower = Lower(upper)
        await lower.linked()
        await lower.leave()
        await upper.until(lambda: upper.received.messages)
        assert isinstance(upper.received.messages[0].envelope.data, links.LowerCloses)
        await upper.until(lambda: upper.linked(USER) == (False, False))


def test_when_the_upper_platform_closes_the_lower_one_logs_in_again():
    @run()
    async def _(upper):
        lower = Lower(upper)
        await lower.linked()
        await upper.stop()
        await lower.until(lambda: lower.link.state.main is MainState.DOWN)
        await upper.start()
        await lower.linked()
        await lower.leave()
        assert upper.logins == 2


def test_a_sub_link_with_a_wrong_code_is_refused():
    @run(sub_links=False)
    async def _(upper):
        lower = Lower(upper)
        await lower.until(lambda: lower.link.state.main is MainState.UP)
        reader, writer = await asyncio.open_connection(*lower.link.listening)
        stranger = Connection(reader, writer, Terms(center_id=CENTRE), sequence(), lambda: 0.0)
        stranger.send(links.SubLogin(verify_code=0))
        answers = [message.envelope.data async for message in stranger.messages()]
        assert answers == [links.SubLoginAnswer(result=1)]
        assert not lower.link.state.sub
        stranger.abort()
        await lower.leave()


def test_a_link_without_a_sign_of_life_is_dead_after_three_keep_alives():
    async def whole():
        asked = []

        async def mute(reader, writer):
            connection = Connection(reader, writer, Terms(center_id=CENTRE), sequence(), lambda: 0.0)
            connection.send(links.MainLoginAnswer(result=0, verify_code=1))
            while data := await reader.read(65536):
                asked.append(data)
            connection.abort()

        server = await asyncio.start_server(mute, "127.0.0.1", 0)

        class Mute:
            port = server.sockets[0].getsockname()[1]

        lower = Lower(Mute, keep_alive_s=0.02, pauses_s=(1000.0,))
        await lower.until(lambda: lower.link.state.main is MainState.UP)
        await lower.until(lambda: lower.link.state.main is MainState.DOWN)
        await lower.leave()
        server.close()
        wire = b"".join(asked)
        assert wire.count(bytes.fromhex("1005") + CENTRE.to_bytes(4)) == 3

    asyncio.run(whole())


def test_keep_alives_keep_a_quiet_link():
    @run()
    async def _(upper):
        lower = Lower(upper, keep_alive_s=0.01)
        await lower.linked()
        for _ in range(20):
            await lower.link.way().confirmed()
            await asyncio.sleep(0.005)
        assert lower.link.state.main is MainState.UP
        assert upper.logins == 1
        await lower.leave()


def test_a_server_that_never_answers_the_login_is_left():
    async def whole():
        async def silent(reader, writer):
            await reader.read()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)

        class Silent:
            port = server.sockets[0].getsockname()[1]

        lower = Lower(Silent, answer_s=0.05)
        await lower.until(lambda: "no answer" in lower.link.state.problem)
        await lower.leave()
        server.close()

    asyncio.run(whole())


def test_nobody_at_the_address_is_told_with_the_address():
    async def whole():
        class Nobody:
            port = 1

        lower = Lower(Nobody)
        await lower.until(lambda: lower.link.state.problem)
        assert lower.link.state.problem.startswith("127.0.0.1:1: ")
        await lower.leave()

    asyncio.run(whole())


@pytest.mark.expects_warnings("no sub link: cannot listen")
def test_without_a_port_for_the_sub_link_the_main_link_does():
    @run()
    async def _(upper):
        lower = Lower(upper, listen_port=upper.port)
        await lower.until(lambda: lower.link.state.main is MainState.UP)
        await lower.sends_and_confirms()
        assert len(upper.received.located) == 1
        await lower.leave()


def test_noise_and_bad_frames_on_the_link_harm_no_message():
    @run()
    async def _(upper):
        lower = Lower(upper)
        await lower.linked()
        main = lower.link._main
        main._writer.write(b"GET / HTTP/1.1\r\n\r\n\x5b\x01\x02\x5d\x5b\x5d")
        await lower.sends_and_confirms()
        assert len(upper.received.located) == 1
        await lower.leave()


def test_the_lower_platform_is_told_how_many_positions_came():
    @run(count_every=5)
    async def _(upper):
        lower = Lower(upper)
        await lower.linked()
        for minute in range(11):
            lower.link.way().send(of_vehicle(2011, minute))
        await lower.until(lambda: len(lower.messages) == 2)
        assert [message.envelope.data.count for message, _ in lower.messages] == [5, 5]
        await lower.leave()


def test_a_message_that_fails_where_it_is_dealt_with_does_not_end_the_link(expect_warning):
    expect_warning("was not dealt with")

    @run()
    async def _(upper):
        lower = Lower(upper)
        await lower.linked()
        dealt = []

        def fails(message, via):
            dealt.append(message)
            raise RuntimeError("out of order")

        lower.link._on_message = fails
        upper.ask(USER, "在岗吗？", 1)
        await lower.link.way().confirmed()
        upper.send(USER, platforms.PlatformText(object_type=1, object_id="", info_id=2, info="通知"))
        async with asyncio.timeout(PATIENCE_S):
            while len(dealt) < 2:
                await lower.link.way().confirmed()
        assert lower.link.state.sub
        await lower.leave()


def test_pauses_grow_and_differ():
    chances = iter([0.0, 0.5, 1.0, 0.5])
    terms = LowerTerms(host="", port=0, user_id=1, password="", center_id=1, pauses_s=(1.0, 2.0, 8.0))
    link = LowerLink(terms, lambda message, via: None, chance=lambda: next(chances))
    assert [link._pause_s(attempt) for attempt in (0, 1, 2, 9)] == [0.75, 2.0, 10.0, 8.0]

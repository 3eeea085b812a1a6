"""The terminal's side of a link against a platform on a real socket."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt808.answers import PlatformAnswer, TerminalAnswer
from laixi_transport.devices.jt808.frame import MAX_BODY, Frame, FrameParser, encode_frame
from laixi_transport.devices.jt808.ids import BatchKind, MessageId, RegisterResult, Result
from laixi_transport.devices.jt808.position import decode_position, encode_position
from laixi_transport.devices.jt808.position_report import PositionBatch, batch_bodies
from laixi_transport.devices.jt808.registration import Authenticate, Register, RegisterAnswer
from laixi_transport.devices.jt808.terminal import TRIES, TerminalSession, _filled
from laixi_transport.devices.jt808.terminal_link import TerminalIdentity
from laixi_transport.domain.position import CONTENT, PositionReport
from laixi_transport.domain.problem import Problem

CODE = "c0de"
BEGIN_S = 1_700_000_000


def report(number: int) -> PositionReport:
    """Return a report that is told apart by its number."""
    return PositionReport(0, 0, BEGIN_S + number, 36_859_170, 120_526_940, 40, 310, 90, 0, 3, *(None,) * 8, b"", 0, 0)


class Platform:
    """Answers like a gateway, or as badly as a test wants."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.refused = 0
        self.silent = False  # to positions
        self.result = Result.OK
        self.register_result = RegisterResult.OK
        self.answer_as: dict[int, int] = {}  # message id -> the id that the answer names
        self.shift = 0  # of the sequence numbers in answers
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.hang_up()
        await asyncio.gather(*self._serving)
        await self._server.wait_closed()

    def hang_up(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def of(self, msg_id: int) -> list[Frame]:
        return [frame for frame in self.frames if frame.msg_id == msg_id]

    async def has(self, msg_id: int, count: int) -> list[Frame]:
        async with asyncio.timeout(10):
            while len(self.of(msg_id)) < count:
                self._changed.clear()
                await self._changed.wait()
        return self.of(msg_id)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        serving = asyncio.current_task()
        assert serving is not None
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)
        parser = FrameParser()
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                for frame in parser.feed(data):
                    self.frames.append(frame)
                    self._answer(frame, writer)
                self.refused += len(parser.take_refused())
                self._changed.set()
        writer.transport.abort()

    def _answer(self, frame: Frame, writer: asyncio.StreamWriter) -> None:
        if frame.msg_id == MessageId.REGISTER:
            body = RegisterAnswer(resp_seq=frame.sequence, result=self.register_result, auth_code=CODE).encode()
            writer.write(encode_frame(MessageId.REGISTER_ANSWER, frame.phone, 0, body, version=frame.version))
            return
        result = self.result
        if frame.msg_id == MessageId.AUTHENTICATE:
            shown = Authenticate.decode(frame.body, version=frame.version)
            result = Result.OK if isinstance(shown, Authenticate) and shown.auth_code == CODE else Result.FAILED
        elif frame.msg_id == MessageId.TERMINAL_ANSWER or self.silent:
            return
        named = self.answer_as.get(frame.msg_id, frame.msg_id)
        sequence = frame.sequence + (0 if frame.msg_id == MessageId.AUTHENTICATE else self.shift)
        body = PlatformAnswer(resp_seq=sequence & 0xFFFF, resp_id=named, result=result).encode()
        writer.write(encode_frame(MessageId.PLATFORM_ANSWER, frame.phone, 0, body, version=frame.version))


@contextlib.asynccontextmanager
async def linked(version: int = 2019, **options: Any) -> AsyncIterator[tuple[Platform, TerminalSession]]:
    """Run a platform with one terminal that has signed on."""
    platform = Platform()
    await platform.start()
    session = TerminalSession(
        TerminalIdentity("139000000010", plate="鲁B00042D", plate_colour=2, version=version),
        "127.0.0.1",
        platform.port,
        **options,
    )
    try:
        await session.open()
        yield platform, session
    finally:
        await session.close()
        await platform.stop()


def run(claim: Coroutine[Any, Any, None]) -> None:
    """Run a claim in a loop of its own."""

    async def limited() -> None:
        async with asyncio.timeout(30):
            await claim

    asyncio.run(limited())


def contents(frames: list[Frame]) -> list[Any]:
    """Return the reports in position frames and batches, in the order of arrival."""
    bodies = []
    for frame in frames:
        if frame.msg_id == MessageId.POSITION:
            bodies.append(frame.body)
        elif frame.msg_id == MessageId.POSITION_BATCH:
            batch = batch_bodies(frame.body)
            assert batch is not None
            bodies += batch[1]
    return [decode_position(body) for body in bodies]


@pytest.mark.parametrize("version", [2011, 2013, 2019])
def test_what_is_sent_arrives_and_is_acknowledged(version: int) -> None:
    async def claim() -> None:
        async with linked(version) as (platform, session):
            for number in range(20):
                await session.send(report(number))
            await session.drain()
            assert contents(platform.of(MessageId.POSITION)) == [report(n)[CONTENT] for n in range(20)]
            assert session.counters.acknowledged == session.counters.sent == session.counters.frames_sent == 20
            assert session.counters.resent == session.counters.refused == session.unacknowledged == 0
            said = Register.decode(platform.of(MessageId.REGISTER)[0].body, version=min(version, 2019))
            assert isinstance(said, Register)
            assert (said.plate_no, said.plate_color) == ("鲁B00042D", 2)

    run(claim())


@pytest.mark.parametrize(("answer_as", "shift"), [({MessageId.POSITION: MessageId.HEARTBEAT}, 0), ({}, 7)])
def test_an_answer_to_something_else_acknowledges_nothing(answer_as: dict[int, int], shift: int) -> None:
    async def claim() -> None:
        async with linked() as (platform, session):
            platform.answer_as, platform.shift = answer_as, shift
            await session.send(report(0))
            await platform.has(MessageId.POSITION, 1)
            platform.answer_as, platform.shift = {}, 0
            await session.send(report(1))
            async with asyncio.timeout(5):
                await session._until(lambda: session.unacknowledged == 1)
            assert session.counters.acknowledged == 1
            assert session.counters.sent == 2

    run(claim())


def test_a_failure_is_counted_as_refused_and_not_as_acknowledged() -> None:
    async def claim() -> None:
        async with linked() as (platform, session):
            platform.result = Result.BAD_MESSAGE
            await session.send(report(0))
            await session.drain()
            assert (session.counters.acknowledged, session.counters.refused) == (0, 1)

    run(claim())


def test_what_was_under_way_when_the_link_broke_comes_again_as_blind_area_batch() -> None:
    async def claim() -> None:
        async with linked() as (platform, session):
            platform.silent = True
            for number in range(40):
                await session.send(report(number))
            await platform.has(MessageId.POSITION, 40)
            platform.silent = False
            platform.hang_up()
            await session.drain()
            batches = platform.of(MessageId.POSITION_BATCH)
            assert contents(batches) == [report(n)[CONTENT] for n in range(40)]
            assert {frame.body[2] for frame in batches} == {BatchKind.BLIND_AREA}
            counters = session.counters
            assert (counters.sent, counters.acknowledged, counters.resent, counters.links_lost) == (40, 40, 40, 1)
            assert len(platform.of(MessageId.REGISTER)) == 1, "the code is remembered"

    run(claim())


def test_what_is_reported_out_of_reach_comes_when_the_link_is_back() -> None:
    async def claim() -> None:
        async with linked() as (platform, session):
            session.lose_link()
            await session._until(lambda: True)
            for number in range(30):
                await session.send(report(number))
            assert not contents(platform.frames)[1:], "nothing but what left before the link broke"
            session.find_link()
            await session.drain()
            arrived = {content[0] for content in contents(platform.frames)}
            assert arrived == {BEGIN_S + n for n in range(30)}
            assert session.counters.sent == session.counters.acknowledged == 30

    run(claim())


def test_no_more_than_the_window_is_under_way() -> None:
    async def claim() -> None:
        async with linked(window=5, answer_timeout_s=60) as (platform, session):
            platform.silent = True
            for number in range(5):
                await session.send(report(number))
            sixth = asyncio.create_task(session.send(report(5)))
            await platform.has(MessageId.POSITION, 5)
            assert not sixth.done()
            platform.silent = False
            platform.hang_up()
            await sixth
            await session.drain()
            assert session.counters.acknowledged == 6

    run(claim())


@pytest.mark.expects_warnings("no answer to message")
def test_without_an_answer_a_message_is_repeated_unchanged_and_then_the_link_given_up() -> None:
    async def claim() -> None:
        async with linked(answer_timeout_s=0.1) as (platform, session):
            platform.silent = True
            await session.send(report(0))
            frames = await platform.has(MessageId.POSITION, TRIES)
            assert {frame.wire for frame in frames} == {frames[0].wire}
            await platform.has(MessageId.POSITION_BATCH, 1)
            platform.silent = False
            await session.drain()
            assert session.counters.acknowledged == session.counters.sent == 1
            assert session.counters.links_lost >= 1

    run(claim())


def test_a_frame_that_the_line_spoilt_is_repeated_sound() -> None:
    async def claim() -> None:
        async with linked(answer_timeout_s=0.1) as (platform, session):
            await session.send(report(0), wire=lambda frame: frame[:20] + bytes((frame[20] ^ 1,)) + frame[21:])
            await session.drain()
            assert platform.refused == 1
            assert contents(platform.frames) == [report(0)[CONTENT]]
            assert (session.counters.sent, session.counters.resent, session.counters.frames_sent) == (1, 1, 2)

    run(claim())


def test_a_quiet_terminal_sends_heartbeats() -> None:
    async def claim() -> None:
        async with linked(heartbeat_s=0.05) as (platform, session):
            beats = await platform.has(MessageId.HEARTBEAT, 3)
            assert all(frame.body == b"" for frame in beats)
            assert session.counters.frames_sent == 0, "a heartbeat is no report"

    run(claim())


def test_a_code_that_is_no_longer_taken_is_asked_for_anew() -> None:
    async def claim() -> None:
        platform = Platform()
        await platform.start()
        session = TerminalSession(TerminalIdentity("139000000010"), "127.0.0.1", platform.port)
        session.auth_code = "stale"
        await session.open()
        assert session.auth_code == CODE
        assert [f.msg_id for f in platform.frames] == [
            MessageId.AUTHENTICATE,
            MessageId.REGISTER,
            MessageId.AUTHENTICATE,
        ]
        await session.close()
        await platform.stop()

    run(claim())


def test_an_unknown_message_from_the_platform_is_answered_as_unsupported() -> None:
    async def claim() -> None:
        async with linked() as (platform, _session):
            platform._writers[0].write(encode_frame(0x8104, "139000000010", 77, b"", version=2019))
            (frame,) = await platform.has(MessageId.TERMINAL_ANSWER, 1)
            assert TerminalAnswer.decode(frame.body) == TerminalAnswer(
                resp_seq=77, resp_id=0x8104, result=Result.UNSUPPORTED
            )

    run(claim())


def test_a_refused_terminal_is_told_in_a_sentence() -> None:
    async def claim() -> None:
        platform = Platform()
        platform.register_result = RegisterResult.NO_SUCH_TERMINAL
        await platform.start()
        session = TerminalSession(TerminalIdentity("139000000010", "鲁B00042D"), "127.0.0.1", platform.port)
        with pytest.raises(Problem, match=r"refuses terminal 139000000010 of vehicle 鲁B00042D.*--accept-unknown"):
            await session.open()
        with pytest.raises(Problem):
            await session.send(report(0))
        await session.close()
        await platform.stop()

    run(claim())


def test_nobody_listening_is_told_in_a_sentence() -> None:
    async def claim() -> None:
        platform = Platform()
        await platform.start()
        await platform.stop()
        session = TerminalSession(TerminalIdentity("139000000010"), "127.0.0.1", platform.port, first_patience_s=0.05)
        with pytest.raises(Problem, match=rf"No gateway answers at 127\.0\.0\.1:{platform.port}"):
            await session.open()
        await session.close()

    run(claim())


def test_a_platform_that_comes_back_on_its_port_gets_everything() -> None:
    async def claim() -> None:
        async with linked() as (platform, session):
            await session.send(report(0))
            await session.drain()
            await platform.stop()
            for number in range(1, 10):
                await session.send(report(number))
            await platform.start(platform.port)
            await session.drain()
            assert session.counters.acknowledged == session.counters.sent == 10

    run(claim())


@given(st.lists(st.binary(min_size=28, max_size=200)))
def test_batches_hold_every_body_once_in_order_and_fit_a_frame(bodies: list[bytes]) -> None:
    groups = list(_filled(bodies))
    assert [body for group in groups for body in group] == bodies
    assert all(len(PositionBatch(batch_type=BatchKind.NORMAL, items=group).encode()) <= MAX_BODY for group in groups)


def test_batches_are_as_large_as_fits() -> None:
    bodies = [encode_position(report(n)) for n in range(100)]
    assert [len(group) for group in _filled(bodies)] == [34, 34, 32]

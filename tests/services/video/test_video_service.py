"""What video is expected from when until when, and who ends it: the port over real sockets, commands by hand."""

import asyncio
import contextlib
import threading
from concurrent.futures import Future
from dataclasses import dataclass

import pytest

from laixi_transport.devices.jt1078.sender import CodedPicture, Packetizer, send_stream
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.command import CommandState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.vehicle import Terminal
from laixi_transport.services.commands.terminal_commands import TextToDriver
from laixi_transport.services.commands.video_commands import ControlVideo, PlayRecording, StartVideo, StopPlaying
from laixi_transport.services.video.service import VideoService

HOST = "127.0.0.1"
PHONE, OTHER, LONG, STRANGER = "13900000001", "13900000002", "1440123456789", "13900000009"
WAIT_S = 20.0
START = b"\x00\x00\x00\x01"
KEY = CodedPicture(START + b"\x67s" + START + b"\x68p" + START + b"\x65" + bytes(2000), True)
REST = CodedPicture(START + b"\x41" + bytes(900), False)
BEGIN, END = "2026-11-23T08:00:00+00:00", "2026-11-23T09:00:00+00:00"


@dataclass
class Line:
    """A terminal that is signed on."""

    phone: str = PHONE
    terminal_id: int = 1
    own_host: str = "10.1.2.3"
    layout: int = 2013


class Seat:
    """Takes the commands that the service gives."""

    def __init__(self):
        self.given = []

    def send(self, terminal_id, command, *, by):
        self.given.append((terminal_id, command, by))
        return Future()


class Scene:
    """A port for video that knows three terminals."""

    def __init__(self, **options):
        self.seat = Seat()
        self.told = []
        known = {phone: Terminal(at, phone, at, auth_code="k42") for at, phone in enumerate((PHONE, OTHER, LONG), 1)}
        self.known = known
        options = {"linger_s": 0.0, "grace_s": 0.0} | options
        self.video = VideoService(
            self.seat,
            known.get,
            (HOST, 0),
            tell=lambda refused, *who: self.told.append((refused.reason, *who)),
            **options,
        )
        self.sending = []

    def order(self, command, line=None, by="officer 7", state=CommandState.ANSWERED):
        """Have a command leave and settled, as the executor does."""
        line = line or Line()
        done = self.video.completed(command, line)
        self.video.leaves(done, line, by)
        if state is not None:
            self.video.settled(done, line, state)
        return done

    def send(self, phone=PHONE, channel=1, pictures=(KEY, REST) * 1000, fps=50.0, **how):
        """Send as a terminal does."""
        task = asyncio.create_task(
            send_stream(HOST, self.video.port, Packetizer(phone, channel), pictures, fps=fps, **how)
        )
        self.sending.append(task)
        return task

    async def until(self, holds):
        async with asyncio.timeout(WAIT_S):
            while not holds():  # noqa: ASYNC110 - what is waited for happens in the server, which tells nobody
                await asyncio.sleep(0.005)

    @property
    def coming(self):
        return [stream for stream in self.video.streams() if stream.until is None]


def played(test, **options):
    """Run a test beside a port."""

    async def whole():
        scene = Scene(**options)
        await scene.video.start()
        try:
            async with asyncio.timeout(2 * WAIT_S):
                await test(scene)
        finally:
            for task in scene.sending:
                task.cancel()
            await asyncio.gather(*scene.sending, return_exceptions=True)
            await scene.video.stop()

    asyncio.run(whole())


def play(**form):
    return PlayRecording.made({"begin": BEGIN, "end": END, **form})


def test_a_terminal_is_told_the_address_that_it_has_reached_itself():
    async def test(scene):
        port = scene.video.port
        done = scene.video.completed(StartVideo(channel=3), Line())
        assert (done.server, done.tcp_port, done.udp_port, done.channel) == ("10.1.2.3", port, 0, 3)
        assert scene.video.completed(play(), Line()).server == "10.1.2.3"
        over_udp = scene.video.completed(StartVideo(udp_port=port), Line())
        assert (over_udp.server, over_udp.tcp_port, over_udp.udp_port) == ("10.1.2.3", 0, port)
        elsewhere = scene.video.completed(StartVideo(server="video.example"), Line())
        assert (elsewhere.server, elsewhere.tcp_port) == ("video.example", 1078)
        text = TextToDriver(text="x")
        assert scene.video.completed(text, Line()) is text

    played(test)


def test_a_public_address_is_told_instead():
    async def test(scene):
        assert scene.video.completed(StartVideo(), Line()).server == "video.example"

    played(test, public_address="video.example")


def test_without_a_port_a_terminal_is_told_nothing_unless_another_server_is_named():
    video = VideoService(Seat(), {}.get, None)
    asyncio.run(video.start())
    assert video.port == 0
    with pytest.raises(Problem, match="takes no video"):
        video.completed(StartVideo(), Line())
    assert video.completed(StartVideo(server="10.0.0.1"), Line()).server == "10.0.0.1"
    asyncio.run(video.stop())


@pytest.mark.expects_warnings("there is no video: Another program is listening")
def test_a_port_that_is_taken_is_a_problem_only_where_it_must_be_had():
    async def test(scene):
        taken = (HOST, scene.video.port)
        with pytest.raises(Problem, match="Another program is listening"):
            await VideoService(Seat(), {}.get, taken).start()
        video = VideoService(Seat(), {}.get, taken, required=False)
        await video.start()
        assert video.port == 0
        await video.stop()

    played(test)


@pytest.mark.parametrize("datagrams", [False, True])
def test_what_was_asked_for_comes_and_what_was_not_is_refused_and_counted(datagrams):
    async def test(scene):
        scene.order(StartVideo(channel=2, udp_port=scene.video.port if datagrams else 0))
        subscription, queue = scene.video.watch(PHONE, 2, max_units=1000)
        scene.send(channel=2, datagrams=datagrams)
        await scene.until(lambda: len(queue) > 4)
        for phone, channel in ((PHONE, 1), (OTHER, 2), (STRANGER, 2)):
            scene.send(phone, channel, [KEY], 50.0, datagrams=datagrams)
        await scene.until(lambda: len({told[1:] for told in scene.told}) == 3)
        [stream] = scene.coming
        assert (stream.phone, stream.channel, stream.recorded, stream.datagrams) == (PHONE, 2, False, datagrams)
        assert (stream.watchers, stream.damaged, stream.skipped, stream.lost_packets) == (1, 0, 0, 0)
        assert stream.units >= len(queue) > 4
        assert {(reason, host) for reason, host, _ in scene.told} == {
            (Refusal.NOT_ASKED, HOST),
            (Refusal.UNKNOWN_TERMINAL, HOST),
        }
        assert datagrams or scene.video.refused == {Refusal.NOT_ASKED: 2, Refusal.UNKNOWN_TERMINAL: 1}
        assert {told[2].lstrip("0") for told in scene.told} == {PHONE, OTHER, STRANGER}
        subscription.cancel()

    played(test)


def test_a_stream_is_expected_before_the_terminal_answers_and_not_after_it_refused():
    async def test(scene):
        scene.order(StartVideo(channel=1), state=None)
        scene.send(channel=1)
        await scene.until(lambda: scene.coming)
        scene.order(StartVideo(channel=2), state=CommandState.FAILED)
        scene.send(channel=2)
        await scene.until(lambda: scene.video.refused)
        assert [stream.channel for stream in scene.coming] == [1]

    played(test)


def test_a_stream_that_does_not_begin_in_time_is_not_taken_later():
    async def test(scene):
        scene.order(StartVideo())
        await asyncio.sleep(0.1)
        scene.send()
        await scene.until(lambda: scene.video.refused[Refusal.NOT_ASKED])
        assert not scene.coming

    played(test, patience_s=0.05)


def test_a_stream_that_was_told_to_go_elsewhere_is_not_expected_here():
    async def test(scene):
        scene.order(StartVideo(server="10.0.0.1", tcp_port=scene.video.port - 1))
        scene.send()
        await scene.until(lambda: scene.video.refused[Refusal.NOT_ASKED])

    played(test)


def test_a_terminal_that_has_left_the_register_brings_nothing():
    async def test(scene):
        scene.order(StartVideo())
        del scene.known[PHONE]
        scene.send()
        await scene.until(lambda: scene.video.refused[Refusal.UNKNOWN_TERMINAL])

    played(test)


def test_a_lost_link_may_come_back():
    async def test(scene):
        scene.order(StartVideo())
        _, queue = scene.video.watch(PHONE, 1)
        for _ in range(2):
            before = len(queue)
            await scene.send(pictures=[KEY, REST], fps=0)
            await scene.until(lambda before=before: len(queue) == before + 2 and not scene.coming)
        assert [stream.units for stream in scene.video.streams()] == [2, 2]
        assert all(stream.until >= stream.since for stream in scene.video.streams())

    played(test)


def test_a_number_of_thirteen_digits_is_known_by_its_last_twelve():
    async def test(scene):
        scene.order(StartVideo(), Line(LONG, 3))
        subscription, queue = scene.video.watch(LONG, 1)
        scene.send(LONG[1:])
        await scene.until(lambda: len(queue) > 1)
        assert [stream.phone for stream in scene.coming] == [LONG]
        subscription.cancel()
        await scene.until(lambda: scene.seat.given)
        assert scene.seat.given == [(3, ControlVideo(channel=1), "officer 7")]

    played(test)


@pytest.mark.parametrize(
    ("begin", "end"), [(StartVideo(channel=2), ControlVideo(channel=2)), (play(channel=2), StopPlaying(channel=2))]
)
def test_the_last_who_leaves_ends_the_stream(begin, end):
    async def test(scene):
        scene.order(begin)
        watched = [scene.video.watch(PHONE, 2) for _ in range(2)]
        scene.send(channel=2)
        await scene.until(lambda: all(len(queue) for _, queue in watched))
        assert scene.coming[0].recorded is isinstance(begin, PlayRecording)
        watched[0][0].cancel()
        await asyncio.sleep(0.05)
        assert scene.seat.given == []
        watched[1][0].cancel()
        await scene.until(lambda: scene.seat.given)
        await asyncio.sleep(0.05)
        assert scene.seat.given == [(1, end, "officer 7")]

    played(test)


def test_who_comes_back_in_time_keeps_the_stream():
    async def test(scene):
        scene.order(StartVideo())
        first, _ = scene.video.watch(PHONE, 1)
        scene.send()
        await scene.until(lambda: first.taken)
        first.cancel()
        again, _ = scene.video.watch(PHONE, 1)
        await scene.until(lambda: again.taken > 20)
        assert scene.seat.given == []

    played(test, linger_s=0.1)


def test_a_stream_that_nobody_watches_is_ended_after_a_while():
    async def test(scene):
        scene.order(StartVideo())
        scene.send()
        await scene.until(lambda: scene.seat.given)
        assert scene.seat.given == [(1, ControlVideo(channel=1), "officer 7")]

    played(test, unwatched_s=0.1)


def test_a_terminal_that_goes_on_after_it_was_told_to_end_is_cut_off():
    async def test(scene):
        scene.order(StartVideo())
        subscription, queue = scene.video.watch(PHONE, 1, max_units=1000)
        sending = scene.send()
        await scene.until(lambda: len(queue))
        scene.order(ControlVideo(channel=1, closes=1))  # the sound alone
        scene.order(ControlVideo(channel=1, control=1))  # to the other stream
        assert len(scene.coming) == 1
        scene.order(ControlVideo(channel=1))
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(asyncio.shield(sending), WAIT_S)
        assert sending.done()
        assert not scene.coming
        scene.send()
        await scene.until(lambda: scene.video.refused[Refusal.NOT_ASKED])
        subscription.cancel()
        await asyncio.sleep(0.05)
        assert scene.seat.given == []  # it has been told

    played(test)


def test_a_stream_that_is_asked_for_again_at_once_is_not_cut_off():
    async def test(scene):
        scene.order(StartVideo())
        _, queue = scene.video.watch(PHONE, 1, max_units=1000)
        scene.send()
        await scene.until(lambda: len(queue))
        scene.order(ControlVideo(channel=1))
        scene.order(StartVideo())
        before = len(queue)
        await scene.until(lambda: len(queue) > before + 20)
        assert len(scene.coming) == 1

    played(test, grace_s=0.05)


def test_a_slow_watcher_loses_pictures_and_holds_nobody_up():
    async def test(scene):
        scene.order(StartVideo())
        slow, _ = scene.video.watch(PHONE, 1, max_units=2)
        _, quick = scene.video.watch(PHONE, 1, max_units=1000)
        scene.send(fps=200.0)
        await scene.until(lambda: len(quick) >= 40)
        assert slow.taken == 2
        assert slow.lost >= 37
        assert slow.stalls == 1
        assert scene.coming[0].watchers == 2

    played(test)


def test_another_thread_watches_and_leaves():
    async def test(scene):
        scene.order(StartVideo())
        got, enough = [], threading.Event()

        def take(unit):
            got.append((unit.key, threading.get_ident()))
            if len(got) == 5:
                enough.set()
            return True

        def watcher():
            watch = scene.video.subscribe(PHONE, 1, take)
            assert enough.wait(WAIT_S)
            watch.end()
            scene.video.subscribe(PHONE, 9, take).end()

        scene.send()
        await asyncio.to_thread(watcher)
        await scene.until(lambda: scene.seat.given)
        assert got[0] == (True, threading.get_ident())

    played(test)


def test_one_who_fails_is_let_go_and_the_stream_ends_with_the_last(expect_warning):
    expect_warning("a subscriber of .* failed")

    async def test(scene):
        scene.order(StartVideo())

        def fail(unit):
            raise ValueError("cannot show it")

        scene.video.subscribe(PHONE, 1, fail)
        scene.send()
        await scene.until(lambda: scene.seat.given)

    played(test)


def test_a_stop_by_hand_is_given_once():
    async def test(scene):
        scene.video.stop_stream(PHONE, 1)
        assert scene.seat.given == []  # nobody has asked for it
        scene.order(StartVideo())
        scene.send()
        await scene.until(lambda: scene.coming)
        scene.video.stop_stream("0" + PHONE, 1)
        scene.video.stop_stream(PHONE, 1)
        assert len(scene.seat.given) == 1

    played(test)


def test_stopping_lets_all_who_wait_go():
    async def scene():
        scene = Scene()
        await scene.video.start()
        scene.order(StartVideo())
        _, queue = scene.video.watch(PHONE, 1)
        sending = scene.send()
        await scene.until(lambda: len(queue))
        await scene.video.stop()
        assert [unit async for unit in queue]
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        assert scene.seat.given == []
        scene.video.subscribe(PHONE, 1, lambda unit: True).end()

    asyncio.run(scene())

"""A seat has a simulated terminal send video: over the database, the gateway, real sockets, and back to a picture."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest

from laixi_transport.app.demo import enter_fleet
from laixi_transport.devices.jt1078.clip import encode_clip, moving_pictures
from laixi_transport.devices.jt1078.decoder import Decoder
from laixi_transport.devices.jt1078.sender import Packetizer, send_stream
from laixi_transport.domain.command import CommandResult, CommandState
from laixi_transport.services.commands.service import CommandService
from laixi_transport.services.commands.terminal_commands import ControlDoors
from laixi_transport.services.commands.video_commands import ControlVideo, StartVideo
from laixi_transport.services.ingest.gateway import Gateway
from laixi_transport.services.simulation.fleet import Fleet
from laixi_transport.services.simulation.video import HEIGHT, WIDTH, clip
from laixi_transport.services.terminals.service import TerminalService

HOST = "127.0.0.1"
BEGIN_S = 1_741_057_200  # 2025-03-04 11:00 in GMT+8: past on any machine
WAIT_S = 40.0
SETTLED = {CommandState.ANSWERED, CommandState.FAILED, CommandState.EXPIRED, CommandState.UNKNOWN}


@pytest.fixture(scope="session", autouse=True)
def drawn():
    """Have the clip drawn before a test counts on its coming soon."""
    return clip()


class County:
    """A gateway, two vehicles and a seat, in one loop."""

    def __init__(self, store, **options):
        self.store = store
        self.gateway = Gateway(store, **{"video": (HOST, 0), **options})
        self.fleet = Fleet(vehicles=2, seed=1, begin_s=BEGIN_S)
        self.plan = next(plan for plan in self.fleet.plans if plan.silent_after_s is None)
        self.seat = CommandService(store, operator="officer 7")
        self.pages = TerminalService(store)
        self._driving = None

    async def __aenter__(self):
        await asyncio.to_thread(enter_fleet, self.store, self.fleet.plans)
        self.terminal = self.store.register.terminal_by_phone(self.plan.phone)
        await self.gateway.start()
        self._driving = asyncio.create_task(self.fleet.run(HOST, self.gateway.port))
        return self

    async def __aexit__(self, *failed):
        self.fleet.stop()
        await asyncio.wait([self._driving], timeout=10)
        self._driving.cancel()
        await asyncio.gather(self._driving, return_exceptions=True)
        await self.gateway.stop()

    async def order(self, command):
        """Send a command and return it once it is settled."""
        entry = await asyncio.wrap_future(self.seat.send(self.terminal.id, command))
        return await self.until(lambda: self.seat.get(entry.id), lambda found: found.state in SETTLED)

    async def until(self, look, enough):
        """Read the database until something holds."""
        async with asyncio.timeout(WAIT_S):
            while not enough(found := await asyncio.to_thread(look)):  # noqa: ASYNC110 - it is another seat's database
                await asyncio.sleep(0.02)
            return found

    async def settles(self, holds):
        async with asyncio.timeout(WAIT_S):
            while not holds():  # noqa: ASYNC110 - what is waited for happens in the server, which tells nobody
                await asyncio.sleep(0.01)


def shown(frame):
    """Return the fields of a frame as the terminals page shows them."""
    return {field.path: field.value for field in frame.fields}


@pytest.mark.parametrize("datagrams", [False, True])
def test_live_video_begins_is_seen_and_ends(store, datagrams):
    async def test():
        async with County(store) as county:
            video = county.gateway.video
            subscription, queue = video.watch(county.plan.phone, 2, max_units=1000)
            entry = await county.order(StartVideo(channel=2, udp_port=video.port if datagrams else 0))
            assert (entry.state, entry.result) == (CommandState.ANSWERED, CommandResult.OK)
            sent = shown(county.seat.frames(entry)[0])
            assert sent["server_ip"] == HOST
            assert sent["udp_port" if datagrams else "tcp_port"] == str(video.port)

            units = []
            async with asyncio.timeout(WAIT_S):
                async for unit in queue:
                    units.append(unit)
                    if len(units) == 10:
                        break
            assert units[0].key
            decoder = Decoder()
            pictures = [picture for unit in units for picture in decoder.decode(unit)]
            assert {picture.pixels.shape for picture in pictures} == {(HEIGHT, WIDTH, 3)}
            first = pictures[0].pixels
            drawn = next(moving_pictures(1, width=WIDTH, height=HEIGHT))
            difference = np.abs(first.astype(int) - drawn)[60:].mean()  # below the words
            assert difference < 12, "not the picture that was drawn"
            assert [b.timestamp_ms - a.timestamp_ms for a, b in pairwise(units)].count(67) > 3

            gateway = await county.until(county.pages.gateway, lambda said: said.video and said.video[0].units > 9)
            [stream] = gateway.video
            assert (gateway.video_port, stream.phone, stream.channel) == (video.port, county.plan.phone, 2)
            assert (stream.watchers, stream.datagrams, stream.until) == (1, datagrams, None)
            assert (stream.damaged, stream.lost_packets, stream.key_units > 0) == (0, 0, True)

            entry = await county.order(ControlVideo(channel=2))
            assert (entry.state, entry.result) == (CommandState.ANSWERED, CommandResult.OK)
            if not datagrams:  # which end without a word
                await county.settles(lambda: not video.hub.streams)
                gateway = await county.until(county.pages.gateway, lambda said: said.video[0].until is not None)
                assert gateway.video[0].units >= 10
            subscription.cancel()

    asyncio.run(test())


def test_when_the_last_watcher_leaves_the_terminal_is_told_to_end(sqlite_store):
    async def test():
        async with County(sqlite_store) as county:
            video = county.gateway.video
            subscription, queue = video.watch(county.plan.phone, 1)
            await county.order(StartVideo(channel=1))
            await county.settles(lambda: len(queue))
            subscription.cancel()
            [stop, start] = await county.until(
                lambda: county.seat.list(county.terminal.id), lambda all_: len(all_) == 2 and all_[0].state in SETTLED
            )
            assert (start.kind, stop.kind, stop.made_by) == ("start_video", "control_video", "officer 7")
            assert stop.result is CommandResult.OK
            assert county.seat.frames(stop)[0].msg_id == 0x9102
            await county.settles(lambda: not video.hub.streams)

    asyncio.run(test())


def test_strangers_and_streams_not_asked_for_are_refused_and_counted_for_all_seats(store):
    async def test():
        async with County(store) as county:
            port = county.gateway.video.port
            pictures = list(encode_clip(moving_pictures(1, width=64, height=48)))
            for phone in ("13900000099", county.plan.phone):
                with_nobody = send_stream(HOST, port, Packetizer(phone, 1), pictures, fps=0)
                await asyncio.gather(with_nobody, return_exceptions=True)
            gateway = await county.until(
                county.pages.gateway, lambda said: said is not None and len(said.video_refused) == 2
            )
            assert gateway.video_refused == {"unknown_terminal": 1, "not_asked": 1}
            assert gateway.video == ()

    asyncio.run(test())


def test_a_camera_that_is_not_there_is_an_answer_too(sqlite_store):
    async def test():
        async with County(sqlite_store) as county:
            entry = await county.order(StartVideo(channel=9))
            assert (entry.state, entry.result) == (CommandState.FAILED, CommandResult.FAILED)
            entry = await county.order(ControlVideo(channel=1, control=2))
            assert (entry.state, entry.result) == (CommandState.FAILED, CommandResult.UNSUPPORTED)

    asyncio.run(test())


def test_without_a_port_for_video_the_operator_is_told(sqlite_store):
    async def test():
        async with County(sqlite_store, video=None) as county:
            entry = await county.order(StartVideo())
            assert (entry.state, entry.result) == (CommandState.FAILED, CommandResult.NOT_POSSIBLE)
            assert "takes no video" in entry.detail
            assert (await county.order(ControlDoors(lock=1))).state is CommandState.ANSWERED

    asyncio.run(test())

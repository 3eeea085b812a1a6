"""The port for video over real sockets: whole pictures to whoever watches, and nobody held up by another."""

import asyncio
import contextlib
import socket

import pytest

from laixi_transport.devices.jt1078.hub import Hub
from laixi_transport.devices.jt1078.packet import encode_packet
from laixi_transport.devices.jt1078.sender import CodedPicture, Packetizer, send_stream
from laixi_transport.devices.jt1078.server import JUNK_BYTES, STREAMS_A_LINK, StreamServer
from laixi_transport.devices.jt1078.subscription import StreamKey
from laixi_transport.devices.wire.refusal import Refusal
from laixi_transport.domain.problem import Problem

HOST = "127.0.0.1"
PHONE = "13900000001"
WAIT_S = 20
START = b"\x00\x00\x00\x01"


def key(number):
    return CodedPicture(START + b"\x67s" + START + b"\x68p" + START + b"\x65" + number.to_bytes(2, "big") * 1500, True)


def other(number):
    return CodedPicture(START + b"\x41" + number.to_bytes(2, "big") * 700, False)


def clip(count, key_every=5):
    return [key(number) if number % key_every == 0 else other(number) for number in range(count)]


def wire(packetizer, pictures):
    return [encode_packet(one) for at, picture in enumerate(pictures) for one in packetizer.picture(picture, 40 * at)]


def dial(server):
    return socket.create_connection((HOST, server.port), timeout=WAIT_S)


async def ended(link):
    """Wait for the server to end a link."""
    with contextlib.suppress(ConnectionError):
        assert await asyncio.to_thread(link.recv, 1) == b""


@contextlib.asynccontextmanager
async def serving(hub=None, **options):
    server = StreamServer(hub or Hub(), **options)
    await server.start(HOST, 0)
    try:
        yield server
    finally:
        await server.stop()


async def until(condition):
    async with asyncio.timeout(WAIT_S):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the server, which tells nobody
            await asyncio.sleep(0.005)


def run(scene):
    asyncio.run(asyncio.wait_for(scene, 2 * WAIT_S))


@pytest.mark.parametrize("datagrams", [False, True])
@pytest.mark.parametrize("phone", [PHONE, "00000000013900000001"])
def test_pictures_come_whole_and_in_order(datagrams, phone):
    async def scene():
        async with serving() as server:
            subscription, queue = server.hub.watch(PHONE, 3)
            pictures = clip(20)
            sent = await send_stream(
                HOST, server.port, Packetizer(phone, 3), pictures, fps=200 if datagrams else 0, datagrams=datagrams
            )
            await until(lambda: len(queue) == sent)
            subscription.cancel()
            units = [unit async for unit in queue]
            assert [(unit.data, unit.key) for unit in units] == pictures
            assert [unit.timestamp_ms for unit in units] == [(5 if datagrams else 40) * at for at in range(20)]
            assert {(unit.phone, unit.channel) for unit in units} == {(PHONE, 3)}

    run(scene())


def test_many_terminals_share_a_port_and_each_watcher_gets_its_own():
    async def scene():
        async with serving() as server:
            watched = [server.hub.watch(f"1390000000{n}", channel) for n in range(4) for channel in (1, 2)]
            clips = {(n, channel): clip(6 + n + channel) for n in range(4) for channel in (1, 2)}
            await asyncio.gather(
                *(
                    send_stream(HOST, server.port, Packetizer(f"1390000000{n}", channel), pictures, fps=0)
                    for (n, channel), pictures in clips.items()
                )
            )
            await until(lambda: not server.links)
            for subscription, _ in watched:
                subscription.cancel()
            got = [[CodedPicture(unit.data, unit.key) async for unit in queue] for _, queue in watched]
            assert got == list(clips.values())
            assert not server.hub.streams

    run(scene())


def test_a_watcher_who_comes_later_begins_with_a_key_frame():
    async def scene():
        async with serving() as server:
            _, queue = server.hub.watch(PHONE, 1)
            packetizer = Packetizer(PHONE, 1)
            with dial(server) as link:
                link.sendall(b"".join(wire(packetizer, [key(0), other(1), other(2)])))
                await until(lambda: len(queue) == 3)
                late, late_queue = server.hub.watch(PHONE, 1)
                link.sendall(b"".join(wire(packetizer, [other(3), other(4), key(5), other(6)])))
                await until(lambda: len(queue) == 7)
            assert len(late_queue) == 2
            assert late.lost == 0
            assert (await anext(aiter(late_queue))).data == key(5).data

    run(scene())


def test_a_slow_watcher_loses_up_to_the_next_key_frame_and_holds_nobody_up():
    async def scene():
        async with serving() as server:
            slow, slow_queue = server.hub.watch(PHONE, 1, max_units=3)
            quick = []
            server.hub.subscribe(PHONE, 1, lambda unit: quick.append(unit) or True)
            packetizer = Packetizer(PHONE, 1)
            with dial(server) as link:
                link.sendall(b"".join(wire(packetizer, clip(7, 5))))  # key, 4 others, key, other
                await until(lambda: len(quick) == 7)
                assert (slow.taken, slow.lost, slow.stalls) == (3, 4, 1)
                reading = aiter(slow_queue)
                for _ in range(3):
                    await anext(reading)
                link.sendall(b"".join(wire(packetizer, [other(7), key(8), other(9)])))
                await until(lambda: len(quick) == 10)
            assert (slow.taken, slow.lost, slow.stalls) == (5, 5, 1)
            assert (await anext(reading)).data == key(8).data

    run(scene())


@pytest.mark.expects_warnings("failed and is let go")
def test_a_watcher_that_raises_is_let_go():
    async def scene():
        async with serving() as server:
            got = []
            server.hub.subscribe(PHONE, 1, lambda unit: 1 / 0)
            server.hub.subscribe(PHONE, 1, lambda unit: got.append(unit) or True)
            await send_stream(HOST, server.port, Packetizer(PHONE, 1), clip(8), fps=0)
            await until(lambda: len(got) == 8)

    run(scene())


def test_sound_is_handed_on_to_those_who_want_it():
    async def scene():
        async with serving() as server:
            heard = []
            server.hub.subscribe(PHONE, 1, lambda unit: True, hear=heard.append)
            server.hub.subscribe(PHONE, 1, lambda unit: True)
            packetizer = Packetizer(PHONE, 1)
            with dial(server) as link:
                link.sendall(encode_packet(packetizer.sound(b"\xd5" * 160, 20)))
                await until(lambda: heard)
            assert heard[0].body == b"\xd5" * 160

    run(scene())


def test_junk_on_the_link_is_counted_and_passed_over():
    async def scene():
        told = []
        async with serving(on_refused=lambda peer, refused: told.append((peer, refused.reason))) as server:
            _, queue = server.hub.watch(PHONE, 1)
            packets = wire(Packetizer(PHONE, 1), clip(3))
            with dial(server) as link:
                link.sendall(b"GET / HTTP/1.1\r\n\r\n" + packets[0] + b"noise" + b"".join(packets[1:]))
                await until(lambda: len(queue) == 3)
            assert server.refused == {Refusal.MAGIC: 2}
            assert [reason for _, reason in told] == [Refusal.MAGIC] * 2
            assert told[0][0].startswith(HOST)
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
                noise.sendto(b"noise", (HOST, server.port))
                noise.sendto(packets[0][:-1], (HOST, server.port))
            await until(lambda: server.refused[Refusal.BODY_LENGTH] == 1)

    run(scene())


def test_a_lost_packet_costs_up_to_the_next_key_frame():
    async def scene():
        async with serving() as server:
            _, queue = server.hub.watch(PHONE, 1)
            packets = wire(Packetizer(PHONE, 1), clip(12))
            del packets[5]
            streams = server.hub.streams
            with dial(server) as link:
                link.sendall(b"".join(packets))
                await until(lambda: streams and streams[PHONE, 1].counters.packets == len(packets))
                counters = streams[PHONE, 1].counters
            # The packet is of the second picture: that one is damaged, the third to fifth are drawn upon it.
            assert (counters.damaged, counters.skipped, counters.units, counters.lost_packets) == (1, 3, 8, 1)
            assert len(queue) == 8

    run(scene())


def test_datagrams_that_wait_for_a_lost_one_are_let_go_in_time():
    async def scene():
        async with serving() as server:
            _, queue = server.hub.watch(PHONE, 1)
            packets = wire(Packetizer(PHONE, 1), [key(0), other(1), key(2)])
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                for at in (0, 1, 2, 3, 6, 7, 8, 9):  # 4 and 5 are the second picture
                    sock.sendto(packets[at], (HOST, server.port))
            await until(lambda: len(queue) == 2)

    run(scene())


def test_the_newest_link_has_the_stream():
    async def scene():
        async with serving() as server:
            _, queue = server.hub.watch(PHONE, 1)
            with dial(server) as link:
                link.sendall(b"".join(wire(Packetizer(PHONE, 1), [key(0)])))
                await until(lambda: len(queue) == 1)
                await send_stream(HOST, server.port, Packetizer(PHONE, 1), [key(1)], fps=0)
                await until(lambda: len(queue) == 2)
                await ended(link)
            await until(lambda: not server.links)
            assert server.hub.taken_over == 1

    run(scene())


def test_streams_that_nobody_asked_for_are_turned_away():
    async def scene():
        begun, over = [], []
        hub = Hub(
            admit=lambda stream: stream if stream.channel == 1 else Refusal.NOT_ASKED,
            on_begin=lambda stream: begun.append(stream.key),
            on_end=lambda stream: over.append(stream.key),
        )
        async with serving(hub) as server:
            for channel in (1, 2):
                with dial(server) as link:
                    link.sendall(b"".join(wire(Packetizer(PHONE, channel), [key(0)])))
                    if channel == 2:
                        await ended(link)
            await until(lambda: not server.links)
            assert begun == over == [(PHONE, 1)]
            assert server.refused == {Refusal.NOT_ASKED: 1}

    run(scene())


@pytest.mark.parametrize("datagrams", [False, True])
def test_a_stream_that_is_not_wanted_any_more_ends(datagrams):
    async def scene():
        wanted = {(PHONE, 1)}
        over, unwatched = [], []
        hub = Hub(
            admit=lambda key: key if key in wanted else Refusal.NOT_ASKED,
            on_end=lambda stream: over.append(stream.key),
            on_unwatched=unwatched.append,
        )
        async with serving(hub) as server:
            subscription, _ = hub.watch(PHONE, 1)
            sending = asyncio.create_task(
                send_stream(HOST, server.port, Packetizer(PHONE, 1), clip(5) * 1000, fps=100, datagrams=datagrams)
            )
            await until(lambda: subscription.taken)
            assert hub.watchers((PHONE, 1)) == 1
            subscription.cancel()
            assert unwatched == [(PHONE, 1)]
            wanted.clear()
            hub.drop((PHONE, 1))
            assert over == [(PHONE, 1)]
            await until(lambda: server.refused if datagrams else sending.done())
            assert not hub.streams
            sending.cancel()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await sending

    run(scene())


def test_a_number_with_more_digits_than_its_packets_have_room_for_is_found():
    async def scene():
        phone = "1440123456789"
        hub = Hub(admit=lambda key: StreamKey(phone, key.channel))
        async with serving(hub) as server:
            _, queue = hub.watch(phone, 1)
            await send_stream(HOST, server.port, Packetizer(phone[-12:], 1), [key(0), other(1)], fps=0)
            await until(lambda: len(queue) == 2)

    run(scene())


def test_links_and_streams_are_bounded():
    async def scene():
        async with serving(Hub(max_streams=20), max_connections=2) as server:
            with dial(server) as first, dial(server), dial(server) as third:
                await ended(third)
                assert server.turned_away == 1
                assert len(server.links) == 2
                for channel in range(STREAMS_A_LINK + 1):
                    first.sendall(wire(Packetizer(PHONE, channel), [key(0)])[0])
                await until(lambda: len(server.links) == 1)
                assert server.refused == {Refusal.OVERLOAD: 1}

    run(scene())


def test_a_link_that_brings_no_stream_is_ended_sooner_than_one_that_pauses():
    async def scene():
        async with serving(idle_s=WAIT_S, first_s=0.1) as server:
            with dial(server) as pausing, dial(server) as silent, dial(server) as slow:
                packet = wire(Packetizer(PHONE, 1), [other(0)])[0]
                pausing.sendall(packet)
                slow.sendall(packet[:20])
                await ended(silent)
                await ended(slow)
                assert server.idle_closed == 2
                assert list(server.hub.streams) == [(PHONE, 1)]

    run(scene())


def test_a_flood_without_a_packet_in_it_ends_the_link():
    async def scene():
        async with serving() as server:
            with dial(server) as link:
                with contextlib.suppress(ConnectionError):
                    await asyncio.to_thread(link.sendall, b"01cd" * (JUNK_BYTES // 3))
                await ended(link)
            await until(lambda: not server.links)

    run(scene())


def test_silence_ends_a_link_and_a_stream_of_datagrams():
    async def scene():
        async with serving(idle_s=0.2) as server:
            with dial(server) as link, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.sendto(wire(Packetizer(PHONE, 1), [other(0)])[0], (HOST, server.port))
                await until(lambda: server.hub.streams)
                await ended(link)
            await until(lambda: not server.hub.streams and not server.links)
            assert server.idle_closed == 2

    run(scene())


def test_a_port_in_use_is_said_plainly():
    async def scene():
        async with serving() as server:
            with pytest.raises(Problem, match="Another program is listening"):
                await StreamServer(Hub()).start(HOST, server.port)

    run(scene())


def test_what_comes_can_be_listened_to():
    class Ear:
        def __init__(self):
            self.heard = []

        def opened(self, peer):
            self.heard.append("opened")
            return 7

        def received(self, connection, data):
            self.heard.append((connection, data))

        def sent(self, connection, data):
            raise AssertionError("nothing is ever sent")

        def closed(self, connection):
            self.heard.append("closed")

    async def scene():
        tcp, udp = Ear(), Ear()
        packet = wire(Packetizer(PHONE, 1), [other(0)])[0]
        async with serving(tap=tcp, datagram_tap=udp) as server:
            with dial(server) as link, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                link.sendall(packet)
                sock.sendto(packet, (HOST, server.port))
                await until(lambda: len(udp.heard) == 2 and len(tcp.heard) == 2)
        for ear in (tcp, udp):
            assert ear.heard == ["opened", (7, packet), "closed"]

    run(scene())

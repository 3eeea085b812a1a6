"""Peers of a link between platforms that mean harm, or do not know what they do: memory bounded, links alive."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from laixi_transport.devices.jt809 import links
from laixi_transport.devices.jt809.connection import Connection, sequence
from laixi_transport.devices.jt809.frame import Header
from laixi_transport.devices.jt809.lower import SUB_LINKS_WAITING, LinkState, LowerLink, LowerTerms
from laixi_transport.devices.jt809.message import encode_message, envelope
from laixi_transport.devices.jt809.terms import Terms
from laixi_transport.devices.jt809.upper import Account, UpperPlatform
from laixi_transport.devices.wire.record import Record

CENTRE = 37028500
TERMS = Terms(center_id=CENTRE)
PATIENCE_S = 20.0


def wire(body: Record) -> bytes:
    return encode_message(envelope(body, version=2011), Header(seq=1, msg_id=0, center_id=CENTRE))


def lower_terms(**terms: object) -> LowerTerms:
    return LowerTerms(**{
        "host": "127.0.0.1", "port": 1, "user_id": 1, "password": "secret", "center_id": CENTRE,
        "listen_host": "127.0.0.1", "pauses_s": (0.01,), **terms,
    })  # fmt: skip


def run(whole: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await whole()

    asyncio.run(limited())


@asynccontextmanager
async def pair() -> AsyncIterator[tuple[asyncio.StreamWriter, asyncio.StreamWriter]]:
    """Both ends of a connection."""
    accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
    server = await asyncio.start_server(lambda _, writer: accepted.set_result(writer), "127.0.0.1", 0)
    _, near = await asyncio.open_connection(*server.sockets[0].getsockname())
    far = await accepted
    try:
        yield near, far
    finally:
        for writer in (near, far):
            writer.transport.abort()
        server.close()
        await asyncio.sleep(0)


def test_who_asks_and_never_reads_is_not_read_from_either():
    @run
    async def _():
        async with pair() as (writer, asking):
            asking.transport.pause_reading()
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 13)
            reader = asyncio.StreamReader()
            reader.feed_data(wire(links.MainKeepAlive()) * 100_000)
            reader.feed_eof()
            full, drain = asyncio.Event(), writer.drain

            async def drained() -> None:
                if writer.transport.get_write_buffer_size() > 1 << 16:
                    full.set()
                await drain()

            writer.drain = drained
            connection = Connection(reader, writer, TERMS, sequence(), lambda: 0.0)
            task = asyncio.create_task(anext(connection.messages(), None))
            await full.wait()
            assert writer.transport.get_write_buffer_size() < 1 << 17
            assert not task.done()
            connection.abort()
            assert await task is None


def test_whoever_does_not_log_in_on_the_sub_link_makes_room_for_others():
    @run
    async def _():
        begun = asyncio.Event()
        link = LowerLink(lower_terms(), lambda message, via: None, lambda state: begun.set())
        task = asyncio.create_task(link.run())
        await begun.wait()
        assert link.listening is not None
        peers = [await asyncio.open_connection(*link.listening) for _ in range(3 * SUB_LINKS_WAITING)]
        for _, writer in peers:
            writer.write(b"\x5b" + bytes(1000))
        for reader, _ in peers[: 2 * SUB_LINKS_WAITING]:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        reader, writer = peers[-1]
        writer.write(wire(links.SubLogin(verify_code=1)))
        assert await reader.readexactly(1) == b"\x5b"
        for _, each in peers:
            each.transport.abort()
        task.cancel()
        await asyncio.wait({task})


@pytest.mark.parametrize("host", ["a..b", "x\x00y", "x" * 70])
def test_a_host_that_cannot_be_one_is_told_and_tried_again(host):
    @run
    async def _():
        states: list[LinkState] = []
        told = asyncio.Event()

        def hear(state: LinkState) -> None:
            states.append(state)
            if sum(bool(each.problem) for each in states) > 2:
                told.set()

        task = asyncio.create_task(LowerLink(lower_terms(host=host), lambda message, via: None, hear).run())
        await told.wait()
        assert any(state.problem.startswith(f"{host}:1: ") for state in states)
        task.cancel()
        await asyncio.wait({task})


def test_an_address_that_cannot_be_one_costs_only_the_sub_link():
    @run
    async def _():
        upper = UpperPlatform({1: Account(password="secret", center_id=CENTRE)}, TERMS, pause_s=0.01)
        await upper.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", upper.port)
        writer.write(wire(links.MainLogin(user_id=1, password="secret", down_ip="a..b", down_port=5)))
        connection = Connection(reader, writer, TERMS, sequence(), lambda: 0.0)
        async for message in connection.messages():
            if isinstance(message.envelope.data, links.SubLinkBroken):
                break
        assert upper.linked(1) == (True, False)
        connection.abort()
        await upper.vanish()


def test_garbage_is_counted_and_logged_once_for_each_reason(caplog):
    caplog.set_level(logging.INFO, "laixi_transport.devices.jt809")

    @run
    async def _():
        reader = asyncio.StreamReader()
        reader.feed_data(b"\x5b\x00\x5d" * 3000 + wire(links.MainKeepAliveAnswer()))
        reader.feed_eof()
        async with pair() as (writer, _):
            connection = Connection(reader, writer, TERMS, sequence(), lambda: 0.0)
            assert [message async for message in connection.messages()] == []
            assert connection.refusals == {"header_short": 3000}

    assert [record.message for record in caplog.records] == [
        "from 127.0.0.1 refused: header_short, 3 bytes; more of them are counted",
        "from 127.0.0.1 was refused in all: header_short 3000",
    ]

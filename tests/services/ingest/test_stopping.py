"""The end of a gateway."""

import asyncio
import contextlib
import gc
import socket

import pytest


@pytest.mark.parametrize("turns", range(4))
def test_connections_that_were_just_accepted_are_closed_too(station, turns):
    gateway = station.start()

    async def connect_and_stop():
        clients = [socket.create_connection(("127.0.0.1", gateway.port), timeout=20) for _ in range(10)]
        for _ in range(turns):
            await asyncio.sleep(0)
        await gateway.stop()
        return clients

    for client in station.call(connect_and_stop()):
        with client, contextlib.suppress(ConnectionResetError):  # reset: it was still in the system's queue
            assert client.recv(1) == b""
    station.gateway = None
    gc.collect()  # a connection that nobody closed is told now, and fails the test

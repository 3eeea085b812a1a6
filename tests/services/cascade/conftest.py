"""Our platform with one above it, over real sockets."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.jt809.terms import Terms
from laixi_transport.devices.jt809.upper import Account, UpperPlatform
from laixi_transport.domain.cascade import CascadeLink
from laixi_transport.services.cascade.mapping import terms_of
from laixi_transport.services.cascade.service import CascadeService
from laixi_transport.services.cascade.uplink import Uplink

USER, CENTRE, PLATFORM = 370285, 37028500, "37028500001"
NOW = dt.datetime(2026, 6, 1, 8, 0, tzinfo=dt.UTC)
PATIENCE_S = 30.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def quick(store, link, now):
    """Return what runs a link without the patience of real ones."""
    terms = replace(terms_of(link), pauses_s=(0.01,), refused_pause_s=0.01)
    return Uplink(store, link, now, terms=terms, confirm_s=0.0)


class Station:
    """Our platform, its store, and the platform above."""

    def __init__(self, store, version: int = 2019, keys: tuple[int, int, int] | None = None) -> None:
        self.store = store
        self.version = version
        self.clock = Clock()
        self.upper = UpperPlatform(
            {USER: Account(password="secret", center_id=CENTRE)},
            Terms(center_id=CENTRE, version=version, keys=None if keys is None else Keys(*keys), key=7),
            pause_s=0.01,
        )
        self.keys = keys
        self.service = CascadeService(store, runs=True, now=self.clock, uplink=quick)
        self.requests = []
        self.statuses = []
        self._changed = asyncio.Event()
        self.service.subscribe(self._hear_requests, self._hear_statuses)
        self.link = None
        self._task = None

    def _hear_requests(self, requests) -> None:
        self.requests += requests
        self._changed.set()

    def _hear_statuses(self, statuses) -> None:
        self.statuses += statuses
        self._changed.set()

    async def begin(self, **settings) -> None:
        await self.upper.start()
        self.link = self.service.save_link(CascadeLink(**{
            "name": "市平台", "host": "127.0.0.1", "port": self.upper.port, "user_id": USER, "password": "secret",
            "center_id": CENTRE, "version": self.version, "keys": self.keys, "platform_id": PLATFORM,
            "listen_host": "127.0.0.1", **settings,
        })).result()  # fmt: skip
        self.follow()

    def follow(self) -> None:
        self._task = asyncio.create_task(self.service.follow())

    async def leave(self) -> None:
        """Stop our platform."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that the service tells of."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def linked(self) -> None:
        await self.upper.until(lambda: self.upper.linked(USER) == (True, True))

    async def ready(self, bus) -> None:
        """Wait until what is stored from now on goes up as it comes: the vehicles are told of right before."""
        await self.linked()
        await self.upper.until(lambda: bus.plate in self.upper.received.registered)

    async def settled(self) -> None:
        """Wait until all that is stored is known to have arrived."""
        cursor = self.store.cascade.cursor_name(self.link.id)
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.to_thread(self.store.rules.cursor, cursor) < self.store.tracks.newest_id():
                await self.pause()

    async def pause(self) -> None:
        """Give the database a moment: nothing tells of its cursors."""
        await asyncio.sleep(0.01)

    async def end(self) -> None:
        if self._task is not None:
            await self.leave()
        await self.upper.vanish()

    def run(self, test: Callable[[], Awaitable[None]], **settings) -> None:
        """Run a test between the begin of both platforms and their end."""

        async def whole() -> None:
            try:
                await self.begin(**settings)
                await test()
            finally:
                await self.end()

        asyncio.run(whole())


@pytest.fixture(params=[2011, 2019])
def version(request) -> int:
    return request.param


@pytest.fixture
def station_over() -> Callable[..., Station]:
    """Return what makes a station over a store, in an edition, with or without encryption."""
    return Station

"""The real page over real services, a real database and a platform above on loopback."""

import asyncio
import datetime as dt
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from laixi_transport.devices.jt809.terms import Terms
from laixi_transport.devices.jt809.upper import Account, UpperPlatform
from laixi_transport.domain.cascade import CascadeLink
from laixi_transport.services.cascade.mapping import terms_of
from laixi_transport.services.cascade.service import CascadeService
from laixi_transport.services.cascade.uplink import Uplink
from laixi_transport.services.live.service import LiveService
from laixi_transport.storage import open_store
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.cascade import CascadePage

USER, CENTRE, PLATFORM = 370285, 37020000, "37028500001"
NOW = dt.datetime(2026, 6, 10, 2, 42, 18, tzinfo=dt.UTC)  # 10:42:18 GMT+8
WAIT_MS = 20_000


def quick(store, link, now):
    """Return what runs a link without the patience of real ones."""
    terms = replace(terms_of(link), pauses_s=(0.01,), refused_pause_s=0.01)
    return Uplink(store, link, now, terms=terms, confirm_s=0.0)


class Room:
    """An operator's seat: the page, what it stands on, and the platform above."""

    def __init__(self, url, theme, bridge, tasks, settings) -> None:
        self.now = NOW
        self.told = []
        self.opened = []
        self.store = open_store(url)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="io")
        self._thread.start()
        self.upper = UpperPlatform(
            {USER: Account(password="secret", center_id=CENTRE)}, Terms(center_id=CENTRE, version=2019), pause_s=0.01
        )
        self.do(self.upper.start())
        self.service = CascadeService(self.store, runs=True, now=lambda: self.now, uplink=quick)
        self._following = self.run(self.service.follow())
        self.do(self.service.loaded.wait())
        live = LiveService(self.store)
        self.context = Context(
            services=SimpleNamespace(cascade=self.service, live=live),
            tasks=tasks,
            theme=theme,
            actions=Actions(),
            bridge=bridge,
            settings=settings,
            now=self._now_s,
            operator="王海",
            notify=lambda said: self.told.append(str(said)),
            open_page=lambda page, **target: self.opened.append((page, target)),
        )
        self.tasks = tasks
        self.page: CascadePage | None = None

    def _now_s(self) -> float:
        return self.now.timestamp()

    def run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def do(self, work):
        return self.run(work).result(20)

    def link(self, **settings) -> CascadeLink:
        """Enter a link to the platform above."""
        link = CascadeLink(**{
            "name": "市平台", "host": "127.0.0.1", "port": self.upper.port, "user_id": USER, "password": "secret",
            "center_id": CENTRE, "platform_id": PLATFORM, "listen_host": "127.0.0.1", **settings,
        })  # fmt: skip
        return self.service.save_link(link).result(20)

    def linked(self) -> None:
        self.do(self.upper.until(lambda: self.upper.linked(USER) == (True, True)))

    def ask(self, question="请问是否在岗？", minutes=10, number=1) -> None:
        async def asking() -> None:
            self.upper.ask(USER, question, number, minutes=minutes, object_id=PLATFORM)

        self.do(asking())

    def send(self, data, **about) -> None:
        async def sending() -> None:
            self.upper.send(USER, data, **about)

        self.do(sending())

    def got(self, kind):
        """Wait for a message of a kind at the platform above and return all of that kind."""
        self.do(self.upper.until(lambda: self.upper.received.of(kind)))
        return [message.envelope.data for message in self.upper.received.of(kind)]

    def open(self, qtbot, size=(1280, 800)) -> CascadePage:
        """Show the page."""
        self.page = CascadePage(self.context)
        qtbot.addWidget(self.page)
        self.page.resize(*size)
        self.page.show()
        self.context.actions.activate("cascade")
        self.page.activated()
        return self.page

    def end(self) -> None:
        if self.page is not None:
            self.page.deactivated()
        self._following.cancel()
        self.do(self.upper.vanish())

        async def rest() -> None:
            left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            await asyncio.gather(*left, return_exceptions=True)
            await asyncio.get_running_loop().shutdown_default_executor()

        self.do(rest())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        self.tasks.close()
        self.store.close()


@pytest.fixture
def room(sqlite_url, theme, bridge, tasks, settings):
    made = Room(sqlite_url, theme, bridge, tasks, settings)
    yield made
    made.end()

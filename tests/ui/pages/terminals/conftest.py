"""A station with its gateway, a terminal on a real socket that does what it is told, and the page over both."""

import asyncio
import threading
import time
from concurrent.futures import Future

import pytest

from laixi_transport.app.backend import StationBackend
from laixi_transport.app.config import Address
from laixi_transport.devices.jt808.terminal import TerminalSession
from laixi_transport.devices.jt808.terminal_conduct import TerminalConduct
from laixi_transport.devices.jt808.terminal_link import TerminalIdentity
from laixi_transport.domain.position import PositionReport
from laixi_transport.services.simulation import camera
from laixi_transport.storage import open_store
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.terminals import TerminalsPage

WAIT_MS = 20_000
PHONE, PLATE = "13900000001", "鲁BD0001"
OTHER_PHONE, OTHER_PLATE = "13900000002", "鲁BD0002"


class Loop:
    """An asyncio loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="terminals")
        self._thread.start()

    def start(self, work) -> Future:
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work):
        return self.start(work).result(20)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class Simulated:
    """One terminal and the link it speaks on."""

    def __init__(self, loop: Loop, address: Address, phone: str, plate: str) -> None:
        self._loop = loop
        identity = TerminalIdentity(phone, plate=plate, version=2019, maker="LXSIM", model="LX-1")
        self.conduct = TerminalConduct(identity, self.report, time.time, camera=self._photo)
        self.session = TerminalSession(identity, address.host, address.port, conduct=self.conduct.answer)

    def report(self) -> PositionReport:
        now_s = int(time.time())
        return PositionReport(0, 0, now_s, 36_859_170, 120_526_940, 40, 310, 90, 0, 3, *(None,) * 8, b"", 0, 0)

    async def _photo(self, channel: int, resolution: int, quality: int) -> bytes:
        return camera.draw(camera.scene(self.report(), channel, PLATE), resolution, quality)

    def connect(self) -> None:
        """Sign on and report once; return when that is answered."""
        self._loop.run(self.session.open())
        self._loop.run(self.session.send(self.report()))
        self._loop.run(self.session.drain())

    def close(self) -> None:
        self._loop.run(self.session.close())


@pytest.fixture
def loop():
    made = Loop()
    yield made
    made.close()


@pytest.fixture
def station(tmp_path, loop):
    url = f"sqlite:///{tmp_path / 'laixi.db'}"
    with open_store(url) as store:
        for phone, plate in ((PHONE, PLATE), (OTHER_PHONE, OTHER_PLATE)):
            store.register.enter_terminal(phone, plate=plate)
    made = StationBackend(url, Address("127.0.0.1", 0), media=tmp_path / "media")
    made.services = made.start()
    yield made
    made.stop()


@pytest.fixture
def terminal(loop, station):
    made = Simulated(loop, station.address, PHONE, PLATE)
    made.connect()
    yield made
    made.close()


@pytest.fixture
def told():
    return []


@pytest.fixture
def make_page(theme, bridge, tasks, settings, told, qtbot):
    """Return what makes the page over services; whatever it tells the user must be expected by the test."""
    made = []

    def make(services, now=time.time):
        context = Context(
            services=services,
            tasks=tasks,
            theme=theme,
            actions=Actions(),
            bridge=bridge,
            settings=settings,
            now=now,
            notify=told.append,
        )
        object.__setattr__(context, "open_page", lambda page, **target: made.append((page, target)))
        page = TerminalsPage(context)
        page.context, page.opened = context, made
        qtbot.addWidget(page)
        page.resize(1500, 900)
        page.show()
        context.actions.activate("terminals")
        page.activated()
        return page

    return make


@pytest.fixture
def page(station, make_page, qtbot):
    made = make_page(station.services)
    qtbot.waitUntil(lambda: made.list.rows.total == 2, timeout=WAIT_MS)
    yield made
    made.deactivated()


@pytest.fixture
def chosen(terminal, page, qtbot):
    """Return the page with the terminal that is on line selected."""
    qtbot.waitUntil(lambda: any(row.online for row in page.list.rows.rows()), timeout=WAIT_MS)
    page.select(next(row.terminal.id for row in page.list.rows.rows() if row.online))
    return page

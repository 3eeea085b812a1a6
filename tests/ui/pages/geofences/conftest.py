"""The page over a real database, with vehicles that stand still."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.services.geofences.service import GeofenceService
from laixi_transport.storage import open_store
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.pages.geofences import GeofencesPage

NOW_S = 1_781_059_338.0  # 2026-06-10 10:42:18 GMT+8, a Wednesday
PLACES = {1: (120.50, 36.86), 2: (120.51, 36.86), 3: (120.56, 36.90)}


class Live:
    """Three buses."""

    def vehicle(self, number):
        return next((v for v in self.fleet()[0] if v.id == number), None)

    def fleet(self):
        vehicles = [
            Vehicle(n, f"鲁B·D{n:04d}", PlateColour.YELLOW, VehicleClass.CITY_BUS, "莱西公交", "7", 50.0)
            for n in PLACES
        ]
        at = int(NOW_S) - 5
        states = [
            VehicleState(n, at, NOW_S - 5, at, lat, lon, 30.0, 90, 0, 3, None, 9) for n, (lon, lat) in PLACES.items()
        ]
        return vehicles, states

    def overspeeding(self):
        return frozenset()


@pytest.fixture
def store(sqlite_url):
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def service(store):
    """Return the service, followed in a thread of its own as in the program."""
    made = GeofenceService(store, operator="li")
    loop = asyncio.new_event_loop()
    ready = threading.Event()

    async def follow():
        task = asyncio.ensure_future(made.follow())
        await made.loaded.wait()
        ready.set()
        await task

    def run():
        task = loop.create_task(follow())
        made.end = lambda: loop.call_soon_threadsafe(task.cancel)
        try:
            loop.run_until_complete(task)
        except asyncio.CancelledError:
            pass
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    thread = threading.Thread(target=run, name="io")
    thread.start()
    assert ready.wait(20)
    yield made
    made.end()
    thread.join()


@pytest.fixture
def told():
    return []


@pytest.fixture
def opened():
    return []


@pytest.fixture
def context(theme, bridge, tasks, settings, service, told, opened):
    return Context(
        services=SimpleNamespace(live=Live(), geofences=service),
        tasks=tasks,
        theme=theme,
        actions=Actions(),
        bridge=bridge,
        settings=settings,
        now=lambda: NOW_S,
        operator="li",
        notify=told.append,
        open_page=lambda page, **target: opened.append((page, target)),
    )


@pytest.fixture
def page(context, qtbot, monkeypatch):
    # The county's outline takes longer to read than all the rest of a test.
    monkeypatch.setattr("laixi_transport.ui.pages.geofences.page.shipped_base_map", lambda demo: BaseMap())
    made = GeofencesPage(context)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    made.activated()
    context.actions.activate("geofences")
    made.addActions([entry.action for entry in context.actions.entries()])
    made.map.centre_on(120.505, 36.86, 14.0)
    return made

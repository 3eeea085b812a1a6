"""The demonstration: a throw-away database, the real gateway and rules, and a simulated county over real sockets.

The fleet runs in a loop of its own and knows nothing but an address: what it sends goes the way of every terminal.
"""

import asyncio
import logging
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from laixi_transport.app.gateway import persist
from laixi_transport.domain.vehicle import Terminal, Vehicle
from laixi_transport.services.bundle import Services, open_services
from laixi_transport.services.ingest.gateway import Gateway
from laixi_transport.services.ingest.upkeep import Upkeep
from laixi_transport.services.simulation.faults import Faults
from laixi_transport.services.simulation.fleet import Fleet, FleetCounts
from laixi_transport.services.simulation.vehicle import Plan
from laixi_transport.storage import Store, open_store

log = logging.getLogger(__name__)

T = TypeVar("T")

VEHICLES = 120
FAULTS = Faults(drop=0.002, duplicate=0.01, delay=0.01, corrupt=0.004, blind_area=0.0005)
"""A little of everything that real lines do, so that duplicates, quarantine and re-uploads are there to be seen."""
END_WITHIN_S = 40.0
MANY = 1_000_000


class LoopThread:
    """An asyncio loop in a thread of its own, from entering to leaving."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name=name)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.call(self._end_tasks())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def start(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run work in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def call(self, work: Coroutine[Any, Any, T], timeout_s: float | None = None) -> T:
        """Run work in the loop and wait for its result."""
        return self.start(work).result(timeout_s)

    async def _end_tasks(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.loop.shutdown_default_executor()


class DemoBackend:
    """Everything of the demonstration but the window, started and stopped in the right order.

    profile     folder for the database; None: a new one in the system's folder for temporary files
    """

    store: Store
    services: Services
    gateway: Gateway
    fleet: Fleet
    io: LoopThread
    driving: "Future[FleetCounts]"

    def __init__(
        self, profile: Path | None = None, *, vehicles: int = VEHICLES, seed: int = 1, faults: Faults = FAULTS
    ) -> None:
        self.profile = profile if profile is not None else Path(tempfile.mkdtemp(prefix="laixi-demo-"))
        self.database = f"sqlite:///{(self.profile / 'laixi.db').as_posix()}"
        self._vehicles = vehicles
        self._seed = seed
        self._faults = faults
        self._stack = ExitStack()

    def start(self) -> None:
        """Start store, gateway, rules and fleet; return when terminals can connect.

        Raises Problem when the profile cannot be used.
        """
        with ExitStack() as stack:
            self.profile.mkdir(parents=True, exist_ok=True)
            self.store = stack.enter_context(open_store(self.database))
            self.fleet = Fleet(vehicles=self._vehicles, seed=self._seed, begin_s=time.time(), faults=self._faults)
            enter_fleet(self.store, self.fleet.plans)
            with ExitStack() as running:
                self._start_threads(running)
                stack.push(running.pop_all())
            self._stack = stack.pop_all()

    def _start_threads(self, running: ExitStack) -> None:
        self.io = running.enter_context(LoopThread("io"))
        self.gateway = Gateway(self.store)
        self.io.call(self.gateway.start())
        running.callback(lambda: self.io.call(self.gateway.stop()))
        host, port = "127.0.0.1", self.gateway.port
        self.services = open_services(self.store, evaluates=True, now=time.time, gateway=f"{host}:{port}")
        self.io.start(persist("the services", self.services.follow))
        self.io.start(persist("upkeep", Upkeep(self.store).follow))
        self._terminals = running.enter_context(LoopThread("terminals"))
        self.driving = self._terminals.start(self.fleet.run(host, port, with_history=True))
        running.callback(self.stop_fleet)

    def stop_fleet(self) -> None:
        """Have the fleet send nothing new and wait for its last answers; the gateway goes on."""
        self._terminals.loop.call_soon_threadsafe(self.fleet.stop)
        try:
            self.driving.result(END_WITHIN_S)
        except TimeoutError:
            log.warning("the fleet was not answered within %.0f s", END_WITHIN_S)
        except Exception:
            log.exception("the fleet ended early")

    def stop(self) -> None:
        """Stop the fleet, then the rules and the gateway, then the database."""
        self._stack.close()


def run_demo_headless(seconds: float, profile: Path | None = None, *, seed: int = 1) -> dict[str, Any]:
    """Run the demonstration without a window and return what was counted.

    ``frames_sent`` and ``acknowledged`` count frames with positions, ``reports_*`` the positions in them; ``received``
    is ``stored + duplicates + quarantined``, as the database says at the end.
    """
    began = time.monotonic()
    backend = DemoBackend(profile, seed=seed)
    backend.start()
    try:
        finished, _ = wait([backend.driving], timeout=seconds)
        if finished:
            backend.driving.result()
        backend.stop_fleet()
        counts, stats = backend.fleet.counts, backend.store.stats()
        alerts = len(backend.store.alerts.list(limit=MANY))
    finally:
        backend.stop()
    return {
        "seconds": round(time.monotonic() - began, 1),
        "profile": str(backend.profile),
        "database": backend.database,
        "vehicles": counts.vehicles,
        "frames_sent": counts.frames_sent,
        "acknowledged": counts.frames_acknowledged,
        "reports_sent": counts.sent,
        "reports_acknowledged": counts.acknowledged,
        "reports_resent": counts.resent,
        "links_lost": counts.links_lost,
        "received": stats.received,
        "stored": stats.stored,
        "duplicates": stats.duplicates,
        "quarantined": stats.quarantined,
        "alerts": alerts,
        "faults": counts.faults,
    }


def enter_fleet(store: Store, plans: list[Plan]) -> None:
    """Enter a fleet into the register, as an administrator would; what is there already is brought up to date."""
    entered = [
        store.register.entering(
            plan.phone,
            Vehicle(
                id=0,
                plate=plan.plate,
                plate_colour=plan.plate_colour,
                vehicle_class=plan.vehicle_class,
                organisation=plan.organisation,
                line=plan.line,
                speed_limit_kmh=plan.speed_limit_kmh,
            ),
            Terminal(id=0, phone="", vehicle_id=0, auth_code=secrets.token_hex(6)),
        )
        for plan in plans
    ]
    for one in entered:
        one.result()

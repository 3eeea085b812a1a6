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
from pathlib import Path
from typing import Any, TypeVar

from laixi_transport.app.backend import StationBackend
from laixi_transport.app.config import Address, VideoPort
from laixi_transport.app.demo_fences import enter_fences
from laixi_transport.app.demo_upper import DemoUpper
from laixi_transport.app.folders import make_private
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.vehicle import Terminal, Vehicle
from laixi_transport.services.bundle import Services
from laixi_transport.services.simulation.duty import identity_of
from laixi_transport.services.simulation.faults import Faults
from laixi_transport.services.simulation.fleet import Fleet, FleetCounts
from laixi_transport.services.simulation.vehicle import Plan
from laixi_transport.storage import Store, open_store

log = logging.getLogger(__name__)

T = TypeVar("T")

VEHICLES = 120
FAULTS = Faults(drop=0.002, duplicate=0.01, delay=0.01, corrupt=0.004, blind_area=0.0005)
"""A little of everything that real lines do, so that duplicates, quarantine and re-uploads are there to be seen."""
LAST_ANSWERS_S = 40.0
"""Where counts must add up, the fleet may wait for its last answers so long."""
WINDOW_PATIENCE_S = 1.5
"""Who closes a window does not wait for a simulated terminal."""
MANY = 1_000_000


class LoopThread:
    """An asyncio loop in a thread of its own, until it is closed."""

    def __init__(self, name: str) -> None:
        self.loop = asyncio.SelectorEventLoop() if sys.platform == "win32" else asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def start(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Run work in the loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def close(self) -> None:
        """Cancel what still runs and end the thread."""
        self.start(_end_tasks()).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


async def _end_tasks() -> None:
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()


class DemoBackend:
    """The station with a county of simulated terminals; started and stopped in the right order.

    profile     folder for the database; None: a new one in the system's folder for temporary files
    """

    fleet: Fleet

    def __init__(
        self, profile: Path | None = None, *, vehicles: int = VEHICLES, seed: int = 1, faults: Faults = FAULTS
    ) -> None:
        self.profile = profile if profile is not None else Path(tempfile.mkdtemp(prefix="laixi-demo-"))
        self.database = f"sqlite:///{(self.profile / 'laixi.db').as_posix()}"
        self.station = StationBackend(
            self.database,
            Address("127.0.0.1", 0),
            media=self.profile / "media",
            video=VideoPort(Address("127.0.0.1", 0)),
        )
        self._vehicles = vehicles
        self._seed = seed
        self._faults = faults
        self._terminals: LoopThread | None = None
        self._above: DemoUpper | None = None
        self._services: Services | None = None
        self._driving: Future[FleetCounts] = Future()

    def start(self) -> Services:
        """Start database, gateway, services and fleet; return when terminals can connect.

        Raises Problem when the profile cannot be used.
        """
        _make_folder(self.profile)
        self.fleet = Fleet(vehicles=self._vehicles, seed=self._seed, begin_s=time.time(), faults=self._faults)
        with open_store(self.database) as store:  # before the gateway reads it: it would refuse who comes too early
            enter_fleet(store, self.fleet.plans)
            enter_fences(store)
        services = self.station.start()
        address = self.station.address
        if address is None:
            raise RuntimeError("the station listens nowhere")
        self._services = services
        self._above = DemoUpper(LoopThread("platform above"))
        self._above.start(services.cascade)  # before the fleet: what is stored before a link does not go up
        self._terminals = LoopThread("terminals")
        self._driving = self._terminals.start(self.fleet.run(address.host, address.port, with_history=True))
        self._driving.add_done_callback(_tell_of_an_early_end)
        return services

    def wait(self, seconds: float) -> None:
        """Let it run for so long; raises at once what ends the fleet early."""
        ended, _ = wait([self._driving], timeout=seconds)
        for driving in ended:
            driving.result()

    def stop_fleet(self, *, patience_s: float) -> None:
        """Have the fleet send nothing new and wait for its last answers; the station goes on."""
        if self._terminals is None:
            return
        self._terminals.loop.call_soon_threadsafe(self.fleet.stop)
        _, under_way = wait([self._driving], timeout=patience_s)
        if under_way:
            log.info("the fleet was ended before its last reports were answered")
        self._terminals.close()
        self._terminals = None

    def arrived_above(self) -> dict[str, int]:
        """Wait until all positions have arrived at the platform above; return its count and what it confirmed."""
        if self._above is None or self._services is None:
            return {}
        confirmed = self._above.catch_up(self._services.cascade)
        return {"confirmed_above": confirmed, "counted_above": self._above.platform.received.positions}

    def stop(self) -> None:
        """Stop the fleet, then the gateway and the rules, then the database, then the platform above."""
        self.stop_fleet(patience_s=WINDOW_PATIENCE_S)
        self.station.stop()
        if self._above is not None:
            self._above.stop()
            self._above = None


def run_demo_headless(seconds: float, profile: Path | None = None, *, seed: int = 1) -> dict[str, Any]:
    """Run the demonstration without a window and return what was counted.

    ``frames_sent`` and ``acknowledged`` count frames with positions, ``reports_*`` the positions in them; ``received``
    is ``stored + duplicates + quarantined``, as the closed database says at the end. ``confirmed_above`` counts the
    positions that the platform above has confirmed, ``counted_above`` those that it counted itself.
    """
    began = time.monotonic()
    backend = DemoBackend(profile, seed=seed)
    backend.start()
    above: dict[str, int] = {}
    try:
        backend.wait(seconds)
        backend.stop_fleet(patience_s=LAST_ANSWERS_S)
        above = backend.arrived_above()
    finally:
        backend.stop()
    counts = backend.fleet.counts
    with open_store(backend.database, read_only=True) as store:
        stats = store.stats()
        alerts = len(store.alerts.list(limit=MANY))
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
        **above,
        "faults": counts.faults,
    }


def _tell_of_an_early_end(driving: "Future[FleetCounts]") -> None:
    error = None if driving.cancelled() else driving.exception()
    if error is not None:
        log.error("the simulated fleet stopped: %s", error, exc_info=error)


def _make_folder(folder: Path) -> None:
    try:
        make_private(folder)
    except OSError as error:
        raise Problem(
            QT_TRANSLATE_NOOP("Problem", "The folder {path} cannot be made: {reason}. Choose another --profile."),
            path=folder,
            reason=error.strerror,
        ) from error


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
            _terminal(plan),
        )
        for plan in plans
    ]
    for one in entered:
        one.result()


def _terminal(plan: Plan) -> Terminal:
    """Return the register's entry of a vehicle's terminal, with what it says of itself."""
    who = identity_of(plan)
    return Terminal(
        id=0,
        phone="",
        vehicle_id=0,
        auth_code=secrets.token_hex(6),
        protocol=str(who.version),
        maker=who.maker,
        model=who.model,
        terminal_no=who.terminal_no,
    )

"""Vehicles of a real database, and reports small enough to check by head."""

import threading
from collections.abc import Callable, Iterator

import pytest

from laixi_transport.domain.frame import Batch
from laixi_transport.domain.position import PositionReport, StatusBit
from laixi_transport.domain.vehicle import PlateColour, Terminal
from laixi_transport.storage import Store, open_store

T0 = 1_780_000_000


class Bus:
    """One vehicle with its terminal, whose reports are stored as the gateway stores them."""

    def __init__(self, store: Store, terminal: Terminal) -> None:
        self._store = store
        self._terminal = terminal
        self.id = terminal.vehicle_id
        self.phone = terminal.phone
        self.plate = store.register.vehicle(self.id).plate

    def report(
        self,
        after_s: int,
        kmh: float,
        *,
        located: bool = True,
        recorder_kmh: float | None = None,
        received_s: float | None = None,
        lat_e6: int = 36_860_000,
        lon_e6: int = 120_530_000,
        alarm_bits: int = 0,
        mileage_hm: int | None = None,
    ) -> PositionReport:
        return PositionReport(
            terminal_id=self._terminal.id,
            vehicle_id=self.id,
            time_s=T0 + after_s,
            lat_e6=lat_e6,
            lon_e6=lon_e6,
            altitude_m=50,
            speed_dkmh=round(kmh * 10),
            direction_deg=90,
            alarm_bits=alarm_bits,
            status_bits=int(StatusBit.LOCATED) if located else 0,
            mileage_hm=mileage_hm,
            fuel_dl=None,
            recorder_speed_dkmh=None if recorder_kmh is None else round(recorder_kmh * 10),
            signal_bits=None,
            io_bits=None,
            analog=None,
            signal_strength=None,
            satellites=None,
            other_items=b"",
            flags=0,
            received_us=int((T0 + after_s if received_s is None else received_s) * 1e6),
        )

    def stores(self, *reports: PositionReport) -> None:
        """Return once the reports are committed."""
        committed = threading.Event()
        self._store.writer.submit(Batch(reports=list(reports)), lambda error: committed.set())
        assert committed.wait(20)

    def drives(self, *speeds: float, begin_s: int = 0, step_s: int = 10) -> None:
        self.stores(*(self.report(begin_s + i * step_s, kmh) for i, kmh in enumerate(speeds)))


@pytest.fixture
def new_bus(store: Store) -> Callable[..., Bus]:
    """Return what enters one more vehicle into ``store``."""
    return bus_maker(store)


def bus_maker(store: Store) -> Callable[..., Bus]:
    numbers = iter(range(1, 10_000))

    def enter(limit_kmh: float | None = 60.0) -> Bus:
        n = next(numbers)
        terminal = store.register.enter_terminal(
            f"139{n:08d}", plate=f"鲁B·D{n:04d}", plate_colour=PlateColour.GREEN, speed_limit_kmh=limit_kmh
        )
        return Bus(store, terminal)

    return enter


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """Return a store of one kind only, for what is long and does not depend on the kind."""
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def new_sqlite_bus(sqlite_store: Store) -> Callable[..., Bus]:
    """Return what enters one more vehicle into ``sqlite_store``."""
    return bus_maker(sqlite_store)


@pytest.fixture
def new_bus_in() -> Callable[[Store], Bus]:
    """Return what enters a vehicle into a store that the test opened."""
    return lambda store: bus_maker(store)()


@pytest.fixture
def bus(new_bus: Callable[..., Bus]) -> Bus:
    return new_bus()

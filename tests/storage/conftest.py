"""Reports to store, and a way to wait for the commit."""

import threading

import pytest

from laixi_transport.domain.frame import Batch
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.vehicle import Terminal

BEGIN_S = 1_763_900_000 // 3600 * 3600


def make_report(terminal, i=0, **fields):
    """Return the i-th report of a terminal, ten seconds after the one before."""
    report = PositionReport(
        terminal_id=terminal.id,
        vehicle_id=terminal.vehicle_id,
        time_s=BEGIN_S + 10 * i,
        lat_e6=36_870_000 + 90 * i,
        lon_e6=120_520_000 - 40 * i,
        altitude_m=31,
        speed_dkmh=400 + i % 50,
        direction_deg=350 % 360,
        alarm_bits=0,
        status_bits=3,
        mileage_hm=1000 + i,
        fuel_dl=None,
        recorder_speed_dkmh=401 + i % 50,
        signal_bits=None,
        io_bits=None,
        analog=None,
        signal_strength=28,
        satellites=14,
        other_items=b"",
        flags=0,
        received_us=(BEGIN_S + 10 * i) * 1_000_000 + 123_456,
    )
    return report._replace(**fields)


def submit(store, *, reports=(), frames=(), refused=()):
    """Store a batch and wait for its commit."""
    done = threading.Event()
    errors = []

    def when_done(error):
        errors.append(error)
        done.set()

    store.writer.submit(Batch(list(reports), list(frames), list(refused)), when_done)
    assert done.wait(60)
    assert errors == [None]


@pytest.fixture(name="make_report")
def make_report_fixture():
    return make_report


@pytest.fixture(name="submit")
def submit_fixture():
    return submit


@pytest.fixture
def begin_s():
    return BEGIN_S


@pytest.fixture
def terminal(store):
    return store.register.enter_terminal("013900000001", plate="鲁B00042D")


@pytest.fixture
def terminal_7():
    """Return a terminal that stands in no database."""
    return Terminal(7, "13900000007", 7, "")

"""A gateway on a file of its own, and who the tests connect as."""

import pytest

from tests.services.station import BEGIN_S, CODE, PHONE, Held, Station, position_body, registration


@pytest.fixture
def store(sqlite_url):
    """Return a store on SQLite: what the gateway asks of the database is tested on both kinds elsewhere."""
    from laixi_transport.storage import open_store

    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def station(store):
    station = Station(store)
    yield station
    station.end()


@pytest.fixture
def known(store):
    """Return the terminal that the register knows."""
    return store.register.enter_terminal(PHONE, plate="鲁B00042D", auth_code=CODE)


@pytest.fixture
def held(store):
    held = Held(store)
    yield held
    held.free()


@pytest.fixture(name="registration")
def registration_fixture():
    return registration


@pytest.fixture(name="position_body")
def position_body_fixture():
    return position_body


@pytest.fixture
def begin_s():
    return BEGIN_S

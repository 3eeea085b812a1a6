"""A gateway that keeps media, and the folder in which it does."""

import pytest

from tests.services.station import CODE, PHONE, Station


@pytest.fixture
def station(store):
    station = Station(store)
    yield station
    station.end()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "media"


@pytest.fixture
def known(store):
    """Return the terminal that the register knows."""
    return store.register.enter_terminal(PHONE, plate="鲁B00042D", auth_code=CODE)

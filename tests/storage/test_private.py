import os
import stat

import pytest

from laixi_transport.storage import open_store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")


@pytest.fixture(autouse=True)
def umask():
    """Return to a usual umask after the test; it is one of the whole process."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_beside_a_new_database_is_the_owners_alone(tmp_path, make_report, submit):
    folder = mode(tmp_path)
    with open_store(f"sqlite:///{tmp_path / 'laixi.db'}") as store:
        terminal = store.register.enter_terminal("13900000001", auth_code="secret")
        submit(store, reports=[make_report(terminal)])
        files = {path.name: mode(path) for path in tmp_path.iterdir()}
    assert files == dict.fromkeys(("laixi.db", "laixi.db-wal", "laixi.db-shm", "laixi.db.lock"), 0o600)
    assert mode(tmp_path) == folder


def test_a_database_that_is_there_keeps_the_rights_that_somebody_gave_it(tmp_path):
    path = tmp_path / "laixi.db"
    open_store(f"sqlite:///{path}").close()
    path.chmod(0o640)
    with open_store(f"sqlite:///{path}") as store:
        store.register.enter_terminal("13900000001")
        assert mode(path) == 0o640
        assert mode(tmp_path / "laixi.db-wal") == 0o640

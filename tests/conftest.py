"""What every test may use: a database of each kind; and two watches: no unexpected warning, no thread left behind."""

import json
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import hypothesis
import pytest

from laixi_transport.storage import Store, open_store

# How long an example takes says how busy the machine is.
for name, examples in (("normal", 40), ("nightly", 400)):
    hypothesis.settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )

THREADS_END_S = 5.0
MEMORY = Path("/dev/shm")  # noqa: S108 - only its name is known beforehand: what is made there has a name of its own
MEMORY_WANTED_BYTES = 2 << 30


def pytest_configure(config):
    config.addinivalue_line("markers", "expects_warnings(pattern): the test makes the program log a warning like this")
    # Laws are tried on few examples each time that somebody changes something, and on many at night.
    hypothesis.settings.load_profile("normal" if config.option.markexpr == "not nightly" else "nightly")


# Watches


class _Warnings(logging.Handler):
    def __init__(self, expected: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.expected = expected
        self.unexpected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        said = f"{record.levelname} {record.name}: {record.getMessage()}"
        if not any(re.search(pattern, said) for pattern in self.expected):
            self.unexpected.append(said)


@pytest.fixture(autouse=True)
def expect_warning(request) -> Iterator[Callable[[str], None]]:
    """Fail a test in which the program logs a warning or worse that the test did not ask for.

    Ask with ``@pytest.mark.expects_warnings("pattern")`` or by calling the fixture with a pattern.
    """
    marks = request.node.iter_markers("expects_warnings")
    watch = _Warnings([pattern for mark in marks for pattern in mark.args])
    logging.getLogger().addHandler(watch)
    yield watch.expected.append
    logging.getLogger().removeHandler(watch)
    if watch.unexpected:
        pytest.fail("logged without being expected:\n" + "\n".join(watch.unexpected), pytrace=False)


@pytest.fixture(autouse=True)
def no_thread_left_behind(expect_warning) -> Iterator[None]:
    """Fail a test that leaves a thread running; those that all maps share stay."""
    before = set(threading.enumerate())

    def mine(thread: threading.Thread) -> bool:
        shared = thread.name.startswith("map picture")
        return thread not in before and type(thread) is not threading._DummyThread and not shared

    yield
    deadline = time.monotonic() + THREADS_END_S
    while left := list(filter(mine, threading.enumerate())):
        left[0].join(max(0.0, deadline - time.monotonic()))
        if left[0].is_alive() and time.monotonic() >= deadline:
            pytest.fail(f"threads left behind: {[t.name for t in left]}", pytrace=False)


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Take back what a command of the test did to the log: it would write to a terminal that is gone."""
    root = logging.getLogger()
    before, level = set(root.handlers), root.level
    yield
    for handler in tuple(root.handlers):
        if handler not in before and not type(handler).__module__.startswith("_pytest"):
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(autouse=True)
def texts_in_the_source_language() -> Iterator[None]:
    """Take back the language that a window of the test has chosen: the application outlives the test."""
    yield
    core = sys.modules.get("PySide6.QtCore")
    application = core.QCoreApplication.instance() if core else None
    if application is not None:
        for translator in application.findChildren(core.QTranslator):
            application.removeTranslator(translator)
        core.QLocale.setDefault(core.QLocale(core.QLocale.Language.English))


# Databases


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    """Return an empty database with its tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "laixi.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path) -> str:
    """Return the address of an empty SQLite database of the test's own."""
    path = tmp_path / "laixi.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@dataclass(frozen=True)
class PostgresqlServer:
    """Where it is, how a database is copied from the template, and one connection for doing so."""

    url: str
    copy: str
    connection: Any


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory) -> Iterator[PostgresqlServer]:
    """Return a PostgreSQL server with a template database; one for all workers of a run."""
    given = os.environ.get("LAIXI_TEST_POSTGRESQL")
    binaries = _postgresql_binaries()
    if not given and binaries is None:
        reason = "NO POSTGRESQL: set LAIXI_TEST_POSTGRESQL or install Debian's postgresql"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        print(f"\n{'!' * 20} {reason} {'!' * 20}", file=sys.__stderr__)
        pytest.skip(reason)
    import psycopg

    # Workers of pytest-xdist have their folders side by side; alone, the folder itself is the run's.
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with _locked(shared / "postgresql.lock"):
        note = shared / "postgresql.json"
        run = json.loads(note.read_text()) if note.exists() else {"users": 0}
        if run["users"] == 0:
            run["folder"], run["url"] = (None, given) if given else _start_cluster(binaries)
            run["template"] = f"laixi_template_{uuid4().hex[:12]}"
            _administer(run["url"], f"CREATE DATABASE {run['template']}")
            open_store(_database_at(run["url"], run["template"])).close()
        run["users"] += 1
        note.write_text(json.dumps(run))
    # Pages that are copied through the log cost three times as much where nothing waits for the disk.
    copying = "STRATEGY FILE_COPY" if run["folder"] and int(binaries.parent.name) >= 15 else ""
    with psycopg.connect(run["url"], autocommit=True) as connection:
        yield PostgresqlServer(run["url"], f"TEMPLATE {run['template']} {copying}", connection)
    with _locked(shared / "postgresql.lock"):
        run = json.loads(note.read_text())
        run["users"] -= 1
        note.write_text(json.dumps(run))
        if run["users"] == 0:
            _administer(run["url"], f"DROP DATABASE {run['template']}")
            if run["folder"]:
                _stop_cluster(binaries, Path(run["folder"]))


@pytest.fixture
def postgresql_url(postgresql_server) -> Iterator[str]:
    """Return the address of an empty PostgreSQL database of the test's own."""
    name = f"laixi_{uuid4().hex}"
    postgresql_server.connection.execute(f"CREATE DATABASE {name} {postgresql_server.copy}")
    yield _database_at(postgresql_server.url, name)
    postgresql_server.connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    """Return the address of an empty database; the test runs once for each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def store(database_url) -> Iterator[Store]:
    """Return an open, empty store; the test runs once for each kind of database."""
    with open_store(database_url) as opened:
        yield opened


def _postgresql_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def _start_cluster(binaries: Path) -> tuple[str, str]:
    folder = Path(tempfile.mkdtemp(prefix="laixi-postgresql-", dir=_memory()))
    if os.geteuid() == 0:
        shutil.chown(folder, *_unprivileged())
    _as_unprivileged(
        folder, binaries / "initdb", "-D", folder / "data", "-U", "laixi", "-A", "trust", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    access = folder / "data" / "pg_hba.conf"
    # One user needs a password, so that a wrong one can be tried.
    access.write_text("host all guarded 127.0.0.1/32 scram-sha-256\n" + access.read_text())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": 200,
        "shared_buffers": "64MB",
        "max_wal_size": "256MB",
        "autovacuum": "off",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    _as_unprivileged(
        folder, binaries / "pg_ctl", "-D", folder / "data", "-w", "-t", "60", "-l", folder / "log", "-o", options,
        "start",
    )  # fmt: skip
    return str(folder), f"postgresql://laixi@127.0.0.1:{port}/postgres"


def _memory() -> Path | None:
    """Return a folder in memory with room: thousands of small databases wait for the disk longer than they compute."""
    there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)
    return MEMORY if there and shutil.disk_usage(MEMORY).free >= MEMORY_WANTED_BYTES else None


def _stop_cluster(binaries: Path, folder: Path) -> None:
    _as_unprivileged(folder, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


def _unprivileged() -> tuple[str, str]:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return ("postgres", "postgres") if "postgres" in names else ("nobody", "nogroup")


def _as_unprivileged(folder: Path, *command: object) -> None:
    """Run one of PostgreSQL's programs, which refuse to be root."""
    who = dict(zip(("user", "group"), _unprivileged(), strict=True)) if os.geteuid() == 0 else {}
    extra = {"extra_groups": []} if who else {}
    with (folder / "commands.log").open("ab") as log:
        done = subprocess.run(
            [str(word) for word in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            check=False, **who, **extra,
        )  # fmt: skip
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{(folder / 'commands.log').read_text()}", pytrace=False)


def _database_at(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def _administer(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    import fcntl

    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

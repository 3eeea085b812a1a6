"""What a user is told when a database cannot be used; and schemas going up and down."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from laixi_transport.domain.frame import RefusedFrame
from laixi_transport.domain.problem import Problem
from laixi_transport.storage import open_store, schema
from laixi_transport.storage.database import Database
from laixi_transport.storage.tables import Base

WRITE_ONE = """
import sys
from laixi_transport.storage import open_store
store = open_store(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
store.close()
"""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "mysql://host/db",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://host",
        "sqlite:/x",
        "https://x",
    ],
)
def test_a_wrong_address_is_explained(address):
    with pytest.raises(Problem, match="is not understood"):
        open_store(address)


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u:secret@h/x",
        "postgresql://u:sec:r@et@127.0.0.1:abc/x",
        "postgresql://127.0.0.1:abc/x?password=secret",
        "postgresql://127.0.0.1:1/x?password=secret&user=u",
    ],
)
def test_no_password_is_said(address, caplog):
    with caplog.at_level("DEBUG"), pytest.raises(Problem) as told:
        open_store(address)
    assert "://" in str(told.value)
    for said in (str(told.value), caplog.text):
        assert "secret" not in said
        assert "r@et" not in said


WRITE_ON_A_FULL_DISK = """
import resource, sys
from laixi_transport.domain.problem import Problem
from laixi_transport.storage import open_store
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    open_store(sys.argv[1])
except Problem as problem:
    print(problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
def test_a_disk_that_is_full_from_the_start_is_explained(tmp_path):
    command = [sys.executable, "-c", WRITE_ON_A_FULL_DISK, f"sqlite:///{tmp_path}/laixi.db"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1, done.stderr
    assert done.stderr == ""


def test_a_missing_folder_is_explained(tmp_path):
    with pytest.raises(Problem, match="folder exists"):
        open_store(f"sqlite:///{tmp_path}/nowhere/laixi.db")


def test_a_file_that_is_no_database_is_explained_and_left_alone(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear operator, " * 1000)
    before = path.read_bytes()
    with pytest.raises(Problem, match="not a database file"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_reading_what_is_not_there_is_explained_and_makes_no_file(tmp_path):
    path = tmp_path / "laixi.db"
    with pytest.raises(Problem, match="no database"):
        open_store(f"sqlite:///{path}", read_only=True)
    assert not path.exists()


def test_a_newer_schema_is_explained(database_url):
    store = open_store(database_url)
    store.writer.run(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'"))).result()
    store.close()
    for read_only in (False, True):
        with pytest.raises(Problem, match="newer version"):
            open_store(database_url, read_only=read_only)


def test_an_unreachable_server_is_explained():
    with pytest.raises(Problem, match="cannot be reached"):
        open_store("postgresql://laixi@127.0.0.1:1/laixi")


def test_a_missing_database_is_explained(postgresql_url):
    with pytest.raises(Problem, match="no database"):
        open_store(postgresql_url + "_not")


def test_a_wrong_password_is_explained_without_saying_it(postgresql_url):
    open_store(postgresql_url).close()
    address = postgresql_url.replace("laixi@", "guarded:open-sesame@")
    with pytest.raises(Problem, match="refuses the user or the password") as told:
        open_store(address)
    assert "open-sesame" not in str(told.value)


def test_a_second_writer_is_refused_and_a_reader_is_not(sqlite_url, make_report, submit):
    with open_store(sqlite_url) as first:
        with pytest.raises(Problem, match=f"Process {os.getpid()} already writes"):
            open_store(sqlite_url)
        terminal = first.register.enter_terminal("13900000001")
        with open_store(sqlite_url, read_only=True) as reader:
            assert len(reader.register.vehicles()) == 1
            submit(first, reports=[make_report(terminal, 0)])
            assert reader.stats().stored == 1
            with pytest.raises(Problem, match="reading only"):
                reader.register.enter_terminal("13900000002")
    open_store(sqlite_url).close()


def test_a_second_writing_process_is_refused_until_the_first_is_killed(sqlite_url):
    first = subprocess.Popen(
        [sys.executable, "-c", WRITE_ONE, sqlite_url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with first:
        assert first.stdout.readline() == "open\n"
        with pytest.raises(Problem, match=f"Process {first.pid} already writes"):
            open_store(sqlite_url)
        first.kill()
        first.wait(10)
    open_store(sqlite_url).close()


READ_WITHOUT_RIGHTS = """
import os, sys
import laixi_transport.storage.store
import sqlalchemy.dialects.sqlite.pysqlite
from laixi_transport.domain.problem import Problem
from laixi_transport.storage import open_store
if os.geteuid() == 0:  # after the imports: another user may not read this Python
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    open_store(sys.argv[1])
except Problem as problem:
    print(problem)
with open_store(sys.argv[1], read_only=True) as store:
    print(store.stats().received)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="rights of folders are another matter there")
def test_a_folder_that_may_not_be_written_is_explained_but_read(sqlite_template):
    with tempfile.TemporaryDirectory(prefix="laixi-read-only-") as folder:
        path = Path(shutil.copy(sqlite_template, folder))
        path.chmod(0o444)
        path.parent.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_WITHOUT_RIGHTS, f"sqlite:///{path}"],
            check=False,
            capture_output=True,
            text=True,
        )
        path.parent.chmod(0o755)
        assert list(path.parent.iterdir()) == [path]
    said = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert "may not be written" in said[0]
    assert said[1] == "0"


def test_migrations_go_down_to_nothing_and_up_again(database_url):
    open_store(database_url).close()
    database = Database.at(database_url, read_only=False)
    with database.writer.begin() as connection:
        schema.migrate(connection, "base")
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    with database.writer.begin() as connection:
        schema.migrate(connection, "head")
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    database.dispose()
    open_store(database_url).close()


def test_what_was_received_is_counted_over_the_upgrade_from_the_first_schema(database_url, make_report, submit):
    with open_store(database_url) as store:
        terminal = store.register.enter_terminal("13900000001")
        refused = [RefusedFrame("127.0.0.1", 1, "junk", b"")]
        submit(store, reports=[make_report(terminal, i) for i in (0, 1, 1, 2)], refused=refused)
        before = store.stats()
    database = Database.at(database_url, read_only=False)
    with database.writer.begin() as connection:
        schema.migrate(connection, "0001")
        # As a kill leaves it: the last position is not settled.
        connection.execute(text("UPDATE counter SET value = value - 1 WHERE name = 'settled_id'"))
        connection.execute(text("UPDATE source_count SET stored = stored - 1 WHERE source = '13900000001'"))
    database.dispose()
    with open_store(database_url) as store:
        assert store.stats() == before
        assert before.received == 5


def test_migrations_make_the_tables_that_the_mappings_describe(database_url):
    from alembic import command

    open_store(database_url).close()
    database = Database.at(database_url, read_only=False)
    with database.writer.begin() as connection:
        configuration = schema.configuration(connection)
        configuration.stdout = io.StringIO()  # else it is what it was when alembic was imported: another test's capture
        command.check(configuration)  # raises if anything is left to migrate
    database.dispose()


def test_head_is_the_newest_migration(tmp_path):
    from alembic.script import ScriptDirectory

    assert ScriptDirectory.from_config(schema.configuration(None)).get_current_head() == schema.HEAD


def test_a_current_database_opens_without_alembic(sqlite_url):
    open_store(sqlite_url).close()
    program = f"""
import sys
from laixi_transport.storage import open_store
assert "sqlalchemy" not in sys.modules and "numpy" not in sys.modules
open_store({sqlite_url!r}).close()
assert "alembic" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)

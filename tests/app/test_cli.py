"""The command line as its user meets it: real files, a real gateway process."""

import contextlib
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from laixi_transport.app.cli import main
from laixi_transport.storage import open_store

LIVERPOOL = Path(__file__).resolve().parents[1] / "data" / "tracks" / "liverpool_bus14" / "route14_outbound.csv"
COLUMNS = "time=timestamp,lat=latitude,lon=longitude,vehicle=vehicle_id"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'laixi.db'}"


@pytest.fixture
def gateway(database):
    command = [sys.executable, "-m", "laixi_transport", "gateway", "--database", database, "--listen", "127.0.0.1:0"]
    with subprocess.Popen([*command, "--accept-unknown"], stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[-1]
        process.terminate()
        assert process.wait(20) == 0


WITH_FEW_FILES = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))
from laixi_transport.app.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of this kind")
def test_more_connections_than_files_are_turned_away_in_quiet(database):
    command = [sys.executable, "-c", WITH_FEW_FILES, "gateway", "--database", database, "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        host, _, port = process.stdout.readline().split()[-1].rpartition(":")
        with contextlib.ExitStack() as opened:
            crowd = [opened.enter_context(socket.create_connection((host, int(port)))) for _ in range(400)]
            crowd[-1].settimeout(20)
            with contextlib.suppress(ConnectionResetError):
                assert crowd[-1].recv(1) == b""
        process.terminate()
        assert process.wait(20) == 0
        assert process.stderr.read() == ""


def said(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_a_track_file_is_replayed_and_counted(gateway, database, capsys):
    code, out, _ = said(capsys, "replay", str(LIVERPOOL), "--to", gateway, "--columns", COLUMNS, "--json")
    assert code == 0
    assert json.loads(out)["acknowledged"] == 1533
    code, out, _ = said(capsys, "db", "stats", "--json", "--database", database)
    counts = json.loads(out)
    assert (counts["received"], counts["stored"], counts["duplicates"], counts["quarantined"]) == (1533, 1533, 0, 0)
    assert sum(source["stored"] for source in counts["sources"].values()) == 1533


def test_a_second_gateway_on_the_same_file_is_refused(gateway, database, capsys):
    code, _, err = said(capsys, "gateway", "--database", database, "--listen", "127.0.0.1:0")
    assert code == 1
    assert err.count("\n") == 1


def test_a_port_in_use_is_named(gateway, tmp_path, capsys):
    code, _, err = said(capsys, "gateway", "--database", f"sqlite:///{tmp_path / 'other.db'}", "--listen", gateway)
    assert code == 1
    assert gateway.rpartition(":")[2] in err


@pytest.mark.parametrize(
    ("content", "part"),
    [("", "empty"), ("a,b\n1,2\n", "--columns"), ("\0\1\2", "x.csv")],
    ids=["empty", "unknown columns", "not a track"],
)
def test_a_file_that_is_no_track_is_explained(tmp_path, capsys, content, part):
    (tmp_path / "x.csv").write_text(content)
    code, _, err = said(capsys, "replay", str(tmp_path / "x.csv"), "--to", "127.0.0.1:1")
    assert code == 1
    assert part in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://x/y", "sqlite:////nowhere/at/all.db", "postgresql://u:secret@127.0.0.1:1/x"]
)
def test_a_wrong_database_address_is_explained_without_the_password(capsys, url):
    code, _, err = said(capsys, "db", "stats", "--database", url)
    assert code == 1
    assert err.count("\n") == 1
    assert "secret" not in err


def test_counts_that_do_not_add_up_are_told(database, capsys):
    with open_store(database) as store:
        store.writer.run(lambda session: session.execute(text("UPDATE counter SET value = 7"))).result()
    code, out, err = said(capsys, "db", "stats", "--json", "--database", database)
    assert code == 1
    assert json.loads(out)["received"] == 7
    assert "7 of 7" in err


@pytest.mark.parametrize(("option", "value"), [("--vehicles", "2.5"), ("--seconds", "abc"), ("--drop", "x")])
def test_a_wrong_number_is_explained(option, value, capsys):
    with pytest.raises(SystemExit):
        main(["simulate", "--to", "127.0.0.1:1", option, value])
    assert f"{value} is no " in capsys.readouterr().err


def test_nobody_listening_is_explained(capsys):
    code, _, err = said(capsys, "replay", str(LIVERPOOL), "--to", "127.0.0.1:1", "--columns", COLUMNS)
    assert code == 1
    assert "127.0.0.1:1" in err


def test_the_database_may_stand_in_the_environment(database, capsys, monkeypatch):
    """So that a password need not stand on a command line, which every user of the machine can read."""
    monkeypatch.setenv("LAIXI_DATABASE", database)
    assert said(capsys, "db", "upgrade")[0] == 0
    assert said(capsys, "db", "stats", "--json")[0] == 0
    assert said(capsys, "db", "stats", "--database", database + "x")[0] == 1
    monkeypatch.setenv("LAIXI_LISTEN", "nowhere")
    code, _, err = said(capsys, "gateway")
    assert (code, "nowhere" in err) == (1, True)


class TestRegister:
    def test_what_is_imported_is_listed(self, tmp_path, database, capsys):
        text = (
            "phone,plate,plate_colour,class,organisation,line,speed_limit_kmh\n"
            "13900000001,鲁B00001D,green,city_bus,示范公交,101路,60\n"
        )
        (tmp_path / "vehicles.csv").write_text(text, encoding="utf-8")
        code, _, _ = said(capsys, "register", "import", str(tmp_path / "vehicles.csv"), "--database", database)
        assert code == 0
        assert said(capsys, "register", "list", "--database", database) == (0, text, "")

    def test_a_file_of_a_chinese_spreadsheet_is_read(self, tmp_path, database, capsys):
        (tmp_path / "vehicles.csv").write_bytes("phone,plate\n013900000001,鲁B00001D\n".encode("gbk"))
        assert said(capsys, "register", "import", str(tmp_path / "vehicles.csv"), "--database", database)[0] == 0
        assert "13900000001,鲁B00001D," in said(capsys, "register", "list", "--database", database)[1]

    @pytest.mark.parametrize(
        "row",
        [
            "139G,,,,,,",
            f"1,{'x' * 33},,,,,",
            f"1,,,,{'x' * 129},,",
            f"1,,,,,{'x' * 65},",
            "139x!,,,,,,",
            "1,,purple,,,,",
            "1,,,spaceship,,,",
            "1,,,,,,-5",
        ],
    )
    def test_a_wrong_row_is_named_and_nothing_entered(self, tmp_path, database, capsys, row):
        header = "phone,plate,plate_colour,class,organisation,line,speed_limit_kmh\n13900000001,,,,,,\n"
        (tmp_path / "vehicles.csv").write_text(header + row + "\n", encoding="utf-8")
        code, _, err = said(capsys, "register", "import", str(tmp_path / "vehicles.csv"), "--database", database)
        assert code == 1
        assert "line 3" in err
        assert not (tmp_path / "laixi.db").exists()


def test_map_data_are_brought_in_listed_and_removed(database, capsys, tmp_path):
    extract = Path(__file__).resolve().parents[1] / "data" / "map" / "pyrosm_test.osm.pbf"
    code, out, err = said(capsys, "map", "import", str(extract), "--database", database, "--name", "示例", "--json")
    stored = json.loads(out)
    assert (code, stored["id"], stored["name"], stored["roads"]) == (0, 1, "示例", 209)
    assert {one["reason"]: one["count"] for one in stored["left_out"]} == {"no_nodes": 9, "some_nodes": 10}
    code, out, err = said(capsys, "map", "import", str(extract), "--database", database, "--frame", "gcj02")
    assert (code, out) == (1, "")
    assert "always in WGS-84" in err
    code, out, _ = said(capsys, "map", "list", "--database", database)
    assert code == 0
    assert "示例" in out
    assert "9 left out" in out
    assert said(capsys, "map", "remove", "1", "--database", database)[0] == 0
    code, _, err = said(capsys, "map", "remove", "1", "--database", database)
    assert code == 1
    assert "There is no import 1" in err

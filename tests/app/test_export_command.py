"""``laixi-transport export tracks``: real database, files read back."""

import csv
import json

import pytest

from laixi_transport.app.cli import main
from laixi_transport.storage import open_store
from tests.services.conftest import T0, bus_maker

DAY = "2026-05-29"


@pytest.fixture
def bus(sqlite_url):
    with open_store(sqlite_url) as store:
        made = bus_maker(store)()
        made.drives(*[40.0] * 50)
        yield made


def export(url, bus, path, *more):
    plate = f"{bus.plate[:2]}·{bus.plate[2:]}"
    return main(["export", "tracks", "--database", url, "--vehicle", plate, "--day", DAY, "--to", str(path), *more])


def test_a_day_is_written_with_plain_keys_and_told(sqlite_url, bus, tmp_path, capsys):
    assert export(sqlite_url, bus, tmp_path / "way.csv", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["vehicles"]) == (50, 1)
    with (tmp_path / "way.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["time_unix_s"]) for row in rows] == [T0 + 10 * at for at in range(50)]
    assert {row["speed_kmh"] for row in rows} == {"40"}
    assert len(told["data_sha256"]) == 64


@pytest.mark.parametrize("name", ["xlsx", "gpx", "kml", "geojson", "geoparquet"])
def test_every_format_is_written(sqlite_url, bus, tmp_path, name):
    assert export(sqlite_url, bus, tmp_path / "way", "--format", name) == 0
    assert (tmp_path / "way").stat().st_size > 500


def test_what_cannot_be_is_a_sentence_and_no_file(sqlite_url, bus, tmp_path, capsys):
    before = sorted(tmp_path.iterdir())
    to = ("--to", str(tmp_path / "way"))
    common = ("export", "tracks", "--database", sqlite_url, *to, "--day")
    assert main([*common, DAY, "--vehicle", "鲁B99999"]) == 1
    assert "no vehicle 鲁B99999" in capsys.readouterr().err
    assert main([*common, "2020-01-01", "--vehicle", bus.plate]) == 1
    assert "no reports" in capsys.readouterr().err
    assert main([*common, DAY, "--vehicle", bus.plate, "--until", "2027-01-01"]) == 1
    assert "too long" in capsys.readouterr().err
    assert export(sqlite_url, bus, tmp_path / "way", "--format", "gpx", "--coordinates", "GCJ-02") == 1
    assert "WGS-84 only" in capsys.readouterr().err
    assert [path for path in sorted(tmp_path.iterdir()) if path not in before and "way" in path.name] == []

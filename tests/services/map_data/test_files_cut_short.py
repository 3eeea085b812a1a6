"""Files that end too early, that are broken within, or for which there is no room: never half without saying so."""

import contextlib
import shutil
import struct
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import osmium
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Way

from laixi_transport.domain.map_data import Note, Reason
from laixi_transport.domain.problem import Problem
from laixi_transport.services.map_data import importing
from laixi_transport.services.map_data.pbf_blobs import Ending, read_ending
from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.storage import open_store

HELSINKI = Path(__file__).parents[2] / "data" / "map" / "helsinki.osm.pbf"
LINES = [[(120.5, 36.8), (120.6, 36.9)], [(120.6, 36.9), (120.7, 36.8)]]


@pytest.fixture
def service(sqlite_url):
    with open_store(sqlite_url) as store:
        yield MapDataService(store)


def blob_ends(data):
    """Return where each blob of a PBF ends, from osmium's point of view: its header tells its length last."""
    at, ends = 0, []
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        head = data[at + 4 : at + 4 + length]
        size = shift = 0
        for byte in head[head.rindex(b"\x18") + 1 :]:
            size |= (byte & 0x7F) << shift
            shift += 7
        at += 4 + length + size
        ends.append(at)
    return ends


def write_shapefile(folder, encoding="GBK"):
    import pyogrio.raw

    path = folder / "gonglu.shp"
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shapely.LineString(one)) for one in LINES], dtype=object),
        field_data=[np.array(["烟台路", "沽河乡道"], dtype=object)],
        fields=np.array(["MC"], dtype=object),
        geometry_type="LineString",
        crs="EPSG:4490",
        encoding=encoding,
    )
    return path


def test_a_pbf_that_ends_between_two_blobs_among_its_nodes_is_refused(service, tmp_path):
    data = HELSINKI.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    ends = blob_ends(data)
    assert ends[-1] == len(data)
    path.write_bytes(data[: ends[-2]])
    with pytest.raises(Problem, match="ends among its nodes, before any road: it is cut short"):
        service.import_map(path)
    assert service.imports() == ()


@pytest.mark.parametrize("more", [1, 3])
def test_a_pbf_that_ends_within_the_length_of_a_blob_is_refused(service, tmp_path, more):
    # libosmium takes such a file for a whole one.
    data = HELSINKI.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    end = blob_ends(data)[-2]
    path.write_bytes(data[: end + more])
    with pytest.raises(Problem, match=f"cut short at byte {end} of {end + more}"):
        service.import_map(path)


def test_a_pbf_that_ends_after_its_ways_says_so(service, tmp_path):
    path = tmp_path / "ways.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        for number in (1, 2):
            out.add_node(Node(id=number, location=(120.0 + number / 100, 36.0)))
        out.add_way(Way(id=1, nodes=[1, 2], tags={"highway": "primary", "maxspeed": "fast"}))
    stored = service.import_map(path)
    assert (stored.roads, Note.NO_RELATIONS in stored.notes) == (1, True)
    assert [(one.reason, one.examples) for one in stored.left_out] == [(Reason.UNREAD_LIMIT, ("way 1: fast",))]
    assert read_ending(HELSINKI) is Ending.RELATIONS


def test_a_pbf_of_places_alone_is_no_cut_one(service, tmp_path):
    path = tmp_path / "places.osm.pbf"
    with osmium.SimpleWriter(str(path)) as out:
        out.add_node(Node(id=1, location=(120.5, 36.8), tags={"place": "town", "name": "水集"}))
    assert read_ending(path) is Ending.PLACES
    assert service.import_map(path).places == 1


@given(st.binary(max_size=200))
def test_no_bytes_of_a_blob_raise_more_than_a_problem(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("pbf") / "a.osm.pbf"
    blob = b"\x1a" + bytes([len(packed := zlib.compress(data)) % 128]) + packed
    path.write_bytes(b"\0\0\0\x02\x18" + bytes([len(blob) % 128]) + blob + data)
    with contextlib.suppress(Problem):
        read_ending(path)


@pytest.mark.parametrize(("suffix", "keeps"), [(".dbf", 60), (".shp", 120), (".shx", 104), (".dbf", 0)])
def test_a_part_of_a_shapefile_that_is_cut_is_named(service, tmp_path, suffix, keeps):
    path = write_shapefile(tmp_path)
    part = path.with_suffix(suffix)
    part.write_bytes(part.read_bytes()[:keeps])
    with pytest.raises(Problem, match=rf"gonglu\{suffix} is damaged or cut short"):
        service.import_map(path)
    assert service.imports() == ()


def test_a_table_of_another_shapefile_is_told(service, tmp_path):
    path = write_shapefile(tmp_path)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[4] = 1
    path.with_suffix(".dbf").write_bytes(table)
    with pytest.raises(Problem, match=r"do not belong together: 2 shapes, but 1 rows in gonglu\.dbf"):
        service.import_map(path)


def test_without_room_for_the_blocks_nothing_is_handed_to_the_writer(service, monkeypatch):
    # A commit on a full disk waits, and every position would wait behind it.
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1 << 20))
    with pytest.raises(Problem, match="too little room to import"):
        service.import_map(HELSINKI)
    assert service.imports() == ()


def test_a_disk_that_fills_up_on_the_way_is_told(service, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(importing.MapDraft, "add_roads", full)
    with pytest.raises(Problem, match="too little room to import"):
        service.import_map(HELSINKI)
    assert service.imports() == ()

import gzip
import random
import sqlite3

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from laixi_transport.domain.problem import Problem
from laixi_transport.services.map_data.tile_files import open_tiles, plain

PNG = b"\x89PNG tile"


def mbtiles(path, tiles, **metadata):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE metadata (name text, value text)")
    connection.execute("CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)")
    connection.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
    connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", tiles)
    connection.commit()
    connection.close()
    return path


def pmtiles(path, tiles, *, kind=TileType.PNG, compression=Compression.NONE, metadata=None):
    with path.open("wb") as file:
        writer = Writer(file)
        for (z, x, y), data in sorted(tiles.items(), key=lambda item: zxy_to_tileid(*item[0])):
            writer.write_tile(zxy_to_tileid(z, x, y), data)
        whole = {"min_lon_e7": -1_800_000_000, "min_lat_e7": -850_000_000, "max_lon_e7": 1_800_000_000,
                 "max_lat_e7": 850_000_000, "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0}  # fmt: skip
        writer.finalize({"tile_type": kind, "tile_compression": compression, **whole}, metadata or {})
    return path


def test_rows_of_mbtiles_count_from_the_south(tmp_path):
    tiles = [(1, 0, 0, b"south"), (1, 0, 1, PNG)]
    reader = open_tiles(mbtiles(tmp_path / "a.mbtiles", tiles, format="png", name="a", attribution="<a>© b</a>"))
    assert (reader.read(1, 0, 0), reader.read(1, 0, 1), reader.read(1, 1, 1)) == (PNG, b"south", None)
    info = reader.info
    assert (info.name, info.attribution, info.min_zoom, info.max_zoom, info.vector) == ("a", "© b", 1, 1, False)
    reader.close()


def test_vector_tiles_of_mbtiles_are_unpacked(tmp_path):
    reader = open_tiles(mbtiles(tmp_path / "a.mbtiles", [(0, 0, 0, gzip.compress(b"mvt"))], format="pbf"))
    assert reader.info.vector
    assert reader.read(0, 0, 0) == b"mvt"
    reader.close()


def test_pmtiles_through_root_and_leaves(tmp_path):
    places = random.Random(1).sample(range(4096 * 4096), 9000)
    tiles = {(12, at // 4096, at % 4096): bytes([at % 251]) * (at % 90 + 1) + str(at).encode() for at in places}
    reader = open_tiles(pmtiles(tmp_path / "a.pmtiles", tiles, metadata={"attribution": "© c", "name": "n"}))
    assert reader._header["leaf_directory_length"] > 0
    assert all(reader.read(*key) == tiles[key] for key in list(tiles)[::97])
    assert reader.read(5, 3, 3) is None
    assert (reader.info.name, reader.info.attribution, reader.info.max_zoom) == ("n", "© c", 12)
    reader.close()


def test_vector_tiles_of_pmtiles_are_unpacked(tmp_path):
    path = tmp_path / "a.pmtiles"
    tiles = {(0, 0, 0): gzip.compress(b"mvt")}
    reader = open_tiles(pmtiles(path, tiles, kind=TileType.MVT, compression=Compression.GZIP))
    assert (reader.info.vector, reader.read(0, 0, 0)) == (True, b"mvt")
    reader.close()


def test_an_mbtiles_that_is_no_sqlite_is_told(tmp_path):
    path = tmp_path / "a.mbtiles"
    path.write_bytes(b"<html>not found</html>")
    with pytest.raises(Problem, match="holds no map tiles"):
        open_tiles(path)


def test_a_database_without_tiles_is_told(tmp_path):
    path = tmp_path / "a.mbtiles"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()
    with pytest.raises(Problem, match="damaged or cut short"):
        open_tiles(path)


def test_an_empty_mbtiles_and_a_strange_format_are_told(tmp_path):
    with pytest.raises(Problem, match=r"its table is empty"):
        open_tiles(mbtiles(tmp_path / "a.mbtiles", [], format="png"))
    with pytest.raises(Problem, match=r"cannot be shown: tiff"):
        open_tiles(mbtiles(tmp_path / "b.mbtiles", [(0, 0, 0, b"x")], format="tiff"))


@pytest.mark.parametrize("share", [0.01, 0.3, 0.99])
def test_a_pmtiles_cut_short_is_told(tmp_path, share):
    path = pmtiles(tmp_path / "a.pmtiles", {(4, x, y): bytes([x, y]) * 99 for x in range(16) for y in range(16)})
    whole = path.read_bytes()
    path.write_bytes(whole[: max(8, int(len(whole) * share))])
    with pytest.raises(Problem, match="damaged or cut short"):
        open_tiles(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(Problem, match="cannot be read"):
        open_tiles(tmp_path / "none.mbtiles")


def test_an_attribution_loses_its_html():
    assert plain('&copy; <a href="x">OpenStreetMap</a>\n contributors') == "© OpenStreetMap contributors"


@pytest.mark.parametrize("tiles", [[], [("abc", 0, 0, PNG)]])
def test_an_mbtiles_without_tiles_is_told(tmp_path, tiles):
    with pytest.raises(Problem, match="no map tiles in"):
        open_tiles(mbtiles(tmp_path / "a.mbtiles", tiles, format="png"))


@pytest.mark.parametrize("data", ["text", 7])
def test_a_tile_that_is_no_data_is_damage(tmp_path, data):
    # A column of type blob keeps texts and numbers as they are.
    reader = open_tiles(mbtiles(tmp_path / "a.mbtiles", [(0, 0, 0, data)], format="png"))
    with pytest.raises(Problem, match="tile 0/0/0 is no data"):
        reader.read(0, 0, 0)
    reader.close()


def test_a_tile_that_unpacks_without_end_is_damage(tmp_path):
    bomb = gzip.compress(bytes(20 << 20))
    packed = open_tiles(mbtiles(tmp_path / "a.mbtiles", [(0, 0, 0, bomb)], format="pbf"))
    of_pm = open_tiles(pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): bomb}, compression=Compression.GZIP))
    for reader in (packed, of_pm):
        with pytest.raises(Problem, match="larger than any"):
            reader.read(0, 0, 0)
        reader.close()


def test_pmtiles_have_nothing_beyond_the_world(tmp_path):
    reader = open_tiles(pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): PNG}))
    assert reader.read(1, 7, 0) is reader.read(70, 0, 0) is None
    reader.close()

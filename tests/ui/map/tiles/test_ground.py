"""Tiles of real small files on a real map, and what becomes of them in both themes."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage

from laixi_transport.domain.problem import Problem
from laixi_transport.services.map_data.tile_files import TileInfo
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tiles import pictures
from laixi_transport.ui.map.tiles.ground import TileGround
from laixi_transport.ui.map.tiles.settings import KEY_FILE, TileChoice, load_choice, save_choice


def picture(colour, size=8) -> bytes:
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


class Reader:
    """Tiles of one colour up to zoom 3, but for what is said to be missing."""

    def __init__(self, data, *, missing=(), vector=False):
        self.info = TileInfo("t", "© t", 0, 3, vector)
        self._data = data
        self._missing = set(missing)
        self.threads = set()
        self.read_tiles = []
        self.closed = False

    def read(self, z, x, y):
        self.threads.add(threading.current_thread())
        self.read_tiles.append((z, x, y))
        if isinstance(self._data, Exception):
            raise self._data
        return None if (z, x, y) in self._missing else self._data

    def close(self):
        self.closed = True


@pytest.fixture
def ground(tasks, theme, qtbot):
    made = []

    def make(reader, **options):
        made.append(TileGround([reader], tasks, MapStyle.of(theme), **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_tiles_come_from_another_thread_with_those_that_stand_in(ground, qtbot):
    reader = Reader(picture("#804020"))
    tiles = ground(reader)
    assert tiles.tile(3, 5, 2) is None
    with qtbot.waitSignal(tiles.changed):
        tiles.wanted([(3, 5, 2)])
    qtbot.waitUntil(lambda: tiles.tile(3, 5, 2) is not None)
    assert tiles.tile(0, 0, 0) is not None
    assert threading.main_thread() not in reader.threads
    assert (tiles.attribution, tiles.min_zoom, tiles.max_zoom, tiles.complete) == ("© t", 0, 3, True)


def test_a_missing_tile_is_asked_for_once(ground, qtbot):
    reader = Reader(picture("white"), missing=[(3, 5, 2)])
    tiles = ground(reader)
    for _ in range(3):
        tiles.wanted([(3, 5, 2)])
        qtbot.waitUntil(lambda: not tiles._under_way)
    assert reader.read_tiles.count((3, 5, 2)) == 1


def test_a_damaged_file_is_told_once_and_bad_pictures_not_at_all(ground, qtbot, expect_warning):
    told = []
    broken = ground(Reader(Problem("cut short")))
    broken.failed.connect(told.append)
    broken.wanted([(3, x, 2) for x in range(5)])
    qtbot.waitUntil(lambda: not broken._under_way)
    assert [str(problem) for problem in told] == ["cut short"]
    strange = ground(Reader(b"no picture"))
    strange.failed.connect(told.append)
    strange.wanted([(1, 0, 0)])
    qtbot.waitUntil(lambda: not strange._under_way)
    assert len(told) == 1


def test_memory_is_bounded(ground, qtbot, monkeypatch):
    monkeypatch.setattr("laixi_transport.ui.map.tiles.ground.KEPT_BYTES", 5 * 8 * 8 * 4)
    tiles = ground(Reader(picture("white")))
    for x in range(8):
        tiles.wanted([(3, x, 0)])
        qtbot.waitUntil(lambda: not tiles._under_way)
    assert len(tiles._kept) == 5


def test_another_theme_makes_them_anew(ground, theme, qtbot):
    tiles = ground(Reader(picture("white")))
    tiles.wanted([(0, 0, 0)])
    qtbot.waitUntil(lambda: tiles.tile(0, 0, 0) is not None)
    theme.choose("dark" if theme.name == "light" else "light")
    tiles.restyle(MapStyle.of(theme))
    assert tiles.tile(0, 0, 0) is None


def style(theme, name):
    theme.choose(name)
    return MapStyle.of(theme)


def test_a_light_map_becomes_dark_and_keeps_its_hue(theme):
    light, dark = style(theme, "light"), style(theme, "dark")
    white = pictures.decode([picture("#FFFFFF")], light, aerial=False).pixelColor(0, 0)
    assert white.name() == "#ffffff"
    turned = pictures.decode([picture("#FFFFFF")], dark, aerial=False).pixelColor(0, 0)
    assert turned.lightnessF() < 0.25
    blue = pictures.decode([picture("#A0C0FF")], dark, aerial=False).pixelColor(0, 0)
    assert blue.blue() > blue.red()
    photo = pictures.decode([picture("#808080")], dark, aerial=True).pixelColor(0, 0)
    assert 60 < photo.red() < 128


def test_tiles_are_laid_over_each_other(theme):
    clear = QImage(8, 8, QImage.Format.Format_ARGB32)
    clear.fill(QColor(0, 0, 0, 0))
    clear.setPixelColor(2, 2, QColor("red"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    clear.save(buffer, "PNG")
    found = pictures.decode([picture("#FFFFFF"), bytes(buffer.data().data())], style(theme, "light"), aerial=False)
    assert (found.pixelColor(2, 2).name(), found.pixelColor(0, 0).name()) == ("#ff0000", "#ffffff")


def test_the_key_lies_in_a_file_of_its_own(settings):
    written = "https://t{s}.tianditu.gov.cn/vec_w/wmts?r={y}&c={x}&z={z}&tk=abc-secret"
    kept = save_choice(settings, TileChoice("address", address=written, aerial=True, attribution="审图号 GS(2024)1"))
    assert kept.key == "abc-secret"
    settings.sync()
    ini = Path(settings.fileName())
    assert "secret" not in ini.read_text(encoding="utf-8")
    key_file = ini.with_name(KEY_FILE)
    assert key_file.stat().st_mode & 0o077 == 0
    assert load_choice(settings) == kept
    assert "secret" not in repr(kept)
    save_choice(settings, TileChoice())
    assert not key_file.exists()


def test_nothing_is_opened_unless_something_is_chosen(settings, tmp_path):
    assert load_choice(settings).open(tmp_path) == []
    with pytest.raises(Problem, match="cannot be read"):
        TileChoice("file", file=str(tmp_path / "none.mbtiles")).open(tmp_path)


def test_a_vector_tile_shows_water_and_roads_in_the_colours_of_the_map(theme):
    from laixi_transport.services.map_data import vector_tile as vt
    from laixi_transport.ui.map.tiles import vector_picture

    light = style(theme, "light")
    ring = np.array([(0, 0), (2048, 0), (2048, 2048), (0, 2048)], np.int32)
    way = np.array([(0, 3000), (4096, 3000)], np.int32)
    border = np.array([(3000, 0), (3000, 2000)], np.int32)
    layers = [
        vt.TileLayer("water", 4096, [vt.TileFeature(vt.Shape.POLYGON, {}, (ring,))]),
        vt.TileLayer("transportation", 4096, [vt.TileFeature(vt.Shape.LINE, {"class": "motorway"}, (way,))]),
        vt.TileLayer("boundary", 4096, [vt.TileFeature(vt.Shape.LINE, {"admin_level": 4}, (border,))]),
        vt.TileLayer("place", 4096, [vt.TileFeature(vt.Shape.POINT, {"class": "city", "name": "莱西"},
                                                     (np.array([(4000, 3600)], np.int32),))]),
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_picture, "read_tile", lambda _: layers)
        image = vector_picture.paint(b"", 12, light, chinese=True)
    assert image.pixelColor(100, 100).name() == QColor(light.water).name()
    assert image.pixelColor(400, 375).name() == QColor(light.main_road).name()
    assert image.pixelColor(450, 300).name() == QColor(light.county).name()
    below = [image.pixelColor(x, y).name() for x in range(440, 512) for y in range(430, 470)]
    assert len(set(below)) > 3  # the name, whole inside the tile


def test_a_damaged_vector_tile_is_no_picture(theme):
    from laixi_transport.ui.map.tiles import vector_picture

    with pytest.raises(ValueError, match="cut short"):
        vector_picture.paint(b"\x1a\xff\x01", 3, style(theme, "light"), chinese=False)

"""Kernels and QPainter draw the same map; large bundles become a density; sharp screens stay sharp; hooks work."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest

from laixi_transport.domain.map_data import AreaKind, AreaTable
from laixi_transport.domain.road import RoadClass, RoadTable
from laixi_transport.ui.map import picture as picture_module
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.columns import MapColumns
from laixi_transport.ui.map.frame import Frame
from laixi_transport.ui.map.ground import pieces, tile_zoom, tiles_under
from laixi_transport.ui.map.picture import Picture, Scene, image_on, paint_picture
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.raster import loading
from laixi_transport.ui.map.raster.sheet import Scratch
from laixi_transport.ui.map.road_numbers import RoadNumbers
from laixi_transport.ui.map.shipped import shipped_base_map
from laixi_transport.ui.map.sprites import Look, Sprites
from laixi_transport.ui.map.still import draw_still
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.track_line import TrackBundle, TrackLine
from laixi_transport.ui.map.trails import Trails
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.map.viewport import Viewport

MIDDLE = (120.5, 36.86)
VIEW = Viewport(0.5, 0.5, 13.0, 400, 300).centred(*MIDDLE)


@pytest.fixture(params=["dark", "light"])
def style(theme, request):
    theme.choose(request.param)
    return MapStyle.of(theme)


@pytest.fixture
def map_view(theme, qtbot):
    view = MapView(theme, shipped_base_map(demo=False))
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.centre_on(*MIDDLE, 13)
    qtbot.waitUntil(lambda: view.settled)
    return view


def empty(view=VIEW, ratio=1.0):
    pixels = np.zeros((round(view.height * ratio), round(view.width * ratio)), np.uint32)
    return Picture(pixels, image_on(pixels, ratio), view, 1, ratio)


def both(scene, view=VIEW, ratio=1.0):
    """Return the pixels by the kernels and by QPainter."""
    columns = MapColumns.of(scene.base_map)
    one, other = empty(view, ratio), empty(view, ratio)
    one.density_top = draw_still(scene, columns, (), view, ratio, one.pixels, Scratch())
    for _ in paint_picture(scene, columns, other):
        pass
    return one, other


def difference(one, other):
    """Return the mean and the share of clearly different pixels, of 255."""
    channels = (np.abs(a.pixels.view(np.uint8).astype(int) - b.pixels.view(np.uint8)) for a, b in ((one, other),))
    apart = next(channels).reshape(-1, 4)[:, :3].max(axis=1)
    return apart.mean(), (apart > 48).mean()


def bundle(points=400, lines=3, spread=0.02):
    rng = np.random.default_rng(1)
    turn = np.cumsum(rng.normal(0, 0.4, (lines, points)), axis=1)
    lon = MIDDLE[0] + rng.normal(0, spread / 2, (lines, 1)) + np.cumsum(spread / 40 * np.cos(turn), axis=1)
    lat = MIDDLE[1] + rng.normal(0, spread / 2, (lines, 1)) + np.cumsum(spread / 40 * np.sin(turn), axis=1)
    n = points * lines
    return TrackBundle.of(
        lon.ravel(),
        lat.ravel(),
        np.arange(lines + 1) * points,
        break_after=np.arange(n) % 97 == 0,
        over_limit=np.arange(n) // 30 % 4 == 0,
        colours=["", "#888888", ""][:lines],
    )


@pytest.mark.parametrize("zoom", [9.0, 12.0, 14.5])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_kernels_and_painter_draw_the_same_map(style, zoom, ratio):
    view = Viewport(0.5, 0.5, zoom, 400, 300).centred(*MIDDLE)
    scene = Scene(shipped_base_map(demo=True), bundle(), style, chinese=True, version=1)
    mean, clearly = difference(*both(scene, view, ratio))
    assert mean < 2.0
    assert clearly < 0.012


def test_imported_roads_and_areas_are_drawn_by_both(style):
    lon, lat = MIDDLE
    box = np.array([(-0.01, -0.01), (0.01, -0.01), (0.01, 0.01), (-0.01, 0.01)])
    areas = AreaTable.of(
        [[box + MIDDLE, 0.4 * box + MIDDLE], [0.2 * box + MIDDLE]], kind=[AreaKind.GREEN, AreaKind.WATER]
    )
    roads = RoadTable.of([[(lon - 0.05, lat + 0.012), (lon + 0.05, lat + 0.012)]], road_class=RoadClass.MOTORWAY)
    one, other = both(Scene(BaseMap(road_table=roads, area_table=areas), bundle(0, 0), style, chinese=True, version=1))
    assert difference(one, other)[1] < 0.005
    for picture in (one, other):
        colours = {QColor.fromRgb(int(pixel)).name().upper() for pixel in np.unique(picture.pixels)}
        assert {style.green, style.water, style.ground, style.main_road} <= colours
        assert picture.image.pixelColor(200, 150).name().upper() == style.water
        x, y = VIEW.to_screen(*to_world(lon + 0.006, lat))
        assert picture.image.pixelColor(round(float(x)), round(float(y))).name().upper() == style.green
        x, y = VIEW.to_screen(*to_world(lon + 0.003, lat))
        assert picture.image.pixelColor(round(float(x)), round(float(y))).name().upper() == style.ground


def test_a_number_stands_beside_no_other_of_its_kind():
    pieces_of_road = [[(120.40 + at * 0.01, 36.86), (120.41 + at * 0.01, 36.86)] for at in range(20)]
    table = RoadTable.of(pieces_of_road, road_class=RoadClass.TRUNK, code=["G204"] * 20)
    view = Viewport(0.5, 0.5, 13.0, 1600, 300).centred(*MIDDLE)
    places = list(RoadNumbers(BaseMap(road_table=table)).places(view))
    assert {number for number, *_ in places} == {"G204"}
    columns = sorted(x for *_, x, _ in places)
    assert len(columns) >= 3
    assert min(np.diff(columns)) >= 240


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_line_is_as_sharp_as_the_screen(style, ratio):
    """From ink to ground are at most two pixels of the screen, whatever a logical pixel is."""
    x, y = VIEW.to_lon_lat(100, 150), VIEW.to_lon_lat(300, 150)
    line = TrackLine(np.array([x[0], y[0]]), np.array([x[1], y[1]]), np.zeros(2, bool), np.zeros(2, bool))
    scene = Scene(BaseMap(), TrackBundle.of_lines([line]), style, chinese=True, version=1)
    picture = empty(VIEW, ratio)
    draw_still(scene, MapColumns.of(BaseMap()), (), VIEW, ratio, picture.pixels, Scratch())
    column = picture.pixels[:, round(200 * ratio)]
    whole = {0xFF000000 | int(colour[1:], 16) for colour in (style.accent, style.county, style.ground)}
    mixed = sum(int(pixel) not in whole for pixel in column)
    assert mixed <= 4 * 2
    assert np.count_nonzero(column == (0xFF000000 | int(style.accent[1:], 16))) >= 3.6 * ratio - 2


def test_more_points_than_can_be_told_apart_become_a_density(style, monkeypatch):
    for module in ("still", "picture"):
        monkeypatch.setattr(f"laixi_transport.ui.map.{module}.MOST_POINTS", 200)
    one, other = both(Scene(BaseMap(), bundle(2000, 3), style, chinese=True, version=1))
    assert one.density_top >= 10
    assert other.density_top >= 10
    ground = 0xFF000000 | int(style.ground[1:], 16)
    assert 0 < np.count_nonzero(other.pixels != ground) <= np.count_nonzero(one.pixels != ground)
    few, _ = both(Scene(BaseMap(), bundle(50, 3), style, chinese=True, version=1))
    assert few.density_top == 0


def test_the_legend_stands_on_the_map_only_with_a_density(map_view, qtbot, monkeypatch):
    corner = (0, 0, 170, 60)
    map_view.set_tracks(bundle())
    qtbot.waitUntil(lambda: map_view.settled)
    without = map_view.grab().toImage().copy(*corner)
    monkeypatch.setattr("laixi_transport.ui.map.still.MOST_POINTS", 100)
    map_view.set_tracks(bundle())
    qtbot.waitUntil(lambda: map_view.settled)
    assert map_view.grab().toImage().copy(*corner) != without


def test_a_bundle_of_lines_is_those_lines():
    lines = [
        TrackLine(np.array([120.1, np.nan, 120.3]), np.full(3, 36.8), np.zeros(3, bool), np.ones(3, bool), "#112233"),
        TrackLine(np.array([]), np.array([]), np.zeros(0, bool), np.zeros(0, bool)),
        TrackLine(np.array([120.5, 120.6]), np.full(2, 36.9), np.array([False, False]), np.zeros(2, bool)),
    ]
    made = TrackBundle.of_lines(lines)
    assert made.begin.tolist() == [0, 2, 2, 4]
    assert (made.flags & 1).tolist() == [1, 1, 0, 1]  # a break at the missing place and at each end
    assert (made.flags & 2).tolist() == [2, 2, 0, 0]
    assert made.source.tolist() == [0, 2, 3, 4]
    assert made.colour(0) == "#112233"
    lon = made.x / 2**32 * 360 - 180
    assert lon == pytest.approx([120.1, 120.3, 120.5, 120.6], abs=1e-7)


@pytest.mark.parametrize(
    ("begin", "message"), [([0, 2], "divide"), ([1, 3], "divide"), ([0, 3, 2, 3], "divide"), ([], "divide")]
)
def test_a_bundle_whose_lines_do_not_fit_is_refused(begin, message):
    with pytest.raises(ValueError, match=message):
        TrackBundle.of(np.zeros(3), np.zeros(3), np.array(begin, np.int64), break_after=np.zeros(3, bool))


def trail_of(bundle_of_ways, first, last, head):
    return Trails(bundle_of_ways, np.array([first]), np.array([last]), np.array([head[0]]), np.array([head[1]]))


@pytest.mark.parametrize("by_kernels", [True, False])
def test_a_trail_ends_at_the_vehicle_and_shows_no_gap_as_driven(style, by_kernels):
    lon = np.array([VIEW.to_lon_lat(px, 150)[0] for px in (50, 100, 200, 250)])
    ways = TrackBundle.of(
        lon, np.full(4, MIDDLE[1]), np.array([0, 4]), break_after=np.array([False, True, False, False])
    )
    frame = Frame()
    frame.begin(None, VIEW, style, 1.0)
    trails = trail_of(ways, 0, 3, VIEW.to_lon_lat(300, 150))
    if by_kernels:
        frame.trails(trails, VIEW, style, 1.0)
    else:
        painter = QPainter(frame.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        trails.paint(painter, VIEW, style)
        painter.end()
    inked = [frame.image.pixelColor(px, 150).name().upper() == style.accent for px in (75, 150, 225, 290, 320)]
    assert inked == [True, False, True, True, False]


def test_vehicles_by_kernels_and_painter_are_the_same_pixels(style):
    sprites = Sprites(style, 16.0, 1.0)
    places = np.array([(0.1, 0.2), (0.5, 0.5), (0.52, 0.51), (0.99, 0.01)])
    x, y = places[:, 0] * 400, places[:, 1] * 300
    direction, look = np.array([0.0, 93.0, 181.0, 359.0]), np.array([0, 1, 2, 3], np.uint8)
    one, other = Frame(), Frame()
    for frame in (one, other):
        frame.begin(None, VIEW, style, 1.0)
    for kind in Look:
        sprites.ensure(kind)
    world = np.array([VIEW.to_world(px, py) for px, py in zip(x, y, strict=True)])
    one.vehicles(sprites, world[:, 0].copy(), world[:, 1].copy(), direction, look, VIEW, 1.0)
    painter = QPainter(other.image)
    sprites.draw(painter, x, y, direction, look)
    painter.end()
    apart = np.abs(one._pixels.view(np.uint8).astype(int) - other._pixels.view(np.uint8))
    assert apart.max() <= 2
    assert (one._pixels != one._pixels[0, 0]).sum() > 200


class Tiles(QObject):
    """A source with one colour for each zoom, of which some tiles are there."""

    changed = Signal()
    attribution, min_zoom, max_zoom, tile_px, complete = "Tiles of a test", 0, 16, 256, True

    def __init__(self, *zooms):
        super().__init__()
        self.zooms, self.asked = zooms, []

    def tile(self, z, x, y):
        if z not in self.zooms:
            return None
        image = QImage(256, 256, QImage.Format.Format_RGB32)
        image.fill(QColor(10 * z, x % 250, y % 250))
        return image

    def wanted(self, tiles):
        self.asked.append(list(tiles))


def test_tiles_lie_where_they_belong(style):
    source = Tiles(13)
    found = list(pieces(source, VIEW, 1.0))
    assert len(found) == len(source.asked[0])
    scene = Scene(BaseMap(), bundle(0, 0), style, chinese=True, version=1, ground=source)
    picture = empty()
    draw_still(scene, MapColumns.of(BaseMap()), found, VIEW, 1.0, picture.pixels, Scratch())
    for px, py in ((20, 20), (200, 150), (390, 290)):
        x, y = VIEW.to_world(px, py)
        tile_x, tile_y = int(x * 2**13) % 250, int(y * 2**13) % 250
        seen = picture.image.pixelColor(px, py)
        if not style.dark:
            assert (seen.red(), seen.green(), seen.blue()) == (130, tile_x, tile_y)
        assert seen != QColor(style.ground)


def test_the_part_of_a_tile_above_stands_in(style):
    found = list(pieces(Tiles(11), VIEW, 1.0))
    assert found
    for piece in found:
        left, top, right, bottom = piece.source
        assert (right - left, bottom - top) == (0.25, 0.25)


def test_tiles_are_as_fine_as_the_screen_and_not_countless():
    source = Tiles()
    assert tile_zoom(VIEW, 1.0, source) == 13
    assert tile_zoom(VIEW, 2.0, source) == 14
    assert tiles_under(VIEW, 13)[0][1:] == (int(VIEW.x * 2**13), int(VIEW.y * 2**13))
    assert tiles_under(Viewport(0.5, 0.5, 3.0, 4000, 4000), 12) == []


def test_when_tiles_come_the_map_is_drawn_anew(map_view, qtbot):
    source = Tiles(13)
    map_view.set_ground(source)
    assert "Tiles of a test" in map_view.attribution()
    qtbot.waitUntil(lambda: map_view.settled)
    before = map_view._picture
    source.changed.emit()
    qtbot.waitUntil(lambda: map_view.settled and map_view._picture is not before)
    map_view.set_ground(None)
    source.changed.emit()
    assert "Tiles of a test" not in map_view.attribution()
    qtbot.waitUntil(lambda: map_view.settled)


def test_a_layer_is_painted_until_it_is_taken_away(map_view):
    seen = []

    def paint(painter, view, style, ratio, placer):
        assert placer.is_free((0, 0, 20, 20))
        seen.append((view, ratio))
        painter.fillRect(0, 0, 20, 20, QColor("#123456"))

    layer = SimpleNamespace(paint=paint)
    map_view.add_layer(layer)
    assert map_view.grab().toImage().pixelColor(5, 5) == QColor("#123456")
    assert seen[-1] == (map_view.view, 1.0)
    map_view.remove_layer(layer)
    assert map_view.grab().toImage().pixelColor(5, 5) != QColor("#123456")


class Pen:
    """A tool that takes presses in the left half."""

    def __init__(self):
        self.told, self.finished = [], 0

    def press(self, event, view):
        self.told.append("press")
        return event.position().x() < 250

    def move(self, event, view):
        self.told.append("move")
        return True

    def release(self, event, view):
        self.told.append("release")
        return True

    def double_click(self, event, view):
        return False

    def key(self, event, view):
        return event.key() == Qt.Key.Key_A

    def paint(self, painter, view, style, ratio):
        painter.fillRect(0, 0, 9, 9, QColor("#654321"))

    def cursor(self):
        return Qt.CursorShape.CrossCursor

    def finish(self):
        self.finished += 1


def test_a_tool_has_the_mouse_until_it_ends(map_view, qtbot):
    tool, begun = Pen(), map_view.view
    map_view.set_tool(tool)
    assert map_view.cursor().shape() == Qt.CursorShape.CrossCursor
    assert map_view.grab().toImage().pixelColor(3, 3) == QColor("#654321")
    with qtbot.assertNotEmitted(map_view.background_clicked):
        QTest.mouseClick(map_view, Qt.MouseButton.LeftButton, pos=QPointF(100, 300).toPoint())
    assert tool.told[-2:] == ["press", "release"]
    with qtbot.waitSignal(map_view.background_clicked):  # what it does not take stays the map's
        QTest.mouseClick(map_view, Qt.MouseButton.LeftButton, pos=QPointF(400, 300).toPoint())
    assert map_view.view == begun
    with qtbot.waitSignal(map_view.tool_changed) as changed:
        QTest.keyClick(map_view, Qt.Key.Key_Escape)
    assert changed.args == [None]
    assert tool.finished == 1
    assert map_view.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_until_the_kernels_are_there_the_painter_shows_the_map(theme, qtbot, monkeypatch):
    monkeypatch.setattr(loading, "_ready", False)
    asked = threading.Event()
    monkeypatch.setattr(loading, "begin", asked.set)
    view = MapView(theme, shipped_base_map(demo=False))
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.set_vehicles([1], [120.45], [36.87], [90], [2], ["鲁B·D0001"])
    qtbot.waitUntil(lambda: view.settled)
    assert view.grab().toImage().pixelColor(250, 200) != QColor(view._style.ground)
    assert view._frame is None
    qtbot.waitUntil(asked.is_set)
    before = view._picture
    monkeypatch.setattr(loading, "_ready", True)
    qtbot.waitUntil(lambda: view.settled and view._picture is not before)
    view.grab()
    assert view._frame is not None
    assert not view._awaiting_kernels.isActive()


@pytest.mark.expects_warnings("could not be painted")
def test_a_picture_that_fails_is_told_once_and_the_map_lives_on(map_view, qtbot, monkeypatch):
    shown = map_view._picture

    def broken(*_):
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr("laixi_transport.ui.map.still.draw_still", broken)
        map_view.set_tracks(bundle())
        qtbot.waitUntil(lambda: not map_view._maker.busy)
    assert map_view._picture is shown
    map_view.set_tracks(bundle())
    qtbot.waitUntil(lambda: map_view.settled)


def test_the_limits_of_a_picture_are_those_that_the_docs_name():
    assert picture_module.MOST_POINTS == 1_000_000

"""The tools under a real mouse on a real map."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofencePurpose, ShapeFault, WeeklyHours
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.placing import Placer
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.tools.belt import ToolBelt
from laixi_transport.ui.map.tools.draw_fence import DrawFence
from laixi_transport.ui.map.tools.edit_fence import EditFence
from laixi_transport.ui.map.tools.fence_layer import FenceLayer
from laixi_transport.ui.map.tools.outlines import pixel
from laixi_transport.ui.map.tools.shape import Grip, Shape
from laixi_transport.ui.map.view import MapView

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NOW_S = 1_781_059_338.0  # a Wednesday, 10:42 GMT+8


@pytest.fixture
def map_view(theme, qtbot):
    made = MapView(theme, BaseMap())
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.centre_on(120.5, 36.86, 14.0)
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


@pytest.fixture
def layer():
    return FenceLayer(lambda: NOW_S)


@pytest.fixture
def belt(map_view, layer):
    return ToolBelt(map_view, fences=layer, selects=True)


class Hand:
    """A mouse and a keyboard on a map."""

    def __init__(self, qtbot, map_view):
        self._bot = qtbot
        self.map = map_view

    def click(self, *points, button=LEFT):
        for x, y in points:
            self._bot.mouseMove(self.map, QPoint(x, y))
            self._bot.mouseClick(self.map, button, pos=QPoint(x, y))

    def double_click(self, x, y):
        self.click((x, y))
        self._bot.mouseDClick(self.map, LEFT, pos=QPoint(x, y))

    def drag(self, begin, end, *, drop=True):
        self._bot.mouseMove(self.map, QPoint(*begin))
        self._bot.mousePress(self.map, LEFT, pos=QPoint(*begin))
        self._bot.mouseMove(self.map, QPoint((begin[0] + end[0]) // 2, (begin[1] + end[1]) // 2))
        self._bot.mouseMove(self.map, QPoint(*end))
        if drop:
            self._bot.mouseRelease(self.map, LEFT, pos=QPoint(*end))

    def move(self, x, y):
        self._bot.mouseMove(self.map, QPoint(x, y))

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self._bot.keyClick(self.map, key, modifier)

    def place(self, x, y):
        return self.map.view.to_lon_lat(x, y)


@pytest.fixture
def hand(qtbot, map_view):
    return Hand(qtbot, map_view)


# Measuring


def test_a_distance_is_measured_leg_by_leg(belt, hand, map_view):
    belt.begin(belt.ruler)
    hand.click((100, 300), (500, 300), (500, 100))
    metres_per_px = map_view.view.metres_per_px
    assert belt.ruler.legs_m() == [
        pytest.approx(400 * metres_per_px, rel=0.003),  # the picture is of a sphere, the measure of the ellipsoid
        pytest.approx(200 * metres_per_px, rel=0.004),
    ]
    assert belt.ruler.length_m() == pytest.approx(sum(belt.ruler.legs_m()))


def test_backspace_takes_a_point_back_and_enter_ends(belt, hand):
    belt.begin(belt.ruler)
    hand.click((100, 300), (500, 300), (500, 100))
    hand.key(Qt.Key.Key_Backspace)
    hand.click((510, 310), button=RIGHT)
    assert len(belt.ruler.points) == 1
    hand.click((300, 300))
    hand.key(Qt.Key.Key_Return)
    assert belt.ruler.done
    hand.click((50, 50))
    assert belt.ruler.points == [hand.place(50, 50)]
    assert not belt.ruler.done


def test_a_double_click_ends_without_a_further_point(belt, hand):
    belt.begin(belt.ruler)
    hand.click((100, 300))
    hand.double_click(500, 300)
    assert belt.ruler.done
    assert len(belt.ruler.points) == 2


def test_an_area_is_closed_at_its_first_corner(belt, hand, map_view):
    belt.begin(belt.area_ruler)
    hand.click((300, 200), (500, 200), (500, 400), (300, 400), (304, 203))
    assert belt.area_ruler.done
    side = 200 * map_view.view.metres_per_px
    assert belt.area_ruler.area_m2() == pytest.approx(side * side, rel=0.005)
    assert belt.area_ruler.length_m() == pytest.approx(4 * side, rel=0.005)


def test_escape_leaves_and_what_was_measured_is_gone(belt, hand, map_view):
    belt.begin(belt.ruler)
    assert belt.buttons["measure"].isChecked()
    assert belt.strip.isVisible()
    hand.click((100, 300), (500, 300))
    hand.key(Qt.Key.Key_Escape)
    assert map_view.tool is None
    assert belt.ruler.points == []
    assert not belt.buttons["measure"].isChecked()
    assert not belt.strip.isVisible()


def test_the_map_is_moved_neither_by_a_tool_nor_its_double_click(belt, hand, map_view):
    belt.begin(belt.ruler)
    before = map_view.view
    hand.double_click(500, 300)
    hand.drag((300, 300), (350, 350))
    assert map_view.view == before


# Selecting


def test_a_rectangle_tells_its_bounds(belt, hand, qtbot):
    belt.begin(belt.marquee)
    with qtbot.waitSignal(belt.selected) as told:
        hand.drag((500, 400), (300, 200))
    west, south, east, north = told.args[0]
    assert (west, north) == pytest.approx(hand.place(300, 200))
    assert (east, south) == pytest.approx(hand.place(500, 400))


def test_a_click_selects_nothing_and_escape_gives_a_rectangle_up(belt, hand, qtbot, map_view):
    belt.begin(belt.marquee)
    with qtbot.waitSignal(belt.selected) as told:
        hand.click((300, 200))
    assert told.args == [None]
    with qtbot.assertNotEmitted(belt.selected):
        hand.drag((500, 400), (300, 200), drop=False)
        hand.key(Qt.Key.Key_Escape)
    assert map_view.tool is belt.marquee


# Drawing


def draw(belt, kind, shapes):
    tool = DrawFence(kind, parent=belt)
    tool.finished.connect(shapes.append)
    belt.add_tool(tool)
    belt.begin(tool)
    return tool


def test_a_circle_is_dragged_from_its_centre(belt, hand, map_view):
    shapes = []
    tool = draw(belt, GeofenceKind.CIRCLE, shapes)
    hand.drag((400, 300), (500, 300), drop=False)
    assert tool.shape.radius_m == pytest.approx(100 * map_view.view.metres_per_px, rel=0.005)
    hand.drag((400, 300), (400, 300))
    hand.click((500, 300))
    [circle] = shapes
    assert (circle.lon_deg[0], circle.lat_deg[0]) == pytest.approx(hand.place(400, 300))
    assert circle.fault is None


def test_a_circle_may_be_clicked_twice(belt, hand):
    shapes = []
    draw(belt, GeofenceKind.CIRCLE, shapes)
    hand.click((400, 300), (450, 300))
    [circle] = shapes
    assert circle.radius_m > 100


def test_a_rectangle_is_dragged_in_any_direction(belt, hand):
    shapes = []
    draw(belt, GeofenceKind.RECTANGLE, shapes)
    hand.drag((500, 400), (300, 250))
    [box] = shapes
    west, north = hand.place(300, 250)
    east, south = hand.place(500, 400)
    assert box.lon_deg == pytest.approx((west, east))
    assert box.lat_deg == pytest.approx((south, north))


def test_a_polygon_closes_at_its_first_corner(belt, hand):
    shapes = []
    draw(belt, GeofenceKind.POLYGON, shapes)
    hand.click((300, 200), (500, 200), (500, 400), (306, 206))
    [polygon] = shapes
    assert len(polygon) == 3
    assert (polygon.lon_deg[0], polygon.lat_deg[0]) == pytest.approx(hand.place(300, 200))


def test_a_polygon_that_crosses_itself_is_told_and_not_closed(belt, hand, map_view):
    shapes = []
    tool = draw(belt, GeofenceKind.POLYGON, shapes)
    hand.click((300, 200), (500, 200), (300, 400), (500, 400))
    assert tool._fault(tool.shape) is None  # its last side, which crosses, is not drawn yet
    hand.key(Qt.Key.Key_Return)
    assert shapes == []
    assert tool._fault(tool.shape) is ShapeFault.CROSSES_ITSELF
    map_view.grab()
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Return)
    [polygon] = shapes
    assert len(polygon) == 3


def test_a_side_that_crosses_another_is_told_while_it_is_drawn(belt, hand):
    shapes = []
    tool = draw(belt, GeofenceKind.POLYGON, shapes)
    hand.click((300, 200), (500, 200), (500, 400), (400, 100))
    assert tool._fault(tool.shape) is ShapeFault.CROSSES_ITSELF


def test_a_corridor_follows_the_clicks_and_gets_wider_by_key(belt, hand):
    shapes = []
    tool = draw(belt, GeofenceKind.CORRIDOR, shapes)
    hand.click((200, 300), (400, 300))
    before = tool.shape.radius_m
    hand.key(Qt.Key.Key_BracketRight)
    assert tool.shape.radius_m > before
    hand.key(Qt.Key.Key_BracketLeft)
    hand.double_click(600, 200)
    [road] = shapes
    assert len(road) == 3
    assert road.radius_m == pytest.approx(before, abs=1)


def test_the_first_escape_gives_up_the_shape_the_second_the_tool(belt, hand, map_view):
    tool = draw(belt, GeofenceKind.POLYGON, [])
    hand.click((300, 200), (500, 400))
    hand.key(Qt.Key.Key_Escape)
    assert map_view.tool is tool
    assert len(tool.shape) == 0
    hand.key(Qt.Key.Key_Escape)
    assert map_view.tool is None


def test_control_z_takes_a_corner_back_while_drawing(belt, hand):
    tool = draw(belt, GeofenceKind.POLYGON, [])
    hand.click((300, 200), (500, 400))
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(tool.shape) == 1


def test_a_shape_of_no_size_is_not_taken(belt, hand):
    shapes = []
    tool = draw(belt, GeofenceKind.RECTANGLE, shapes)
    hand.click((300, 200))
    hand.click((300, 200))
    assert shapes == []
    assert tool._fault(tool.shape) is ShapeFault.TOO_SMALL


# Changing


@pytest.fixture
def square(map_view):
    corners = [(300, 200), (500, 200), (500, 400), (300, 400)]
    places = [map_view.view.to_lon_lat(*corner) for corner in corners]
    return Shape(GeofenceKind.POLYGON, tuple(p[0] for p in places), tuple(p[1] for p in places))


@pytest.fixture
def edit(belt, square):
    tool = EditFence(square, belt)
    belt.add_tool(tool)
    belt.begin(tool)
    return tool


def test_a_corner_is_dragged_and_the_change_undone(edit, hand, square, qtbot):
    with qtbot.waitSignals([edit.shaped, edit.shaped]):
        hand.drag((500, 200), (560, 160))
    assert (edit.shape.lon_deg[1], edit.shape.lat_deg[1]) == pytest.approx(hand.place(560, 160))
    assert edit.changed_by_hand
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert edit.shape == square
    hand.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert edit.shape != square
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert edit.shape != square


def test_the_middle_of_a_side_grows_a_corner_that_del_takes_away(edit, hand, square):
    hand.drag((400, 200), (400, 120))
    assert len(edit.shape) == 5
    assert (edit.shape.lon_deg[1], edit.shape.lat_deg[1]) == pytest.approx(hand.place(400, 120), abs=1e-6)
    hand.move(20, 20)
    hand.key(Qt.Key.Key_Delete)  # the one that was just made
    assert edit.shape == square


def test_del_and_a_right_click_take_the_corner_under_the_pointer(edit, hand):
    hand.move(500, 200)
    hand.key(Qt.Key.Key_Delete)
    assert len(edit.shape) == 3
    hand.click((300, 200), button=RIGHT)
    assert len(edit.shape) == 3  # the least that a polygon has


def test_the_cross_moves_the_whole(edit, hand, square, map_view):
    hand.drag((400, 300), (450, 330))
    begin, end = hand.place(400, 300), hand.place(450, 330)
    moved = [lon - before for lon, before in zip(edit.shape.lon_deg, square.lon_deg, strict=True)]
    assert moved == pytest.approx([end[0] - begin[0]] * 4, abs=1e-6)


def test_escape_while_dragging_puts_it_back(edit, hand, square, map_view):
    hand.drag((500, 200), (560, 160), drop=False)
    assert edit.shape != square
    hand.key(Qt.Key.Key_Escape)
    assert edit.shape == square
    assert map_view.tool is edit


def test_what_is_no_handle_moves_the_map_as_ever(edit, hand, square, map_view):
    before = map_view.view
    hand.drag((350, 300), (250, 300))
    assert map_view.view != before
    assert edit.shape == square


def test_a_crossing_is_shown_in_the_colour_of_an_alarm(edit, hand, map_view, theme):
    hand.drag((500, 200), (400, 450))
    assert edit.shape.fault is ShapeFault.CROSSES_ITSELF
    picture = map_view.grab().toImage()
    corner = pixel(map_view.view, edit.shape.lon_deg[3], edit.shape.lat_deg[3])
    other = pixel(map_view.view, edit.shape.lon_deg[0], edit.shape.lat_deg[0])
    at = corner * 0.7 + other * 0.3
    assert picture.pixelColor(round(at.x()), round(at.y())).name().upper() == theme.palette.high


@pytest.mark.parametrize("kind", [GeofenceKind.CIRCLE, GeofenceKind.CORRIDOR])
def test_the_rim_sets_radius_and_width(belt, hand, map_view, kind):
    points = [hand.place(300, 300), hand.place(500, 300)][: 1 if kind is GeofenceKind.CIRCLE else 2]
    shape = Shape(kind, tuple(p[0] for p in points), tuple(p[1] for p in points), 200.0)
    tool = EditFence(shape, belt)
    belt.begin(tool)
    rim = next(h for h in shape.handles() if h.grip is Grip.RIM)
    at = pixel(map_view.view, rim.lon_deg, rim.lat_deg).toPoint()
    away = (at.x() + 60, at.y()) if kind is GeofenceKind.CIRCLE else (at.x(), at.y() - 60)
    hand.drag((at.x(), at.y()), away)
    assert tool.shape.radius_m == pytest.approx(200 + 60 * map_view.view.metres_per_px, rel=0.03)


# What is shown


def fence(number, kind, *points, radius_m=0.0, **values):
    return Geofence(
        id=number,
        version=1,
        name=f"区域 {number}",
        kind=kind,
        lon_deg=tuple(p[0] for p in points),
        lat_deg=tuple(p[1] for p in points),
        radius_m=radius_m,
        **values,
    )


def test_the_smallest_area_at_a_place_is_the_one_that_is_meant(belt, layer, hand, map_view):
    big = fence(1, GeofenceKind.RECTANGLE, hand.place(200, 500), hand.place(600, 100))
    small = fence(2, GeofenceKind.CIRCLE, hand.place(400, 300), radius_m=200.0)
    layer.set([small, big])
    place = hand.place(400, 300)
    assert layer.hit(*place, map_view.view, inside=lambda _: True) == 2
    assert layer.hit(*hand.place(220, 120), map_view.view, inside=lambda f: f.id == 1) == 1
    assert layer.hit(*hand.place(20, 20), map_view.view, inside=lambda _: True) is None


def test_an_area_that_rests_looks_another_way(belt, layer, hand, map_view, qtbot):
    def picture(**values):
        layer.set([fence(1, GeofenceKind.RECTANGLE, hand.place(200, 500), hand.place(600, 100), **values)])
        return map_view.grab(map_view.rect().adjusted(220, 120, -420, -350)).toImage()

    holds = picture()
    assert picture(hours=(WeeklyHours(10 * 60, 11 * 60),)) == holds
    assert picture(hours=(WeeklyHours(11 * 60, 12 * 60),)) != holds
    assert picture(enabled=False) != holds
    assert picture(purpose=GeofencePurpose.KEEP_OUT) != holds


def test_areas_move_with_the_map(belt, layer, hand, map_view):
    layer.set([fence(1, GeofenceKind.RECTANGLE, hand.place(200, 500), hand.place(600, 100))])
    inside = map_view.grab().toImage().pixelColor(210, 300)
    outside = map_view.grab().toImage().pixelColor(190, 300)
    assert inside != outside
    map_view.look_at(map_view.view.panned(-50, 0))
    moved = map_view.grab().toImage()
    assert moved.pixelColor(160, 300) == inside
    assert moved.pixelColor(140, 300) == outside


def test_the_name_of_an_area_leaves_the_names_of_the_map_readable(layer, hand, map_view, theme):
    def boxes(*taken):
        image, placer = QImage(800, 600, QImage.Format.Format_RGB32), Placer()
        for box in taken:
            placer.take(box)
        painter = QPainter(image)
        layer.paint(painter, map_view.view, MapStyle.of(theme), 1.0, placer)
        painter.end()
        return placer.boxes[len(taken) :]

    layer.set([fence(1, GeofenceKind.RECTANGLE, hand.place(200, 500), hand.place(600, 100))])
    [alone] = boxes()
    assert (alone[1] + alone[3]) / 2 == pytest.approx(300, abs=2)
    [beside] = boxes(alone)
    assert beside[0] == alone[0]
    assert beside[3] <= alone[1] or beside[1] >= alone[3]
    assert boxes((200, 100, 600, 500)) == []  # no room at all
    layer.set([fence(1, GeofenceKind.RECTANGLE, hand.place(360, 310), hand.place(440, 290))])
    [low] = boxes()
    assert boxes(low) == []  # above and below is no longer inside
    layer.set([replace(layer.fences[0], name="莱" * 60)])
    layer.chosen = 1
    [long] = boxes()
    assert 180 < long[2] - long[0] < 220
    image = map_view.grab().toImage()
    map_view.add_layer(layer)
    assert map_view.grab().toImage() != image


def test_many_areas_are_painted_aside_and_stand_where_they_belong(belt, layer, hand, map_view, qtbot):
    west, south = hand.place(200, 500)
    east, north = hand.place(600, 100)
    layer.set([fence(1, GeofenceKind.RECTANGLE, (west, south), (east, north))])
    alone = map_view.grab().toImage()
    far = [(west + 0.001 * n, south - 0.3) for n in range(200)]
    layer.set([*layer.fences, *(fence(2 + n, GeofenceKind.CIRCLE, place, radius_m=5) for n, place in enumerate(far))])
    assert map_view.grab().toImage() == alone  # those out of sight cost nothing
    near = [hand.place(605 + n % 100, 20 + n // 100) for n in range(400)]
    layer.set(
        [*layer.fences, *(fence(300 + n, GeofenceKind.CIRCLE, place, radius_m=5) for n, place in enumerate(near))]
    )
    map_view.grab()
    qtbot.waitUntil(lambda: not layer.picture.busy)
    picture = map_view.grab().toImage()
    assert picture.pixelColor(210, 300) == alone.pixelColor(210, 300)
    assert picture.pixelColor(190, 300) == alone.pixelColor(190, 300)
    map_view.look_at(map_view.view.panned(-50, 0))
    assert map_view.grab().toImage().pixelColor(160, 300) == alone.pixelColor(210, 300)
    assert not layer.picture.busy
    map_view.look_at(map_view.view.zoomed_at(0, 300, 1.0))
    assert map_view.grab().toImage().pixelColor(320, 300) == alone.pixelColor(210, 300)  # the old one, scaled
    qtbot.waitUntil(lambda: not layer.picture.busy)
    assert map_view.grab().toImage().pixelColor(320, 300) == alone.pixelColor(210, 300)


def test_the_place_under_the_pointer_is_copied_and_written_in_two_ways(belt, hand, map_view):
    belt.copy_place()
    hand.move(400, 300)
    belt.copy_place()
    lat, lon = (float(part) for part in QGuiApplication.clipboard().text().split(","))
    assert (lon, lat) == pytest.approx(hand.place(400, 300), abs=1e-6)
    assert belt.strip.isVisible()
    decimal = map_view.coordinate(36.86, 120.5)
    belt.toggle_dms()
    assert belt.dms
    assert map_view.coordinate(36.86, 120.5) == "36°51′36.0″ N, 120°30′00.0″ E"
    map_view.grab()
    belt.toggle_dms()
    assert map_view.coordinate(36.86, 120.5) == decimal

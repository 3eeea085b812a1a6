"""The map as a hand uses it: click, drag, wheel, keys, following."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QToolButton

from laixi_transport.domain.fleet import MotionState
from laixi_transport.ui.map import furniture
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.furniture import MARGIN_PX, Card, scale_bar
from laixi_transport.ui.map.lettering import paint_labels
from laixi_transport.ui.map.marks import MarkLayer
from laixi_transport.ui.map.shipped import shipped_base_map
from laixi_transport.ui.map.sprites import Look
from laixi_transport.ui.map.track_line import Mark, MarkKind, TrackLine
from laixi_transport.ui.map.view import MapView

LEFT = Qt.MouseButton.LeftButton
FLEET = {
    1: (120.50, 36.86, MotionState.MOVING),
    2: (120.53, 36.86, MotionState.STOPPED),
    3: (120.50, 36.88, Look.URGENT),
}


@pytest.fixture(scope="module")
def base_map():
    return shipped_base_map(demo=False)


@pytest.fixture
def map_view(theme, base_map, qtbot):
    view = MapView(theme, base_map)
    qtbot.addWidget(view)
    view.resize(900, 700)
    view.show()
    show_fleet(view, FLEET)
    qtbot.waitUntil(lambda: view.settled)
    return view


def show_fleet(view, fleet):
    lon, lat, state = zip(*fleet.values(), strict=True)
    names = [f"鲁B·D{number:04d}" for number in fleet]
    view.set_vehicles(list(fleet), lon, lat, [90] * len(fleet), state, names)


def pixel(view, vehicle_id):
    x, y = view.place_of(vehicle_id)
    return QPoint(round(x), round(y))


def drag(qtbot, view, start, end):
    qtbot.mousePress(view, LEFT, pos=start)
    for share in (0.3, 0.7, 1.0):
        qtbot.mouseMove(view, start + (end - start) * share)
        move(view, start + (end - start) * share, held=True)
    qtbot.mouseRelease(view, LEFT, pos=end)


def move(view, at, *, held=False):
    """Move the pointer: the offscreen platform sends no moves of its own for a held button."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    buttons = LEFT if held else Qt.MouseButton.NoButton
    where = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, view.mapToGlobal(where), Qt.MouseButton.NoButton, buttons, Qt.KeyboardModifier(0)
    )
    QApplication.sendEvent(view, event)


def turn_wheel(view, at, eighths):
    where = QPointF(at)
    event = QWheelEvent(
        where,
        view.mapToGlobal(where),
        QPoint(),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier(0),
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def pictures_differ(one, other):
    return one.toImage() != other.toImage()


def test_at_first_the_whole_county_is_shown(map_view, base_map):
    left, top, right, bottom = base_map.county_bounds
    x0, y0, x1, y1 = map_view.view.bounds
    assert x0 < left < right < x1
    assert y0 < top < bottom < y1


def test_clicking_a_vehicle_tells_which(map_view, qtbot):
    with qtbot.waitSignal(map_view.vehicle_clicked) as clicked:
        qtbot.mouseClick(map_view, LEFT, pos=pixel(map_view, 2) + QPoint(4, -3))
    assert clicked.args == [2]


def test_a_click_beside_every_vehicle_is_one_on_the_ground(map_view, qtbot):
    map_view.centre_on(120.515, 36.87, 14)
    with (
        qtbot.assertNotEmitted(map_view.vehicle_clicked),
        qtbot.waitSignal(map_view.background_clicked) as clicked,
    ):
        qtbot.mouseClick(map_view, LEFT, pos=pixel(map_view, 1) + QPoint(40, 0))
    assert clicked.args[1] == pytest.approx(36.86, abs=0.001)


def test_of_vehicles_on_one_spot_the_alarm_is_taken(map_view, qtbot):
    spot = {1: (120.5, 36.9, Look.ALARM), 2: (120.5, 36.9, Look.OFFLINE), 3: (120.5, 36.9, Look.MOVING)}
    show_fleet(map_view, spot)
    with qtbot.waitSignal(map_view.vehicle_clicked) as clicked:
        qtbot.mouseClick(map_view, LEFT, pos=pixel(map_view, 1))
    assert clicked.args == [1]


def test_dragging_moves_the_map_and_clicks_nothing(map_view, qtbot):
    start = pixel(map_view, 1)
    with qtbot.assertNotEmitted(map_view.vehicle_clicked):
        drag(qtbot, map_view, start, start + QPoint(120, -60))
    assert pixel(map_view, 1) == start + QPoint(120, -60)


def test_the_wheel_zooms_at_the_pointer(map_view):
    at = pixel(map_view, 2)
    zoom = map_view.view.zoom
    turn_wheel(map_view, at, 240)
    assert map_view.view.zoom == pytest.approx(zoom + 1)
    assert (pixel(map_view, 2) - at).manhattanLength() <= 1


def test_while_the_map_zooms_names_keep_their_size_and_their_place(map_view, base_map):
    """Until the new picture is there the old one is scaled; scaled letters would be giant and blurred."""
    turn_wheel(map_view, QPoint(450, 350), 480)
    assert not map_view.settled  # no event was worked off: the picture is still the old one
    painter = DrawnImages()
    names = paint_labels(
        painter,
        map_view._picture.labels,
        map_view.view,
        map_view._style,
        1.0,
        found_for=map_view._picture.view,
    )
    assert painter.drawn
    assert all(image.deviceIndependentSize().height() < 40 for _, image in painter.drawn)
    town = next(place for place in base_map.places if place.rank == 1)
    x, y = map_view.view.to_screen(town.x, town.y)
    assert any(abs(box[0] - x) < 30 and abs((box[1] + box[3]) / 2 - y) < 30 for box in names.boxes)


def test_names_never_overlap_while_the_map_zooms_out(map_view):
    turn_wheel(map_view, QPoint(450, 350), -360)
    assert not map_view.settled
    painter = DrawnImages()
    picture = map_view._picture
    paint_labels(painter, picture.labels, map_view.view, map_view._style, 1.0, found_for=picture.view)
    boxes = [QRectF(corner, image.deviceIndependentSize()).adjusted(1, 1, -1, -1) for corner, image in painter.drawn]
    assert boxes
    assert not any(a.intersects(b) for at, a in enumerate(boxes) for b in boxes[at + 1 :])


def test_the_texts_of_marks_are_placed_once_for_a_view(map_view, monkeypatch):
    map_view.set_marks([Mark(120.5, 36.87, "12 min", MarkKind.STOP), Mark(120.52, 36.87, "5 min", MarkKind.STOP)])
    placed = []
    place = MarkLayer._place
    monkeypatch.setattr(MarkLayer, "_place", lambda self, *values: placed.append(1) or place(self, *values))
    first = map_view.grab()
    for _ in range(3):
        again = map_view.grab()
    assert len(placed) == 1
    assert not pictures_differ(first, again)
    map_view.zoom_by(0.5)
    map_view.grab()
    assert len(placed) == 2


class DrawnImages:
    """A painter that notes which images are drawn where."""

    def __init__(self):
        self.drawn = []

    def drawImage(self, corner, image):
        self.drawn.append((corner, image))

    def __getattr__(self, name):
        return lambda *_: None


def test_a_double_click_on_the_ground_zooms_in(map_view, qtbot):
    zoom = map_view.view.zoom
    qtbot.mouseDClick(map_view, LEFT, pos=QPoint(60, 300))
    assert map_view.view.zoom == pytest.approx(zoom + 1)


def test_keys_move_and_zoom(map_view, qtbot):
    map_view.setFocus()
    before = map_view.view
    qtbot.keyClick(map_view, Qt.Key.Key_Plus)
    assert map_view.view.zoom > before.zoom
    qtbot.keyClick(map_view, Qt.Key.Key_Minus)
    qtbot.keyClick(map_view, Qt.Key.Key_Right)
    assert map_view.view.x > before.x
    qtbot.keyClick(map_view, Qt.Key.Key_Up)
    assert map_view.view.y < before.y
    qtbot.keyClick(map_view, Qt.Key.Key_Home)
    assert map_view.view.x == pytest.approx(before.x)
    qtbot.keyClick(map_view, Qt.Key.Key_End)
    assert all(map_view.rect().contains(pixel(map_view, vehicle_id)) for vehicle_id in FLEET)


def test_following_keeps_the_vehicle_in_the_middle(map_view):
    map_view.follow(1)
    show_fleet(map_view, FLEET | {1: (120.6, 36.7, MotionState.MOVING)})
    assert (pixel(map_view, 1) - map_view.rect().center()).manhattanLength() <= 2


def test_following_ends_when_the_map_is_moved_and_there_is_a_way_back(map_view, qtbot):
    map_view.follow(1)
    with qtbot.waitSignal(map_view.following_changed) as changed:
        drag(qtbot, map_view, QPoint(300, 300), QPoint(400, 350))
    assert changed.args == [None]
    assert map_view.following is None
    assert map_view.way_back.isVisible()
    assert "鲁B·D0001" in map_view.way_back.text()
    qtbot.mouseClick(map_view.way_back, LEFT)
    assert map_view.following == 1
    assert not map_view.way_back.isVisible()
    assert (pixel(map_view, 1) - map_view.rect().center()).manhattanLength() <= 2


def test_the_wheel_does_not_end_following(map_view):
    map_view.follow(1)
    turn_wheel(map_view, QPoint(100, 100), 120)
    assert map_view.following == 1
    assert (pixel(map_view, 1) - map_view.rect().center()).manhattanLength() <= 2


def test_the_card_comes_with_the_pointer_and_goes_with_it(map_view, qtbot):
    asked = []
    map_view.set_card(lambda vehicle_id: asked.append(vehicle_id) or Card("鲁B·D0002", ("0 km/h",)))
    before = map_view.grab()
    move(map_view, pixel(map_view, 2))
    over = map_view.grab()
    assert asked
    assert set(asked) == {2}
    assert pictures_differ(before, over)
    with qtbot.waitSignal(map_view.vehicle_hovered) as left:
        move(map_view, QPoint(20, 400))
    assert left.args == [None]


def test_the_selected_vehicle_has_a_ring_and_its_plate(map_view, theme):
    accent = theme.colour("accent").rgb()

    def inked():
        image = map_view.grab().toImage()
        at = pixel(map_view, 2)
        return sum(image.pixel(at.x() + dx, at.y() + dy) == accent for dx in range(-20, 21) for dy in range(-20, 21))

    assert inked() == 0
    map_view.select(2)
    assert inked() > 10
    map_view.select(None)
    assert inked() == 0


@pytest.mark.parametrize(("look", "colour"), [(Look.MOVING, "good"), (Look.ALARM, "high"), (Look.URGENT, "urgent")])
def test_states_have_their_colour(map_view, theme, look, colour):
    show_fleet(map_view, {1: (120.47, 36.95, look)})
    image, at = map_view.grab().toImage(), pixel(map_view, 1)
    wanted = theme.colour(colour).rgb()
    assert any(image.pixel(at.x() + dx, at.y() + dy) == wanted for dx in range(-8, 9) for dy in range(-8, 9))


def test_each_state_has_its_own_shape(map_view):
    """In grey the pictures must still differ: one man in twelve does not see the colours."""
    shapes = set()
    for look in (Look.OFFLINE, Look.STOPPED, Look.MOVING, Look.ALARM):
        show_fleet(map_view, {1: (120.47, 36.95, look)})
        at = pixel(map_view, 1)
        image = map_view.grab().toImage().copy(at.x() - 16, at.y() - 16, 32, 32)
        ground = image.pixel(0, 0)
        shapes.add(tuple(image.pixel(x, y) == ground for x in range(32) for y in range(32)))
    assert len(shapes) == 4


def test_a_vehicle_without_a_place_is_not_shown(map_view):
    show_fleet(map_view, {1: (np.nan, np.nan, MotionState.MOVING), 2: FLEET[2]})
    assert map_view.place_of(1) is None
    assert map_view.place_of(2) is not None


def test_arrays_of_different_length_are_refused(map_view):
    with pytest.raises(ValueError, match="differ in length"):
        map_view.set_vehicles([1, 2], [120.0], [36.0], [0], [0], ["a"])


def test_the_attribution_is_on_the_picture(map_view):
    assert "© OpenStreetMap contributors (ODbL) · GeoNames (CC BY 4.0) · Natural Earth" in map_view.attribution()
    assert "Boundaries are schematic" in map_view.attribution()
    with_it = map_view.grab()
    map_view.attribution = tuple
    corner = (0, 660, 560, 40)
    assert with_it.copy(*corner).toImage() != map_view.grab().copy(*corner).toImage()


def test_the_edge_is_painted_when_it_changes_and_only_then(map_view, monkeypatch):
    painted = []
    paint = furniture._paint_edge
    monkeypatch.setattr(furniture, "_paint_edge", lambda *values: painted.append(1) or paint(*values))
    map_view.attribution = lambda: ("Roads of a test",)
    map_view.coordinate = lambda *_: "here"  # what lies under the pointer changes as the map moves
    first, again = (map_view.grab().toImage() for _ in range(2))
    assert (painted, again) == ([1], first)
    map_view.look_at(map_view.view.panned(40, 0))
    assert map_view.grab().toImage() != first
    assert painted == [1]
    map_view.attribution = lambda: ("Roads of another",)
    map_view.grab()
    map_view.resize(700, 500)
    map_view.grab()
    assert painted == [1, 1, 1]


@pytest.mark.parametrize("width", [420, 240])
def test_in_a_narrow_map_the_attribution_is_still_whole(map_view, qtbot, width):
    map_view.resize(width, 400)
    qtbot.waitUntil(lambda: map_view.settled)
    with_it = map_view.grab().toImage()
    map_view.attribution = tuple
    without = map_view.grab().toImage()
    changed = [x for x in range(width) if any(with_it.pixel(x, y) != without.pixel(x, y) for y in range(250, 400))]
    assert 0.5 * width < changed[-1] < width - MARGIN_PX / 2


def test_the_demonstration_says_that_its_roads_are_invented(theme, qtbot):
    view = MapView(theme, shipped_base_map(demo=True))
    qtbot.addWidget(view)
    assert "Demo roads are synthetic" in view.attribution()


def test_another_theme_repaints_the_map(map_view, theme, qtbot):
    corner = QPoint(5, 5)
    for name in ("light", "dark"):
        theme.choose(name)
        qtbot.waitUntil(lambda: map_view.settled)
        image = map_view.grab().toImage()
        from laixi_transport.ui.map.style import MapStyle

        assert image.pixelColor(corner).name().upper() == MapStyle.of(theme).land


def test_panning_within_the_picture_asks_for_no_new_one_and_beyond_it_does(map_view, qtbot):
    first = map_view._picture
    map_view.look_at(map_view.view.panned(60, 0))
    assert not map_view._maker.busy
    map_view.look_at(map_view.view.panned(400, 0))
    qtbot.waitUntil(lambda: map_view.settled and map_view._picture is not first)
    left, top, right, bottom = map_view._picture.view.bounds
    x0, y0, x1, y1 = map_view.view.bounds
    assert left < x0 < x1 < right
    assert top < y0 < y1 < bottom


def test_a_track_is_shown_and_fitted(map_view, theme, qtbot):
    line = TrackLine(np.array([120.3, 120.4]), np.array([36.7, 36.7]), np.zeros(2, bool), np.zeros(2, bool))
    map_view.set_vehicles([], [], [], [], [], [])
    map_view.set_tracks([line])
    map_view.fit_content()
    qtbot.waitUntil(lambda: map_view.settled)
    x, y = map_view.view.to_screen(*_world(120.35, 36.7))
    assert map_view.grab().toImage().pixelColor(round(float(x)), round(float(y))) == theme.colour("accent")
    assert map_view.view.zoom > 11


def test_clicking_a_mark_gives_it_back(map_view, qtbot):
    marks = [Mark(120.40, 36.95, "6 min", MarkKind.STOP, key=7), Mark(120.42, 36.80, "", MarkKind.ALARM)]
    map_view.set_marks(marks)
    x, y = map_view.view.to_screen(*_world(120.40, 36.95))
    before = map_view.grab()
    with qtbot.waitSignal(map_view.mark_clicked) as clicked:
        qtbot.mouseClick(map_view, LEFT, pos=QPoint(round(float(x)), round(float(y))))
    assert clicked.args[0].key == 7
    map_view.set_marks([])
    assert pictures_differ(before, map_view.grab())


def test_far_from_the_base_map_it_says_that_there_is_none(map_view, qtbot):
    map_view.centre_on(-77.0, 38.9, 12)
    qtbot.waitUntil(lambda: map_view.settled)
    with_words = map_view.grab().toImage()
    map_view.set_base_map(BaseMap())
    qtbot.waitUntil(lambda: map_view.settled)
    assert with_words != map_view.grab().toImage()


def test_fitting_takes_degrees(map_view):
    map_view.fit((-3.1, 53.3, -2.8, 53.5))
    lon, lat = map_view.view.to_lon_lat(450, 350)
    assert (lon, lat) == (pytest.approx(-2.95), pytest.approx(53.4, abs=0.01))


@pytest.mark.parametrize(("metres_per_px", "metres"), [(1.0, 100), (0.5, 50), (23.0, 2000), (700.0, 50_000)])
def test_the_scale_bar_has_a_round_length(metres_per_px, metres):
    length_m, length_px = scale_bar(metres_per_px)
    assert length_m == pytest.approx(metres)
    assert length_px == pytest.approx(metres / metres_per_px)
    assert 40 < length_px <= 110


def _world(lon, lat):
    from laixi_transport.ui.map.projection import to_world

    return to_world(lon, lat)


@pytest.mark.parametrize(("height", "columns"), [(600, 1), (140, 2), (96, 4)])
def test_on_a_low_map_every_button_is_still_there(map_view, qtbot, height, columns):
    map_view.resize(800, height)
    buttons = map_view.controls.findChildren(QToolButton)
    qtbot.waitUntil(lambda: len({button.x() for button in buttons}) == columns)
    for button in buttons:
        place = QRect(button.mapTo(map_view, QPoint(0, 0)), button.size())
        assert map_view.rect().contains(place)
    right = max(buttons, key=lambda button: (button.x(), -button.y()))
    assert right.toolTip().startswith("Zoom in")

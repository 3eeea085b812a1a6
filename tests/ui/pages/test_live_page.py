"""The live page as an operator uses it, on the real widgets; only the services are stand-ins."""

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy

from laixi_transport.analytics.distance import Distance
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.fleet import MotionState, VehicleState
from laixi_transport.domain.geofence import Geofence, GeofenceKind
from laixi_transport.domain.time import utc_now
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.live import LivePage

NOW_S = 1_781_059_338.0
LEFT = Qt.MouseButton.LeftButton


def vehicle(number, plate="", kind=VehicleClass.CITY_BUS, line="203", limit=50.0):
    return Vehicle(number, plate or f"鲁B{number:05d}D", PlateColour.YELLOW, kind, "莱西公交", line, limit)


def state(number, lon, lat, *, speed=40.0, ago_s=3.0):
    time_s = int(NOW_S - ago_s)
    return VehicleState(number, time_s, NOW_S - ago_s, time_s, lat, lon, speed, 90, 0, 3, 118.4, 14)


def overspeed(vehicle_id, *, ongoing=True):
    now = utc_now()
    return Alert(
        7,
        "overspeed",
        "1",
        "{}",
        vehicle_id,
        Priority.HIGH,
        AlertState.NEW,
        now,
        now,
        ongoing,
        63.0,
        50.0,
        None,
        None,
        "0",
    )


@dataclass
class Live:
    vehicles: list = field(
        default_factory=lambda: [
            vehicle(1, "鲁B00042D"),
            vehicle(2, "鲁B00318", VehicleClass.HAZMAT, "", 60.0),
            vehicle(3, "鲁B00057D", line="7"),
            vehicle(4),
        ]
    )
    states: list = field(
        default_factory=lambda: [
            state(1, 120.50, 36.86, speed=40),
            state(2, 120.55, 36.90, speed=0),
            state(3, 120.45, 36.80, ago_s=7200),
        ]
    )
    speeding: frozenset = frozenset()
    ended: int = 0

    def fleet(self):
        return list(self.vehicles), list(self.states)

    def overspeeding(self):
        return self.speeding

    def subscribe(self, on_states, on_register):
        self.on_states, self.on_register = on_states, on_register

        def end():
            self.ended += 1

        return end


class Alerts:
    def open_alerts(self):
        return []

    def subscribe(self, on_alerts):
        self.tell = on_alerts
        return lambda: None


class Playback:
    def __init__(self):
        self.asked = []

    def day(self, vehicle_ids, begin_s, end_s):
        self.asked.append((tuple(vehicle_ids), begin_s, end_s))
        return (SimpleNamespace(track=[1], distance=Distance(118.4, 117.9, 0.0)),)


@dataclass
class Fences:
    known: list = field(default_factory=list)
    tell: object = None

    def fences(self):
        return tuple(self.known)

    def subscribe(self, on_fences):
        self.tell = on_fences
        return lambda: None


@pytest.fixture
def live():
    return Live()


@pytest.fixture
def context(theme, bridge, tasks, settings, live):
    services = SimpleNamespace(
        live=live,
        alerts=Alerts(),
        playback=Playback(),
        health=SimpleNamespace(status=lambda: SimpleNamespace(gateway="127.0.0.1:6808")),
        geofences=Fences(),
    )
    told = []
    made = Context(
        services=services,
        tasks=tasks,
        theme=theme,
        actions=Actions(),
        bridge=bridge,
        settings=settings,
        now=lambda: NOW_S,
        notify=told.append,
    )
    yield made
    assert told == []


@pytest.fixture
def opened(context):
    calls = []
    object.__setattr__(context, "open_page", lambda page, **target: calls.append((page, target)))
    return calls


@pytest.fixture
def page(context, opened, qtbot):
    made = LivePage(context)
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    context.actions.activate("live")
    made.activated()
    qtbot.waitUntil(lambda: made.map.settled and bool(made.map._base_map.county))
    yield made
    made.deactivated()


def listed(page):
    return [row.name for row in page.list.rows.rows()]


def pixel(page, vehicle_id):
    x, y = page.map.place_of(vehicle_id)
    return QPoint(round(x), round(y))


def click_row(qtbot, page, vehicle_id, *, double=False):
    table = page.list.table
    at = table.visualRect(page.list.rows.index(page.list.rows.place(vehicle_id), 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=at)
    if double:
        qtbot.mouseDClick(table.viewport(), LEFT, pos=at)


def send(page, live, qtbot, *states):
    """Hand states over as the io thread does."""
    with qtbot.waitSignal(page.list.rows.dataChanged):
        thread = threading.Thread(target=live.on_states, args=(list(states),))
        thread.start()
        thread.join()


@pytest.mark.parametrize("height", [250, 330, 430])
def test_a_low_page_shows_list_or_vehicle_and_squeezes_neither(page, qtbot, height):
    page.resize(860, height)
    assert page.height() == height
    assert page.side.folded
    assert page.list.isVisible()
    assert not page.detail.isVisible()
    assert page.list.table.viewport().height() >= 28  # a row
    button = page.list.states.button(None)
    assert button.height() >= button.minimumSizeHint().height()
    page.map.vehicle_clicked.emit(1)
    assert page.detail.isVisible()
    assert page.detail.height() >= page.detail.minimumSizeHint().height()
    page._context.actions["live.search"].trigger()
    assert page.list.isVisible()
    page.resize(1300, 800)
    assert page.list.isVisible()
    assert page.detail.isVisible()


def test_all_vehicles_of_the_register_are_listed_by_plate(page):
    assert listed(page) == ["鲁B·00004D", "鲁B·00042D", "鲁B·00057D", "鲁B·00318"]
    assert page.list.caption.text() == "Vehicles (4)"


def test_clicking_a_vehicle_on_the_map_selects_it_in_the_list_and_shows_it(page, qtbot):
    qtbot.mouseClick(page.map, LEFT, pos=pixel(page, 1))
    assert page.selected == page.map.selected == 1
    assert page.list.table.current().id == 1
    assert page.detail.name.text() == "鲁B·00042D"
    assert page.detail.fields.value("speed") == "40 km/h"
    assert page.detail.fields.value("limit") == "50 km/h"
    assert page.detail.fields.value("state") == "Moving"
    assert page.detail.fields.value("report") == "3 s ago · 14 satellites"


def test_a_report_that_arrives_late_says_what_time_it_tells_of(page, live, qtbot):
    page.select(1)
    fresh = state(1, 120.5, 36.85)
    send(page, live, qtbot, fresh._replace(time_s=fresh.time_s - 3600))
    assert page.detail.fields.value("report") == "3 s ago, tells of 09:42:15"


def test_clicking_a_row_selects_the_vehicle_on_the_map(page, qtbot):
    click_row(qtbot, page, 2)
    assert page.map.selected == 2
    assert page.detail.name.text() == "鲁B·00318"


def test_a_vehicle_out_of_view_is_moved_into_it_when_it_is_chosen(page, qtbot):
    page.map.centre_on(120.50, 36.86, 15)
    click_row(qtbot, page, 2)
    assert page.map.rect().contains(pixel(page, 2))


def test_clicking_the_ground_selects_nothing(page, qtbot):
    page.select(1)
    page.map.centre_on(120.50, 36.86, 14)
    qtbot.mouseClick(page.map, LEFT, pos=pixel(page, 1) + QPoint(120, 90))
    assert page.selected is None
    assert page.detail.name.text() == "No vehicle selected"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("00042", ["鲁B·00042D"]), ("鲁b·000 7", ["鲁B·00057D"]), ("莱西公交", None), ("nothing", [])],
)
def test_searching_filters_the_list(page, qtbot, typed, found):
    everybody = listed(page)
    page.list.search.setText(typed)
    assert listed(page) == (everybody if found is None else found)


def test_the_caption_says_how_many_of_how_many_are_shown(page):
    page.list.search.setText("00042")
    assert page.list.caption.text() == "Vehicles (1/4)"


def test_the_state_buttons_count_and_filter(page, qtbot):
    offline = page.list.states.button(MotionState.OFFLINE)
    assert offline.text() == "2\nOffline"
    assert page.list.states.button(None).text() == "4\nAll"
    qtbot.mouseClick(offline, LEFT)
    assert listed(page) == ["鲁B·00004D", "鲁B·00057D"]
    qtbot.mouseClick(page.list.states.button(None), LEFT)
    assert len(listed(page)) == 4


def test_classes_filter_and_only_those_there_are_offered(page):
    labels = [page.list.classes.itemText(at) for at in range(page.list.classes.count())]
    assert labels == ["All classes", "City bus (3)", "Hazardous goods vehicle (1)"]
    page.list.classes.setCurrentIndex(2)
    assert listed(page) == ["鲁B·00318"]


def test_the_selection_outlives_a_filter(page):
    page.select(3)
    page.list.search.setText("00042")
    assert page.selected == 3
    page.list.search.clear()
    assert page.list.table.current().id == 3


def test_a_batch_from_another_thread_moves_the_vehicle_and_its_row(page, live, qtbot):
    page.select(1)
    before = pixel(page, 1)
    send(page, live, qtbot, state(1, 120.52, 36.88, speed=48, ago_s=0))
    assert pixel(page, 1) != before
    assert page.detail.fields.value("speed") == "48 km/h"
    assert page.list.rows.row(1).state.speed_kmh == 48


def test_the_order_stays_under_the_pointer(page, live, qtbot):
    page.list.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    order = listed(page)
    page.list.table._over = True
    send(page, live, qtbot, state(2, 120.55, 36.90, speed=90, ago_s=0))
    page.list.table._settle()
    assert listed(page) == order
    page.list.table._over = False
    page.list.table._settle()
    assert listed(page)[0] == "鲁B·00318"


def test_a_new_vehicle_of_the_register_appears(page, live, qtbot):
    live.vehicles.append(vehicle(5))
    live.on_register()
    qtbot.waitUntil(lambda: len(listed(page)) == 5)
    assert page.list.caption.text() == "Vehicles (5)"


def test_speed_above_the_limit_is_said_and_coloured(page, live, qtbot, theme):
    page.select(1)
    send(page, live, qtbot, state(1, 120.5, 36.86, speed=63, ago_s=0))
    assert page.detail.fields.value("speed") == "63 km/h, over the limit"
    assert theme.palette.high_text in page.detail.fields._values["speed"].styleSheet()


def test_an_alert_makes_the_vehicle_an_alarm_with_its_reason(page, live, context, qtbot):
    page.select(1)
    live.speeding = frozenset({1})
    context.services.alerts.tell([overspeed(1)])
    send(page, live, qtbot, state(1, 120.5, 36.86, speed=63, ago_s=0))
    qtbot.waitUntil(lambda: page.detail.fields.value("alarm") == "Overspeed 63/50 (26 %)")
    assert page.detail.fields.value("state") == "Alarm"
    assert page.list.states.button(MotionState.ALARM).text() == "1\nAlarm"


def test_silence_turns_a_vehicle_offline_at_the_next_tick(page, context):
    object.__setattr__(context, "now", lambda: NOW_S + 900)
    page._tick()
    assert page.list.states.button(MotionState.OFFLINE).text() == "4\nOffline"


def test_a_double_click_follows_and_moving_the_map_ends_it(page, live, qtbot):
    click_row(qtbot, page, 1, double=True)
    assert page.map.following == 1
    assert page.detail.follow_button.isChecked()
    send(page, live, qtbot, state(1, 120.6, 36.95, ago_s=0))
    assert (pixel(page, 1) - page.map.rect().center()).manhattanLength() <= 2
    page.map.setFocus()
    qtbot.keyClick(page.map, Qt.Key.Key_Left)
    assert page.map.following is None
    assert not page.detail.follow_button.isChecked()
    qtbot.mouseClick(page.map.way_back, LEFT)
    assert page.detail.follow_button.isChecked()


def test_choosing_another_vehicle_while_following_follows_that_one(page, qtbot):
    page.select(1)
    page.follow(True)
    click_row(qtbot, page, 2)
    assert page.map.following == 2


def test_a_vehicle_without_a_place_cannot_be_followed(page):
    page.select(4)
    assert not page.detail.follow_button.isEnabled()
    page.follow(True)
    assert page.map.place_of(4) is None


def test_keys_are_in_the_registry_and_do_it(page, context, opened):
    page.select(1)
    context.actions["live.follow"].trigger()
    assert page.map.following == 1
    context.actions["live.follow"].trigger()
    assert page.map.following is None
    context.actions["live.playback"].trigger()
    assert opened == [("playback", {"vehicle_id": 1, "time_s": float(int(NOW_S - 3))})]
    context.actions["live.clear"].trigger()
    assert page.selected is None
    keys = {
        entry.id: entry.action.shortcuts()[0].toString()
        for entry in context.actions.entries("live")
        if entry.action.shortcuts()
    }
    assert keys["live.follow"] == "F"
    assert keys["live.playback"] == "P"
    assert keys["live.search"] == "/"


def test_the_playback_button_opens_the_day_of_the_vehicle(page, opened, qtbot):
    page.select(3)
    qtbot.mouseClick(page.detail.playback_button, LEFT)
    assert opened == [("playback", {"vehicle_id": 3, "time_s": NOW_S - 7200})]


def test_todays_distance_is_asked_for_and_shown(page, context, qtbot):
    page.select(1)
    qtbot.waitUntil(lambda: page.detail.fields.value("today") == "118.4 km")
    [(vehicle_ids, begin_s, end_s)] = context.services.playback.asked
    assert vehicle_ids == (1,)
    assert begin_s % 86400 == 16 * 3600  # midnight in GMT+8
    assert end_s == int(NOW_S) + 1


def test_without_any_vehicle_it_says_what_to_do(context, live, qtbot):
    live.vehicles.clear()
    live.states.clear()
    empty = LivePage(context)
    qtbot.addWidget(empty)
    empty.show()
    qtbot.waitUntil(lambda: "127.0.0.1:6808" in empty.empty.label.text())
    assert empty.empty.isVisible()
    live.vehicles.append(vehicle(1))
    live.on_register()
    qtbot.waitUntil(lambda: not empty.empty.isVisible())
    qtbot.waitUntil(lambda: empty.map.settled)


def test_filters_selection_and_place_are_remembered(page, context, qtbot):
    page.select(2)
    page.list.states.choose(MotionState.STOPPED)
    page.map.centre_on(120.55, 36.90, 13)
    saved = page.save_state()
    other = LivePage(context)
    qtbot.addWidget(other)
    other.resize(1300, 800)
    other.show()
    other.restore_state(saved)
    assert other.selected == 2
    assert listed(other) == ["鲁B·00318"]
    assert other.map.view.zoom == pytest.approx(13)
    other.restore_state({"sizes": "x", "map": [], "filters": {"state": "odd"}, "selected": "2"})
    qtbot.waitUntil(lambda: other.map.settled)


def test_what_another_page_points_at_is_shown(page):
    page.map.centre_on(120.2, 36.5, 15)
    page.show_target(vehicle_id=2)
    assert page.selected == 2
    assert (pixel(page, 2) - page.map.rect().center()).manhattanLength() <= 2


def test_a_closed_page_is_told_nothing_more(context, live, qtbot):
    made = LivePage(context)
    gone = QSignalSpy(made.destroyed)
    made.deleteLater()
    assert gone.wait(2000)
    assert live.ended == 1
    live.on_states([state(1, 120.5, 36.9)])
    context.bridge.drain()


def test_the_list_paints_the_chosen_row_and_the_colour_of_the_state(page, theme, qtbot):
    page.select(2)
    table = page.list.table
    image = table.viewport().grab().toImage()
    row = table.visualRect(page.list.rows.index(page.list.rows.place(2), 0))
    assert image.pixelColor(row.right() - 2, row.top() + 3) == theme.colour("selected")
    moving = table.visualRect(page.list.rows.index(page.list.rows.place(1), 1))
    wanted = theme.colour("good_text")
    colours = {
        image.pixelColor(x, y).name()
        for x in range(moving.left(), moving.right())
        for y in range(moving.top(), moving.bottom())
    }
    assert wanted.name() in colours


# Tools of the map


def drag(qtbot, page, begin, end, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.mousePress(page.map, LEFT, modifier, pos=begin)
    qtbot.mouseMove(page.map, (begin + end) / 2)
    qtbot.mouseMove(page.map, end)
    qtbot.mouseRelease(page.map, LEFT, modifier, pos=end)


def around(page, vehicle_id):
    x, y = page.map.place_of(vehicle_id)
    return QPoint(round(x) - 12, round(y) - 12), QPoint(round(x) + 12, round(y) + 12)


def test_a_rectangle_with_shift_shows_only_the_vehicles_in_it(page, qtbot):
    drag(qtbot, page, *around(page, 1), Qt.KeyboardModifier.ShiftModifier)
    assert [row.id for row in page.list.rows.rows()] == [1]
    assert "1" in page.list.chip.text()
    assert page.map.tool is None
    page._context.actions["live.clear"].trigger()
    assert len(page.list.rows.rows()) == 4
    assert not page.list.chip.isVisible()


def test_a_rectangle_with_the_tool_may_be_drawn_again(page, qtbot):
    page._context.actions["live.select"].trigger()
    drag(qtbot, page, *around(page, 1))
    drag(qtbot, page, *around(page, 2))
    assert [row.id for row in page.list.rows.rows()] == [2]
    page._context.actions["live.clear"].trigger()
    assert page.map.tool is None
    assert [row.id for row in page.list.rows.rows()] == [2]


def test_areas_are_shown_and_hidden_and_follow_their_changes(page, qtbot):
    fences = page._context.services.geofences
    fences.known = [
        Geofence(id=1, version=1, name="A", kind=GeofenceKind.CIRCLE, lon_deg=(120.5,), lat_deg=(36.86,), radius_m=9000)
    ]
    fences.tell()
    qtbot.waitUntil(lambda: page.layer.fences == tuple(fences.known))
    x, y = page.map.place_of(1)
    shown = page.map.grab().toImage().pixelColor(round(x), round(y) + 20)
    page._context.actions["live.fences"].trigger()
    assert not page.belt.shows_fences
    assert page.map.grab().toImage().pixelColor(round(x), round(y) + 20) != shown
    assert page.save_state()["areas"] is False


def test_a_place_that_is_pointed_at_gets_a_pin_until_escape(page):
    page.show_target(place=(120.4, 36.9))
    lon, lat = page.map.view.to_lon_lat(page.map.width() / 2, page.map.height() / 2)
    assert (lon, lat) == (pytest.approx(120.4, abs=1e-6), pytest.approx(36.9, abs=1e-6))
    assert page.belt.unpin()
    assert not page.belt.unpin()

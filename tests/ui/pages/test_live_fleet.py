"""The fleet as columns: newest states, what everybody does, what the page says about it."""

import datetime as dt

import numpy as np
import pytest

from laixi_transport.analytics.motion import OFFLINE_AFTER_S
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.fleet import MotionState, VehicleState
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.ui.map.sprites import Look
from laixi_transport.ui.pages.live import wording
from laixi_transport.ui.pages.live.fleet import FleetColumns

NOW_S = 1_781_059_338.0


def vehicle(number, limit=50.0):
    return Vehicle(number, f"鲁B{number:05d}D", PlateColour.YELLOW, VehicleClass.CITY_BUS, "Laixi Bus", "203", limit)


def state(number, *, ago_s=1.0, speed=40.0, located_ago_s=1.0, alarm_bits=0):
    located = 0 if located_ago_s is None else int(NOW_S - located_ago_s)
    return VehicleState(
        number, int(NOW_S - ago_s), NOW_S - ago_s, located, 36.86, 120.53, speed, 90, alarm_bits, 3, 118.4, 14
    )


def alert(vehicle_id, *, ongoing=True, priority=Priority.HIGH):
    begin = dt.datetime.fromtimestamp(NOW_S - 31, dt.UTC)
    return Alert(
        vehicle_id * 10, "overspeed", "1", "{}", vehicle_id, priority, AlertState.NEW, begin, begin, ongoing,
        63.0, 50.0, None, None, "0.1.0",
    )  # fmt: skip


@pytest.fixture
def fleet():
    made = FleetColumns()
    made.reset([vehicle(n) for n in (1, 2, 3, 4)], [state(1), state(2, speed=0), state(3, ago_s=400)], (), NOW_S)
    return made


def test_everybody_is_judged_and_counted(fleet):
    assert fleet.counts() == {
        MotionState.OFFLINE: 2,
        MotionState.STOPPED: 1,
        MotionState.MOVING: 1,
        MotionState.ALARM: 0,
    }
    assert [fleet.row(n).motion for n in (1, 2, 3, 4)] == [2, 1, 0, 0]


def test_a_vehicle_that_never_reported_has_no_place_and_says_so(fleet):
    assert np.isnan(fleet.lon_deg[3])
    assert wording.state(fleet.row(4), NOW_S) == "No report yet"
    assert wording.speed(fleet.row(4)) == wording.age(fleet.row(4), NOW_S) == "–"


def test_a_report_without_a_fix_leaves_the_last_place(fleet):
    fleet.merge([state(1, located_ago_s=None)._replace(lat_deg=0.0, lon_deg=0.0)], (), NOW_S)
    assert fleet.lon_deg[0] == 120.53


def test_merging_tells_whose_row_changed_and_leaves_out_strangers(fleet):
    assert fleet.merge([state(2, speed=30), state(99)], (), NOW_S) == [2]
    assert fleet.row(2).motion == MotionState.MOVING
    assert fleet.row(99) is None


def test_who_falls_silent_goes_offline_by_the_clock_alone(fleet):
    assert fleet.merge((), (), NOW_S + OFFLINE_AFTER_S + 10) == [1, 2]
    assert wording.state(fleet.row(1), NOW_S + 3700) == "Offline 1 h 1 min"


def test_the_stop_is_timed_from_when_it_was_seen(fleet):
    assert wording.state(fleet.row(2), NOW_S) == "Stopped"
    fleet.merge([state(1, speed=0)], (), NOW_S)
    assert wording.state(fleet.row(1), NOW_S + 59) == "Stopped"
    assert wording.state(fleet.row(1), NOW_S + 200) == "Stopped 3 min"


def test_an_ongoing_overspeed_is_an_alarm_and_its_priority_shows(fleet):
    fleet.take_alerts([alert(1)])
    fleet.merge((), {1}, NOW_S)
    assert fleet.look().tolist() == [Look.ALARM, Look.STOPPED, Look.OFFLINE, Look.OFFLINE]
    assert wording.alarm(fleet.row(1)) == "Overspeed 63/50 (26 %)"
    assert wording.state_colour(fleet.row(1)) == "high_text"
    fleet.take_alerts([alert(1, priority=Priority.URGENT)])
    assert fleet.look()[0] == Look.URGENT
    assert wording.state_colour(fleet.row(1)) == "urgent_text"
    fleet.take_alerts([alert(1, ongoing=False)])
    fleet.merge((), (), NOW_S)
    assert fleet.look()[0] == Look.MOVING
    assert wording.alarm(fleet.row(1)) == ""


def test_the_emergency_button_is_urgent(fleet):
    fleet.merge([state(2, speed=0, alarm_bits=1)], (), NOW_S)
    assert fleet.look()[1] == Look.URGENT
    assert wording.alarm(fleet.row(2)) == "Emergency button"


def test_the_card_says_speed_and_limit(fleet):
    fleet.merge([state(1, speed=63)], (), NOW_S)
    shown = wording.card(fleet.row(1), NOW_S)
    assert shown.title == "鲁B·00001D  203"
    assert shown.lines[0] == "63 km/h (limit 50)"
    assert shown.alarm


def test_a_speed_above_the_limit_is_coloured_before_the_rule_says_so(fleet):
    fleet.merge([state(1, speed=51)], (), NOW_S)
    assert wording.speed_colour(fleet.row(1)) == "high_text"
    fleet.merge([state(1, speed=50)], (), NOW_S)
    assert wording.speed_colour(fleet.row(1)) == ""


def test_of_an_offline_vehicle_no_speed_is_told(fleet):
    assert wording.speed(fleet.row(3)) == "–"
    assert wording.card(fleet.row(3), NOW_S).lines[0] == "Offline 6 min"

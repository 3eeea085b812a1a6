"""More vehicles and days than are loaded as a whole: read by the hour around the clock, over a real database."""

import datetime as dt
import threading
from dataclasses import replace

import numpy as np
import pytest

from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.frame import Batch
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.time import HOUR_S
from laixi_transport.services.playback.service import PlaybackService
from laixi_transport.storage import open_store
from laixi_transport.ui.timeline.lane import Activity

DAY = dt.date(2026, 6, 10)
COUNT = 30


class StoredFleet:
    """The register as the database has it."""

    def __init__(self, store) -> None:
        self._store = store

    def fleet(self):
        return list(self._store.register.vehicles()), []

    def state(self, vehicle_id):
        return next((state for state in self._store.fleet.states()[1] if state.vehicle_id == vehicle_id), None)


def report(terminal, time_s, place, speed_dkmh):
    values = dict.fromkeys(PositionReport._fields)
    values |= {
        "terminal_id": terminal.id, "vehicle_id": terminal.vehicle_id, "time_s": time_s, "lat_e6": 36_860_000,
        "lon_e6": place, "altitude_m": 60, "speed_dkmh": speed_dkmh, "direction_deg": 90, "alarm_bits": 0,
        "status_bits": 3, "other_items": b"", "flags": 0, "received_us": time_s * 1_000_000,
    }  # fmt: skip
    return PositionReport(**values)


@pytest.fixture
def month(sqlite_url, services, begin_s):
    """Return services over 30 vehicles: each drives from 6:00 to 8:00 of two days, number 1 is silent 6:30 to 7:10."""
    with open_store(sqlite_url) as store:
        services.playback, services.live = PlaybackService(store), StoredFleet(store)
        reports = []
        for number in range(COUNT):
            terminal = store.register.enter_terminal(f"139{number:08d}", plate=f"鲁B·D{number:04d}")
            for day in (0, 9):
                for second in range(0, 7200, 60):
                    if number == 0 and 1800 <= second <= 4200:
                        continue
                    time_s = begin_s + day * 86_400 + 6 * HOUR_S + second
                    reports.append(report(terminal, time_s, 120_400_000 + 5000 * number + 100 * second // 10, 300))
        stored = threading.Event()
        store.writer.submit(Batch(reports=reports), lambda _error: stored.set())
        assert stored.wait(60)
        store.seal(begin_s + 20 * 86_400, limit=70)
        services.store = store
        yield services


@pytest.fixture
def fleet(month, make_page, qtbot):
    """Return the page with all vehicles over ten days."""
    page = make_page()
    ids = [vehicle.id for vehicle in month.live.fleet()[0]]
    page.session.ask(vehicle_ids=ids, day=DAY, last_day=DAY + dt.timedelta(days=9))
    qtbot.waitUntil(lambda: page.session.by_the_hour and len(page.session.vehicles) == COUNT, timeout=20_000)
    return page


def go(page, qtbot, at_s):
    page.clock.seek(at_s)
    qtbot.waitUntil(lambda: page.stage.shown_s == at_s and page.session.around.idle, timeout=20_000)
    return page.stage.places


def test_all_vehicles_stand_where_the_tracks_say(fleet, month, qtbot, begin_s):
    for at_s in (begin_s + 7 * HOUR_S + 30.5, begin_s + 9 * 86_400 + 6 * HOUR_S + 3599.0, begin_s + 6 * HOUR_S):
        places = go(fleet, qtbot, at_s)
        for at, vehicle_id in enumerate(fleet.session.ids.tolist()):
            track = month.store.tracks.track(vehicle_id, int(at_s) - 3600, int(at_s) + 3600)
            if places.known[at]:
                wanted = np.interp(at_s, track.time_s, track.lon_deg)
                assert places.lon_deg[at] == pytest.approx(wanted, abs=1e-6)
        assert places.known.sum() >= COUNT - 1


def test_a_silent_vehicle_is_hollow_at_its_last_place_with_its_age(fleet, qtbot, begin_s):
    places = go(fleet, qtbot, begin_s + 7 * HOUR_S + 30.0)
    assert places.motion[0] == MotionState.OFFLINE.value
    assert places.fix_s[0] == begin_s + 6 * HOUR_S + 1740
    assert fleet.stage.map._vehicles.name(int(fleet.session.ids[0])) == "鲁B·D0000  no data since 06:29:00"


def test_after_a_quiet_week_vehicles_are_where_they_were_last(fleet, qtbot, begin_s):
    places = go(fleet, qtbot, begin_s + 5 * 86_400 + 100.0)
    assert not places.known.any()
    assert set(places.fix_s) == {float(begin_s + 8 * HOUR_S - 60)}


def test_the_lanes_show_days_by_the_hour_and_what_was_read_finer(fleet, qtbot, begin_s):
    go(fleet, qtbot, begin_s + 6 * HOUR_S + 100.0)
    qtbot.waitUntil(lambda: fleet.session.around.idle and len(fleet.session.lanes) == COUNT, timeout=20_000)
    lane = fleet.session.lanes[0]

    def activity(at_s):
        found = lane.at(at_s)
        return None if found is None else Activity(int(lane.activity[found]))

    assert activity(begin_s + 6 * HOUR_S + 600) == Activity.DRIVING
    assert activity(begin_s + 6 * HOUR_S + 2400) == Activity.GAP
    assert activity(begin_s + 9 * 86_400 + 7.5 * HOUR_S) == Activity.ROUGH
    assert activity(begin_s + 3 * 86_400) in (None, Activity.GAP)
    assert len(fleet.timeline._lanes) == COUNT
    fleet.session.select(int(fleet.session.ids[7]))
    assert "Driving" in " ".join(fleet._read_out(begin_s + 6 * HOUR_S + 600.0, int(fleet.session.ids[7])))


def test_the_selected_vehicle_is_analysed_on_the_day_of_the_moment(fleet, qtbot, begin_s):
    fleet.session.select(int(fleet.session.ids[0]))
    for day in (0, 9):
        go(fleet, qtbot, begin_s + day * 86_400 + 6.2 * HOUR_S)
        qtbot.waitUntil(lambda: fleet.session.selected is not None, timeout=20_000)
        assert fleet.session.selected.day.begin_s == begin_s + day * 86_400
        assert fleet.vehicle.title.text() == "鲁B·D0000"
    assert len(fleet.session.selected.day.gaps) == 1


def test_the_period_becomes_exact_and_the_moment_stays(fleet, qtbot, begin_s):
    go(fleet, qtbot, begin_s + 6 * HOUR_S + 100.0)
    qtbot.waitUntil(lambda: fleet.session.around.idle, timeout=20_000)
    assert (fleet.clock.begin, fleet.clock.end) == (begin_s + 6 * HOUR_S, begin_s + 9 * 86_400 + 8 * HOUR_S - 60)
    assert fleet.clock.at == begin_s + 6 * HOUR_S + 100.0


def test_it_plays_over_hours_without_losing_a_vehicle(fleet, qtbot, begin_s):
    go(fleet, qtbot, begin_s + 6 * HOUR_S + 3590.0)
    fleet.clock.set_speed(60)
    fleet.clock.play()
    qtbot.waitUntil(lambda: fleet.clock.at > begin_s + 7 * HOUR_S + 30, timeout=20_000)
    fleet.clock.pause()
    assert fleet.stage.places.known.sum() == COUNT - 1


def test_choosing_all_found_takes_the_whole_list(month, make_page, qtbot):
    page = make_page()
    page.open_picker()
    page.picker.search.setText("D001")
    page.picker.clear()
    page.picker.all.click()
    assert len(page.picker.chosen) == 10
    page.picker._taken = True
    page.picker.hide()


def test_a_month_is_chosen_in_the_calendar(month, make_page, qtbot):
    page = make_page()
    qtbot.waitUntil(lambda: page.session.has_data, timeout=20_000)
    last = page.session.day
    page.day.choose_length(7)
    qtbot.waitUntil(lambda: not page.session.loading, timeout=20_000)
    assert (page.session.day, page.session.last_day) == (last - dt.timedelta(days=6), last)
    page.day.step(-1)
    qtbot.waitUntil(lambda: not page.session.loading, timeout=20_000)
    assert page.session.last_day == last - dt.timedelta(days=7)
    assert page.span.limits.length_s == 7 * 86_400
    page.span.show_all()
    page.grab()
    assert replace(page.span.shown) == page.span.limits

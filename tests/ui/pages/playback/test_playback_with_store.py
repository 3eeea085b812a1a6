"""The page over the real service and a real database: what was stored and sealed is what is played back."""

import threading
from dataclasses import replace

import pytest

from laixi_transport.domain.frame import Batch
from laixi_transport.domain.position import PositionReport
from laixi_transport.services.playback.service import PlaybackService
from laixi_transport.storage import open_store


class StoredFleet:
    """The register as the database has it."""

    def __init__(self, store) -> None:
        self._store = store

    def fleet(self):
        return list(self._store.register.vehicles()), list(self._store.fleet.states()[1])

    def state(self, vehicle_id):
        return next((state for state in self._store.fleet.states()[1] if state.vehicle_id == vehicle_id), None)


def store_track(store, terminal, track):
    reports = [
        PositionReport(
            terminal_id=terminal.id,
            vehicle_id=terminal.vehicle_id,
            time_s=int(track.time_s[at]),
            lat_e6=round(track.lat_deg[at] * 1e6),
            lon_e6=round(track.lon_deg[at] * 1e6),
            altitude_m=60,
            speed_dkmh=round(track.speed_kmh[at] * 10),
            direction_deg=int(track.direction_deg[at]),
            alarm_bits=0,
            status_bits=int(track.status_bits[at]),
            mileage_hm=round(track.mileage_km[at] * 10),
            fuel_dl=None,
            recorder_speed_dkmh=None,
            signal_bits=None,
            io_bits=None,
            analog=None,
            signal_strength=None,
            satellites=None,
            other_items=b"",
            flags=0,
            received_us=int(track.time_s[at]) * 1_000_000,
        )
        for at in range(len(track))
    ]
    stored = threading.Event()
    store.writer.submit(Batch(reports=reports), lambda _error: stored.set())
    assert stored.wait(60)


@pytest.fixture
def stored(sqlite_url, services, track_of, begin_s):
    """Return services over a database with two vehicles' morning, the first hours of it sealed."""
    with open_store(sqlite_url) as store:
        services.playback, services.live = PlaybackService(store), StoredFleet(store)
        for number in (1, 2):
            terminal = store.register.enter_terminal(f"1390000000{number}", plate=f"鲁B0000{number}D")
            vehicle = next(v for v in store.register.vehicles() if v.id == terminal.vehicle_id)
            store.register.save_vehicle(replace(vehicle, speed_limit_kmh=50.0, line="203"))
            store_track(store, terminal, track_of(number, begin_s=begin_s + 6 * 3600 + number * 600))
        report = store.seal(begin_s + 86_400, limit=2)
        assert report is not None
        services.store = store
        yield services


def test_a_stored_day_plays_back(stored, make_page, qtbot, begin_s):
    page = make_page()
    qtbot.waitUntil(lambda: page.session.has_data, timeout=20_000)
    assert len(page.session.days) == 2
    for loaded in page.session.days:
        stored_count = stored.playback.vehicles_with_data(begin_s, begin_s + 86_400)[loaded.vehicle.id]
        assert len(loaded.day.track) == stored_count
        assert len(loaded.day.stops) == 2
        assert len(loaded.day.gaps) == 1
        assert [round(episode.peak_kmh) for episode in loaded.day.overspeed] == [63]
    page.events.filter_place = 2
    page.events.table.choose(page.events.rows.row_at(0).key)
    episode = page.session.selected.day.overspeed[0]
    assert page.clock.at == episode.begin_s
    assert page.vehicle.now.value("speed") == "63 km/h (limit 50)"
    page.clock.set_speed(60)
    page.clock.play()
    qtbot.waitUntil(lambda: page.clock.at > episode.begin_s + 30)
    page.clock.pause()
    page.open_picker()
    qtbot.waitUntil(lambda: all(row.reports for row in page.picker.rows.rows()))
    page.picker.hide()


def test_the_calendar_marks_the_stored_day(stored, make_page, qtbot, begin_s):
    page = make_page()
    qtbot.waitUntil(lambda: page.session.has_data, timeout=20_000)
    page.day.open()
    qtbot.waitUntil(lambda: page.day.calendar.marked == {page.session.day})
    page.day.popup.hide()


def test_opened_from_a_vehicle_it_shows_that_vehicles_newest_day(stored, make_page, qtbot):
    second = stored.store.register.vehicles()[1]
    page = make_page(target={"vehicle_id": second.id})
    qtbot.waitUntil(lambda: page.session.has_data, timeout=20_000)
    assert page.session.vehicle_ids == (second.id,)
    assert page.vehicle.title.text() == "鲁B·00002D"

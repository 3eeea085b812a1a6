"""Invented vehicles' days, a playback service that answers from them, and the page over both."""

import datetime as dt
import threading
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from laixi_transport.analytics.distance import distance
from laixi_transport.analytics.overspeed import overspeed
from laixi_transport.analytics.stops import movement
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.bookmark import Bookmark
from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.time import DAY_S, beijing_date, beijing_day, from_unix
from laixi_transport.domain.track import Track
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.services.trips.day_trips import day_trips
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback import PlaybackPage

DAY = dt.date(2026, 6, 10)
BEGIN_S, END_S = beijing_day(DAY)
LIMIT_KMH = 50.0
STEP_S = 10


def make_track(
    vehicle_id, phases, *, begin_s=BEGIN_S + 6 * 3600, lon=120.52, lat=36.86, course_deg=250.0, step_s=STEP_S
):
    """Return a track that drives and stands.

    phases   pairs of duration in s and speed in km/h; a speed of None is silence, NaN reports without a fix
    """
    time_s, lons, lats, speeds, courses, located = [], [], [], [], [], []
    at_s = begin_s
    for length_s, speed in phases:
        end_s = at_s + length_s
        while at_s < end_s:
            if speed is not None:
                time_s.append(at_s)
                lons.append(lon)
                lats.append(lat)
                speeds.append(0.0 if np.isnan(speed) else speed)
                courses.append(course_deg % 360)
                located.append(not np.isnan(speed))
            way_deg = (speed or 40.0) / 3.6 * step_s / 111_195.0 if speed != 0.0 and not np.isnan(speed or 1) else 0.0
            lon += way_deg * np.sin(np.radians(course_deg)) / np.cos(np.radians(lat))
            lat += way_deg * np.cos(np.radians(course_deg))
            course_deg += 0.6
            at_s += step_s
    n = len(time_s)
    way_km = np.concatenate(([0.0], np.cumsum(np.array(speeds[1:]) * np.diff(time_s) / 3600))) if n else np.empty(0)
    return Track(
        vehicle_id=vehicle_id,
        time_s=np.array(time_s, np.int64),
        lat_deg=np.array(lats, np.float64),
        lon_deg=np.array(lons, np.float64),
        altitude_m=np.full(n, 60, np.int16),
        speed_kmh=np.array(speeds, np.float64),
        direction_deg=np.array(courses, np.uint16),
        alarm_bits=np.zeros(n, np.uint32),
        status_bits=np.where(located, 3, 1).astype(np.uint32),
        mileage_km=np.round(1000 + way_km, 1),
        recorder_speed_kmh=np.full(n, np.nan),
    )


def make_day(vehicle, track, begin_s=BEGIN_S, end_s=END_S, alerts=()) -> VehicleDay:
    """Return what the service would say about a track."""
    parts = movement(track)
    limit = np.nan if vehicle.speed_limit_kmh is None else vehicle.speed_limit_kmh
    return VehicleDay(
        vehicle=vehicle,
        begin_s=begin_s,
        end_s=end_s,
        track=track,
        stops=parts.stops,
        gaps=parts.gaps,
        stretches=parts.stretches,
        overspeed=tuple(overspeed(track.time_s, track.speed_kmh, limit)),
        alerts=tuple(alerts),
        distance=distance(track, parts),
    )


def make_vehicle(number) -> Vehicle:
    return Vehicle(
        number, f"鲁B{number:05d}D", PlateColour.YELLOW, VehicleClass.CITY_BUS, "Laixi Bus", f"20{number}", LIMIT_KMH
    )


PHASES = (
    (1200, 42.0),
    (300, 0.0),
    (900, 38.0),
    (60, 63.0),
    (600, 35.0),
    (900, None),
    (1200, 44.0),
    (400, 0.0),
    (1800, 30.0),
)
"""Driving, a stop of five minutes, a minute too fast, fifteen minutes of silence, driving, a stop, driving."""


class FakeBookmarks:
    """Keeps bookmarks in a list."""

    def __init__(self) -> None:
        self.kept = []

    def list(self, owner):
        return tuple(sorted((mark for mark in self.kept if mark.owner == owner), key=lambda mark: mark.at))

    def add(self, owner, at_s, vehicle_id, text, now_s):
        mark = Bookmark(len(self.kept) + 1, owner, from_unix(at_s), vehicle_id, text, from_unix(now_s))
        self.kept.append(mark)
        return _done(mark)

    def reword(self, bookmark_id, owner, text):
        place = next(n for n, mark in enumerate(self.kept) if (mark.id, mark.owner) == (bookmark_id, owner))
        self.kept[place] = replace(self.kept[place], text=text)
        return _done(self.kept[place])

    def remove(self, bookmark_id, owner):
        self.kept = [mark for mark in self.kept if (mark.id, mark.owner) != (bookmark_id, owner)]
        return _done(None)


def _done(value):
    future = Future()
    future.set_result(value)
    return future


class FakePlayback:
    """Answers from tracks by day and vehicle; ``hold`` keeps it from answering until it is set."""

    def __init__(self, vehicles) -> None:
        self.vehicles = {vehicle.id: vehicle for vehicle in vehicles}
        self.tracks = {}
        self.asked = []
        self.hold = None
        self.failing = None
        self.bookmarks = FakeBookmarks()

    def put(self, vehicle_id, track, day=DAY) -> None:
        self.tracks[day, vehicle_id] = track

    def day(self, vehicle_ids, begin_s, end_s):
        self.asked.append(tuple(vehicle_ids))
        hold = self.hold
        if hold is not None:
            assert hold.wait(20)
        if self.failing is not None:
            raise self.failing
        day = beijing_date(begin_s)
        return tuple(
            make_day(self.vehicles[i], self.tracks.get((day, i), make_track(i, ())), begin_s, end_s)
            for i in vehicle_ids
            if i in self.vehicles
        )

    def days_with_data(self, vehicle_ids, month):
        days = {}
        for (day, vehicle_id), track in self.tracks.items():
            if (day.year, day.month) == (month.year, month.month) and vehicle_id in vehicle_ids and len(track):
                days[day] = days.get(day, 0) + len(track)
        return days

    def vehicles_with_data(self, begin_s, end_s):
        day = beijing_date(begin_s)
        return {i: len(track) for (d, i), track in self.tracks.items() if d == day and len(track)}

    def newest_day(self):
        return max((day for (day, _), track in self.tracks.items() if len(track)), default=None)


class FakeFleet:
    """The register and the newest states."""

    def __init__(self, vehicles, playback) -> None:
        self.vehicles = vehicles
        self.playback = playback

    def vehicle(self, vehicle_id):
        return next((vehicle for vehicle in self.fleet()[0] if vehicle.id == vehicle_id), None)

    def fleet(self):
        return self.vehicles, []

    def state(self, vehicle_id):
        times = [int(t.time_s[-1]) for (_, i), t in self.playback.tracks.items() if i == vehicle_id and len(t)]
        if not times:
            return None
        return VehicleState(vehicle_id, max(times), max(times), max(times), 36.8, 120.5, 0.0, 0, 0, 3, None, None)


class FakeAlerts:
    def __init__(self) -> None:
        self.open = []

    def open_alerts(self):
        return self.open


class FakeFences:
    def __init__(self) -> None:
        self.known = ()
        self.asked = []
        self.found = ()

    def fences(self):
        return self.known

    def subscribe(self, on_fences):
        self.tell = on_fences
        return lambda: None

    def passages(self, fence, begin_s, end_s, *, cancelled):
        self.asked.append((fence, begin_s, end_s))
        return self.found


class FakeTrips:
    """Finds the trips of a day; ``roads`` are what a day's samples are said to lie on."""

    def __init__(self) -> None:
        self.asked = []
        self.roads = None

    def trips(self, day, places=None):
        self.asked.append(day.vehicle.id)
        return day_trips(day, None if self.roads is None else self.roads(len(day.track)), places)


class FakeServices:
    def __init__(self, count=22) -> None:
        vehicles = [make_vehicle(number) for number in range(1, count + 1)]
        self.playback = FakePlayback(vehicles)
        self.live = FakeFleet(vehicles, self.playback)
        self.alerts = FakeAlerts()
        self.health = None
        self.geofences = FakeFences()
        self.trips = FakeTrips()
        for number in range(1, 4):
            track = make_track(number, PHASES, begin_s=BEGIN_S + 6 * 3600 + number * 600, course_deg=80.0 * number)
            self.playback.put(number, track)


@pytest.fixture
def services():
    return FakeServices()


@pytest.fixture
def told():
    """Return what the page told in the notice strip."""
    return []


@pytest.fixture
def context(services, tasks, theme, bridge, settings, told):
    return Context(
        services=services,
        tasks=tasks,
        theme=theme,
        actions=Actions(),
        bridge=bridge,
        settings=settings,
        now=lambda: float(BEGIN_S + DAY_S - 3600),
        notify=told.append,
        operator="li",
    )


@pytest.fixture
def make_page(context, qtbot):
    """Return what makes a page as the shell does and waits until its chart is there."""

    def make(*, state=None, target=None, size=(1400, 860)):
        page = PlaybackPage(context)
        qtbot.addWidget(page)
        page.resize(*size)
        if state is not None:
            page.restore_state(state)
        page.show()
        context.actions.activate("playback")
        for entry in context.actions.entries("playback"):
            page.addAction(entry.action)
        page.activated()
        if target is not None:
            page.show_target(**target)
        qtbot.waitUntil(lambda: page.chart is not None and not page.session.loading, timeout=20_000)
        return page

    return make


@pytest.fixture
def page(make_page, qtbot):
    """Return the page with vehicles 1 to 3 on DAY, as it opens by itself."""
    made = make_page()
    qtbot.waitUntil(lambda: made.session.has_data, timeout=20_000)
    made.clock.seek(made.clock.begin)
    return made


@pytest.fixture
def gate(services):
    """Return an event; until it is set the service does not answer."""
    services.playback.hold = threading.Event()
    yield services.playback.hold
    services.playback.hold.set()


@pytest.fixture
def long_day():
    """Return what makes a day of a report a second: 86,400 of them."""

    def make(vehicle_id) -> Track:
        phases = ((1500, 45.0), (240, 0.0), (900, 35.0), (60, 62.0), (300, 40.0), (600, 0.0))
        return make_track(vehicle_id, phases * 24, begin_s=BEGIN_S, course_deg=17.0 * vehicle_id, step_s=1)

    return make


@pytest.fixture(scope="session")
def make_vehicle_day():
    """Return what makes a vehicle's day."""

    def make(number, phases=PHASES, alerts=()) -> VehicleDay:
        return make_day(make_vehicle(number), make_track(number, phases), alerts=alerts)

    return make


@pytest.fixture
def track_of():
    """Return what makes a track with a stop, an overspeed and a gap."""

    def make(number, *, begin_s) -> Track:
        return make_track(number, PHASES, begin_s=begin_s)

    return make


@pytest.fixture
def alert_at():
    """Return what makes an alert."""

    def make(begin_s, rule, number) -> Alert:
        begin = dt.datetime.fromtimestamp(begin_s, dt.UTC)
        return Alert(
            id=number,
            rule=rule,
            rule_version="1",
            parameters="{}",
            vehicle_id=1,
            priority=Priority.URGENT if rule == "emergency" else Priority.HIGH,
            state=AlertState.NEW,
            begin=begin,
            end=begin + dt.timedelta(seconds=30),
            ongoing=False,
            peak=63.0,
            limit=50.0,
            lat_deg=36.8,
            lon_deg=120.5,
            program_version="0.1.0",
        )

    return make


@pytest.fixture
def begin_s() -> int:
    """Return the first second of DAY in GMT+8."""
    return BEGIN_S

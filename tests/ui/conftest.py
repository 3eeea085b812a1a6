"""A window for tests: offscreen, with settings of its own and services that answer at once."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import datetime as dt
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import QSettings

from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.vehicle import PlateColour, Vehicle, VehicleClass
from laixi_transport.services.health.service import Status
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.bridge import Bridge
from laixi_transport.ui.map.raster import loading
from laixi_transport.ui.shell.parts import Parts
from laixi_transport.ui.tasks import Tasks
from laixi_transport.ui.theme import Theme, fonts

NOW_S = 1_781_059_338.0  # 2026-06-10 10:42:18 GMT+8


def pytest_collection_modifyitems(items):
    for item in items:
        # The offscreen platform says so for smallest sizes and for raising windows.
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(scope="session", autouse=True)
def kernels():
    """Have the kernels of the map, so that no picture depends on when they came."""
    loading.load_now()


@pytest.fixture
def application(qapp):
    """Return the application with the shipped font."""
    qapp.setStyle("Fusion")
    fonts.load()
    yield qapp
    qapp.setStyleSheet("")


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def theme(application, settings):
    made = Theme(settings)
    made.apply()
    return made


@pytest.fixture
def bridge(application):
    made = Bridge(interval_ms=5)
    yield made
    made.close()


@pytest.fixture
def tasks(bridge):
    made = Tasks(bridge)
    yield made
    made.close()


@pytest.fixture
def parts(theme, bridge, tasks, settings):
    return Parts(
        tasks=tasks,
        theme=theme,
        actions=Actions(),
        bridge=bridge,
        settings=settings,
        now=lambda: NOW_S,
        language="en",
        operator="li",
    )


def make_alert(number, *, priority=Priority.HIGH, state=AlertState.NEW, ago_s=100.0, vehicle_id=1) -> Alert:
    """Return an alert that began some time before NOW_S."""
    begin = dt.datetime.fromtimestamp(NOW_S - ago_s, dt.UTC)
    return Alert(
        id=number,
        rule="overspeed",
        rule_version="1",
        parameters="{}",
        vehicle_id=vehicle_id,
        priority=priority,
        state=state,
        begin=begin,
        end=begin + dt.timedelta(seconds=31),
        ongoing=False,
        peak=63.0,
        limit=50.0,
        lat_deg=36.8,
        lon_deg=120.5,
        program_version="0.1.0",
    )


def make_vehicle(number, plate, line="203") -> Vehicle:
    return Vehicle(number, plate, PlateColour.YELLOW, VehicleClass.CITY_BUS, "Laixi Bus", line, 50.0, "13900000001")


@dataclass
class FakeLive:
    vehicles: list = field(default_factory=lambda: [make_vehicle(1, "鲁B00042D"), make_vehicle(2, "鲁B00318", "7")])
    ended: int = 0

    def fleet(self):
        return self.vehicles, []

    def vehicle(self, number):
        return next((v for v in self.vehicles if v.id == number), None)

    def subscribe(self, on_states, on_register):
        self.on_states, self.on_register = on_states, on_register
        return self._end

    def _end(self):
        self.ended += 1


@dataclass
class FakeAlerts:
    alerts: dict = field(default_factory=dict)
    acknowledged: list = field(default_factory=list)
    failing: Exception | None = None

    def open_alerts(self):
        return list(self.alerts.values())

    def subscribe(self, on_alerts):
        self.tell = on_alerts
        return lambda: None

    def acknowledge(self, number, by):
        self.acknowledged.append((number, by))
        return self._change(number, state=AlertState.ACKNOWLEDGED, acknowledged_by=by)

    def unacknowledge(self, number):
        return self._change(number, state=AlertState.NEW, acknowledged_by=None)

    def _change(self, number, **values):
        done = Future()
        if self.failing is not None:
            done.set_exception(self.failing)
        else:
            self.alerts[number] = replace(self.alerts[number], **values)
            done.set_result(self.alerts[number])
        return done


@dataclass
class FakeHealth:
    answer: Status = field(
        default_factory=lambda: Status(612, 640, 61.5, "ok", "", 31_400_000_000, 0.29, "127.0.0.1:6808", "ok")
    )

    def status(self):
        return self.answer


@dataclass
class FakeCascade:
    questions: list = field(default_factory=list)
    orders: list = field(default_factory=list)

    def open_questions(self):
        return list(self.questions)

    def open_supervisions(self):
        return list(self.orders)

    def subscribe(self, on_requests, on_statuses=lambda _: None):
        self.tell = on_requests
        return lambda: None


@dataclass
class FakeServices:
    live: FakeLive = field(default_factory=FakeLive)
    alerts: FakeAlerts = field(default_factory=FakeAlerts)
    health: FakeHealth = field(default_factory=FakeHealth)
    cascade: FakeCascade = field(default_factory=FakeCascade)
    playback: object = None


@pytest.fixture
def services():
    return FakeServices()


@pytest.fixture
def alert():
    """Return what makes an alert that began some time before now."""
    return make_alert

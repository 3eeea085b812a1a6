"""A vehicle's day, and a page that shows it on a map: what exports are opened from."""

import dataclasses
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from laixi_transport.services.trips.day_trips import day_trips
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.day_sheet.way_map import way
from laixi_transport.ui.export.track_exports import Shown, TrackExports
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.timeline.axis import Span
from tests.services.export.conftest import make_day

NOW_S = 1_781_059_338.0  # 2026-06-10 10:42:18 GMT+8


class FakePlayback:
    """Answers with the invented morning, for any vehicle; ``before`` is called first."""

    def __init__(self):
        self.asked = []
        self.before = lambda: None

    def day(self, ids, begin_s, end_s):
        self.asked.append((tuple(ids), begin_s, end_s))
        self.before()
        return tuple(dataclasses.replace(make_day(i), begin_s=begin_s, end_s=end_s) for i in ids)

    def vehicles_with_data(self, begin_s, end_s):
        return {1: 200, 2: 200}


class FakeTrips:
    """Finds trips by places alone."""

    def trips(self, day, places=()):
        return day_trips(day, places=places)


@pytest.fixture
def day():
    return make_day()


@pytest.fixture
def playback():
    return FakePlayback()


@pytest.fixture
def context(parts, playback, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    parts.settings.setValue("export/folder", str(folder))
    return Context(
        services=SimpleNamespace(playback=playback, trips=FakeTrips()),
        tasks=parts.tasks,
        theme=parts.theme,
        actions=Actions(),
        bridge=parts.bridge,
        settings=parts.settings,
        now=lambda: NOW_S,
        operator="li",
        notify=lambda notice: None,
    )


@pytest.fixture
def files(context, tmp_path):
    return tmp_path / "files"


@pytest.fixture
def page(qtbot, context, day):
    """Return a page with a map of the day; its exports are ``page.exports``."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 500)
    canvas = MapView(context.theme, BaseMap())
    QVBoxLayout(made).addWidget(canvas)
    canvas.set_tracks((way(day),))
    span = Span(float(day.track.time_s[0]), float(day.track.time_s[-1]))
    shown = Shown(
        vehicles=lambda: (day.vehicle, dataclasses.replace(day.vehicle, id=2)),
        period=lambda: (day.begin_s, day.end_s),
        day=lambda: day,
        span=lambda: span,
        moment=lambda: NOW_S,
        canvas=canvas,
    )
    made.shown = shown
    made.exports = TrackExports(context, "playback", shown, made)
    context.actions.activate("playback")
    made.show()
    canvas.fit_content()
    return made

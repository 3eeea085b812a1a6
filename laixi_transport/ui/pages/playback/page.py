"""The playback page itself: session, clock, map, timeline and panels joined."""

import datetime as dt
import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from laixi_transport.domain.time import beijing_date, beijing_day
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.track_exports import Shown, TrackExports
from laixi_transport.ui.map.map_source import MapSource
from laixi_transport.ui.pages.playback.area_search import AreaSearch
from laixi_transport.ui.pages.playback.bookmarks import Bookmarks
from laixi_transport.ui.pages.playback.commands import SCOPE, enter_commands
from laixi_transport.ui.pages.playback.comparing import Comparing
from laixi_transport.ui.pages.playback.day_picker import DayPicker
from laixi_transport.ui.pages.playback.details import VehiclePanel
from laixi_transport.ui.pages.playback.doubts import reason
from laixi_transport.ui.pages.playback.event_panel import EventPanel
from laixi_transport.ui.pages.playback.frame import Frame
from laixi_transport.ui.pages.playback.loaded import LoadedDay
from laixi_transport.ui.pages.playback.navigation import Navigation
from laixi_transport.ui.pages.playback.session import MOST_VEHICLES, Session
from laixi_transport.ui.pages.playback.stage import Stage
from laixi_transport.ui.pages.playback.transport import TransportBar
from laixi_transport.ui.pages.playback.trips import Trips
from laixi_transport.ui.pages.playback.vehicle_picker import VehiclePicker
from laixi_transport.ui.timeline.axis import Span
from laixi_transport.ui.timeline.clock import PlaybackClock
from laixi_transport.ui.timeline.shared_span import SharedSpan
from laixi_transport.ui.timeline.view import TimelineView
from laixi_transport.ui.widgets import Panel

if TYPE_CHECKING:
    from laixi_transport.services.playback.day import VehicleDay
    from laixi_transport.services.trips.day_trips import DayTrips

PATIENCE_MS = 150
"""Loading that takes less is not announced."""
NEAR_PX = 4.0
"""So near to a doubted report the pointer on the timeline tells why it is doubted."""


class PlaybackPage(QWidget):
    """Vehicles' days under one clock."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.context = context
        self.clock = PlaybackClock(self)
        self.span = SharedSpan(self)
        self.session = Session(context, self)
        self.stage = Stage(context.theme)
        self.timeline = TimelineView(context.theme, self.clock, self.span)
        self.chart: Any = None
        self.bookmarks = Bookmarks(context, self)
        self.comparing = Comparing(context, self.span, self)
        self.vehicle = VehiclePanel(context.theme)
        self.events = EventPanel(context)
        self.day = DayPicker(context.theme)
        self.choose = QPushButton()
        self.go = Navigation(context, self.session, self.clock, self.span, self.stage)
        self._picker: VehiclePicker | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._inset_px = 0
        self._waiting = False  # for the positions of the clock's moment
        self._enter_commands()
        self.exports = TrackExports(context, SCOPE, self._shown(), self)
        self.transport = TransportBar(context.theme, self.clock, context.actions)
        self._lay_out()
        self._connect()
        tasks = context.tasks
        self.map_source = MapSource(context, self.stage.map)
        self.trips = Trips(context, self.session, self.stage.map, self)
        self.trips.found.connect(self._show_trips)
        self.map_source.shown.connect(self.trips.renew)
        self.area_search = AreaSearch(context, self.stage.map, lambda: self.session.period, self)
        self.area_search.shown.connect(
            lambda vehicle_id, at_s: self.go.to_vehicle(vehicle_id, beijing_date(at_s), at_s)
        )
        self.area_search.played.connect(self.go.to_vehicles)
        # The chart's library takes up to a second to load: not on the thread of the window.
        tasks.run(lambda: importlib.import_module("laixi_transport.ui.timeline.speed_chart"), owner=self).then(
            self._add_chart
        ).otherwise(context.notify)
        self._show_choice()
        self._show_loaded()

    @property
    def picker(self) -> VehiclePicker:
        """The list of vehicles; made when it is first needed."""
        if self._picker is None:
            self._picker = VehiclePicker(self.context.theme, MOST_VEHICLES, self)
            self._picker.picked.connect(self.go.to_vehicles)
        return self._picker

    # The page in the shell

    def activated(self) -> None:
        """Show the newest day if nothing was ever chosen; fetch what came in since if the day was not over then."""
        session = self.session
        if session.loading:
            return
        if not session.vehicle_ids:
            session.ask_newest()
        elif session.outdated:
            session.ask(go_to_s=self.clock.at)

    def deactivated(self) -> None:
        """Stand still while nobody looks."""
        self.clock.pause()

    def show_target(self, **target: Any) -> None:
        """Show a vehicle's day, at ``time_s`` if it is given; or the ``place`` (longitude, latitude)."""
        vehicle_id, time_s = target.get("vehicle_id"), target.get("time_s")
        place = target.get("place")
        if isinstance(place, tuple):
            self.area_search.belt.show_place(*place)
        if vehicle_id is not None:
            at_s = None if time_s is None else float(time_s)
            self.go.to_vehicle(int(vehicle_id), None if at_s is None else beijing_date(at_s), at_s)

    def save_state(self) -> dict[str, Any]:
        """Return vehicles, day, moment, speed, filter and sizes."""
        return {
            **self.session.save_state(),
            "at": self.clock.at,
            "speed": self.clock.speed,
            "filter": self.events.filter_place,
            "sizes": self.frame.save_sizes(),
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take what ``save_state`` returned."""
        if "speed" in state:
            self.clock.set_speed(float(state["speed"]))
        self.events.filter_place = int(state.get("filter", 0))
        self.frame.restore_sizes(state.get("sizes", ()))
        vehicles = [int(vehicle_id) for vehicle_id in state.get("vehicles", ())]
        if vehicles:
            day, selected, at = dt.date.fromisoformat(state["day"]), state.get("selected"), state.get("at")
            last_day = dt.date.fromisoformat(state.get("last_day", state["day"]))
            self.session.ask(vehicle_ids=vehicles, day=day, last_day=last_day, selected=selected, go_to_s=at)

    # What its commands do

    def follow(self, on: bool) -> None:
        """Keep the selected vehicle in the middle of the map, or let it go."""
        self.stage.map.follow(self.session.selected_id if on else None)

    def open_picker(self) -> None:
        """Let the user choose vehicles."""
        vehicles, _states = self.context.services.live.fleet()
        self.picker.open_below(self.choose, vehicles, self.session.vehicle_ids)
        playback, (begin_s, end_s) = self.context.services.playback, beijing_day(self.session.day)
        self.context.tasks.run(
            lambda: playback.vehicles_with_data(begin_s, end_s), slot="playback.reports", owner=self.picker
        ).then(self.picker.show_reports)

    def open_bookmarks(self) -> None:
        """Let the user mark this moment or go to a bookmark."""
        selected = self.session.selected_id
        own = abs(selected) if selected is not None else None
        at_s = self.session.true_moment(self.clock.at)
        self.bookmarks.open(self.transport.button("playback.bookmarks"), at_s, own)

    def compare(self) -> None:
        """Let the user choose a day to compare with; while one is compared, end it."""
        self.context.actions["playback.compare"].setChecked(self.session.compared is not None)
        if self.session.compared is not None:
            self.session.compare(None, self.clock.at)
        else:
            self.comparing.open(self.transport.button("playback.compare"), self.session, self.clock.at)

    # Inside

    def _shown(self) -> Shown:
        """Return what can be brought out; a day that is shown under another date keeps off the papers."""
        session = self.session

        def day() -> "VehicleDay | None":
            chosen = session.selected
            return chosen.day if chosen is not None and not chosen.note else None

        return Shown(
            vehicles=lambda: session.vehicles,
            period=lambda: session.period,
            day=day,
            span=lambda: self.span.shown,
            moment=lambda: self.clock.at,
            canvas=self.stage.map,
            other_curve=lambda: self.comparing.way_chart(session),
            timeline=lambda: self.timeline,
        )

    def _enter_commands(self) -> None:
        clock, stage_map = self.clock, self.stage.map
        enter_commands(
            self.context.actions,
            {
                "toggle": clock.toggle,
                "forwards": clock.forwards,
                "pause": clock.pause,
                "backwards": clock.backwards,
                "back": lambda: self.go.step(-1),
                "forward": lambda: self.go.step(1),
                "home": lambda: self.go.to_moment(clock.begin),
                "end": lambda: self.go.to_moment(clock.end),
                "slower": clock.slower,
                "faster": clock.faster,
                "loop_from": clock.loop_from_here,
                "loop_to": clock.loop_to_here,
                "loop_clear": clock.clear_loop,
                "bookmarks": self.open_bookmarks,
                "bookmark_before": lambda: self.go.to_bookmark(self.bookmarks.beside(clock.at, -1)),
                "bookmark_after": lambda: self.go.to_bookmark(self.bookmarks.beside(clock.at, 1)),
                "trail": lambda: self.transport.next_trail(),  # noqa: PLW0108 - it is made later
                "compare": self.compare,
                "over_distance": self.comparing.toggle_way,
                "time": lambda: self.transport.time.begin(),  # noqa: PLW0108 - it is made later
                "vehicles": self.open_picker,
                "day": self.day.open,
                "day_before": lambda: self.day.step(-1),
                "day_after": lambda: self.day.step(1),
                "whole_day": self.go.show_whole_day,
                "follow": lambda: self.follow(stage_map.following is None),
                "zoom_in": lambda: stage_map.zoom_by(0.5),
                "zoom_out": lambda: stage_map.zoom_by(-0.5),
                "county": stage_map.fit_county,
                "all": stage_map.fit_content,
            },
        )

    def _lay_out(self) -> None:
        chooser = Panel()
        chosen = QHBoxLayout()
        chosen.setSpacing(3)
        chosen.addWidget(self.choose)
        chosen.addWidget(self.day, 1)
        self._export = self.exports.button()
        self._export.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._export.setAccessibleName(self._export.text())
        chosen.addWidget(self._export)
        chooser.body.addLayout(chosen)
        panels, titles = (self.vehicle, self.events), (self.tr("Vehicle"), self.tr("Events"))
        scale = self.context.theme.scale
        self.frame = Frame(self.stage.map, chooser, panels, titles, self.transport, self.timeline, scale)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.frame)

    def _connect(self) -> None:
        self.context.theme.changed.connect(self._paint)
        self._paint()
        self.clock.moved.connect(self._show_moment)
        self.clock.changed.connect(self._show_moment)
        self.session.asked.connect(self._show_choice)
        self.session.loaded.connect(self._show_loaded)
        self.session.failed.connect(self._show_failure)
        self.session.selected_changed.connect(self._show_selected)
        self.session.came.connect(self._show_moment)
        self.session.refined.connect(self._show_refined)
        self._patience.timeout.connect(self._say_loading)
        self.transport.asked.connect(self.go.to_moment)
        self.transport.trail_chosen.connect(self.stage.set_trail)
        self.bookmarks.changed.connect(self._show_lanes)
        self.bookmarks.asked.connect(self.go.to_bookmark)
        self.bookmarks.read()
        self.comparing.chosen.connect(lambda other: self.session.compare(other, self.clock.at))
        self.comparing.way_toggled.connect(self._place_chart)
        self.timeline.lane_chosen.connect(self.session.select)
        self.timeline.read_out = self._read_out
        self.events.chosen.connect(self.go.to_event)
        self.events.trip_chosen.connect(self.go.to_trip)
        self.day.picked.connect(self.go.to_days)
        self.day.month_shown.connect(self._mark_month)
        self.choose.clicked.connect(self.open_picker)
        self.stage.map.vehicle_clicked.connect(self.session.select)
        self.stage.map.mark_clicked.connect(self.go.to_mark)
        self.stage.map.background_clicked.connect(self.go.to_place)
        self.stage.map.following_changed.connect(self._show_following)

    def _add_chart(self, module: Any) -> None:
        self.chart = module.SpeedChart(self.context.theme, self.span)
        self._inset_px = round(module.HEIGHT_PX * self.context.theme.scale)
        self.timeline.set_inset(self.chart, self._inset_px)
        self.frame.fit()
        self._show_curve()
        self._show_moment()

    def _show_choice(self) -> None:
        """Show what is being asked for."""
        count = len(self.session.vehicle_ids)
        self.choose.setText(str(count) if count else self.tr("Choose vehicles"))
        self.choose.setAccessibleName(self.tr("Vehicles: {n}").format(n=count))
        self.choose.setToolTip(self.tr("Choose up to {most} vehicles (V)").format(most=MOST_VEHICLES))
        self.day.show_days(self.session.day, self.session.last_day)
        if self.session.loading:
            self._patience.start()

    def _show_loaded(self) -> None:
        """Show what was loaded."""
        session = self.session
        self._patience.stop()
        self.stage.show_vehicles(session.vehicles, session.names, session.ids)
        self._show_lanes()
        self._show_choice()
        self._show_selected()
        day = Span(*session.period)
        if self.span.limits != day or (self.go.fit_span and session.has_data):
            self.span.set_limits(day)
            self.go.show_all_data()
            self.go.fit_span = False
        self.go.fit_span |= not session.has_data
        self.frame.fit()
        wanted = session.go_to_s
        self.clock.set_period(*session.moments, wanted if wanted is not None else self._first_moment())
        if self.go.fit_map and session.has_data:
            self.stage.map.fit_content()
            self.go.fit_map = False
        self.span.reveal(self.clock.at, lead=0.5)
        self.stage.banner.say(self._advice())
        self._show_moment()

    def _show_refined(self) -> None:
        """Show what more is known of the lanes and of the period; the moment stays."""
        self._show_lanes()
        self.clock.set_period(*self.session.moments, self.clock.at)

    def _show_lanes(self) -> None:
        """Show the lanes with the flags of bookmarks."""
        lanes = []
        for lane in self.session.lanes:
            flags = self.bookmarks.lane_marks(lane.key)
            if flags:
                marks = tuple(sorted(lane.marks + flags, key=lambda mark: mark.at_s))
                lanes.append(replace(lane, marks=marks))
            else:
                lanes.append(lane)
        self.timeline.set_lanes(lanes)

    def _first_moment(self) -> float:
        """Return where to begin: where the clock stands if that lies inside, else at the first report."""
        begin_s, end_s = self.session.moments
        return self.clock.at if begin_s <= self.clock.at <= end_s else begin_s

    def _advice(self) -> str:
        session = self.session
        if not session.vehicle_ids:
            return self.tr("Choose vehicles and a day to play back (V, D).")
        if not session.has_data:
            day = _days_text(session.day, session.last_day)
            said = self.tr("No reports on {day}. A dot in the calendar marks the days that have some (D).")
            return said.format(day=day)
        return ""

    def _show_failure(self, error: Exception) -> None:
        self._show_loaded()
        self.stage.banner.say(self.tr("The day could not be loaded. Choose it again to try once more."))
        self.context.notify(error)

    def _say_loading(self) -> None:
        if self.session.loading:
            said = self.tr("Loading {day}…").format(day=self.session.day.isoformat())
            self.stage.banner.say(said)
        elif self._waiting:
            self.stage.doubt_places(self.clock.at)
            self.stage.banner.say(self.tr("Loading {day}…").format(day=text.date_time(self.clock.at)))

    def _show_selected(self) -> None:
        session = self.session
        chosen = session.selected
        self.exports.show_selected()
        self.timeline.select(session.selected_id)
        self.stage.show_days(session.days, session.selected_id)
        self.vehicle.show_day(chosen, self._selected_name())
        self.events.show_events(chosen.events if chosen is not None else ())
        self.clock.set_samples(chosen.where.reports_s if chosen is not None else ())
        self.context.actions.allow("playback.follow", session.selected_id is not None)
        if self.stage.map.following is not None:
            self.stage.map.follow(session.selected_id)
        self._show_curve()
        self._show_moment()

    def _selected_name(self) -> str:
        """Return the name of the selected vehicle, also while it is being read."""
        found = np.flatnonzero(self.session.ids == self.session.selected_id)
        return self.session.names[int(found[0])] if len(found) else ""

    def _show_curve(self) -> None:
        if self.chart is not None:
            chosen, other = self.session.selected, self.session.other
            if chosen is other:  # the compared day itself is selected: its partner is the other
                other = next((day for day in self.session.days if day is not chosen), None) if other else None
            self.chart.set_curve(
                chosen.curve if chosen is not None else None, other.curve if other is not None else None
            )
            self._place_chart()

    def _place_chart(self) -> None:
        """Put the curves over time or, for two days, over the way into the timeline."""
        actions, compared = self.context.actions, self.session.other is not None
        actions["playback.compare"].setChecked(self.session.compared is not None)
        actions.allow("playback.over_distance", compared)
        if self.chart is None:
            return
        way = self.comparing.way_chart(self.session) if compared else None
        if way is not None:
            way.show_moment(self.clock.at)
        self.timeline.set_inset(way or self.chart, self._inset_px)

    def _show_moment(self, _at_s: float | None = None) -> None:
        """Put everything to the clock's moment; while playing this runs at every tick."""
        clock, session = self.clock, self.session
        at_s = clock.at
        fixes = session.fixes_at(at_s, clock.direction, clock.speed)
        if fixes is not None:
            self.stage.show_places(fixes.at(at_s), at_s)
            if self._waiting:
                self._waiting = False
                self._patience.stop()
                self.stage.banner.say(self._advice())
        elif session.vehicles and not self._waiting and not session.loading:
            self._waiting = True
            self._patience.start()
        self.transport.time.show_time(at_s if session.vehicles else None)
        chosen = session.selected
        if chosen is None:
            if self.chart is not None:
                self.chart.show_speed(None)
            return
        moment = chosen.where.at(at_s)
        self.vehicle.show_moment(moment, at_s)
        if self.chart is not None:
            known = moment.sample is not None and moment.known
            speed = float(chosen.day.track.speed_kmh[moment.sample]) if known else None
            limit = chosen.vehicle.speed_limit_kmh
            self.chart.show_speed(speed, limit)
            self.comparing.show_moment(self.chart, session, at_s)

    def _read_out(self, at_s: float, key: int | None) -> list[str]:
        """Return what stands beside the pointer on the timeline."""
        lines = [text.clock(at_s)]
        day = (
            self.session.selected if key is None else next((d for d in self.session.days if d.vehicle.id == key), None)
        )
        if day is None:
            return lines if key is None else [*lines, *self.timeline.lane_lines(at_s, key)]
        moment = day.where.at(at_s)
        if moment.known and moment.sample is not None:
            speed = float(day.day.track.speed_kmh[moment.sample])
            lines[0] += f"  {text.speed(speed, day.vehicle.speed_limit_kmh)}"
        lines += self._doubts_near(day, at_s)
        return lines + (list(self.timeline.lane_lines(at_s, key)) if key is not None else [])

    def _doubts_near(self, day: LoadedDay, at_s: float) -> list[str]:
        """Return what speaks against the reports within some pixels of a moment, each reason once."""
        near_s = NEAR_PX * self.timeline.geometry_now.s_per_px
        rows = day.where.doubted
        times = day.where.reports_s[rows]
        some = rows[slice(*np.searchsorted(times, (at_s - near_s, at_s + near_s)).tolist())]
        return [reason(kind) for kind in np.unique(day.where.doubts[some]).tolist()]

    def _show_trips(self, found: "DayTrips | None") -> None:
        """Show the trips of the selected day, and by what road it goes."""
        self.events.show_trips(found)
        self.vehicle.show_trips(found)
        self._show_moment()

    def _show_following(self, vehicle_id: int | None) -> None:
        self.context.actions["playback.follow"].setChecked(vehicle_id is not None)
        if vehicle_id is not None:
            self.session.select(vehicle_id)

    def _mark_month(self, month: dt.date) -> None:
        """Mark the days of a month that have reports of the chosen vehicles, of all while none is chosen."""
        live, playback = self.context.services.live, self.context.services.playback
        wanted = self.session.vehicle_ids or tuple(vehicle.id for vehicle in live.fleet()[0])
        self.context.tasks.run(
            lambda: playback.days_with_data(wanted, month), slot="playback.month", owner=self.day
        ).then(self.day.calendar.mark)

    def _paint(self) -> None:
        self._export.setIcon(self.context.theme.icon("file-export"))
        self.choose.setIcon(self.context.theme.icon("bus"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.stage.banner.place()


def _days_text(first: dt.date, last: dt.date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"

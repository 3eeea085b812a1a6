"""The live page itself: map, detail and list joined."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from laixi_transport.domain.alert import Alert
from laixi_transport.domain.fleet import VehicleState
from laixi_transport.domain.time import beijing_date, beijing_day
from laixi_transport.services.health.service import Status
from laixi_transport.services.playback.day import VehicleDay
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.map_actions import MapActions
from laixi_transport.ui.map.banner import Banner
from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.furniture import Card
from laixi_transport.ui.map.map_source import MapSource
from laixi_transport.ui.map.tools.belt import ToolBelt
from laixi_transport.ui.map.tools.fence_layer import FenceLayer
from laixi_transport.ui.map.tools.marquee import Bounds
from laixi_transport.ui.map.view import MapView
from laixi_transport.ui.pages.live import wording
from laixi_transport.ui.pages.live.detail import VehicleDetail
from laixi_transport.ui.pages.live.fleet import FleetColumns
from laixi_transport.ui.pages.live.vehicle_list import VehicleList
from laixi_transport.ui.widgets import FoldingColumn
from laixi_transport.ui.widgets.scrolling import restore_sizes

SCOPE = "live"
STATES, REGISTER, ALERTS, FENCES = "live.states", "live.register", "live.alerts", "live.fences"
SIDE_PX = 380
LEAST_SIDE_PX = 300
LIST_PX = 230
"""Less room for the list than its search, its filters and three rows, and the side column folds."""
TICK_MS = 1000
TODAY_EVERY_S = 60


class LivePage(QWidget):
    """Where every vehicle is now. Selecting one in the list selects it on the map and the other way round."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._context = context
        self._fleet = FleetColumns()
        self._selected: int | None = None
        self._ticks = 0
        self.map = MapView(context.theme, BaseMap())
        self.layer = FenceLayer(context.now)
        self.belt = ToolBelt(self.map, fences=self.layer, selects=True)
        self.map.set_card(self._card)
        self.detail = VehicleDetail(context.theme, context.now)
        self.list = VehicleList(context.theme, context.settings, context.now)
        self.empty = Banner(self.map)
        self._arrange()
        self._connect()
        self._enter_actions()
        MapActions(context, SCOPE, self.map, context.now, self)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.map_source = MapSource(context, self.map)
        self._listen()
        self._fleet.take_alerts(context.services.alerts.open_alerts())
        self._read_register()
        self._show_fences()

    # The page in the shell

    def activated(self) -> None:
        """Keep everything up to date from now on."""
        self._timer.start()
        self._tick()

    def deactivated(self) -> None:
        """Rest; batches are still taken, nothing is painted."""
        self._timer.stop()

    def show_target(self, **target: Any) -> None:
        """Select and show the vehicle ``vehicle_id``, or the ``place`` (longitude, latitude)."""
        vehicle_id, place = target.get("vehicle_id"), target.get("place")
        if isinstance(vehicle_id, int):
            self.select(vehicle_id, centre=True)
        if isinstance(place, tuple):
            self.belt.show_place(*place)

    def save_state(self) -> dict[str, Any]:
        """Return filters, selection, sizes and what the map shows."""
        middle = self.map.view.to_lon_lat(self.map.view.width / 2, self.map.view.height / 2)
        return {
            "filters": self.list.save_state(),
            "selected": self._selected,
            "sizes": self._splitter.sizes(),
            "map": [*middle, self.map.view.zoom],
            "areas": self.belt.shows_fences,
            "dms": self.belt.dms,
        }

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take what ``save_state`` returned."""
        self.list.restore_state(state.get("filters") or {})
        restore_sizes(self._splitter, state.get("sizes"))
        place = state.get("map")
        if isinstance(place, list) and len(place) == 3:
            lon, lat, zoom = (float(value) for value in place)
            self.map.centre_on(lon, lat, zoom)
        self.belt.show_fences(state.get("areas") is not False)
        self.belt.set_dms(state.get("dms") is True)
        selected = state.get("selected")
        if isinstance(selected, int):
            self.select(selected)

    # Selecting

    @property
    def selected(self) -> int | None:
        """The selected vehicle."""
        return self._selected

    def select(self, vehicle_id: int | None, *, centre: bool = False) -> None:
        """Select a vehicle everywhere; one that the map does not show is moved into the middle."""
        row = self._fleet.row(vehicle_id) if vehicle_id is not None else None
        changed = vehicle_id != self._selected
        self._selected = None if row is None else vehicle_id
        self.map.select(self._selected)
        self.list.choose(self._selected)
        self.detail.show_row(row)
        following = self.map.following
        if changed and following is not None:
            self.map.follow(self._selected if row is not None and row.located else None)
        if row is not None and row.located and row.state is not None and self.map.following is None:
            x, y = self.map.place_of(row.id) or (-1.0, -1.0)
            hidden = self.map.placed and not self.map.rect().adjusted(20, 20, -20, -20).contains(round(x), round(y))
            if centre or hidden:
                self.map.centre_on(row.state.lon_deg, row.state.lat_deg)
        self.detail.show_following(self.map.following is not None)
        if changed:
            self._read_today()

    def select_within(self, bounds: Bounds | None) -> None:
        """Show in the list only the vehicles in a rectangle (west, south, east, north), None for all again."""
        self.list.restrict(None if bounds is None else self._fleet.within(bounds))
        self.side.bring(self.list)

    def follow(self, on: bool) -> None:
        """Follow the selected vehicle, or end it."""
        self.map.follow(self._selected if on else None)
        self.detail.show_following(self.map.following is not None)

    def open_playback(self) -> None:
        """Show the selected vehicle's day in playback."""
        row = self._fleet.row(self._selected) if self._selected is not None else None
        if row is not None:
            time_s = self._context.now() if row.state is None else float(row.state.time_s)
            self._context.open_page("playback", vehicle_id=row.id, time_s=time_s)

    # Building

    def _arrange(self) -> None:
        scale = self._context.theme.scale
        titles = (self.tr("Vehicle"), self.tr("List"))
        self.side = FoldingColumn((), self.detail, self.list, titles, round(LIST_PX * scale))
        self.side.setMinimumWidth(round(LEAST_SIDE_PX * scale))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.map)
        self._splitter.addWidget(self.side)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setSizes([1000, round(SIDE_PX * scale)])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._splitter)

    def _connect(self) -> None:
        self.map.vehicle_clicked.connect(self.select)
        self.map.vehicle_clicked.connect(lambda *_: self.side.bring(self.detail))
        self.map.background_clicked.connect(lambda *_: self.select(None))
        self.map.vehicle_double_clicked.connect(self._select_and_follow)
        self.map.following_changed.connect(self._show_following)
        self.map.view_changed.connect(self.empty.place)
        self.belt.selected.connect(self.select_within)
        self.list.chosen.connect(self.select)
        self.list.opened.connect(self._select_and_follow)
        self.detail.follow.connect(self.follow)
        self.detail.playback.connect(self.open_playback)

    def _enter_actions(self) -> None:
        add = self._context.actions.add
        add(
            "live.follow",
            self.tr("Follow the selected vehicle"),
            lambda: self.follow(self.map.following is None),
            keys="F",
            scope=SCOPE,
            hint=self.tr("Keep it in the middle of the map until the map is moved by hand"),
        )
        add("live.playback", self.tr("Play back the selected vehicle"), self.open_playback, keys="P", scope=SCOPE)
        add("live.search", self.tr("Search vehicles"), self._begin_search, keys=("/", "Ctrl+F"), scope=SCOPE)
        add("live.clear", self.tr("Select nothing"), self._clear, keys="Esc", scope=SCOPE, secondary=True)
        add("live.zoom_in", self.tr("Zoom in"), lambda: self.map.zoom_by(0.5), keys=("+", "="), scope=SCOPE)
        add("live.zoom_out", self.tr("Zoom out"), lambda: self.map.zoom_by(-0.5), keys="-", scope=SCOPE)
        add("live.county", self.tr("Show the county"), self.map.fit_county, keys="Ctrl+Home", scope=SCOPE)
        add("live.all", self.tr("Show all vehicles"), self.map.fit_content, keys="Ctrl+End", scope=SCOPE)
        self.belt.enter_actions(self._context.actions, SCOPE)

    def _listen(self) -> None:
        """Have states and news of the register brought over by the bridge, as long as the page lives."""
        bridge, live, alerts = self._context.bridge, self._context.services.live, self._context.services.alerts
        fences = self._context.services.geofences

        def on_states(states: list[VehicleState]) -> None:
            bridge.post_all(STATES, ((state.vehicle_id, state) for state in states))

        def on_register() -> None:
            bridge.post(REGISTER, 0, None)

        def on_alerts(news: list[Alert]) -> None:
            bridge.post_all(ALERTS, ((alert.id, alert) for alert in news))

        ends: tuple[Callable[[], None], ...] = (
            bridge.listen(STATES, self._take_states),
            bridge.listen(REGISTER, lambda _: self._read_register()),
            bridge.listen(ALERTS, self._take_alerts),
            live.subscribe(on_states, on_register),
            alerts.subscribe(on_alerts),
            bridge.listen(FENCES, lambda _: self._show_fences()),
            fences.subscribe(lambda: bridge.post(FENCES, 0, None)),
        )

        def end_all(*_: object) -> None:
            for end in ends:
                end()

        self.destroyed.connect(end_all)

    # The fleet

    def _read_register(self) -> None:
        live = self._context.services.live
        vehicles, states = live.fleet()
        self._fleet.reset(vehicles, states, live.overspeeding(), self._context.now())
        self.list.reset(self._fleet.rows())
        self._show_fleet()
        self.select(self._selected)
        self._show_empty()

    def _take_states(self, states: list[VehicleState]) -> None:
        """Take one batch: ten times a second at most."""
        changed = self._fleet.merge(states, self._context.services.live.overspeeding(), self._context.now())
        self._show_rows(changed)
        self._show_fleet()

    def _take_alerts(self, alerts: list[Alert]) -> None:
        self._show_rows(self._fleet.take_alerts(alerts))
        self._show_fleet()

    def _tick(self) -> None:
        """Show how old everything is by now, and who has fallen silent."""
        turned = self._fleet.merge((), self._context.services.live.overspeeding(), self._context.now())
        self._show_rows(turned)
        if turned:
            self._show_fleet()
        self.list.age()
        self.detail.age()
        self._ticks += 1
        if self._ticks % TODAY_EVERY_S == 0:
            self._read_today()

    def _show_rows(self, changed: list[int]) -> None:
        self.list.merge(self._fleet.rows(changed))
        if self._selected in changed:
            self.detail.show_row(self._fleet.row(self._selected))

    def _show_fleet(self) -> None:
        fleet = self._fleet
        self.map.set_vehicles(fleet.ids, fleet.lon_deg, fleet.lat_deg, fleet.direction_deg, fleet.look(), fleet.names)
        self.list.show_counts(fleet.counts())

    def _card(self, vehicle_id: int) -> Card | None:
        row = self._fleet.row(vehicle_id)
        return None if row is None else wording.card(row, self._context.now())

    def _read_today(self) -> None:
        """Ask how far the selected vehicle went today."""
        if self._selected is None:
            return
        vehicle_id, now_s = self._selected, self._context.now()
        begin_s, _ = beijing_day(beijing_date(now_s))
        playback = self._context.services.playback

        def show(days: tuple[VehicleDay, ...]) -> None:
            if self._selected == vehicle_id:
                self.detail.show_today(days[0].distance if days and len(days[0].track) else None)

        self._context.tasks.run(
            lambda: playback.day([vehicle_id], begin_s, int(now_s) + 1), slot="live.today", owner=self
        ).then(show)

    # Small things

    def _select_and_follow(self, vehicle_id: int) -> None:
        self.select(vehicle_id)
        self.follow(True)

    def _show_following(self, vehicle_id: int | None) -> None:
        self.detail.show_following(vehicle_id is not None)
        if vehicle_id is not None and vehicle_id != self._selected:
            self.select(vehicle_id)

    def _show_fences(self) -> None:
        self.layer.set(self._context.services.geofences.fences())
        self.map.update()

    def _begin_search(self) -> None:
        self.side.bring(self.list)
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def _clear(self) -> None:
        if self.list.search.hasFocus():
            self.list.search.clear()
            self.map.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.map.tool is not None:
            self.map.set_tool(None)
        elif self.list.restricted:
            self.select_within(None)
        elif not self.belt.unpin():
            self.select(None)

    def _show_empty(self) -> None:
        """Say what to do while there is no vehicle at all."""
        if len(self._fleet):
            self.empty.say("")
        else:
            health = self._context.services.health
            self._context.tasks.run(health.status, slot="live.health", owner=self).then(self._say_where)

    def _say_where(self, status: Status) -> None:
        if len(self._fleet):
            return
        if status.gateway:
            told = self.tr("No vehicles yet. Connect a terminal to {address}, or enter vehicles in the register.")
            self.empty.say(told.format(address=status.gateway))
        else:
            self.empty.say(self.tr("No vehicles yet. They appear here once the gateway has entered them."))

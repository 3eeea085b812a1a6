"""The main window: navigation, search, status, pages, alarm bar."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from laixi_transport.domain.alert import Alert
from laixi_transport.services.feature import Feature
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.table_exports import TableExports
from laixi_transport.ui.problems import describe
from laixi_transport.ui.shell.alarm_bar import AlarmBar
from laixi_transport.ui.shell.alert_desk import AlertDesk
from laixi_transport.ui.shell.alerts_dock import AlertsDock
from laixi_transport.ui.shell.arrangement import Arrangement
from laixi_transport.ui.shell.commands import ANSWER_KEY, enter_commands
from laixi_transport.ui.shell.full_screen import FrameWindow, fill_screen
from laixi_transport.ui.shell.hits import FoundVehicles, found_commands, found_place
from laixi_transport.ui.shell.menus import Menus
from laixi_transport.ui.shell.pages import Pages
from laixi_transport.ui.shell.parts import Parts
from laixi_transport.ui.shell.places import SMALLEST, next_screen
from laixi_transport.ui.shell.rail import Rail
from laixi_transport.ui.shell.request_chip import RequestChip
from laixi_transport.ui.shell.request_desk import RequestDesk
from laixi_transport.ui.shell.search import SearchBox
from laixi_transport.ui.shell.status import StatusStrip
from laixi_transport.ui.shell.top_row import TopRow
from laixi_transport.ui.shell.view_commands import enter_view_commands
from laixi_transport.ui.shell.wall import Wall
from laixi_transport.ui.widgets.notice import NoticeStrip

if TYPE_CHECKING:
    from laixi_transport.services.bundle import Services
    from laixi_transport.services.health.service import Status

COLUMN_MARGINS = (8, 8, 12, 6)
TICK_MS = 1000
PAGES_WITH_PLACES = ("live", "playback", "geofences")
"""Pages whose map shows a place that was typed into the search."""
HEALTH_EVERY = 2  # ticks
_W = TypeVar("_W", bound=QWidget)
ABOVE = "cascade"
"""The page that answers platforms above."""


class MainWindow(FrameWindow):
    """The frame; it stands before there is a database, and ``attach`` fills it."""

    language_chosen = Signal(str)
    rebuild_asked = Signal()
    """Text size or wall mode were chosen, which are settings: whoever made the window makes it anew."""
    painted = Signal()
    """The first paint is done: what is heavy may begin now."""
    closed = Signal()

    def __init__(self, parts: Parts, features: Sequence[Feature]) -> None:
        super().__init__()
        self.parts = parts
        self.features: Sequence[Feature] = sorted(features, key=lambda feature: feature.order)
        self.context: Context | None = None
        self._was_painted = False
        self._ticks = 0
        self._vehicles = FoundVehicles(self.open_page)
        self._end: list[Callable[[], None]] = []
        theme = parts.theme
        self.setWindowTitle(self.tr("Laixi Transport"))
        self.ground = QMainWindow()  # docks lie between the top row and the alarm bar, which never moves
        self.ground.setWindowFlags(Qt.WindowType.Widget)
        options = QMainWindow.DockOption
        self.ground.setDockOptions(options.AnimatedDocks | options.AllowNestedDocks | options.AllowTabbedDocks)
        self.notice = NoticeStrip(theme)
        self.desk = AlertDesk(parts, self.notice.tell, self)
        self.requests = RequestDesk(parts, self.desk.be_heard, self)
        self.pages = Pages(self.features, parts.actions, parts.settings, self.notice.tell, self._make_strip)
        self.rail = Rail(theme, self.features, self.open_page, self.pages.toggle_float)
        self.search = SearchBox(theme, self)
        self.status = StatusStrip(theme)
        self.alarm_bar = AlarmBar(theme, self.desk.open, self.desk.vehicle_name, parts.now)
        self.request_chip = self._add_chip(self.alarm_bar)
        self.alerts_dock = AlertsDock(theme, self.desk.open, parts.settings)
        self.menus = Menus(parts.actions)
        self.ground.setCentralWidget(self.pages)
        self.ground.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.alerts_dock)
        self.alerts_dock.hide()
        self.arrangement = Arrangement(self, self.ground, self.alerts_dock, self.pages, self.notice, parts)
        self.wall = Wall(self.pages, self.open_page, parts.settings, self)
        enter_commands(self)
        enter_view_commands(self)
        self._lay_out()
        self.addActions([entry.action for entry in parts.actions.entries()])
        for action in ("alarms.acknowledge", "alarms.expand", "alarms.mute"):
            self.alarm_bar.add_button(parts.actions[action])
        self.pages.shown.connect(self._page_shown)
        self.pages.moved.connect(self._pages_moved)
        parts.actions.changed.connect(self._take_actions)
        parts.tasks.failed.connect(self.notice.tell)
        self.alarm_bar.asked.connect(self.open_alert)
        self.requests.open.changed.connect(self._show_requests)
        self.requests.open.arrived.connect(lambda _: QApplication.alert(self))
        self.alerts_dock.asked.connect(self.open_alert)
        self.search.add_source(lambda: found_commands(parts.actions))
        self.search.add_source(self._vehicles.find)
        self.search.add_source(lambda: found_place(self.search.text(), self._show_place))
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self.status.tick(parts.now())
        screen = QGuiApplication.primaryScreen().availableGeometry().size()
        self.setMinimumSize(SMALLEST.boundedTo(screen))
        self.arrangement.restore()
        if parts.wall:
            self._stand_on_wall()
        self.pages.setFocus()

    def attach(self, services: "Services", front: str = "") -> None:
        """Show the fleet and the alerts; from now on pages can be opened.

        front   id of the page to begin with; by default the one of last time, in the demo the first one
        """
        parts = self.parts
        self.context = Context(
            services=services,
            tasks=parts.tasks,
            theme=parts.theme,
            actions=parts.actions,
            bridge=parts.bridge,
            settings=parts.settings,
            now=parts.now,
            demo=parts.demo,
            operator=parts.operator,
            notify=self.notice.tell,
            open_page=self.open_page,
        )
        self.table_exports = TableExports(self.context, self)
        self.status.say(self.tr("Database normal"))
        self.desk.attach(services)
        self.requests.attach(services)
        self.alarm_bar.show_known()
        self._end = [
            services.live.subscribe(lambda _: None, lambda: parts.bridge.post("shell.register", 0, None)),
            parts.bridge.listen("shell.register", self._vehicles.forget),
        ]
        self._vehicles.context = self.context
        if not front and not parts.demo:
            front = str(parts.settings.value("pages/front", ""))
        self.pages.attach(self.context)
        if not self.pages.front:
            self.open_page(front if self.pages.knows(front) else self.features[0].id)
        self.arrangement.restore_pages()
        if parts.wall:
            self.wall.start()
        self._ask_health()

    def fail(self, problem: object) -> None:
        """Say why nothing was started; the window stays, so that the sentence can be read."""
        self.pages.waiting.say(describe(problem))
        self.status.say(self.tr("Not started"), "urgent_text")
        self.notice.tell(problem)

    def open_page(self, page_id: str, **target: Any) -> None:
        """Bring a page to the front."""
        self.pages.open(page_id, **target)
        self.rail.mark(self.pages.stacked() or page_id)

    def _show_place(self, lon_deg: float, lat_deg: float) -> None:
        """Show a place on the map in front, on the live map where the page has none."""
        front = self.pages.front
        self.open_page(front if front in PAGES_WITH_PLACES else PAGES_WITH_PLACES[0], place=(lon_deg, lat_deg))

    def open_alert(self, alert: Alert) -> None:
        """Show an alert where it happened: in playback, at its beginning."""
        wanted = "playback" if any(feature.id == "playback" for feature in self.features) else self.pages.front
        self.open_page(wanted, vehicle_id=alert.vehicle_id, time_s=alert.begin.timestamp())

    def answer_above(self, request_id: int | None = None) -> None:
        """Go to what a platform above asks, by default to what has the least time left."""
        if any(feature.id == ABOVE for feature in self.features):
            first = self.requests.open.first
            wanted = request_id if request_id is not None else first.id if first is not None else None
            self.open_page(ABOVE, **({} if wanted is None else {"request_id": wanted}))

    def choose_language(self, language: str) -> None:
        """Ask for another language; whoever made the window makes it anew."""
        self.language_chosen.emit(language)

    def toggle_alerts(self) -> None:
        """Show or hide the table of open alerts; shown, it has the keyboard."""
        shown = self.alerts_dock.isHidden()
        self.alerts_dock.setVisible(shown)
        if shown:
            self.alerts_dock.table.setFocus()

    def toggle_theme(self) -> None:
        """Change between dark and light."""
        self.parts.actions["theme.light" if self.parts.theme.name == "dark" else "theme.dark"].trigger()

    def toggle_full_screen(self) -> None:
        """Let the active window fill its screen without a frame, or return from it."""
        window = self.active_window()
        if window is self and self.parts.wall:
            self.leave_full_screen()
        else:
            fill_screen(window, not window.isFullScreen())

    def leave_full_screen(self) -> None:
        if self.parts.wall:
            self.set_wall(False)
        else:
            super().leave_full_screen()

    def to_next_screen(self) -> None:
        """Move the active window to the next screen."""
        next_screen(self.active_window())

    def set_wall(self, on: bool) -> None:
        """Show everything large on the whole screen, or return to the desk."""
        self.parts.settings.setValue("wall/on", on)
        self.rebuild_asked.emit()

    def set_scale(self, scale: float) -> None:
        """Take another size of text."""
        self.parts.settings.setValue("view/scale", scale)
        self.rebuild_asked.emit()

    def active_window(self) -> FrameWindow:
        """Return the window that has the keyboard: this one, or one with a page alone."""
        active = QApplication.activeWindow()
        return next((window for window in self.pages.windows if window is active), self)

    def manage_layouts(self) -> None:
        """Show the layouts that are kept, and what can be done with them."""
        from laixi_transport.ui.shell.layout_sheet import LayoutSheet

        LayoutSheet(self.arrangement, self.parts.theme, self).open()

    def show_keys(self) -> None:
        """Show every key, or put the sheet away."""
        from laixi_transport.ui.shell.sheet import KeySheet, Sheet

        window = self.active_window()
        if (shown := window.findChild(Sheet)) is not None:
            shown.put_away()
            return

        pages = {feature.id: self.pages.title(feature.id) for feature in self.features}
        KeySheet(self.parts.actions, pages, window).open()

    def show_about(self) -> None:
        """Show what the program is and whose work it contains."""
        from laixi_transport.ui.shell.about import AboutSheet

        AboutSheet(self.active_window()).open()

    def save(self) -> None:
        """Remember layout and pages."""
        if not self.parts.wall:  # what stands there is for the wall; the desk is found as it was left
            self.arrangement.save()
        self.pages.save()
        self.parts.settings.sync()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.save()
        self.wall.stop()
        self._clock.stop()
        self.pages.close_all()
        self.desk.detach()
        self.requests.detach()
        for end in self._end:
            end()
        self._end.clear()
        super().closeEvent(event)
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_top()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow() and (page := self.pages.stacked()):
            self.pages.bring_to_front(page)
        super().changeEvent(event)

    def _make_strip(self) -> QWidget:
        """Return what stands below a page in a window of its own: the alarms and their keys, and the way back."""
        strip = AlarmBar(self.parts.theme, self.desk.open, self.desk.vehicle_name, self.parts.now)
        if self.context is not None:
            strip.show_known()
        self._add_chip(strip)
        strip.asked.connect(self.open_alert)
        actions = self.parts.actions
        strip.add_button(actions["alarms.acknowledge"])
        strip.add_button(actions["view.full_screen"])
        strip.add_button(actions["view.move_out"], self.tr("Put back"))
        return strip

    def _add_chip(self, bar: AlarmBar) -> RequestChip:
        chip = RequestChip(self.parts.theme, self.requests.open, self.parts.now, ANSWER_KEY)
        chip.asked.connect(self.answer_above)
        bar.add_first(chip)
        return chip

    def _stand_on_wall(self) -> None:
        """Leave only what is read from afar, and let it fill the screen."""
        self.rail.hide()
        self.alarm_bar.enlarge()
        fill_screen(self, True)

    def _lay_out(self) -> None:
        parts = self.parts
        self._top = TopRow(parts.theme, self.windowTitle(), self.menus, self.search, self.status, wall=parts.wall)
        self._top.offer_float(parts.actions["view.move_out"])
        self._top.float_button.clicked.connect(lambda: self.pages.toggle_float(self.pages.stacked()))
        column = QVBoxLayout()
        column.setContentsMargins(*COLUMN_MARGINS)
        column.setSpacing(8)
        column.addLayout(self._top.row)
        if self.parts.demo:
            column.addWidget(self._demo_banner())
        column.addWidget(self.notice)
        column.addWidget(self.ground, 1)
        column.addWidget(self.alarm_bar)
        root = QWidget()
        root.setObjectName("root")
        row = QHBoxLayout(root)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(column, 1)
        self.setCentralWidget(root)

    def _fit_top(self) -> None:
        left, _, right, _ = COLUMN_MARGINS
        rail = 0 if self.rail.isHidden() else self.rail.width()
        self._top.fit(self.width() - rail - left - right)

    def _demo_banner(self) -> QFrame:
        banner = QFrame()
        banner.setObjectName("demoBanner")
        row = QHBoxLayout(banner)
        row.setContentsMargins(12, 4, 12, 4)
        label = QLabel(
            self.tr(
                "This is a demonstration: vehicles, plates and journeys are invented. To leave it, close the window; "
                "“laixi-transport desktop” opens the program for your own terminals."
            )
        )
        label.setWordWrap(True)
        row.addWidget(label)
        return banner

    def _page_shown(self, _page_id: str) -> None:
        self._pages_moved()
        self._show_requests()

    def _pages_moved(self) -> None:
        """Say which page stands here and which ones stand elsewhere."""
        here = self.pages.stacked()
        for feature in self.features:
            self.rail.mark_floating(feature.id, self.pages.floats(feature.id))
        self.rail.mark(here)
        if here:
            title = self.pages.title(here)
            self.setWindowTitle(self.tr("{page} – Laixi Transport").format(page=title))
            self._top.name_page(title)

    def _show_requests(self) -> None:
        """Count at the navigation what platforms above wait for, and count down in the bar."""
        requests = self.requests.open
        for chip in self._everywhere(RequestChip):
            chip.refresh()
        self.rail.badge(ABOVE, len(requests.all), requests.pressing() or "")
        if self.pages.front == ABOVE and QApplication.activeWindow() is not None:
            self.requests.look()

    def _take_actions(self) -> None:
        known = set(self.actions())
        self.addActions([e.action for e in self.parts.actions.entries() if e.action not in known])

    def _tick(self) -> None:
        self.status.tick(self.parts.now())
        for bar in self._everywhere(AlarmBar):
            bar.refresh()
        self._show_requests()
        self._ticks += 1
        if self._ticks % HEALTH_EVERY == 0:
            self._ask_health()

    def _ask_health(self) -> None:
        if self.context is not None and not self.parts.tasks.busy("shell.health"):
            health = self.context.services.health
            self.parts.tasks.run(health.status, slot="shell.health", owner=self).then(self._show_health)

    def _show_health(self, status: "Status") -> None:
        self.status.show_status(status)
        self._fit_top()

    def _everywhere(self, kind: type[_W]) -> list[_W]:
        """Return the widgets of a kind in all windows."""
        return [found for window in (self, *self.pages.windows) for found in window.findChildren(kind)]

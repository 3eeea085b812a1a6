"""The main window: navigation, search, status, pages, alarm bar."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

from laixi_transport.domain.alert import Alert
from laixi_transport.services.feature import Feature
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.problems import describe
from laixi_transport.ui.shell import layouts
from laixi_transport.ui.shell.alarm_bar import AlarmBar
from laixi_transport.ui.shell.alert_desk import AlertDesk
from laixi_transport.ui.shell.alerts_dock import AlertsDock
from laixi_transport.ui.shell.commands import ANSWER_KEY, enter_commands
from laixi_transport.ui.shell.menus import Menus
from laixi_transport.ui.shell.pages import Pages
from laixi_transport.ui.shell.parts import Parts
from laixi_transport.ui.shell.rail import Rail
from laixi_transport.ui.shell.request_chip import RequestChip
from laixi_transport.ui.shell.request_desk import RequestDesk
from laixi_transport.ui.shell.search import Hit, SearchBox
from laixi_transport.ui.shell.status import StatusStrip
from laixi_transport.ui.widgets.folding import Narrowing
from laixi_transport.ui.widgets.labels import heading
from laixi_transport.ui.widgets.notice import NoticeStrip

if TYPE_CHECKING:
    from laixi_transport.services.bundle import Services
    from laixi_transport.services.health.service import Status

TOP_MARGIN_PX = 4
COLUMN_MARGINS = (8, 8, 12, 6)
TICK_MS = 1000
HEALTH_EVERY = 2  # ticks
ABOVE = "cascade"
"""The page that answers platforms above."""


class MainWindow(QMainWindow):
    """The frame; it stands before there is a database, and ``attach`` fills it."""

    language_chosen = Signal(str)
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
        self._vehicles: list[Hit] = []
        self._stale = True
        self._end: list[Callable[[], None]] = []
        theme = parts.theme
        self.setWindowTitle(self.tr("Laixi Transport"))
        self.ground = QMainWindow()  # docks lie between the top row and the alarm bar, which never moves
        self.ground.setWindowFlags(Qt.WindowType.Widget)
        self.ground.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.notice = NoticeStrip(theme)
        self.desk = AlertDesk(parts, self.notice.tell, self)
        self.requests = RequestDesk(parts, self.desk.be_heard, self)
        self.pages = Pages(self.features, parts.actions, parts.settings, self.notice.tell)
        self.rail = Rail(theme, self.features, self.open_page)
        self.search = SearchBox(theme, self)
        self.status = StatusStrip(theme)
        self.alarm_bar = AlarmBar(theme, self.desk.open, self.desk.vehicle_name, parts.now)
        self.request_chip = RequestChip(theme, self.requests.open, parts.now, ANSWER_KEY)
        self.alarm_bar.add_first(self.request_chip)
        self.alerts_dock = AlertsDock(theme, self.desk.open, parts.settings)
        self.menus = Menus(parts.actions)
        self.ground.setCentralWidget(self.pages)
        self.ground.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.alerts_dock)
        self.alerts_dock.hide()
        enter_commands(self)
        self._lay_out()
        self.addActions([entry.action for entry in parts.actions.entries()])
        for action in ("alarms.acknowledge", "alarms.expand", "alarms.mute"):
            self.alarm_bar.add_button(parts.actions[action])
        self.pages.shown.connect(self._page_shown)
        parts.actions.changed.connect(self._take_actions)
        parts.tasks.failed.connect(self.notice.tell)
        self.alarm_bar.asked.connect(self.open_alert)
        self.request_chip.asked.connect(self.answer_above)
        self.requests.open.changed.connect(self._show_requests)
        self.requests.open.arrived.connect(lambda _: QApplication.alert(self))
        self.alerts_dock.asked.connect(self.open_alert)
        self.search.add_source(self._commands)
        self.search.add_source(self._found_vehicles)
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self.status.tick(parts.now())
        screen = QGuiApplication.primaryScreen().availableGeometry().size()
        self.setMinimumSize(layouts.SMALLEST.boundedTo(screen))
        layouts.restore(self, self.ground, parts.settings)
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
        self.status.say(self.tr("Database normal"))
        self.desk.attach(services)
        self.requests.attach(services)
        self.alarm_bar.show_known()
        self._end = [
            services.live.subscribe(lambda _: None, lambda: parts.bridge.post("shell.register", 0, None)),
            parts.bridge.listen("shell.register", self._forget_vehicles),
        ]
        if not front and not parts.demo:
            front = str(parts.settings.value("pages/front", ""))
        self.pages.attach(self.context)
        if not self.pages.front:
            self.open_page(front if any(f.id == front for f in self.features) else self.features[0].id)
        self._ask_health()

    def fail(self, problem: object) -> None:
        """Say why nothing was started; the window stays, so that the sentence can be read."""
        self.pages.waiting.say(describe(problem))
        self.status.say(self.tr("Not started"), "urgent_text")
        self.notice.tell(problem)

    def open_page(self, page_id: str, **target: Any) -> None:
        """Bring a page to the front."""
        self.pages.open(page_id, **target)
        self.rail.mark(page_id)

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
        """Fill the screen without a frame, or return from it."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def reset_layout(self) -> None:
        """Put window and docks where they are at first."""
        self.setWindowState(Qt.WindowState.WindowNoState)
        self.setGeometry(layouts.first_place(QGuiApplication.primaryScreen().availableGeometry()))
        self.alerts_dock.setFloating(False)
        self.ground.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.alerts_dock)
        self.alerts_dock.hide()

    def show_keys(self) -> None:
        """Show every key, or put the sheet away."""
        from laixi_transport.ui.shell.sheet import KeySheet, Sheet

        if (shown := self.findChild(Sheet)) is not None:
            shown.put_away()
            return

        pages = {feature.id: self.pages.title(feature.id) for feature in self.features}
        KeySheet(self.parts.actions, pages, self).open()

    def show_about(self) -> None:
        """Show what the program is and whose work it contains."""
        from laixi_transport.ui.shell.about import AboutSheet

        AboutSheet(self).open()

    def save(self) -> None:
        """Remember layout and pages."""
        layouts.save(self, self.ground, self.parts.settings)
        self.pages.save()
        self.parts.settings.sync()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.save()
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

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(TOP_MARGIN_PX, 0, TOP_MARGIN_PX, 0)
        top.setSpacing(12)
        self._name = heading(self.windowTitle())
        top.addWidget(self._name)
        top.addWidget(self.menus)
        top.addWidget(self.search, 100)
        top.addStretch(1)
        top.addWidget(self.status)
        self._top = Narrowing(top, [partial(self._spare, level) for level in range(3)])
        column = QVBoxLayout()
        column.setContentsMargins(*COLUMN_MARGINS)
        column.setSpacing(8)
        column.addLayout(top)
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
        self._top.fit(self.width() - self.rail.width() - left - right - 2 * TOP_MARGIN_PX)

    def _spare(self, level: int) -> None:
        """Spare in the top row the name, which the title bar has, then what the status can do without."""
        self._name.setVisible(level < 1)
        self.status.be_brief(level >= 2)

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

    def _page_shown(self, page_id: str) -> None:
        self.rail.mark(page_id)
        self._show_requests()
        self.setWindowTitle(self.tr("{page} – Laixi Transport").format(page=self.pages.title(page_id)))

    def _show_requests(self) -> None:
        """Count at the navigation what platforms above wait for, and count down in the bar."""
        requests = self.requests.open
        self.request_chip.refresh()
        self.rail.badge(ABOVE, len(requests.all), requests.pressing() or "")
        if self.pages.front == ABOVE and QApplication.activeWindow() is not None:
            self.requests.look()

    def _take_actions(self) -> None:
        known = set(self.actions())
        self.addActions([e.action for e in self.parts.actions.entries() if e.action not in known])

    def _tick(self) -> None:
        self.status.tick(self.parts.now())
        self.alarm_bar.refresh()
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

    def _commands(self) -> Iterable[Hit]:
        for entry in self.parts.actions.available():
            if entry.id != "search":
                yield Hit(
                    key=entry.id,
                    title=entry.action.text(),
                    detail=entry.action.shortcut().toString(),
                    icon="chevron-right",
                    run=entry.action.trigger,
                    words=entry.id,
                    group=1,
                )

    def _found_vehicles(self) -> Iterable[Hit]:
        if self.context is None or not self.search.text().strip():
            return ()
        if self._stale:
            self._stale = False
            vehicles, _states = self.context.services.live.fleet()
            self._vehicles = [
                Hit(
                    key=f"vehicle.{vehicle.id}",
                    title=text.plate(vehicle.name),
                    detail=" · ".join(part for part in (vehicle.line, vehicle.organisation) if part),
                    icon="bus",
                    run=partial(self.open_page, "live", vehicle_id=vehicle.id),
                    words=vehicle.phone,
                )
                for vehicle in vehicles
            ]
        return self._vehicles

    def _forget_vehicles(self, _batch: list[object]) -> None:
        self._stale = True

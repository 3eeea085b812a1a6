"""What stands where: taken down, put back, kept under names, and locked."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QSplitterHandle, QWidget

from laixi_transport.ui.shell.layouts import VERSION, Layout, Layouts
from laixi_transport.ui.shell.pages import Pages
from laixi_transport.ui.shell.parts import Parts
from laixi_transport.ui.shell.places import Place, ScreenWatch, bring_back, clamp_floating, first_place
from laixi_transport.ui.widgets.notice import NoticeStrip

_DRAGS = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.HoverMove,
    QEvent.Type.HoverEnter,
}
_DOCK_FEATURES = (
    QDockWidget.DockWidgetFeature.DockWidgetMovable
    | QDockWidget.DockWidgetFeature.DockWidgetFloatable
    | QDockWidget.DockWidgetFeature.DockWidgetClosable
)


class Arrangement(QObject):
    """The windows of this seat.

    ground   holds the docks
    dock     stands at the bottom and is hidden at first
    """

    def __init__(
        self,
        window: QMainWindow,
        ground: QMainWindow,
        dock: QDockWidget,
        pages: Pages,
        notice: NoticeStrip,
        parts: Parts,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._ground = ground
        self._dock = dock
        self._pages = pages
        self._notice = notice
        self._parts = parts
        self._waiting: Layout | None = None  # its pages, until there is a database
        self.layouts = Layouts(parts.settings, self)
        self.locked = str(parts.settings.value("layouts/locked", "false")).lower() == "true"
        ground.installEventFilter(self)
        pages.made.connect(self._lock_handles)
        self._watch = ScreenWatch(self.bring_back, self)

    # From one start to the next

    def restore(self) -> None:
        """Put the main window where it stood last time; the pages follow when there is a database."""
        last = self.layouts.last
        if last is None:
            self._window.setGeometry(first_place(QGuiApplication.primaryScreen().availableGeometry()))
        else:
            self._put(last)
            self._waiting = last
        self.lock(self.locked)

    def restore_pages(self) -> None:
        """Give windows of their own to the pages that had them last time."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting.floating:
            front = self._pages.front
            self._float(waiting)
            self._pages.open(waiting.front if waiting.front in waiting.floating else front)

    def save(self) -> None:
        """Remember everything for the next start."""
        if self._waiting is None:  # before that the pages do not stand where they should
            self.layouts.last = self.taken_down()

    # By name

    def taken_down(self, *, with_theme: bool = False) -> Layout:
        """Return what stands where now."""
        pages = self._pages
        return Layout(
            place=Place.of(self._window),
            docks=bytes(self._ground.saveState(VERSION).data()),
            stacked=pages.stacked(),
            front=pages.front,
            floating=pages.floating(),
            states=pages.states(),
            theme=self._parts.theme.choice if with_theme else "",
        )

    def keep(self, name: str, *, with_theme: bool = False) -> str:
        """Keep what stands where under a name, and return the name. Raises Problem for what cannot be one."""
        return self.layouts.keep(name, self.taken_down(with_theme=with_theme))

    def switch(self, name: str) -> None:
        """Put everything where a layout has it; unknown names are no error."""
        if name not in self.layouts:
            return
        layout = self.layouts[name]
        if not self._put(layout):
            self._notice.tell(
                self.tr(
                    "The layout “{name}” comes from another version: its panels stand where they stand at first."
                ).format(name=name),
                "news",
            )
        self._pages.take_states(layout.states)
        if layout.theme and layout.theme != self._parts.theme.choice and f"theme.{layout.theme}" in self._parts.actions:
            self._parts.actions[f"theme.{layout.theme}"].trigger()
        for page_id in self._pages.floating():
            if page_id not in layout.floating:
                self._pages.toggle_float(page_id)
        if self._pages.knows(layout.stacked) and layout.stacked not in layout.floating:
            self._pages.open(layout.stacked)
        self._float(layout)
        if self._pages.knows(layout.front):
            self._pages.open(layout.front)
        self.layouts.use(name)

    def reset(self) -> None:
        """Put windows and docks where they are at first."""
        self._pages.take_all_back()
        screen = QGuiApplication.primaryScreen()
        rect = first_place(screen.availableGeometry())
        Place(rect.left(), rect.top(), rect.width(), rect.height()).put(self._window)
        self._reset_docks()
        self.layouts.use("")

    def lock(self, locked: bool) -> None:
        """Let nothing be dragged by accident, neither docks nor the lines between panels; or let it again."""
        self.locked = locked
        self._parts.settings.setValue("layouts/locked", locked)
        none = QDockWidget.DockWidgetFeature.NoDockWidgetFeatures
        self._dock.setFeatures(none if locked else _DOCK_FEATURES)
        for window in (self._window, *self._pages.windows):
            self._lock_handles(window)

    def bring_back(self) -> None:
        """Bring windows back that stand where no screen is any more."""
        bring_back((self._window, *self._pages.windows), self._ground)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Only the lines between docks are the ground itself; whatever else lies on it has the pointer for itself.
        if watched is self._ground and self.locked and event.type() in _DRAGS:
            return True
        return super().eventFilter(watched, event)

    def _put(self, layout: Layout) -> bool:
        """Put main window and docks in their places; False where the docks were another version's."""
        layout.place.put(self._window)
        good = not layout.docks or bool(self._ground.restoreState(layout.docks, VERSION))
        if not good:
            self._reset_docks()
        clamp_floating(self._ground)
        return good

    def _reset_docks(self) -> None:
        self._dock.setFloating(False)
        self._ground.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self._dock)
        self._dock.hide()

    def _float(self, layout: Layout) -> None:
        for page_id, place in layout.floating.items():
            self._pages.float_out(page_id, place)

    def _lock_handles(self, where: QWidget) -> None:
        for handle in where.findChildren(QSplitterHandle):
            handle.setEnabled(not self.locked)

"""The pages: loaded when first shown, one in the main window, any number in windows of their own."""

import importlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QSettings, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from laixi_transport.services.feature import Feature
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.page import call
from laixi_transport.ui.problems import describe
from laixi_transport.ui.shell.page_window import PageWindow
from laixi_transport.ui.shell.places import SMALLEST_PAGE, Place, first_place, free_screen
from laixi_transport.ui.widgets.panel import EmptyState

_log = logging.getLogger(__name__)


class Pages(QStackedWidget):
    """Holds the pages of the features.

    ``front`` is the page whose keys work: the one in the window that is active. A page is told that it is ``activated``
    when it is seen, here or in a window of its own, and ``deactivated`` when it is seen no longer.
    """

    shown = Signal(str)
    """Id of the page that came to the front."""
    moved = Signal()
    """Another page stands in the main window, or one went to a window of its own or came back."""
    made = Signal(QWidget)
    """A page was made."""

    def __init__(
        self,
        features: Sequence[Feature],
        actions: Actions,
        settings: QSettings,
        notify: Callable[[object], None],
        make_strip: Callable[[], QWidget] = QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """Hold no page yet; ``make_strip`` makes what stands below a page in a window of its own."""
        super().__init__(parent)
        self._features = {feature.id: feature for feature in features}
        self._actions = actions
        self._settings = settings
        self._notify = notify
        self._make_strip = make_strip
        self._context: Context | None = None
        self._made: dict[str, QWidget] = {}
        self._windows: dict[str, PageWindow] = {}
        self._seen: set[str] = set()
        self._order: list[str] = []  # of the pages in the main window, the newest last
        self._front = ""
        self._asked: tuple[str, dict[str, Any]] | None = None
        self.waiting = EmptyState(self.tr("Opening the database…"))
        self.addWidget(self.waiting)

    def attach(self, context: Context) -> None:
        """Let pages be made from now on; what was asked for meanwhile is shown."""
        self._context = context
        if self._asked is not None:
            (page_id, target), self._asked = self._asked, None
            self.open(page_id, **target)

    @property
    def front(self) -> str:
        """The id of the page in front."""
        return self._front

    @property
    def windows(self) -> tuple[PageWindow, ...]:
        """The windows with a page alone."""
        return tuple(self._windows.values())

    def page(self, page_id: str) -> QWidget | None:
        """Return a page that was made already."""
        return self._made.get(page_id)

    def title(self, page_id: str) -> str:
        """Return the translated title of a page."""
        return QCoreApplication.translate("Feature", self._features[page_id].title)

    def stacked(self) -> str:
        """Return the id of the page that the main window shows, empty while all pages stand elsewhere."""
        current = self.currentWidget()
        return next((page_id for page_id, page in self._made.items() if page is current), "")

    def knows(self, page_id: str) -> bool:
        """Whether there is such a page."""
        return page_id in self._features

    def floats(self, page_id: str) -> bool:
        """Whether a page stands in a window of its own."""
        return page_id in self._windows

    def open(self, page_id: str, **target: Any) -> None:
        """Bring a page to the front and show it what ``target`` names; unknown ids are an error of the program."""
        if self._context is None:
            self._asked = (page_id, target)
            return
        page = self._page(page_id)
        if page_id in self._windows:
            window = self._windows[page_id]
            if window.isMinimized():
                window.showNormal()
            window.raise_()
            window.activateWindow()
        else:
            if self.currentWidget() is not page:
                self._show_in_stack(page_id)
            if self._windows:  # the keyboard may be in one of them
                self.activateWindow()
        self.bring_to_front(page_id)
        if target:
            call(page, "show_target", **target)

    def bring_to_front(self, page_id: str) -> None:
        """Let the keys of a page work; its window or its place in the stack was activated."""
        self._tell_seen()
        if page_id == self._front or page_id not in self._made:
            return
        self._front = page_id
        self._actions.activate(page_id)
        self.shown.emit(page_id)

    def toggle_float(self, page_id: str = "") -> None:
        """Give a page a window of its own, or take it back; by default the one in front."""
        wanted = page_id or self._front
        if wanted in self._windows:
            self._windows[wanted].close()
        elif wanted:
            self.float_out(wanted)

    def float_out(self, page_id: str, place: Place | None = None) -> None:
        """Give a page a window of its own; one that has it already is moved. Unknown ids are no error.

        place   where; by default where it last stood, else on a screen on which none of our windows stands
        """
        if self._context is None or page_id not in self._features:
            return
        if page_id in self._windows:
            if place is not None:
                place.put(self._windows[page_id], SMALLEST_PAGE)
            return
        page = self._page(page_id)
        self.removeWidget(page)
        window = PageWindow(page_id, self.title(page_id), page, self._make_strip())
        window.closed.connect(self._take_back)
        window.activated.connect(self.bring_to_front)
        wanted = place or self._last_place(page_id)
        if wanted is None:
            screen = free_screen([self.window(), *self._windows.values()])
            rect = first_place(screen.availableGeometry())
            wanted = Place(rect.left(), rect.top(), rect.width(), rect.height())
        self._windows[page_id] = window
        self._fill_gap(page_id)
        wanted.put(window, SMALLEST_PAGE)
        window.show()
        page.show()
        window.activateWindow()
        self.bring_to_front(page_id)
        self._tell_seen()
        self.moved.emit()

    def take_all_back(self) -> None:
        """Put every page back into the main window."""
        for window in self.windows:
            window.close()

    def floating(self) -> dict[str, Place]:
        """Return where the pages with windows of their own stand."""
        return {page_id: Place.of(window) for page_id, window in self._windows.items()}

    def states(self) -> dict[str, Any]:
        """Return what the pages want to have remembered."""
        kept = {page_id: call(page, "save_state") for page_id, page in self._made.items()}
        return {page_id: state for page_id, state in kept.items() if state is not None}

    def take_states(self, states: Mapping[str, Any]) -> None:
        """Let pages take what they once returned; those that are not made yet find it when they are."""
        for page_id, state in states.items():
            if page_id in self._features:
                self._settings.setValue(f"pages/{page_id}/state", json.dumps(state))
                if page_id in self._made:
                    self._restore(page_id)

    def save(self) -> None:
        """Remember the state of every page and which one was in front."""
        self._settings.setValue("pages/front", self._front)
        for page_id, state in self.states().items():
            self._settings.setValue(f"pages/{page_id}/state", json.dumps(state))

    def close_all(self) -> None:
        """Take back all windows and tell the pages that nobody sees them."""
        self.take_all_back()
        for page_id in tuple(self._seen):
            call(self._made[page_id], "deactivated")
        self._seen.clear()

    # Making and moving

    def _page(self, page_id: str) -> QWidget:
        page = self._made.get(page_id)
        if page is not None:
            return page
        feature, context = self._features[page_id], self._context
        if context is None:
            raise RuntimeError("a page was asked for before there is a database")
        module_name, _, class_name = feature.page.partition(":")
        try:
            made: QWidget = getattr(importlib.import_module(module_name), class_name)(context)
        except Exception as error:  # noqa: BLE001 - one broken page must not take the others with it
            _log.exception("page %s", feature.id)
            self._notify(error)
            made = EmptyState(self.tr("This page cannot be shown.") + "\n" + describe(error))
        self.addWidget(made)
        self._made[page_id] = made
        self._restore(page_id)
        self.made.emit(made)
        return made

    def _restore(self, page_id: str) -> None:
        text = self._settings.value(f"pages/{page_id}/state")
        if isinstance(text, str):
            try:
                call(self._made[page_id], "restore_state", json.loads(text))
            except Exception as error:  # noqa: BLE001 - what was remembered must not take the page with it
                _log.info("state of page %s not taken: %r", page_id, error)

    def _last_place(self, page_id: str) -> Place | None:
        text = self._settings.value(f"pages/{page_id}/place")
        try:
            return Place.from_json(json.loads(text)) if isinstance(text, str) else None
        except ValueError as error:
            _log.info("place of page %s not taken: %r", page_id, error)
            return None

    def _show_in_stack(self, page_id: str) -> None:
        page = self._made[page_id]
        self.setCurrentWidget(page)
        page.setFocus()  # the keys of the page and of the alarm bar, not those of a text field
        self._order = [known for known in self._order if known != page_id] + [page_id]
        self._tell_seen()
        self.moved.emit()

    def _fill_gap(self, page_id: str) -> None:
        """Show in the main window, from which a page was taken, the one that it showed before."""
        self._order = [known for known in self._order if known != page_id]
        rest = [known for known in self._features if known not in self._windows]
        if self._order:
            self._show_in_stack(self._order[-1])
        elif rest:
            self._page(rest[0])
            self._show_in_stack(rest[0])
        else:
            self.waiting.say(
                self.tr("Every page stands in a window of its own. Choose one on the left to bring it to the front.")
            )
            self.setCurrentWidget(self.waiting)

    def _take_back(self, page_id: str) -> None:
        window = self._windows.pop(page_id)
        self._settings.setValue(f"pages/{page_id}/place", json.dumps(Place.of(window).to_json()))
        self.addWidget(window.take())
        if page_id == self._front or not self.stacked():
            self._show_in_stack(page_id)
            self.bring_to_front(page_id)
        window.deleteLater()
        self._tell_seen()
        self.moved.emit()

    def _tell_seen(self) -> None:
        """Tell pages that came into sight or left it."""
        seen = {*self._windows, *filter(None, [self.stacked()])}
        for page_id in self._seen - seen:
            call(self._made[page_id], "deactivated")
        fresh, self._seen = seen - self._seen, seen
        for page_id in fresh:
            call(self._made[page_id], "activated")

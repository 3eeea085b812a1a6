"""The pages: loaded when first shown, one in front, each able to move to a window of its own."""

import importlib
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QSettings, QSize, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from laixi_transport.services.feature import Feature
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.page import call
from laixi_transport.ui.problems import describe
from laixi_transport.ui.shell import layouts
from laixi_transport.ui.theme.tokens import GRID_PX
from laixi_transport.ui.widgets.panel import EmptyState

SMALLEST_PAGE = QSize(820, 400)
"""Of a window with a page alone."""

_log = logging.getLogger(__name__)


class Pages(QStackedWidget):
    """Holds the pages of the features; ``shown`` carries the id of the one that came to the front."""

    shown = Signal(str)

    def __init__(
        self,
        features: Sequence[Feature],
        actions: Actions,
        settings: QSettings,
        notify: Callable[[object], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._features = {feature.id: feature for feature in features}
        self._actions = actions
        self._settings = settings
        self._notify = notify
        self._context: Context | None = None
        self._made: dict[str, QWidget] = {}
        self._windows: dict[str, PageWindow] = {}
        self._front = ""
        self._waiting: tuple[str, dict[str, Any]] | None = None
        self.waiting = EmptyState(self.tr("Opening the database…"))
        self.addWidget(self.waiting)

    def attach(self, context: Context) -> None:
        """Let pages be made from now on; what was asked for meanwhile is shown."""
        self._context = context
        if self._waiting is not None:
            (page_id, target), self._waiting = self._waiting, None
            self.open(page_id, **target)

    @property
    def front(self) -> str:
        """The id of the page in front."""
        return self._front

    def page(self, page_id: str) -> QWidget | None:
        """Return a page that was made already."""
        return self._made.get(page_id)

    def title(self, page_id: str) -> str:
        """Return the translated title of a page."""
        return QCoreApplication.translate("Feature", self._features[page_id].title)

    def open(self, page_id: str, **target: Any) -> None:
        """Bring a page to the front and show it what ``target`` names; unknown ids are an error of the program."""
        feature = self._features[page_id]
        if self._context is None:
            self._waiting = (page_id, target)
            return
        page = self._made.get(page_id) or self._make(feature, self._context)
        if page_id in self._windows:
            self._windows[page_id].raise_()
            self._windows[page_id].activateWindow()
        elif self.currentWidget() is not page:
            self.setCurrentWidget(page)
            page.setFocus()  # the keys of the page and of the alarm bar, not those of a text field
        self.bring_to_front(page_id)
        if target:
            call(page, "show_target", **target)

    def bring_to_front(self, page_id: str) -> None:
        """Let the keys of a page work; its window or its place in the stack was activated."""
        if page_id == self._front:
            return
        before = self._made.get(self._front)
        if before is not None and self._front not in self._windows:
            call(before, "deactivated")
        self._front = page_id
        self._actions.activate(page_id)
        call(self._made[page_id], "activated")
        self.shown.emit(page_id)

    def stacked(self) -> str:
        """Return the id of the page that the main window shows."""
        current = self.currentWidget()
        return next((page_id for page_id, page in self._made.items() if page is current), "")

    def move_out(self) -> None:
        """Give the page in front a window of its own, or take it back; for a second screen."""
        if self._front in self._windows:
            self._windows[self._front].close()
            return
        page = self._made.get(self._front)
        if page is None:
            return
        self.removeWidget(page)
        window = PageWindow(self._front, self.title(self._front), page)
        window.closed.connect(self._take_back)
        window.activated.connect(self.bring_to_front)
        self._windows[self._front] = window
        screens = QGuiApplication.screens()
        other = next((s for s in screens if s is not self.screen()), screens[0]).availableGeometry()
        place = self._settings.value(f"pages/{self._front}/place")
        wanted = place if isinstance(place, QRect) and place.isValid() else layouts.first_place(other)
        window.setGeometry(layouts.clamp(wanted, [s.availableGeometry() for s in screens]))
        window.show()
        page.show()

    def save(self) -> None:
        """Remember the state of every page and which one was in front."""
        self._settings.setValue("pages/front", self._front)
        for page_id, page in self._made.items():
            state = call(page, "save_state")
            if state is not None:
                self._settings.setValue(f"pages/{page_id}/state", json.dumps(state))

    def close_all(self) -> None:
        """Take back all windows and tell the page in front that it is no longer."""
        for window in tuple(self._windows.values()):
            window.close()
        page = self._made.get(self._front)
        if page is not None:
            call(page, "deactivated")

    def _make(self, feature: Feature, context: Context) -> QWidget:
        module_name, _, class_name = feature.page.partition(":")
        try:
            made: QWidget = getattr(importlib.import_module(module_name), class_name)(context)
        except Exception as error:  # noqa: BLE001 - one broken page must not take the others with it
            _log.exception("page %s", feature.id)
            self._notify(error)
            made = EmptyState(self.tr("This page cannot be shown.") + "\n" + describe(error))
        self.addWidget(made)
        self._made[feature.id] = made
        text = self._settings.value(f"pages/{feature.id}/state")
        if isinstance(text, str):
            try:
                call(made, "restore_state", json.loads(text))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                _log.info("state of page %s not taken: %r", feature.id, error)
        return made

    def _take_back(self, page_id: str) -> None:
        window = self._windows.pop(page_id)
        self._settings.setValue(f"pages/{page_id}/place", window.geometry())
        page = window.take()
        self.addWidget(page)
        if page_id == self._front:
            self.setCurrentWidget(page)
        window.deleteLater()


class PageWindow(QMainWindow):
    """A page on another screen; closing it puts the page back."""

    closed = Signal(str)
    activated = Signal(str)

    def __init__(self, page_id: str, title: str, page: QWidget) -> None:
        super().__init__()
        self._id = page_id
        self._page: QWidget | None = page
        self.setWindowTitle(title)
        self.setMinimumSize(SMALLEST_PAGE)
        root = QWidget()
        root.setObjectName("root")
        column = QVBoxLayout(root)
        column.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, GRID_PX)
        column.addWidget(page)
        self.setCentralWidget(root)

    def take(self) -> QWidget:
        """Return the page; the window is empty then."""
        page, self._page = self._page, None
        if page is None:
            raise RuntimeError("the page was taken already")
        page.setParent(None)
        return page

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit(self._id)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit(self._id)
        super().changeEvent(event)

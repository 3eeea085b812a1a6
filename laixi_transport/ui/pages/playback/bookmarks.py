"""The operator's bookmarks on the page: kept in the database, shown on the timeline, gone to by key."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from laixi_transport.domain.bookmark import Bookmark
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.pages.playback.bookmark_panel import BookmarkPanel
from laixi_transport.ui.timeline.lane import LaneMark

_SLOT = "playback.bookmarks"


class Bookmarks(QObject):
    """Knows the bookmarks and changes them; ``changed`` tells the page to show them."""

    changed = Signal()
    asked = Signal(object)
    """Bookmark to go to."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._parent = parent
        self._panel: BookmarkPanel | None = None
        self._moment: tuple[float, int | None] = (0.0, None)
        self.marks: tuple[Bookmark, ...] = ()

    @property
    def panel(self) -> BookmarkPanel:
        """What hangs below the button; made when it is first needed."""
        if self._panel is None:
            self._panel = BookmarkPanel(self._context.theme, self._parent)
            self._panel.added.connect(self._add)
            self._panel.reworded.connect(self._reword)
            self._panel.removed.connect(self._remove)
            self._panel.chosen.connect(self.asked)
        return self._panel

    def read(self) -> None:
        """Read them from the database."""
        service, owner = self._context.services.playback.bookmarks, self._context.operator
        self._run(lambda: service.list(owner), slot=_SLOT)

    def open(self, anchor: QWidget, at_s: float, vehicle_id: int | None) -> None:
        """Let the user mark a moment or go to a bookmark."""
        self._moment = (at_s, vehicle_id)
        names = self._names()
        self.panel.show_marks(self.marks, names)
        self.panel.open_below(anchor, at_s, names.get(vehicle_id or 0, ""))

    def beside(self, at_s: float, way: int) -> Bookmark | None:
        """Return the bookmark after (1) or before (-1) a moment."""
        if way > 0:
            return next((mark for mark in self.marks if mark.at.timestamp() > at_s + 1e-3), None)
        return next((mark for mark in reversed(self.marks) if mark.at.timestamp() < at_s - 1e-3), None)

    def lane_marks(self, vehicle_id: int) -> tuple[LaneMark, ...]:
        """Return the flags in the lane of a vehicle."""
        return tuple(
            LaneMark(mark.at.timestamp(), mark.text or self.tr("Bookmark"), "accent", flag=True)
            for mark in self.marks
            if mark.vehicle_id == vehicle_id
        )

    def _names(self) -> dict[int, str]:
        return {vehicle.id: text.plate(vehicle.name) for vehicle in self._context.services.live.fleet()[0]}

    def _add(self, words: str) -> None:
        (at_s, vehicle_id), context = self._moment, self._context
        service, owner, now_s = context.services.playback.bookmarks, context.operator, context.now()

        self._change(lambda: service.add(owner, at_s, vehicle_id, words, now_s))

    def _reword(self, bookmark_id: int, words: str) -> None:
        service, owner = self._context.services.playback.bookmarks, self._context.operator
        self._change(lambda: service.reword(bookmark_id, owner, words))

    def _remove(self, bookmark_id: int) -> None:
        service, owner = self._context.services.playback.bookmarks, self._context.operator
        self._change(lambda: service.remove(bookmark_id, owner))

    def _change(self, begin: Callable[[], Future[Any]]) -> None:
        service, owner = self._context.services.playback.bookmarks, self._context.operator

        def work() -> tuple[Bookmark, ...]:
            begin().result()
            return service.list(owner)

        self._run(work)

    def _run(self, work: Callable[[], tuple[Bookmark, ...]], slot: str | None = None) -> None:
        """Changes take no slot: a newer request must not supersede them."""
        self._context.tasks.run(work, slot=slot, owner=self).then(self._take).otherwise(self._context.notify)

    def _take(self, marks: tuple[Bookmark, ...]) -> None:
        self.marks = marks
        if self._panel is not None:
            self._panel.show_marks(marks, self._names())
        self.changed.emit()

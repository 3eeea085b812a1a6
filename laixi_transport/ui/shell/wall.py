"""Wall mode: what a screen on the wall does by itself. It hides the pointer and, if wanted, turns through pages."""

import json
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from laixi_transport.ui.shell.pages import Pages

SCALES = (1.25, 1.5, 2.0)
DEFAULT_SCALE = 1.5
INTERVALS_S = (0, 15, 30, 60, 300)
"""Between two pages; 0 is off."""
LOOK_MS = 250
IDLE_MS = 3_000
"""The pointer is hidden when it stood still for so long."""
HANDS_OFF_MS = 60_000
"""Pages are not turned under the hands of somebody: only this long after the pointer moved the interval begins."""


def wall_scale(settings: QSettings) -> float:
    """Return the size of text chosen for the wall, 1 is that of a desk."""
    return _among(settings.value("wall/scale"), SCALES, DEFAULT_SCALE)


def is_wall(settings: QSettings) -> bool:
    """Whether the program is to stand on the wall."""
    return str(settings.value("wall/on", "false")).lower() == "true"


class Wall(QObject):
    """Works between ``start`` and ``stop``; what it does is read from the settings."""

    def __init__(
        self, pages: Pages, open_page: Callable[[str], None], settings: QSettings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._pages = pages
        self._open_page = open_page
        self._settings = settings
        self._at = QPoint()
        self._still_ms = 0
        self._since_turn_ms = 0
        self._hidden = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(lambda: self.look(LOOK_MS))
        pages.shown.connect(self._page_shown)

    @property
    def interval_s(self) -> int:
        """Seconds between two pages, 0 for never."""
        return round(_among(self._settings.value("wall/every_s"), INTERVALS_S, 0))

    @interval_s.setter
    def interval_s(self, seconds: int) -> None:
        """Turn the page so often, 0 for never."""
        self._settings.setValue("wall/every_s", seconds)
        self._since_turn_ms = 0

    @property
    def pages(self) -> list[str]:
        """Ids of the pages that take turns."""
        text = self._settings.value("wall/pages")
        try:
            ids = json.loads(text) if isinstance(text, str) else []
        except ValueError:
            ids = []
        return [page_id for page_id in ids if isinstance(page_id, str) and self._pages.knows(page_id)]

    @pages.setter
    def pages(self, ids: Sequence[str]) -> None:
        """Let these pages take turns."""
        self._settings.setValue("wall/pages", json.dumps(list(ids)))

    def start(self) -> None:
        """Hide the pointer while nobody uses it, and turn pages if that is wanted."""
        self._at = QCursor.pos()
        self._still_ms = self._since_turn_ms = 0
        self._timer.start()

    def stop(self) -> None:
        """Leave the pointer alone."""
        self._timer.stop()
        self._show_pointer()

    @property
    def pointer_hidden(self) -> bool:
        """Whether the pointer is hidden now."""
        return self._hidden

    def look(self, passed_ms: int) -> None:
        """See whether the pointer moved; the timer calls it.

        passed_ms   since the last time
        """
        at = QCursor.pos()
        if at != self._at:
            self._at = at
            self._still_ms, self._since_turn_ms = 0, -HANDS_OFF_MS
            self._show_pointer()
            return
        self._still_ms += passed_ms
        self._since_turn_ms += passed_ms
        if self._still_ms >= IDLE_MS and not self._hidden:
            self._hidden = True
            QApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)
        every_s = self.interval_s
        if every_s and self._since_turn_ms >= every_s * 1000:
            self._since_turn_ms = 0
            self.turn()

    def turn(self) -> None:
        """Show the next of the pages that take turns; one with a window of its own stays there."""
        here = [page_id for page_id in self.pages if not self._pages.floats(page_id)]
        if not here or QApplication.activePopupWidget() is not None:
            return
        now = self._pages.stacked()
        self._open_page(here[(here.index(now) + 1) % len(here)] if now in here else here[0])

    def _page_shown(self, _page_id: str) -> None:
        self._since_turn_ms = min(self._since_turn_ms, 0)  # a page chosen by key stays as long as any other

    def _show_pointer(self) -> None:
        if self._hidden:
            self._hidden = False
            QApplication.restoreOverrideCursor()


def _among(value: object, allowed: Sequence[float], default: float) -> float:
    try:
        wanted = float(str(value))
    except ValueError:
        return default
    return wanted if wanted in allowed else default

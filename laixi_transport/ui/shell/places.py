"""Where windows stand: on screens that exist now, whatever was unplugged between two starts or just now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from PySide6.QtCore import QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

DEFAULT = QSize(1600, 1000)
SMALLEST = QSize(960, 540)
"""A screen of 1920 x 1080 at twice the size: everything folds until it fits this."""
SMALLEST_PAGE = QSize(820, 400)
"""Of a window with a page alone."""
SETTLE_MS = 200
"""After a change of the screens Qt moves windows by itself; this comes after it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window stands while it fills nothing, logical pixels of the desktop, and what it fills."""

    left: int
    top: int
    width: int
    height: int
    maximized: bool = False
    full_screen: bool = False

    @classmethod
    def of(cls, window: QWidget) -> Self:
        """Return where a window stands now."""
        state = window.windowState()
        filled = bool(state & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen))
        rect = window.normalGeometry() if filled and window.normalGeometry().isValid() else window.geometry()
        screen = window.screen()
        if filled and screen is not None and not screen.geometry().intersects(rect):
            rect = first_place(screen.availableGeometry(), rect.size())  # the screen that it fills is the one to keep
        return cls(
            rect.left(),
            rect.top(),
            rect.width(),
            rect.height(),
            bool(state & Qt.WindowState.WindowMaximized),
            bool(state & Qt.WindowState.WindowFullScreen),
        )

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return what ``to_json`` gave. Raises ValueError for anything else."""
        if (
            not isinstance(value, list)
            or len(value) != 6
            or not all(isinstance(v, int) and abs(v) < 1 << 20 for v in value)
        ):
            raise ValueError("no place of a window")
        left, top, width, height, maximized, full_screen = value
        if width <= 0 or height <= 0:
            raise ValueError("a window without a size")
        return cls(left, top, width, height, bool(maximized), bool(full_screen))

    def to_json(self) -> list[int]:
        """Return it in the types of JSON."""
        return [self.left, self.top, self.width, self.height, int(self.maximized), int(self.full_screen)]

    @property
    def rect(self) -> QRect:
        """Return it while the window fills nothing."""
        return QRect(self.left, self.top, self.width, self.height)

    def put(self, window: QWidget, smallest: QSize = SMALLEST) -> None:
        """Put a window there, as far as there are screens."""
        screens = ordered_screens()
        rect = clamp(self.rect, [screen.availableGeometry() for screen in screens], smallest)
        screen = next(s for s in screens if s.geometry().contains(rect.center()))
        filling = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen
        window.setWindowState(window.windowState() & ~filling)
        window.setScreen(screen)  # or a window that fills its screen may fill the first one instead
        window.setGeometry(rect)
        if self.full_screen:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        elif self.maximized:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def clamp(wanted: QRect, screens: Sequence[QRect], smallest: QSize = SMALLEST) -> QRect:
    """Return the rectangle moved and shrunk into the screen that shows most of it; the first one where none does.

    screens   the available parts of the screens, the main one first; not empty
    """

    def area(screen: QRect) -> int:
        shared = screen.intersected(wanted)
        return shared.width() * shared.height() if not shared.isEmpty() else 0

    screen = max(screens, key=area)
    width = min(max(wanted.width(), smallest.width()), screen.width())
    height = min(max(wanted.height(), smallest.height()), screen.height())
    left = min(max(wanted.left(), screen.left()), screen.left() + screen.width() - width)
    top = min(max(wanted.top(), screen.top()), screen.top() + screen.height() - height)
    return QRect(left, top, width, height)


def first_place(screen: QRect, size: QSize = DEFAULT) -> QRect:
    """Return where a window opens that never stood anywhere: the usual size, in the middle."""
    place = QRect(0, 0, min(size.width(), screen.width()), min(size.height(), screen.height()))
    place.moveCenter(screen.center())
    return place


def ordered_screens() -> list[QScreen]:
    """Return the screens, the main one first."""
    main = QGuiApplication.primaryScreen()
    return [main, *(screen for screen in QGuiApplication.screens() if screen is not main)]


def free_screen(taken: Sequence[QWidget]) -> QScreen:
    """Return the first screen on which none of these windows stands, else the last one that there is."""
    screens = ordered_screens()
    used = {window.screen().name() for window in taken}
    return next((screen for screen in screens if screen.name() not in used), screens[-1])


def next_screen(window: QWidget) -> None:
    """Move a window to the next screen; it fills what it filled before."""
    screens = ordered_screens()
    at = next((n for n, screen in enumerate(screens) if screen is window.screen()), 0)
    there = screens[(at + 1) % len(screens)].availableGeometry()
    now = Place.of(window)
    rect = first_place(there, now.rect.size())
    Place(rect.left(), rect.top(), rect.width(), rect.height(), now.maximized, now.full_screen).put(
        window, window.minimumSize()
    )


def on_screen(window: QWidget) -> bool:
    """Whether a user can reach a window: a part of it that can be taken hold of lies on a screen."""
    rect = window.geometry()
    grip = QRect(rect.left(), rect.top(), rect.width(), min(rect.height(), 48))
    return any(
        shared.width() >= 64 and shared.height() >= 16
        for shared in (screen.availableGeometry().intersected(grip) for screen in QGuiApplication.screens())
    )


def bring_back(windows: Sequence[QWidget], docks: QMainWindow) -> None:
    """Bring windows and floating docks back that stand where no screen is any more; the others stay."""
    for window in windows:
        if not on_screen(window):
            Place.of(window).put(window, window.minimumSize())
    clamp_floating(docks)


def clamp_floating(window: QMainWindow) -> None:
    """Bring docks back that float where no screen is any more."""
    screens = [screen.availableGeometry() for screen in ordered_screens()]
    for dock in window.findChildren(QDockWidget):
        if dock.isFloating() and not any(screen.intersects(dock.geometry()) for screen in screens):
            place = QRect(dock.geometry())
            place.moveCenter(screens[0].center())
            dock.setGeometry(place)


class ScreenWatch(QObject):
    """Calls ``changed`` once after screens came, went or took another size."""

    def __init__(self, changed: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(changed)
        application = QGuiApplication.instance()
        if not isinstance(application, QGuiApplication):
            raise TypeError("screens need a QGuiApplication")
        application.screenAdded.connect(self._added)
        application.screenRemoved.connect(self._later)
        application.primaryScreenChanged.connect(self._later)
        for screen in QGuiApplication.screens():
            screen.availableGeometryChanged.connect(self._later)

    def _added(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(self._later)
        self._later()

    def _later(self, *_: object) -> None:
        self._timer.start()
